// Vue with a server of one's own, as Vite's guide has it.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vue from "@vitejs/plugin-vue";
import { build, createServer } from "vite";
import { heard } from "../bundlers/vite.mjs";

export const name = "Vue";
export const folder = "vue";
/** What names the place of maps. */
export const key = "VITE_MAPS";

const PLACE = "<!--application-->";

const chosen = (root, told) => ({
  root,
  configFile: false,
  plugins: [vue()],
  logLevel: "warn",
  customLogger: heard(told),
});

/** Serves pages by `answer(path, cookie)`, and all else by `others`. */
async function serving(server, answer, others) {
  server.on("request", (request, response) => {
    if (!["/", "/shops"].includes(request.url)) return others(request, response);
    answer(request.url, request.headers.cookie).then(
      ({ html, headers }) =>
        response.writeHead(200, { ...headers, "Content-Type": "text/html; charset=utf-8" }).end(html),
      (error) => response.writeHead(500).end(error.stack),
    );
  });
  server.listen(0);
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}`, close };
}

export async function develop(root, told) {
  process.env.NODE_ENV = "development";
  const server = createHttp();
  const vite = await createServer({
    ...chosen(root, told),
    appType: "custom",
    server: { middlewareMode: true, hmr: { server } },
  });
  const page = readFileSync(join(root, "index.html"), "utf8");
  const answer = async (url, cookie) => {
    const { render } = await vite.ssrLoadModule("/server.js");
    const { html, headers } = await render(url, cookie);
    return { html: (await vite.transformIndexHtml(url, page)).replace(PLACE, html), headers };
  };
  const { url, close } = await serving(server, answer, vite.middlewares);
  return { url, close: () => (close(), vite.close()) };
}

export async function produce(root, told) {
  process.env.NODE_ENV = "production";
  const [out, made] = [join(root, "dist"), join(root, "made")];
  await build({ ...chosen(root, told), build: { outDir: out } });
  await build({ ...chosen(root, told), build: { outDir: made, ssr: "server.js" } });
  const { render } = await import(pathToFileURL(join(made, "server.js")));
  const page = readFileSync(join(out, "index.html"), "utf8");
  const answer = async (url, cookie) => {
    const { html, headers } = await render(url, cookie);
    return { html: page.replace(PLACE, html), headers };
  };
  return serving(createHttp(), answer, ({ url }, response) => {
    response.writeHead(200, { "Content-Type": url.endsWith(".js") ? "text/javascript" : "text/plain" });
    response.end(readFileSync(join(out, url)));
  });
}
