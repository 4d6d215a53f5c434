// What a browser, a server or another script spoils: the state cookie, the ledger, the clock, storage
// that is full or denied, the tag twice, a page policy without WebAssembly where the tag that does without cannot be had
// either (instead.test.mjs has the rest of that). Each is told once with a code of docs/errors.md, the gate stays closed for
// what is concerned, the page goes on.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { JIMO, NOON, TAG, days, html, item, policyOf, site, OWN } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")]);
/** Where a broken ledger is set aside. */
const BROKEN = "consentinel-ledger-broken.test-site";
/** Page code after the tag: what it tries, and the sign that it lived on. */
const HEAD = `<script>try { document.cookie = "opt=1"; document.cookie = "need=1"; } catch {}</script>
  <script>window.alive = consentinel.has("analytics");</script>`;
const PARTS = { policy: POLICY, head: HEAD };

/** The answer, once it is on record. */
const accept = (visit) =>
  visit.page.evaluate(async () => {
    window.owner.acceptAll();
    await window.consentinel.notice();
  });

/** A page of the site without the tag: no gate guards the storage there, and nothing answers a change of it. */
async function goPlain(visit, page = visit.page) {
  visit.serve(
    "/plain.html",
    '<!doctype html><link rel="icon" href="data:,"><title>A page of the site without the tag</title>',
  );
  await page.goto(visit.url("/plain.html"));
}

/** Runs code on such a page, in another tab. A page with the tag beside it hears of a change, at some later moment. */
async function spoil(visit, run, given) {
  const tab = await visit.context.newPage();
  await goPlain(visit, tab);
  await tab.evaluate(run, given);
  await tab.close();
}

/** Decides on one page, spoils something, and comes back. */
async function comeBack(visit, change) {
  await visit.open(PARTS);
  await accept(visit);
  await visit.page.goto("about:blank");
  await change();
  await visit.page.goto(visit.url("/page.html"));
}

/** The visitor is asked again, and nothing optional is there. */
async function assertAsked(visit, note) {
  assert.equal(await visit.page.evaluate(() => window.alive), false, note);
  assert.equal(await visit.control("reject-all").isVisible(), true, note);
  assert.deepEqual(await visit.jar(), ["need"], note);
}

for (const [name, value, code] of [
  ["foreign words", "hello", "state-damaged"],
  ["another manager's", "%7B%22analytics%22%3Atrue%7D", "state-damaged"],
  ["only a version", "1", "state-damaged"],
  ["of a newer version", "3~what~comes~then", "state-newer"],
  ["of a much newer version", "17~", "state-newer"],
  ["a pseudonym that is none", "1~k0~x~en~analytics.g.zzzzzz.000000000000", "state-damaged"],
]) {
  visitTest(`a state cookie that is ${name} does not count`, async (visit) => {
    await visit.setCookie(OWN.cookie(), value);
    await visit.open(PARTS);
    await assertAsked(visit);
    await visit.problem(new RegExp(`^consentinel: ${code}\\b`));
    await accept(visit);
    await visit.page.reload();
    assert.equal((await visit.categories()).analytics, "granted", "the answer to the new question counts");
  });
}

visitTest("a state cookie cut anywhere grants nothing of what was cut", async (visit) => {
  await visit.open(PARTS);
  await accept(visit);
  const { value } = await visit.stateCookie();
  const last = value.lastIndexOf("~");
  assert.ok(value.slice(last).startsWith("~analytics.g."), value);
  const silent = [];
  // Without the mark of the policy the choice is whole.
  for (let length = value.lastIndexOf("-") - 1; length > 0; length -= length > last ? 4 : 11) {
    // From a page without the tag: one with it would notice the cookie, and tell of it, before it goes.
    await goPlain(visit);
    await visit.forget();
    await visit.setCookie(OWN.cookie(), value.slice(0, length));
    await visit.page.goto(visit.url("/page.html"));
    await assertAsked(visit, value.slice(0, length));
    if (length > last && visit.problems.length === 0) silent.push(value.slice(last, length));
    assert.ok(
      visit.problems.every((problem) => /^consentinel: state-damaged\b/.test(problem)) && visit.problems.length <= 1,
    );
    visit.problems = [];
  }
  assert.deepEqual(silent, [], "a choice cut in half is told");
});

visitTest("choices swapped between categories, or taken from another site, grant nothing", async (visit) => {
  await visit.open({
    ...PARTS,
    policy: policyOf([item("need", "necessary"), item("opt")], { controller: { name: "Somebody else" } }),
  });
  await accept(visit);
  const { value } = await visit.stateCookie();
  const own = value.replace(/functionality(\.g\.[\w.-]+)~analytics(\.g\.[\w.-]+)/, "functionality$2~analytics$1");
  assert.notEqual(own, value);
  for (const text of [value, own]) {
    await visit.forget();
    await visit.setCookie(OWN.cookie(), text);
    await visit.open(PARTS);
    await assertAsked(visit, text);
  }
});

for (const [name, back] of [
  ["a year", 365],
  ["an hour", 1 / 24],
]) {
  visitTest(`the clock set back ${name}: the answer comes from the future and does not count`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await comeBack(visit, () => visit.page.clock.setFixedTime(NOON - days(back)));
    await assertAsked(visit);
    await visit.problem(/^consentinel: state-future\b/);
  });
}

const lines = (text) => text.split("\n");
for (const [name, change] of [
  ["a changed word", (text) => text.replace('"accept-all"', '"reject-all"')],
  [
    "a changed letter",
    (text) => text.replace(/"id":"./, (found) => `${found.slice(0, -1)}${found.endsWith("A") ? "B" : "A"}`),
  ],
  ["a record missing", (text) => [lines(text)[0], ...lines(text).slice(2)].join("\n")],
  ["the header gone", (text) => lines(text).slice(1).join("\n")],
  ["the end cut off", (text) => text.slice(0, -20)],
  ["foreign words", () => "hello"],
  ["JSON of somebody else", () => '{"format":"other"}\n'],
  ["a hole in the middle", (text) => text.replace('"via"', '"vi"')],
]) {
  visitTest(
    `a ledger with ${name} is set aside when somebody needs it, and the visitor is asked again until they answer`,
    async (visit) => {
      await visit.open(PARTS);
      await accept(visit);
      const broken = change(await visit.storage(OWN.ledger()));
      await visit.page.goto("about:blank");
      await spoil(visit, ([key, text]) => localStorage.setItem(key, text), [OWN.ledger(), broken]);
      await visit.page.goto(visit.url("/page.html"));
      assert.equal(await visit.page.evaluate(() => window.alive), true, "the text beside it says what was decided");
      assert.deepEqual(await visit.ledger(), []);
      await visit.problem(/^consentinel: ledger-broken\b/);
      assert.equal(await visit.storage(BROKEN), broken, "nothing is lost");
      await visit.page.evaluate(() => {
        window.alive = window.consentinel.has("analytics");
      });
      await assertAsked(visit, "at once");
      await visit.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await assertAsked(visit, "when the visitor comes back to the tab");
      await visit.page.reload();
      await assertAsked(visit, "on the next page");
      await visit.control("accept-all").click();
      await visit.page.reload();
      assert.equal((await visit.categories()).analytics, "granted");
      assert.equal((await visit.ledger()).length, 1, "a new ledger has begun");
      assert.equal(await visit.storage(BROKEN), broken);
    },
  );
}

visitTest("a ledger found broken at a decision ends older grants too", async (visit) => {
  await visit.open({ policy: JIMO });
  await visit.control("accept-all").click();
  await spoil(visit, (key) => localStorage.setItem(key, "x\n"), OWN.ledger("jimo-site"));
  await visit.call("withdraw", "analytics");
  await visit.problem(/^consentinel: ledger-broken\b/);
  const { functionality, analytics } = await visit.categories();
  assert.deepEqual([functionality, analytics], ["undecided", "denied"]);
  assert.equal((await visit.ledger()).length, 1);
});

visitTest("a ledger made by another page of the site smuggles no choice into the state", async (visit) => {
  await visit.open(PARTS);
  await accept(visit);
  const { value } = await visit.stateCookie();
  const granted = value.slice(value.indexOf("~functionality"));
  const subject = value.split("~")[2];
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  for (const forged of [
    `${subject}~en${granted}; x`,
    `${subject}~en${granted};`,
    `${subject}~en${granted}`,
    "; Path=/x",
    "x".repeat(5000),
    "",
  ]) {
    // A page with the tag would set the forged ledger aside as soon as it hears of it, before the next page finds it.
    await goPlain(visit);
    await visit.forget();
    // The chain of this ledger is right; only the program that wrote it is not ours.
    const record = JSON.stringify({ atMs: 0, previous: "", sequence: 0, subject: forged });
    const header = JSON.stringify({
      count: 1,
      format: "consentinel-ledger",
      head: sha256(record),
      summarised: 0,
      summary: "",
      version: 1,
    });
    await visit.page.evaluate(
      ([key, text]) => localStorage.setItem(key, text),
      [OWN.ledger(), `${header}\n${record}\n`],
    );
    assert.match(await visit.storage(OWN.ledger()), /^{"count":1/);
    await visit.page.goto(visit.url("/page.html"));
    await visit.control("reject-all").click();
    await visit.page.goto(visit.url("/page.html"));
    const { analytics } = await visit.categories();
    assert.equal(analytics, "denied", `refused, and forged with ${forged.slice(0, 60)}`);
    assert.equal((await visit.ledger()).at(-1).action, "reject-all");
    visit.forgive(/^consentinel: (ledger-broken|record-field)/);
  }
});

/** Storage as some browsers and pages have it; each stands before the tag. */
const THROWING = {
  "setItem throws": "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };",
  "every call throws":
    "for (const name of ['setItem', 'getItem', 'removeItem', 'key', 'clear']) Storage.prototype[name] = () => { throw new Error('no'); };",
  "localStorage itself throws":
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });",
  "there is no localStorage": "Object.defineProperty(window, 'localStorage', { value: null });",
};
for (const [name, code] of Object.entries(THROWING)) {
  visitTest(
    `local storage that fails (${name}): the answer counts, is told to be in memory, and is exported`,
    async (visit) => {
      await visit.open({ ...PARTS, before: `<script>${code}</script>` });
      await assertAsked(visit);
      assert.deepEqual(visit.problems, [], "nothing is lost before there is something to keep");
      await visit.control("accept-all").click();
      await visit.problem(/^consentinel: storage-denied\b/);
      assert.deepEqual(await visit.jar(), ["need", "opt"]);
      await visit.call("withdraw");
      assert.deepEqual(await visit.jar(), ["need"]);
      assert.deepEqual(
        (await visit.ledger()).map((record) => record.action),
        ["accept-all", "withdraw"],
      );
      assert.equal((await visit.page.evaluate(() => window.consentinel.export())).trim().split("\n").length, 3);
      await visit.page.reload();
      assert.equal((await visit.categories()).analytics, "denied", "the cookie still keeps it");
    },
  );
}

for (const [name, decidesBefore] of [
  ["from the start", false],
  ["after a first record", true],
]) {
  visitTest(`local storage full ${name}: no record is lost while the page is there`, async (visit) => {
    await visit.open(PARTS);
    if (decidesBefore) {
      await visit.call("rejectAll");
      assert.equal((await visit.ledger()).length, 1);
    }
    // By a page without the tag, in the same tab: another tab's process hears of it only later.
    visit.serve(
      "/plain.html",
      '<!doctype html><link rel="icon" href="data:,"><title>A page of the site without the tag</title>',
    );
    await visit.page.goto(visit.url("/plain.html"));
    await visit.page.evaluate(() => {
      // Filled to the last character.
      for (let size = 1 << 22, position = 0; size >= 1; ) {
        try {
          localStorage.setItem(`fill${position}`, "x".repeat(size));
          position++;
        } catch {
          size >>= 1;
        }
      }
    });
    await visit.page.goto(visit.url("/page.html"));
    await accept(visit);
    await visit.problem(/^consentinel: storage-denied\b/);
    await visit.call("withdraw", "analytics");
    const actions = (await visit.ledger()).map((record) => record.action);
    assert.deepEqual(actions, [...(decidesBefore ? ["reject-all"] : []), "accept-all", "withdraw"]);
    assert.deepEqual(Object.values(await visit.categories()).sort(), ["denied", "granted", "necessary"]);
    await visit.page.reload();
    assert.deepEqual(
      Object.values(await visit.categories()).sort(),
      ["denied", "granted", "necessary"],
      "the cookie has room",
    );
  });
}

visitTest(
  "everything denied, in a sandboxed frame: it asks, holds the answer, says so once, opens and closes",
  async (visit) => {
    visit.serve(
      "/inner.html",
      html({ ...PARTS, body: '<script type="text/plain" data-consent="analytics">window.ran = true;</script>' }),
    );
    visit.serve(
      "/outer.html",
      '<!doctype html><link rel=icon href="data:,"><iframe sandbox="allow-scripts" src="/inner.html" width="800" height="600" title="inner"></iframe>',
    );
    await visit.page.goto(visit.url("/outer.html"));
    const frame = visit.page.frame({ url: /inner/ });
    const control = (action) => frame.locator(`consent-banner [data-consent-action="${action}"]`);
    assert.equal(
      await frame.evaluate(() => {
        try {
          return document.cookie;
        } catch (error) {
          return error.name;
        }
      }),
      "SecurityError",
      "denied as before",
    );
    assert.deepEqual([await frame.evaluate(() => window.alive), visit.problems], [false, []]);
    await control("accept-all").click();
    assert.equal(await frame.evaluate(() => window.ran), true);
    await visit.problem(/^consentinel: storage-denied\b/);
    assert.equal(await frame.evaluate(() => window.consentinel.has("analytics")), true);
    await frame.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    assert.equal(
      await frame.evaluate(() => window.consentinel.has("analytics")),
      true,
      "looking again forgets nothing",
    );
    await control("open").click();
    await control("withdraw").click();
    assert.equal(await frame.evaluate(() => window.consentinel.has("analytics")), false);
    assert.deepEqual(await frame.evaluate(() => window.consentinel.ledger().map((record) => record.action)), [
      "accept-all",
      "withdraw",
    ]);
  },
);

visitTest("the tag loaded twice: one error, one banner, the first stays in charge", async (visit) => {
  await visit.open({ ...PARTS, tag: TAG, head: `<script>window.first = consentinel;</script>${TAG}${HEAD}` });
  await assertAsked(visit);
  await visit.problem(/^consentinel: loaded-twice/);
  assert.equal(await visit.page.locator("consent-banner").count(), 1);
  assert.equal(await visit.page.evaluate(() => window.first === window.consentinel), true);
  await visit.control("accept-all").click();
  assert.deepEqual(await visit.jar(), ["need", "opt"]);
  assert.equal((await visit.ledger()).length, 1);
});

visitTest("the API cannot be replaced or changed by the page", async (visit) => {
  await visit.open(PARTS);
  const got = await visit.page.evaluate(() => {
    const tries = [
      () => {
        window.consentinel = { has: () => true };
      },
      () => {
        delete window.consentinel;
      },
      () => {
        window.consentinel.has = () => true;
      },
      () => {
        window.consentinel.state.categories.analytics = "granted";
      },
      () => Object.defineProperty(window, "consentinel", { value: 1 }),
    ];
    for (const attempt of tries) {
      try {
        attempt();
      } catch {
        // Refused aloud is as good as refused in silence.
      }
    }
    return [window.consentinel.has("analytics"), window.consentinel.state.categories.analytics];
  });
  assert.deepEqual(got, [false, "undecided"]);
});

for (const [name, headers, before] of [
  ["the page's policy does not allow it", { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" }, ""],
  ["there is none", {}, "<script>delete window.WebAssembly;</script>"],
  [
    "it is broken",
    {},
    "<script>WebAssembly.Instance = function () { throw new RangeError('out of memory'); };</script>",
  ],
]) {
  visitTest(`without WebAssembly (${name}) everything stays closed and the page lives`, async (visit) => {
    const body = '<script type="text/plain" data-consent="analytics">window.ran = true;</script><p>Page</p>';
    visit.lackSubstitute();
    await visit.open({ ...PARTS, before, body }, { headers });
    await visit.problem(/^consentinel: module-unavailable/);
    assert.equal(await visit.page.evaluate(() => window.alive), false);
    assert.ok(!(await visit.jar()).includes("opt"));
    const state = await visit.page.evaluate(async () => {
      const { consentinel } = window;
      window.owner.acceptAll();
      window.owner.save({ analytics: true });
      consentinel.open();
      consentinel.withdraw("analytics");
      document.cookie = "opt=2; Path=/";
      try {
        delete Document.prototype.cookie;
      } catch {
        // Refused.
      }
      document.cookie = "opt=3; Path=/";
      return [
        consentinel.state.decided,
        consentinel.has("analytics"),
        (await consentinel.ledger()).length,
        await consentinel.export(),
        window.ran,
      ];
    });
    assert.deepEqual(state.slice(0, 3), [false, false, 0]);
    assert.equal(state[4], undefined);
    assert.ok(!(await visit.jar()).includes("opt"));
    assert.equal(await visit.page.locator("p").isVisible(), true);
  });
}
