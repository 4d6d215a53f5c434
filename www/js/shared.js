// What the second part uses of the first: functions of the browser as they were before any script of the page ran, and what
// there is once. The build hands them over by number (xtask/src/bundle.rs), as no name of ours may be looked up.

export { Uint8Array, load } from "./border.js";
export { bytesOf, shared } from "./first.js";
export { eachRoot, release } from "./gate.js";
export { clicked, leader, listenAnew, send, setTake } from "./page.js";
export { choose } from "./places.js";
export { WeakMap, findBelow, getAttribute, isChecked } from "./pristine.js";
export { listen } from "#lasting";
export { lookUp, note, rootOf, setTimeout, then } from "./pristine.js";
export { reload } from "./reload.js";
export { addStyle, put, rootNow } from "./root.js";
export { ask, read, tell, write } from "./told.js";
export { build, button, host, reopen } from "./tree.js";
