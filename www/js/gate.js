// The gate's mechanism: it stands where page code meets the browser, asks Rust for each verdict and does what
// it is told. It holds no opinion: no name, no category and no rule is known here.
//
// Left out: what may pass (src/gate.rs), and each way out, which has a file in gate/.

import { getter, method } from "./pristine.js";
import { PerformanceObserver, listen } from "#lasting";
import { ALLOW, SWEEP, WRAP_REQUESTS } from "./numbers.js";
import { tell } from "./told.js";
import { again, judge } from "./gate/held.js";
import { releaseMarkup, watchMarkup } from "./gate/markup.js";
import { lookAtPasted, tighten, violated } from "./gate/policy.js";
import { closeConnections } from "./gate/requests.js";
import { settleEverywhere, settleFrames, wrap } from "./gate/realms.js";
import { endPasses } from "./gate/waiting.js";

export { attempted, attempts, setSend } from "./gate/held.js";
export { eraseLater } from "./gate/databases.js";
export { readCookies, writeCookie } from "./gate/stores.js";
export { eachRoot, enter as guard, setChanging, setListening } from "./gate/realms.js";

let isWatching;

/**
 * Closes the gate: the browser gets this Content-Security-Policy, empty for none, and these wrappers stand
 * (WRAP_…). Called first before anything else of the page runs, and again whenever something closes.
 */
export function close(policy, wrappers) {
  tighten(policy);
  wrap(wrappers);
  if (isWatching) return;
  isWatching = true;
  watchMarkup();
  watchAnswers();
  listen(globalThis.document, "securitypolicyviolation", violated(settleFrames));
  lookAtPasted();
}

/** What was closed has been opened: closes it from the beginning next. */
export function forget() {
  isWatching = false;
}

/** Closes the gate where no module is there to say how. */
export const install = () => close("", WRAP_REQUESTS);

const entriesOf = method("PerformanceObserverEntryList", "getEntries");
const nameOf = getter("PerformanceEntry", "name");
const initiatorOf = getter("PerformanceResourceTiming", "initiatorType");
// Words of reports for what a browser says has asked.
const WORDS = { __proto__: null, img: "image", iframe: "frame", xmlhttprequest: "xhr", video: "media", audio: "media" };

// Answers of a server may bring cookies, and no script is asked about them: they are looked for whenever
// something was loaded, and where the browser tells of every change. Where the policy only reports, all that was
// asked is judged, also what no wrapper sees.
function watchAnswers() {
  const sweep = (list) => {
    if (tell(SWEEP) !== ALLOW || !list) return;
    const entries = entriesOf(list);
    for (let at = 0; at < entries.length; at++) {
      const word = initiatorOf(entries[at]);
      judge(WORDS[word] ?? word, nameOf(entries[at]));
    }
  };
  new PerformanceObserver(sweep).observe({ type: "resource", buffered: true });
  if (globalThis.cookieStore) listen(globalThis.cookieStore, "change", () => sweep());
}

/** The state changed, maybe by a refusal: makes what waits anew, in its order, then looks at every element again. */
export function release(isRefusal) {
  if (isRefusal) endPasses();
  closeConnections();
  again();
  settleEverywhere();
  releaseMarkup();
}
