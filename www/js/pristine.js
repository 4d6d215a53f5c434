// Functions of the browser as they are when this file runs, which is before any other script of the
// page: whatever is looked up later may be the page's. Not `f.call(…)` either, for the same reason; and
// no spreading or iterating of arrays, which looks up an iterator.
// Left out: what they are used for. One that a single file uses, of a class that nobody else uses, is taken
// there, at its top.
// @ts-check

/** @type {typeof globalThis & Record<string, any>} */
const scope = globalThis;

export const { apply, construct, defineProperty, deleteProperty, getPrototypeOf, ownKeys } = Reflect;
export const {
  Object: PlainObject,
  Promise,
  Proxy,
  TypeError,
  MutationObserver,
  ProgressEvent,
  PerformanceObserver,
  IntersectionObserver,
  WeakMap,
  WeakRef,
  WeakSet,
  setTimeout,
} = scope;

const describe = PlainObject.getOwnPropertyDescriptor;
export { describe };

/**
 * Where a property is defined: on the object or on one of its prototypes.
 *
 * @param {any} object
 * @param {string} name
 * @returns {any}
 */
export function owner(object, name) {
  while (object && !describe(object, name)) object = getPrototypeOf(object);
  return object;
}

/**
 * A property of a class, by its name, or of any object, as it is described. A server lacks some, and has nobody to call
 * what is taken here. Never read: in what imitates a browser the accessors of a prototype throw.
 *
 * @param {string | object} of
 * @param {string} name
 * @returns {PropertyDescriptor | undefined}
 */
const found = (of, name) => describe(owner(typeof of === "string" ? scope[of]?.prototype : of, name) ?? 0, name);

/**
 * A method of a class, to be called as `taken(self, ...given)`.
 *
 * @template {string | object} Of
 * @template {string} Name
 * @param {Of} of
 * @param {Name} name
 * @returns {TakenMethod<Of, Name>}
 */
export function method(of, name) {
  const taken = found(of, name)?.value;
  // @ts-expect-error Which type it is depends on what was asked for.
  return (self, ...given) => apply(taken, self, given);
}

/**
 * What reads a property, to be called as `taken(self)`.
 *
 * @template {string | object} Of
 * @template {string} Name
 * @param {Of} of
 * @param {Name} name
 * @returns {TakenGetter<Of, Name>}
 */
export function getter(of, name) {
  const taken = /** @type {Function} */ (found(of, name)?.get);
  return (self) => apply(taken, self, []);
}

/**
 * What sets a property, to be called as `taken(self, value)`.
 *
 * @template {string | object} Of
 * @template {string} Name
 * @param {Of} of
 * @param {Name} name
 * @returns {TakenSetter<Of, Name>}
 */
export function setter(of, name) {
  const taken = /** @type {Function} */ (found(of, name)?.set);
  return (self, value) => apply(taken, self, [value]);
}

/**
 * Methods of a class and what reads its properties, by their names with spaces between. Not for later: see above.
 *
 * @template {string | object} Of
 * @template {string} Names
 * @param {Of} of
 * @param {Names} names
 * @returns {TakenAll<Of, Names>}
 */
export function takeAll(of, names) {
  return /** @type {any} */ (names.split(" ").map((name) => (found(of, name)?.get ? getter : method)(of, name)));
}

/** The first match of a regular expression in a text, or null. */
export const match = method("RegExp", "exec");
export const [slice, indexOf, startsWith, lower, trim, split] = takeAll(
  "String",
  "slice indexOf startsWith toLowerCase trim split",
);
export const [lookUp, note] = takeAll("WeakMap", "get set");
export const [isIn, addTo, removeFrom] = takeAll("WeakSet", "has add delete");
export const deref = method("WeakRef", "deref");
/** What it hands over stays with the browser; the promise that it returns may be a page's, so let it bring nothing. */
export const then = method("Promise", "then");

const nothing = () => {};
/**
 * Calls `act` with what a promise of the browser comes to. Without a class of its own it makes no other one, which
 * could be the page's.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {(value: Value) => void} act
 */
export function settled(promise, act) {
  defineProperty(promise, "constructor", { __proto__: null, value: undefined });
  return then(promise, act, nothing);
}

export const [listen, unlisten, dispatch] = takeAll(
  "EventTarget",
  "addEventListener removeEventListener dispatchEvent",
);
export const [targetOf, wasPrevented, prevent, stop, composedPath] = takeAll(
  "Event",
  "target defaultPrevented preventDefault stopImmediatePropagation composedPath",
);

export const [typeOf, nodeName, parentOf, firstChild, lastChild, textOf, pageOf, baseOf, isConnected, rootOf] = takeAll(
  "Node",
  "nodeType nodeName parentNode firstChild lastChild textContent ownerDocument baseURI isConnected getRootNode",
);
export const setText = setter("Node", "textContent");

export const [
  localName,
  spaceOf,
  getAttribute,
  setAttribute,
  removeAttribute,
  findBelow,
  replaceChildren,
  innerOf,
  outerOf,
] = takeAll(
  "Element",
  "localName namespaceURI getAttribute setAttribute removeAttribute querySelectorAll replaceChildren innerHTML outerHTML",
);
export const setInner = setter("Element", "innerHTML");
export const contentOf = getter("HTMLTemplateElement", "content");
/** What the second part asks of a switch: it comes after scripts of the page. */
export const isChecked = getter("HTMLInputElement", "checked");

export const [viewOf, headOf, htmlOf, readJar, stateOf, findInPage, create, writeMarkup] = takeAll(
  "Document",
  "defaultView head documentElement cookie readyState querySelectorAll createElement write",
);
export const writeJar = setter("Document", "cookie");

export const [getItem, setItem, removeItem, keyAt] = takeAll("Storage", "getItem setItem removeItem key");
