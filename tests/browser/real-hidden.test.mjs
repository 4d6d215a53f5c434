// What reads, prints or filters a page: search engines, paper, and the filter lists of visitors, which hide everything of a
// consent manager. What is hidden must not lock the page.
//
// Left out: rules of a page that hide us without meaning to (real-layer.test.mjs).

import assert from "node:assert/strict";
import { site } from "./site.mjs";
import { POLICY, situations } from "./real.mjs";

const situation = situations();
const BODY = `<h1>Page</h1><a id="own" href="#own" onclick="window.owned = true">Own</a>
  <button id="settings" data-consent-action="open">Cookies</button><div style="height: 3000px"></div>`;
const FILTER = "<style>consent-banner { display: none !important }</style>";
/** Nothing keeps the page from being used: no modal dialog, the page scrolls, its link can be clicked, nothing is added. */
const usable = async (visitor, before) => {
  assert.equal(await visitor.evaluate("tools.hosts().some((host) => host.shadowRoot.querySelector(':modal'))"), false);
  const { x, y } = await visitor.run(
    "const box = own.getBoundingClientRect(); return { x: Math.round(box.x + 5), y: Math.round(box.y + 5) };",
  );
  await visitor.lane.click(x, y);
  assert.equal(await visitor.evaluate("tools.until(() => window.owned)"), true);
  assert.equal(
    await visitor.evaluate("document.documentElement.scrollHeight"),
    before,
    "no room is made for what nobody sees",
  );
  assert.equal(await visitor.run("scrollTo(0, 500); return scrollY;"), 500);
};
const plainHeight = async (visitor) => {
  await visitor.open(`<!doctype html><title>Plain</title>${BODY}`, "/plain.html");
  return visitor.evaluate("document.documentElement.scrollHeight");
};

situation("A filter list hides everything of ours", "the page stays usable", async (visitor) => {
  const height = await plainHeight(visitor);
  await visitor.open({ head: FILTER, body: BODY });
  await visitor.run("await tools.until(() => tools.control('reject-all'));");
  assert.equal(await visitor.evaluate("tools.place('reject-all')"), null, "hidden it is");
  await usable(visitor, height);
});

situation(
  "A filter list hides everything of ours, and the visitor opens the settings",
  "the page stays usable",
  async (visitor) => {
    const height = await plainHeight(visitor);
    await visitor.open({ head: FILTER, body: BODY });
    await visitor.run(`
    window.gone = new Promise((resolve) => consentinel.on("close", resolve));
    settings.click();
    await gone;`);
    await usable(visitor, height);
  },
);

situation("A filter list comes while the settings are open", "the page stays usable", async (visitor) => {
  const height = await plainHeight(visitor);
  await visitor.open({ body: BODY });
  await visitor.click("settings");
  await visitor.place("save");
  await visitor.run(`
    window.gone = new Promise((resolve) => consentinel.on("close", resolve));
    document.head.insertAdjacentHTML("beforeend", ${JSON.stringify(FILTER)});
    await gone;`);
  await usable(visitor, height);
});

situation("A filter list takes our element out, again and again", "the page stays usable", async (visitor) => {
  await visitor.open({ body: BODY });
  await visitor.run(`new MutationObserver(() => document.querySelectorAll("consent-banner").forEach((one) => one.remove())).observe(document, { childList: true, subtree: true });
    document.body.append("A change");
    await new Promise((resolve) => setTimeout(resolve, 100));`);
  await usable(visitor, await visitor.evaluate("document.documentElement.scrollHeight"));
});

situation("A search engine looks for a snippet", "all words of ours are marked as none", async (visitor) => {
  await visitor.open({ body: BODY });
  await visitor.place();
  const marked = `tools.hosts().every((host) => host.hasAttribute("data-nosnippet") &&
    [...host.shadowRoot.querySelectorAll("section")].every((one) => one.hasAttribute("data-nosnippet")))`;
  assert.equal(await visitor.evaluate(marked), true);
  await visitor.refuses();
  await visitor.place("open");
  assert.equal(await visitor.evaluate(marked), true);
});

// Only Chromium makes a file of what it would print.
const visitTest = site();
const sheets = async (visit) =>
  (await visit.page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g).length;
for (const [what, act, there] of [
  ["while the question stands", async () => {}, "reject-all"],
  ["after the answer", (visit) => visit.control("reject-all").click(), "open"],
]) {
  visitTest(`A page is printed ${what}: no sheet more, and nothing of ours on it`, async (visit) => {
    // As high as exactly one sheet, so that whatever is added needs a second one.
    const body =
      "<style>@page { margin: 0 } body { margin: 0 } div { height: 297mm; overflow: hidden }</style><div><h1>Page</h1></div>";
    await visit.open({ policy: POLICY, tag: "", body });
    const before = await sheets(visit);
    await visit.open({ policy: POLICY, body }, { path: "/asks.html" });
    await visit.control("reject-all").waitFor();
    await act(visit);
    await visit.control(there).waitFor();
    assert.equal(await sheets(visit), before);
    await visit.page.emulateMedia({ media: "print" });
    assert.equal(await visit.control(there).isVisible(), false);
  });
}
