// Workers out of a text that the page has made (`blob:`), where nobody declared such addresses or the one who did may
// not yet. What they compute is the page's own affair; what they would ask or keep no gate could judge, so they start
// with nothing but what computes, talks to the page and tells time: what a browser has beside that, and what it will
// have one day, is taken away before their own text begins.
//
// Left out: `import` in them, which is syntax: the page's Content-Security-Policy holds it, as it holds the page's own
// (docs/limits.md). Frames, objects and style sheets of such addresses, and shared workers (held.js); workers of a text
// that is not known, as it was made before this script or inside a worker: they are judged.
// @ts-check

import { method } from "../pristine.js";
import { asText } from "./address.js";
import { aroundIn, bare } from "./around.js";
import { trustUrl } from "./html.js";
import { iterator } from "./named.js";

const { Blob, URL } = globalThis;
const addressOf = method(/** @type {any} */ (URL), "createObjectURL");

// Runs before the text, in its realm, and is told the global object. The functions and variables of the text are there by
// then, so nothing is called by a name that it could have given to one; they alone can be written and not be taken away.
// Where anything else cannot be taken away nothing of the text runs: `delete` throws. What the language itself has is known by its members,
// which are not enumerable. Some look for `importScripts` to know that they are in a worker, so that stays, and fails.
// The names that stay are in the order that weighed least.
const BARE =
  '(g=>{"use strict";let O={}.constructor,f=o=>{for(;o!=O.prototype;o=O.getPrototypeOf(o)){let s=O.getOwnPropertyDescriptors(o),n,k;for(n in s){let{enumerable:e,value:v,get:t}=s[n];for(k in v)e=1;for(k in v?.prototype)e=1;n=="navigator"&&t&&f(t.call(g));!e||s[n].writable>s[n].configurable||/^(on\\w+|\\w*(Data|Error|Event(Target|Listener)?|Frame|GlobalScope|Interval|Strategy|Timeout|coder(Stream)?|pressionStream)|(Abort|DOM|Encoded|Image|Message|Offscreen|Readable|Transform|URL|WebGL|Writable)\\w*|RegExp|console|Path2D|structuredClone|languages?|createImageBitmap|btoa|WebAssembly|globalThis|File(Reader\\w*)?|queueMicrotask|name|performance|location|postMessage|origin|self|Response|[PT]E[A-Z]+|crypto|atob|userAgent|navigator|platform|close|Blob|hardwareConcurrency)$/.test(n)||delete o[n]}}};f(g);g.importScripts??=()=>null();g.fetch??=async()=>null()})(';

// What the page has made addresses of, by these, as long as the browser knows them.
const blobs = bare();

/**
 * Takes down what a realm makes an address of.
 *
 * @param {Realm} scope
 */
export function gateBlobs(scope) {
  aroundIn(scope.URL, "createObjectURL", (self, args, run) => {
    const address = run();
    blobs[address] = args[0];
    return address;
  });
  aroundIn(scope.URL, "revokeObjectURL", (self, args, run) => {
    delete blobs[asText(args, 0)];
    return run();
  });
}

// An address of two texts, one after the other. No array holds them, which a page can reach into.
/**
 * @param {string} first
 * @param {Blob | string} second
 * @returns {string}
 */
function made(first, second) {
  let at = 0;
  const next = () => bare({ value: at ? second : first, done: at++ > 1 });
  return addressOf(URL, new Blob(bare({ [iterator]: () => bare({ next }) }), TYPE));
}
const TYPE = bare({ type: "text/javascript" });

/**
 * Has a worker that may not pass compute all the same: changes what it is made with, and answers whether its text is
 * known.
 *
 * @param {string} address
 * @param {any[]} args
 */
export function confine(address, args) {
  const blob = blobs[address];
  if (!blob) return false;
  const options = args[1];
  const isModule = `${options?.type}` === "module";
  args[1] = bare({ type: isModule ? "module" : "classic", name: `${options?.name ?? ""}` });
  // Of what a module imports the first runs first.
  const ours = made(isModule ? `import"${made(BARE, "self)")}";` : BARE + "this);", blob);
  args[0] = typeof args[0] === "string" ? ours : trustUrl(ours);
  return true;
}
