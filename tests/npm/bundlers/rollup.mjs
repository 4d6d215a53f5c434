// Rollup with the plugin without which it finds no package at all.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import resolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { module, page } from "./page.mjs";

export const name = "Rollup";

async function make({ folder, files = "./", told }) {
  const out = join(folder, "out");
  const bundle = await rollup({
    input: join(folder, "index.js"),
    plugins: [resolve()],
    onLog: (level, log) => level !== "debug" && told.push(log.message),
  });
  await bundle.write({ dir: out, format: "es" });
  await bundle.close();
  writeFileSync(join(out, "index.html"), page(module(`${files}index.js`)));
  return { out };
}

export const cases = [
  { name: "modules under a base path", base: "/some/where/", make },
  { name: "modules on another site", base: "/some/where/", isElsewhere: true, make },
];
