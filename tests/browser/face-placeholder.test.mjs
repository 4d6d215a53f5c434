// Frames that wait for consent: what a visitor sees in them, what the two answers do, what the other party
// gets, and what stands in the ledger.
//
// Left out: that frames wait at all (markup, attempts, the matrix).

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";
import { eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; frame-src *; connect-src *; img-src 'self' data:";

const policy = (more) =>
  policyOf([item("opt")], {
    services: [
      {
        id: "player",
        category: "functionality",
        name: "Player",
        provider: "Player GmbH",
        country: "US",
        policyUrl: "https://player.example/privacy",
        hosts: ["127.0.0.1"],
      },
      { id: "fence", category: "necessary", name: "Fence", provider: "Test SAS", hosts: ["pay.localhost"] },
    ],
    ...more,
  });

const FRAME = 'width="480" height="300"';
const marked = (other, path = "/video.html", more = FRAME) =>
  `<iframe id="marked" data-consent="player" data-src="${other.url}${path}" title="A film" ${more}></iframe>`;
/** A frame that page code makes, as a widget does. */
const made = (other, path = "/map.html") =>
  `<script src="/widget.js"></script><script type="application/json" id="address">${JSON.stringify(other.url + path)}</script>`;
const WIDGET = `addEventListener("DOMContentLoaded", () => {
  const frame = document.createElement("iframe");
  Object.assign(frame, { id: "made", width: 480, height: 300, src: JSON.parse(document.getElementById("address").textContent) });
  frame.addEventListener("load", () => { window.loads = (window.loads ?? 0) + 1; });
  document.body.append(frame);
});`;

const heading = (visit, id) =>
  visit.page.frameLocator(`#${id}`).getByRole("heading", { name: "Content from Player GmbH" });
const answer = (visit, id, action) => visit.page.frameLocator(`#${id}`).locator(`[data-consent-action=${action}]`);
const film = (visit, id, words) => visit.page.frameLocator(`#${id}`).getByText(words);

function open(visit, other, parts) {
  other.answer({ "/video.html": "<!doctype html><p>the film", "/map.html": "<!doctype html><p>the map" });
  visit.serve("/widget.js", WIDGET);
  return visit.open({ policy: policy(), ...parts });
}

visitTest(
  "a marked frame says who would get what; loaded once, it is on record, and stays until a refusal",
  async (visit) => {
    const other = party();
    await open(visit, other, { body: marked(other) });
    await heading(visit, "marked").waitFor();
    const words = await visit.page.frameLocator("#marked").locator("main").innerText();
    for (const text of ["sends Player GmbH your IP address", "United States", "Load this once", "Always load Player"])
      assert.ok(words.includes(text), words);
    assert.equal(await visit.page.locator("#marked").getAttribute("title"), "A film", "the page's own title stays");
    await other.fence(visit.page);
    assert.deepEqual(other.arrivals(), []);
    assert.equal(await visit.stateCookie(), undefined);

    await visit.control("reject-all").click();
    await answer(visit, "marked", "once").click();
    await film(visit, "marked", "the film").waitFor();
    assert.deepEqual(other.arrivals(), ["GET /video.html"]);
    assert.deepEqual((await visit.state()).services.player, "denied", "nothing is granted by it");
    const [, record] = await visit.ledger();
    assert.deepEqual(
      [record.action, record.via, record.granted, record.denied],
      ["once", "placeholder", ["player"], []],
    );

    // Another answer that is no refusal leaves it as it is; a refusal takes it out.
    await visit.page.evaluate(() => window.consentinel.open());
    await visit.control("close").click();
    assert.equal(await film(visit, "marked", "the film").count(), 1);
    await visit.call("withdraw");
    await heading(visit, "marked").waitFor();
    assert.equal(await film(visit, "marked", "the film").count(), 0);
    await visit.page.reload();
    await heading(visit, "marked").waitFor();
    await other.fence(visit.page);
    assert.deepEqual(other.arrivals(), ["GET /video.html"], "once is once");
  },
);

visitTest("a placeholder has the font of the page and the accent of the site, as the layers have", async (visit) => {
  const other = party();
  const head = "<style>body { font-family: Georgia } consent-banner { --consent-accent: #6b2480 }</style>";
  await open(visit, other, { head, body: marked(other) });
  await heading(visit, "marked").waitFor();
  const look = (locator, names) =>
    locator.evaluate((element, names) => names.map((name) => getComputedStyle(element)[name]), names);
  const colours = ["backgroundColor", "color", "fontFamily"];
  const there = await look(visit.control("accept-all"), colours);
  assert.deepEqual(there, ["rgb(107, 36, 128)", there[1], "Georgia"]);
  for (const action of ["once", "always"])
    assert.deepEqual(await look(answer(visit, "marked", action), colours), there, action);
});

visitTest(
  "always grants the service, and loads every frame of it; a withdrawal brings the placeholders back",
  async (visit) => {
    const other = party();
    await open(visit, other, { body: marked(other) + made(other) });
    await heading(visit, "marked").waitFor();
    await heading(visit, "made").waitFor();
    assert.equal(
      await visit.page.locator("#made").getAttribute("title"),
      "Content from Player GmbH",
      "a frame without a title gets one",
    );
    assert.equal(
      await visit.page.evaluate(() => window.loads ?? 0),
      1,
      "the event of its own empty document, as without the tag",
    );
    await answer(visit, "made", "always").click();
    await film(visit, "marked", "the film").waitFor();
    await film(visit, "made", "the map").waitFor();
    assert.deepEqual(other.arrivals().toSorted(), ["GET /map.html", "GET /video.html"]);
    assert.equal(await visit.page.locator("#made").getAttribute("title"), null);
    const state = await visit.state();
    assert.deepEqual(
      [state.services.player, state.categories.functionality, state.categories.analytics],
      ["granted", "undecided", "undecided"],
    );
    const [record] = await visit.ledger();
    assert.deepEqual([record.action, record.via, record.granted], ["save", "placeholder", ["player"]]);

    await visit.call("withdraw");
    await heading(visit, "marked").waitFor();
    await heading(visit, "made").waitFor();
  },
);

visitTest("a frame that page code makes is let through once, for its own address alone", async (visit) => {
  const other = party();
  await open(visit, other, { body: made(other) });
  await visit.control("reject-all").click();
  await answer(visit, "made", "once").click();
  await film(visit, "made", "the map").waitFor();
  other.answer({ "/other.html": "<!doctype html><p>another" });
  await visit.page.evaluate((address) => {
    document.getElementById("made").src = address;
  }, `${other.url}/other.html`);
  await other.fence(visit.page);
  assert.deepEqual(other.arrivals(), ["GET /map.html"]);
});

visitTest(
  "script answers nothing: neither a click that it made, nor a control of its own in the frame",
  async (visit) => {
    const other = party();
    await open(visit, other, { body: marked(other) });
    await heading(visit, "marked").waitFor();
    for (const action of ["once", "always"]) await answer(visit, "marked", action).evaluate((button) => button.click());
    await visit.page.locator("#marked").evaluate((frame) => {
      const button = frame.contentDocument.createElement("button");
      button.dataset.consentAction = "accept-all";
      button.textContent = "More";
      frame.contentDocument.querySelector("main").prepend(button);
    });
    await answer(visit, "marked", "accept-all").click();
    await other.fence(visit.page);
    assert.deepEqual(other.arrivals(), []);
    assert.deepEqual(await visit.ledger(), []);
  },
);

visitTest(
  "nothing is put into frames that are too small, hidden, refused as undeclared, or out of reach",
  async (visit) => {
    const other = party();
    const body =
      [
        marked(other, "/small.html", 'id="small" width="120" height="90"'),
        marked(other, "/hidden.html", `id="hidden" hidden ${FRAME}`),
        marked(other, "/closed.html", `id="closed" sandbox="allow-scripts" ${FRAME}`),
      ]
        .map((frame) => frame.replace('id="marked" ', ""))
        .join("") +
      '<iframe id="shown" data-consent="player" data-src="/x" width="200" height="120"></iframe>' +
      '<script>addEventListener("DOMContentLoaded", () => { const frame = document.createElement("iframe"); Object.assign(frame, { id: "unknown", width: 480, height: 300, src: "http://unknown.localhost/" }); document.body.append(frame); });</script>';
    await open(visit, other, { body });
    await heading(visit, "shown").waitFor();
    for (const id of ["small", "hidden", "unknown"]) {
      assert.equal(
        await visit.page.locator(`#${id}`).evaluate((frame) => frame.contentDocument.body.childNodes.length),
        0,
        id,
      );
    }
  },
);

visitTest(
  "under a strict policy, in a small frame, it has its look, and everything can be reached by key",
  async (visit) => {
    const other = party();
    other.answer({ "/video.html": "<!doctype html><p>the film" });
    visit.serve("/page.css", "iframe { border: 0 }");
    await visit.open(
      {
        policy: policy(),
        lang: "en",
        body: marked(other, "/video.html", 'width="180" height="110" scrolling="no"'),
        tag: '<script src="/dist/consentinel.js"></script>',
      },
      { headers: { "Content-Security-Policy": CSP } },
    );
    await heading(visit, "marked").waitFor();
    const look = await visit.page
      .frameLocator("#marked")
      .locator("main")
      .evaluate((main) => {
        const button = main.querySelector("button");
        const page = main.ownerDocument;
        return {
          back: getComputedStyle(page.documentElement).backgroundColor,
          button: getComputedStyle(button).backgroundColor,
          scrolls: main.scrollHeight > main.clientHeight,
          wide: page.documentElement.scrollWidth <= page.documentElement.clientWidth,
          height: button.getBoundingClientRect().height,
          lang: page.documentElement.lang,
          title: page.title,
        };
      });
    assert.deepEqual(
      [look.back, look.button, look.scrolls, look.wide, look.lang, look.title],
      ["rgb(243, 245, 248)", "rgb(26, 36, 51)", true, true, "en", "Content from Player GmbH"],
    );
    assert.ok(look.height >= 24);
    await answer(visit, "marked", "always").focus();
    const box = await answer(visit, "marked", "always").evaluate((button) => ({
      bottom: button.getBoundingClientRect().bottom,
      top: button.getBoundingClientRect().top,
    }));
    assert.ok(box.top >= 0 && box.bottom <= 110, JSON.stringify(box));
    await visit.page.keyboard.press("Enter");
    await film(visit, "marked", "the film").waitFor();
  },
);

visitTest("the face is not fetched for what nobody could see", async (visit) => {
  const other = party();
  await open(visit, other, { body: `<div style="block-size: 5000px">far</div>${marked(other)}` });
  await visit.control("reject-all").waitFor();
  await other.fence(visit.page);
  assert.deepEqual(visit.requested(/face/), []);
  await visit.page.locator("#marked").scrollIntoViewIfNeeded();
  await heading(visit, "marked").waitFor();
  await eventually(() => visit.requested(/face/).length, 1);
});
