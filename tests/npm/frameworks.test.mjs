// Frameworks, each with the packed package and the code that its page of docs/frameworks shows. Those that render on a
// server, in development and in production: the first paint has what the visitor decided and no more, nothing of it is made
// anew, banner and gate stay through pages. All: nobody is asked before the grant, and neither framework nor browser warns,
// of markup that differs among others.
//
// Left out: Next and bundlers (bundlers.test.mjs), and the sample applications of React, Vue and Svelte (examples.test.mjs).

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { site } from "../browser/site.mjs";
import { eventually, thirdParty } from "../browser/third-party.mjs";
import * as astro from "./frameworks/astro.mjs";
import * as modules from "./frameworks/modules.mjs";
import * as solid from "./frameworks/solid.mjs";
import * as sveltekit from "./frameworks/sveltekit.mjs";
import * as vue from "./frameworks/vue.mjs";
import { projectOf } from "./project.mjs";

const { project, installed } = projectOf({ isInside: true });
const visitTest = site();
const party = thirdParty();

const WAITS = "The map waits for your consent.";
const ONCE = "GET /embed";

let count = 0;

/** The application of a framework with a vendor that is a stand-in, and what walks through it. */
async function begin(visit, { folder, key, library = "" }, make) {
  const third = party();
  third.answer({ "/embed": "<!doctype html><title>Map</title>" });
  const root = join(project, `${count++}`);
  cpSync(fileURLToPath(new URL(`frameworks/${folder}/`, import.meta.url)), root, { recursive: true });
  // The same for all of them, where each keeps such things.
  cpSync(fileURLToPath(new URL("frameworks/policy.js", import.meta.url)), join(root, library, "policy.js"));
  writeFileSync(join(root, "package.json"), '{ "name": "bakery", "private": true, "type": "module" }\n');
  if (key) writeFileSync(join(root, ".env"), `${key}=${third.url}\n`);
  const told = [];
  const { url, close } = await make(root, told, { installed, maps: third.url });
  const { page } = visit;
  visit.isPatient = false;
  page.on("console", (message) => message.type() === "warning" && told.push(message.text()));
  return {
    close,
    told,
    third,
    go: (path) => page.goto(url + path),
    printed: async () => (await visit.context.request.get(`${url}/shops`)).text(),
    button: (text) => page.getByRole("button", { name: text, exact: true }),
    link: (text) => page.getByRole("link", { name: text }).click(),
    frame: page.locator("iframe[title=Map]"),
    waits: () => page.getByText(WAITS).waitFor(),
  };
}

for (const framework of [sveltekit, astro, vue]) {
  for (const [mode, make] of [
    ["development", framework.develop],
    ["production", framework.produce],
  ]) {
    visitTest(`${framework.name}, ${mode}: first paint, gate and pages`, async (visit) => {
      const { page } = visit;
      const { close, told, third, go, printed, button, link, frame, waits } = await begin(visit, framework, make);
      /** From page to page while nobody has decided; whether page and banner are those of before. */
      const walk = async () => {
        await go("/");
        await button("Reject all").waitFor();
        await page.evaluate(() => {
          window.isMarked = true;
          document.querySelector("consent-banner").isMarked = true;
        });
        await link("Shops");
        await waits();
        await button("Reject all").waitFor();
        return page.evaluate(() => [window.isMarked, document.querySelector("consent-banner")?.isMarked]);
      };
      try {
        if (mode === "development") {
          // What a development server finds late it bundles then, and loads the page anew for it.
          await go("/shops");
          await waits();
          await page.waitForLoadState("networkidle");
        }
        let marks = await walk();
        for (let again = 0; mode === "development" && !marks[0] && again < 3; again++) marks = await walk();
        assert.deepEqual(marks, [true, true]);
        await third.fence(page);
        assert.deepEqual(third.arrivals(), []);

        await button("Accept all").click();
        await frame.waitFor();
        await eventually(() => third.arrivals(), [ONCE]);
        const granted = await printed();
        assert.deepEqual([granted.includes("/embed"), granted.includes(WAITS)], [true, false], "the first paint");
        await go("/shops");
        await frame.waitFor();
        // Once for each load: nothing that the server printed is made anew.
        await eventually(() => third.arrivals(), [ONCE, ONCE]);
        await button("Cookies").click();
        await visit.control("withdraw").click();
        assert.ok((await printed()).includes(WAITS), "the first paint has what waits");
        await go("/shops");
        await waits();
        await link("Home");
        await page.getByRole("heading", { name: "Fresh bread" }).waitFor();
        await third.fence(page);
        assert.deepEqual([await frame.count(), third.arrivals()], [0, [ONCE, ONCE]]);
        assert.deepEqual(told, []);
        await visit.settled();
        await page.goto("about:blank");
      } finally {
        await close();
      }
    });
  }
}

for (const framework of [solid, modules]) {
  visitTest(`${framework.name}: a map that waits, comes and goes`, async (visit) => {
    const { page } = visit;
    const { close, told, third, go, button, frame, waits } = await begin(visit, framework, framework.produce);
    try {
      await go("/");
      await waits();
      await button("Reject all").waitFor();
      await third.fence(page);
      assert.deepEqual(third.arrivals(), []);
      await button("Accept all").click();
      await frame.waitFor();
      await eventually(() => third.arrivals(), [ONCE]);
      await go("/");
      await frame.waitFor();
      await eventually(() => third.arrivals(), [ONCE, ONCE]);
      await button("Cookies").click();
      await visit.control("withdraw").click();
      await go("/");
      await waits();
      await third.fence(page);
      assert.deepEqual(third.arrivals(), [ONCE, ONCE]);
      assert.deepEqual(told, []);
      await visit.settled();
      await page.goto("about:blank");
    } finally {
      await close();
    }
  });
}
