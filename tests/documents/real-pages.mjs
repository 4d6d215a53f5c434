// docs/real-pages.md, from the lines of a run (`node tests/run.mjs --lines LINES TEST…`):
// `node tests/documents/real-pages.mjs --lines LINES --check` compares it, `--write` puts it there. A test is named
// `<situation>: <what happens>`, with the engine in brackets where it is not Chromium.
//
// Left out: running the tests (xtask/src/suites.rs).

import { fileURLToPath } from "node:url";
import { keep, testsOf, writtenOn } from "./document.mjs";

const ENGINES = ["Chromium", "Firefox", "WebKit"];

/** What a test's name says; null where it is none of a situation. */
export function parted(name) {
  const found = /^(.+?): (.+?)(?: \((firefox|webkit)\))?$/s.exec(name);
  if (!found) return null;
  const [, situation, happens, engine = "chromium"] = found;
  return { situation, happens, engine: ENGINES.find((known) => known.toLowerCase() === engine) };
}

const cell = (text) => text.replaceAll("|", "\\|");

/**
 * The document, from the tests of a run, each with `name` and `passed`, and with `why` where an engine cannot be tried;
 * throws where one did not pass or is named otherwise.
 */
export function documentOf(tests) {
  const bad = tests.filter(({ name, passed }) => !passed || !parted(name));
  if (tests.length === 0) throw new Error("no test of tests/browser/real-*.test.mjs was run");
  if (bad.length > 0)
    throw new Error(`failed, or not named "<situation>: <what happens>":\n${bad.map(({ name }) => name).join("\n")}`);
  const text = [
    "# What happens in real pages",
    "",
    "Pages do much with their elements that has nothing to do with consent, and visitors come in many ways.",
    "This table says what was seen: each line is a situation that a browser test makes, and what is there to be seen at its end.",
    "A dot stands for an engine in which that test passed; where words stand in its place, the engine or its driver cannot do what the test does, and where nothing stands, it was not tried there, mostly because engines do not differ in it.",
    "",
    "It is written by `cargo xtask bless` from a run of the tests, and compared by `cargo xtask test`; [limits.md](limits.md) has what is not held.",
    "",
    writtenOn(`of ${tests.filter(({ why }) => !why).length} tests`),
  ];
  const rows = new Map();
  for (const { name, why } of tests) {
    const { situation, happens, engine } = parted(name);
    const key = `${cell(situation)} | ${cell(happens)}`;
    rows.set(key, { ...rows.get(key), [engine]: why ? cell(why) : "•" });
  }
  text.push("", `| situation | what happens | ${ENGINES.join(" | ")} |`, "|---|---|---|---|---|");
  for (const [key, engines] of rows)
    text.push(`| ${key} | ${ENGINES.map((engine) => engines[engine] ?? "").join(" | ")} |`);
  return `${text.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, lines, option] = process.argv.slice(2);
  const { tests } = await testsOf(lines, "tests/browser/real-");
  // What was left out without a reason has shown nothing.
  const shown = tests.filter(({ skipped, why }) => !skipped || why);
  await keep(new URL("../../docs/real-pages.md", import.meta.url), documentOf(shown), { write: option === "--write" });
}
