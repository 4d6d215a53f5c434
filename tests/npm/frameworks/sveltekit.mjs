// SvelteKit by its own Vite, as `npm run dev`, `build` and `preview` start it.
import { fileURLToPath } from "node:url";
import { repositoryFile } from "../../browser/site.mjs";
import { finished, serving } from "./program.mjs";

export const name = "SvelteKit";
export const folder = "sveltekit";
export const library = "src/lib";
export const key = "VITE_MAPS";

const VITE = fileURLToPath(repositoryFile("node_modules/vite/bin/vite.js"));

/** How long plugins of a busy machine took, and how large each file is: one is called `error`. */
const isOfTheMachine = /PLUGIN_TIMINGS|│ gzip:/;

export const develop = (folder, told) =>
  serving(folder, [VITE, "dev", "--port", "0"], told, { mode: "development", isOfTheMachine });

export async function produce(folder, told) {
  await finished(folder, [VITE, "build"], told, { mode: "production", isOfTheMachine });
  return serving(folder, [VITE, "preview", "--port", "0"], told, { mode: "production", isOfTheMachine });
}
