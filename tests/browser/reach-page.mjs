// What a hostile page does to get hold of something of ours: it looks at the stack, and at what it is handed,
// whenever code of its own runs while ours does, and then uses whatever it got. `reach.test.mjs` puts it into a
// page; `probe` is handed over as text and runs there as a sloppy script, before the tag.
//
// Left out: what is right. It tells what it reached and leaves the judging to the test.

export function probe(tagText) {
  const { apply, construct, getPrototypeOf, ownKeys } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const textOf = Function.prototype.toString;
  const [indexOf, push] = [String.prototype.indexOf, Array.prototype.push];
  const isFunction = (value) => typeof value === "function";
  const add = (list, ...values) => apply(push, list, values);

  // ---- what there was before the tag ----------------------------------------------------------

  /** Every function of the browser, by its place. */
  const places = [];
  const owners = new Set();
  function list(owner, name) {
    if (!owner || owners.has(owner)) return;
    owners.add(owner);
    for (const key of ownKeys(owner)) {
      const found = getOwnPropertyDescriptor(owner, key);
      for (const half of ["value", "get", "set"]) {
        if (isFunction(found[half]))
          add(places, { owner, key, half, native: found[half], name: `${name}.${String(key)} ${half}` });
      }
      if (isFunction(found.value) && found.value.prototype) list(found.value.prototype, String(key));
    }
  }
  list(window, "window");
  list(navigator, "navigator");
  list(document, "document");
  const untouched = new Map([
    [localStorage, "localStorage"],
    [sessionStorage, "sessionStorage"],
  ]);
  const current = ({ owner, key, half }) => getOwnPropertyDescriptor(owner, key)?.[half];
  const isGated = (place) => current(place) !== place.native;

  // ---- looking --------------------------------------------------------------------------------

  const reached = new Set();
  const instances = new Set();
  /** Functions of ours that were handed to what the page put in a place of the browser's. */
  const handed = new Set();
  const known = new Map();
  const isOurs = (value) => {
    if (!known.has(value)) {
      const text = apply(textOf, value, []);
      known.set(
        value,
        text.length > 12 && apply(indexOf, text, ["[native code]"]) < 0 && apply(indexOf, tagText, [text]) >= 0,
      );
    }
    return known.get(value);
  };

  let isLooking = false;
  /** How often it was looked at each place: a few times are enough. */
  const looks = new Map();
  const MOST = 2;
  function look(where, given = [], self = null) {
    if (isLooking) return;
    isLooking = true;
    try {
      lookNow(where, given, self);
    } catch {
      // The stack is full, or what is there answers nothing.
    }
    isLooking = false;
  }

  function lookNow(where, given, self) {
    const times = looks.get(where) ?? 0;
    looks.set(where, times + 1);
    if (times >= MOST) return;
    const found = [];
    const limit = Error.stackTraceLimit;
    const printer = getOwnPropertyDescriptor(Error, "prepareStackTrace");
    try {
      Error.stackTraceLimit = 200;
      Error.prepareStackTrace = (error, sites) => {
        for (const site of sites) {
          for (const name of ownKeys(getPrototypeOf(site))) {
            try {
              add(found, site[name]());
            } catch {}
          }
        }
        return "";
      };
      void new Error("look").stack;
      if (Error.captureStackTrace) {
        const error = {};
        Error.captureStackTrace(error);
        void error.stack;
      }
    } catch {}
    Error.stackTraceLimit = limit;
    if (printer) defineProperty(Error, "prepareStackTrace", printer);
    else delete Error.prepareStackTrace;
    try {
      add(found, arguments.callee.caller);
    } catch {}
    for (let caller = lookNow, deep = 0; isFunction(caller) && deep < 60; deep++) {
      let next;
      try {
        add(found, ...(caller.arguments ?? []));
      } catch {}
      try {
        next = caller.caller;
      } catch {}
      add(found, next);
      caller = next;
    }
    for (const value of found) judge(where, value);
    for (const value of [self, ...given]) if (isFunction(value) && isOurs(value)) handed.add(value);
  }

  function judge(where, value) {
    if (!isFunction(value) && (typeof value !== "object" || !value)) return;
    if (isFunction(value)) {
      if (isOurs(value)) reached.add(`${where}: a function of ours`);
      const place = places.find((one) => one.native === value);
      if (place && isGated(place)) reached.add(`${where}: the browser's ${place.name}`);
      return;
    }
    if (untouched.has(value)) reached.add(`${where}: ${untouched.get(value)}`);
    const kind = Object.prototype.toString.call(value);
    if (kind === "[object WebAssembly.Instance]") instances.add(value);
    else if (/WebAssembly|ArrayBuffer|Uint8Array/.test(kind)) reached.add(`${where}: ${kind}`);
  }

  // ---- using what was got ---------------------------------------------------------------------

  const WORDS = ["accept-all", "analytics", '{"analytics":true}', "counter", ""];
  const quietly = (run) => {
    try {
      return run();
    } catch {}
  };

  function useInstances() {
    for (const { exports } of instances) {
      for (const name of ownKeys(exports)) {
        const value = exports[name];
        if (!isFunction(value)) reached.add(`the module's ${Object.prototype.toString.call(value)}`);
      }
      const calls = ownKeys(exports)
        .map((name) => exports[name])
        .filter(isFunction);
      for (const word of WORDS) {
        // A text that was refused may still lie where the next one is taken from.
        quietly(() => consentinel.acceptAll());
        quietly(() => consentinel.grant(word));
        for (const allocate of calls) {
          for (const hear of calls) {
            for (let kind = 0; kind < 40; kind++) {
              quietly(() => allocate(word.length));
              quietly(() => hear(kind, word.length));
            }
          }
        }
      }
    }
  }

  const tools = new Set();
  function useHanded() {
    const event = {
      __proto__: Event.prototype,
      isTrusted: true,
      composedPath: () => [button],
      target: null,
      preventDefault() {},
    };
    const button = document.createElement("button");
    button.setAttribute("data-consent-action", "accept-all");
    const face = {
      default: (given) => {
        for (const tool of Object.values(given)) if (isFunction(tool)) tools.add(tool);
        return {};
      },
    };
    for (let round = 0; round < 2; round++) {
      for (const value of [...handed, ...tools]) {
        for (const word of WORDS) {
          for (let kind = 14; kind < 40; kind++) quietly(() => value(kind, word));
          for (const args of [
            [word],
            [event],
            [face],
            [{ detail: word }],
            [[word]],
            [button, "always"],
            [document, button],
          ])
            quietly(() => value(...args));
        }
      }
    }
  }

  // ---- where code of the page runs ------------------------------------------------------------

  /** A value that looks whenever anybody touches it, and says a word. */
  function spy(where, word = "analytics") {
    const traps = {};
    for (const trap of ownKeys(Reflect)) {
      if (!isFunction(Reflect[trap])) continue;
      traps[trap] = function (target, key, ...more) {
        look(`${where} ${trap}`);
        if (
          trap === "get" &&
          (key === Symbol.toPrimitive || key === "toString" || key === "valueOf" || key === "toJSON")
        ) {
          return function () {
            look(`${where} ${String(key)}`);
            return word;
          };
        }
        return Reflect[trap](target, key, ...more);
      };
    }
    return new Proxy(function () {}, traps);
  }
  const parts = (where) => ({
    get analytics() {
      look(`${where} getter`);
      return true;
    },
    get name() {
      look(`${where} getter`);
      return "opt";
    },
    get value() {
      look(`${where} getter`);
      return "1";
    },
    toString() {
      look(`${where} toString`);
      return "analytics";
    },
    valueOf() {
      look(`${where} valueOf`);
      return 1;
    },
    toJSON() {
      look(`${where} toJSON`);
      return { analytics: true };
    },
  });

  const EVENTS = ["ready", "change", "open", "close", "error", "attempt", "record", "release"];
  for (const name of EVENTS)
    document.addEventListener(`consent:${name}`, function (event) {
      look(`consent:${name}`, [event.detail]);
    });
  window.takeOwner = function () {
    look("data-owner", arguments);
  };

  // A selection that is none denies, which is a decision: only where one was made already.
  function callApi(isDecided) {
    for (const name of EVENTS)
      consentinel.on(name, function (detail) {
        look(`on ${name}`, [detail]);
      });
    const { acceptAll, grant, save, withdraw, has, on, guard } = consentinel;
    for (const [name, call] of Object.entries({
      acceptAll,
      grant,
      has,
      on,
      guard,
      ...(isDecided && { save, withdraw }),
    })) {
      for (const given of [spy(name), [spy(name)], { analytics: spy(name) }, parts(name), [parts(name)], Symbol("x")])
        quietly(() => call(given, given));
    }
    quietly(() => consentinel.attempts());
    consentinel.open();
  }

  // One of each kind of thing that has gated functions.
  function things() {
    const other = document.implementation.createHTMLDocument("");
    const found = [
      other,
      other.body,
      document.createTextNode("x"),
      document.createDocumentFragment(),
      document.createRange(),
      document.createAttribute("x"),
      navigator,
      localStorage,
      sessionStorage,
      new XMLHttpRequest(),
      customElements,
      document.createElement("p").style,
      document.createElement("p").attributes,
      document.createElement("select").options,
      new Animation(),
      document.createElement("p").classList,
    ];
    for (const name of [
      "a",
      "iframe",
      "img",
      "script",
      "link",
      "form",
      "object",
      "embed",
      "video",
      "source",
      "input",
      "style",
      "template",
      "area",
      "base",
      "option",
      "select",
      "table",
      "td",
      "body",
      "frame",
      "textarea",
    ])
      add(found, other.createElement(name));
    add(
      found,
      document.createElementNS("http://www.w3.org/2000/svg", "image"),
      document.createElementNS("http://www.w3.org/2000/svg", "use"),
    );
    add(
      found,
      quietly(() => new CSSStyleSheet()),
      quietly(() => indexedDB),
      quietly(() => caches),
      quietly(() => cookieStore),
      quietly(() => navigator.serviceWorker),
      quietly(() => document.createElement("div").attachShadow({ mode: "open" })),
      quietly(() => getSelection()),
    );
    return found.filter(Boolean);
  }

  /** Everything gated, with arguments and receivers that look. */
  function callGated() {
    const all = things();
    const gated = places.filter(isGated);
    const names = [];
    for (const place of gated) {
      const { owner, key, half, name } = place;
      // A window more helps nobody, and what empties a storage takes the ledger with it.
      if ((owner === window && key === "open") || key === "clear") continue;
      add(names, name);
      const call = current(place);
      const receivers = [
        all.find((one) => owner === one || quietly(() => owner.isPrototypeOf(one))) ??
          (owner === window ? window : Object.create(owner)),
        spy(name),
      ];
      for (const receiver of receivers) {
        const counts = half === "value" ? [1, 3] : [half === "set" ? 1 : 0];
        for (const count of counts) {
          for (const make of [spy, parts]) {
            const given = Array.from({ length: count }, () => make(name));
            const answer = quietly(() => apply(call, receiver, given));
            quietly(() => answer?.catch?.(() => {}));
            judgeDeep(name, answer);
            if (half === "value" && receiver === receivers[0])
              judgeDeep(
                name,
                quietly(() => construct(call, given)),
              );
          }
        }
      }
    }
    return names;
  }
  function judgeDeep(name, answer) {
    judge(name, answer);
    quietly(() => answer?.close?.());
    quietly(() => answer?.terminate?.());
  }

  async function callReactions() {
    class Reacting extends HTMLElement {
      static observedAttributes = ["src", "data-x", "style"];
      constructor() {
        super();
        look("custom element constructor");
      }
      connectedCallback() {
        look("connectedCallback", arguments);
      }
      disconnectedCallback() {
        look("disconnectedCallback", arguments);
      }
      adoptedCallback() {
        look("adoptedCallback", arguments);
      }
      attributeChangedCallback() {
        look("attributeChangedCallback", arguments);
      }
    }
    customElements.define("x-reacting", Reacting);
    const box = document.body.appendChild(document.createElement("div"));
    new MutationObserver(function () {
      look("MutationObserver", arguments);
    }).observe(box, { childList: true, subtree: true, attributes: true });
    box.innerHTML = '<x-reacting src="/a" data-x="1" style="color:red"></x-reacting>';
    box.insertAdjacentHTML("beforeend", "<x-reacting></x-reacting>");
    const made = document.createElement("x-reacting");
    box.append(made, document.createElement("p"));
    made.setAttribute("src", "/b");
    document.implementation.createHTMLDocument("").body.append(made);
    box.replaceChildren();
    await fetch("/nothing").then(function () {
      look("fetch then", arguments);
    });
    await new Promise((resolve) => setTimeout(resolve));
  }

  /** Puts functions of the page in the places of the browser's own that anything of ours could look up late. */
  function replaceAll() {
    const undo = [];
    const put = (owner, key, descriptor) => {
      const before = getOwnPropertyDescriptor(owner, key);
      if (before?.configurable === false) return;
      defineProperty(owner, key, { __proto__: null, ...descriptor, configurable: true });
      add(undo, () => (before ? defineProperty(owner, key, { __proto__: null, ...before }) : delete owner[key]));
    };
    for (const owner of [
      Array,
      String,
      Map,
      Set,
      WeakMap,
      WeakSet,
      Promise,
      RegExp,
      Function,
      Object,
      EventTarget,
      Node,
      Element,
      Document,
      HTMLElement,
      Event,
      CSSStyleSheet,
      HTMLDialogElement,
      ShadowRoot,
    ]
      .map(({ prototype }) => prototype)
      .concat([Object, Reflect, JSON, Math, console, Promise, Array, Intl])) {
      for (const key of ownKeys(owner)) {
        const found = getOwnPropertyDescriptor(owner, key);
        if (key === "constructor" || !isFunction(found.value) || found.value.prototype) continue;
        const native = found.value;
        put(owner, key, {
          ...found,
          value() {
            if (!isLooking) look(`replaced ${String(key)}`, arguments, this);
            return apply(native, this, arguments);
          },
        });
      }
    }
    for (const name of ["CustomEvent", "ResizeObserver", "CSSStyleSheet", "Blob", "URL"]) {
      const native = window[name];
      put(window, name, {
        writable: true,
        value: function () {
          if (!isLooking) look(`replaced ${name}`, arguments);
          return construct(native, arguments);
        },
      });
    }
    for (const name of ["setTimeout", "queueMicrotask"]) {
      const native = window[name];
      put(window, name, {
        writable: true,
        value: function () {
          if (!isLooking) look(`replaced ${name}`, arguments);
          return apply(native, window, arguments);
        },
      });
    }
    for (const key of [0, 1, 2, 3, 4])
      put(Array.prototype, key, {
        get() {
          if (!isLooking) look(`Array getter ${key}`, arguments, this);
        },
        set(value) {
          if (!isLooking) look(`Array setter ${key}`, arguments, this);
          defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        },
      });
    for (const key of [
      "kind",
      "name",
      "service",
      "verdict",
      "detail",
      "next",
      "again",
      "drop",
      "report",
      "run",
      "then",
      "action",
      "frame",
      "consent",
      "analytics",
      "toJSON",
      "value",
      "memory",
      "h",
      "m",
    ]) {
      put(Object.prototype, key, {
        get() {
          if (!isLooking) look(`Object getter ${key}`, arguments, this);
        },
        set(value) {
          if (!isLooking) look(`Object setter ${key}`, arguments, this);
          defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        },
      });
    }
    return () => {
      for (let at = undo.length - 1; at >= 0; at--) undo[at]();
    };
  }

  const told = async () => {
    const records = await consentinel.ledger();
    return {
      state: consentinel.state.categories,
      granted: records.flatMap(({ granted }) => granted),
      actions: records.map(({ action }) => action),
    };
  };

  window.walk = async () => {
    const out = {};
    callApi();
    out.gated = callGated().length;
    await callReactions();
    document.cookie = "opt=1";
    useInstances();
    useHanded();
    out.undecided = await told();

    // While everything is replaced nothing may be awaited: what drives the browser needs built-ins, too.
    const undo = replaceAll();
    quietly(() => consentinel.has("nobody"));
    quietly(() => consentinel.on("change", function () {}));
    quietly(() => consentinel.rejectAll());
    quietly(() => consentinel.open());
    quietly(() => {
      document.cookie = "opt=1";
    });
    quietly(() => {
      document.body.innerHTML += '<img src="https://other.localhost/x.png">';
    });
    quietly(() => document.dispatchEvent(new Event("visibilitychange")));
    undo();
    await new Promise((resolve) => setTimeout(resolve));
    callApi(true);
    useInstances();
    useHanded();
    await new Promise((resolve) => setTimeout(resolve));
    out.refused = await told();
    out.reached = [...reached];
    out.instances = instances.size;
    out.handed = [...handed].map((value) => apply(textOf, value, []).slice(0, 80));
    out.looks = [...looks.keys()].filter((where) =>
      /^(consent:|on |data-owner|custom|connected|attribute|Mutation|fetch|replaced (error|CustomEvent|dispatchEvent)|Object|Array)/.test(
        where,
      ),
    );
    return out;
  };
}

/** Hands everything to `guard()` that is, or only looks like, a window; answers what came of it. */
export async function guarding(plain, other) {
  const { guard } = window.consentinel;
  const out = { threw: [], touched: [] };
  const frame = async (src) => {
    const element = document.createElement("iframe");
    const loaded = new Promise((resolve) => element.addEventListener("load", resolve));
    element.src = src;
    document.body.append(element);
    await loaded;
    return element;
  };
  // What a fake would have to offer, so that something is put around it.
  const parts = () => {
    class Storage {
      setItem() {
        out.touched.push("called");
      }
    }
    class Document {
      set cookie(text) {
        out.touched.push("called");
      }
    }
    return {
      Storage,
      Document,
      StorageEvent: class {},
      fetch() {},
      localStorage: new Storage(),
      document: document.implementation.createHTMLDocument(""),
    };
  };
  const fakes = {
    nothing: undefined,
    null: null,
    number: 1,
    text: "x",
    symbol: Symbol("x"),
    list: [window],
    document,
    function: () => window,
    proxy: new Proxy(window, {
      get(target, key) {
        out.touched.push(`get ${String(key)}`);
        return Reflect.get(target, key);
      },
      getPrototypeOf: () => Window.prototype,
    }),
    "object of a window": Object.create(window),
    "object of its prototype": Object.create(Window.prototype),
    "one that says so": Object.assign(Object.create({}), parts()),
  };
  fakes["one that says so"].window = fakes["one that says so"];
  fakes["a window with its own parts"] = Object.create(
    window,
    Object.getOwnPropertyDescriptors({
      ...parts(),
      get window() {
        return this;
      },
    }),
  );
  for (const [name, fake] of Object.entries(fakes)) {
    const before = fake && typeof fake === "object" && [fake.Storage?.prototype.setItem, fake.fetch, fake.StorageEvent];
    out.touched.length = name === "proxy" ? 0 : out.touched.length;
    try {
      guard(fake);
    } catch {
      out.threw.push(name);
    }
    if (
      before &&
      (fake.Storage?.prototype.setItem !== before[0] || fake.fetch !== before[1] || fake.StorageEvent !== before[2])
    )
      out.touched.push(name);
  }
  out.touched = out.touched.filter((one) => !/^get (Storage|fetch|StorageEvent)$/.test(one));

  const gone = await frame(plain);
  const detached = gone.contentWindow;
  gone.remove();
  for (const [name, scope] of Object.entries({ "another origin": (await frame(other)).contentWindow, detached })) {
    try {
      guard(scope);
    } catch {
      out.threw.push(name);
    }
  }
  // A window of the same origin inside a page without the tag.
  const inner = (await frame(plain)).contentWindow[0];
  guard(inner);
  guard(inner);
  inner.localStorage.setItem("local_opt", "1");
  inner.localStorage.setItem("local_need", "1");
  inner.document.cookie = "opt=1; Path=/";
  return out;
}
