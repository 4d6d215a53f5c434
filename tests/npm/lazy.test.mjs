// A route that comes late, whose files lie on a network of the application's own that the policy does not have: Vite's
// production build of the packed package, in Chromium. The page says on the console whom the policy lacks and what to
// write, once, and no more than that; what it says makes the route come; and the page can show something instead.
//
// Left out: bundles whose files are declared (bundlers.test.mjs).

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { site } from "../browser/site.mjs";
import { module, page } from "./bundlers/page.mjs";
import { heard } from "./bundlers/vite.mjs";
import { projectOf } from "./project.mjs";

const { project } = projectOf({ isInside: true });
const visitTest = site();
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

// The services that are added are in the address of the page.
const APP = `
  import { createConsent } from "consentinel";
  import { policy } from "./policy.js";
  const asked = new URLSearchParams(location.search);
  const services = policy.services.filter(({ id }) => id !== "files");
  createConsent({ ...policy, services: [...services, ...JSON.parse(asked.get("services") ?? "[]")] });
  const output = document.querySelector("output");
  addEventListener("vite:preloadError", (event) => {
    event.preventDefault();
    output.append(" reload the page");
  });
  document.querySelector("#ask").addEventListener("click", async () => {
    const route = await import("./route.js");
    route?.show(output);
  });
`;
const ROUTE = `
  import "./route.css";
  export const show = (output) => output.append(" the route");
`;

/** Where files are asked for: a host that is nobody's in the policy, and here. */
const cdnOf = (visit) => visit.url("/", "cdn.localhost");

// What is built where, by name: all files on the network, or those of the route alone, or its style alone.
const BUILDS = {
  all: () => true,
  route: (name) => name.includes("route"),
  style: (name) => name.endsWith(".css"),
};
const made = {};
const told = [];
// A network whose address is put in where the files are served, as it is known only then.
const NETWORK = "http://network.invalid/";

before(async () => {
  process.env.NODE_ENV = "production";
  for (const [name, isOnNetwork] of Object.entries(BUILDS)) {
    const folder = join(project, name);
    mkdirSync(folder);
    cpSync(fileURLToPath(new URL("bundlers/app/policy.js", import.meta.url)), join(folder, "policy.js"));
    writeFileSync(join(folder, "index.html"), page(module("./index.js")));
    writeFileSync(join(folder, "index.js"), APP);
    writeFileSync(join(folder, "route.js"), ROUTE);
    writeFileSync(join(folder, "route.css"), "output { color: rgb(1, 2, 3) }");
    await build({
      root: folder,
      configFile: false,
      logLevel: "warn",
      customLogger: heard(told),
      experimental: { renderBuiltUrl: (file) => (isOnNetwork(file) ? NETWORK + file : `/${file}`) },
    });
    made[name] = join(folder, "dist");
  }
});

/** Serves a build for the page and as the network, and opens the page. */
async function openApp(visit, name, asked = {}) {
  for (const file of readdirSync(made[name], { recursive: true })) {
    const path = join(made[name], file);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8").replaceAll(NETWORK, cdnOf(visit));
    visit.serve(`/${file}`, (_, response) =>
      response.writeHead(200, { "Content-Type": TYPES[extname(file)], "Access-Control-Allow-Origin": "*" }).end(text),
    );
  }
  visit.isPatient = false;
  await visit.page.goto(visit.url(`/index.html?${new URLSearchParams(asked)}`));
  await visit.page.locator("#ask").click();
}

const said = (visit, words) => visit.page.locator("output", { hasText: words }).waitFor();
const UNDECLARED =
  /^consentinel: files-undeclared; no service of the policy has cdn\.localhost, so http:\/\/cdn\.localhost:\d+\/\S+ is not loaded; where it is the application's own, add to services of the policy: (\{ "id": "files", "category": "necessary", .+ \})$/;

visitTest("Vite warns of none of these builds", () => assert.deepEqual(told, []));

for (const [name, where] of [
  ["all", "all files"],
  ["route", "the files of a route"],
  ["style", "the style of a route"],
]) {
  visitTest(
    `${where} on a network that the policy lacks: the console says what to write, and that helps`,
    async (visit) => {
      await openApp(visit, name);
      await said(visit, "reload the page");
      // Once, whatever else asks the network; and nothing says that files were served or bundled in a wrong way.
      const [, service] = UNDECLARED.exec(await visit.problem(UNDECLARED));
      visit.forgive(/ERR_FAILED|ERR_BLOCKED|Content Security Policy/);
      await openApp(visit, name, { services: `[${service}]` });
      await said(visit, "the route");
      const seen = (output) => [output.textContent, getComputedStyle(output).color];
      assert.deepEqual(await visit.page.locator("output").evaluate(seen), [" the route", "rgb(1, 2, 3)"]);
      // An error that names an address for another reason is none of a file: nothing is said.
      const manual = "Minified React error #418; visit https://react.dev/errors/418 for the full message.";
      await visit.page.evaluate((text) => {
        dispatchEvent(new ErrorEvent("error", { error: new Error(text) }));
      }, manual);
    },
  );
}
