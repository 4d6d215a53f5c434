// The ways to keep something: cookies and both storages. A removal always passes and ends what waits under its name.
// What waits is in the memory of the page alone (held.js), and is read from there as if it were kept.
//
// Left out: what may be kept (src/gate.rs), which cookies a browser would take (src/cookie.rs), databases, caches and
// service workers (databases.js), and erasing (www/js/page.js).
// @ts-check

import {
  PlainObject,
  Proxy,
  WeakMap,
  defineProperty,
  deleteProperty,
  describe,
  getItem,
  getPrototypeOf,
  getter,
  indexOf,
  lookUp,
  lower,
  match,
  note,
  owner,
  ownKeys,
  readJar,
  setItem,
  slice,
  startsWith,
  then,
  trim,
  writeJar,
} from "../pristine.js";
import { ALLOW, HOLD, REFUSE, REMOVE, UNREAD } from "../numbers.js";
import { around, aroundIn, aroundNew, bare, eachName, original, readThrough, standFor } from "./around.js";
import { clock, eachWritten, forget, hold, judge, promising } from "./held.js";
import { asText } from "./address.js";
import { gateShared } from "./requests.js";

const { document: page, location } = globalThis;
const { get } = Reflect;

/**
 * Gates the stores of a realm.
 *
 * @param {Realm} scope
 */
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

/**
 * One assignment to the true `document.cookie`; where cookies are denied, nothing happens.
 *
 * @param {string} text
 */
export function writeCookie(text) {
  try {
    writeJar(page, text);
  } catch {
    // Denied: the caller reads back what was kept, and says so.
  }
}

// What the jar holds under a name, as "=" and the value; null where it holds nothing.
/**
 * @param {string} name
 * @param {string} [has]
 */
function kept(name, has = readCookies()) {
  const jar = "; " + has + ";";
  const start = indexOf(jar, "; " + name + "=");
  return start < 0 ? null : slice(jar, start, indexOf(jar, ";", start + 2));
}

/** @param {Realm} scope */
function gateCookies(scope) {
  around(scope, "Document", "cookie", (self, args) => attemptCookie(self, asText(args, 0)), "set");
  around(scope, "Document", "cookie", (self, args, run) => withWaiting(run()), "get");
  around(
    scope,
    "CookieStore",
    "set delete",
    promising(scope, (self, args, run, make, method) => {
      const name = cookieNamed(args);
      if (method === "set")
        return make("cookie", name + "=", "The cookie could not be set.", cookieKey(name) + "undefined;");
      forget(cookieKey(name), true);
      return run();
    }),
  );
}

// What the keys of all cookies begin with that have this name; behind it stand domain and path, which are part of what
// a cookie is.
/** @param {string} name */
const cookieKey = (name) => `cookie ${trim(name)};`;
// Name and value; without a sign between them it is all value.
const PAIR = /^(?:([^=;]*)=)?([^;]*)/;
// Of each of these the last counts, as it does in browsers.
// What lives for ever needs no end here, and what an `Expires` has ended Rust takes for a removal when it is made again.
const AGE = /^.*;\s*max-age=(\d+)/i;
const DOMAIN = /^.*;\s*domain=\.?([^;\s]+)/i;
// Without the slash at its end.
const PATH = /^.*;\s*path=(?=\/)((?:\/[^;\s/]+)*)/i;
// The path of a cookie that names none (RFC 6265 5.1.4).
const FOLDER = /(.*)\//;
// In the order in which the browser reads them.
const OPTIONS = "domain expires maxAge name partitioned path sameSite value";

// The name that is meant, and everything read once, so that nothing can answer one thing to the judge and another
// to the jar.
/**
 * @param {any[]} args
 * @returns {string}
 */
function cookieNamed(args) {
  const given = args[0];
  if (args.length < 2 && PlainObject(given) === given) {
    const options = (args[0] = bare());
    eachName(OPTIONS, (option) => {
      const value = given[option];
      if (value !== undefined) options[option] = option === "name" || option === "value" ? `${value}` : value;
    });
    return options.name ?? "";
  }
  for (let at = 0; at < args.length; at++) asText(args, at);
  return args[0];
}

/**
 * @param {Document} target
 * @param {string} text
 */
function attemptCookie(target, text) {
  const verdict = judge("cookie", text);
  // Before anything reads a text that may be of any length.
  if (verdict === REFUSE) return;
  const pair = /** @type {RegExpExecArray} */ (match(PAIR, text));
  const name = trim(pair[1] ?? "");
  const path = (match(PATH, text) ?? match(FOLDER, location.pathname))?.[1];
  const key = cookieKey(name) + match(DOMAIN, lower(text))?.[1] + ";" + path;
  if (verdict % UNREAD === HOLD) {
    // Without an end it outlives any page.
    const until = clock() + +(match(AGE, text)?.[1] ?? 1e9) * 1000;
    hold(
      key,
      text.length,
      () => clock() < until && attemptCookie(target, text),
      null,
      (has) => kept(name, has),
      {
        word: "cookie",
        name,
        value: (name && name + "=") + trim(pair[2]),
        path,
        // What a browser would hardly take is not read meanwhile.
        until: verdict === HOLD ? until : 0,
      },
    );
  } else {
    forget(key);
    // A lifetime of zero as the last attribute makes it a removal in every browser, however the
    // expiry it came with is read.
    writeJar(target, verdict === REMOVE ? text + "; Max-Age=0" : text);
  }
}

// What the page's jar would show if it had taken what waits.
/** @param {string} jar */
function withWaiting(jar) {
  const has = jar;
  /** @param {Written} written */
  const add = ({ value, path, until }) => {
    if (startsWith(location.pathname + "/", path + "/") && clock() < until) jar += (jar && "; ") + value;
  };
  eachWritten("cookie", add, undefined, has);
  return jar;
}

// ---- local and session storage ------------------------------------------------------------------

// A page never gets hold of a true storage: what it gets stands in for it. By the true one: `made`, and the `word`.
const standIns = new WeakMap();

/**
 * @param {any} area
 * @param {string} word
 */
function standIn(area, word) {
  if (original(area) !== area) return area;
  let made = area && lookUp(standIns, area)?.made;
  if (area && word && !made) {
    made = new Proxy(area, traps(word));
    note(standIns, area, { made, word });
    standFor(made, area);
  }
  return made ?? null;
}

// Whatever is not said here goes to the true storage; accessors of a page get the stand-in as `this`.
/**
 * @param {string} word
 * @returns {any}
 */
function traps(word) {
  // What a page puts in the place of a method of this storage alone. Not on the true one, which makes an item of it
  // in all browsers but Chromium.
  const own = bare();
  /** @type {(area: any, name: string | symbol) => string | undefined} */
  const held = (area, name) => (name in (getPrototypeOf(area) ?? own) ? undefined : waiting(word, name));
  return {
    __proto__: null,
    get: (/** @type {any} */ area, /** @type {string | symbol} */ name, /** @type {any} */ receiver) =>
      held(area, name) ?? get(name in own ? own : area, name, receiver),
    has: (/** @type {any} */ area, /** @type {string | symbol} */ name) => name in area || held(area, name) != null,
    ownKeys: (/** @type {any} */ area) => withNames(word, ownKeys(area)),
    getOwnPropertyDescriptor(/** @type {any} */ area, /** @type {string | symbol} */ name) {
      const value = held(area, name);
      return value == null ? describe(area, name) : { value, writable: true, enumerable: true, configurable: true };
    },
    /** @type {(area: any, name: string | symbol, given: any) => boolean} */
    defineProperty(area, name, given) {
      const value = describe(given, "value")?.value;
      const isAccessor = describe(given, "get");
      if ((isAccessor || typeof value === "function") && name in (getPrototypeOf(area) ?? own))
        return defineProperty(own, name, bare(given));
      // Browsers refuse an accessor of any other name, and a symbol as a value.
      if (isAccessor) return false;
      if (typeof name === "symbol" || typeof value === "symbol") return defineProperty(area, name, bare(given));
      store(area, word, name, `${value}`);
      return true;
    },
    /** @type {(area: any, name: string | symbol) => boolean} */
    deleteProperty(area, name) {
      if (typeof name === "string") forget(word + " " + name);
      return deleteProperty(name in own ? own : area, name);
    },
  };
}

// The value that waits under a name.
/**
 * @param {string} word
 * @param {string | symbol} name
 */
function waiting(word, name) {
  /** @type {string | undefined} */
  let found;
  eachWritten(word, ({ value }) => (found = value), name);
  return found;
}

// Adds the names of what waits.
/**
 * @param {string} word
 * @param {any[]} names
 */
function withNames(word, names) {
  eachWritten(word, ({ name }) => (names[names.length] = name));
  return names;
}

// What is under a name; nothing that could be compared where the window of the storage is gone.
/**
 * @param {Storage} area
 * @param {string} name
 */
function itemIn(area, name) {
  try {
    return getItem(area, name);
  } catch {}
}

/**
 * @param {Storage} area
 * @param {string} word
 * @param {string} name
 * @param {string} value
 */
function store(area, word, name, value) {
  const verdict = judge(word, name);
  const key = word + " " + name;
  if (verdict === ALLOW) {
    forget(key);
    setItem(area, name, value);
  } else if (verdict === HOLD) {
    hold(
      key,
      name.length + value.length,
      () => store(area, word, name, value),
      null,
      () => itemIn(area, name),
      { word, name, value },
    );
  }
}

/**
 * Gates both storages of a realm: what a page gets stands in for them.
 *
 * @param {Realm} scope
 */
function gateStorage(scope) {
  gateAreas(owner(scope, "localStorage"));
  // One that was asked for gives access to storages of its own; its class has no name.
  around(scope, "Document", "requestStorageAccess", (self, args, run) => {
    const answer = run();
    return args.length ? then(answer, (handle) => gateHandle(scope, handle)) : answer;
  });
  around(
    scope,
    "StorageEvent",
    "storageArea",
    (self, args, run) => {
      const area = run();
      // An area that is neither is of another window, whose page was not asked about it: nobody gets it here.
      return standIn(
        area,
        area && (area === localOf(scope) ? WORDS.localStorage : area === sessionOf(scope) && WORDS.sessionStorage),
      );
    },
    "get",
  );
  aroundNew(scope, "StorageEvent", (args, make) => {
    if (args[1] === PlainObject(args[1])) args[1] = readThrough(args[1], original);
    return make();
  });
  around(scope, "StorageEvent", "initStorageEvent", (self, args, run) => {
    if (args.length > 7) args[7] = original(args[7]);
    return run();
  });

  /** @type {Act} */
  const reading = (self, args, run, method) => {
    const area = original(self);
    const word = lookUp(standIns, area)?.word;
    if (method === "getItem") return waiting(word, asText(args, 0)) ?? run(area);
    if (method === "length") return run(area) + withNames(word, []).length;
    const at = (args[0] >>>= 0);
    return run(area) ?? withNames(word, [])[at - lengthOf(area)] ?? null;
  };
  around(scope, "Storage", "length", reading, "get");
  around(scope, "Storage", "getItem key", reading);
  around(scope, "Storage", "setItem removeItem clear", (self, args, run, method) => {
    const area = original(self);
    const word = lookUp(standIns, area)?.word;
    if (!word) return run();
    if (method === "clear") forget(word + " ", true);
    else {
      const name = asText(args, 0);
      if (method === "setItem") return store(area, word, name, asText(args, 1));
      forget(word + " " + name);
    }
    return run(area);
  });
}

const lengthOf = getter("Storage", "length");
const localOf = getter(globalThis, "localStorage");
const sessionOf = getter(globalThis, "sessionStorage");

/**
 * @param {Realm} scope
 * @param {any} handle
 */
function gateHandle(scope, handle) {
  const type = owner(handle, "localStorage");
  gateAreas(type);
  gateShared(scope, type);
  return handle;
}

/** @param {any} object */
function gateAreas(object) {
  aroundIn(object, "localStorage sessionStorage", (self, args, run, name) => standIn(run(), WORDS[name]), "get");
}
const WORDS = bare({ localStorage: "local-storage", sessionStorage: "session-storage" });
