// Markup as text. Each `<` that may begin a start tag is looked at, whatever stands around it: which attributes a
// tag has that begins there depends on nothing before it (HTML, 13.2.5). So it does not matter in which element,
// namespace or comment the text ends up, and with scripting or without; nothing is parsed ahead, and nothing
// printed and parsed again. The browser reads the text of the page, in which the names of attributes that may not
// pass begin with a prefix (`data-consent-src` for `src`), which are the marks of elements.js. What only looked
// like a tag gets its text back by `without`.
//
// Left out: what may not pass (asking.js), the functions that take markup (tree.js, writing.js).
// @ts-check

import {
  WeakRef,
  apply,
  deref,
  getAttribute,
  indexOf,
  lower,
  match,
  method,
  ownKeys,
  slice,
  split,
  startsWith,
  takeAll,
} from "../pristine.js";
import { asText, resolved } from "./address.js";
import { around } from "./around.js";
import {
  ASKING,
  MARK,
  NAMES,
  RARE,
  ROWS,
  STYLES,
  asks,
  isCode,
  isRules,
  isStyle,
  judged,
  markBefore,
} from "./asking.js";
import { screened } from "./css.js";
import { ahead, judge } from "./held.js";
import { RULES } from "../numbers.js";
import { ask } from "../told.js";

const { document: page, location, origin, trustedTypes } = globalThis;
const scheme = location?.protocol + "//";
const join = method("Array", "join");
const createPolicy = method("TrustedTypePolicyFactory", "createPolicy");
const [createHtml, createScriptUrl] = takeAll("TrustedTypePolicy", "createHTML createScriptURL");

/**
 * A name without a prefix, which stands for what comes after it.
 *
 * @param {string} name
 */
export const local = (name) => /** @type {Found} */ (match(/[^:]*$/, lower(name)))[0];

// ---- values as they are written -----------------------------------------------------------------

// What a value says; null where it takes more to read it than these references (HTML, 13.2.5.72 to 80).
const OTHER = /&(?!(?:quot|lt|gt|amp);)(?:#|[a-z\d]+(?!=|[a-z\d]))/i;
/**
 * @param {string} text
 * @param {string} reference
 * @param {string} letter
 * @returns {string}
 */
const put = (text, reference, letter) => join(split(text, reference), letter);
/** @param {string} text */
const read = (text) =>
  match(OTHER, text) ? null : put(put(put(put(text, "&quot;", '"'), "&lt;", "<"), "&gt;", ">"), "&amp;", "&");

// What may stand before a frame's own markup: space, comments, a type, as it is or as it is written in an attribute
// (HTML, 13.2.5.45 to 52: other comments end elsewhere).
const DOCTYPE = /^(?:[\t\n\f\r ]|<!--(?!-?>)(?:(?!--)[^])*-->)*(?:(?:<|&lt;)!doctype(?:(?!&gt;)[^<>])*(?:>|&gt;))?/i;
const PRELUDE_NAME = "data-consent-prelude";
const PRELUDE = `<script ${PRELUDE_NAME}>`;

// ---- tags in a text -----------------------------------------------------------------------------

const NAME = /[\t\n\f\r />]|$/g;
// The end of a tag, or an attribute with its value (HTML, 13.2.5.32 to 40); a quotation may end with the text.
const ATTRIBUTE =
  /[\t\n\f\r /]*(?:(>)|([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\t\n\f\r >"'][^\t\n\f\r >]*)|(?=>)))?)?/y;
const SPACE = "[\\t\\n\\f\\r />]";
const LOADS = "[(&]";
// Nothing in a text without any of these asks for anything: an element that mostly does, an attribute that makes any
// do so, a style that names an address.
const ASKS = new RegExp(
  `<(?:style|template|${ASKING.join("|")})(?:${SPACE}|$)|(?:${SPACE}|["'])(?:(?:${RARE.join("|")})[\\t\\n\\f\\r ]*=|(?:${STYLES.slice(1).join("|")})[\\t\\n\\f\\r ]*=[\\t\\n\\f\\r ]*(?:"[^"]*${LOADS}|'[^']*${LOADS}|(?!["'])[^\\t\\n\\f\\r >"']*(?:["']|${LOADS})))`,
  "i",
);
// Attributes that are looked at.
/** @type {Record<string, any>} */
const LOOKED_AT = { __proto__: null, rel: true, type: true, shadowrootmode: true };
for (const name of NAMES) LOOKED_AT[local(name)] = LOOKED_AT[name] = true;
// Keeps the place of an address.
const EMPTY = "src ";
/** Elements that show a document. */
export const FRAME = /^(?:i?frame|object|embed)$/;
// What ends elements whose inside is text.
/** @type {Record<string, any>} */
const TEXTS = { __proto__: null, style: /<\/style|$/gi, script: /<\/script|$/gi };

/**
 * Whether the rules of a script for loading ahead may pass; in other words than plain ones they may not.
 *
 * @param {string} rules
 * @param {any} node
 */
export const mayRule = (rules, node) => indexOf(rules, "\\") < 0 && !screened(rules, node, true).verdict;

// Whether elements of the page's own making may look into frames while these are put in.
let isWatched = false;
export const expectWatchers = () => (isWatched = true);

/** Looks for shadow roots alone, or for addresses of frames that have to wait until the gate is closed in these. */
export const ROOTS = 1,
  FRAMES = 2;

/**
 * Looks through markup that this node of a page gets, for some things `only` or for all; `isPart` is 1 when the page may go on with it, 2 when only its
 * code may. Answers with `edits` (what to
 * put in, by its place), `frames` (where their tags end), shadow roots, where the first tag
 * begins that has no end (`start`, or -1), and up to where such tags may be read all the same (`keep`).
 *
 * @param {string} text
 * @param {any} node
 * @param {unknown} [isForeign]
 * @param {any} [isPart]
 * @param {unknown} [only]
 * @returns {Scanned}
 */
export function scan(text, node, isForeign, isPart, only) {
  const { length } = text;
  /** @type {Scanned} */
  const scanned = { edits: null, frames: null, hasRoots: false, start: -1, keep: length };
  if (!isForeign && !isPart && !match(ASKS, text)) return scanned;
  const isMixed = isForeign || match(/<svg/i, text);
  const isDelayed = isWatched && match(/<[^\s/<>!]*-|\sis\s*=/i, text);
  // Tags within tags share what follows: it is looked at once for each kind.
  /** @type {Record<string, any>} */
  const seen = { __proto__: null };
  /** @type {Record<string, any>} */
  const ends = { __proto__: null };
  let nameEnd = 0,
    reached = 0,
    textEnd = 0;
  const edit = (/** @type {number} */ at, /** @type {string} */ text) =>
    ((scanned.edits ??= { __proto__: null })[at] = text);

  for (let at = indexOf(text, "<"); at >= 0; at = indexOf(text, "<", at + 1)) {
    if (nameEnd <= at) nameEnd = endOf(NAME, text, at + 1);
    const name = nameEnd - at < 40 ? local(slice(text, at + 1, nameEnd)) : "-";
    // The end of an element, or a comment.
    if (nameEnd < length && match(/^[!?]|^$/, name)) continue;
    const isText = TEXTS[name];
    const isAsking = ROWS[name] || isText || name === "template";
    const isNested = at < reached;
    let from = nameEnd,
      isSeen = false,
      isWhole,
      /** @type {List<Attribute>} */ list = null;
    for (;;) {
      if (isNested) {
        const key = (isAsking ? name : "") + from;
        if ((isSeen = seen[key])) break;
        seen[key] = true;
      }
      ATTRIBUTE.lastIndex = from;
      const found = /** @type {Found} */ (match(ATTRIBUTE, text));
      const end = from + found[0].length;
      const attribute = found[2];
      const attributeName = attribute && lower(attribute);
      if (isAsking ? LOOKED_AT[attributeName] || LOOKED_AT[local(attributeName ?? "")] : isStyle(attributeName)) {
        const quoted = found[3] ?? found[4];
        const value = quoted ?? found[5] ?? "";
        list = {
          name: attributeName,
          at: indexOf(text, attribute, from),
          value,
          quoted: quoted && end - 1 - value.length,
          next: list,
        };
      }
      from = end;
      isWhole = found[1];
      if (attribute === undefined) break;
    }
    if (from > reached) reached = from;
    if (!isSeen && !isWhole) {
      if (scanned.start < 0) scanned.start = at;
      if (isAsking && nameEnd < scanned.keep) scanned.keep = nameEnd;
      continue;
    }
    if (match(FRAME, name)) (scanned.frames ??= { __proto__: null })[from] = true;

    // Of attributes of one name the first counts; what comes before a tag within a tag may belong to it or not.
    let relation = isNested ? "sheet" : "",
      type = "";
    for (let one = list; one; one = one.next) {
      one.text = read(one.value);
      if (one.name === "rel" && !isNested) relation = one.text ?? "sheet";
      if (one.name === "type") type = one.text ?? "speculationrules";
    }
    let isHeld = isSeen && isText;
    for (let one = list; one; one = one.next) {
      const attribute = asks(name, one.name, relation) ? one.name : local(one.name);
      if (name === "template" && attribute === "shadowrootmode") {
        scanned.hasRoots = true;
        // Nobody gets hold of what is in a closed one, and there may be something to take care of.
        if (one.text !== "open" && only !== FRAMES) edit(one.at, "shadowrootmode=open ");
        continue;
      }
      const isLate = isDelayed && only !== ROOTS && name === "iframe" && !isStyle(attribute) && one.text !== "";
      if (!asks(name, attribute, relation) || (only && !isLate)) continue;
      if (attribute === "srcdoc" && one.quoted && one.text && !isDelayed && !scan(one.text, node).edits) {
        edit(
          /** @type {number} */ (one.quoted) + /** @type {Found} */ (match(DOCTYPE, one.value))[0].length,
          put(prelude(), "'", "&#39;"),
        );
      } else if (
        isLate ||
        one.text === null ||
        (attribute === "srcdoc" && one.text) ||
        (name === "iframe" && isCode(/** @type {string} */ (one.text))) ||
        ahead(() => judged(name, attribute, /** @type {string} */ (one.text), relation, node))
      ) {
        edit(one.at, (name === "iframe" && attribute === "src" ? EMPTY : "") + markBefore(attribute));
        isHeld ||= name === "script" && attribute !== "attributionsrc";
      }
    }
    if (isText && (name === "style" || isRules(type))) {
      const end = ends[name] >= from ? ends[name] : (ends[name] = endOf(isText, text, from));
      const inside = slice(text, from, end);
      if (isPart > 1 && end === length) {
        if (scanned.start < 0) scanned.start = at;
        if (nameEnd < scanned.keep) scanned.keep = nameEnd;
        continue;
      }
      isHeld ||=
        at < textEnd ||
        (isPart && end === length) ||
        (isMixed && match(/[&<]/, inside)) ||
        ahead(() => (name === "style" ? screened(inside, node).verdict : !mayRule(inside, node)));
      textEnd = end;
    }
    if (isHeld && !only)
      edit(
        nameEnd,
        ` type=text/plain ${MARK}type` + (type && "=" + (match(/^[\w/+.-]+$/, type) ? type : "text/plain")),
      );
  }
  return scanned;
}

// Where a pattern matches from a place on.
/**
 * @param {RegExp} pattern
 * @param {string} text
 * @param {number} from
 */
function endOf(pattern, text, from) {
  pattern.lastIndex = from;
  return /** @type {Found} */ (match(pattern, text)).index;
}

/**
 * Markup in which no frame has an address that something could look at before the gate is closed in it; itself where
 * nothing could.
 *
 * @param {string} text
 */
export const delayed = (text) => (isWatched ? edited(text, scan(text, null, 0, 0, FRAMES).edits) : text);

/**
 * A part of a text with what is to be put into it there.
 *
 * @param {string} text
 * @param {Edits | null} edits
 * @param {number} [from]
 * @param {number} [end]
 */
export function edited(text, edits, from = 0, end = text.length) {
  let out = "";
  // In their order: browsers keep places as numbers.
  const places = edits ? ownKeys(edits) : [];
  for (let at = 0; at < places.length; at++) {
    const place = +(/** @type {string} */ (places[at]));
    if (place < from || place >= end) continue;
    out += slice(text, from, place) + /** @type {Edits} */ (edits)[place];
    from = place;
  }
  return out + slice(text, from, end);
}

const PUT_IN = new RegExp(
  `(?:<|&lt;)script ${PRELUDE_NAME}(?:=(?:"|&quot;){2})?(?:>|&gt;)[^]*?/script(?:>|&gt;)| type=text/plain ${MARK}type(?:=[\\w/+.-]+)?|shadowrootmode=open (?=shadowrootmode)|(?:${EMPTY})?${MARK}(?:form-(?=action)|(?=(?:${NAMES.filter((name) => name !== "action").join("|")})(?:${SPACE}|=)))`,
  "i",
);

/**
 * A text without what was put into it.
 *
 * @param {string} text
 */
export function without(text) {
  let out = "";
  for (let found; (found = match(PUT_IN, text)); text = slice(text, found.index + found[0].length))
    out += slice(text, 0, found.index);
  return out + text;
}

/** @type {any} */
let policy;
const ourPolicy = () =>
  (policy ??= createPolicy(trustedTypes, "consentinel", {
    __proto__: null,
    createHTML: (/** @type {string} */ text) => text,
    createScriptURL: (/** @type {string} */ address) => address,
  }));

/**
 * An address of a script of ours, as such where the page demands that; throws where it does not let us.
 *
 * @param {string} address
 * @returns {any}
 */
export const trustUrl = (address) => (trustedTypes ? createScriptUrl(ourPolicy(), address) : address);

/**
 * A text that was made from one that the page may use as markup, as such where the page demands that.
 *
 * @param {string} text
 * @param {unknown} [whole]
 * @returns {any}
 */
export function trust(text, whole) {
  if (typeof whole === "string" || !trustedTypes) return text;
  try {
    return createHtml(ourPolicy(), text);
  } catch {
    // The page names those who may: the browser refuses the text.
    policy = {};
    return text;
  }
}

// ---- frames -------------------------------------------------------------------------------------

// What may be asked for now, as a Content-Security-Policy that holds in a frame without an origin, too: nothing is the
// own site there, and a host without a scheme is none in Firefox.
function rulesNow() {
  const parts = split(ask(RULES), " ");
  for (let at = 0; at < parts.length; at++) {
    if (match(/^[^:']+:[\d*]/, parts[at])) parts[at] = scheme + parts[at];
  }
  return put(join(parts, " "), "'self'", origin);
}

// What was made of that.
/** @type {Record<string, any>} */
const given = { __proto__: null };

// Runs first in a frame, closes the gate there and takes itself away. The top is asked first, then who opened that, as
// what stands between may be a script's. Where nobody answers, since no code of the page around reaches it, it binds
// the browser. A frame in a frame has it from further up. No double quotes: it may stand in an attribute.
function prelude() {
  readPlainly();
  const text = `${PRELUDE}{let g,m=9,w=self;const t=f=>{try{f().consentinel.guard(self);g=1}catch{}};t(()=>top);g||t(()=>top.opener);try{for(;m--&&!g&&w!=top;t(()=>w))w=w.parent}catch{}if(!g){m=document.createElement(\`meta\`);m.httpEquiv=\`Content-Security-Policy\`;m.content=\`${rulesNow()}\`;document.head.append(m)}document.currentScript.remove()}</script>`;
  given[text] = true;
  return text;
}

/**
 * The markup of a frame: it begins by closing the gate there, before anything else of it runs; `isHeld` without what
 * may not pass.
 *
 * @param {string} value
 * @param {any} frame
 * @param {boolean} [isHeld]
 */
export function frameHtml(value, frame, isHeld = true) {
  if (!value) return value;
  const start = /** @type {Found} */ (match(DOCTYPE, value))[0].length;
  const end = startsWith(value, PRELUDE, start) ? indexOf(value, "/script>") + 8 : start;
  const rest = slice(value, end);
  const edits = isHeld ? scan(rest, frame).edits : null;
  // A frame that can be reached is not loaded anew because something else would bind the browser now.
  if (given[slice(value, start, end)] && !edits && match(/^$|same-origin/i, getAttribute(frame, "sandbox") ?? ""))
    return value;
  return slice(value, 0, start) + prelude() + edited(rest, edits);
}

// Where realms read markup back, as a list by `next`; what reads it is wrapped once there is a frame with more in
// its markup than the page gave it.
/** @type {List<{ scope: WeakRef<Realm> }>} */
let readers = null;
let isRead = false;

function readPlainly() {
  if (isRead) return;
  isRead = true;
  for (; readers; readers = readers.next) {
    const scope = deref(readers.scope);
    try {
      if (scope) gateReading(scope);
    } catch {
      // It has gone to another origin.
    }
  }
}

/**
 * Lets a realm's code read the markup of frames as it was given.
 *
 * @param {Realm} scope
 */
export function gateReading(scope) {
  if (!isRead) {
    readers = { scope: new WeakRef(scope), next: readers };
    return;
  }
  /** @type {Act} */
  const reading = (self, args, run) => {
    const found = run();
    return typeof found === "string" && indexOf(found, PRELUDE_NAME) >= 0 ? without(found) : found;
  };
  around(
    scope,
    "HTMLIFrameElement Element ShadowRoot Attr Node MutationRecord",
    "srcdoc innerHTML outerHTML value nodeValue textContent oldValue",
    reading,
    "get",
  );
  around(scope, "Element ShadowRoot XMLSerializer", "getAttribute getAttributeNS getHTML serializeToString", reading);
}

// ---- Trusted Types ------------------------------------------------------------------------------

/**
 * What the default policy of a page makes of a text is judged like any text of the page.
 *
 * @param {Realm} scope
 */
export function gateTrusted(scope) {
  around(scope, "TrustedTypePolicyFactory", "createPolicy", (self, args, run) => {
    const rules = args[1];
    if (asText(args, 0) === "default" && rules) {
      const judging = (/** @type {any} */ made, /** @type {(text: string, sink: string) => string | null} */ judge) =>
        made &&
        ((/** @type {string} */ text, /** @type {string} */ type, /** @type {string} */ sink) => {
          text = apply(made, undefined, [without(text), type, sink]);
          return typeof text === "string" ? judge(text, sink) : null;
        });
      const createHTML = judging(rules.createHTML, (text, sink) => {
        if (match(/srcdoc$/, sink)) return frameHtml(text, page);
        // What is written goes on in the next call, which may be made of anything.
        const { start } = scan(text, page, true, 1);
        if (start >= 0) text = slice(text, 0, start);
        return edited(text, scan(text, page, true).edits);
      });
      const { createScript } = rules;
      const createScriptURL = judging(rules.createScriptURL, (text) =>
        ahead(() => judge("script", resolved(text, page))) ? null : text,
      );
      args[1] = { __proto__: null, createHTML, createScript, createScriptURL };
    }
    return run();
  });
}
