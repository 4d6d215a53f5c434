// The words of every language file against a list of phrases (phrases.json): what a question is about, what
// says yes, and what praises an answer. The lists hold beginnings of words, in lower case.
//
// Left out: whether a sentence is right; people who know the language read it.

import { readFileSync, readdirSync } from "node:fs";
import { repositoryFile } from "../browser/site.mjs";

export const phrases = JSON.parse(readFileSync(new URL("phrases.json", import.meta.url), "utf8"));

/** Every language file: its tag and its texts. */
export function files() {
  const folder = repositoryFile("www/texts/");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      language: file.replace(".json", ""),
      texts: JSON.parse(readFileSync(new URL(file, folder), "utf8")),
    }));
}

const listOf = (language) => phrases[language] ?? phrases[language.split("-")[0]];
const has = (list, text) => list.find((word) => text.toLowerCase().includes(word));

/** Whether a label says yes. */
export const saysYes = (language, label) => Boolean(has(listOf(language).yes, label));

/** What is wrong with texts; with `isPartial` they are not a whole language file. */
export function findings(language, texts, isPartial = false) {
  const lists = listOf(language);
  if (!lists) return [`${language}: no list of phrases`];
  const found = [];
  for (const [key, value] of Object.entries(texts)) {
    for (const text of typeof value === "string" ? [value] : Object.values(value)) {
      const word = has(lists.praise, text);
      if (word) found.push(`${language}: ${key} praises (${word}): ${text}`);
    }
  }
  if (isPartial) return found;
  if (!has(lists.subject, texts.title))
    found.push(`${language}: title names neither cookies nor consent: ${texts.title}`);
  // The list can tell a yes from others: what accepts says it, and what refuses or saves does not.
  if (!has(lists.yes, texts.acceptAll)) found.push(`${language}: acceptAll says no yes: ${texts.acceptAll}`);
  for (const key of ["rejectAll", "close"]) {
    const word = has(lists.yes, texts[key]);
    if (word) found.push(`${language}: ${key} says yes (${word}): ${texts[key]}`);
  }
  return found;
}
