// Visitors who would be asked again and again where an answer is kept for one page alone: each is asked once, and not
// again before half a year is over. The clock is the page's, so that a test takes no half year.
//
// Left out: single steps of that (real-answers.test.mjs, real-other-site.test.mjs, real-languages.test.mjs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { consentCookies } from "../../dist/npm/server.js";
import { NOON, OWN, days, html, item, policyOf, repositoryFile, site } from "./site.mjs";

// The headless shell gives a frame of another site the storage that it has anywhere.
const visitTest = site({ isShell: false });

const POLICY = policyOf([item("need", "necessary"), item("opt")]);
const LIFE_DAYS = 182;
const EVERY_DAYS = 26;

/**
 * Declares a visitor: `come(visit, count, now)` goes to a page of theirs and answers what shows it, a page or a frame; on each
 * visit the question is there or not, which is all that is looked at. Who `stays` comes twice on the day of the answer.
 */
function asked(name, come, { stays } = {}) {
  for (const [action, choice] of [
    ["accept-all", "granted"],
    ["reject-all", "denied"],
  ]) {
    visitTest(`${name}: asked once in six months, ${choice}`, async (visit) => {
      const control = (shown, wanted) => shown.locator(`consent-banner [data-consent-action="${wanted}"]`);
      let count = 0;
      for (let day = 0; day < LIFE_DAYS; day += EVERY_DAYS) {
        await visit.page.clock.setFixedTime(NOON + days(day));
        let shown = await come(visit, count++, NOON + days(day));
        if (day === 0) await control(shown, action).click();
        if (day === 0 && stays) shown = await come(visit, count, NOON);
        await shown.waitForFunction((word) => window.consentinel.state.categories.analytics === word, choice);
        assert.equal(await control(shown, "accept-all").count(), 0, `day ${day}`);
        visit.forgive(/^consentinel: storage-denied/);
      }
      await visit.page.clock.setFixedTime(NOON + days(LIFE_DAYS));
      await control(await come(visit, count, NOON + days(LIFE_DAYS)), "accept-all").waitFor();
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

const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>Without the tag</title>';

/** Safari, on a site that was not visited for seven days: all that script wrote is gone, what a server sent stays. */
async function loseWhatScriptWrote(visit) {
  visit.serve("/plain.html", PLAIN);
  await visit.page.goto(visit.url("/plain.html"));
  await visit.page.evaluate(() => localStorage.clear());
  const cookies = await visit.context.cookies();
  await visit.context.clearCookies();
  await visit.context.addCookies(cookies.filter(({ value }) => value.includes("!")));
}

// What sends the answer again, each a function from the address and the headers of a request to those of its answer.
const AGAIN = {
  "the function of consentinel/server": (visit) => {
    const again = consentCookies(POLICY, { origin: visit.url("/") });
    return (_, { cookie, "sec-fetch-mode": mode }) => again({ cookie, mode });
  },
};
// Those that docs/api.md shows for hosts of static files.
const [, shown] = readFileSync(repositoryFile("docs/api.md"), "utf8").match(
  /```js\n(\/\/ On a host of static [^]*?)```/,
);
const shipped = await import(
  `data:text/javascript,${encodeURIComponent(shown.replaceAll("consentinel-shop", OWN.cookie()))}`
);
for (const [host, act] of [
  ["Cloudflare Pages", (request, next) => shipped.onRequest({ request, next })],
  ["Netlify", (request, next) => shipped.default(request, { next })],
]) {
  AGAIN[`a function on ${host}`] = () => async (url, headers) => {
    const { headers: sent } = await act(new Request(url, { headers }), async () => new Response());
    return { "Set-Cookie": sent.getSetCookie(), "Cache-Control": sent.get("Cache-Control") ?? "no-cache" };
  };
}

for (const [name, begin] of Object.entries(AGAIN)) {
  const visitors = new WeakMap();
  asked(
    `a visitor whose browser drops all that script wrote, of a site that sends the answer again by ${name}`,
    async (visit, _, now) => {
      const visitor = visitors.get(visit) ?? { answer: begin(visit), last: now };
      visitors.set(visit, visitor);
      if (now - visitor.last > days(7)) await loseWhatScriptWrote(visit);
      visitor.last = now;
      visit.serve("/page.html", async ({ headers }, response) => {
        // The server is as far in the half year as the page.
        mock.timers.enable({ apis: ["Date"], now });
        const sent = visitor.answer(visit.url("/page.html"), headers);
        mock.timers.reset();
        response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...(await sent) });
        response.end(html({ policy: POLICY }));
      });
      await visit.page.goto(visit.url("/page.html"));
      return visit.page;
    },
    { stays: true },
  );
}

visitTest(
  "a visitor whose browser drops all that script wrote, of a site of files alone: asked again at the next visit",
  async (visit) => {
    await visit.open({ policy: POLICY });
    await visit.control("accept-all").click();
    await loseWhatScriptWrote(visit);
    await visit.open({ policy: POLICY });
    await visit.control("accept-all").waitFor();
  },
);

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
