// The entry of the script tag: starts synchronously, so that the next script of the page is gated.
// The policy stands before the tag as <script type="application/json" id="consentinel-policy">.

import { running, start } from "./start.js";

if (!running()) {
  const owner = start(document.getElementById("consentinel-policy")?.textContent, true);
  // The site's own function, which gets the object that may grant; nobody else ever does.
  const name = document.currentScript?.dataset.owner;
  if (typeof window[name] === "function") window[name](owner);
  else if (name) console.error(`consentinel: owner-missing; define the function ${name} before the tag`);
}
