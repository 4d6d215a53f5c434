// The second part for the build without WebAssembly, which has both parts in one file: what that takes of the browser it
// must take before any script of the page runs, and a part of its own would run later (xtask/src/scripted.rs).

import { part } from "./leaving.js";

/** What hands the second part to `take`. */
export const bringing = () => (take) => take(part.second);

/** The second part leaves the page, and makes ready for another start. */
export const { forget, again } = part;
