// Loading the page anew, which only the visitor's click does, and what they let load once by that: its name waits
// in session storage until the page is there again.
//
// Left out: what the name lets in (src/csp.rs, places.js).

import { getItem, getter, removeItem, setItem } from "./pristine.js";

const session = getter(globalThis, "sessionStorage");
const KEY = "consentinel-once";

/**
 * The name of what may load this time; empty for nothing. Storage is opened only in a page that was loaded anew:
 * the first look into it can cost ten milliseconds.
 */
export function takeOnce() {
  try {
    if (performance.getEntriesByType("navigation")[0]?.type !== "reload") return "";
    const name = getItem(session(globalThis), KEY) ?? "";
    removeItem(session(globalThis), KEY);
    return name;
  } catch {
    return "";
  }
}

/** Loads the page anew; with a name, that may load then. */
export function reload(name) {
  try {
    if (name) setItem(session(globalThis), KEY, name);
    location.reload();
  } catch {
    // Without a storage nothing can be remembered until then.
  }
}
