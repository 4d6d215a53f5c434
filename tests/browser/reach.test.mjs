// No script of the page gets hold of a function, a receiver or an argument of ours, of the module, or of the
// browser's own function behind a wrapper, in three engines, while everything of ours that runs code of the page
// runs; and whatever it gets elsewhere grants nothing.
//
// Left out: what a page can do without any of that (grant.test.mjs, replaced.test.mjs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serve } from "../../xtask/serve.mjs";
import { guarding, probe } from "./reach-page.mjs";
import { html, item, policyOf, repositoryFile } from "./site.mjs";

const LOCAL = { kind: "local-storage" };
const POLICY = policyOf(
  [
    item("need", "necessary"),
    item("opt"),
    item("local_need", "necessary", LOCAL),
    item("local_opt", "analytics", LOCAL),
  ],
  {
    services: [
      { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: ["counter.localhost"] },
      { id: "other", category: "necessary", name: "Other", provider: "Other", hosts: ["other.localhost"] },
    ],
  },
);
const text = (file) => readFileSync(repositoryFile(`dist/${file}`), "utf8");
const literal = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

/** A page with the hostile script first, and then what brings Consentinel in. */
const page = (ours, parts) =>
  html({ policy: POLICY, before: `<script>(${probe})(${literal(ours)})</script>`, ...parts });

// What an application gets that bundles the package into a classic script. Its own code around ours is sloppy, and
// its own affair: it hands nothing over from there.
const bundled = await build({
  stdin: {
    contents: `import { createConsent } from "./index.js"; window.made = createConsent(${JSON.stringify(POLICY)});`,
    resolveDir: fileURLToPath(repositoryFile("dist/npm")),
  },
  bundle: true,
  write: false,
  minify: true,
  format: "iife",
  logLevel: "silent",
});
const bundle = bundled.outputFiles[0].text;

/** A page with a build of the npm package. */
const npmPage = (file) =>
  page(text(`npm/${file}`) + text("npm/face.js"), {
    policy: null,
    tag: `<script type="module">import { createConsent } from "/dist/npm/${file}"; takeOwner(createConsent(${literal(POLICY)}));</script>`,
  });

const PAGES = {
  tag: page(text("consentinel.js") + text("consentinel.part.js") + text("consentinel.face.js"), {
    tag: '<script src="/dist/consentinel.js" data-owner="takeOwner"></script>',
  }),
  npm: npmPage("index.js"),
  // Without WebAssembly.
  js: npmPage("js.js"),
  bundle: page(bundle, { policy: null, tag: '<script src="/bundle.js"></script><script>takeOwner(made)</script>' }),
};
const PLACES = [
  "consent:ready",
  "consent:change",
  "consent:open",
  "consent:error",
  "consent:attempt",
  "on change",
  "on error",
  "data-owner",
  "connectedCallback",
  "attributeChangedCallback",
  "MutationObserver",
  "fetch then",
  "replaced error",
  "replaced dispatchEvent",
  "replaced CustomEvent",
];
const necessary = { necessary: "necessary" };
const undecided = { ...necessary, analytics: "undecided", functionality: "undecided" };
const denied = { ...necessary, analytics: "denied", functionality: "denied" };

/** Starts an engine and a site, and hands over a tab and the way to an address of a host of the site. */
async function inEngine(engine, handlers, body) {
  const server = await serve({ handlers });
  const { launch } = await import(`../matrix/engines/${engine}.mjs`);
  const browser = await launch();
  try {
    await body(await browser.lane(), (host, path) => `http://${host}.localhost:${server.port}${path}`);
  } finally {
    await browser.close();
    await server.close();
  }
}
const answer = (type, body) => (_, response) =>
  response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(body);
/** The document is complete, and what asks and decides is there. */
const LOADED =
  "new Promise((resolve) => document.readyState === 'complete' ? resolve() : addEventListener('load', resolve)).then(() => window.consentinel?.notice())";

for (const engine of ["chromium", "firefox", "webkit"]) {
  test(`no script gets hold of anything of ours in ${engine}, and guard() takes true windows alone`, async (context) => {
    const handlers = {
      "/bundle.js": answer("text/javascript", bundle),
      "/guard.html": answer("text/html", html({ policy: POLICY, before: `<script>${guarding}</script>` })),
      "/plain.html": answer("text/html", '<!doctype html><iframe src="/inner.html"></iframe>'),
      "/inner.html": answer("text/html", "<!doctype html><title>inner</title>"),
    };
    for (const [name, body] of Object.entries(PAGES)) handlers[`/${name}.html`] = answer("text/html", body);
    await inEngine(engine, handlers, async (lane, url) => {
      for (const name in PAGES) {
        // An engine more says nothing more about a bundler, nor about modules that are code.
        if (["bundle", "js"].includes(name) && engine !== "chromium") continue;
        await lane.open(url(name, `/${name}.html`));
        const got = await lane.evaluate(`${LOADED}.then(() => walk())`);
        context.diagnostic(
          `${name}: ${got.gated} gated functions, ${got.instances} instances, handed over: ${got.handed.join(" | ")}`,
        );
        assert.deepEqual(got.reached, [], name);
        assert.deepEqual(
          PLACES.filter((place) => !got.looks.includes(place)),
          [],
          `${name}: where no code of the page ran`,
        );
        assert.ok(got.gated > 50, `${got.gated}`);
        assert.deepEqual(got.undecided, { state: undecided, granted: [], actions: [] }, name);
        assert.deepEqual(got.refused.state, denied, name);
        assert.deepEqual(got.refused.granted, [], name);
        assert.equal(got.refused.actions[0], "reject-all", name);
      }
      await lane.open(url("guard", "/guard.html"));
      const got = await lane.evaluate(
        `${LOADED}.then(() => guarding("/plain.html", ${JSON.stringify(url("other", "/inner.html"))}))`,
      );
      assert.deepEqual(got, { threw: [], touched: [] });
      // What waits was in the memory of that page alone.
      await lane.open(url("guard", "/inner.html"));
      const stored =
        '[localStorage.getItem("local_opt"), localStorage.getItem("local_need"), document.cookie.includes("opt=")]';
      assert.deepEqual(await lane.evaluate(stored), [null, "1", false]);
    });
  });
}
