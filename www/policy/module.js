// Starts the module (catalogue/src/room.rs), which stands inside the script, and says whether it may remember anything.

import {
  begun,
  Catalogue,
  catalogueLanguages,
  categories,
  Draft,
  forget,
  initSync,
  languages,
  named,
  remember,
  remembered,
} from "#catalogue";
import { module } from "#module";

initSync({ module: Uint8Array.from(atob(module), (character) => character.charCodeAt(0)) });

/** Whether local storage may be asked; some browsers refuse it to a page from a disk. */
export const remembers = (() => {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
})();

/** The catalogue, to search in. */
export const catalogue = new Catalogue();

/** The categories that it suggests, with its texts, by id. */
export const suggested = categories();

export { begun, catalogueLanguages, Draft, forget, languages, named, remember, remembered };
