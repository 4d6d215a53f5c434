// The words of the page for policies: its own (texts/), and those that it has in common with the officer's page.

import { spoken, words as shared } from "../audit/words.js";
import en from "./texts/en.json";
import fr from "./texts/fr.json";

const OWN = { en, fr };

/** The words of this key, with their places filled in; `otherwise` where the language has none. */
export const words = (key, values = {}, otherwise = key) => {
  const text = OWN[spoken()][key];
  return text === undefined ? shared(key, values, otherwise) : text.replace(/{(\w+)}/g, (_, name) => values[name]);
};
