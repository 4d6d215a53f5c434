// Serves the repository to a browser on this machine: for `cargo xtask demo` as a program, for the
// browser tests as a module. It knows three folders, two kinds of gaps in a page, and the stand-ins of
// the third parties (`stand-ins.mjs`), nothing else: no listing, no cache, no compression, no access
// from other machines, no dependency.

import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hostOf, standIns, withStandIns } from "./stand-ins.mjs";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Path prefix → folder of the repository; the first that fits is taken. */
const folders = [
  ["/dist/", "dist"],
  ["/policies/", "www/policies"],
  ["/", "www/demo"],
];

/** Where a page of the demo asks what the stand-ins of its site received. */
const ARRIVALS = "/arrivals/";

// Scripts go out without a charset on purpose: so does many a server, and a classic script then
// takes the charset of its page unless it begins with a byte order mark, as the tag must.
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".ndjson": "application/x-ndjson",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/**
 * Starts a server on 127.0.0.1.
 *
 * @param {object} [options]
 * @param {number} [options.port] 0 takes any free port
 * @param {string} [options.root] the folder that holds `dist` and `www`
 * @param {(line: string) => void} [options.log] gets one line per request
 * @param {Record<string, (request: import("node:http").IncomingMessage & { body: string },
 *   response: import("node:http").ServerResponse) => unknown>} [options.handlers] path → answer,
 *   asked before the folders; `request.body` is read already. An error becomes status 500.
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void>,
 *   requests: { method: string, url: string, headers: object, body: string }[] }>}
 *   `url` ends without a slash; `requests` grows by every request that was read to its end.
 */
export async function serve({ port = 0, root = repository, log, handlers = {} } = {}) {
  const requests = [];
  const thirdParties = standIns((site) => readPolicy(root, site));

  const server = createServer(async (request, response) => {
    try {
      request.body = await text(request);
      const { method, url, headers, body } = request;
      requests.push({ method, url, headers, body });
      response.setHeader("Cache-Control", "no-store");
      const path = url.split("?", 1)[0];
      if (thirdParties.isFor(request)) await thirdParties.answer(request, response);
      else if (Object.hasOwn(handlers, path)) await handlers[path](request, response);
      else if (path.startsWith(ARRIVALS)) {
        send(response, 200, types[".json"], JSON.stringify(thirdParties.arrivals(path.slice(ARRIVALS.length))));
      } else await sendFile(root, path, request, response);
    } catch (error) {
      log?.(`error: ${error.message}`);
      if (!response.headersSent) send(response, 500, "text/plain; charset=utf-8", "defect of the server\n");
      else response.destroy();
    }
    log?.(`${response.statusCode} ${request.method} ${request.url}`);
  });

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const taken = server.address().port;

  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // A browser keeps its connections open for minutes otherwise.
        server.closeAllConnections();
      }),
  };
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function sendFile(root, path, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return send(response, 405, "text/plain; charset=utf-8", "only GET and HEAD\n");
  }
  const file = await find(root, path);
  if (!file) return send(response, 404, "text/plain; charset=utf-8", "not found\n");
  // Modules are asked for across origins too: by a frame that is sandboxed, and where the tag is elsewhere.
  response.setHeader("Access-Control-Allow-Origin", "*");
  const type = types[extname(file)] ?? "application/octet-stream";
  const body = type.startsWith("text/html") ? await filled(root, file, request.socket.localPort) : await readFile(file);
  send(response, 200, type, body);
}

/**
 * A page with its gaps filled, as a site's own templates would do it: `{{policy:SITE}}` is the policy of a
 * site with the stand-ins in the place of its services' hosts, `{{host:SITE/SERVICE}}` the host of one.
 */
async function filled(root, file, port) {
  let page = await readFile(file, "utf8");
  for (const [place, site] of page.matchAll(/\{\{policy:([a-z0-9-]+)\}\}/g)) {
    const policy = JSON.stringify(withStandIns(await readPolicy(root, site), site, port), null, 2);
    // No text of a policy may end the element it stands in.
    page = page.replace(place, () => policy.replaceAll("<", "\\u003c"));
  }
  return page.replaceAll(/\{\{host:([a-z0-9-]+)\/([a-z0-9-]+)\}\}/g, (_, site, service) => hostOf(site, service, port));
}

async function readPolicy(root, site) {
  return JSON.parse(await readFile(join(root, "www/policies", `${site}.json`), "utf8"));
}

/** The file of a path, or nothing: never one outside its folder, not even through a link. */
async function find(root, path) {
  let decoded;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const [prefix, folder] = folders.find(([start]) => decoded.startsWith(start)) ?? [];
  if (prefix === undefined) return undefined;
  const rest = decoded.slice(prefix.length);
  try {
    const top = await realpath(join(root, folder));
    const file = await realpath(join(top, rest === "" || rest.endsWith("/") ? `${rest}index.html` : rest));
    return file.startsWith(top + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

// Node drops the body itself when the method is HEAD.
function send(response, status, type, body) {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

async function main([option, value]) {
  const port = Number(option === undefined ? 0 : value);
  if ((option !== undefined && option !== "--port") || !Number.isInteger(port) || port < 0 || port > 65535) {
    console.error("usage: node xtask/serve.mjs [--port N]");
    process.exitCode = 2;
    return;
  }
  let server;
  try {
    server = await serve({ port });
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    console.error(`port ${port} is taken: end the program that has it, or choose another with --port N (0: any)`);
    process.exitCode = 1;
    return;
  }
  console.log(`\nthe demo is at ${server.url}/ (end it with Ctrl-C)`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close());
}

if (process.argv[1] && import.meta.url === pathToFileURL(await realpath(process.argv[1])).href) {
  await main(process.argv.slice(2));
}
