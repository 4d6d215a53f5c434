// How Rust reads values of the page, one level at a time: policies, selections, texts, lists.
// It only classifies (src/web/source.rs gives the numbers their meaning).

const TEXT = 0, NUMBER = 1, BOOL = 2, LIST = 3, OBJECT = 4, LONE_SURROGATE = 5, OTHER = 6;

/** What kind of value this is. */
export function kind(value) {
  if (typeof value === "string") return isWhole(value) ? TEXT : LONE_SURROGATE;
  if (typeof value === "number") return NUMBER;
  if (typeof value === "boolean") return BOOL;
  if (Array.isArray(value)) return LIST;
  return value && typeof value === "object" ? OBJECT : OTHER;
}

// encodeURI throws on a lone surrogate; isWellFormed is too young to count on.
function isWhole(text) {
  if (text.isWellFormed) return text.isWellFormed();
  try {
    encodeURI(text);
    return true;
  } catch {
    return false;
  }
}

/** How many entries a list has. */
export function size(list) {
  return list.length;
}

/** The entry of a list, or the field of an object; a getter that throws has no value. */
export function at(value, key) {
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

/** The names of an object's own fields. */
export function fields(object) {
  return Object.keys(object);
}

/** The value of a JSON text; undefined when it is none. */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
