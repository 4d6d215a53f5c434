// Puts a function of ours around one of a realm. A proxy stands in for it, so that its name, its length,
// its prototype and even its text ("[native code]") stay what they were, and libraries that look at them
// find nothing new.
//
// Left out: what our functions do. They get the object they are called on, the arguments as an array of
// their own, and `run`, which goes on to the browser's function with what that array then holds (and, where
// it is given one, on another object).

import { Proxy, apply, construct, defineProperty, describe, getPrototypeOf } from "../pristine.js";
import { eachMatch } from "./address.js";

// Without a prototype: what a page adds to `Object.prototype` must not become part of it.
const bare = (parts) => ({ __proto__: null, ...parts });

// Lists of names, each read once, and no arrays, which a page can reach into.
const lists = bare();

/** Calls `each` with each of some names with spaces between. */
export function eachName(names, each) {
  let list = lists[names];
  if (!list) {
    let count = 0;
    list = lists[names] = bare();
    eachMatch(/[^ ]+/, names, (name) => (list[count++] = name));
  }
  for (let at = 0; list[at]; at++) each(list[at]);
}

/** Where a property is defined: on the object or on one of its prototypes. */
export function owner(object, name) {
  while (object && !describe(object, name)) object = getPrototypeOf(object);
  return object;
}

/** Puts `act` around methods of an object, or around one half of accessors, where they exist; `names` has spaces between. */
export function aroundIn(object, names, act, half = "value") {
  if (object) eachName(names, (name) => {
    const found = describe(object, name);
    const native = found?.[half];
    if (typeof native !== "function") return;
    found[half] = new Proxy(
      native,
      bare({ apply: (_, self, args) => act(self, args, (other = self) => apply(native, other, args), name) }),
    );
    // One that cannot be changed is ours already, or was closed by somebody before us.
    defineProperty(object, name, bare(found));
  });
}

/** The same for classes of a realm, by their names with spaces between. */
export function around(scope, classes, names, act, half) {
  eachName(classes, (name) => aroundIn(scope[name]?.prototype, names, act, half));
}

/** Puts `act` around a constructor: it gets the arguments, and `make`, which makes what they say then. */
export function aroundNew(scope, name, act) {
  const native = scope[name];
  if (!native) return;
  const ours = new Proxy(
    native,
    bare({
      construct: (_, args, target) =>
        act(args, () => construct(native, args, target === ours ? native : target)),
    }),
  );
  defineProperty(scope, name, bare({ ...describe(scope, name), value: ours }));
  const { prototype } = native;
  if (prototype.constructor === native) {
    defineProperty(prototype, "constructor", bare({ ...describe(prototype, "constructor"), value: ours }));
  }
}
