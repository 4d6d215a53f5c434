// The packed package in the applications that people make of it: one bundler a file of bundlers/, all with the same
// application (bundlers/app), in development and in production, under a base path and on another site. In each the banner
// speaks the visitor's language, a vendor is asked only once that is granted, later files come when they are wanted, and
// neither bundler nor browser warns of anything. One alone: `--test-name-pattern="Vite, production"`.
//
// Left out: what the package does in a page beyond that (package.test.mjs, tests/browser), and Node (require.test.mjs).

import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { site } from "../browser/site.mjs";
import { eventually, thirdParty } from "../browser/third-party.mjs";
import * as esbuild from "./bundlers/esbuild.mjs";
import * as next from "./bundlers/next.mjs";
import * as plain from "./bundlers/plain.mjs";
import * as rollup from "./bundlers/rollup.mjs";
import * as vite from "./bundlers/vite.mjs";
import * as viteSsr from "./bundlers/vite-ssr.mjs";
import * as webpack from "./bundlers/webpack.mjs";
import { projectOf } from "./project.mjs";

const { project, installed } = projectOf({ isInside: true });
const visitTest = site();
const party = thirdParty();
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/** Serves all files of a folder below a path, for other origins as well. */
function serveFolder(visit, folder, base) {
  for (const file of readdirSync(folder, { recursive: true })) {
    const path = join(folder, file);
    if (!statSync(path).isFile()) continue;
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    visit.serve(base + file, (_, response) =>
      response.writeHead(200, { "Content-Type": type, "Access-Control-Allow-Origin": "*" }).end(readFileSync(path)),
    );
  }
}

/** Whether the application has printed this. */
const said = (visit, words) => visit.page.locator("output", { hasText: words }).waitFor();

/** The texts of all scripts that the page loads from here on, by address. */
function scripts(visit) {
  const loaded = new Map();
  visit.page.on("response", (response) => {
    if (response.request().resourceType() === "script")
      loaded.set(
        response.url(),
        response.text().catch(() => ""),
      );
  });
  return async () => Promise.all(loaded.values());
}

let count = 0;
for (const bundler of [vite, viteSsr, webpack, rollup, esbuild, plain, next]) {
  for (const { name, base = "/", entry = "consentinel", isElsewhere, isOneFile, also, warns, make } of bundler.cases) {
    visitTest(`${bundler.name}, ${name}`, async (visit) => {
      const folder = join(project, `${count++}`);
      cpSync(fileURLToPath(new URL("bundlers/app/", import.meta.url)), folder, { recursive: true });
      const application = join(folder, "app.js");
      writeFileSync(application, readFileSync(application, "utf8").replace('"consentinel"', JSON.stringify(entry)));
      const files = isElsewhere && visit.url(base, "files.localhost");
      const told = [];
      const made = await make({ folder, installed, base, files, told });
      try {
        if (made.out) serveFolder(visit, made.out, base);
        const third = party();
        third.answer({
          "/start": "1",
          "/click": "1",
          "/widget.js": "",
          "/frame.html": "<!doctype html><title>Frame</title>",
        });
        const asked = new URLSearchParams({ vendor: third.url, ...(files && { files }) });
        const url = made.url ?? visit.url(`${base}index.html`);
        const address = `${url}?${asked}`;
        const read = scripts(visit);
        visit.isPatient = false;
        await visit.page.goto(address);

        await visit.page.getByRole("button", { name: "Tout refuser" }).waitFor();
        const before = await read();
        await visit.control("settings").click();
        const settings = visit.page.getByRole("dialog", { name: "Paramètres des cookies" });
        await settings.waitFor();
        if (!isOneFile) {
          assert.ok((await read()).length > before.length, "the face came when it was wanted");
          const core = before.filter((text) => text.includes("destroy-refused"));
          assert.deepEqual(
            [core.length, core[0].includes("Tout refuser")],
            [1, false],
            "and texts in a file of theirs",
          );
        }
        assert.equal(await also?.(visit, url), also && false);
        await settings.getByRole("button", { name: "Tout refuser" }).click();
        await said(visit, "start: refused");
        await visit.page.locator("#ask").click();
        await said(visit, "click: refused");
        await third.fence(visit.page);
        assert.deepEqual(third.arrivals(), []);

        await visit.forget();
        await visit.page.goto(address);
        await visit.control("accept-all").click();
        await said(visit, "start: answered");
        await visit.page.locator("#ask").click();
        await said(visit, "click: answered");
        // Next's development runs effects twice.
        const asks = ["GET /start", "GET /click", ...(bundler.asks ?? [])];
        await eventually(() => [...new Set(third.arrivals())].sort(), asks.sort());
        assert.equal(await also?.(visit, url), also && true);
        assert.deepEqual(
          told.filter((line) => !warns?.test(line)),
          [],
        );
        await visit.settled();
        // The vendor is refused by the browser, which says so.
        visit.forgive(/ERR_FAILED/);
        await visit.page.goto("about:blank");
      } finally {
        await made.close?.();
      }
    });
  }
}
