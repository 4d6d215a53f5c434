// Reads what is to be told to whom, all problems at once. What is not understood is denied, and never told as granted.
//
// Left out: what is told then (mechanisms.js); what is sound and hardly meant, which `consentinel check` says.

import { reader } from "./reader.js";
import WORDS from "./words.json" with { type: "json" };

/**
 * What to tell: `told`, each with the `name` of its mechanism, its `words` with the names that must all be granted for one, or
 * `true` where it always is, and its `options`. `problems` are lines for the console. `state` names the categories and services;
 * without one no name is looked at.
 */
export function checked(mapping, state) {
  const { problems, tell, granting, isObject } = reader(state);
  const option = (path, kind, value, words) => {
    if (kind !== "words" && typeof value === kind) return value;
    if (kind === "words" && Array.isArray(value) && value.every((word) => words.includes(word))) return value;
    tell("signal-option", path, value, kind === "words" ? "write a list of this mechanism's words" : `write a ${kind}`);
  };

  if (!isObject(mapping)) {
    tell("signal-type", "/", mapping, "write an object with a mechanism for each key");
    return { told: [], problems };
  }
  const told = [];
  for (const [name, given] of Object.entries(mapping)) {
    if (!Object.hasOwn(WORDS, name)) {
      tell("signal-unknown", `/${name}`, name, `write one of ${Object.keys(WORDS).join(", ")}`);
      continue;
    }
    const { words, all, options: kinds = {} } = WORDS[name];
    // A mechanism of one word may be given what grants it.
    const fields = isObject(given) ? given : words?.length === 1 ? { [words[0]]: given } : {};
    if (!isObject(given) && words?.length !== 1)
      tell("signal-type", `/${name}`, given, `write an object with ${words?.join(", ") ?? "your own words"}`);
    const found = new Map((all ? words : []).map((word) => [word, []]));
    const options = {};
    for (const [key, value] of Object.entries(fields)) {
      const path = `/${name}/${key}`;
      if (Object.hasOwn(kinds, key)) options[key] = option(path, kinds[key], value, words);
      else if (!words || words.includes(key)) found.set(key, granting(path, value));
      else tell("signal-unknown", path, key, `write one of ${[...words, ...Object.keys(kinds)].join(", ")}`);
    }
    for (const word of options.always ?? []) found.set(word, true);
    // What was to be held back is not known, so all of it is.
    if ("gpc" in options) options.gpc ??= words;
    told.push({ name, words: [...found], options });
  }
  return { told, problems };
}
