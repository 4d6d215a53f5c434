// Page code that replaced what the browser offers, right after the tag. Whatever it put in place of a
// built-in must not change what is judged, granted, stored, recorded or erased.
//
// Left out: ways around the gate that need no replaced built-in; SECURITY.md lists those.

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")]);

// What stands between JavaScript and the module: each makes one cookie pass for another.
for (const [name, hostile] of [
  [
    "TextEncoder.prototype",
    'for (const name of ["encode", "encodeInto"]) { const true_ = TextEncoder.prototype[name]; TextEncoder.prototype[name] = function (text, ...more) { return true_.call(this, text.replace("opt", "need"), ...more); }; }',
  ],
  ["TextDecoder.prototype.decode", 'TextDecoder.prototype.decode = () => "opt";'],
  [
    "Uint8Array",
    "window.Uint8Array = function () { return new ArrayBuffer(8); }; Object.getPrototypeOf(Int8Array).prototype.set = () => {};",
  ],
  [
    "WebAssembly",
    'Object.defineProperty(WebAssembly.Memory.prototype, "buffer", { get: () => new ArrayBuffer(1e6) }); WebAssembly.Instance = WebAssembly.Module = null;',
  ],
  [
    "Reflect.apply and Function.prototype",
    "Reflect.apply = () => 0; for (const name of ['call', 'apply', 'bind']) Function.prototype[name] = () => 0;",
  ],
]) {
  visitTest(`the judge hears what was written, whatever became of ${name}`, async (visit) => {
    const head = `<script>${hostile}</script><script>document.cookie = "opt=1"; document.cookie = "need=1"; window.answers = [consentinel.has("analytics"), consentinel.has("necessary")];</script>`;
    await visit.open({ policy: POLICY, head });
    assert.deepEqual(await visit.jar(), ["need"]);
    assert.deepEqual(await visit.page.evaluate("window.answers"), [false, true]);
  });
}

// It comes after the page's scripts, as what is other in it than in the first (www/js/patched.js).
visitTest("the second module is made of its own bytes, whatever became of arrays of bytes", async (visit) => {
  const head = `<script>
    window.seen = [];
    const { prototype } = Object.getPrototypeOf(Uint8Array);
    // What is shown to the page, by its true length.
    const size = Object.getOwnPropertyDescriptor(prototype, "length").get;
    const see = (it) => { try { window.seen.push(size.call(it)); } catch { window.seen.push(typeof it); } };
    for (const name of ["length", "byteLength", "buffer"])
      Object.defineProperty(prototype, name, { get() { see(this); return 0; } });
    for (const name of ["set", "subarray", "slice", "fill", "copyWithin", Symbol.iterator])
      prototype[name] = function () { see(this); return this; };
    window.Uint8Array = function () { window.seen.push("new"); return [0, 97, 115, 109, 1, 0, 0, 0]; };
  </script>`;
  await visit.open({ policy: POLICY, head });
  await visit.control("accept-all").click();
  const [record] = await visit.ledger();
  assert.deepEqual([record.action, record.via], ["accept-all", "banner"]);
  assert.deepEqual(await visit.page.evaluate(() => window.seen), [], "no bytes of ours are shown to the page");
});

visitTest("a clock and random numbers that the page replaced are not asked", async (visit) => {
  const head = `<script>
    Date.now = () => 0; window.Date = function () { return { getTime: () => 0 }; };
    Crypto.prototype.getRandomValues = (bytes) => bytes.fill(7);
  </script>`;
  await visit.open({ policy: POLICY, head });
  const before = Date.now();
  for (const action of ["rejectAll", "withdraw"])
    await visit.page.evaluate((name) => window.consentinel[name](), action);
  const records = await visit.ledger();
  assert.equal(records.length, 2);
  for (const { atMs } of records) assert.ok(atMs >= before && atMs <= Date.now(), `${atMs}`);
  assert.equal(new Set([...records.map(({ id }) => id), records[0].subject]).size, 3);
});

visitTest(
  "any text crosses whole: with a byte order mark, a half character, nothing, or far too much",
  async (visit) => {
    const names = ["\ufeffopt", "\ud800", "", "🍪".repeat(3), "x".repeat(300_000)];
    await visit.open({ policy: policyOf([item("🍪🍪🍪", "necessary"), item("opt", "necessary")]) });
    await visit.page.evaluate((all) => {
      for (const name of all) document.cookie = `${name}=1`;
    }, names);
    assert.deepEqual(await visit.jar(), ["🍪🍪🍪"]);
  },
);

visitTest(
  "what is more than the module can hold does not pass, as often as it is tried, and the next is judged",
  async (visit) => {
    await visit.open({ policy: POLICY });
    const threw = await visit.page.evaluate(() => {
      const huge = "x".repeat(1e8);
      // Joined once: a browser joins such a text by copying all of it, which took minutes.
      const pair = `need=${huge}`;
      const seen = new Set();
      for (let round = 0; round < 3000; round++) {
        document.cookie = pair;
        try {
          window.consentinel.has(huge);
        } catch (error) {
          seen.add(error.constructor.name);
        }
      }
      return [...seen].join();
    });
    assert.equal(threw, "RangeError");
    await visit.page.evaluate(() => {
      document.cookie = "opt=1";
      document.cookie = "need=1";
    });
    assert.deepEqual(await visit.jar(), ["need"]);
  },
);
