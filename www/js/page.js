// What is known of the visit, what is stored, and what the visitor clicks on: what the first module and the API need of
// the page. No wording and no decision is made here.
//
// What a grant and what is stored depend on calls nothing that a page can replace; what only tells may.
// Left out: erasing (erase.js), the first layer (banner.js).

import { whenThere } from "./coming.js";
import { readCookies, setListening, setSend, writeCookie } from "./gate.js";
import {
  composedPath,
  getAttribute,
  getItem,
  getter,
  indexOf,
  keyAt,
  match,
  rootOf,
  setItem,
  setTimeout,
  slice,
} from "./pristine.js";
import { ACTION, CALL, LOOK } from "./numbers.js";
import { stringify, tell } from "./told.js";
import { listen as listenTo } from "#lasting";

const { freeze, values: partsOf } = Object;

const page = typeof document === "object" ? document : null;

/** The languages wanted: the page's, then the browser's in their order. */
export function wantedLanguages() {
  return page ? [page.documentElement.lang, ...(navigator.languages ?? [])].filter(Boolean) : ["en"];
}

/**
 * Where the page is: its `origin`, or its scheme where that has none; the folder of the tag's
 * `files`, where that is another site's.
 */
export function placeOf(hasPage, files) {
  const { origin } = globalThis;
  if (!hasPage) return { origin };
  const { protocol } = location;
  const hasNone = origin === "null" && !match(/^http/, protocol);
  const from = files ? new URL(files, document.baseURI) : location;
  return { origin: hasNone ? protocol : origin, files: from.origin === origin ? "" : from.origin + from.pathname };
}

/**
 * What a page of the same origin around this one has of us, if it has: it asks, and its frames follow. Nothing where
 * the page around this one is another site's.
 */
export function leader() {
  for (let scope = globalThis; scope.frameElement; ) {
    scope = scope.parent;
    if (scope.consentinel?.build) return scope.consentinel;
  }
}

// Storage, without opening it: a first look into it can cost ten milliseconds.
const local = getter(globalThis, "localStorage");
const session = getter(globalThis, "sessionStorage");

/** The area of a kind of Rust's ItemKind: 1 local storage, 2 session storage. */
export const area = (kind) => (kind > 1 ? session : local)(globalThis);

// What could not be stored, for as long as the page is there.
const memory = { __proto__: null };

/**
 * The text stored or remembered under a key of local storage; empty when there is none. Behind a dot stands the id of the
 * policy: without a text there, what version 0.1.0 kept for the whole host.
 */
export function recall(key) {
  return memory[key] ?? getItem(area(), key) ?? getItem(area(), slice(key, 0, indexOf(key, "."))) ?? "";
}

/** Stores a text in local storage; false when it can only be remembered until the page goes. */
export function keep(key, text) {
  try {
    setItem(area(), key, text);
    delete memory[key];
    return true;
  } catch {
    memory[key] = text;
    return false;
  }
}

/** All keys of a storage area as JSON text. */
export function keys(kind) {
  const storage = area(kind);
  let text = "[";
  // Not by its properties, among which a page can hide some by giving their names to all objects.
  for (let at = 0, key; (key = keyAt(storage, at)) !== null; at++) text += stringify(key) + ",";
  return text + "]";
}

// The values of all cookies of a name, with a space behind each: a browser keeps one for each domain and path.
function values(jar, before) {
  let found = "";
  for (let at = 0; (at = indexOf(jar, before, at)) >= 0; )
    found += slice(jar, (at += before.length), indexOf(jar, ";", at)) + " ";
  return found;
}

// Names of ours end with the id of the policy, which is known from the first look for its cookie on.
let own = "";
const nameOf = (id) => "consentinel-" + (own = id);

/** The ledger as it is stored. */
export const recallLedger = () => recall("consentinel-ledger." + own);

/** The states in the cookies of this policy, or what is remembered, and those in the cookie of version 0.1.0; two lines. */
export function recallState(id) {
  const name = nameOf(id);
  const jar = `; ${name in memory ? `${name}=${memory[name]}` : readCookies()};`;
  return values(jar, `; ${name}=`) + "\n" + values(jar, "; consentinel=") + "\n";
}

/**
 * Keeps the state of this policy in a cookie of this domain, or without one of this host: 1 where it did, 2 where it is this host's alone
 * all the same, 0 where it can only be remembered until the page goes. In the frame of another site it is kept for this
 * frame in pages of that site, where the browser does so.
 */
export function keepState(id, text, domain, seconds) {
  const name = nameOf(id);
  const isKept = (more) => {
    writeCookie(`${name}=${text}; Path=/; Max-Age=${seconds}${more}`);
    return indexOf(`; ${readCookies()};`, `; ${name}=${text}${text && ";"}`) < 0 === !text;
  };
  const lax = `; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  delete memory[name];
  if (domain) {
    writeCookie(`${name}=; Path=/; Max-Age=0`);
    if (isKept(`; Domain=${domain}${lax}`)) return 1;
  }
  if (isKept(lax) || isKept("; Secure; SameSite=None; Partitioned")) return domain ? 2 : 1;
  memory[name] = text;
  return 0;
}

/** The value, which nobody can change any more. */
export function frozen(value) {
  if (typeof value === "object" && value) {
    const parts = partsOf(freeze(value));
    for (let at = 0; at < parts.length; at++) frozen(parts[at]);
  }
  return value;
}

/** Sends `consent:<name>` on the document, with this detail, frozen. */
export function send(name, detail) {
  page?.dispatchEvent(new CustomEvent(`consent:${name}`, { detail: frozen(detail) }));
}

// The control that was clicked, and what it asks for.
function controlIn(path) {
  for (let at = 0; at < path.length; at++) {
    const element = path[at];
    try {
      const action = getAttribute(element, "data-consent-action");
      if (action) return { __proto__: null, action, element };
    } catch {
      // No element: a root, the document, the window.
    }
  }
}

let take = () => false;

/** `taking(event, element, action)` answers whether it took a click on one of our own controls. */
export function setTake(taking) {
  take = taking;
}

/** Hears a click. */
export function clicked(event) {
  const { action, element } = controlIn(composedPath(event)) ?? { __proto__: null };
  if (!action || take(event, element, action)) return;
  if (action === "open" || action === "reject-all" || action === "withdraw") {
    // Actions that only ever close the gate or ask: any element of the page may offer them.
    event.preventDefault();
    // A click that script made is script's: it grants nothing, and the record says so.
    tell(event.isTrusted ? ACTION : CALL, action);
  } else if (rootOf(element).host?.localName === "consent-banner") {
    // What a server has printed: the second part will know whether it is ours.
    whenThere(
      () => take(event, element, action),
      () => {},
    );
  }
}

// There was no body yet to show anything in, this tab was asleep, it comes back out of the history
// cache, or another tab decided.
let look;

/** Listens for what the visitor does; `show` is called when there may be something to be shown. */
export function listen(show) {
  setSend((report) => send("attempt", report));
  look = () => {
    tell(LOOK);
    show();
  };
  listenAnew();
  setListening(listenAnew);
}

/** Does so again: a page that begins its document anew takes all listeners away. What is there stays alone. */
export function listenAnew() {
  // Before any script of the page can stop it: code that keeps the focus inside of a dialog stops every click outside.
  listenTo(globalThis, "click", clicked, true);
  listenTo(page, "DOMContentLoaded", look);
  listenTo(page, "visibilitychange", look);
  listenTo(globalThis, "pageshow", look);
  // Listening to storage opens it, which can cost ten milliseconds: not before the page is there.
  setTimeout(() => listenTo(globalThis, "storage", look));
}
