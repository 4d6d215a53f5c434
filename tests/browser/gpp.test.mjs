// What `__gpp` answers: the sections of the states of the USA, written by what the visitor chose and read back by the reference
// implementation; every command of the specification; frames that ask by message; Global Privacy Control.
//
// Left out: what vendors make of it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { GppModel, Sections } from "@iabgpp/cmpapi";
import { PLAIN_TAG, TAG, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("opt"), item("fun", "functionality")]);
const STATES = Sections.SECTION_ORDER.filter((name) => /^us(?!p)/.test(name));
const GPC = "<script>Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });</script>";

const parts = (options, { tag = TAG, before = "", text = JSON.stringify(options) } = {}) => ({
  policy: POLICY,
  before,
  tag: `${tag}<script type="application/json" id="consentinel-gpp">${text}</script><script src="/dist/consentinel.gpp.js"></script>`,
  head: "<script>window.early = []; __gpp('ping', (data) => early.push(data.signalStatus, data.gppString));</script>",
});
const ping = (visit) => visit.page.evaluate(() => new Promise((resolve) => window.__gpp("ping", resolve)));

/** What a string says of a section: the purposes, with 1 for opted out, 2 for not, 0 for not applicable. */
function said(gppString, section) {
  const { SaleOptOut, SharingOptOut, TargetedAdvertisingOptOut, Gpc } = new GppModel(gppString).getSection(section);
  return { SaleOptOut, SharingOptOut, TargetedAdvertisingOptOut, Gpc };
}

test("the sections that are told are all of the states that the reference implementation has", () => {
  const { sections } = JSON.parse(readFileSync(repositoryFile("www/npm/gpp/words.json"), "utf8"));
  assert.deepEqual(sections, STATES);
  assert.ok(STATES.length >= 21);
});

test("a server says that the site acts on the signal, as the program prints it", async () => {
  const { gpcSupport } = await import(repositoryFile("dist/npm/server.js"));
  const { body, headers } = gpcSupport({ since: "2026-11-27" });
  assert.deepEqual(JSON.parse(body), { gpc: true, lastUpdate: "2026-11-27" });
  assert.deepEqual(headers, { "Content-Type": "application/json" });
  const printed = spawnSync(process.env.CONSENTINEL_CLI, ["gpc", "--since", "2026-11-27"], { encoding: "utf8" });
  assert.equal(printed.stdout, `${body}\n`);
  for (const given of [undefined, {}, { since: "2026-02-30" }, { since: new Date(0) }])
    assert.throws(() => gpcSupport(given), /TypeError: consentinel: since: found `.*`; give the day/);
});

visitTest(
  "every section says who has opted out of what, from random choices, as the reference reads it",
  async (visit) => {
    await visit.open(
      parts({
        sections: STATES,
        sale: "analytics",
        sharing: ["analytics", "functionality"],
        targetedAdvertising: "functionality",
      }),
    );
    const first = await ping(visit);
    assert.equal(first.signalStatus, "ready");
    assert.deepEqual(
      await visit.page.evaluate(() => window.early),
      ["ready", first.gppString],
      "before any later script",
    );
    assert.deepEqual(
      first.applicableSections,
      [...Sections.SECTION_ID_NAME_MAP].filter(([, name]) => STATES.includes(name)).map(([id]) => id),
    );
    let seed = 20261127;
    const next = () => (seed = (seed * 48271) % 2147483647) % 2 === 0;
    const choices = [[false, false], ...Array.from({ length: 12 }, () => [next(), next()])];
    for (const [at, [analytics, functionality]] of choices.entries()) {
      if (at > 0) await visit.decide("save", { analytics, functionality });
      const { gppString } = await ping(visit);
      const optOut = (is) => (is ? 2 : 1);
      for (const section of STATES) {
        const found = said(gppString, section);
        assert.equal(found.SaleOptOut, optOut(analytics), `${section}: sale`);
        assert.equal(found.TargetedAdvertisingOptOut ?? optOut(functionality), optOut(functionality), section);
        assert.equal(
          found.SharingOptOut ?? optOut(analytics && functionality),
          optOut(analytics && functionality),
          section,
        );
        assert.ok(!found.Gpc, section);
      }
    }
  },
);

visitTest("who sends Global Privacy Control has opted out, whatever was granted", async (visit) => {
  await visit.open(parts({ sale: "analytics", sharing: "analytics" }, { before: GPC }));
  await visit.decide("acceptAll");
  assert.equal((await visit.categories()).analytics, "granted");
  const found = said((await ping(visit)).gppString, "usnat");
  assert.deepEqual(found, { SaleOptOut: 1, SharingOptOut: 1, TargetedAdvertisingOptOut: 0, Gpc: true });
});

visitTest("every command answers, and listeners hear of a change before what waits is let go", async (visit) => {
  const page = parts({ sections: ["usca"], sale: "analytics" });
  await visit.open({
    ...page,
    head: `<script>
      window.heard = [];
      __gpp("addEventListener", ({ eventName, data, listenerId }) => { heard.push([eventName, data]); window.listenerId = listenerId; });
    </script>`,
    body: '<script type="text/plain" data-consent="analytics">heard.push(["held"]);</script>',
  });
  const ask = (command, parameter) =>
    visit.page.evaluate(
      ([command, parameter]) =>
        new Promise((resolve) => window.__gpp(command, (data, isGood) => resolve([data, isGood]), parameter)),
      [command, parameter],
    );
  assert.deepEqual(await ask("hasSection", "usca"), [true, true]);
  assert.deepEqual(await ask("hasSection", "usva"), [false, true]);
  assert.deepEqual(await ask("getField", "usca.SaleOptOut"), [1, true]);
  assert.equal((await ask("getSection", "usca"))[0].SaleOptOut, 1);
  for (const [command, parameter] of [
    ["getField", "usca.Nothing"],
    ["getField", "usca"],
    ["getSection", "usva"],
    ["getTCData"],
    [7],
  ])
    assert.deepEqual(await ask(command, parameter), [null, false], `${command} ${parameter}`);
  const [told] = await ask("ping");
  assert.deepEqual([told.gppVersion, told.cmpStatus, told.supportedAPIs], ["1.1", "loaded", ["8:usca"]]);
  await visit.page.waitForFunction(() =>
    window.heard.some(([name, data]) => name === "cmpDisplayStatus" && data === "visible"),
  );
  await visit.page.evaluate(() => window.heard.splice(0));
  await visit.control("accept-all").click();
  await visit.page.waitForFunction(() => window.heard.some(([what]) => what === "held"));
  const heard = await visit.page.evaluate(() => window.heard);
  assert.deepEqual(
    heard.filter(([name]) => name !== "cmpDisplayStatus"),
    [["signalStatus", "not ready"], ["sectionChange", "usca"], ["signalStatus", "ready"], ["held"]],
  );
  assert.deepEqual(await ask("getField", "usca.SaleOptOut"), [2, true]);
  assert.equal((await ask("removeEventListener", await visit.page.evaluate(() => window.listenerId)))[1], true);
  await visit.page.evaluate(() => window.heard.splice(0));
  await visit.call("withdraw");
  assert.deepEqual(await ask("getField", "usca.SaleOptOut"), [1, true]);
  assert.deepEqual(await visit.page.evaluate(() => window.heard), []);
});

visitTest(
  "calls that a stand-in kept are answered, and so are frames, in the form in which they ask",
  async (visit) => {
    const before = `<script>{
    const kept = [];
    window.__gpp = (...call) => (call.length ? void kept.push(call) : kept);
    __gpp("ping", (data) => { window.late = data.cmpId; });
  }</script>`;
    const frame = `<iframe srcdoc="<script>
    addEventListener('message', ({ data }) => (parent.answers ??= []).push(data));
    parent.frames.__gppLocator || (parent.lost = true);
    parent.postMessage({ __gppCall: { command: 'ping', callId: 7 } }, '*');
    parent.postMessage(JSON.stringify({ __gppCall: { command: 'ping', callId: 8 } }), '*');
    parent.postMessage('{__gppCall', '*');
  </script>"></iframe>`;
    await visit.open({ ...parts({ sale: "analytics" }, { before }), head: "", body: frame.replaceAll("\n", " ") });
    await visit.page.waitForFunction(() => window.answers?.length === 2);
    assert.equal(await visit.page.evaluate(() => window.late), 0);
    const [one, two] = await visit.page.evaluate(() => window.answers);
    assert.deepEqual([one.__gppReturn.callId, one.__gppReturn.success], [7, true]);
    assert.equal(JSON.parse(two).__gppReturn.callId, 8);
  },
);

visitTest("what is not understood is told all at once, and counts as opted out", async (visit) => {
  await visit.open(parts({ sections: ["usnat", "uszz"], sale: ["analytics", "anlytics"], sell: "analytics" }));
  const told = await visit.problem(/signal-unknown/);
  for (const path of ["/sections", "/sale", "/sell"]) assert.ok(told.includes(`signal-unknown at ${path}:`), told);
  await visit.decide("acceptAll");
  assert.equal(said((await ping(visit)).gppString, "usnat").SaleOptOut, 1);
});

visitTest("where the tag cannot start, everybody has opted out", async (visit) => {
  const headers = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" };
  visit.lackSubstitute();
  await visit.open({ ...parts({ sale: "analytics" }), head: "" }, { headers, isWhole: false });
  await visit.problem(/module-unavailable/);
  assert.equal(said((await ping(visit)).gppString, "usnat").SaleOptOut, 1);
  visit.forgive(/^(?!consentinel:)/);
});

for (const [what, more, code, answers] of [
  ["without the tag", { tag: "" }, /gpp-alone/, true],
  ["without anything to tell", { tag: PLAIN_TAG, text: "" }, /gpp-missing/, false],
  ["without JSON", { tag: PLAIN_TAG, text: "{" }, /gpp-unreadable/, false],
]) {
  visitTest(`${what} one line says so, and nobody is told of a grant`, async (visit) => {
    await visit.open({ ...parts({ sale: "analytics" }, more), head: "" });
    await visit.problem(code);
    assert.equal(await visit.page.evaluate(() => typeof window.__gpp === "function"), answers);
    if (answers) assert.equal(said((await ping(visit)).gppString, "usnat").SaleOptOut, 1);
  });
}
