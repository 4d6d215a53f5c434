// Reads which sections are told and what stands for each purpose, all problems at once. What is not understood counts as
// opted out.
//
// Left out: what is told then (../gpp.js).

import { reader } from "../signals/reader.js";

/** `sections` and `purposes`, by their words the ids that must all be granted, and `problems` as lines for the console. */
export function checkedSections(options, state, known) {
  const { problems, tell, granting, isObject } = reader(state);
  const purposes = new Map();
  if (!isObject(options)) {
    tell("signal-type", "/", options, "write an object with sections and purposes");
    return { sections: [], purposes, problems };
  }
  const { sections: given = ["usnat"], ...rest } = options;
  const sections = [given].flat().filter((name) => {
    const isKnown = known.includes(name);
    if (!isKnown) tell("signal-unknown", "/sections", name, `write some of ${known.join(", ")}`);
    return isKnown;
  });
  for (const [word, value] of Object.entries(rest)) {
    if (["sale", "sharing", "targetedAdvertising"].includes(word)) purposes.set(word, granting(`/${word}`, value));
    else tell("signal-unknown", `/${word}`, word, "write sale, sharing or targetedAdvertising");
  }
  return { sections, purposes, problems };
}
