// How JavaScript reaches Rust: one function, set by the entry before anything starts, and the numbers
// of what can be told and asked (src/web/host.rs has the same).

export const ATTEMPT = 0, MARKUP = 1, FAILED = 2, ACTION = 3, LOOK = 4, CLOSED = 5, HAS = 6, CALL = 7;
export const SAVE = 8, STATE = 9, LEDGER = 10, EXPORT = 11, WITHDRAW = 12, START = 13;
export const OWNER_CALL = 14, OWNER_SAVE = 15, ERASABLE = 16, SWEEP = 17;
export const NOTICE = 18, ONCE = 19, ALWAYS = 20, TEXTS = 21, GRANT = 22, OWNER_GRANT = 23, MARKED_FRAME = 24, RULES = 25;

/** Which wrappers have to stand, each with all after it (src/web/host.rs): those that judge requests too, those that find new realms, those of stores. */
export const WRAP_REQUESTS = 0, WRAP_REALMS = 1, WRAP_STORES = 2;

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

// Values of the page reach Rust as JSON text (src/web/source.rs reads it). The browser prints what has
// no parts; of an object it would ask for `toJSON`, which a page can give to all of them.
export const { parse: read, stringify } = JSON;
const { isArray } = Array;

function print(value) {
  if (typeof value === "bigint" || typeof value === "function") return null;
  if (typeof value !== "object" || !value) return stringify(value) ?? null;
  const isList = isArray(value);
  // Own parts only, and read once.
  const parts = { __proto__: null, ...value };
  let text = isList ? "[" : "{";
  for (const key in parts) text += (text.length > 1 ? "," : "") + (isList ? "" : stringify(key) + ":") + print(parts[key]);
  return text + (isList ? "]" : "}");
}

/** A JSON text as [`write`] would write it; empty when it is none. */
export function parse(text) {
  return print(read(text));
}

/** Any value as JSON text. What JSON has no word for becomes `null`, which Rust takes for a mistake. */
export function write(value) {
  try {
    return `${print(value)}`;
  } catch {
    // A getter that throws, a circle.
    return "null";
  }
}
