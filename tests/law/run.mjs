// Runs the rules on all sites, and says what became of them.
//
//   node tests/law/run.mjs [--write]
//
// `--write` writes docs/law.md. It ends with an error when a rule is broken.

import { readFile, writeFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { document } from "./report.mjs";
import { SITES } from "./sites.mjs";

const REPORT = new URL("../../docs/law.md", import.meta.url);
const FILES = ["law.test.mjs", "policies.test.mjs"].map((file) => fileURLToPath(new URL(file, import.meta.url)));

const words = process.argv.slice(2);
if (words.some((word) => word !== "--write")) throw new Error(`unknown option ${words.join(" ")}`);

const results = new Map();
const policies = [];
function note({ name, skip }, result) {
  const [, rule, site] = /^(R\d\d) (\w+): /.exec(name) ?? [];
  if (rule) results.set(`${rule} ${site}`, skip === undefined ? result : "skipped");
  const [, broken, what] = /^(R\d\d) a policy with (.*) is reported, and the rule is kept$/.exec(name) ?? [];
  if (broken) policies.push({ rule: broken, name: what, result });
}

const tests = run({ files: FILES, concurrency: 1 });
tests.on("test:pass", (event) => note(event, "passed"));
tests.on("test:fail", (event) => {
  note(event, "failed");
  process.exitCode = 1;
});
const report = tests.compose(new spec());
report.pipe(process.stdout);
await finished(report);

if (words.includes("--write")) {
  const text = document(SITES, results, policies);
  // A clean checkout stays clean.
  if (text !== await readFile(REPORT, "utf8").catch(() => "")) await writeFile(REPORT, text);
}
