// The documents that suites write of themselves, docs/law.md, docs/sdks.md, docs/leak-matrix.md and docs/real-pages.md: a run compares its own
// with the one that stands there (`--check`), or puts it in that place (`--write`).
//
// Left out: what they say (report.mjs of tests/law, tests/sdks and tests/matrix, real-pages.mjs). A run that found a fault has no document.

import { readFile, writeFile } from "node:fs/promises";

const BEGINNING = "Written on ";
const MOST_SHOWN = 10;

/** The one line in which two good runs may differ: when it was, and what belongs to that run alone. */
export const writtenOn = (run) => `${BEGINNING}${new Date().toISOString().slice(0, 10)} from a run ${run}.`;

const lasting = (text) => text.split("\n").filter((line) => !line.startsWith(BEGINNING));

/** The lines that only one of the two texts has, marked with `-` and `+`; in another order all of them count. */
export function differences(before, after) {
  const [old, made] = [lasting(before), lasting(after)];
  if (old.join("\n") === made.join("\n")) return [];
  const gone = old.filter((line) => !made.includes(line)).map((line) => `- ${line}`);
  const come = made.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
  return gone.length + come.length > 0 ? [...gone, ...come] : ["the same lines in another order"];
}

/**
 * Compares the document of a run with the one in this file, or puts it there; for another day or another version of
 * a browser alone nothing is written. Ends the program with an error where they differ.
 *
 * @param {URL} file
 * @param {string} text
 * @param {{ write: boolean }} what
 */
export async function keep(file, text, { write }) {
  const found = differences(await readFile(file, "utf8").catch(() => ""), text);
  if (found.length === 0) return;
  if (write) return writeFile(file, text);
  const name = file.pathname.split("/").slice(-2).join("/");
  console.log(
    `${name} is not what this run would write; \`cargo xtask bless\` writes it anew, look at the difference then:`,
  );
  for (const line of found.slice(0, MOST_SHOWN)) console.log(line);
  if (found.length > MOST_SHOWN) console.log(`and ${found.length - MOST_SHOWN} lines more`);
  process.exitCode = 1;
}

/**
 * What a run wrote of the tests in files of which the path begins so (`node tests/run.mjs --lines LINES …`): the tests, and
 * whether none failed. Throws where there is none, since nothing can be told then.
 *
 * @param {string} lines
 * @param {string} beginning
 * @returns {Promise<{ tests: { file: string, name: string, passed: boolean, skipped: boolean, why?: string }[], isGood: boolean }>}
 */
export async function testsOf(lines, beginning) {
  const all = (await readFile(lines, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const tests = all.filter(({ file }) => file.startsWith(beginning));
  if (tests.length === 0) throw new Error(`${lines} tells of no test in ${beginning}: run them with --lines first`);
  return { tests, isGood: tests.every(({ passed }) => passed) };
}
