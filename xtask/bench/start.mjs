// What a page pays for its consent manager until it is there: the tag, vanilla-cookieconsent and Orejime on the same
// page, each put where its documentation puts it, with the same two categories and texts (start.json); for a new
// visitor, one who accepted and one who refused; with the processor as it is and slowed four times. They take turns in
// one run, so that a busy machine is as busy for all; what counts is the ratio to the lighter of the two others.
// `cargo xtask bench start` builds and starts this; `--rounds N` says how often.
//
// Every load is a first one, with nothing in the browser's cache, for those who have decided as well. Left out: limits
// (on a shared machine a time is no test), what any of them stops, and the network, which here takes no time.

import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "playwright-core";
import { serve } from "../serve.mjs";
import { CATEGORIES, longestOf, outermost, timeline, wholeOf } from "../timeline.mjs";

const ROUNDS = 11;
const RATES = [1, 4];
const VISITORS = ["new visitor", "accepted", "refused"];
const PATIENCE_MS = 60_000;
const OURS = "consentinel";
const NOTHING = "nothing";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const read = (file) => JSON.parse(readFileSync(join(repository, file), "utf8"));
const { policy, subjects } = read("xtask/bench/start.json");

// ---- the page -----------------------------------------------------------------------------------

const texts = read("www/texts/en.json");
const known = { policy, texts, intro: texts.intro.replace("{controller}", policy.controller.name) };

/** A value of start.json with its places, such as `{{texts.title}}`, filled in. */
function filled(value) {
  if (value === "{{policy}}") return policy;
  if (typeof value === "string") {
    return value.replaceAll(/\{\{([\w.]+)\}\}/g, (place, path) => {
      const found = path.split(".").reduce((part, name) => part?.[name], known);
      if (typeof found !== "string") throw new Error(`start.json: ${place} names no text`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part)]));
}

// Notes when the first layer is there: in which frame a click on its button would first reach it.
const PROBE = (selector) => `<script>
  (() => {
    const [outer, inner] = ${JSON.stringify(selector.split(/(?<=^consent-banner) /))};
    const look = () => {
      const host = document.querySelector(outer);
      const button = inner ? host?.shadowRoot.querySelector(inner) : host;
      const box = button?.getBoundingClientRect();
      const hit = box?.width && button.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      if (hit && button.contains(hit)) globalThis.layerAtMs = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })();
</script>`;

const PARAGRAPH =
  "A page says what it is about, in sentences of the usual length, one after the other, and some of them longer. ";

function page({ head, foot, accept, config }, isNew) {
  const fill = (part) => part.replace("{{config}}", () => JSON.stringify(filled(config)).replaceAll("<", "\\u003c"));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Start</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${isNew && accept ? PROBE(accept) : ""}
<style>body { font: 16px/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; }</style>${fill(head)}</head>
<body><h1>Start</h1>${`<p>${PARAGRAPH.repeat(4)}</p>`.repeat(10)}${fill(foot)}</body></html>`;
}

const without = { name: NOTHING, head: "", foot: "" };

// ---- the server, which sends brotli -------------------------------------------------------------

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
const compressed = new Map();
// Bytes of files that the load of a page has asked for, without the page itself.
let sentBytes = 0;

/** Answers with what `make` gives, compressed once. */
function answer(path, make) {
  return (_, response) => {
    const body = compressed.get(path) ?? brotliCompressSync(make());
    compressed.set(path, body);
    const type = types[extname(path)] ?? "application/octet-stream";
    if (!type.startsWith("text/html")) sentBytes += body.length;
    response.setHeader("Cache-Control", "max-age=600");
    response
      .writeHead(200, { "Content-Type": type, "Content-Encoding": "br", "Content-Length": body.length })
      .end(body);
  };
}

const handlers = {};
for (const subject of [...subjects, without]) {
  for (const visitor of VISITORS) {
    const isNew = visitor === "new visitor";
    handlers[pathOf(subject, isNew)] = answer(pathOf(subject, isNew), () => page(subject, isNew));
  }
  // Whatever stands there: each may load more files from beside itself.
  const folder = subject.folder && join(repository, subject.folder);
  for (const file of folder ? readdirSync(folder, { recursive: true }) : []) {
    const path = `/${subject.name}/${file.replaceAll("\\", "/")}`;
    handlers[path] = answer(path, () => readFileSync(join(folder, file)));
  }
}

function pathOf({ name }, isNew) {
  return `/${name}${isNew ? "-new" : ""}.html`;
}

// ---- one load -----------------------------------------------------------------------------------

// What each subject has left in the browser of a visitor: nothing but what a first look into storage needs in all.
const states = {};

function stateOf(subject, visitor) {
  return (
    states[`${subject.name} ${visitor}`] ?? {
      cookies: [],
      origins: [{ origin, localStorage: [{ name: "bench", value: "1" }] }],
    }
  );
}

/** Lets a visitor decide, and keeps what that left in the browser. */
async function decide(subject, visitor, selector) {
  const context = await browser.newContext({ storageState: stateOf(subject, "new visitor") });
  const opened = await context.newPage();
  await opened.goto(origin + pathOf(subject, true));
  await opened.locator(selector).click();
  await opened.locator(selector).waitFor({ state: "hidden" });
  // What is kept may be kept a moment later.
  await opened.evaluate(settle(false));
  states[`${subject.name} ${visitor}`] = await context.storageState();
  await context.close();
}

/** Waits until the first layer is there, if it is to come, and the page has nothing to do any more. */
const settle = (isAsked) => `(async () => {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
  while (${isAsked} && !globalThis.layerAtMs) {
    if (performance.now() > ${PATIENCE_MS}) throw new Error("the first layer did not come");
    await new Promise((done) => requestAnimationFrame(done));
  }
  const roots = [document, ...[...document.querySelectorAll("consent-banner")].map((host) => host.shadowRoot)];
  await Promise.all(roots.flatMap((root) => root.getAnimations()).map((animation) => animation.finished));
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((done) => requestAnimationFrame(done));
    await new Promise((done) => requestIdleCallback(done));
  }
  return globalThis.layerAtMs ?? 0;
})()`;

const SCRIPT = [
  "EvaluateScript",
  "FunctionCall",
  "v8.compile",
  "v8.compileModule",
  "v8.evaluateModule",
  "TimerFire",
  "RunMicrotasks",
  "FireAnimationFrame",
  "FireIdleCallback",
];

async function load(subject, visitor, rate) {
  const isNew = visitor === "new visitor";
  const context = await browser.newContext({ storageState: stateOf(subject, visitor) });
  const opened = await context.newPage();
  const tools = await context.newCDPSession(opened);
  await tools.send("Emulation.setCPUThrottlingRate", { rate });
  const url = origin + pathOf(subject, isNew);
  sentBytes = 0;
  await browser.startTracing(opened, { categories: CATEGORIES });
  await opened.goto(url);
  const layer = await opened.evaluate(settle(isNew && subject !== without));
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const isAsked = subject !== without && (await opened.locator(subject.accept).isVisible());
  if (isAsked !== (isNew && subject !== without))
    throw new Error(`${subject.name}, ${visitor}: ${isAsked ? "asked" : "not asked"}`);
  await tools.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await tools.send("Runtime.getHeapUsage");
  await context.close();
  const { events, timed, tasks, msOf } = timeline(traceEvents, url);
  return {
    bytes: sentBytes,
    main: wholeOf(tasks),
    script: wholeOf(outermost(timed.filter(({ name }) => SCRIPT.includes(name)))),
    longest: longestOf(tasks),
    paint: msOf(events.find(({ name }) => name === "firstPaint")),
    layer,
    heap: usedSize / 1024,
    buffers: backingStorageSize / 1024,
  };
}

// ---- the run ------------------------------------------------------------------------------------

const COLUMNS = {
  bytes: ["bytes", 0],
  main: ["main thread", 1],
  script: ["script", 1],
  longest: ["longest task", 1],
  paint: ["first paint", 0],
  layer: ["first layer", 0],
  heap: ["heap, KB", 0],
  buffers: ["buffers, KB", 0],
};
const line = (title, cells) => console.log(title.padEnd(30) + cells.map((cell) => cell.padStart(13)).join(""));
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

function print(title, medians) {
  line(
    title,
    Object.values(COLUMNS).map(([name]) => name),
  );
  for (const [name, found] of Object.entries(medians)) {
    line(
      name,
      Object.entries(COLUMNS).map(([column, [, digits]]) => (found[column] ? found[column].toFixed(digits) : "-")),
    );
  }
  const others = Object.entries(medians)
    .filter(([name]) => name !== OURS && name !== NOTHING)
    .map(([, found]) => found);
  const ratio = (column) => {
    const [ours, lighter] = [medians[OURS][column], Math.min(...others.map((found) => found[column]))];
    return ours && lighter ? (ours / lighter).toFixed(2) : "-";
  };
  line(
    "to the lighter other",
    Object.keys(COLUMNS).map((column) => ratio(column)),
  );
  console.log();
}

function roundsOf([option, value]) {
  const rounds = option === undefined ? ROUNDS : Number(value);
  if ((option ?? "--rounds") !== "--rounds" || !Number.isInteger(rounds) || rounds < 1) {
    console.error("usage: node xtask/bench/start.mjs [--rounds N], a number from 1 on");
    process.exit(2);
  }
  return rounds;
}

const rounds = roundsOf(process.argv.slice(2));
const server = await serve({ handlers });
const origin = `http://localhost:${server.port}`;
const browser = await chromium.launch({
  executablePath: process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});

try {
  const versions = subjects
    .filter(({ folder }) => folder !== "dist")
    .map(({ name }) => `${name} ${read(`node_modules/${name}/package.json`).version}`);
  console.log(`Chromium ${browser.version()}, ${versions.join(", ")}; ${rounds} rounds in turns, medians`);
  console.log(
    "main thread, script and longest task: ms of the processor; first paint, first layer: ms of the day since the navigation; bytes: files after brotli\n",
  );
  for (const subject of subjects) {
    await decide(subject, "accepted", subject.accept);
    await decide(subject, "refused", subject.refuse);
  }
  for (const rate of RATES) {
    for (const visitor of VISITORS) {
      const found = Object.fromEntries([...subjects, without].map(({ name }) => [name, []]));
      // The first round warms the browser up; who comes first changes with each.
      for (let round = 0; round <= rounds; round++) {
        const turn = [...subjects, without];
        turn.push(...turn.splice(0, round % turn.length));
        for (const subject of turn) {
          const one = await load(subject, visitor, rate);
          if (round > 0) found[subject.name].push(one);
        }
      }
      const middle = (loads) =>
        Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, median(loads.map((one) => one[column]))]));
      print(
        `${visitor}${rate > 1 ? `, ${rate}× slowed` : ""}`,
        Object.fromEntries(Object.entries(found).map(([name, loads]) => [name, middle(loads)])),
      );
    }
  }
} finally {
  await browser.close();
  await server.close();
}
