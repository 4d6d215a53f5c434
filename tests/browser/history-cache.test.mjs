// A page that a browser kept whole while the visitor was on another one, and shows again as it was.
//
// Left out: pages that are loaded anew on the way back (browser-gate.test.mjs).

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";

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
