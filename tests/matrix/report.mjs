// Words docs/leak-matrix.md, from a whole run without a fault. The same results give the same text, but for one line
// that names the browsers.
//
// Left out: putting it into the file (tests/documents/document.mjs).

import { writtenOn } from "../documents/document.mjs";
import { absent, absenceOf, limits, limitsOf, lost, refusalOf, refused } from "./limits.mjs";
import { worksIn } from "./phases.mjs";

const NAMES = { chromium: "Chromium", firefox: "Firefox ESR", webkit: "WebKitGTK" };
const PHASES = [
  "before",
  "browser",
  "rejected",
  "withdrawn",
  "granted",
  "released",
  "decided-rejected",
  "decided-granted",
  "decided-one",
];

/** The sign of one attempt in one phase: all its variants together. */
function sign({ isAbsent }, phase, attempt, engine) {
  // Whether it happens is often a race, so each run would have other signs.
  if (limitsOf(attempt.id, engine).some(({ phases = [phase] }) => phases.includes(phase))) return "!";
  if (refusalOf(attempt.id, phase) || attempt.onlyNecessary || !worksIn(phase).includes("optional")) return "·";
  if (phase === "released" && !attempt.waits) return "–";
  return attempt.isTrick || isAbsent ? "–" : "✓";
}

function cell(cells, attempt, engine) {
  const signs = PHASES.map((phase) => {
    const found = cells.get(`${engine} ${attempt.id} ${phase}`);
    // Nothing is granted at the end where the page is gone by then.
    return found ? sign(found, phase, attempt, engine) : "–";
  }).join("");
  return absenceOf(attempt.id, engine) ? `${signs} n/a` : signs;
}

const list = (ids, attempts) =>
  attempts
    .filter((attempt) => ids.some((id) => (typeof id === "string" ? id === attempt.id : id.test(attempt.id))))
    .map((attempt) => `\`${attempt.id}\``)
    .join(", ");

function exceptions(attempts) {
  if (limits.length === 0) return ["There is none."];
  return [
    "| attempts | engines | why | what stops it |",
    "|---|---|---|---|",
    ...limits.map(
      (limit) =>
        `| ${list(limit.ids, attempts)} | ${(limit.engines ?? Object.keys(NAMES)).map((name) => NAMES[name]).join(", ")} | ${limit.reason} | ${limit.remedy}${limit.csp ? " (tried with that header: nothing arrives)" : ""} |`,
    ),
  ];
}

const reasons = (entries, attempts) => [
  "| attempts | why |",
  "|---|---|",
  ...entries.map(({ ids, reason }) => `| ${list(ids, attempts)} | ${reason} |`),
];

function absences(attempts) {
  return [
    "| engine | attempts | why |",
    "|---|---|---|",
    ...Object.entries(absent).flatMap(([engine, entries]) =>
      entries.map(({ ids, reason }) => `| ${NAMES[engine]} | ${list(ids, attempts)} | ${reason} |`),
    ),
  ];
}

/** One row for each attempt; but one for all that share a way and came out alike. */
function rows(attempts, engines, cells) {
  const groups = new Map();
  for (const attempt of attempts) {
    const signs = engines.map((engine) => cell(cells, attempt, engine)).join(" | ");
    const key = `${attempt.together ?? attempt.id} ${signs}`;
    groups.set(key, [...(groups.get(key) ?? []), { attempt, signs }]);
  }
  return [...groups.values()].map((members) => {
    const [
      {
        attempt: { id, title, together },
        signs,
      },
    ] = members;
    const named = together
      ? `\`${together}-\` ${members.map(({ attempt }) => `\`${attempt.id.slice(together.length + 1)}\``).join(" ")}`
      : `\`${id}\``;
    return `| ${title} | ${named} | ${signs} |`;
  });
}

export function document(results, attempts, { cells, checks }) {
  const engines = results.map(({ name }) => name);
  const kinds = [...new Set(attempts.map(({ kind }) => kind))];
  const programs = results.map(({ name, version }) => `${NAMES[name]} ${version.replace(/^\D+/, "")}`);
  const counts = engines.map(
    (name) =>
      `| ${NAMES[name]} | ${attempts.filter(({ id }) => !absenceOf(id, name)).length} | ${attempts.filter(({ id }) => limitsOf(id, name).length > 0).length} |`,
  );
  return [
    "# The leak matrix",
    "",
    "What truly leaves the browser or stays in it, for every way that script or markup can try, in every phase, in three engines.",
    "This file is written by `cargo xtask bless`, from a run without a fault, and compared by `cargo xtask test`; do not edit it.",
    "",
    `${attempts.length} attempts, no fault.`,
    writtenOn(`of ${checks} checks with ${programs.join(", ")}`),
    "",
    "| engine | attempts it can make | with an exception |",
    "|---|---|---|",
    ...counts,
    "",
    "## How it is measured",
    "",
    "Each attempt is made three times: for an optional service or name, for a strictly necessary one, and for one that the policy does not declare; a fourth time for another optional category, where only one of two is granted.",
    "A second server, on another host, writes down every request, cookie and WebSocket that reaches it.",
    "What is stored is read on a page without the tag, and from the `Cookie` header that the site's server received.",
    "What Consentinel itself reports is never asked.",
    "What is stored just before a grant is read by functions of the browser that were taken before the tag ran.",
    "Phases are reached as a visitor reaches them: by a click in the banner or in the settings; a withdrawal by `consentinel.withdraw()`.",
    "Where the visitor decided before, the choice was made on another page of the site.",
    "A run without the tag comes first and shows that each attempt works in that engine.",
    "",
    "## How to run it",
    "",
    "`cargo xtask matrix` installs what is missing where it may, and runs all; `node tests/matrix/run.mjs --engine firefox --only cookie-assignment` runs a part.",
    "",
    "## How to read it",
    "",
    'Nine signs for each engine: before a choice, and the same with `"gate": "browser"`; rejected, withdrawn and granted in the page; released (attempted before a choice, then granted in the same page); decided before: rejected, granted, and one of two categories granted.',
    "",
    "| sign | meaning |",
    "|---|---|",
    "| · | nothing optional and nothing undeclared arrived, and what is necessary did (not even that where it is refused unless declared) |",
    "| ✓ | what is optional arrived, once where it had waited; nothing undeclared did |",
    "| ! | something may arrive, as the exceptions below say; it is not blocked where it may not be |",
    "| – | nothing to show: what was held is not given back (see below), or the attempt works only against a gate that looks twice |",
    "| n/a | the engine does not do this, with or without the tag; it is checked that nothing leaks |",
    "",
    "## Exceptions",
    "",
    ...exceptions(attempts),
    "",
    "## Refused unless declared",
    "",
    "These arrive in no phase, in no variant, necessary ones included.",
    "",
    ...reasons(refused, attempts),
    "",
    "## Not given back at a grant",
    "",
    "These are held before a choice, and a grant does not make up for it; a script has to try again.",
    "",
    ...reasons(lost, attempts),
    "",
    "## What an engine does not do",
    "",
    ...absences(attempts),
    "",
    "## The attempts",
    ...kinds.flatMap((kind) => [
      "",
      `### ${kind[0].toUpperCase()}${kind.slice(1)}`,
      "",
      `| attempt | id | ${engines.map((name) => NAMES[name]).join(" | ")} |`,
      `|---|---|${engines.map(() => "---|").join("")}`,
      ...rows(
        attempts.filter((attempt) => attempt.kind === kind),
        engines,
        cells,
      ),
    ]),
    "",
  ].join("\n");
}
