// The entry of the npm package. Importing it touches nothing: no window, no module, no gate. Only
// `createConsent` starts, and where there is no page it answers as closed as before any decision.

import { LOADED_TWICE, start } from "./start.js";

let consent;

/** Starts Consentinel for this page with `policy`, and returns its API. Types: index.d.ts. */
export function createConsent(policy) {
  const hasPage = typeof document === "object";
  const first = consent ?? (hasPage && window.consentinel);
  if (first) {
    console.error(LOADED_TWICE);
    return first;
  }
  const started = start(policy, hasPage);
  // A server starts anew for each visitor; a page has one gate.
  if (hasPage) consent = started;
  return started;
}
