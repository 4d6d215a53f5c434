// How values of the page reach Rust: as JSON text that the browser wrote (src/web/source.rs reads it).

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
