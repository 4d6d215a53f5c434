// Functions of the browser as they are when this file runs, which is before any other script of the
// page: whatever is looked up later may be the page's. Not `f.call(…)` either, for the same reason; and
// no spreading or iterating of arrays, which looks up an iterator.
// Left out: what they are used for; most are taken by the file that uses them, at its top.

const scope = globalThis;

export const { apply, construct, defineProperty, deleteProperty, getPrototypeOf, ownKeys } = Reflect;
export const { Map, Object: PlainObject, Promise, Proxy, TypeError, WeakMap, WeakRef, setTimeout } = scope;

const describe = PlainObject.getOwnPropertyDescriptor;
export { describe };

// A class by its name, or any object. A server lacks some, and has nobody to call what is taken here.
const owner = (of) => scope[of]?.prototype ?? of ?? {};

/** A method of a class, to be called as `taken(self, ...given)`. */
export function method(of, name) {
  const taken = owner(of)[name];
  return (self, ...given) => apply(taken, self, given);
}

/** What reads a property, to be called as `taken(self)`. */
export function getter(of, name) {
  const taken = describe(owner(of), name)?.get;
  return (self) => apply(taken, self, []);
}

/** What sets a property, to be called as `taken(self, value)`. */
export function setter(of, name) {
  const taken = describe(owner(of), name)?.set;
  return (self, value) => apply(taken, self, [value]);
}

/** The first match of a regular expression in a text, or null. */
export const match = method("RegExp", "exec");
