// The element `consent-declaration`: the table of what a site keeps, as a visitor and a screen reader get it.
//
// Left out: the texts of the policy, which are shown as everywhere.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { JIMO, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf(
  [
    item("need", "necessary"),
    item("opt", "analytics", { service: "counter", duration: "13 months", party: "third" }),
    item("opt_2"),
  ],
  {
    services: [
      {
        id: "counter",
        category: "analytics",
        name: "Counter",
        provider: "Counter GmbH",
        country: "US",
        policyUrl: "https://counter.example/privacy",
      },
      { id: "heat", category: "analytics", name: "Heat", provider: "Heat Inc." },
    ],
  },
);
const BODY = "<h1>Cookie policy</h1><consent-declaration>Needs JavaScript.</consent-declaration>";
const element = (visit) => visit.page.locator("consent-declaration");
const section = (visit, name) =>
  element(visit)
    .getByRole("region", { name })
    .or(element(visit).locator("section", { has: visit.page.getByRole("heading", { name }) }))
    .first();
const words = async (locator) => (await locator.innerText()).replace(/\s+/g, " ");

visitTest("a table for each category says what is kept, by whom, for how long, and what holds", async (visit) => {
  await visit.open({ policy: POLICY, body: BODY });
  const analytics = section(visit, "Title of analytics");
  const table = analytics.getByRole("table", { name: "2 stored items" });
  await table.waitFor();
  assert.deepEqual(await table.getByRole("columnheader").allInnerTexts(), [
    "Name",
    "Type",
    "Purpose",
    "Duration",
    "Provider",
    "Set by",
  ]);
  assert.deepEqual(await table.getByRole("rowheader").allInnerTexts(), ["opt", "opt_2"]);
  const [first] = await table
    .getByRole("row")
    .filter({ has: visit.page.getByRole("rowheader", { name: "opt", exact: true }) })
    .allInnerTexts();
  assert.deepEqual(first.split(/\s*\t\s*|\n/).filter(Boolean), [
    "opt",
    "Cookie",
    "For opt.",
    "13 months",
    "Counter (Counter GmbH)",
    "A third party",
  ]);
  const told = await words(analytics);
  for (const text of ["Your choice: Not decided", "About analytics.", "Counter GmbH · United States", "Privacy policy"])
    assert.ok(told.includes(text), told);
  assert.ok((await words(section(visit, "Title of necessary"))).includes("Always on"));
  assert.ok((await words(section(visit, "Title of functionality"))).includes("Nothing is stored."));
  await element(visit).getByRole("rowheader", { name: "consentinel-ledger.test-site" }).waitFor();
  await element(visit).getByText("Edition of 1").waitFor();
  assert.equal(await words(element(visit)), "", "what stands in it is for pages without script");
});

visitTest("it follows every change of the choices, one service's too, and leaves the page alone", async (visit) => {
  await visit.open({ policy: POLICY, body: BODY });
  await visit.control("accept-all").click();
  await element(visit).getByText("Your choice: Granted").first().waitFor();
  await visit.call("withdraw", "heat");
  await element(visit).getByRole("listitem").filter({ hasText: "Heat" }).getByText("Your choice: Denied").waitFor();
  assert.ok((await words(section(visit, "Title of analytics"))).includes("Your choice: Granted"));
  await visit.call("withdraw");
  await element(visit).getByText("Your choice: Granted").waitFor({ state: "detached" });
  assert.equal(await visit.page.evaluate(() => document.querySelectorAll("h2").length), 0);
});

visitTest(
  "more than one, one that comes later, one that moves, and an element of the same name: nothing breaks",
  async (visit) => {
    await visit.open({ policy: POLICY, body: BODY + BODY });
    await section(visit, "Title of analytics").waitFor();
    await visit.page.evaluate(() => {
      document.body.append(document.createElement("consent-declaration"));
      document.body.append(document.querySelector("consent-declaration"));
    });
    await visit.page.waitForFunction(() =>
      [...document.querySelectorAll("consent-declaration")].every(
        (each) => each.shadowRoot?.querySelectorAll("table").length === 2,
      ),
    );
    await visit.open({
      policy: POLICY,
      body: BODY,
      before: "<script>customElements.define('consent-declaration', class extends HTMLElement {});</script>",
    });
    await visit.control("accept-all").click();
    assert.equal((await visit.state()).decided, true);
  },
);

visitTest("it speaks the language of the page, and turns round with it", async (visit) => {
  await visit.open({ policy: JIMO, body: BODY, lang: "fr" });
  await element(visit).getByRole("columnheader", { name: "Finalité" }).first().waitFor();
  assert.equal(await element(visit).getAttribute("lang"), "fr");
  assert.equal(await element(visit).getAttribute("dir"), "ltr");
});

visitTest(
  "texts of a language that arrive late take the place of the English ones, in placeholders too",
  async (visit) => {
    const services = [{ ...JIMO.services[0], hosts: ["127.0.0.1"] }];
    const body = `${BODY}<iframe data-consent="jimo" data-src="http://127.0.0.1/" width="480" height="300"></iframe>`;
    const heading = (name) => visit.page.frameLocator("iframe").getByRole("heading", { name });
    await visit.open({ policy: { ...JIMO, services }, body, lang: "fr" });
    await visit.control("reject-all").click();
    // A visitor who has decided sees no layer that would appear anew.
    let answer;
    visit.serve("/dist/texts/fr.js", (_, response) => {
      answer = () =>
        response
          .writeHead(200, { "Content-Type": "text/javascript" })
          .end(readFileSync(repositoryFile("dist/texts/fr.js")));
    });
    await visit.page.reload();
    await element(visit).getByRole("columnheader", { name: "Purpose" }).first().waitFor();
    await heading("Content from Jimo SAS").waitFor();
    answer();
    await element(visit).getByRole("columnheader", { name: "Finalité" }).first().waitFor();
    await visit.page.waitForFunction(
      () => document.querySelector("iframe").contentDocument.documentElement.lang === "fr",
    );
    assert.equal(await visit.page.frameLocator("iframe").getByRole("heading").count(), 1);
  },
);

visitTest(
  "at 320 px it needs no scrolling sideways, and stays a table",
  async (visit) => {
    await visit.open({ policy: JIMO, body: BODY });
    const table = element(visit).getByRole("table").first();
    await table.waitFor();
    assert.ok(await visit.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.ok(
      await element(visit).evaluate((host) =>
        [...host.shadowRoot.querySelectorAll("table")].every((each) => each.scrollWidth <= host.clientWidth),
      ),
    );
    assert.ok(
      (await table.getByRole("columnheader").count()) === 6 && (await table.getByRole("rowheader").count()) > 0,
    );
    const cell = await table
      .getByRole("cell")
      .nth(1)
      .evaluate((each) => getComputedStyle(each, "::before").content);
    assert.match(cell, /Purpose/);
  },
  { viewport: { width: 320, height: 640 } },
);
