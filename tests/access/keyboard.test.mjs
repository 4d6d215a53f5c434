// By the keyboard and by ear: the order of the controls, where the focus goes and comes back to, what it must
// not hide behind, and what is said after saving.
//
// Left out: how a screen reader pronounces it.

import assert from "node:assert/strict";
import { site } from "../browser/site.mjs";
import { arrive, banner, dialog, focused, inLayouts, openSettings, POLICY, textsOf } from "./face.mjs";

const visitTest = site();
const layoutTest = inLayouts(visitTest);
const OPTIONAL = POLICY.categories.filter(({ necessary }) => !necessary).map(({ id }) => id);
const MOST_TABS = 80;

/** What has the focus at each of the next presses of Tab, until it is the wanted one. */
async function walkTo(visit, wanted) {
  const order = [];
  while (order.at(-1) !== wanted && order.length < MOST_TABS) {
    await visit.page.keyboard.press("Tab");
    order.push(await focused(visit));
  }
  assert.equal(order.at(-1), wanted, order.join(" "));
  return order;
}

layoutTest("the first layer comes first in the order of Tab, reject before accept, and traps nobody", async (visit) => {
  await arrive(visit);
  const order = await walkTo(visit, "own-0");
  const ours = order.filter((name) => ["reject-all", "accept-all", "settings"].includes(name));
  assert.deepEqual(ours, ["reject-all", "accept-all", "settings"]);
  assert.ok(order.indexOf("settings") < order.indexOf("own-0"), "and then the page");
  await visit.page.keyboard.press("Shift+Tab");
  assert.notEqual(await focused(visit), "own-0", "and back");
});

layoutTest("refusing takes no more key presses than accepting, on both layers", async (visit) => {
  for (const open of [false, true]) {
    const presses = {};
    for (const action of ["reject-all", "accept-all"]) {
      await visit.forget();
      await arrive(visit);
      let count = 0;
      if (open) {
        count += (await walkTo(visit, "settings")).length + 1;
        await visit.page.keyboard.press("Enter");
        await dialog(visit).waitFor();
      }
      count += (await walkTo(visit, action)).length + 1;
      await visit.page.keyboard.press("Enter");
      await banner(visit).waitFor({ state: "detached" });
      assert.equal((await visit.state()).decided, true);
      presses[action] = count;
    }
    assert.ok(presses["reject-all"] <= presses["accept-all"], JSON.stringify(presses));
  }
});

visitTest(
  "in the settings Tab reaches every switch in the order of the policy, then the answers, and stays inside",
  async (visit) => {
    await arrive(visit);
    await openSettings(visit);
    const order = await walkTo(visit, "save");
    const switches = order.filter((name) => OPTIONAL.includes(name));
    assert.deepEqual(switches, OPTIONAL);
    for (const { id, category } of POLICY.services.filter(({ category }) => OPTIONAL.includes(category))) {
      assert.ok(order.indexOf(id) > order.indexOf(category), `${id} after ${category}`);
    }
    assert.ok(order.indexOf("reject-all") < order.indexOf("accept-all"));
    const seen = new Set();
    for (let press = 0; press < MOST_TABS && !seen.has("save"); press++) {
      await visit.page.keyboard.press("Tab");
      seen.add(await focused(visit));
    }
    assert.deepEqual(
      [...seen].filter((name) => name.startsWith("own-") || name === "last"),
      [],
      "the page behind is not reached",
    );
  },
);

visitTest("each switch has a name, a role and a state that a screen reader is told", async (visit) => {
  await arrive(visit);
  await openSettings(visit);
  for (const { id, title } of POLICY.categories.filter(({ necessary }) => !necessary)) {
    const control = dialog(visit).locator(`[name="${id}"]`);
    const tree = await control.ariaSnapshot();
    assert.match(tree, /^- switch/, tree);
    assert.ok(tree.includes(title.en), tree);
    await control.focus();
    await visit.page.keyboard.press("Space");
    assert.match(await control.ariaSnapshot(), /checked/);
  }
  for (const service of POLICY.services.filter(({ category }) => OPTIONAL.includes(category))) {
    const tree = await dialog(visit).locator(`[name="${service.id}"]`).ariaSnapshot();
    assert.match(tree, /^- switch/, tree);
    assert.ok(tree.includes(service.name), tree);
  }
});

layoutTest("the focus returns to what opened the settings, by each way of closing them", async (visit) => {
  const body =
    '<main><h1>Page</h1><p><button id="opener" type="button" data-consent-action="open">Cookies</button></p></main>';
  await arrive(visit, { body });
  for (const [opener, name] of [
    [visit.control("settings"), "settings"],
    [visit.page.locator("#opener"), "open"],
  ]) {
    for (const close of [() => visit.page.keyboard.press("Escape"), () => visit.control("close").click()]) {
      await opener.focus();
      await visit.page.keyboard.press("Enter");
      await dialog(visit).waitFor();
      const inside = await visit.page.evaluate(() => document.activeElement.localName);
      assert.equal(inside, "consent-banner", "the focus goes into the settings");
      await close();
      await dialog(visit).waitFor({ state: "detached" });
      assert.equal(await focused(visit), name);
    }
  }
  await banner(visit).locator('[data-consent-action="reject-all"]').click();
  await visit.control("open").and(visit.page.locator("consent-banner *")).focus();
  await visit.page.keyboard.press("Enter");
  await dialog(visit).waitFor();
  await visit.page.keyboard.press("Escape");
  await dialog(visit).waitFor({ state: "detached" });
  assert.equal(await focused(visit), "open");
});

layoutTest("after each answer a line says that it was saved, in a live region that was there before", async (visit) => {
  const { saved } = textsOf("en");
  await arrive(visit);
  const status = visit.page.locator("consent-banner [part~=status]");
  assert.equal(await status.getAttribute("role"), "status");
  assert.equal((await status.textContent()).trim(), "");
  await visit.page.evaluate(() => {
    window.said = [];
    const region = document.querySelector("consent-banner").shadowRoot.querySelector("[part~=status]");
    new MutationObserver(() => said.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  const said = () => visit.page.evaluate(() => window.said.filter(Boolean).length);
  await visit.control("reject-all").click();
  await status.getByText(saved).first().waitFor({ state: "attached" });
  const first = await said();
  assert.ok(first > 0, "the region that stood there was filled");
  await openSettings(visit, "open");
  await visit.control("save").click();
  await visit.page.waitForFunction((before) => window.said.filter(Boolean).length > before, first);
  assert.ok((await status.textContent()).includes(saved));
});

for (const [name, viewport] of [
  ["wide", { width: 1280, height: 800 }],
  ["a phone", { width: 390, height: 844 }],
]) {
  layoutTest(`what has the focus on the page is not hidden by the first layer: ${name}`, async (visit) => {
    await visit.page.setViewportSize(viewport);
    await arrive(visit, { policy: { ...POLICY, placement: "bottom" } });
    await visit.page.evaluate(() => {
      scrollTo(0, 0);
      document.querySelector("nav a").focus();
    });
    const hidden = [];
    for (let press = 0; press < MOST_TABS; press++) {
      await visit.page.keyboard.press("Tab");
      const found = await visit.page.evaluate(() => {
        const element = document.activeElement;
        if (element.localName === "consent-banner" || element === document.body) return null;
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const places = [
          [left + 2, top + 2],
          [right - 2, top + 2],
          [left + 2, bottom - 2],
          [right - 2, bottom - 2],
          [(left + right) / 2, (top + bottom) / 2],
        ];
        const isSeen = places.some(([x, y]) => {
          const hit = document.elementFromPoint(x, y);
          return hit === element || element.contains(hit);
        });
        return { id: element.id || element.textContent, isSeen, isLast: element.id === "last" };
      });
      if (found && !found.isSeen) hidden.push(found.id);
      if (!found || found.isLast) break;
    }
    assert.deepEqual(hidden, []);
  });
}
