// The gate without a module: where nothing can judge, nothing passes. Reading cookies goes on, and the
// API answers as closed as it can, so that page code which asks it stays alive.

import { LEDGER, REFUSE, STATE, reply, setHear } from "./told.js";

/** Closes what the gate would have watched, and answers in the module's place. */
export function lock() {
  const jar = globalThis.Document && Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  // Not configurable already means that the gate itself stands there, and it fails closed.
  if (jar?.configurable) {
    Object.defineProperty(Document.prototype, "cookie", { ...jar, configurable: false, set() {} });
  }
  setHear((kind) => {
    const answers = {
      [LEDGER]: "[]",
      [STATE]: '{"asks":false,"categories":{},"decided":false,"language":""}',
    };
    reply(answers[kind] ?? "");
    return REFUSE;
  });
}
