// A decision that is made elsewhere, with the npm package: in another tab, or on another page while this one was in the
// history cache. It is in force here at once, for `has()`, for whoever subscribed and for what React shows, without a
// reload and without a look at the page.
//
// Left out: the same with the tag (withdrawal.test.mjs, history-cache.test.mjs), and what the browser's own gate keeps
// closed until a reload (browser-gate.test.mjs).

import assert from "node:assert/strict";
import { before } from "node:test";
import { forPage } from "./bundled.mjs";
import { html, item, policyOf, site } from "./site.mjs";

// The headless shell keeps no pages.
const visitTest = site({ isShell: false });
const POLICY = policyOf([item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const APPLICATION = `
  import { createElement as e } from "react";
  import { createRoot } from "react-dom/client";
  import { createConsent } from "consentinel";
  import { ConsentGate, ConsentProvider } from "consentinel/react";
  const consent = (window.handle = createConsent(${JSON.stringify(POLICY)}));
  window.told = [];
  consent.subscribe(() => {
    const { analytics } = consent.getSnapshot().categories;
    told.push([analytics, consent.has("analytics"), consent.has("counter"), consent.state.services.counter]);
  });
  const gate = (name) => e(ConsentGate, { name, fallback: e("i", null, "fallback") }, e("b", null, "shown"));
  createRoot(document.getElementById("root")).render(e(ConsentProvider, { consent: consent.shared }, gate("analytics"), gate("counter")));
`;
let script;
before(async () => {
  script = await forPage(APPLICATION);
});

function serve(visit) {
  visit.serve("/app.js", script);
  const body = '<div id="root"></div><script src="/app.js"></script>';
  // Without these headers (the server says no-store) a browser keeps no page.
  for (const path of ["/page.html", "/other.html"])
    visit.serve(path, html({ policy: null, tag: "", body }), { "Cache-Control": "no-cache" });
}

/** Waits until the page shows this twice, and answers what subscribers were told since. */
async function shows(page, tag) {
  const isShown = (tag) => [...document.querySelectorAll("#root *")].map(({ localName }) => localName).join() === tag;
  await page.waitForFunction(isShown, `${tag},${tag}`, { polling: 20 });
  return page.evaluate(() => window.told.splice(0));
}
const GRANTED = ["granted", true, true, "granted"];
const DENIED = ["denied", false, false, "denied"];

visitTest("another tab decides: it is in force here at once, as often as it changes", async (visit) => {
  serve(visit);
  const [here, there] = [visit.page, visit.patient(await visit.context.newPage())];
  for (const page of [here, there]) {
    await page.goto(visit.url(page === here ? "/page.html" : "/other.html"));
    assert.deepEqual(await shows(page, "i"), []);
  }
  const decide = async (page, other, method, tag, want) => {
    await page.evaluate((method) => window.handle[method](), method);
    assert.deepEqual(await shows(page, tag), [want], method);
    assert.deepEqual(await shows(other, tag), [want], `${method} elsewhere`);
  };
  for (const [method, tag, want, isFresh] of [
    ["acceptAll", "b", GRANTED, true],
    ["withdraw", "i", DENIED, false],
    ["acceptAll", "b", GRANTED, true],
    ["rejectAll", "i", DENIED, true],
  ]) {
    await decide(here, there, method, tag, want);
    // A page that begins decided has only its first part.
    if (isFresh) {
      await there.reload();
      assert.deepEqual(await shows(there, tag), []);
    }
  }
  await decide(there, here, "acceptAll", "b", GRANTED);
  const records = await visit.ledger(here);
  assert.deepEqual(
    records.map((record) => record.sequence),
    [...records.keys()],
  );
});

visitTest("a page that comes back out of the history cache shows what was decided meanwhile", async (visit) => {
  serve(visit);
  await visit.page.goto(visit.url("/page.html"));
  await shows(visit.page, "i");
  for (const [method, tag, want] of [
    ["acceptAll", "b", GRANTED],
    ["withdraw", "i", DENIED],
    ["acceptAll", "b", GRANTED],
  ]) {
    await visit.page.evaluate(() => {
      window.mark = "the same document";
    });
    await visit.page.goto(visit.url("/other.html"));
    await visit.page.evaluate((method) => window.handle[method](), method);
    await shows(visit.page, tag);
    await visit.page.goBack({ waitUntil: "commit" });
    assert.deepEqual(await shows(visit.page, tag), [want]);
    assert.equal(await visit.page.evaluate(() => window.mark), "the same document");
  }
});
