// What waits for the second module, and calls for it. Nothing that was told meanwhile is lost; what refuses or takes
// back is in force at once, as the first module closes for it.
//
// Left out: how the module is fetched (fetched.js for the tag, ../npm/later.js for the package), and what it does (second.js).

import { ALWAYS, CLOSE, FAILED, HANDOVER, MISTAKE, OWNER_CALL, REFUSE, START, WITHDRAW } from "./numbers.js";
import { ask, read, setHear, tell, write } from "./told.js";

const UNAVAILABLE = "consentinel: part-unavailable; serve all files of Consentinel, unchanged";

// How it comes, what it is told of the page; how the face comes and a ledger becomes a file, once it is there.
let bring, known, getFace, handOver;
let isComing, isThere, isTold;
// What waits, in its order, as a list by `next`.
let first, last;
// Whether something of it closes.
let isClosing = false;

/** Lets the first module hear. `bringing(arrive, fail)` fetches the second one; `page` is what that is told of the page. */
export function begin(hear, bringing, page) {
  bring = bringing;
  known = page;
  // A server starts anew for each visitor.
  isComing = isThere = false;
  first = last = null;
  setHear((kind, text) => {
    if (kind >= FAILED) {
      if (kind !== FAILED) closeAtOnce(hear, kind, text);
      wait(kind, text);
      return REFUSE;
    }
    const answer = hear(kind, text);
    if (answer >= MISTAKE) wait(kind, text);
    return answer % MISTAKE;
  });
}

const isWish = (kind, text) => kind >= ALWAYS || text === "accept-all";

// The gate closes before the decision can be put on record. Where everything is refused, what was wished for before
// will not be granted for a moment either.
function closeAtOnce(hear, kind, text) {
  const isControl = kind <= OWNER_CALL && (text === "reject-all" || text === "withdraw");
  if (!isControl && kind !== WITHDRAW) return;
  const names = isControl ? "[]" : text;
  isClosing = true;
  hear(CLOSE, names);
  if (names !== "[]") return;
  for (let entry = first; entry; entry = entry.next) if (isWish(entry.kind, entry.text)) entry.act = null;
}

// What is only to be explained does not call for it.
function wait(kind, text) {
  add({ __proto__: null, kind, text, act: () => tell(kind, text), next: null });
  if (kind > FAILED) need();
}

function add(entry) {
  if (last) last.next = entry;
  else first = entry;
  last = entry;
}

/** Calls `act` once the second module is there: at once, where it is; `fail` with an error where it cannot be had. */
export function whenThere(act, fail) {
  if (isThere) return void act();
  add({ __proto__: null, kind: 0, text: "", act, fail, next: null });
  need();
}

/** Whether it is there. */
export const isHere = () => isThere;

/** Nothing comes any more, as there is no module: who asks is answered at once, by lock.js. */
export function giveUp() {
  isThere = true;
}

/** The second module is gone, too; nothing calls for it until the next beginning, and who waits for it is told. */
export function forget() {
  giveUp();
  const error = new Error("consentinel: destroyed; createConsent begins again");
  for (let entry = first; entry; entry = entry.next) entry.fail?.(error);
  first = last = getFace = handOver = null;
  isClosing = isTold = false;
}

/** Calls a function with the face, once that is there; what cannot be had is told. */
export const withFace = (act) => whenThere(() => getFace(act, nothing), nothing);
/** Hands a ledger to the visitor as a file, once that can be done; never where there is no module, and so no ledger. */
export const hand = (text) => whenThere(() => handOver?.(text), nothing);
const nothing = () => {};

/** What keeps it from coming was told already. */
export function hush() {
  isTold = true;
}

/** Calls for the second module. */
export function need() {
  if (isComing || isThere) return;
  isComing = true;
  bring(arrive, fail);
}

// It may come twice.
function arrive(load) {
  if (isThere) return;
  try {
    const { hear, more, face, save } = load();
    getFace = face;
    handOver = save;
    const begun = read(ask(HANDOVER));
    setHear(hear);
    isThere = true;
    tell(START, write({ ...known, ...more, begun, isClosing }));
  } catch (error) {
    return fail(error);
  }
  for (let entry = first; entry; entry = entry.next) entry.act?.();
  first = last = null;
}

function fail(error) {
  isComing = false;
  if (!isTold) console.error(UNAVAILABLE, error);
  isTold = true;
  for (let entry = first; entry; entry = entry.next) {
    entry.fail?.(new Error(UNAVAILABLE));
    if (entry.fail) entry.act = entry.fail = null;
  }
}
