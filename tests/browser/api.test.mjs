// What page code can do with `window.consentinel` and hear on the document. The types of all this are
// checked in tests/types; what the calls store and erase stands in the other files.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { NOON, days, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const NAMES = ["ready", "change", "open", "close", "error", "attempt"];
/** Notes every event from before the tag on, as name and detail. */
const LISTEN = `<script>window.heard = [];
  for (const name of ${JSON.stringify(NAMES)}) document.addEventListener("consent:" + name, (event) => heard.push([name, event.detail]));</script>`;
const heard = (visit, ...names) =>
  visit.page.evaluate((wanted) => window.heard.filter(([name]) => wanted.includes(name)).splice(0), names);
const call = (visit, name, ...given) => visit.decide(name, ...given);
const has = (visit) =>
  visit.page.evaluate(() =>
    ["necessary", "functionality", "analytics", "counter"].map((name) => window.consentinel.has(name)),
  );

visitTest("state and has() answer at once and agree, through every kind of decision", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open({
    policy: POLICY,
    head: "<script>window.first = [consentinel.state, consentinel.has('necessary'), consentinel.has('analytics')];</script>",
  });
  const undecided = {
    asks: true,
    categories: { analytics: "undecided", functionality: "undecided", necessary: "necessary" },
    decided: false,
    language: "en",
    optedOut: [],
    reloads: false,
    services: { counter: "undecided" },
    waits: [],
  };
  assert.deepEqual(await visit.page.evaluate(() => window.first), [undecided, true, false]);
  for (const [name, given, functionality, analytics, counter = analytics] of [
    ["acceptAll", [], "granted", "granted"],
    ["rejectAll", [], "denied", "denied"],
    ["save", [{ analytics: true }], "denied", "granted"],
    ["save", [{ functionality: true, analytics: false }], "granted", "denied"],
    ["save", [{ counter: true }], "denied", "denied", "granted"],
    ["save", [{ analytics: true, counter: false }], "denied", "granted", "denied"],
    ["save", [{}], "denied", "denied"],
    ["acceptAll", [], "granted", "granted"],
    ["withdraw", ["functionality"], "denied", "granted"],
    ["withdraw", [["counter"]], "denied", "granted", "denied"],
    ["acceptAll", [], "granted", "granted"],
    ["withdraw", [], "denied", "denied"],
  ]) {
    await call(visit, name, ...given);
    const state = await visit.state();
    const want = {
      asks: false,
      categories: { analytics, functionality, necessary: "necessary" },
      decided: true,
      decidedAtMs: NOON,
      expiresAtMs: NOON + days(182),
      language: "en",
      optedOut: [],
      reloads: false,
      services: { counter },
      waits: [],
    };
    assert.deepEqual(state, want, `${name} ${JSON.stringify(given)}`);
    assert.deepEqual(await has(visit), [
      true,
      functionality === "granted",
      analytics === "granted",
      counter === "granted",
    ]);
  }
});

visitTest("notice() is what the visitor is told, and its hash is the one on record", async (visit) => {
  await visit.open({ policy: POLICY });
  const notice = await visit.page.evaluate(() => window.consentinel.notice());
  assert.deepEqual(
    [notice.language, notice.controller.name, notice.categories.map(({ id }) => id)],
    ["en", "Test SAS", ["necessary", "functionality", "analytics"]],
  );
  assert.equal(notice.texts.rejectAll, await visit.control("reject-all").textContent());
  await call(visit, "rejectAll");
  // All its names are of letters alone, so sorting them is the canonical order.
  const canonical = (value) =>
    Array.isArray(value)
      ? `[${value.map(canonical)}]`
      : typeof value !== "object"
        ? JSON.stringify(value)
        : `{${Object.keys(value)
            .sort()
            .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
  const [record] = await visit.ledger();
  assert.equal(record.notice.hash, createHash("sha256").update(canonical(notice)).digest("hex"));
});

const HEADLESS = '<script src="/dist/consentinel.js" data-owner="takeOwner" data-ui="none"></script>';
visitTest("without a face of ours the page is told what to show, and answers by the API", async (visit) => {
  await visit.open({
    policy: POLICY,
    tag: HEADLESS,
    before: LISTEN,
    body: '<button id="own" data-consent-action="open">Cookies</button>',
  });
  await visit.page.waitForFunction(() => window.heard.some(([name]) => name === "open"));
  assert.deepEqual(await heard(visit, "open", "close"), [["open", { layer: "banner" }]]);
  assert.equal((await visit.page.evaluate(() => window.consentinel.notice())).categories.length, 3);
  await visit.page.locator("#own").click();
  await visit.page.evaluate(() => window.consentinel.open());
  assert.deepEqual((await heard(visit, "open")).at(-1), ["open", { layer: "settings" }]);
  assert.equal((await heard(visit, "open")).length, 2, "open already");
  await visit.page.evaluate(() => window.consentinel.close());
  await visit.page.waitForFunction(() => window.heard.some(([name]) => name === "close"));
  assert.deepEqual(await heard(visit, "close"), [["close", { layer: "settings" }]]);
  await visit.page.evaluate(() => window.consentinel.open());
  await call(visit, "save", { analytics: true });
  await visit.page.waitForFunction(() => window.heard.filter(([name]) => name === "close").length === 3);
  assert.deepEqual((await visit.state()).categories, {
    analytics: "granted",
    functionality: "denied",
    necessary: "necessary",
  });
  assert.equal(await visit.page.locator("consent-banner").count(), 0);
  assert.deepEqual(visit.requested(/face/), []);
  assert.equal(await visit.page.evaluate(() => document.adoptedStyleSheets.length), 0);
  await visit.page.evaluate(() => {
    window.heard = [];
    window.consentinel.withdraw();
    window.consentinel.open();
  });
  assert.deepEqual(await heard(visit, "open"), [["open", { layer: "settings" }]]);
});

visitTest("a page for children asks nothing and grants nothing, whatever is stored and whoever asks", async (visit) => {
  await visit.open({ policy: POLICY });
  await call(visit, "acceptAll");
  const tag = '<script src="/dist/consentinel.js" data-owner="takeOwner" data-child></script>';
  await visit.open(
    { policy: POLICY, tag, head: '<script>document.cookie = "opt=1"; document.cookie = "need=1";</script>' },
    { path: "/child.html" },
  );
  assert.deepEqual(await has(visit), [true, false, false, false]);
  await call(visit, "acceptAll");
  await call(visit, "save", { analytics: true });
  await call(visit, "open");
  assert.deepEqual(await has(visit), [true, false, false, false]);
  assert.ok(!(await visit.jar()).includes("opt"));
  assert.equal(await visit.page.locator("consent-banner").count(), 0);
  visit.problems = [];
});

visitTest("the lives of a grant and of a refusal are the policy's", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open({ policy: { ...POLICY, lifetimeDays: 30, refusalLifetimeDays: 200 } });
  await call(visit, "save", { analytics: true });
  assert.equal((await visit.state()).expiresAtMs, NOON + days(30));
  await visit.page.clock.setFixedTime(NOON + days(30));
  const { categories, asks } = await visit.state();
  assert.deepEqual([categories.analytics, categories.functionality, asks], ["undecided", "denied", true]);
});

visitTest("a category is asked about again when its own words change, and the others are not", async (visit) => {
  await visit.open({ policy: POLICY });
  await call(visit, "acceptAll");
  const changed = structuredClone(POLICY);
  changed.categories[2].description.en = "Something else.";
  changed.revision = "2";
  await visit.open({ policy: changed });
  assert.deepEqual((await visit.state()).categories, {
    analytics: "undecided",
    functionality: "granted",
    necessary: "necessary",
  });
  assert.equal(await visit.control("accept-all").isVisible(), true);
});

visitTest("the document hears each step, in order, with details that nobody can change", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open({
    policy: POLICY,
    before: LISTEN,
    head: '<script>document.cookie = "opt=1"; document.cookie = "need=1"; document.cookie = "stranger=1";</script>',
    body: '<img data-consent="counter" data-src="data:," alt="">',
  });
  // Reports come in a later task, in the order of the attempts; what passed is not reported.
  await visit.page.waitForFunction(() => window.heard.filter(([name]) => name === "attempt").length >= 3);
  const attempts = await heard(visit, "attempt");
  assert.deepEqual(
    attempts.map(([, detail]) => detail),
    [
      { kind: "cookie", name: "opt", service: "", script: visit.url("/page.html"), atMs: NOON, verdict: "hold" },
      { kind: "cookie", name: "stranger", service: "", script: visit.url("/page.html"), atMs: NOON, verdict: "refuse" },
      { kind: "markup", name: "counter", service: "counter", script: "", atMs: NOON, verdict: "hold" },
    ],
  );
  assert.deepEqual((await heard(visit, "ready")).length, 1);
  await visit.control("settings").click();
  await visit.control("save").click();
  await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
  await visit.page.waitForFunction(() =>
    window.heard.some(([name, detail]) => name === "close" && detail.layer === "settings"),
  );
  const steps = await heard(visit, "open", "close", "change");
  assert.deepEqual(
    steps.filter(([name]) => name !== "close"),
    [
      ["open", { layer: "banner" }],
      ["open", { layer: "settings" }],
      ["change", { cause: "save", denied: ["analytics", "functionality"], granted: [], waits: [] }],
    ],
  );
  const frozen = await visit.page.evaluate(() =>
    window.heard.every(
      ([, detail]) =>
        Object.isFrozen(detail) &&
        Object.values(detail).every((value) => typeof value !== "object" || Object.isFrozen(value)),
    ),
  );
  assert.equal(frozen, true);
});

visitTest("when a change is told, it is stored, recorded, erased and released already", async (visit) => {
  const head = `<script>document.cookie = "opt=1"; window.seen = [];
    consentinel.on("change", ({ cause }) => seen.push([cause, document.cookie.replace(/=[^;]*/g, ""), localStorage.getItem("consentinel-ledger.test-site").split("\\n").length]));</script>`;
  await visit.open({ policy: POLICY, head });
  await call(visit, "acceptAll");
  await call(visit, "withdraw");
  const seen = await visit.page.evaluate(() => window.seen);
  assert.deepEqual(
    seen.map(([cause, jar, ...counts]) => [cause, jar.split("; ").sort().join(), ...counts]),
    [
      ["accept-all", "consentinel-test-site,opt", 3],
      ["withdraw", "consentinel-test-site", 4],
    ],
  );
});

visitTest("on() hears until it is stopped, and ready also reaches those who come late", async (visit) => {
  await visit.open({ policy: POLICY });
  const got = await visit.page.evaluate(async () => {
    const { consentinel } = window;
    const changes = [];
    const states = [];
    const stop = consentinel.on("change", (detail) => changes.push(detail.cause));
    consentinel.on("ready", (state) => states.push(state.decided));
    await Promise.resolve();
    consentinel.rejectAll();
    stop();
    window.owner.acceptAll();
    return [changes, states];
  });
  assert.deepEqual(got, [["reject-all"], [false]]);
});

visitTest(
  "page code that answers events by calling the API finds it working, and one that throws stops nobody",
  async (visit) => {
    const head = `<script>
    consentinel.on("change", ({ cause }) => { if (cause === "accept-all") { consentinel.withdraw("functionality"); consentinel.open(); } });
    consentinel.on("change", () => { throw new Error("listener on purpose"); });
    consentinel.on("attempt", async ({ name }) => { if (name === "fun") document.cookie = "need=" + (await consentinel.ledger()).length; });
  </script>`;
    await visit.open({ policy: { ...POLICY, items: [...POLICY.items, item("fun", "functionality")] }, head });
    await visit.control("accept-all").click();
    await visit.page.getByRole("dialog").waitFor();
    assert.deepEqual((await visit.state()).categories, {
      analytics: "granted",
      functionality: "denied",
      necessary: "necessary",
    });
    assert.deepEqual(
      (await visit.ledger()).map((record) => record.action),
      ["accept-all", "withdraw"],
    );
    // Refused, since its category was withdrawn.
    await visit.page.evaluate(() => {
      document.cookie = "fun=1";
    });
    await visit.page.waitForFunction(() => document.cookie.includes("need=2"));
    await visit.settled();
    assert.deepEqual(visit.problems.splice(0), ["page error: listener on purpose", "page error: listener on purpose"]);
  },
);

visitTest("a policy without anything to ask asks nothing and gates all the same", async (visit) => {
  const policy = policyOf([item("need", "necessary")]);
  await visit.open({
    policy: { ...policy, categories: policy.categories.slice(0, 1) },
    head: '<script>document.cookie = "need=1"; document.cookie = "other=1";</script>',
  });
  assert.deepEqual(await visit.jar(), ["need"]);
  await visit.page.evaluate(() => window.consentinel.open());
  assert.equal(await visit.page.locator("consent-banner").count(), 0);
  assert.deepEqual([(await visit.state()).asks, (await visit.state()).decided], [false, false]);
});

visitTest("build and version name what runs", async (visit) => {
  await visit.open({ policy: POLICY });
  const { build, version } = await visit.page.evaluate(() => ({
    build: window.consentinel.build,
    version: window.consentinel.version,
  }));
  assert.match(build, /^[0-9a-f]{64}$/);
  assert.match(`${version}`, /^\d+\.\d+\.\d+$/);
});
