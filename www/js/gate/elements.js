// Elements that ask for an address: what may not pass loses it, keeps it in a mark of its own
// (`data-consent-src` for `src`), and gets it back when it may.
//
// Left out: which attributes ask (asking.js), how elements come into a document (tree.js), and elements that a
// site marks itself (markup.js).
// @ts-check

import {
  TypeError,
  WeakMap,
  WeakSet,
  addTo,
  contentOf,
  dispatch,
  findBelow,
  findInPage,
  firstChild,
  getAttribute,
  getter,
  indexOf,
  isConnected,
  isIn,
  listen,
  localName,
  lookUp,
  match,
  method,
  nodeName,
  note,
  pageOf,
  parentOf,
  removeAttribute,
  removeFrom,
  setAttribute,
  setText,
  setTimeout,
  setter,
  spaceOf,
  stateOf,
  stop,
  targetOf,
  textOf,
  typeOf,
  viewOf,
} from "../pristine.js";
import { ALLOW, FAILED, HOLD, REFUSE } from "../numbers.js";
import { tell } from "../told.js";
import { eachMatch, resolved } from "./address.js";
import { MARK, MARKED, ROWS, STYLES, WATCHED, asks, isCode, isRules, isStyle, judged, markOf } from "./asking.js";
import { restyle, screened } from "./css.js";
import { ahead, claimant, hold, judge } from "./held.js";
import { frameHtml, mayRule, trust, without } from "./html.js";
import { wait } from "./waiting.js";

const findInFragment = method("DocumentFragment", "querySelectorAll");
export const nextSibling = getter("Node", "nextSibling");
const takeOut = method("Node", "removeChild");
const putIn = method("Node", "insertBefore");
/** @param {any} target */
export const isHtml = (target) => spaceOf(target) === "http://www.w3.org/1999/xhtml";
/** @param {any} target */
const isSvg = (target) => spaceOf(target) === "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const getIn = method("Element", "getAttributeNS");
const removeIn = method("Element", "removeAttributeNS");
const rootIn = getter("Element", "shadowRoot");
export const dataOf = getter("CharacterData", "data");
export const setData = setter("CharacterData", "data");
const setAsync = setter("HTMLScriptElement", "async");
const reload = method("HTMLMediaElement", "load");
export const frameWindow = getter("HTMLIFrameElement", "contentWindow");
const { Event } = globalThis;

const MEDIA = /^(?:video|audio)$/;
const ONCE = { __proto__: null, capture: true, once: true };

/** Whether the page has marks; whether what was let through may have to be looked at again, when a document gets it. */
export let hasMarks = false,
  isStale = false;
// Whether code of the page has made anything yet.
let isUsed = false;
export const expectChange = () => (isUsed = true);
/** Marks were put into a text. */
export const expectMarks = () => (hasMarks = true);

// Whether there may be shadow roots that come into a document with their hosts: those that markup declared, which no
// function hands over, and those of elements where nothing loads.
let hasRoots = false;
export const expectRoots = () => (hasRoots = true);
const made = new WeakMap();
/**
 * A host gets a shadow root.
 *
 * @param {Element} host
 * @param {ShadowRoot} root
 */
export function noteRoot(host, root) {
  note(made, host, root);
  if (!viewOf(pageOf(host))) hasRoots = true;
}
/** @param {any} host */
const rootOfHost = (host) => lookUp(made, host) ?? rootIn(host);

let /** @type {(scope: any) => void} */ enter, /** @type {(root: any) => void} */ watch;
/**
 * Names what closes the gate in a window, and what looks after a shadow root.
 *
 * @param {(scope: any) => void} enters
 * @param {(root: any) => void} watches
 */
export function setEnter(enters, watches) {
  enter = enters;
  watch = watches;
}

/**
 * What a selector finds in an element, a document or a fragment; throws for anything else.
 *
 * @param {any} top
 * @param {string} selector
 */
export const find = (top, selector) => {
  const type = typeOf(top);
  return (type === 1 ? findBelow : type === 9 ? findInPage : findInFragment)(top, selector);
};

/**
 * Calls `act` with each element of a tree that a selector finds, and with the top of it.
 *
 * @param {any} top
 * @param {string} selector
 * @param {(found: any) => unknown} act
 */
export function each(top, selector, act) {
  const isElement = typeOf(top) === 1;
  if (isElement) act(top);
  const root = hasRoots && isElement && rootOfHost(top);
  if (root) {
    watch(root);
    each(root, selector, act);
  }
  if (!firstChild(top)) return;
  // Not by its length: a page can replace what answers that.
  const list = find(top, selector);
  for (let at = 0, found; (found = list[at]); at++) act(found);
  if (!hasRoots) return;
  const all = find(top, "*");
  for (let at = 0, found; (found = all[at]); at++) {
    const root = rootOfHost(found);
    if (!root) continue;
    watch(root);
    each(root, selector, act);
  }
}

// A prefix may be any, the namespace is one.
/**
 * @param {Element} target
 * @param {string} name
 */
const read = (target, name) => (name === "xlink:href" ? getIn(target, XLINK, "href") : getAttribute(target, name));

// Links whose list of relations a page has: they can become any.
const listed = new WeakSet();
/** @param {Element} link */
export const expectRelations = (link) => addTo(listed, link);
/** @param {Element} target */
const relationOf = (target) => (isIn(listed, target) ? "sheet" : getAttribute(target, "rel"));

/**
 * Takes every address that may not pass out of one element, and answers whether it has a mark now.
 *
 * @param {Element} target
 * @param {string | null} [relation]
 */
export function disarm(target, relation = relationOf(target)) {
  return ahead(() => disarmed(target, relation));
}

/**
 * @param {any} target
 * @param {string | null} relation
 */
function disarmed(target, relation) {
  const name = localName(target);
  const attributes = ROWS[name]?.attributes;
  let isMarked = getAttribute(target, MARK + "type") !== null;
  for (let at = 0; attributes && at < attributes.length; at++) {
    const attribute = attributes[at];
    const value = read(target, attribute);
    if (value === null) isMarked ||= getAttribute(target, markOf(attribute)) !== null;
    else if (attribute === "srcdoc") {
      const gated = frameHtml(value, target);
      if (gated !== value) setAttribute(target, attribute, trust(gated));
    } else if (
      asks(name, attribute, relation) &&
      (isEarly(target, attribute, value) || judged(name, attribute, value, relation, target))
    ) {
      mark(target, attribute, value);
      isMarked = true;
      // An element of the page's own making may have set it again, where nothing is judged.
      const again = read(target, attribute);
      if (again !== null && judged(name, attribute, again, relation, target)) throw new TypeError();
    }
  }
  // What it lists is fetched ahead, and it is never run again: it stays inert.
  if (name === "script" && isRules(getAttribute(target, "type")) && !mayRule(textOf(target), target)) {
    setAttribute(target, "type", "text/plain");
  }
  for (let at = name === "style" ? 0 : 1; at < (isSvg(target) ? STYLES.length : 2); at++) {
    const style = STYLES[at];
    const css = styleOf(target, style);
    const { text } = screened(css ?? "", target);
    if (css && text !== css) {
      hasMarks = true;
      setAttribute(target, MARK + style, css);
      setStyle(target, style, text);
    }
    isMarked ||= getAttribute(target, MARK + style) !== null;
  }
  return isMarked;
}

/**
 * Calls `each` with every text in a style element, and with none further down, which is none of its style sheet.
 *
 * @param {any} target
 * @param {(text: any) => unknown} each
 */
export function eachText(target, each) {
  for (let child = firstChild(target); child; child = nextSibling(child))
    if (match(/[34]/, /** @type {any} */ (typeOf(child)))) each(child);
}

/**
 * The style sheet of a style element.
 *
 * @param {any} target
 */
export function sheetText(target) {
  let text = "";
  eachText(target, (child) => (text += dataOf(child)));
  return text;
}

/**
 * @param {Element} target
 * @param {string} name
 */
const styleOf = (target, name) => (name === "text" ? sheetText(target) : getAttribute(target, name));
/**
 * @param {Element} target
 * @param {string} name
 * @param {string} text
 */
const setStyle = (target, name, text) => (name === "text" ? setText(target, text) : setAttribute(target, name, text));

// ---- frames -------------------------------------------------------------------------------------

// Code as an address runs in the window that a frame has when it is put in, wherever that is.
/**
 * @param {Element} target
 * @param {string} attribute
 * @param {string} value
 */
const isEarly = (target, attribute, value) =>
  attribute === "src" && localName(target) === "iframe" && isCode(value) && !isConnected(target);

// Of a frame without an address a browser tells that its empty document has loaded while it puts it in, before any
// other code runs. The page does not wait for that.
/** @param {Event} event */
function opened(event) {
  const frame = /** @type {HTMLIFrameElement} */ (targetOf(event));
  stop(event);
  enter(frameWindow(frame));
  settle(frame, true);
}

// ---- marks --------------------------------------------------------------------------------------

// Elements whose attempt was made, as long as their marks stay the same.
let attempted = new WeakSet();

/**
 * @param {any} target
 * @param {string} attribute
 * @param {string} value
 */
function mark(target, attribute, value) {
  hasMarks = true;
  removeFrom(attempted, target);
  const name = localName(target);
  if (name === "script" && attribute !== "attributionsrc" && getAttribute(target, MARK + "type") === null) {
    // Without its address a script would run what stands inside it.
    setAttribute(target, MARK + "type", getAttribute(target, "type") ?? "");
    setAttribute(target, "type", "text/plain");
  }
  if (name === "iframe" && attribute === "src") {
    if (isEarly(target, attribute, value)) listen(target, "load", opened, ONCE);
    // A frame keeps its document when it loses its address, so it is sent to an empty one first; that this
    // one has loaded is not what the page waits for.
    else if (getAttribute(target, "src") && isConnected(target)) {
      listen(target, "load", stop, ONCE);
      setAttribute(target, "src", "about:blank");
    }
  }
  setAttribute(target, markOf(attribute), value);
  removeAttribute(target, attribute);
  if (attribute === "xlink:href") removeIn(target, XLINK, "href");
  if (match(MEDIA, name)) reload(target);
}

// What a script or a style is, where it was made nothing.
/** @param {Element} target */
function unmarkType(target) {
  const type = getAttribute(target, MARK + "type");
  if (type === null) return;
  removeAttribute(target, MARK + "type");
  if (type) setAttribute(target, "type", type);
  else removeAttribute(target, "type");
}

/**
 * @param {any} target
 * @param {string} attribute
 */
function unmark(target, attribute) {
  removeAttribute(target, markOf(attribute));
  if (localName(target) !== "script" || getAttribute(target, MARK + "type") === null) return;
  unmarkType(target);
  // Those that waited run in the order they came in, unless they say that it does not matter.
  if (isHtml(target) && getAttribute(target, "async") === null) setAsync(target, false);
}

// Some elements look at their addresses only when they are put in, or when what they stand in looks anew.
/**
 * @param {any} target
 * @param {string} attribute
 * @param {string} value
 */
function giveBack(target, attribute, value) {
  const name = localName(target);
  const parent = /** @type {any} */ (parentOf(target));
  const isLink = name === "link" && parent;
  const next = isLink && nextSibling(target);
  if (isLink) takeOut(parent, target);
  unmark(target, attribute);
  if (attribute === "srcdoc") value = trust(frameHtml(without(value), target));
  setAttribute(target, attribute === "xlink:href" ? "href" : attribute, value);
  if (isLink) putIn(parent, target, next);
  if (name === "source" && parent && match(MEDIA, localName(parent))) reload(parent);
}

// A page that demands Trusted Types takes no text for a script's address: that must not stop the others.
/**
 * @param {Element} target
 * @param {string} attribute
 * @param {string} value
 */
function tryToGiveBack(target, attribute, value) {
  try {
    giveBack(target, attribute, value);
  } catch (error) {
    mark(target, attribute, value);
    tell(FAILED, `${localName(target)}: ${error}`);
  }
}

/**
 * Makes the attempt of an element that is marked: it gets its address, waits for it, or fails. `isAgain` when
 * the state has changed since, `wasHeld` when it waited for that; `isWhole` when no parser is at it any more.
 *
 * @param {any} target
 * @param {boolean} [isAgain]
 * @param {boolean} [wasHeld]
 * @param {boolean} [isWhole]
 * @returns {void}
 */
export function settle(target, isAgain, wasHeld, isWhole) {
  if (!isAgain && isIn(attempted, target)) return;
  addTo(attempted, target);
  const name = localName(target);
  const attributes = ROWS[name]?.attributes;
  const page = /** @type {any} */ (pageOf(target));
  const isFrame = match(/frame/, name);
  if (name === "style" && getAttribute(target, MARK + "type") !== null) {
    if (!isWhole && stateOf(page) === "loading")
      return listen(page, "readystatechange", () => settle(target, true), ONCE);
    disarm(target);
    unmarkType(target);
    // Not every browser looks at it again for that.
    if (!isHtml(target)) setText(target, sheetText(target));
  }
  for (let at = 0; at < STYLES.length; at++) {
    const style = STYLES[at];
    const css = getAttribute(target, MARK + style);
    if (css === null) continue;
    removeAttribute(target, MARK + style);
    restyle(
      css,
      target,
      (text) => setStyle(target, style, text),
      () => styleOf(target, style),
    );
  }
  for (let at = 0; attributes && at < attributes.length; at++) {
    const attribute = attributes[at];
    const value = getAttribute(target, markOf(attribute));
    // A form makes its attempt when it is sent.
    const isForm = match(/action$/, attribute);
    if (value === null || isEarly(target, attribute, value)) continue;
    const relation = relationOf(target);
    const ask = () => (!asks(name, attribute, relation) ? ALLOW : judged(name, attribute, value, relation, target));
    const verdict = isForm ? ahead(ask) : ask();
    if (isForm && verdict) continue;
    if (verdict && isFrame && wait(target, claimant(), value)) return settle(target, true, true);
    if (verdict === ALLOW) {
      // A frame that the parser has just put in would lose what it is given at once (Chromium).
      if (isFrame && !isWhole && !isAgain) setTimeout(() => tryToGiveBack(target, attribute, value));
      else tryToGiveBack(target, attribute, value);
    } else if (verdict === HOLD) hold(target, value.length + 200, () => settle(target, true, true));
    else if (!isAgain || wasHeld) setTimeout(() => dispatch(target, new Event(isFrame ? "load" : "error")));
  }
  // A script that has no address was made nothing because of rules in it, or by mistake.
  if (
    name === "script" &&
    isWhole &&
    addressIn(target, "src") === null &&
    addressIn(target, "href") === null &&
    (!isRules(getAttribute(target, MARK + "type")) || mayRule(textOf(target), target))
  )
    unmarkType(target);
}

/**
 * Takes what may not pass out of a tree before a document gets it. Returns the list `touched` (or null) with
 * the elements that have marks or documents of their own before it, the last one first, linked by `next`.
 *
 * @param {any} top
 * @param {List<{ target: any }>} touched
 * @returns {List<{ target: any }>}
 */
export function disarmAll(top, touched) {
  each(top, WATCHED, (target) => {
    // A shadow root in markup.
    if (localName(target) === "template" && getAttribute(target, "shadowrootmode")) disarmAll(contentOf(target), null);
    const isMarked = disarm(target);
    if (isMarked || localName(target) === "iframe") touched = { target, next: touched };
  });
  return touched;
}

/** The state changed: what was let through may not pass any more, and what was not may. */
export function expire() {
  isStale = isUsed;
  attempted = new WeakSet();
}

/**
 * Makes the attempts of elements that a document got; `isAgain` when they were made before.
 *
 * @param {any} top
 * @param {boolean} [isAgain]
 */
export function settleAll(top, isAgain) {
  each(top, MARKED, (target) => settle(target, isAgain));
}

// ---- what a page does to attributes -------------------------------------------------------------

/**
 * A page sets an attribute; `run` sets it.
 *
 * @param {any} target
 * @param {string} attribute
 * @param {string} value
 * @param {(value: any) => any} run
 * @returns {any}
 */
export function attributeSet(target, attribute, value, run) {
  const name = localName(target);
  if (attribute === "style" || (isSvg(target) && isStyle(attribute)))
    return restyle(value, target, run, () => getAttribute(target, attribute));
  if (name === "iframe" && attribute === "srcdoc") return run(frameHtml(value, target));
  if (name === "link" && attribute === "rel") {
    disarm(target, value);
    const answer = run(value);
    removeFrom(attempted, target);
    settle(target);
    return answer;
  }
  if (name === "script" && attribute === "type") {
    // A copy gets both of a held one, attribute by attribute.
    if (getAttribute(target, MARK + "type") !== null)
      return getAttribute(target, "type") === null && !isRules(value)
        ? run(value)
        : setAttribute(target, MARK + "type", value);
    if (isRules(value)) {
      // What is in it may come later: then it stays inert.
      if (isConnected(target)) value = "text/plain";
      isStale = isUsed = true;
    }
  }
  if (ROWS[name]) {
    isUsed = true;
    if (getAttribute(target, markOf(attribute)) !== null) unmark(target, attribute);
    const relation = relationOf(target);
    const isAsked = asks(name, attribute, relation);
    if (
      isAsked &&
      (isEarly(target, attribute, value) || ahead(() => judged(name, attribute, value, relation, target))) &&
      viewOf(pageOf(target))
    ) {
      mark(target, attribute, value);
      return settle(target);
    }
  }
  return run(value);
}

/**
 * An instruction comes into a document, or gets this text there: one that brings a style sheet asks for it at once.
 *
 * @param {any} node
 * @param {string} data
 */
export function instruct(node, data) {
  let text = data;
  if (nodeName(node) === "xml-stylesheet") {
    let verdict = indexOf(data, "&") < 0 ? ALLOW : REFUSE;
    eachMatch(/["']([^"']*)/, data, (part) => {
      const given = judge("style", resolved(part, node));
      if (given > verdict) verdict = given;
    });
    if (verdict === HOLD) hold(node, data.length, () => dataOf(node) === "" && instruct(node, data));
    if (verdict) text = "";
  }
  if (dataOf(node) !== text) setData(node, text);
}

/**
 * The address in an attribute, whether it may have it or not.
 *
 * @param {Element} target
 * @param {string} attribute
 */
export const addressIn = (target, attribute) =>
  getAttribute(target, markOf(attribute)) ?? getAttribute(target, attribute);

/**
 * A page takes an attribute away.
 *
 * @param {Element} target
 * @param {string} attribute
 */
export function attributeRemoved(target, attribute) {
  if (getAttribute(target, markOf(attribute)) !== null) unmark(target, attribute);
}
