// `document.write`: what a page writes goes straight to the parser, which is in the state that it would be in
// without us. Only a tag without an end is kept back until there is one, and only where it could ask for something.
//
// Left out: what is looked for in markup (html.js).
// @ts-check

import {
  WeakMap,
  findInPage,
  getter,
  indexOf,
  lookUp,
  match,
  method,
  note,
  ownKeys,
  slice,
  stateOf,
  viewOf,
} from "../pristine.js";
import { areTrusted, written } from "./address.js";
import { around } from "./around.js";
import { expectMarks, expectRoots } from "./elements.js";
import { edited, scan, trust } from "./html.js";
import { kindOf } from "./sheets.js";

const scriptOf = getter("Document", "currentScript");

// What was written last to each document and goes on: `sent` has been read, `kept` has not. Nothing but a whole tag
// passes (`isStrict`) where it may go on with something else than the next call.
const streams = new WeakMap();
/** @type {{ sent: string, kept: string, script: any, isStrict: boolean, isOpened: boolean }} */
const NEW = { sent: "", kept: "", script: null, isStrict: false, isOpened: false };
const OPENED = { ...NEW, isOpened: true };

/**
 * Gates what a realm's code writes into documents; `enter` closes the gate in a window.
 *
 * @param {Realm} scope
 * @param {(scope: any, isAnew?: boolean) => void} enter
 */
export function gateWriting(scope, enter) {
  const { prototype } = scope.Document;
  const write = method(prototype, "write");

  around(scope, "Document", "write writeln", (self, args, run, name) => {
    if (kindOf(self) !== 9 || !viewOf(self)) return run();
    const text = written(args, name);
    if (text === undefined) return run();
    const isTrusted = areTrusted(args);

    // A parser that has come to its end begins anew.
    const before = stateOf(self) === "loading" ? (lookUp(streams, self) ?? NEW) : OPENED;
    const script = scriptOf(self);
    // Another script: the page itself went on with the tag, most likely.
    const whole = before.sent + (script === before.script ? before.kept : "") + text;
    const hasPicture = match(/<(?:style|script)/i, whole) && findInPage(self, "svg")[0];
    const { isOpened } = before;
    const { edits, start, keep, frames, hasRoots } = scan(whole, self, hasPicture, isOpened ? 2 : 1);
    if (edits) expectMarks();
    if (hasRoots) expectRoots();

    // What a script writes that is written itself comes before the rest of what wrote it.
    const isStrict = before.isStrict || match(/<script/i, whole) !== null;
    let from = before.sent.length;
    let end = isStrict && start >= 0 ? start : keep;
    if (end < from) end = from;
    const next = { ...NEW, isStrict, isOpened };
    if (start >= 0) {
      next.sent = edited(whole, edits, start, end);
      next.kept = slice(whole, end);
      next.script = script;
    }
    // Too late for what is in a tag that has been read: it gets no more of it.
    for (const place in edits) {
      if (+place < before.sent.length) from = indexOf(whole, ">", from);
    }
    if (from < 0) from = end;

    note(streams, self, { ...NEW, isStrict: true });
    // The gate is closed in a frame before the next piece is read.
    const places = frames ? ownKeys(frames) : [];
    for (let at = 0, isFirst = true; isFirst || from < end; at++) {
      const place =
        at < places.length && +(/** @type {string} */ (places[at])) < end ? +(/** @type {string} */ (places[at])) : end;
      if (!isFirst && place <= from) continue;
      const piece = edited(whole, edits, from, place);
      if (isFirst && piece === text) run();
      else write(self, trust(piece, isTrusted ? null : ""));
      const view = viewOf(self);
      if (view) {
        enter(view, true);
        for (let at = 0; frames && view[at]; at++) enter(view[at]);
      }
      from = place > from ? place : from;
      isFirst = false;
    }
    note(streams, self, next);
  });

  // It takes all listeners away.
  around(scope, "Document", "open", (self, args, run) => {
    const opened = run();
    if (args.length > 2) enter(opened, true);
    else {
      note(streams, self, OPENED);
      enter(viewOf(self), true);
    }
    return opened;
  });

  // What was kept has come to its end with all else.
  around(scope, "Document", "close", (self, args, run) => {
    const { sent, kept, isOpened } = lookUp(streams, self) ?? NEW;
    if (kept && isOpened) {
      const whole = sent + kept;
      note(streams, self, NEW);
      write(self, edited(whole, scan(whole, self, true).edits, sent.length));
    }
    return run();
  });
}
