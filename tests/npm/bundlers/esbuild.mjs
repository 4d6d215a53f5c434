// esbuild: as modules, of which the later ones come when they are wanted, and as one classic script that has all inside.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { classic, module, page } from "./page.mjs";

export const name = "esbuild";

const make =
  (element, options, beside = []) =>
  async ({ folder, installed, told }) => {
    const out = join(folder, "out");
    const { errors, warnings } = await build({
      entryPoints: [join(folder, "index.js")],
      bundle: true,
      outdir: out,
      logLevel: "silent",
      ...options,
    });
    told.push(...[...errors, ...warnings].map(({ text }) => text));
    for (const file of beside) cpSync(join(installed, file), join(out, file));
    writeFileSync(join(out, "index.html"), page(element("./index.js")));
    return { out };
  };

export const cases = [
  {
    name: "modules under a base path",
    base: "/some/where/",
    make: make(module, { splitting: true, format: "esm", minify: true }),
  },
  {
    name: "modules, the build that can run",
    entry: "consentinel/auto",
    make: make(module, { splitting: true, format: "esm" }),
  },
  {
    name: "modules, and separate modules that are copied beside them",
    entry: "consentinel/wasm",
    make: make(module, { splitting: true, format: "esm" }, ["first.wasm", "second.wasm"]),
  },
  { name: "one classic script", isOneFile: true, make: make(classic, { format: "iife" }) },
];
