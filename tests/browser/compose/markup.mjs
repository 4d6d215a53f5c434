// Blocks of composed attempts (../compose.mjs): markup that asks for an address, disguised, and how it gets into the document.
//
// Left out: the kinds of elements (elements.mjs).

import { call, set } from "./calls.mjs";
import { ELEMENTS, allowsIn, upper } from "./elements.mjs";
import { PARENT, address, quoted, text } from "./text.mjs";

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

export function elementByMarkup(chooser) {
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
