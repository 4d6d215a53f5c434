// Attempts to put a cookie into the jar. Their marker is the cookie's name.

const cookie = (id, title, run, more) => ({
  id: `cookie-${id}`,
  kind: "cookies",
  load: "stores",
  title,
  sink: "cookie",
  run,
  ...more,
});

export const cookies = [
  cookie("assignment", "`document.cookie = …`", (at) => {
    document.cookie = at.cookie;
  }),
  cookie("computed", '`document["coo" + "kie"] = …`', (at) => {
    document["coo" + "kie"] = at.cookie;
  }),
  cookie("descriptor", "setter from its descriptor", (at) => {
    Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set.call(document, at.cookie);
  }),
  cookie("lookup-setter", "setter from `__lookupSetter__`", (at) =>
    document.__lookupSetter__("cookie").call(document, at.cookie),
  ),
  cookie("descriptors", "setter from `getOwnPropertyDescriptors`", (at) => {
    Reflect.apply(Object.getOwnPropertyDescriptors(Document.prototype).cookie.set, document, [at.cookie]);
  }),
  cookie("bound", "bound setter", (at) => {
    Function.prototype.call.bind(
      Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set,
      document,
    )(at.cookie);
  }),
  cookie("reflect-set", '`Reflect.set(document, "cookie", …)`', (at) => {
    Reflect.set(document, "cookie", at.cookie);
  }),
  cookie("reflect-receiver", "`Reflect.set` with the document as receiver only", (at) => {
    Reflect.set(Document.prototype, "cookie", at.cookie, document);
  }),
  cookie("assign", "`Object.assign(document, { cookie })`", (at) => {
    Object.assign(document, { cookie: at.cookie });
  }),
  cookie("proxy", "through a Proxy around the document", (at) => {
    new Proxy(document, { set: (target, name, value) => Reflect.set(target, name, value) }).cookie = at.cookie;
  }),
  cookie("with", "`with (document) cookie = …`", (at) => {
    new Function("text", "with (document) cookie = text")(at.cookie);
  }),
  cookie("object", "an object with `toString`", (at) => {
    document.cookie = { toString: () => at.cookie };
  }),
  cookie("primitive", "an object with `Symbol.toPrimitive`", (at) => {
    document.cookie = { [Symbol.toPrimitive]: () => at.cookie };
  }),
  cookie(
    "changing",
    "an object that is another text when read again",
    (at) => {
      let reads = 0;
      document.cookie = { toString: () => (reads++ === 0 ? "n_first=1; path=/" : at.cookie) };
    },
    { isTrick: true },
  ),
  cookie(
    "getter-of-getter",
    "setter hidden under a own property and taken back",
    (at) => {
      Object.defineProperty(document, "cookie", { configurable: true, value: "" });
      delete document.cookie;
      document.cookie = at.cookie;
    },
    { load: "cookie-own" },
  ),
  cookie(
    "own-accessor",
    "own accessor that calls a setter saved before",
    (at) => {
      const { set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      Object.defineProperty(document, "cookie", {
        configurable: true,
        set(text) {
          set.call(this, text);
        },
      });
      document.cookie = at.cookie;
      delete document.cookie;
    },
    { load: "cookie-own" },
  ),
  cookie(
    "redefine",
    "accessor of the prototype defined anew, calling the setter found there",
    (at) => {
      const { set, get } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      try {
        Object.defineProperty(Document.prototype, "cookie", {
          configurable: true,
          get,
          set(text) {
            set.call(this, text);
          },
        });
      } catch {
        // Refused: then the assignment goes where it always went.
      }
      document.cookie = at.cookie;
    },
    { load: "cookie-redefined" },
  ),
  cookie(
    "delete",
    "`delete Document.prototype.cookie`, then assignment",
    (at) => {
      try {
        delete Document.prototype.cookie;
        delete document.cookie;
      } catch {
        // Refused.
      }
      document.cookie = at.cookie;
    },
    { load: "deleted", isTrick: true },
  ),
  cookie("store-set", "`cookieStore.set(name, value)`", (at) => cookieStore.set(at.name, "1")),
  cookie("store-object", "`cookieStore.set({ name, value })`", (at) => cookieStore.set({ name: at.name, value: "1" })),
  cookie("store-getters", "`cookieStore.set` with getters", (at) =>
    cookieStore.set({
      get name() {
        return at.name;
      },
      get value() {
        return "1";
      },
    }),
  ),
  cookie(
    "store-changing",
    "`cookieStore.set` with a name that changes when read again",
    (at) => {
      let reads = 0;
      return cookieStore.set({
        get name() {
          return reads++ === 0 ? "n_first" : at.name;
        },
        value: "1",
      });
    },
    { isTrick: true },
  ),
  cookie("store-prototype", "`CookieStore.prototype.set.call(…)`", (at) =>
    CookieStore.prototype.set.call(cookieStore, at.name, "1"),
  ),
  cookie("store-lifetime", "`cookieStore.set({ name, value, maxAge, path })`", (at) =>
    cookieStore.set({ name: at.name, value: "1", maxAge: 3600, path: "/" }),
  ),
  cookie("store-inherited", "`cookieStore.set` with inherited options", (at) =>
    cookieStore.set(Object.create({ name: at.name, value: "1" })),
  ),
  cookie("store-function", "`cookieStore.set` with a function that has the options", (at) =>
    cookieStore.set(Object.defineProperties(() => {}, { name: { value: at.name }, value: { value: "1" } })),
  ),
  cookie("store-text-object", "`cookieStore.set` with an object as name", (at) =>
    cookieStore.set({ toString: () => at.name }, "1"),
  ),
  cookie("header-fetch", "`Set-Cookie` in the answer to `fetch` of the own origin", (at) => fetch(at.setCookie), {
    isSwept: true,
  }),
  cookie(
    "header-xhr",
    "`Set-Cookie` in the answer to `XMLHttpRequest` of the own origin",
    (at) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("GET", at.setCookie);
        request.onloadend = resolve;
        request.send();
      }),
    { isSwept: true },
  ),
  cookie(
    "header-xhr-sync",
    "`Set-Cookie` in the answer to a synchronous request of the own origin",
    (at) => {
      const request = new XMLHttpRequest();
      request.open("GET", at.setCookie, false);
      request.send();
    },
    { isSwept: true },
  ),
  cookie(
    "header-image",
    "`Set-Cookie` with an image of the own origin",
    (at) =>
      new Promise((resolve) => {
        const image = new Image();
        image.onload = resolve;
        image.onerror = resolve;
        image.src = at.setCookie;
      }),
    { isSwept: true },
  ),
];
