// The answer survives: cookies that the browser drops after some days, servers that send an old one, several hosts and
// several sites of one host, frames of other sites, and the upgrade from version 0.1.0. Each test is named after its
// situation.
//
// Left out: which of several stored states counts, for every pair (tests/kept.rs, tests/vectors/kept.json), and what no
// stored state can grant (kept.test.mjs).

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { consentCookies } from "../../dist/npm/server.js";
import { NOON, OWN, days, html, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")]);
const HEAD = '<script>document.cookie = "opt=1; Path=/"; window.early = consentinel.state.categories;</script>';
const PARTS = { policy: POLICY, head: HEAD };
const KEPT = OWN.state();
const DAY_S = 86_400;

const back = async (visit, path = "/page.html") => {
  await visit.page.goto(visit.url(path));
  await visit.whole();
};
const early = (visit) => visit.page.evaluate(() => window.early.analytics);
/** The browser drops the cookies, while no page of ours is there to write them again. */
const lose = async (visit) => {
  await visit.page.goto("about:blank");
  await visit.context.clearCookies();
};
const analytics = async (visit) => (await visit.categories()).analytics;
/** Whether the second part was asked for since. */
const calls = (visit) => visit.requested(/part\.js/).length;
/** What the browser has of the question: nothing may be seen of it, not even for a moment. */
const WATCH = `<script>
  window.asked = 0;
  new MutationObserver(() => {
    const layer = document.querySelector("consent-banner")?.shadowRoot?.querySelector("[part=banner]");
    if (layer) window.asked++;
  }).observe(document, { childList: true, subtree: true });
</script>`;
const asked = async (visit) =>
  (await visit.page.evaluate(() => window.asked)) > 0 || (await visit.control("reject-all").count()) > 0;

// ---- seven days ---------------------------------------------------------------------------------

visitTest("seven days: the cookie is gone, and a refusal is there at once", async (visit) => {
  await visit.open(PARTS);
  await visit.control("reject-all").click();
  const { value, expires } = await visit.stateCookie();
  await lose(visit);
  const before = calls(visit);
  await back(visit);
  assert.equal(await early(visit), "denied");
  const cookie = await visit.stateCookie();
  assert.equal(cookie.value, value, "and the cookie stands again");
  assert.ok(Math.abs(cookie.expires - expires) < 5, "with the same end");
  assert.equal(calls(visit), before, "without the second part");
  assert.deepEqual(await visit.jar(), []);
});

visitTest("seven days: the cookie is gone, and a grant is there once its chain was checked", async (visit) => {
  const parts = { ...PARTS, before: WATCH };
  await visit.open(parts);
  await visit.control("accept-all").click();
  const { value, expires } = await visit.stateCookie();
  await lose(visit);
  await back(visit);
  assert.equal(await early(visit), "undecided", "not before");
  assert.equal(await analytics(visit), "granted");
  assert.equal(await asked(visit), false, "nobody is asked");
  const cookie = await visit.stateCookie();
  assert.equal(cookie.value, value);
  assert.ok(Math.abs(cookie.expires - expires) < 5);
  assert.deepEqual(await visit.jar(), ["opt"], "what waited has run");
  await back(visit);
  assert.equal(await early(visit), "granted");
});

visitTest("seven days: the cookie is gone, and a ledger that was changed grants nothing", async (visit) => {
  await visit.open(PARTS);
  await visit.control("accept-all").click();
  visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>Without the tag</title>');
  for (const [spoil, told] of [
    [
      (key) => localStorage.setItem(key, localStorage.getItem(key).replace('"via"', '"vi"')),
      /^consentinel: ledger-broken/,
    ],
    [(key) => localStorage.removeItem(key), null],
  ]) {
    await visit.page.goto(visit.url("/plain.html"));
    const kept = await visit.storage(KEPT);
    await visit.context.clearCookies();
    await visit.page.evaluate(spoil, OWN.ledger());
    await back(visit);
    if (told) await visit.problem(told);
    assert.equal(await analytics(visit), "undecided");
    assert.equal(await visit.control("reject-all").isVisible(), true);
    await visit.page.goto(visit.url("/plain.html"));
    await visit.page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEPT, kept]);
  }
});

visitTest(
  "seven days: the cookie is gone, and a record that denies is stronger than the text beside it",
  async (visit) => {
    await visit.open(PARTS);
    await visit.decide("acceptAll");
    const kept = await visit.storage(KEPT);
    await visit.decide("rejectAll");
    visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>Without the tag</title>');
    await visit.page.goto(visit.url("/plain.html"));
    await visit.context.clearCookies();
    await visit.page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEPT, kept]);
    await back(visit);
    assert.equal(await analytics(visit), "denied");
  },
);

visitTest("seven days: who comes back every week is asked once in six months", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  const parts = { ...PARTS, before: WATCH };
  await visit.open(parts);
  await visit.control("accept-all").click();
  const end = Number((await visit.state()).expiresAtMs);
  // A visit every six days, of which each fifth is made here; every other one finds the cookie gone.
  for (let day = 6; day < 182; day += 30) {
    await visit.page.clock.setFixedTime(NOON + days(day));
    const isGone = day % 60 === 6;
    if (isGone) await lose(visit);
    await back(visit);
    assert.equal(isGone ? await analytics(visit) : await early(visit), "granted", `day ${day}`);
    assert.equal((await visit.state()).expiresAtMs, end, "never prolonged");
    assert.equal(await asked(visit), false);
  }
  await visit.page.clock.setFixedTime(NOON + days(182));
  await back(visit);
  assert.equal(await asked(visit), true);
});

visitTest("seven days: a visit writes the cookie anew, and not what a server has sent", async (visit) => {
  await visit.open(PARTS);
  await visit.control("reject-all").click();
  const { name, value } = await visit.stateCookie();
  const end = Date.now() / 1000 + 7 * DAY_S;
  // Capped by the browser to seven days, or sent by a server.
  for (const [given, lives] of [
    [value, 182],
    [`${value}!1`, 7],
  ]) {
    await visit.setCookie(name, given, { expires: end });
    const before = calls(visit);
    await back(visit);
    const cookie = await visit.stateCookie();
    assert.equal(cookie.value, given);
    assert.ok(Math.abs((cookie.expires - Date.now() / 1000) / DAY_S - lives) < 0.1, `${cookie.expires}`);
    assert.equal(await early(visit), "denied");
    assert.equal(calls(visit), before);
    assert.deepEqual(visit.problems, []);
  }
});

// ---- the server's function ----------------------------------------------------------------------

/** The content hash of a category, as docs/record.md has it. */
function contentHash(id) {
  const { categories, items, controller } = POLICY;
  const told = [categories.find((category) => category.id === id), ...items.filter(({ category }) => category === id)];
  const plain = (entry) =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(entry)
          .map(([key, value]) => [key, value.en ?? value])
          .sort(([one], [other]) => (one < other ? -1 : 1)),
      ),
    );
  return createHash("sha256")
    .update(JSON.stringify([...told.map(plain).sort(), controller.name]))
    .digest("hex")
    .slice(0, 12);
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}

/** Serves the page as a site does that sends the answer again. */
function serveAgain(visit, path, parts, more = {}) {
  const again = consentCookies(POLICY, { origin: visit.url("/") });
  visit.serve(path, async (request, response) => {
    const headers = again({ cookie: request.headers.cookie, mode: request.headers["sec-fetch-mode"] });
    await more.wait?.();
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...headers }).end(html(parts));
  });
}

visitTest("seven days: cookie and local storage are gone, and the cookie of the server holds", async (visit) => {
  serveAgain(visit, "/page.html", PARTS);
  await back(visit);
  await visit.control("accept-all").click();
  await back(visit);
  const sent = await visit.stateCookie();
  assert.match(sent.value, /^2~.*![0-9a-z]+$/);
  // What script has written is gone; what the server sent stays.
  visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>Without the tag</title>');
  await visit.page.goto(visit.url("/plain.html"));
  await visit.page.evaluate(() => localStorage.clear());
  await back(visit);
  assert.equal(await early(visit), "granted");
  assert.deepEqual(await visit.stateCookie(), sent, "once a day");
});

visitTest("a slow response: what was withdrawn while it was on its way stays withdrawn", async (visit) => {
  const [asked, withdrawn] = [resolvers(), resolvers()];
  await visit.open(PARTS);
  await visit.decide("acceptAll");
  serveAgain(visit, "/slow.html", PARTS, {
    wait() {
      asked.resolve();
      return withdrawn.promise;
    },
  });
  visit.serve("/asked", (_, response) => void asked.promise.then(() => response.end()));
  visit.serve("/withdrawn", (request, response) => {
    withdrawn.resolve(request.headers.cookie);
    response.end();
  });
  const arrived = visit.page.waitForURL("**/slow.html");
  await visit.page.evaluate(
    () =>
      void setTimeout(async () => {
        location.assign("/slow.html");
        await fetch("/asked");
        window.owner.withdraw();
        await window.consentinel.notice();
        await fetch("/withdrawn");
      }),
  );
  await arrived;
  await visit.whole();
  const [, value] = (await withdrawn.promise).match(/consentinel-test-site=([^;]*)/);
  assert.match(value, /~analytics\.d\./);
  assert.equal(await early(visit), "denied");
  assert.equal((await visit.stateCookie()).value, value, "the page has written its own again");
  assert.deepEqual(await visit.jar(), []);
  await back(visit, "/slow.html");
  assert.equal(await early(visit), "denied");
});

test("a server that sends the cookie again: on navigations only, once a day, with the life that it has left", () => {
  const again = consentCookies(POLICY);
  const now = Date.now();
  const time = (ms) => ms.toString(36);
  const state = (choice, end = now + days(100), at = now) =>
    `1~${time(at)}~6utEPFpSDYSPFfhQ-nmHQg~en~analytics.${choice}.${time(Math.floor(end / 1000))}.${contentHash("analytics")}`;
  const ask = (cookie, mode = "navigate") => again({ cookie, mode });
  const name = OWN.cookie();
  for (const mode of ["cors", "no-cors", "same-origin", "websocket", "", null])
    assert.deepEqual(ask(`${name}=${state("d")}`, mode), {}, mode);
  assert.deepEqual(again(), {});
  for (const cookies of [undefined, "", "a=b", `${name}=`, `${name}=1~x`, `${name}=${state("d", now - 1000)}`])
    assert.deepEqual(ask(cookies), {}, cookies);
  const {
    "Set-Cookie": [cookie, ...others],
    ...headers
  } = ask(`a=b; ${name}=${state("g")}`);
  assert.deepEqual(others, []);
  assert.deepEqual(headers, { "Cache-Control": "private" });
  const found = cookie.match(/^(\S+); Path=\/; SameSite=Lax; Max-Age=(\d+); Secure$/);
  assert.ok(found, cookie);
  assert.ok(Math.abs(found[2] - 100 * DAY_S) < 5);
  assert.deepEqual(ask(found[1]), {}, "not again today");
  assert.match(ask(found[1].replace(/!.*/, "!1"))["Set-Cookie"][0], /^consentinel-test-site=/);
  // Of several the latest, and the name of 0.1.0 makes way.
  const old = state("g", now + days(100), now - 1);
  assert.ok(ask(`${name}=${old}; ${name}=${state("d")}`)["Set-Cookie"][0].startsWith(`${name}=${state("d")}!`));
  assert.deepEqual(ask(`${name}=${state("g")}; ${name}=${state("d")}`), {}, "two that differ are left to the page");
  const moved = ask(`consentinel=${old}`)["Set-Cookie"];
  assert.ok(moved[0].startsWith(`${name}=${old}!`));
  assert.equal(moved[1], "consentinel=; Path=/; SameSite=Lax; Max-Age=0; Secure");
});

// ---- two sites of one host ----------------------------------------------------------------------

visitTest("two sites under two paths of one host: each asks once, and keeps its own records", async (visit) => {
  const other = { ...POLICY, id: "other-site", controller: { name: "Other SAS" } };
  const at = (path, policy) => visit.open({ ...PARTS, policy }, { path });
  await at("/shop/page.html", POLICY);
  await visit.control("accept-all").click();
  await at("/blog/page.html", other);
  assert.equal(await analytics(visit), "undecided", "asked for itself");
  await visit.control("reject-all").click();
  for (const [path, policy, choice] of [
    ["/shop/page.html", POLICY, "granted"],
    ["/blog/page.html", other, "denied"],
  ]) {
    await at(path, policy);
    assert.equal(await early(visit), choice);
    const records = await visit.ledger();
    assert.deepEqual(
      records.map(({ policy }) => policy.id),
      [policy.id],
    );
    // What stands in for a lost cookie is each site's own, too.
    await lose(visit);
    await at(path, policy);
    assert.equal(await analytics(visit), choice);
  }
});

// ---- the upgrade --------------------------------------------------------------------------------

/** An answer as 0.1.0 wrote it: without the marks of policies. */
const older = (text) => text.replace(/^2~/, "1~").replace(/(\.[gdu]\.\w+\.[0-9a-f]{12})(-\w+)+/g, "$1");

/** Puts what is stored under the names of 0.1.0: the cookie and the ledger, or what of them is still there. */
async function asBefore(visit, { cookie, ledger, kept }, id) {
  const { value, expires } = await visit.stateCookie();
  visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>Without the tag</title>');
  await visit.page.goto(visit.url("/plain.html"));
  const texts = [await visit.storage(OWN.ledger(id)), older(await visit.storage(OWN.state(id)))];
  await visit.forget();
  if (cookie) await visit.setCookie("consentinel", older(value), { expires, sameSite: "Lax" });
  await visit.page.evaluate(
    ([texts, has]) => {
      const keys = ["consentinel-ledger", "consentinel-state"];
      for (const at in keys) if (has[at]) localStorage.setItem(keys[at], texts[at]);
    },
    [texts, [ledger, kept]],
  );
  return value;
}
const names = (visit) => visit.page.evaluate(() => Object.keys(localStorage).sort());

for (const [choice, action] of [
  ["granted", "accept-all"],
  ["denied", "reject-all"],
]) {
  for (const [what, had] of Object.entries({
    "the cookie alone": { cookie: true },
    "the ledger alone": { ledger: true },
    "cookie and ledger": { cookie: true, ledger: true },
    "cookie, ledger and the text beside it": { cookie: true, ledger: true, kept: true },
    "ledger and the text beside it": { ledger: true, kept: true },
  })) {
    visitTest(`the upgrade: ${what} of 0.1.0, ${choice}: nobody is asked again`, async (visit) => {
      const parts = { ...PARTS, before: WATCH };
      await visit.open(parts);
      await visit.control(action).click();
      const value = await asBefore(visit, had);
      await back(visit);
      await visit.page.evaluate(() => window.consentinel.notice());
      assert.equal(await analytics(visit), choice);
      assert.equal(await asked(visit), false);
      const cookies = await visit.context.cookies();
      const own = cookies.filter(({ name }) => name.startsWith("consentinel"));
      if (had.cookie || had.kept) assert.equal(own[0].value, value);
      assert.deepEqual(
        own.map(({ name }) => name),
        [OWN.cookie()],
        "one name goes in the step that writes the other",
      );
      // The next decision goes on in the chain of before.
      await visit.decide("rejectAll");
      const records = await visit.ledger();
      assert.deepEqual(
        records.map(({ action }) => action),
        had.ledger ? [action, "reject-all"] : ["reject-all"],
      );
      assert.deepEqual(await names(visit), [OWN.ledger(), KEPT]);
      await back(visit);
      assert.equal(await early(visit), "denied");
    });
  }
}

// Every field that came since, on all that 0.1.0 may have left; tests/vectors/upgrade.json has each of them alone.
const NEWER = {
  ...POLICY,
  revision: "2026-11",
  layout: "full",
  reopen: "end",
  links: [{ title: { en: "Imprint" }, url: "https://example.org/imprint" }],
  categories: POLICY.categories.map((category) => ({ ...category, revision: "1", summary: { en: "In a line." } })),
};
for (const [choice, action] of [
  ["granted", "accept-all"],
  ["denied", "reject-all"],
]) {
  for (const [what, had] of Object.entries({
    "the cookie alone": { cookie: true },
    "the ledger alone": { ledger: true },
    "cookie and ledger": { cookie: true, ledger: true },
  })) {
    visitTest(
      `the upgrade: ${what} of 0.1.0, ${choice}, and a policy with all that is new: nobody is asked again`,
      async (visit) => {
        await visit.open({ ...PARTS, before: WATCH });
        await visit.control(action).click();
        await asBefore(visit, had);
        await visit.open({ ...PARTS, before: WATCH, policy: NEWER });
        await visit.page.evaluate(() => window.consentinel.notice());
        assert.equal(await analytics(visit), choice);
        assert.equal(await asked(visit), false);
        await back(visit);
        assert.equal(await analytics(visit), choice);
      },
    );
  }
}

visitTest(
  "the upgrade: a cookie of 0.1.0 that another page writes later counts, and an earlier one does not",
  async (visit) => {
    await visit.open(PARTS);
    await visit.decide("rejectAll");
    const refused = older((await visit.stateCookie()).value);
    await visit.decide("acceptAll");
    await visit.setCookie("consentinel", refused);
    await back(visit);
    assert.equal(await analytics(visit), "granted");
    const at = Number.parseInt(refused.split("~")[1], 36) + 60_000;
    // A page that hears of the cookie while it is still there says the same once more.
    await visit.page.goto("about:blank");
    await visit.setCookie("consentinel", refused.replace(/^1~\w+/, `1~${at.toString(36)}`));
    await back(visit);
    assert.equal(await early(visit), "undecided");
    assert.equal(await analytics(visit), "denied");
    await visit.problem(/^consentinel: state-differs/);
  },
);

visitTest("the upgrade: what 0.1.0 left of another site of the host stays there", async (visit) => {
  const other = { ...POLICY, id: "other-site", controller: { name: "Other SAS" } };
  await visit.open({ ...PARTS, policy: other });
  await visit.decide("acceptAll");
  const value = await asBefore(visit, { cookie: true, ledger: true }, other.id);
  await visit.open(PARTS);
  assert.equal(await analytics(visit), "undecided");
  await visit.control("reject-all").click();
  assert.deepEqual(
    (await visit.ledger()).map(({ policy }) => policy.id),
    ["test-site"],
  );
  await visit.open({ ...PARTS, policy: other, before: WATCH });
  await visit.page.evaluate(() => window.consentinel.notice());
  assert.equal(await analytics(visit), "granted", "by its ledger");
  assert.equal(await asked(visit), false);
  assert.equal((await visit.stateCookie()).value.split("~")[0], value.split("~")[0]);
});

// ---- hosts of one site --------------------------------------------------------------------------

const SHARED = { ...POLICY, share: "shop.localhost" };
const HOSTS = ["www.shop.localhost", "shop.localhost", "deep.www.shop.localhost"];
const openAt = (visit, host, parts = {}) => visit.open({ ...PARTS, policy: SHARED, ...parts }, { host });

for (const [action, choice] of [
  ["accept-all", "granted"],
  ["reject-all", "denied"],
]) {
  visitTest(`hosts of one site: asked once, ${choice}`, async (visit) => {
    await openAt(visit, HOSTS[0]);
    await visit.control(action).click();
    for (const host of HOSTS) {
      await openAt(visit, host);
      assert.equal(await early(visit), choice, host);
    }
    assert.equal((await visit.stateCookie()).domain, ".shop.localhost");
  });
}

visitTest(
  "hosts of one site: what is withdrawn on one is withdrawn on all, and nothing brings it back",
  async (visit) => {
    for (const host of HOSTS.slice(0, 2)) {
      await openAt(visit, host);
      if (host === HOSTS[0]) await visit.control("accept-all").click();
      else await visit.decide("withdraw");
    }
    // Its own text beside the ledger still grants.
    await openAt(visit, HOSTS[0]);
    assert.equal(await early(visit), "denied");
    await visit.decide("acceptAll");
    await openAt(visit, HOSTS[1]);
    assert.equal(await early(visit), "granted");
    await visit.decide("withdraw");
    // The cookie is lost: what was granted on a host is not granted by that host alone.
    await lose(visit);
    await openAt(visit, HOSTS[0]);
    assert.equal(await analytics(visit), "undecided");
  },
);

visitTest(
  "hosts of one site: where the browser refuses the domain the answer counts for one host, and that is told",
  async (visit) => {
    for (const share of ["localhost", "elsewhere.localhost"]) {
      await openAt(visit, HOSTS[1], { policy: { ...POLICY, share } });
      await visit.decide("rejectAll");
      await visit.problem(/^consentinel: share-refused at share/);
      assert.equal((await visit.stateCookie()).domain, "shop.localhost");
      await openAt(visit, HOSTS[1], { policy: { ...POLICY, share } });
      assert.equal(await early(visit), "denied");
      await visit.forget();
    }
  },
);

visitTest("hosts of one site: a site that begins to share asks nobody again", async (visit) => {
  await openAt(visit, HOSTS[1], { policy: POLICY });
  await visit.decide("acceptAll");
  await openAt(visit, HOSTS[1]);
  assert.equal(await analytics(visit), "granted");
  await openAt(visit, HOSTS[0]);
  assert.equal(await early(visit), "granted");
});

// ---- one language a page ------------------------------------------------------------------------

/** The policy as a page prints it that knows one language. */
const printed = (language, more = {}) => {
  const text = (words) => ({ [language]: `${language}: ${words}` });
  return {
    ...POLICY,
    categories: POLICY.categories.map((category) => ({
      ...category,
      title: text(category.id),
      description: text(`about ${category.id}`),
      ...(category.id === "analytics" && more),
    })),
    items: POLICY.items.map((entry) => ({ ...entry, purpose: text(entry.name) })),
  };
};
const openIn = (visit, lang, more) => visit.open({ ...PARTS, before: WATCH, lang, policy: printed(lang, more) });

for (const [action, choice] of [
  ["accept-all", "granted"],
  ["reject-all", "denied"],
]) {
  visitTest(`pages that print one language each: asked once, ${choice}`, async (visit) => {
    await openIn(visit, "en");
    await visit.control(action).click();
    for (const lang of ["fr", "de", "en"]) {
      await openIn(visit, lang);
      await visit.page.evaluate(() => window.consentinel.notice());
      assert.equal(await analytics(visit), choice, lang);
      assert.equal(await asked(visit), false, lang);
    }
    assert.equal(await early(visit), choice, "in its own language at once");
    const before = calls(visit);
    for (const lang of ["fr", "de"]) {
      await openIn(visit, lang);
      assert.equal(await early(visit), choice, `judged once, at once from then on: ${lang}`);
    }
    assert.equal(calls(visit), before, "and without the second part");
  });
}

visitTest(
  "pages that print one language each: what was granted is not erased where another one is read",
  async (visit) => {
    await openIn(visit, "en");
    await visit.control("accept-all").click();
    await visit.page.evaluate(() => (document.cookie = "opt=of the first page; Path=/"));
    const head = "<script>window.early = consentinel.state.categories;</script>";
    await visit.open({ ...PARTS, head, lang: "fr", policy: printed("fr") });
    assert.equal(await early(visit), "undecided", "not judged yet");
    assert.equal(await analytics(visit), "granted");
    assert.match(await visit.page.evaluate(() => document.cookie), /\bopt=of the first page\b/);
  },
);

visitTest(
  "pages that print one language each: what is taken back at once takes no other answer with it",
  async (visit) => {
    await openIn(visit, "en");
    await visit.control("accept-all").click();
    const head = '<script>window.early = consentinel.state.categories; consentinel.withdraw("functionality");</script>';
    await visit.open({ ...PARTS, head, lang: "fr", policy: printed("fr") });
    assert.equal(await early(visit), "undecided", "not judged yet");
    await visit.page.evaluate(() => window.consentinel.notice());
    const now = { necessary: "necessary", functionality: "denied", analytics: "granted" };
    assert.deepEqual(await visit.categories(), now);
    assert.deepEqual((await visit.ledger()).at(-1).granted, ["analytics"]);
    await openIn(visit, "fr");
    assert.equal(await early(visit), "granted");
  },
);

visitTest("pages that print one language each: the browser's gate offers a reload once", async (visit) => {
  const offers = () => visit.page.evaluate(() => window.consentinel.state.waits);
  const services = [
    { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: ["counter.example"] },
  ];
  const open = (lang, more) => visit.open({ ...PARTS, lang, policy: { ...printed(lang), services, ...more } });
  await open("en");
  await visit.control("accept-all").click();
  for (const [turn, waits] of [
    [0, true],
    [1, false],
  ]) {
    await open("fr", { gate: "browser" });
    await visit.page.evaluate(() => window.consentinel.notice());
    assert.equal((await offers()).length > 0, waits, `visit ${turn}`);
  }
});

visitTest("pages that print one language each: other words are asked about in their language", async (visit) => {
  await openIn(visit, "en");
  await visit.control("accept-all").click();
  await openIn(visit, "en", { description: { en: "and for one thing more" } });
  assert.equal(await analytics(visit), "undecided");
  assert.equal((await visit.categories()).functionality, "granted");
});

visitTest(
  "a revision: none where there was none, a summary and a layout ask nobody again, another one does",
  async (visit) => {
    await openIn(visit, "en");
    await visit.control("accept-all").click();
    for (const more of [{ revision: "1" }, { revision: "2026-11" }]) {
      await openIn(visit, "en", more);
      await visit.page.evaluate(() => window.consentinel.notice());
      assert.equal(await analytics(visit), "granted", JSON.stringify(more));
      assert.equal(await asked(visit), false);
    }
    await visit.forget();
    // With one, the owner says when a text changes in substance, in all languages.
    await openIn(visit, "en", { revision: "1" });
    await visit.control("accept-all").click();
    await openIn(visit, "en", { revision: "1", description: { en: "The same in other words." } });
    await visit.page.evaluate(() => window.consentinel.notice());
    assert.equal(await analytics(visit), "granted");
    for (const lang of ["fr", "en"]) {
      await openIn(visit, lang, { revision: "2" });
      await visit.page.evaluate(() => window.consentinel.notice());
      assert.equal(await analytics(visit), "undecided", lang);
      assert.equal((await visit.categories()).functionality, "granted");
    }
  },
);
