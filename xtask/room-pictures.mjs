// Takes the pictures of docs/audit.md and docs/policy-page.md: the officer's page with an export of the first release, and
// the page for policies. `cargo xtask pictures`
// builds and starts this; `node xtask/room-pictures.mjs` takes them of what is built. Look at them before you commit.

import { chromium } from "playwright-core";

const file = (name) => new URL(`../${name}`, import.meta.url);
const EXPORT = "tests/vectors/export/0.1.0.ndjson";

const browser = await chromium.launch({
  executablePath: process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox"],
});
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 }, colorScheme: "light" });
  const take = (name, options) =>
    page.screenshot({ path: file(`docs/pictures/audit-${name}.png`).pathname, ...options });
  await page.goto(file("dist/audit/index.html").href);
  await page.setInputFiles("#files", file(EXPORT).pathname);
  await page.locator(".card summary").click();
  await page.locator(".card").scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector(".card").scrollIntoView());
  await page.setViewportSize({ width: 900, height: 1100 });
  await take("verdict");
  await page.setViewportSize({ width: 900, height: 700 });
  await page.locator(".card summary").click();
  const subject = await page.evaluate(() => {
    document.querySelector("#subject").dispatchEvent(new Event("input"));
    return [...document.querySelectorAll("#subjects option")].at(-1).value;
  });
  await page.fill("#subject", subject);
  await page.fill("#at", "2026-10-03T12:00:00Z");
  await page.click("#ask button");
  await page.locator("#answer .notice").waitFor();
  await page.locator("#explore").scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector("#explore").scrollIntoView());
  await page.setViewportSize({ width: 900, height: 900 });
  await take("answer");
  await page.setViewportSize({ width: 900, height: 700 });
  await page.evaluate(() => document.querySelector("#stats").previousElementSibling.scrollIntoView());
  await take("stats");
  await page.goto(`${file("dist/policy/index.html").href}#en`);
  await page.fill("#name", "Example SAS");
  await page.fill("#contact", "privacy@example.org");
  for (const name of ["google analytics", "hotjar"]) {
    await page.fill("#search", name);
    await page.click("#results button");
  }
  await page.locator("#stage [part~=banner]").waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.setViewportSize({ width: 900, height: 1900 });
  await page.screenshot({ path: file("docs/pictures/policy-page.png").pathname });
} finally {
  await browser.close();
}
