// The second part as the npm package has it: what starts it, and how it leaves a page and begins again there.
//
// Left out: the first part's share in that (destroy.js), and how the second one comes (later.js, inside.js).

import * as banner from "../js/banner.js";
import * as load from "../js/load.js";
import { second } from "../js/second.js";
import * as stay from "../js/stay.js";

// One by one: a list would be walked as a page may have changed it, and hand it all of these files.
function forget() {
  banner.forget();
  load.forget();
  stay.forget();
}

function again() {
  banner.again();
  stay.begin();
}

export const part = { __proto__: null, second, forget, again };
