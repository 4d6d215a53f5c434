// Code that takes over a whole document which a server made, `<html>` included: it finds the markup that it expects, so it
// throws nothing away, and the question stands.
//
// Left out: the same application used without the tag and with it, compared (frameworks.test.mjs).

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { POLICY, situations } from "./real.mjs";

const situation = situations();
const resolveDir = fileURLToPath(new URL(".", import.meta.url));

/** The application, as text: a document with a counter, and with what comes late where it is wanted. */
const APP = `
  import { createElement as e, useState } from "react";
  function Counter() {
    const [count, setCount] = useState(0);
    return e("button", { id: "count", onClick: () => setCount(count + 1) }, count);
  }
  export const App = ({ policy }) => e("html", { lang: "en" },
    e("head", null,
      e("title", null, "Test page"),
      e("script", { type: "application/json", id: "consentinel-policy", dangerouslySetInnerHTML: { __html: policy } }),
      e("script", { src: "/dist/consentinel.js" })),
    e("body", null, e("main", null, e("h1", null, "Page"), e(Counter)), e("script", { src: "/app.js", defer: true })));
`;
const CLIENT = `${APP}
  import { hydrateRoot } from "react-dom/client";
  window.errors = [];
  const policy = document.getElementById("consentinel-policy").textContent;
  const hydrate = () => {
    hydrateRoot(document, e(App, { policy }), { onRecoverableError: (error) => errors.push(error.message) });
  };
  // As late as the page says, with what asks there already.
  if (location.search === "?late") {
    (async () => {
      while (!document.querySelector("consent-banner")) await new Promise((resolve) => setTimeout(resolve));
      hydrate();
    })();
  } else hydrate();
`;
const SERVER = `${APP}
  import { renderToString } from "react-dom/server";
  module.exports = (policy) => "<!doctype html>" + renderToString(e(App, { policy }));
`;

async function bundle(contents, version, more) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    alias: version === 18 ? { react: "react-18", "react-dom": "react-dom-18" } : {},
    ...more,
  });
  return outputFiles[0].text;
}

for (const version of [18, 19]) {
  const client = await bundle(CLIENT, version, { format: "iife" });
  const module = { exports: {} };
  new Function("require", "module", await bundle(SERVER, version, { format: "cjs", platform: "node" }))(
    createRequire(import.meta.url),
    module,
  );
  const page = module.exports(JSON.stringify(POLICY).replaceAll("<", "\\u003c"));
  for (const [when, search] of [
    ["takes over the whole document", ""],
    ["takes over the whole document once the question is there", "?late"],
  ]) {
    situation(
      `React ${version} ${when}`,
      "it throws nothing away, its page works, and the question is answered",
      async (visitor) => {
        visitor.serve("/app.js", client);
        visitor.serve("/page.html", page);
        if (search) visitor.handlers[`/page.html${search}`] = visitor.handlers["/page.html"];
        await visitor.go(`/page.html${search}`);
        await visitor.place();
        assert.equal(
          await visitor.run(
            "await tools.until(() => Object.keys(count).some((key) => key.startsWith('__react'))); count.click(); return tools.until(() => count.textContent === '1');",
          ),
          true,
        );
        assert.deepEqual(await visitor.evaluate("errors"), []);
        await visitor.refuses();
        await visitor.run("count.click();");
        assert.equal(await visitor.evaluate("tools.until(() => count.textContent === '2')"), true);
        // And on the next page, where the small button stands.
        await visitor.go(`/page.html${search}`);
        await visitor.place("open");
        assert.deepEqual(await visitor.evaluate("errors"), []);
      },
    );
  }
}
