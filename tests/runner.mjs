// Runs test files in Node's own runner, two at a time, and looks once more at those that failed.
//
// A page and what it waits for leave half of two cores idle, so two files go at a time. On a machine that others use as
// well a browser may crash, or starve for half a minute: a file that failed is run again, alone, to tell a fault that is
// always there from one that comes and goes. A failure stays a failure whatever is seen then; one that comes and goes is
// named "unsteady". Where more than MOST files failed nobody looks again: that is no accident.
//
// All files go in one run, and those that take longest begin first: a lane that is alone with a long file, at the end of a
// run, leaves the other core idle.
//
// Left out: which files there are (xtask/src/test.rs), and what becomes of the results (tests/run.mjs, tests/law/run.mjs).

import { finished } from "node:stream/promises";
import { Readable } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const LANES = 2;
const MOST = 3;
/** What takes more than half a minute of a lane, the longest first. A file that is missing here costs time, and nothing else. */
const LONG = [
  "tests/law/law.test.mjs",
  "tests/access/languages.test.mjs",
  "tests/audit/access.test.mjs",
  "tests/browser/gate.test.mjs",
  "tests/browser/random-gate.test.mjs",
  "tests/browser/scan.test.mjs",
  "tests/browser/reach.test.mjs",
];
/** A file that hangs is ended and named, long before CI would end it all. */
const LONGEST_MS = 900_000;

/** One file; answers its tests, each with `file`, `name`, `passed`, `skipped` and `why`, and prints them when it is through. */
async function look(file, out) {
  const tests = [];
  async function* told(events) {
    for await (const event of events) {
      const { type, data } = event;
      if ((type === "test:pass" || type === "test:fail") && data.details?.type !== "suite")
        tests.push({
          file,
          name: data.name,
          passed: type === "test:pass",
          skipped: data.skip !== undefined || data.todo !== undefined,
          why: typeof data.skip === "string" ? data.skip : undefined,
        });
      // How many there were is said once, for all files.
      if (type !== "test:diagnostic" || data.nesting > 0) yield event;
    }
  }
  const text = Readable.from(told(run({ files: [file], concurrency: 1, timeout: LONGEST_MS }))).compose(new spec());
  let printed = "";
  text.on("data", (part) => {
    printed += part;
  });
  await finished(text);
  out.write(printed);
  return tests;
}

/** Runs the files and prints what they say. Answers all tests, as they went the first time, and whether none failed. */
export async function runFiles(files, out = process.stdout) {
  const results = new Map();
  const place = (file) => LONG.findIndex((long) => file.endsWith(long));
  const long = files.filter((file) => place(file) >= 0).sort((one, other) => place(one) - place(other));
  const waiting = [...long, ...files.filter((file) => place(file) < 0)];
  const lane = async () => {
    for (let file; (file = waiting.shift()); ) results.set(file, await look(file, out));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const isGood = (file) => results.get(file).every(({ passed }) => passed);
  const failed = files.filter((file) => !isGood(file));
  const unsteady = new Set();
  for (const file of failed.length > MOST ? [] : failed) {
    out.write(`\n== once more, alone: ${file}\n`);
    if ((await look(file, out)).every(({ passed }) => passed)) unsteady.add(file);
  }
  const tests = files.flatMap((file) => results.get(file));
  const count = (is) => tests.filter(is).length;
  for (const file of failed)
    out.write(`FAILED  ${file}${unsteady.has(file) ? ": unsteady, it passed alone, see above" : ""}\n`);
  out.write(`tests passed: ${count(({ passed }) => passed)}, failed: ${count(({ passed }) => !passed)}\n`);
  return { tests, isGood: failed.length === 0 };
}
