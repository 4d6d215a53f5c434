// Functions of the browser as they are when this file runs, which is before any other script of the
// page: whatever is looked up later may be the page's. Not `f.call(…)` either, for the same reason.
// Left out: which functions are taken; each file takes its own, at its top.

export const { apply } = Reflect;

// A class by its name, or any object. A server lacks some, and has nobody to call what is taken here.
const owner = (of) => globalThis[of]?.prototype ?? of ?? {};

/** A method of a class, to be called as `taken(self, ...given)`. */
export function method(of, name) {
  const taken = owner(of)[name];
  return (self, ...given) => apply(taken, self, given);
}

/** What reads a property, to be called as `taken(self)`. */
export function getter(of, name) {
  const taken = Object.getOwnPropertyDescriptor(owner(of), name)?.get;
  return (self) => apply(taken, self, []);
}
