// How the names of tests become the table of docs/real-pages.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { documentOf, parted } from "./real-pages.mjs";

const one = (name, passed = true) => ({ name, passed });

test("a name is a situation, what happens, and an engine", () => {
  assert.deepEqual(parted("A page: it works"), { situation: "A page", happens: "it works", engine: "Chromium" });
  assert.deepEqual(parted("A page (old): it: works (webkit)"), {
    situation: "A page (old)",
    happens: "it: works",
    engine: "WebKit",
  });
  assert.equal(parted("nothing happens"), null);
});

test("one line for what happens alike in several engines", () => {
  const text = documentOf([one("A: b"), one("A: b (firefox)"), one("C|d: e (webkit)")]);
  assert.ok(text.includes("| A | b | • | • |  |"), text);
  assert.ok(text.includes("| C\\|d | e |  |  | • |"), text);
});

test("an engine that cannot do it says why", () => {
  const text = documentOf([one("A: b"), { ...one("A: b (webkit)"), why: "no such key" }]);
  assert.ok(text.includes("| A | b | • |  | no such key |"), text);
  assert.ok(text.includes("a run of 1 tests"), text);
});

test("no document comes of a run with a failure, without a test, or with another kind of name", () => {
  for (const tests of [[], [one("A: b", false)], [one("nothing")]]) assert.throws(() => documentOf(tests));
});
