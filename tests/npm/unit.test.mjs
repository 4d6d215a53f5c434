// An application's unit tests with the package: in Vitest and Jest, each with jsdom and happy-dom. What they say is in
// unit/.

import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repositoryFile } from "../browser/site.mjs";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("unit/", import.meta.url));
const dist = fileURLToPath(repositoryFile("dist/npm/"));
const tool = (name) => fileURLToPath(repositoryFile(`node_modules/.bin/${name}`));

// Where an application would have it in node_modules.
const JEST = {
  rootDir: folder,
  roots: [folder],
  testMatch: ["**/*.spec.mjs"],
  moduleFileExtensions: ["mjs", "js", "json"],
  transform: {},
  moduleNameMapper: { "^consentinel$": `${dist}index.js`, "^consentinel/(.*)$": `${dist}$1.js` },
  modulePaths: [fileURLToPath(repositoryFile("node_modules"))],
};

for (const environment of ["jsdom", "happy-dom"]) {
  test(`Vitest with ${environment}`, async () => {
    await run(tool("vitest"), ["run", "--config", `${folder}vitest.config.mjs`, "--environment", environment], {
      cwd: folder,
      env: { ...process.env, CONSENTINEL_PACKAGE: dist },
    });
  });

  test(`Jest with ${environment}`, async () => {
    const name = environment === "jsdom" ? "jsdom" : "@happy-dom/jest-environment";
    await run(tool("jest"), ["--config", JSON.stringify({ ...JEST, testEnvironment: name }), "--no-cache"], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: "--experimental-vm-modules" },
    });
  });
}
