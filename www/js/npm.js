// The entry of the npm package. Importing it touches nothing: no window, no module, no gate. Only
// `createConsent` starts, and where there is no page it answers as closed as before any decision.

import { second } from "./second.js";
import { running, start } from "./start.js";

/**
 * Starts Consentinel for this page with `policy`, and returns the API that may grant; where one runs
 * already, the one that every script has. Types: index.d.ts.
 */
export function createConsent(policy, options) {
  const hasPage = typeof document === "object";
  // A server starts anew each time; a page has one gate.
  // Written so that a bundler sees it, and makes a file of its own of the face.
  return (
    (hasPage && running()) ||
    start(
      policy,
      hasPage,
      () => import("./face.js"),
      (take) => take(second),
      options,
    )
  );
}
