// Pages made with frameworks, real ones: each page is used by the same visitor without the tag, with
// the tag where all was granted on an earlier page, and with the tag where nothing was answered and all
// is declared necessary. The console, the elements, what arrives at both servers and what is stored
// have to be the same three times.
//
// Left out: how each framework is meant to be set up with Consentinel (docs), and pages where something
// is held (snippets.test.mjs).

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { before } from "node:test";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { renderToString } from "vue/server-renderer";
import { PLAIN_TAG, html, policyOf, site, storedItems } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, eventually, thirdParty } from "./third-party.mjs";
import * as application from "./pages/application.mjs";
import * as htmx from "./pages/htmx-page.mjs";
import * as jquery from "./pages/jquery-page.mjs";
import { make as makeVue } from "./pages/vue-app.mjs";

const visitTest = site();
const party = thirdParty();
const folder = fileURLToPath(new URL("pages/", import.meta.url));
const PAGE = "/page.html";

// ---- how the pages are made ---------------------------------------------------------------------

const svelte = {
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), {
        filename: path,
        generate: "client",
        css: "injected",
        dev: true,
      });
      return { contents: js.code, loader: "js" };
    });
  },
};

/** A script for the page, of a file in `pages/`. */
async function bundle(file, more = {}) {
  const { outputFiles } = await build({
    entryPoints: [folder + file],
    bundle: true,
    write: false,
    jsx: "automatic",
    logLevel: "error",
    format: "iife",
    plugins: [svelte],
    conditions: ["browser", "development"],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    // The build of Vue that compiles templates.
    alias: { vue: "vue/dist/vue.esm-bundler.js" },
    ...more,
  });
  return outputFiles[0].text;
}

/** What the React server file exports; Node itself reads no JSX. */
async function reactServer() {
  const text = await bundle("react-server.jsx", {
    platform: "node",
    format: "cjs",
    packages: "external",
    conditions: [],
    plugins: [],
  });
  const module = { exports: {} };
  new Function("require", "module", "exports", text)(createRequire(import.meta.url), module, module.exports);
  return module.exports;
}

let react;
before(async () => {
  react = await reactServer();
});

const ANSWERS = {
  answers: application.ANSWERS,
  arrivals: application.ARRIVALS,
  items: application.items,
  stored: application.STORED,
};
const example = { ...ANSWERS, serveOwn: application.serveOwn, use: application.use };
const root = (markup) => `<div id="root">${markup}</div>`;

const PAGES = [
  {
    title: "React, taking over markup of the server",
    ...example,
    script: "react-page.jsx",
    body: (third) => root(react.part(third)),
  },
  {
    title: "React, in charge of the whole document",
    ...example,
    script: "react-document.jsx",
    whole: (third, policy) => react.whole(third, policy),
  },
  {
    title: "Vue, taking over markup of the server",
    ...example,
    script: "vue-app.mjs",
    body: async (third) => root(await renderToString(makeVue(third))),
  },
  { title: "Svelte", ...example, script: "svelte-page.mjs", body: () => root("") },
  { title: "htmx", ...htmx, script: "htmx-app.mjs" },
  { title: "jQuery", ...jquery, script: "jquery-app.mjs" },
];

// ---- how they are used and compared -------------------------------------------------------------

/** The three ways to use a page: the category that all is declared in, and what was clicked before. */
const WAYS = {
  "without the tag": { category: null, clicks: [] },
  "all granted before": { category: "analytics", clicks: ["accept-all"] },
  "all necessary, nothing answered": { category: "necessary", clicks: [] },
};

function policyFor(page, category) {
  const service = (id, owner, host) => ({ id, category: owner, name: id, provider: "Test SAS", hosts: [host] });
  return policyOf(page.items(category), {
    services: [service("other", category, OPTIONAL_HOST), service("fence", "necessary", NECESSARY_HOST)],
  });
}

async function servePage(visit, page, third, category) {
  const policy = category && policyFor(page, category);
  visit.serve("/empty.html", html({ policy, tag: policy ? PLAIN_TAG : "" }));
  if (page.whole)
    return visit.serve(PAGE, page.whole(third.url, policy && JSON.stringify(policy).replaceAll("<", "\\u003c")));
  const body = `${await page.body(third.url)}<script src="/app.js"></script>`;
  visit.serve(
    PAGE,
    html({ policy, tag: policy ? PLAIN_TAG : "", head: `<script>window.THIRD = "${third.url}"</script>`, body }),
  );
}

/** Uses the page with a browser of its own, and tells all that can be seen from outside. */
async function used(visit, page, third, { category, clicks }) {
  await servePage(visit, page, third, category);
  const context = await visit.context.browser().newContext({ locale: "en-GB" });
  try {
    context.setDefaultTimeout(30_000);
    const console = [];
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) console.push(message.text());
    });
    context.on("weberror", (error) => console.push(`page error: ${error.error().message}`));
    const view = await context.newPage();
    await view.goto(visit.url("/empty.html"));
    for (const action of clicks) await visit.control(action, view).click();

    const start = { third: third.log.length, own: visit.server.requests.length };
    await view.goto(visit.url(PAGE));
    await page.use(view);
    const arrivals = () => third.arrivals(start.third).sort();
    await eventually(arrivals, page.arrivals, "arrived at the other party");
    await third.fence(view);
    return {
      console,
      elements: await view.evaluate(elements),
      values: await view.locator("input").evaluateAll((all) => all.map(({ id, value }) => `${id}=${value}`)),
      arrivals: arrivals(),
      requests: visit.server.requests
        .slice(start.own)
        .map(({ method, url, body }) => [method, url, body].join(" ").trim())
        .filter((line) => !line.includes("/dist/"))
        .sort(),
      stored: await stored(context, view),
    };
  } finally {
    await context.close();
  }
}

/** The document without what the tag needs and makes. Runs in the page. */
function elements() {
  const copy = document.documentElement.cloneNode(true);
  for (const ours of copy.querySelectorAll('script[src*="consentinel"], #consentinel-policy, consent-banner'))
    ours.remove();
  return copy.outerHTML;
}

async function stored(context, view) {
  const cookies = await context.cookies();
  const areas = await storedItems(view);
  const pairs = (entries) =>
    entries
      .filter(([name]) => !name.startsWith("consentinel"))
      .map((pair) => pair.join("="))
      .sort();
  return {
    cookies: pairs(cookies.map(({ name, value }) => [name, value])),
    local: pairs(areas[0]),
    session: pairs(areas[1]),
  };
}

for (const page of PAGES) {
  visitTest(`${page.title}: the same page three times`, async (visit) => {
    const third = party();
    third.answer(page.answers);
    page.serveOwn(visit, third.url);
    visit.serve("/app.js", await bundle(page.script));
    const seen = {};
    for (const [way, how] of Object.entries(WAYS)) seen[way] = await used(visit, page, third, how);
    const { "without the tag": measure, ...others } = seen;
    assert.deepEqual(measure.console, [], "the measure itself is sound");
    assert.deepEqual(measure.stored, page.stored);
    for (const [way, result] of Object.entries(others)) {
      for (const [name, value] of Object.entries(measure)) assert.deepEqual(result[name], value, `${name}, ${way}`);
    }
  });
}
