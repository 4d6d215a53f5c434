// The entry of the second part for the tag, `dist/consentinel.part.js`: a script that is its own only argument to the
// first part, which calls it with what it shares and with `take` (fetched.js; xtask/src/bundle.rs wraps it).

import { tellLate } from "./late.js";
import { second } from "./second.js";
import { take } from "#shared";

take(second);
tellLate();
