// The gate without a module: where nothing can judge, the page's own address passes and nothing else does,
// and nothing is kept. Reading goes on, and the API answers as closed as it can, so that page code which
// asks it stays alive.
//
// Left out: what is necessary. Only the policy knows that, and nobody is there who could read it.

import { install } from "./gate.js";
import { match, startsWith } from "./pristine.js";
import { ALLOW, ATTEMPT, LEDGER, REFUSE, STATE } from "./numbers.js";
import { reply, setHear } from "./told.js";

const STORES = /^(?:cookie|local-storage|session-storage|indexed-db|cache-storage|service-worker) /;
// A word, and an address that leads to nobody; not code from such an address.
const NOBODY = /^\S+ (?!(?:https?|wss?):|(?:blob|data):$)/;

/** Answers in the module's place, and closes what it would have watched. */
export function lock(hasPage) {
  const own = globalThis.origin + "/";
  const isOwn = (text) => startsWith(match(/ .*/, text)?.[0] ?? "", " " + own);
  setHear((kind, text) => {
    const answers = {
      [LEDGER]: "[]",
      [STATE]: '{"asks":false,"decided":false,"language":"","categories":{},"services":{}}',
    };
    reply(answers[kind] ?? "");
    return kind === ATTEMPT && !match(STORES, text) && (isOwn(text) || match(NOBODY, text)) ? ALLOW : REFUSE;
  });
  if (hasPage) install();
}
