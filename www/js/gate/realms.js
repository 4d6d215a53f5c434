// Every realm that a page can reach has functions of its own: frames and windows of the same origin. The
// gate is closed in each of them before anybody gets hold of it.
//
// Left out: what is gated (the other files of this folder); realms that no script of ours can enter in time
// (docs/limits.md).
// @ts-check

import {
  WeakMap,
  WeakRef,
  WeakSet,
  addTo,
  deref,
  findInPage,
  getAttribute,
  getPrototypeOf,
  getter,
  isIn,
  localName,
  lookUp,
  match,
  method,
  note,
  pageOf,
  setAttribute,
  takeAll,
  targetOf,
  then,
  typeOf,
  viewOf,
} from "../pristine.js";
import { MutationObserver, listen } from "#lasting";
import { WRAP_REALMS, WRAP_REQUESTS, WRAP_STORES } from "../numbers.js";
import { around, aroundIn, gateTexts } from "./around.js";
import { gateAttributes } from "./attributes.js";
import { disarm, disarmAll, expire, noteRoot, setEnter, settle, settleAll } from "./elements.js";
import { gateDatabases } from "./databases.js";
import { expectWatchers, frameHtml, gateReading, trust } from "./html.js";
import { gateCredentials } from "./named.js";
import { tightenIn } from "./policy.js";
import { gateConnections, gateForms, gateRequests, watchForms } from "./requests.js";
import { gateStores } from "./stores.js";
import { gateStyles } from "./styles.js";
import { gateTree } from "./tree.js";
import { gateWays } from "./ways.js";

const observe = method("MutationObserver", "observe");
const [addedTo, attributeOf, changed] = takeAll("MutationRecord", "addedNodes attributeName target");
const frameOf = getter(globalThis, "frameElement");

// A window answers with the document that it shows, and nothing else does: no proxy, nothing made of a window. One of
// another origin throws.
const shownIn = getter(globalThis, "document");

// The least of the wrappers (WRAP_…) that stand in each realm, by its prototype of windows. A window stays the
// same object when it gets another document, and then mostly another realm.
let standing = new WeakMap();
// Documents and shadow roots that are watched; a realm can get another document too.
let watched = new WeakSet();
// The windows that were entered, and the roots in which there may be elements with marks, as lists by `next`.
/** @type {List<{ scope: WeakRef<Realm> }>} */
let windows = null;
/** @type {List<{ root: WeakRef<any> }>} */
let roots = null;
// Which wrappers have to stand.
let wanted = WRAP_STORES;
// Who else hears of the page: that it may have lost its listeners, and that its elements changed.
let listenAnew = () => {};
/** @type {(hasOpened: boolean) => void} */
let changing = () => {};

/**
 * Names what listens to the page, called whenever that may have lost its listeners.
 *
 * @param {() => void} listening
 */
export function setListening(listening) {
  listenAnew = listening;
}

/**
 * Names what is called after elements came or went, and whether a dialog was opened or closed.
 *
 * @param {(hasOpened: boolean) => void} change
 */
export function setChanging(change) {
  changing = change;
}

/**
 * Calls `act` with every root of this page that was entered: the document, and shadow roots.
 *
 * @param {(root: any) => void} act
 */
export function eachRoot(act) {
  for (let entry = roots; entry; entry = entry.next) {
    const root = deref(entry.root);
    if (root && (pageOf(root) ?? root) === globalThis.document) act(root);
  }
}

/**
 * Puts up the wrappers that have to stand from now on, in every realm that was entered; never fewer than before.
 *
 * @param {number} wrappers
 */
export function wrap(wrappers) {
  if (wrappers < wanted) wanted = wrappers;
  for (let entry = windows; entry; entry = entry.next) enter(deref(entry.scope));
  for (let entry = roots; entry; entry = entry.next) hold(deref(entry.root));
  enter(globalThis);
}

/** No realm is known any more, and nobody hears of the page. */
export function forget() {
  standing = new WeakMap();
  watched = new WeakSet();
  windows = roots = null;
  wanted = WRAP_STORES;
  listenAnew = changing = () => {};
}

// The realm of a window of the same origin; nothing for anything else.
/** @param {any} scope */
function realmOf(scope) {
  try {
    // A window of another origin does not say what it is made of.
    const realm = getPrototypeOf(scope);
    return realm && shownIn(scope) && realm;
  } catch {
    return null;
  }
}

// Whether the browser holds a document or a shadow root by itself. The page is held already.
/** @param {any} root */
const hold = (root) => !root || root === globalThis.document || tightenIn(root);

/**
 * Closes the gate in a window of the same origin; does nothing for anything else.
 *
 * @param {any} scope
 * @param {boolean} [isAnew]
 */
export function enter(scope, isAnew) {
  const realm = realmOf(scope);
  if (!realm) return;
  const document = shownIn(scope);
  const before = lookUp(standing, realm) ?? WRAP_STORES + 1;
  // A picture, or a page that has no head yet: there, wrappers have to. One that script has opened anew goes on by the
  // policy that it had.
  const wrappers = hold(document) || isIn(watched, document) ? wanted : WRAP_REQUESTS;
  if (before > wrappers) note(standing, realm, wrappers);
  if (before > WRAP_STORES) {
    windows = { scope: new WeakRef(scope), next: windows };
    gateTexts(scope);
    gateStores(scope);
    gateDatabases(scope);
    gateConnections(scope);
    gateCredentials(scope);
    gateForms(scope);
    gateRealms(scope);
    gateReading(scope);
    // Its next document comes later, and begins as this attribute says then.
    if (wanted > WRAP_REQUESTS) beginGated(frameOf(scope));
  }
  if (before > WRAP_REALMS && wrappers <= WRAP_REALMS) gateWays(scope, enter, enterAll);
  if (before > WRAP_REQUESTS && wrappers <= WRAP_REQUESTS) {
    gateAttributes(scope);
    gateTree(scope, enter);
    gateStyles(scope);
    gateRequests(scope);
  }
  if (!isIn(watched, document)) watch(document, scope);
  else if (isAnew) listenIn(document, scope);
}

// One and the same function each time: added twice, it is there once.
/** @param {Event} event */
function entering(event) {
  const target = targetOf(event);
  const scope = viewOf(pageOf(target) ?? target);
  enter(scope);
  enterAll(scope);
}

/**
 * @param {any} root
 * @param {any} scope
 */
function listenIn(root, scope) {
  listen(root, "load", entering, true);
  // A window that was opened keeps its listeners when its first page comes.
  listen(scope, "load", entering, true);
  if (root === globalThis.document) listenAnew();
  // At the window nobody is heard before; out of a shadow root no form is heard.
  watchForms(typeOf(root) === 11 ? root : scope);
}

/** @param {any} scope */
function enterAll(scope) {
  if (!scope) return;
  for (let at = 0; scope[at]; at++) enter(scope[at]);
}

// What the parser puts in passes no function: it is seen a moment later. And what loads may have brought a
// frame another document.
/**
 * @param {any} root
 * @param {any} scope
 */
function watch(root, scope) {
  addTo(watched, root);
  roots = { root: new WeakRef(root), next: roots };
  listenIn(root, scope);
  const found = (/** @type {MutationRecord[]} */ records) => {
    let hasOpened = false;
    for (let at = 0, record; (record = records[at]); at++) {
      if (attributeOf(record) === "open") {
        hasOpened ||= localName(changed(record)) === "dialog";
        continue;
      }
      if (wanted > WRAP_REQUESTS) {
        if (attributeOf(record)) beginGated(changed(record));
        continue;
      }
      const nodes = addedTo(record);
      for (let at = 0, node; (node = nodes[at]); at++) {
        disarmAll(node, null);
        settleAll(node);
      }
    }
    // None any more, when another page has taken the place of this one.
    enterAll(viewOf(pageOf(root) ?? root));
    changing(hasOpened);
  };
  observe(new MutationObserver(found), root, {
    __proto__: null,
    childList: true,
    subtree: true,
    attributeFilter: ["srcdoc", "open", "lang"],
  });
}

// The document of a frame that stands in its attribute: it closes the gate before anything else of it runs. Not
// where no script runs in it, or it is sandboxed without the page's origin: it reaches no store, the browser holds
// its requests as the page's, and Chromium may never paint such a frame when it is sent to a second document at once.
/** @param {any} frame */
function beginGated(frame) {
  const html = frame && localName(frame) === "iframe" ? getAttribute(frame, "srcdoc") : null;
  const rights = html === null ? "" : getAttribute(frame, "sandbox");
  if (html === null || (rights !== null && !(match(/allow-scripts/i, rights) && match(/allow-same-origin/i, rights))))
    return;
  const gated = frameHtml(html, frame, false);
  if (gated !== html) setAttribute(frame, "srcdoc", trust(gated));
}

// A shadow root that markup declared.
/** @param {any} root */
function watchDeclared(root) {
  const scope = viewOf(pageOf(root));
  if (scope && !isIn(watched, root)) watch(root, scope);
}
setEnter(enter, watchDeclared);

/** The browser has refused a frame: what stands in its place says so. */
export function settleFrames() {
  const frames = findInPage(globalThis.document, "iframe[src]");
  for (let at = 0, frame; (frame = frames[at]); at++) if (disarm(frame)) settle(frame);
}

/** The state changed: takes what may pass no more out of every document, and gives back what may. */
export function settleEverywhere() {
  expire();
  for (let entry = roots; entry; entry = entry.next) {
    const root = deref(entry.root);
    if (!root) continue;
    disarmAll(root, null);
    settleAll(root, true);
  }
}

/** @param {Realm} scope */
function gateRealms(scope) {
  /** @type {Act} */
  const entering = (self, args, run) => {
    const found = run();
    enter(found);
    return found;
  };
  /** @type {Act} */
  const enteringDocument = (self, args, run) => {
    const found = run();
    if (found) enter(viewOf(found));
    return found;
  };
  const frames = "HTMLIFrameElement HTMLFrameElement HTMLObjectElement HTMLEmbedElement";
  around(scope, frames, "contentWindow", entering, "get");
  around(scope, frames, "contentDocument", enteringDocument, "get");
  around(scope, frames, "getSVGDocument", enteringDocument);
  aroundIn(scope, "open", entering);
  around(scope, "DocumentPictureInPicture DocumentPictureInPictureEvent", "window", entering, "get");
  around(scope, "DocumentPictureInPicture", "requestWindow", (self, args, run) =>
    then(run(), (made) => (enter(made), made)),
  );
  around(scope, "Element", "attachShadow", (self, args, run) => {
    const root = run();
    noteRoot(self, root);
    watch(root, scope);
    return root;
  });
  // Elements of the page's own making run code while they are put in, beside frames that are there by then.
  around(scope, "CustomElementRegistry", "define", (self, args, run) => {
    expectWatchers();
    return run();
  });
}
