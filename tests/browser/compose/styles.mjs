// Blocks of composed attempts (../compose.mjs): styles that name an address, and where they stand.
//
// Left out: style sheets that are files (browser.mjs).

import { call, set } from "./calls.mjs";
import { PARENT, SVG, address, quoted, text } from "./text.mjs";

export function style(chooser) {
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
