// A page of ours in a frame of another site: where the browser keeps an answer for it, or that it keeps none.
//
// Left out: frames of the own site (real-frames.test.mjs).

import assert from "node:assert/strict";
import { OWN, html, item, policyOf, site } from "./site.mjs";

// The headless shell gives a frame of another site the storage that it has anywhere.
const visitTest = site({ isShell: false });

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")]);
const PARTS = { policy: POLICY, head: "<script>window.early = consentinel.state.categories;</script>" };

visitTest("a frame of another site: asked once, and the cookie is kept for this frame in this site", async (visit) => {
  visit.serve("/framed.html", html(PARTS));
  visit.serve(
    "/top.html",
    `<!doctype html><link rel="icon" href="data:,"><title>Another site</title><iframe src="${visit.url("/framed.html", "framed.localhost")}" width="900" height="700"></iframe>`,
  );
  const inFrame = async () => {
    await visit.page.goto(visit.url("/top.html"));
    const frame = visit.page.frames()[1];
    await frame.waitForFunction(() => window.consentinel);
    return frame;
  };
  let frame = await inFrame();
  await frame.locator('consent-banner [data-consent-action="reject-all"]').click();
  await frame.waitForFunction(() => window.consentinel.state.decided);
  // This Chromium keeps no local storage for frames of other sites: the record lives as long as the page, said once.
  await visit.problem(/^consentinel: storage-denied/);
  const { name, sameSite, secure } = await visit.stateCookie();
  assert.deepEqual([name, sameSite, secure], [OWN.cookie(), "None", true]);
  frame = await inFrame();
  assert.equal(await frame.evaluate(() => window.early.analytics), "denied");
});
