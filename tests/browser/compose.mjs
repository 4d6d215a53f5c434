// Composes attempts out of building blocks, at random but repeatably: how a function is got, how an
// element is made, how its address is set and disguised, how it gets into the document, what it is, and
// how the code that does all this is run. An attempt is the text of a small program that needs nothing
// around it, so that what fails can be read and tried by hand.
//
// Left out: what counts as a leak (random-gate.test.mjs), and blocks that do nothing in a browser without
// any gate: of those nothing could be learnt. Parser-inserted markup is in no block, since no script can stop
// it (docs/limits.md); nor frames, workers and style sheets of `blob:` and `data:`, which a policy has to
// name as a whole, whatever stands in them; nor frames in options, which the gate takes out. What only the
// browser itself can stop (`import`, files, detours, navigation) is composed where it holds the gate.

import { BEYOND, NAVIGATIONS } from "./compose/browser.mjs";
import { elementByParts } from "./compose/elements.mjs";
import { elementByMarkup } from "./compose/markup.mjs";
import { pickRealm } from "./compose/realms.mjs";
import { form, request, socket, stream } from "./compose/requests.mjs";
import { cookie, database, storage } from "./compose/stores.mjs";
import { style } from "./compose/styles.mjs";
import { patched, wrapped } from "./compose/ways.mjs";

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WINDOW = "const W = window;";

/**
 * One attempt: a program as text, the same for the same seed but for the target. `target` has `host`,
 * `port`, `path` (of the other party), `socketPort`, `id`, and `prefix` of names; `held` says what the browser
 * holds by itself: nothing, "requests", or "frames" as well. `isDotted`: the host is written with a dot at its
 * end, which no Content-Security-Policy can name.
 */
export function compose(seed, target, held) {
  const next = mulberry32(seed);
  const chooser = {
    target,
    /** One of a list; the choice does not depend on the target. */
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
  const realm = chooser.chance(0.35) ? pickRealm(chooser) : WINDOW;
  const family = chooser.pick([...FAMILIES, ...(held ? BEYOND : []), ...(held === "frames" ? NAVIGATIONS : [])]);
  const body = family(chooser);
  // The first document of such a frame is gone before an answer comes.
  const isFleeting = body.takesTime && /srcdoc|javascript:/.test(realm);
  const code = wrapped(chooser, patched(chooser, `${isFleeting ? WINDOW : realm} { ${body.code} }`));
  return { code, sink: body.sink, name: body.name, isDotted: Boolean(chooser.isDotted) };
}

const FAMILIES = [
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByParts,
  elementByMarkup,
  elementByMarkup,
  elementByMarkup,
  elementByMarkup,
  style,
  style,
  request,
  request,
  request,
  socket,
  stream,
  form,
  cookie,
  cookie,
  storage,
  storage,
  database,
];
