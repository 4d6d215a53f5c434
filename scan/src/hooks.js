// Runs in every window and frame before any script of the page, and tells who keeps something: the name under which it is
// kept, the scripts on the stack, and the origin of the window or frame. It changes nothing of what a page does.
//
// Left out: what is kept without a call of these (`localStorage.name = …`, headers), which the browser itself tells of.
(binding) => {
  const tell = globalThis[binding];
  if (typeof tell !== "function") return;
  delete globalThis[binding];
  const { stringify } = JSON;
  const { origin } = globalThis;
  const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const note = (kind, name) => {
    try {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 40;
      const { stack } = new Error();
      Error.stackTraceLimit = limit;
      tell(stringify({ kind, name: `${name}`.slice(0, 4000), origin, stack: typeof stack === "string" ? stack : "" }));
    } catch {
      // A page that broke what this stands on is still looked at from outside.
    }
  };
  const around = (holder, key, part, noted) => {
    const descriptor = holder && getOwnPropertyDescriptor(holder, key);
    const inner = descriptor?.[part];
    if (typeof inner !== "function" || !descriptor.configurable) return;
    const made = {
      [key](...given) {
        try {
          noted(this, given);
        } catch {
          // What cannot be read is told by nobody, and the call fails, or not, in its own way.
        }
        return apply(inner, this, given);
      },
    }[key];
    defineProperty(made, "name", { value: inner.name, configurable: true });
    defineProperty(made, "length", { value: inner.length, configurable: true });
    defineProperty(holder, key, { ...descriptor, [part]: made });
  };
  const of = (name) => globalThis[name]?.prototype;
  around(of("Document"), "cookie", "set", (_, [text]) => note("cookie", text));
  around(of("CookieStore"), "set", "value", (_, [given, value]) =>
    note("cookie", typeof given === "object" ? `${given?.name}=` : `${given}=${value === undefined ? "" : "1"}`),
  );
  // Taken now: what stands in the place of these later is not what they are called on.
  const stores = new Map();
  for (const [name, kind] of [
    ["localStorage", "local-storage"],
    ["sessionStorage", "session-storage"],
  ]) {
    try {
      stores.set(globalThis[name], kind);
    } catch {
      // A frame that may have no storage.
    }
  }
  around(of("Storage"), "setItem", "value", (self, [key]) => {
    const kind = stores.get(self);
    if (kind !== undefined) note(kind, key);
  });
  around(of("IDBFactory"), "open", "value", (_, [name]) => note("indexed-db", name));
  around(of("CacheStorage"), "open", "value", (_, [name]) => note("cache-storage", name));
  around(of("ServiceWorkerContainer"), "register", "value", (_, [address]) => {
    note("service-worker", new URL(address, document.baseURI).pathname);
  });
};
