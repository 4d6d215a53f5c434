// The text of style elements, which is their style sheet. What changes it is tried on a copy first, where nothing
// loads: where everything in it may pass then, the page's own call is all that happens. Otherwise the element is
// no style sheet until what may not pass is out of it.
//
// Left out: what may pass (css.js), and which functions put elements and markup in (tree.js).
// @ts-check

import {
  firstChild,
  getAttribute,
  getter,
  localName,
  match,
  method,
  pageOf,
  parentOf,
  removeAttribute,
  setAttribute,
  takeAll,
  textOf,
  typeOf,
  viewOf,
} from "../pristine.js";
import { once } from "./address.js";
import { around } from "./around.js";
import { screened } from "./css.js";
import { disarm, eachText, instruct, settle, sheetText } from "./elements.js";
import { ahead } from "./held.js";

const createPage = method("DOMImplementation", "createHTMLDocument");
const importNode = method("Document", "importNode");
const cloneNode = method("Node", "cloneNode");
const nextSibling = getter("Node", "nextSibling");
const selectionOf = method("Document", "getSelection");
const [anchorOf, focusOf] = takeAll("Selection", "anchorNode focusNode");
const [startOf, endOf] = takeAll("Range", "startContainer endContainer");
const defaultPolicy = getter("TrustedTypePolicyFactory", "defaultPolicy");
const { document: page, trustedTypes } = globalThis;

/**
 * The type of a node, or nothing for what is none.
 *
 * @param {any} value
 * @returns {number}
 */
export function kindOf(value) {
  try {
    return typeof value === "object" && value && typeOf(value);
  } catch {
    return 0;
  }
}

/** @param {any} node */
const isStyle = (node) => kindOf(node) === 1 && localName(node) === "style";
/**
 * @param {any} node
 * @returns {any}
 */
const parentIn = (node) => kindOf(node) && parentOf(node);

/**
 * Goes on with what may change the text of a style element, by a call on `node`, which is one or stands in one, or
 * by taking out of one what the call gets. Without `args` nothing is tried.
 *
 * @param {any} node
 * @param {(other?: any) => any} run
 * @param {any[]} [args]
 * @param {string} [name]
 * @returns {any}
 */
export function changingText(node, run, args, name) {
  const above = parentIn(node);
  const isAbove = isStyle(above);
  const style = isStyle(node) ? node : isAbove && above;
  let go = run;
  for (let at = 0; args && at < args.length; at++) {
    const from = parentIn(args[at]);
    if (!isStyle(from) || from === style || name === "importNode") continue;
    const inner = go;
    go = () => closed(from, inner);
  }
  if (!style) return go();
  if (isAbove && style === node) return closed(above, () => closed(node, go));
  return args && staysClean(style, node, run, args, name) ? go() : closed(style, go);
}

// Whether every address may pass, at each moment of the call.
/**
 * @param {any} style
 * @param {any} node
 * @param {(other?: any) => any} run
 * @param {any[]} args
 * @param {any} [name]
 */
function staysClean(style, node, run, args, name) {
  // It would be asked about the copy, too, and may answer anything.
  if (trustedTypes && defaultPolicy(trustedTypes)) return false;
  lab ??= createPage(page.implementation, "");
  const copy = importNode(lab, style, true);
  const twin = (/** @type {any} */ of) => {
    if (of === style) return copy;
    if (parentOf(of) !== style) return importNode(lab, of, true);
    /** @type {any} */
    let found = firstChild(copy);
    for (let child = /** @type {any} */ (firstChild(style)); child !== of; child = nextSibling(child))
      found = nextSibling(found);
    return found;
  };
  // What was there, as a list by `next`.
  /** @type {any} */
  let before = null;
  let count = 0;
  const texts = sheetText(copy);
  eachText(copy, (text) => {
    before = { text, next: before };
    count++;
  });
  /** @type {Record<string | number, any>} */
  const given = { __proto__: null };
  try {
    for (let at = 0; at < args.length; at++) {
      const kind = kindOf(args[at]);
      if (!kind && args[at] && typeof args[at] !== "string") args[at] = once(args[at]);
      given[at] = args[at];
      // One that moves is taken out first.
      if (
        count > 1 &&
        kind &&
        parentOf(args[at]) === style &&
        name !== "removeChild" &&
        (at < 1 || !match(/^(?:insertBefore|replaceChild)$/, name))
      )
        return false;
      if (kind) args[at] = twin(args[at]);
    }
    run(twin(node));
  } catch {
    // The call itself says the same.
  } finally {
    for (let at in given) args[/** @type {any} */ (at)] = given[at];
  }
  let kept = 0;
  for (; before; before = before.next) if (parentOf(before.text) === copy) kept++;
  let come = -kept;
  eachText(copy, () => come++);
  // Engines read the text anew for each part of it that comes or goes, but for those that go all at once.
  const isOne = come < 2 && (count < 2 || WHOLE[name] || count - kept + come < 2);
  const text = sheetText(copy);
  // Without these there is no address, in whatever order they are put together.
  if (!match(/["'\\(]/, texts + text)) return true;
  return isOne && ahead(() => screened(text, style).verdict) === 0;
}
/** @type {Record<string, any>} */
const WHOLE = { __proto__: null, textContent: true, innerHTML: true, innerText: true };
/** @type {any} */
let lab;

/**
 * @template Answer
 * @param {any} style
 * @param {() => Answer} run
 * @returns {Answer}
 */
function closed(style, run) {
  const type = getAttribute(style, "type");
  setAttribute(style, "type", "text/plain");
  try {
    return run();
  } finally {
    disarm(style);
    if (type === null) removeAttribute(style, "type");
    else setAttribute(style, "type", type);
    settle(style);
  }
}

/**
 * Whether a node is an instruction of a document in which things load: one that brings a style sheet asks at once.
 *
 * @param {any} node
 */
export const isInstruction = (node) => typeOf(node) === 7 && viewOf(pageOf(node));

/**
 * Gates what changes the text of style elements in a realm and does nothing else that is gated.
 *
 * @param {Realm} scope
 */
export function gateSheets(scope) {
  /** @type {Act} */
  const editing = (self, args, run, name) => {
    if (!isInstruction(self)) return changingText(self, run, args, name);
    // It is judged as a whole.
    const copy = cloneNode(self);
    run(copy);
    instruct(self, textOf(copy));
  };
  around(scope, "CharacterData", "data", editing, "set");
  around(scope, "CharacterData", "appendData insertData replaceData deleteData", editing);
  /** @type {Act} */
  const changing = (self, args, run, name) => changingText(self, run, args, name);
  around(scope, "Node Element CharacterData", "removeChild remove insertAdjacentText", changing);
  // The ends may stand in two of them.
  /** @type {(first: (self: any) => any, last: (self: any) => any) => Act} */
  const between = (first, last) => (self, args, run) => changingText(first(self), () => changingText(last(self), run));
  around(scope, "Range", "deleteContents extractContents insertNode surroundContents", between(startOf, endOf));
  around(scope, "Selection", "deleteFromDocument", between(anchorOf, focusOf));
  // Commands can be undone, and what was undone done again, from anywhere.
  around(scope, "Document", "execCommand", (self, args, run) => {
    const selection = selectionOf(self);
    const isInside = (/** @type {any} */ node) => isStyle(node) || isStyle(parentIn(node));
    return selection && (isInside(anchorOf(selection)) || isInside(focusOf(selection))) ? false : run();
  });
}
