// Reads a file in pieces, so that the tab stays usable however long it is: after each slice of time others may run.

/** How much is read at a time, after which others may run, and how long the module works before they may in any case. */
const BLOCK = 1_000_000;
const PIECE = 60_000;
const SLICE_MS = 24;

/** The longest document that is looked at before a file is taken for one to verify. */
const MOST_DOCUMENT = 1_100_000;

// A message, and no timer: timers wait four milliseconds, and longer in a tab behind another.
const breath = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/**
 * Hands every piece of a file to `take` until that says false, and tells `progress` of the share that is done. `signal`
 * stops it, with an error.
 */
export async function pieces(file, take, progress, signal) {
  let since = performance.now();
  for (let from = 0; from < file.size; from += BLOCK) {
    const block = new Uint8Array(await file.slice(from, from + BLOCK).arrayBuffer());
    for (let at = 0; at < block.length; at += PIECE) {
      if (take(block.subarray(at, at + PIECE)) === false) return;
      const isEnd = at + PIECE >= block.length;
      if (!isEnd && performance.now() - since < SLICE_MS) continue;
      progress((from + at) / file.size);
      await breath();
      signal?.throwIfAborted();
      since = performance.now();
    }
  }
  progress(1);
}

/** All bytes of a short file; nothing of a longer one. */
export const whole = async (file) =>
  file.size <= MOST_DOCUMENT ? new Uint8Array(await file.arrayBuffer()) : undefined;

/** Whether a file begins as an archive does. */
export const isArchive = async (file) => (await file.slice(0, 4).text()) === "PK\x03\x04";

/** The lines at these places, start and length in turn, one after the other. */
export async function linesAt(file, places) {
  const parts = [];
  for (let at = 0; at < places.length; at += 2) parts.push(file.slice(places[at], places[at] + places[at + 1]), "\n");
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
