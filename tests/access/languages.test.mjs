// Every language file on the narrowest screen: no text leaves its button, none is cut, none is a bare key; the
// language is told, and where it is read from the right everything is mirrored.
//
// Left out: whether the words are right; people who know the language read them.

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "../browser/site.mjs";
import { isWhole } from "../law/pixels.mjs";
import {
  arrive,
  banner,
  changeMind,
  dialog,
  isMirrored,
  LANGUAGES,
  NARROW,
  offer,
  openSettings,
  POLICY,
  textsOf,
} from "./face.mjs";

const visitTest = site();
const WIDE = { width: 1280, height: 800 };

/** Texts that lie outside their button, by the boxes of their lines; and what of ours is wider than the page. */
const overflows = (visit) =>
  visit.page.evaluate(() => {
    const { shadowRoot } = document.querySelector("consent-banner");
    const found = [];
    for (const button of shadowRoot.querySelectorAll("button, summary")) {
      if (!button.checkVisibility()) continue;
      const box = button.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(button);
      for (const { left, right, top, bottom } of range.getClientRects()) {
        if (left < box.left - 0.5 || right > box.right + 0.5 || top < box.top - 0.5 || bottom > box.bottom + 0.5)
          found.push(`${button.textContent}: outside its button`);
      }
      if (button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + 1)
        found.push(`${button.textContent}: overflows`);
      if (box.left < 0 || box.right > innerWidth) found.push(`${button.textContent}: outside the page`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    return found;
  });

const words = (visit) =>
  visit.page.evaluate(() => {
    const { shadowRoot } = document.querySelector("consent-banner");
    const texts = [];
    const walker = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) texts.push(node.data.trim());
    return texts.filter(Boolean);
  });

const KEYS = new Set(Object.keys(textsOf("en")));
const centre = ({ x, width }) => x + width / 2;

for (const language of LANGUAGES) {
  visitTest(
    `${language}: told, whole at 320 pixels, and ${isMirrored(language) ? "mirrored" : "read from the left"}`,
    async (visit) => {
      const texts = textsOf(language);
      const problems = [];
      await visit.page.setViewportSize(NARROW);
      await arrive(visit, { language });
      const host = visit.page.locator("consent-banner");
      assert.equal(await host.getAttribute("lang"), language);
      assert.equal((await host.getAttribute("dir")) ?? "ltr", isMirrored(language) ? "rtl" : "ltr");
      assert.equal((await visit.control("reject-all").innerText()).trim(), texts.rejectAll);
      problems.push(...(await overflows(visit)), ...(await bareKeys(visit)));
      for (const action of ["reject-all", "accept-all"]) {
        const { y, height } = await visit.control(action).boundingBox();
        if (y < 0 || y + height > NARROW.height) problems.push(`${action} is not on the screen: ${y}`);
      }
      for (const action of ["reject-all", "accept-all", "settings"]) {
        const picture = await banner(visit)
          .locator(`[data-consent-action="${action}"]`)
          .screenshot({ animations: "disabled" });
        if (!isWhole(picture)) problems.push(`${action}: ink at the edge of its picture`);
      }
      const [reject, accept] = [
        await visit.control("reject-all").boundingBox(),
        await visit.control("accept-all").boundingBox(),
      ];
      if (Math.abs(reject.height - accept.height) > 1 || Math.abs(reject.width - accept.width) > 1)
        problems.push(`${reject.width} × ${reject.height} and ${accept.width} × ${accept.height}`);
      await openSettings(visit);
      problems.push(...(await overflows(visit)), ...(await bareKeys(visit)));
      await visit.control("close").click();
      await dialog(visit).waitFor({ state: "detached" });

      await visit.page.setViewportSize(WIDE);
      const sides = [
        centre(await visit.control("reject-all").boundingBox()),
        centre(await visit.control("accept-all").boundingBox()),
      ];
      if (sides[0] !== sides[1])
        assert.equal(sides[0] > sides[1], isMirrored(language), "the first answer stands where reading begins");
      await visit.control("reject-all").click();
      const reopen = centre(await visit.page.locator("consent-banner [part~=reopen]").boundingBox());
      assert.equal(reopen > WIDE.width / 2, isMirrored(language), "the small control stands where reading begins");

      // The same once more, with what there is to say beforehand and afterwards of loading the page anew.
      // Of another site, as a page that is still open would keep anew what is forgotten meanwhile.
      const other = { ...POLICY, id: "other" };
      await visit.page.setViewportSize(NARROW);
      await arrive(visit, { language, policy: { ...other, gate: "browser" } });
      assert.ok((await banner(visit).innerText()).includes(texts.reloadOnGrant));
      problems.push(...(await overflows(visit)), ...(await bareKeys(visit)));
      await arrive(visit, { language, policy: other });
      await changeMind(visit);
      assert.equal((await offer(visit).locator("p").innerText()).trim(), texts.reload);
      problems.push(...(await overflows(visit)), ...(await bareKeys(visit)));
      for (const action of ["reload", "close-reload"]) {
        if (
          !isWhole(
            await offer(visit).locator(`[data-consent-action="${action}"]`).screenshot({ animations: "disabled" }),
          )
        )
          problems.push(`${action}: ink at the edge of its picture`);
      }
      assert.deepEqual(problems, []);
    },
  );
}

for (const language of LANGUAGES) {
  visitTest(`${language}: the first layer with every description is whole at 320 pixels`, async (visit) => {
    visit.layout = "full";
    await visit.page.setViewportSize(NARROW);
    await arrive(visit, { language });
    const problems = [...(await overflows(visit)), ...(await bareKeys(visit))];
    for (const action of ["reject-all", "accept-all"]) {
      const { y, height } = await visit.control(action).boundingBox();
      if (y < 0 || y + height > NARROW.height) problems.push(`${action} is not on the screen: ${y}`);
    }
    assert.deepEqual(problems, []);
  });
}

/** Texts that are no text but the name of one. */
async function bareKeys(visit) {
  const found = await words(visit);
  return found
    .filter((text) => (KEYS.has(text) && /[A-Z]/.test(text)) || /\{\w+\}/.test(text))
    .map((text) => `a bare key: ${text}`);
}

visitTest("what a policy says in another direction than the banner is read in its own", async (visit) => {
  await arrive(visit, { language: "ar" });
  const directions = await banner(visit).evaluate((layer) =>
    [layer, ...layer.querySelectorAll("li")].map((element) => getComputedStyle(element).direction),
  );
  assert.deepEqual([directions[0], ...new Set(directions.slice(1))], ["rtl", "ltr"]);
});

test("each language has exactly the plural forms of its grammar", () => {
  for (const language of LANGUAGES) {
    const { items, partners } = textsOf(language);
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const forms of [items, partners]) assert.deepEqual(Object.keys(forms).toSorted(), wanted, language);
  }
});
