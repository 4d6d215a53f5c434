// The browser's own gate: a Content-Security-Policy in the head of the page. It is in force at once and for good,
// also when its element is taken away again, so the page keeps no trace of it; it can only be tightened.
// What it stops is told like what wrappers stop.
//
// Left out: what it says (src/csp.rs), and stores, which it does not know.

import { WeakMap, create, firstChild, getter, headOf, lookUp, match, method, note, setAttribute, takeAll } from "../pristine.js";
import { refused } from "./held.js";

const page = globalThis.document;
const putIn = method("Node", "insertBefore");
const takeOut = method("Node", "removeChild");
const addressIn = getter("Document", "URL");

let last = "";
// What was put into other documents.
const given = new WeakMap();

/** Puts a policy in force beside those that are. */
export function tighten(policy) {
  if (!policy || policy === last) return;
  last = policy;
  put(page);
}

/** Puts what is in force in the page into a document of its origin that has come from a server, with a policy of its own. */
export function tightenIn(document) {
  try {
    if (!last || lookUp(given, document) === last || !match(/^http/, addressIn(document))) return;
    put(document);
    note(given, document, last);
  } catch {
    // A shadow root, or a document without a head yet.
  }
}

function put(document) {
  const head = headOf(document);
  const element = create(document, "meta");
  setAttribute(element, "http-equiv", "Content-Security-Policy");
  setAttribute(element, "content", last);
  putIn(head, element, firstChild(head));
  takeOut(head, element);
}

const [policyOf, directiveOf, addressOf, sourceOf] =
  takeAll("SecurityPolicyViolationEvent", "originalPolicy effectiveDirective blockedURI sourceFile");
// Words of reports that differ from the beginning of the directive.
const WORDS = { __proto__: null, img: "image", connect: "fetch", child: "frame", manifest: "link", default: "link", prefetch: "link" };

/** Tells of what this policy has stopped; `frames` is called where that was a frame. */
export const violated = (frames) => (event) => {
  // Engines print a policy each in their own way; no other has these two beside each other.
  const isOurs = event.isTrusted && match(/ filesystem: mediastream:/, policyOf(event));
  const address = isOurs ? addressOf(event) : "";
  if (!match(/:/, address)) return;
  const word = match(/^[a-z]*/, directiveOf(event))[0];
  refused(WORDS[word] ?? word, address, sourceOf(event));
  if (word === "frame") frames();
};
