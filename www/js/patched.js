// Puts the second module together from the first, which is in the page already, and from what is other in it: most of what
// judges and reads the policy is in both. xtask/src/delta.rs writes it, and says in which form.
//
// Nothing is looked up here that a page could have replaced: an array's `length` would be.

import { Uint8Array } from "#shared";

/**
 * The module that `delta`, of `size` bytes, makes of the bytes of `old`; `delta` itself where that is a whole module. Bytes
 * that were read as something else make no module, and come to an end.
 */
export function patched(old, delta, size) {
  if (!delta[0]) return delta;
  let at = 0;
  const number = () => {
    let value = 0;
    let scale = 1;
    let byte;
    do {
      byte = delta[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  const length = number();
  const made = new Uint8Array(length);
  // Two runs of bytes, which are read beside the numbers behind them.
  const run = () => {
    const all = number();
    at += all;
    return at - all;
  };
  let own = run();
  let change = run();
  for (let to = 0, from = 0; to < length && at < size; ) {
    const step = number();
    from += (step >> 1) ^ -(step & 1);
    for (let left = number(); left && to < length; left--) made[to++] = old[from++];
    for (let left = number(); left && to < length; left--) made[to++] = delta[own++];
  }
  for (let to = number(); to < length && at < size; to += number()) made[to] += delta[change++];
  return made;
}
