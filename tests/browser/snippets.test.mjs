// What sites paste from other parties, in the forms they come in: each snippet is a page of its own in
// `pages/`, with a second origin that answers and notes what arrives. Each one is shown
//
// 1. without the tag: the measure for all the rest;
// 2. held before a choice, whole after a click on Accept all, gone after a withdrawal;
// 3. not there at all after Reject all;
// 4. as on a page without the tag, for a visitor who accepted on an earlier page.
//
// Left out: single ways out of a page, which the matrix tries one by one (tests/matrix). All that is
// said here about requests is read at the server and from what the browser says it asked for.

import assert from "node:assert/strict";
import { PLAIN_TAG, html, policyOf, site, storedItems } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, eventually, thirdParty } from "./third-party.mjs";
import { MARKS, OWN_ANSWERS, OWN_BODY, OWN_ITEMS, OWN_SHOWN, OWN_STORED } from "./pages/markup.mjs";
import * as abTest from "./pages/ab-test.mjs";
import * as beacon from "./pages/beacon.mjs";
import * as chat from "./pages/chat.mjs";
import * as loader from "./pages/loader.mjs";
import * as map from "./pages/map.mjs";
import * as payment from "./pages/payment.mjs";
import * as pixel from "./pages/pixel.mjs";
import * as queue from "./pages/queue.mjs";
import * as router from "./pages/router.mjs";
import * as tagManager from "./pages/tag-manager.mjs";
import * as video from "./pages/video.mjs";

const visitTest = site();
const party = thirdParty();

const SNIPPETS = [loader, pixel, beacon, tagManager, queue, chat, video, router, abTest, map];
const PAGE = "/page.html";
const DAY_SECONDS = 86_400;
/** What a fixture need not say. */
const NOTHING_ELSE = {
  items: [],
  head: "",
  body: "",
  marks: [],
  shown: () => null,
  held: null,
  works: null,
  tryAgain: () => {},
};

/** One visitor at the page with one snippet. */
class Stage {
  constructor(visit, { snippet }) {
    this.visit = visit;
    this.third = party();
    this.fixture = { ...NOTHING_ELSE, ...snippet(this.third) };
    this.third.answer(this.fixture.answers);
    // What the browser says it asked the optional party for, in its order. An attempt that was made but
    // has not arrived yet is seen here.
    this.asked = [];
    visit.context.on("request", (request) => {
      if (request.url().startsWith(this.third.url)) this.asked.push(request.url().slice(this.third.url.length));
    });
    // What the browser's own gate stopped was never sent, though the browser names it first.
    visit.context.on("requestfailed", (request) => {
      const at = this.asked.lastIndexOf(request.url().slice(this.third.url.length));
      if (at >= 0 && /csp/i.test(request.failure()?.errorText ?? "")) this.asked.splice(at, 1);
    });
    this.seen = { arrivals: 0, asked: 0 };
    for (const [path, answer] of Object.entries(OWN_ANSWERS))
      visit.serve(path, answer, path.endsWith(".svg") ? { "Content-Type": "image/svg+xml" } : {});
    visit.serve("/away.html", "<!doctype html><link rel='icon' href='data:,'><p>away");
  }

  get page() {
    return this.visit.page;
  }

  policy() {
    const service = (id, category, host) => ({ id, category, name: id, provider: "Test SAS", hosts: [host, "blob:"] });
    return policyOf([...this.fixture.items, ...OWN_ITEMS], {
      services: [service("other", "analytics", OPTIONAL_HOST), service("pay", "necessary", NECESSARY_HOST)],
    });
  }

  /** Serves the page, with the tag or without. */
  async serve(isTagged) {
    const { head, before } = this.fixture;
    // Nothing makes marked markup live on a page without the tag, so there it is live from the start.
    const body = isTagged ? this.fixture.body : this.fixture.body.replaceAll("data-src=", "src=");
    const parts = {
      policy: isTagged ? this.policy() : null,
      tag: isTagged ? PLAIN_TAG : "",
      head: MARKS + head,
      body: OWN_BODY + body,
    };
    this.visit.serve(PAGE, html(parts));
    this.visit.serve("/empty.html", html({ ...parts, head: "", body: "" }));
    await before?.(this.page);
  }

  /** One page view: goes there, does what the fixture's visitor does, and uses the site's own part. */
  async view() {
    await this.page.goto(this.visit.url(PAGE));
    await this.fixture.use?.(this.page);
    await this.own();
  }

  /** The site's own part works. */
  async own() {
    await this.page.locator("#own").click();
    await eventually(() => this.page.locator("#basket").textContent(), OWN_SHOWN, "the page's own part");
    assert.equal(await this.page.evaluate(() => document.getElementById("own-picture").naturalWidth > 0), true);
  }

  marks() {
    return this.page.evaluate(() => window.marks);
  }

  async stored() {
    const cookies = await this.visit.context.cookies(this.visit.url("/"));
    const kept = await storedItems(this.page);
    const pairs = (entries) =>
      entries
        .filter(([name]) => !name.startsWith("consentinel"))
        .map((pair) => pair.join("="))
        .sort();
    return {
      cookies: pairs(cookies.map(({ name, value }) => [name, value])),
      local: pairs(kept[0]),
      session: pairs(kept[1]),
    };
  }

  /** Elements in the page that have an address of the other party. Scripts stay: what ran cannot be unloaded. */
  addresses() {
    return this.page.evaluate((start) => {
      const elements = [...document.querySelectorAll("img, iframe, link, source, video, audio, embed, object")];
      const isTheirs = ({ src, href, data }) => [src, href, data].some((address) => `${address}`.startsWith(start));
      return elements.filter(isTheirs).map((element) => element.outerHTML);
    }, this.third.url);
  }

  frames() {
    return this.page
      .frames()
      .map((frame) => frame.url())
      .filter((address) => address.startsWith(this.third.url));
  }

  /**
   * A browser writes of its own accord to the console where a request fails. That is no exception of the
   * page, and goes from the list as long as it does not name the other party.
   */
  async forgiveFailedRequests() {
    await this.visit.settled();
    const named = OPTIONAL_HOST.replaceAll(".", "\\.");
    this.visit.forgive(new RegExp(`^(?!.*${named})(Failed to load resource|WebSocket connection to)`));
  }

  /** From here on arrivals count anew. */
  mark() {
    this.seen = { arrivals: this.third.log.length, asked: this.asked.length };
  }

  arrivals() {
    return this.third.arrivals(this.seen.arrivals);
  }

  /** Nothing was asked for, nothing has arrived, nothing is stored but the site's own. */
  async assertNothing(when) {
    await this.third.fence(this.page);
    // What a timer or a later task of the page would have sent after the first.
    await this.third.fence(this.page);
    assert.deepEqual(this.arrivals(), [], `${when}: arrived`);
    assert.deepEqual(this.asked.slice(this.seen.asked), [], `${when}: asked for`);
    assert.deepEqual(await this.stored(), OWN_STORED, `${when}: stored`);
  }

  /** Nothing of it is there; in a page that starts `decided`, where the browser holds requests, elements keep what they say. */
  async assertHeld(when, decided = false) {
    await this.assertNothing(when);
    if (decided) return;
    assert.deepEqual(await this.addresses(), [], `${when}: addresses of elements`);
    assert.deepEqual(this.frames(), [], `${when}: frames`);
    await eventually(() => this.fixture.shown(this.page), this.fixture.held, `${when}: shown`);
  }

  /** Everything arrived once and in its order, is stored, and works. */
  async assertWhole(when, { arrivals, marks, asked = [] }) {
    const wanted = arrivals.flat().sort();
    await eventually(() => this.arrivals().sort(), wanted, `${when}: arrived`);
    await eventually(() => this.marks(), marks, `${when}: marks`);
    await eventually(() => this.fixture.shown(this.page), this.fixture.works, `${when}: shown`);
    await eventually(() => this.stored(), this.whole(), `${when}: stored`);
    for (const chain of arrivals.filter(({ length }) => length > 1))
      assert.deepEqual(
        this.arrivals().filter((line) => chain.includes(line)),
        chain,
        `${when}: order of arrival`,
      );
    const order = this.asked.slice(this.seen.asked);
    for (const chain of asked)
      assert.deepEqual(
        order.filter((line) => chain.includes(line)),
        chain,
        `${when}: order of asking`,
      );
    await this.assertLives();
    await this.third.fence(this.page);
    assert.deepEqual(this.arrivals().sort(), wanted, `${when}: arrived a second time`);
  }

  whole() {
    const pairs = (kind) => [...OWN_STORED[kind], ...(this.fixture.stored?.[kind] ?? [])].sort();
    return { cookies: pairs("cookies"), local: pairs("local"), session: pairs("session") };
  }

  async assertLives() {
    const cookies = await this.visit.context.cookies();
    for (const [name, days] of Object.entries(this.fixture.days ?? {})) {
      const { expires } = cookies.find((each) => each.name === name);
      assert.equal(Math.round((expires - Date.now() / 1000) / DAY_SECONDS), days, `days of ${name}`);
    }
  }
}

const firstView = ({ first, marks, asked }) => ({ arrivals: first, marks, asked });
const secondView = ({ first, second = first, marks, marksAgain = marks }) => ({ arrivals: second, marks: marksAgain });

for (const fixture of SNIPPETS) {
  visitTest(`${fixture.title}: without the tag, the measure`, async (visit) => {
    const stage = new Stage(visit, fixture);
    await stage.serve(false);
    await stage.view();
    await stage.assertWhole("first view", firstView(stage.fixture));
    stage.mark();
    await stage.view();
    await stage.assertWhole("second view", secondView(stage.fixture));
  });

  visitTest(
    `${fixture.title}: held before a choice, whole after Accept all, gone after a withdrawal`,
    async (visit) => {
      const stage = new Stage(visit, fixture);
      await stage.serve(true);
      await stage.view();
      await stage.assertHeld("before a choice");
      assert.deepEqual(await stage.marks(), stage.fixture.marksHeld ?? []);
      // Held is not kept for another page.
      await stage.view();
      await stage.assertHeld("on the next page, before a choice");

      await visit.control("accept-all").click();
      const { first, marks, marksLate = marks, asked } = stage.fixture;
      await stage.assertWhole("after Accept all", { arrivals: first, marks: marksLate, asked });
      await stage.own();
      stage.mark();
      await stage.view();
      await stage.assertWhole("on the next page", secondView(stage.fixture));

      stage.mark();
      await visit.control("open").click();
      await visit.control("withdraw").click();
      await stage.assertNothing("after a withdrawal");
      assert.deepEqual(await stage.addresses(), [], "addresses of elements after a withdrawal");
      await eventually(() => stage.frames(), [], "frames after a withdrawal");
      await stage.page.evaluate(stage.fixture.tryAgain, { url: stage.third.url, sockets: stage.third.sockets });
      await stage.own();
      await stage.assertNothing("after a withdrawal and another try");
      await stage.forgiveFailedRequests();
      await stage.view();
      await stage.assertHeld("on the page after a withdrawal", true);
    },
  );

  visitTest(`${fixture.title}: nothing of it after Reject all`, async (visit) => {
    const stage = new Stage(visit, fixture);
    await stage.serve(true);
    await stage.view();
    await visit.control("reject-all").click();
    await stage.own();
    await stage.assertHeld("after Reject all");
    await stage.view();
    await stage.assertHeld("on the next page", true);
    await eventually(() => stage.marks(), stage.fixture.marksRefused ?? stage.fixture.marksHeld ?? [], "how it fails");
    await stage.page.goto(visit.url("/away.html"));
    await stage.page.goto(visit.url("/empty.html"));
    await stage.assertNothing("after the page was left");
  });

  visitTest(`${fixture.title}: as without the tag for a visitor who accepted before`, async (visit) => {
    const stage = new Stage(visit, fixture);
    await stage.serve(true);
    await stage.page.goto(visit.url("/empty.html"));
    await visit.control("accept-all").click();
    await stage.view();
    await stage.assertWhole("first view", firstView(stage.fixture));
    stage.mark();
    await stage.view();
    await stage.assertWhole("second view", secondView(stage.fixture));
  });
}

/** What a visitor did on an earlier page; without the tag there is nobody to ask. */
const EARLIER = {
  "without the tag": [],
  "before a choice": [],
  "after Reject all": ["reject-all"],
  "after Accept all": ["accept-all"],
  "after a withdrawal": ["accept-all", "open", "withdraw"],
};

for (const [phase, clicks] of Object.entries(EARLIER)) {
  visitTest(`${payment.title}: all of it works, ${phase}`, async (visit) => {
    const stage = new Stage(visit, payment);
    visit.serve(payment.PAID, "<!doctype html><link rel='icon' href='data:,'><p>paid");
    await stage.serve(phase !== "without the tag");
    await stage.page.goto(visit.url("/empty.html"));
    for (const action of clicks) await visit.control(action).click();
    await stage.view();
    await eventually(() => stage.marks(), stage.fixture.marks, "marks");
    await payment.pay(stage.page);
    const [order] = stage.fixture.first;
    await eventually(() => stage.arrivals().sort(), stage.fixture.first.flat().sort(), "arrived");
    assert.deepEqual(
      stage.arrivals().filter((line) => order.includes(line)),
      order,
      "order of arrival",
    );
    await eventually(() => stage.stored(), stage.whole(), "stored");
  });
}
