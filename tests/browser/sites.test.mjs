// The four sites of the demo, as a visitor meets them: what is seen, what the third parties receive, and
// what the browser keeps, before an answer and after each kind of answer. The third parties are the
// stand-ins of xtask/stand-ins.mjs; what they got is read from the server. How pages are made is not
// looked at. What is special to Jimo, cookie by cookie, stands in demo.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { consentinel } from "./program.mjs";
import { NOON, days, repositoryFile, site, storedItems } from "./site.mjs";
import { eventually } from "./third-party.mjs";

const visitTest = site();
const MINUTE_MS = 60_000;

const script = (service) => [`${service} GET /tag.js`, `${service} POST /collect`];

/** What each site's third parties receive once everything is allowed. */
const ARRIVE = {
  jimo: [],
  ijinus: [
    ...["google-analytics", "google-ads", "linkedin", "meta"].flatMap(script),
    "google-ads GET /pixel.svg",
    "meta GET /pixel.svg",
    // The pixel of Google Ads answered with this address.
    "adform GET /synced.svg",
  ],
  jiminny: [
    ...["new-relic", "sentry", "datadog", "intercom", "twilio", "logrocket", "google-analytics"].flatMap(script),
    "amazon-web-services GET /frame",
    "google-cloud-maps GET /frame",
  ],
  // Partners wait for a download, whatever was answered.
  imagino: ["zendesk GET /frame"],
};

/** What makes a page try everything once more. */
const AGAIN = { jimo: ["#try-all"], ijinus: ["#try-all"], jiminny: ["#try-all"], imagino: ["[data-use]"] };

class Site {
  constructor(visit, name) {
    this.visit = visit;
    this.name = name;
    this.policy = JSON.parse(readFileSync(repositoryFile(`www/policies/${name}.json`), "utf8"));
  }

  open(search = "") {
    return this.visit.page.goto(this.visit.url(`/${this.name}/${search}`));
  }

  async again() {
    for (const control of AGAIN[this.name]) await this.visit.page.locator(control).first().click();
  }

  /** Each kind of request that the third parties of this site got, sorted. */
  received(start = this.visit.start) {
    const host = new RegExp(`^([a-z0-9-]+)\\.${this.name}\\.vendors\\.localhost:`);
    const lines = this.visit.server.requests
      .slice(start)
      .map(({ method, url, headers }) => [host.exec(headers.host)?.[1], `${method} ${url.split("?", 1)[0]}`])
      .filter(([service]) => service !== undefined)
      .map((parts) => parts.join(" "));
    return [...new Set(lines)].sort();
  }

  /** The names of the declared items of these categories, one for each glob; all kinds in one list. */
  declared(isWanted) {
    return this.policy.items
      .filter(isWanted)
      .map(({ name }) => name.replaceAll("*", "demo"))
      .sort();
  }

  necessary() {
    const ids = this.policy.categories.filter(({ necessary }) => necessary).map(({ id }) => id);
    return this.declared(({ category }) => ids.includes(category));
  }

  /** What the browser keeps: cookies of every host, and storage of the page's. */
  async kept() {
    const stored = (await storedItems(this.visit.page)).flat().map(([name]) => name);
    return [...(await this.visit.jar()), ...stored.filter((name) => !name.startsWith("consentinel"))].sort();
  }

  /** A round trip of the page: what it sent before has arrived by then. */
  async fence() {
    await this.visit.page.evaluate((path) => fetch(path).then((answer) => answer.text()), `/arrivals/${this.name}`);
  }

  async assertNothingOptional(when, start) {
    await this.fence();
    assert.deepEqual(this.received(start), [], when);
    assert.deepEqual(await this.kept(), this.necessary(), when);
  }

  async assertEverything() {
    await eventually(() => this.received(), [...ARRIVE[this.name]].sort(), "what arrived");
    await eventually(
      () => this.kept(),
      this.declared(() => true),
      "what is kept",
    );
  }

  /** The visitor's own view: of how many third parties the page says that something arrived there. */
  async shownArrivals() {
    const rows = this.visit.page.locator("#services tbody tr:not([data-arrived='0'])");
    return (await rows.evaluateAll((all) => all.map((row) => row.dataset.service))).sort();
  }
}

for (const name of Object.keys(ARRIVE)) {
  visitTest(`${name}: before an answer only necessary items, and no request to anybody`, async (visit) => {
    const demo = new Site(visit, name);
    await demo.open();
    await visit.control("reject-all").waitFor();
    await visit.page.mouse.wheel(0, 2000);
    await visit.page.keyboard.press("Escape");
    await demo.again();
    await demo.assertNothingOptional("after scrolling and clicking in the page");
    await demo.open();
    await demo.assertNothingOptional("on the next page");
    assert.equal(await visit.control("accept-all").count(), 1, "the question still stands");
    assert.deepEqual(await demo.shownArrivals(), []);
  });

  visitTest(`${name}: after Reject all nothing optional, on later pages neither`, async (visit) => {
    const demo = new Site(visit, name);
    await demo.open();
    await visit.control("reject-all").click();
    for (let round = 0; round < 2; round++) {
      await demo.again();
      await demo.assertNothingOptional(`round ${round}`);
      await demo.open();
      assert.equal(await visit.control("reject-all").count(), 0, "nobody is asked again");
    }
  });

  visitTest(`${name}: after Accept all everything, without a reload and after one`, async (visit) => {
    const demo = new Site(visit, name);
    await demo.open();
    await demo.again();
    await visit.control("accept-all").click();
    await demo.assertEverything();

    const before = visit.server.requests.length;
    await demo.open();
    await eventually(() => demo.received(before), [...ARRIVE[name]].sort(), "again on the next page");
  });

  visitTest(`${name}: after a withdrawal what was kept is erased, and nothing goes out any more`, async (visit) => {
    const demo = new Site(visit, name);
    await demo.open();
    await demo.again();
    await visit.control("accept-all").click();
    await demo.assertEverything();

    await visit.control("open").click();
    await visit.control("withdraw").click();
    await demo.fence();
    const start = visit.server.requests.length;
    // Cookies of another host are its own business and the browser's; no script of the page reaches them.
    const own = demo.declared(({ service }) => service === "zendesk");
    const left = (await demo.kept()).filter((item) => !own.includes(item));
    assert.deepEqual(left, demo.necessary());
    await demo.again();
    await demo.open();
    await demo.again();
    await demo.fence();
    assert.deepEqual(demo.received(start), []);
  });

  visitTest(`${name}: an answer counts for as long as its policy says`, async (visit) => {
    const demo = new Site(visit, name);
    for (const [answer, lifetime] of [
      ["accept-all", "lifetimeDays"],
      ["reject-all", "refusalLifetimeDays"],
    ]) {
      await visit.forget();
      await visit.page.clock.setFixedTime(NOON);
      await demo.open();
      await visit.control(answer).click();
      await visit.page.clock.setFixedTime(NOON + days(demo.policy[lifetime]) - MINUTE_MS);
      await demo.open();
      await visit.control("open").waitFor();
      assert.equal(await visit.control(answer).count(), 0, answer);
      await visit.page.clock.setFixedTime(NOON + days(demo.policy[lifetime]) + MINUTE_MS);
      await demo.open();
      await visit.control(answer).waitFor();
    }
  });

  visitTest(`${name}: the policy in French is asked in French`, async (visit) => {
    const demo = new Site(visit, name);
    await demo.open("?lang=fr");
    await visit.control("reject-all").waitFor();
    const shown = await visit.page.locator("consent-banner [part~=banner]").textContent();
    for (const { title, summary, description } of demo.policy.categories) {
      assert.ok(shown.includes(title.fr), title.fr);
      assert.ok(shown.includes(summary.fr), summary.fr);
      assert.ok(shown.includes(description.fr), description.fr);
    }
  });
}

for (const name of Object.keys(ARRIVE)) {
  test(`${name}: its policy has no problem, and the vendors' own hosts`, () => {
    const { status, out, err } = consentinel("check", fileURLToPath(repositoryFile(`www/policies/${name}.json`)));
    assert.equal(status, 0, out + err);
    assert.match(out + err, /; 0 errors, 0 warnings/);
    assert.doesNotMatch(readFileSync(repositoryFile(`www/policies/${name}.json`), "utf8"), /localhost/);
  });
}

visitTest("ijinus: nothing is declared or asked for longer than 13 months", async (visit) => {
  const { policy } = new Site(visit, "ijinus");
  const longest = { days: 395, months: 13 };
  for (const { name, duration } of policy.items.filter((item) => item.duration !== "session")) {
    const [count, unit] = duration.split(" ");
    assert.ok(Number(count) <= longest[unit], `${name}: ${duration}`);
  }
  assert.ok(policy.lifetimeDays <= 395 && policy.refusalLifetimeDays >= 182);
});

visitTest("jiminny: one of the nine services is allowed by its own switch, and no other", async (visit) => {
  const demo = new Site(visit, "jiminny");
  await demo.open();
  await visit.control("settings").click();
  const switches = visit.page.locator("consent-banner [part~=settings] input[role=switch]");
  await switches.first().waitFor();
  const names = await switches.evaluateAll((all) => all.map(({ name }) => name));
  assert.deepEqual(
    demo.policy.services.map(({ id }) => id).filter((id) => !names.includes(id)),
    [],
    "nine switches",
  );
  assert.deepEqual(await switches.evaluateAll((all) => all.filter(({ checked }) => checked).length), 0);
  await visit.page
    .locator("consent-banner details", { has: visit.page.locator("[name=sentry]") })
    .locator("summary")
    .first()
    .click();
  await visit.page.locator("consent-banner input[name=sentry]").check();
  await visit.control("save").click();
  await eventually(() => demo.received(), script("sentry"));
  assert.deepEqual(await demo.kept(), [...demo.necessary(), "sentryReplaySession"].sort());

  const start = visit.server.requests.length;
  await demo.open();
  await eventually(() => demo.received(start), script("sentry"), "on the next page too");
});

visitTest("jiminny: one of the nine services can be taken back alone", async (visit) => {
  const demo = new Site(visit, "jiminny");
  await demo.open();
  await visit.control("accept-all").click();
  await demo.assertEverything();
  await visit.call("withdraw", "datadog");
  await demo.fence();
  const others = ARRIVE.jiminny.filter((line) => !line.startsWith("datadog"));
  assert.deepEqual(
    await demo.kept(),
    demo.declared(({ service }) => service !== "datadog"),
    "what it kept is erased",
  );

  const start = visit.server.requests.length;
  await demo.open();
  await eventually(() => demo.received(start), others.sort(), "all but that one, on the next page too");
});

/** Fills in the download form of imagino for these partners, and waits for the page to say where the address went. */
async function downloadFor(visit, ...partners) {
  await visit.page.locator("#get-paper").click();
  assert.equal(
    await visit.page.locator("#download input:checked").count(),
    0,
    "no box is ticked before the visitor ticks it",
  );
  await visit.page.locator("#email").fill("visitor@visitor.example");
  for (const partner of partners) await visit.page.locator(`#download input[name=${partner}]`).check();
  const file = visit.page.waitForEvent("download");
  await visit.page.locator("#download button[value=download]").click();
  assert.equal((await file).suggestedFilename(), "paper.txt");
  await visit.page.locator("#sent", { hasText: "Downloaded" }).waitFor();
}

visitTest(
  "imagino: a download asks for each partner, and only the partners ticked receive the address",
  async (visit) => {
    const demo = new Site(visit, "imagino");
    await demo.open();
    await downloadFor(visit, "partner-integrator");
    assert.deepEqual(demo.received(), ["partner-integrator POST /collect"]);
    const [body] = visit.server.requests
      .filter(({ headers }) => headers.host.startsWith("partner-"))
      .map((request) => request.body);
    assert.equal(body, "visitor@visitor.example");
    assert.equal(
      await visit.page.locator("#sent").textContent(),
      "Downloaded. Your address went to Example Integrator.",
    );
    assert.deepEqual(
      await visit.categories(),
      { "strictly-necessary": "necessary", statistics: "undecided", media: "undecided", partners: "undecided" },
      "nothing else was asked",
    );
    const [record] = await visit.ledger();
    assert.deepEqual(
      [record.action, record.granted, record.denied, record.via],
      ["save", ["partner-integrator"], [], "api"],
    );

    const start = visit.server.requests.length;
    await downloadFor(visit);
    assert.deepEqual(demo.received(start), [], "the next download asks anew");
  },
);

visitTest("imagino: a download leaves the other answers as they are", async (visit) => {
  const demo = new Site(visit, "imagino");
  await demo.open();
  await visit.control("accept-all").click();
  await eventually(() => demo.received(), ARRIVE.imagino);
  const start = visit.server.requests.length;
  await downloadFor(visit, "partner-agency", "partner-cloud");
  assert.deepEqual(demo.received(start), ["partner-agency POST /collect", "partner-cloud POST /collect"]);
  const { statistics, media } = await visit.categories();
  assert.deepEqual([statistics, media], ["granted", "granted"]);
});

visitTest(
  "imagino: who gets the paper has consented to nothing by that, and closing the form decides nothing",
  async (visit) => {
    const demo = new Site(visit, "imagino");
    await demo.open();
    await visit.page.locator("#get-paper").click();
    await visit.page.keyboard.press("Escape");
    await visit.page.locator("#get-paper").click();
    await visit.page.locator("#download button[value=cancel]").click();
    assert.deepEqual(await visit.ledger(), []);
    await downloadFor(visit);
    assert.deepEqual(demo.received(), []);
    assert.equal(await visit.page.locator("#sent").textContent(), "Downloaded. Your address went to nobody.");
  },
);

/** The placeholder inside the frame of Zendesk, once it is looked at. */
async function placeholderOf(visit) {
  await visit.page.locator("iframe.embed").scrollIntoViewIfNeeded();
  return visit.page.frameLocator("iframe.embed").locator("main");
}

visitTest(
  "imagino: the help pages wait behind a placeholder; once loads them here and decides nothing",
  async (visit) => {
    const demo = new Site(visit, "imagino");
    await demo.open();
    const placeholder = await placeholderOf(visit);
    for (const told of ["Zendesk, Inc.", "United States"])
      assert.ok((await placeholder.textContent()).includes(told), told);
    assert.deepEqual(demo.received(), []);
    await placeholder.locator("[data-consent-action=once]").click();
    await eventually(() => demo.received(), ARRIVE.imagino);
    await visit.page.frameLocator("iframe.embed").getByText("came from another origin").waitFor();
    const { services } = await visit.state();
    assert.equal(services.zendesk, "undecided");
    const [record] = await visit.ledger();
    assert.deepEqual(
      [record.action, record.granted, record.denied, record.via],
      ["once", ["zendesk"], [], "placeholder"],
    );
    assert.equal(await visit.control("accept-all").count(), 1, "the question still stands");

    const start = visit.server.requests.length;
    await demo.open();
    await (await placeholderOf(visit)).waitFor();
    await demo.fence();
    assert.deepEqual(demo.received(start), [], "the next page asks anew");
  },
);

visitTest("imagino: always, in the placeholder, allows Zendesk alone, and the next page loads it", async (visit) => {
  const demo = new Site(visit, "imagino");
  await demo.open();
  await (await placeholderOf(visit)).locator("[data-consent-action=always]").click();
  await eventually(() => demo.received(), ARRIVE.imagino);
  const { services, categories } = await visit.state();
  assert.deepEqual(services, {
    zendesk: "granted",
    "partner-agency": "undecided",
    "partner-integrator": "undecided",
    "partner-cloud": "undecided",
  });
  assert.equal(categories.statistics, "undecided");

  const start = visit.server.requests.length;
  await demo.open();
  await eventually(() => demo.received(start), ARRIVE.imagino);
});

visitTest(
  "the front page leads to all four sites, each with answers of its own, and asks nobody itself",
  async (visit) => {
    await visit.page.goto(visit.url("/"));
    for (const name of Object.keys(ARRIVE)) {
      await visit.page.locator(`.sites a[href$="/${name}/"]`).click();
      await visit.page.waitForURL(`http://${name}.localhost:*/${name}/`);
      await visit.control("accept-all").click();
      await visit.page.locator('nav a[href="../"]').click();
      await visit.page.waitForURL(`http://${name}.localhost:*/`);
      assert.equal(await visit.page.locator("consent-banner").count(), 0);
    }
    for (const name of Object.keys(ARRIVE)) {
      await visit.page.goto(visit.url(`/${name}/`, `${name}.localhost`));
      await visit.control("open").waitFor();
      assert.deepEqual(
        (await visit.ledger()).map(({ policy }) => policy.id),
        [`${name}-site`],
      );
    }
  },
);
