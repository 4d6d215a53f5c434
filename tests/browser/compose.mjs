// Composes attempts out of building blocks, at random but repeatably: how a function is got, how an
// element is made, how its address is set and disguised, how it gets into the document, what it is, and
// how the code that does all this is run. An attempt is the text of a small program that needs nothing
// around it, so that what fails can be read and tried by hand.
//
// Left out: what counts as a leak (random-gate.test.mjs), and blocks that do nothing in a browser without
// any gate: of those nothing could be learnt. Parser-inserted markup is in no block, since no script can stop
// it (docs/limits.md); nor frames, workers and style sheets of `blob:` and `data:`, which a policy has to
// name as a whole, whatever stands in them; nor frames in options, which the gate takes out. What only the
// browser itself can stop (`import`, files, detours, navigation) is composed where it holds the gate.

import { BEYOND, NAVIGATIONS } from "./compose-browser.mjs";
import { PARENT, address, quoted, text } from "./compose-text.mjs";

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WINDOW = "const W = window;";

/**
 * One attempt: a program as text, the same for the same seed but for the target. `target` has `host`,
 * `port`, `path` (of the other party), `socketPort`, `id`, and `prefix` of names; `held` says what the browser
 * holds by itself: nothing, "requests", or "frames" as well. `isDotted`: the host is written with a dot at its
 * end, which no Content-Security-Policy can name.
 */
export function compose(seed, target, held) {
  const next = mulberry32(seed);
  const chooser = {
    target,
    /** One of a list; the choice does not depend on the target. */
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
  const realm = chooser.chance(0.35) ? pickRealm(chooser) : WINDOW;
  const family = chooser.pick([...FAMILIES, ...(held ? BEYOND : []), ...(held === "frames" ? NAVIGATIONS : [])]);
  const body = family(chooser);
  // The first document of such a frame is gone before an answer comes.
  const isFleeting = body.takesTime && /srcdoc|javascript:/.test(realm);
  const code = wrapped(chooser, patched(chooser, `${isFleeting ? WINDOW : realm} { ${body.code} }`));
  return { code, sink: body.sink, name: body.name, isDotted: Boolean(chooser.isDotted) };
}

// ---- realms -------------------------------------------------------------------------------------

const PLACE = "(document.body || document.documentElement)";
const BY_MARKUP = [
  (html) => `${PLACE}.insertAdjacentHTML("beforeend", '${html}')`,
  (html) => `{ const d = document.createElement("div"); ${PLACE}.append(d); d.innerHTML = '${html}'; }`,
  (html) => `{ const d = document.createElement("div"); d.innerHTML = '<p>${html}</p>'; ${PLACE}.append(d); }`,
  (html) => `{ const d = document.createElement("i"); ${PLACE}.append(d); d.outerHTML = '${html}'; }`,
  (html) => `${PLACE}.append(document.createRange().createContextualFragment('${html}'))`,
  (html) =>
    `{ const d = document.createElement("template"); d.innerHTML = '${html}'; ${PLACE}.append(d.content.cloneNode(true)); }`,
  (html) => `${PLACE}.append(new DOMParser().parseFromString('${html}', "text/html").body.firstChild)`,
  (html) =>
    `{ const d = document.implementation.createHTMLDocument(""); d.body.innerHTML = '${html}'; ${PLACE}.append(document.adoptNode(d.body.firstChild)); }`,
  (html) => `${PLACE}.append(Document.parseHTMLUnsafe('${html}').body.firstChild)`,
  (html) => `{ const d = document.createElement("p"); ${PLACE}.append(d); d.setHTMLUnsafe('${html}'); }`,
  (html) =>
    `{ const d = document.createElement("p"); d.innerHTML = '<b>${html}</b>'; ${PLACE}.append(d.cloneNode(true)); }`,
  (html) =>
    `{ const d = document.createElement("p"); d.contentEditable = "true"; d.textContent = "x"; ${PLACE}.append(d); d.focus(); getSelection().selectAllChildren(d); document.execCommand("insertHTML", false, '${html}'); }`,
  (html) =>
    `{ const d = document.createElement("p"); ${PLACE}.append(d); d.innerHTML = '<svg><foreignObject>${html}</foreignObject></svg>'; }`,
  (html) =>
    `{ const d = document.createElement("p"); ${PLACE}.append(d); d.innerHTML = '<table><tr><td>${html}</table>'; }`,
];
// A frame in a shadow root is none of the window's.
const IN_SHADOW = [
  (html) =>
    `const d = document.createElement("div"); ${PLACE}.append(d); d.attachShadow({ mode: "open" }).innerHTML = '${html}'; const f = d.shadowRoot.firstChild`,
  (html) =>
    `const d = document.createElement("div"); ${PLACE}.append(d); const r = d.attachShadow({ mode: "closed" }); r.innerHTML = '<p>${html}</p>'; const f = r.querySelector("iframe")`,
  (html) =>
    `const d = document.createElement("div"); ${PLACE}.append(d); d.setHTMLUnsafe('<div><template shadowrootmode="open">${html}</template></div>'); const f = d.firstChild.shadowRoot.firstChild`,
  (html) =>
    `const d = Document.parseHTMLUnsafe('<div><template shadowrootmode="open">${html}</template></div>').body.firstChild; ${PLACE}.append(d); const f = d.shadowRoot.firstChild`,
  () =>
    `const d = document.createElement("div"); ${PLACE}.append(d); const f = d.attachShadow({ mode: "closed" }).appendChild(document.createElement("iframe"))`,
  () =>
    `const d = document.createElement("div"); const f = document.createElement("iframe"); d.attachShadow({ mode: "closed" }).append(f); ${PLACE}.append(d)`,
];
const FRAMES = [
  "<iframe></iframe>",
  '<iframe srcdoc="<p>x"></iframe>',
  '<iframe src="about:blank"></iframe>',
  '<IFRAME name=""></IFRAME>',
  '<iframe src="about:blank#x"></iframe>',
];

/** Ways to a fresh window of the page's own origin, at once, as statements that define `W`. */
function pickRealm(chooser) {
  const html = chooser.pick(FRAMES);
  const byMarkup = chooser.pick(BY_MARKUP)(html);
  const inShadow = chooser.pick(IN_SHADOW)(html);
  const look = chooser.pick([
    "window[n]",
    "frames[n]",
    "self[`${n}`]",
    "Reflect.get(window, n)",
    "window.window[n].self",
    "window[n].document.defaultView",
    "Object.getOwnPropertyDescriptor(window, n).value",
    "top[n]",
    "window[Reflect.ownKeys(window)[n]]",
  ]);
  const of = chooser.pick([
    "f.contentWindow",
    "f.contentDocument.defaultView",
    'f["content" + "Window"]',
    'Reflect.get(f, "contentWindow")',
    'Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow").get.call(f)',
    'f.__lookupGetter__("contentDocument").call(f).defaultView',
  ]);
  const insert = chooser.pick([
    `${PLACE}.appendChild(f)`,
    `${PLACE}.append(f)`,
    `${PLACE}.prepend(f)`,
    `${PLACE}.insertBefore(f, null)`,
    `${PLACE}.lastChild ? ${PLACE}.lastChild.after(f) : ${PLACE}.append(f)`,
    `document.documentElement.append(f)`,
    `${PLACE}.insertAdjacentElement("beforeend", f)`,
    `{ const r = document.createRange(); r.selectNodeContents(${PLACE}); r.insertNode(f); }`,
    `{ const d = document.createDocumentFragment(); d.append(f); ${PLACE}.append(d); }`,
    `{ const d = document.createElement("div"); d.append(f); ${PLACE}.append(d); }`,
    `{ const t = document.createElement("table"); ${PLACE}.append(t); const d = document.createElement("caption"); d.append(f); t.caption = d; }`,
    `{ const t = document.createElement("table"); ${PLACE}.append(t); const d = document.createElement("tfoot"); d.append(f); t.tFoot = d; }`,
    `{ const d = document.createElement("p"); d.textContent = "x"; ${PLACE}.append(d); const r = document.createRange(); r.selectNodeContents(d); r.surroundContents(f); }`,
    `{ const d = document.createElement("p"); ${PLACE}.append(d); d.replaceChildren("x", f); }`,
    `{ const d = document.createComment("x"); ${PLACE}.append(d); d.replaceWith(f); }`,
    `${PLACE}.append(f); ${PLACE}.append(f)`,
    `${PLACE}.append(document.adoptNode(document.implementation.createHTMLDocument("").body.appendChild(f)))`,
    `{ const d = document.createElement("p"); d.popover = "manual"; ${PLACE}.append(d); d.addEventListener("beforetoggle", () => d.append(f), { once: true }); d.showPopover(); }`,
  ]);
  const make = chooser.pick([
    'document.createElement("iframe")',
    'document.createElementNS("http://www.w3.org/1999/xhtml", "iframe")',
    'document.createElement("iframe").cloneNode()',
    'document.importNode(document.createElement("iframe"))',
    'Object.assign(document.createElement("iframe"), { srcdoc: "<p>x" })',
    'Object.assign(document.createElement("iframe"), { src: "javascript:\'\'" })',
    'new Document().appendChild(document.createElementNS("http://www.w3.org/1999/xhtml", "iframe"))',
  ]);
  const one = chooser.pick([
    `const n = window.length; ${byMarkup}; const W = ${look};`,
    `const f = ${make}; ${insert}; const W = ${of};`,
    `const n = window.length; const f = ${make}; ${insert}; const W = ${look};`,
    `${inShadow}; const W = ${of};`,
  ]);
  const inner = chooser.chance(0.3)
    ? `V.document.body.innerHTML = "<p><iframe></iframe>"; const W = V[0];`
    : `const g = V.document.createElement("iframe"); V.document.documentElement.append(g); const W = ${chooser.pick(["g.contentWindow", "V[0]", "V.frames[0].window"])};`;
  return chooser.chance(0.2) ? `${one.replace("const W =", "const V =")} ${inner}` : one;
}

// ---- functions ----------------------------------------------------------------------------------

/** Calls a method of a class of the realm `W`. */
function call(chooser, object, owner, name, ...given) {
  const args = given.join(", ");
  const taken = `W.${owner}.prototype.${name}`;
  return chooser.pick([
    `${object}.${name}(${args})`,
    `${object}[${quoted(name.slice(0, 2))} + ${quoted(name.slice(2))}](${args})`,
    `${taken}.call(${object}, ${args})`,
    `Reflect.apply(${taken}, ${object}, [${args}])`,
    `Function.prototype.call.call(${taken}, ${object}, ${args})`,
    `${taken}.bind(${object})(${args})`,
    `${taken}.bind(${object}, ${args})()`,
    `Object.getOwnPropertyDescriptor(W.${owner}.prototype, "${name}").value.apply(${object}, [${args}])`,
    `Reflect.get(${object}, "${name}").apply(${object}, [${args}])`,
    `W.Function.prototype.apply.call(${taken}, ${object}, [${args}])`,
    `new Proxy(${taken}, {}).call(${object}, ${args})`,
  ]);
}

/** Sets a property whose accessor a class of the realm `W` has. */
function set(chooser, object, owner, name, value) {
  return chooser.pick([
    `${object}.${name} = ${value}`,
    `${object}[${quoted(name.slice(0, 2))} + ${quoted(name.slice(2))}] = ${value}`,
    `Object.assign(${object}, { ${name}: ${value} })`,
    `Reflect.set(${object}, "${name}", ${value})`,
    `Reflect.set(Object.create(${object}), "${name}", ${value}, ${object})`,
    `Object.getOwnPropertyDescriptor(W.${owner}.prototype, "${name}").set.call(${object}, ${value})`,
    `W.${owner}.prototype.__lookupSetter__("${name}").apply(${object}, [${value}])`,
    `Reflect.apply(Object.getOwnPropertyDescriptors(W.${owner}.prototype)["${name}"].set, ${object}, [${value}])`,
    `[${object}.${name}] = [${value}]`,
    `({ x: ${object}.${name} } = { x: ${value} })`,
  ]);
}

// ---- elements -----------------------------------------------------------------------------------

// tag, attribute, file, class with the property of the same name (or of another), and more attributes.
// `isLate`: an address that comes when the element is in the document already is asked for.
const ELEMENTS = [
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
const allowsIn = (kind) => (kind.isList ? (address) => !/[\s,\u0001]/.test(address.trim()) : undefined);

const SVG = '"http://www.w3.org/2000/svg"';

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

const upper = (chooser, name) => (chooser.chance(0.3) ? name.toUpperCase() : name);

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
const inSvg = (kind) => (kind.isSvg ? `const s = document.createElementNS(${SVG}, "svg"); s.append(e);` : "");

function elementByParts(chooser) {
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

// ---- markup -------------------------------------------------------------------------------------

const entities = (value, share) =>
  [...value]
    .map((letter) =>
      share() ? `&#${letter.codePointAt(0)};` : letter === "&" ? "&amp;" : letter === '"' ? "&quot;" : letter,
    )
    .join("");

const NAMED = { ":": "&colon;", "/": "&sol;", ".": "&period;", "?": "&quest;" };

function attributeMarkup(chooser, name, value) {
  const style = chooser.pick(["plain", "number", "hex", "named"]);
  const written = {
    plain: () => entities(value, () => false),
    number: () => entities(value, () => true),
    hex: () => [...value].map((letter) => `&#x${letter.codePointAt(0).toString(16)};`).join(""),
    named: () => [...value.replaceAll("&", "&amp;")].map((letter) => NAMED[letter] ?? letter).join(""),
  }[style]();
  const shown = upper(chooser, name);
  return chooser.pick([
    `${shown}="${written}"`,
    `${shown} = '${written}'`,
    `${shown}="${written}" ${name}="data:,"`,
    `a="b"/${shown}="${written}"`,
  ]);
}

function markup(chooser, kind) {
  const value = address(chooser, kind.file, { allows: allowsIn(kind) });
  const given = attributeMarkup(chooser, kind.attribute, value);
  const more = Object.entries(kind.more ?? {})
    .map(([name, text]) => ` ${name}="${text}"`)
    .join("");
  const tag = upper(chooser, kind.tag);
  const html = `<${tag}${chooser.pick([" ", "\n", "\t"])}${given}${more}>`;
  const whole = ["img", "link", "input", "embed"].includes(kind.tag) ? html : `${html}</${tag}>`;
  const inSvg = kind.isSvg ? `<svg width=9 height=9>${whole}</svg>` : whole;
  return chooser.pick([
    inSvg,
    `<p>${inSvg}</p>`.replace("<p><table", "<div><table"),
    `<b><i>${inSvg}`,
    `x${inSvg}`,
    `<!-- > -->${inSvg}`,
    `<svg><foreignObject><div>${inSvg}</div></foreignObject></svg>`,
    `<title>"</title>${inSvg}`,
  ]);
}

const MARKUP_ELEMENTS = ELEMENTS.filter((kind) => !kind.isScript);
const PICTURES = [
  (url) => `<picture><source srcset="${url}"><img></picture>`,
  (url) => `<video preload="auto"><source src="${url}"></video>`,
  (url) => `<audio preload="auto"><source src="${url}"></audio>`,
  (url) => `<p style="background: url(${url})">x</p>`,
  (url) => `<p style='width: 9px; height: 9px; background-image: image-set("${url}" 1x)'>x</p>`,
  (url) => `<iframe srcdoc='<img src="${url}">'></iframe>`,
  (url) => `<iframe srcdoc="&lt;img src=&quot;${url}&quot;&gt;"></iframe>`,
  (url) => `<iframe srcdoc='<iframe src="${url}"></iframe>'></iframe>`,
  (url) => `<iframe srcdoc='<script src="${url}"></script>'></iframe>`,
  (url) => `<iframe srcdoc='<script>new Image().src = "${url}"</script>'></iframe>`,
  (url) => `<img src="data:," onerror="new Image().src = '${url}'">`,
  (url) => `<svg width=9 height=9><rect width=9 height=9 mask="url(${url})"/></svg>`,
  (url) =>
    `<svg width=9 height=9><filter id=f><feImage href="${url}"/></filter><rect width=9 height=9 filter="url(#f)"/></svg>`,
  (url) => `<div><template shadowrootmode="open"><img src="${url}"></template></div>`,
];

function elementByMarkup(chooser) {
  const isPicture = chooser.chance(0.3);
  const html = isPicture ? null : markup(chooser, chooser.pick(MARKUP_ELEMENTS));
  const picture = chooser.pick(PICTURES);
  const whole = html ?? picture(address(chooser, "svg", { isPlain: true }));
  const source = text(chooser, whole);
  const isDeclared = whole.includes("shadowrootmode");
  const parsed = `new DOMParser().parseFromString(${text(chooser, `<body>${whole}`, true)}, "text/html").body`;
  const choices = isDeclared
    ? [
        call(chooser, "p", "Element", "setHTMLUnsafe", source),
        `p.append(...Document.parseHTMLUnsafe(${source}).body.childNodes)`,
        `const q = document.createElement("div"); q.setHTMLUnsafe(${source}); p.append(q)`,
      ]
    : [
        set(chooser, "p", "Element", "innerHTML", source),
        set(chooser, "p", "Element", "innerHTML", source),
        `const q = document.createElement("div"); ${set(chooser, "q", "Element", "innerHTML", source)}; p.append(q)`,
        `const q = p.appendChild(document.createElement("i")); ${set(chooser, "q", "Element", "outerHTML", source)}`,
        call(
          chooser,
          "p",
          "Element",
          "insertAdjacentHTML",
          quoted(chooser.pick(["beforeend", "afterbegin", "BEFOREBEGIN", "afterEnd"])),
          source,
        ),
        `const r = document.createRange(); r.selectNodeContents(p); p.append(${call(chooser, "r", "Range", "createContextualFragment", source)})`,
        `p.append(...${parsed}.childNodes)`,
        `for (const q of [...${parsed}.childNodes]) p.append(document.adoptNode(q))`,
        `for (const q of [...${parsed}.childNodes]) p.append(document.importNode(q, true))`,
        `const q = document.implementation.createHTMLDocument(""); q.body.innerHTML = ${source}; p.append(...q.body.childNodes)`,
        `const q = document.createElement("template"); q.innerHTML = ${source}; p.append(q.content)`,
        `const q = document.createElement("template"); q.innerHTML = ${source}; p.append(${call(chooser, "q.content", "Node", "cloneNode", "true")})`,
        call(chooser, "p", "Element", "setHTMLUnsafe", source),
        `const s = p.attachShadow({ mode: "closed" }); ${set(chooser, "s", "ShadowRoot", "innerHTML", source)}`,
        `const q = document.createElement("template"); q.innerHTML = "<div></div>"; q.content.firstChild.attachShadow({ mode: "open" }).innerHTML = ${source}; p.append(q.content.firstChild)`,
        `const f = p.appendChild(document.createElement("iframe")); f.contentDocument.write(${source}); f.contentDocument.close()`,
        `const f = p.appendChild(document.createElement("iframe")); f.contentDocument.open(); for (const c of String(${source})) f.contentDocument.write(c); f.contentDocument.close()`,
        `const f = p.appendChild(document.createElement("iframe")); f.contentDocument.body.innerHTML = ${source}`,
        `const f = document.createElement("iframe"); ${set(chooser, "f", "HTMLIFrameElement", "srcdoc", source)}; p.append(f)`,
        `const f = p.appendChild(document.createElement("iframe")); ${call(chooser, "f", "Element", "setAttribute", '"srcdoc"', source)}`,
        `W.document.documentElement.insertAdjacentHTML("beforeend", ${source})`,
      ];
  return { sink: "request", code: `${PARENT} ${chooser.pick(choices)};` };
}

// ---- styles -------------------------------------------------------------------------------------

function style(chooser) {
  const url = address(chooser, "svg", { isPlain: true });
  const value = chooser.pick([
    `url(${url})`,
    `url( "${url}" )`,
    `URL('${url}')`,
    `u\\72 l(${url})`,
    `url(${url.replace("http", "\\68 ttp")})`,
    `url("${url.replace(":", "\\3a")}")`,
    `image-set("${url}" 1x)`,
    `-webkit-image-set(url(${url}) 1x)`,
    `/* ' */ url(${url}) /* ' */`,
    `url(${url.replace("http:", "")})`,
    `image-set('${url.replace("://", ":\\2f\\2f ")}' 1x)`,
  ]);
  const [css, camel] = chooser.pick([
    ["background-image", "backgroundImage"],
    ["background", "background"],
    ["border-image-source", "borderImageSource"],
    ["mask-image", "maskImage"],
    ["content", "content"],
  ]);
  const isContent = css === "content";
  const literal = text(chooser, value);
  const block = `border: 1px solid; width: 9px; height: 9px; ${css}: ${value}`;
  const id = `s${chooser.target.id}`;
  const rule = `#${id}${isContent ? "::before" : ""} { ${block} }`;
  const sheet = text(chooser, rule, true);
  const wrap = chooser.pick([
    (text) => text,
    (text) => `@media all { ${text} }`,
    (text) => `@supports (color: red) { ${text} }`,
    (text) => `i[a='"'] {} ${text}`,
    (text) => `@layer x { ${text} }`,
  ]);
  const wrapped = text(chooser, wrap(rule), true);
  const paint = 'p.style.cssText = "border: 1px solid; width: 9px; height: 9px";';
  const choices = [
    `${paint} p.style.${camel} = ${literal}`,
    `${paint} p.style["${css}"] = ${literal}`,
    `${paint} ${call(chooser, "p.style", "CSSStyleDeclaration", "setProperty", quoted(css), literal)}`,
    set(chooser, "p.style", "CSSStyleDeclaration", "cssText", text(chooser, block)),
    call(chooser, "p", "Element", "setAttribute", '"style"', text(chooser, block)),
    `p.style = ${text(chooser, block)}`,
    `${paint} p.attributeStyleMap.set("${css}", ${quoted(value)})`,
    `const a = document.createAttribute("style"); a.value = ${text(chooser, block, true)}; p.setAttributeNode(a)`,
    `${paint} p.animate({ ${camel}: [${quoted(value)}, ${quoted(value)}] }, { duration: 1e6, fill: "both" })`,
  ];
  const sheets = [
    `const s = document.createElement("style"); s.textContent = ${wrapped}; document.head.append(s)`,
    `const s = document.createElement("style"); document.head.append(s); s.textContent = ${wrapped}`,
    `const s = document.createElement("style"); document.head.append(s); s.append(${wrapped})`,
    `const s = document.createElement("style"); document.head.append(s); const t = s.appendChild(document.createTextNode("")); ${chooser.pick(["t.data", "t.nodeValue", "t.textContent"])} = ${wrapped}`,
    `const s = document.createElement("style"); document.head.append(s); const t = s.appendChild(document.createTextNode("")); t.${chooser.pick(["appendData(", "insertData(0, ", "replaceData(0, 0, "])}${wrapped})`,
    `p.insertAdjacentHTML("afterend", "<style>" + ${wrapped} + "</style>")`,
    `const s = document.createElement("style"); document.head.append(s); s.innerHTML = ${wrapped}`,
    `const s = document.createElement("style"); document.head.append(s); s.sheet.insertRule(${sheet})`,
    `const s = new CSSStyleSheet(); s.replaceSync(${wrapped}); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]`,
    `const s = document.createElement("style"); s.textContent = "#${id} { color: red }"; document.head.append(s); s.sheet.cssRules[0].style.cssText = ${text(chooser, block, true)}`,
    `const s = document.createElement("style"); s.textContent = ${text(chooser, `@import "${address(chooser, "css", { isPlain: true })}";`, true)}; document.head.append(s)`,
    `const s = document.createElementNS(${SVG}, "style"); s.textContent = ${wrapped}; document.createElementNS(${SVG}, "svg"); const v = document.createElementNS(${SVG}, "svg"); v.append(s); p.append(v)`,
  ];
  const isSheet = isContent || chooser.chance(0.6);
  const picked = chooser.pick(sheets);
  const inline = chooser.pick(choices);
  return { sink: "request", code: `${PARENT} p.id = "${id}"; p.textContent = "x"; ${isSheet ? picked : inline};` };
}

// ---- requests -----------------------------------------------------------------------------------

// An address with a name in it is none for these.
const isFetchable = (url) => !/@/.test(url);

function request(chooser) {
  const url = address(chooser, "txt", { allows: isFetchable });
  const value = text(chooser, url);
  const plain = text(chooser, address(chooser, "txt", { isPlain: true, allows: isFetchable }), true);
  const options = chooser.pick([
    "",
    ', { mode: "no-cors" }',
    ', { method: "POST", body: "x", mode: "no-cors" }',
    ', { keepalive: true, mode: "no-cors" }',
    ', { get mode() { return "no-cors"; } }',
  ]);
  const fetches = chooser.pick([
    `W.fetch(${value}${options})`,
    `fetch(${value}${options})`,
    `W.fetch.call(window, ${value}${options})`,
    `Reflect.apply(W.fetch, window, [${value}${options}])`,
    `W.fetch.bind(W)(${value}${options})`,
    `fetch(new Request(${value}${options}))`,
    `fetch(new W.Request(${value}${options}).clone())`,
    `fetch(new Request(new Request(${value}${options})))`,
    `W.window.fetch(${value}${options})`,
    `fetch(Object.defineProperty(new Request(${value}${options}), "url", { value: location.href }))`,
    `Object.getOwnPropertyDescriptor(W, "fetch").value.call(W, ${value}${options})`,
    `new W.Function("u", "return fetch(u)")(${plain})`,
    `fetch(new (class extends Request { get url() { return location.href; } })(${value}${options}))`,
    `W.eval("fetch")(${value}${options})`,
  ]);
  const x = chooser.pick([
    "new XMLHttpRequest()",
    "new W.XMLHttpRequest()",
    "Reflect.construct(W.XMLHttpRequest, [])",
    "new (class extends XMLHttpRequest {})()",
    "new XMLHttpRequest.prototype.constructor()",
  ]);
  const xhr = `const x = ${x}; ${chooser.pick(["", 'x.open("GET", location.href);'])} ${call(chooser, "x", "XMLHttpRequest", "open", '"POST"', value)}; ${call(chooser, "x", "XMLHttpRequest", "send", '"x"')}`;
  const beacon = call(chooser, "W.navigator", "Navigator", "sendBeacon", value);
  return {
    sink: "request",
    code: chooser.pick([`${fetches}.catch(() => {});`, `${fetches}.catch(() => {});`, `${xhr};`, `${beacon};`]),
  };
}

function socket(chooser) {
  const { host, socketPort, path, id } = chooser.target;
  const url = `ws://${host}:${socketPort}${path}/socket?${id}`;
  const value = text(
    chooser,
    chooser.pick([url, url.replace("ws", "WS"), url.replace("ws:", "http:"), url.replace("://", ":\\\\")]),
  );
  return {
    sink: "request",
    code: chooser.pick([
      `new WebSocket(${value});`,
      `new W.WebSocket(${value});`,
      `Reflect.construct(W.WebSocket, [${value}]);`,
      `new (class extends W.WebSocket {})(${value});`,
      `new W.WebSocket.prototype.constructor(${value});`,
      `Reflect.construct(Object, [], W.WebSocket), new WebSocket(${value});`,
    ]),
  };
}

function stream(chooser) {
  const value = text(chooser, address(chooser, "txt"));
  return {
    sink: "request",
    code: chooser
      .pick([
        `new EventSource(${value});`,
        `new W.EventSource(${value});`,
        `Reflect.construct(W.EventSource, [${value}]);`,
        `new (class extends EventSource {})(${value});`,
      ])
      .replace(/^(.*);$/, "const x = $1; x.onerror = () => x.close();"),
  };
}

function form(chooser) {
  const url = address(chooser, "html");
  const value = text(chooser, url);
  const name = `t${chooser.target.id}`;
  const start = `${PARENT} const t = document.createElement("iframe"); t.name = "${name}"; document.body.append(t); const f = document.createElement("form"); f.target = "${name}"; f.method = "${chooser.pick(["get", "post"])}"; f.innerHTML = "<input name=\\"${chooser.target.id}\\"><button></button>";`;
  const action = chooser.pick([
    set(chooser, "f", "HTMLFormElement", "action", value),
    call(chooser, "f", "Element", "setAttribute", '"action"', value),
  ]);
  const put = chooser.pick(["p.append(f);", "p.append(f);", 'p.attachShadow({ mode: "open" }).append(f);']);
  const send = chooser
    .pick([
      call(chooser, "f", "HTMLFormElement", "submit"),
      "f.requestSubmit()",
      'f.querySelector("button").click()',
      'f.querySelector("button").dispatchEvent(new MouseEvent("click"))',
      'f.addEventListener("submit", (event) => event.stopImmediatePropagation(), true); f.requestSubmit()',
    ])
    .replace(", )", ")");
  return { sink: "request", code: `${start} ${action}; ${put} ${send};` };
}

// ---- stores -------------------------------------------------------------------------------------

function cookie(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const pair = `${chooser.pick(["", " ", "\t"])}${name}${chooser.pick(["", " "])}=1${chooser.pick(["; Path=/", ";path=/;max-age=9999", "; SameSite=Lax; Path=/", "; Path=/; Expires=Fri, 31 Dec 2038 23:59:59 GMT"])}`;
  const document = chooser.pick(["document", "W.document", "W.document.documentElement.ownerDocument"]);
  const value = text(chooser, pair);
  return {
    sink: "cookie",
    name,
    code: chooser.pick([
      `${set(chooser, document, "Document", "cookie", value)};`,
      `${set(chooser, document, "Document", "cookie", value)};`,
      `with_ = new Function("d", "v", "with (d) cookie = v"); with_(${document}, ${value});`.replaceAll(
        "with_ =",
        "const with_ =",
      ),
      `new W.Function("v", "document.cookie = v")(${value});`,
      `W.eval(${quoted(`document.cookie = ${quoted(pair)}`)});`,
      `cookieStore.set(${quoted(name)}, "1");`,
      `cookieStore.set({ name: ${quoted(name)}, value: "1", path: "/" });`,
      `CookieStore.prototype.set.call(cookieStore, { get name() { return ${quoted(name)}; }, get value() { return "1"; } });`,
    ]),
  };
}

function storage(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const [sink, area] = chooser.pick([
    ["local-storage", "localStorage"],
    ["session-storage", "sessionStorage"],
  ]);
  const from = chooser.pick([
    `window.${area}`,
    `W.${area}`,
    `Reflect.get(window, "${area}")`,
    `W["${area.slice(0, 3)}" + "${area.slice(3)}"]`,
    `(Object.getOwnPropertyDescriptor(W, "${area}") ?? Object.getOwnPropertyDescriptor(W.Window.prototype, "${area}")).get.call(W)`,
    `new StorageEvent("storage", { storageArea: window.${area} }).storageArea`,
  ]);
  const key = text(chooser, name);
  const literal = quoted(name);
  return {
    sink,
    name,
    code:
      `const s = ${from}; ` +
      chooser.pick([
        call(chooser, "s", "Storage", "setItem", key, '"1"'),
        call(chooser, "s", "Storage", "setItem", key, '"1"'),
        `s[${key}] = "1"`,
        `Object.assign(s, { [${literal}]: "1" })`,
        `Reflect.set(s, ${literal}, "1")`,
        `Object.defineProperty(s, ${literal}, { value: "1", configurable: true, enumerable: true, writable: true })`,
        `Reflect.defineProperty(s, ${literal}, { value: "1", configurable: true, enumerable: true, writable: true })`,
        `Object.defineProperties(s, { [${literal}]: { value: "1", configurable: true, enumerable: true, writable: true } })`,
        `s[${literal}] ??= "1"`,
        `s[${literal}] = 1; s[${literal}] += "x"`,
        `Reflect.set(Object.create(s), ${literal}, "1", s)`,
        `[s[${literal}]] = ["1"]`,
      ]) +
      ";",
  };
}

function database(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const key = text(chooser, name);
  return chooser.pick([
    {
      sink: "storage-bucket",
      name,
      takesTime: true,
      code: `${call(chooser, "W.navigator.storageBuckets", "StorageBucketManager", "open", key)};`,
    },
    { sink: "indexed-db", name, takesTime: true, code: `${call(chooser, "W.indexedDB", "IDBFactory", "open", key)};` },
    {
      sink: "cache-storage",
      name,
      takesTime: true,
      code: `${call(chooser, "W.caches", "CacheStorage", "open", key)};`,
    },
  ]);
}

const FAMILIES = [
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByMarkup,
  elementByMarkup,
  elementByMarkup,
  elementByMarkup,
  style,
  style,
  request,
  request,
  request,
  socket,
  stream,
  form,
  cookie,
  cookie,
  storage,
  storage,
  database,
];

// ---- how it is run ------------------------------------------------------------------------------

// Built-ins that a gate might use, and what a page may put in their place for the time of the attempt.
const PATCHES = [
  ["String.prototype", "indexOf", "() => -1"],
  ["String.prototype", "startsWith", "() => false"],
  ["String.prototype", "slice", '() => ""'],
  ["String.prototype", "split", "() => []"],
  ["String.prototype", "toLowerCase", '() => ""'],
  ["String.prototype", "trim", '() => "need"'],
  ["String.prototype", "replace", "function () { return this; }"],
  ["String.prototype", "includes", "() => false"],
  ["RegExp.prototype", "exec", "() => null"],
  ["RegExp.prototype", "test", "() => false"],
  ["Array.prototype", "push", "() => 0"],
  ["Array.prototype", "includes", "() => true"],
  ["Array.prototype", "forEach", "() => {}"],
  ["Array.prototype", "map", "() => []"],
  ["Array.prototype", "filter", "() => []"],
  ["Array.prototype", "some", "() => false"],
  ["Array.prototype", "indexOf", "() => -1"],
  ["Function.prototype", "apply", "() => 0"],
  ["Function.prototype", "call", "() => 0"],
  ["Function.prototype", "bind", "function () { return this; }"],
  ["Reflect", "apply", "() => 0"],
  ["Reflect", "get", "() => 0"],
  ["Object", "getOwnPropertyDescriptor", "() => undefined"],
  ["Object", "defineProperty", "(object) => object"],
  ["Object", "keys", "() => []"],
  ["Map.prototype", "get", "() => undefined"],
  ["WeakMap.prototype", "get", "() => undefined"],
  ["WeakMap.prototype", "has", "() => true"],
  ["WeakSet.prototype", "has", "() => true"],
  ["Set.prototype", "has", "() => true"],
  ["Element.prototype", "getAttribute", "() => null"],
  ["Element.prototype", "hasAttribute", "() => false"],
  ["Element.prototype", "querySelectorAll", "() => []"],
  ["TextEncoder.prototype", "encodeInto", "() => ({ read: 0, written: 0 })"],
  ["TextDecoder.prototype", "decode", '() => ""'],
  ["JSON", "parse", "() => ({})"],
  ["JSON", "stringify", '() => "{}"'],
  ["window", "URL", 'function () { return { href: location.href, pathname: "/" }; }'],
  ["Promise.prototype", "then", "() => {}"],
  ["EventTarget.prototype", "dispatchEvent", "() => true"],
  ["DOMParser.prototype", "parseFromString", "() => document"],
];
const POLLUTED = [
  'Object.defineProperty(Object.prototype, "get", { value: () => 0, configurable: true }); UNDO = () => delete Object.prototype.get;',
  'Object.defineProperty(Object.prototype, "value", { value: () => 0, configurable: true, writable: true }); UNDO = () => delete Object.prototype.value;',
  "Object.defineProperty(Array.prototype, 0, { get: () => location.href, set() {}, configurable: true }); UNDO = () => delete Array.prototype[0];",
  'Object.defineProperty(Object.prototype, "apply", { value: undefined, configurable: true, writable: true }); UNDO = () => delete Object.prototype.apply;',
  "const iterate = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function* () {}; UNDO = () => { Array.prototype[Symbol.iterator] = iterate; };",
];

/** The program while the page has put something of its own in the place of a built-in. */
function patched(chooser, code) {
  const [owner, name, lie] = chooser.pick(PATCHES);
  const pollution = chooser.pick(POLLUTED);
  const isPolluted = chooser.chance(0.3);
  if (!chooser.chance(0.12)) return code;
  // What the program itself uses would not work any more.
  const uses = (word) => code.includes(word);
  if (isPolluted) {
    if (pollution.includes("Symbol.iterator") && /\.\.\.|for \(|\] = \[|\(\[/.test(code)) return code;
    if (
      /"(get|value)"|Array.prototype/.test(pollution) &&
      /defineProperty|defineProperties|createAttribute|Proxy|= \[|\[\(|\["|class|EventInit|new \w+\(.*\{/.test(code)
    )
      return code;
    return `let UNDO = () => {}; ${pollution} try { ${code} } finally { UNDO(); }`;
  }
  if (uses(`.${name}(`) || uses(`${name}.`) || uses(`"${name}"`) || (name === "URL" && uses("URL"))) return code;
  return `const TRUE = ${owner}.${name}; ${owner}.${name} = ${lie}; try { ${code} } finally { ${owner}.${name} = TRUE; }`;
}

/** The program, run at once or in another way. */
function wrapped(chooser, code) {
  const block = `{ ${code} }`;
  const literal = quoted(block);
  const html = block.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const id = chooser.target.id;
  const ways = [
    block,
    block,
    block,
    block,
    block,
    `setTimeout(() => ${block});`,
    `queueMicrotask(() => ${block});`,
    `Promise.resolve().then(() => ${block});`,
    `new Function(${literal})();`,
    `(0, eval)(${literal});`,
    `setTimeout(${literal}, 0);`,
    `(() => ${block})();`,
    `const b = document.createElement("b"); b.setAttribute("onclick", ${literal}); b.click();`,
    `const b = document.createElement("b"); document.body.append(b); b.innerHTML = ${quoted(`<img src="data:," onerror="${html}">`)};`,
    `const b = document.createElement("script"); b.text = ${literal}; document.head.append(b);`,
    `const b = document.createElement("script"); b.src = URL.createObjectURL(new Blob([${literal}])); document.head.append(b);`,
    `const b = document.createElement("script"); b.src = "data:text/javascript;charset=utf-8," + encodeURIComponent(${literal}); document.head.append(b);`,
    `const b = document.createElement("script"); b.type = "module"; b.textContent = ${literal}; document.head.append(b);`,
    `document.addEventListener("x-${id}", () => ${block}); document.dispatchEvent(new Event("x-${id}"));`,
    `const b = document.createElement("div"); new MutationObserver(() => ${block}).observe(b, { childList: true }); b.append("x");`,
    `customElements.define("x-${id}", class extends HTMLElement { connectedCallback() ${block} }); document.body.append(document.createElement("x-${id}"));`,
    `const b = new MessageChannel(); b.port1.onmessage = () => ${block}; b.port2.postMessage(0);`,
    `document.body.append(Object.assign(document.createElement("iframe"), { src: "javascript:parent.eval(decodeURIComponent('" + encodeURIComponent(${literal}).replaceAll("'", "%27").replaceAll("%", "%25") + "')), undefined" }));`,
  ];
  const way = chooser.pick(ways);
  // In a listener that stands in an attribute, `URL` is the document's address.
  const isLost = /(?<![.\w])URL[.(]/.test(code) && /"onclick"|onerror=/.test(way);
  return `{ ${isLost ? block : way} }`;
}
