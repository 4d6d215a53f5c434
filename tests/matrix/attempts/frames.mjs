// Attempts by frames: what their own documents ask for where no script of the page reaches them (sandboxed,
// of `data:` and `blob:` addresses), and frames that are sent elsewhere, from outside and from inside.
// Their marker is the address that is asked for.

const inside = (id, title, run, more) => ({
  id: `sandboxed-${id}`,
  kind: "sandboxed frames",
  load: "frames",
  title,
  sink: "request",
  run,
  ...more,
});
const sandboxed = [
  inside("srcdoc-script", "`srcdoc` whose script sends", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.srcdoc = `<script>fetch("${at.url("txt")}", { mode: "no-cors" })</script>`;
    });
  }),
  inside("srcdoc-module", "`srcdoc` whose module imports", (at) => {
    at.frame((frame) => {
      frame.setAttribute("sandbox", "allow-scripts allow-forms");
      frame.srcdoc = `<script type="module">import "${at.url("js")}"</script>`;
    });
  }),
  inside("srcdoc-image", "`srcdoc` with an image, where no script runs", (at) => {
    at.frame((frame) => {
      frame.sandbox = "";
      frame.srcdoc = `<img src="${at.url()}">`;
    });
  }),
  inside("srcdoc-style", "`srcdoc` with a style, where no script runs", (at) => {
    at.frame((frame) => {
      frame.sandbox.add("allow-same-origin");
      frame.srcdoc = `<p style="background: url(${at.url()})">x</p>`;
    });
  }),
  inside("srcdoc-nested", "`srcdoc` with a frame", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.srcdoc = `<iframe src="${at.url("html")}"></iframe>`;
    });
  }),
  inside("markup", "`innerHTML`, whose script sends", (at) => {
    at.box.innerHTML = `<iframe sandbox="allow-scripts" srcdoc="<script>navigator.sendBeacon('${at.url("txt")}')</script>"></iframe>`;
  }),
  inside("refresh", "`srcdoc` with a `meta refresh`", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.srcdoc = `<meta http-equiv="refresh" content="0; url=${at.url("html")}">`;
    });
  }),
  inside("src", "an address of the other party", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.src = at.url("html");
    });
  }),
  inside("code", "a `javascript:` address of a frame with the page's own origin", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts allow-same-origin";
      frame.src = `javascript:void fetch('${at.url("txt")}', { mode: 'no-cors' })`;
    });
  }),
  inside("written", "written into a frame with the page's own origin", (at) => {
    const frame = at.frame((made) => {
      made.sandbox = "allow-scripts allow-same-origin";
    });
    frame.contentDocument.write(`<script>new Image().src = "${at.url()}"</script>`);
  }),
];

const address = (id, title, run, more) => ({
  id: `address-${id}`,
  kind: "documents of `data:` and `blob:` addresses",
  load: "addresses",
  title,
  sink: "request",
  run,
  ...more,
});
const addresses = [
  address("data-script", "`data:` frame whose script sends", (at) => {
    at.frame((frame) => {
      frame.src =
        "data:text/html," + encodeURIComponent(`<script>fetch("${at.url("txt")}", { mode: "no-cors" })</script>`);
    });
  }),
  address("data-html", "`data:` frame with an image, by `innerHTML`", (at) => {
    at.box.innerHTML = `<iframe src="data:text/html,${encodeURIComponent(`<img src="${at.url()}">`)}"></iframe>`;
  }),
  address("data-object", "`data:` document in an `object`", (at) => {
    const object = document.createElement("object");
    object.data = "data:text/html," + encodeURIComponent(`<img src="${at.url()}">`);
    at.box.append(object);
  }),
  address("data-sandboxed", "`data:` frame, sandboxed", (at) => {
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.src = "data:text/html," + encodeURIComponent(`<script>new Image().src = "${at.url()}"</script>`);
    });
  }),
  address("blob-sandboxed", "`blob:` frame, sandboxed", (at) => {
    const text = `<script>new Image().src = "${at.url()}"</script>`;
    at.frame((frame) => {
      frame.sandbox = "allow-scripts";
      frame.src = URL.createObjectURL(new Blob([text], { type: "text/html" }));
    });
  }),
  address("blob-sent", "`blob:` address to which a frame is sent", (at) => {
    const text = `<img src="${at.url()}">`;
    at.frame().contentWindow.location.replace(URL.createObjectURL(new Blob([text], { type: "text/html" })));
  }),
  address("data-sent", "`data:` address to which a frame is sent", (at) => {
    at.frame().contentWindow.location.replace("data:text/html," + encodeURIComponent(`<img src="${at.url()}">`));
  }),
];

/** The same where a service declares `blob:` and `data:`: the documents come in, and what they ask for is judged. */
const declared = (id, title, run, more) => ({
  id: `inherits-${id}`,
  kind: "documents and workers of `data:` and `blob:` addresses, declared as necessary",
  load: "declared-frames",
  policy: "code",
  title,
  sink: "request",
  run,
  ...more,
});
const declareds = [
  declared("frame-blob", "`blob:` frame with an image", (at) => {
    at.frame((frame) => {
      frame.src = URL.createObjectURL(new Blob([`<img src="${at.url()}">`], { type: "text/html" }));
    });
  }),
  declared("frame-blob-script", "`blob:` frame whose script sends", (at) => {
    const text = `<script>fetch("${at.url("txt")}", { mode: "no-cors" })</script>`;
    at.frame((frame) => {
      frame.src = URL.createObjectURL(new Blob([text], { type: "text/html" }));
    });
  }),
  declared("frame-data-script", "`data:` frame whose script sends", (at) => {
    at.frame((frame) => {
      frame.src =
        "data:text/html," + encodeURIComponent(`<script>fetch("${at.url("txt")}", { mode: "no-cors" })</script>`);
    });
  }),
  declared("worker-blob-script", "`blob:` worker that sends", (at) => {
    new Worker(URL.createObjectURL(new Blob([`fetch("${at.url("txt")}", { mode: "no-cors" })`])));
  }),
  declared("worker-blob-import", "`blob:` worker with `importScripts`", (at) => {
    new Worker(URL.createObjectURL(new Blob([`importScripts("${at.url("js")}")`])));
  }),
  declared("worker-data-script", "`data:` worker that sends", (at) => {
    new Worker("data:text/javascript," + encodeURIComponent(`fetch("${at.url("txt")}", { mode: "no-cors" })`));
  }),
  declared("sheet-blob", "`blob:` style sheet with an image", (at) => {
    at.box.textContent = "x";
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = URL.createObjectURL(
      new Blob([`#${at.box.id} { background-image: url(${at.url()}) }`], { type: "text/css" }),
    );
    document.head.append(link);
  }),
  declared("sheet-data", "`data:` style sheet that imports", (at) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = "data:text/css," + encodeURIComponent(`@import "${at.url("css")}";`);
    document.head.append(link);
  }),
];

const sent = (id, title, run, more) => ({
  id: `sent-${id}`,
  kind: "frames that are sent elsewhere",
  load: "navigation",
  title,
  sink: "request",
  run,
  ...more,
});
const navigations = [
  sent("inside", "its own script sets `location`", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<script>location.replace("${at.url("html")}")</script>`;
    });
  }),
  sent("inside-page", "the script of a page of the site sets `location`", (at) => {
    at.frame((frame) => {
      frame.src = at.file("by.html", `location.href = "${at.url("html")}"`);
    });
  }),
  sent("inside-link", "click on a link in it", (at) => {
    const { contentDocument } = at.frame();
    contentDocument.body.innerHTML = `<a href="${at.url("html")}">x</a>`;
    contentDocument.body.firstChild.click();
  }),
  sent("inside-base", "click on a link in it, relative to a `base`", (at) => {
    const { contentDocument } = at.frame();
    const url = new URL(at.url("html"));
    contentDocument.head.innerHTML = `<base href="${url.origin}/">`;
    contentDocument.body.innerHTML = `<a href="${url.pathname.slice(1)}">x</a>`;
    contentDocument.body.firstChild.click();
  }),
  sent("inside-open", 'its `open(address, "_self")`', (at) => {
    at.frame().contentWindow.open(at.url("html"), "_self");
  }),
  sent("inside-parent", '`open(address, "_parent")` of a frame in it', (at) => {
    const { contentWindow } = at.frame();
    contentWindow.document.body.append(contentWindow.document.createElement("iframe"));
    contentWindow[0].open(at.url("html"), "_parent");
  }),
  sent(
    "inside-form",
    "a form in it",
    (at) => {
      const { contentDocument } = at.frame();
      contentDocument.body.innerHTML = `<form action="${at.url("html")}" method="post"></form>`;
      contentDocument.body.firstChild.submit();
    },
    { load: "code" },
  ),
  sent(
    "form-button",
    "`formtarget` of a button",
    (at) => {
      at.frame((frame) => {
        frame.name = "sent-" + at.name;
      });
      at.box.insertAdjacentHTML(
        "beforeend",
        `<form action="${at.url("html")}" method="post"><button formtarget="sent-${at.name}">x</button></form>`,
      );
      at.box.querySelector("button").click();
    },
    { load: "sent-form" },
  ),
  sent("link-late", "click on a link that gets its address and target in a listener", (at) => {
    at.frame((frame) => {
      frame.name = "sent-" + at.name;
    });
    const link = document.createElement("a");
    link.href = "#";
    link.addEventListener("click", () => {
      link.target = "sent-" + at.name;
      link.href = at.url("html");
    });
    at.box.append(link);
    link.click();
  }),
  sent("base-target", "click on a link, sent by the `target` of a `base`", (at) => {
    at.frame((frame) => {
      frame.name = "sent-" + at.name;
    });
    const base = document.createElement("base");
    base.target = "sent-" + at.name;
    document.head.append(base);
    at.box.insertAdjacentHTML("beforeend", `<a href="${at.url("html")}">x</a>`);
    at.box.querySelector("a").click();
    base.remove();
  }),
  sent("src-again", "`src` of a frame that shows a page of the site", (at) => {
    const frame = at.frame((made) => {
      made.src = "/plain.html";
    });
    frame.onload = () => {
      frame.onload = null;
      frame.src = at.url("html");
    };
  }),
  sent("detour", "`location` that the own server sends on", (at) => {
    at.frame().contentWindow.location.assign(at.detour("html"));
  }),
  sent("object", "`location` of the document of an `object`", (at) => {
    const object = document.createElement("object");
    object.type = "text/html";
    object.data = "/plain.html";
    object.onload = () => {
      object.onload = null;
      object.contentWindow.location.href = at.url("html");
    };
    at.box.append(object);
  }),
];

export const frames = [...sandboxed, ...addresses, ...declareds, ...navigations];
