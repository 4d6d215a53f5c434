// What the tag does to the loading of the demo's pages, and of a page with one short line, on a processor slowed
// four times: what it moves, whether it is the largest thing painted, and how long it keeps the page busy; with
// the tag, without it, and for a visitor who has decided, in turns of one run. `cargo xtask trace` builds and starts this;
// `node xtask/trace.mjs jimo/ …` looks at some pages alone. It fails where something moved because of the tag,
// where the largest contentful paint is ours, and where a visitor who has decided is shown more than the small
// button.
//
// Left out: limits for times. They are printed, as the processor time of the page's main thread, which other
// programs of the machine disturb less than the time of day; nothing is decided by them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";
import { CATEGORIES, longestOf, outermost, timeOf, timeline, wholeOf } from "./timeline.mjs";

const SLOWED = 4;
const ROUNDS = 3;
const LONG_MS = 50;
const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

// A page with one short line, where the largest paint could most easily be ours; as it is, and for a visitor who
// wants nothing to move.
const SHORT = "short/";
const STILL = SHORT + "?still";

const policies = new URL("../www/policies/", import.meta.url);
const demo = new URL("../www/demo/", import.meta.url);
const TAG = /<script\b[^>]*\bsrc="[^"]*\/dist\/consentinel[^"]*"[^>]*><\/script>/;

/** The pages of the demo that have the tag, and the short one. */
function pages() {
  const folders = readdirSync(demo, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const withTag = ["", ...folders.map(({ name }) => `${name}/`)].filter((folder) => {
    const file = new URL(`${folder}index.html`, demo);
    return existsSync(file) && TAG.test(readFileSync(file, "utf8"));
  });
  return [...withTag, SHORT, STILL];
}

function answerShort(request, response) {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Short</title>
<script type="application/json" id="consentinel-policy">${readFileSync(new URL("jimo.json", policies), "utf8")}</script>
<script src="/dist/consentinel.js"></script>
<p>One short line.</p></html>`);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const isOurs = (event) => JSON.stringify(event.args ?? {}).includes("/dist/consentinel");

async function open(context, url, { hasTag }) {
  const page = await context.newPage();
  // Nothing of other parties: what they would answer is no part of this.
  await page.route(
    (address) => address.origin !== server.url,
    (route) => route.abort(),
  );
  if (!hasTag) {
    await page.route(url, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace(TAG, "") });
    });
  }
  const tools = await context.newCDPSession(page);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  return { page, tools };
}

/** Waits until the page has loaded, what we show is there and has come to rest, and the page is idle. */
async function settle(page, part) {
  if (part) await page.locator(`consent-banner [part=${part}]`).waitFor();
  await page.evaluate(async () => {
    const root = document.querySelector("consent-banner")?.shadowRoot;
    await Promise.all((root?.getAnimations() ?? []).map((animation) => animation.finished));
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((done) => requestAnimationFrame(done));
      await new Promise((done) => requestIdleCallback(done));
    }
  });
}

/** Whose a node of the trace is: ours, or the page's; as a word for people. */
async function owner(tools, backendNodeId) {
  try {
    const { object } = await tools.send("DOM.resolveNode", { backendNodeId });
    const { result } = await tools.send("Runtime.callFunctionOn", {
      objectId: object.objectId,
      functionDeclaration: `function () {
        const element = this.nodeType === 1 ? this : this.parentElement ?? this.getRootNode().host;
        const host = element?.getRootNode().host ?? element;
        return (host?.localName === "consent-banner" ? "ours: " : "") + element?.localName;
      }`,
      returnByValue: true,
    });
    return result.value;
  } catch {
    // The page took it away meanwhile; ours stay.
    return "a node that is gone";
  }
}

async function load(path, viewport, kind) {
  const context = await browser.newContext({ viewport, reducedMotion: path === STILL ? "reduce" : "no-preference" });
  const url = `${server.url}/${path}`;
  if (kind === "decided") {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator("consent-banner [data-consent-action=reject-all]").click();
    await page.close();
  }
  const { page, tools } = await open(context, url, { hasTag: kind !== "without" });
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.goto(url);
  await settle(page, { with: "banner", decided: "reopen" }[kind]);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  await tools.send("DOM.getDocument");

  const { events, timed, tasks } = timeline(traceEvents, url);
  const shifts = events.filter(({ name }) => name === "LayoutShift").map(({ args }) => args.data);
  let moved = 0;
  for (const { score, impacted_nodes: nodes } of shifts) {
    const owners = await Promise.all((nodes ?? []).map((node) => owner(tools, node.node_id)));
    if (owners.some((word) => word.startsWith("ours"))) moved += score;
  }
  const largest = events.findLast(({ name }) => name === "largestContentfulPaint::Candidate");
  const ours = outermost(
    timed.filter((event) => ["EvaluateScript", "FunctionCall"].includes(event.name) && isOurs(event)),
  );
  const found = {
    moved,
    shift: shifts.reduce((sum, { score }) => sum + score, 0),
    largest: largest ? await owner(tools, largest.args.data.nodeId) : "none",
    begin: longestOf(ours.filter(({ name }) => name === "EvaluateScript")),
    longest: longestOf(ours),
    whole: wholeOf(ours),
    longTasks: tasks.filter((task) => timeOf(task) > LONG_MS).length,
    longOurs: ours.filter((event) => timeOf(event) > LONG_MS).length,
    shown: await page.locator("consent-banner").evaluateAll((hosts) =>
      hosts
        .flatMap((host) => [...host.shadowRoot.children])
        .filter((element) => element.part.value !== "status" || element.textContent)
        .map((element) => element.part.value),
    ),
  };
  await context.close();
  return found;
}

const server = await serve({ handlers: { [`/${SHORT}`]: answerShort } });
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
const faults = [];

try {
  console.log(
    `Chromium ${browser.version()}, processor slowed ${SLOWED} times, ${ROUNDS} rounds in turns, medians; ms of the main thread\n`,
  );
  const columns = [
    "page, width",
    "visitor",
    "moved",
    "largest paint",
    "start",
    "longest",
    "all",
    "long tasks",
    "of them ours",
  ];
  const widths = [22, 9, 9, 16, 7, 8, 7, 11, 13];
  const line = (cells) =>
    console.log(
      cells
        .map((cell, place) =>
          place < 2 || place === 3 ? `${cell}`.padEnd(widths[place]) : `${cell}`.padStart(widths[place] - 1) + " ",
        )
        .join(""),
    );
  line(columns);
  for (const path of process.argv.length > 2 ? process.argv.slice(2) : pages()) {
    for (const viewport of VIEWPORTS) {
      const kinds = { without: [], with: [], decided: [] };
      for (let round = 0; round < ROUNDS; round++) {
        for (const kind of Object.keys(kinds)) kinds[kind].push(await load(path, viewport, kind));
      }
      const middle = (kind, field) => median(kinds[kind].map((found) => found[field]));
      const place = `/${path} ${viewport.width}`;
      for (const [kind, all] of Object.entries(kinds)) {
        // What the page moves by itself stands in the row without the tag.
        const moved = Math.max(
          ...all.map((found) => found.moved),
          kind === "without" ? 0 : middle(kind, "shift") - middle("without", "shift"),
        );
        const largest = [...new Set(all.map((found) => found.largest))].join(", ");
        line([
          place,
          kind,
          kind === "without" ? middle(kind, "shift").toFixed(5) : moved.toFixed(5),
          largest,
          ...["begin", "longest", "whole"].map((field) => middle(kind, field).toFixed(0)),
          middle(kind, "longTasks"),
          middle(kind, "longOurs"),
        ]);
        if (kind === "without") continue;
        if (moved > 0) faults.push(`${place}, ${kind}: something moved because of the tag (${moved})`);
        if (largest.includes("ours")) faults.push(`${place}, ${kind}: the largest contentful paint is ours`);
        const shown = [...new Set(all.flatMap((found) => found.shown))].join(", ");
        if (kind === "decided" && shown !== "reopen")
          faults.push(`${place}: a visitor who has decided is shown ${shown}`);
      }
      const ratio = middle("with", "longTasks") / middle("without", "longTasks");
      console.log(
        `${"".padEnd(22)}long tasks with the tag to those without: ${Number.isFinite(ratio) ? ratio.toFixed(2) : "none without"}`,
      );
    }
  }
} finally {
  await browser.close();
  await server.close();
}

for (const fault of faults) console.error(`trace: ${fault}`);
process.exitCode = faults.length ? 1 : 0;
