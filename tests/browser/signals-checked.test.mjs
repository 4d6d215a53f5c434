// What is wrong with the documents by which vendors are told: the page and `npx consentinel check` say of the cases of
// tests/vectors/signals.json what the native program says, which catalogue/tests/signals.rs looks at.
//
// Left out: what is told of sound ones (signals.test.mjs, gpp.test.mjs).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { repositoryFile, site } from "./site.mjs";

const visitTest = site();

const text = (path) => readFileSync(repositoryFile(path), "utf8");

visitTest("the page tells the mistakes that `consentinel check` tells, for every case", async (visit) => {
  const { policy, cases } = JSON.parse(text("tests/vectors/signals.json"));
  const files = ["signals/checked.js", "signals/reader.js", "signals/words.json", "gpp/checked.js", "gpp/words.json"];
  for (const file of files) {
    const type = file.endsWith("n") ? "application/json" : "text/javascript";
    visit.serve(`/npm/${file}`, text(`www/npm/${file}`), { "Content-Type": type });
  }
  visit.serve("/page.html", '<!doctype html><link rel="icon" href="data:,"><title>No tag</title>');
  await visit.page.goto(visit.url("/page.html"));
  const named = (list) => Object.fromEntries(list.map(({ id }) => [id, "denied"]));
  const given = cases
    .filter(({ signals, gpp }) => signals ?? gpp)
    .map(({ set = {}, ...one }) => {
      const services = [...policy.services, ...Object.values(set).filter(({ hosts }) => hosts)];
      return { ...one, state: { categories: named(policy.categories), services: named(services) } };
    });
  const told = await visit.page.evaluate(async (given) => {
    const { checked } = await import("/npm/signals/checked.js");
    const { checkedSections } = await import("/npm/gpp/checked.js");
    return given.map(({ signals, gpp, state }) => {
      const { problems } = gpp === undefined ? checked(signals, state) : checkedSections(gpp, state);
      const name = gpp === undefined ? "signals" : "gpp";
      return problems.map((line) => line.replace(/^(\S+) at (\S+):.*$/, `$1 ${name}$2`)).sort();
    });
  }, given);
  const isMistake = (line) => /^signal-(unknown|type|option) /.test(line);
  const wanted = given.map(({ want }) => want.filter(isMistake).map((line) => line.split(" ").slice(0, 2).join(" ")));
  assert.deepEqual(
    told,
    wanted.map((each) => each.sort()),
  );
  assert.ok(told.flat().length > 10);
});

test("`npx consentinel check` prints of them what the native program prints", (t) => {
  const { policy, cases } = JSON.parse(text("tests/vectors/signals.json"));
  const folder = mkdtempSync(join(tmpdir(), "signals-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name, content) => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const npx = fileURLToPath(repositoryFile("dist/npm/npx/main.js"));
  const run = (program, words) => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const words = ["check", file("policy.json", JSON.stringify(policy))];
  // Some of both documents, and the text that is no JSON.
  for (const [at, { name, signals, gpp, text: none }] of cases.filter((one) => !one.set).entries()) {
    if (at % 4 && !none) continue;
    const given = file("given.json", none ?? JSON.stringify(gpp ?? signals, null, 2));
    const more = [...words, gpp ? "--gpp" : "--signals", given, ...(at % 8 ? ["--json"] : [])];
    const native = run(process.env.CONSENTINEL_CLI, more);
    assert.ok(native.status < 2 && native.stdout, `${name}: ${native.stderr}`);
    assert.deepEqual(run(process.execPath, [npx, ...more]), native, name);
  }
  assert.equal(run(process.execPath, [npx, ...words, "--gpp", "nowhere.json"]).status, 3);
});
