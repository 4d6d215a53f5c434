// The packed package where code says `require`: in Node, which gives the very module that `import` gives from 20.19 on and
// the files for CommonJS before that; and in Jest as it is set up by default, which knows nothing else.
//
// Left out: `import` in Node (package.test.mjs), and Jest and Vitest with ES modules (unit.test.mjs).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { repositoryFile } from "../browser/site.mjs";
import { projectOf } from "./project.mjs";

const { project, installed } = projectOf({ isInside: true });

/** What an application does with each entry, and what comes of it. What Jest's jsdom lacks, the entry of servers needs. */
const CODE = `
  const policy = {
    version: 1, id: "x", revision: "1", controller: { name: "X" },
    categories: [{ id: "analytics", title: { en: "A", fr: "B" }, description: { en: "A", fr: "B" } }],
  };
  const { createConsent } = require("consentinel");
  const { testConsent } = require("consentinel/testing");
  const { default: fr } = require("consentinel/texts/fr");
  const { default: languages } = require("consentinel/languages");
  const got = [
    createConsent(policy, { texts: { ...languages, fr } }).has("analytics"),
    typeof window === "object" || require("consentinel/server").consentHeaders(policy)("")["Content-Security-Policy"] !== "",
    testConsent(policy, { analytics: "granted" }).has("analytics"),
    fr.rejectAll,
    typeof languages["pt-BR"],
    Object.keys(require("consentinel/react")),
    Object.keys(require("consentinel/vue")),
    Object.keys(require("consentinel/svelte")),
    typeof require("consentinel/delivery").deliver(createConsent(policy), { endpoint: "https://consent.example" }),
    typeof require("consentinel/moving").moveFrom,
    typeof require("consentinel/signals").signal,
    typeof require("consentinel/gpp").gpp,
  ];
`;
const WANT = [
  false,
  true,
  true,
  "Tout refuser",
  "function",
  ["ConsentBanner", "ConsentGate", "ConsentProvider", "useConsent"],
  ["ConsentGate", "consentPlugin", "useConsent"],
  ["consentStore"],
  "function",
  "function",
  "function",
  "function",
];

const started = (program, words) => {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: project, encoding: "utf8" });
  return { status, stdout, stderr };
};

for (const [name, flag, isSame] of [
  ["Node that requires modules", "--experimental-require-module", true],
  ["Node that does not", "--no-experimental-require-module", false],
]) {
  test(`${name} has every entry, without a warning`, () => {
    const code = `${CODE}
      import("consentinel").then((module) => console.log(JSON.stringify([got, module.createConsent === createConsent])));`;
    writeFileSync(join(project, "app.cjs"), code);
    const { stdout, stderr } = started(process.execPath, [flag, "app.cjs"]);
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), [WANT, isSame]);
  });
}

test("a unit test in Jest as it is set up by default has every entry", () => {
  writeFileSync(
    join(project, "app.test.cjs"),
    `${CODE} test("x", () => expect(got).toEqual(${JSON.stringify(WANT)}));`,
  );
  const jest = fileURLToPath(repositoryFile("node_modules/jest/bin/jest.js"));
  for (const environment of ["node", "jsdom"]) {
    const { status, stderr } = started(process.execPath, [jest, "--rootDir", ".", "--env", environment]);
    assert.equal(status, 0, stderr);
  }
});

test("each file for `require` has the code of its module, and a manifest names it", () => {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const read = (file) => readFileSync(join(installed, file.replace("*", "fr")), "utf8");
  let count = 0;
  for (const entry of Object.values(exports)) {
    // What waits for a file of its own cannot be required.
    if (typeof entry === "string" || ["./auto.js", "./wasm.js"].includes(entry.default)) continue;
    count++;
    assert.equal(entry.require.default, entry.default.replace(/\.js$/, ".cjs"));
    assert.equal(entry.require.types, entry.types.replace(/\.d\.ts$/, ".d.cts"));
    // And names those of its kind.
    assert.equal(read(entry.require.types), read(entry.types).replace('"./index.js"', '"./index.cjs"'));
    // A build's hash is that of its file.
    const code = (file) => {
      const text = read(file)
        .replace(/[0-9a-f]{64}/, "")
        // Each has a map of its own.
        .replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n")
        // The services are constants, and say at both ends what is imported and exported.
        .replace(/^(?:export|const)\{compose\}[^;]*;/, "")
        .replace(/(?:module\.exports=\{compose,|export\{)([\w,]*)\};\s*$/, "{$1}");
      return text.slice(text.indexOf(text.includes("use strict") ? '"use strict"' : "{"));
    };
    assert.equal(code(entry.require.default), code(entry.default));
  }
  assert.equal(count, 14);
});
