// What the browser tests share: a site on loopback, one browser for a file, a fresh visitor for each
// test. A test says which pages the site has, visits them, and looks at what a visitor sees, what the
// server received and what the jar and storage hold.
//
// Left out: any stand-in for the code under test, any sleep. At its end each test must have accounted
// for every console error, every warning of ours and every page error: `visit.problem(...)`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { serve } from "../../xtask/serve.mjs";

/** What Chromium is started with. */
export const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const DAY_MS = 86_400_000;
/** A test that hangs is ended and named, and what comes after it is still run. */
const LONGEST_MS = 240_000;

/** A file of the repository. */
export const repositoryFile = (path) => new URL(`../../${path}`, import.meta.url);

/** The policy of the demo. */
export const JIMO = JSON.parse(readFileSync(repositoryFile("www/policies/jimo.json"), "utf8"));
export const JIMO_NAMES = JIMO.items.map((item) => item.name).sort();
export const JIMO_NECESSARY = JIMO.items
  .filter((item) => item.category === "strictly-necessary")
  .map((item) => item.name)
  .sort();

/** The start of every test that sets the clock: a moment long after this was written. */
export const NOON = Date.UTC(2030, 0, 1, 12);
export const days = (count) => count * DAY_MS;

/**
 * The tag, as a site writes it that grants by script: what may grant stands under `window.owner`, which no
 * site would do, and which is there for the tests only.
 */
export const PLAIN_TAG = '<script src="/dist/consentinel.js"></script>';
export const TAG = '<script src="/dist/consentinel.js" data-owner="takeOwner"></script>';

const text = (words) => ({ en: words });

/** The names under which the browser keeps what is stored of the policies here. */
export const OWN = {
  cookie: (id = "test-site") => `consentinel-${id}`,
  state: (id = "test-site") => `consentinel-state.${id}`,
  ledger: (id = "test-site") => `consentinel-ledger.${id}`,
};
const isOwn = (name) => name.startsWith("consentinel");

/** One declared item: a cookie of the category, unless said otherwise. */
export function item(name, category = "analytics", more = {}) {
  return {
    name,
    kind: "cookie",
    category,
    purpose: text(`For ${name}.`),
    duration: "session",
    party: "first",
    ...more,
  };
}

/** A small policy: necessary, functionality, analytics; with these items and other fields. */
export function policyOf(items, more = {}) {
  const category = (id, necessary) => ({
    id,
    ...(necessary && { necessary }),
    title: text(`Title of ${id}`),
    description: text(`About ${id}.`),
  });
  return {
    version: 1,
    id: "test-site",
    revision: "1",
    controller: { name: "Test SAS" },
    categories: [category("necessary", true), category("functionality"), category("analytics")],
    items,
    ...more,
  };
}

/**
 * A page as HTML text. `policy` is an object, or a text to stand there as it is, or null for none;
 * `before` comes before the policy, `head` right after the tag.
 */
export function html({
  lang = "en",
  charset = "utf-8",
  policy = JIMO,
  before = "",
  tag = TAG,
  head = "",
  body = "",
} = {}) {
  const json = typeof policy === "string" ? policy : JSON.stringify(policy);
  const element = `<script type="application/json" id="consentinel-policy">${json.replaceAll("<", "\\u003c")}</script>`;
  return [
    `<!doctype html><html${lang && ` lang="${lang}"`}><head>`,
    charset && `<meta charset="${charset}">`,
    `<link rel="icon" href="data:,"><title>Test page</title>${before}`,
    policy === null ? "" : element,
    `${tag}${head}</head><body>${body}</body></html>`,
  ].join("\n");
}

/** The site of this page forgets its visitor: what is kept beside the cookies, which would bring them back, and them. */
export async function forget(page) {
  if (page.url().startsWith("http")) {
    const session = await page.context().newCDPSession(page);
    const { origin } = new URL(page.url());
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "local_storage" });
    await session.detach();
  }
  await page.context().clearCookies();
}

/**
 * What the browser keeps in local and in session storage for the site of this page, as lists of name and value; asked of
 * the browser, as the page itself reads what it has in its memory too.
 */
export async function storedItems(page) {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const areas = [];
  for (const isLocalStorage of [true, false]) {
    const storageId = { securityOrigin: origin, isLocalStorage };
    areas.push((await session.send("DOMStorage.getDOMStorageItems", { storageId })).entries);
  }
  await session.detach();
  return areas;
}

// The engine alone where it is there: it visits a page at half the cost.
const WHOLE = process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium";
export const SHELL = process.env.CONSENTINEL_SHELL || WHOLE;

/**
 * Declares the site of a test file; call it once. Returns what declares a test. `isShell` is false for what the
 * headless shell of Chromium cannot do.
 */
export function site({ isShell = true } = {}) {
  const handlers = {};
  let server;
  let browser;
  before(async () => {
    server = await serve({ handlers });
    browser = await chromium.launch({
      executablePath: isShell ? SHELL : WHOLE,
      args: ARGUMENTS,
      // Visitors have the history cache, so these browsers have it too.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  return function visitTest(name, body, options) {
    test(name, { timeout: LONGEST_MS }, async () => {
      const visit = new Visit(server, handlers, await browser.newContext({ locale: "en-GB", ...options }));
      try {
        visit.context.setDefaultTimeout(30_000);
        await visit.context.addInitScript(() => {
          window.takeOwner = (consent) => {
            window.owner = consent;
          };
        });
        visit.page = visit.patient(await visit.context.newPage());
        await body(visit);
        await visit.settled();
        assert.deepEqual(visit.problems, [], "console errors and page errors that no test expected");
      } finally {
        await visit.leave();
      }
    });
  };
}

/** One visitor: a profile of their own, and what the server and the browser know of them. */
export class Visit {
  constructor(server, handlers, context) {
    this.server = server;
    this.handlers = handlers;
    this.context = context;
    this.problems = [];
    this.stopped = [];
    this.forgiven = [];
    this.start = server.requests.length;
    this.served = [];
    this.isPatient = true;
    context.on("console", (message) => {
      const isOurs = message.text().startsWith("consentinel:");
      // What a Content-Security-Policy stops, ours or the page's, the browser says by itself: no
      // fault of a page under the browser's gate, but a test may ask for it with `problem`.
      if (!isOurs && /Content Security Policy|ERR_BLOCKED_BY_CSP/.test(message.text()))
        this.stopped.push(message.text());
      else if (message.type() === "error" || (message.type() === "warning" && isOurs)) this.#tell(message.text());
    });
    context.on("weberror", (error) => this.#tell(`page error: ${error.error().message}`));
  }

  #tell(problem) {
    if (!this.forgiven.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }

  /**
   * Problems like this are no fault in this test, those that were told and those that still come: what a browser says of
   * a failed load may be on its way for as long as the page is there.
   */
  forgive(pattern) {
    this.forgiven.push(pattern);
    this.problems = this.problems.filter((problem) => !pattern.test(problem));
  }

  /** Puts an answer at a path: an HTML text, or `(request, response) => …`. */
  serve(path, answer, headers = {}) {
    this.served.push(path);
    const type = typeof answer === "string" && answer.startsWith("<") ? "text/html; charset=utf-8" : "text/javascript";
    this.handlers[path] =
      typeof answer === "function"
        ? answer
        : (_, response) => response.writeHead(200, { "Content-Type": type, ...headers }).end(answer);
  }

  /** The site lacks the tag that does without WebAssembly: where that is refused, nothing takes the place of the tag. */
  lackSubstitute() {
    this.serve("/dist/consentinel.nowasm.js", (_, response) => response.writeHead(404).end());
    this.forgive(/^Failed to load resource/);
  }

  url(path, host = "localhost") {
    return `http://${host}:${this.server.port}${path}`;
  }

  /** Serves a page made of these parts and goes there; where it asks, until the second part of the tag is there too. */
  async open(parts = {}, { path = "/page.html", host, headers, page = this.page, isWhole = true } = {}) {
    this.serve(path, html(parts), headers);
    this.isPatient = isWhole;
    await page.goto(this.url(path, host));
    if (isWhole) await this.whole(page);
  }

  /** A page whose ways to another document are done once what asks there is whole. */
  patient(page) {
    for (const way of ["goto", "reload", "goBack", "goForward"]) {
      const go = page[way].bind(page);
      page[way] = async (...given) => {
        const answer = await go(...given);
        if (this.isPatient) await this.whole(page);
        return answer;
      };
    }
    return page;
  }

  /** Waits for the second part of the tag, where something is undecided: it comes to ask, or to explain a mistake. */
  async whole(page = this.page) {
    const isThere = page.evaluate(async () => {
      try {
        const { asks, decided } = window.consentinel.state;
        if (decided && !asks) return;
        await window.consentinel.notice();
        // What asks goes first in the page once that is idle, which a browser may never call a page that went back.
        await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5000 }));
      } catch {
        // No tag, or no second part: a test says what happens then.
      }
    });
    // A page that goes on to another one by itself is looked at there.
    await isThere.catch(() => {});
  }

  /** Waits until everything the pages printed so far has arrived here. */
  async settled() {
    for (const page of this.context.pages()) await page.evaluate(() => document.readyState);
  }

  /**
   * Leaves the page, and with it all that it told: noise which the test expects, some of it on its way as long as the page
   * is there.
   */
  async quieten() {
    await this.page.goto("about:blank");
    await this.settled();
    this.problems = [];
  }

  /** Takes exactly one expected problem from the list, or one line of a policy, and returns its text. */
  async problem(pattern) {
    await this.settled();
    const find = () => [...this.problems, ...this.stopped].filter((problem) => pattern.test(problem));
    // What the second part tells comes when that is there.
    if (!find().length) {
      const isIt = (message) => pattern.test(message.text());
      await this.context.waitForEvent("console", { predicate: isIt, timeout: 10_000 }).catch(() => {});
      await this.settled();
    }
    const found = find();
    assert.equal(
      found.length,
      1,
      `one problem like ${pattern} among ${JSON.stringify([...this.problems, ...this.stopped])}`,
    );
    this.problems = this.problems.filter((problem) => problem !== found[0]);
    this.stopped = this.stopped.filter((problem) => problem !== found[0]);
    return found[0];
  }

  /** Names in the browser's jar, HttpOnly ones included, sorted; without the manager's own cookie. */
  async jar() {
    const cookies = await this.context.cookies();
    return cookies
      .map((cookie) => cookie.name)
      .filter((name) => !isOwn(name))
      .sort();
  }

  /**
   * What the browser itself keeps under a name: as a cookie, in local and in session storage, each null where there is
   * nothing. What the page reads there may be in its memory alone.
   */
  async stored(name) {
    const cookie = (await this.context.cookies()).find((one) => one.name === name);
    const areas = await storedItems(this.page);
    return [cookie?.value, ...areas.map((items) => items.find(([key]) => key === name)?.[1])].map(
      (text) => text ?? null,
    );
  }

  /** The site knows nothing of this visitor any more. */
  forget() {
    return forget(this.page);
  }

  /** The manager's own cookie, as the browser keeps it. */
  async stateCookie() {
    return (await this.context.cookies()).find(({ name }) => isOwn(name));
  }

  /** Puts a cookie into the jar as a server would. */
  async setCookie(name, value, more = {}) {
    await this.context.addCookies([{ name, value, domain: "localhost", path: "/", ...more }]);
  }

  /** Paths the server was asked for since this visitor came. */
  requested(pattern = /./) {
    const paths = this.server.requests.slice(this.start).map((request) => request.url);
    return paths.filter((path) => pattern.test(path));
  }

  /** What the server got as `Cookie` with the last request of this path. */
  received(path) {
    return this.server.requests.slice(this.start).findLast((request) => request.url === path)?.headers.cookie ?? "";
  }

  /** A control of the banner, by its documented hook. */
  control(action, page = this.page) {
    return page.locator(`consent-banner [data-consent-action="${action}"]`);
  }

  /** Calls a method of the owner's object; done when the second part has done it. */
  decide(method, ...given) {
    return this.#told("owner", method, given);
  }

  /** The same with the object that every script has. */
  call(method, ...given) {
    return this.#told("consentinel", method, given);
  }

  #told(object, method, given) {
    return this.page.evaluate(
      async ([object, method, given]) => {
        window[object][method](...given);
        await window.consentinel.notice();
      },
      [object, method, given],
    );
  }

  state(page = this.page) {
    return page.evaluate(() => window.consentinel.state);
  }

  async categories(page = this.page) {
    return (await this.state(page)).categories;
  }

  /** The records, once what was decided is among them. */
  ledger(page = this.page) {
    return page.evaluate(async () => {
      await window.consentinel.notice();
      return window.consentinel.ledger();
    });
  }

  storage(key, page = this.page) {
    return page.evaluate((name) => localStorage.getItem(name), key);
  }

  async leave() {
    await this.context.close();
    for (const path of this.served) delete this.handlers[path];
  }
}
