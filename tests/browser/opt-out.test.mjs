// Global Privacy Control, and Do Not Track where the policy heeds it: what is for sale or sharing is refused from the first
// script of the page on, whatever was answered before, until the visitor grants that very thing; what the visitor reads of
// it, what goes on record, and what outlasts the signal.
//
// Left out: all orders of events (tests/laws.rs, tests/vectors/session.json); servers (tests/npm/server.test.mjs); what
// vendors are told (signals.test.mjs).

import assert from "node:assert/strict";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consentinel } from "./program.mjs";
import { OWN, PLAIN_TAG, TAG, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const BASE = policyOf([item("need", "necessary"), item("fun", "functionality"), item("ad")], {
  services: [{ id: "net", category: "analytics", name: "Net", provider: "Net SAS", hosts: ["127.0.0.1"] }],
});
/** A policy whose last category is for this. */
const policyFor = (uses, more) => ({
  ...BASE,
  categories: BASE.categories.map((each) => (each.id === "analytics" ? { ...each, for: uses } : each)),
  ...more,
});
const SELLING = policyFor(["sale", "sharing"]);

/** In the page, before the tag: what a browser signals. */
const SIGNALS = {
  gpc: () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }),
  dnt: () => Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1" }),
  "no signal": () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => false }),
};

/** Another page of the same visitor, whose browser sends this from now on. */
async function browse(visit, signal) {
  await visit.page.close();
  visit.page = visit.patient(await visit.context.newPage());
  await visit.page.addInitScript(SIGNALS[signal]);
}

/** A page that keeps what it can and asks the vendor, first thing after the tag; `tried` is there once that is answered. */
const pageOf = (policy, visit, more = {}) => ({
  policy,
  head: `<script>
    window.first = [consentinel.has("analytics"), consentinel.has("net"), consentinel.state.optedOut];
    for (const name of ["need", "fun", "ad"]) document.cookie = name + "=1";
    const picture = new Image();
    picture.onload = picture.onerror = () => (window.tried = true);
    picture.src = "${visit.url("/pixel", "127.0.0.1")}";
  </script>`,
  body: '<script type="text/plain" data-consent="net">window.ran = true;</script>',
  ...more,
});
const open = (visit, policy, more) => {
  visit.serve("/pixel", "<svg xmlns='http://www.w3.org/2000/svg'/>", { "Content-Type": "image/svg+xml" });
  return visit.open(pageOf(policy, visit, more));
};
const first = (visit) => visit.page.evaluate(() => window.first);
const said = (visit) => visit.page.locator("consent-banner").getByText(/opt-out request/);

/** Nothing of the vendor was let in on this page: its request has failed, its cookie is not kept, its script has not run. */
async function isOut(visit) {
  await visit.page.waitForFunction(() => window.tried);
  assert.deepEqual(visit.requested(/pixel/), []);
  assert.ok(!(await visit.jar()).includes("ad"));
  assert.equal(await visit.page.evaluate(() => window.ran), undefined);
}

/** All of it was. */
async function isIn(visit) {
  await visit.page.waitForFunction(() => window.tried && window.ran);
  assert.equal(visit.requested(/pixel/).length > 0, true);
  assert.ok((await visit.jar()).includes("ad"));
}

const last = async (visit) => {
  const { version, action, via, granted, denied, signals } = (await visit.ledger()).at(-1);
  return { version, action, via, granted, denied, signals };
};
const OPT_OUT = {
  version: 2,
  action: "opt-out",
  via: "signal",
  granted: [],
  denied: ["analytics"],
  signals: { heard: ["gpc"], sent: [] },
};

visitTest(
  "a first visit: refused at once, recorded once, said where the rest is asked, and what is accepted is the rest",
  async (visit) => {
    await browse(visit, "gpc");
    await open(visit, SELLING);
    assert.deepEqual(await first(visit), [false, false, ["analytics", "net"]]);
    await isOut(visit);
    assert.deepEqual(await last(visit), OPT_OUT);
    assert.deepEqual(await visit.state(), {
      ...(await visit.state()),
      asks: true,
      categories: { analytics: "denied", functionality: "undecided", necessary: "necessary" },
      decided: true,
      optedOut: ["analytics", "net"],
      services: { net: "denied" },
    });
    const words =
      "Your browser’s opt-out request (GPC) is honoured. Off because of it: Title of analytics. “Accept all” does not include this; you can still allow it in the settings.";
    assert.equal(await said(visit).innerText(), words);

    await visit.page.reload();
    await isOut(visit);
    assert.equal((await visit.ledger()).length, 1);

    await visit.control("accept-all").click();
    assert.deepEqual(await last(visit), {
      ...OPT_OUT,
      action: "accept-all",
      via: "banner",
      granted: ["functionality"],
    });
    assert.deepEqual(await visit.jar(), ["fun", "need"]);
    assert.equal((await visit.state()).asks, false);
    await visit.page.reload();
    await isOut(visit);

    // One by one, knowing of it.
    await visit.control("open").click();
    assert.ok((await said(visit).innerText()).endsWith(` ${words}`));
    const analytics = visit.page.locator("consent-banner").getByRole("switch", { name: "Title of analytics" });
    assert.equal(await analytics.isChecked(), false);
    await analytics.click();
    await visit.control("save").click();
    assert.deepEqual(await last(visit), {
      version: 1,
      action: "save",
      via: "settings",
      granted: ["analytics", "functionality"],
      denied: [],
      signals: ["gpc"],
    });
    await visit.page.reload();
    assert.deepEqual(await first(visit), [true, true, []]);
    await isIn(visit);
    assert.equal((await visit.ledger()).length, 3);

    // And taken back: all is the rest again.
    await visit.decide("withdraw", "analytics");
    await visit.decide("acceptAll");
    assert.equal(await visit.page.evaluate(() => window.owner.has("analytics")), false);

    const file = await visit.page.evaluate(() => window.consentinel.export());
    const folder = mkdtempSync(join(tmpdir(), "consentinel-opt-out-"));
    try {
      writeFileSync(join(folder, "ledger"), file);
      const { status, out } = consentinel("verify", join(folder, "ledger"));
      assert.deepEqual([status, out.split(":")[0]], [0, "holds"], out);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

visitTest(
  "an older grant gives way before the first script, what it kept is erased, and the refusal outlasts the signal",
  async (visit) => {
    await browse(visit, "no signal");
    await open(visit, SELLING);
    await visit.control("accept-all").click();
    await isIn(visit);
    assert.deepEqual(await visit.jar(), ["ad", "fun", "need"]);

    visit.start = visit.server.requests.length;
    await browse(visit, "gpc");
    await visit.page.addInitScript(() => {
      window.changes = [];
      document.addEventListener("consent:change", ({ detail }) => window.changes.push([detail.cause, detail.denied]));
    });
    const told = { "google-consent-mode": { ad_storage: "analytics", functionality_storage: "functionality" } };
    await open(visit, SELLING, {
      tag: `${TAG}<script type="application/json" id="consentinel-signals">${JSON.stringify(told)}</script><script src="/dist/consentinel.signals.js"></script>`,
    });
    assert.deepEqual(await first(visit), [false, false, ["analytics", "net"]]);
    await isOut(visit);
    assert.deepEqual(await visit.jar(), ["fun", "need"]);
    // Vendors hear the same, from the first call on.
    const heard = await visit.page.evaluate(() => window.dataLayer.map(([, kind, words]) => [kind, words]));
    assert.deepEqual(
      heard.map(([kind, { ad_storage, functionality_storage }]) => [kind, ad_storage, functionality_storage]),
      [
        ["default", "denied", "denied"],
        ["update", "denied", "granted"],
      ],
    );
    assert.deepEqual(await last(visit), { ...OPT_OUT, granted: ["functionality"] });
    assert.deepEqual((await visit.page.evaluate(() => window.changes)).at(-1), ["opt-out", ["analytics"]]);
    assert.equal((await visit.state()).asks, false);

    await browse(visit, "no signal");
    await open(visit, SELLING);
    assert.deepEqual(await first(visit), [false, false, []]);
    await isOut(visit);
    assert.equal((await visit.ledger()).length, 2);
    await visit.decide("acceptAll");
    // What was closed natively is open from the next page on.
    await visit.page.reload();
    await isIn(visit);

    // Which the next signal takes back, where the browser alone holds as well.
    visit.start = visit.server.requests.length;
    await browse(visit, "gpc");
    await open(visit, { ...SELLING, gate: "browser" });
    await isOut(visit);
    assert.equal((await visit.ledger()).length, 4);
  },
);

visitTest(
  "a refusal that is taken before the second part is there keeps the opt-out, and needs no record of its own",
  async (visit) => {
    let arrive;
    const late = new Promise((resolve) => {
      arrive = resolve;
    });
    await browse(visit, "gpc");
    await visit.page.route("**/consentinel.part.js*", async (route) => {
      await late;
      await route.continue();
    });
    visit.isPatient = false;
    visit.serve("/pixel", "<svg xmlns='http://www.w3.org/2000/svg'/>", { "Content-Type": "image/svg+xml" });
    await visit.open(pageOf(SELLING, visit), { isWhole: false });
    await isOut(visit);
    await visit.page.evaluate(() => window.consentinel.rejectAll());
    assert.match((await visit.stateCookie()).value, /~functionality\.d\.[^~]*~analytics\.d\./);
    arrive();
    assert.deepEqual(await last(visit), {
      version: 1,
      action: "reject-all",
      via: "api",
      granted: [],
      denied: ["analytics", "functionality"],
      signals: ["gpc"],
    });
  },
);

visitTest("Do Not Track counts where the policy heeds it, and nowhere else", async (visit) => {
  await browse(visit, "dnt");
  await open(visit, SELLING);
  assert.deepEqual(await first(visit), [false, false, []]);
  await visit.control("accept-all").click();
  await isIn(visit);
  visit.start = visit.server.requests.length;
  await open(visit, { ...SELLING, dnt: true });
  await isOut(visit);
  assert.deepEqual((await last(visit)).signals, { heard: ["dnt"], sent: [] });
  await visit.control("open").click();
  assert.match(await said(visit).innerText(), /\(DNT\) is honoured/);
});

visitTest("without a word of what data is for a signal is named in the record and changes nothing", async (visit) => {
  await browse(visit, "gpc");
  for (const policy of [BASE, policyFor(["statistics"]), policyFor([])]) {
    await open(visit, policy);
    assert.deepEqual((await visit.state()).optedOut, []);
    assert.equal((await visit.state()).asks, true);
    assert.equal(await said(visit).count(), 0);
    await visit.control("accept-all").click();
    await isIn(visit);
    assert.deepEqual(await last(visit), {
      version: 1,
      action: "accept-all",
      via: "banner",
      granted: ["analytics", "functionality"],
      denied: [],
      signals: ["gpc"],
    });
    assert.doesNotMatch((await visit.stateCookie()).value, /\.[A-Z]\./);
    await visit.forget();
  }
});

visitTest(
  "all that is asked is for sale: nobody is asked, and the small button leads to the settings",
  async (visit) => {
    await browse(visit, "gpc");
    const policy = { ...SELLING, categories: SELLING.categories.filter(({ id }) => id !== "functionality") };
    policy.items = policy.items.filter(({ category }) => category !== "functionality");
    await open(visit, policy, { tag: PLAIN_TAG });
    assert.deepEqual(await last(visit), OPT_OUT);
    assert.equal((await visit.state()).asks, false);
    assert.equal(await visit.control("accept-all").count(), 0);
    await visit.control("open").click();
    await visit.control("accept-all").click();
    assert.deepEqual(await last(visit), { ...OPT_OUT, action: "accept-all", via: "settings" });
    await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
    await isOut(visit);
    assert.notEqual(await visit.storage(OWN.ledger()), null);
  },
);

visitTest(
  "at 320 pixels the sentence keeps both answers on the screen and nothing scrolls sideways, where it is long and where it runs from the right",
  async (visit) => {
    await browse(visit, "gpc");
    await visit.page.setViewportSize({ width: 320, height: 568 });
    for (const lang of ["el", "fr", "ga", "ar", "ja"]) {
      await visit.forget();
      await open(visit, SELLING, { lang });
      // In the words of that language once they are there.
      await visit.page
        .locator(`consent-banner[lang=${lang}]`)
        .getByText("(GPC)")
        .or(visit.page.getByText("（GPC）"))
        .waitFor();
      for (const action of ["accept-all", "reject-all"]) {
        const { x, y, width, height } = await visit.control(action).boundingBox();
        assert.ok(x >= 0 && y >= 0 && x + width <= 320 && y + height <= 568, `${lang}: ${action}`);
      }
      assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, lang);
    }
    // The policy of this test speaks English alone.
    visit.forgive(/language-missing/);
  },
);
