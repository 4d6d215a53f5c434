// Addresses: absolute ones from what a page wrote, and texts read once.
//
// Left out: which address may be asked (src/gate.rs).
// @ts-check

import { baseOf, match, method, slice, takeAll } from "../pristine.js";

const { URL, trustedTypes } = globalThis;
const [href, pathname] = takeAll("URL", "href pathname");
const [isHtml, isScript, isUrl] = takeAll(trustedTypes, "isHTML isScript isScriptURL");
const htmlText = method("TrustedHTML", "toString");
const scriptText = method("TrustedScript", "toString");
const urlText = method("TrustedScriptURL", "toString");

/**
 * The absolute form of an address as a node of a page would ask for it; what is none leads to nobody.
 *
 * @param {string} text
 * @param {any} [node]
 * @returns {string}
 */
export function resolved(text, node) {
  let base;
  try {
    base = baseOf(node);
    // Documents of nobody have no base of their own: what is in them comes to the page sooner or later.
    if (base === "about:blank") base = baseOf(globalThis.document);
  } catch {
    // Without a node there is no base, and only an absolute address is one.
  }
  try {
    return href(new URL(text, base));
  } catch {
    return "about:invalid";
  }
}

/**
 * The same as code of a realm would ask for it.
 *
 * @param {string} text
 * @param {Realm} scope
 * @returns {string}
 */
export function resolvedIn(text, scope) {
  let page;
  try {
    page = scope.document;
  } catch {
    // Its window has gone to another origin.
  }
  return resolved(text, page);
}

/**
 * The path of an absolute address.
 *
 * @param {string} address
 */
export const pathOf = (address) => pathname(new URL(address));

/**
 * A value that a page hands over, to be passed on: as a text made once, so that nothing can say one thing
 * to the judge and another to the browser; a Trusted Type as it is, since it cannot change.
 *
 * @param {unknown} value
 * @returns {any}
 */
export function once(value) {
  return typeof value === "object" &&
    value &&
    trustedTypes &&
    (isHtml(trustedTypes, value) || isScript(trustedTypes, value) || isUrl(trustedTypes, value))
    ? value
    : `${value}`;
}

/**
 * What a value made by `once` says.
 *
 * @param {any} value
 * @returns {string}
 */
export function said(value) {
  if (typeof value === "string") return value;
  return (isHtml(trustedTypes, value) ? htmlText : isUrl(trustedTypes, value) ? urlText : scriptText)(value);
}

/**
 * What a document gets to read when this is written; nothing for a symbol, of which the browser complains by itself.
 *
 * @param {any[]} args
 * @param {string} name
 * @returns {string | undefined}
 */
export function written(args, name) {
  let text = "";
  for (let at = 0; at < args.length; at++) {
    if (typeof args[at] === "symbol") return;
    text += said((args[at] = once(args[at])));
  }
  return name === "writeln" ? text + "\n" : text;
}

/**
 * Whether all that is written are Trusted Types.
 *
 * @param {any[]} args
 */
export function areTrusted(args) {
  for (let at = 0; at < args.length; at++) if (typeof args[at] !== "object") return false;
  return args.length > 0;
}

/**
 * Makes an argument a text, once, and returns it.
 *
 * @param {any[]} args
 * @param {number} at
 * @returns {string}
 */
export function asText(args, at) {
  return (args[at] = `${args[at]}`);
}

/**
 * Calls `each` with every part of a text that matches, or with the group in it.
 *
 * @param {RegExp} pattern
 * @param {string} text
 * @param {(part: string) => unknown} each
 */
export function eachMatch(pattern, text, each) {
  for (let rest = text, found; (found = match(pattern, rest)); rest = slice(rest, found.index + found[0].length)) {
    each(found[1] ?? found[0]);
  }
}
