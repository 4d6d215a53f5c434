// Starts the module (audit/src/room.rs), which stands inside the script, and says whether it may remember anything.

import { initSync, Room } from "#audit";
import { module } from "#module";

initSync({ module: Uint8Array.from(atob(module), (character) => character.charCodeAt(0)) });

/** Whether local storage may be asked; some browsers refuse it to a page from a disk. */
export const remembers = (() => {
  try {
    const name = "consentinel-audit-trial";
    localStorage.setItem(name, "");
    localStorage.removeItem(name);
    return true;
  } catch {
    return false;
  }
})();

export { Room };
