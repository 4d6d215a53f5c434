// The element that everything of ours is in, with its shadow root: the last child of the body, where code that takes over
// the markup of a server does not mind it.
//
// Left out: what is in it (tree.js, view.js, face/), and when (src/web/show.rs, start.js); that what asks stays in the
// page, and comes first in it (stay.js).

import { build, status } from "./tree.js";
import { look } from "#first";

const page = globalThis.document;
const sheets = [];
let root;

/** The shadow root, where there is one. */
export const rootNow = () => root;

/** What was shown is gone from the page; the next layer begins anew. */
export function forget() {
  root?.host?.remove();
  // Nobody ever sees this one: what comes late to look after a root finds one that is in no page.
  root = page.createElement("p").attachShadow({ mode: "open" });
  sheets.length = 0;
}

function add(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  sheets.push(sheet);
}

/** Adds a style sheet, behind that of the small button. */
export function addStyle(text) {
  if (!sheets.length) add(look);
  add(text);
}

/**
 * Puts a layer into the page; `fresh` is the element for it where there is none yet. What a server has printed gives way
 * to it, or stays: `adopted(old, root)` answers with the root of what stays.
 */
export function put(fresh, layer, adopted) {
  if (!sheets.length) add(look);
  if (root?.host.isConnected) {
    for (const { name, value } of fresh.attributes) root.host.setAttribute(name, value);
    root.append(layer);
  } else insert(fresh, layer, adopted);
  // Light or dark as the system is, where the page does not say which (www/css/button.css).
  root.host.toggleAttribute(
    "system",
    getComputedStyle(page.body).colorScheme === "normal" && !page.querySelector("meta[name=color-scheme]"),
  );
  root.adoptedStyleSheets = sheets;
}

// Anew where a page that rebuilt its body took the banner with it.
function insert(fresh, layer, adopted) {
  root = fresh.attachShadow({ mode: "open" });
  root.append(build(status), layer);
  const old = page.body.firstElementChild;
  if (old?.localName === fresh.localName) {
    const theirs = adopted?.(old, root);
    if (theirs) {
      root = theirs;
      return;
    }
    old.remove();
  }
  page.body.append(fresh);
}
