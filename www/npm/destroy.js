// How the npm package leaves a page, and how it begins again there. Each file forgets what it knows of the page, the second
// part by itself (leaving.js); the module hears nothing any more, and what is left around functions of the browser, because
// a script of the page has put its own around ours, lets everything pass.
//
// Left out: the browser's own gate, a Content-Security-Policy, which nobody can take away.

import * as coming from "../js/coming.js";
import * as gate from "../js/gate.js";
import { dropAll } from "../js/gate/held.js";
import * as markup from "../js/gate/markup.js";
import { isInForce } from "../js/gate/policy.js";
import * as realms from "../js/gate/realms.js";
import { setObserver } from "../js/gate/waiting.js";
import { ALLOW, ATTEMPT, LEDGER, NOTICE, REFUSE, STATE } from "../js/numbers.js";
import { setTake } from "../js/page.js";
import { setFill } from "../js/places.js";
import * as root from "../js/root.js";
import { reply, setHear } from "../js/told.js";
import * as later from "#later";
import { redo, undo } from "./lasting.js";

const ANSWERS = {
  __proto__: null,
  [LEDGER]: "[]",
  [STATE]: '{"asks":false,"categories":{},"decided":false,"language":"","reloads":false,"services":{},"waits":[]}',
};

/** Takes back all that was done to the page. What waits is never made. */
export function destroy() {
  dropAll();
  undo();
  setHear((kind) => {
    if (kind === NOTICE) throw new Error("consentinel: destroyed; createConsent begins again");
    reply(ANSWERS[kind] ?? "");
    return kind === ATTEMPT ? ALLOW : REFUSE;
  });
  setFill(() => {});
  setTake(() => false);
  setObserver(undefined);
  // One by one: a list would be walked as a page may have changed it, and hand it all of these files.
  later.forget();
  coming.forget();
  gate.forget();
  markup.forget();
  realms.forget();
  root.forget();
  if (isInForce())
    console.info(
      "consentinel: gate-stays; the browser keeps the page's Content-Security-Policy until it is loaded anew",
    );
}

/** Makes ready for another start in this page, whose frames are there already by then. */
export function again() {
  redo();
  later.again();
}

/** Closes the gate in the frames that were there before a start. */
export function enterFrames(scope = globalThis) {
  for (let at = 0; at < scope.length; at++) {
    try {
      gate.guard(scope[at]);
      enterFrames(scope[at]);
    } catch {
      // Another site's.
    }
  }
}
