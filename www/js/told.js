// How JavaScript reaches Rust: one function, set by the entry before anything starts, and the numbers
// of what can be told and asked (src/web/host.rs has the same).

export const ATTEMPT = 0, MARKUP = 1, FAILED = 2, ACTION = 3, LOOK = 4, CLOSED = 5, HAS = 6, CALL = 7;
export const SAVE = 8, STATE = 9, LEDGER = 10, EXPORT = 11, WITHDRAW = 12, START = 13, ERASABLE = 14, SWEEP = 15;

/** The verdicts Rust gives. */
export const ALLOW = 0, HOLD = 1, REFUSE = 2, REMOVE = 3;

let hear, replied;

/** Names the function that hears. */
export function setHear(heard) {
  hear = heard;
}

/** Tells Rust, and returns its answer. */
export function tell(kind, text = "") {
  return hear(kind, text);
}

/** Asks Rust for a text. */
export function ask(kind) {
  tell(kind);
  return replied;
}

/** The text that was asked for. */
export function reply(text) {
  replied = text;
}

// Values of the page reach Rust as JSON text that the browser wrote (src/web/source.rs reads it).

/** A JSON text as `JSON.stringify` would write it; empty when it is none. */
export function parse(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return "";
  }
}

/** Any value as JSON text. What JSON has no word for becomes `null`, which Rust takes for a mistake. */
export function write(value) {
  try {
    return JSON.stringify(value, (_, part) => (typeof part === "function" ? null : part ?? null));
  } catch {
    // A getter that throws, a circle, a big integer.
    return "null";
  }
}
