// Attempts to send a request to another party without an element. Their marker is its address.

const request = (id, title, run, more) => ({ id, kind: "requests", title, sink: "request", run, ...more });
const own = (id, title, run, more) => ({
  id: `own-${id}`,
  kind: "own origin, claimed by a service",
  load: "own",
  policy: "paths",
  own: true,
  title,
  sink: "request",
  run,
  ...more,
});

const declared = (id, title, run, more) => ({
  ...request(`declared-${id}`, title, run, more),
  kind: "code from `blob:` and `data:`, declared as necessary",
  load: "declared-code",
  policy: "code",
  onlyNecessary: true,
});

/** Where a host is declared by its paths, and paths decide. */
const PATHS = { load: "own", policy: "paths" };

const blobWorker = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const sendFrom = (url) => `fetch(${JSON.stringify(url)}, { mode: "no-cors" });`;
// Sources of functions that attempts take as arguments, since an attempt runs in the page alone.
const tools = [blobWorker, sendFrom];

const open = (at, request) => {
  request.open("POST", at.url("txt"));
  request.send("body of " + at.id);
};

export const requests = [
  request("fetch", "`fetch(text)`", (at) => fetch(at.url("json"))),
  request("fetch-url", "`fetch(new URL(…))`", (at) => fetch(new URL(at.url("json")))),
  request("fetch-request", "`fetch(new Request(…))`", (at) =>
    fetch(new Request(at.url("json"), { method: "POST", body: "body of " + at.id })),
  ),
  request("fetch-request-clone", "`fetch(request.clone())`", (at) => fetch(new Request(at.url("json")).clone())),
  request("fetch-request-heir", "`fetch` of a subclass of `Request`", (at) => {
    class Heir extends Request {
      get url() {
        return location.href;
      }
    }
    return fetch(new Heir(at.url("json")));
  }),
  request("fetch-request-own-url", "`fetch` of a request with an own property `url`", (at) =>
    fetch(Object.defineProperty(new Request(at.url("json")), "url", { value: location.href })),
  ),
  request("fetch-object", "`fetch({ toString })`", (at) => fetch({ toString: () => at.url("json") })),
  request(
    "fetch-changing",
    "`fetch` of an object that is another address when read again",
    (at) => {
      let reads = 0;
      return fetch({ toString: () => (reads++ === 0 ? location.href : at.url("json")) });
    },
    { isTrick: true },
  ),
  request("fetch-getters", "`fetch` with options by getters", (at) =>
    fetch(at.url("json"), {
      get method() {
        return "POST";
      },
      get body() {
        return "body of " + at.id;
      },
      get mode() {
        return "no-cors";
      },
    }),
  ),
  request("fetch-no-cors", '`fetch`, `mode: "no-cors"`, with credentials', (at) =>
    fetch(at.url("txt"), { mode: "no-cors", credentials: "include" }),
  ),
  request("fetch-keepalive", "`fetch`, `keepalive`", (at) =>
    fetch(at.url("txt"), { method: "POST", body: "body of " + at.id, keepalive: true }),
  ),
  request("fetch-relative", "`fetch` of an address without scheme", (at) => fetch(at.url("json").replace("http:", ""))),
  request("fetch-spaces", "`fetch` of an address with spaces, tabs and capitals", (at) =>
    fetch(" \n HT\tTP:" + at.url("json").slice(5) + " "),
  ),
  request("fetch-backslash", "`fetch` of an address with backslashes", (at) =>
    fetch(at.url("json").replace("http://", "http:\\\\")),
  ),
  request(
    "fetch-number-host",
    "`fetch` of the host as a number",
    (at) => fetch(at.url("json").replace("127.0.0.1", "2130706433")),
    PATHS,
  ),
  request(
    "fetch-dots",
    "`fetch` of a path with `..`",
    (at) => fetch(at.url("json").replace("/t/", "/t/necessary/../")),
    PATHS,
  ),
  request("fetch-user", "`fetch` through `Reflect.apply`", (at) => Reflect.apply(fetch, window, [at.url("json")])),
  request("fetch-bound", "`fetch.bind(window)`", (at) => fetch.bind(window)(at.url("json"))),
  request("xhr", "`XMLHttpRequest`", (at, start) => start(at, new XMLHttpRequest()), { args: [open] }),
  request("xhr-sync", "`XMLHttpRequest`, synchronous", (at) => {
    const sent = new XMLHttpRequest();
    sent.open("GET", at.url("txt"), false);
    sent.send();
  }),
  request("xhr-prototype", "`XMLHttpRequest.prototype.open.call`", (at) => {
    const sent = new XMLHttpRequest();
    XMLHttpRequest.prototype.open.call(sent, "GET", at.url("txt"));
    XMLHttpRequest.prototype.send.call(sent);
  }),
  request("xhr-object", "`open` with an object as address", (at) => {
    const sent = new XMLHttpRequest();
    sent.open("GET", { toString: () => at.url("txt") });
    sent.send();
  }),
  request(
    "xhr-changing",
    "`open` with an object that is another address when read again",
    (at) => {
      let reads = 0;
      const sent = new XMLHttpRequest();
      sent.open("GET", { toString: () => (reads++ === 0 ? location.href : at.url("txt")) });
      sent.send();
    },
    { isTrick: true },
  ),
  request("xhr-reopened", "opened twice: first where one may", (at) => {
    const sent = new XMLHttpRequest();
    sent.open("GET", location.href);
    sent.open("GET", at.url("txt"));
    sent.send();
  }),
  request("xhr-failed-open", "opened, then opened badly where one may", (at) => {
    const sent = new XMLHttpRequest();
    sent.open("GET", at.url("txt"));
    try {
      sent.open("NO METHOD", location.href);
    } catch {
      // It stays opened as it was.
    }
    sent.send();
  }),
  request("xhr-heir", "a subclass of `XMLHttpRequest`", (at) => {
    const sent = new (class extends XMLHttpRequest {})();
    sent.open("GET", at.url("txt"));
    sent.send();
  }),
  request("beacon", "`sendBeacon`", (at) => {
    navigator.sendBeacon(at.url("txt"), "body of " + at.id);
  }),
  request("beacon-prototype", "`Navigator.prototype.sendBeacon.call`", (at) => {
    Navigator.prototype.sendBeacon.call(navigator, at.url("txt"), new Blob(["body of " + at.id]));
  }),
  request("beacon-object", "`sendBeacon` with an object as address", (at) => {
    navigator.sendBeacon({ toString: () => at.url("txt") });
  }),
  request("websocket", "`new WebSocket`", (at) => {
    new WebSocket(at.socket());
  }),
  request("websocket-reflect", "`Reflect.construct(WebSocket, …)`", (at) => {
    Reflect.construct(WebSocket, [at.socket()]);
  }),
  request("websocket-heir", "a subclass of `WebSocket`", (at) => {
    new (class extends WebSocket {})(at.socket());
  }),
  request("websocket-constructor", "`WebSocket.prototype.constructor`", (at) => {
    new WebSocket.prototype.constructor(at.socket());
  }),
  request("websocket-http", "`new WebSocket` with an `http:` address", (at) => {
    new WebSocket(at.url("ws"));
  }),
  request("cache-add-request", "`cache.add(new Request(…))`", async (at) =>
    (await caches.open("n_cache")).add(new Request(at.url("txt"), { mode: "no-cors" })).catch(() => {}),
  ),
  request("cache-add-all-made", "`cache.addAll` of what a generator makes", async (at) =>
    (await caches.open("n_cache")).addAll(
      (function* () {
        yield new URL(at.url("txt"));
      })(),
    ),
  ),
  request(
    "cache-add-all-changing",
    "`cache.addAll` of a list that is another when listed again",
    async (at) => {
      let lists = 0;
      const list = { [Symbol.iterator]: () => (lists++ ? [at.url("txt")] : ["/plain.html"])[Symbol.iterator]() };
      return (await caches.open("n_cache")).addAll(list);
    },
    { isTrick: true },
  ),
  request(
    "payment-changing",
    "`new PaymentRequest` with an address that is another when read again",
    (at) => {
      let reads = 0;
      const method = {
        get supportedMethods() {
          return reads++ ? at.url("json") : "basic-card";
        },
      };
      new PaymentRequest([method], { total: { label: "x", amount: { currency: "EUR", value: "1" } } })
        .canMakePayment()
        .catch(() => {});
    },
    { isTrick: true, load: "payments", isWhole: true },
  ),
  request("media-artwork", "artwork of `new MediaMetadata`", (at) => {
    navigator.mediaSession.metadata = new MediaMetadata({
      title: "x",
      artwork: [{ src: at.url(), sizes: "1x1", type: "image/png" }],
    });
  }),
  request("media-artwork-set", "`MediaMetadata.artwork = […]`", (at) => {
    const metadata = new MediaMetadata({ title: "x" });
    metadata.artwork = [{ src: at.url(), sizes: "1x1", type: "image/png" }];
    navigator.mediaSession.metadata = metadata;
  }),
  request("event-source", "`new EventSource`", (at) => {
    new EventSource(at.url("stream"));
  }),
  request("event-source-constructor", "`EventSource.prototype.constructor`", (at) => {
    new EventSource.prototype.constructor(at.url("stream"));
  }),
  request("worker-own", "a worker of the own origin that sends", (at) => {
    new Worker("/worker.js").postMessage(at.url("txt"));
  }),
  request(
    "worker-blob",
    "a `blob:` worker that sends",
    (at, blob, send) => {
      new Worker(blob(send(at.url("txt"))));
    },
    { args: tools },
  ),
  request(
    "worker-data",
    "a `data:` worker that sends",
    (at, blob, send) => {
      new Worker("data:text/javascript," + encodeURIComponent(send(at.url("txt"))));
    },
    { args: tools },
  ),
  request(
    "worker-import-scripts",
    "`importScripts` in a `blob:` worker",
    (at, blob) => {
      new Worker(blob("importScripts(" + JSON.stringify(at.url("js")) + ")"));
    },
    { args: tools },
  ),
  request(
    "worker-module",
    "`import` in a module worker",
    (at, blob) => {
      new Worker(blob("import " + JSON.stringify(at.url("js"))), { type: "module" });
    },
    { args: tools },
  ),
  request(
    "worker-xhr",
    "`XMLHttpRequest` in a `blob:` worker",
    (at, blob) => {
      new Worker(
        blob("const sent = new XMLHttpRequest(); sent.open('GET', " + JSON.stringify(at.url("txt")) + "); sent.send()"),
      );
    },
    { args: tools },
  ),
  request(
    "worker-websocket",
    "`WebSocket` in a `blob:` worker",
    (at, blob) => {
      new Worker(blob("new WebSocket(" + JSON.stringify(at.socket()) + ")"));
    },
    { args: tools },
  ),
  request(
    "worker-nested",
    "a worker made by a `blob:` worker",
    (at, blob, send) => {
      new Worker(blob("new Worker(" + JSON.stringify(blob(send(at.url("txt")))) + ")"));
    },
    { args: tools },
  ),
  request("shared-worker-own", "a shared worker of the own origin that sends", (at) => {
    new SharedWorker("/worker.js", at.name).port.postMessage(at.url("txt"));
  }),
  request(
    "shared-worker-blob",
    "a `blob:` shared worker that sends",
    (at, blob, send) => {
      new SharedWorker(blob(send(at.url("txt"))));
    },
    { args: tools },
  ),
  request("import", "`import(address)`", (at) => import(at.url("js"))),
  request("import-code", "`import(address)` in code made from text", (at) =>
    new Function("url", "return import(url)")(at.url("js")),
  ),
  request("import-module", "`import` in an inline module script", (at) => {
    const script = document.createElement("script");
    script.type = "module";
    script.textContent = "import " + JSON.stringify(at.url("js"));
    at.box.append(script);
  }),
  request(
    "import-blob",
    "`import(blob:)` of a module that imports",
    (at, blob) => import(blob("import " + JSON.stringify(at.url("js")))),
    { args: tools },
  ),
  request("import-map", "`import` of a name in an import map", (at) => {
    const script = document.createElement("script");
    script.type = "importmap";
    script.textContent = JSON.stringify({ imports: { ["map-" + at.name]: at.url("js") } });
    at.box.append(script);
    return import("map-" + at.name);
  }),
  declared(
    "worker-blob",
    "a `blob:` worker that sends",
    (at, blob, send) => {
      new Worker(blob(send(at.url("txt"))));
    },
    { args: tools },
  ),
  declared(
    "worker-data",
    "a `data:` worker that sends",
    (at, blob, send) => {
      new Worker("data:text/javascript," + encodeURIComponent(send(at.url("txt"))));
    },
    { args: tools },
  ),
  declared("frame-blob", "a `blob:` frame with an image", (at) => {
    at.frame((frame) => {
      frame.src = URL.createObjectURL(new Blob([`<img src="${at.url()}">`], { type: "text/html" }));
    });
  }),
  declared("frame-data", "a `data:` frame with an image", (at) => {
    at.frame((frame) => {
      frame.src = "data:text/html," + encodeURIComponent(`<img src="${at.url()}">`);
    });
  }),
  declared("sheet-blob", "a `blob:` style sheet that imports", (at) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = URL.createObjectURL(new Blob([`@import "${at.url("css")}";`], { type: "text/css" }));
    document.head.append(link);
  }),
  request(
    "pagehide-beacon",
    "`sendBeacon` while the page goes",
    (at) => {
      addEventListener("pagehide", () => {
        navigator.sendBeacon(at.url("txt"), "body of " + at.id);
      });
    },
    { isLate: true, load: "leaving" },
  ),
  own("fetch", "`fetch`", (at) => fetch(at.url("json"))),
  own("fetch-relative", "`fetch` of a relative address", (at) => fetch(new URL(at.url("json")).pathname)),
  own("xhr", "`XMLHttpRequest`", (at, start) => start(at, new XMLHttpRequest()), { args: [open] }),
  own("beacon", "`sendBeacon`", (at) => {
    navigator.sendBeacon(at.url("txt"), "body");
  }),
  own("image", "`new Image().src`", (at) => {
    new Image().src = new URL(at.url("png")).pathname;
  }),
  own("script", "script element", (at) => {
    const script = document.createElement("script");
    script.src = at.url("js");
    at.box.append(script);
  }),
  own("websocket", "`new WebSocket`", (at) => {
    new WebSocket(at.socket());
  }),
  own("worker", "`new Worker`", (at) => {
    new Worker(at.url("js"));
  }),
  own("style", "style property", (at) => {
    at.box.style.backgroundImage = `url(${new URL(at.url("png")).pathname})`;
  }),
  own("import", "`import(address)`", (at) => import(at.url("js"))),
];
