// How the package starts where the module inside it was read as something else, so that there is none: all is closed, as
// where WebAssembly is refused (www/js/start.js), and what is wrong was told already (www/js/npm.js).
//
// Left out: what is answered then (www/js/lock.js).

import { createApi } from "../js/api.js";
import { giveUp } from "../js/coming.js";
import { lock } from "../js/lock.js";
import { CALL, GRANT, OWNER_CALL, OWNER_GRANT, OWNER_SAVE, SAVE } from "../js/numbers.js";
import { build, version } from "#first";
import { defineProperty } from "./lasting.js";

/** Closes everything; returns the API of the page's owner. */
export function startClosed(hasPage) {
  const value = createApi(build, version, CALL, SAVE, GRANT);
  if (hasPage) defineProperty(window, "consentinel", { value, enumerable: true, writable: false });
  giveUp();
  lock(hasPage);
  return createApi(build, version, OWNER_CALL, OWNER_SAVE, OWNER_GRANT);
}
