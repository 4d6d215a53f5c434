// Attempts that are markup of the page itself, found by the parser, and attempts by `document.write`.
// `head` and `body` are functions that give markup.

const parsed = (id, title, body, more) => ({
  id: `parsed-${id}`,
  kind: "markup of the page",
  load: "parsed",
  title,
  sink: "request",
  body,
  ...more,
});
const written = (id, title, body, more) => ({
  id: `written-${id}`,
  kind: "`document.write`",
  load: "parsed",
  title,
  sink: "request",
  body,
  ...more,
});
const script = (text) => `<script>${text.replaceAll("</", "<\\/")}</script>`;
const write = (...parts) => script(parts.map((part) => `document.write(${JSON.stringify(part)});`).join(" "));

export const parsers = [
  parsed("script", "script", (at) => `<script src="${at.url("js")}"></script>`),
  parsed("script-async", "script, `async`", (at) => `<script async src="${at.url("js")}"></script>`),
  parsed("script-defer", "script, `defer`", (at) => `<script defer src="${at.url("js")}"></script>`),
  parsed("script-module", "script, `type=module`", (at) => `<script type="module" src="${at.url("js")}"></script>`),
  parsed(
    "module-import",
    "inline module that imports",
    (at) => `<script type="module">import ${JSON.stringify(at.url("js"))};</script>`,
  ),
  parsed("image", "image", (at) => `<img src="${at.url()}">`),
  parsed("image-lazy", "image, `loading=lazy`", (at) => `<img loading="lazy" width="9" height="9" src="${at.url()}">`),
  parsed("srcset", "image, `srcset`", (at) => `<img srcset="${at.url()}">`),
  parsed("picture", "`source` in `picture`", (at) => `<picture><source srcset="${at.url()}"><img></picture>`),
  parsed("frame", "frame", (at) => `<iframe src="${at.url("html")}"></iframe>`),
  parsed("frame-srcdoc", "image in `srcdoc`", (at) => `<iframe srcdoc='<img src="${at.url()}">'></iframe>`),
  parsed(
    "frame-srcdoc-script",
    "inline script in `srcdoc`",
    (at) => `<iframe srcdoc="<script>fetch('${at.url("txt")}', { mode: 'no-cors' })</script>"></iframe>`,
  ),
  parsed("stylesheet", "style sheet", (at) => `<link rel="stylesheet" href="${at.url("css")}">`),
  parsed("preload", "`link rel=preload`", (at) => `<link rel="preload" as="image" href="${at.url()}">`),
  parsed("prefetch", "`link rel=prefetch`", (at) => `<link rel="prefetch" href="${at.url("txt")}">`),
  parsed("modulepreload", "`link rel=modulepreload`", (at) => `<link rel="modulepreload" href="${at.url("js")}">`),
  parsed("video", "video", (at) => `<video preload="auto" src="${at.url("webm")}"></video>`),
  parsed("audio", "audio", (at) => `<audio preload="auto" src="${at.url("ogg")}"></audio>`),
  parsed("poster", "`poster`", (at) => `<video poster="${at.url()}"></video>`),
  parsed("embed", "`embed`", (at) => `<embed type="text/html" src="${at.url("html")}">`),
  parsed("object", "`object`", (at) => `<object type="text/html" data="${at.url("html")}"></object>`),
  parsed("input", "`input type=image`", (at) => `<input type="image" src="${at.url()}">`),
  parsed(
    "svg",
    "SVG `image`",
    (at) => `<svg width="9" height="9"><image width="9" height="9" href="${at.url()}"/></svg>`,
  ),
  parsed("background", "`background` of a table", (at) => `<table background="${at.url()}"><tr><td>x</table>`),
  parsed("style-attribute", "style attribute", (at) => `<p style="background-image: url(${at.url()})">x</p>`),
  parsed(
    "style-element",
    "style element",
    (at) => `<style>#p-${at.name} { background-image: url(${at.url()}) }</style><p id="p-${at.name}">x</p>`,
  ),
  parsed("style-import", "`@import` in a style element", (at) => `<style>@import "${at.url("css")}";</style>`),
  parsed(
    "shadow",
    "image in a declarative shadow root",
    (at) => `<div><template shadowrootmode="open"><img src="${at.url()}"></template></div>`,
  ),
  parsed(
    "handler",
    "`onerror` that sends",
    (at) => `<img src="data:," onerror="fetch('${at.url("txt")}', { mode: 'no-cors' })">`,
  ),
  parsed("inline-script", "inline script that makes an image", (at) => script(`new Image().src = "${at.url()}";`)),
  parsed("inline-loader", "inline script that makes a script", (at) =>
    script(
      `(function (d) { var s = d.createElement("script"); s.async = 1; s.src = "${at.url("js")}"; var f = d.getElementsByTagName("script")[0]; f.parentNode.insertBefore(s, f); })(document);`,
    ),
  ),
  parsed("cookie", "inline script that sets a cookie", (at) => script(`document.cookie = "${at.name}=1; path=/";`), {
    sink: "cookie",
  }),
  parsed("head-script", "script in the head", undefined, { head: (at) => `<script src="${at.url("js")}"></script>` }),
  parsed("head-stylesheet", "style sheet in the head", undefined, {
    head: (at) => `<link rel="stylesheet" href="${at.url("css")}">`,
  }),
  parsed("head-preload", "`link rel=preload` in the head", undefined, {
    head: (at) => `<link rel="preload" as="script" href="${at.url("js")}">`,
  }),
  written("image", "image", (at) => write(`<img src="${at.url()}">`)),
  written("script", "script", (at) => write(`<script src="${at.url("js")}"></script>`)),
  written("frame", "frame", (at) => write(`<iframe src="${at.url("html")}"></iframe>`)),
  written("stylesheet", "style sheet", (at) => write(`<link rel="stylesheet" href="${at.url("css")}">`)),
  written("line", "`writeln`", (at) => write(`<img src="${at.url()}">`).replace("write", "writeln")),
  written("many", "several arguments", (at) => script(`document.write("<im", "g src='", "${at.url()}", "'>");`)),
  written("split", "split over calls", (at) =>
    write("<im", 'g src="' + at.url().slice(0, 20), at.url().slice(20) + '">'),
  ),
  written("split-script", "script split over calls", (at) =>
    write("<scr", `ipt src="${at.url("js")}">`, "</scr", "ipt>"),
  ),
  written("split-frame", "frame split over calls", (at) => write("<iframe sr", `c="${at.url("html")}"`, "></iframe>")),
  written("inline", "inline script that sends", (at) =>
    write(`<script>fetch("${at.url("txt")}", { mode: "no-cors" })</script>`),
  ),
  written("pristine", "frame whose functions are used at once", (at) =>
    script(
      `document.write("<iframe></iframe>"); frames[frames.length - 1].fetch("${at.url("txt")}", { mode: "no-cors" });`,
    ),
  ),
  written(
    "pristine-cookie",
    "frame whose document sets a cookie",
    (at) =>
      script(
        `document.write("<iframe></iframe>"); frames[frames.length - 1].document.cookie = "${at.name}=1; path=/";`,
      ),
    { sink: "cookie" },
  ),
  written("pristine-split", "frame split over calls, used at once", (at) =>
    script(
      `document.write("<ifr"); document.write("ame></iframe>"); frames[frames.length - 1].fetch("${at.url("txt")}", { mode: "no-cors" });`,
    ),
  ),
  written("prototype", "`Document.prototype.write.call`", (at) =>
    script(`Document.prototype.write.call(document, '<img src="${at.url()}">');`),
  ),
  parsed(
    "frame-functions",
    "frame of the markup whose functions are used at once",
    (at) => `<iframe></iframe>${script(`frames[frames.length - 1].fetch("${at.url("txt")}", { mode: "no-cors" });`)}`,
  ),
  parsed(
    "frame-page",
    "page of the site in a frame of the markup, its `fetch` used when loaded",
    (at) => `<iframe src="/plain.html" onload="contentWindow.fetch('${at.url("txt")}', { mode: 'no-cors' })"></iframe>`,
  ),
  ...[
    [
      "late",
      "after the page has loaded",
      (at) => {
        document.write(`<img src="${at.url()}">`);
        document.close();
      },
    ],
    [
      "late-script",
      "script, after the page has loaded",
      (at) => {
        document.write(`<script src="${at.url("js")}"></script>`);
        document.close();
      },
    ],
    [
      "late-split",
      "split over calls, after the page has loaded",
      (at) => {
        document.open();
        for (const part of ["<im", "g src='", at.url(), "'>"]) document.write(part);
        document.close();
      },
    ],
    [
      "late-inline",
      "inline script that makes an image, after the page has loaded",
      (at) => {
        document.open();
        document.write(`<script>new Image().src = "${at.url()}"</script>`);
        document.close();
      },
    ],
  ].map(([id, title, run]) => ({
    id: `written-${id}`,
    kind: "`document.write`",
    load: `written-${id}`,
    title,
    sink: "request",
    run,
    wipes: true,
  })),
];
