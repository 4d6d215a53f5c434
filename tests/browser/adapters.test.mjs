// The adapters of the npm package in real pages: what stands behind a grant comes and goes with the visitor's answer, in
// React also where a server has printed it and development tools run all code twice.
//
// Left out: unit tests of an application (tests/npm/unit.test.mjs), and pages that use the tag (frameworks.test.mjs); what a server
// read of its visitor (first-paint.test.mjs), and decisions that are made elsewhere (elsewhere.test.mjs).

import assert from "node:assert/strict";
import { REACTS, forPage, onServer } from "./bundled.mjs";
import { html, item, policyOf, site } from "./site.mjs";

const visitTest = site();
const POLICY = policyOf([item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const START = `
  import { createConsent } from "consentinel";
  const policy = ${JSON.stringify(POLICY)};
`;
const REACT = `${START}
  import { StrictMode, createElement as e, useMemo } from "react";
  import { ConsentGate, ConsentProvider, useConsent } from "consentinel/react";
  function Map() {
    const { has, state } = useConsent();
    return e("p", { id: "word" }, state.categories.analytics + " " + has("counter"));
  }
  export function App() {
    // Twice under StrictMode, and the same both times. React keeps what this returns on the elements of the page.
    const consent = useMemo(() => createConsent(policy).shared, []);
    return e(StrictMode, null, e(ConsentProvider, { consent },
      e(Map), e(ConsentGate, { name: "analytics", fallback: e("i", null, "fallback") }, e("b", null, "map")),
      e("button", { id: "yes", onClick: () => createConsent(policy).grant("analytics") }, "Yes")));
  }
`;
const page = (script, markup) =>
  html({ policy: null, tag: "", body: `<div id="root">${markup}</div><script src="${script}"></script>` });
const shown = (visit) => visit.page.locator("#root").innerText();

/**
 * Walks through everything that a framework keeps on the elements of the page, and tells each API that is found there to
 * grant; answers how many there were, and what stands then.
 */
function grantByElements() {
  const seen = new Set();
  const waiting = [...document.querySelectorAll("#root, #root *")];
  let apis = 0;
  for (const found of waiting) {
    for (const key of Reflect.ownKeys(found)) {
      const value = Object.getOwnPropertyDescriptor(found, key).value;
      if ((typeof value !== "object" && typeof value !== "function") || value === null) continue;
      if (seen.has(value) || value === window || value instanceof Node) continue;
      seen.add(value);
      waiting.push(value);
      if (typeof value.acceptAll !== "function") continue;
      apis++;
      value.acceptAll();
      value.grant("analytics");
      value.save({ analytics: true });
    }
  }
  // What was refused is told there.
  window.errors.length = 0;
  return [apis > 0, window.consentinel.state.categories.analytics];
}

/**
 * A visitor who accepts, comes again, withdraws in the settings, and grants by a button of the page; `keeps` says that the
 * framework keeps on elements what it was handed.
 */
async function use(visit, errors, keeps) {
  const after = async (word) => {
    await visit.page.locator("#root", { hasText: word }).waitFor();
    assert.deepEqual(await visit.page.evaluate(errors), []);
    return shown(visit);
  };
  await visit.page.goto(visit.url("/page.html"));
  assert.match(await after("undecided false"), /fallback/);
  if (keeps) {
    assert.deepEqual(await visit.page.evaluate(grantByElements), [true, "undecided"]);
    for (const way of ["accept-all", "grant", "save"])
      await visit.problem(new RegExp(`^consentinel: grant-untrusted at ${way};`));
  }
  await visit.control("accept-all").click();
  assert.match(await after("granted true"), /map/);
  await visit.page.reload();
  assert.match(await after("granted true"), /map/);
  await visit.control("open").click();
  await visit.control("withdraw").click();
  assert.match(await after("denied false"), /fallback/);
  await visit.page.locator("#yes").click();
  assert.match(await after("granted true"), /map/);
}

for (const [version, alias] of Object.entries(REACTS)) {
  const client = await forPage(
    `${REACT}
      import { hydrateRoot } from "react-dom/client";
      window.errors = [];
      const { error } = console;
      console.error = (...told) => (errors.push(String(told)), error(...told));
      hydrateRoot(document.getElementById("root"), e(App), { onRecoverableError: (error) => errors.push(error.message) });`,
    { alias },
  );
  const { markup } = await onServer(
    `${REACT}
      import { renderToString } from "react-dom/server";
      export const markup = renderToString(e(App));`,
    { alias },
  );

  visitTest(`React ${version} takes over markup of the server, and follows the visitor`, async (visit) => {
    assert.match(markup, /fallback/);
    visit.serve("/app.js", client);
    visit.serve("/page.html", page("/app.js", markup));
    await use(visit, () => window.errors, true);
  });
}

visitTest("Vue follows the visitor", async (visit) => {
  visit.serve(
    "/app.js",
    await forPage(
      `${START}
        import { createApp, h } from "vue";
        import { ConsentGate, consentPlugin, useConsent } from "consentinel/vue";
        const consent = createConsent(policy);
        window.errors = [];
        const App = {
          setup() {
            const { has, state } = useConsent();
            return () => [
              h("p", state.value.categories.analytics + " " + has("counter")),
              h(ConsentGate, { name: "analytics" }, { default: () => h("b", "map"), fallback: () => h("i", "fallback") }),
              h("button", { id: "yes", onClick: () => consent.grant("analytics") }, "Yes"),
            ];
          },
        };
        createApp(App).use(consentPlugin, consent).mount("#root");`,
    ),
  );
  visit.serve("/page.html", page("/app.js", ""));
  await use(visit, () => window.errors, true);
});

visitTest("a store for Svelte follows the visitor", async (visit) => {
  visit.serve(
    "/app.js",
    await forPage(
      `${START}
        import { consentStore } from "consentinel/svelte";
        import { get } from "svelte/store";
        const consent = createConsent(policy);
        const store = consentStore(consent);
        window.errors = [];
        const root = document.getElementById("root");
        root.innerHTML = '<p></p><button id="yes">Yes</button>';
        root.querySelector("button").onclick = () => consent.grant("analytics");
        store.subscribe((state) => {
          if (state !== get(store)) errors.push("another state");
          const { analytics } = state.categories;
          root.firstChild.textContent = \`\${analytics} \${consent.has("counter")} \${analytics === "granted" ? "map" : "fallback"}\`;
        });`,
    ),
  );
  visit.serve("/page.html", page("/app.js", ""));
  await use(visit, () => window.errors);
});
