// The entry of the script tag: starts synchronously, so that the next script of the page is gated.
// The policy stands before the tag as <script type="application/json" id="consentinel-policy">.

import { LOADED_TWICE, start } from "./start.js";

if (window.consentinel) {
  console.error(LOADED_TWICE);
} else {
  start(document.getElementById("consentinel-policy")?.textContent, true);
}
