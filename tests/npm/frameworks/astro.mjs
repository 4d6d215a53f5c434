// Astro with pages from its server, as `npm run dev`, `build` and the server that it makes are started.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryFile } from "../../browser/site.mjs";
import { finished, serving } from "./program.mjs";

export const name = "Astro";
export const folder = "astro";
export const library = "src/lib";
export const key = "PUBLIC_MAPS";

const ASTRO = fileURLToPath(repositoryFile("node_modules/astro/astro.js"));
const env = { ASTRO_TELEMETRY_DISABLED: "1" };

export function develop(folder, told) {
  // Its toolbar is a file of Astro's, which lies outside of this folder in tests alone, so it is left out.
  mkdirSync(join(folder, ".astro"));
  writeFileSync(join(folder, ".astro/settings.json"), '{ "devToolbar": { "enabled": false } }\n');
  return serving(folder, [ASTRO, "dev", "--port", "0"], told, { mode: "development", env });
}

export async function produce(folder, told) {
  await finished(folder, [ASTRO, "build"], told, { mode: "production", env });
  return serving(folder, ["dist/server/entry.mjs"], told, {
    mode: "production",
    env: { ...env, HOST: "localhost", PORT: "0" },
  });
}
