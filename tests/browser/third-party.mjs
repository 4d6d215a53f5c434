// The other party of a page: a second origin on loopback that notes everything that truly arrives.
// It is reached as `127.0.0.1` (optional in the policies of these tests) and as `pay.localhost` (strictly
// necessary there); pages stand on `localhost`. Web sockets have a server of their own, since a plain
// server answers no upgrade.
//
// Left out: any look into the page; only what came over the wire counts here.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { extname } from "node:path";
import { after, before } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { serve } from "../../xtask/serve.mjs";

export const OPTIONAL_HOST = "127.0.0.1";
export const NECESSARY_HOST = "pay.localhost";

/** Passes only where something is missing: long enough for a busy machine. */
const DEADLINE_MS = 30_000;
const LOOK_AGAIN_MS = 10;

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** A picture of one pixel. */
export const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';

/** Reads until the answer is the wanted one, and compares at the latest when the time is over. */
export async function eventually(read, wanted, message) {
  const end = Date.now() + DEADLINE_MS;
  let got = await read();
  while (!isDeepStrictEqual(got, wanted) && Date.now() < end) {
    await setTimeout(LOOK_AGAIN_MS);
    got = await read();
  }
  assert.deepEqual(got, wanted, message);
}

/** Answers several paths in the reverse of the order in which they are written, once all were asked for. */
export function inReverse(answers) {
  const waiting = new Map();
  const paths = Object.keys(answers);
  const answer = (path) => (_, response) => {
    waiting.set(path, response);
    if (waiting.size < paths.length) return;
    for (const each of [...paths].reverse()) send(waiting.get(each), each, answers[each]);
    waiting.clear();
  };
  return Object.fromEntries(paths.map((path) => [path, answer(path)]));
}

function send(response, path, text) {
  response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "text/plain" }).end(text);
}

/** Declares the other party of a test file; call it once. Returns what makes one for a test. */
export function thirdParty() {
  const handlers = {};
  const parties = [];
  let server;
  let sockets;
  before(async () => {
    server = await serve({ handlers });
    sockets = await serveSockets((path) =>
      parties.find((party) => path.startsWith(`${party.prefix}/`))?.note("SOCKET", path),
    );
  });
  after(async () => {
    await server?.close();
    await sockets?.close();
  });
  return () => {
    const party = new Party(handlers, `/${parties.length + 1}`, server.port, sockets.port);
    parties.push(party);
    return party;
  };
}

class Party {
  constructor(handlers, prefix, port, socketPort) {
    this.handlers = handlers;
    // Each test has its own addresses, so that what an earlier page sends late cannot be taken for its own.
    this.prefix = prefix;
    this.url = `http://${OPTIONAL_HOST}:${port}${prefix}`;
    this.necessary = `http://${NECESSARY_HOST}:${port}${prefix}`;
    this.sockets = `ws://${OPTIONAL_HOST}:${socketPort}${prefix}`;
    this.log = [];
    this.fences = 0;
    this.answer({ "/fence": "passed" });
  }

  /** Puts answers at paths: a text, whose type is told by the path, or `(request, response) => …`. */
  answer(answers) {
    for (const [path, answer] of Object.entries(answers)) {
      this.handlers[this.prefix + path] = (request, response) => {
        if (path === "/fence") this.fences++;
        else this.note(request.method, request.url, request.body);
        response.setHeader("Access-Control-Allow-Origin", "*");
        if (typeof answer === "function") return answer(request, response);
        send(response, path, answer);
      };
    }
  }

  note(method, path, body) {
    this.log.push([method, path.slice(this.prefix.length), body].filter(Boolean).join(" "));
  }

  /** What arrived from this place of the log on. */
  arrivals(start = 0) {
    return this.log.slice(start);
  }

  /**
   * A round trip of the page to this party, by an address that is strictly necessary: whatever the page
   * sent earlier is on its way by then.
   */
  async fence(page) {
    const before = this.fences;
    const text = await page.evaluate(
      (address) => fetch(address).then((answer) => answer.text()),
      `${this.necessary}/fence`,
    );
    assert.equal(text, "passed");
    assert.equal(this.fences, before + 1);
  }
}

/** Web sockets that say `welcome` to the first message; `note` hears of each one that is opened. */
async function serveSockets(note) {
  const open = new Set();
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on("upgrade", (request, socket) => {
    note(request.url);
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // The page may go at any moment.
    socket.on("error", () => socket.destroy());
    // RFC 6455, 4.2.2: the key with this text behind it.
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const welcome = Buffer.from("welcome");
    // A last frame (8) of text (1), without a mask (5.2).
    socket.once("data", () => socket.write(Buffer.concat([Buffer.from([0x81, welcome.length]), welcome])));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of open) socket.destroy();
      }),
  };
}
