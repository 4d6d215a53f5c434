// The places in a page that the face fills: frames that wait, with a placeholder inside them, and the element
// with the cookie policy. Nothing of the face is fetched before somebody could see such a place.
//
// Left out: what is put there (www/js/face); why a frame waits (gate/elements.js, gate/markup.js).

import { resolved } from "./gate/address.js";
import { addressIn, settle } from "./gate/elements.js";
import { enqueue } from "./gate/markup.js";
import { WeakMap, getAttribute, localName, lookUp, note } from "./pristine.js";
import { reload } from "./reload.js";
import { ALLOW, ALWAYS, ONCE, STATE } from "./numbers.js";
import { ask, read, tell } from "./told.js";

// What may load this time, since the visitor had the page loaded anew for that.
let once = "";

/** Names what may load this time. */
export function setOnce(name) {
  once = name;
}

// By which name a frame waits.
const names = new WeakMap();
// The address that the visitor lets a frame load this time.
let passes;
let watching;

// Calls a function with the face, once it is there. Without a face these places stay as they are, which is told.
let fill;

/** Names that. */
export function setFill(filling) {
  fill = filling;
}

/** A frame waits for the grant of this category or service. */
export function wait(frame, name) {
  if (!watching || !name || localName(frame) !== "iframe") return;
  note(names, frame, name);
  if (name === once) return pass(frame);
  // So that it tells anew about one that it knows.
  watching.unobserve(frame);
  watching.observe(frame);
}

/** The address that this element may ask for though nothing is granted. */
export const passOf = (element) => lookUp(passes, element);

/** Lets an element of ours ask for this address. */
export const notePass = (element, address) => note(passes, element, address);

/** A refusal ends what was let through. */
export function endPasses() {
  once = "";
  passes = new WeakMap();
}
endPasses();

/** The visitor answers in a placeholder. */
export function choose(frame, action) {
  const name = lookUp(names, frame);
  const { reloads } = read(ask(STATE));
  if (action === "always") {
    tell(ALWAYS, name);
    if (reloads) reload();
  } else if (action === "once" && tell(ONCE, name) === ALLOW) {
    if (reloads) reload(name);
    else pass(frame);
  }
}

function pass(frame) {
  note(passes, frame, resolved(addressIn(frame, "src") ?? getAttribute(frame, "data-src"), frame));
  settle(frame, true, true);
  enqueue([frame]);
}

/** Looks for places; where nothing of ours is to be seen, not for frames. */
export function openPlaces(isSeen) {
  const { HTMLElement, customElements } = globalThis;
  const name = "consent-declaration";
  watching = isSeen && new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect: { width, height } } of entries) {
      // Nobody looks for words in a smaller one.
      if (isIntersecting && width >= 160 && height >= 100) fill((face) => face.hold(target, lookUp(names, target)));
    }
  });
  // Unless somebody did.
  if (!customElements.get(name)) {
    customElements.define(name, class extends HTMLElement {
      connectedCallback() {
        fill((face) => face.declare(this));
      }
    });
  }
}
