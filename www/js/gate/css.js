// Style sheets as texts: what an address in them asks for is asked when the style applies, so an address
// that may not pass is taken out before the browser sees the text. Texts are read token by token, as CSS
// Syntax 3 (https://www.w3.org/TR/css-syntax-3/) says and the engines do, in time that grows as they do.
//
// Left out: what a style means. An address is what stands in `url()`; a text in quotes is one where it may
// become one: in `@import`, in functions for images, and in what `var()` and its kin can carry there, which are
// custom properties and functions of the page's own. No other text is: a selector, `content`, `@namespace`.
// @ts-check

import { indexOf, match, slice } from "../pristine.js";
import { ALLOW, HOLD, REFUSE } from "../numbers.js";
import { resolved } from "./address.js";
import { hold, judge } from "./held.js";

const { fromCodePoint } = String;

/** What every style has that names an address: a text, an escape, or the function. */
export const ADDRESS = /["'\\]|url\(/i;

// Where something begins or ends. What stands between is of no matter but for the name before a parenthesis.
const PIECE = /\/\*|<!--|-->|["'()[\]{};\\]/g;
const SPACE = /[ \t\n\r\f]*/y;
const OPENS = /\(/y;
const QUOTES = /["']/y;
// A part of a name (4.3.11), and the end of one; every character beyond ASCII belongs to names.
const NAME = /[-\w\0\x80-\uffff]+|\\(?:[\da-f]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f])/iy;
const LETTER = /[-\w\0\x80-\uffff]/;
// In a text: an escape, a quote, a line's end, which a text does not go beyond (4.3.5).
const TEXT = /\\(?:\r\n|[^])?|["']|([\n\r\f])/g;
// In an address without quotes (4.3.6): what belongs there, its end, and what makes it none.
const BARE =
  /(\\(?:[\da-f]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f]|$)|[ \t\n\r\f]+(?=\)|$))|\)|[ \t\n\r\f]+|["'(\\\x01-\x1f\x7f]/gi;
const ESCAPE = /\\(?:([\da-f]{1,6})(?:\r\n|[ \t\n\r\f])?|\r\n|[\n\r\f]|([^]?))/gi;
// Functions in which a text is an address, or may come to where it is one.
const FUNCTION = /^(?:--|(?:url|src)$)|image|fade|filter/i;
// What a declaration or a rule begins with whose texts may become addresses, as far as a name without escapes
// can tell, and rules that ask nobody.
const BEGINNING =
  /--|@import|@?[-\w]*\\|(?:result|initial-value)(?![-\w\0\x80-\uffff])|(@(?:namespace|supports|(?:-moz-)?document)(?![-\w\\\0\x80-\uffff]))/iy;
const NOTHING = "data:,";

/**
 * @param {RegExp} pattern
 * @param {string} text
 * @param {number} at
 * @returns {any}
 */
const find = (pattern, text, at) => {
  pattern.lastIndex = at;
  return match(pattern, text);
};

// A text with its escapes written out (4.3.7).
/** @param {string} text */
function plain(text) {
  let out = "";
  let at = 0;
  for (let found; (found = find(ESCAPE, text, at)); at = found.index + found[0].length) {
    const code = found[1] && parseInt(found[1], 16);
    out +=
      slice(text, at, found.index) +
      (code === undefined ? (found[2] ?? "") : code && code < 0x110000 ? fromCodePoint(code) : "\ufffd");
  }
  return out + slice(text, at);
}

/**
 * A style without the addresses that may not pass if this node asks for them, the strictest verdict, and whether
 * any waits. Where `isOpen`, every text in it counts as an address.
 *
 * @param {string} text
 * @param {any} node
 * @param {boolean} [isOpen]
 */
export function screened(text, node, isOpen) {
  let verdict = ALLOW;
  let isHeld = false;
  let out = "";
  // How far the text is read, and how far it is in `out`.
  let at = 0;
  let done = 0;
  // Where the declaration or rule begins that is being read, what it begins with, and the brackets around.
  /** @type {any} */
  let start, /** @type {any} */ beginning;
  /** @type {{ isOpen: unknown, isBody: boolean, end: string, up: any }} */
  let around = { isOpen, isBody: true, end: "", up: null };
  const begin = (/** @type {number} */ place) => {
    start = place + find(SPACE, text, place)[0].length;
    beginning = undefined;
  };
  const known = () => (beginning === undefined ? (beginning = find(BEGINNING, text, start)) : beginning);
  const mayBecome = () => around.isOpen || (known() && !known()[1]);
  // An address, up to where the text is read, and what stands there if it may not pass.
  const take = (/** @type {string} */ address, /** @type {number} */ from, /** @type {string} */ instead) => {
    const found = known();
    if (found?.[1] && !isOpen) return;
    const isSheet = found?.[0][0] === "@";
    address = plain(address);
    // Fragments are of the page itself.
    if (!address || address[0] === "#" || (!isSheet && match(/^data:/i, address))) return;
    address = resolved(address, node);
    const given =
      address === "about:invalid"
        ? REFUSE
        : judge(isSheet && match(/^(?:blob|data):/, address) ? "style" : "css", address);
    if (given === ALLOW) return;
    out += slice(text, done, from) + instead;
    done = at;
    isHeld ||= given === HOLD;
    if (given > verdict) verdict = given;
  };

  begin(0);
  if (!match(ADDRESS, text)) at = text.length;
  for (let found; (found = find(PIECE, text, at)); ) {
    const last = at;
    const piece = found[0];
    const from = found.index;
    at = from + piece.length;
    if (piece.length > 1) {
      if (piece === "/*") {
        at = indexOf(text, "*/", at) + 2;
        if (at < 2) break;
      }
      if (from === start) begin(at);
    } else if (piece === '"' || piece === "'") {
      let end;
      do {
        end = find(TEXT, text, at);
        at = end ? end.index + end[0].length : text.length;
      } while (end && end[0] !== piece && !end[1]);
      if (!end?.[1] && mayBecome()) take(slice(text, from + 1, end ? at - 1 : at), from, piece + NOTHING + piece);
    } else if (piece === "(" || piece === "\\") {
      let first = from;
      while (first > last && match(LETTER, text[first - 1])) first--;
      let end = from;
      for (let part; (part = find(NAME, text, end)); ) end += part[0].length;
      if (!find(OPENS, text, end)) {
        if (end > at) at = end;
        continue;
      }
      at = end + 1;
      const raw = slice(text, first, end);
      // A number with a unit, a hash or an at-keyword is no function (4.3.3).
      const name = match(/^-?\d/, raw) || match(/[#@]/, slice(text, first && first - 1, first)) ? "" : plain(raw);
      const inside = at + find(SPACE, text, at)[0].length;
      if (match(/^url$/i, name) && !find(QUOTES, text, inside)) {
        at = inside;
        let isBad = false;
        let end;
        do {
          end = find(BARE, text, at);
          at = end ? end.index + end[0].length : text.length;
          isBad ||= end && !end[1] && end[0] !== ")";
        } while (end && end[0] !== ")");
        if (!isBad) take(slice(text, inside, end ? at - 1 : at), first, "url(" + NOTHING + ")");
      } else around = { isOpen: mayBecome() || match(FUNCTION, name), isBody: false, end: ")", up: around };
    } else if (piece === "[" || piece === "{") {
      const isBody = piece === "{" && around.isBody;
      around = { isOpen: mayBecome(), isBody, end: piece === "[" ? "]" : "}", up: around };
      if (isBody) begin(at);
    } else {
      if (piece === around.end) around = around.up;
      // One bracket too many ends a declaration as well (Firefox).
      if (piece !== ")" && piece !== "]" && around.isBody) begin(at);
    }
  }
  return { text: verdict === ALLOW ? text : out + slice(text, done), verdict, isHeld };
}

/**
 * Hands a style to `write` without what may not pass, and the whole one once it may, as long as `read`
 * still answers what it did then.
 *
 * @param {string} text
 * @param {any} node
 * @param {(text: string, isHeld?: boolean) => any} write
 * @param {() => unknown} read
 * @param {boolean} [isOpen]
 * @returns {any}
 */
export function restyle(text, node, write, read, isOpen) {
  const { text: clean, isHeld } = screened(text, node, isOpen);
  const answer = write(clean, isHeld);
  if (isHeld) {
    const before = read();
    hold({}, text.length, () => read() === before && restyle(text, node, write, read, isOpen));
  }
  return answer;
}
