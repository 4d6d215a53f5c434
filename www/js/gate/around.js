// Puts a function of ours in the place of one of a realm, which looks like it: its name, its length, what it
// inherits, that it cannot be constructed, and its text ("function fetch() { [native code] }") are those of the
// browser's, so that libraries that look at them find nothing new.
//
// What is put into a realm goes through `#lasting`, by which the npm package can take it back (www/npm/lasting.js).
//
// Left out: what our functions do. They get the object they are called on, the arguments as an array of
// their own, and `run`, which goes on to the browser's function with what that array then holds (and, where
// it is given one, on another object).
// @ts-check

import {
  PlainObject,
  Proxy,
  WeakMap,
  apply,
  construct,
  defineProperty,
  describe,
  getPrototypeOf,
  lookUp,
  note,
} from "../pristine.js";
import { defineProperty as wrap } from "#lasting";
import { eachMatch } from "./address.js";

const { setPrototypeOf } = PlainObject;

/**
 * An object without a prototype: what a page adds to `Object.prototype` must not become part of it.
 *
 * @param {object} [parts]
 * @returns {any}
 */
export const bare = (parts) => ({ __proto__: null, ...parts });

// Lists of names, each read once, and no arrays, which a page can reach into.
/** @type {Record<string, Record<number, string>>} */
const lists = bare();

/**
 * Calls `each` with each of some names with spaces between.
 *
 * @param {string} names
 * @param {(name: string) => unknown} each
 */
export function eachName(names, each) {
  let list = lists[names];
  if (!list) {
    let count = 0;
    list = lists[names] = bare();
    eachMatch(/[^ ]+/, names, (name) => (list[count++] = name));
  }
  for (let at = 0; list[at]; at++) each(list[at]);
}

// The function of the browser that one of ours stands for.
const natives = new WeakMap();

// What stands in for an object of the browser is known here, too.
const originals = new WeakMap();

/**
 * Makes `standIn` stand in for an object of the browser.
 *
 * @param {object} standIn
 * @param {object} object
 */
export const standFor = (standIn, object) => note(originals, standIn, object);

/**
 * What an object stands in for, or the object itself.
 *
 * @param {any} object
 * @returns {any}
 */
export const original = (object) => lookUp(originals, object) ?? object;

/**
 * What stands in for an object or a function of a page while the browser reads it, so that it is read once, and as the
 * browser reads it: `part` answers for what is found in it, by its name if it has one, and what its methods return.
 *
 * @param {any} value
 * @param {(found: any, name?: string | symbol) => any} part
 * @returns {any}
 */
export function readThrough(value, part) {
  const parts = new Proxy(
    typeof value === "function" ? () => {} : {},
    bare({
      get: (/** @type {object} */ _, /** @type {string | symbol} */ name) => part(value[name], name),
      apply: (/** @type {object} */ _, /** @type {any} */ self, /** @type {any[]} */ args) =>
        part(apply(value, original(self), args)),
    }),
  );
  standFor(parts, value);
  return parts;
}

// One object for all: it is only read, at once.
const trait = bare({ value: 0, configurable: true });
/**
 * @param {object} ours
 * @param {string} name
 * @param {unknown} value
 */
function give(ours, name, value) {
  trait.value = value;
  defineProperty(ours, name, trait);
}

// With too few arguments, or a symbol among those that it wants, the browser's function can only complain: it
// does so itself, and of ours none has to look. What is called without a value is set to `undefined`.
/**
 * @param {any[]} args
 * @param {number} wanted
 */
function isBad(args, wanted) {
  for (let at = 0; at < wanted; at++) if (at >= args.length || typeof args[at] === "symbol") return true;
}

// A method of an object literal: no constructor, without a `prototype` of its own. Calling it is up to ten times as
// fast as calling a proxy. Called on nothing, it is called on what it stands on: in WebKit an accessor of a window
// takes nothing for the window whose script has found the accessor.
/**
 * @param {Function} native
 * @param {Act} act
 * @param {object} object
 * @param {string} name
 * @param {string} half
 * @returns {Function}
 */
function standing(native, act, object, name, half) {
  const { length } = native;
  const { ours } = {
    /** @this {any} @param {any[]} args */
    ours(...args) {
      if (half === "set" && !args.length) args = [undefined];
      const self = this ?? object;
      const run = (other = self) => apply(native, other, args);
      return isBad(args, length) ? run(original(self)) : act(self, args, run, name);
    },
  };
  give(ours, "name", native.name);
  if (length) give(ours, "length", length);
  const parent = getPrototypeOf(native);
  if (parent !== getPrototypeOf(ours)) setPrototypeOf(ours, parent);
  // Of the browser's own, where ours stand around each other.
  note(natives, ours, lookUp(natives, native) ?? native);
  return ours;
}

/**
 * Puts `act` around methods of an object, or around one half of accessors, where they exist; `names` has spaces
 * between.
 *
 * @param {any} object
 * @param {string} names
 * @param {Act} act
 * @param {string} [half]
 */
export function aroundIn(object, names, act, half = "value") {
  if (object)
    eachName(names, (name) => {
      // What it has not itself it would take from what a page gives to all objects.
      const found = bare(describe(object, name));
      const native = found[half];
      if (typeof native !== "function") return;
      found[half] = standing(native, act, object, name, half);
      // One that cannot be changed is ours already, or was closed by somebody before us.
      wrap(object, name, found);
    });
}

/**
 * The same for classes of a realm, by their names with spaces between.
 *
 * @param {Realm} scope
 * @param {string} classes
 * @param {string} names
 * @param {Act} act
 * @param {string} [half]
 */
export function around(scope, classes, names, act, half) {
  eachName(classes, (name) => aroundIn(scope[name]?.prototype, names, act, half));
}

/**
 * Puts `act` around a constructor: it gets the arguments, and `make`, which makes what they say then.
 *
 * @param {Realm} scope
 * @param {string} name
 * @param {ActNew} act
 */
export function aroundNew(scope, name, act) {
  const native = scope[name];
  if (!native) return;
  const { length, prototype } = native;
  const ours = new Proxy(
    native,
    bare({
      /** @type {(_: Function, args: any[], target: Function) => any} */
      construct(_, args, target) {
        const make = () => construct(native, args, target === ours ? native : target);
        return isBad(args, length) ? make() : act(args, make);
      },
    }),
  );
  note(natives, ours, native);
  wrap(scope, name, bare({ ...describe(scope, name), value: ours }));
  if (prototype.constructor === native) {
    wrap(prototype, "constructor", bare({ ...describe(prototype, "constructor"), value: ours }));
  }
}

/**
 * Lets our functions say of themselves what the browser's do.
 *
 * @param {Realm} scope
 */
export function gateTexts(scope) {
  aroundIn(scope.Function.prototype, "toString", (self, args, run) => run(lookUp(natives, self) ?? self));
}
