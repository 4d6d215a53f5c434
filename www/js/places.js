// The places in a page that the face fills: frames that wait, with a placeholder inside them, and the element
// with the cookie policy. Nothing of the face is fetched before somebody could see such a place.
//
// Left out: what is put there (www/js/face); which frames wait, and for what (gate/waiting.js).

import { addressIn, settle } from "./gate/elements.js";
import { enqueue } from "./gate/markup.js";
import { letPass, nameOf, setObserver } from "./gate/waiting.js";
import { getAttribute } from "./pristine.js";
import { reload } from "./reload.js";
import { ALLOW, ALWAYS, ONCE, STATE } from "./numbers.js";
import { ask, read, tell } from "./told.js";
import { IntersectionObserver } from "#lasting";

// Calls a function with the face, once it is there. Without a face these places stay as they are, which is told.
let fill;

/** Names that. */
export function setFill(filling) {
  fill = filling;
}

/** The visitor answers in a placeholder. */
export function choose(frame, action) {
  const name = nameOf(frame);
  const { reloads } = read(ask(STATE));
  if (action === "always") {
    tell(ALWAYS, name);
    if (reloads) reload();
  } else if (action === "once" && tell(ONCE, name) === ALLOW) {
    if (reloads) reload(name);
    else load(frame);
  }
}

function load(frame) {
  letPass(frame, addressIn(frame, "src") ?? getAttribute(frame, "data-src"));
  settle(frame, true, true);
  enqueue([frame]);
}

/** Looks for places; where nothing of ours is to be seen, not for frames. */
export function openPlaces(isSeen) {
  const { HTMLElement, customElements } = globalThis;
  const name = "consent-declaration";
  const inView = (entries) => {
    for (const {
      target,
      isIntersecting,
      boundingClientRect: { width, height },
    } of entries) {
      // Nobody looks for words in a smaller one.
      if (isIntersecting && width >= 160 && height >= 100) fill((face) => face.hold(target, nameOf(target)));
    }
  };
  if (isSeen) setObserver(new IntersectionObserver(inView));
  // Unless somebody did.
  if (!customElements.get(name)) {
    customElements.define(
      name,
      class extends HTMLElement {
        connectedCallback() {
          fill((face) => face.declare(this));
        }
      },
    );
  }
}
