// The officer's pages for everybody: axe-core finds nothing in light, dark and forced colours, in English and French,
// with everything open; the keyboard alone gets everywhere; at 320 pixels and at 400 % nothing scrolls sideways; and
// Firefox reads the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TAGS, audit } from "../access/face.mjs";
import { site } from "../browser/site.mjs";
import { launch } from "../matrix/engines/firefox.mjs";
import { EXPORT, give, onDisk, path } from "./room.mjs";

const visitTest = site();
const CHANGED = path("tests/vectors/export/README.md");

const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
];

// A file that holds and one that does not, an answer, everything open.
async function arrive({ page }, language) {
  await page.goto(onDisk());
  await page.selectOption("#language", language);
  await give(page, [CHANGED, EXPORT]);
  await page.fill("#subject", JSON.parse(`"${await aSubject(page)}"`));
  await page.click("#ask button");
  await page.locator("#answer .notice").waitFor();
  await openAll(page);
}

const aSubject = (page) =>
  page.evaluate(() => {
    document.querySelector("#subject").dispatchEvent(new Event("input"));
    return document.querySelector("#subjects option").value;
  });

const openAll = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

async function arriveAtPolicy({ page }, language) {
  await page.goto(onDisk("policy"));
  await page.selectOption("#language", language);
  await page.setInputFiles("#files", path("www/policies/imagino.json"));
  await page.locator("#stage [part=banner]").waitFor();
}

for (const language of ["en", "fr"]) {
  for (const [name, go] of [
    ["records", arrive],
    ["policy", arriveAtPolicy],
  ]) {
    visitTest(`axe finds nothing: ${name}, ${language}`, async (visit) => {
      await go(visit, language);
      for (const [look, media] of LOOKS) {
        await visit.page.emulateMedia({ colorScheme: "light", forcedColors: "none", ...media });
        await audit(visit).catch((error) => {
          error.message = `${look}: ${error.message}`;
          throw error;
        });
      }
    });

    visitTest(`nothing scrolls sideways at 320 pixels: ${name}, ${language}`, async (visit) => {
      await visit.page.setViewportSize({ width: 320, height: 568 });
      await go(visit, language);
      const width = await visit.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${width} pixels`);
      await audit(visit);
    });
  }
}

visitTest(
  "by the keyboard alone: every control is reached in the order of the page, and an answer comes",
  async (visit) => {
    const { page } = visit;
    await page.goto(onDisk());
    await give(page, [EXPORT]);
    const subject = await aSubject(page);
    const reached = [];
    await page.evaluate(() => document.activeElement.blur());
    for (let at = 0; at < 60 && reached.at(-1) !== "forget"; at++) {
      await page.keyboard.press("Tab");
      const id = await page.evaluate(() => document.activeElement.id || document.activeElement.localName);
      reached.push(id);
      if (id === "summary") await page.keyboard.press("Enter");
      if (id === "subject") await page.keyboard.type(subject);
      if (id === "at") await page.keyboard.press("Enter");
    }
    const ids = ["language", "files", "keys", "again", "subject", "at", "csv", "forget"];
    assert.deepEqual(
      reached.filter((id) => ids.includes(id)),
      ids,
      reached.join(" "),
    );
    await page.locator("#answer .notice").waitFor();
  },
);

// A file as a visitor chooses one: what the control of the page holds then.
const chosen = (name, text, done) => `new Promise((resolve) => {
  const files = new DataTransfer();
  files.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
  const control = document.querySelector("#files");
  control.files = files.files;
  const seen = new MutationObserver(() => ${done} && resolve(document.body.innerText));
  seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  control.dispatchEvent(new Event("change"));
})`;
const AXE = readFileSync(path("node_modules/axe-core/axe.min.js"), "utf8");
/** What axe finds in Firefox, by the same rules as `audit` in Chromium. */
const found = async (lane) => {
  await lane.evaluate(`(() => { ${AXE}\n })()`);
  return JSON.parse(
    await lane.evaluate(
      `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(TAGS)} } })
        .then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => [id, nodes[0].html])))`,
    ),
  );
};

test("Firefox opens the pages from a disk, verifies, answers and shows a policy, and axe finds nothing there", async () => {
  const browser = await launch();
  try {
    const lane = await browser.lane();
    await lane.open(onDisk());
    const text = readFileSync(EXPORT, "utf8");
    const told = await lane.evaluate(chosen("shop.export", text, 'document.querySelector("#status").textContent'));
    assert.match(told, /shop\.export: holds/);
    assert.match(told, /Seen here for the first time/);
    const subject = text.match(/"subject":"([^"]+)"/)[1];
    const answer = await lane.evaluate(`new Promise((resolve) => {
      const seen = new MutationObserver(() => document.querySelector("#answer .notice") && resolve(document.querySelector("#answer").innerText));
      seen.observe(document.body, { subtree: true, childList: true });
      document.querySelector("#subject").value = ${JSON.stringify(subject)};
      document.querySelector("#ask button").click();
    })`);
    assert.match(answer, /via/);
    await lane.evaluate("void document.querySelectorAll('details').forEach((details) => (details.open = true))");
    assert.deepEqual(await found(lane), []);
    await lane.open(onDisk("policy"));
    const policy = readFileSync(path("www/policies/jimo.json"), "utf8");
    const shown = await lane.evaluate(chosen("jimo.json", policy, 'document.querySelector("#stage consent-banner")'));
    assert.match(shown, /no errors: 0 errors, 0 warnings/);
    assert.deepEqual(await found(lane), []);
  } finally {
    await browser.close();
  }
});
