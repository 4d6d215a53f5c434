// Vite, as a new project has it: no plugin, and no configuration but the base path.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, createServer } from "vite";
import { module, page } from "./page.mjs";

export const name = "Vite";

/** A logger that notes what Vite warns of, but for how long the plugins of a busy machine took. */
export const heard = (told) => {
  const note = (text) => text.includes("PLUGIN_TIMINGS") || told.push(text);
  return { info() {}, warn: note, warnOnce: note, error: note, clearScreen() {}, hasErrorLogged: () => false };
};
const configuration = (folder, base, told) => {
  writeFileSync(join(folder, "index.html"), page(module("./index.js")));
  return { root: folder, base, configFile: false, logLevel: "warn", customLogger: heard(told) };
};

async function develop({ folder, base, told }) {
  process.env.NODE_ENV = "development";
  const server = await createServer({ ...configuration(folder, base, told), server: { port: 0 } });
  await server.listen();
  return { url: `http://localhost:${server.httpServer.address().port}${base}`, close: () => server.close() };
}

async function produce({ folder, base, told }) {
  process.env.NODE_ENV = "production";
  await build(configuration(folder, base, told));
  return { out: join(folder, "dist") };
}

export const cases = [
  { name: "development", make: develop },
  { name: "development under a base path", base: "/some/where/", make: develop },
  { name: "production", make: produce },
  { name: "production under a base path", base: "/some/where/", make: produce },
  // Of the chunk that only browsers fetch which refuse WebAssembly.
  {
    name: "production, the build that can run",
    entry: "consentinel/auto",
    warns: /larger than 500 kB/,
    make: produce,
  },
  { name: "development, separate modules", entry: "consentinel/wasm", make: develop },
  {
    name: "production under a base path, separate modules",
    base: "/some/where/",
    entry: "consentinel/wasm",
    make: produce,
  },
];
