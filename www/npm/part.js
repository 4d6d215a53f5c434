// The entry of the second part for applications, `dist/npm/part.js`: a function of what the first part shares and of `take`,
// to which it hands itself (later.js calls it; xtask/src/bundle.rs wraps it).

import { take } from "#shared";
import { part } from "./leaving.js";

take(part);
