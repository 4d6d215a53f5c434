// Solid, as Vite makes it.
import { join } from "node:path";
import { build, preview } from "vite";
import { heard } from "../bundlers/vite.mjs";

export const name = "Solid";
export const folder = "solid";
export const key = "VITE_MAPS";

export async function produce(root, told) {
  process.env.NODE_ENV = "production";
  const options = { root, configFile: join(root, "vite.config.js"), logLevel: "warn", customLogger: heard(told) };
  await build(options);
  const server = await preview({ ...options, preview: { port: 0 } });
  return { url: `http://localhost:${server.httpServer.address().port}`, close: () => server.close() };
}
