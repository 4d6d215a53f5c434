// Says where files of an application come from that its policy does not let in. A bundler that cannot have a file knows its
// address and no reason, and so does whoever reads what it complains of: a page stays blank, and nothing looks wrong.
//
// Left out: the verdict (src/gate.rs), what a report has of it (www/js/gate/held.js), and whatever is asked by others.

import { isNobodys } from "../js/gate/held.js";
import { match } from "../js/pristine.js";
import { listen } from "./lasting.js";

// What bundlers and browsers say of a file that could not be had: Vite of a style and, as Chromium and Firefox, of a module;
// webpack of a chunk and of a style of one. Other errors name addresses too: React's and Angular's that of their manual.
const COMPLAINT = /dynamically imported module|preload CSS for|^Loading (?:CSS )?chunk /;
const ADDRESS = /(https?:\/\/([^\s/:?#"')]+)[^\s/?#"')]*)[^\s"')]*/;
let told = { __proto__: null };
// The id of a necessary category.
let necessary;
let last;

/** What was complained of last, once: what comes later has another cause. */
export function lastError() {
  const error = last;
  last = null;
  return error;
}

/** Tells it, once for each origin, where an error names an address that no service has; answers whether that is so. */
export function tellUndeclared(error) {
  const text = `${error?.message}`;
  const [address, origin, host] = (match(COMPLAINT, text) && match(ADDRESS, text)) ?? [];
  if (!address || !isNobodys("script", address)) return false;
  if (!told[origin])
    console.error(
      `consentinel: files-undeclared; no service of the policy has ${host}, so ${address} is not loaded; where it is the application's own, add to services of the policy: { "id": "files", "category": "${necessary}", "name": "Files", "provider": "…", "hosts": ["${host}"] }`,
    );
  return (told[origin] = true);
}

/** Listens to what bundlers and the browser say of files that could not be had. */
export function watchFiles({ categories }) {
  necessary = "necessary";
  for (const id in categories) if (categories[id] === "necessary") necessary = id;
  const hear = (name) => (event) => {
    try {
      const error = event[name];
      if (name === "payload") last = error;
      tellUndeclared(error);
    } catch {
      // An error that throws when it is read tells nothing.
    }
  };
  listen(window, "vite:preloadError", hear("payload"));
  listen(window, "unhandledrejection", hear("reason"));
  listen(window, "error", hear("error"));
}
