// `consentinel/services` out of the installed package: `compose` makes of entries what `bundle` makes of `use`, over the
// whole catalogue; `createConsent` takes it; a bundler keeps the entries that are imported and no other.
//
// Left out: what an entry must hold (catalogue/tests/whole.rs), and what the types say (tests/types).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { repositoryFile, site } from "../browser/site.mjs";
import { projectOf, run } from "./project.mjs";

const { project } = projectOf();
const visitTest = site();
const IDS = readdirSync(repositoryFile("www/services")).map((name) => name.replace(".json", ""));

/** Code of the project that has these things, and prints a value as JSON. */
const inNode = (code) => JSON.parse(run(process.execPath, ["--input-type=module", "--eval", code], project));

const text = (word, languages) => Object.fromEntries(languages.map((language) => [language, word]));
/** A policy with the four categories that entries suggest, in these languages. */
const policyIn = (languages, more) => ({
  version: 1,
  id: "shop",
  revision: "1",
  controller: { name: "Shop" },
  categories: ["strictly-necessary", "functionality", "analytics", "marketing"].map((id, at) => ({
    id,
    ...(at === 0 ? { necessary: true } : {}),
    title: text(id, languages),
    description: text("D.", languages),
  })),
  ...more,
});

/** What `npx consentinel bundle --json` writes of a policy. */
function bundled(policy) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/consentinel/npx/main.js", "bundle", "-", "--json", "-o", "-"],
    { cwd: project, encoding: "utf8", input: JSON.stringify(policy), maxBuffer: 1 << 26 },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

test("`compose` makes of every entry what `bundle` makes of `use`, whatever is declared twice", () => {
  const all = inNode(`
    const { compose, ...entries } = await import("consentinel/services");
    console.log(JSON.stringify(Object.values(entries)));
  `);
  assert.deepEqual(all.map(({ id }) => id).sort(), IDS.sort());
  const own = {
    services: [{ id: "own", category: "marketing", name: "Own", provider: "Own", hosts: ["plausible.io"] }],
    items: [
      {
        name: "_ga",
        kind: "cookie",
        category: "analytics",
        purpose: { en: "P." },
        duration: "session",
        party: "first",
      },
    ],
  };
  const half = Math.ceil(all.length / 2);
  for (const [languages, entries] of [
    [["en", "fr", "pt-BR"], all.slice(0, half)],
    [["nl"], all.slice(half)],
    [["de", "es", "it"], all.slice(0, 20).toReversed()],
  ]) {
    const policy = policyIn(languages, own);
    const used = { ...policy, services: [...own.services, ...entries.map(({ id }) => ({ use: id }))] };
    const composed = inNode(`
      const { compose, ...entries } = await import("consentinel/services");
      const policy = ${JSON.stringify(policy)};
      const ids = ${JSON.stringify(entries.map(({ id }) => id))};
      const named = ids.map((id) => Object.values(entries).find((entry) => entry.id === id));
      console.log(JSON.stringify(compose({ ...policy, services: [...policy.services, ...named] })));
    `);
    assert.equal(bundled(composed), bundled(used), languages.join());
  }
});

test("`compose` refuses what is no entry, and names the place", () => {
  const told = inNode(`
    import * as services from "consentinel/services";
    const said = [services.hotjra, "hotjar", { use: "hotjar" }, null].map((wrong) => {
      try {
        services.compose({ categories: [], services: [services.hotjar, wrong] });
        return "";
      } catch (error) {
        return error.name + ": " + error.message;
      }
    });
    console.log(JSON.stringify(said));
  `);
  const end = 'import the entry from "consentinel/services" and give that';
  assert.deepEqual(told, [
    `TypeError: compose: services[1] is nothing, as of an import that there is not; ${end}`,
    `TypeError: compose: services[1] is \`"hotjar"\`; ${end}`,
    `TypeError: compose: services[1] is \`"hotjar"\`; ${end}`,
    `TypeError: compose: services[1] is \`null\`; ${end}`,
  ]);
});

test("`require` finds the same entries", () => {
  const got = inNode(`
    import { createRequire } from "node:module";
    const required = createRequire(import.meta.url)("consentinel/services");
    const imported = await import("consentinel/services");
    const same = Object.keys(imported).filter((name) => JSON.stringify(imported[name]) === JSON.stringify(required[name]));
    console.log(JSON.stringify([Object.keys(imported).length, same.length, typeof required.compose]));
  `);
  assert.deepEqual(got, [IDS.length + 1, IDS.length + 1, "function"]);
});

const APPLICATION = `
  import { createConsent } from "consentinel";
  import { compose, googleAnalytics, hotjar } from "consentinel/services";
  window.problems = [];
  addEventListener("consent:error", (event) => problems.push(event.detail));
  const policy = ${JSON.stringify(policyIn(["en"]))};
  window.consent = createConsent(compose({ ...policy, services: [googleAnalytics, { ...hotjar, category: "marketing" }] }));
`;

async function applicationOf(code) {
  const entry = join(project, "application.js");
  writeFileSync(entry, code);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0].text;
}

test("a bundler keeps what is imported", async () => {
  const made = await applicationOf(
    `import { compose, hotjar } from "consentinel/services"; console.log(compose, hotjar);`,
  );
  assert.ok(made.includes("_hjSessionUser_*"));
  for (const other of ["google-analytics", "intercom", "_gcl_aw", "crisp"]) assert.ok(!made.includes(other), other);
  assert.ok(made.length < 20_000, `${made.length} bytes`);
});

visitTest("`createConsent` takes it: each entry waits for its category", async (visit) => {
  visit.serve("/application.js", await applicationOf(APPLICATION));
  visit.serve("/page.html", '<!doctype html><title>Shop</title><script type="module" src="/application.js"></script>');
  await visit.page.goto(visit.url("/page.html"));
  const seen = () => visit.page.evaluate(() => ["google-analytics", "hotjar"].map((name) => window.consent.has(name)));
  await visit.page.evaluate(() => {
    document.cookie = "_ga=1";
  });
  assert.deepEqual([await seen(), await visit.jar()], [[false, false], []]);
  await visit.page.evaluate(() => window.consent.save({ analytics: true }));
  assert.deepEqual([await seen(), await visit.jar()], [[true, false], ["_ga"]]);
  assert.deepEqual(await visit.page.evaluate(() => window.problems), []);
});
