// No bundler: a module script from a static host, and an import map that says where the package is.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { module, page } from "./page.mjs";

export const name = "no bundler";

async function make({ folder, installed }) {
  const out = join(folder, "out");
  cpSync(installed, join(out, "consentinel"), { recursive: true });
  for (const file of ["app.js", "index.js", "policy.js"]) cpSync(join(folder, file), join(out, file));
  const imports = {
    consentinel: "./consentinel/index.js",
    "consentinel/wasm": "./consentinel/wasm.js",
    "consentinel/texts/fr": "./consentinel/texts/fr.js",
  };
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  writeFileSync(join(out, "index.html"), page(map + module("./index.js")));
  return { out };
}

export const cases = [
  { name: "a module script under a base path", base: "/some/where/", make },
  { name: "a module script with separate modules", base: "/some/where/", entry: "consentinel/wasm", make },
];
