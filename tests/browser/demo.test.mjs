// The Jimo page of the demo as `cargo xtask demo` serves it: what a visitor's jar holds before and after each kind
// of answer, and when an answer stops counting. How the page is made is not looked at.

import assert from "node:assert/strict";
import { JIMO_NAMES, JIMO_NECESSARY, NOON, days, site } from "./site.mjs";

const visitTest = site();

const MINUTE_MS = 60_000;
const LIVE = ["widget.html", "pixel.svg"];

const openDemo = (visit, path = "/jimo/") => visit.page.goto(visit.url(path));

/** What the page shows about its own attempts of one kind: verdicts by item. */
async function attempts(visit, how) {
  const rows = visit.page.locator(`#attempts tbody tr[data-how="${how}"]`);
  return rows.evaluateAll((all) => all.map((row) => [row.dataset.item, row.dataset.verdict]));
}

async function inert(visit) {
  const notes = await visit.page.locator("[data-inert]").evaluateAll((all) => all.map((note) => note.dataset.state));
  assert.equal(notes.length, 4);
  return [...new Set(notes)].join(" and ");
}

/** Makes the page try everything again in each of its ways. */
async function tryEverything(visit) {
  await visit.page.reload();
  await visit.page.locator("#try-all").click();
}

async function assertOnlyNecessary(visit, when) {
  assert.deepEqual(await visit.jar(), JIMO_NECESSARY, when);
}

visitTest("before a choice only strictly necessary items exist: at load, on a click, on the timer", async (visit) => {
  await visit.page.clock.install({ time: NOON });
  await openDemo(visit);
  await visit.page.locator("#try-all").click();
  await visit.page.clock.runFor(5100);

  for (const how of ["load", "click", "timer"]) {
    const tried = await attempts(visit, how);
    assert.deepEqual(tried.map(([name]) => name).sort(), JIMO_NAMES, how);
    for (const [name, verdict] of tried) {
      assert.equal(verdict, JIMO_NECESSARY.includes(name) ? "allow" : "hold", `${name}, ${how}`);
    }
  }
  assert.deepEqual(await attempts(visit, "after the tag"), [["_JIMO_BOOSTED_VIEWED", "hold"]]);
  await assertOnlyNecessary(visit);
  assert.equal(await visit.stateCookie(), undefined, "nothing of ours is stored before a decision either");
  assert.equal(await inert(visit), "inert");
  assert.deepEqual(visit.requested(new RegExp(LIVE.join("|"))), []);
});

visitTest("after Reject all nothing optional comes, over three reloads", async (visit) => {
  await openDemo(visit);
  await visit.control("reject-all").click();
  for (let round = 0; round < 3; round++) {
    await tryEverything(visit);
    await assertOnlyNecessary(visit, `reload ${round}`);
    assert.equal(await visit.control("reject-all").count(), 0, "nobody is asked again");
    assert.equal(await inert(visit), "inert");
  }
  assert.deepEqual(await attempts(visit, "after the tag"), [["_JIMO_BOOSTED_VIEWED", "refuse"]]);
  assert.deepEqual(visit.requested(new RegExp(LIVE.join("|"))), []);
});

visitTest("after Accept all every item exists and inert markup lives; a decision outlives a reload", async (visit) => {
  await openDemo(visit);
  const loaded = LIVE.map((name) => visit.page.waitForResponse((response) => response.url().endsWith(name)));
  await visit.control("accept-all").click();
  await Promise.all(loaded);
  assert.deepEqual(await visit.jar(), JIMO_NAMES, "what was tried before the answer came through");
  await visit.page.locator('[data-inert="template"][data-state="released"]').waitFor();
  assert.equal(await inert(visit), "released");

  await visit.page.reload();
  assert.deepEqual(await visit.jar(), JIMO_NAMES);
  assert.equal(await visit.control("accept-all").count(), 0);
  // A frame comes to life a task later than the rest.
  await visit.page.locator('[data-inert="iframe"][data-state="released"]').waitFor();
  assert.equal(await inert(visit), "released");
});

visitTest("after withdrawal the optional items are gone and stay gone", async (visit) => {
  await openDemo(visit);
  await visit.control("accept-all").click();
  assert.deepEqual(await visit.jar(), JIMO_NAMES);

  await visit.control("open").click();
  await visit.control("withdraw").click();
  await assertOnlyNecessary(visit, "at once");
  assert.equal(await visit.page.locator("#inert-template-content").count(), 0);
  assert.equal(await visit.page.locator("#inert iframe[src]:not([src='about:blank'])").count(), 0);
  assert.equal(await visit.page.locator("#inert .slot img[src]").count(), 0);

  await visit.page.locator("#try-all").click();
  await assertOnlyNecessary(visit, "after new attempts");
  const before = visit.requested(new RegExp(LIVE.join("|"))).length;
  await tryEverything(visit);
  await assertOnlyNecessary(visit, "after a reload and new attempts");
  assert.equal(visit.requested(new RegExp(LIVE.join("|"))).length, before);
});

for (const answer of ["accept-all", "reject-all"]) {
  visitTest(`${answer} counts for 182 days and not a minute longer`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await openDemo(visit);
    await visit.control(answer).click();
    const answered = answer === "accept-all" ? JIMO_NAMES : JIMO_NECESSARY;

    await visit.page.clock.setFixedTime(NOON + days(182) - MINUTE_MS);
    await tryEverything(visit);
    assert.deepEqual(await visit.jar(), answered);
    assert.equal(await visit.control(answer).count(), 0);

    await visit.page.clock.setFixedTime(NOON + days(182) + MINUTE_MS);
    await tryEverything(visit);
    await visit.control(answer).waitFor();
    await assertOnlyNecessary(visit, "expired");
  });
}

visitTest("an answer also expires on a page that stays open", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await openDemo(visit);
  await visit.control("accept-all").click();
  await visit.page.clock.setFixedTime(NOON + days(182) + MINUTE_MS);
  await visit.page.locator("#try-all").click();
  await assertOnlyNecessary(visit, "the next attempt notices");
  await visit.control("accept-all").waitFor();
});

visitTest("the page in French asks in French, and its table shows what the jar shows", async (visit) => {
  await openDemo(visit, "/jimo/?lang=fr");
  assert.equal(await visit.control("reject-all").textContent(), "Tout refuser");
  await visit.control("accept-all").click();
  await visit.page.locator("#try-all").click();
  await visit.page.waitForFunction(
    (count) => document.querySelectorAll("#jar li").length === count,
    JIMO_NAMES.length + 1,
  );
  const shown = await visit.page.locator("#jar li").evaluateAll((all) => all.map((line) => line.dataset.item).sort());
  assert.deepEqual(shown, [...JIMO_NAMES, "consentinel-jimo-site"].sort());
  assert.equal(await visit.page.locator("#ledger li").count(), 1);
});

visitTest("the page of the looks: every control changes the banner, and prints what to copy", async (visit) => {
  await openDemo(visit, "/theme.html");
  const { page } = visit;
  const css = page.locator("#css-text");
  await css.getByText("/* Nothing: these are the looks as they come. */").waitFor();
  await page.locator("#verdict").getByText("Every contrast is high enough, in light and in dark.").waitFor();
  assert.equal(await page.locator("#light-background").inputValue(), "#ffffff");
  assert.equal(await page.locator("#dark-soft").inputValue(), "#b1bcc9");
  const drawn = () => visit.control("accept-all").evaluate((button) => getComputedStyle(button).backgroundColor);
  await page.locator("#accent").evaluate((control) => (control.value = "#b4532a"));
  await page.locator("#has-accent").check();
  assert.equal(await css.innerText(), "consent-banner {\n  --consent-accent: #b4532a;\n}");
  assert.equal(await drawn(), "rgb(180, 83, 42)");
  await page.locator("#has-accent").uncheck();
  await page.locator("#density").fill("1.25");
  assert.equal(await css.innerText(), "consent-banner {\n  --consent-density: 1.25;\n}");
  await page.locator("#light-text").fill("#999999");
  await page.locator("#verdict.low").waitFor();
  await page.locator("[name=placement][value=corner]").check();
  assert.equal(await page.locator("consent-banner").getAttribute("placement"), "corner");
  assert.equal(await page.locator("#policy-text").innerText(), '"placement": "corner"');
});
