// Elements that ask for an address: what may not pass loses it, keeps it in a mark of its own
// (`data-consent-src` for `src`), and gets it back when it may.
//
// Left out: how elements come into a document (tree.js), and elements that a site marks itself (markup.js).

import {
  WeakSet, addTo, contentOf, dispatch, findBelow, findInPage, firstChild, getAttribute, getter, isConnected, isIn,
  listen, localName, match, method, parentOf, removeAttribute, removeFrom, setAttribute, setText, setTimeout, setter,
  spaceOf, stop, textOf, typeOf,
} from "../pristine.js";
import { ALLOW, FAILED, HOLD, tell } from "../told.js";
import { eachMatch, resolved } from "./address.js";
import { restyle, screened } from "./css.js";
import { passOf, wait } from "../places.js";
import { ahead, claimant, hold, judge } from "./held.js";
import { frameHtml } from "./html.js";

const findInFragment = method("DocumentFragment", "querySelectorAll");
const nextSibling = getter("Node", "nextSibling");
const takeOut = method("Node", "removeChild");
const putIn = method("Node", "insertBefore");
const isHtml = (target) => spaceOf(target) === "http://www.w3.org/1999/xhtml";
const isSvg = (target) => spaceOf(target) === "http://www.w3.org/2000/svg";
const setAsync = setter("HTMLScriptElement", "async");
const reload = method("HTMLMediaElement", "load");
const { Event } = globalThis;

const MARK = "data-consent-";
// `data-consent-action` says what a control of the banner does.
const markOf = (attribute) => MARK + (attribute === "action" ? "form" : attribute);

// Styles of an element: the text of a style element, the attribute of any, and those that are styles in SVG (no others
// take an address in any engine). One that names an address has a function.
const STYLES = "text style mask cursor fill stroke clip-path filter marker-start marker-mid marker-end".split(" ");
const STYLED = STYLES.slice(1).map((name) => `[${name}*="("],[${MARK}${name}]`).join();

// Which attributes of which elements ask for an address, and the word for it in reports.
const ROWS = { __proto__: null };
const marks = new Set(STYLES.map(markOf));
for (const line of `script script src href xlink:href
frame iframe,frame src
image img src srcset attributionsrc
image input src formaction
image image,use,feImage href xlink:href
image set,animate to from by values
media source,video,audio,track src srcset poster
object embed,object src data
link link href imagesrcset
link base href
ping a,area ping attributionsrc
form form action
form button formaction
image body,table,thead,tbody,tfoot,tr,td,th background`.split("\n")) {
  const [word, names, ...attributes] = line.split(" ");
  for (const name of names.split(",")) ROWS[name] = { word, attributes };
  for (const attribute of attributes) marks.add(markOf(attribute));
}
/** Every element that has a mark. */
const MARKED = [...marks].map((mark) => `[${mark.replace(":", "\\:")}]`).join();
// What a look through a tree has to look at.
const WATCHED = `script,iframe,frame,img,input,image,use,feImage,set,animate,source,video,audio,track,embed,object,link,base,template[shadowrootmode],[ping],[attributionsrc],[background],style,form,[formaction],${STYLED}`;
const ANIMATED = /^(?:to|from|by|values)$/;
const MEDIA = /^(?:video|audio)$/;
const includes = method("Array", "includes");
const LIST = /srcset|ping|values|attributionsrc/;
// An address in a list runs to the next white space; commas at its ends belong to the list.
const PART = /[^\s,](?:\S*[^\s,])?/;
const FETCHING = /sheet|icon|manifest|load|fetch|connect|render|dict/i;

/** Calls `act` with each element of a tree that a selector finds, and with the top of it. */
function each(top, selector, act) {
  const type = typeOf(top);
  if (type === 1) act(top);
  if (!firstChild(top)) return;
  const list = (type === 1 ? findBelow : type === 9 ? findInPage : findInFragment)(top, selector);
  // Not by its length: a page can replace what answers that.
  for (let at = 0, found; (found = list[at]); at++) act(found);
}

// The strictest answer of `ask` for the addresses in an attribute.
function strictest(target, name, value, ask) {
  let verdict = ALLOW;
  const look = (part) => {
    const given = ask(resolved(part, target));
    if (given > verdict) verdict = given;
  };
  if (match(LIST, name)) eachMatch(name === "values" ? /[^;]+/ : PART, value, look);
  else look(value);
  return verdict;
}

// A link asks for its address only in some relations.
function asks(target, relation = getAttribute(target, "rel")) {
  return localName(target) !== "link" || match(FETCHING, relation ?? "");
}

function judged(target, word, name, value) {
  if (name === "formaction") word = "form";
  if (match(ANIMATED, name)) {
    // What changes an attribute may change one that is a style.
    const { verdict } = screened(value, target);
    if (verdict) return verdict;
  }
  if (word === "link" && match(/sheet/i, getAttribute(target, "rel") ?? "")) word = "style";
  return strictest(target, name, value, (address) => (passOf(target) === address ? ALLOW : judge(word, address)));
}

/**
 * Takes every address that may not pass out of one element, and answers whether it has a mark now. `relation`
 * is what a link is about to become.
 */
export function disarm(target, relation) {
  return ahead(() => disarmed(target, relation));
}

function disarmed(target, relation) {
  const name = localName(target);
  const row = ROWS[name];
  let isMarked = false;
  for (let at = 0; row && at < row.attributes.length; at++) {
    const attribute = row.attributes[at];
    const value = getAttribute(target, attribute);
    if (value === null) isMarked ||= getAttribute(target, markOf(attribute)) !== null;
    else if (asks(target, relation) && judged(target, row.word, attribute, value)) {
      mark(target, attribute, value);
      isMarked = true;
    }
  }
  // What it lists is fetched ahead, and it is never run again: in other words than plain ones it stays inert.
  if (name === "script" && match(/^\s*speculationrules\s*$/i, getAttribute(target, "type") ?? "")) {
    const rules = textOf(target);
    if (match(/\\/, rules) || screened(rules, target, true).verdict) setAttribute(target, "type", "text/plain");
  }
  if (name === "iframe") {
    const html = getAttribute(target, "srcdoc");
    const gated = html && frameHtml(html);
    if (gated !== html) setAttribute(target, "srcdoc", gated);
  }
  for (let at = name === "style" ? 0 : 1; at < (isSvg(target) ? STYLES.length : 2); at++) {
    const style = STYLES[at];
    const css = styleOf(target, style);
    const { text } = screened(css ?? "", target);
    if (css && text !== css) {
      setAttribute(target, MARK + style, css);
      setStyle(target, style, text);
    }
    isMarked ||= getAttribute(target, MARK + style) !== null;
  }
  return isMarked;
}

/** Calls `each` with every text in a style element, and with none further down, which is none of its style sheet. */
export function eachText(target, each) {
  for (let child = firstChild(target); child; child = nextSibling(child)) if (match(/[34]/, typeOf(child))) each(child);
}

/** The style sheet of a style element. */
export function sheetText(target) {
  let text = "";
  eachText(target, (child) => (text += textOf(child)));
  return text;
}

const styleOf = (target, name) => (name === "text" ? sheetText(target) : getAttribute(target, name));
const setStyle = (target, name, text) => (name === "text" ? setText(target, text) : setAttribute(target, name, text));

// Elements whose attempt was made, as long as their marks stay the same.
const attempted = new WeakSet();

function mark(target, attribute, value) {
  removeFrom(attempted, target);
  const name = localName(target);
  if (name === "script" && getAttribute(target, MARK + "type") === null) {
    // Without its address a script would run what stands inside it.
    setAttribute(target, MARK + "type", getAttribute(target, "type") ?? "");
    setAttribute(target, "type", "text/plain");
  }
  // A frame keeps its document when it loses its address, so it is sent to an empty one first; that this
  // one has loaded is not what the page waits for.
  if (name === "iframe" && getAttribute(target, "src") && isConnected(target)) {
    listen(target, "load", stop, { __proto__: null, capture: true, once: true });
    setAttribute(target, "src", "about:blank");
  }
  setAttribute(target, markOf(attribute), value);
  removeAttribute(target, attribute);
  if (match(MEDIA, name)) reload(target);
}

function unmark(target, attribute) {
  removeAttribute(target, markOf(attribute));
  const type = localName(target) === "script" ? getAttribute(target, MARK + "type") : null;
  if (type === null) return;
  removeAttribute(target, MARK + "type");
  if (type) setAttribute(target, "type", type);
  else removeAttribute(target, "type");
  // Those that waited run in the order they came in, unless they say that it does not matter.
  if (isHtml(target) && getAttribute(target, "async") === null) setAsync(target, false);
}

// Some elements look at their addresses only when they are put in, or when what they stand in looks anew.
function giveBack(target, attribute, value) {
  const name = localName(target);
  const parent = parentOf(target);
  const isLink = name === "link" && parent;
  const next = isLink && nextSibling(target);
  if (isLink) takeOut(parent, target);
  unmark(target, attribute);
  setAttribute(target, attribute === "xlink:href" ? "href" : attribute, value);
  if (isLink) putIn(parent, target, next);
  if (name === "source" && parent && match(MEDIA, localName(parent))) reload(parent);
}

// A page that demands Trusted Types takes no text for a script's address: that must not stop the others.
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
 * the state has changed since, `wasHeld` when it waited for that.
 */
export function settle(target, isAgain, wasHeld) {
  if (!isAgain && isIn(attempted, target)) return;
  addTo(attempted, target);
  for (let at = 0; at < STYLES.length; at++) {
    const name = STYLES[at];
    const css = getAttribute(target, MARK + name);
    if (css === null) continue;
    removeAttribute(target, MARK + name);
    restyle(css, target, (text) => setStyle(target, name, text), () => styleOf(target, name));
  }
  const row = ROWS[localName(target)];
  for (let at = 0; row && at < row.attributes.length; at++) {
    const attribute = row.attributes[at];
    const value = getAttribute(target, markOf(attribute));
    if (value === null) continue;
    const isForm = match(/action$/, attribute);
    const ask = () => judged(target, row.word, attribute, value);
    // A form makes its attempt when it is sent.
    const verdict = isForm ? ahead(ask) : ask();
    if (isForm && verdict) continue;
    if (verdict && row.word === "frame") wait(target, claimant());
    if (verdict === ALLOW) tryToGiveBack(target, attribute, value);
    else if (verdict === HOLD) hold(target, value.length + 200, () => settle(target, true, true));
    else if (!isAgain || wasHeld) setTimeout(() => dispatch(target, new Event(row.word === "frame" ? "load" : "error")));
  }
}

/**
 * Takes what may not pass out of a tree before a document gets it. Returns the list `touched` (or null) with
 * the elements that have marks or documents of their own before it, the last one first, linked by `next`.
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

/** Makes the attempts of elements that a document got; `isAgain` when they were made before. */
export function settleAll(top, isAgain) {
  each(top, MARKED, (target) => settle(target, isAgain));
}

/** A page sets an attribute; `run` sets it. */
export function attributeSet(target, attribute, value, run) {
  const name = localName(target);
  const row = ROWS[name];
  if (attribute === "style" || (isSvg(target) && includes(STYLES, attribute))) return restyle(value, target, run, () => getAttribute(target, attribute));
  if (name === "iframe" && attribute === "srcdoc") return run(frameHtml(value));
  if (name === "link" && attribute === "rel") {
    disarm(target, value);
    run(value);
    return settle(target);
  }
  if (name === "script" && attribute === "type" && getAttribute(target, MARK + "type") !== null) {
    return setAttribute(target, MARK + "type", value);
  }
  for (let at = 0; row && at < row.attributes.length; at++) {
    if (row.attributes[at] !== attribute) continue;
    if (getAttribute(target, markOf(attribute)) !== null) unmark(target, attribute);
    if (!asks(target) || !ahead(() => judged(target, row.word, attribute, value))) break;
    mark(target, attribute, value);
    return settle(target);
  }
  return run(value);
}

/** The address in an attribute, whether it may have it or not. */
export const addressIn = (target, attribute) => getAttribute(target, markOf(attribute)) ?? getAttribute(target, attribute);

/** A page takes an attribute away. */
export function attributeRemoved(target, attribute) {
  if (getAttribute(target, markOf(attribute)) !== null) unmark(target, attribute);
}
