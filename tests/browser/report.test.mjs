// The panel of owners (dist/consentinel.report.js): what the tag reports, what the catalogue suggests for it, and the file that
// `consentinel draft` takes, which must come to the same entries.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "../access/face.mjs";
import { consentinel } from "./program.mjs";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();
const SCRIPT = '<script src="/dist/consentinel.report.js"></script>';
const BODY = `<main><h1>A shop</h1></main><script>
  document.cookie = "_ga_X1=1"; document.cookie = "basket=1"; document.cookie = "known=1";
  localStorage.setItem("_hjUserAttributes", "{}");
  new Image().src = "https://www.facebook.com/tr/?id=1";
  new Image().src = "https://static.hotjar.com:443/c/hotjar-1.js?sv=6";
  new Image().src = "https://unheard.example/p.gif";
</script>`;
const POLICY = policyOf([item("known")], { mode: "report" });

visitTest(
  "the panel shows what is undeclared, with the catalogue's suggestion, and hands out the list",
  async (visit) => {
    const { page, context } = visit;
    // Nothing leaves this machine.
    await context.route(/^https:/, (route) => route.abort());
    await context.addInitScript(() => {
      const { attachShadow } = Element.prototype;
      Element.prototype.attachShadow = function (options) {
        const isPanel = this.localName === "consent-report";
        return attachShadow.call(this, isPanel ? { ...options, mode: "open" } : options);
      };
    });
    await visit.open({ policy: POLICY, head: SCRIPT, body: BODY });
    await page.getByRole("heading", { name: "Not declared: 6" }).waitFor();
    await page.getByRole("button", { name: "Show" }).press("Enter");
    const lines = await page.locator("consent-report li").allTextContents();
    assert.equal(lines.length, 6, `${lines}`);
    for (const line of [
      /^cookie _ga_X1, by .*: the catalogue has it as google-analytics$/,
      /^cookie basket, by .*: unknown to the catalogue$/,
      /^local-storage _hjUserAttributes, .*: the catalogue has it as hotjar$/,
      /^image https:\/\/www\.facebook\.com\/tr\/, .*: the catalogue has it as meta-pixel$/,
      /^image https:\/\/unheard\.example\/p\.gif, .*: unknown to the catalogue$/,
    ]) {
      assert.ok(
        lines.some((text) => line.test(text)),
        `${line}: ${lines.join("\n")}`,
      );
    }
    const services = JSON.parse(await page.getByLabel("Services for the policy").textContent());
    assert.deepEqual(services, [
      { use: "google-analytics", category: "analytics" },
      { use: "hotjar", category: "analytics" },
      { use: "meta-pixel", category: "marketing" },
    ]);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await audit(visit);
    }

    const save = page.getByRole("button", { name: "Save the list" });
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    try {
      const file = join(folder, "reports.json");
      writeFileSync(file, readFileSync(await download.path()));
      const drafted = consentinel("draft", file);
      assert.equal(drafted.status, 0, drafted.err);
      const draft = JSON.parse(drafted.out);
      assert.deepEqual(
        draft.services.filter(({ use }) => use),
        services,
      );
      assert.deepEqual(
        draft.items.map(({ name }) => name),
        ["basket"],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    // The browser tells of the pictures that did not come.
    await visit.quieten();
  },
);

visitTest("no script of the page gets into the panel, and without the tag a line says so", async (visit) => {
  await visit.open({ policy: POLICY, head: SCRIPT });
  assert.equal(await visit.page.evaluate(() => document.querySelector("consent-report").shadowRoot), null);
  await visit.open({ policy: null, tag: "", head: SCRIPT }, { path: "/alone.html", isWhole: false });
  assert.equal(await visit.page.locator("consent-report").count(), 0);
  await visit.problem(/report-alone; load consentinel\.js before/);
});
