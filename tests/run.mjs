// Runs test files as tests/runner.mjs describes.
//
//   node tests/run.mjs [--lines FILE] TEST…
//
// `--lines` writes one line of JSON for each test that was run, with its name and whether it passed: docs/real-pages.md
// comes of them (tests/documents/real-pages.mjs). It ends with an error where a test failed.

import { writeFile } from "node:fs/promises";
import { runFiles } from "./runner.mjs";

const words = process.argv.slice(2);
const lines = words[0] === "--lines" ? words.splice(0, 2)[1] : undefined;
if (words.length === 0) throw new Error("no test file is named: node tests/run.mjs [--lines FILE] TEST…");
const { tests, isGood } = await runFiles(words);
// What was left out has shown nothing.
const shown = tests.filter(({ skipped }) => !skipped).map(({ name, passed }) => JSON.stringify({ name, passed }));
if (lines) await writeFile(lines, `${shown.join("\n")}\n`);
process.exitCode = isGood ? 0 : 1;
