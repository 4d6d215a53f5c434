// Runs the native program `consentinel` on what a browser test has got. The tests say what it must
// answer; here is only how it is found and called.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { repositoryFile } from "./site.mjs";

/** Where it is. */
export function program() {
  const path = process.env.CONSENTINEL_CLI || fileURLToPath(repositoryFile("target/debug/consentinel"));
  assert.ok(existsSync(path), `${path} does not exist: build it with \`cargo build --package consentinel-cli\``);
  return path;
}

/** Runs it with these arguments; answers exit code, standard output and standard error. */
export function consentinel(...words) {
  const { status, stdout, stderr, error } = spawnSync(program(), words, { encoding: "utf8" });
  assert.equal(error, undefined);
  return { status, out: stdout, err: stderr };
}
