// What Rust needs of the page besides the gate and the banner: facts about the visit, storage, events
// and messages. No wording and no decision is made here.
//
// What a grant, what is stored and what is erased depend on calls nothing that a page can replace; what
// only tells may.

import { dismiss, isOurs } from "./banner.js";
import { faceNow } from "./load.js";
import { choose } from "./places.js";
import { readCookies, setSend, writeCookie } from "./gate.js";
import {
  WeakMap, composedPath, getAttribute, getItem, getter, indexOf, keyAt, listen as listenTo, lookUp, note, removeItem, rootOf, setItem,
  match, setTimeout, slice,
} from "./pristine.js";
import { reload } from "./reload.js";
import { ACTION, CALL, LOOK, read, stringify, tell } from "./told.js";

const { freeze, values } = Object;

const page = typeof document === "object" ? document : null;

/** The languages wanted: the page's, then the browser's in their order. */
export function wantedLanguages() {
  return page ? [page.documentElement.lang, ...(navigator.languages ?? [])].filter(Boolean) : ["en"];
}

/** Whether the browser sends Global Privacy Control. */
export function gpc() {
  return globalThis.navigator?.globalPrivacyControl === true;
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

// Storage, without opening it: a first look into it can cost ten milliseconds.
const local = getter(globalThis, "localStorage");
const session = getter(globalThis, "sessionStorage");

// The kinds of Rust's ItemKind: 1 local storage, 2 session storage.
const area = (kind) => (kind > 1 ? session : local)(globalThis);

// What could not be stored, for as long as the page is there.
const memory = { __proto__: null };

/** The text stored or remembered under a key of local storage; empty when there is none. */
export function recall(key) {
  return memory[key] ?? getItem(area(), key) ?? "";
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

/** Removes an item of this kind. */
export function erase(name, kind) {
  if (kind) removeItem(area(kind), name);
  else removeCookie(name);
}

// Removes a cookie whatever domain, path and flags it was set with, as long as script can see it. A
// removal must name them all: so every parent domain, every ancestor path with and without its slash,
// `Secure` for the `__Secure-` and `__Host-` names, and what a partitioned cookie wants. A browser
// ignores the combinations that are not allowed.
function removeCookie(name) {
  const host = location.hostname;
  const path = location.pathname;
  for (let from = -1; from < host.length; from++) {
    if (from > 0 && host[from - 1] !== ".") continue;
    const domain = from < 0 ? "" : "; Domain=" + slice(host, from);
    for (let to = 0; to <= path.length; to++) {
      if (to < path.length && path[to] !== "/" && path[to - 1] !== "/") continue;
      for (let flags = 0; flags < 3; flags++) {
        writeCookie(`${name}=x${domain}; Path=${slice(path, 0, to)}${FLAGS[flags]}; Max-Age=0`);
      }
    }
  }
}
const FLAGS = ["", "; Secure", "; Secure; SameSite=None; Partitioned"];

/** All keys of a storage area as JSON text. */
export function keys(kind) {
  const storage = area(kind);
  let text = "[";
  // Not by its properties, among which a page can hide some by giving their names to all objects.
  for (let at = 0, key; (key = keyAt(storage, at)) !== null; at++) text += stringify(key) + ",";
  return text + "]";
}

/** The state in the cookie of this name, or remembered; empty when there is none. */
export function recallState(name) {
  const jar = `; ${readCookies()};`;
  const before = `; ${name}=`;
  const at = indexOf(jar, before) + before.length;
  return memory[name] ?? (at < before.length ? "" : slice(jar, at, indexOf(jar, ";", at)));
}

/** Keeps the state in a cookie; false when it can only be remembered until the page goes. */
export function keepState(name, text, seconds) {
  delete memory[name];
  writeCookie(`${name}=${text}; Path=/; SameSite=Lax; Max-Age=${seconds}${location.protocol === "https:" ? "; Secure" : ""}`);
  const isKept = recallState(name) === text;
  if (!isKept) memory[name] = text;
  return isKept;
}

/** Tells problems: all errors in one message, all warnings in another, and one event. */
export function tellProblems(text) {
  const told = read(text);
  for (const isError of [true, false]) {
    const lines = told.filter((problem) => problem.isError === isError).map(({ message }) => message);
    if (lines.length) console[isError ? "error" : "warn"](`consentinel: ${lines.join("\n")}`);
  }
  send("error", { problems: told.map(({ isError, ...problem }) => problem) });
}

/** The value, which nobody can change any more. */
export function frozen(value) {
  if (typeof value === "object" && value) {
    const parts = values(freeze(value));
    for (let at = 0; at < parts.length; at++) frozen(parts[at]);
  }
  return value;
}

function send(name, detail) {
  page?.dispatchEvent(new CustomEvent(`consent:${name}`, { detail: frozen(detail) }));
}

/** Sends `consent:<name>` on the document, with the detail parsed and frozen. */
export function emit(name, detail) {
  send(name, read(detail));
}

// The documents that hold nothing but a placeholder of ours, with the frames they stand in.
const owned = new WeakMap();

/** Listens to the visitor in the document of a frame that waits. */
export function own(document, frame) {
  note(owned, document, frame);
  listenTo(document, "click", clicked);
}

// The control that was clicked, and what it asks for.
function controlIn(path) {
  for (let at = 0; at < path.length; at++) {
    const element = path[at];
    try {
      const action = getAttribute(element, "data-consent-action");
      if (action) return { action, isOurs: isOurs(element), frame: lookUp(owned, rootOf(element)) };
    } catch {
      // No element: a root, the document, the window.
    }
  }
}

// What the visitor's click on a control of ours does without Rust.
const acts = { __proto__: null, "close-reload": dismiss, reload };

function clicked(event) {
  // An object of its own would take what it lacks from what a page gives to all of them.
  const { action, isOurs, frame } = controlIn(composedPath(event)) ?? { __proto__: null };
  if (frame && event.isTrusted) return choose(frame, action);
  // Actions that only ever close the gate or ask: any element of the page may offer them.
  if (isOurs || action === "open" || action === "reject-all" || action === "withdraw") {
    event.preventDefault();
    const act = acts[action] ?? faceNow()?.acts[action];
    // A click that script made is script's: it grants nothing, and the record says so.
    if (!event.isTrusted) tell(CALL, action);
    else if (act) act();
    else tell(ACTION, action);
  }
}

/** Listens for what the visitor does. */
export function listen() {
  setSend((report) => send("attempt", report));
  listenTo(page, "click", clicked);
  // There was no body yet to show anything in, this tab was asleep, it comes back out of the history
  // cache, or another tab decided.
  const look = () => tell(LOOK);
  listenTo(page, "DOMContentLoaded", look);
  listenTo(page, "visibilitychange", look);
  listenTo(globalThis, "pageshow", look);
  // Listening to storage opens it, which can cost ten milliseconds: not before the page is there.
  setTimeout(() => listenTo(globalThis, "storage", look));
}
