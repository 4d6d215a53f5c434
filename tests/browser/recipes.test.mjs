// The recipes of docs/platforms: how a vendor's snippet is pasted, a tag manager whose tags wait for different categories,
// a test of headlines that hides the page for nobody who has not agreed, a pixel inside of `noscript`, and a widget that a
// script builds.
//
// Left out: that a snippet works by itself (snippets.test.mjs).

import assert from "node:assert/strict";
import { html, PLAIN_TAG, policyOf, site, TAG } from "./site.mjs";
import { eventually, PICTURE } from "./third-party.mjs";

const visitTest = site();
const HOSTS = { manager: "manager.localhost", counter: "counter.localhost", advert: "advert.localhost" };
const service = (id, category) => ({ id, category, name: id, provider: "Test SAS", hosts: [HOSTS[id]] });
const POLICY = policyOf([], {
  services: [service("manager", "necessary"), service("counter", "analytics"), service("advert", "functionality")],
});

/** What arrived at the other hosts, as `host path`. */
const arrived = ({ server, start }) =>
  server.requests
    .slice(start)
    .map(({ headers, url }) => `${headers.host.split(":")[0]} ${url}`)
    .filter((line) => Object.values(HOSTS).includes(line.split(" ")[0]));

/** The page asks its own server, and is answered: what set out before is there then. */
const fence = ({ page }) => page.evaluate(() => fetch("/own").then((answer) => answer.text()));

/** Opens a page with this in its head and body; whoever grants by script gets the object by TAG. */
async function opened(visit, { head = "", body = "", tag = TAG } = {}) {
  visit.serve("/own", "own");
  await visit.open({ policy: POLICY, tag, head, body });
}

visitTest("a snippet: the loader is marked, the stub is not, and no call is lost", async (visit) => {
  visit.serve(
    "/counter.js",
    `for (const call of counter.q) navigator.sendBeacon("${visit.url("/count", HOSTS.counter)}", call[0]);`,
  );
  visit.serve("/count", "");
  await opened(visit, {
    head: `<script>window.counter = (...call) => counter.q.push(call); counter.q = []; counter("first");</script>
      <script type="text/plain" data-consent="counter" data-src="${visit.url("/counter.js", HOSTS.counter)}"></script>`,
  });
  await visit.page.evaluate(() => window.counter("second"));
  await fence(visit);
  assert.deepEqual(arrived(visit), []);
  await visit.control("accept-all").click();
  const calls = () =>
    visit.server.requests
      .slice(visit.start)
      .filter(({ url }) => url === "/count")
      .map(({ body }) => body);
  await eventually(async () => calls().sort(), ["first", "second"]);
});

visitTest(
  "a tag manager with mixed tags: each waits for its own category, and the manager for nobody",
  async (visit) => {
    const load = (path, host) =>
      `document.head.append(Object.assign(document.createElement("script"), { src: "${visit.url(path, host)}" }));`;
    visit.serve("/manager.js", load("/counter.js", HOSTS.counter) + load("/advert.js", HOSTS.advert));
    visit.serve("/counter.js", "window.counted = true;");
    visit.serve("/advert.js", "window.advertised = true;");
    await opened(visit, { body: `<script src="${visit.url("/manager.js", HOSTS.manager)}"></script>` });
    await fence(visit);
    assert.deepEqual(arrived(visit), ["manager.localhost /manager.js"]);
    await visit.decide("grant", "analytics");
    await visit.page.waitForFunction(() => window.counted);
    await fence(visit);
    assert.deepEqual(arrived(visit), ["manager.localhost /manager.js", "counter.localhost /counter.js"]);
    assert.equal(await visit.page.evaluate(() => "advertised" in window), false);
    await visit.decide("grant", "functionality");
    await visit.page.waitForFunction(() => window.advertised);
  },
);

visitTest(
  "anti-flicker: only who granted earlier waits for the variant, and never sees the other headline",
  async (visit) => {
    // Classes of the root as they were, and the headline at each time at which the page could be seen.
    const seen = `<script>const wait = window.setTimeout;
    window.setTimeout = (act, time) => time !== 4000 && wait(act, time);
    window.seen = []; const look = () => {
    const heading = document.querySelector("h1");
    if (heading && !document.documentElement.classList.contains("hide")) seen.push(heading.textContent);
    if (document.documentElement.classList.contains("hide")) window.wasHidden = true;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });</script>`;
    const recipe = `<style>.hide { opacity: 0 }</style><script>
    if (consentinel.has("counter")) {
      document.documentElement.classList.add("hide");
      window.show = () => document.documentElement.classList.remove("hide");
      setTimeout(show, 4000);
    }</script>
    <script type="text/plain" data-consent="counter" data-src="${visit.url("/variant.js", HOSTS.counter)}"></script>`;
    visit.serve(
      "/variant.js",
      `document.querySelector("h1").textContent = "Variant"; window.show?.(); window.decided = true;`,
    );
    const parts = { head: seen + recipe, body: "<h1>Own</h1>" };
    await opened(visit, parts);
    await fence(visit);
    assert.deepEqual(arrived(visit), []);
    const isHidden = () => visit.page.evaluate(() => window.wasHidden === true);
    assert.equal(await isHidden(), false);
    await visit.control("accept-all").click();
    await visit.page.waitForFunction(() => window.decided);
    assert.equal(await isHidden(), false);
    // Nothing but the variant shows it: the patience of the recipe never ends here.
    await visit.page.reload();
    await visit.page.waitForFunction(() => window.decided);
    assert.equal(await isHidden(), true);
    assert.deepEqual([...new Set(await visit.page.evaluate(() => window.seen))], ["Variant"]);
    await visit.call("withdraw");
    await visit.page.reload();
    await fence(visit);
    assert.equal(await isHidden(), false);
    assert.equal(await visit.page.textContent("h1"), "Own");
  },
);

visitTest("a pixel inside of `noscript` is asked for by nobody with script, whatever was answered", async (visit) => {
  await opened(visit, { body: `<noscript><img alt="" src="${visit.url("/pixel.svg", HOSTS.advert)}"></noscript>` });
  await visit.control("accept-all").click();
  await visit.page.reload();
  await fence(visit);
  assert.deepEqual(arrived(visit), []);
});

visitTest(
  "and by everybody without, whom nobody asked: it has to be taken out",
  async (visit) => {
    visit.serve("/pixel.svg", PICTURE, { "Content-Type": "image/svg+xml" });
    const body = `<noscript><img alt="" src="${visit.url("/pixel.svg", HOSTS.advert)}"></noscript>`;
    visit.serve("/page.html", html({ policy: POLICY, tag: PLAIN_TAG, body }));
    visit.isPatient = false;
    await visit.page.goto(visit.url("/page.html"));
    assert.deepEqual(arrived(visit), ["advert.localhost /pixel.svg"]);
  },
  { javaScriptEnabled: false },
);

visitTest("a widget that a script builds waits with a placeholder, and loads in its place", async (visit) => {
  visit.serve("/widget.html", "<!doctype html><link rel='icon' href='data:,'><title>Widget</title><p>Widget");
  await opened(visit, {
    body: `<div id="place"></div><script>
      const frame = Object.assign(document.createElement("iframe"), { title: "Calendar", width: 560, height: 315 });
      frame.src = "${visit.url("/widget.html", HOSTS.advert)}";
      document.querySelector("#place").append(frame);</script>`,
  });
  const inside = visit.page.frameLocator("#place iframe");
  await inside.getByText("advert").first().waitFor();
  assert.deepEqual(arrived(visit), []);
  await visit.control("accept-all").click();
  await inside.getByText("Widget").waitFor();
  assert.deepEqual(arrived(visit), ["advert.localhost /widget.html"]);
});
