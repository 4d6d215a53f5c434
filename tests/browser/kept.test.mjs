// What the last decision did not grant, no stored state can grant: the state cookie beside what is kept of
// that decision in local storage. Cookies are planted here as a server, another page of the site, or a script
// around the gate would.
//
// Left out: which of two states is the stricter, for every pair (tests/kept.rs, tests/vectors/kept.json).

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { NOON, OWN, TAG, days, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const PARTS = {
  policy: POLICY,
  head: '<script>document.cookie = "opt=1; Path=/"; window.early = consentinel.has("analytics");</script>',
};
const KEPT = OWN.state();
const LEDGER = OWN.ledger();

const decide = (visit, name, ...given) => visit.decide(name, ...given);
const back = async (visit) => {
  await visit.page.goto(visit.url("/page.html"));
  await visit.whole();
};
/** Time for the page to look again, as when the visitor comes back to its tab. */
const look = (visit) => visit.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
const choices = async (visit) => {
  const { analytics, functionality } = await visit.categories();
  return [analytics, functionality, (await visit.state()).services.counter];
};
const actions = async (visit) => (await visit.ledger()).map(({ action }) => action).join();

/** Changes local storage on a page of the site without the tag, where no gate stands. */
async function atPlain(visit, run, given) {
  visit.serve(
    "/plain.html",
    '<!doctype html><link rel="icon" href="data:,"><title>A page of the site without the tag</title>',
  );
  await visit.page.goto(visit.url("/plain.html"));
  return visit.page.evaluate(run, given);
}

/** The cookie that everything granted would have, learnt from another browser of the same site. */
async function granting(visit) {
  await visit.open(PARTS);
  await decide(visit, "acceptAll");
  const { value } = await visit.stateCookie();
  await atPlain(visit, () => localStorage.clear());
  await visit.context.clearCookies();
  return value;
}

visitTest(
  "each decision is kept beside the ledger as the cookie has it, and where nothing is decided any more without a choice",
  async (visit) => {
    await visit.open(PARTS);
    assert.equal(await visit.storage(KEPT), null, "nothing before a decision");
    for (const [name, ...given] of [
      ["acceptAll"],
      ["rejectAll"],
      ["save", { counter: true }],
      ["withdraw"],
      ["acceptAll"],
    ]) {
      await decide(visit, name, ...given);
      const { value } = await visit.stateCookie();
      assert.equal(await visit.storage(KEPT), value, name);
    }
    await atPlain(visit, () => localStorage.clear());
    await visit.context.clearCookies();
    await back(visit);
    await decide(visit, "grant", "counter");
    await decide(visit, "withdraw", "counter");
    assert.equal(await visit.stateCookie(), undefined);
    assert.match(await visit.storage(KEPT), /^2~[^~]+~[^~]+~en$/);
  },
);

/** The same text, as if it were decided so many milliseconds later. */
const later = (value, by = 1) =>
  value.replace(/^2~(\w+)/, (_, at) => `2~${(Number.parseInt(at, 36) + by).toString(36)}`);

for (const [how, plant] of [
  [
    "by a header of the site's server",
    async (visit, value) => {
      visit.serve("/login", (_, response) =>
        response.writeHead(200, { "Set-Cookie": `${OWN.cookie()}=${value}; Path=/; Max-Age=1000` }).end("in"),
      );
      await visit.page.evaluate(() => fetch("/login").then((answer) => answer.text()));
    },
  ],
  [
    "for the whole domain and another path besides",
    async (visit, value) => {
      await visit.context.clearCookies();
      await visit.setCookie(OWN.cookie(), value, { path: "/page.html" });
    },
  ],
]) {
  visitTest(
    `a cookie that grants, set ${how} after a refusal, grants nothing, in this page and in the next`,
    async (visit) => {
      const value = await granting(visit);
      await visit.open(PARTS);
      await visit.control("reject-all").click();
      const own = await visit.storage(KEPT);
      const before = [own, await visit.storage(LEDGER)];
      for (const planted of [value, later(own).replaceAll(".d.", ".g.")]) {
        await plant(visit, planted);
        await look(visit);
        assert.deepEqual(await choices(visit), ["denied", "denied", "denied"]);
        // What is older than the decision here is written over; what claims to be newer is told.
        const isTold = planted !== value;
        if (isTold) await visit.problem(/^consentinel: state-differs at cookie consentinel-test-site/);
        await back(visit);
        assert.equal(await visit.page.evaluate(() => window.early), false);
        assert.deepEqual(await choices(visit), ["denied", "denied", "denied"]);
        if (isTold) await visit.problem(/^consentinel: state-differs at cookie consentinel-test-site/);
        else assert.ok((await visit.context.cookies()).some(({ value }) => value === own));
        assert.deepEqual([await visit.storage(KEPT), await visit.storage(LEDGER)], before);
        assert.equal(await actions(visit), "reject-all");
        assert.deepEqual(
          (await visit.jar()).filter((name) => name !== "need"),
          [],
        );
      }
      // The next answer puts it right.
      await visit.context.clearCookies();
      await decide(visit, "acceptAll");
      await back(visit);
      assert.deepEqual(await choices(visit), ["granted", "granted", "granted"]);
    },
  );
}

visitTest("an older cookie of the visitor's own, brought back by a server, takes nothing away", async (visit) => {
  await visit.open(PARTS);
  await decide(visit, "save", { functionality: true });
  const { value } = await visit.stateCookie();
  await decide(visit, "acceptAll");
  const accepted = (await visit.stateCookie()).value;
  await visit.setCookie(OWN.cookie(), value);
  await back(visit);
  await visit.page.waitForFunction(() => window.consentinel.has("analytics"));
  assert.deepEqual(await choices(visit), ["granted", "granted", "granted"]);
  assert.equal((await visit.stateCookie()).value, accepted, "and the page has written its own again");
});

visitTest("a later cookie that denies is followed", async (visit) => {
  await visit.open(PARTS);
  await decide(visit, "acceptAll");
  const { value } = await visit.stateCookie();
  // No page of the site is open that would tell of it as well.
  await atPlain(visit, () => {});
  await visit.setCookie(OWN.cookie(), later(value).replaceAll(".g.", ".d."));
  await back(visit);
  assert.deepEqual(await choices(visit), ["denied", "denied", "denied"]);
  await visit.problem(/^consentinel: state-differs/);
});

visitTest("what was taken back to where nothing is decided is not granted by the cookie of before", async (visit) => {
  await visit.open(PARTS);
  await decide(visit, "grant", "counter");
  const { value } = await visit.stateCookie();
  await decide(visit, "withdraw", "counter");
  await visit.setCookie(OWN.cookie(), value);
  await look(visit);
  assert.deepEqual(await choices(visit), ["undecided", "undecided", "undecided"]);
  await back(visit);
  assert.deepEqual(await choices(visit), ["undecided", "undecided", "undecided"]);
  assert.equal(await visit.stateCookie(), undefined, "and it is gone");
});

visitTest(
  "where the text is gone the last record that is no once takes its place, and makes it anew",
  async (visit) => {
    const value = await granting(visit);
    await visit.open(PARTS);
    await decide(visit, "acceptAll");
    await decide(visit, "rejectAll");
    const kept = await visit.storage(KEPT);
    // Script of the page may remove it, and so does a page of version 0.1.0 not write it.
    await visit.page.evaluate((key) => localStorage.removeItem(key), KEPT);
    await back(visit);
    assert.deepEqual(await choices(visit), ["denied", "denied", "denied"]);
    assert.equal(await visit.storage(KEPT), kept, "without a word");
    await visit.page.evaluate((key) => localStorage.removeItem(key), KEPT);
    await visit.setCookie(OWN.cookie(), value);
    await look(visit);
    assert.deepEqual(await choices(visit), ["denied", "denied", "denied"]);
    await visit.problem(/^consentinel: state-differs/);
  },
);

visitTest("a ledger that ends with a once is read for what was decided before it", async (visit) => {
  await visit.open(PARTS);
  await decide(visit, "save", { functionality: true });
  const value = (await visit.stateCookie()).value;
  const text = await visit.storage(LEDGER);
  // A once is a record of its own, chained like the others.
  const [, line] = text.split("\n");
  const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
  const record = JSON.parse(line);
  const once = JSON.stringify(
    Object.fromEntries(
      Object.entries({
        ...record,
        action: "once",
        via: "placeholder",
        granted: ["counter"],
        denied: [],
        expiresAtMs: record.atMs,
        sequence: 1,
        previous: sha256(line),
      }).sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
  );
  const header = JSON.stringify({
    count: 2,
    format: "consentinel-ledger",
    head: sha256(once),
    summarised: 0,
    summary: "",
    version: 1,
  });
  await atPlain(
    visit,
    ([keyOfText, key, ledger]) => {
      localStorage.removeItem(keyOfText);
      localStorage.setItem(key, ledger);
    },
    [KEPT, LEDGER, `${header}\n${line}\n${once}\n`],
  );
  await visit.setCookie(OWN.cookie(), value.replace("~analytics.d.", "~analytics.g."));
  await back(visit);
  assert.deepEqual(await choices(visit), ["denied", "granted", "denied"]);
  await visit.problem(/^consentinel: state-differs/);
  assert.equal(await actions(visit), "save,once", "a sound ledger all the same");
});

visitTest("without the ledger and without the text the cookie counts alone", async (visit) => {
  const value = await granting(visit);
  await visit.open(PARTS);
  await decide(visit, "rejectAll");
  await atPlain(visit, () => localStorage.clear());
  await visit.setCookie(OWN.cookie(), value);
  await back(visit);
  assert.deepEqual(await choices(visit), ["granted", "granted", "granted"]);
});

visitTest("after a broken ledger took the answer away, no cookie brings it back", async (visit) => {
  const value = await granting(visit);
  await visit.open(PARTS);
  await decide(visit, "acceptAll");
  await atPlain(visit, (key) => localStorage.setItem(key, "x\n"), LEDGER);
  await back(visit);
  await visit.ledger();
  await visit.problem(/^consentinel: ledger-broken/);
  assert.deepEqual(await choices(visit), ["undecided", "undecided", "undecided"]);
  await visit.setCookie(OWN.cookie(), value);
  await back(visit);
  assert.deepEqual(await choices(visit), ["undecided", "undecided", "undecided"]);
  await visit.problem(/^consentinel: state-differs/);
});

visitTest(
  "a category that changed since, and a choice whose time is over, are asked again, without a word",
  async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await visit.open(PARTS);
    await decide(visit, "acceptAll");
    const words = { en: "Other words than before" };
    await visit.open({
      ...PARTS,
      policy: {
        ...POLICY,
        categories: POLICY.categories.map((one) => (one.id === "analytics" ? { ...one, description: words } : one)),
      },
    });
    assert.deepEqual(await choices(visit), ["undecided", "granted", "undecided"]);
    await visit.page.clock.setFixedTime(NOON + days(183));
    await visit.open(PARTS);
    assert.deepEqual(await choices(visit), ["undecided", "undecided", "undecided"]);
  },
);

visitTest("no script of the page writes the text, whatever the policy says", async (visit) => {
  await visit.open({ policy: { ...POLICY, undeclared: "allow" }, tag: TAG });
  await visit.page.evaluate((key) => {
    localStorage.setItem(key, "1~x");
    localStorage[key] = "1~x";
    Object.defineProperty(localStorage, key, { value: "1~x" });
  }, KEPT);
  assert.equal(await visit.storage(KEPT), null);
});

visitTest(
  "a start reads one short text of local storage, and where nobody is asked for anything it opens none",
  async (visit) => {
    const before = `<script>
    window.opened = [];
    const { get } = Object.getOwnPropertyDescriptor(window, "localStorage");
    Object.defineProperty(window, "localStorage", { configurable: true, get() { opened.push("open"); return get.call(window); } });
    const { getItem } = Storage.prototype;
    Storage.prototype.getItem = function (key) { opened.push(key); return getItem.call(this, key); };
  </script>`;
    const parts = {
      policy: policyOf([item("opt")]),
      before,
      head: "<script>window.seen = [...new Set(opened)].join();</script>",
    };
    const { categories } = parts.policy;
    await visit.open({ ...parts, policy: policyOf([], { categories: categories.slice(0, 1) }) });
    assert.equal(await visit.page.evaluate(() => window.seen), "");
    await visit.open(parts);
    assert.equal(
      await visit.page.evaluate(() => window.seen),
      `open,${KEPT},consentinel-state`,
      "where there is none, that of 0.1.0",
    );
    await decide(visit, "rejectAll");
    await back(visit);
    assert.equal(await visit.page.evaluate(() => window.seen), `open,${KEPT}`, "and not the ledger");
  },
);

visitTest("a decision in one tab counts in the other, which tells nothing and erases nothing of it", async (visit) => {
  await visit.open(PARTS);
  await decide(visit, "rejectAll");
  const other = await visit.context.newPage();
  await other.goto(visit.url("/page.html"));
  for (const [name, word] of [
    ["acceptAll", "granted"],
    ["rejectAll", "denied"],
    ["acceptAll", "granted"],
  ]) {
    await visit.page.evaluate((method) => {
      window.owner[method]();
      document.cookie = "opt=1; Path=/";
    }, name);
    await other.waitForFunction((want) => window.consentinel.state.categories.analytics === want, word);
    assert.deepEqual((await visit.jar()).includes("opt"), word === "granted", name);
  }
  assert.deepEqual(visit.problems, []);
});
