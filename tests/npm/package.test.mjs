// The npm package as somebody else gets it: packed, installed into an empty project, imported by Node
// and by a plain module script in a browser. What it does in a page beyond that is in tests/browser.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { html, site } from "../browser/site.mjs";
import { POLICY, pages } from "./pages.mjs";
import { projectOf, run } from "./project.mjs";

const { project, installed } = projectOf();
const visitTest = site();

/** Runs module code in the project, as its owner would; answers what it prints as JSON. */
const inNode = (code) => JSON.parse(run(process.execPath, ["--input-type=module", "--eval", code], project));

test("the package brings what it promises and nothing else, and depends on nothing", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  assert.deepEqual([manifest.dependencies, manifest.scripts], [undefined, undefined]);
  assert.deepEqual(readdirSync(installed).sort(), ["package.json", ...manifest.files].sort());
  assert.deepEqual(
    readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith(".")),
    ["consentinel"],
  );
});

test("Node imports it without a window; there everything optional is denied, and no call changes that", () => {
  const got = inNode(`
    const before = Object.keys(globalThis);
    const { createConsent } = await import("consentinel");
    const added = Object.keys(globalThis).filter((name) => !before.includes(name));
    const consent = createConsent(${JSON.stringify(POLICY)});
    const has = () => ["necessary", "functionality", "analytics", "counter"].map((name) => consent.has(name));
    const answers = [has()];
    for (const act of [() => consent.acceptAll(), () => consent.save({ analytics: true }), () => consent.open(), () => consent.close(), () => consent.withdraw(), () => consent.rejectAll()]) {
      act();
      answers.push(has());
    }
    const stop = consent.on("change", () => {});
    stop();
    const other = createConsent(${JSON.stringify(POLICY)});
    console.log(JSON.stringify({ added, answers, state: consent.state, ledger: await consent.ledger(), text: typeof (await consent.export()), isOther: other !== consent, exports: Object.keys(await import("consentinel")) }));
  `);
  assert.deepEqual(got.added, []);
  assert.deepEqual(got.exports, ["createConsent"]);
  for (const answer of got.answers) assert.deepEqual(answer, [true, false, false, false]);
  assert.deepEqual(got.state.categories, {
    analytics: "undecided",
    functionality: "undecided",
    necessary: "necessary",
  });
  assert.deepEqual([got.ledger, got.text, got.isOther], [[], "string", true], "each visitor of a server has their own");
});

test("Node imports the entry with separate modules, and reads them", () => {
  const got = inNode(`
    const { createConsent } = await import("consentinel/wasm");
    const consent = createConsent(${JSON.stringify(POLICY)});
    const problems = [];
    console.error = (text) => problems.push(text);
    consent.acceptAll();
    await consent.ledger();
    console.log(JSON.stringify([consent.state.categories, problems]));
  `);
  const denied = { analytics: "undecided", functionality: "undecided", necessary: "necessary" };
  assert.deepEqual(got, [denied, []]);
});

visitTest("a classic script that is read in another charset says so, and one in ASCII needs none", async (visit) => {
  const stdin = {
    contents: `import { createConsent } from "consentinel"; window.has = createConsent(${JSON.stringify(POLICY)}).has("necessary");`,
    resolveDir: project,
  };
  const has = async (charset) => {
    const { outputFiles } = await build({
      stdin,
      bundle: true,
      write: false,
      format: "iife",
      charset,
      logLevel: "error",
    });
    visit.serve("/app.js", outputFiles[0].text);
    visit.serve(
      "/app.html",
      '<!doctype html><link rel="icon" href="data:,"><title>App</title><script src="/app.js"></script>',
      {
        "Content-Type": "text/html; charset=windows-1252",
      },
    );
    visit.isPatient = false;
    await visit.page.goto(visit.url("/app.html"));
    return visit.page.evaluate(() => window.has);
  };
  assert.equal(await has("ascii"), true);
  assert.equal(await has("utf8"), false);
  // Alone: nothing is wrong with a Content-Security-Policy.
  await visit.problem(/^consentinel: charset-wrong; serve this script as UTF-8/);
});

visitTest("separate modules of another build are not taken: everything stays closed", async (visit) => {
  for (const file of ["wasm.js", "wasm-part.js", "second.wasm"])
    visit.serve(`/consentinel/${file}`, readFileSync(join(installed, file)));
  visit.serve("/consentinel/first.wasm", Buffer.concat([readFileSync(join(installed, "first.wasm")), Buffer.of(0)]));
  const script = `
    import { createConsent } from "/consentinel/wasm.js";
    const consent = createConsent(${JSON.stringify(POLICY)});
    document.cookie = "opt=1";
    window.seen = [consent.has("necessary"), consent.has("analytics"), document.cookie];
  `;
  visit.serve("/app.html", html({ policy: null, tag: "", head: `<script type="module">${script}</script>` }));
  visit.isPatient = false;
  await visit.page.goto(visit.url("/app.html"));
  await visit.page.waitForFunction(() => window.seen);
  assert.deepEqual(await visit.page.evaluate(() => window.seen), [false, false, ""]);
  await visit.problem(/module-unavailable/);
  visit.forgive(/integrity/);
});

test("the schema of the policy is part of it", () => {
  const got = inNode(`
    import { createRequire } from "node:module";
    console.log(JSON.stringify(createRequire(import.meta.url)("consentinel/policy.schema.json").title ?? "untitled"));
  `);
  assert.equal(typeof got, "string");
});

test("every link of the readme leads to a file of the package", () => {
  const readme = readFileSync(join(installed, "README.md"), "utf8");
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link);
  assert.ok(links.length > 20, `${links.length} links`);
  assert.deepEqual(
    links.filter((link) => !existsSync(join(installed, link))),
    [],
  );
});

test("every language can be imported where it is wanted", () => {
  const got = inNode(`
    const { default: languages } = await import("consentinel/languages");
    const imported = await Promise.all(Object.values(languages).map((bring) => bring()));
    console.log(JSON.stringify([Object.keys(languages), imported.map((texts) => texts.default.rejectAll)]));
  `);
  const files = readdirSync(join(installed, "texts")).filter((name) => name.endsWith(".js"));
  assert.deepEqual(got[0], files.map((name) => name.replace(".js", "")).sort());
  assert.equal(got[1].filter(Boolean).length, files.length);
});

visitTest("the tag stands in the package with all that it fetches", async (visit) => {
  for (const file of ["consentinel.js", "consentinel.part.js", "consentinel.face.js", "texts/fr.js"])
    visit.serve(`/cdn/${file}`, readFileSync(join(installed, "tag", file), "utf8"));
  await visit.open({ lang: "fr", tag: '<script src="/cdn/consentinel.js"></script>' });
  await visit.control("settings").click();
  await visit.page.getByRole("dialog", { name: "Paramètres des cookies" }).waitFor();
});

pages(visitTest, installed, "index.js");
