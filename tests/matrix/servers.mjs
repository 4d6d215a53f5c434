// The two servers of the leak matrix, both on loopback, and the log that is the truth of requests.
//
// The site answers as `RUN.localhost`: each run (engine, phase, load) is a host of its own, so jars and
// storage never mix and need no clearing. The other party answers as `VARIANT.other.localhost` and as
// `127.0.0.1`, other sites to any browser, and writes down every request, body, cookie and WebSocket
// upgrade it gets.
//
// Left out: any knowledge of attempts and verdicts.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect id="a" width="1" height="1"/></svg>';

/** Ending of a path → content type and body of the answer. */
const answers = {
  css: ["text/css", "/* empty */"],
  html: ["text/html", "<!doctype html><title>plain</title>"],
  js: ["text/javascript", ";"],
  json: ["application/json", "{}"],
  png: ["image/png", PIXEL],
  svg: ["image/svg+xml", SVG],
  txt: ["text/plain", "text"],
};

/** A worker that asks for the address it is told. */
export const WORKER =
  "onmessage = (event) => { fetch(event.data, { mode: 'no-cors' }); }; onconnect = (event) => { event.ports[0].onmessage = onmessage; };";

/** Everything that truly arrived, under `RUN/VARIANT/ID`. */
export class Log {
  constructor() {
    this.arrivals = new Map();
    this.listeners = new Set();
  }

  add(key, entry) {
    this.arrivals.set(key, [...(this.arrivals.get(key) ?? []), entry]);
    for (const listener of this.listeners) listener();
  }

  has(key) {
    return this.arrivals.has(key);
  }

  /** How often the thing itself was asked for; the question whether one may ask is not counted. */
  times(key) {
    return (this.arrivals.get(key) ?? []).filter((entry) => entry.method !== "OPTIONS").length;
  }

  /** Waits until all the keys have arrived; ends too when none of them came for `patience` ms. */
  async all(keys, patience) {
    let missing = keys.filter((key) => !this.has(key));
    for (let end = Date.now() + patience; missing.length > 0; ) {
      const came = await this.next(end - Date.now());
      const left = missing.filter((key) => !this.has(key));
      if (left.length < missing.length) end = Date.now() + patience;
      else if (!came) break;
      missing = left;
    }
    return missing;
  }

  /** Waits for an arrival, whatever it is; false when none came in time. */
  next(patience) {
    return new Promise((resolve) => {
      const listener = () => done(true);
      const timer = setTimeout(() => done(false), patience);
      const done = (came) => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve(came);
      };
      this.listeners.add(listener);
    });
  }
}

async function listen(server) {
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Notes the request if its path is one of an attempt: `/t/VARIANT/RUN/ID.EXT`. */
function note(log, request, body) {
  const [, variant, run, id] = /^\/t\/(\w+)\/([\w-]+)\/([\w-]+)/.exec(request.url) ?? [];
  if (!variant) return;
  log.add(`${run}/${variant}/${id}`, {
    method: request.headers.upgrade ? "UPGRADE" : request.method,
    url: request.url,
    body,
    cookie: request.headers.cookie ?? "",
  });
}

function answer(request, response) {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Credentials", "true");
  response.setHeader("Access-Control-Allow-Headers", "content-type, x-attempt");
  const ending = /\.(\w+)(?:\?|$)/.exec(request.url)?.[1];
  // A stream that ends this way is not asked for again.
  if (ending === "stream" || request.method === "OPTIONS") return response.writeHead(204).end();
  const [type, body] = answers[ending] ?? answers.txt;
  response.writeHead(200, { "Content-Type": type }).end(body);
}

/** A file with the text that its address carries, or a way on to the address that it carries. */
function carried(request, response) {
  const [, what, given] = /^\/(sheet\.css|code\.js|to)\?(.*)$/.exec(request.url) ?? [];
  if (!what) return false;
  const value = decodeURIComponent(given);
  const headers = {
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": request.headers.origin ?? "*",
    "Access-Control-Allow-Credentials": "true",
  };
  if (what === "to") response.writeHead(302, { ...headers, Location: value }).end();
  else
    response
      .writeHead(200, { ...headers, "Content-Type": what === "sheet.css" ? "text/css" : "text/javascript" })
      .end(value);
  return true;
}

/** The other party. `port` is all that is needed to reach it, by whatever name. */
export async function startOther(log) {
  const server = createServer(async (request, response) => {
    if (carried(request, response)) return;
    note(log, request, await text(request));
    answer(request, response);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    note(log, request, "");
    socket.on("error", () => {}).close();
  });
  const port = await listen(server);
  return { port, close: () => shut(server) };
}

function shut(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

const FOLDER = new URL("../../", import.meta.url);
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>plain</title><body>plain';

/**
 * The site. `pages` maps `RUN PATH` to `{ html, headers }` or a script; the rest are the fixed parts:
 * pages without the tag, workers, answers with cookies.
 */
export async function startSite(log) {
  const pages = new Map();
  const cookies = new Map();
  const FILES = ["/dist/consentinel.js", "/dist/consentinel.part.js", "/dist/consentinel.face.js"];
  const files = new Map(
    await Promise.all(FILES.map(async (path) => [path, await readFile(new URL(`.${path}`, FOLDER))])),
  );
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const run = request.headers.host.split(".")[0];
    const path = request.url.split("?", 1)[0];
    const send = (type, content, headers = {}) =>
      response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", ...headers }).end(content);
    const page = pages.get(`${run} ${path}`);
    if (page) return send(page.type ?? "text/html; charset=utf-8", page.content, page.headers);
    if (carried(request, response)) return;
    if (files.has(path)) return send("text/javascript", files.get(path));
    if (path === "/blank.html") {
      cookies.set(run, request.headers.cookie ?? "");
      return send("text/html", PLAIN);
    }
    if (path === "/plain.html") return send("text/html", PLAIN);
    if (path === "/hello.html") return send("text/html", `${PLAIN}<script>parent.postMessage("hello", "*")</script>`);
    if (path === "/stores.html")
      return send("text/html", `${PLAIN}<script>localStorage.setItem("n_storage_event", location.search)</script>`);
    if (path === "/picture.svg") return send("image/svg+xml", SVG);
    // A page with a script of its own, which its address carries.
    if (path === "/by.html")
      return send("text/html", `${PLAIN}<script>${decodeURIComponent(request.url.split("?", 2)[1])}</script>`);
    if (path === "/worker.js") return send("text/javascript", WORKER);
    if (path.startsWith("/sw/")) return send("text/javascript", ";");
    // `/metrics/RUN/ID` belongs to an optional service, `/own/RUN/ID` to nobody.
    const own = /^\/(metrics|own)\/(.*)$/.exec(request.url);
    if (own) {
      const variant = own[1] === "metrics" ? "optional" : "necessary";
      note(log, { ...pick(request), url: `/t/${variant}/${own[2]}` }, body);
      return answer(request, response);
    }
    const set = /^\/set-cookie\/([\w-]+)/.exec(path);
    if (set) return send("image/png", PIXEL, { "Set-Cookie": `${set[1]}=1; Path=/` });
    response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    const own = /^\/(metrics|own)\/(.*)$/.exec(request.url);
    if (own)
      note(log, { ...pick(request), url: `/t/${own[1] === "metrics" ? "optional" : "necessary"}/${own[2]}` }, "");
    socket.on("error", () => {}).close();
  });
  const port = await listen(server);
  return {
    pages,
    /** What the last visit of `/blank.html` brought along as `Cookie`. */
    received: (run) => cookies.get(run) ?? "",
    url: (run, path) => `http://${run}.localhost:${port}${path}`,
    close: () => shut(server),
  };
}

const pick = ({ method, headers }) => ({ method, headers });
