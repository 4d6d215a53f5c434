// Fetches the second part for the tag. It hands that what grants, so no script of the page may put another in its place
// or listen in: the browser compares the file with a hash that stands here (`integrity`), and only what runs as the element
// that we made is answered. Where the page lets nobody make such an element (Trusted Types that do not name us), the same
// part is imported, which no hash protects: before any script of the page runs, if it is needed at the start, and else
// as an import map or a service worker of the page may have it (SECURITY.md). Nor does one beside a page in a file.
//
// Left out: when (coming.js), and what is in it (second.js).

import { trustUrl } from "./gate/html.js";
import { letPass } from "./gate/waiting.js";
import {
  create,
  defineProperty,
  getter,
  headOf,
  listen,
  match,
  parentOf,
  setAttribute,
  takeAll,
  then,
} from "./pristine.js";
import { handed } from "#handed";
import { integrity, part } from "#part";

const current = getter("Document", "currentScript");
const [append, takeOut] = takeAll("Node", "appendChild removeChild");
const page = globalThis.document;

let element, take;
let address = part;

// Found by the file under this name, which nobody can change. Who calls it while another script runs is not heard.
defineProperty(globalThis, "consentinel:part", {
  value: (run) => {
    if (!element || current(page) !== element) return;
    // Once, as what it runs may run code of the page.
    element = null;
    run(handed, take);
  },
});

/**
 * What a script of ours says besides its address, so that it is the file of this build; what loads it ahead says the same.
 * Nothing is asked about it.
 */
export function dress(made, url, integrity, nonce) {
  // Beside a page in a file, what is compared may not be read; and there nobody stands between.
  if (match(/^http/, url)) {
    setAttribute(made, "crossorigin", "anonymous");
    setAttribute(made, "integrity", integrity);
  }
  if (nonce) setAttribute(made, "nonce", nonce);
  letPass(made, url);
}

/** Makes what fetches it from beside the tag, at `src`, with the tag's `nonce`; `importing` imports a file from there. */
export const fetching = (src, nonce, importing) => (taking, fail) => {
  let isTaken;
  take = (second) => {
    isTaken = true;
    taking(second);
  };
  const url = new URL(address, src).href;
  const script = create(page, "script");
  try {
    setAttribute(script, "src", trustUrl(url));
  } catch {
    then(importing(address.replace(".js", ".mjs")), (made) => made.default(handed, take), fail);
    return;
  } finally {
    // A browser may keep that this one could not be had.
    address += "&";
  }
  try {
    // What loads ahead does not keep the page from being complete, as a script on its way would.
    const ahead = create(page, "link");
    setAttribute(ahead, "rel", "preload");
    setAttribute(ahead, "as", "script");
    setAttribute(ahead, "href", url);
    dress(ahead, url, integrity, nonce);
    dress(script, url, integrity, nonce);
    const finish = () => {
      leave(script);
      if (!isTaken) fail(new TypeError(url));
    };
    listen(script, "load", finish);
    listen(script, "error", finish);
    const run = () => {
      leave(ahead);
      element = script;
      append(headOf(page), script);
    };
    listen(ahead, "load", run);
    listen(ahead, "error", run);
    append(headOf(page), ahead);
  } catch (error) {
    fail(error);
  }
};

// Nothing of ours stays in the head.
function leave(made) {
  const parent = parentOf(made);
  if (parent) takeOut(parent, made);
}
