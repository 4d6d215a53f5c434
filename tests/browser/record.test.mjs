// What is recorded, where it is kept, and that the native program finds every change of it. The
// chain is recomputed here from the bytes of the file, so neither side vouches for itself.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { consentinel } from "./program.mjs";
import { JIMO, NOON, days, html, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();
const folder = mkdtempSync(join(tmpdir(), "consentinel-record-"));
after(() => rmSync(folder, { recursive: true }));

const JIMO_FILE = fileURLToPath(repositoryFile("www/policies/jimo.json"));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const HASH = /^[0-9a-f]{64}$/;

/** Takes the ledger as a visitor gets it, as a file. */
async function download(visit) {
  const [file, text] = await Promise.all([
    visit.page.waitForEvent("download"),
    visit.page.evaluate(() => window.consentinel.export()),
  ]);
  assert.equal(file.suggestedFilename(), "consentinel-ledger.ndjson");
  const path = join(folder, "ledger.ndjson");
  await file.saveAs(path);
  assert.equal(readFileSync(path, "utf8"), text, "the call returns what the file holds");
  return { path, text };
}

/** Four decisions, by four ways. */
async function decide(visit) {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open();
  await visit.control("reject-all").click();
  await visit.page.clock.setFixedTime(NOON + 1000);
  await visit.control("open").click();
  await visit.page.locator("consent-banner [name=analytics]").check();
  await visit.control("save").click();
  await visit.page.clock.setFixedTime(NOON + 2000);
  await visit.decide("acceptAll");
  await visit.page.reload();
  await visit.page.clock.setFixedTime(NOON + 3000);
  await visit.control("open").click();
  await visit.control("withdraw").click();
}

visitTest(
  "each decision yields one record with the fields of docs/record.md, chained to the one before",
  async (visit) => {
    await decide(visit);
    const { text } = await download(visit);
    const [header, ...lines] = text.split("\n").slice(0, -1);
    const records = lines.map((line) => JSON.parse(line));
    assert.deepEqual(records, await visit.ledger());

    const [F, A] = ["functionality", "analytics"];
    assert.deepEqual(
      records.map(({ action, via, granted, denied, atMs }) => [action, via, granted, denied, atMs - NOON]),
      [
        ["reject-all", "banner", [], [A, F], 0],
        ["save", "settings", [A], [F], 1000],
        ["accept-all", "api", [A, F], [], 2000],
        ["withdraw", "settings", [], [A, F], 3000],
      ],
    );
    const { build } = await visit.page.evaluate(() => ({ build: window.consentinel.build }));
    const keys = [
      "action",
      "atMs",
      "build",
      "denied",
      "expiresAtMs",
      "granted",
      "id",
      "left",
      "notice",
      "policy",
      "previous",
      "sequence",
      "signals",
      "subject",
      "version",
      "via",
    ];
    let previous = "";
    records.forEach((record, position) => {
      assert.deepEqual(Object.keys(record), keys, "canonical order, and nothing else");
      assert.deepEqual(Object.keys(record.policy), ["hash", "id", "revision"]);
      assert.deepEqual(Object.keys(record.notice), ["hash", "language", "layout"]);
      assert.equal(record.version, 1);
      assert.equal(record.sequence, position);
      assert.equal(record.previous, previous);
      assert.equal(record.expiresAtMs, record.atMs + days(182));
      assert.deepEqual([record.policy.id, record.policy.revision, record.build], [JIMO.id, JIMO.revision, build]);
      assert.deepEqual([record.left, record.signals], [[], []]);
      for (const hash of [record.policy.hash, record.notice.hash, record.build]) assert.match(hash, HASH);
      previous = sha256(lines[position]);
    });
    assert.deepEqual(JSON.parse(header), {
      count: 4,
      format: "consentinel-ledger",
      head: previous,
      summarised: 0,
      summary: "",
      version: 1,
    });
    assert.equal(new Set(records.map((record) => record.id)).size, 4);
    assert.equal(new Set(records.map((record) => record.subject)).size, 1);
  },
);

visitTest("the native program verifies the exported ledger and refuses it after any single change", async (visit) => {
  await decide(visit);
  const { path, text } = await download(visit);
  const verify = (content) => {
    const changed = join(folder, "changed.ndjson");
    writeFileSync(changed, content);
    return consentinel("verify", changed).status;
  };
  const verified = consentinel("verify", path);
  assert.equal(verified.status, 0, verified.out + verified.err);
  assert.equal(verify(text), 0);

  // A seeded generator (mulberry32), so that a failure can be repeated.
  let seed = 0x5eed;
  const random = (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const bytes = Buffer.from(text);
  const accepted = [];
  for (let round = 0; round < 40; round++) {
    const flipped = Buffer.from(bytes);
    // Each fortieth of the file has its turn.
    const at = Math.floor((round * bytes.length) / 40) + random(Math.floor(bytes.length / 40));
    flipped[at] ^= 1 << random(8);
    if (verify(flipped) !== 1) accepted.push(`byte ${at}: ${bytes[at]} became ${flipped[at]}`);
  }
  const lines = text.split("\n").slice(0, -1);
  const joined = (all) => all.map((line) => `${line}\n`).join("");
  const swapped = (one, other) => lines.with(one, lines[other]).with(other, lines[one]);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(lines[1])).reverse()));
  for (const [name, content] of Object.entries({
    "without the header": joined(lines.slice(1)),
    "without the first record": joined(lines.toSpliced(1, 1)),
    "without one in the middle": joined(lines.toSpliced(2, 1)),
    "without the last": joined(lines.slice(0, -1)),
    "two swapped": joined(swapped(2, 3)),
    "the first two swapped": joined(swapped(1, 2)),
    "header swapped": joined(swapped(0, 1)),
    "one twice": joined(lines.toSpliced(2, 0, lines[2])),
    "the last line cut": text.slice(0, -1),
    "half a line": text.slice(0, -40),
    "an empty line": `${text}\n`,
    CRLF: text.replaceAll("\n", "\r\n"),
    "a byte order mark": `\ufeff${text}`,
    "a space": text.replace('":', '": '),
    "keys in another order": joined(lines.with(1, reordered)),
    "another escape": text.replace('"via"', '"\\u0076ia"'),
    "a doubled key": text.replace('"via":', '"via":"api","via":'),
    "a field more": text.replace('"via":', '"vib":1,"via":'),
    "one byte more": `${text}x`,
    nothing: "",
  })) {
    assert.notEqual(content, text, name);
    if (verify(content) !== 1) accepted.push(name);
  }
  assert.deepEqual(accepted, []);

  const csv = consentinel("export", path, "--format", "csv");
  assert.equal(csv.status, 0);
  assert.equal(csv.out.trimEnd().split(/\r?\n/).length, 5, csv.out);
});

for (const [language, lang] of [
  ["en", "en"],
  ["fr", "fr-CA"],
]) {
  visitTest(`the record names the notice as the native program rebuilds it, in ${language}`, async (visit) => {
    await visit.open({ lang });
    await visit.control("reject-all").click();
    const [record] = await visit.ledger();
    const { out, err } = consentinel("notice", JIMO_FILE, "--language", language, "--hash");
    assert.equal(record.notice.hash, out.trim(), err);
    assert.equal(record.notice.language, language);
    assert.equal(sha256(consentinel("notice", JIMO_FILE, "--language", language).out), record.notice.hash);
  });
}

visitTest("nothing is stored before a decision, whatever the visitor looks at", async (visit) => {
  await visit.open();
  await visit.control("settings").click();
  await visit.page.locator("consent-banner [name=analytics]").check();
  await visit.control("close").click();
  await visit.page.evaluate(
    () => [window.consentinel.state, window.consentinel.has("analytics"), window.consentinel.ledger()].length,
  );
  await visit.page.reload();
  const stored = await visit.page.evaluate(async () => [
    document.cookie,
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ]);
  assert.deepEqual(stored, ["", 0, 0, 0, 0]);
  assert.deepEqual(await visit.context.cookies(), []);
});

visitTest(
  "the state cookie is host-only, Lax, for the whole site, as long as the decision lives, and small",
  async (visit) => {
    await visit.open();
    await visit.control("accept-all").click();
    const cookie = await visit.stateCookie();
    const lives = cookie.expires - Date.now() / 1000;
    assert.ok(Math.abs(lives - 182 * 86400) < 120, `${lives} seconds`);
    assert.deepEqual([cookie.domain, cookie.path, cookie.secure, cookie.httpOnly], ["localhost", "/", false, false]);
    // Playwright calls a cookie that says nothing Lax too; the browser's own word tells the difference.
    const browser = await visit.context.newCDPSession(visit.page);
    const { cookies } = await browser.send("Network.getCookies");
    assert.equal(cookies.find(({ name }) => name.startsWith("consentinel")).sameSite, "Lax");

    // The most categories a policy can have, with the longest ids.
    const categories = Array.from({ length: 16 }, (_, position) => ({
      id: `category-${"x".repeat(13)}${10 + position}`,
      title: { en: "T" },
      description: { en: "D" },
    }));
    await visit.forget();
    await visit.open({ policy: policyOf([], { categories }) });
    await visit.decide("acceptAll");
    const { name, value } = await visit.stateCookie();
    assert.ok(name.length + 1 + value.length <= 1000, `${value.length} bytes: ${value}`);
    await visit.page.reload();
    assert.equal(Object.values(await visit.categories()).filter((standing) => standing === "granted").length, 16);
  },
);

visitTest("on https the state cookie is Secure", async (visit) => {
  // TLS is the one thing a loopback server cannot give without a certificate: the router answers for it.
  await visit.context.route("https://shop.example/**", async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") return route.fulfill({ contentType: "text/html; charset=utf-8", body: html() });
    const { status, headers, body } = await fetch(visit.url(path, "127.0.0.1")).then(async (answer) => ({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      // As it is: the browser compares the part with its hash.
      body: Buffer.from(await answer.arrayBuffer()),
    }));
    return route.fulfill({ status, headers, body });
  });
  await visit.page.goto("https://shop.example/");
  await visit.control("reject-all").click();
  const { secure, domain } = await visit.stateCookie();
  assert.deepEqual([secure, domain], [true, "shop.example"]);
});

visitTest("no personal data is recorded and nothing is sent", async (visit) => {
  await decide(visit);
  const { text } = await download(visit);
  const facts = await visit.page.evaluate(() => [
    navigator.userAgent,
    navigator.platform,
    location.host,
    location.pathname,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
    `${screen.width}`,
  ]);
  const { value } = await visit.stateCookie();
  for (const fact of [...facts, "127.0.0.1", "Mozilla", "en-GB"])
    assert.ok(!text.includes(fact) && !value.includes(fact), fact);
  assert.deepEqual([...new Set(visit.requested().map((path) => path.split("?")[0]))].sort(), [
    "/dist/consentinel.face.js",
    "/dist/consentinel.js",
    "/dist/consentinel.part.js",
    "/page.html",
  ]);
  for (const { method, body } of visit.server.requests.slice(visit.start))
    assert.deepEqual([method, body], ["GET", ""]);
});

visitTest("the pseudonym is the browser's own: it outlives the cookie, and no other visitor has it", async (visit) => {
  await visit.open();
  await visit.control("accept-all").click();
  const [{ subject }] = await visit.ledger();
  await visit.context.clearCookies();
  await visit.page.reload();
  await visit.decide("rejectAll");
  assert.deepEqual(
    (await visit.ledger()).map((record) => record.subject),
    [subject, subject],
  );
  await visit.page.evaluate(() => localStorage.clear());
  await visit.context.clearCookies();
  await visit.page.reload();
  await visit.control("reject-all").click();
  const [other] = await visit.ledger();
  assert.notEqual(other.subject, subject);
});

visitTest("a signal of the browser is put on record and grants nothing", async (visit) => {
  await visit.context.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }),
  );
  await visit.open({ policy: policyOf([item("opt")]), head: '<script>document.cookie = "opt=1";</script>' });
  assert.deepEqual(await visit.jar(), []);
  await visit.control("accept-all").click();
  assert.deepEqual((await visit.ledger())[0].signals, ["gpc"]);
  assert.deepEqual(await visit.jar(), ["opt"], "what the visitor says afterwards counts");
});

visitTest(
  "a browser keeps a hundred records; the older ones are summarised, and the rest still verifies",
  async (visit) => {
    await visit.open();
    await visit.page.evaluate(() => {
      for (let round = 0; round < 105; round++) window.owner[round % 2 ? "acceptAll" : "rejectAll"]();
    });
    const records = await visit.ledger();
    assert.equal(records.length, 100);
    assert.deepEqual([records[0].sequence, records.at(-1).sequence], [5, 104]);
    const { path, text } = await download(visit);
    const header = JSON.parse(text.split("\n")[0]);
    assert.deepEqual([header.count, header.summarised, header.summary], [100, 5, records[0].previous]);
    const { status, out, err } = consentinel("verify", path);
    assert.equal(status, 0, out + err);
  },
);
