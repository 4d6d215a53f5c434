// webpack 5, without plugins and loaders; the public path is the one that it finds by itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import webpack from "webpack";
import { classic, page } from "./page.mjs";

export const name = "webpack";

const make =
  (mode) =>
  async ({ folder, told }) => {
    const out = join(folder, "out");
    const compiler = webpack({ mode, context: folder, entry: "./index.js", output: { path: out } });
    const stats = await promisify(compiler.run.bind(compiler))();
    await promisify(compiler.close.bind(compiler))();
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    told.push(...[...errors, ...warnings].map(({ message }) => message));
    writeFileSync(join(out, "index.html"), page(classic("./main.js")));
    return { out };
  };

export const cases = [
  { name: "development", make: make("development") },
  { name: "production under a base path", base: "/some/where/", make: make("production") },
  // Of the chunk that only browsers fetch which refuse WebAssembly.
  {
    name: "production, the build that can run",
    entry: "consentinel/auto",
    warns: /^asset size limit/,
    make: make("production"),
  },
  { name: "production, separate modules", entry: "consentinel/wasm", make: make("production") },
];
