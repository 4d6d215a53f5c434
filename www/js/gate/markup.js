// Inert markup: elements that a site marks itself with `data-consent`, so that they do nothing before their
// category is granted, come to life then, and go back when it is withdrawn.
//
// Left out: elements that nobody marked (elements.js). What a marked one asks for is judged like all else.
// @ts-check

import { ALLOW, FAILED } from "../numbers.js";
import { tell } from "../told.js";
import { ahead, judgeMarked } from "./held.js";
import { passOf, wait } from "./waiting.js";
import { stateOf } from "../pristine.js";
import { MutationObserver, listen } from "#lasting";

const page = globalThis.document;

// Asked about again and again, told once.
const told = new WeakSet();

/** @param {HTMLElement} element */
function mayRun(element) {
  if (passOf(element)) return true;
  const ask = () => judgeMarked(element.dataset.consent, element.localName === "iframe") === ALLOW;
  if (told.has(element)) return ahead(ask);
  told.add(element);
  return ask();
}

/** Looks for marked elements from now on. */
export function watchMarkup() {
  new MutationObserver(found).observe(page, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-consent"],
  });
  listen(page, "readystatechange", proceed);
}

/** The state changed: asks again about everything inert or revived. */
export function releaseMarkup() {
  for (const [element, undo] of revived) {
    if (!mayRun(element)) {
      revived.delete(element);
      attempt(undo, element);
    }
  }
  enqueue(page.querySelectorAll("[data-consent]"));
}

// Elements to look at, in document order, and those whose turn comes after all others.
/** @type {any[]} */
let queue = [];
/** @type {any[]} */
let deferred = [];
// Scripts that were put in and have not run yet; an inline script waits for them, as in a parser.
let loading = 0;
// What is live now, with the way back.
const revived = new Map();

/** Nothing has its turn any more. */
export function forget() {
  queue = [];
  deferred = [];
  loading = 0;
}

/** @param {MutationRecord[]} records */
function found(records) {
  for (const { target, type, addedNodes } of records) {
    for (const node of /** @type {Iterable<any>} */ (type === "attributes" ? [target] : addedNodes)) {
      if (node.nodeType !== 1) continue;
      if (node.hasAttribute("data-consent")) enqueue([node]);
      if (type !== "attributes") enqueue(node.querySelectorAll("[data-consent]"));
    }
  }
  proceed();
}

/**
 * Asks about these elements, in their turn.
 *
 * @param {Iterable<any>} elements
 */
export function enqueue(elements) {
  queue.push(...elements);
  proceed();
}

function proceed() {
  while (queue.length || (deferred.length && !loading)) {
    const element = (queue.length ? queue : deferred)[0];
    const isDue = isInert(element);
    if (isDue && (isOpen(element) || (loading && waitsForOthers(element)))) return;
    if (queue.length) queue.shift();
    else deferred.shift();
    if (!isDue) continue;
    const { consent, src } = element.dataset;
    if (mayRun(element) || wait(element, consent, src)) attempt(revive, element);
  }
}

// Whether the parser may be in the middle of it: then what is inside is not all there yet.
/** @param {any} element */
function isOpen(element) {
  if (stateOf(page) !== "loading" || address(element) !== null) return false;
  for (let node = element; node; node = node.parentNode) if (node.nextSibling) return false;
  return true;
}

// One bad element must not stop the others: it is reported and left as it is.
/**
 * @param {(element: any) => void} act
 * @param {any} element
 */
function attempt(act, element) {
  try {
    act(element);
  } catch (error) {
    tell(FAILED, `${element.localName}: ${error}`);
  }
}

/** @param {any} element */
function isInert(element) {
  if (!element.isConnected || revived.has(element)) return false;
  if (element.localName === "script") return element.type === "text/plain" || hasSource(element);
  return element.localName === "template" || hasSource(element);
}

/** @param {any} element */
function hasSource(element) {
  return "src" in element.dataset || "srcset" in element.dataset;
}

/** @param {any} script */
function address(script) {
  return script.dataset.src ?? script.getAttribute("src");
}

/** @param {any} script */
function isModule(script) {
  return script.dataset.type === "module";
}

// An inline classic script may use what the scripts before it define.
/** @param {any} element */
function waitsForOthers(element) {
  return element.localName === "script" && address(element) === null && !isModule(element);
}

/** @param {any} element */
function revive(element) {
  if (element.localName === "script") reviveScript(element);
  else if (element.localName === "template") reviveTemplate(element);
  else reviveSource(element);
}

// A script runs when a fresh one is put in its place, with every attribute it came with.
/** @param {any} inert */
function reviveScript(inert) {
  const isLate = inert.hasAttribute("defer") || isModule(inert);
  if (isLate && !inert.hasAttribute("async") && !late.has(inert)) {
    // Deferred and module scripts run after all others, in their order.
    late.add(inert);
    deferred.push(inert);
    return;
  }
  const source = address(inert);
  const live = page.createElement("script");
  for (const { name, value } of inert.attributes) {
    if (!["type", "src", "data-src", "data-type"].includes(name)) live.setAttribute(name, value);
  }
  // Browsers hide the attribute once it is in a document; only the property still knows it.
  live.nonce = inert.nonce;
  if (inert.dataset.type) live.type = inert.dataset.type;
  live.async = inert.hasAttribute("async");
  if (source === null) {
    live.text = inert.text;
  } else {
    live.src = source;
    if (!live.async && isFetched(live)) {
      loading++;
      live.onload = live.onerror = () => {
        live.onload = live.onerror = null;
        loading--;
        proceed();
      };
    }
  }
  inert.replaceWith(live);
}
const late = new WeakSet();

// Whether a script will load or fail; one that browsers leave out does neither.
/** @param {HTMLScriptElement} script */
function isFetched({ type, noModule }) {
  return type === "module" || (!noModule && (type === "" || /(java|ecma)script/.test(type)));
}

/**
 * @param {any} element
 * @param {boolean} [isLater]
 */
function reviveSource(element, isLater) {
  // A frame that the parser has just put in would lose the navigation (Chromium): it goes in the next task.
  if (element.localName === "iframe" && !isLater) {
    setTimeout(() => isInert(element) && mayRun(element) && attempt((frame) => reviveSource(frame, true), element));
    return;
  }
  const names = ["src", "srcset"].filter((name) => name in element.dataset);
  for (const name of names) element.setAttribute(name, element.dataset[name]);
  revived.set(element, () => {
    // A frame keeps its document when it loses its address, so it is sent to an empty one first.
    if (element.localName === "iframe") element.src = "about:blank";
    for (const name of names) element.removeAttribute(name);
  });
}

// The contents stand behind the template. Scripts in them are made inert first and then revived in
// their turn: as clones they would all run at once, in any order.
/** @param {any} template */
function reviveTemplate(template) {
  const content = page.importNode(template.content, true);
  for (const script of content.querySelectorAll("script")) {
    if (script.hasAttribute("data-consent")) continue;
    script.dataset.consent = template.dataset.consent;
    if (script.type) script.dataset.type = script.type;
    script.type = "text/plain";
  }
  const marked = content.querySelectorAll("[data-consent]");
  // Scripts are replaced as they revive, so what to take away again is told by its end.
  const end = page.createComment("");
  content.append(end);
  template.after(content);
  queue.unshift(...marked);
  revived.set(template, () => {
    if (end.parentNode !== template.parentNode) return;
    while (template.nextSibling && template.nextSibling !== end) template.nextSibling.remove();
    end.remove();
  });
}
