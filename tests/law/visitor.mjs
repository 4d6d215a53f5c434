// A visitor of one of the sites: counts what they do, and looks where nobody can lie to them: at the browser's
// own list of what is stored, and at what the stand-ins of all other hosts received (stand-ins.mjs).
//
// Left out: Consentinel's own reports; no rule is judged by them.

import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { serve } from "../../xtask/serve.mjs";
import { ARGUMENTS, SHELL, Visit } from "../browser/site.mjs";
import { standIns } from "./stand-ins.mjs";

export const DESKTOP = { width: 1280, height: 800 };
/** The smallest phone that rule R06 names; what 1280 pixels are at 400 %. */
export const PHONE = { width: 320, height: 568 };

const FENCES = 2;

/** Declares what a test file needs; call it once. Returns what makes a visitor. */
export function world() {
  const handlers = {};
  let server;
  let others;
  let browser;
  before(async () => {
    handlers["/fence"] = (_, response) => response.writeHead(200, { "Content-Type": "text/plain" }).end("passed");
    server = await serve({ handlers });
    others = await standIns();
    browser = await chromium.launch({
      executablePath: SHELL,
      args: [...ARGUMENTS, ...others.args],
    });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await others?.close();
  });
  return async function visitor(site, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", viewport: DESKTOP, ...options });
    context.setDefaultTimeout(30_000);
    await context.addInitScript(() => {
      window.takeOwner = (consent) => {
        window.owner = consent;
      };
    });
    const visitor = new Visitor(site, server, others, handlers, context);
    visitor.page = await context.newPage();
    visitor.browser = await context.newCDPSession(visitor.page);
    return visitor;
  };
}

class Visitor extends Visit {
  constructor(site, server, others, handlers, context) {
    super(server, handlers, context);
    this.site = site;
    this.others = others;
    this.firstOfOthers = others.requests.length;
    this.clicks = 0;
    this.keys = 0;
  }

  /** Goes to a page of the site; what it asks for is marked with this word. */
  async go(step, { page = this.page, path = `/${this.site.name}.html`, ...parts } = {}) {
    this.serve(path, this.site.page(parts));
    await page.goto(this.url(`${path}?step=${step}`));
    await this.whole(page);
    await this.fence(page);
  }

  /** Waits until what the page sent so far has had its time: the way to the server and back, more than once. */
  async fence(page = this.page) {
    await page.evaluate(async (rounds) => {
      for (let round = 0; round < rounds; round++) await fetch("/fence").then((answer) => answer.text());
    }, FENCES);
  }

  /** The page tries everything again. */
  async attempt(step, page = this.page) {
    await page.evaluate((word) => window.law.attempt(word), step);
    await this.fence(page);
  }

  async click(action) {
    this.clicks++;
    await this.control(action).click();
  }

  async press(key) {
    this.keys++;
    await this.page.keyboard.press(key);
  }

  /** What is stored, as "kind name", by the browser's own word. */
  async stored() {
    const origin = this.url("").replace(/\/$/, "");
    const stored = (await this.context.cookies()).map(({ name }) => `cookie ${name}`);
    for (const [kind, isLocalStorage] of [
      ["local-storage", true],
      ["session-storage", false],
    ]) {
      const { entries } = await this.browser.send("DOMStorage.getDOMStorageItems", {
        storageId: { securityOrigin: origin, isLocalStorage },
      });
      stored.push(...entries.map(([key]) => `${kind} ${key}`));
    }
    const { databaseNames } = await this.browser.send("IndexedDB.requestDatabaseNames", { securityOrigin: origin });
    stored.push(...databaseNames.map((name) => `indexed-db ${name}`));
    const { caches } = await this.browser.send("CacheStorage.requestCacheNames", { securityOrigin: origin });
    stored.push(...caches.map(({ cacheName }) => `cache-storage ${cacheName}`));
    const workers = await this.page.evaluate(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(
        ({ active, waiting, installing }) => new URL((active ?? waiting ?? installing).scriptURL).pathname,
      ),
    );
    stored.push(...workers.map((path) => `service-worker ${path}`));
    return stored.sort();
  }

  /** The addresses that a stand-in was asked for by what is marked so, without doubles. */
  asked(step) {
    const addresses = this.others.requests
      .slice(this.firstOfOthers)
      .filter((request) => request.step.startsWith(step))
      .map(({ address }) => address);
    return [...new Set(addresses)].sort();
  }

  /** What of it nothing allows while only `granted` is granted. */
  wronglyAsked(step, granted = []) {
    return this.asked(step).filter((address) => {
      const category = this.site.addresses.get(address);
      return !this.site.isNecessary(category) && !granted.includes(category);
    });
  }

  /** Whether the first layer asks. */
  isAsked(page = this.page) {
    return page.locator("consent-banner [part~=banner]").isVisible();
  }
}
