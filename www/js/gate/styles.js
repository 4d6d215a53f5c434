// Styles that a page sets by script: rules of style sheets, declarations, animations, fonts.
//
// Left out: addresses in a style as text (css.js), style elements (tree.js).

import { Proxy, WeakMap, getter, method, ownKeys } from "../pristine.js";
import { around, aroundNew } from "./around.js";
import { restyle, screened } from "./css.js";

const page = globalThis.document;
const cssText = getter("CSSStyleDeclaration", "cssText");
const valueOf = method("CSSStyleDeclaration", "getPropertyValue");
const lookUp = method("WeakMap", "get");
const note = method("WeakMap", "set");
const isList = Array.isArray;

// A page never gets hold of the true declarations of an element or a rule.
const standIns = new WeakMap();
const originals = new WeakMap();
const original = (self) => lookUp(originals, self) ?? self;

const TRAPS = {
  __proto__: null,
  // The browser's own accessors want the true declarations.
  get: (target, name) => target[name],
  set(target, name, value) {
    if (typeof value === "object" && value) value = `${value}`;
    if (typeof value === "string") restyle(value, page, (text) => void (target[name] = text), () => target[name]);
    else target[name] = value;
    return true;
  },
  defineProperty: () => false,
};

function standIn(declarations) {
  let made = lookUp(standIns, declarations);
  if (!made) {
    made = new Proxy(declarations, TRAPS);
    note(standIns, declarations, made);
    note(originals, made, declarations);
  }
  return made;
}

/** Gates the styles that a realm's code sets. */
export function gateStyles(scope) {
  gateDeclarations(scope);
  gateRules(scope);
  gateOthers(scope);
}

function gateDeclarations(scope) {
  const getting = (self, args, run) => standIn(run());
  const setting = (self, args, run) => restyle(`${args[0]}`, page, (text) => ((args[0] = text), run()), () => 0);
  const owners = ["HTMLElement", "SVGElement", "MathMLElement", "CSSStyleRule", "CSSFontFaceRule", "CSSPageRule", "CSSKeyframeRule"];
  for (let at = 0; at < owners.length; at++) {
    const prototype = scope[owners[at]]?.prototype;
    around(prototype, ["style"], getting, "get");
    around(prototype, ["style"], setting, "set");
  }
  const prototype = scope.CSSStyleDeclaration.prototype;
  around(prototype, ["setProperty"], (self, args, run) => {
    const target = original(self);
    if (args.length < 2) return run(target);
    args[0] = `${args[0]}`;
    const value = args[1] === null ? "" : `${args[1]}`;
    return restyle(value, page, (text) => ((args[1] = text), run(target)), () => valueOf(target, args[0]));
  });
  around(prototype, ["cssText"], (self, args, run) => {
    const target = original(self);
    restyle(`${args[0] ?? ""}`, page, (text) => ((args[0] = text), run(target)), () => cssText(target));
  }, "set");
  around(prototype, ["getPropertyValue", "getPropertyPriority", "removeProperty", "item"], (self, args, run) => run(original(self)));
  around(prototype, ["cssText", "length", "parentRule"], (self, args, run) => run(original(self)), "get");
}

// A rule that may not pass is kept without its addresses, and gets them no more: its place is not known then.
const clean = (text) => screened(`${text}`, page).text;

function gateRules(scope) {
  const cleaning = (self, args, run) => {
    for (let at = 0; at < args.length; at++) if (typeof args[at] !== "number") args[at] = clean(args[at]);
    return run();
  };
  const owners = ["CSSStyleSheet", "CSSGroupingRule", "CSSKeyframesRule", "CSSStyleRule", "CSSNestedDeclarations"];
  for (let at = 0; at < owners.length; at++) {
    around(scope[owners[at]]?.prototype, ["insertRule", "addRule", "appendRule"], cleaning);
  }
  const sheet = scope.CSSStyleSheet.prototype;
  const writing = (self, args, run) => restyle(`${args[0]}`, page, (text) => ((args[0] = text), run()), () => 0);
  around(sheet, ["replace", "replaceSync"], writing);
}

// Keyframes and the like, read once: objects and lists of texts, cleaned and made anew.
function copied(value) {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || !value) return value;
  const copy = isList(value) ? [] : { __proto__: null };
  const names = ownKeys(value);
  for (let at = 0; at < names.length; at++) if (names[at] !== "length") copy[names[at]] = copied(value[names[at]]);
  return copy;
}

function gateOthers(scope) {
  around(scope.Element.prototype, ["animate"], (self, args, run) => {
    args[0] = copied(args[0]);
    return run();
  });
  const effect = scope.KeyframeEffect;
  around(effect?.prototype, ["setKeyframes"], (self, args, run) => {
    args[0] = copied(args[0]);
    return run();
  });
  aroundNew(scope, "KeyframeEffect", (args) => {
    if (args.length > 1) args[1] = copied(args[1]);
  });
  aroundNew(scope, "FontFace", (args) => {
    if (typeof args[1] !== "object") args[1] = clean(args[1]);
  });
  aroundNew(scope, "CSSStyleSheet", (args) => {
    const options = (args[0] = copied(args[0]));
    // A base of another party would make every relative address one of theirs.
    if (options?.baseURL && clean(`"${options.baseURL}"`) !== `"${options.baseURL}"`) options.baseURL = undefined;
  });
  const map = scope.StylePropertyMap?.prototype;
  around(map, ["set", "append"], (self, args, run) => {
    for (let at = 1; at < args.length; at++) {
      if (typeof args[at] === "string") args[at] = clean(args[at]);
      else if (clean(args[at]) !== `${args[at]}`) return;
    }
    return run();
  });
}
