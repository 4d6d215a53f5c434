// Tools that answer for the visitor, by the rules of docs/privacy-tools: DuckDuckGo's autoconsent by its own engine, and
// the selectors of Consent-O-Matic, which is on no registry. They refuse, and cannot accept.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryFile, site } from "./site.mjs";

const visitTest = site();
const read = (path) => readFileSync(repositoryFile(path), "utf8");
const ENGINE = read("node_modules/@duckduckgo/autoconsent/dist/autoconsent.playwright.js");
const AUTOCONSENT = JSON.parse(read("docs/privacy-tools/autoconsent.json"));
const { Consentinel } = JSON.parse(read("docs/privacy-tools/consent-o-matic.json"));

/** Runs the engine in the page, as the extension does, until it is done; what it told, by kind. */
async function answer(visit, autoAction, rule) {
  const told = {};
  const { page } = visit;
  let done;
  const isDone = new Promise((resolve) => {
    done = resolve;
  });
  await page.exposeBinding("autoconsentSendMessage", async (_, message) => {
    told[message.type] = message;
    const config = { enabled: true, autoAction, disabledCmps: [], enablePrehide: false, detectRetries: 20 };
    const receive = (answer) => page.evaluate((given) => window.autoconsentReceiveMessage(given), answer);
    if (message.type === "init") await receive({ type: "initResp", config, rules: { autoconsent: [rule] } });
    if (message.type === "autoconsentDone") await receive({ type: "selfTest" });
    if (["selfTestResult", "autoconsentError"].includes(message.type)) done();
    if (message.type === "optInResult" && !message.scheduleSelfTest) done();
  });
  await page.evaluate(ENGINE);
  await isDone;
  return told;
}

visitTest("autoconsent refuses with its rule, and finds that it did", async (visit) => {
  await visit.open();
  const told = await answer(visit, "optOut", AUTOCONSENT);
  assert.equal(told.popupFound?.cmp, "consentinel");
  assert.equal(told.optOutResult?.result, true);
  assert.equal(told.selfTestResult?.result, true);
  assert.equal((await visit.categories()).analytics, "denied");
  const [record] = await visit.ledger();
  assert.deepEqual([record.action, record.via], ["reject-all", "api"]);
});

visitTest("autoconsent cannot accept, and can see that", async (visit) => {
  await visit.open();
  const accepting = {
    ...AUTOCONSENT,
    optIn: [
      { click: ["consent-banner", "[data-consent-action=accept-all]"] },
      { exists: ["consent-banner", "[part=banner]"], negated: true },
    ],
  };
  const told = await answer(visit, "optIn", accepting);
  assert.equal(told.optInResult?.result, false);
  await visit.problem(/^consentinel: grant-untrusted/);
  assert.equal((await visit.categories()).analytics, "undecided");
  assert.deepEqual(await visit.ledger(), []);
});

visitTest("the selectors of Consent-O-Matic find the question, and the control that refuses", async (visit) => {
  await visit.open();
  const [{ presentMatcher, showingMatcher }] = Consentinel.detectors;
  const [{ action }] = Consentinel.methods;
  // As its engine reads them: below the shadow root of the parent, where that has one.
  const found = (matcher) =>
    visit.page.evaluate(({ parent, target }) => {
      const around = parent ? document.querySelector(parent.selector) : document;
      return (around?.shadowRoot ?? around)?.querySelector(target.selector)?.offsetHeight ?? -1;
    }, matcher);
  assert.ok((await found(presentMatcher)) >= 0);
  assert.ok((await found(showingMatcher)) > 0);
  await visit.page.evaluate(
    ({ parent, target }) => document.querySelector(parent.selector).shadowRoot.querySelector(target.selector).click(),
    action,
  );
  assert.equal((await visit.categories()).analytics, "denied");
  assert.equal(await found(showingMatcher), -1);
});
