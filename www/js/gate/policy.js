// The browser's own gate: a Content-Security-Policy in the head of the page. It is in force at once and for good,
// also when its element is taken away again, so the page keeps no trace of it; it can only be tightened.
// What it stops is told like what wrappers stop.
//
// Left out: what it says (src/csp.rs), and stores, which it does not know.

import { create, firstChild, headOf, match, method, setAttribute, takeAll } from "../pristine.js";
import { refused } from "./held.js";

const page = globalThis.document;
const putIn = method("Node", "insertBefore");
const takeOut = method("Node", "removeChild");

let last = "";

/** Puts a policy in force beside those that are. */
export function tighten(policy) {
  const head = headOf(page);
  if (!policy || policy === last) return;
  last = policy;
  const element = create(page, "meta");
  setAttribute(element, "http-equiv", "Content-Security-Policy");
  setAttribute(element, "content", policy);
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
