// The list of attempts: data, except for the few lines of each that a page runs.
//
// An attempt has
//   id        unique; part of its marker (the name of what is stored, or the address that is asked for)
//   kind      the heading it stands under in docs/leak-matrix.md; `title` is its row
//   sink      where it would leak: "request", "cookie", "local-storage", "session-storage",
//             "indexed-db", "cache-storage", "service-worker", "storage-bucket"
//   run       a function that the page runs with the facts of page.mjs and `args`; or `head`, `body`:
//             functions that give markup of the page; or `way`, which several attempts share that have the
//             same name `together`: it finds one window and calls back with it, and each of them makes its
//             own `use` of it, or gives a `text` that the way runs there
//   policy    which of the policies of page.mjs holds: "hosts" unless said; the same in a load
//   load      attempts of one load run in one page (default: the kind); what would disturb others has
//             a load of its own
//   own       true: addresses are of the page's own origin, some claimed by an optional service
//   onlyNecessary  true: made in that variant only
//   isTrick   true: it reaches its aim only where a gate looks twice, so the bare engine has nothing to show
//   isSwept   true: a server stores it, and the gate erases it afterwards, where it is declared
//   isWhole   true: in Chromium it needs the whole browser; so do all of its load
//   isLate    true: it runs while the page goes
//   wipes     true: it replaces the document, and so the banner
//   afterBanner  true: it takes from the page what the banner is built with, so it waits until that stands
//
// What limits.mjs says of it is added here: `waits`, which is false where a grant gives nothing back.

import { codes } from "./attempts/code.mjs";
import { cookies } from "./attempts/cookies.mjs";
import { elements } from "./attempts/elements.mjs";
import { escapes } from "./attempts/escapes.mjs";
import { parsers } from "./attempts/parser.mjs";
import { files } from "./attempts/files.mjs";
import { frames } from "./attempts/frames.mjs";
import { kinds } from "./attempts/kinds.mjs";
import { realms } from "./attempts/realms.mjs";
import { requests } from "./attempts/requests.mjs";
import { lossOf } from "./limits.mjs";
import { stores } from "./attempts/stores.mjs";
import { styles } from "./attempts/styles.mjs";

// Those that were run whole in three engines, with every limit written; and those that are tried by hand until that
// is so (`--all`).
const SETTLED = [cookies, stores, requests, parsers, elements, styles, codes, escapes, files, frames, kinds];
const UNSETTLED = [realms];

export const attempts = [...SETTLED, ...(process.argv.includes("--all") ? UNSETTLED : [])]
  .flat()
  .map((attempt) => ({ waits: !lossOf(attempt.id), load: attempt.kind, policy: "hosts", ...attempt }));

const seen = new Set();
const policies = new Map();
for (const { id, load, policy } of attempts) {
  if (seen.has(id) || !/^[a-z0-9-]+$/.test(id) || !/^[a-z0-9-]+$/.test(load))
    throw new Error(`attempt ${id} (load ${load}): not unique or badly named`);
  if ((policies.get(load) ?? policy) !== policy)
    throw new Error(`attempt ${id} (load ${load}): the load has another policy`);
  seen.add(id);
  policies.set(load, policy);
}
