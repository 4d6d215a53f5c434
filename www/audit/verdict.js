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

/** The word of the verdict on a file; without a result nobody judged it. */
export const spokenVerdict = (result) => {
  if (!result) return "notJudged";
  return result.holds ? "holds" : "fails";
};

/** The card of a file; `result` is the module's, `notCompared` the word for why nothing was compared, where it was not. */
export function verdict(name, result, notCompared, id) {
  const spoken = spokenVerdict(result);
  const said = ["p", { class: `verdict ${spoken === "holds" ? "holds" : "fails"}` }, words(spoken)];
  // No region: there may be many, and two of one name.
  const card = (title, ...content) => [
    "article",
    { class: "card", "aria-labelledby": id },
    ["h3", { id }, title],
    said,
    ...content,
  ];
  return result ? card(`${name} (${words(result.kind)})`, ...told(result, notCompared, id)) : card(name);
}

function told(result, notCompared, id) {
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
    ...otherwise(result).map((text) => ["p", { class: "verdict fails" }, text]),
    content.length > 0 && pairs(content),
    holds && ["p", {}, ["strong", {}, words("proved")], " ", said("proved")],
    holds && ["p", {}, ["strong", {}, words("notProved")], " ", said("notProved")],
    holds && kind !== "proof" && seen(result, notCompared),
    problems(answer.problems, "h4", answer.counts),
    checks(result, id),
  ];
}

// What came of remembering it, where that is not told by what goes on.
const MEMORY = { kept: "seenFirst", refused: "seenRefused", broken: "seenBroken" };

function seen({ changes, memory }, notCompared) {
  const lines = changes.map(({ what, state }) => [
    "li",
    { class: state === "changed" || state === "gone" ? "fails" : false },
    words(`seen_${state}`, { what }),
  ]);
  return [
    "section",
    {},
    ["h4", {}, words("seenTitle")],
    lines.length > 0 && ["ul", {}, ...lines],
    notCompared && ["p", {}, words(notCompared)],
    memory &&
      !(lines.length && memory === "kept") && [
        "p",
        { class: memory === "kept" ? false : "warns" },
        words(MEMORY[memory]),
      ],
  ];
}

function checks({ checks, answer }, id) {
  const isEnded = ENDS.some((code) => answer.counts[code]);
  const result = ({ code, severity, count, asked }) => {
    if (count) return ["strong", { class: severity === "error" ? "fails" : "warns" }, words(`${severity}s`, { count })];
    if (!asked)
      return words(code.startsWith("signature") || code === "checkpoint-unsigned" ? "notAskedKey" : "notAskedPolicy");
    return words(isEnded ? "notReached" : "nothing");
  };
  return [
    "details",
    { id: `${id}-checks` },
    ["summary", {}, `${words("checks")} (${checks.length})`],
    table(
      words("checks"),
      ["check", "asks", "result"].map((key) => words(key)),
      checks.map((check) => [["code", {}, check.code], words(`check_${check.code}`), result(check)]),
    ),
  ];
}
