// Erases what the gate would not let in, item by item.
//
// Calls nothing that a page can replace. Left out: which names those are (src/web/erasable.rs), and databases
// (gate/databases.js).

import { area } from "./page.js";
import { removeItem } from "./pristine.js";
import { removeCookie } from "./removal.js";

/** Removes an item of this kind. */
export function erase(name, kind) {
  if (kind) removeItem(area(kind), name);
  else removeCookie(name);
}
