// The entry `consentinel/moving` of the package: takes over what another consent tool had stored, before createConsent.
// Importing it touches nothing, and on a server it does nothing. Types: moving.d.ts.

import { tryToMove } from "../js/moving/move.js";

/** Takes over what is stored, as `moving` says (docs/moving.md). */
export function moveFrom(moving, policy) {
  if (typeof document === "object") tryToMove(JSON.stringify(policy), JSON.stringify(moving));
}
