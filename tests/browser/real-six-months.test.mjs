// Visitors who would be asked again and again where an answer is kept for one page alone: each is asked once, and not
// again before half a year is over. The clock is the page's, so that a test takes no half year.
//
// Left out: single steps of that (real-answers.test.mjs, real-other-site.test.mjs, real-languages.test.mjs).

import assert from "node:assert/strict";
import { NOON, days, html, item, policyOf, site } from "./site.mjs";

// The headless shell gives a frame of another site the storage that it has anywhere.
const visitTest = site({ isShell: false });

const POLICY = policyOf([item("need", "necessary"), item("opt")]);
const LIFE_DAYS = 182;
const EVERY_DAYS = 26;

/**
 * Declares a visitor: `come(visit, count)` goes to a page of theirs and answers what shows it, a page or a frame; on each
 * visit the question is there or not, which is all that is looked at.
 */
function asked(name, come) {
  for (const [action, choice] of [
    ["accept-all", "granted"],
    ["reject-all", "denied"],
  ]) {
    visitTest(`${name}: asked once in six months, ${choice}`, async (visit) => {
      const control = (shown, wanted) => shown.locator(`consent-banner [data-consent-action="${wanted}"]`);
      let count = 0;
      for (let day = 0; day < LIFE_DAYS; day += EVERY_DAYS) {
        await visit.page.clock.setFixedTime(NOON + days(day));
        const shown = await come(visit, count++);
        if (day === 0) await control(shown, action).click();
        await shown.waitForFunction((word) => window.consentinel.state.categories.analytics === word, choice);
        assert.equal(await control(shown, "accept-all").count(), 0, `day ${day}`);
        visit.forgive(/^consentinel: storage-denied/);
      }
      await visit.page.clock.setFixedTime(NOON + days(LIFE_DAYS));
      await control(await come(visit, count), "accept-all").waitFor();
      visit.forgive(/^consentinel: storage-denied/);
    });
  }
}

asked("a visitor whose browser drops what script wrote after seven days", async (visit, count) => {
  // The cookie is gone at every second visit, as Safari has it.
  if (count % 2) {
    await visit.page.goto("about:blank");
    await visit.context.clearCookies();
  }
  await visit.open({ policy: POLICY });
  return visit.page;
});

const HOSTS = ["www.shop.localhost", "shop.localhost", "help.shop.localhost"];
asked("a visitor of the hosts of one site", async (visit, count) => {
  await visit.open({ policy: { ...POLICY, share: "shop.localhost" } }, { host: HOSTS[count % HOSTS.length] });
  return visit.page;
});

asked("a visitor of a page in the frame of another site", async (visit) => {
  visit.serve("/framed.html", html({ policy: POLICY }));
  visit.serve(
    "/top.html",
    `<!doctype html><link rel="icon" href="data:,"><title>Another site</title><iframe src="${visit.url("/framed.html", "framed.localhost")}" width="900" height="700"></iframe>`,
  );
  await visit.page.goto(visit.url("/top.html"));
  const frame = visit.page.frames()[1];
  await frame.waitForFunction(() => window.consentinel);
  return frame;
});

asked("a visitor of a single-page application in two languages", async (visit, count) => {
  const spoken = ["en", "fr"];
  await visit.open({ policy: POLICY, lang: spoken[count % 2] });
  // It goes on in the other one, and is in it before anybody answers.
  const other = spoken[(count + 1) % 2];
  await visit.page.evaluate((lang) => void (document.documentElement.lang = lang), other);
  await visit.page.locator(`consent-banner[lang=${other}]`).waitFor({ state: "attached" });
  return visit.page;
});
