// Pages that a server has rendered for their visitor, by each adapter: the first paint has what the visitor decided, the
// framework takes the markup over without a word on the console, and nothing comes and goes meanwhile. Where the decision
// changed on the way, the page is put right once.
//
// Left out: what a server reads of which cookie (tests/npm/server.test.mjs), pages in which things change later
// (adapters.test.mjs), and the first layer as markup of its own (server-banner.test.mjs).

import assert from "node:assert/strict";
import { before } from "node:test";
import { REACTS, forPage, onServer } from "./bundled.mjs";
import { html, item, policyOf, repositoryFile, site } from "./site.mjs";

const { bannerMarkup, readConsent } = await import(repositoryFile("dist/npm/server.js"));
const visitTest = site();
const POLICY = policyOf([item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const firstLayer = bannerMarkup(POLICY);

// ---- the same application four times --------------------------------------------------------------

const START = `
  import { createConsent } from "consentinel";
  const consent = createConsent(${JSON.stringify(POLICY)});
`;
const REACT = `${START}
  import { StrictMode, createElement as e, useEffect } from "react";
  import { ConsentGate, ConsentProvider, useConsent } from "consentinel/react";
  function Word() {
    const { has, state } = useConsent();
    useEffect(() => { window.isTakenOver = true; }, []);
    return e("p", null, state.categories.analytics + " " + has("counter"));
  }
  const app = (serverState) => e(StrictMode, null, e(ConsentProvider, { consent: consent.shared, serverState },
    e(Word), e(ConsentGate, { name: "analytics", fallback: e("i", null, "fallback") }, e("b", null, "map"))));
`;
const react = (alias) => ({
  alias,
  server: `${REACT} import { renderToString } from "react-dom/server";
    export const render = (serverState) => renderToString(app(serverState));`,
  page: `${REACT} import { hydrateRoot } from "react-dom/client";
    hydrateRoot(document.getElementById("root"), app(window.serverState), {
      onRecoverableError: (error) => console.error(error),
    });`,
});
const VUE = `${START}
  import { createSSRApp, h, onMounted } from "vue";
  import { ConsentGate, consentPlugin, useConsent } from "consentinel/vue";
  const App = {
    setup() {
      const { has, state } = useConsent();
      onMounted(() => { window.isTakenOver = true; });
      return () => [
        h("p", state.value.categories.analytics + " " + has("counter")),
        h(ConsentGate, { name: "analytics" }, { default: () => h("b", "map"), fallback: () => h("i", "fallback") }),
      ];
    },
  };
  const app = (serverState) => createSSRApp(App).use(consentPlugin, consent, { serverState });
`;
const SVELTE = `<script>
  import { onMount } from "svelte";
  import { consentStore } from "consentinel/svelte";
  const { consent, serverState } = $props();
  const current = consentStore(consent, serverState);
  onMount(() => { window.isTakenOver = true; });
</script>
<p>{$current.categories.analytics} {$current.services.counter === "granted"}</p>
{#if $current.categories.analytics === "granted"}<b>map</b>{:else}<i>fallback</i>{/if}`;

const FRAMEWORKS = {
  "React 18": react(REACTS[18]),
  "React 19": react(REACTS[19]),
  Vue: {
    server: `${VUE} import { renderToString } from "vue/server-renderer";
      export const render = (serverState) => renderToString(app(serverState));`,
    page: `${VUE} app(window.serverState).mount("#root");`,
  },
  Svelte: {
    components: { "app.svelte": SVELTE },
    server: `${START} import { render as make } from "svelte/server"; import App from "app.svelte";
      export const render = (serverState) => make(App, { props: { consent, serverState } }).body;`,
    page: `${START} import { hydrate } from "svelte"; import App from "app.svelte";
      hydrate(App, { target: document.getElementById("root"), props: { consent, serverState: window.serverState } });`,
  },
};

// ---- what is seen, from the beginning -------------------------------------------------------------

/**
 * Runs before anything else of the page: `moments` are the texts of the application and whether the question is there, each
 * time that one of both has changed, by every mutation and in every frame.
 */
const WATCH = `<script>{
  const moments = (window.moments = []);
  const roots = new WeakSet();
  const look = () => {
    const root = document.getElementById("root");
    const host = document.querySelector("consent-banner");
    if (host?.shadowRoot && !roots.has(host.shadowRoot)) {
      roots.add(host.shadowRoot);
      observer.observe(host.shadowRoot, { subtree: true, childList: true });
    }
    // Before the parser is past it there is no first paint of it either.
    if (!root?.nextSibling) return;
    const asks = host?.shadowRoot?.querySelector('[part="banner"]') ? " asks" : "";
    const moment = [...root.children].map((child) => child.textContent).join(" ") + asks;
    if (moments.at(-1) !== moment) moments.push(moment);
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  const frame = () => (look(), requestAnimationFrame(frame));
  frame();
}</script>`;
const GRANTED = "granted true map";
const DENIED = "denied false fallback";
const UNDECIDED = "undecided false fallback";

/** Serves the application at a path; `wait` is over before an answer is sent, and after it was rendered. */
function serveApplication(visit, path, { render }, { wait, isTold = true } = {}) {
  visit.serve(path, async (request, response) => {
    const { cookie } = request.headers;
    const { state } = readConsent({ cookie, language: "en" }, POLICY);
    const told = isTold ? JSON.stringify(state) : "undefined";
    const body = `${firstLayer({ cookie, language: "en" })}<div id="root">${await render(isTold ? state : undefined)}</div>
      <script>window.serverState = ${told}</script><script src="/app.js"></script>`;
    await wait?.();
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
    response.end(html({ policy: null, tag: "", before: WATCH, body }));
  });
}

/** Keeps what a page warns of, whoever says it. */
function listen(visit, told) {
  visit.context.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) told.push(message.text());
  });
}

/** The moments of a page that has come to rest. */
async function moments(page) {
  await page.waitForFunction(() => window.isTakenOver);
  return page.evaluate(async () => {
    // Long enough for what comes after it: effects, the second part, an idle moment, two frames.
    if (!window.consentinel.state.decided) await window.consentinel.notice();
    await new Promise((resolve) => requestIdleCallback(resolve));
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
    return window.moments;
  });
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}

for (const [name, { server, page, ...options }] of Object.entries(FRAMEWORKS)) {
  let application;
  before(async () => {
    application = { ...(await onServer(server, options)), script: await forPage(page, options) };
  });

  visitTest(`${name}: the first paint has what the visitor decided, and it stays`, async (visit) => {
    const told = [];
    listen(visit, told);
    serveApplication(visit, "/page.html", application);
    visit.serve("/app.js", application.script);
    const visited = async (path = "/page.html") => {
      await visit.page.goto(visit.url(path));
      return moments(visit.page);
    };
    const other = await visit.context.newPage();
    // The answer was rendered before another tab decides, and arrives after that.
    const overtaken = async (act) => {
      const [asked, decided] = [resolvers(), resolvers()];
      await other.goto(visit.url("/page.html"));
      await moments(other);
      serveApplication(visit, "/slow.html", application, {
        wait() {
          asked.resolve();
          return decided.promise;
        },
      });
      const found = visited("/slow.html");
      await asked.promise;
      await act();
      decided.resolve();
      return found;
    };

    assert.deepEqual(await visited(), [`${UNDECIDED} asks`]);
    const early = await overtaken(() => visit.control("accept-all", other).click());
    assert.deepEqual([early[0], early.at(-1)], [`${UNDECIDED} asks`, GRANTED]);
    assert.deepEqual(await visited(), [GRANTED]);
    assert.deepEqual(await overtaken(() => other.evaluate(() => window.consentinel.withdraw())), [GRANTED, DENIED]);
    assert.deepEqual(await visited(), [DENIED]);
    assert.deepEqual(told, []);
  });

  visitTest(
    `${name}: a server that reads nothing prints nobody's decision, and what holds comes after`,
    async (visit) => {
      const told = [];
      listen(visit, told);
      serveApplication(visit, "/page.html", application, { isTold: false });
      visit.serve("/app.js", application.script);
      await visit.page.goto(visit.url("/page.html"));
      assert.deepEqual(await moments(visit.page), [`${UNDECIDED} asks`]);
      await visit.control("accept-all").click();
      await visit.page.reload();
      assert.deepEqual(await moments(visit.page), [UNDECIDED, GRANTED]);
      assert.deepEqual(told, []);
    },
  );
}

// ---- the first layer in a document that React renders ------------------------------------------------

const DOCUMENT = `${START}
  import { createElement as e, useEffect, useState } from "react";
  import { ConsentBanner, ConsentProvider, useConsent } from "consentinel/react";
  function Word() {
    return e("p", null, useConsent().state.categories.analytics);
  }
  function Page({ given }) {
    const { markup, serverState } = JSON.parse(given);
    const [now, setNow] = useState(markup);
    useEffect(() => {
      Object.assign(window, { isTakenOver: true, setNow });
    }, []);
    return e("html", { lang: "en" },
      e("head", null, e("meta", { charSet: "utf-8" }), e("link", { rel: "icon", href: "data:," }), e("title", null, "Page")),
      e("body", null,
        e(ConsentBanner, { markup: now }),
        e(ConsentProvider, { consent: consent.shared, serverState }, e(Word)),
        e("script", { id: "given", type: "application/json", dangerouslySetInnerHTML: { __html: given } }),
        e("script", { src: "/app.js", defer: true })));
  }
`;

for (const [major, alias] of Object.entries(REACTS)) {
  let application;
  before(async () => {
    application = {
      ...(await onServer(
        `${DOCUMENT} import { renderToString } from "react-dom/server";
          export const render = (given) => renderToString(e(Page, { given }));`,
        { alias },
      )),
      script: await forPage(
        `${DOCUMENT} import { hydrateRoot } from "react-dom/client";
          hydrateRoot(document, e(Page, { given: document.getElementById("given").textContent }), {
            onRecoverableError: (error) => console.error(error),
          });`,
        { alias },
      ),
    };
  });

  visitTest(`React ${major}: the first layer stands in its tree, and stays what the server printed`, async (visit) => {
    const told = [];
    listen(visit, told);
    visit.serve("/app.js", application.script);
    visit.serve("/page.html", ({ headers: { cookie } }, response) => {
      const { state: serverState } = readConsent({ cookie, language: "en" }, POLICY);
      const given = JSON.stringify({ markup: firstLayer({ cookie, language: "en" }), serverState });
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
      response.end(`<!doctype html>${application.render(given.replaceAll("<", "\\u003c"))}`);
    });
    const found = () =>
      visit.page.evaluate(() => [
        document.querySelectorAll("consent-banner").length,
        document.body.firstElementChild.localName,
        document.querySelector("body > p").textContent,
      ]);
    await visit.page.goto(visit.url("/page.html"));
    await visit.page.waitForFunction(() => window.isTakenOver);
    await visit.page.evaluate(() => window.consentinel.notice());
    assert.deepEqual(await found(), [1, "consent-banner", "undecided"]);
    await visit.control("accept-all").click();
    // As an answer of the server that comes after the decision has it.
    await visit.page.evaluate(() => window.setNow(""));
    await visit.page.locator("body > p", { hasText: "granted" }).waitFor();
    assert.deepEqual(await found(), [1, "consent-banner", "granted"]);
    await visit.page.reload();
    await visit.page.waitForFunction(() => window.isTakenOver);
    assert.equal(await visit.page.locator("body > p").textContent(), "granted");
    assert.deepEqual(told, []);
  });
}
