// Vite with a server of one's own that prints the first paint, as its guide has it: React, no plugin, no configuration but
// the base path.
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, createServer } from "vite";
import { module, ofServer } from "./page.mjs";
import { heard } from "./vite.mjs";

export const name = "Vite SSR";

const PLACE = "<!--application-->";
const SERVER = "ssr/server.jsx";

const configuration = (folder, base, told) => {
  const html = `<!doctype html><html lang="fr"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Application</title></head><body>${PLACE}${module("./ssr/page.jsx")}</body></html>`;
  writeFileSync(join(folder, "index.html"), html);
  return { root: folder, base, configFile: false, logLevel: "warn", customLogger: heard(told) };
};

/** Serves pages by `answer(request)`, and all else by `others`; `server` may carry more. */
async function serving(server, base, answer, others) {
  server.on("request", (request, response) => {
    if (request.url.split("?")[0] !== base) return others(request, response);
    answer(request).then(
      (page) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page),
      (error) => response.writeHead(500).end(error.stack),
    );
  });
  server.listen(0);
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}${base}`, close };
}

async function develop({ folder, base, told }) {
  process.env.NODE_ENV = "development";
  const server = createHttp();
  const vite = await createServer({
    ...configuration(folder, base, told),
    appType: "custom",
    server: { middlewareMode: true, hmr: { server } },
  });
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const answer = async ({ url, headers }) => {
    const { render } = await vite.ssrLoadModule(`/${SERVER}`);
    return (await vite.transformIndexHtml(url, page)).replace(PLACE, render(headers.cookie));
  };
  const { url, close } = await serving(server, base, answer, vite.middlewares);
  return { url, close: () => (close(), vite.close()) };
}

const TYPES = { ".js": "text/javascript" };

async function produce({ folder, base, told }) {
  process.env.NODE_ENV = "production";
  const chosen = configuration(folder, base, told);
  const [out, made] = [join(folder, "dist"), join(folder, "made")];
  await build({ ...chosen, build: { outDir: out } });
  await build({ ...chosen, build: { outDir: made, ssr: SERVER } });
  const { render } = await import(pathToFileURL(join(made, "server.js")));
  const page = readFileSync(join(out, "index.html"), "utf8");
  const answer = async ({ headers }) => page.replace(PLACE, render(headers.cookie));
  return serving(createHttp(), base, answer, (request, response) => {
    const file = request.url.split("?")[0].slice(base.length);
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "text/plain" });
    response.end(readFileSync(join(out, file)));
  });
}

export const cases = [
  { name: "development", also: ofServer, make: develop },
  { name: "production under a base path", base: "/some/where/", also: ofServer, make: produce },
];
