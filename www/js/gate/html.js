// Markup as text: it is read once where nothing loads, and what may not pass is marked before the browser
// reads it for the page.
//
// Left out: what may not pass (elements.js), and the many functions that take markup (tree.js).

import {
  baseOf, contentOf, create, headOf, htmlOf, innerOf, lastChild, localName, match, method, nodeName, outerOf,
  replaceChildren, setAttribute, setInner, slice,
} from "../pristine.js";
import { said } from "./address.js";
import { disarmAll } from "./elements.js";

const page = globalThis.document;
const createPage = method("DOMImplementation", "createHTMLDocument");
const parser = globalThis.DOMParser && new DOMParser();
const parse = method("DOMParser", "parseFromString");

// Markup without any of these asks for nothing and brings no document of its own.
const ASKS =
  /<(?:script|i?frame|img|ima?ge|use|fe|set|animate|source|video|audio|track|embed|object|input|link|base|style|template)|(?:ping|attributionsrc|background|style|data-consent\S*)\s*=|(?:mask|cursor|fill|stroke|clip-path|filter|marker\S*)\s*=\s*["']?[^"'\s>]*[(\\&]/i;

// A document of nobody, in which nothing loads or runs; its base is that of whoever asks.
let lab, base;

function empty(context, name) {
  if (!lab) {
    lab = createPage(page.implementation, "");
    base = create(lab, "base");
    replaceChildren(headOf(lab), base);
  }
  setAttribute(base, "href", baseOf(context));
  return create(lab, name);
}

/** Whether markup may ask for something, or bring a document of its own. */
export const asks = (value) => match(ASKS, said(value));

/**
 * Markup as the browser may read it for `context`, the element it becomes the inside of: the same value
 * where everything in it may pass.
 */
export function screenedHtml(value, context) {
  if (!asks(value)) return value;
  // Rows and cells are read as such only inside what they belong to.
  const name = context && localName(context);
  const holder = empty(context ?? page, name && match(/^(?:table|tbody|thead|tfoot|tr|td|th|colgroup|select|svg)$/, name) ? name : "div");
  setInner(holder, value);
  return disarmedMarkup(holder, innerOf, value);
}

// What `read` says of a tree without what may not pass; `whole` where everything may.
function disarmedMarkup(top, read, whole) {
  const before = read(top);
  disarmAll(top, null);
  const after = read(top);
  return before === after ? whole : after;
}

/** What `document.write` gets, piece by piece, as far as it is whole. */
export function createWriter(document) {
  let waiting = "";
  return (text) => {
    waiting += text;
    const template = empty(document, "template");
    // Inside an unfinished tag, comment or text this is no element.
    setInner(template, waiting + "<consent-end>");
    const content = contentOf(template);
    let end = content;
    for (let last; (last = lastChild(end)); ) end = last;
    if (end === content || nodeName(end) !== "CONSENT-END" || match(/<$/, waiting)) return "";
    const whole = waiting;
    waiting = "";
    return screenedHtml(whole, page.body);
  };
}

/** The markup of a whole page, likewise. */
export const screenedPage = (html) => disarmedMarkup(htmlOf(parse(parser, html, "text/html")), outerOf, html);

// Runs first in a frame, closes the gate there and takes itself away. A frame in a frame has it from further up.
const PRELUDE =
  "<script>try{for(let w=self;w!=top;)(w=w.parent).consentinel?.guard(self)}catch{}document.currentScript.remove()</script>";
const DOCTYPE = /^\s*(?:<!doctype[^>]*>)?/i;

/** The markup of a frame: it begins by closing the gate there, before anything else of it runs. */
export function begunGated(value, screen = (html) => html) {
  const start = match(DOCTYPE, value)[0];
  let rest = slice(value, start.length);
  if (slice(rest, 0, PRELUDE.length) === PRELUDE) rest = slice(rest, PRELUDE.length);
  return start + PRELUDE + screen(rest);
}

/** The same, without what may not pass. */
export const frameHtml = (value) => begunGated(value, screenedPage);
