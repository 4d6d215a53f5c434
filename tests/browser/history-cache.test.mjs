// A page that a browser kept whole while the visitor was on another one, and shows again as it was.
//
// Left out: pages that are loaded anew on the way back (browser-gate.test.mjs).

import assert from "node:assert/strict";
import { TAG, item, policyOf, site } from "./site.mjs";

// The headless shell keeps no pages.
const visitTest = site({ isShell: false });

const POLICY = policyOf([item("opt*")]);

visitTest("a page that comes back out of the history cache knows what was decided meanwhile", async (visit) => {
  // Without these headers (the server says no-store) a browser keeps the page.
  const headers = { "Cache-Control": "no-cache" };
  await visit.open({ policy: POLICY }, { headers });
  await visit.decide("acceptAll");
  await visit.page.evaluate(() => {
    window.mark = "the same document";
  });
  await visit.open({ policy: POLICY }, { path: "/next.html", headers });
  await visit.decide("withdraw");
  await visit.page.goBack({ waitUntil: "commit" });
  assert.equal(await visit.page.evaluate(() => window.mark), "the same document");
  await visit.page.waitForFunction(() => !window.consentinel.has("analytics"));
  await visit.page.evaluate(() => {
    document.cookie = "opt=1";
  });
  assert.deepEqual(await visit.jar(), []);
});

visitTest("and so do vendors, before what waited there is let go", async (visit) => {
  const headers = { "Cache-Control": "no-cache" };
  const mapping = JSON.stringify({ "data-layer-event": { stats: "analytics" } });
  await visit.open(
    {
      policy: POLICY,
      tag: `${TAG}<script type="application/json" id="consentinel-signals">${mapping}</script>
        <script src="/dist/consentinel.signals.js"></script>`,
      body: '<script type="text/plain" data-consent="analytics">dataLayer.push("held");</script>',
    },
    { headers },
  );
  await visit.open({ policy: POLICY }, { path: "/next.html", headers });
  await visit.decide("acceptAll");
  await visit.page.goBack({ waitUntil: "commit" });
  await visit.page.waitForFunction(() => window.dataLayer.includes("held"));
  const told = await visit.page.evaluate(() => window.dataLayer);
  const event = (decided, stats) => ({ event: "consent", consent: { decided, stats } });
  assert.deepEqual(told, [event(false, "denied"), event(true, "granted"), "held"]);
});
