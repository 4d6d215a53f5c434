// Functions of the browser as they were before any other script of the page could put its own in their
// place. Whatever decides, stores, holds or lets pass calls these, through `apply`, and never a method
// that is looked up at that moment; nor does it spread or iterate arrays, which looks up an iterator.
//
// Left out: what they are used for. Where there is no page (a server), what is missing stays undefined
// and nobody calls it.

const scope = globalThis;

export const { apply, construct, defineProperty, getPrototypeOf, deleteProperty, ownKeys } = Reflect;
export const describe = Object.getOwnPropertyDescriptor;
export const { Map, Object: PlainObject, Promise, Proxy, TypeError, WeakMap, WeakRef, setTimeout } = scope;

/** The prototype of an interface of this page. */
export const proto = (name) => scope[name]?.prototype;

/** A method as a function of the object it is called on and its arguments. */
export function method(owner, name) {
  const pristine = owner?.[name];
  return (self, ...parts) => apply(pristine, self, parts);
}

/** One half of an accessor, `get` or `set`, as a function of the object it is called on. */
export function accessor(owner, name, half = "get") {
  const pristine = owner && describe(owner, name)?.[half];
  return (self, ...parts) => apply(pristine, self, parts);
}

/** The first match of a regular expression in a text, or null. */
export const match = method(RegExp.prototype, "exec");
