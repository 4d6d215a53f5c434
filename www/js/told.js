// How JavaScript reaches Rust: one function, set before anything starts and again when the second module takes over
// (coming.js), and values as text. The numbers of what can be told and asked are numbers.js.

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
export function ask(kind, text) {
  tell(kind, text);
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
  for (const key in parts)
    text += (text.length > 1 ? "," : "") + (isList ? "" : stringify(key) + ":") + print(parts[key]);
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
