// Attempts by what is easily forgotten: functions that ask a host in passing, attributes and animations that
// load, lists and styles that were fetched before, text whose tokens are not what they look like, and
// accessors that a page puts on a prototype to be handed what stands behind it.

const request = (id, title, run, more) => ({
  id: `api-${id}`,
  kind: "functions that ask in passing",
  load: "kinds",
  title,
  sink: "request",
  run,
  ...more,
});
const functions = [
  request("cache-add", "`cache.add`", (at) => caches.open("n_kinds").then((cache) => cache.add(at.url("txt")))),
  request("cache-add-all", "`cache.addAll`", (at) =>
    caches
      .open("n_kinds")
      .then((cache) => cache.addAll([new Request(at.url("txt"), { mode: "no-cors" })]).catch(() => {})),
  ),
  request("audio-worklet", "`audioWorklet.addModule`", (at) => {
    window["audio_" + at.name] = new OfflineAudioContext(1, 1, 8000);
    return window["audio_" + at.name].audioWorklet.addModule(at.url("js"));
  }),
  request("paint-worklet", "`paintWorklet.addModule`", (at) => CSS.paintWorklet.addModule(at.url("js"))),
  request("fetch-later", "`fetchLater`", (at) => {
    fetchLater(at.url("txt"), { activateAfter: 0, mode: "no-cors" });
  }),
  request("socket-stream", "`WebSocketStream`", (at) => {
    new WebSocketStream(at.socket()).opened.catch(() => {});
  }),
  request("transport", "a WebSocket of a frame, called without a name", (at) => {
    new (Object.values({ at: at.frame().contentWindow.WebSocket })[0])(at.socket());
  }),
  request("xslt-import", "`xsl:include` in XSLT", (at) => {
    const processor = new XSLTProcessor();
    processor.importStylesheet(
      new DOMParser().parseFromString(
        `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:include href="${at.url("svg")}"/></xsl:stylesheet>`,
        "text/xml",
      ),
    );
    processor.transformToFragment(new DOMParser().parseFromString("<a/>", "text/xml"), document);
  }),
  // Only one may be under way, and the browser keeps back that it failed: so no other than the first can be shown.
  request(
    "identity",
    "`navigator.credentials.get` of an identity",
    (at) => {
      navigator.credentials
        .get({ identity: { providers: [{ configURL: at.url("json"), clientId: "x" }] }, mediation: "required" })
        .catch(() => {});
    },
    { isTrick: true },
  ),
  request(
    "payment-method",
    "`PaymentRequest` with an address as method",
    (at) =>
      new PaymentRequest([{ supportedMethods: at.url("txt") }], {
        total: { label: "x", amount: { currency: "EUR", value: "1" } },
      })
        .hasEnrolledInstrument()
        .catch(() => {}),
    { load: "payments", isWhole: true },
  ),
];

const loaded = (id, title, run, more) => ({
  id: `forgotten-${id}`,
  kind: "attributes and animations that load",
  load: "kinds",
  title,
  sink: "request",
  run,
  ...more,
});
const svg = (at, inner) => {
  at.box.innerHTML = `<svg width="60" height="60">${inner}</svg>`;
};
const attributes = [
  loaded("embed-code", "`code` of an `embed`, by markup", (at) => {
    at.box.innerHTML = `<embed type="text/html" code="${at.url("html")}">`;
  }),
  loaded("list-value", "`value` of a list of relations, fetched before", (at) => {
    const link = document.createElement("link");
    const { relList } = link;
    link.href = at.url("css");
    at.box.append(link);
    relList.value = "stylesheet";
  }),
  loaded("list-replace", "`replace` in such a list", (at) => {
    const link = document.createElement("link");
    const { relList } = link;
    link.rel = "author";
    link.href = at.url("css");
    at.box.append(link);
    relList.replace("author", "stylesheet");
  }),
  loaded("list-toggle", "`toggle` in such a list", (at) => {
    const link = document.createElement("link");
    const { relList } = link;
    link.href = at.url("css");
    at.box.append(link);
    DOMTokenList.prototype.toggle.call(relList, "stylesheet", true);
  }),
  loaded("attribute-held", "an attribute node that was fetched before", (at) => {
    const image = new Image();
    image.setAttribute("src", "data:,");
    const node = image.attributes[0];
    at.box.append(image);
    node.value = at.url();
  }),
  loaded(
    "animate-href",
    "`animate` with values for `href`",
    (at, svg) => {
      svg(
        at,
        `<image width="9" height="9" href="data:,"><animate attributeName="href" values="${at.url()};${at.url()}" dur="1000s" repeatCount="indefinite"/></image>`,
      );
    },
    { args: [svg] },
  ),
  loaded(
    "animate-mask",
    "`animate` with values for `mask`",
    (at, svg) => {
      svg(
        at,
        `<rect width="40" height="40"><animate attributeName="mask" values="url(${at.url("svg")}#a)" dur="1000s" fill="freeze"/></rect>`,
      );
    },
    { args: [svg] },
  ),
  loaded(
    "set-elsewhere",
    "`set` for `mask` that names another element",
    (at, svg) => {
      svg(
        at,
        `<rect id="r-${at.name}" width="40" height="40"/><set href="#r-${at.name}" attributeName="mask" to="url(${at.url("svg")}#a)"/>`,
      );
    },
    { args: [svg] },
  ),
  loaded(
    "set-late",
    "`to` of a `set` that is there",
    (at, svg) => {
      svg(at, `<rect width="40" height="40"><set attributeName="mask"/></rect>`);
      const set = at.box.querySelector("set");
      set.setAttribute("to", `url(${at.url("svg")}#a)`);
      set.beginElement?.();
    },
    { args: [svg] },
  ),
  loaded("srcset-comma", "`srcset` whose candidates stand close together", (at) => {
    at.box.innerHTML = `<img srcset="/own.png 2x,${at.url()} 1x">`;
  }),
];

const written = (id, title, run, more) => ({
  id: `token-${id}`,
  kind: "styles whose tokens are not what they look like",
  load: "kinds",
  title,
  sink: "request",
  run,
  ...more,
});
const sheet = (at, text) => {
  at.box.textContent = "x";
  const style = document.createElement("style");
  style.textContent = text("#" + at.box.id);
  document.head.append(style);
};
const withSheet = { args: [sheet] };
const tokens = [
  written(
    "bad-string",
    "a string that a new line ends",
    (at, sheet) =>
      sheet(at, (box) => `i { content: "a\n; } ${box} { background: url(${at.url()}) } i::after { content: "b" }`),
    withSheet,
  ),
  written(
    "escaped-line",
    "a string with an escaped carriage return and line feed",
    (at, sheet) => sheet(at, (box) => `${box} { --a: '\\\r\n'; background: url(${at.url()}) }`),
    withSheet,
  ),
  written(
    "comment-open",
    "the beginning of a comment inside of an address",
    (at, sheet) => sheet(at, (box) => `i { background: url(data:,/*) } ${box} { background: url(${at.url()}) }`),
    withSheet,
  ),
  written(
    "name-like-url",
    "a function whose name ends like `url`",
    (at, sheet) => sheet(at, (box) => `${box} { --x: my-url(a"b)" c); background: url(${at.url()}) }`),
    withSheet,
  ),
  written(
    "escaped-name",
    "a function whose name is all escapes",
    (at, sheet) => sheet(at, (box) => `${box} { background: \\000075\\52\\6c("${at.url()}") }`),
    withSheet,
  ),
  written(
    "escaped-tab",
    "an address with an escaped tab and new line",
    (at, sheet) => sheet(at, (box) => `${box} { background: url("${at.url().replace("other.", "ot\\9 h\\a er.")}") }`),
    withSheet,
  ),
  written(
    "cdo",
    "the marks of a comment of HTML",
    (at, sheet) => sheet(at, (box) => `<!-- ${box} { background: url(${at.url()}) } -->`),
    withSheet,
  ),
  written(
    "bad-url",
    "an address with a quote in it, which is none",
    (at, sheet) => sheet(at, (box) => `i { --x: url(a"b\\)c'); } ${box} { background: url(${at.url()}) }`),
    withSheet,
  ),
  written(
    "not-closed",
    "an address that nothing closes",
    (at, sheet) => sheet(at, (box) => `${box} { background: url(${at.url()}`),
    withSheet,
  ),
  written(
    "null",
    "a character that counts as another",
    (at, sheet) => sheet(at, (box) => `${box} { --\0: "\\\0"; background: url(${at.url()}) }`),
    withSheet,
  ),
  written("nested-rule", "declarations after a nested rule", (at) => {
    at.box.textContent = "x";
    const style = document.createElement("style");
    style.textContent = `#${at.box.id} { & b { color: red } color: blue }`;
    document.head.append(style);
    const rule = style.sheet.cssRules[0].cssRules[1];
    rule.style.setProperty("background-image", `url(${at.url()})`);
  }),
  written(
    "keyframe-style",
    "`style` of a rule of keyframes",
    (at, sheet) => {
      sheet(
        at,
        (box) => `@keyframes k-${at.name} { from, to { color: red } } ${box} { animation: k-${at.name} 1000s both }`,
      );
      document.head.lastChild.sheet.cssRules[0].cssRules[0].style.backgroundImage = `url(${at.url()})`;
    },
    withSheet,
  ),
  written(
    "keyframe-added",
    "`appendRule` of keyframes",
    (at, sheet) => {
      sheet(
        at,
        (box) => `@keyframes a-${at.name} { from { color: red } } ${box} { animation: a-${at.name} 1000s both }`,
      );
      document.head.lastChild.sheet.cssRules[0].appendRule(`from, to { background-image: url(${at.url()}) }`);
    },
    withSheet,
  ),
  written(
    "font-style",
    "`style` of a rule of fonts",
    (at, sheet) => {
      sheet(
        at,
        (box) =>
          `@font-face { font-family: "f-${at.name}"; src: local("none") } ${box} { font-family: "f-${at.name}" }`,
      );
      document.head.lastChild.sheet.cssRules[0].style.setProperty("src", `url(${at.url("woff2")})`);
    },
    withSheet,
  ),
  written(
    "rule-map",
    "`styleMap` of a rule",
    (at, sheet) => {
      sheet(at, (box) => `${box} { color: red }`);
      document.head.lastChild.sheet.cssRules[0].styleMap.set("background-image", `url(${at.url()})`);
    },
    withSheet,
  ),
  written("typed-append", "`attributeStyleMap.append`", (at) => {
    at.box.attributeStyleMap.append("background-image", `url(${at.url()})`);
  }),
];

const accessor = (id, sink, title, run, more) => ({
  id: `accessor-${id}`,
  kind: "accessors on prototypes",
  load: "accessors",
  title,
  sink,
  run,
  ...more,
});
const accessors = [
  accessor("symbol", "local-storage", "a getter of a symbol on `Storage.prototype`", (at) => {
    const key = Symbol("x");
    Object.defineProperty(Storage.prototype, key, {
      configurable: true,
      get() {
        return this;
      },
    });
    localStorage[key].setItem(at.name, "1");
    delete Storage.prototype[key];
  }),
  accessor("setter", "session-storage", "a setter on `Storage.prototype`", (at) => {
    let behind = sessionStorage;
    Object.defineProperty(Storage.prototype, "grab", {
      configurable: true,
      set(value) {
        behind = this;
      },
    });
    sessionStorage.grab = 1;
    delete Storage.prototype.grab;
    behind[at.name] = "1";
  }),
  accessor("primitive", "local-storage", "`Symbol.toPrimitive` on `Storage.prototype`", (at) => {
    let behind;
    Storage.prototype[Symbol.toPrimitive] = function () {
      behind = this;
      return "";
    };
    void `${localStorage}`;
    delete Storage.prototype[Symbol.toPrimitive];
    behind.setItem(at.name, "1");
  }),
  accessor("json", "session-storage", "`toJSON` on `Object.prototype`", (at) => {
    let behind;
    Object.defineProperty(Object.prototype, "toJSON", {
      configurable: true,
      writable: true,
      value() {
        behind ??= this;
        return 1;
      },
    });
    JSON.stringify(sessionStorage);
    delete Object.prototype.toJSON;
    behind.setItem(at.name, "1");
  }),
  accessor("method", "local-storage", "a method on `Object.prototype`", (at) => {
    Object.defineProperty(Object.prototype, "self_of", {
      configurable: true,
      value() {
        return this;
      },
    });
    const behind = localStorage.self_of();
    delete Object.prototype.self_of;
    behind.setItem(at.name, "1");
  }),
  accessor("style", "request", "a getter of a symbol on `CSSStyleDeclaration.prototype`", (at) => {
    const key = Symbol("x");
    Object.defineProperty(CSSStyleDeclaration.prototype, key, {
      configurable: true,
      get() {
        return this;
      },
    });
    at.box.style[key].backgroundImage = `url(${at.url()})`;
    delete CSSStyleDeclaration.prototype[key];
  }),
  accessor("style-setter", "request", "a setter on `Object.prototype`, reached by a style", (at) => {
    let behind = at.box.style;
    Object.defineProperty(Object.prototype, "grab", {
      configurable: true,
      set(value) {
        behind = this;
      },
    });
    at.box.style.grab = 1;
    delete Object.prototype.grab;
    behind.setProperty("background-image", `url(${at.url()})`);
  }),
  accessor(
    "rule-style",
    "request",
    "a getter on `CSSStyleDeclaration.prototype`, reached by a rule",
    (at, sheet) => {
      sheet(at, (box) => `${box} { color: red }`);
      Object.defineProperty(CSSStyleDeclaration.prototype, "grab", {
        configurable: true,
        get() {
          return this;
        },
      });
      document.head.lastChild.sheet.cssRules[0].style.grab.cssText = `background-image: url(${at.url()})`;
      delete CSSStyleDeclaration.prototype.grab;
    },
    withSheet,
  ),
];

const context = (id, title, run, more) => ({
  id: `context-${id}`,
  kind: "markup that is read differently elsewhere",
  load: "kinds",
  title,
  sink: "request",
  run,
  ...more,
});
const contexts = [
  context("desc", "`innerHTML` of an SVG `desc`", (at) => {
    const svg = at.box.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "desc")).innerHTML =
      `<img src="${at.url()}">`;
  }),
  context("mtext", "`innerHTML` of a `mi` of MathML", (at) => {
    const math = at.box.appendChild(document.createElementNS("http://www.w3.org/1998/Math/MathML", "math"));
    math.appendChild(document.createElementNS("http://www.w3.org/1998/Math/MathML", "mi")).innerHTML =
      `<img src="${at.url()}">`;
  }),
  context("svg-style", "`insertAdjacentHTML` into an SVG `a`, with a style in it", (at) => {
    at.box.innerHTML = "<svg><a></a></svg>";
    at.box
      .querySelector("a")
      .insertAdjacentHTML("afterbegin", `<style><b><link rel="stylesheet" href="${at.url("css")}"></b></style>`);
  }),
  context("noscript", "a `noscript` with a title that does not end in it", (at) => {
    at.box.innerHTML = `<noscript><title></noscript><img src="${at.url()}"></title>`;
  }),
  context("noscript-written", "the same, written into a frame", (at) => {
    at.frame().contentDocument.write(`<body><noscript><xmp></noscript><img src="${at.url()}"></xmp></noscript>`);
  }),
  context("frameset", "a frameset as `innerHTML` of the root of a frame", (at) => {
    at.frame().contentDocument.documentElement.innerHTML = `<head></head><frameset><frame src="${at.url("html")}"></frameset>`;
  }),
  context("table", "an image that is moved out of a table", (at) => {
    at.box.innerHTML = `<table><img src="${at.url()}"><tr>`;
  }),
  context("select", "`innerHTML` of a `select`, with an image in a template", (at) => {
    const select = at.box.appendChild(document.createElement("select"));
    select.innerHTML = `<option>x</option>`;
    select.insertAdjacentHTML("afterend", `<template><p></template><img src="${at.url()}">`);
  }),
  context(
    "nested-form",
    "forms in forms around MathML",
    (at) => {
      const range = document.createRange();
      range.selectNodeContents(at.box);
      at.box.append(
        range.createContextualFragment(
          `<form><math><mtext></form><form><mglyph><svg><mtext><style></math><img src="${at.url()}">`,
        ),
      );
    },
    { isTrick: true },
  ),
  context("instruction", "an instruction for a style sheet, imported from a document of XML", (at) => {
    const parsed = new DOMParser().parseFromString(
      `<?xml-stylesheet href="${at.url("css")}" type="text/css"?><a/>`,
      "application/xml",
    );
    document.prepend(document.importNode(parsed.firstChild, true));
  }),
];

const bucket = (id, sink, title, run) => ({
  id: `${sink}-${id}`,
  kind: "buckets of storage",
  load: "stores",
  title,
  sink,
  run,
});
const buckets = [
  bucket("bucket", "storage-bucket", "`storageBuckets.open`", (at) => navigator.storageBuckets.open(at.name)),
  bucket("prototype-bucket", "storage-bucket", "`StorageBucketManager.prototype.open.call`", (at) =>
    StorageBucketManager.prototype.open.call(navigator.storageBuckets, { toString: () => at.name }),
  ),
  bucket("in-bucket", "indexed-db", "`indexedDB` of a bucket", (at) =>
    navigator.storageBuckets.open("n_kinds").then(
      (bucket) =>
        new Promise((resolve, reject) => {
          const request = bucket.indexedDB.open(at.name);
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
          request.onerror = () => reject(request.error);
        }),
    ),
  ),
  bucket("in-bucket", "cache-storage", "`caches` of a bucket", (at) =>
    navigator.storageBuckets.open("n_kinds").then((bucket) => bucket.caches.open(at.name)),
  ),
];

export const kinds = [...functions, ...attributes, ...tokens, ...accessors, ...contexts, ...buckets];
