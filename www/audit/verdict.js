// What is said of a verified file, as a tree: the verdict, what stands in it, what is proved and what is not, what was
// seen before, every check by its name, every problem.

import { pairs, problems, table } from "./parts.js";
import { words } from "./words.js";

// Where one of these is found, nothing after it was asked.
const ENDS = ["export-header", "export-version", "ledger-header", "ledger-version"];
const ROWS = ["origin", "subject", "records", "erased", "summarised", "browsers", "first", "last", "at", "head"];

/** What is otherwise than it was seen before. */
export const otherwise = ({ holds, changes }) =>
  (holds ? changes : [])
    .filter(({ state }) => state === "changed" || state === "gone")
    .map(({ what, state }) => words(`seen_${state}`, { what }));

/** The card of a file; `result` is the module's, `remembers` whether anything was compared. */
export function verdict(name, result, remembers, id) {
  const { answer, kind, holds, months } = result;
  const said = (what) => words(`${what}_${result.statement}`) || result[what];
  const signers = (answer.months ?? []).at(-1)?.signers;
  const rows = ROWS.filter((row) => answer[row] !== undefined && answer[row] !== null && answer[row] !== "");
  const content = rows.map((row) => [words(`row_${row}`), `${answer[row]}`]);
  const isUnchecked = result.statement === "exportUnchecked" && signers?.length > 0;
  if (signers)
    content.push([words(isUnchecked ? "row_unchecked" : "row_signers"), signers.join(" ") || words("nobody")]);
  const checkpoint = answer.checkpoint ?? months.at(-1)?.checkpoint;
  if (checkpoint && holds) content.push([words("row_checkpoint"), ["code", {}, checkpoint.trim()]]);
  return [
    "section",
    { class: "card", "aria-labelledby": id },
    ["h3", { id }, `${name} (${words(kind)})`],
    ["p", { class: `verdict ${holds ? "holds" : "fails"}` }, words(holds ? "holds" : "fails")],
    ...otherwise(result).map((text) => ["p", { class: "verdict fails" }, text]),
    content.length > 0 && pairs(content),
    holds && ["p", {}, ["strong", {}, words("proved")], " ", said("proved")],
    holds && ["p", {}, ["strong", {}, words("notProved")], " ", said("notProved")],
    holds && kind !== "proof" && seen(result, remembers),
    problems(answer.problems, answer.counts),
    checks(result),
  ];
}

function seen({ changes }, remembers) {
  const lines = changes.map(({ what, state }) => [
    "li",
    { class: state === "changed" || state === "gone" ? "fails" : false },
    words(`seen_${state}`, { what }),
  ]);
  return [
    "section",
    {},
    ["h4", {}, words("seenTitle")],
    lines.length > 0 ? ["ul", {}, ...lines] : ["p", {}, words(remembers ? "seenFirst" : "seenNot")],
  ];
}

function checks({ checks, answer }) {
  const isEnded = ENDS.some((code) => answer.counts[code]);
  const result = ({ code, severity, count, asked }) => {
    if (count) return ["strong", { class: severity === "error" ? "fails" : "warns" }, words(`${severity}s`, { count })];
    if (!asked)
      return words(code.startsWith("signature") || code === "checkpoint-unsigned" ? "notAskedKey" : "notAskedPolicy");
    return words(isEnded ? "notReached" : "nothing");
  };
  return [
    "details",
    {},
    ["summary", {}, `${words("checks")} (${checks.length})`],
    table(
      words("checks"),
      ["check", "asks", "result"].map((key) => words(key)),
      checks.map((check) => [["code", {}, check.code], words(`check_${check.code}`), result(check)]),
    ),
  ];
}
