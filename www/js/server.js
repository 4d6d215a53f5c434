// The entry `consentinel/server` of the npm package: from a policy and the cookies of a request to what the visitor
// decided, to the headers of the answer or the element for the HTML, and to the markup of the first layer. Everything is
// decided in the module (server/src/lib.rs); here documents become JSON, and trees (view.js) are
// printed; where.js reads addresses.
//
// Nothing of the caller's runs while the module does: policies and cookies are texts before it gets them.

import { choose } from "./language.js";
import { host, status } from "./tree.js";
import { firstLayer, optedOut } from "./view.js";
import { addressOf, whereOf } from "./where.js";
import { module, style, texts } from "#assets";
import { Server, gpcSupport as supported, initSync, isSource } from "#server";

let isStarted = false;

// Compiles the module when it is needed first: who only imports this file does not wait for it.
function start() {
  if (isStarted) return;
  initSync({ module: Uint8Array.from(atob(module), (character) => character.charCodeAt(0)) });
  isStarted = true;
}

// A policy that the module has read, for pages in this place. Its problems go to the console.
function learnt(policy, place) {
  start();
  // What cannot be printed as JSON is read as a policy that is none.
  const server = new Server(JSON.stringify(policy) ?? "", whereOf(place, isSource));
  for (const message of server.problems()) console.error(`consentinel: ${message}`);
  return server;
}

// The policies that were read, each once; where nobody has one any more, the module forgets it too.
const known = new WeakMap();
function knownOf(policy) {
  // What is no object is no policy either, and told each time.
  if (typeof policy !== "object" || !policy) return learnt(policy);
  if (!known.has(policy)) known.set(policy, learnt(policy));
  return known.get(policy);
}

// The `Cookie` header of a request, which version 0.1.0 called `cookies`; whatever else stands in its place is none.
function jarOf(request) {
  const cookie = request?.cookie ?? request?.cookies;
  return typeof cookie === "string" ? cookie : "";
}
// What the browser of a request signals, by its headers `Sec-GPC` and `DNT`: texts, or lists of one as some hosts have them.
const signalsOf = (request) => [request?.secGpc, request?.dnt].map((header) => [header].flat().includes("1"));
// The language of ours that a page in this language is spoken to in.
const spoken = (language) => choose([`${language}`], Object.keys(texts)) ?? "en";

/** What the visitor of a request decided. Types: server.d.ts. */
export function readConsent(request, policy) {
  const language = spoken(request?.language);
  const { granted, signals, state } = knownOf(policy).read(jarOf(request), ...signalsOf(request), language);
  for (const part of [state, ...Object.values(state), signals]) Object.freeze(part);
  return Object.freeze({ has: (name) => granted.includes(name), signals, state });
}

/** The `Set-Cookie` lines that remove what the visitor of a request does not let in. Types: server.d.ts. */
export function expiredCookies(request, policy) {
  const { hostname = "", pathname = "" } = addressOf("url", request?.url) ?? {};
  return knownOf(policy).expired(jarOf(request), ...signalsOf(request), hostname, pathname);
}

/** Answers a function from a request to headers. Types: server.d.ts. */
export function consentHeaders(policy, options) {
  const server = learnt(policy, options);
  return (request) =>
    server.headers(jarOf(typeof request === "string" ? { cookie: request } : request), ...signalsOf(request));
}

/** Answers a function from a request to headers that send the visitor's answer again. Types: server.d.ts. */
export function consentCookies(policy, options) {
  const server = learnt(policy, options);
  return (request) => {
    // Not with pictures and data: what is asked for in great numbers stays as it is, and in shared caches.
    const set = request?.mode === "navigate" ? server.cookies(jarOf(request)) : [];
    return set.length ? { "Set-Cookie": set, "Cache-Control": "private" } : {};
  };
}

/** Answers the element of "everything granted" for the HTML. Types: server.d.ts. */
export function consentMeta(policy, options) {
  const server = learnt(policy, options);
  const element = server.element();
  // Nobody asks it again; left to the garbage collector, which does not see how much it holds, it would stay long.
  server.free();
  return element;
}

/** Body and headers of `/.well-known/gpc.json`. Types: server.d.ts. */
export function gpcSupport({ since } = {}) {
  start();
  const body = supported(`${since}`);
  if (body === undefined)
    throw new TypeError(
      `consentinel: since: found \`${since}\`; give the day since which the site acts on the signal, such as \`2026-11-27\``,
    );
  return { body, headers: { "Content-Type": "application/json" } };
}

/** Answers a function from a request to the markup of the first layer. Types: server.d.ts. */
export function bannerMarkup(policy) {
  const server = learnt(policy);
  return (request) => {
    const { language, nonce } = request ?? {};
    const chosen = spoken(language);
    // The texts of one language, which are JSON in here: nobody reads those of the others.
    const told = server.firstLayer(jarOf(request), ...signalsOf(request), chosen, texts[chosen]);
    if (!told) return "";
    const { notice, state } = told;
    const [tag, attributes] = host(notice, state);
    const inside = [
      "template",
      { shadowrootmode: "open" },
      ["style", { nonce }, { style }],
      status,
      firstLayer(notice, { optedOut: optedOut(notice, state) }),
    ];
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
