// The entry of `consentinel.signals.js`, which stands right after the tag and tells vendors' code what the visitor chose
// (docs/signals.md). What is told to whom stands before it as <script type="application/json" id="consentinel-signals">.
//
// Left out: how that goes (www/npm/signals.js).

import { signal } from "../npm/signals.js";

// Without the tag nobody has granted anything.
const NOBODY = { has: () => false, on: () => () => {} };

try {
  const text = document.getElementById("consentinel-signals")?.textContent;
  if (!window.consentinel)
    console.error("consentinel: signals-alone; load consentinel.js before consentinel.signals.js");
  if (text) signal(window.consentinel ?? NOBODY, JSON.parse(text));
  else console.error("consentinel: signals-missing; put consentinel-signals before this script");
} catch (error) {
  console.error(`consentinel: signals-unreadable; write JSON in consentinel-signals: ${error}`);
}
