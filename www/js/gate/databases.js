// The stores that answer later: databases, caches, service workers. Opening one waits or fails as the browser
// has it; deleting one always passes.
//
// Left out: what may be kept (src/gate.rs); cookies and storages (stores.js).

import {
  PlainObject, TypeError, apply, defineProperty, dispatch, getter, listen, method, prevent, setTimeout, takeAll,
} from "../pristine.js";
import { ALLOW, ERASABLE, tell } from "../told.js";
import { asText, once, pathOf, resolved } from "./address.js";
import { around } from "./around.js";
import { attempt, judge, promised } from "./held.js";

const { setPrototypeOf } = PlainObject;
const insecure = () => new DOMException("The operation is insecure.", "SecurityError");
const failed = () => new TypeError("Failed to register a ServiceWorker.");

/** Gates what a realm's code opens. */
export function gateDatabases(scope) {
  around(scope, "CacheStorage", "open", (self, args, run) => {
    return promised("cache-storage", asText(args, 0), 1000, run, insecure);
  });
  around(scope, "ServiceWorkerContainer", "register", (self, args, run) => {
    const path = pathOf(resolved((args[0] = once(args[0])), scope.document));
    return promised("service-worker", path, 1000, run, failed);
  });
  gateIndexed(scope);
}

const EVENTS = ["blocked", "upgradeneeded", "success", "error"];
const ANSWERS = ["result", "error", "source", "transaction", "readyState"];

function gateIndexed(scope) {
  around(scope, "IDBFactory", "open", (self, args, run) => {
    if (!args.length) return run();
    const name = asText(args, 0);
    const verdict = judge("indexed-db", name);
    return verdict === ALLOW ? run() : pendingRequest(scope, name, verdict, run);
  });
}

// A request that waits: an object of its own that passes on what the true one says once there is one.
function pendingRequest(scope, name, verdict, run) {
  const request = setPrototypeOf(new EventTarget(), scope.IDBOpenDBRequest.prototype);
  let real = { __proto__: null, readyState: "pending", error: null, source: null, transaction: null };
  for (let at = 0; at < ANSWERS.length; at++) {
    const answer = ANSWERS[at];
    defineProperty(request, answer, { __proto__: null, get: () => real[answer], configurable: true });
  }
  for (let at = 0; at < EVENTS.length; at++) {
    const type = EVENTS[at];
    const handler = "on" + type;
    defineProperty(request, handler, { __proto__: null, value: null, writable: true });
    listen(request, type, (event) => request[handler] && apply(request[handler], request, [event]));
  }
  const fail = () =>
    setTimeout(() => {
      const error = new DOMException("The database could not be opened.", "UnknownError");
      real = { __proto__: null, readyState: "done", error, source: null, transaction: null };
      dispatch(request, new Event("error"));
    });
  const open = () => {
    real = run();
    for (let at = 0; at < EVENTS.length; at++) {
      listen(real, EVENTS[at], (event) => {
        // The event as initial values: the versions of an `IDBVersionChangeEvent`, and what all events have.
        if (!dispatch(request, new event.constructor(event.type, event))) prevent(event);
      });
    }
  };
  attempt("indexed-db", name, 1000, open, fail, request, verdict);
  return request;
}

// ---- erasing ------------------------------------------------------------------------------------

// Looked up when they are needed: where they are denied, even that throws.
const databases = getter(globalThis, "indexedDB");
const caches = getter(globalThis, "caches");
const workers = getter("Navigator", "serviceWorker");
const [databasesOf, deleteDatabase] = takeAll("IDBFactory", "databases deleteDatabase");
const [cachesOf, deleteCache] = takeAll("CacheStorage", "keys delete");
const registrationsOf = method("ServiceWorkerContainer", "getRegistrations");
const unregister = method("ServiceWorkerRegistration", "unregister");

// By Rust's ItemKind: how the browser lists them, what each is called, how it goes.
const KINDS = {
  3: ["indexed-db", () => databasesOf(databases(globalThis)), ({ name }) => name, ({ name }) => deleteDatabase(databases(globalThis), name)],
  4: ["cache-storage", () => cachesOf(caches(globalThis)), (name) => name, (name) => deleteCache(caches(globalThis), name)],
  5: ["service-worker", () => registrationsOf(workers(navigator)), pathOfWorker, (registration) => unregister(registration)],
};

function pathOfWorker({ active, waiting, installing }) {
  return pathOf((active ?? waiting ?? installing).scriptURL);
}

/** Erases what is declared and may not be kept, as soon as the browser has said what there is. */
export async function eraseLater(kind) {
  const [word, list, nameOf, erase] = KINDS[kind];
  try {
    const found = await list();
    for (let at = 0; at < found.length; at++) {
      if (tell(ERASABLE, word + " " + nameOf(found[at])) === ALLOW) erase(found[at]);
    }
  } catch {
    // Denied, or not there: there was nothing to erase.
  }
}
