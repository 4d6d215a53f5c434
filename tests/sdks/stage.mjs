// One kit on a page with the catalogue's entry alone: its few lines as a script of the page's own, unmarked, every other
// host of the world stood in for on loopback. Answers what arrived before an answer, after a grant and after a withdrawal,
// and what the browser keeps at each of these times.
//
// Left out: what must hold of it (sdks.test.mjs).

import { execFileSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { build } from "esbuild";
import { html, PLAIN_TAG, policyOf, repositoryFile, storedItems } from "../browser/site.mjs";

const PAGE = "/page.html";
const DEADLINE_MS = 30_000;

/** The script of a page that starts the kit. */
export async function bundled({ code }) {
  const made = await build({
    stdin: { contents: `${code}\nwindow.kitStarted = true;`, resolveDir: repositoryFile("tests/sdks").pathname },
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return made.outputFiles[0].text;
}

/** The policy that is published of an entry, which waits for a category of its own. */
export function policyFor({ use, hosts }) {
  const policy = policyOf([], { services: [{ use, category: "analytics", ...(hosts && { hosts }) }] });
  const words = { input: JSON.stringify(policy), encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] };
  return execFileSync(process.env.CONSENTINEL_CLI, ["bundle", "-"], words).trimEnd();
}

/** What the browser keeps by script and is not ours, as `kind name`; asked of the browser, not of what the page reads. */
async function keptIn(page) {
  const cookies = await page.context().cookies();
  const [local, session] = await storedItems(page);
  const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  return [
    ...cookies.map(({ name }) => `cookie ${name}`),
    ...local.map(([name]) => `local-storage ${name}`),
    ...session.map(([name]) => `session-storage ${name}`),
    ...databases.map((name) => `indexed-db ${name}`),
  ].filter((name) => !name.includes(" consentinel-"));
}

/**
 * What a kit asks and keeps on a host with a parent, on a page without the tag or with it, where everything is accepted: as
 * soon as that is what is `wanted`, else after half a minute.
 */
export async function runOnHost(sdk, isTagged, wanted, { browser, server, handlers, party }) {
  const answer = (type, text) => (_, response) => response.writeHead(200, { "Content-Type": type }).end(text);
  handlers["/kit.js"] = answer("text/javascript", await bundled(sdk));
  handlers["/own"] = answer("text/plain", "own");
  const body = '<div id="place"></div><script src="/kit.js"></script>';
  const parts = isTagged ? { policy: policyFor(sdk), tag: PLAIN_TAG } : { policy: null, tag: "" };
  handlers[PAGE] = answer("text/html; charset=utf-8", html({ ...parts, body }));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(DEADLINE_MS);
    party.requests.length = 0;
    await page.goto(`http://www.shop.localhost:${server.port}${PAGE}`);
    await page.waitForFunction(() => window.kitStarted);
    if (isTagged) await page.locator("consent-banner [data-consent-action=accept-all]").click();
    const names = (items) => items.map(([name]) => name.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/, "*"));
    const own = (list) => [...new Set(list)].filter((name) => !name.startsWith("consentinel-")).sort();
    const look = async () => {
      const cookies = (await context.cookies()).map(({ name, domain, path }) => `${name} ${domain} ${path}`);
      const [local, session] = (await storedItems(page)).map(names);
      const asks = party.requests.map(({ address }) => address);
      return { asks: own(asks), cookies: own(cookies), local: own(local), session: own(session) };
    };
    const end = Date.now() + DEADLINE_MS;
    let found;
    do {
      await page.evaluate(() => {
        document.dispatchEvent(new Event("freeze"));
        return fetch("/own").then((response) => response.text());
      });
      found = await look();
    } while (!isDeepStrictEqual(found, wanted) && Date.now() < end);
    return found;
  } finally {
    await context.close();
  }
}

/** Runs a kit through a visit. `world` has `browser`, `server` with its `handlers`, and `party`, the stand-ins. */
export async function run(sdk, { browser, server, handlers, party }) {
  const answer = (type, text) => (_, response) => response.writeHead(200, { "Content-Type": type }).end(text);
  handlers["/kit.js"] = answer("text/javascript", await bundled(sdk));
  handlers["/own"] = answer("text/plain", "own");
  const body = '<div id="place"></div><script src="/kit.js"></script>';
  handlers[PAGE] = answer("text/html; charset=utf-8", html({ policy: policyFor(sdk), tag: PLAIN_TAG, body }));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(DEADLINE_MS);
    const arrived = () => party.requests.splice(0).map(({ address }) => new URL(address).host);
    // The page asks its own server and is answered: what it asked others for before has set out by then.
    const settle = () => page.evaluate(() => fetch("/own").then((response) => response.text()));
    const kept = () => keptIn(page);
    const open = new Set();
    context.on("request", (request) => open.add(request));
    for (const end of ["requestfinished", "requestfailed"]) context.on(end, (request) => open.delete(request));
    arrived();

    await page.goto(`http://localhost:${server.port}${PAGE}`);
    await page.waitForFunction(() => window.kitStarted && window.consentinel.attempts().length > 0);
    const accept = page.locator("consent-banner [data-consent-action=accept-all]");
    await accept.waitFor();
    await settle();
    const before = { asked: arrived(), kept: await kept() };

    await accept.click();
    const asked = new Set();
    const end = Date.now() + DEADLINE_MS;
    const isThere = async () => {
      for (const host of arrived()) asked.add(host);
      const names = await kept();
      return sdk.asks.every((host) => asked.has(host)) && (sdk.keeps ?? []).every((name) => names.includes(name));
    };
    while (!(await isThere()) && Date.now() < end) {
      // Many hand on what they gathered where a page is frozen.
      await page.evaluate(() => document.dispatchEvent(new Event("freeze")));
      await settle();
    }
    const refused = await page.evaluate(() =>
      window.consentinel
        .attempts()
        .filter(({ verdict }) => verdict === "refuse")
        .map(({ kind, name }) => `${kind} ${name}`),
    );
    const granted = { asked: [...asked].sort(), kept: await kept(), refused: [...new Set(refused)] };

    await page.evaluate(() => window.consentinel.withdraw());
    // What had set out before the withdrawal may arrive, and is waited for.
    const latest = Date.now() + DEADLINE_MS;
    do await settle();
    while (open.size > 0 && Date.now() < latest);
    arrived();
    await page.reload();
    await page.waitForFunction(() => window.kitStarted);
    await settle();
    const withdrawn = { asked: arrived(), kept: await kept() };
    return { before, granted, withdrawn };
  } finally {
    await context.close();
  }
}
