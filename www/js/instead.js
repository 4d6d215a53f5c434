// Where WebAssembly is refused, the tag gives its place to the one that does without (nowasm.js). That is written behind it,
// with its attributes, so the parser waits for it, and no script that stands after the tag runs before.
//
// Left out: a tag for which the parser does not wait (`async`, `defer`, put in by a script), or whose file cannot be had: there
// the gate stays closed (lock.js).

import { dress } from "./fetched.js";
import { trust, trustUrl } from "./gate/html.js";
import { listen, outerOf, setAttribute, writeMarkup } from "./pristine.js";
import { instead, insteadIntegrity } from "#part";

/** Whether the tag, this element, has given its place away; then `begin` is called if nothing comes of it. */
export function givenAway(tag, begin) {
  try {
    // The shortest module that there is.
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  } catch {
    try {
      const { href } = new URL(instead, tag.src);
      const other = tag.cloneNode();
      setAttribute(other, "src", trustUrl(href));
      dress(other, href, insteadIntegrity, tag.nonce);
      // Otherwise a page that is complete would be written anew.
      if (document.readyState === "loading") writeMarkup(document, trust(outerOf(other)));
      const next = tag.nextSibling;
      if (next.src === href) {
        listen(next, "error", begin);
        return true;
      }
    } catch {
      // There is no such element, or the page lets nobody write.
    }
  }
  return false;
}
