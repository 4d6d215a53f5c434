// The proof packs of the four demonstration policies, with pictures by the browser of this machine and the tag as it was
// built: each holds, and each picture shows a layer (the program refuses one that does not).
//
// What `verify` says of a changed pack is tested natively (cli/tests/program/pack.rs).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { POLICIES } from "../browser/shares.mjs";
import { SHELL } from "../browser/site.mjs";
import { path } from "./room.mjs";

const PROGRAM = process.env.CONSENTINEL_CLI;
const told = (...words) => execFileSync(PROGRAM, words, { encoding: "utf8" });

test("the four demonstration policies make packs with pictures of every layer, and each holds", () => {
  const folder = mkdtempSync(join(tmpdir(), "consentinel-pack-"));
  try {
    const [key, files] = [join(folder, "key"), join(folder, "files")];
    const known = told("keygen", "shop.example/consent", "--output", key).trim();
    // What a site publishes of the tag that speaks every language.
    mkdirSync(files);
    for (const name of [
      "consentinel.js",
      "consentinel.part.js",
      "consentinel.part.mjs",
      "consentinel.face.js",
      "texts",
    ])
      cpSync(path(`dist/${name}`), join(files, name), { recursive: true });
    const names = Object.keys(POLICIES);
    assert.equal(names.length, 4);
    for (const name of names) {
      const archive = join(folder, `${name}.zip`);
      const policy = path(`www/policies/${name}.json`);
      const words = ["--files", files, "--key", key, "--output", archive, "--language", "fr", "--browser", SHELL];
      told("pack", policy, ...words);
      const answer = JSON.parse(told("verify", "--json", "--key", known, archive));
      assert.equal(answer.holds, true, JSON.stringify(answer.problems));
      assert.deepEqual(answer.problems, []);
      const pictures = Object.keys(answer.files).filter((file) => file.startsWith("pictures/fr/"));
      assert.equal(pictures.length, 8);
      // Light and dark, desktop and phone, first layer and settings are different pictures.
      assert.equal(new Set(pictures.map((file) => answer.files[file])).size, 8, name);
      assert.ok(readFileSync(archive).length > 100_000);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
