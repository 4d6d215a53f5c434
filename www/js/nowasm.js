// The entry of the tag without WebAssembly, `dist/consentinel.nowasm.js`, for pages and browsers that refuse it: one classic
// script with both parts, whose modules are JavaScript (xtask/src/scripted.rs). What these take of the browser they must
// take before any script of the page runs, so no part comes later.
//
// Face and texts it fetches from beside it, as the tag does (tag.js).

import { second } from "./second.js";
import { running, start } from "./start.js";

if (!running()) {
  const { src, dataset } = document.currentScript ?? document;
  const base = src || document.baseURI;
  const owner = start(
    document.getElementById("consentinel-policy")?.textContent,
    true,
    async (file) => import(new URL(file, base)),
    (take) => take(second),
    { ...dataset, files: new URL(".", base), child: dataset && "child" in dataset },
  );
  // As in tag.js, which a function for all makes heavier.
  const name = dataset?.owner;
  if (typeof window[name] === "function") window[name](owner);
  else if (name) console.error(`consentinel: owner-missing; define the function ${name} before the tag`);
}
