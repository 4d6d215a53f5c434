// What Rust needs of the page besides the gate and the banner: facts about the visit, storage that
// never throws, events and messages. No wording and no decision is made here.

import { isOurs } from "./banner.js";
import { install, readCookies, removeCookie, setSend, writeCookie } from "./gate.js";
import { getter, method } from "./pristine.js";
import { ACTION, CALL, LOOK, tell } from "./told.js";

const page = typeof document === "object" ? document : null;

/** The languages wanted, with commas between: the page's, then the browser's in their order. */
export function languages() {
  return page ? [page.documentElement.lang, ...(navigator.languages ?? [])].join() : "";
}

/** Whether the browser sends Global Privacy Control. */
export function gpc() {
  return globalThis.navigator?.globalPrivacyControl === true;
}

// The kinds of Rust's ItemKind: 0 cookie, 1 local storage, 2 session storage.
const areas = [null, getter(globalThis, "localStorage"), getter(globalThis, "sessionStorage")];
const area = (kind) => areas[kind](globalThis);
const getItem = method("Storage", "getItem");
const setItem = method("Storage", "setItem");
const removeItem = method("Storage", "removeItem");

// What could not be stored, for as long as the page is there.
const memory = new Map();

/** The text stored or remembered under a key of local storage; empty when there is none. */
export function recall(key) {
  try {
    return memory.get(key) ?? getItem(area(1), key) ?? "";
  } catch {
    return "";
  }
}

/** Stores a text in local storage; false when it can only be remembered until the page goes. */
export function keep(key, text) {
  try {
    setItem(area(1), key, text);
    memory.delete(key);
    return true;
  } catch {
    memory.set(key, text);
    return false;
  }
}

/** Removes an item of this kind. */
export function erase(name, kind) {
  try {
    if (kind) removeItem(area(kind), name);
    else removeCookie(name);
  } catch {
    // Denied: there was nothing to remove.
  }
}

/** The state in the cookie of this name, or remembered; empty when there is none. */
export function recallState(name) {
  const pair = readCookies().split("; ").find((pair) => pair.startsWith(name + "="));
  return memory.get(name) ?? pair?.slice(name.length + 1) ?? "";
}

/** Keeps the state in a cookie; false when it can only be remembered until the page goes. */
export function keepState(name, text, seconds) {
  memory.delete(name);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  writeCookie(`${name}=${text}; Path=/; SameSite=Lax; Max-Age=${seconds}${secure}`);
  const isKept = recallState(name) === text;
  if (!isKept) memory.set(name, text);
  return isKept;
}

/** All keys of a storage area as JSON text; none where it is denied. */
export function keys(kind) {
  try {
    return JSON.stringify(Object.keys(area(kind)));
  } catch {
    return "[]";
  }
}

/** Tells problems: all errors in one message, all warnings in another, and one event. */
export function tellProblems(text) {
  const told = JSON.parse(text);
  for (const isError of [true, false]) {
    const lines = told.filter((problem) => problem.isError === isError).map(({ message }) => message);
    if (lines.length) console[isError ? "error" : "warn"](`consentinel: ${lines.join("\n")}`);
  }
  send("error", { problems: told.map(({ isError, ...problem }) => problem) });
}

/** The value, which nobody can change any more. */
export function frozen(value) {
  if (typeof value === "object" && value) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function send(name, detail) {
  page?.dispatchEvent(new CustomEvent(`consent:${name}`, { detail: frozen(detail) }));
}

/** Sends `consent:<name>` on the document, with the detail parsed and frozen. */
export function emit(name, detail) {
  send(name, JSON.parse(detail));
}

/** Actions that only ever close the gate or ask: any element of the page may offer them. */
const OPEN_TO_PAGE = ["open", "reject-all", "withdraw"];

/** Closes the gate, and listens for what the visitor does. */
export function listen() {
  setSend((report) => send("attempt", report));
  install();
  page.addEventListener("click", (event) => {
    const control = event.composedPath().find((node) => node.dataset?.consentAction);
    const action = control?.dataset.consentAction;
    if (control && (isOurs(control) || OPEN_TO_PAGE.includes(action))) {
      event.preventDefault();
      // A click that script made is script's: the record says so.
      tell(event.isTrusted ? ACTION : CALL, action);
    }
  });
  // There was no body yet to show anything in, this tab was asleep, it comes back out of the history
  // cache, or another tab decided.
  const look = () => tell(LOOK);
  page.addEventListener("DOMContentLoaded", look);
  page.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  // Listening to storage opens it, which can cost ten milliseconds: not before the page is there.
  setTimeout(() => addEventListener("storage", look));
}
