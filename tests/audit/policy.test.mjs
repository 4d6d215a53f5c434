// The page where owners make a policy, as it is opened from a disk: from nothing to a policy that the program passes and a
// page that asks by it, by keyboard alone; every problem of one that is opened, and nothing of it lost; the draft, which is
// remembered and forgotten; and no request.
//
// Left out: what axe says, sizes and colours (access.test.mjs), and what is wrong with a policy (tests/vectors).

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { site } from "../browser/site.mjs";
import { onDisk, path } from "./room.mjs";

const PROGRAM = process.env.CONSENTINEL_CLI;
const visitTest = site();
const IMAGINO = readFileSync(path("www/policies/imagino.json"), "utf8");
const program = (...words) => execFileSync(PROGRAM, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** The page, with a way to say whether it asked anybody for anything. */
async function opened({ page }, language = "en") {
  const asked = [];
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url());
  });
  await page.goto(`${onDisk("policy/index")}#${language}`);
  return asked;
}

const rows = (page) =>
  page
    .locator("#problems tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));

visitTest(
  "from nothing to a policy that `check` passes and a page that asks by it, by keyboard alone",
  async (visit) => {
    const { page } = visit;
    const asked = await opened(visit);
    await page.locator("#status", { hasText: "Nothing yet" }).waitFor();
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const isAt = () => page.evaluate(() => document.activeElement.id || document.activeElement.localName);
    const until = async (id) => {
      for (let at = 0; at < 80; at++) {
        if ((await isAt()) === id) return;
        await press("Tab");
      }
      assert.fail(`the key Tab does not lead to ${id}`);
    };
    await until("name");
    await page.keyboard.type("Example SAS");
    await until("contact");
    await page.keyboard.type("privacy@example.org");
    await until("privacyPolicy");
    await page.keyboard.type("https://example.org/privacy");
    await until("placement");
    await press("ArrowDown");
    await until("language-fr");
    await press("Space");
    // By name, by the host of an address, by a cookie: down into the list, and back.
    for (const words of ["hotjar", "https://js.stripe.com/v3/", "_fbp"]) {
      await until("search");
      await press("Control+a");
      await page.keyboard.type(words);
      await press("ArrowDown");
      assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Add /, words);
      await press("Enter");
      assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Remove /, words);
      await press("Escape");
      assert.equal(await isAt(), "search");
    }
    await page.locator("#status.holds").waitFor();
    assert.deepEqual(await page.locator("#chosen li strong").allTextContents(), ["hotjar", "stripe", "meta-pixel"]);
    // The banner as its visitors see it, in their language and in its place.
    const banner = page.locator("#stage consent-banner");
    assert.equal(await banner.getAttribute("placement"), "corner");
    await page.selectOption("#shown", "fr");
    await page.locator("#stage consent-banner[lang=fr] [part~=banner]", { hasText: "Example SAS" }).waitFor();
    await until("remove-2");
    await press("Enter");
    assert.equal(await isAt(), "remove-1");
    assert.doesNotMatch(await page.inputValue("#text"), /meta-pixel|marketing/);
    await until("origin");
    await page.keyboard.type(`${visit.url("/")}some/page`);
    await until("folder");
    await page.keyboard.type("/dist");

    const folder = mkdtempSync(join(tmpdir(), "consentinel-policy-"));
    try {
      const saved = async (id, name) => {
        const download = page.waitForEvent("download");
        await page.click(`#${id}`);
        const file = join(folder, name);
        await (await download).saveAs(file);
        return readFileSync(file, "utf8");
      };
      const file = join(folder, "policy.json");
      const written = JSON.parse(await saved("save-policy", "policy.json"));
      assert.deepEqual(
        [written.id, written.controller.name, written.placement],
        ["example-sas", "Example SAS", "corner"],
      );
      assert.match(program("check", file), /0 errors, 0 warnings/);
      const snippet = await saved("save-snippet", "snippet.html");
      // What the commands say of the same policy.
      const shown = (id) => page.textContent(`#${id}`);
      const { origin } = new URL(visit.url("/"));
      assert.equal(await saved("save-published", "published.json"), program("bundle", file));
      assert.equal(await shown("element"), program("csp", file, "--meta", "--origin", origin));
      assert.equal(await shown("header"), program("csp", file, "--grant", "analytics", "--origin", origin));
      const [element, policy, tag] = snippet.trimEnd().split("\n");
      assert.equal(`${element}\n`, await shown("element"));
      assert.equal(`${policy}\n`, program("bundle", file, "--html"));
      assert.match(tag, /src="\/dist\/consentinel\.js" integrity="sha256-[^"]+" crossorigin="anonymous"/);
      assert.deepEqual(asked, []);

      // And a page that carries it asks, in the place that was chosen, and does what is answered.
      const declaration = await shown("declaration");
      await visit.open({ lang: "fr", before: snippet, policy: null, tag: "", body: declaration });
      assert.equal(await page.locator("consent-banner").getAttribute("placement"), "corner");
      await page.locator("consent-declaration", { hasText: "Hotjar" }).waitFor();
      await visit.control("accept-all").click();
      await page.waitForFunction(() => window.consentinel.has("hotjar"));
      await page.evaluate(() => window.consentinel.withdraw());
      await page.waitForFunction(() => !window.consentinel.has("hotjar"));
      assert.equal(await page.evaluate(() => window.consentinel.has("stripe")), true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

visitTest("a policy with mistakes shows all of them with their advice, and loses nothing", async (visit) => {
  const { page } = visit;
  const asked = await opened(visit);
  const policy = JSON.parse(IMAGINO);
  policy.items[0].category = "anlytics";
  policy.services[0].use = "hotja";
  policy.colour = { kept: [1, 2.5, null, "\u0000"] };
  const text = JSON.stringify(policy, null, "\t");
  await page.setInputFiles("#files", { name: "wrong.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await page.locator("#status.fails").waitFor();
  assert.equal(await page.inputValue("#text"), text);
  const codes = (await rows(page)).map(([, code]) => code);
  for (const code of ["use-unknown", "category-unknown", "field-unknown"]) assert.ok(codes.includes(code), code);
  const row = (await rows(page)).find(([, code]) => code === "category-unknown");
  assert.deepEqual([row[0], row[3]], ["error", "anlytics"]);
  assert.match(row[2], /^items\[0\]\.category, line \d+/);
  assert.match((await rows(page)).find(([, code]) => code === "use-unknown")[4], /hotjar/);
  assert.equal(await page.locator("#snippet").count(), 0);
  // A control changes its field alone.
  await page.fill("#contact", "privacy@example.org");
  const changed = { ...policy, controller: { ...policy.controller, contact: "privacy@example.org" } };
  assert.equal(await page.inputValue("#text"), `${JSON.stringify(changed, null, "\t")}\n`);
  // Of what is no JSON the controls change nothing, and what is of another kind stays.
  await page.fill("#text", '{"version": 1,');
  await page.locator("#problems", { hasText: "policy-not-json" }).waitFor();
  assert.equal(await page.locator("#name").isDisabled(), true);
  await page.fill("#search", "hotjar");
  await page.click("#results button");
  await page.locator("#said", { hasText: "mend" }).waitFor();
  assert.equal(await page.inputValue("#text"), '{"version": 1,');
  await page.fill("#text", '{"services": "none", "controller": 3, "categories": []}');
  await page.click("#results button");
  await page.locator("#said", { hasText: "mend" }).waitFor();
  await page.fill("#name", "A");
  assert.equal(await page.inputValue("#text"), '{"services": "none", "controller": 3, "categories": []}');
  // Another file in its place, and back.
  await page.setInputFiles("#files", path("www/policies/imagino.json"));
  await page.locator("#status.holds").waitFor();
  for (const language of await page.locator("#shown option").allTextContents()) {
    await page.selectOption("#shown", language);
    await page.locator(`#stage consent-banner[lang=${language}] [data-consent-action=reject-all]`).waitFor();
  }
  await page.selectOption("#layer", "settings");
  await page.locator("#stage consent-banner dialog [role=switch]").first().waitFor();
  // Another language of the page leaves all of it as it was.
  await page.selectOption("#language", "fr");
  await page.locator("#stage consent-banner dialog").waitFor();
  assert.equal(await page.inputValue("#text"), IMAGINO);
  await page.click("#back");
  assert.equal(await page.inputValue("#text"), '{"services": "none", "controller": 3, "categories": []}');
  await page.setInputFiles("#files", {
    name: "long.json",
    mimeType: "application/json",
    buffer: Buffer.alloc(4_000_001, " "),
  });
  await page.locator("#said", { hasText: "long.json" }).waitFor();
  assert.equal(await page.inputValue("#text"), '{"services": "none", "controller": 3, "categories": []}');
  assert.deepEqual(asked, []);
});

visitTest(
  "a policy of nearly a megabyte with thousands of mistakes is changed, and all of them can be had",
  async (visit) => {
    const { page } = visit;
    await opened(visit);
    const policy = JSON.parse(IMAGINO);
    const item = { ...policy.items[0], category: "nowhere" };
    for (let size = 0; size < 900_000; size += JSON.stringify(item).length + 1) policy.items.push(item);
    const text = JSON.stringify(policy);
    await page.setInputFiles("#files", { name: "big.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await page.locator("#said", { hasText: "big.json" }).waitFor();
    const count = Number.parseInt((await page.textContent("#status")).match(/(\d+) errors/)[1], 10);
    assert.ok(count > 900, `${count}`);
    assert.equal(await page.locator("#problems tbody tr").count(), 200);
    await page.click("#all");
    assert.ok((await page.locator("#problems tbody tr").count()) >= count);
    await page.fill("#contact", "privacy@example.org");
    await page.locator("#stage consent-banner [part~=banner]").waitFor();
    assert.equal(JSON.parse(await page.inputValue("#text")).controller.contact, "privacy@example.org");
    assert.equal(JSON.parse(await page.inputValue("#text")).items.length, policy.items.length);
  },
);

visitTest("the draft is remembered on this device, and forgotten", async (visit) => {
  const { page } = visit;
  const asked = await opened(visit);
  await page.fill("#name", "Example SAS");
  await page.fill("#origin", "https://www.example.com");
  await page.locator("#memory", { hasText: "remembers the draft" }).waitFor();
  const text = await page.inputValue("#text");
  await page.reload();
  await page.locator("#said", { hasText: "is back" }).waitFor();
  assert.equal(await page.inputValue("#text"), text);
  assert.equal(await page.inputValue("#name"), "Example SAS");
  assert.equal(await page.inputValue("#origin"), "https://www.example.com");
  const keys = () => page.evaluate(() => Object.keys(localStorage));
  assert.deepEqual(await keys(), ["consentinel-policy-draft"]);
  await page.click("#forget");
  await page.locator("#said", { hasText: "Forgotten" }).waitFor();
  assert.deepEqual(await keys(), []);
  assert.equal(await page.inputValue("#text"), "");
  await page.reload();
  await page.locator("#status", { hasText: "Nothing yet" }).waitFor();
  assert.equal(await page.inputValue("#text"), "");
  // What cannot be read is not written over before its owner says so.
  await page.evaluate(() => localStorage.setItem("consentinel-policy-draft", "{"));
  await page.reload();
  await page.locator("#memory", { hasText: "cannot be read" }).waitFor();
  await page.fill("#name", "Example SAS");
  assert.equal(await page.evaluate(() => localStorage.getItem("consentinel-policy-draft")), "{");
  await page.click("#forget");
  await page.fill("#name", "Example SAS");
  await page.locator("#memory", { hasText: "remembers the draft" }).waitFor();
  // Where nothing more goes in, it is not called remembered.
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.fill("#name", "Example SA");
  await page.locator("#memory", { hasText: "NOT remembered" }).waitFor();
  // A browser that keeps the clipboard to itself: what is to be copied is selected.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
  await page.click("#copy-declaration");
  await page.locator("#said", { hasText: "selected" }).waitFor();
  assert.equal(
    (await page.evaluate(() => `${getSelection()}`)).trim(),
    (await page.textContent("#declaration")).trim(),
  );
  assert.deepEqual(asked, []);
  const policy = await page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content");
  assert.match(policy, /^default-src 'none'; /);
  assert.doesNotMatch(policy, /connect-src|img-src|frame-src/);
});

visitTest("categories and languages are the catalogue's until their owner writes them", async (visit) => {
  const { page } = visit;
  await opened(visit, "fr");
  const document = async () => JSON.parse(await page.inputValue("#text"));
  await page.fill("#search", "ga4");
  await page.click("#results button");
  await page.fill("#name", "Exemple");
  let policy = await document();
  assert.deepEqual(Object.keys(policy.categories[1].title), ["fr"]);
  assert.deepEqual(policy.services, [{ use: "google-analytics", category: "analytics" }]);
  await page.check("#language-de");
  assert.deepEqual(Object.keys((await document()).categories[1].description), ["fr", "de"]);
  // A category that nobody waits for any more goes, but not one with words of the owner.
  await page.selectOption("#category-0", "marketing");
  policy = await document();
  assert.deepEqual(
    policy.categories.map(({ id }) => id),
    ["strictly-necessary", "marketing"],
  );
  policy.categories[1].title.de = "Reklame";
  await page.fill("#text", JSON.stringify(policy));
  await page.locator("#language-de").click();
  await page.locator("#said", { hasText: "restent" }).waitFor();
  assert.equal(await page.isChecked("#language-de"), true);
  policy = await document();
  assert.equal(policy.categories[1].title.de, "Reklame");
  assert.equal(policy.categories[0].title.de, undefined);
  await page.click("#remove-0");
  assert.equal((await document()).services, undefined);
  assert.equal((await document()).categories.length, 2);
  const checked = spawnSync(PROGRAM, ["check", "-"], { input: await page.inputValue("#text"), encoding: "utf8" });
  assert.equal(await page.locator("#status.holds").count(), checked.status === 0 ? 1 : 0, checked.stdout);
});
