// Asks Rust for the verdict on an attempt, keeps what has to wait, in its order and within bounds, and
// keeps the reports about what was held or refused. Nothing of it leaves the browser.
//
// Left out: how an attempt is stopped and what "again" means for it; each way out knows that itself.
// @ts-check

import {
  PlainObject,
  defineProperty,
  deleteProperty,
  describe,
  getter,
  listen,
  match,
  setTimeout,
  split,
  startsWith,
  takeAll,
} from "../pristine.js";
import { ALLOW, ATTEMPT, HOLD, MARKED_FRAME, MARKUP, REFUSE } from "../numbers.js";
import { tell } from "../told.js";

const { freeze } = PlainObject;
export const clock = Date.now;
const [isAborted, reasonOf] = takeAll("AbortSignal", "aborted reason");

// What waits is bounded by number and by size, reports by number.
const MOST_HELD = 500;
const MOST_BYTES = 2_000_000;
const MOST_REPORTS = 200;

// ---- verdicts -----------------------------------------------------------------------------------

const OUTSIDE = /^(?:worker|frame|object|style)$/;
const LOCAL = /^(?:blob|data):/;

// The report of the verdict being given; what may keep it from being kept.
/** @type {Told | null} */
let latest = null;
let isQuiet = false;

/**
 * The verdict on an attempt: what kind, and its name or address. Of a cookie with UNREAD, where it is held.
 *
 * @param {string} word
 * @param {string} name
 * @returns {number}
 */
export function judge(word, name) {
  let verdict = REFUSE;
  latest = null;
  // What comes from such an address runs where nothing of ours can look into it.
  if (match(OUTSIDE, word)) name = match(LOCAL, name)?.[0] ?? name;
  try {
    verdict = tell(ATTEMPT, word + " " + name);
  } catch {
    // The module is gone (it trapped): nothing can be judged any more, so nothing passes.
  }
  reported(verdict);
  return verdict;
}

/**
 * The verdict on an element that a site has marked itself with this name.
 *
 * @param {string | undefined} name
 * @param {boolean} isFrame
 * @returns {number}
 */
export function judgeMarked(name, isFrame) {
  latest = null;
  const verdict = tell(isFrame ? MARKED_FRAME : MARKUP, name);
  reported(verdict);
  return verdict;
}

/**
 * The browser has refused this by itself, asked by the file `script`. Where the verdict was to allow it, the page came
 * with a policy that lacks it, or its server has sent it on to somebody who may not be asked.
 *
 * @param {string} word
 * @param {string} name
 * @param {string} script
 * @param {() => unknown} isLacking
 */
export function refused(word, name, script, isLacking) {
  from = script;
  if (judge(word, name) === ALLOW && !latest) {
    keep({ kind: isLacking() ? word : "redirect", name: split(name, "?")[0], service: "", verdict: "refuse" });
  }
  from = "";
}
let from = "";

// What passes all the same (the policy only reports) is asked about more than once, and told once.
/** @param {number} verdict */
function reported(verdict) {
  if (!latest || (isQuiet && verdict)) return;
  const { kind, name } = latest;
  if (verdict) return keep(latest);
  if (passed[kind + name]) return;
  keep(latest);
  // Bounded like the reports: what was told long ago may be told again.
  if (made % MOST_REPORTS === 0) passed = { __proto__: null };
  passed[kind + name] = true;
}
/** @type {Record<string, any>} */
let passed = { __proto__: null };

/**
 * Asks ahead of attempts: what is held or refused then is reported when the attempt is made.
 *
 * @template Answer
 * @param {() => Answer} ask
 * @returns {Answer}
 */
export function ahead(ask) {
  const before = isQuiet;
  isQuiet = true;
  try {
    return ask();
  } finally {
    isQuiet = before;
  }
}

/**
 * Whether no service of the policy has this address, so that it is refused whatever was decided; a policy that only reports
 * has it among its reports.
 *
 * @param {string} word
 * @param {string} name
 * @returns {boolean}
 */
export const isNobodys = (word, name) => ahead(() => judge(word, name)) === REFUSE && latest?.service === "";

// ---- what waits ---------------------------------------------------------------------------------

/**
 * About what a body takes in memory.
 *
 * @param {any} body
 * @returns {number}
 */
export const sizeOf = (body) =>
  typeof body === "string" ? body.length : (body?.size ?? body?.byteLength) >>> 0 || 1000;

// A list with links of its own: an array could be reached through what a page does to arrays.
/** @type {List<Waiting>} */
let first = null;
let count = 0;
let bytes = 0;

/**
 * Keeps an attempt that was just held: `key` (a newer one with the same key takes its place), its size in
 * `bytes`, `again` to make the attempt anew, and `drop`, told whether something newer took its place. What is `written`
 * by it is read meanwhile (`eachWritten`); `seen` says what the browser has in its place, and where that is another thing
 * by then the attempt is not made.
 *
 * @param {unknown} key
 * @param {number} size
 * @param {() => unknown} again
 * @param {Drop} [drop]
 * @param {(has?: string) => string | null | undefined} [seen]
 * @param {Written} [written]
 */
export function hold(key, size, again, drop, seen, written) {
  /** @type {any} */
  let last = null;
  let old = first;
  while (old && old.key !== key) old = (last = old).next;
  const entry = { key, size, again, drop, seen, before: seen?.(), written, report: latest, next: old && old.next };
  if (last) last.next = entry;
  else first = entry;
  if (old) {
    count--;
    bytes -= old.size;
    old.drop?.(true);
  }
  count++;
  bytes += size;
  while (count > MOST_HELD || bytes > MOST_BYTES) {
    const { drop, report } = take(/** @type {Linked<Waiting>} */ (first));
    keep({ .../** @type {Told} */ (report), verdict: "refuse" });
    drop?.(false);
  }
}

/**
 * Something newer takes the place of what waits under this key, or under every key that begins so.
 *
 * @param {unknown} key
 * @param {boolean} [isBeginning]
 */
export function forget(key, isBeginning) {
  for (let entry = first; entry; entry = entry.next) {
    if (
      entry.key === key ||
      (isBeginning && typeof entry.key === "string" && startsWith(entry.key, /** @type {string} */ (key)))
    ) {
      take(entry).drop?.(true);
    }
  }
}

/**
 * Calls `act` with each of what was written, waits and is read as if it were kept, by the word for its kind, all or of
 * one name: where the browser has nothing in its place, in what it `has` where that is read already.
 *
 * @param {string} word
 * @param {(written: Written) => void} act
 * @param {string | symbol} [name]
 * @param {string} [has]
 */
export function eachWritten(word, act, name, has) {
  for (let entry = first; entry; entry = entry.next) {
    const { written } = entry;
    if (written?.word === word && (name === undefined || written.name === name) && entry.seen?.(has) === null)
      act(written);
  }
}

/** @param {Linked<Waiting>} entry */
function take(entry) {
  if (entry === first) first = entry.next;
  else {
    /** @type {any} */
    let before = first;
    while (before.next !== entry) before = before.next;
    before.next = entry.next;
  }
  count--;
  bytes -= entry.size;
  return entry;
}

/** Nothing that waits is ever made: each is told that it may not be. */
export function dropAll() {
  while (first) {
    const { drop } = take(first);
    try {
      drop?.(false);
    } catch {
      // Its page is gone.
    }
  }
}

/** The state changed: makes every attempt that waits anew, in their order. */
export function again() {
  let entry = first;
  first = null;
  count = bytes = 0;
  // They are reported already.
  isQuiet = true;
  for (; entry; entry = entry.next) {
    try {
      if (entry.seen?.() !== entry.before) continue;
      entry.again();
      // Two cookies may have one name: what one of them wrote says nothing against the other.
      for (let at = entry.next; at; at = at.next)
        if (at.written?.name === entry.written?.name && at.written?.word === entry.written?.word)
          at.before = at.seen?.();
    } catch {
      // Its page is gone, or storage is denied: the page was not told then, and is not told now.
    }
  }
  isQuiet = false;
}

/**
 * Makes an attempt now or as soon as it may be made; `fail` when it may not be, told whether a newer one took its
 * place.
 *
 * @param {string} word
 * @param {string} name
 * @param {number} size
 * @param {() => unknown} run
 * @param {Drop} [fail]
 * @param {unknown} [key]
 * @param {number} [verdict]
 */
export function attempt(word, name, size, run, fail, key = {}, verdict = judge(word, name)) {
  if (verdict === ALLOW) run();
  else if (verdict === HOLD) hold(key, size, () => attempt(word, name, size, run, fail, key), fail);
  else fail?.();
}

/**
 * For methods of a realm that answer by a promise: `act` gets what `around` gives it and, in the place of the name,
 * `make`, which makes an attempt: pending while it waits, rejected when refused, and by the reason of an `AbortSignal`
 * once that fires. What throws rejects, too, as it does in the browser; promises and errors are the realm's.
 *
 * @param {Realm} scope
 * @param {ActLater} act
 * @returns {Act}
 */
export function promising(scope, act) {
  const { Promise, TypeError } = scope;
  return (self, args, run, method) => {
    /** @type {Make} */
    const make = (word, name, failure = "Failed to fetch", key = {}, verdict = judge(word, name), signal) => {
      if (verdict === ALLOW) return run();
      return new Promise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
        const error = () => (typeof failure === "string" ? new TypeError(failure) : failure());
        const fail = (/** @type {boolean | undefined} */ isReplaced) => (isReplaced ? resolve() : reject(error()));
        const abort = () => (reject(reasonOf(/** @type {AbortSignal} */ (signal))), forget(key));
        if (signal && isAborted(signal)) return abort();
        attempt(word, name, 1000, () => resolve(run()), fail, key, verdict);
        if (signal) listen(signal, "abort", abort);
      });
    };
    try {
      return act(self, args, run, make, method);
    } catch (error) {
      return new Promise((/** @type {any} */ _, /** @type {any} */ reject) => reject(error));
    }
  };
}

// ---- reports ------------------------------------------------------------------------------------

/** @type {Record<string | number, any>} */
const reports = { __proto__: null };
let made = 0;
let sent = 0;
let isSending = false;
/** @type {(report: any) => void} */
let send;

/**
 * Names the function that sends a report to the page.
 *
 * @param {(report: any) => void} sends
 */
export function setSend(sends) {
  send = sends;
}

/** Which service claims what was judged last, where it was held or refused. */
export const claimant = () => latest?.service;

/**
 * Rust tells what it held or refused, before it answers with the verdict.
 *
 * @param {string} kind
 * @param {string} name
 * @param {string} service
 * @param {number} verdict
 */
export function attempted(kind, name, service, verdict) {
  latest = { kind, name, service, verdict: verdict === HOLD ? "hold" : "refuse" };
}

/** @param {Told} report */
function keep({ kind, name, service, verdict }) {
  reports[made++ % MOST_REPORTS] = freeze({ kind, name, service, script: from || caller(), atMs: clock(), verdict });
  // Not now: a listener that makes attempts of its own would call itself for ever; in a later task it
  // can at worst be busy.
  if (!isSending) setTimeout(deliver);
  isSending = true;
}

function deliver() {
  isSending = false;
  const end = made;
  if (sent < end - MOST_REPORTS) sent = end - MOST_REPORTS;
  while (sent < end) send(reports[sent++ % MOST_REPORTS]);
}

/** The reports that are kept, the newest last. */
export function attempts() {
  const list = [];
  for (let at = made > MOST_REPORTS ? made - MOST_REPORTS : 0; at < made; at++) {
    list[list.length] = reports[at % MOST_REPORTS];
  }
  return freeze(list);
}

const ADDRESS = /(?:https?|file|blob):.*?(?=(?::\d+)*\)?$)/;

const { Error: PlainError } = globalThis;
// Firefox reads it from the prototype, where a page can put its own; elsewhere each error has it.
/** @type {(error: Error) => any} */
const stackOf = describe(PlainError.prototype, "stack") ? getter(PlainError.prototype, "stack") : ({ stack }) => stack;

// Chromium asks while it makes a stack how long it may be, and who prints it. Both may be functions of the page,
// which must not run in the middle of ours: where one cannot be put aside, there is no stack.
/**
 * @param {string} name
 * @param {unknown} value
 * @param {() => any} run
 * @returns {any}
 */
function without(name, value, run) {
  const before = describe(PlainError, name);
  try {
    return defineProperty(PlainError, name, { __proto__: null, value, writable: true, configurable: true }) && run();
  } finally {
    if (before) defineProperty(PlainError, name, { __proto__: null, ...before });
    else deleteProperty(PlainError, name);
  }
}

function lines() {
  try {
    // Ours alone are ten at times.
    const stack = without("stackTraceLimit", 40, () =>
      without("prepareStackTrace", undefined, () => stackOf(new PlainError())),
    );
    return split(stack, "\n");
  } catch {
    return [];
  }
}

/** @param {string} line */
function address(line) {
  return match(ADDRESS, line)?.[0] ?? "";
}

// The first script on the stack that is not this one, whose line comes first. Never asked at the start: the
// first stack makes a browser read all of this script again.
function caller() {
  const stack = lines();
  let ours;
  for (let at = 0; at < stack.length; at++) {
    const found = address(stack[at]);
    ours ||= found;
    if (found && found !== ours) return found;
  }
  return "";
}
