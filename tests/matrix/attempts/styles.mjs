// Attempts to make a style ask for something. Their marker is the address in the style.

const style = (id, title, run, more) => ({ id: `style-${id}`, kind: "styles", title, sink: "request", run, ...more });
const sheet = (text) => {
  const element = document.createElement("style");
  element.textContent = text;
  document.head.append(element);
  return element;
};
const paint = (at) => {
  at.box.textContent = "x";
  return "#" + at.box.id;
};
const both = { args: [sheet, paint] };

export const styles = [
  style("property", "`style.backgroundImage`", (at) => {
    at.box.style.backgroundImage = `url(${at.url()})`;
  }),
  style("shorthand", "`style.background`", (at) => {
    at.box.style.background = `url("${at.url()}") no-repeat`;
  }),
  style("computed", '`style["background-image"]`', (at) => {
    at.box.style["background-image"] = `url(${at.url()})`;
  }),
  style("set-property", "`style.setProperty`", (at) => {
    at.box.style.setProperty("background-image", `url(${at.url()})`);
  }),
  style("list", "`style.listStyleImage`", (at) => {
    at.box.style.cssText = "display: list-item";
    at.box.style.listStyleImage = `url(${at.url()})`;
  }),
  style("border", "`style.borderImage`", (at) => {
    at.box.style.cssText = "border: 9px solid";
    at.box.style.borderImage = `url(${at.url()}) 1`;
  }),
  style("image-set", "`image-set(…)`", (at) => {
    at.box.style.backgroundImage = `image-set("${at.url()}" 1x)`;
  }),
  style("escaped", "`url` written with escapes", (at) => {
    at.box.style.backgroundImage = `u\\72l(${at.url().replace("http", "\\68ttp")})`;
  }),
  style("css-text", "`style.cssText`", (at) => {
    at.box.style.cssText = `background-image: url(${at.url()})`;
  }),
  style("attribute", '`setAttribute("style", …)`', (at) => {
    at.box.setAttribute("style", `background-image: url(${at.url()})`);
  }),
  style("assign", "`element.style = …`", (at) => {
    at.box.style = `background-image: url(${at.url()})`;
  }),
  style("markup", "style attribute, by `innerHTML`", (at) => {
    at.box.innerHTML = `<p style="background: url(${at.url()})">x</p>`;
  }),
  style("typed", "`attributeStyleMap.set`", (at) => {
    at.box.attributeStyleMap.set("background-image", `url(${at.url()})`);
  }),
  style(
    "variable",
    "custom property, used by a sheet",
    (at, sheet, paint) => {
      sheet(`${paint(at)} { background-image: var(--x-${at.name}) }`);
      at.box.style.setProperty("--x-" + at.name, `url(${at.url()})`);
    },
    both,
  ),
  style(
    "element",
    "text of a `style` element",
    (at, sheet, paint) => {
      sheet(`${paint(at)} { background-image: url(${at.url()}) }`);
    },
    both,
  ),
  style(
    "element-late",
    "text given to a `style` element in the document",
    (at, sheet, paint) => {
      const element = sheet("");
      element.textContent = `${paint(at)} { background-image: url(${at.url()}) }`;
    },
    both,
  ),
  style(
    "element-node",
    "text node appended to a `style` element",
    (at, sheet, paint) => {
      sheet("").appendChild(document.createTextNode(`${paint(at)} { background-image: url(${at.url()}) }`));
    },
    both,
  ),
  style(
    "element-data",
    "`data` of the text node of a `style` element",
    (at, sheet, paint) => {
      sheet("i { color: red }").firstChild.data = `${paint(at)} { background-image: url(${at.url()}) }`;
    },
    both,
  ),
  style("element-html", "`style` element, by `innerHTML`", (at) => {
    at.box.innerHTML = `<style>#box-${at.variant}-${at.id} { background-image: url(${at.url()}) }</style>x`;
  }),
  style(
    "insert-rule",
    "`insertRule`",
    (at, sheet, paint) => {
      sheet("").sheet.insertRule(`${paint(at)} { background-image: url(${at.url()}) }`);
    },
    both,
  ),
  style(
    "rule-style",
    "`style` of a rule",
    (at, sheet, paint) => {
      sheet(`${paint(at)} { color: red }`).sheet.cssRules[0].style.setProperty("background-image", `url(${at.url()})`);
    },
    both,
  ),
  style(
    "rule-css-text",
    "`style.cssText` of a rule",
    (at, sheet, paint) => {
      sheet(`${paint(at)} { color: red }`).sheet.cssRules[0].style.cssText = `background-image: url(${at.url()})`;
    },
    both,
  ),
  style(
    "add-rule",
    "`addRule`",
    (at, sheet, paint) => {
      sheet("").sheet.addRule(paint(at), `background-image: url(${at.url()})`);
    },
    both,
  ),
  style(
    "nested-rule",
    "`insertRule` into a `@media` rule",
    (at, sheet, paint) => {
      sheet("@media all {}").sheet.cssRules[0].insertRule(`${paint(at)} { background-image: url(${at.url()}) }`);
    },
    both,
  ),
  style(
    "replace-sync",
    "`replaceSync` of a constructed sheet",
    (at, sheet, paint) => {
      const made = new CSSStyleSheet();
      made.replaceSync(`${paint(at)} { background-image: url(${at.url()}) }`);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, made];
    },
    both,
  ),
  style(
    "replace",
    "`replace` of a constructed sheet",
    (at, sheet, paint) => {
      const made = new CSSStyleSheet();
      document.adoptedStyleSheets.push(made);
      return made.replace(`${paint(at)} { background-image: url(${at.url()}) }`);
    },
    both,
  ),
  style(
    "import",
    "`@import` in a `style` element",
    (at, sheet) => {
      sheet(`@import "${at.url("css")}";`);
    },
    both,
  ),
  style(
    "import-rule",
    "`@import` by `insertRule`",
    (at, sheet) => {
      sheet("").sheet.insertRule(`@import url(${at.url("css")})`);
    },
    both,
  ),
  style(
    "font-face",
    "`@font-face` in a `style` element",
    (at, sheet, paint) => {
      sheet(
        `@font-face { font-family: "${at.name}"; src: url(${at.url("woff2")}) } ${paint(at)} { font-family: "${at.name}" }`,
      );
    },
    both,
  ),
  style("font", "`new FontFace(…).load()`", (at) => {
    new FontFace(at.name, `url(${at.url("woff2")})`).load().catch(() => {});
  }),
  style("font-added", "`document.fonts.add`, used by an element", (at) => {
    document.fonts.add(new FontFace(at.name, `url(${at.url("woff2")})`));
    at.box.textContent = "x";
    at.box.style.fontFamily = at.name;
  }),
  style("animate", "`animate`", (at) => {
    at.box.animate({ backgroundImage: [`url(${at.url()})`, `url(${at.url()})`] }, { duration: 1e6, fill: "both" });
  }),
  style(
    "keyframes",
    "`@keyframes`",
    (at, sheet, paint) => {
      sheet(
        `@keyframes k-${at.name} { from, to { background-image: url(${at.url()}) } } ${paint(at)} { animation: k-${at.name} 1000s both }`,
      );
    },
    both,
  ),
  style(
    "pseudo",
    "`content` of a pseudo-element",
    (at, sheet, paint) => {
      sheet(`${paint(at)}::before { content: url(${at.url()}) }`);
    },
    both,
  ),
  style("mask", "`mask-image`", (at) => {
    at.box.style.cssText = "width: 9px; height: 9px; background: red";
    at.box.style.maskImage = `url(${at.url()})`;
  }),
  style("cursor", "`shape-outside`", (at) => {
    at.box.style.float = "left";
    at.box.style.shapeOutside = `url(${at.url()})`;
  }),
  style("shadow", "`style` element in a shadow root", (at) => {
    at.box.attachShadow({ mode: "open" }).innerHTML = `<style>p { background-image: url(${at.url()}) }</style><p>x</p>`;
  }),
  style("shadow-adopted", "constructed sheet of a shadow root", (at) => {
    const made = new CSSStyleSheet();
    made.replaceSync(`p { background-image: url(${at.url()}) }`);
    const root = at.box.attachShadow({ mode: "open" });
    root.innerHTML = "<p>x</p>";
    root.adoptedStyleSheets = [made];
  }),
  style(
    "registered",
    "`initialValue` of `CSS.registerProperty`",
    (at, sheet, paint) => {
      sheet(`${paint(at)} { background-image: var(--r-${at.name}) }`);
      CSS.registerProperty({
        name: "--r-" + at.name,
        syntax: "<image>",
        inherits: false,
        initialValue: `url(${at.url()})`,
      });
    },
    both,
  ),
  style(
    "bad-address",
    "an address after one that is none, with a quote and a comment in it",
    (at, sheet, paint) => {
      sheet(`i { b: url( x '(/*) } ${paint(at)} { background: url(${at.url()}) } /*`);
    },
    both,
  ),
  style("instruction", "`xml-stylesheet` instruction", (at) => {
    const made = document.createProcessingInstruction("xml-stylesheet", `href="${at.url("css")}" type="text/css"`);
    document.insertBefore(made, document.documentElement);
  }),
  style("instruction-data", "`data` of an `xml-stylesheet` instruction", (at) => {
    const made = document.createProcessingInstruction("xml-stylesheet", 'type="text/css"');
    document.insertBefore(made, document.documentElement);
    made.data = `href="${at.url("css")}" type="text/css"`;
  }),
  style("data-sheet", "`data:` style sheet that imports", (at) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = "data:text/css," + encodeURIComponent(`@import "${at.url("css")}";`);
    document.head.append(link);
  }),
  style("blob-sheet", "`blob:` style sheet that imports", (at) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = URL.createObjectURL(new Blob([`@import "${at.url("css")}";`], { type: "text/css" }));
    document.head.append(link);
  }),
];
