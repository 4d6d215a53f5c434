// The ways to a fresh realm: whatever puts a frame into a page makes a window, with functions and stores of its
// own, before it returns. So after each of them the windows of the page are entered before it gets hold of one.
//
// Left out: what entering does (realms.js); windows that are opened, which functions of their own hand out
// (realms.js); what elements ask for (tree.js, and where the browser holds that, gate/policy.js).
// @ts-check

import {
  PlainObject,
  firstChild,
  getAttribute,
  getter,
  htmlOf,
  isConnected,
  listen,
  localName,
  match,
  method,
  removeAttribute,
  rootOf,
  setAttribute,
  slice,
  stop,
  typeOf,
  unlisten,
  writeMarkup,
} from "../pristine.js";
import { areTrusted, written } from "./address.js";
import { around, aroundIn, eachName } from "./around.js";
import { each, expectRoots, find, frameWindow, nextSibling, settle } from "./elements.js";
import { FRAME, ROOTS, delayed, edited, scan, trust } from "./html.js";
import { kindOf } from "./sheets.js";

const namesOf = PlainObject.getOwnPropertyNames;
const above = method("Element", "closest");
const takeOut = method("Element", "remove");
const countOf = getter(globalThis, "length");

// Whose functions put elements in, and which these are, by their names: every engine has others.
const CLASSES =
  "Node Element Document DocumentFragment ShadowRoot CharacterData DocumentType Range HTMLElement HTMLSelectElement HTMLOptionsCollection HTMLTableElement";
const WAYS =
  /^(?:append|insert|replace|prepend|before$|after$|moveBefore|surround|execCommand|add$|createContextual|outerText|body$|caption$|tHead$|tFoot$)(?!Data)|HTML/;
const PLACED = /^(?:insertBef|moveBef|replaceCh)/;
const FRAMES = "iframe,frame,object,embed";
const FRAME_TAG = /<(?:i?frame|object|embed)/i;
const MARKUP = /HTML|Contextual|exec/;
// What frames of markup get afterwards.
const DELAYED = "[data-consent-src],[data-consent-srcdoc]";
/** @param {Element} frame */
const giveBack = (frame) => settle(frame, true, false, true);
// A frame ends at such a tag at the latest.
const FRAME_END = /<\/iframe[^>]*>|<(?:frame|object|embed)[^>]*>/i;

// Calls `each` with the frames in a node, if it is an element or a fragment.
/**
 * @param {any} node
 * @param {string} selector
 * @param {(frame: Element) => unknown} each
 */
function eachFrame(node, selector, each) {
  let frames;
  try {
    frames = find(node, selector);
  } catch {
    return;
  }
  for (let at = 0, frame; (frame = frames[at]); at++) each(frame);
}

// An option is also put into a list by its number, which is no function: so no frame stays inside one, where
// nobody would see it.
/** @param {any} node */
function clearOptions(node) {
  /** @type {unknown} */
  let isInside = false;
  try {
    isInside = above(node, "option");
  } catch {
    // No element.
  }
  eachFrame(node, isInside ? FRAMES : "option :is(" + FRAMES + ")", takeOut);
}

// Code that comes in beside a frame runs before the function returns, but after an empty frame has said that it
// has loaded: so frames come in empty, and get their address afterwards.
/**
 * @param {any[]} args
 * @param {unknown} isMarkup
 */
function emptied(args, isMarkup) {
  /** @type {{ hasFrames: boolean, isDelayed: boolean, isDeclared: boolean, list: List<{ frame: Element, name: string, value: string }> }} */
  const found = { hasFrames: false, isDelayed: false, isDeclared: false, list: null };
  const look = (/** @type {Element} */ frame) => {
    found.hasFrames = true;
    const name = getAttribute(frame, "srcdoc") === null ? "src" : "srcdoc";
    const value = getAttribute(frame, name);
    if (value === null || localName(frame) !== "iframe") return;
    removeAttribute(frame, name);
    listen(frame, "load", stop, { __proto__: null, capture: true, once: true });
    found.list = { frame, name, value, next: found.list };
  };
  for (let at = 0; at < args.length; at++) {
    const part = args[at];
    if (typeof part === "string") {
      if (!match(FRAME_TAG, part)) continue;
      found.hasFrames = true;
      if (!isMarkup) continue;
      args[at] = delayed(part);
      found.isDelayed ||= args[at] !== part;
      if (!match(/shadowrootmode/i, part)) continue;
      // No closed ones, as elsewhere.
      found.isDeclared = true;
      args[at] = edited(args[at], scan(args[at], null, 0, 0, ROOTS).edits);
    } else {
      try {
        const isFrame = typeOf(part) === 1 && match(FRAME, localName(part));
        if (isFrame && args.length < 2) found.hasFrames = true;
        else if (isFrame) look(part);
        else if (firstChild(part)) eachFrame(part, FRAMES, look);
      } catch {
        // No node.
      }
    }
  }
  return found;
}

// Whether there was ever a frame in a shadow root: a window does not count these.
let isRooted = false;

// The elements among what is put in, as a list by `next`; of a fragment, what is in it.
/** @param {any[]} args */
function elementsOf(args) {
  /** @type {List<{ node: any }>} */
  let list = null;
  for (let at = 0; at < args.length; at++) {
    const kind = kindOf(args[at]);
    if (kind === 1) list = { node: args[at], next: list };
    for (let node = kind === 11 ? firstChild(args[at]) : null; node; node = nextSibling(node))
      list = { node, next: list };
  }
  return list;
}

/**
 * Watches all ways of a realm; `enter` closes the gate in a window, `enterAll` in the windows in another one.
 *
 * @param {Realm} scope
 * @param {(scope: any) => void} enter
 * @param {(scope: any) => void} enterAll
 */
export function gateWays(scope, enter, enterAll) {
  const entering = (/** @type {any} */ frame) => localName(frame) === "iframe" && enter(frameWindow(frame));
  const enterIn = (/** @type {any} */ node) => each(node, "iframe", entering);
  /** @type {Act} */
  const putting = (self, args, run, name) => {
    // What only says where is not put in: a frame there would load anew.
    const { hasFrames, isDelayed, isDeclared, list } = emptied(
      match(PLACED, name) ? [args[0]] : args,
      match(MARKUP, name),
    );
    const kind = kindOf(self);
    const isHere = hasFrames && (isDeclared || (kind && typeOf(rootOf(self)) === 11));
    if (isHere && !isRooted) {
      isRooted = true;
      expectRoots();
    }
    const elements = isRooted && elementsOf(args);
    try {
      return run();
    } finally {
      if (countOf(scope)) enterAll(scope);
      // No frame has a window before it stands in a document.
      if (isRooted && (!kind || isConnected(self))) {
        if (isHere && (kind === 1 || kind === 11)) enterIn(self);
        for (let entry = elements; entry; entry = entry.next) enterIn(entry.node);
      }
      for (let entry = list; entry; entry = entry.next) {
        // Outside of a document none has said anything.
        unlisten(entry.frame, "load", stop, true);
        setAttribute(entry.frame, entry.name, entry.value);
      }
      if (isDelayed) {
        eachFrame(self, DELAYED, giveBack);
        eachFrame(scope.document, DELAYED, giveBack);
      }
      if (hasFrames) {
        clearOptions(self);
        for (let at = 0; at < args.length; at++) clearOptions(args[at]);
      }
    }
  };
  eachName(CLASSES, (name) => {
    const object = scope[name]?.prototype;
    const names = object ? namesOf(object) : [];
    for (let at = 0; at < names.length; at++) {
      if (!match(WAYS, names[at])) continue;
      aroundIn(object, names[at], putting);
      aroundIn(object, names[at], putting, "set");
    }
  });
  aroundIn(scope.Document, "parseHTMLUnsafe", putting);
  around(scope, "DOMParser", "parseFromString", (self, args, run) => {
    const made = run();
    if (match(FRAME_TAG, args[0])) clearOptions(htmlOf(made));
    return made;
  });
  around(scope, "Document", "write writeln", (self, args, run, name) => {
    const text = written(args, name);
    if (!match(FRAME_TAG, text ?? "")) return run();
    // The next piece may be a script.
    for (let rest = text; rest; ) {
      const found = match(FRAME_END, rest);
      const end = found ? found.index + found[0].length : rest.length;
      writeMarkup(self, trust(slice(rest, 0, end), areTrusted(args) ? null : ""));
      enterAll(scope);
      rest = slice(rest, end);
    }
  });
}
