// The officer's page as a collector serves it, in Chromium, over the store of the true one, `consentinel serve`: the token,
// what is asked and answered, the record of each question, and what command and page say of that.
//
// Left out: who is let in by which header, and questions that are none (collector/tests/collector/officer.rs).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { consentinel, program } from "../browser/program.mjs";
import { site } from "../browser/site.mjs";
import { cards, path } from "./room.mjs";

const TOKEN = "a-token-of-the-test-0123456789";
const LOG = "shop.example/consent";
const ORIGIN = "https://shop.example";
const line = readFileSync(path("collector/example/record.ndjson"), "utf8").trim();
const { subject } = JSON.parse(line);
const AXE = readFileSync(path("node_modules/axe-core/axe.min.js"), "utf8");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const folder = mkdtempSync(join(tmpdir(), "consentinel-officer-"));
const store = join(folder, "store.db");
// A public key by which nobody signs here.
const KEY = consentinel("keygen", LOG, "--output", join(folder, "key")).out.trim();
writeFileSync(join(folder, "token"), `${TOKEN}\n`);
writeFileSync(
  join(folder, "collector.toml"),
  `listen = "127.0.0.1:0"\nprivate = "127.0.0.1:0"\nstore = "store.db"\n` +
    `[officer]\nlisten = "127.0.0.1:0"\npages = "${path("dist/audit")}"\n` +
    `[[officer.holder]]\nname = "A. Martin"\ntoken = "token"\n` +
    `[[site]]\nname = "shop"\nlog = "${LOG}"\norigins = ["${ORIGIN}"]\n` +
    `policies = ["${path("collector/example/policy.json")}"]\nnotices = ["${path("collector/example/notice.json")}"]\n`,
);
const child = spawn(program(), ["serve", "--settings", join(folder, "collector.toml"), "--log", "debug"], {
  stdio: ["ignore", "pipe", "pipe"],
});
let log = "";
child.stderr.on("data", (piece) => {
  log += piece;
});
const told = await createInterface(child.stdout)[Symbol.asyncIterator]();
const addressOf = async (what) => (await told.next()).value?.replace(`${what} `, "");
const pages = await addressOf("pages");
await addressOf("operator");
const officer = await addressOf("officer");
assert.ok(officer, `the collector said why it did not start: ${log}`);
after(async () => {
  child.kill();
  await once(child, "close");
  rmSync(folder, { recursive: true });
});
const visitTest = site();

/** What the page says at its end. */
const said = (page, text) => page.waitForFunction((text) => document.body.textContent.includes(text), text);

visitTest("an officer opens the store by a token, asks, and every question is on record", async (visit) => {
  const sent = await fetch(`${pages}/v1/records`, {
    method: "POST",
    headers: { Origin: ORIGIN, "Content-Type": "text/plain" },
    body: line,
  });
  assert.equal(sent.status, 201, await sent.text());
  const { page } = visit;
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(officer);

  // Without its token nothing is answered, and nothing is on record.
  await page.fill("#token", "another-token-of-somebody-else");
  await page.click("#connect");
  await said(page, "the token is not one that the collector knows");
  assert.equal(await page.isHidden("#questions"), true);
  assert.equal(JSON.parse(consentinel("accesses", store, "--json").out).count, 0);

  await page.fill("#token", TOKEN);
  await page.click("#connect");
  await page.waitForSelector("#questions:not([hidden])");
  assert.equal(await page.inputValue("#log"), LOG);

  // All of it, judged here by the module: the same as the program says of the store.
  await page.click("#whole");
  await page.waitForSelector(".card");
  const [whole] = await cards(page);
  assert.deepEqual([whole.name, whole.holds], [LOG, true]);
  assert.equal(consentinel("verify", store).status, 0);
  await page.waitForSelector("#by-day table");
  assert.deepEqual(
    await page.$$eval("#by-category tbody tr", (rows) => rows.length > 0),
    true,
    "how many agreed, without another question",
  );

  // One browser, by its pseudonym and by the hash of its record: history, and the notice as it was shown.
  for (const who of [subject, sha256(line)]) {
    await page.fill("#who", who);
    await page.click("#find");
    await page.waitForFunction((name) => document.querySelector("#explore")?.textContent.includes(name), who);
    await page.waitForSelector("#answer table");
    assert.equal(await page.inputValue("#subject"), subject, "who was asked about");
    const answer = await page.textContent("#answer");
    assert.ok(answer.includes(JSON.parse(line).notice.hash), "the notice that was shown");
    assert.ok(await page.$("#answer .notice"), "its words");
  }
  assert.ok((await page.textContent("#verdicts")).includes("Only a part was asked for"));
  await page.fill("#who", "A".repeat(22));
  await page.click("#find");
  await said(page, "There is no record under this pseudonym");
  // Months of receipt.
  const month = new Date().toISOString().slice(0, 7);
  for (const [field, text] of [
    ["#from", "2020-01"],
    ["#to", month],
  ])
    await page.fill(field, text);
  await page.click("#months");
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 5);
  assert.deepEqual(
    (await cards(page)).map(({ holds }) => holds),
    [true, true, true, true, true],
  );
  await page.fill("#from", "soon");
  await page.click("#months");
  await said(page, "give a pseudonym, a SHA-256, or months");

  // Judged by the collector itself, for a store that no tab holds: by the keyboard, and the same as the program says.
  await page.fill("#from", "");
  await page.fill("#to", "");
  assert.equal(await page.getAttribute("#judge", "aria-describedby"), "judge-hint");
  await page.focus("#judge");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#judged-months table");
  // Whoever hears the page is told the verdict, and whoever types is where they were.
  assert.equal(await page.textContent("#store-said"), `${LOG}: holds`);
  assert.equal(await page.evaluate(() => document.activeElement.id), "judge");
  assert.equal(await page.textContent("#judging"), "", "how far it is has gone");
  const judged = await page.textContent("#judged");
  const { origin, months: ofStore } = JSON.parse(consentinel("verify", store, "--json").out);
  assert.ok(judged.includes(origin) && judged.includes(ofStore[0].month), judged);
  const { category } = JSON.parse(consentinel("stats", store, "--json").out);
  const rates = await page.$$eval("#judged-by-category tbody tr", (rows) =>
    rows.map(({ cells }) => [Number(cells[1].textContent), Number(cells[2].textContent)]),
  );
  assert.deepEqual(
    rates,
    category.map(({ granted, denied }) => [granted, denied]),
  );
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  assert.deepEqual(found, [], "axe-core");
  // Whoever does not want to wait stops it from where they are. Nothing answers, so nothing comes before.
  let isHeld = true;
  await page.route("**/v1/ask", (route) => {
    if (!isHeld) return route.continue();
  });
  await page.focus("#judge");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#judging-stop");
  assert.equal(await page.textContent("label[for=judging-bar]"), `The collector reads ${LOG}`);
  // In another language it goes on, and is stopped as before.
  await page.selectOption("#language", "fr");
  assert.equal(await page.textContent("label[for=judging-bar]"), `Le collecteur lit ${LOG}`);
  await page.selectOption("#language", "en");
  assert.equal(await page.textContent("label[for=judging-bar]"), `The collector reads ${LOG}`);
  await page.focus("#judge");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "judging-stop");
  await page.keyboard.press("Enter");
  await said(page, `Stopped. Nothing is said about ${LOG}.`);
  assert.equal(await page.evaluate(() => document.activeElement.id), "judge");
  // The held one stays held: without the route it would go on to the collector.
  isHeld = false;
  // A key that is typed is asked of there, too.
  await page.evaluate(() => {
    document.querySelector("#keys-part").open = true;
  });
  await page.fill("#keys", KEY);
  await page.click("#judge");
  await page.waitForSelector("#judged .verdict.fails");
  assert.equal(await page.$("#judged table[id], #judged-stats"), null, "no rates of what does not hold");
  await page.fill("#keys", "");

  // Who asked what, here and by the command.
  await page.click("#accesses");
  await page.waitForSelector("#accesses-list table");
  const list = JSON.parse(consentinel("accesses", store, "--json").out);
  const what = ["sites", "whole", "browser", "record", "browser", "months", "judged", "judged", "accesses"];
  assert.deepEqual([list.broken, list.list.map((one) => one.asked.what)], [null, what]);
  assert.ok(list.list.every(({ who }) => who === "A. Martin"));
  assert.equal(list.list[2].asked.subjectHash, sha256(subject));
  const shown = await page.textContent("#accesses-list");
  assert.ok(shown.includes(list.head) && shown.includes("A. Martin"), shown);
  const verified = JSON.parse(consentinel("verify", store, "--json").out);
  assert.deepEqual(verified.accesses, { count: what.length, head: list.head, broken: null });

  // The token is in no address, no storage, no cookie and no line of the log; nobody but the collector was asked.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  assert.deepEqual(await page.context().cookies(), []);
  for (const text of [kept, log, asked.join(" ")]) assert.ok(!text.includes(TOKEN) && !text.includes(subject), text);
  assert.ok(
    asked.every((url) => url.startsWith(officer) || url.startsWith("blob:")),
    asked.join(" "),
  );

  // Another language keeps what is open; another load has forgotten the token.
  await page.selectOption("#language", "fr");
  assert.equal(await page.textContent("#store"), "Le dépôt");
  assert.equal(await page.isHidden("#questions"), false);
  await page.reload();
  assert.deepEqual([await page.inputValue("#token"), await page.isHidden("#questions")], ["", true]);
  // The browser tells of the two questions that were refused.
  await visit.quieten();
});
