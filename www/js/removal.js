// Removes a cookie by whatever writes cookies: `#jar` is the gate's own way, and where there is no gate yet that of
// moving/jar.js.

import { slice } from "./pristine.js";
import { writeCookie } from "#jar";

/**
 * Removes a cookie whatever domain, path and flags it was set with, as long as script can see it. A
 * removal must name them all: so every parent domain, every ancestor path with and without its slash,
 * `Secure` for the `__Secure-` and `__Host-` names, and what a partitioned cookie wants. A browser
 * ignores the combinations that are not allowed.
 */
export function removeCookie(name) {
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
