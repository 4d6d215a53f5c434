// The ways to keep something: cookies, both storages, databases, caches, service workers. A removal always
// passes and ends what waits under its name; reading goes on as ever.
//
// Left out: what may be kept (src/gate.rs), and erasing (www/js/page.js).

import {
  Promise, Proxy, TypeError, WeakMap, defineProperty, deleteProperty, getItem, getter, indexOf, lookUp, note, readJar,
  setItem, slice, trim, writeJar,
} from "../pristine.js";
import { ALLOW, HOLD, REFUSE, REMOVE } from "../told.js";
import { around, aroundIn, aroundNew, owner } from "./around.js";
import { forget, hold, judge, promised } from "./held.js";
import { asText } from "./address.js";

const page = globalThis.document;

const failed = () => new TypeError("The cookie could not be set.");

/** Gates the stores of a realm. */
export function gateStores(scope) {
  gateCookies(scope);
  gateStorage(scope);
}

// ---- cookies ------------------------------------------------------------------------------------

/** The page's cookies as `document.cookie` prints them; empty where they are denied. */
export function readCookies() {
  try {
    return readJar(page);
  } catch {
    return "";
  }
}

/** One assignment to the true `document.cookie`; where cookies are denied, nothing happens. */
export function writeCookie(text) {
  try {
    writeJar(page, text);
  } catch {
    // Denied: the caller reads back what was kept, and says so.
  }
}

// What the jar holds under a name: "=" and the value, or nothing.
function kept(name) {
  const jar = "; " + readCookies() + ";";
  const start = indexOf(jar, "; " + name + "=");
  return start < 0 ? "" : slice(jar, start, indexOf(jar, ";", start + 2));
}

function gateCookies(scope) {
  around(scope, "Document", "cookie", (self, args) => attemptCookie(self, asText(args, 0)), "set");
  // A page that could take it away would only harm itself; but then it would not see why.
  defineProperty(scope.Document.prototype, "cookie", { __proto__: null, configurable: false });
  around(scope, "CookieStore", "set delete", (self, args, run, method) => {
    try {
      readOnce(args);
    } catch (error) {
      return Promise.reject(error);
    }
    const name = args[0].name ?? args[0];
    const key = cookieKey(name);
    if (method === "set") return promised("cookie", name + "=", name.length, run, failed, key);
    forget(key);
    return run();
  });
}

const cookieKey = (name) => "cookie " + trim(name);
const OPTIONS = ["name", "value", "expires", "domain", "path", "sameSite", "partitioned"];

// Reads the options once, so that nothing can answer one thing to the judge and another to the jar.
function readOnce(args) {
  const given = args[0];
  if (typeof given === "object" && given && args.length < 2) {
    const options = (args[0] = { __proto__: null });
    for (let at = 0; at < OPTIONS.length; at++) {
      const value = given[OPTIONS[at]];
      if (value !== undefined) options[OPTIONS[at]] = at < 2 ? `${value}` : value;
    }
    options.name ??= "";
  } else {
    for (let at = 0; at < args.length; at++) args[at] = `${args[at]}`;
  }
}

function attemptCookie(target, text) {
  const verdict = judge("cookie", text);
  const end = indexOf(text, "=");
  const name = slice(text, 0, end < 0 ? 0 : end);
  const key = cookieKey(name);
  if (verdict === HOLD) {
    const before = kept(trim(name));
    hold(key, text.length, () => kept(trim(name)) === before && attemptCookie(target, text));
  } else if (verdict !== REFUSE) {
    forget(key);
    // A lifetime of zero as the last attribute makes it a removal in every browser, however the
    // expiry it came with is read.
    writeJar(target, verdict === REMOVE ? text + "; Max-Age=0" : text);
  }
}

// ---- local and session storage ------------------------------------------------------------------

// A page never gets hold of a true storage: what it gets stands in for it, and back.
const standIns = new WeakMap();
const areas = new WeakMap();

function standIn(area, word) {
  let made = area && lookUp(standIns, area);
  if (area && !made) {
    made = new Proxy(area, traps(word));
    note(standIns, area, made);
    note(areas, made, { area, word });
  }
  return made ?? area;
}

function traps(word) {
  return {
    __proto__: null,
    // The browser's own accessors want the true storage.
    get: (area, name) => area[name],
    set: (area, name, value) => keep(area, word, name, value),
    defineProperty: (area, name, { value }) => keep(area, word, name, value),
    deleteProperty(area, name) {
      forget(`${word} ${String(name)}`);
      return deleteProperty(area, name);
    },
  };
}

// Symbols are no items: they never reach the disk.
function keep(area, word, name, value) {
  if (typeof name === "symbol") area[name] = value;
  else store(area, word, name, `${value}`);
  return true;
}

function store(area, word, name, value) {
  const verdict = judge(word, name);
  const key = word + " " + name;
  if (verdict === ALLOW) {
    forget(key);
    setItem(area, name, value);
  } else if (verdict === HOLD) {
    const before = getItem(area, name);
    hold(key, name.length + value.length, () => getItem(area, name) === before && store(area, word, name, value));
  }
}

/** Gates both storages of a realm: what a page gets stands in for them. */
function gateStorage(scope) {
  const session = getter(owner(scope, "sessionStorage"), "sessionStorage");
  const replaced = (self, args, run) => {
    const area = run();
    return standIn(area, area === session(scope) ? "session-storage" : "local-storage");
  };
  aroundIn(owner(scope, "localStorage"), "localStorage sessionStorage", replaced, "get");
  around(scope, "StorageEvent", "storageArea", replaced, "get");
  aroundNew(scope, "StorageEvent", (args, make) => {
    const area = lookUp(areas, args[1]?.storageArea)?.area;
    if (area) args[1] = { ...args[1], storageArea: area };
    return make();
  });

  const onTrue = (self, args, run) => run(lookUp(areas, self)?.area);
  around(scope, "Storage", "length", onTrue, "get");
  around(scope, "Storage", "getItem key", onTrue);
  around(scope, "Storage", "setItem", (self, args, run) => {
    const found = lookUp(areas, self);
    if (!found || args.length < 2) return run();
    store(found.area, found.word, `${args[0]}`, `${args[1]}`);
  });
  around(scope, "Storage", "removeItem clear", (self, args, run) => {
    const found = lookUp(areas, self);
    if (!found) return run();
    if (args.length) forget(`${found.word} ${asText(args, 0)}`);
    else forget(found.word + " ", true);
    return run(found.area);
  });
}
