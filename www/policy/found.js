// What is wrong with a policy, as a table: each problem with its place, what was found there, and what to do, the advice
// of the module beside it. Of thousands the first are shown, and all of them for whoever asks.

import { table } from "../audit/parts.js";
import { words } from "./words.js";

/** More rows than this take a page long to lay out. */
const MOST = 200;

/** The problems and the notes of an answer, as a tree; nothing where there are none. */
export function found({ problems, notes = [] }, isAll) {
  if (!problems.length && !notes.length) return null;
  const shown = isAll ? problems : problems.slice(0, MOST);
  const left = problems.length - shown.length;
  return [
    "section",
    {},
    ["h2", {}, words("problems")],
    problems.length > 0 &&
      table(
        words("problems"),
        ["severity", "check", "place", "found", "help"].map((key) => words(key)),
        shown.map(row),
      ),
    left > 0 && ["button", { type: "button", id: "all", class: "plain" }, words("showAll", { count: `${left}` })],
    notes.length > 0 && ["ul", { id: "notes", lang: "en" }, ...notes.map((note) => ["li", {}, note])],
  ];
}

function row({ severity, code, path, found, help, line, name, nearest, allowed }) {
  const place = [path, line && words("line", { line: `${line}` }), name && `“${name}”`].filter(Boolean).join(", ");
  const said = [
    words(`help_${code}`, {}, help),
    nearest && words("write", { word: nearest }),
    allowed.length > 0 && words("allowed", { words: allowed.join(", ") }),
  ];
  return [
    ["span", { class: severity === "error" ? "fails" : "warns" }, words(severity)],
    ["code", {}, code],
    place,
    ["code", {}, found],
    said.filter(Boolean).join("; "),
  ];
}
