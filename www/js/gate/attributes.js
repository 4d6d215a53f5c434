// Attributes that a page sets on elements, by property, by function and by attribute node.
//
// Left out: which attributes ask for an address, and what happens then (elements.js).

import { PlainObject, WeakMap, lookUp, lower, match, note, setter, takeAll, typeOf } from "../pristine.js";
import { asText, once, resolved, said } from "./address.js";
import { around } from "./around.js";
import { attributeRemoved, attributeSet, disarm } from "./elements.js";
import { attempt } from "./held.js";
import { changingText } from "./sheets.js";

const [nameOf, valueOf, ownerOf] = takeAll("Attr", "localName value ownerElement");
const setValue = setter("Attr", "value");
const propertiesOf = PlainObject.getOwnPropertyNames;

const PROPERTIES =
  "src srcset href data poster background ping imageSrcset attributionSrc rel srcdoc type action formAction";
// Whose attributes they are: a map of attributes does not say.
const elements = new WeakMap();

// `args[at]` is the value; it is handed on as it was unless the gate changed what it says.
function set(target, name, args, at, run) {
  const text = said((args[at] = once(args[at])));
  const whole = args[at];
  return attributeSet(target, name, text, (value) => {
    args[at] = value === text ? whole : value;
    return run();
  });
}

// A name with a prefix stands for what comes after it.
const local = (name) => match(/[^:]*$/, lower(name))[0];

/** Gates what a realm's code does to attributes. */
export function gateAttributes(scope) {
  around(scope, "Element", "setAttribute", (self, args, run) => {
    if (args.length < 2) return run();
    return set(self, local(asText(args, 0)), args, 1, run);
  });
  around(scope, "Element", "setAttributeNS", (self, args, run) => {
    if (args.length < 3) return run();
    return set(self, local(asText(args, 1)), args, 2, run);
  });
  around(scope, "Element", "removeAttribute removeAttributeNS", (self, args, run) => {
    const at = args.length - 1;
    if (at >= 0) attributeRemoved(self, local(asText(args, at)));
    return run();
  });
  gateNodes(scope);
  const setting = (self, args, run, name) => set(self, lower(name), args, 0, run);
  const names = propertiesOf(scope);
  for (let at = 0; at < names.length; at++) {
    if (match(/^HTML\w*Element$/, names[at])) around(scope, names[at], PROPERTIES, setting, "set");
  }
  // It can make a link of another relation: whoever asks for it gets one whose address may pass in any.
  around(scope, "HTMLLinkElement", "relList", (self, args, run) => {
    disarm(self, "stylesheet");
    return run();
  }, "get");
  around(scope, "SVGAnimatedString", "baseVal", (self, args, run) => {
    const address = resolved(asText(args, 0), scope.document);
    attempt("image", address, address.length, run, null, self);
  }, "set");
}

// An attribute as a node: it asks for nothing before an element has it.
function gateNodes(scope) {
  const joining = (ownerAt) => (self, args, run) => {
    const node = args[0];
    const owner = ownerAt(self);
    let value;
    try {
      value = valueOf(node);
    } catch {
      return run();
    }
    let answer = null;
    attributeSet(owner, local(nameOf(node)), value, (text) => {
      if (text !== value) setValue(node, text);
      answer = run();
    });
    return answer;
  };
  around(scope, "Element", "setAttributeNode setAttributeNodeNS", joining((self) => self));
  around(scope, "Element", "attributes", (self, args, run) => {
    const map = run();
    note(elements, map, self);
    return map;
  }, "get");
  around(scope, "NamedNodeMap", "setNamedItem setNamedItemNS", joining((self) => lookUp(elements, self)));
  const changing = (self, args, run, name) => {
    const owner = typeOf(self) === 2 && ownerOf(self);
    if (owner) set(owner, local(nameOf(self)), args, 0, run);
    // It may be a text in a style element.
    else changingText(self, run, args, name);
  };
  // Only an attribute has the first, only an element of HTML the last two.
  around(scope, "Attr Node HTMLElement", "value nodeValue textContent innerText outerText", changing, "set");
}
