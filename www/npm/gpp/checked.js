// Reads which sections are told and what stands for each purpose, all problems at once. What is not understood counts as
// opted out.
//
// Left out: what is told then (../gpp.js); what is sound and hardly meant, which `consentinel check` says.

import { reader } from "../signals/reader.js";
import WORDS from "./words.json" with { type: "json" };

/** `sections` and `purposes`, by their words the ids that must all be granted, and `problems` as lines for the console. */
export function checkedSections(options, state) {
  const { problems, tell, granting, isObject } = reader(state);
  const purposes = new Map();
  if (!isObject(options)) {
    tell("signal-type", "/", options, "write an object with sections and purposes");
    return { sections: [], purposes, problems };
  }
  const { sections: given = ["usnat"], ...rest } = options;
  const sections = [given].flat().filter((name) => {
    const isKnown = WORDS.sections.includes(name);
    if (!isKnown) tell("signal-unknown", "/sections", name, `write some of ${WORDS.sections.join(", ")}`);
    return isKnown;
  });
  for (const [word, value] of Object.entries(rest)) {
    if (WORDS.purposes.includes(word)) purposes.set(word, granting(`/${word}`, value));
    else tell("signal-unknown", `/${word}`, word, `write one of ${WORDS.purposes.join(", ")}`);
  }
  return { sections, purposes, problems };
}
