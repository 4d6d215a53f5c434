// The npm package as somebody else gets it: packed, and installed into an empty project without a network. For the test
// files of this folder that use it so; each has a project of its own.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { repositoryFile } from "../browser/site.mjs";

/** Runs a program that must end well; answers what it printed. */
export const run = (program, words, cwd) =>
  execFileSync(program, words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/**
 * Declares the project of a test file: its folder, and where the package is in it. Both are there once tests run. One
 * inside of the repository finds the tools of `node_modules` there, as anybody does who looks for a package further up.
 */
export function projectOf({ isInside = false } = {}) {
  const near = isInside ? fileURLToPath(repositoryFile("target/npm/")) : tmpdir();
  mkdirSync(near, { recursive: true });
  const folder = mkdtempSync(join(near, "consentinel-npm-"));
  const project = join(folder, "project");
  before(() => {
    const packed = run(
      "npm",
      ["pack", "--json", "--pack-destination", folder, fileURLToPath(repositoryFile("dist/npm"))],
      folder,
    );
    const [{ filename }] = JSON.parse(packed);
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
    run(
      "npm",
      [
        "install",
        "--offline",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-package-lock",
        join(folder, filename),
      ],
      project,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return { project, installed: join(project, "node_modules/consentinel") };
}
