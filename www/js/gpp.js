// The entry of `consentinel.gpp.js`, which stands right after the tag and answers whoever asks `__gpp` (docs/signals.md). What
// is told stands before it as <script type="application/json" id="consentinel-gpp">.
//
// Left out: how that goes (www/npm/gpp.js).

import { gpp } from "../npm/gpp.js";

// Without the tag nobody has granted anything.
const NOBODY = { has: () => false, on: () => () => {} };

try {
  const text = document.getElementById("consentinel-gpp")?.textContent;
  if (!window.consentinel) console.error("consentinel: gpp-alone; load consentinel.js before consentinel.gpp.js");
  if (text) gpp(window.consentinel ?? NOBODY, JSON.parse(text));
  else console.error("consentinel: gpp-missing; put consentinel-gpp before this script");
} catch (error) {
  console.error(`consentinel: gpp-unreadable; write JSON in consentinel-gpp: ${error}`);
}
