// Runs the rules on all sites, and says what became of them.
//
//   node tests/law/run.mjs [--lines FILE] [--check | --write]
//
// `--lines` runs nothing, and takes what tests/run.mjs wrote of a run of these files. `--check` compares docs/law.md with
// what the run found, `--write` writes it. It ends with an error when a rule is broken, and where the document says
// something else.

import { fileURLToPath } from "node:url";
import { keep, testsOf } from "../documents/document.mjs";
import { runFiles } from "../runner.mjs";
import { document } from "./report.mjs";
import { SITES } from "./sites.mjs";

const REPORT = new URL("../../docs/law.md", import.meta.url);
const FILES = ["law.test.mjs", "policies.test.mjs"].map((file) => fileURLToPath(new URL(file, import.meta.url)));

const words = process.argv.slice(2);
const lines = words[0] === "--lines" ? words.splice(0, 2)[1] : undefined;
if (words.length > 1 || words.some((word) => word !== "--check" && word !== "--write"))
  throw new Error(`unknown option ${words.join(" ")}`);

const results = new Map();
const policies = [];
const { tests, isGood } = lines ? await testsOf(lines, "tests/law/") : await runFiles(FILES);
for (const { name, passed, skipped } of tests) {
  const result = passed ? "passed" : "failed";
  const [, rule, site, isFull] = /^(R\d\d) (\w+): .*?(, in full)?$/.exec(name) ?? [];
  if (rule) results.set(`${rule} ${site}${isFull ?? ""}`, skipped ? "skipped" : result);
  const [, broken, what] = /^(R\d\d) a policy with (.*) is reported, and the rule is kept$/.exec(name) ?? [];
  if (broken) policies.push({ rule: broken, name: what, result });
}
process.exitCode = isGood ? 0 : 1;

if (words.length > 0 && isGood) {
  await keep(REPORT, document(SITES, results, policies), { write: words.includes("--write") });
}
