// The entry `consentinel/server` of the npm package: from a policy and the cookies of a request to the
// headers of the answer or to the element for the HTML, and to the markup of the first layer. Everything is decided in the module
// (src/server.rs); here bytes are carried across, the clock is read, and trees (view.js) are printed.

import { choose } from "./language.js";
import { firstLayer, host, status } from "./view.js";
import { module, style, texts } from "#assets";

const compiled = new WebAssembly.Module(Uint8Array.from(atob(module), (character) => character.charCodeAt(0)));

// A module that has learnt this policy, as a function: tells a text, calls an export, returns the answer.
function learnt(policy) {
  const { exports } = new WebAssembly.Instance(compiled);
  const { put, at } = exports;
  const call = (name, text) => {
    new TextEncoder().encode(text).forEach((byte) => put(byte));
    const length = exports[name](Date.now());
    return JSON.parse(new TextDecoder().decode(Uint8Array.from({ length }, (_, place) => at(place))));
  };
  for (const message of call("learn", JSON.stringify(policy))) console.error(`consentinel: ${message}`);
  return call;
}

const PLACES = {
  origin: "the origin of the pages, such as `https://www.example.com`",
  files: "the folder of the tag's files, such as `https://cdn.example.com/consentinel/`, without `;`, `,`, `'` and `@`",
};

// An address that was given, as the browser prints it; nothing where none was.
function addressOf(name, value, isRight = true) {
  if (value === undefined) return undefined;
  try {
    const address = new URL(value);
    if (isRight && /^https?:$/.test(address.protocol)) return address;
  } catch {
    // Told like the others.
  }
  throw new TypeError(`consentinel: ${name}: found \`${value}\`; give ${PLACES[name]}`);
}

// Says where the pages and the tag's files are, and answers the element for the HTML.
function placed(call, { origin, files } = {}) {
  const folder = addressOf("files", files) && new URL(".", files);
  const told = { origin: addressOf("origin", origin)?.origin, files: folder && folder.origin + folder.pathname };
  const element = call("place", JSON.stringify(told));
  addressOf("files", files, element !== false);
  return element;
}

/** Answers a function from the `Cookie` header of a request to headers. Types: server.d.ts. */
export function consentHeaders(policy, options) {
  const call = learnt(policy);
  placed(call, options);
  return (cookies) => call("answer", cookies ?? "");
}

/** Answers the element of "everything granted" for the HTML. Types: server.d.ts. */
export function consentMeta(policy, options) {
  return placed(learnt(policy), options);
}

/** Answers a function from a request to the markup of the first layer. Types: server.d.ts. */
export function bannerMarkup(policy) {
  const call = learnt(policy);
  return ({ cookies, language = "en", nonce } = {}) => {
    const languages = choose([language], Object.keys(texts)) ?? "en";
    const { notice, state } = call("tell", JSON.stringify({ cookies: cookies ?? "", texts, languages }));
    if (!notice) return "";
    const [tag, attributes] = host(notice, state);
    const inside = ["template", { shadowrootmode: "open" }, ["style", { nonce }, { style }], status, firstLayer(notice)];
    return print([tag, attributes, inside]);
  };
}

const escape = (text) => text.replace(/[&<>"\u00a0\r]/g, (character) => `&#${character.charCodeAt(0)};`);

// A tree as HTML. The style is not escaped, as in a style element nothing is; it is ours alone.
function print([tag, attributes, ...children]) {
  let text = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value || value === 0) text += ` ${name}="${value === true ? "" : escape(`${value}`)}"`;
  }
  text += ">";
  for (const child of children) {
    if (child) text += typeof child === "string" ? escape(child) : (child.style ?? print(child));
  }
  return tag === "input" ? text : `${text}</${tag}>`;
}
