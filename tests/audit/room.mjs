// What the files of this folder share: the officer's page as it is opened from a disk, and its answers as they are read
// there.

import { fileURLToPath } from "node:url";
import { repositoryFile } from "../browser/site.mjs";

/** A file of the repository, as a path. */
export const path = (name) => fileURLToPath(repositoryFile(name));

/** A page on a disk: the officer's, unless another is named by its folder and file, such as `policy/index`. */
export const onDisk = (page = "audit/index") => repositoryFile(`dist/${page}.html`).href;

/** An export of the first release, and the key that signed it. */
export const EXPORT = path("tests/vectors/export/0.1.0.ndjson");
export const KEY = path("tests/vectors/export/0.1.0.pub");

/** Gives these files to the page, and waits until all of them are judged. */
export async function give(page, files) {
  await page.setInputFiles("#files", files);
  await idle(page);
}

/** Waits until the page has judged what it was given. */
export const idle = (page) =>
  page.waitForFunction(() => document.querySelector("#status").textContent && !document.querySelector("#bar"), null, {
    timeout: 120_000,
  });

/** What the cards of the page say: verdict, every check with what was found, every problem. */
export const cards = (page) =>
  page.evaluate(() => {
    const rows = (table) =>
      [...(table?.tBodies[0].rows ?? [])].map((row) => [...row.cells].map((cell) => cell.textContent));
    return [...document.querySelectorAll(".card")].map((card) => {
      const checks = rows(card.querySelector("details table")).map(([code, , result]) => [
        code,
        Number.parseInt(result, 10) || 0,
      ]);
      return {
        name: card.querySelector("h3").textContent.replace(/ \([^(]*\)$/, ""),
        holds: card.querySelector(".verdict").textContent === "holds",
        checks: Object.fromEntries(checks),
        problems: rows([...card.querySelectorAll("table")].find((table) => !table.closest("details"))),
      };
    });
  });
