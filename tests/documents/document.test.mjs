// What counts as a difference between a document and what a run would write.

import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, writtenOn } from "./document.mjs";

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
