// Styles that a page sets by script: rules of style sheets, declarations, animations, fonts.
//
// Left out: addresses in a style as text (css.js), style elements (tree.js).

import { Proxy, WeakMap, getter, lookUp, match, method, note, ownKeys, takeAll } from "../pristine.js";
import { asText } from "./address.js";
import { around, aroundIn, aroundNew } from "./around.js";
import { ADDRESS, restyle, screened } from "./css.js";

const page = globalThis.document;
const [cssText, valueOf] = takeAll("CSSStyleDeclaration", "cssText getPropertyValue");
const isList = Array.isArray;

const [sheetRules, insertRule, deleteRule] = takeAll("CSSStyleSheet", "cssRules insertRule deleteRule");
// What holds rules: how it lists them, and how it lets one go.
const GROUPS = ["CSSStyleSheet", "CSSGroupingRule", "CSSStyleRule"].map((name) => [
  name, getter(name, "cssRules"), method(name, "deleteRule"),
]);

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
    if (typeof value === "string" && match(ADDRESS, value)) restyle(value, page, (text) => void (target[name] = text), () => target[name]);
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

const writing = (self, args, run) => restyle(`${args[0]}`, page, (text) => ((args[0] = text), run()), () => 0);

function gateDeclarations(scope) {
  const getting = (self, args, run) => standIn(run());
  const owners = "HTMLElement SVGElement MathMLElement CSSStyleRule CSSFontFaceRule CSSPageRule CSSKeyframeRule";
  around(scope, owners, "style", getting, "get");
  around(scope, owners, "style", writing, "set");
  around(scope, "CSSStyleDeclaration", "setProperty", (self, args, run) => {
    const target = original(self);
    if (args.length < 2) return run(target);
    asText(args, 0);
    const value = args[1] === null ? "" : `${args[1]}`;
    return restyle(value, page, (text) => ((args[1] = text), run(target)), () => valueOf(target, args[0]));
  });
  around(scope, "CSSStyleDeclaration", "cssText", (self, args, run) => {
    const target = original(self);
    restyle(`${args[0] ?? ""}`, page, (text) => ((args[0] = text), run(target)), () => cssText(target));
  }, "set");
  around(scope, "CSSStyleDeclaration", "getPropertyValue getPropertyPriority removeProperty item", (self, args, run) => run(original(self)));
  around(scope, "CSSStyleDeclaration", "cssText length parentRule", (self, args, run) => run(original(self)), "get");
}

// The place of a rule among others, or -1.
function placeOf(rules, rule) {
  for (let at = 0; rules[at]; at++) if (rules[at] === rule) return at;
  return -1;
}

const clean = (text) => screened(`${text}`, page).text;

// A rule stands without its addresses until they may pass; then it is put in anew, at its place.
function insert(owner, parts, run, rulesOf, deleteRule) {
  let rule;
  const place = () => placeOf(rulesOf(owner), rule);
  const write = (text) => {
    parts[0] = text;
    if (rule) deleteRule(owner, (parts[1] = place()));
    const at = run();
    rule = rulesOf(owner)[at];
    return at;
  };
  return restyle(`${parts[0]}`, page, write, () => place() >= 0);
}

function gateRules(scope) {
  for (let at = 0; at < GROUPS.length; at++) {
    const group = GROUPS[at];
    around(scope, group[0], "insertRule", (self, args, run) => insert(self, args, run, group[1], group[2]));
  }
  around(scope, "CSSStyleSheet", "addRule", (self, args) => {
    const parts = [`${args[0]}{${args[1]}}`, args[2] ?? sheetRules(self).length];
    insert(self, parts, () => insertRule(self, parts[0], parts[1]), sheetRules, deleteRule);
    return -1;
  });
  around(scope, "CSSKeyframesRule", "appendRule", (self, args, run) => {
    args[0] = clean(args[0]);
    return run();
  });
  around(scope, "CSSStyleSheet", "replace replaceSync", writing);
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
  const copying = (self, args, run) => {
    args[0] = copied(args[0]);
    return run();
  };
  around(scope, "Element KeyframeEffect", "animate setKeyframes", copying);
  aroundIn(scope.CSS, "registerProperty", copying);
  aroundNew(scope, "KeyframeEffect", (args, make) => {
    if (args.length > 1) args[1] = copied(args[1]);
    return make();
  });
  aroundNew(scope, "FontFace", (args, make) => {
    if (typeof args[1] !== "object") args[1] = clean(args[1]);
    return make();
  });
  aroundNew(scope, "CSSStyleSheet", (args, make) => {
    const options = (args[0] = copied(args[0]));
    // A base of another party would make every relative address one of theirs.
    if (options?.baseURL && clean(`"${options.baseURL}"`) !== `"${options.baseURL}"`) options.baseURL = undefined;
    return make();
  });
  around(scope, "StylePropertyMap", "set append", (self, args, run) => {
    let text = "";
    for (let at = 1; at < args.length; at++) text += `${args[at]} `;
    // What is set are values, not a text: it is set as it is, or not.
    return restyle(text, page, (clean) => clean === text && run(), () => 0);
  });
}
