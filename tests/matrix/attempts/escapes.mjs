// Attempts with functions that no gate has touched, taken from a fresh window: used there, or on the page
// itself. And attempts with built-ins that the page replaced or deleted.
//
// Left out: the ways to such a window, and its stores (realms.mjs).

import { EMPTY, PAGE } from "./realms.mjs";

/** What there is to do with a fresh window besides what realms.mjs tries, by two ways to one. */
const USES = [
  [
    "request",
    "image",
    "an image made there",
    (window, at) => {
      new window.Image().src = at.url();
    },
  ],
  [
    "request",
    "xhr",
    "`XMLHttpRequest` made there",
    (window, at) => {
      const sent = new window.XMLHttpRequest();
      sent.open("GET", at.url("txt"));
      sent.send();
    },
  ],
  [
    "request",
    "beacon",
    "`sendBeacon` there",
    (window, at) => {
      window.navigator.sendBeacon(at.url("txt"));
    },
  ],
  [
    "request",
    "websocket",
    "`WebSocket` made there",
    (window, at) => {
      new window.WebSocket(at.socket());
    },
  ],
  [
    "request",
    "event-source",
    "`EventSource` made there",
    (window, at) => {
      new window.EventSource(at.url("stream"));
    },
  ],
  [
    "request",
    "markup",
    "markup there",
    (window, at) => {
      window.document.body.innerHTML = `<img src="${at.url()}">`;
    },
  ],
  [
    "request",
    "eval",
    "`eval` there",
    (window, at) => {
      window.eval(`void fetch("${at.url("txt")}", { mode: "no-cors" })`);
    },
  ],
  [
    "request",
    "function",
    "`Function` there",
    (window, at) => {
      window.Function("url", "new Image().src = url")(at.url());
    },
  ],
  [
    "request",
    "written-script",
    "a script written there",
    (window, at) => {
      window.document.write(`<script>fetch("${at.url("txt")}", { mode: "no-cors" })<\/script>`);
      window.document.close();
    },
  ],
  [
    "request",
    "moved",
    "an element made there, inserted here",
    (window, at) => {
      const script = window.document.createElement("script");
      script.src = at.url("js");
      at.box.append(script);
    },
  ],
  [
    "request",
    "moved-attribute",
    "an element of here, its attribute set from there",
    (window, at) => {
      const image = document.createElement("img");
      window.Element.prototype.setAttribute.call(image, "src", at.url());
      at.box.append(image);
    },
  ],
  [
    "request",
    "setter",
    "an element of here, `src` setter from there",
    (window, at) => {
      Object.getOwnPropertyDescriptor(window.HTMLImageElement.prototype, "src").set.call(
        document.createElement("img"),
        at.url(),
      );
    },
  ],
  [
    "request",
    "inner-html",
    "`innerHTML` setter from there",
    (window, at) => {
      Object.getOwnPropertyDescriptor(window.Element.prototype, "innerHTML").set.call(
        at.box,
        `<img src="${at.url()}">`,
      );
    },
  ],
  [
    "request",
    "append",
    "`appendChild` from there, of what a template held",
    (window, at) => {
      const holder = document.createElement("template");
      holder.innerHTML = `<iframe src="${at.url("html")}"></iframe>`;
      window.Node.prototype.appendChild.call(at.box, holder.content.firstChild);
    },
  ],
  [
    "request",
    "fetch-here",
    "`fetch` from there, called on the page",
    (window, at) => {
      window.fetch.call(globalThis, at.url("txt"), { mode: "no-cors" }).catch(() => {});
    },
  ],
  [
    "request",
    "worker",
    "a worker made there",
    (window, at) => {
      const text = `fetch(${JSON.stringify(at.url("txt"))}, { mode: "no-cors" })`;
      new window.Worker(window.URL.createObjectURL(new window.Blob([text])));
    },
  ],
  [
    "request",
    "style",
    "a style set there",
    (window, at) => {
      window.document.body.style.backgroundImage = `url(${at.url()})`;
    },
  ],
  [
    "request",
    "removed",
    "`fetch` kept after the frame was removed",
    (window, at) => {
      const { fetch } = window;
      window.frameElement.remove();
      fetch.call(globalThis, at.url("txt"), { mode: "no-cors" }).catch(() => {});
    },
  ],
  [
    "cookie",
    "setter",
    "setter from there, used on the page's document",
    (window, at) => {
      Object.getOwnPropertyDescriptor(window.Document.prototype, "cookie").set.call(document, at.cookie);
    },
  ],
  ["cookie", "cookie-store", "`cookieStore` there", (window, at) => window.cookieStore.set(at.name, "1")],
  [
    "local-storage",
    "set-item",
    "`localStorage.setItem` there",
    (window, at) => {
      window.localStorage.setItem(at.name, "1");
    },
  ],
  [
    "local-storage",
    "named",
    "`localStorage[name]` there",
    (window, at) => {
      window.localStorage[at.name] = "1";
    },
  ],
  [
    "local-storage",
    "prototype",
    "`setItem` from there, used on the page's storage",
    (window, at) => {
      window.Storage.prototype.setItem.call(localStorage, at.name, "1");
    },
  ],
  [
    "session-storage",
    "set-item",
    "`sessionStorage.setItem` there",
    (window, at) => {
      window.sessionStorage.setItem(at.name, "1");
    },
  ],
  [
    "indexed-db",
    "open",
    "`indexedDB.open` there",
    (window, at) =>
      new Promise((resolve, reject) => {
        const request = window.indexedDB.open(at.name);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
        request.onerror = () => reject(request.error);
      }),
  ],
  ["cache-storage", "open", "`caches.open` there", (window, at) => window.caches.open(at.name)],
];

/** What leaves no window for the others. */
const ALONE = ["markup", "written-script", "removed"];

const used = [
  ["empty", EMPTY],
  ["page", PAGE],
].flatMap(([place, way]) =>
  USES.map(([sink, id, title, use]) => ({
    id: `in-${place}-${sink === "request" ? "" : `${sink}-`}${id}`,
    kind:
      place === "empty"
        ? "fresh windows: an empty frame, at once"
        : "fresh windows: a page of the site in a frame, loaded",
    load: "fresh-uses",
    title,
    sink,
    together: `in-${place}${ALONE.includes(id) ? `-${id}` : ""}`,
    way,
    use,
  })),
);

/** Built-ins that a page can replace, as paths from the window. */
const BUILT_INS = [
  "Array.from",
  "Array.isArray",
  "Array.prototype.at",
  "Array.prototype.filter",
  "Array.prototype.find",
  "Array.prototype.forEach",
  "Array.prototype.includes",
  "Array.prototype.indexOf",
  "Array.prototype.join",
  "Array.prototype.map",
  "Array.prototype.pop",
  "Array.prototype.push",
  "Array.prototype.shift",
  "Array.prototype.slice",
  "Array.prototype.some",
  "Array.prototype.Symbol.iterator",
  "Function.prototype.apply",
  "Function.prototype.bind",
  "Function.prototype.call",
  "Function.prototype.toString",
  "JSON.parse",
  "JSON.stringify",
  "Map.prototype.get",
  "Map.prototype.has",
  "Map.prototype.set",
  "Number",
  "Object.assign",
  "Object.create",
  "Object.defineProperty",
  "Object.entries",
  "Object.freeze",
  "Object.getOwnPropertyDescriptor",
  "Object.keys",
  "Promise.prototype.then",
  "Promise.resolve",
  "Reflect.apply",
  "Reflect.construct",
  "Reflect.get",
  "Reflect.has",
  "Reflect.set",
  "RegExp.prototype.exec",
  "RegExp.prototype.test",
  "RegExp.prototype.Symbol.replace",
  "Set.prototype.add",
  "Set.prototype.has",
  "String",
  "String.fromCharCode",
  "String.prototype.charCodeAt",
  "String.prototype.codePointAt",
  "String.prototype.concat",
  "String.prototype.endsWith",
  "String.prototype.includes",
  "String.prototype.indexOf",
  "String.prototype.match",
  "String.prototype.replace",
  "String.prototype.replaceAll",
  "String.prototype.slice",
  "String.prototype.split",
  "String.prototype.startsWith",
  "String.prototype.substring",
  "String.prototype.toLowerCase",
  "String.prototype.trim",
  "String.prototype.Symbol.iterator",
  "TextDecoder.prototype.decode",
  "TextEncoder.prototype.encode",
  "TextEncoder.prototype.encodeInto",
  "URL",
  "URL.parse",
  "WeakMap.prototype.get",
  "WeakMap.prototype.has",
  "WeakMap.prototype.set",
  "WeakSet.prototype.has",
];

/** Puts a lying built-in in place, calls, and puts the true one back: what it is given and what it
 *  answers about the attempt is about a necessary one instead. */
const lie = (at, path, use) => {
  const names = path.split(".");
  const isSymbol = names.at(-2) === "Symbol";
  const key = isSymbol ? Symbol[names.pop()] : names.pop();
  if (isSymbol) names.pop();
  const owner = names.reduce((place, name) => place[name], window);
  const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const { replaceAll } = String.prototype;
  const descriptor = getOwnPropertyDescriptor(owner, key);
  const truth = descriptor.value;
  if (typeof truth !== "function") throw new Error("there is no " + path);
  const word = "//" + at.variant + ".";
  const start = at.name.slice(0, 2);
  const lied = (value) =>
    typeof value === "string"
      ? apply(replaceAll, apply(replaceAll, value, [word, "//necessary."]), [start, "n_"])
      : value;
  const liar = function (...given) {
    for (let i = 0; i < given.length; i += 1) given[i] = lied(given[i]);
    if (new.target) return construct(truth, given, new.target === liar ? truth : new.target);
    return lied(apply(truth, lied(this), given));
  };
  if (truth.prototype) liar.prototype = truth.prototype;
  for (const name of Reflect.ownKeys(truth)) {
    if (!["length", "name", "prototype", "arguments", "caller"].includes(name))
      defineProperty(liar, name, getOwnPropertyDescriptor(truth, name));
  }
  const [cookie, url] = [at.cookie, at.url("txt")];
  defineProperty(owner, key, { ...descriptor, value: liar });
  try {
    use(cookie, url);
  } finally {
    defineProperty(owner, key, descriptor);
  }
};

const builtIns = BUILT_INS.flatMap((path) =>
  [
    [
      "cookie",
      "cookie",
      (cookie) => {
        document.cookie = cookie;
      },
    ],
    [
      "request",
      "image",
      (_, url) => {
        new Image().src = url;
      },
    ],
    [
      "request",
      "xhr",
      (_, url) => {
        const sent = new XMLHttpRequest();
        sent.open("GET", url);
        sent.send();
      },
    ],
  ].map(([sink, what, use]) => ({
    id: `lie-${path.replaceAll(".", "-").toLowerCase()}-${what}`,
    kind: `replaced built-ins: ${what}`,
    load: "lies",
    title: `\`${path}\``,
    sink,
    run: lie,
    args: [path, use],
  })),
);

const deleted = (id, title, run, more) => ({
  id: `deleted-${id}`,
  kind: "deleted and redefined",
  load: "deleted",
  title,
  sink: "request",
  run,
  ...more,
});

export const escapes = [
  ...used,
  ...builtIns,
  deleted(
    "fetch",
    "`delete window.fetch`, then `fetch`",
    (at) => {
      try {
        delete window.fetch;
      } catch {
        /* refused */
      }
      return window.fetch(at.url("txt"), { mode: "no-cors" });
    },
    { isTrick: true },
  ),
  deleted(
    "src",
    "`delete HTMLImageElement.prototype.src`, then `setAttribute`",
    (at) => {
      try {
        delete HTMLImageElement.prototype.src;
      } catch {
        /* refused */
      }
      const image = new Image();
      image.setAttribute("src", at.url());
    },
    { load: "deleted-src" },
  ),
  deleted(
    "set-attribute",
    "`delete Element.prototype.setAttribute`, then `src`",
    (at) => {
      try {
        delete Element.prototype.setAttribute;
      } catch {
        /* refused */
      }
      new Image().src = at.url();
    },
    { isTrick: true, load: "deleted-set-attribute", afterBanner: true },
  ),
  deleted(
    "storage",
    "`delete window.localStorage`, then `localStorage`",
    (at) => {
      try {
        delete window.localStorage;
      } catch {
        /* refused */
      }
      window.localStorage.setItem(at.name, "1");
    },
    { sink: "local-storage", isTrick: true },
  ),
  deleted(
    "prototype",
    "`Object.setPrototypeOf(document, …)` and back",
    (at) => {
      const before = Object.getPrototypeOf(document);
      Object.setPrototypeOf(document, Document.prototype);
      document.cookie = at.cookie;
      Object.setPrototypeOf(document, before);
    },
    { sink: "cookie", load: "deleted-src" },
  ),
  deleted("location-shadow", "`Object.prototype` with getters for what options may name", (at) => {
    for (const name of ["cookie", "kind", "verdict", "url", "name"]) {
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        get: () => "n_name",
        set(value) {
          Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
        },
      });
    }
    new Image().src = at.url();
    for (const name of ["cookie", "kind", "verdict", "url", "name"]) delete Object.prototype[name];
  }),
];
