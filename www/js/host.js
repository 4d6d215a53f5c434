// The doors that most of what Rust wants of the page goes through, by number (src/web/host.rs has the
// same). One door for many wishes, because each import costs glue on both sides.

import { closeSettings, discard, isShown, switchedOn } from "./banner.js";
import { readCookies } from "./gate.js";
import { keys, listen, recall, recallState, tellProblems } from "./page.js";
import { reply } from "./told.js";
import { parse } from "./value.js";

const asked = [recall, recallState, parse, readCookies, switchedOn, keys];

/** What is asked for, as text. */
export function answerTo(wish, text) {
  return asked[wish](text);
}

const done = [isShown, discard, closeSettings, reply, tellProblems, listen];

/** Does what is wished, and says whether it was so. */
export function act(wish, text) {
  return !!done[wish](text);
}
