// The sample applications (examples/), each with the packed package: as it is built, and under Vite's development server
// while its files are edited. Gate and banner stay while a visitor walks through the pages, changes the language, and while
// code is replaced; React's runs under StrictMode.
//
// Left out: bundlers beside Vite (bundlers.test.mjs), and what a gate stops beyond a cookie and a frame (tests/browser).

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, createServer, preview } from "vite";
import { repositoryFile, site } from "../browser/site.mjs";
import { eventually, thirdParty } from "../browser/third-party.mjs";
import { heard } from "./bundlers/vite.mjs";
import { projectOf } from "./project.mjs";

const { project } = projectOf({ isInside: true });
const visitTest = site();
const party = thirdParty();

/** Which files are edited: the frame of all pages, and the page that comes late. */
const EXAMPLES = [
  { name: "react", frame: "src/App.jsx" },
  { name: "vue", frame: "src/App.vue" },
  { name: "svelte", frame: "src/App.svelte" },
];

let count = 0;

/** A copy of an example, in which maps come from a stand-in; what Vite warns of is in `told`. */
function lay(name, third) {
  const root = join(project, `${count++}`);
  cpSync(fileURLToPath(repositoryFile(`examples/${name}/`)), root, { recursive: true });
  writeFileSync(join(root, ".env"), `VITE_MAPS=${third.url}\n`);
  third.answer({ "/export/embed.html": "<!doctype html><title>Map</title>" });
  const told = [];
  const edit = (file, from, to) => {
    const text = readFileSync(join(root, file), "utf8");
    assert.ok(text.includes(from), `${file} has ${from}`);
    writeFileSync(join(root, file), text.replace(from, to));
  };
  const options = { root, configFile: join(root, "vite.config.js"), logLevel: "warn", customLogger: heard(told) };
  return { options, told, edit };
}

const link = (visit, name) => visit.page.getByRole("link", { name }).click();
const button = (visit, name) => visit.page.getByRole("button", { name, exact: true });
const heading = (visit, name) => visit.page.getByRole("heading", { name }).waitFor();
const frame = (visit) => visit.page.locator("iframe");

/** The same page and the same banner as when they were marked. */
const mark = (visit) =>
  visit.page.evaluate(() => {
    window.isMarked = true;
    document.querySelector("consent-banner").isMarked = true;
  });
const isMarked = (visit) =>
  visit.page.evaluate(() => [window.isMarked, document.querySelector("consent-banner")?.isMarked]);

for (const { name, frame: file } of EXAMPLES) {
  visitTest(`${name}, as it is built: gate and banner stay through pages and languages`, async (visit) => {
    const third = party();
    const { options, told } = lay(name, third);
    process.env.NODE_ENV = "production";
    await build(options);
    const server = await preview({ ...options, preview: { port: 0 } });
    try {
      const { port } = server.httpServer.address();
      const arrivals = () => third.arrivals().map((line) => line.split("?")[0]);
      visit.isPatient = false;
      await visit.page.goto(`http://localhost:${port}/`);
      await button(visit, "Reject all").waitFor();
      await mark(visit);
      await link(visit, "Shops");
      await heading(visit, "Where to find us");
      await button(visit, "Français").click();
      await button(visit, "Tout refuser").waitFor();
      await link(visit, "Accueil");
      await heading(visit, "Du pain frais");
      await visit.page.goBack();
      await heading(visit, "Où nous trouver");
      assert.deepEqual([await isMarked(visit), await visit.jar(), await frame(visit).count()], [[true, true], [], 0]);

      await button(visit, "Afficher les cartes").click();
      await frame(visit).waitFor();
      await eventually(arrivals, ["GET /export/embed.html"]);
      assert.deepEqual(await visit.jar(), []);

      await visit.forget();
      await visit.page.goto(`http://localhost:${port}/shops`);
      await button(visit, "Reject all").click();
      await link(visit, "Home");
      await link(visit, "Shops");
      await heading(visit, "Where to find us");
      assert.deepEqual([await visit.jar(), await frame(visit).count(), arrivals().length], [[], 0, 1]);

      await visit.forget();
      await visit.page.goto(`http://localhost:${port}/`);
      await button(visit, "Accept all").click();
      await link(visit, "Shops");
      await frame(visit).waitFor();
      await eventually(arrivals, ["GET /export/embed.html", "GET /export/embed.html"]);
      assert.deepEqual(await visit.jar(), ["pages"]);
      assert.deepEqual(told, []);
      await visit.page.goto("about:blank");
    } finally {
      await server.close();
    }
  });

  visitTest(`${name}, while it is edited: gate, banner and the right to grant stay`, async (visit) => {
    const third = party();
    const { options, told, edit } = lay(name, third);
    process.env.NODE_ENV = "development";
    edit("src/consent.js", "const owner", "export const owner");
    const server = await createServer({ ...options, server: { port: 0 } });
    await server.listen();
    try {
      const address = `http://localhost:${server.httpServer.address().port}/`;
      visit.isPatient = false;
      // What Vite has to bundle before it is known then, and loads no page anew for it.
      await visit.page.goto(`${address}shops`);
      await heading(visit, "Where to find us");
      const { depsOptimizer } = server.environments.client;
      await eventually(() => Object.keys(depsOptimizer.metadata.discovered), []);

      await visit.page.goto(address);
      await button(visit, "Reject all").waitFor();
      await link(visit, "Shops");
      await heading(visit, "Where to find us");
      await mark(visit);
      edit(file, "<footer>", "<footer><b>edited</b>");
      await visit.page.locator("footer b").waitFor();
      // What watches files drops a change that follows another within 50 ms.
      const again = visit.page.locator("footer b", { hasText: "again" });
      const isSeen = () =>
        again.waitFor({ timeout: 2000 }).then(
          () => true,
          () => false,
        );
      edit(file, "<b>edited</b>", "<b>edited again</b>");
      while (!(await isSeen())) edit(file, "<b>edited again</b>", "<b>edited again</b>");
      assert.deepEqual([await isMarked(visit), await visit.jar()], [[true, true], []]);
      await button(visit, "Show maps").click();
      await frame(visit).waitFor();
      assert.equal((await visit.categories()).maps, "granted");

      // Under development a module of the page is one for whoever imports it.
      await visit.page.evaluate(async () => {
        const { consent, owner } = await import("/src/consent.js");
        consent.acceptAll();
        owner.destroy();
      });
      await visit.problem(/^consentinel: grant-untrusted at accept-all/);
      assert.equal(await visit.page.locator("consent-banner").count(), 0);
      await link(visit, "Home");
      await heading(visit, "Fresh bread");
      assert.deepEqual(await visit.jar(), ["pages"], "nothing holds anybody back");

      await visit.page.goto(address);
      await visit.page.evaluate(() => void (window.isMarked = true));
      edit("src/policy.js", 'en: "Counting"', 'en: "Counting pages"');
      await visit.page.waitForFunction(() => !window.isMarked);
      await button(visit, "Cookie settings").click();
      await visit.page.getByText("Counting pages").first().waitFor();
      assert.deepEqual(told, []);
      await visit.page.goto("about:blank");
    } finally {
      await server.close();
    }
  });
}
