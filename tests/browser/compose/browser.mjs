// Blocks of composed attempts (../compose.mjs) that only the browser itself can stop: what `import` names, what
// files ask for, where servers send on to, where frames are sent, and what stands in sandboxed ones.
//
// Left out: in which phases it does (../random-gate.test.mjs).

import { PARENT, address, quoted, text } from "./text.mjs";

function importing(chooser) {
  const plain = address(chooser, "js", { isPlain: true });
  const value = text(chooser, address(chooser, "js"));
  const source = quoted(`import(${quoted(plain)}).catch(() => {})`);
  return {
    sink: "request",
    code: chooser.pick([
      `import(${value}).catch(() => {});`,
      `new W.Function("u", "return import(u)")(${value}).catch(() => {});`,
      `W.eval(${source});`,
      `setTimeout(${source}, 0);`,
      `const e = document.createElement("script"); e.type = "module"; e.textContent = ${quoted(`import ${quoted(plain)};`)}; document.head.append(e);`,
      `const e = document.createElement("script"); e.type = "module"; e.textContent = ${quoted(`export * from ${quoted(plain)};`)}; document.head.append(e);`,
      `import(URL.createObjectURL(new Blob([${quoted(`import ${quoted(plain)};`)}], { type: "text/javascript" }))).catch(() => {});`,
      `import("data:text/javascript," + encodeURIComponent(${quoted(`import ${quoted(plain)};`)})).catch(() => {});`,
    ]),
  };
}

/** A style sheet that is a file of the page's own, and what it names. */
function sheetFile(chooser) {
  const id = `s${chooser.target.id}`;
  const url = address(chooser, "svg", { isPlain: true });
  const css = chooser.pick([
    `#${id} { background: url(${url}) }`,
    `@import "${address(chooser, "css", { isPlain: true })}";`,
    `#${id}::before { content: url("${url}") }`,
    `#${id} { mask-image: url(${url}); background: red }`,
    `@media all { #${id} { --x: url(${url}); background-image: var(--x) } }`,
    `@font-face { font-family: "${id}"; src: url(${address(chooser, "txt", { isPlain: true })}) } #${id} { font-family: "${id}" }`,
    `@keyframes ${id} { from, to { background: url(${url}) } } #${id} { animation: ${id} 1000s both }`,
  ]);
  const file = `"/sheet.css?" + encodeURIComponent(${quoted(css)})`;
  return {
    sink: "request",
    code:
      `${PARENT} p.id = "${id}"; p.textContent = "x"; ` +
      chooser.pick([
        `const e = document.createElement("link"); e.rel = "stylesheet"; e.href = ${file}; document.head.append(e);`,
        `document.head.insertAdjacentHTML("beforeend", "<link rel=stylesheet href=" + ${file} + ">");`,
        `const e = document.createElement("style"); e.textContent = "@import '" + (${file}).replaceAll("'", "%27") + "'"; document.head.append(e);`,
      ]),
  };
}

/** An address of the page's own whose server sends on. */
function detour(chooser) {
  const to = (file) => `"/to?" + encodeURIComponent(${quoted(address(chooser, file, { isPlain: true }))})`;
  const [txt, svg, js, css] = ["txt", "svg", "js", "css"].map(to);
  return {
    sink: "request",
    takesTime: true,
    code: chooser.pick([
      `W.fetch(new URL(${txt}, location.href), { mode: "no-cors" }).catch(() => {});`,
      `W.navigator.sendBeacon(new URL(${txt}, location.href));`,
      `new Image().src = ${svg};`,
      `const x = new XMLHttpRequest(); x.open("GET", ${txt}); x.send();`,
      `const x = new EventSource(${txt}); x.onerror = () => x.close();`,
      `const e = document.createElement("script"); e.src = ${js}; document.head.append(e);`,
      `const e = document.createElement("link"); e.rel = "stylesheet"; e.href = ${css}; document.head.append(e);`,
      `${PARENT} p.style.cssText = "width: 9px; height: 9px; background: url(" + ${svg} + ")";`,
    ]),
  };
}

function navigation(chooser) {
  const value = text(chooser, address(chooser, "html"));
  const plain = address(chooser, "html", { isPlain: true });
  const name = `t${chooser.target.id}`;
  return {
    sink: "request",
    code:
      `const t = document.createElement("iframe"); t.name = "${name}"; document.body.append(t); ` +
      chooser.pick([
        `t.contentWindow.location = ${value};`,
        `t.contentWindow.location.href = ${value};`,
        `t.contentWindow.location.replace(${value});`,
        `t.contentDocument.location.assign(${value});`,
        `open(${value}, "${name}");`,
        `t.contentWindow.open(${value}, "_self");`,
        `t.contentWindow.navigation.navigate(${value});`,
        `t.contentWindow.eval(${quoted(`location.href = ${quoted(plain)}`)});`,
        `const a = document.createElement("a"); a.target = "${name}"; a.href = ${value}; document.body.append(a); a.click();`,
        `t.contentDocument.body.innerHTML = ${quoted(`<a href="${plain}">x</a>`)}; t.contentDocument.body.firstChild.click();`,
        `t.srcdoc = ${quoted(`<meta http-equiv=refresh content="0;url=${plain}">`)};`,
        `t.srcdoc = ${quoted(`<script>location.replace("${plain}")</script>`)};`,
        `t.src = "/to?" + encodeURIComponent(${quoted(plain)});`,
      ]),
  };
}

/** What stands in a frame where none of our scripts runs. */
function sandboxed(chooser) {
  const url = address(chooser, "svg", { isPlain: true });
  const html = chooser.pick([
    `<img src="${url}">`,
    `<script>new Image().src = "${url}"</script>`,
    `<p style="background: url(${url})">x`,
    `<svg width=9 height=9><image width=9 height=9 href="${url}"/></svg>`,
    `<script type=module>import "${address(chooser, "js", { isPlain: true })}"</script>`,
  ]);
  const rights = chooser.pick(["allow-scripts", "allow-scripts allow-forms", "allow-scripts allow-same-origin"]);
  return {
    sink: "request",
    code:
      `const t = document.createElement("iframe"); ` +
      chooser.pick([
        `t.sandbox = "${rights}"; t.srcdoc = ${quoted(html)}; document.body.append(t);`,
        `t.setAttribute("sandbox", "${rights}"); document.body.append(t); t.setAttribute("srcdoc", ${quoted(html)});`,
      ]),
  };
}

/** Where the browser holds requests by itself; and frames as well. */
export const BEYOND = [importing, importing, sheetFile, sheetFile, detour, detour, sandboxed];
export const NAVIGATIONS = [navigation, navigation];
