// The entry of the npm package. Importing it touches nothing: no window, no module, no gate. Only
// `createConsent` starts, and where there is no page it answers as closed as before any decision.

import { handleOf } from "../npm/handle.js";
import { second } from "./second.js";
import { running, start } from "./start.js";

// What imitates a browser in Node, for unit tests, has a document written in JavaScript and neither a network nor a
// visitor: nothing is there that a gate could close. Both must speak for it, and both are looked at before anything of
// the application has run.
const { document, process, Window } = globalThis;
const isNode = !!process?.versions?.node;
const isImitation = isNode && !/\[native code\]/.test(Window ? Function.toString.call(Window) : "");
const hasPage = typeof document === "object" && !isImitation;

// The owner's policy, and what it may grant by. Whoever brings the very same object is the owner again: development
// tools run code twice.
let owner;
let handle;

/**
 * Starts Consentinel for this page with `policy`, and returns the handle that may grant: the same again for the same
 * object. Where one runs already for another policy, it is the one that every script has. Types: index.d.ts.
 */
export function createConsent(policy, options) {
  if (handle && owner === policy) return handle;
  const first = hasPage && running();
  if (first) return handleOf(first);
  const started = handleOf(
    // Written so that a bundler sees it, and makes a file of its own of the face.
    start(
      policy,
      hasPage,
      () => import("./face.js"),
      (take) => take(second),
      options,
    ),
  );
  // A server starts anew each time; a page has one gate.
  if (hasPage && policy && typeof policy === "object") [owner, handle] = [policy, started];
  return started;
}
