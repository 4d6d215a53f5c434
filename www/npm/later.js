// How the second part comes to an application: as a file of its own, which every bundler makes of the literal `import()`.
// In a page it is imported at the start, and runs when it is needed: it is handed what grants, so where it comes from must
// be settled before any script of others can say so, by an import map or a service worker. It has a name of its build, so
// that an older file in a cache is not taken for it.
//
// Left out: what waits until it is there (www/js/coming.js), and the tag, which compares its file with a hash
// (www/js/fetched.js).

import { hush } from "../js/coming.js";
import { then } from "../js/pristine.js";
import { lastError, tellUndeclared } from "./undeclared.js";
import { handed } from "#handed";
import { integrity } from "#part";

// The one that came: all starts in this page have it.
let part = null;
// The start for which it is brought; an older one gets nothing any more.
let latest;

const bring = () => import("./part.js");
const nothing = () => {};

/** What hands the second part to `take` once it is there; `fail` hears, in a page, where it cannot be had. */
export function bringing(hasPage) {
  const mine = { __proto__: null };
  latest = mine;
  let coming = hasPage && !part && bring();
  if (coming) then(coming, nothing, nothing);
  return (take, fail) => {
    if (part) return take(part.second);
    const failed = hasPage ? fail : nothing;
    const refuse = (error) => {
      try {
        if (hasPage && tellUndeclared(error)) hush();
      } catch {
        // An error that throws when it is read tells nothing.
      }
      failed(error);
    };
    const arrive = (made) => {
      if (latest !== mine) return;
      // The application has told its bundler to go on without a file (`preventDefault` of vite:preloadError).
      if (!made) return refuse(lastError() ?? new TypeError("part.js could not be had"));
      try {
        if (made.build !== integrity) throw new TypeError("part.js is of another build");
        if (!part) made.default(handed, (given) => void (part = given));
      } catch (error) {
        return failed(error);
      }
      take(part.second);
    };
    then(coming || bring(), arrive, refuse);
    // Where it could not be had, the next one tries again.
    coming = null;
  };
}

/** The second part leaves the page, where it is there. */
export function forget() {
  latest = null;
  part?.forget();
}

/** It makes ready for another start. */
export function again() {
  part?.again();
}
