// Styles that a page sets by script: rules of style sheets, declarations, animations, fonts.
//
// Left out: addresses in a style as text (css.js), style elements (sheets.js).
// @ts-check

import {
  PlainObject,
  Proxy,
  WeakMap,
  create,
  defineProperty,
  deleteProperty,
  describe,
  getter,
  lookUp,
  match,
  method,
  note,
  owner,
  ownKeys,
  takeAll,
} from "../pristine.js";
import { ALLOW, HOLD } from "../numbers.js";
import { asText, resolved } from "./address.js";
import { around, aroundIn, aroundNew, original, readThrough, standFor } from "./around.js";
import { ADDRESS, restyle, screened } from "./css.js";
import { hold, judge } from "./held.js";
import { gateSheets } from "./sheets.js";

const page = globalThis.document;
const { get, has, set } = Reflect;
const { getPrototypeOf, getOwnPropertyNames: namesOf, create: inheriting } = PlainObject;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const sizeOf = getter("ArrayBuffer", "byteLength");
const typedText = method("CSSStyleValue", "toString");
const [cssText, valueOf] = takeAll("CSSStyleDeclaration", "cssText getPropertyValue");

// Properties whose texts may become addresses somewhere else.
const CARRIES = /^(?:--|result$)/;
/** @param {string} name */
const carries = (name) => match(CARRIES, name) !== null;

/** @param {any} value */
const isObject = (value) => PlainObject(value) === value;

// ---- declarations -------------------------------------------------------------------------------

// Most engines have accessors on prototypes for the properties of styles. Others (Chromium) have them on each
// declarations, where no function can be put around them: there a page never gets hold of the true ones, but of
// stand-ins. What is not a style stands on `base`, the target of the proxy, which has the same prototype; so
// accessors that a page puts on prototypes get the stand-in.
const standIns = new WeakMap();

// Names of styles, once one was seen; what else the declarations have of their own are places in their list.
/** @type {Record<string | symbol, any>} */
const known = { __proto__: null };

/**
 * @param {any} declarations
 * @param {string | symbol} name
 */
function ofStyle(declarations, name) {
  if (known[name]) return true;
  const found = describe(declarations, name);
  if (found?.writable) known[name] = true;
  return found;
}

/**
 * @param {any} declarations
 * @param {string | symbol} name
 * @param {any} value
 */
function assign(declarations, name, value) {
  if (isObject(value)) value = `${value}`;
  const write = (/** @type {string} */ text) => void (declarations[name] = text);
  if (typeof value !== "string" || !match(ADDRESS, value)) write(value);
  else restyle(value, page, write, () => declarations[name]);
  return true;
}

/** @type {ProxyHandler<any> & WithoutPrototype} */
const TRAPS = {
  __proto__: null,
  get(base, name, self) {
    const declarations = original(base);
    return ofStyle(declarations, name) ? declarations[name] : get(base, name, self);
  },
  set(base, name, value, self) {
    const declarations = original(base);
    if (!ofStyle(declarations, name) || original(self) !== declarations) return set(base, name, value, self);
    return known[name] === true && assign(declarations, name, value);
  },
  has: (base, name) => Boolean(ofStyle(original(base), name)) || has(base, name),
  ownKeys(base) {
    const names = ownKeys(original(base));
    const more = ownKeys(base);
    for (let at = 0; at < more.length; at++) names[names.length] = more[at];
    return names;
  },
  getOwnPropertyDescriptor: (base, name) => describe(original(base), name) ?? describe(base, name),
  defineProperty(base, name, change) {
    const declarations = original(base);
    if (!ofStyle(declarations, name)) return defineProperty(base, name, change);
    // An accessor would get the true declarations.
    const value = describe(change, "value");
    return known[name] === true && value !== undefined && assign(declarations, name, value.value);
  },
  deleteProperty(base, name) {
    const declarations = original(base);
    return deleteProperty(ofStyle(declarations, name) ? declarations : base, name);
  },
  preventExtensions: () => false,
};

/** @param {any} declarations */
function standIn(declarations) {
  let made = lookUp(standIns, declarations);
  if (!made) {
    const base = inheriting(getPrototypeOf(declarations));
    made = new Proxy(base, TRAPS);
    note(standIns, declarations, made);
    standFor(base, declarations);
    standFor(made, declarations);
  }
  return made;
}

/** @type {boolean | undefined} */
let needsStandIns;
// What reads the few names that have an accessor where stand-ins are needed: a page can put its own there.
/** @type {Record<string, any>} */
const readers = { __proto__: null };

// A setter of a style; `self` is what it was called on, maybe a stand-in.
/** @type {Act} */
function setting(self, args, run, name) {
  const declarations = original(self);
  if (isObject(args[0])) args[0] = `${args[0]}`;
  const write = (/** @type {string} */ text) => ((args[0] = text), run(declarations));
  if (typeof args[0] !== "string") return run(declarations);
  const read = () => (readers[name] ? readers[name](declarations) : declarations[name]);
  return restyle(args[0], page, write, read, carries(name));
}

/** @type {Act} */
function settingProperty(self, args, run) {
  const declarations = original(self);
  const name = asText(args, 0);
  const value = args[1] === null ? "" : `${args[1]}`;
  return restyle(
    value,
    page,
    (text) => ((args[1] = text), run(declarations)),
    () => valueOf(declarations, name),
    carries(name),
  );
}

/** @param {any} prototype */
function gateDeclarations(prototype) {
  const names = namesOf(prototype);
  /** @type {Act} */
  const onOriginal = (self, args, run) => run(original(self));
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    if (name === "setProperty") aroundIn(prototype, name, settingProperty);
    else if (name !== "constructor") {
      aroundIn(prototype, name, setting, "set");
      if (needsStandIns) {
        readers[name] ??= describe(prototype, name)?.get && getter(prototype, name);
        aroundIn(prototype, name, onOriginal, "get");
        aroundIn(prototype, name, onOriginal);
      }
    }
  }
}

// ---- rules --------------------------------------------------------------------------------------

// The place of a rule among others, or -1.
/**
 * @param {any} rules
 * @param {any} rule
 */
function placeOf(rules, rule) {
  for (let at = 0; rules[at]; at++) if (rules[at] === rule) return at;
  return -1;
}

/**
 * @param {string} text
 * @param {boolean} [isOpen]
 */
const cleaned = (text, isOpen) => screened(text, page, isOpen).text;

// A rule stands without its addresses until they may pass; then it is put in anew, at its place.
/**
 * @param {any} owner
 * @param {any[]} parts
 * @param {() => any} run
 * @param {(owner: any) => any} rulesOf
 * @param {(owner: any, place: number) => void} deleteRule
 */
function insert(owner, parts, run, rulesOf, deleteRule) {
  /** @type {any} */
  let rule;
  const place = () => placeOf(rulesOf(owner), rule);
  const write = (/** @type {string} */ text, /** @type {boolean | undefined} */ isHeld) => {
    parts[0] = text;
    if (rule) deleteRule(owner, (parts[1] = place()));
    const at = run();
    if (isHeld) rule = rulesOf(owner)[at];
    return at;
  };
  return restyle(asText(parts, 0), page, write, () => place() >= 0);
}

/** @param {any} prototype */
function gateClass(prototype) {
  const styleOf = getter(prototype, "style");
  if (needsStandIns) aroundIn(prototype, "style", (self, args, run) => standIn(run()), "get");
  aroundIn(
    prototype,
    "style",
    (self, args, run) => {
      restyle(
        asText(args, 0),
        page,
        (text) => ((args[0] = text), run()),
        () => cssText(styleOf(self)),
      );
    },
    "set",
  );
  const rulesOf = getter(prototype, "cssRules");
  const insertRule = method(prototype, "insertRule");
  const deleteRule = method(prototype, "deleteRule");
  aroundIn(prototype, "insertRule", (self, args, run) => insert(self, args, run, rulesOf, deleteRule));
  aroundIn(prototype, "addRule", (self, args, run) => {
    for (let at = 0; at < args.length && at < 2; at++) asText(args, at);
    const parts = [`${args[0]}{${args[1]}}`, args[2] ?? rulesOf(self).length];
    if (!match(ADDRESS, parts[0])) return run();
    insert(self, parts, () => insertRule(self, parts[0], parts[1]), rulesOf, deleteRule);
    return -1;
  });
  aroundIn(prototype, "appendRule", (self, args, run) => {
    args[0] = cleaned(asText(args, 0));
    return run();
  });
  aroundIn(prototype, "replace replaceSync", (self, args, run) =>
    restyle(
      asText(args, 0),
      page,
      (text) => ((args[0] = text), run()),
      () => 0,
    ),
  );
}

// ---- values that are objects ----------------------------------------------------------------------

// What the browser reads of keyframes and the like, which a page may make in many ways: each part as the browser
// asks for it, and so once. Stands for `value`, and so do all parts of it that are objects or functions.
/**
 * @param {any} value
 * @returns {any}
 */
function seen(value) {
  if (typeof value === "string") return cleaned(value, true);
  if (!isObject(value)) return value;
  const parts = readThrough(value, seen);
  if (typeof value === "function") return parts;
  // Names must be an object's own (WebKit asks no proxy for them).
  const made = inheriting(parts);
  standFor(made, value);
  const names = isArray(value) ? "" : ownKeys(value);
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    const { enumerable } = describe(value, name) ?? {};
    if (enumerable)
      defineProperty(made, name, { __proto__: null, enumerable, configurable: true, get: () => seen(value[name]) });
  }
  return made;
}

/** @param {any} value */
function isFile(value) {
  try {
    return isView(value) || sizeOf(value) >= 0;
  } catch {
    return false;
  }
}

// A value as the browser will read it: of one of its own that is not what a page says it is.
/**
 * @param {any[]} args
 * @param {number} at
 */
function typed(args, at) {
  try {
    return typedText(args[at]);
  } catch {
    return asText(args, at);
  }
}

/**
 * @param {any} self
 * @param {any[]} args
 * @param {() => any} run
 * @returns {any}
 */
function settingTyped(self, args, run) {
  if (args.length < 2) return run();
  const isOpen = carries(asText(args, 0));
  let size = 0;
  let verdict = ALLOW;
  for (let at = 1; at < args.length; at++) {
    const text = typed(args, at);
    const found = screened(text, page, isOpen);
    size += text.length;
    if (found.verdict > verdict) verdict = found.verdict;
  }
  // What is set are values, not a text: they are set as they are, or not.
  if (verdict === ALLOW) return run();
  if (verdict === HOLD) hold({}, size, () => settingTyped(self, args, run));
}

/**
 * Gates the styles that a realm's code sets.
 *
 * @param {Realm} scope
 */
export function gateStyles(scope) {
  needsStandIns ??= describe(getter("HTMLElement", "style")(create(page, "i")), "color") !== undefined;
  const names = namesOf(scope);
  for (let at = 0; at < names.length; at++) {
    const prototype = match(/^(?:CSS|(?:HTML|SVG|MathML)Element$)/, names[at]) && scope[names[at]]?.prototype;
    if (prototype) (owner(prototype, "setProperty") ? gateDeclarations : gateClass)(prototype);
  }
  /** @type {Act} */
  const reading = (self, args, run) => {
    if (args.length) args[0] = seen(args[0]);
    return run();
  };
  around(scope, "Element KeyframeEffect", "animate setKeyframes", reading);
  aroundIn(scope.CSS, "registerProperty", reading);
  aroundNew(scope, "KeyframeEffect", (args, make) => {
    if (args.length > 1) args[1] = seen(args[1]);
    return make();
  });
  aroundNew(scope, "FontFace", (args, make) => {
    if (args.length > 1) {
      asText(args, 0);
      if (!isFile(args[1])) args[1] = cleaned(asText(args, 1));
    }
    return make();
  });
  aroundNew(scope, "CSSStyleSheet", (args, make) => {
    const options = args[0];
    if (isObject(options)) {
      args[0] = readThrough(options, (found, name) => {
        if (name !== "baseURL" || found === undefined) return found;
        // A base of another party would make every relative address one of theirs.
        return judge("css", resolved((found = `${found}`), page)) ? undefined : found;
      });
    }
    return make();
  });
  around(scope, "StylePropertyMap", "set append", settingTyped);
  gateSheets(scope);
}
