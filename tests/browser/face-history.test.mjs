// The visitor's own history in the settings, and the two files that they can take with them.
//
// Left out: the ledger itself and its proof (record).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NOON, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("opt")], {
  services: [{ id: "player", category: "functionality", name: "Player <b>", provider: "Player & Sons" }],
});
const history = (visit) => visit.page.locator("consent-banner [part=history]");
const plain = (text) => text.replace(/\s+/g, " ");

async function entries(visit) {
  await visit.control("open").click();
  await history(visit).locator("summary").click();
  return (await history(visit).getByRole("listitem").allInnerTexts()).map(plain);
}

async function take(visit, action) {
  const [file] = await Promise.all([visit.page.waitForEvent("download"), visit.control(action).click()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

async function decide(visit, parts) {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open({ policy: POLICY, ...parts });
  await visit.control("reject-all").click();
  await visit.page.clock.setFixedTime(NOON + 60_000);
  await visit.decide("save", { analytics: true, player: true });
  await visit.page.clock.setFixedTime(NOON + 120_000);
}

visitTest("before any decision there is nothing to tell", async (visit) => {
  await visit.open({ policy: POLICY });
  await visit.control("settings").click();
  await history(visit).locator("summary").click();
  assert.ok((await history(visit).innerText()).includes("There is no decision yet."));
  assert.equal((await visit.control("receipt").count()) + (await visit.control("export").count()), 0);
});

visitTest(
  "decisions stand there, newest first, with times and names; what the policy has no longer, by its id",
  async (visit) => {
    await decide(visit);
    const [saved, rejected] = await entries(visit);
    assert.ok(
      saved.startsWith("Saved a choice January 1, 2030 at 12:01:00") &&
        saved.includes("Granted Title of analytics, Player <b>") &&
        saved.includes("Denied Title of functionality"),
      saved,
    );
    assert.ok(saved.includes("Valid until July 2, 2030"), saved);
    assert.ok(
      rejected.startsWith("Rejected all January 1, 2030 at 12:00:00") && !rejected.includes("Granted"),
      rejected,
    );
    await visit.page.keyboard.press("Escape");

    await visit.open({ policy: policyOf([]), lang: "fr" });
    await visit.control("settings").click();
    await history(visit).locator("summary").click();
    const first = plain(await history(visit).getByRole("listitem").first().innerText());
    assert.ok(first.includes("1 janvier 2030") && first.includes("player"), first);
    // The policy of this test has English texts only.
    await visit.problem(/language-missing/);
  },
  { timezoneId: "UTC" },
);

visitTest("the receipt is a page of its own, with every decision, that runs and asks for nothing", async (visit) => {
  await decide(visit);
  await entries(visit);
  const { name, text } = await take(visit, "receipt");
  assert.equal(name, "consent-receipt.html");
  const records = await visit.ledger();
  const requests = [];
  const page = await visit.context.newPage();
  page.on("request", (request) => requests.push(request.url()));
  await page.setContent(text);
  assert.deepEqual(
    await page.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.dir,
      document.scripts.length,
      document.querySelectorAll("b, link, img, [style]").length,
      document.compatMode,
    ]),
    ["en", "ltr", 0, 0, "CSS1Compat"],
  );
  assert.match(await page.title(), /^Receipt of your decisions · localhost/);
  const words = plain(await page.innerText("body"));
  for (const part of [
    "Test SAS",
    records[0].subject,
    "Saved a choice",
    "Player <b>",
    "Edition of 1",
    ...records.flatMap(({ id, notice, policy, build }) => [id, notice.hash, policy.hash, build]),
  ])
    assert.ok(words.includes(part), part);
  assert.ok(words.indexOf("Saved a choice") < words.indexOf("Rejected all"));
  assert.deepEqual(requests, []);
});

visitTest("the record as a file is the ledger, byte for byte", async (visit) => {
  await decide(visit);
  await entries(visit);
  const { name, text } = await take(visit, "export");
  assert.equal(name, "consentinel-ledger.ndjson");
  assert.equal(text, await visit.storage("consentinel-ledger.test-site"));
  assert.equal((await visit.ledger()).length, 2, "taking it along decides nothing");
});
