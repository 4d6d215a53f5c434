// The officer's page as an officer has it: opened from a disk or from a host, offline, with files of any length and any
// content. The five questions of README are asked here, in English and in French.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "../access/face.mjs";
import { site } from "../browser/site.mjs";
import { cards, EXPORT, give, KEY, onDisk, path } from "./room.mjs";

const PROGRAM = process.env.CONSENTINEL_CLI;
const visitTest = site();
const lines = readFileSync(EXPORT, "utf8").trim().split("\n");
const first = lines.findIndex((line) => line.startsWith('{"action"'));
const record = JSON.parse(lines[first]);

/** Gives a test a folder of its own. */
function within(body) {
  return async (visit) => {
    const folder = mkdtempSync(join(tmpdir(), "consentinel-room-"));
    try {
      await body(visit, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

const sha = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(Array.isArray(part) ? Buffer.from(part) : part);
  return hash.digest();
};

/** An export of these record lines under one unsigned checkpoint, as docs/export.md describes it. */
function exportOf(file, records, more = []) {
  const out = openSync(file, "w");
  let [block, size] = ["", 0];
  const write = (line) => {
    block += `${line}\n`;
    if (block.length > 1e6) {
      writeSync(out, block);
      block = "";
    }
  };
  write('{"format":"consentinel-export","origin":"big.example/consent","version":1}');
  for (const line of more) write(line);
  write('{"after":"","month":"2026-10"}');
  const whole = [];
  for (const line of records) {
    write(line);
    let root = sha([0], sha(line));
    for (let rest = size; rest % 2; rest = (rest - 1) / 2) root = sha([1], whole.pop(), root);
    whole.push(root);
    size++;
  }
  const root = whole.reduceRight((right, left) => (right ? sha([1], left, right) : left), null);
  const text = `big.example/consent/2026-10\n${size}\n${root.toString("base64")}\n`;
  write(`{"checkpoint":${JSON.stringify(text)}}`);
  writeSync(out, block);
  closeSync(out);
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const named = (number) => {
  let text = "";
  for (let rest = number; text.length < 6; rest = Math.floor(rest / 64)) text += DIGITS[rest % 64];
  return text.padEnd(21, "A");
};

const alone = lines[first].replace(/"previous":"[^"]*","sequence":\d+/, '"previous":"","sequence":0');

function* many(count) {
  for (let at = 0; at < count; at++) {
    const line = alone.replace(/"id":"[^"]*"/, `"id":"${named(at)}A"`);
    yield line.replace(/"subject":"[^"]*"/, `"subject":"${named(at)}Q"`);
  }
}

visitTest(
  "a hundred thousand records are read while the tab answers, and the officer can stop it",
  within(async ({ page }, folder) => {
    const file = join(folder, "big.export");
    const documents = lines.slice(1, first).filter((line) => {
      const hash = createHash("sha256").update(line.slice(10, -1)).digest("hex");
      return hash === record.policy.hash || hash === record.notice.hash;
    });
    exportOf(file, many(100_000), documents);
    await page.goto(onDisk());
    await page.evaluate(() => {
      window.shares = new Set();
      new MutationObserver(() => {
        const bar = document.querySelector("#bar");
        if (bar) window.shares.add(bar.value);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await page.setInputFiles("#files", file);
    await page.click("#stop");
    await page.locator("#said li", { hasText: "Stopped" }).waitFor();
    assert.deepEqual(await cards(page), []);

    await give(page, file);
    const [card] = await cards(page);
    assert.equal(card.holds, true, JSON.stringify(card.problems));
    // Whoever looks sees it go on: between any two of these the tab did something else.
    const shares = await page.evaluate(() => window.shares.size);
    assert.ok(shares > 50, `${shares} steps`);
    assert.match(await page.locator(".card dl").first().textContent(), /records100000/);
    await page.fill("#subject", `${named(77_777)}Q`);
    await page.click("#ask button");
    await page.locator("#answer dl").first().waitFor();
    assert.match(await page.locator("#answer").textContent(), /all accepted, on the first layer/);
  }),
);

visitTest("a file that is dropped beside the place for files does not take the place of the page", async ({ page }) => {
  await page.goto(onDisk());
  const isOpened = await page.evaluate(() =>
    document.querySelector("h1").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true })),
  );
  assert.equal(isOpened, false);
});

visitTest(
  "hostile files run no script and bring no markup: in every field, in names, in other forms than text",
  within(async ({ page, settled }, folder) => {
    const evil = `"><img src=x onerror="document.title='bad'"><script>document.title='bad'</script><svg onload="document.title='bad'">`;
    const inside = JSON.stringify(evil).slice(1, -1);
    const of = (name, bytes) => {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      return file;
    };
    const text = readFileSync(EXPORT, "utf8");
    const fields = [...new Set(text.match(/"[A-Za-z]+":"/g))];
    const files = fields.map((field, at) => of(`field-${at}`, text.replace(field, `${field}${inside}`)));
    // One that holds: its revision, its left names and its notice are markup.
    const notice = { ...JSON.parse(lines.find((line) => line.startsWith('{"notice"'))).notice };
    notice.texts = Object.fromEntries(
      Object.entries(notice.texts).map(([key, value]) => [key, typeof value === "string" ? evil : value]),
    );
    const sorted = (value) =>
      Array.isArray(value)
        ? value.map(sorted)
        : value && typeof value === "object"
          ? Object.fromEntries(
              Object.keys(value)
                .sort()
                .map((key) => [key, sorted(value[key])]),
            )
          : value;
    const told = JSON.stringify(sorted(notice));
    const bad = {
      ...record,
      previous: "",
      sequence: 0,
      left: [evil],
      action: "save",
      granted: [],
      denied: record.granted,
    };
    bad.policy = { ...record.policy, revision: evil };
    bad.notice = { ...record.notice, hash: createHash("sha256").update(told).digest("hex"), language: notice.language };
    const held = join(folder, "held.export");
    exportOf(held, [JSON.stringify(sorted(bad))], [`{"notice":${told}}`]);
    files.push(
      of(`${"<img src=x onerror=alert(1)>".replaceAll("/", "")}`, evil),
      of("empty", ""),
      of("binary", Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 256))),
      of("endless", `{"format":"consentinel-export","origin":"a","version":1}\n${"x".repeat(3_000_000)}`),
      of("long-ledger", "x".repeat(11_000_000)),
      of("deep", "[".repeat(500_000)),
      held,
    );
    await page.goto(onDisk());
    const title = await page.title();
    await give(page, files);
    const shown = await cards(page);
    assert.equal(shown.length, files.length - 1);
    assert.deepEqual(
      shown.filter(({ holds }) => holds).map(({ name }) => name),
      ["held.export"],
      JSON.stringify(shown.at(-1)),
    );
    await page.locator("#said li", { hasText: "long-ledger is longer" }).waitFor();
    await page.fill("#subject", bad.subject);
    await page.click("#ask button");
    await page.locator("#answer .notice").waitFor();
    assert.ok((await page.locator("#answer .notice").textContent()).includes(evil));
    assert.equal(await page.locator("img, iframe, object, embed, [onerror], [onload]").count(), 0);
    // What the page is made of takes its own script out.
    assert.equal(await page.locator("script").count(), 0);
    assert.equal(await page.title(), title);

    // The sheet is a page of its own, and as harmless.
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#answer > button").click()]);
    const sheet = join(folder, "sheet.html");
    await download.saveAs(sheet);
    await page.goto(`file://${sheet}`);
    assert.ok((await page.textContent("main")).includes(evil));
    assert.equal(await page.locator("img, iframe, script, [onerror], [onload]").count(), 0);
  }),
);

visitTest(
  "a decision that another tool asked for, and a word of a newer program, are told as what they are",
  within(async ({ page }, folder) => {
    const sorted = (value) =>
      value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.keys(value)
              .sort()
              .map((key) => [key, sorted(value[key])]),
          )
        : value;
    const later = {
      ...JSON.parse(alone),
      version: 2,
      action: "import",
      via: "tool",
      notice: { by: "klaro", hash: "", language: "" },
      signals: { heard: [], sent: [] },
    };
    later.tool = { name: "klaro", kind: "cookie", key: "klaro", said: "all", atMs: later.atMs, mapping: later.build };
    const newer = { ...later, id: `${named(1)}A`, subject: `${named(1)}Q`, action: "adjust" };
    const file = join(folder, "later.export");
    exportOf(
      file,
      [later, newer].map((record) => JSON.stringify(sorted(record))),
    );
    await page.goto(onDisk());
    await give(page, file);
    const [card] = await cards(page);
    assert.equal(card.holds, true, JSON.stringify(card.problems));
    assert.equal(card.checks["word-unknown"], 1);
    await page.fill("#subject", later.subject);
    await page.click("#ask button");
    await page.locator("#answer dl").first().waitFor();
    const answer = await page.locator("#answer").textContent();
    for (const words of [
      "taken over from another tool, as that tool had stored it",
      "klaro said all",
      "that of klaro",
    ]) {
      assert.ok(answer.includes(words), `${words}: ${answer}`);
    }
    await page.fill("#subject", newer.subject);
    await page.click("#ask button");
    await page.locator("#answer dd", { hasText: "adjust, as that tool had stored it" }).waitFor();
  }),
);

visitTest("the page asks no network, from a host as from a disk", async (visit) => {
  const { page } = visit;
  await page.goto(visit.url("/dist/audit/index.html"));
  await give(page, [EXPORT]);
  const asked = visit.requested();
  const said = await page.evaluate(async (url) => {
    const tries = [
      () => fetch(url),
      () => import(url),
      () => new Promise((done, fail) => Object.assign(new Image(), { src: url, onload: done, onerror: fail })),
      () =>
        new Promise((done, fail) =>
          Object.assign(new WebSocket(url.replace("http", "ws")), { onopen: done, onerror: fail }),
        ),
    ];
    const ends = [];
    for (const attempt of tries)
      ends.push(
        await attempt().then(
          () => "through",
          () => "stopped",
        ),
      );
    ends.push(navigator.sendBeacon(url) ? "sent" : "refused");
    return ends;
  }, visit.url("/asked"));
  assert.deepEqual(said.slice(0, 4), ["stopped", "stopped", "stopped", "stopped"]);
  await visit.settled();
  assert.deepEqual(visit.requested(), asked);
  assert.deepEqual(asked, ["/dist/audit/index.html"]);
  visit.stopped = [];
});

for (const [language, words] of Object.entries({
  en: {
    ask: "Answer",
    anew: "NOT what was seen",
    month: "Its latest choice",
    said: "Keep your basket",
    share: "By day",
  },
  fr: {
    ask: "Réponse",
    anew: "PAS ce qui avait été vu",
    month: "Son dernier choix",
    said: "Conserve votre panier",
    share: "Par jour",
  },
})) {
  visitTest(
    `the five questions are answered, ${language}`,
    within(async ({ page }, folder) => {
      await page.goto(onDisk());
      await page.selectOption("#language", language);
      await give(page, [EXPORT]);
      assert.equal(await page.getAttribute("html", "lang"), language);
      // What had this visitor granted then; what did the banner say.
      const spoken = lines.filter((line) => line.startsWith('{"action"')).map((line) => JSON.parse(line));
      const one = spoken.findLast((record) => record.notice.language === language);
      await page.fill("#subject", one.subject);
      await page.fill("#at", new Date(one.atMs + 1000).toISOString());
      await page.getByRole("button", { name: words.ask }).click();
      await page.locator("#answer .notice").waitFor();
      assert.match(await page.locator("#answer").textContent(), new RegExp(one.id));
      assert.equal(await page.getAttribute("#answer .notice", "lang"), language);
      // How many agreed, by day.
      await page.getByText(words.share, { exact: true }).first().waitFor();
      assert.ok((await page.locator("#stats svg").count()) === 4);
      // What must be kept, and what can go.
      await page.locator("#keep", { hasText: words.month }).waitFor();
      // Was anything altered: against the file by itself, and against what this browser saw.
      const anew = join(folder, "anew.export");
      const text = readFileSync(EXPORT, "utf8");
      const origin = text.match(/"origin":"([^"]+)"/)[1];
      exportOf(anew, [alone]);
      writeFileSync(anew, readFileSync(anew, "utf8").replaceAll("big.example/consent", origin));
      await give(page, [anew]);
      const cardOf = page.locator(".card", { hasText: "anew.export" });
      await cardOf.locator("li.fails", { hasText: words.anew }).waitFor();
    }),
  );
}

visitTest(
  "a notice of today's arrangement is drawn as its visitors saw it, in their language",
  within(async ({ page }, folder) => {
    const told = execFileSync(PROGRAM, ["notice", path("www/policies/imagino.json"), "--language", "fr"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { layout } = JSON.parse(told);
    const hash = createHash("sha256").update(told).digest("hex");
    const line = alone.replace(/"notice":{[^}]*}/, `"notice":{"hash":"${hash}","language":"fr","layout":${layout}}`);
    const file = join(folder, "drawn.export");
    exportOf(file, [line], [`{"notice":${told}}`]);
    await page.goto(onDisk());
    await give(page, [file]);
    await page.fill("#subject", record.subject);
    await page.click("#ask button");
    const banner = page.locator("#drawn consent-banner");
    await banner.locator("[part=banner] [data-consent-action=reject-all]").waitFor();
    await banner.locator("dialog [role=switch]").first().waitFor();
    assert.deepEqual(await banner.evaluateAll((all) => all.map(({ lang }) => lang)), ["fr", "fr"]);
    const [title] = JSON.parse(told).categories.map(({ title }) => title);
    assert.ok((await banner.first().locator("[part=banner]").textContent()).includes(title));
    await audit({ page });
    // Its links lead nowhere from here.
    await banner.first().locator("a").first().click();
    await banner.first().locator("[data-consent-action=accept-all]").click();
    assert.equal(page.url(), onDisk());
    assert.equal(page.context().pages().length, 1);
  }),
);

visitTest("where a key cannot be read nothing holds, and all is judged once it can", async ({ page }) => {
  await page.goto(onDisk());
  await page.locator("summary", { hasText: "Public keys" }).click();
  await page.fill("#keys", "no key");
  await give(page, [EXPORT]);
  assert.deepEqual(await page.locator("#keys-wrong li.fails").allTextContents(), [
    "This is no public key: no key. Nothing is verified until it is right, or taken out.",
  ]);
  assert.equal(await page.getAttribute("#keys", "aria-invalid"), "true");
  assert.equal(await page.locator(".card .verdict.fails", { hasText: "not verified" }).count(), 1);
  assert.equal(await page.locator(".holds, #explore").count(), 0);
  await page.fill("#keys", readFileSync(KEY, "utf8").trim());
  await page.click("#again");
  await page.locator(".card .verdict.holds").waitFor();
  assert.equal(await page.locator("#keys-wrong li").count(), 0);
  // A file that comes later is judged by the keys that stand there then, and those before it as well.
  await page.fill("#keys", "no key either");
  await give(page, [path("www/policies/jimo.json")]);
  assert.equal(await page.locator(".holds").count(), 0);
});

visitTest("what was given can be taken away again, by the keyboard, and the focus goes on", async ({ page }) => {
  await page.goto(onDisk());
  await give(page, [EXPORT, KEY, path("www/policies/jimo.json")]);
  const focused = () =>
    page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-describedby"))?.textContent);
  assert.deepEqual(await page.locator("#documents li span").allTextContents(), [
    "jimo.json: a policy, used to read the records",
  ]);
  await page.locator("#documents .remove").focus();
  await page.keyboard.press("Enter");
  await page.locator("#documents li").waitFor({ state: "detached" });
  await page.locator("#status", { hasText: "jimo.json was removed" }).waitFor();
  assert.match(await focused(), /^0\.1\.0\.ndjson/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 1);
  assert.match(await focused(), /^0\.1\.0\.pub/);
  assert.equal(await page.locator("#explore").count(), 0);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), "files");
});

visitTest("another language keeps what was typed, asked, opened and said", async ({ page }) => {
  await page.goto(onDisk());
  await page.locator("summary", { hasText: "Public keys" }).click();
  await page.fill("#keys", readFileSync(KEY, "utf8").trim());
  await give(page, [EXPORT]);
  await page.locator(".card summary").click();
  await page.locator("#by-day summary").click();
  await page.fill("#subject", record.subject);
  await page.click("#ask button");
  await page.locator("#answer .notice").waitFor();
  await page.fill("#at", "2026-10-03");
  await page.fill("#keys", "half a ke");
  await page.selectOption("#language", "fr");
  await page.locator("#answer .notice").waitFor();
  assert.deepEqual(
    await page.evaluate(() => ["subject", "at", "keys"].map((id) => document.getElementById(id).value)),
    [record.subject, "2026-10-03", "half a ke"],
  );
  assert.deepEqual(
    await page.evaluate(() => [...document.querySelectorAll("details")].map(({ id, open }) => [id, open])),
    [
      ["keys-part", true],
      ["file-0-checks", true],
      ["by-day", false],
      ["by-category", true],
      ["by-language", false],
      ["by-revision", false],
      ["remembered", false],
    ],
  );
  assert.match(await page.locator("#status").textContent(), /0\.1\.0\.ndjson : tient|0\.1\.0\.ndjson: tient/);
  // More files draw all of it anew, too.
  await page.fill("#keys", "");
  await give(page, [path("www/policies/jimo.json")]);
  await page.locator("#answer .notice").waitFor();
  assert.equal(await page.inputValue("#subject"), record.subject);

  await page.getByRole("link", { name: "Faire une politique" }).click();
  await page.locator("#controls").waitFor();
  assert.equal(await page.inputValue("#language"), "fr");
});

visitTest("what a full storage did not take is not called remembered", async ({ page }) => {
  await page.goto(onDisk());
  await page.evaluate(() => {
    for (let [length, at] = [6_000_000, 0]; length >= 1; at++) {
      try {
        localStorage.setItem(`filler-${at}`, "x".repeat(length));
      } catch {
        length = Math.floor(length / 2);
      }
    }
  });
  await give(page, [EXPORT]);
  const seen = page.locator(".card section", { hasText: "Compared with" });
  assert.match(await seen.textContent(), /NOT remembered|remember nothing/);
  await page.evaluate(() => {
    localStorage.clear();
    localStorage.setItem("consentinel-audit-seen", "no list");
  });
  await page.click("#language");
  await page.locator("summary", { hasText: "Public keys" }).click();
  await page.click("#again");
  await seen.locator(".warns", { hasText: "cannot be read" }).waitFor();
  await page.locator("summary", { hasText: "remembers" }).click();
  await page.click("#forget");
  await page.locator("#status", { hasText: "Forgotten" }).waitFor();
  await page.click("#again");
  await seen.locator("p", { hasText: "first time; remembered" }).waitFor();
});

visitTest(
  "in French no code of a record stands alone: acts in words, names by their titles, spans in days",
  async ({ page }) => {
    await page.goto(onDisk());
    await page.selectOption("#language", "fr");
    await give(page, [EXPORT]);
    await page.locator("#by-language summary").click();
    const french = lines.map((line) => JSON.parse(line)).find((line) => line.subject && line.notice.language === "fr");
    await page.fill("#subject", french.subject);
    await page.click("#ask button");
    await page.locator("#answer .notice").waitFor();
    const told = await page.locator("#room").innerText();
    for (const part of [
      "tout accepté, au premier niveau",
      "Mesure d’audience (analytics)",
      "français (fr)",
      "182 jours",
    ])
      assert.ok(told.replaceAll("\u00a0", " ").includes(part), `${part}: ${told}`);
    for (const part of ["accept-all", "reject-all", "banner", " days", "via"]) assert.ok(!told.includes(part), part);
    assert.match(await page.locator("#by-category svg").textContent(), /Mesure d’audience/);
    assert.match(await page.locator("#answer svg").first().textContent(), /Mesure d’audience/);
    await page.fill("#at", "hier");
    await page.click("#ask button");
    await page.locator("#answer", { hasText: "Ce n’est pas un moment" }).waitFor();
  },
);
