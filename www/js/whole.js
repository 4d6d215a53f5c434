// The entry of the tag that `npx consentinel bundle` makes (npx/src/bundle.rs): one classic script with both parts, the
// face, the texts of its languages and the policy inside. It fetches nothing.
//
// Left out: the policy in the page, which the tag without one reads (tag.js).

import face from "./face.js";
import { second } from "./second.js";
import { running, start } from "./start.js";
import { policy } from "#policy";

if (!running()) {
  const { src, dataset } = document.currentScript ?? document;
  const owner = start(
    policy,
    true,
    async () => ({ default: face }),
    (take) => take(second),
    // All languages that there are stand inside.
    {
      ...dataset,
      languages: undefined,
      files: new URL(".", src || document.baseURI),
      child: dataset && "child" in dataset,
    },
  );
  // As in tag.js, which a function for both makes heavier.
  const name = dataset?.owner;
  if (typeof window[name] === "function") window[name](owner);
  else if (name) console.error(`consentinel: owner-missing; define the function ${name} before the tag`);
}
