// Attributes that a page sets on elements, by property, by function and by attribute node.
//
// Left out: which attributes ask for an address, and what happens then (elements.js).
// @ts-check

import {
  PlainObject,
  WeakMap,
  getAttribute,
  lookUp,
  lower,
  match,
  method,
  note,
  setAttribute,
  setter,
  takeAll,
  typeOf,
} from "../pristine.js";
import { asText, once, resolved, said } from "./address.js";
import { around } from "./around.js";
import { judged } from "./asking.js";
import { attributeRemoved, attributeSet, expectRelations, instruct } from "./elements.js";
import { ahead, attempt } from "./held.js";
import { local, trust } from "./html.js";
import { changingText, isInstruction } from "./sheets.js";

const [nameOf, valueOf, ownerOf] = takeAll("Attr", "localName value ownerElement");
const setValue = setter("Attr", "value");
const propertiesOf = PlainObject.getOwnPropertyNames;
const copyOf = method("Node", "cloneNode");
const { MutationObserver } = globalThis;
const observe = method("MutationObserver", "observe");

const PROPERTIES =
  "src srcset href data poster background ping imageSrcset attributionSrc rel srcdoc type action formAction";
// Whose attributes they are: a map of attributes does not say.
const elements = new WeakMap();

// `args[at]` is the value; it is handed on as it was unless the gate changed what it says.
/**
 * @param {Element} target
 * @param {string} name
 * @param {any[]} args
 * @param {number} at
 * @param {() => any} run
 */
function set(target, name, args, at, run) {
  const text = said((args[at] = once(args[at])));
  const whole = args[at];
  return attributeSet(target, name, text, (value) => {
    args[at] = value === text ? whole : trust(value, whole);
    return run();
  });
}

/**
 * Gates what a realm's code does to attributes.
 *
 * @param {Realm} scope
 */
export function gateAttributes(scope) {
  // Those with a namespace have it before the name.
  const nameIn = (/** @type {string} */ method) => (match(/NS$/, method) ? 1 : 0);
  around(scope, "Element", "setAttribute setAttributeNS", (self, args, run, method) => {
    const at = nameIn(method);
    return set(self, local(asText(args, at)), args, at + 1, run);
  });
  around(scope, "Element", "removeAttribute removeAttributeNS", (self, args, run, method) => {
    attributeRemoved(self, local(asText(args, nameIn(method))));
    return run();
  });
  gateNodes(scope);
  /** @type {Act} */
  const setting = (self, args, run, name) => set(self, lower(name), args, 0, run);
  const names = propertiesOf(scope);
  for (let at = 0; at < names.length; at++) {
    if (match(/^HTML\w*Element$/, names[at])) around(scope, names[at], PROPERTIES, setting, "set");
  }
  // It can make a link of any relation, at any time. Where that may not be, it is the list of a copy, and what
  // becomes of that is set as an attribute.
  around(
    scope,
    "HTMLLinkElement",
    "relList",
    (self, args, run) => {
      const mayPass = (/** @type {string} */ name) => {
        const value = getAttribute(self, name);
        return value === null || !ahead(() => judged("link", name, value, "sheet", self));
      };
      if (!mayPass("href") || !mayPass("imagesrcset")) {
        const copy = /** @type {Element} */ (copyOf(self));
        const changed = () => {
          const relation = /** @type {string} */ (getAttribute(copy, "rel"));
          attributeSet(self, "rel", relation, () => setAttribute(self, "rel", relation));
        };
        observe(new MutationObserver(changed), copy, { __proto__: null, attributes: true });
        return run(copy);
      }
      expectRelations(self);
      return run();
    },
    "get",
  );
  around(
    scope,
    "SVGAnimatedString",
    "baseVal",
    (self, args, run) => {
      const address = resolved(said((args[0] = once(args[0]))), scope.document);
      attempt("image", address, address.length, run, null, self);
    },
    "set",
  );
}

// An attribute as a node: it asks for nothing before an element has it.
/** @param {Realm} scope */
function gateNodes(scope) {
  /** @type {(ownerAt: (self: any) => Element) => Act} */
  const joining = (ownerAt) => (self, args, run) => {
    const node = args[0];
    const owner = ownerAt(self);
    let value;
    try {
      value = valueOf(node);
    } catch {
      return run();
    }
    /** @type {any} */
    let answer = null;
    attributeSet(owner, local(nameOf(node)), value, (text) => {
      if (text !== value) setValue(node, text);
      answer = run();
    });
    return answer;
  };
  around(
    scope,
    "Element",
    "setAttributeNode setAttributeNodeNS",
    joining((self) => self),
  );
  around(
    scope,
    "Element",
    "attributes",
    (self, args, run) => {
      const map = run();
      note(elements, map, self);
      return map;
    },
    "get",
  );
  around(
    scope,
    "NamedNodeMap",
    "setNamedItem setNamedItemNS",
    joining((self) => lookUp(elements, self)),
  );
  /** @type {Act} */
  const changing = (self, args, run, name) => {
    const owner = typeOf(self) === 2 && ownerOf(self);
    if (owner) set(owner, local(nameOf(self)), args, 0, run);
    else if (isInstruction(self)) instruct(self, args[0] === null ? "" : asText(args, 0));
    // It may be a text in a style element.
    else changingText(self, run, args, name);
  };
  // Only an attribute has the first, only an element of HTML the last two.
  around(scope, "Attr Node HTMLElement", "value nodeValue textContent innerText outerText", changing, "set");
}
