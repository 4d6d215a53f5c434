// Attempts to keep something in local storage, session storage, a database, a cache or a service
// worker. Their marker is the name of what is kept.

const WAYS = [
  [
    "set-item",
    "`setItem`",
    (at, area) => {
      window[area].setItem(at.name, "1");
    },
  ],
  [
    "named",
    "named property",
    (at, area) => {
      window[area][at.name] = "1";
    },
  ],
  [
    "assign",
    "`Object.assign`",
    (at, area) => {
      Object.assign(window[area], { [at.name]: "1" });
    },
  ],
  [
    "reflect-set",
    "`Reflect.set`",
    (at, area) => {
      Reflect.set(window[area], at.name, "1");
    },
  ],
  [
    "define",
    "`Object.defineProperty`",
    (at, area) => {
      Object.defineProperty(window[area], at.name, {
        value: "1",
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  ],
  [
    "reflect-define",
    "`Reflect.defineProperty`",
    (at, area) => {
      Reflect.defineProperty(window[area], at.name, {
        value: "1",
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  ],
  [
    "prototype",
    "`Storage.prototype.setItem.call`",
    (at, area) => {
      Storage.prototype.setItem.call(window[area], at.name, "1");
    },
  ],
  [
    "reflect-apply",
    "`Reflect.apply(Storage.prototype.setItem, …)`",
    (at, area) => {
      Reflect.apply(Storage.prototype.setItem, window[area], [at.name, "1"]);
    },
  ],
  [
    "bound",
    "`setItem` bound to the storage",
    (at, area) => {
      window[area].setItem.bind(window[area])(at.name, "1");
    },
  ],
  [
    "window-getter",
    "the storage from the getter of `window`",
    (at, area) => {
      const owner =
        Object.getOwnPropertyDescriptor(window, area) ?? Object.getOwnPropertyDescriptor(Window.prototype, area);
      owner.get.call(window).setItem(at.name, "1");
    },
  ],
  [
    "lookup-getter",
    "the storage from `__lookupGetter__`",
    (at, area) => {
      window.__lookupGetter__(area).call(window)[at.name] = "1";
    },
  ],
  [
    "name-object",
    "an object as name",
    (at, area) => {
      window[area].setItem({ toString: () => at.name }, "1");
    },
  ],
  [
    "name-changing",
    "an object as name that is another text when read again",
    (at, area) => {
      let reads = 0;
      window[area].setItem({ toString: () => (reads++ === 0 ? "n_first" : at.name) }, "1");
    },
    { isTrick: true },
  ],
  [
    "event",
    "`new StorageEvent(…).storageArea`",
    (at, area) => {
      new StorageEvent("storage", { storageArea: window[area] }).storageArea.setItem(at.name, "1");
    },
  ],
  [
    "init-event",
    "`initStorageEvent(…)` and `storageArea`",
    (at, area) => {
      const event = new StorageEvent("storage");
      event.initStorageEvent("storage", false, false, "key", null, null, "", window[area]);
      event.storageArea.setItem(at.name, "1");
    },
  ],
  [
    "getter-this",
    "an accessor on `Storage.prototype` that answers its object",
    (at, area) => {
      Object.defineProperty(Storage.prototype, "self", {
        get() {
          return this;
        },
        configurable: true,
      });
      const { self } = window[area];
      delete Storage.prototype.self;
      self[at.name] = "1";
    },
  ],
  [
    "symbol-this",
    "an accessor under a symbol on `Object.prototype` that answers its object",
    (at, area) => {
      const key = Symbol("self");
      Object.defineProperty(Object.prototype, key, {
        get() {
          return this;
        },
        configurable: true,
      });
      Storage.prototype.setItem.call(window[area][key], at.name, "1");
      delete Object.prototype[key];
    },
  ],
  [
    "setter-this",
    "an accessor on `Storage.prototype` that keeps whom it was set on",
    (at, area) => {
      let self;
      Object.defineProperty(Storage.prototype, "self", {
        set() {
          self = this;
        },
        configurable: true,
      });
      window[area].self = "1";
      delete Storage.prototype.self;
      self.setItem(at.name, "1");
    },
  ],
  [
    "primitive-this",
    "`Symbol.toPrimitive` on `Storage.prototype`, called by a template",
    (at, area) => {
      let self;
      Storage.prototype[Symbol.toPrimitive] = function () {
        self = this;
        return "";
      };
      void `${window[area]}`;
      delete Storage.prototype[Symbol.toPrimitive];
      self.setItem(at.name, "1");
    },
  ],
  [
    "own-accessor",
    "an accessor under a symbol of the storage's own",
    (at, area) => {
      const key = Symbol("self");
      try {
        Object.defineProperty(window[area], key, {
          get() {
            return this;
          },
          configurable: true,
        });
      } catch {
        // Not in Firefox.
      }
      const self = window[area][key] ?? window[area];
      self.setItem(at.name, "1");
      delete window[area][key];
    },
  ],
  [
    "patched",
    "`setItem` replaced on the one storage by what calls the old one",
    (at, area) => {
      const { setItem } = window[area];
      Object.defineProperty(window[area], "setItem", {
        value(name, value) {
          setItem.call(this, name, value);
        },
        configurable: true,
      });
      window[area].setItem(at.name, "1");
      delete window[area].setItem;
      Storage.prototype.removeItem.call(window[area], "setItem");
    },
  ],
  [
    "inherited",
    "named property, where the prototype has one of the same name",
    (at, area) => {
      Storage.prototype[at.name] = "0";
      try {
        window[area].setItem(at.name, "1");
      } finally {
        delete Storage.prototype[at.name];
      }
    },
  ],
  [
    "heir",
    "an object that inherits from the storage",
    (at, area) => {
      Reflect.set(Object.create(window[area]), at.name, "1", window[area]);
    },
  ],
];

const areas = [
  ["local-storage", "localStorage"],
  ["session-storage", "sessionStorage"],
].flatMap(([sink, area]) =>
  WAYS.map(([id, title, run, more]) => ({
    id: `${sink}-${id}`,
    kind: `\`${area}\``,
    load: "stores",
    title,
    sink,
    run,
    args: [area],
    ...more,
  })),
);

const other = (sink, kind) => (id, title, run, more) => ({
  id: `${sink}-${id}`,
  kind,
  load: "stores",
  title,
  sink,
  run,
  ...more,
});
const database = other("indexed-db", "`indexedDB`");
const cache = other("cache-storage", "`caches`");
const worker = other("service-worker", "service workers");

/** Access to storage as a frame is given it, and what is done with it. */
const handle = (id, sink, use) => ({
  id: `handle-${id.toLowerCase()}`,
  kind: "`requestStorageAccess({ all: true })`",
  load: "handles",
  isWhole: true,
  title: `\`${id}\` of the handle`,
  sink,
  args: [use],
  run: async (at, use) => {
    let loaded;
    const ready = new Promise((resolve) => {
      loaded = resolve;
    });
    const frame = at.frame((frame) => {
      frame.src = "/plain.html";
      frame.onload = loaded;
    });
    await ready;
    return use(await frame.contentDocument.requestStorageAccess({ all: true }), at);
  },
});

export const stores = [
  ...areas,
  {
    id: "local-storage-true-event",
    kind: "`localStorage`",
    load: "stores",
    sink: "local-storage",
    title: "`storageArea` of an event that the browser sent",
    run: (at) =>
      new Promise((resolve) => {
        const listener = (event) => {
          if (!event.newValue || event.newValue !== "?" + at.name) return;
          removeEventListener("storage", listener);
          event.storageArea.setItem(at.name, "1");
          resolve();
        };
        addEventListener("storage", listener);
        at.frame((frame) => {
          frame.src = "/stores.html?" + at.name;
        });
      }),
  },
  ...[
    ["open", "`indexedDB.open(name)`", (at) => indexedDB.open(at.name)],
    ["version", "`indexedDB.open(name, 3)`", (at) => indexedDB.open(at.name, 3)],
    ["prototype", "`IDBFactory.prototype.open.call`", (at) => IDBFactory.prototype.open.call(indexedDB, at.name)],
    [
      "getter",
      "the factory from the getter of `window`",
      (at) => {
        const owner =
          Object.getOwnPropertyDescriptor(window, "indexedDB") ??
          Object.getOwnPropertyDescriptor(Window.prototype, "indexedDB");
        return owner.get.call(window).open(at.name);
      },
    ],
    ["object", "an object as name", (at) => indexedDB.open({ toString: () => at.name })],
  ].map(([id, title, open]) =>
    database(
      id,
      title,
      (at, start) =>
        new Promise((resolve, reject) => {
          const request = start(at);
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
          request.onerror = () => reject(request.error);
        }),
      { args: [open] },
    ),
  ),
  cache("open", "`caches.open(name)`", (at) => caches.open(at.name)),
  cache("prototype", "`CacheStorage.prototype.open.call`", (at) => CacheStorage.prototype.open.call(caches, at.name)),
  cache("object", "an object as name", (at) => caches.open({ toString: () => at.name })),
  worker("register", "`serviceWorker.register(path)`", (at) => navigator.serviceWorker.register(at.serviceWorker)),
  worker("url", "`register(new URL(…))`", (at) =>
    navigator.serviceWorker.register(new URL(at.serviceWorker, location.href)),
  ),
  worker("prototype", "`ServiceWorkerContainer.prototype.register.call`", (at) =>
    ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, at.serviceWorker),
  ),
  handle("localStorage", "local-storage", (handle, at) => {
    handle.localStorage.setItem(at.name, "1");
  }),
  handle("sessionStorage", "session-storage", (handle, at) => {
    handle.sessionStorage[at.name] = "1";
  }),
  handle("caches", "cache-storage", (handle, at) => handle.caches.open(at.name)),
  handle(
    "indexedDB",
    "indexed-db",
    (handle, at) =>
      new Promise((resolve, reject) => {
        const request = handle.indexedDB.open(at.name);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
        request.onerror = () => reject(request.error);
      }),
  ),
];
