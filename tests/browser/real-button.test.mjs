// The small button, by which a decision is taken back, in pages that have something else in its place, or a control of
// their own.
//
// Left out: that it comes back after a page took it out (real-layer.test.mjs).

import assert from "node:assert/strict";
import { policyOf } from "./site.mjs";
import { situations } from "./real.mjs";

const situation = situations();
const LONG = "<p>A line of the page.</p>".repeat(60);
const POLICY = policyOf([], {
  services: [
    {
      id: "film",
      category: "analytics",
      name: "Film",
      provider: "Film SAS",
      hosts: ["film.example"],
      policyUrl: "https://film.example/privacy",
    },
  ],
});
const box = (visitor) =>
  visitor.evaluate(`(() => {
    const { left, right, top, bottom } = tools.control("open").getBoundingClientRect();
    return { start: Math.round(left), end: Math.round(document.documentElement.clientWidth - right), top, bottom, height: innerHeight };
  })()`);
const sides = async (visitor) => {
  await visitor.place("open");
  const { start, end } = await box(visitor);
  return [start, end].map((room) => room <= 12);
};

situation(
  "A chat of the page stands where the small button does",
  "the policy moves it to the other side",
  async (visitor) => {
    for (const [reopen, lang, wanted] of [
      ["start", "en", [true, false]],
      ["end", "en", [false, true]],
      ["end", "ar", [true, false]],
    ]) {
      const parts = { policy: { ...POLICY, id: `test-${reopen}-${lang}`, reopen }, lang, body: LONG };
      await visitor.open(parts);
      await visitor.refuses();
      assert.deepEqual(await sides(visitor), wanted, `${reopen}, ${lang}`);
      // By the first part alone.
      await visitor.go("/page.html");
      assert.deepEqual(await sides(visitor), wanted, `${reopen}, ${lang}, at the next visit`);
    }
  },
);

const OWN = { ...POLICY, reopen: "none" };
const TOLD = `<script>window.told = []; document.addEventListener("consent:error", ({ detail }) => {
  for (const { code, path, message } of detail.problems) told.push([code, path, message]);
})</script>`;

situation(
  "The page has a control of its own",
  "no small button stands there, and its own opens the settings",
  async (visitor) => {
    const parts = { policy: OWN, before: TOLD, body: '<button data-consent-action="open" id="mine">Cookies</button>' };
    await visitor.open(parts);
    await visitor.click("accept-all");
    assert.equal((await visitor.decision()).analytics, "granted");
    for (const visit of ["the page that was answered", "the next one"]) {
      if (visit === "the next one") await visitor.go("/page.html");
      assert.equal(
        await visitor.evaluate(`!!document.querySelector("consent-banner")?.shadowRoot.querySelector("button")`),
        false,
        visit,
      );
      assert.deepEqual(await visitor.evaluate("told"), [], visit);
    }
    const { x, y } = await visitor.evaluate(`(() => {
    const { left, top } = mine.getBoundingClientRect();
    return { x: Math.round(left + 5), y: Math.round(top + 5) };
  })()`);
    await visitor.lane.click(x, y);
    await visitor.click("withdraw");
    assert.ok(await visitor.evaluate(`tools.until(() => consentinel.state.categories.analytics === "denied")`));
  },
);

situation(
  "The page has no control of its own, and wants no small button",
  "the console says what it lacks",
  async (visitor) => {
    await visitor.open({ policy: OWN, before: TOLD, body: "<p>No control.</p>" });
    await visitor.refuses();
    const [[code, path, message], ...more] = await visitor.evaluate("tools.until(() => told.length && told)");
    assert.deepEqual([code, path, more], ["reopen-missing", "reopen", []]);
    assert.match(message, /data-consent-action="open"/);
  },
);

situation(
  "A placeholder stands at the very end of a page",
  "the small button goes up until it covers none of its controls",
  async (visitor) => {
    const frame = (
      width,
    ) => `<iframe data-consent="film" data-src="https://film.example/1" width="${width}" height="230"
    style="display:block;border:0"></iframe>`;
    const covered = `(() => {
    const { left, right, top, bottom } = tools.control("open").getBoundingClientRect();
    const frame = document.querySelector("iframe");
    const around = frame.getBoundingClientRect();
    return [...frame.contentDocument.querySelectorAll("a,button")].filter((one) => {
      const box = one.getBoundingClientRect();
      return around.left + box.left < right && around.left + box.right > left && around.top + box.top < bottom && around.top + box.bottom > top;
    }).length;
  })()`;
    const shown = `document.querySelector("iframe").contentDocument?.querySelectorAll("a,button").length === 3`;
    for (const width of [280, 360, 640]) {
      visitor.serve("/page.html", {
        policy: POLICY,
        head: "<style>body { margin: 0 }</style>",
        body: `${LONG}${frame(width)}`,
      });
      await visitor.go("/page.html");
      if (width === 280) await visitor.refuses();
      await visitor.evaluate(`void scrollTo(0, 1e6)`);
      assert.ok(await visitor.evaluate(`tools.until(() => ${shown})`), `${width}: the placeholder is there`);
      assert.ok(await visitor.evaluate(`tools.until(() => ${covered} === 0)`), `${width}: nothing is covered`);
      const low = await box(visitor);
      if (width === 280) assert.ok(low.height - low.bottom > 40, "which it had to leave its place for");
      assert.ok(low.top >= 0 && low.bottom <= low.height, "and it is in the window");
      await visitor.place("open");
      await visitor.evaluate(`void scrollTo(0, 0)`);
      assert.ok(
        await visitor.evaluate(
          `tools.until(() => Math.round(innerHeight - tools.control("open").getBoundingClientRect().bottom) === 12)`,
        ),
        "it is back at its place where there is nothing below it",
      );
    }
  },
);

situation(
  "A declaration of the page has links where the small button stands",
  "it goes up until it covers none of them, from the first moment and while the page is scrolled",
  async (visitor) => {
    const service = (at) => ({ ...POLICY.services[0], id: `film-${at}`, name: `Film ${at}` });
    const policy = { ...POLICY, services: [...Array(30)].map((_, at) => service(at)) };
    const parts = {
      policy,
      // Links where the button stands, with room for it between them.
      head: "<style>body { margin: 0 } consent-declaration::part(link) { display: block } consent-declaration::part(service) { padding-block: 40px }</style>",
      body: "<consent-declaration></consent-declaration>",
    };
    await visitor.open(parts);
    await visitor.refuses();
    await visitor.go("/page.html");
    const shown = `document.querySelector("consent-declaration").shadowRoot?.querySelectorAll("a").length`;
    assert.equal(await visitor.evaluate(`tools.until(() => ${shown} === 30 && 30)`), 30);
    const covered = `(() => {
      const { left, right, top, bottom } = tools.control("open").getBoundingClientRect();
      const links = [...document.querySelector("consent-declaration").shadowRoot.querySelectorAll("a")];
      return links.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.left < right && box.right > left && box.top < bottom && box.bottom > top;
      }).length;
    })()`;
    let hasMoved = false;
    // Through more than the room from one link to the next, in the middle of the list.
    for (let at = 1500; at < 1620; at += 15) {
      await visitor.evaluate(`void scrollTo(0, ${at})`);
      assert.ok(await visitor.evaluate(`tools.until(() => ${covered} === 0)`), `scrolled by ${at}`);
      const { top, bottom, height } = await box(visitor);
      assert.ok(top >= 0 && bottom <= height, "and it is in the window");
      hasMoved ||= Math.round(height - bottom) !== 12;
    }
    assert.ok(hasMoved, "which it had to leave its place for");
  },
);
