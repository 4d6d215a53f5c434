// Rollup with the plugin without which it finds no package at all.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import resolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { module, page } from "./page.mjs";

export const name = "Rollup";

async function make({ folder, installed, files = "./", told }) {
  const out = join(folder, "out");
  const bundle = await rollup({
    input: join(folder, "index.js"),
    plugins: [resolve()],
    onLog: (level, log) => level !== "debug" && told.push(log.message),
  });
  await bundle.write({ dir: out, format: "es" });
  await bundle.close();
  // What the entry with separate modules fetches, from beside its script.
  for (const file of ["first.wasm", "second.wasm"]) cpSync(join(installed, file), join(out, file));
  writeFileSync(join(out, "index.html"), page(module(`${files}index.js`)));
  return { out };
}

export const cases = [
  { name: "modules under a base path", base: "/some/where/", make },
  { name: "modules, the build that can run", entry: "consentinel/auto", make },
  { name: "modules on another site", base: "/some/where/", isElsewhere: true, make },
  {
    name: "modules on another site, separate modules",
    base: "/some/where/",
    entry: "consentinel/wasm",
    isElsewhere: true,
    make,
  },
];
