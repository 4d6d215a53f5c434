// Applications with the npm package, as a bundler makes them of a text: for a page, and for Node, which renders them there.
//
// Left out: bundlers as their users call them, and pages that use the tag (frameworks.test.mjs).

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { repositoryFile } from "./site.mjs";

const resolveDir = fileURLToPath(new URL(".", import.meta.url));
const dist = fileURLToPath(repositoryFile("dist/npm/"));

/** The majors of React that the adapter is for, as the aliases under which a bundler finds them. */
export const REACTS = { 18: { react: "react-18", "react-dom": "react-dom-18" }, 19: {} };

// Svelte components that an application imports by these names, compiled for one side.
const svelte = (components, generate) => ({
  name: "svelte",
  setup(build) {
    build.onResolve({ filter: /\.svelte$/ }, ({ path }) => ({ path, namespace: "svelte" }));
    build.onLoad({ filter: /./, namespace: "svelte" }, ({ path }) => {
      const { js } = compile(components[path], { filename: path, generate, dev: generate === "client" });
      return { contents: js.code, loader: "js", resolveDir };
    });
  },
});

async function made(contents, { alias = {}, components = {} }, more, generate) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    logLevel: "error",
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    alias: {
      "consentinel/react": `${dist}react.js`,
      "consentinel/vue": `${dist}vue.js`,
      "consentinel/svelte": `${dist}svelte.js`,
      "consentinel/delivery": `${dist}delivery.js`,
      consentinel: `${dist}index.js`,
      ...alias,
    },
    plugins: [svelte(components, generate)],
    ...more,
  });
  return outputFiles[0].text;
}

/** A classic script for a page. */
export const forPage = (contents, options = {}) =>
  made(contents, options, { format: "iife", conditions: ["browser", "development"] }, "client");

/** What a module exports on a server. */
export async function onServer(contents, options = {}) {
  const text = await made(contents, options, { format: "cjs", platform: "node", external: ["*/face.js"] }, "server");
  const module = { exports: {} };
  new Function("require", "module", "exports", text)(createRequire(import.meta.url), module, module.exports);
  return module.exports;
}
