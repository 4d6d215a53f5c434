// Runs test files as tests/runner.mjs describes.
//
//   node tests/run.mjs [--lines FILE] TEST…
//
// `--lines` writes one line of JSON for each test: its file, its name, whether it passed, whether it was left out, and why. The documents
// that suites write of themselves come of them (tests/documents/document.mjs). It ends with an error where a test failed.

import { writeFile } from "node:fs/promises";
import { runFiles } from "./runner.mjs";

const words = process.argv.slice(2);
const lines = words[0] === "--lines" ? words.splice(0, 2)[1] : undefined;
if (words.length === 0) throw new Error("no test file is named: node tests/run.mjs [--lines FILE] TEST…");
const { tests, isGood } = await runFiles(words);
if (lines) await writeFile(lines, `${tests.map((test) => JSON.stringify(test)).join("\n")}\n`);
process.exitCode = isGood ? 0 : 1;
