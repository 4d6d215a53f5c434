// The stores that answer later: databases, caches, service workers. Opening one waits or fails as the browser
// has it; deleting one always passes.
//
// Left out: what may be kept (src/gate.rs); cookies and storages (stores.js).
// @ts-check

import {
  PlainObject,
  apply,
  defineProperty,
  dispatch,
  getter,
  listen,
  method,
  prevent,
  setTimeout,
  settled,
  takeAll,
} from "../pristine.js";
import { ALLOW, ERASABLE } from "../numbers.js";
import { tell } from "../told.js";
import { asText, once, pathOf, resolvedIn } from "./address.js";
import { around } from "./around.js";
import { attempt, judge, promising } from "./held.js";

const { setPrototypeOf } = PlainObject;

/**
 * Gates what a realm's code opens.
 *
 * @param {Realm} scope
 */
export function gateDatabases(scope) {
  const { DOMException } = scope;
  const insecure = () => new DOMException("The operation is insecure.", "SecurityError");
  const opening = (/** @type {string} */ word) =>
    promising(scope, (self, args, run, make) => make(word, asText(args, 0), insecure));
  around(scope, "CacheStorage", "open", opening("cache-storage"));
  // A bucket keeps its name and databases of its own, so it is one.
  around(scope, "StorageBucketManager", "open", opening("indexed-db"));
  around(
    scope,
    "ServiceWorkerContainer",
    "register",
    promising(scope, (self, args, run, make) => {
      const path = pathOf(resolvedIn((args[0] = once(args[0])), scope));
      return make("service-worker", path, "Failed to register a ServiceWorker.");
    }),
  );
  gateIndexed(scope);
}

const EVENTS = ["blocked", "upgradeneeded", "success", "error"];
const ANSWERS = ["result", "error", "source", "transaction", "readyState"];

/** @param {Realm} scope */
function gateIndexed(scope) {
  const { DOMException, Event, EventTarget, IDBOpenDBRequest } = scope;
  around(scope, "IDBFactory", "open", (self, args, run) => {
    const name = asText(args, 0);
    const verdict = judge("indexed-db", name);
    if (verdict === ALLOW) return run();
    // A request that waits: an object of its own that passes on what the true one says once there is one.
    const request = setPrototypeOf(new EventTarget(), IDBOpenDBRequest.prototype);
    const answered = (/** @type {string} */ readyState, /** @type {Error | null} */ error) => ({
      __proto__: null,
      readyState,
      error,
      source: null,
      transaction: null,
    });
    /** @type {any} */
    let real = answered("pending", null);
    for (let at = 0; at < ANSWERS.length; at++) {
      const answer = ANSWERS[at];
      defineProperty(request, answer, { __proto__: null, get: () => real[answer], configurable: true });
    }
    for (let at = 0; at < EVENTS.length; at++) {
      const type = EVENTS[at];
      const handler = "on" + type;
      defineProperty(request, handler, { __proto__: null, value: null, writable: true });
      listen(
        request,
        type,
        (/** @type {Event} */ event) => request[handler] && apply(request[handler], request, [event]),
      );
    }
    const fail = () =>
      setTimeout(() => {
        real = answered("done", new DOMException("The database could not be opened.", "UnknownError"));
        dispatch(request, new Event("error", { __proto__: null, bubbles: true, cancelable: true }));
      });
    const open = () => {
      real = run();
      for (let at = 0; at < EVENTS.length; at++) {
        listen(real, EVENTS[at], (/** @type {any} */ event) => {
          // The event as initial values: the versions of an `IDBVersionChangeEvent`, and what all events have.
          if (!dispatch(request, new event.constructor(event.type, event))) prevent(event);
        });
      }
    };
    attempt("indexed-db", name, 1000, open, fail, request, verdict);
    return request;
  });
}

// ---- erasing ------------------------------------------------------------------------------------

const { navigator } = globalThis;
// Looked up when they are needed: where they are denied, even that throws.
const databases = getter(globalThis, "indexedDB");
const caches = getter(globalThis, "caches");
const workers = getter("Navigator", "serviceWorker");
const buckets = getter("Navigator", "storageBuckets");
const [databasesOf, deleteDatabase] = takeAll("IDBFactory", "databases deleteDatabase");
const [cachesOf, deleteCache] = takeAll("CacheStorage", "keys delete");
const [bucketsOf, deleteBucket] = takeAll("StorageBucketManager", "keys delete");
const registrationsOf = method("ServiceWorkerContainer", "getRegistrations");
const scripts = takeAll("ServiceWorkerRegistration", "active waiting installing");
const scriptOf = getter("ServiceWorker", "scriptURL");
const unregister = method("ServiceWorkerRegistration", "unregister");

// By Rust's ItemKind, and 6 for buckets of storage: how the browser lists them, what each is called, how it goes.
/** @type {Record<number, [string, () => any, (found: any) => any, (found: any) => any]>} */
const KINDS = {
  3: [
    "indexed-db",
    () => databasesOf(databases(globalThis)),
    ({ name }) => name,
    ({ name }) => deleteDatabase(databases(globalThis), name),
  ],
  4: [
    "cache-storage",
    () => cachesOf(caches(globalThis)),
    (name) => name,
    (name) => deleteCache(caches(globalThis), name),
  ],
  6: [
    "indexed-db",
    () => bucketsOf(buckets(navigator)),
    (name) => name,
    (name) => deleteBucket(buckets(navigator), name),
  ],
  5: [
    "service-worker",
    () => registrationsOf(workers(navigator)),
    pathOfWorker,
    (registration) => unregister(registration),
  ],
};

/** @param {any} registration */
function pathOfWorker(registration) {
  for (let at = 0; at < 3; at++) {
    const worker = scripts[at](registration);
    if (worker) return pathOf(scriptOf(worker));
  }
}

/**
 * Erases what is declared and may not be kept, as soon as the browser has said what there is.
 *
 * @param {number} kind
 */
export function eraseLater(kind) {
  if (kind === 3) eraseLater(6);
  const [word, list, nameOf, erase] = KINDS[kind];
  try {
    settled(list(), (found) => {
      for (let at = 0; at < found.length; at++) {
        if (tell(ERASABLE, word + " " + nameOf(found[at])) === ALLOW) erase(found[at]);
      }
    });
  } catch {
    // Denied, or not there: there was nothing to erase.
  }
}
