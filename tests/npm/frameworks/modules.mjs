// No framework and no bundler: a static host, beside whose page the package lies.
import { cpSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";

export const name = "Plain modules";
export const folder = "modules";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript" };

export async function produce(root, _, { installed, maps }) {
  cpSync(installed, join(root, "consentinel"), { recursive: true });
  const page = join(root, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace("https://maps.example", maps));
  const files = new Set(readdirSync(root, { recursive: true }).filter((file) => statSync(join(root, file)).isFile()));
  const server = createServer(({ url }, response) => {
    const file = url === "/" ? "index.html" : url.slice(1).split("?")[0];
    if (!files.has(file)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[file.split(".").pop()] ?? "application/octet-stream" });
    response.end(readFileSync(join(root, file)));
  }).listen(0);
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}`, close };
}
