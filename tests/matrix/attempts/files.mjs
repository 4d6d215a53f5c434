// Attempts that no script of the page makes by itself: what a file asks for that the page may load (a style
// sheet, a module, a page of the site), where a server sends a request on to, and what `import` names.
// Their marker is the address that stands in the file, or that the request is sent on to.

const inSheet = (id, title, css, more) => ({
  id: `file-${id}`,
  kind: "what a style sheet that is a file names",
  load: "files",
  title,
  sink: "request",
  run: (at, css) => {
    at.box.textContent = "x";
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = at.file("sheet.css", css(at, "#" + at.box.id), at.id.includes("elsewhere"));
    document.head.append(link);
  },
  args: [css],
  ...more,
});

const sheets = [
  inSheet("image", "`url(…)`", (at, box) => `${box} { background-image: url(${at.url()}) }`),
  inSheet(
    "elsewhere-image",
    "`url(…)` in a sheet of the other party",
    (at, box) => `${box} { background-image: url(${at.url()}) }`,
  ),
  inSheet("image-set", "`image-set(…)`", (at, box) => `${box} { background-image: image-set("${at.url()}" 1x) }`),
  inSheet("mask", "`mask-image`", (at, box) => `${box} { background: red; mask-image: url(${at.url()}) }`),
  inSheet("content", "`content` of a pseudo-element", (at, box) => `${box}::after { content: url("${at.url()}") }`),
  inSheet(
    "variable",
    "a custom property",
    (at, box) => `:root { --v-${at.name}: url(${at.url()}) } ${box} { background: var(--v-${at.name}) }`,
  ),
  inSheet(
    "keyframes",
    "`@keyframes`",
    (at, box) =>
      `@keyframes k-${at.name} { from, to { background-image: url(${at.url()}) } } ${box} { animation: k-${at.name} 1000s both }`,
  ),
  inSheet(
    "font",
    "a font",
    (at, box) =>
      `@font-face { font-family: "${at.name}"; src: local("no such font"), url(${at.url("woff2")}) } ${box} { font-family: "${at.name}" }`,
  ),
  inSheet(
    "elsewhere-font",
    "a font in a sheet of the other party",
    (at, box) =>
      `@font-face { font-family: "${at.name}"; src: url(${at.url("woff2")}) } ${box} { font-family: "${at.name}" }`,
  ),
  inSheet("import", "`@import`", (at) => `@import "${at.url("css")}";`),
  inSheet("elsewhere-import", "`@import` in a sheet of the other party", (at) => `@import url("${at.url("css")}");`),
  inSheet(
    "import-layer",
    "`@import` with a layer and conditions",
    (at) => `@charset "utf-8"; @import url(${at.url("css")}) layer(x) supports(color: red) all;`,
  ),
  inSheet(
    "import-deep",
    "a sheet that a sheet imports",
    (at, box) => `@import "${at.file("sheet.css", `${box} { background-image: url(${at.url()}) }`)}";`,
  ),
  {
    ...inSheet("shadow", "a sheet of a shadow root", (at) => `p { background-image: url(${at.url()}) }`),
    run: (at, css) => {
      at.box.attachShadow({
        mode: "open",
      }).innerHTML = `<link rel="stylesheet" href="${at.file("sheet.css", css(at))}"><p>x</p>`;
    },
  },
  {
    ...inSheet(
      "imported",
      "a sheet that a `style` element imports",
      (at, box) => `${box} { background-image: url(${at.url()}) }`,
    ),
    run: (at, css) => {
      at.box.textContent = "x";
      const style = document.createElement("style");
      style.textContent = `@import "${at.file("sheet.css", css(at, "#" + at.box.id))}";`;
      document.head.append(style);
    },
  },
];

const page = (id, title, run, more) => ({
  id: `file-page-${id}`,
  kind: "what a page of the site asks for, in a frame or a window",
  load: "files",
  title,
  sink: "request",
  run,
  ...more,
});
const pages = [
  page("script", "its own script sends", (at) => {
    at.frame((frame) => {
      frame.src = at.file("by.html", `fetch("${at.url("txt")}", { mode: "no-cors" })`);
    });
  }),
  page("object", "its own script sends, in an `object`", (at) => {
    at.box.innerHTML = `<object type="text/html" data="${at.file("by.html", `new Image().src = "${at.url()}"`)}"></object>`;
  }),
  page("markup", "an image of its markup", (at) => {
    at.frame((frame) => {
      frame.src = at.file("by.html", `</script><img src="${at.url()}"><script>`);
    });
  }),
  page(
    "window",
    "its own script sends, in a window",
    (at) => {
      at.keep(open(at.file("by.html", `fetch("${at.url("txt")}", { mode: "no-cors" })`)));
    },
    { load: "popups" },
  ),
];

const detour = (id, title, run, more) => ({
  id: `detour-${id}`,
  kind: "sent on by the own server",
  load: "files",
  title,
  sink: "request",
  run,
  ...more,
});
const detours = [
  detour("fetch", "`fetch`", (at) => fetch(at.detour("txt"), { mode: "no-cors" })),
  detour("fetch-cors", "`fetch` with CORS", (at) => fetch(at.detour("json"))),
  detour("twice", "`fetch`, sent on twice", (at) =>
    fetch(location.origin + "/to?" + encodeURIComponent(at.detour("json"))),
  ),
  detour("xhr", "`XMLHttpRequest`", (at) => {
    const sent = new XMLHttpRequest();
    sent.open("GET", at.detour("txt"));
    sent.send();
  }),
  detour("beacon", "`sendBeacon`", (at) => {
    navigator.sendBeacon(at.detour("txt"), "body");
  }),
  detour("event-source", "`EventSource`", (at) => {
    new EventSource(at.detour("stream"));
  }),
  detour("image", "image", (at) => {
    new Image().src = at.detour();
  }),
  detour("script", "script", (at) => {
    const script = document.createElement("script");
    script.src = at.detour("js");
    at.box.append(script);
  }),
  detour("module", "module", (at) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = at.detour("js");
    at.box.append(script);
  }),
  detour("stylesheet", "style sheet", (at) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = at.detour("css");
    at.box.append(link);
  }),
  detour("style", "background of a style", (at) => {
    at.box.style.backgroundImage = `url(${at.detour()})`;
  }),
  detour("font", "font", (at) => {
    new FontFace(at.name, `url(${at.detour("woff2")})`).load().catch(() => {});
  }),
  detour("frame", "frame", (at) => {
    at.frame((frame) => {
      frame.src = at.detour("html");
    });
  }),
  detour("object", "`object`", (at) => {
    at.box.innerHTML = `<object type="text/html" data="${at.detour("html")}"></object>`;
  }),
  detour("video", "video", (at) => {
    at.box.innerHTML = `<video preload="auto" src="${at.detour("webm")}"></video>`;
  }),
  detour("import", "`import`", (at) => import(at.detour("js"))),
];

const code = (id, title, run, more) => ({
  id: `import-${id}`,
  kind: "`import`",
  load: "files",
  title,
  sink: "request",
  run,
  ...more,
});
const imports = [
  code("eval", "in `eval`", (at) => (0, eval)(`import("${at.url("js")}")`)),
  code("timeout", "in a `setTimeout` with a text", (at) => {
    setTimeout(`import("${at.url("js")}")`, 0);
  }),
  code("handler", "in a handler in an attribute", (at) => {
    at.box.setAttribute("onclick", `import('${at.url("js")}')`);
    at.box.click();
  }),
  code("script", "in the text of a script element", (at) => {
    const script = document.createElement("script");
    script.text = `import("${at.url("js")}")`;
    at.box.append(script);
  }),
  code("export", "`export … from` in an inline module", (at) => {
    const script = document.createElement("script");
    script.type = "module";
    script.textContent = `export * from "${at.url("js")}"`;
    at.box.append(script);
  }),
  code(
    "data",
    "a module of a `data:` address that imports",
    (at) => import("data:text/javascript," + encodeURIComponent(`import "${at.url("js")}"`)),
  ),
  code("json", "of JSON", (at) =>
    new Function("url", "return import(url, { with: { type: 'json' } })")(at.url("json")),
  ),
  code("frame", "in a frame", (at) => at.frame().contentWindow.eval(`import("${at.url("js")}")`)),
  code("srcdoc", "in the script of a `srcdoc`", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<script type="module">import "${at.url("js")}"</script>`;
    });
  }),
  code("javascript", "in a `javascript:` frame", (at) => {
    at.frame((frame) => {
      frame.src = `javascript:void import('${at.url("js")}')`;
    });
  }),
  code("file", "in a module of the site", (at) => import(at.file("code.js", `import "${at.url("js")}"`))),
  code("file-late", "`import(…)` in a script of the site", (at) => {
    const script = document.createElement("script");
    script.src = at.file("code.js", `import("${at.url("js")}")`);
    at.box.append(script);
  }),
  code(
    "elsewhere",
    "in a module of the other party",
    (at) => import(at.file("code.js", `import "${at.url("js")}"`, true)),
  ),
];

export const files = [...sheets, ...pages, ...detours, ...imports];
