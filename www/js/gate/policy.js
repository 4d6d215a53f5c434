// The browser's own gate: a Content-Security-Policy in the head of the page. It is in force at once and for good,
// also when its element is taken away again, so the page keeps no trace of it; it can only be tightened.
// What it stops is told like what wrappers stop. So is a policy of ours that the page came with and that lets in less
// than today's: an element in its HTML, or a header, which no script can read and which shows by what it stops.
//
// Left out: what it says (src/csp.rs), and stores, which it does not know.
// @ts-check

import {
  WeakMap,
  create,
  findInPage,
  firstChild,
  getAttribute,
  getter,
  headOf,
  lookUp,
  match,
  method,
  note,
  setAttribute,
  slice,
  split,
  takeAll,
} from "../pristine.js";
import { refused } from "./held.js";

const page = globalThis.document;
const putIn = method("Node", "insertBefore");
const takeOut = method("Node", "removeChild");
const addressIn = getter("Document", "URL");

let last = "";
// What was put into other documents.
const given = new WeakMap();

/**
 * Puts a policy in force beside those that are.
 *
 * @param {string} policy
 */
export function tighten(policy) {
  if (!policy || policy === last) return;
  last = policy;
  put(page);
}

/** Whether the browser holds the page by a policy of ours, which nobody can take away. */
export const isInForce = () => !!last;

/**
 * Puts what is in force in the page into a document of its origin that has come from a server, with a policy of its own.
 * Whether it is in force there, where there is one.
 *
 * @param {any} document
 */
export function tightenIn(document) {
  try {
    if (!last || lookUp(given, document) === last || !match(/^http/, addressIn(document))) return true;
    put(document);
    note(given, document, last);
    return true;
  } catch {
    // A shadow root, or a document without a head.
  }
}

/** @param {Document} document */
function put(document) {
  const head = headOf(document);
  const element = create(document, "meta");
  setAttribute(element, "http-equiv", "Content-Security-Policy");
  setAttribute(element, "content", last);
  putIn(head, element, firstChild(head));
  takeOut(head, element);
}

const [policyOf, directiveOf, addressOf, sourceOf] = takeAll(
  "SecurityPolicyViolationEvent",
  "originalPolicy effectiveDirective blockedURI sourceFile",
);
// Engines print a policy each in their own way; no other than ours has these two beside each other.
const OURS = / filesystem: mediastream:/;
// Words of reports that differ from the beginning of the directive.
/** @type {Record<string, any>} */
const WORDS = {
  __proto__: null,
  img: "image",
  connect: "fetch",
  child: "frame",
  manifest: "link",
  default: "link",
  prefetch: "link",
};

/**
 * Tells of what this policy has stopped; `frames` is called where that was a frame.
 *
 * @param {() => void} frames
 * @returns {(event: SecurityPolicyViolationEvent) => void}
 */
export const violated = (frames) => (event) => {
  const policy = policyOf(event);
  const address = event.isTrusted && match(OURS, policy) ? addressOf(event) : "";
  if (!match(/:/, address)) return;
  const word = /** @type {Found} */ (match(/^[a-z]*/, directiveOf(event)))[0];
  refused(WORDS[word] ?? word, address, sourceOf(event), () =>
    lacks(policy, /** @type {Found} */ (match(/:\/*([^/:]*)/, address))[1]),
  );
  if (word === "frame") frames();
};

/** Looks at the elements that stand in the HTML, which is read as far as the tag. */
export function lookAtPasted() {
  /** @type {any} */
  const found = last ? findInPage(page, "head>meta[http-equiv=Content-Security-Policy i]") : "";
  for (let at = 0; at < found.length; at++) {
    const policy = /** @type {string} */ (getAttribute(found[at], "content"));
    if (match(OURS, policy)) lacks(policy);
  }
}

// Whether a policy that the page came with does not let in what this state does, for one host or for all; told once.
/**
 * @param {string} policy
 * @param {string} [host]
 */
function lacks(policy, host) {
  const there = sourcesOf(policy);
  let lacking = "";
  for (const source in sourcesOf(last)) {
    const name = /** @type {Found} */ (match(/^\*?([^:/]*)/, source))[1];
    // Its own sockets have another word beside them.
    if (!there[source] && source !== location.host && (!host || slice(host, -name.length) === name))
      lacking += " " + source;
  }
  if (lacking && lacking !== told) {
    console.warn("consentinel: pasted-narrow; print it anew (consentinel csp --meta), or reload, to let in" + lacking);
    told = lacking;
  }
  return lacking;
}
/** @type {string | undefined} */
let told;

// Firefox puts a scheme before a host that has none; sockets are named beside their hosts.
/** @param {string} policy */
function sourcesOf(policy) {
  /** @type {Record<string, any>} */
  const sources = { __proto__: null };
  const parts = split(policy, " ");
  for (let at = 0; at < parts.length; at++)
    sources[/** @type {Found} */ (match(/^(?:\w+:\/\/)?([^;]*)/, parts[at]))[1]] = true;
  return sources;
}
