// What lasts in a page beyond the call that does it, with a list by which it can be taken back: functions around those of
// the browser, listeners, observers, a name on the window. For the npm package this stands in the place of what
// www/js/pristine.js has under the same names; the tag keeps no list.
//
// Everything is held weakly: a frame that is gone is not kept by what was done to it. Left out: the module, what is shown,
// and what waits (destroy.js).

import {
  IntersectionObserver as Intersection,
  MutationObserver as Mutation,
  PerformanceObserver as Performance,
  WeakMap,
  WeakRef,
  construct,
  defineProperty as put,
  deref,
  describe,
  listen as listenTo,
  lookUp,
  method,
  note,
  unlisten,
} from "../js/pristine.js";

// What was done to an object; and the objects, as a list by `next`, that is looked through for those which are gone
// whenever it has become twice as long.
let records = new WeakMap();
let objects = null;
let count = 0;
let most = 1000;
// What of ours listens late, after all was taken back, listens no more.
let isOver = false;
const NAME = "consentinel";
let isNamed = false;

function recordOf(object) {
  const known = lookUp(records, object);
  if (known) return known;
  const made = { __proto__: null, parts: { __proto__: null }, listeners: null, stop: null };
  note(records, object, made);
  objects = { __proto__: null, object: new WeakRef(object), next: objects };
  if (++count > most) {
    let kept = null;
    count = 0;
    for (let entry = objects; entry; entry = entry.next) {
      if (!deref(entry.object)) continue;
      kept = { __proto__: null, object: entry.object, next: kept };
      count++;
    }
    objects = kept;
    most = count * 2 + 1000;
  }
  return made;
}

// Calls `act` with the parts of a description that hold a function.
function eachHalf(found, act) {
  for (const half in found) if (half === "value" || half === "get" || half === "set") act(half);
}

/** As `Reflect.defineProperty`; what stood there can come back. The name that every script finds us under stays for good. */
export function defineProperty(object, name, found) {
  if (name === NAME && object === globalThis && isNamed) return true;
  const { parts } = recordOf(object);
  const old = parts[name];
  const now = { __proto__: null, ...describe(object, name) };
  if (!put(object, name, found)) return false;
  isNamed ||= name === NAME && object === globalThis;
  // Of a function that we put there ourselves, what stood there before.
  const before = { __proto__: null, ...now };
  eachHalf(now, (half) => {
    if (old && old.ours[half] === now[half]) before[half] = old.before[half];
  });
  parts[name] = { __proto__: null, before, ours: { __proto__: null, ...found } };
  return true;
}

/** As `addEventListener`. */
export function listen(target, type, act, options) {
  if (isOver) return;
  listenTo(target, type, act, options);
  const record = recordOf(target);
  for (let entry = record.listeners; entry; entry = entry.next) if (entry.type === type && entry.act === act) return;
  record.listeners = { __proto__: null, type, act, options, next: record.listeners };
}

// A class of observers, each of which can be stopped.
function observing(Native, name) {
  if (!Native) return undefined;
  const disconnect = method(name, "disconnect");
  return class {
    constructor(...given) {
      const made = construct(Native, given);
      recordOf(made).stop = () => disconnect(made);
      // biome-ignore lint/correctness/noConstructorReturn: what is observed with is the browser's own object.
      return made;
    }
  };
}
export const IntersectionObserver = observing(Intersection, "IntersectionObserver");
export const MutationObserver = observing(Mutation, "MutationObserver");
export const PerformanceObserver = observing(Performance, "PerformanceObserver");

/** Takes everything back: what stands around a function of ours meanwhile stays there, and calls ours. */
export function undo() {
  isOver = true;
  for (let entry = objects; entry; entry = entry.next) {
    const object = deref(entry.object);
    if (object) undoFor(object, lookUp(records, object));
  }
}

function undoFor(object, { parts, listeners, stop }) {
  stop?.();
  // A window that shows another site by now has neither our listeners nor our functions any more, and lets nobody look.
  for (let entry = listeners; entry; entry = entry.next) {
    try {
      unlisten(object, entry.type, entry.act, entry.options);
    } catch {}
  }
  for (const name in parts) {
    const { before, ours } = parts[name];
    try {
      const now = { __proto__: null, ...describe(object, name) };
      eachHalf(now, (half) => {
        if (now[half] === ours[half]) now[half] = before[half];
      });
      put(object, name, now);
    } catch {}
  }
}

/** Begins again. */
export function redo() {
  isOver = false;
  records = new WeakMap();
  objects = null;
  count = 0;
}
