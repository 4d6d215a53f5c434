// The gate's mechanism: it stands where page code meets the browser, asks Rust for each verdict and does what
// it is told. It holds no opinion: no name, no category and no rule is known here.
//
// Left out: what may pass (src/gate.rs), and each way out, which has a file in gate/.

import { SWEEP, tell } from "./told.js";
import { again } from "./gate/held.js";
import { releaseMarkup, watchMarkup } from "./gate/markup.js";
import { closeConnections } from "./gate/requests.js";
import { enter, settleEverywhere } from "./gate/realms.js";
import { endPasses } from "./places.js";

export { attempted, attempts, setSend } from "./gate/held.js";
export { eraseLater } from "./gate/databases.js";
export { readCookies, writeCookie } from "./gate/stores.js";
export { enter as guard };

/** Closes the gate: from here on, Rust gives the verdict on every attempt. */
export function install() {
  enter(globalThis);
  watchMarkup();
  watchAnswers();
}

// Answers of a server may bring cookies, and no script is asked about them: they are looked for whenever
// something was loaded, and where the browser tells of every change.
function watchAnswers() {
  const sweep = () => tell(SWEEP);
  new PerformanceObserver(sweep).observe({ type: "resource" });
  globalThis.cookieStore?.addEventListener("change", sweep);
}

/** The state changed, maybe by a refusal: makes what waits anew, in its order, then looks at every element again. */
export function release(isRefusal) {
  if (isRefusal) endPasses();
  closeConnections();
  again();
  settleEverywhere();
  releaseMarkup();
}
