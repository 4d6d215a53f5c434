// The entry of the script tag: starts synchronously, so that the next script of the page is gated.
// The policy stands before the tag as <script type="application/json" id="consentinel-policy">.

import { fetching } from "./fetched.js";
import { givenAway } from "./instead.js";
import { running, start } from "./start.js";

const tag = document.currentScript;
const begin = () => {
  const { src, dataset, nonce } = tag ?? document;
  // Files beside the tag; a relative address would not do, as a script of another origin has no base.
  const files = new URL(".", src || document.baseURI);
  const importing = async (file) => import(new URL(file, src || document.baseURI));
  const owner = start(
    document.getElementById("consentinel-policy")?.textContent,
    true,
    importing,
    fetching(src || document.baseURI, nonce, importing),
    { ...dataset, files, child: dataset && "child" in dataset },
  );
  // The site's own function, which gets the object that may grant; nobody else ever does.
  const name = dataset?.owner;
  if (typeof window[name] === "function") window[name](owner);
  else if (name) console.error(`consentinel: owner-missing; define the function ${name} before the tag`);
};
if (!running() && !givenAway(tag, begin)) begin();
