// Workers that code makes of a text, as players and session recorders do: they belong to whoever made them, so they
// compute without being declared, and can ask and keep nothing unless a service that lists `blob:` is granted.
//
// Left out: frames and style sheets of such addresses (tests/matrix), and what leaves a page by workers (there, too).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { policyOf, repositoryFile } from "./site.mjs";
import { situations } from "./real.mjs";

const situation = situations();
const PLAYER = policyOf([]);
const RECORDER_HOST = "recorder.localhost";
/** The same page with a recorder whose workers are of `blob:` too, and have to wait. */
const RECORDER = policyOf([], {
  services: [
    {
      id: "recorder",
      category: "analytics",
      name: "Recorder",
      provider: "Recorder GmbH",
      hosts: ["blob:", RECORDER_HOST],
    },
  ],
});

// \`computed\` makes a worker of these parts and a text that multiplies, and answers with what it says; the page revokes
// the address at once, as many do.
const TOOLS = `
  window.NAMES = ["XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "BroadcastChannel",
    "Worker", "SharedWorker", "Notification", "FontFace", "FontFaceSet", "RTCPeerConnection", "ReportingObserver",
    "webkitRequestFileSystem", "webkitRequestFileSystemSync", "webkitResolveLocalFileSystemURL", "CacheStorage", "IDBFactory",
    "indexedDB", "caches", "cookieStore", "fonts", "storage", "storageBuckets", "serviceWorker", "locks", "connection",
    "permissions", "usb", "hid", "serial", "dump"];
  const text = "onmessage = ({ data }) => postMessage({ product: data[0] * data[1], name, isWorker: self instanceof WorkerGlobalScope, " +
    "names: " + JSON.stringify(NAMES) + ".filter((name) => name in self || name in navigator) });";
  window.worked = (address, options, message) => new Promise((resolve) => {
    const worker = new Worker(address, options);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => (event.preventDefault(), resolve("error"));
    if (!(worker instanceof Worker)) resolve("no worker");
    if (message) worker.postMessage(message);
  });
  window.addressOf = (parts, made = new Blob(parts, { type: "text/javascript" })) => URL.createObjectURL(made);
  window.computed = (parts = [], options = undefined) => worked(addressOf([...parts, text]), options, [6, 7]);
  // What a text says that has taken these names for itself, by its functions and variables, which are there before it runs.
  window.hostile = (names) => said(names + "; const it = (function () { return this; })(), chain = [];" +
    "for (let at = it; at; at = Reflect.getPrototypeOf(at)) chain.push(at);" +
    "const there = (name) => { for (const at of chain) { const found = Reflect.getOwnPropertyDescriptor(at, name); if (found) return found; } };" +
    "const around = there('navigator')?.get ?? Reflect.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'navigator').get;" +
    "it.postMessage(" + JSON.stringify(NAMES) + ".filter((name) => (there(name)?.value ?? there(name)?.get) || name in around.call(it)))");
  window.said = (text, options) => worked(addressOf([text]), options);`;
/** What a program of this language may count on. */
const LANGUAGE =
  "AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape";
const STAYS =
  "AbortController Blob CompressionStream DOMException File FileReader FileReaderSync ImageBitmap ImageData MessageChannel MessagePort OffscreenCanvas ReadableStream Response TextDecoder TextEncoder TransformStream URL URLSearchParams VideoDecoder VideoFrame WebGL2RenderingContext WorkerGlobalScope WritableStream addEventListener atob btoa clearInterval clearTimeout close console createImageBitmap crypto dispatchEvent importScripts location navigator onerror onmessage origin performance postMessage queueMicrotask removeEventListener reportError requestAnimationFrame self setInterval setTimeout structuredClone";
const BARE = { product: 42, name: "", names: [], isWorker: true };

situation(
  "A player makes a worker of a text, and nobody declared that",
  "it computes before an answer, after a refusal and in the next page, and can ask and keep nothing",
  async (visitor) => {
    await visitor.open({ policy: PLAYER });
    await visitor.run(TOOLS);
    assert.deepEqual(await visitor.evaluate("computed()"), BARE);
    assert.deepEqual(await visitor.evaluate(`computed([], { name: "player" })`), { ...BARE, name: "player" });
    // However it is made: of texts that are made of texts, of a file, as a module that waits for something.
    assert.deepEqual(
      await visitor.evaluate(`computed(["'use strict';", new Blob(["var a;", new Blob(["a = 1;"])])])`),
      BARE,
    );
    assert.deepEqual(
      await visitor.evaluate(
        `worked(addressOf(0, new File(["postMessage(typeof XMLHttpRequest)"], "worker.js", { type: "text/javascript" })))`,
      ),
      "undefined",
    );
    assert.deepEqual(await visitor.evaluate(`computed(["await null; import.meta.url;"], { type: "module" })`), BARE);
    // What computes is all there.
    for (const names of [LANGUAGE, STAYS])
      assert.deepEqual(
        await visitor.run(
          `return said("postMessage(" + ${JSON.stringify(JSON.stringify(names.split(" ")))} + ".filter((name) => !(name in self)))")`,
        ),
        [],
      );
    // What it lacks fails as where no network is; what it imports fails.
    assert.equal(
      await visitor.evaluate(`said("fetch('/own.js').catch((error) => postMessage(error.name))")`),
      "TypeError",
    );
    assert.equal(await visitor.evaluate(`said("importScripts('/own.js')")`), "error");
    assert.equal(await visitor.evaluate(`said("new Worker('/own.js')")`), "error");
    assert.equal(
      await visitor.evaluate(`said("import('https://undeclared.localhost/a.js').catch(() => postMessage('failed'))")`),
      "failed",
    );
    // A text cannot keep anything by names of its own.
    for (const names of [
      "function self() {} function navigator() {} function globalThis() {} function Object() {} function RegExp() {} function Reflection() {}",
      "let self = {}, Object = {}, globalThis = 1, g = 2, O = 3; var navigator = {}, importScripts, __proto__",
      "const navigator = {}; class Object {} var fetch = 1; function importScripts() {} function TypeError() { throw 1; }",
    ])
      assert.deepEqual(await visitor.run(`return hostile(${JSON.stringify(names)})`), [], names);
    // Shared workers and those of `data:` are more than the page's own affair.
    assert.equal(
      await visitor.run(`
        return new Promise((resolve) => {
          const worker = new SharedWorker(addressOf(["onconnect = ({ ports }) => ports[0].postMessage('there')"]));
          worker.onerror = () => resolve("error");
          worker.port.onmessage = ({ data }) => resolve(data);
        });`),
      "error",
    );
    assert.equal(await visitor.evaluate(`worked("data:text/javascript,postMessage(1)")`), "error");
    await visitor.click("reject-all");
    await visitor.decision();
    assert.deepEqual(await visitor.evaluate("computed()"), BARE);
    await visitor.go("/page.html");
    await visitor.run(TOOLS);
    assert.deepEqual(await visitor.evaluate("computed()"), BARE);
    assert.deepEqual(await visitor.evaluate(`computed([], { type: "module" })`), BARE);
  },
);

/** A stream of the site itself, as its README says how it was made; answers with what was asked for of it. */
function streaming(visitor) {
  const file = (path) => readFileSync(repositoryFile(path));
  for (const [name, type] of STREAM)
    visitor.handlers[`/stream/${name}`] = (_, response) =>
      response.writeHead(200, { "Content-Type": type }).end(file(`tests/browser/stream/${name}`));
  visitor.handlers["/hls.js"] = (_, response) =>
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(file("node_modules/hls.js/dist/hls.min.js"));
  visitor.handlers["/video.js"] = (_, response) =>
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(file("node_modules/video.js/dist/video.min.js"));
  const start = visitor.server.requests.length;
  return () =>
    visitor.server.requests
      .slice(start)
      .map(({ url }) => url)
      .filter((url) => url.startsWith("/stream/"))
      .sort();
}
const STREAM = [
  ["own.m3u8", "application/vnd.apple.mpegurl"],
  ["0.ts", "video/mp2t"],
  ["1.ts", "video/mp2t"],
];

/** What a player says once both seconds of the stream are there: how many workers it made, what the video has. */
const PLAYED = `
  await tools.until(() => video.buffered.length && video.buffered.end(video.buffered.length - 1) > 1.9 && video.readyState >= 2, 1200);
  return { workers, failures, ready: video.readyState >= 2, isThere: video.buffered.length > 0 && video.buffered.end(video.buffered.length - 1) > 1.9, width: video.videoWidth };`;
const COUNTED = `<script>let workers = 0, failures = 0; const Made = Worker; Worker = class extends Made { constructor(...given) { super(...given); workers += 1; this.addEventListener("error", () => (failures += 1)); } }</script>`;
const PLAYERS = {
  "hls.js": {
    head: `<script src="/hls.js"></script>`,
    body: `<video id="video" muted></video><script>const video = document.getElementById("video"); const player = new Hls(); player.loadSource("/stream/own.m3u8"); player.attachMedia(video);</script>`,
  },
  "video.js": {
    head: `<script src="/video.js"></script>`,
    body: `<video id="player" muted preload="auto"></video><script>const player = videojs("player", { html5: { vhs: { overrideNative: true } } }); player.src({ src: "/stream/own.m3u8", type: "application/x-mpegURL" }); const video = player.tech(true).el(); player.muted(true); player.play();</script>`,
  },
};

for (const [name, { head, body }] of Object.entries(PLAYERS))
  situation(
    `A site plays a stream of its own with ${name}, whose workers are of a text, beside a recorder that declares such workers`,
    "it plays before an answer, after a refusal and in the next page",
    async (visitor) => {
      const asked = streaming(visitor);
      await visitor.open({ policy: RECORDER, head: COUNTED + head, body });
      const played = async () => {
        const { workers, ...video } = await visitor.run(PLAYED);
        assert.ok(workers > 0, "it has made a worker");
        assert.deepEqual(video, { failures: 0, ready: true, isThere: true, width: 64 });
      };
      await played();
      assert.deepEqual(asked(), ["/stream/0.ts", "/stream/1.ts", "/stream/own.m3u8"]);
      await visitor.click("reject-all");
      await visitor.decision();
      await visitor.go("/page.html");
      await played();
    },
    // It takes the codec and Media Source Extensions, which Debian's Chromium has.
    { engines: ["chromium"] },
  );

situation(
  "A page and a worker of a text call each other by comlink",
  "a call is answered before an answer to the question, and after a refusal",
  async (visitor) => {
    const file = (_, response) =>
      response
        .writeHead(200, { "Content-Type": "text/javascript" })
        .end(readFileSync(repositoryFile("node_modules/comlink/dist/umd/comlink.min.js")));
    visitor.handlers["/comlink.js"] = file;
    await visitor.open({ policy: PLAYER, head: '<script src="/comlink.js"></script>' });
    await visitor.run(TOOLS);
    // The worker revokes its own address, as those do that Vite makes of `?worker&inline`.
    await visitor.run(`
      const library = await (await fetch("/comlink.js")).text();
      const text = [
        "(self.URL || self.webkitURL).revokeObjectURL(self.location.href);", library,
        "Comlink.expose({ twice: (number) => number * 2, call: (back) => back(20) });",
      ];
      window.twice = async () => {
        const remote = Comlink.wrap(new Worker(addressOf(text)));
        return [await remote.twice(21), await remote.call(Comlink.proxy((number) => number + 1))];
      };`);
    assert.deepEqual(await visitor.evaluate("twice()"), [42, 21]);
    await visitor.click("reject-all");
    await visitor.decision();
    assert.deepEqual(await visitor.evaluate("twice()"), [42, 21]);
  },
);

situation(
  "A session recorder sends what it has seen from a worker of a text, and declares that",
  "nothing arrives before an answer, all of it after a grant, nothing after a withdrawal; no player is in its way",
  async (visitor) => {
    const sent = [];
    visitor.handlers["/sent"] = (request, response) => {
      sent.push(request.body);
      response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end("kept");
    };
    await visitor.open({ policy: RECORDER });
    const tools = () =>
      visitor.run(`${TOOLS}
        // It says what became of what it sent, and by what it could keep something.
        window.recorder = () => {
          const text = "onmessage = ({ data }) => fetch(data.address, { method: 'POST', body: data.body }).then((answer) => answer.text())" +
            ".then((answer) => postMessage(answer), (error) => postMessage(error.name));";
          return new Worker(addressOf([text]));
        };
        window.record = (worker, body) => new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage({ address: "${visitor.url("/sent", RECORDER_HOST)}", body });
        });`);
    await tools();
    assert.equal(await visitor.evaluate(`record(recorder(), "before")`), "TypeError");
    assert.deepEqual(await visitor.evaluate("computed()"), BARE);
    await visitor.click("accept-all");
    await visitor.decision();
    await visitor.run(`window.granted = recorder();`);
    assert.equal(await visitor.evaluate(`record(granted, "granted")`), "kept");
    const { names, ...rest } = await visitor.evaluate("computed()");
    assert.deepEqual(rest, { product: 42, name: "", isWorker: true });
    for (const name of ["XMLHttpRequest", "WebSocket", "Worker", "indexedDB"]) assert.ok(names.includes(name), name);
    await visitor.go("/page.html");
    await tools();
    assert.equal(await visitor.evaluate(`record(recorder(), "reloaded")`), "kept");
    // What was made while it could is ended, and what is made from now on cannot.
    await visitor.run(`window.granted = recorder(); await record(granted, "once more");`);
    await visitor.run(`
      const told = new Promise((resolve) => document.addEventListener("consent:change", resolve));
      consentinel.withdraw("analytics");
      await told;`);
    await visitor.run(`granted.postMessage({ address: "${visitor.url("/sent", RECORDER_HOST)}", body: "withdrawn" });`);
    assert.equal(await visitor.evaluate(`record(recorder(), "withdrawn")`), "TypeError");
    assert.deepEqual(await visitor.evaluate("computed()"), BARE);
    assert.deepEqual(sent, ["granted", "reloaded", "once more"]);
  },
);
