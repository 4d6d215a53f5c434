// Attributes that a page sets on elements, by property, by function and by attribute node.
//
// Left out: which attributes ask for an address, and what happens then (elements.js).

import { PlainObject, WeakMap, getter, lookUp, lower, match, note, parentOf, setter, typeOf } from "../pristine.js";
import { once, resolved, said } from "./address.js";
import { around } from "./around.js";
import { attributeRemoved, attributeSet, disarm } from "./elements.js";
import { hold, judge } from "./held.js";
import { changingText } from "./tree.js";
import { ALLOW, HOLD } from "../told.js";

const nameOf = getter("Attr", "localName");
const valueOf = getter("Attr", "value");
const setValue = setter("Attr", "value");
const ownerOf = getter("Attr", "ownerElement");
const propertiesOf = PlainObject.getOwnPropertyNames;

const PROPERTIES = [
  "src", "srcset", "href", "data", "poster", "background", "ping", "imageSrcset", "attributionSrc", "rel", "srcdoc", "type", "action", "formAction",
];
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
  const element = scope.Element.prototype;
  around(element, ["setAttribute"], (self, args, run) => {
    if (args.length < 2) return run();
    return set(self, local((args[0] = `${args[0]}`)), args, 1, run);
  });
  around(element, ["setAttributeNS"], (self, args, run) => {
    if (args.length < 3) return run();
    return set(self, local((args[1] = `${args[1]}`)), args, 2, run);
  });
  around(element, ["removeAttribute", "removeAttributeNS"], (self, args, run) => {
    const at = args.length - 1;
    if (at >= 0) attributeRemoved(self, local((args[at] = `${args[at]}`)));
    return run();
  });
  gateNodes(scope, element);
  const names = propertiesOf(scope);
  for (let at = 0; at < names.length; at++) {
    if (match(/^HTML\w*Element$/, names[at])) gateProperties(scope[names[at]]?.prototype);
  }
  // It can make a link of another relation: whoever asks for it gets one whose address may pass in any.
  around(scope.HTMLLinkElement.prototype, ["relList"], (self, args, run) => {
    disarm(self, "stylesheet");
    return run();
  }, "get");
  around(scope.SVGAnimatedString.prototype, ["baseVal"], (self, args, run) => {
    const address = resolved((args[0] = `${args[0]}`), scope.document);
    const settle = (verdict) => {
      if (verdict === ALLOW) run();
      else if (verdict === HOLD) hold(self, address.length, () => settle(judge("image", address)));
    };
    settle(judge("image", address));
  }, "set");
}

function gateProperties(prototype) {
  around(prototype, PROPERTIES, (self, args, run, name) => set(self, lower(name), args, 0, run), "set");
}

// An attribute as a node: it asks for nothing before an element has it.
function gateNodes(scope, element) {
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
  around(element, ["setAttributeNode", "setAttributeNodeNS"], joining((self) => self));
  around(element, ["attributes"], (self, args, run) => {
    const map = run();
    note(elements, map, self);
    return map;
  }, "get");
  around(scope.NamedNodeMap.prototype, ["setNamedItem", "setNamedItemNS"], joining((self) => lookUp(elements, self)));
  const changing = (self, args, run) => {
    const owner = typeOf(self) === 2 && ownerOf(self);
    if (owner) set(owner, local(nameOf(self)), args, 0, run);
    // A text may stand in a style element.
    else changingText(typeOf(self) === 3 ? parentOf(self) : self, run);
  };
  around(scope.Attr.prototype, ["value"], changing, "set");
  around(scope.Node.prototype, ["nodeValue", "textContent"], changing, "set");
  around(scope.HTMLElement.prototype, ["innerText", "outerText"], changing, "set");
  const editing = (self, args, run) => changingText(parentOf(self), run);
  around(scope.CharacterData.prototype, ["data"], editing, "set");
  around(scope.CharacterData.prototype, ["appendData", "insertData", "replaceData", "deleteData"], editing);
  around(scope.Text.prototype, ["splitText"], editing);
}
