// Style sheets as texts: what an address in them asks for is asked when the style applies, so an address
// that may not pass is taken out before the browser sees the text.
//
// Left out: what a style means. Every text in quotes, and everything in parentheses, that could be an
// address counts as one; the browser's own rules for where they begin and end are followed.

import { match, slice } from "../pristine.js";
import { ALLOW, HOLD } from "../told.js";
import { resolved } from "./address.js";
import { hold, judge } from "./held.js";

const { fromCodePoint } = String;

// A comment, a text compared with an attribute, a text, an address without marks, what else stands in
// parentheses, an escape (CSS Syntax 4.3).
const TOKEN =
  /\/\*([^]*?)(?:\*\/|$)|=\s*(?:"(?:[^"\\\n\r\f]|\\[^])*"|'(?:[^'\\\n\r\f]|\\[^])*')|"((?:[^"\\\n\r\f]|\\[^])*)"?|'((?:[^'\\\n\r\f]|\\[^])*)'?|(?:\\?u|\\0{0,4}[57]5\s?)(?:\\?r|\\0{0,4}[57]2\s?)(?:\\?l|\\0{0,4}[46]c\s?)\((?!\s*["'])\s*((?:[^)\\]|\\[^])*)|\(\s*((?:[^"'()\\]|\\[^])+)|\\[^]/i;
/** What a style has that names an address. */
export const ADDRESS = /[/:\\]/;
const ESCAPE = /\\(?:([\da-f]{1,6})\s?|([^])|$)/i;
const SHEET = /^(?:blob:|data:text\/css)/i;
const NOTHING = "data:,";

// A text with its escapes written out (CSS Syntax 4.3.7).
function plain(text) {
  let out = "";
  for (let found; (found = match(ESCAPE, text)); text = slice(text, found.index + found[0].length)) {
    const code = found[1] ? parseInt(found[1], 16) : 0;
    out += slice(text, 0, found.index) + (code > 0x10ffff ? "" : found[1] ? fromCodePoint(code) : (found[2] ?? ""));
  }
  return out + text;
}

/** A style without the addresses that may not pass if this node asks for them, and the strictest verdict. */
export function screened(text, node) {
  let verdict = ALLOW;
  if (!match(ADDRESS, text)) return { text, verdict };
  let out = "";
  let rest = text;
  for (let found; (found = match(TOKEN, rest)); rest = slice(rest, found.index + found[0].length)) {
    // A comment is one only as long as its mark is there.
    if (found[1]) {
      const inside = screened(found[1], node);
      out += slice(rest, 0, found.index + 2) + inside.text + "*/";
      if (inside.verdict > verdict) verdict = inside.verdict;
      continue;
    }
    const address = found[2] ?? found[3] ?? found[4] ?? found[5];
    let given = ALLOW;
    if (address && match(ADDRESS, address)) {
      const whole = resolved(plain(address), node);
      given = judge(match(SHEET, whole) ? "style" : "css", whole);
    }
    out += slice(rest, 0, found.index);
    if (given === ALLOW) out += found[0];
    else if (found[4]) out += "url(" + NOTHING;
    else out += found[0][0] + NOTHING + (found[5] ? "" : found[0][0]);
    if (given > verdict) verdict = given;
  }
  return { text: verdict === ALLOW ? text : out + rest, verdict };
}

/**
 * Hands a style to `write` without what may not pass, and the whole one once it may, as long as `read`
 * still answers what it did then.
 */
export function restyle(text, node, write, read) {
  const { text: clean, verdict } = screened(text, node);
  const answer = write(clean);
  if (verdict === HOLD) {
    const before = read();
    hold({}, text.length, () => read() === before && restyle(text, node, write, read));
  }
  return answer;
}
