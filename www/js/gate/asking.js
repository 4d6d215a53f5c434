// Which attributes of which elements ask for an address, and whether they may have it.
//
// Left out: what becomes of an element that may not (elements.js), and markup as text (html.js).
// @ts-check

import { match, method, startsWith } from "../pristine.js";
import { ALLOW, REFUSE } from "../numbers.js";
import { eachMatch, resolved } from "./address.js";
import { screened } from "./css.js";
import { judge } from "./held.js";
import { passOf } from "./waiting.js";

const includes = method("Array", "includes");
const scheme = globalThis.location?.protocol;

/** What the names of attributes begin with in which the gate keeps what others ask for. */
export const MARK = "data-consent-";
/**
 * The beginning that makes an attribute such a mark: `data-consent-action` says what a control of the banner does.
 *
 * @param {string} attribute
 */
export const markBefore = (attribute) => MARK + (attribute === "action" ? "form-" : "");
/** @param {string} attribute */
export const markOf = (attribute) => markBefore(attribute) + attribute;

/**
 * Styles of an element: the text of a style element, the attribute of any, and those that are styles in SVG (no others
 * take an address in any engine). One that names an address has a function.
 */
export const STYLES = "text style mask cursor fill stroke clip-path filter marker-start marker-mid marker-end".split(
  " ",
);
const STYLED = STYLES.slice(1)
  .map((name) => `[${name}*="("],[${MARK}${name}]`)
  .join();

/**
 * By the name of an element: its attributes that ask for an address, and the word for that in reports.
 *
 * @type {Record<string, any>}
 */
export const ROWS = { __proto__: null };
const names = new Set(STYLES);
// The parser makes an `img` of `image`, and in SVG an `feImage` of `feimage`.
for (const line of `script script src href xlink:href attributionsrc
frame iframe,frame src srcdoc
image img,image src srcset attributionsrc href xlink:href
image input src formaction
image use,feImage,feimage href xlink:href
image set,animate to from by values
css font-face-uri href xlink:href
media source,video,audio,track src srcset poster
object embed,object src data code
link link href imagesrcset
link base href
ping a,area ping attributionsrc
form form action
form button formaction
image body,table,thead,tbody,tfoot,tr,td,th,col,colgroup background`.split("\n")) {
  const [word, elements, ...attributes] = line.split(" ");
  for (const name of elements.split(",")) ROWS[name] = { word, attributes };
  for (const attribute of attributes) names.add(attribute);
}
/** Attributes that make an element ask which mostly does not. */
export const RARE = ["ping", "attributionsrc", "background", "formaction"];
/** The names of all such attributes, longer ones before those that they begin with. */
export const NAMES = [...names].sort().reverse();
/** Every element that has a mark. */
export const MARKED = [...NAMES, "type"].map((name) => `[${markOf(name).replace(":", "\\:")}]`).join();
/** Elements that mostly ask for something. */
export const ASKING = Object.keys(ROWS).filter((name) => !RARE.includes(ROWS[name].attributes[0]));
/** What a look through a tree has to look at. */
export const WATCHED = [
  ...ASKING,
  "style",
  "template[shadowrootmode]",
  ...RARE.map((name) => `[${name}]`),
  STYLED,
].join();

// Parts of a list: what stands between semicolons, or white space, or candidates for a picture (HTML, 4.8.4.2.2):
// an address runs to white space without the commas at its end, what describes it to a comma outside parentheses.
const VALUE = /[^;]+/;
const ADDRESS = /[^\t\n\f\r ]+/;
const CANDIDATE = /([^\t\n\f\r ,](?:[^\t\n\f\r ]*[^\t\n\f\r ,])?)(?:,+|(?:[^,(]|\([^)]*\)?)*)/;
const FETCHING = /sheet|icon|manifest|load|fetch|connect|render|dict/i;
const SHEET = /sheet/i;
const ANIMATED = /^(?:to|from|by|values)$/;

/**
 * Whether an address is code, which runs where it is put.
 *
 * @param {string} address
 */
export const isCode = (address) => match(/^[\0- ]*j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:/i, address) !== null;

/**
 * Whether a script of this type has rules for loading ahead.
 *
 * @param {string | null} type
 */
export const isRules = (type) => match(/^\s*speculationrules\s*$/i, type ?? "") !== null;

/**
 * Whether an attribute is a style.
 *
 * @param {string} attribute
 */
export const isStyle = (attribute) => includes(STYLES, attribute, 1);

/**
 * Whether an element of this name asks for an address by this attribute; a link does so only in some relations.
 *
 * @param {string} name
 * @param {string} attribute
 * @param {string | null} relation
 */
export const asks = (name, attribute, relation) =>
  isStyle(attribute) ||
  (includes(ROWS[name]?.attributes ?? STYLES, attribute) &&
    (name !== "link" || match(FETCHING, relation ?? "") !== null));

/**
 * The strictest verdict on what such an attribute asks for, as this node of a page would.
 *
 * @param {string} name
 * @param {string} attribute
 * @param {string} value
 * @param {string | null} relation
 * @param {any} node
 * @returns {number}
 */
export function judged(name, attribute, value, relation, node) {
  if (isStyle(attribute)) return screened(value, node).verdict;
  let { word } = ROWS[name];
  if (attribute === "formaction") word = "form";
  if (word === "link" && match(SHEET, relation ?? "")) word = "style";
  let verdict = ALLOW;
  const take = (/** @type {number} */ given) => {
    if (given > verdict) verdict = given;
  };
  const look = (/** @type {string} */ part) => {
    const address = resolved(part, node);
    if (passOf(node) !== address) take(judge(word, address));
    // By a base of another scheme an address is another's that was a path before.
    if (name === "base" && !startsWith(address, scheme)) take(REFUSE);
    // An animation changes attributes that are addresses, and such as are styles.
    if (match(ANIMATED, attribute)) take(screened(part, node).verdict);
  };
  const parts = match(/srcset/, attribute)
    ? CANDIDATE
    : attribute === "values"
      ? VALUE
      : match(/ping|attribution/, attribute)
        ? ADDRESS
        : null;
  if (parts) eachMatch(parts, value, look);
  else if (attribute !== "srcdoc") look(value);
  return verdict;
}
