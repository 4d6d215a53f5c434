// Blocks of composed attempts (../compose.mjs): an element that asks for an address, made, addressed and inserted in one of many
// ways.
//
// Left out: elements that markup makes (markup.mjs).

import { call, set } from "./calls.mjs";
import { PARENT, SVG, address, quoted, text } from "./text.mjs";

// tag, attribute, file, class with the property of the same name (or of another), and more attributes.
// `isLate`: an address that comes when the element is in the document already is asked for.
export const ELEMENTS = [
  { tag: "img", attribute: "src", file: "svg", owner: "HTMLImageElement", isLate: true, weight: 4 },
  { tag: "img", attribute: "srcset", file: "svg", owner: "HTMLImageElement", isLate: true, isList: true },
  { tag: "script", attribute: "src", file: "js", owner: "HTMLScriptElement", isLate: true, isScript: true, weight: 4 },
  { tag: "iframe", attribute: "src", file: "html", owner: "HTMLIFrameElement", isLate: true, weight: 3 },
  {
    tag: "link",
    attribute: "href",
    file: "css",
    owner: "HTMLLinkElement",
    isLate: true,
    more: { rel: "stylesheet" },
    weight: 2,
  },
  {
    tag: "link",
    attribute: "href",
    file: "svg",
    owner: "HTMLLinkElement",
    isLate: true,
    more: { rel: "preload", as: "image" },
  },
  {
    tag: "link",
    attribute: "href",
    file: "js",
    owner: "HTMLLinkElement",
    isLate: true,
    more: { rel: "modulepreload" },
  },
  {
    tag: "link",
    attribute: "imagesrcset",
    property: "imageSrcset",
    file: "svg",
    owner: "HTMLLinkElement",
    more: { rel: "preload", as: "image" },
    isList: true,
  },
  { tag: "video", attribute: "poster", file: "svg", owner: "HTMLVideoElement", isLate: true },
  { tag: "video", attribute: "src", file: "txt", owner: "HTMLMediaElement", isLate: true, more: { preload: "auto" } },
  { tag: "audio", attribute: "src", file: "txt", owner: "HTMLMediaElement", isLate: true, more: { preload: "auto" } },
  {
    tag: "embed",
    attribute: "src",
    file: "html",
    owner: "HTMLEmbedElement",
    isLate: true,
    more: { type: "text/html" },
  },
  {
    tag: "object",
    attribute: "data",
    file: "html",
    owner: "HTMLObjectElement",
    isLate: true,
    more: { type: "text/html" },
  },
  { tag: "input", attribute: "src", file: "svg", owner: "HTMLInputElement", isLate: true, more: { type: "image" } },
  { tag: "table", attribute: "background", file: "svg", isLate: true },
  { tag: "image", attribute: "href", file: "svg", isLate: true, isSvg: true, more: { width: "9", height: "9" } },
  { tag: "script", attribute: "href", file: "js", isSvg: true, isScript: true },
].flatMap((each) => Array(each.weight ?? 1).fill(each));

// An address in a list of them ends at a space.
export const allowsIn = (kind) => (kind.isList ? (address) => !/[\s,\u0001]/.test(address.trim()) : undefined);

function made(chooser, kind) {
  const tag = quoted(kind.tag);
  const more = Object.entries(kind.more ?? {})
    .map(([name, value]) => `e.setAttribute("${name}", "${value}");`)
    .join(" ");
  const create = kind.isSvg
    ? [
        `document.createElementNS(${SVG}, ${tag})`,
        `W.document.createElementNS(${SVG}, ${tag})`,
        `document.implementation.createHTMLDocument("").createElementNS(${SVG}, ${tag})`,
        `new DOMParser().parseFromString("<a/>", "text/xml").createElementNS(${SVG}, ${tag})`,
      ]
    : [
        `document.createElement(${tag})`,
        `document.createElement(${tag.toUpperCase()})`,
        `W.document.createElement(${tag})`,
        `document.createElementNS("http://www.w3.org/1999/xhtml", ${tag})`,
        `document.createElement(${tag}).cloneNode(true)`,
        `document.implementation.createHTMLDocument("").createElement(${tag})`,
        `document.createElement("template").content.ownerDocument.createElement(${tag})`,
        `document.adoptNode(W.document.createElement(${tag}))`,
        `document.importNode(W.document.createElement(${tag}), true)`,
        call(chooser, "document", "Document", "createElement", tag),
        ...(kind.tag === "img"
          ? ["new Image()", "new W.Image(9, 9)", "Reflect.construct(W.Image, [])", "new (class extends Image {})()"]
          : []),
      ];
  // Inserted scripts run with an empty text too, and never again.
  return `const e = ${chooser.pick(create)}; ${more}`;
}

export const upper = (chooser, name) => (chooser.chance(0.3) ? name.toUpperCase() : name);

/** Sets the address of the element `e`. */
function addressed(chooser, kind, value) {
  const { attribute, owner, property = attribute } = kind;
  const literal = quoted(attribute);
  const node = `const a = ${chooser.pick(["document", "W.document"])}.${chooser.pick([`createAttribute(${literal})`, `createAttributeNS(null, ${literal})`])};`;
  const give = chooser.pick([
    "e.setAttributeNode(a)",
    "e.setAttributeNodeNS(a)",
    "e.attributes.setNamedItem(a)",
    "e.attributes.setNamedItemNS(a)",
    call(chooser, "e", "Element", "setAttributeNode", "a"),
  ]);
  const change = chooser.pick(["a.value", "a.nodeValue", "a.textContent"]);
  const names = [upper(chooser, attribute)].map(quoted);
  const choices = [
    call(chooser, "e", "Element", "setAttribute", names[0], value),
    call(chooser, "e", "Element", "setAttribute", literal, value),
    call(chooser, "e", "Element", "setAttributeNS", "null", literal, value),
    `${node} ${change} = ${value}; ${give}`,
    kind.isScript || kind.isSvg ? `${node} ${change} = ${value}; ${give}` : `${node} ${give}; ${change} = ${value}`,
    `const b = document.createElement("b"); b.setAttribute(${literal}, ${value}); const a = b.getAttributeNode(${literal}); b.removeAttributeNode(a); ${give}`,
    ...(kind.isSvg
      ? [call(chooser, "e", "Element", "setAttributeNS", '"http://www.w3.org/1999/xlink"', '"xlink:href"', value)]
      : []),
  ];
  if (owner) for (let at = 0; at < 5; at++) choices.push(set(chooser, "e", owner, property, value));
  return chooser.pick(choices) + ";";
}

/** Puts the node `e` into the element `p`, which is in the document or gets there. */
function inserted(chooser, kind) {
  return (
    chooser.pick([
      call(chooser, "p", "Node", "appendChild", "e"),
      call(chooser, "p", "Node", "insertBefore", "e", "null"),
      call(chooser, "p", "Node", "insertBefore", "e", "p.firstChild"),
      call(chooser, "p", "Element", "append", "e"),
      call(chooser, "p", "Element", "append", '"text"', "e"),
      call(chooser, "p", "Element", "prepend", "e"),
      call(chooser, "p", "Element", "replaceChildren", "e"),
      call(chooser, "p", "Element", "insertAdjacentElement", '"afterbegin"', "e"),
      call(chooser, "p", "Element", "insertAdjacentElement", '"BeforeEnd"', "e"),
      `const q = p.appendChild(document.createElement("i")); ${call(chooser, "p", "Node", "replaceChild", "e", "q")}`,
      `const q = p.appendChild(document.createElement("i")); ${call(chooser, "q", "Element", chooser.pick(["before", "after", "replaceWith"]), "e")}`,
      `const q = p.appendChild(document.createTextNode("x")); ${call(chooser, "q", "CharacterData", chooser.pick(["before", "after", "replaceWith"]), "e")}`,
      `const q = p.appendChild(document.createComment("x")); ${call(chooser, "q", "CharacterData", "replaceWith", "e")}`,
      `const r = document.createRange(); r.selectNodeContents(p); ${call(chooser, "r", "Range", "insertNode", "e")}`,
      `const q = document.createDocumentFragment(); ${call(chooser, "q", "DocumentFragment", "append", "e")}; p.append(q)`,
      `const q = document.createElement("section"); q.innerHTML = "<p><b></b></p>"; q.firstChild.firstChild.append(e); p.append(q)`,
      `${call(chooser, "p", "Element", "attachShadow", `{ mode: "${chooser.pick(["open", "closed"])}" }`)}.append(e)`,
      `const q = document.createElement("section"); q.attachShadow({ mode: "closed" }).append(e); p.append(q)`,
      `p.attachShadow({ mode: "open" }).innerHTML = "<slot></slot>"; p.append(e)`,
      `const q = document.createElement("template"); q.content.append(e); p.append(q.content)`,
      `const q = document.createElement("template"); q.content.append(e); const r = document.createRange(); r.selectNodeContents(q.content); p.append(r.extractContents())`,
      // A script that was in any document has had its turn.
      kind.isScript
        ? "p.append(e)"
        : `const q = document.implementation.createHTMLDocument(""); q.body.append(e); p.append(document.adoptNode(e))`,
    ]) + ";"
  );
}

/** What an SVG element stands in. */
export const inSvg = (kind) => (kind.isSvg ? `const s = document.createElementNS(${SVG}, "svg"); s.append(e);` : "");

export function elementByParts(chooser) {
  const kind = chooser.pick(ELEMENTS);
  const value = text(chooser, address(chooser, kind.file, { allows: allowsIn(kind) }));
  const make = made(chooser, kind);
  const give = addressed(chooser, kind, value);
  const into = inserted(chooser, kind);
  const put = kind.isSvg ? into.replaceAll(/\be\b/g, "s") : into;
  const isLate = chooser.chance(0.3) && kind.isLate;
  const steps = isLate ? `${inSvg(kind)} { ${put} } { ${give} }` : `{ ${give} } ${inSvg(kind)} { ${put} }`;
  return { sink: "request", code: `${PARENT} ${make} ${steps}` };
}
