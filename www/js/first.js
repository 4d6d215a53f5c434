// The first module: it judges while the page waits for nothing else, and can only close. What it may call.
//
// Left out: the second module, which takes over when there is something to ask, to decide or to explain (coming.js
// calls for it, second.js is it).

import { load, unpacked } from "./border.js";
import { need } from "./coming.js";
import { erase } from "./erase.js";
import { attempted, close, eraseLater, readCookies } from "./gate.js";
import { keep, keepState, keys, recall, recallState } from "./page.js";
import { parse, reply } from "./told.js";
import { module, shift } from "#first";

const { now } = Date;

/** What both modules may call, by the letters of src/web/host.rs. */
export const shared = () => ({
  __proto__: null,
  a: readCookies,
  d: recall,
  e: keep,
  f: erase,
  g: recallState,
  h: keepState,
  i: keys,
  l: attempted,
  t: parse,
  u: reply,
  w: eraseLater,
  v: now,
  x: close,
});

/** The bytes of a module that travels as text; without one, of the first. */
export const bytesOf = (text = module) => unpacked(text, shift);

/** Starts it; what hears is the answer. */
export const loadFirst = () =>
  load(bytesOf(), {
    ...shared(),
    A: need,
  });
