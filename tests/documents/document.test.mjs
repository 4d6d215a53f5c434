// What counts as a difference between a document and what a run would write.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { differences, testsOf, writtenOn } from "./document.mjs";

const document = (line, run = "with Chromium 1.2") => `# A title\n\n${writtenOn(run)}\n\n${line}\n`;

test("another version of a browser is no difference", () => {
  assert.deepEqual(
    differences(document("all is well"), document("all is well", "with Chromium 1.3, Firefox ESR 4")),
    [],
  );
});

test("a line that changed is told, as it was and as it is", () => {
  assert.deepEqual(differences(document("all is well"), document("one is not")), ["- all is well", "+ one is not"]);
});

test("lines in another order, or one that comes twice, are a difference", () => {
  for (const after of ["two\none", "one\ntwo\ntwo"]) {
    assert.deepEqual(differences("one\ntwo", after), ["the same lines in another order"]);
  }
});

test("a document that is not there yet differs by all its lines", () => {
  assert.deepEqual(differences("", "one\ntwo"), ["- ", "+ one", "+ two"]);
});

test("of a run, a suite gets its own tests, and whether none of those failed; none at all is an error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "consentinel-lines-"));
  try {
    const lines = join(folder, "tests.ndjson");
    const one = (file, passed) => ({ file, name: "a test", passed, skipped: false });
    const tests = [one("tests/law/a.test.mjs", true), one("tests/sdks/b.test.mjs", false)];
    await writeFile(lines, `${tests.map((test) => JSON.stringify(test)).join("\n")}\n`);
    assert.deepEqual(await testsOf(lines, "tests/law/"), { tests: [tests[0]], isGood: true });
    assert.deepEqual(await testsOf(lines, "tests/sdks/"), { tests: [tests[1]], isGood: false });
    await assert.rejects(testsOf(lines, "tests/browser/real-"), /tells of no test in tests\/browser\/real-/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
