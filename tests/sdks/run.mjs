// Runs the kits, and says what became of them.
//
//   node tests/sdks/run.mjs [--lines FILE] [--check | --write]
//
// `--lines` runs nothing, and takes what tests/run.mjs wrote of a run of that file. `--check` compares docs/sdks.md with
// what the run found, `--write` writes it. It ends with an error when a test failed, and where the document says
// something else.

import { fileURLToPath } from "node:url";
import { keep, testsOf } from "../documents/document.mjs";
import { runFiles } from "../runner.mjs";
import { document } from "./report.mjs";
import { SDKS } from "./sdks.mjs";

const REPORT = new URL("../../docs/sdks.md", import.meta.url);

const words = process.argv.slice(2);
const lines = words[0] === "--lines" ? words.splice(0, 2)[1] : undefined;
if (words.length > 1 || words.some((word) => word !== "--check" && word !== "--write"))
  throw new Error(`unknown option ${words.join(" ")}`);

const { isGood } = lines
  ? await testsOf(lines, "tests/sdks/")
  : await runFiles([fileURLToPath(new URL("sdks.test.mjs", import.meta.url))]);
process.exitCode = isGood ? 0 : 1;
if (words.length > 0 && isGood) await keep(REPORT, document(SDKS), { write: words.includes("--write") });
