// Program and page answer alike: over every case file of exports and ledgers, check by check and problem by problem,
// with a key and without; and over an export that holds, each table, each history and the CSV byte for byte.
//
// The case files are laid down by the native tests (tests/support/keep.rs), which make them of tests/vectors.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { site } from "../browser/site.mjs";
import { cards, EXPORT, give, idle, KEY, onDisk, path } from "./room.mjs";

const PROGRAM = process.env.CONSENTINEL_CLI;
const CASES = resolve(path("."), process.env.CARGO_TARGET_DIR ?? "target", "cases");
const WORDS = JSON.parse(readFileSync(path("www/audit/texts/en.json"), "utf8"));
/** What the policy of the export calls its categories and services, in English. */
const TITLES = (() => {
  const line = readFileSync(EXPORT, "utf8")
    .split("\n")
    .find((line) => line.startsWith('{"policy"'));
  const { categories, services } = JSON.parse(line).policy;
  return Object.fromEntries([
    ...categories.map(({ id, title }) => [id, title.en]),
    ...services.map(({ id, name }) => [id, name]),
  ]);
})();
const visitTest = site();

/** What the program prints; it ends with 1 where a file does not hold. */
function told(...words) {
  try {
    return execFileSync(PROGRAM, words, { encoding: "utf8", maxBuffer: 1e9, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    assert.equal(error.status, 1, error.stderr);
    return error.stdout;
  }
}

const answers = (files, ...words) =>
  told("verify", "--json", ...words, ...files)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

for (const keys of ["", readFileSync(KEY, "utf8").trim()]) {
  visitTest(
    `every case file has the same answer from both, ${keys ? "with a key" : "without a key"}`,
    async ({ page }) => {
      const names = readdirSync(CASES).sort();
      assert.ok(
        names.length > 150,
        `${names.length} case files in ${CASES}: run the native tests with CONSENTINEL_CASES_INTO`,
      );
      const files = names.map((name) => join(CASES, name));
      await page.goto(onDisk());
      if (keys) {
        await page.locator("summary", { hasText: "Public keys" }).click();
        await page.fill("#keys", keys);
        await page.click("#again");
        await page.waitForFunction(() => !document.querySelector("#bar"));
      }
      // Documents that stand alone are no case of a verdict.
      await give(page, files);
      const shown = await cards(page);
      const program = answers(files, ...(keys ? ["--key", keys] : []));
      assert.deepEqual(
        shown.map(({ name }) => name),
        names,
      );
      for (const [at, answer] of program.entries()) {
        const { name, holds, checks, problems } = shown[at];
        assert.equal(holds, answer.holds, name);
        const found = Object.fromEntries(Object.entries(checks).filter(([, count]) => count));
        assert.deepEqual(found, answer.counts, name);
        const rows = answer.problems.map(({ severity, code, path, found, help }) => [
          severity,
          code,
          path,
          found,
          help,
        ]);
        assert.deepEqual(problems, rows, name);
      }
    },
  );
}

visitTest("a proof, and each change of it, has the same answer from both", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "consentinel-proof-"));
  try {
    const id = readFileSync(EXPORT, "utf8").match(/"id":"([A-Za-z0-9_-]{22})"/)[1];
    const proof = told("prove", EXPORT, id);
    const files = [
      proof,
      proof.replace("index 0", "index 1"),
      proof.replace(/(?<=extra .{40})./, "x"),
      proof.slice(0, -9),
    ].map((text, at) => {
      const file = join(folder, `proof.${at}`);
      writeFileSync(file, text);
      return file;
    });
    await page.goto(onDisk());
    await give(page, files);
    const shown = await cards(page);
    for (const [at, { holds, problems, counts }] of answers(files).entries()) {
      assert.equal(shown[at].holds, holds);
      assert.equal(holds, at === 0);
      assert.deepEqual(
        shown[at].problems.map(([, code]) => code),
        problems.map(({ code }) => code),
      );
      for (const code of Object.keys(counts)) assert.equal(shown[at].checks[code], counts[code]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

visitTest("an export that holds has the same tables, histories and CSV from both", async ({ page }) => {
  await page.goto(onDisk());
  await give(page, [EXPORT]);
  await page.locator("#stats details").last().waitFor();
  const stats = JSON.parse(told("stats", "--json", EXPORT));
  const tables = await page.evaluate(() =>
    [...document.querySelectorAll("#stats table")].map((table) =>
      [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
    ),
  );
  const named = (id) => (TITLES[id] ? `${TITLES[id]} (${id})` : id);
  const spoken = (tag) => `${{ en: "English", fr: "French" }[tag]} (${tag})`;
  const actions = ["accept-all", "reject-all", "save", "withdraw", "once", "opt-out", "import", "other"];
  const share = ({ granted, denied }) => `${((100 * granted) / Math.max(granted + denied, 1)).toFixed(1)} %`;
  const wanted = Object.entries(stats).map(([by, rows]) =>
    rows.map((row) =>
      by === "category"
        ? [named(row.category), `${row.granted}`, `${row.denied}`, share(row)]
        : [
            by === "language" ? spoken(row.language) : row[by],
            `${row.records}`,
            share(row),
            ...actions.map((action) => `${row.actions[action] ?? 0}`),
          ],
    ),
  );
  assert.deepEqual(new Set(tables.map(String)), new Set(wanted.map(String)));

  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#csv")]);
  assert.equal(readFileSync(await download.path(), "utf8"), told("export", "--format", "csv", EXPORT));

  const subjects = new Set(readFileSync(EXPORT, "utf8").match(/(?<="subject":")[^"]+/g));
  assert.ok(subjects.size > 2);
  for (const subject of subjects) {
    for (const at of ["", "2026-10-03T12:00:00Z", "2020-01-01"]) {
      const answer = JSON.parse(told("lookup", "--json", EXPORT, subject, ...(at ? ["--at", at] : [])));
      // Where no time is asked about, nothing is past its end, and the page does not say so either.
      assert.equal(answer.isPastEnd === null, !at);
      await page.fill("#subject", subject);
      await page.fill("#at", at);
      await page.evaluate(() => document.querySelector("#answer").replaceChildren());
      await page.click("#ask button");
      await page.locator("#answer table").first().waitFor();
      const [held, rows] = await page.evaluate(() => {
        const list = document.querySelector("#answer > dl");
        const rows = [...document.querySelector("#answer table").tBodies[0].rows];
        return [
          list
            ? Object.fromEntries(
                [...list.querySelectorAll("dt")].map((name) => [name.textContent, name.nextSibling.textContent]),
              )
            : null,
          rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
        ];
      });
      const names = (list) => list.map(named).join(", ") || "nothing";
      assert.deepEqual(
        rows,
        answer.decisions.map((one) => [
          one.at,
          `${WORDS[`action_${one.action}`]}, ${WORDS[`via_${one.via}`]}`,
          names(one.granted),
          names(one.denied),
          spoken(one.notice.language),
        ]),
      );
      const end = answer.isPastEnd && answer.held.granted.length > 0 ? " (past its end)" : "";
      assert.equal(held?.granted, answer.held ? names(answer.held.granted) + end : undefined);
      assert.equal(held?.record, answer.held?.id);
    }
  }
  await idle(page);
});
