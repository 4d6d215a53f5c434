// The words of the officer's pages, in the language of the browser or the one that was chosen.
//
// Left out: words of records, policies and notices, which are whatever they are; help with a problem in English, which is
// the program's own.

import { choose } from "../js/language.js";
import en from "./texts/en.json";
import fr from "./texts/fr.json";

const LANGUAGES = { en, fr };
const NAMES = { en: "English", fr: "Français" };

// The page that a visitor comes from says which language was chosen there.
let language = choose([location.hash.slice(1), ...navigator.languages], Object.keys(LANGUAGES)) ?? "en";

/** The language in which the page speaks. */
export const spoken = () => language;

/** The words of this key, with their places filled in; `otherwise` where the language has none. */
export const words = (key, values = {}, otherwise = key) => {
  const text = LANGUAGES[language][key] ?? otherwise;
  return text.replace(/{(\w+)}/g, (_, name) => values[name]);
};

/** The name of a language, with its tag; the tag alone where the browser knows none. */
export const languageName = (tag) => {
  try {
    return `${new Intl.DisplayNames(language, { type: "language" }).of(tag)} (${tag})`;
  } catch {
    return tag;
  }
};

/** What was decided and how, in words: those of the record are `accept-all` and `banner`. One of a newer program as it is. */
export const actOf = ({ action, via }) =>
  words("via", { action: words(`action_${action}`, {}, action), via: words(`via_${via}`, {}, via) });

/** A control that chooses the language, as a tree. */
export const choice = () => [
  "select",
  { id: "language", "aria-label": words("language") },
  ...Object.entries(NAMES).map(([tag, name]) => [
    "option",
    { value: tag, lang: tag, selected: tag === language },
    name,
  ]),
];

/** Speaks in this language from now on. */
export function speak(tag) {
  language = tag;
  document.documentElement.lang = tag;
}
