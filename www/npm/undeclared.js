// Says where files of an application come from that its policy does not let in. A bundler that cannot have a file knows its
// address and no reason, and so does whoever reads what it complains of: a page stays blank, and nothing looks wrong.
//
// Left out: the verdict (src/gate.rs), what a report has of it (www/js/gate/held.js), and whatever is asked by others.

import { isNobodys } from "../js/gate/held.js";
import { match } from "../js/pristine.js";
import { listen } from "./lasting.js";

const ADDRESS = /(https?:\/\/([^\s/:?#"')]+)[^\s/?#"')]*)[^\s"')]*/;
let told = { __proto__: null };
// The id of a necessary category.
let necessary;
let last;

/** What was complained of last. */
export const lastError = () => last;

/** Tells it, once for each origin, where an error names an address that no service has; answers whether that is so. */
export function tellUndeclared(error) {
  const [address, origin, host] = match(ADDRESS, `${error?.message}`) ?? [];
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
      last = event[name];
      tellUndeclared(last);
    } catch {
      // An error that throws when it is read tells nothing.
    }
  };
  listen(window, "vite:preloadError", hear("payload"));
  listen(window, "unhandledrejection", hear("reason"));
  listen(window, "error", hear("error"));
}
