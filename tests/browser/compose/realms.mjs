// Blocks of composed attempts (../compose.mjs): which window makes the attempt, the page's own or a fresh one, and how that was had.
//
// Left out: what the window then does.

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
export function pickRealm(chooser) {
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
