// Every realm that a page can reach has functions of its own: frames and windows of the same origin. The
// gate is closed in each of them before anybody gets hold of it.
//
// Left out: what is gated (the other files of this folder); realms that no script of ours can enter in time
// (docs/limits.md).

import {
  WeakRef, WeakSet, addTo, deref, getPrototypeOf, getter, isIn, listen, method, pageOf, targetOf, typeOf, viewOf,
} from "../pristine.js";
import { around, aroundIn } from "./around.js";
import { gateAttributes } from "./attributes.js";
import { disarmAll, settleAll } from "./elements.js";
import { gateDatabases } from "./databases.js";
import { gateRequests, watchForms } from "./requests.js";
import { gateStores } from "./stores.js";
import { gateStyles } from "./styles.js";
import { gateTree } from "./tree.js";

const { MutationObserver } = globalThis;
const observe = method("MutationObserver", "observe");
const addedTo = getter("MutationRecord", "addedNodes");

// A window answers with the one that it shows, and nothing else does: no proxy, nothing made of a window. One of
// another origin throws.
const shownIn = getter(globalThis, "document");

// Realms and documents whose gate is closed. A window stays the same object when it gets another document,
// and then mostly another realm; a realm can get another document too.
const closed = new WeakSet();
// The roots in which there may be elements with marks, as a list by `next`.
let roots = null;

// The document of a window of the same origin that is there; nothing for anything else.
function documentOf(scope) {
  try {
    // A window of another origin does not say what it is made of, and need not be asked for its document.
    const found = getPrototypeOf(scope) && shownIn(scope);
    return viewOf(found) === scope ? found : null;
  } catch {
    return null;
  }
}

/** Closes the gate in a window of the same origin; does nothing for anything else. */
export function enter(scope, isAnew) {
  const document = documentOf(scope);
  if (!document) return;
  const realm = getPrototypeOf(scope);
  if (!isIn(closed, realm)) {
    addTo(closed, realm);
    gateStores(scope);
    gateDatabases(scope);
    gateAttributes(scope);
    gateTree(scope, enter);
    gateStyles(scope);
    gateRequests(scope);
    gateRealms(scope);
  }
  if (!isIn(closed, document)) watch(document, scope);
  else if (isAnew) listenIn(document, scope);
}

// One and the same function each time: added twice, it is there once.
function entering(event) {
  const target = targetOf(event);
  enterAll(viewOf(pageOf(target) ?? target));
}

function listenIn(root, scope) {
  listen(root, "load", entering, true);
  // At the window nobody is heard before; out of a shadow root no form is heard.
  watchForms(typeOf(root) === 11 ? root : scope);
}

function enterAll(scope) {
  if (!scope) return;
  for (let at = 0; scope[at]; at++) enter(scope[at]);
}

// What the parser puts in passes no function: it is seen a moment later. And what loads may have brought a
// frame another document.
function watch(root, scope) {
  addTo(closed, root);
  roots = { root: new WeakRef(root), next: roots };
  listenIn(root, scope);
  const found = (records) => {
    for (let at = 0, record; (record = records[at]); at++) {
      const nodes = addedTo(record);
      for (let at = 0, node; (node = nodes[at]); at++) {
        disarmAll(node, null);
        settleAll(node);
      }
    }
    enterAll(scope);
  };
  observe(new MutationObserver(found), root, { __proto__: null, childList: true, subtree: true });
}

/** The state changed: takes what may pass no more out of every document, and gives back what may. */
export function settleEverywhere() {
  for (let entry = roots; entry; entry = entry.next) {
    const root = deref(entry.root);
    if (!root) continue;
    disarmAll(root, null);
    settleAll(root, true);
  }
}

function gateRealms(scope) {
  const entering = (self, args, run) => {
    const found = run();
    enter(found);
    return found;
  };
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
  around(scope, "Element", "attachShadow", (self, args, run) => {
    const root = run();
    watch(root, scope);
    return root;
  });
  // Elements of the page's own making run code while they are put in: by then a frame beside them is there.
  around(scope, "CustomElementRegistry", "define", (self, args, run) => {
    aroundIn(args[1].prototype, "connectedCallback attributeChangedCallback adoptedCallback", (self, args, run) => {
      enterAll(scope);
      return run();
    });
    return run();
  });
}
