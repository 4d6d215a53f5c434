// What runs in the page of handles.test.mjs: `watch` before the tag, which keeps the browser's own functions and
// says later what no script may get hold of; `tryAll` after it, which puts a spy on every prototype in reach
// and calls everything that the tag has wrapped.
//
// Both are sent to the page as text, so each stands alone. Neither uses a method of a built-in while the spies
// stand, but for what it took before.

/** Runs before the tag. Leaves `window.law`. */
export function watch() {
  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } =
    Reflect;
  const { Proxy, WeakSet, Map, Set } = window;
  const bare = (parts) => ({ __proto__: null, ...parts });
  const isFunction = (value) => typeof value === "function";
  const isObject = (value) => isFunction(value) || (typeof value === "object" && value !== null);
  const taken =
    (fn) =>
    (self, ...args) =>
      apply(fn, self, args);
  const textOf = taken(Function.prototype.toString);
  const isIn = taken(WeakSet.prototype.has);
  const add = taken(WeakSet.prototype.add);
  const get = (type, name) => taken(getOwnPropertyDescriptor(type.prototype, name).get);
  const lengthOf = get(Storage, "length");
  const itemOf = taken(Storage.prototype.getItem);
  const keyAt = taken(Storage.prototype.key);
  const cssOf = get(CSSStyleDeclaration, "cssText");
  const areas = [localStorage, sessionStorage];
  const trueFetch = window.fetch;
  const whole = trueFetch("/dist/consentinel.js").then((answer) => answer.text());

  /** Every function of the realm that is found by names, with where it stands. */
  function walk() {
    const found = [];
    const seen = new Set();
    const namespaces = ["CSS", "JSON", "Math", "Reflect", "Intl", "Atomics", "WebAssembly"].map((name) => window[name]);
    const queue = [
      window,
      ...namespaces,
      getPrototypeOf(Int8Array),
      getPrototypeOf([][Symbol.iterator]()),
      getPrototypeOf(async () => {}),
    ];
    while (queue.length) {
      const owner = queue.pop();
      if (seen.has(owner)) continue;
      seen.add(owner);
      const parent = getPrototypeOf(owner);
      if (parent) queue.push(parent);
      for (const key of ownKeys(owner)) {
        if (owner === window && (key === "law" || key === "consentinel")) continue;
        const descriptor = getOwnPropertyDescriptor(owner, key);
        for (const half of ["value", "get", "set"]) {
          const fn = descriptor[half];
          if (!isFunction(fn)) continue;
          found.push({ owner, key, half, fn, isOpen: descriptor.configurable });
          if (half === "value") queue.push(fn);
        }
        if (key === "prototype" && isObject(descriptor.value)) queue.push(descriptor.value);
      }
    }
    return found;
  }
  const before = new Map();
  for (const { owner, key, half, fn } of walk())
    before.set(owner, { ...before.get(owner), [`${half} ${String(key)}`]: fn });

  // Everything that a spy got to see, by number, and how it came.
  const seen = { __proto__: null };
  let count = 0;
  const known = new WeakSet();
  let isBusy = false;

  // A window whose cookies are still the browser's own business: the tag's functions are plain ones, whose text only
  // the tag's own `toString` does not tell.
  const isUngated = (view) =>
    /native code/.test(textOf(getOwnPropertyDescriptor(view.Document.prototype, "cookie").set));
  function record(value, how) {
    if (isBusy || !isObject(value) || isIn(known, value)) return;
    isBusy = true;
    add(known, value);
    let isOpenWindow = false;
    try {
      isOpenWindow = value !== window && value.window === value && isUngated(value);
    } catch {
      // No window, or one of another origin.
    }
    seen[count++] = { value, how, isOpenWindow };
    isBusy = false;
  }

  return (window.law = {
    record,
    walk,
    bare,
    apply,
    construct,
    defineProperty,
    deleteProperty,
    getOwnPropertyDescriptor,
    getPrototypeOf,
    isObject,
    isFunction,
    Proxy,
    text: () => whole,
    /** Two ways to the server and back: what answers in a later task has answered by then. */
    turn: async () => {
      for (let way = 0; way < 2; way++) await (await trueFetch("/plain.html")).text();
    },
    /** What the tag has wrapped. */
    wrapped: () =>
      walk().filter(
        ({ owner, key, half, fn }) =>
          before.get(owner)?.[`${half} ${String(key)}`] !== fn && before.get(owner)?.[`${half} ${String(key)}`],
      ),
    /** What was seen and may not be; to be called when the spies are gone. */
    faults: (wrapped, source, address) => {
      const faults = [];
      const natives = new Map();
      const wrappers = new Set(wrapped.map(({ fn }) => fn));
      const wrapperTexts = new Set(wrapped.map(({ fn }) => textOf(fn)));
      for (const { owner, key, half } of wrapped) natives.set(before.get(owner)[`${half} ${String(key)}`], String(key));
      for (const name of Object.keys(consentinel)) wrappers.add(consentinel[name]);
      for (let at = 0; at < count; at++) {
        const { value, how, isOpenWindow } = seen[at];
        const fault = (what) => faults.push(`${what}, ${how}`);
        if (isOpenWindow) fault("a window whose gate is open");
        if (isFunction(value)) {
          if (natives.has(value)) fault(`the browser's own ${natives.get(value)}`);
          const text = textOf(value);
          if (!/native code/.test(text) && source.includes(text) && !wrappers.has(value) && !wrapperTexts.has(text))
            fault(`a function of the tag: ${text.slice(0, 60)}`);
          continue;
        }
        try {
          lengthOf(value);
          fault("a true storage");
        } catch {
          // None.
        }
        try {
          cssOf(value);
          value.backgroundImage = `url("${address}")`;
          value.setProperty?.("border-image-source", `url("${address}")`);
          if (cssOf(value).includes(address)) fault("declarations that take any address");
        } catch {
          // None, or none that can be written.
        }
      }
      return faults;
    },
    /** The keys of both storages, as the browser has them. */
    kept: () =>
      areas.map((area) =>
        Array.from({ length: lengthOf(area) }, (_, at) => keyAt(area, at)).filter((key) => itemOf(area, key) !== null),
      ),
    seen: () => count,
  });
}

/** Runs after the tag, with the addresses of an optional host and of one that nobody declared; answers what it found. */
export async function tryAll(address, undeclared, isReleased) {
  const { owner } = window;
  const {
    record,
    walk,
    turn,
    bare,
    apply,
    construct,
    defineProperty,
    deleteProperty,
    getOwnPropertyDescriptor,
    Proxy,
  } = window.law;
  const source = await window.law.text();
  const wrapped = window.law.wrapped();
  const entries = walk();
  const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const box = document.body.appendChild(document.createElement("div"));
  const frame = box.appendChild(document.createElement("iframe"));
  const leak = Symbol("leak");

  // ---- what is called, and what with ---------------------------------------------------------------
  const markup = `<p style="background: url(${address})">x</p><img src="${address}"><iframe srcdoc="<b>x</b>"></iframe>`;
  const tags =
    "a area audio base body button canvas div embed form frame head html iframe img input link map meta object option script select source style table td template textarea title track video";
  const elements = [
    ...tags.split(" ").map((name) => document.createElement(name)),
    ..."a animate feImage image rect script set style svg use".split(" ").map(svg),
  ];
  for (const element of elements) if (!/^(?:html|head|body|frame|form)$/.test(element.localName)) box.append(element);
  for (const form of elements) if (form.localName === "form") form.action = address;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "p { color: red } @keyframes k { from { top: 0 } } @media all { b { top: 0 } } @font-face { font-family: x; src: local(x) } @page { margin: 0 }",
  );
  const request = new XMLHttpRequest();
  request.open("GET", "/plain.html");
  const attribute = document.createAttribute("src");
  const made = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const samples = [
    localStorage,
    sessionStorage,
    new StorageEvent("storage", { storageArea: localStorage }),
    ...elements,
    box.style,
    sheet,
    ...sheet.cssRules,
    ...[...sheet.cssRules].map((rule) => rule.style),
    box.attributes,
    attribute,
    document.createTextNode("x"),
    document.createComment("x"),
    document.createDocumentFragment(),
    box.attachShadow({ mode: "open" }),
    document.createRange(),
    frame.contentDocument,
    new DOMParser().parseFromString("<p>", "text/html"),
    navigator,
    navigator.credentials,
    navigator.serviceWorker,
    navigator.storageBuckets,
    caches,
    await caches.open("n_law"),
    cookieStore,
    indexedDB,
    request,
    new KeyframeEffect(null, null),
    made(() => new OfflineAudioContext(1, 1, 44100).audioWorklet),
    made(() => new MediaMetadata({})),
    new DOMParser(),
    new XMLSerializer(),
    document.implementation,
    new XSLTProcessor(),
    customElements,
    box.attributeStyleMap,
    document.createElement("link").relList,
    document.createElement("select").options,
    getSelection(),
    fetch,
    WebSocket,
    Document.prototype,
    Storage.prototype,
  ].filter(Boolean);
  const receivers = (owner) => {
    if (owner === window || owner === Window.prototype) return [window];
    const fitting = samples.filter((sample) => sample === owner || owner.isPrototypeOf(sample));
    // Nobody takes the page itself apart.
    return fitting.length ? fitting.slice(0, 4) : [owner];
  };
  const options = () =>
    bare({
      get name() {
        return "m_law";
      },
      get value() {
        return "1";
      },
      get key() {
        return "m_law";
      },
      get storageArea() {
        return localStorage;
      },
      get url() {
        return address;
      },
      get identity() {
        return { providers: [{ configURL: address }] };
      },
      get icon() {
        return address;
      },
      get artwork() {
        return [{ src: address }];
      },
      get syntax() {
        return "*";
      },
      get inherits() {
        return true;
      },
      get initialValue() {
        return `url(${address})`;
      },
      get mode() {
        return "no-cors";
      },
      get method() {
        return "POST";
      },
      get body() {
        return "x";
      },
      get baseURL() {
        return address;
      },
      get backgroundImage() {
        return [`url(${address})`, "none"];
      },
    });
  const changing = () => {
    let reads = 0;
    return { toString: () => (reads++ ? address : "n_law") };
  };
  let number = 0;
  const argumentLists = () => [
    [],
    [address],
    ["n_law"],
    ["m_law", "1"],
    [changing(), changing()],
    [Symbol("x")],
    [markup],
    ["beforeend", markup],
    ["beforeend", document.createElement("iframe")],
    [document.createElement("iframe")],
    [document.createElement("img"), null],
    [options()],
    [address, options()],
    ["n_law", options()],
    ["src", address],
    ["style", `background: url(${address})`],
    [null, "href", address],
    ["background-image", `url(${address})`],
    [attribute],
    [[options(), options()], 9],
    [`p { background: url(${address}) }`, 0],
    ["storage", false, false, "m_law", null, null, "", localStorage],
    ["x", `url(${address})`],
    [
      `x-law-${number++}`,
      class extends HTMLElement {
        connectedCallback() {
          record(this, "a callback");
        }
      },
    ],
    ["text/html", markup],
    ["insertHTML", false, markup],
    [[{ supportedMethods: address }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }],
    [document, true],
    ["GET", address],
    [[address, address]],
    [null],
    [undefined, undefined, undefined],
  ];

  // ---- spies ---------------------------------------------------------------------------------------
  let undo = null;
  function put(owner, key, descriptor) {
    const existing = getOwnPropertyDescriptor(owner, key);
    if (!defineProperty(owner, key, bare({ configurable: true, ...descriptor }))) return;
    undo = {
      next: undo,
      run: () => (existing ? defineProperty(owner, key, bare(existing)) : deleteProperty(owner, key)),
    };
  }
  const spy = (fn, how) =>
    new Proxy(
      fn,
      bare({
        apply(_, self, args) {
          record(self, `as this of ${how}`);
          for (let at = 0; at < args.length; at++) record(args[at], `as argument of ${how}`);
          const result = apply(fn, self, args);
          record(result, `as result of ${how}`);
          return result;
        },
        construct(_, args, target) {
          for (let at = 0; at < args.length; at++) record(args[at], `as argument of new ${how}`);
          return construct(fn, args, target);
        },
      }),
    );
  /** An accessor that keeps who asked for it, and lets itself be covered as a missing property would. */
  const lure = (key) =>
    bare({
      get() {
        record(this, `as this of the getter ${String(key)}`);
      },
      set(value) {
        record(this, `as this of the setter ${String(key)}`);
        record(value, `as value of ${String(key)}`);
        defineProperty(this, key, bare({ value, writable: true, enumerable: true, configurable: true }));
      },
    });
  function install() {
    for (const { owner, key, half, fn, isOpen } of entries) {
      if (!isOpen) continue;
      const existing = getOwnPropertyDescriptor(owner, key);
      put(owner, key, { ...existing, [half]: spy(fn, `${half} ${String(key)}`) });
    }
    const words = new Set(source.match(/(?<=[.{,?])[A-Za-z_$][\w$]*/g));
    const keys = [
      ...words,
      ...Object.getOwnPropertyNames(Symbol)
        .map((name) => Symbol[name])
        .filter((value) => typeof value === "symbol"),
      leak,
      "leak",
    ];
    const owners = [
      Object.prototype,
      Array.prototype,
      Function.prototype,
      Storage.prototype,
      StorageEvent.prototype,
      CSSStyleDeclaration.prototype,
      Event.prototype,
      IDBRequest.prototype,
      IDBFactory.prototype,
      Promise.prototype,
    ];
    for (const owner of owners) {
      for (const key of owner === Object.prototype ? keys : [leak, "leak", Symbol.toPrimitive])
        if (!(key in owner)) put(owner, key, lure(key));
    }
    for (const key of [0, 1, 2, 3, 7]) put(Array.prototype, key, lure(key));
  }
  const remove = () => {
    for (; undo; undo = undo.next) undo.run();
  };

  // ---- the calls -----------------------------------------------------------------------------------
  const lists = wrapped.map(({ owner, key, half, fn }) => ({
    fn,
    key,
    half,
    owners: receivers(owner),
    calls: argumentLists(),
  }));
  const quiet = (promise) => {
    if (promise instanceof Promise)
      promise.then(
        () => {},
        () => {},
      );
  };
  const attempt = (act) => {
    try {
      return act();
    } catch {
      // Most of these calls make no sense.
    }
  };
  let calls = 0;
  const results = [];
  install();
  try {
    for (let at = 0; at < lists.length; at++) {
      const { fn, half, owners, calls: given } = lists[at];
      for (let of = 0; of < owners.length; of++) {
        for (let list = 0; list < given.length; list++) {
          calls++;
          const isNew = half === "value" && list % 2 === 1 && getOwnPropertyDescriptor(fn, "prototype");
          const result = attempt(() => (isNew ? construct(fn, given[list]) : apply(fn, owners[of], given[list])));
          record(result, "as an answer");
          defineProperty(
            results,
            results.length,
            bare({ value: result, configurable: true, writable: true, enumerable: true }),
          );
        }
      }
    }
    for (let at = 0; at < samples.length; at++) {
      const sample = samples[at];
      attempt(() => sample.leak);
      attempt(() => sample[leak]);
      attempt(() => {
        sample[leak] = 1;
      });
      attempt(() => `${sample}`);
      attempt(() => JSON.stringify(sample));
      attempt(() => ({ ...sample }));
      attempt(() => sample.__proto__);
      attempt(() => sample.valueOf());
      attempt(() => sample instanceof Storage);
      attempt(
        () =>
          Object.defineProperty(sample, "getItem", {
            get() {
              record(this, "as this of an own getter");
            },
            configurable: true,
          }).getItem,
      );
      attempt(() => Object.create(sample).leak);
    }
    // What answers later answers while the spies stand.
    await turn();
    if (isReleased) {
      owner.acceptAll();
      await turn();
    }
  } finally {
    remove();
  }
  for (const result of results) {
    quiet(result);
    if (result?.window === result && result !== window) attempt(() => result.close());
  }
  const faults = window.law.faults(wrapped, source, undeclared);
  return {
    faults: [...new Set(faults)],
    wrapped: wrapped.length,
    calls,
    seen: window.law.seen(),
    kept: window.law.kept(),
  };
}
