// How elements come into a document: each function that puts one in, or reads markup for one, first takes
// out what may not pass, and afterwards makes those attempts and closes the gate in new frames.
//
// INVARIANT: what belongs to a document in which things load was judged when it got its attributes, when it was read,
// or when it came over from a document in which nothing loads. So nothing is looked through twice, before the state
// changes.
//
// Left out: attributes that a page sets on elements (attributes.js), what is looked for in markup (html.js), what is
// written while a page is read (writing.js).
// @ts-check

import {
  firstChild,
  getter,
  indexOf,
  isConnected,
  lastChild,
  localName,
  lower,
  match,
  method,
  pageOf,
  parentOf,
  setter,
  takeAll,
  typeOf,
  viewOf,
} from "../pristine.js";
import { asText, once, resolved, said } from "./address.js";
import { around, aroundIn } from "./around.js";
import { MARK, MARKED } from "./asking.js";
import {
  attributeSet,
  dataOf,
  disarmAll,
  each,
  expectChange,
  expectMarks,
  expectRoots,
  frameWindow,
  hasMarks,
  instruct,
  isHtml,
  isStale,
  nextSibling,
  setData,
  settle,
  settleAll,
} from "./elements.js";
import { judge } from "./held.js";
import { ROOTS, edited, gateTrusted, local, scan, trust, without } from "./html.js";
import { changingText, kindOf } from "./sheets.js";
import { gateWriting } from "./writing.js";

const page = globalThis.document;
const previousSibling = getter("Node", "previousSibling");
const startOf = getter("Range", "startContainer");
const attributesOf = getter("Element", "attributes");
const [nameOf, valueOf] = takeAll("Attr", "localName value");
const setValue = setter("Attr", "value");
const typeOfPage = getter("Document", "contentType");
const walk = method("Document", "createTreeWalker");
const nextNode = method("TreeWalker", "nextNode");

const PARENTS =
  "Node Element Document DocumentFragment CharacterData DocumentType HTMLSelectElement HTMLOptionsCollection";
const INSERTS =
  "appendChild insertBefore replaceChild append prepend before after replaceWith replaceChildren insertAdjacentElement moveBefore adoptNode add";

// Elements whose inside is text for the browser, not markup.
const TEXTS = /^(?:style|script|textarea|title|iframe|noscript|noframes|noembed|xmp)$/;

/**
 * The window of the document that a node belongs to; none where nothing loads.
 *
 * @param {any} node
 */
const viewAt = (node) => viewOf(pageOf(node) ?? node);

/**
 * Gates everything that puts elements into the documents of a realm; `enter` closes the gate in a window.
 *
 * @param {Realm} scope
 * @param {(scope: any, isAnew?: boolean) => void} enter
 */
export function gateTree(scope, enter) {
  gateNodes(scope, enter);
  gateMarkup(scope, enter);
  gateWriting(scope, enter);
  gateTrusted(scope);
}

// ---- nodes --------------------------------------------------------------------------------------

// An element, or a fragment of a document.
/** @param {any} value */
const isTree = (value) => {
  const kind = kindOf(value);
  return kind === 1 || kind === 11;
};
/** @param {any} value */
const isPage = (value) => kindOf(value) === 9;

/**
 * @param {Realm} scope
 * @param {(scope: any) => void} enter
 */
function gateNodes(scope, enter) {
  // Makes the attempts of what was put in, in their order: the list begins with the last.
  const settled = (/** @type {List<{ target: any }>} */ touched) => {
    /** @type {List<{ target: any }>} */
    let list = null;
    for (; touched; touched = touched.next) list = { target: touched.target, next: list };
    for (; list; list = list.next) {
      if (localName(list.target) === "iframe") enter(frameWindow(list.target));
      settle(list.target);
    }
  };

  // `place` is a node where something is put in, if it is known.
  const arriving = (/** @type {any} */ place, /** @type {any[]} */ args) => {
    /** @type {List<{ target: any }>} */
    let touched = null;
    for (let at = 0; at < args.length; at++) {
      const node = args[at];
      const kind = kindOf(node);
      if (kind === 7) instruct(node, dataOf(node));
      if (kind !== 1 && kind !== 11) continue;
      if (!viewAt(node) || (isStale && !isConnected(node) && (!place || isConnected(place)))) {
        expectChange();
        touched = disarmAll(node, touched);
      }
      // Instructions count in a document alone.
      if (kind === 11 && place && (isPage(place) || isPage(parentOf(place)))) {
        for (let one = /** @type {any} */ (firstChild(node)); one; one = nextSibling(one))
          if (typeOf(one) === 7) instruct(one, dataOf(one));
      }
    }
    return touched;
  };
  /** @type {Act} */
  const inserting = (self, args, run, name) => {
    const touched = arriving(kindOf(self) ? self : null, args);
    const answer = changingText(self, run, args, name);
    if (touched) settled(touched);
    return answer;
  };
  around(scope, PARENTS, INSERTS, inserting);
  around(scope, "Range", "insertNode surroundContents", (self, args, run) => {
    const touched = arriving(startOf(self), args);
    const answer = run();
    if (touched) settled(touched);
    return answer;
  });
  around(scope, "Document", "body", inserting, "set");
  around(scope, "HTMLTableElement", "caption tHead tFoot", inserting, "set");

  // A copy of what was judged is judged, but for its marks: it makes attempts of its own.
  /** @type {Act} */
  const copying = (self, args, run, name) => {
    const original = name === "importNode" ? args[0] : self;
    if (
      name === "importNode"
        ? isTree(original) && !viewAt(original)
        : isStale && isTree(original) && !isConnected(original)
    )
      disarmAll(original, null);
    const copy = run();
    if (hasMarks && isTree(copy) && viewAt(copy)) settleAll(copy);
    return copy;
  };
  around(scope, "Node Document Range", "cloneNode importNode cloneContents extractContents", copying);
  around(scope, "XSLTProcessor", "transformToFragment", (self, args, run) => {
    const made = run();
    if (made) settled(disarmAll(made, null));
    return made;
  });
}

// ---- markup -------------------------------------------------------------------------------------

// Makes the attempts of what markup brought, and gives what only looked like a tag its text back.
/**
 * @param {any} top
 * @param {unknown} isEdited
 */
function tidy(top, isEdited) {
  // No doctype.
  if (typeOf(top) > 9 && !isTree(top)) return;
  each(top, MARKED, (target) => settle(target, false, false, true));
  if (!isEdited) return;
  // Elements, texts, sections of characters, comments.
  const walker = walk(pageOf(top) ?? top, top, 141);
  for (let node = top; node; node = nextNode(walker)) {
    if (typeOf(node) !== 1) {
      if (isTree(node)) continue;
      const data = dataOf(node);
      if (indexOf(data, MARK) >= 0) setData(node, without(data));
      continue;
    }
    const list = attributesOf(node);
    for (let at = 0, one; (one = list[at]); at++) {
      const value = valueOf(one);
      // What a frame asks for is read as it was given.
      if (indexOf(value, MARK) < 0 || nameOf(one) === "srcdoc") continue;
      try {
        // What a page has written like something of ours must not become an address that nobody has judged.
        attributeSet(node, local(nameOf(one)), without(value), (text) => setValue(one, text));
      } catch {
        // Code that the page wants as a Trusted Type: it stays as it is.
      }
    }
  }
}

// Where markup goes in: into an element or beside it, and between which neighbours, as far as it matters.
/**
 * @param {any} self
 * @returns {Place}
 */
const inside = (self) => ({ parent: self, before: null, after: null });
/**
 * @param {any} self
 * @returns {Place}
 */
const instead = (self) => ({ parent: parentOf(self), before: previousSibling(self), after: nextSibling(self) });
/**
 * @param {any} self
 * @param {any[]} args
 * @returns {Place}
 */
function beside(self, args) {
  const where = lower(asText(args, 0));
  if (where === "beforeend") return { parent: self, before: lastChild(self), after: null };
  return where === "afterbegin" ? { parent: self, before: null, after: firstChild(self) } : instead(self);
}

// How the parser reads what goes in there: 0 as HTML, 1 in another namespace, 2 as XML.
/** @param {any} parent */
function languageOf(parent) {
  if (typeOfPage(pageOf(parent) ?? parent) !== "text/html") return 2;
  return typeOf(parent) === 1 && !isHtml(parent) ? 1 : 0;
}

/**
 * @param {Realm} scope
 * @param {(scope: any) => void} enter
 */
function gateMarkup(scope, enter) {
  // Makes an argument markup as it may pass in this node of a page, and answers whether there is something to do afterwards.
  /** @type {(args: any[], at: number, parent: any, isInert?: unknown) => Scanned | null} */
  const screen = (args, at, parent, isInert) => {
    const text = said((args[at] = once(args[at])));
    if (isInert && !match(/shadowrootmode/i, text)) return null;
    const scanned = scan(text, parent, languageOf(parent), 0, isInert && ROOTS);
    const { edits, frames, hasRoots: withRoots } = scanned;
    expectChange();
    if (withRoots) expectRoots();
    if (edits) {
      expectMarks();
      args[at] = trust(edited(text, edits), args[at]);
    }
    return !isInert && (edits || frames || withRoots || indexOf(text, MARK) >= 0) ? scanned : null;
  };
  const finish = (
    /** @type {Scanned} */ scanned,
    /** @type {any} */ parent,
    /** @type {any} */ before,
    /** @type {any} */ after,
  ) => {
    for (
      let node = before ? nextSibling(before) : firstChild(parent);
      node && node !== after;
      node = nextSibling(node)
    ) {
      if (scanned.frames)
        each(node, "iframe", (target) => localName(target) === "iframe" && enter(frameWindow(target)));
      tidy(node, scanned.edits);
    }
  };

  /** @type {(at: number, placeOf: (self: any, args: any[]) => Place) => Act} */
  const reading = (at, placeOf) => (self, args, run, name) => {
    if (!isTree(self)) return run();
    const { parent, before, after } = placeOf(self, args);
    const above = parent && typeOf(parent) === 1 && isHtml(parent) && localName(parent);
    if (!parent || args[at] === null || (above && match(TEXTS, above))) return changingText(self, run, args, name);
    const scanned = screen(args, at, parent, !viewAt(parent) || (above === "template" && parent === self));
    const answer = changingText(self, run, args, name);
    if (scanned) finish(scanned, parent, before, after);
    return answer;
  };
  around(scope, "Element ShadowRoot", "innerHTML", reading(0, inside), "set");
  around(scope, "Element", "outerHTML", reading(0, instead), "set");
  around(scope, "Element ShadowRoot", "setHTMLUnsafe setHTML", reading(0, inside));
  around(scope, "Element", "insertAdjacentHTML", reading(1, beside));
  aroundIn(scope.Document, "parseHTMLUnsafe", (self, args, run) => {
    screen(args, 0, page, true);
    return run();
  });
  around(scope, "Range", "createContextualFragment", (self, args, run) => {
    const place = startOf(self);
    const parent = typeOf(place) === 1 ? place : (parentOf(place) ?? place);
    const scanned = viewAt(parent) && screen(args, 0, parent);
    const made = run();
    if (scanned) finish(scanned, made, null, null);
    return made;
  });
  around(scope, "Document", "execCommand", (self, args, run) => {
    if (args.length < 3) return run();
    const isMarkup = match(/^inserthtml$/i, asText(args, 0));
    if (match(/^insertimage$/i, args[0]) && judge("image", resolved(asText(args, 2), self))) return false;
    const scanned = isMarkup && screen(args, 2, self);
    const answer = run();
    // Where it went, nobody says.
    if (scanned) finish(scanned, self, null, null);
    return answer;
  });
}
