// Where WebAssembly is refused, the tag gives its place to the one that does without: under which policies of a page that
// can be had, that no script of the page runs in between, and what happens where it cannot be.
//
// Left out: what the tag that does without then does, and the other engines (nowasm.test.mjs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { item, policyOf, repositoryFile, site, TAG } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt")]);
const FILE = "/dist/consentinel.nowasm.js";
/** The next script of the page, and a service of it that stands inert. */
const NEXT = `<script nonce="abc">
  window.next = [typeof consentinel, consentinel.has("analytics")];
  document.cookie = "opt=1";
  document.cookie = "need=1";
</script>`;
const parts = (more) => ({
  policy: POLICY,
  before: '<script nonce="abc">delete globalThis.WebAssembly; window.takeOwner = (given) => (owner = given);</script>',
  tag: TAG.replace("<script", '<script nonce="abc"'),
  head: NEXT,
  ...more,
});
/** The next script found a tag that answers, and what it stored was judged. */
async function isGated(visit, stored) {
  assert.deepEqual(await visit.page.evaluate(() => window.next), ["object", false]);
  assert.deepEqual(await visit.jar(), stored);
}

for (const [name, policy] of Object.entries({
  "no policy": "",
  "its own origin and inline scripts": "script-src 'self' 'unsafe-inline'",
  "a nonce": "script-src 'nonce-abc'",
  "a nonce and strict-dynamic": "script-src 'nonce-abc' 'strict-dynamic'",
  "Trusted Types that name us":
    "script-src 'self' 'nonce-abc'; require-trusted-types-for 'script'; trusted-types consentinel page 'allow-duplicates'",
}))
  visitTest(
    `under ${name} the tag that does without takes over before the next script, with its attributes`,
    async (visit) => {
      await visit.open(parts(), { headers: policy && { "Content-Security-Policy": policy } });
      await isGated(visit, ["need"]);
      assert.equal(await visit.page.evaluate(() => typeof window.owner?.acceptAll), "function");
      await visit.control("accept-all").click();
      assert.equal((await visit.categories()).analytics, "granted");
      assert.equal(visit.requested(/consentinel\.part\./).length, 0, "both parts are inside");
      // Markup of the page out of which the gate has to take something.
      const kept = await visit.page.evaluate(
        (third) => {
          const html = `<b>kept</b><img src="${third}">`;
          const made =
            globalThis.trustedTypes?.createPolicy("page", { createHTML: (text) => text }).createHTML(html) ?? html;
          const place = document.body.appendChild(document.createElement("div"));
          place.innerHTML = made;
          return place.textContent;
        },
        visit.url("/none.svg", "third.localhost"),
      );
      assert.equal(kept, "kept");
      assert.deepEqual(visit.requested(/none/), []);
    },
  );

const NO_TYPES = "script-src 'self' 'nonce-abc'; require-trusted-types-for 'script'; trusted-types 'none'";
for (const [name, { answer, headers, ...more }] of Object.entries({
  "is altered by a byte": {
    answer: () => readFileSync(repositoryFile(FILE.slice(1)), "utf8").replace("strict", "Strict"),
  },
  "is missing": {},
  "may not be written": { headers: { "Content-Security-Policy": NO_TYPES } },
  "would not be waited for": { tag: TAG.replace("<script", "<script defer"), head: "" },
}))
  visitTest(
    `where the tag that does without ${name}, the gate is closed, says so, and the page goes on`,
    async (visit) => {
      visit.serve(FILE, (_, response) =>
        answer
          ? response.writeHead(200, { "Content-Type": "text/javascript" }).end(answer())
          : response.writeHead(404).end(),
      );
      visit.forgive(/^Failed to (?:load resource|find a valid digest)/);
      // Refusals of the page's own policy.
      visit.forgive(/^(?:This document requires 'TrustedHTML'|Creating a TrustedTypePolicy named 'consentinel')/);
      await visit.open(parts(more), { headers, isWhole: false });
      await visit.problem(/^consentinel: module-unavailable/);
      const seen = await visit.page.evaluate(() => {
        document.cookie = "opt=1";
        document.cookie = "need=1";
        const { asks, categories, decided, services } = window.consentinel.state;
        return [asks, categories, decided, services, document.title];
      });
      assert.deepEqual(seen, [false, {}, false, {}, "Test page"]);
      assert.deepEqual(await visit.jar(), []);
    },
  );

visitTest("a tag that a script puts into a page that is complete never writes that page anew", async (visit) => {
  await visit.open(parts({ tag: "", head: "", body: "<p>Page</p>" }), { isWhole: false });
  await visit.page.evaluate(() => {
    const tag = Object.assign(document.createElement("script"), { src: "/dist/consentinel.js" });
    document.head.append(tag);
  });
  await visit.problem(/^consentinel: module-unavailable/);
  assert.equal(await visit.page.locator("p").textContent(), "Page");
  assert.equal(visit.requested(/nowasm/).length, 0);
});
