// The letters of the layers, and the settings of real sites: what stands on one line, in long languages and on narrow
// phones, and that the switches are seen at once.
//
// Left out: how much of a window the question covers, and whose colours it takes (real-looks.test.mjs).

import assert from "node:assert/strict";
import { item, JIMO, policyOf, site } from "./site.mjs";
import { LANGUAGES, POLICIES, WINDOWS, pageOf } from "./shares.mjs";

const visitTest = site();
const layer = (visit) => visit.page.locator("consent-banner [part~=banner]");
const dialog = (visit) => visit.page.getByRole("dialog");
const box = (locator) => locator.boundingBox();
const styleOf = (visit, action, property) =>
  visit.control(action).evaluate((control, name) => getComputedStyle(control)[name], property);

// -- Letters -------------------------------------------------------------------------------------

/** The page goes on in another language, and we with it. */
async function speak(visit, language) {
  await visit.page.evaluate((tag) => void (document.documentElement.lang = tag), language);
  await visit.page.locator(`consent-banner[lang="${language}"]`).waitFor({ state: "attached" });
}

/** The lines of texts that stand beside each other, of which each is `[text, lower edge of its letters, lines]`. */
const lines = (root, selector) =>
  root.locator(selector).evaluateAll((all) =>
    all
      .filter((one) => one.checkVisibility())
      .map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const rects = [...range.getClientRects()];
        const tops = [...new Set(rects.map(({ top }) => Math.round(top)))];
        // Where letters stand is asked of an empty box among them, which stands on their line.
        const mark = document.createElement("span");
        mark.style.cssText = "display:inline-block;inline-size:0;block-size:0";
        one.prepend(mark);
        const { bottom } = mark.getBoundingClientRect();
        mark.remove();
        return [one.textContent, Math.round(bottom * 2) / 2, tops.length];
      }),
  );

visitTest(
  "the answers in every language: their letters stand on one line, and so do a purpose and what is said of it",
  async (visit) => {
    const crooked = [];
    visit.serve("/lines.html", pageOf(POLICIES.jiminny, "en"));
    await visit.page.goto(visit.url("/lines.html"));
    await layer(visit).waitFor();
    for (const language of LANGUAGES) {
      await speak(visit, language);
      for (const window of ["desktop", "phone"]) {
        await visit.page.setViewportSize(WINDOWS[window]);
        const answers = await lines(layer(visit), ".actions button");
        const [[, reject], [, accept]] = answers;
        // Beside each other, or one below the other where a phone is too narrow for that.
        const isStraight = reject === accept || (window === "phone" && accept - reject >= 44);
        const isRow = window === "phone" || answers.every(([, bottom]) => bottom === reject);
        if (!isStraight || !isRow || answers.some(([, , count]) => count > 1))
          crooked.push([language, window, ...answers]);
        if (window !== "desktop") continue;
        // A title and the first line of what is said of it.
        const parts = await lines(layer(visit), "li strong, li span");
        for (let at = 0; at < parts.length; at += 2)
          if (parts[at][1] !== parts[at + 1][1]) crooked.push([language, parts[at], parts[at + 1]]);
      }
    }
    assert.deepEqual(crooked, []);
  },
);

// -- The settings --------------------------------------------------------------------------------

const EIGHT = policyOf(
  [...Array(12)].map((_, at) => item(`need-${at}`, "necessary")),
  {
    categories: [
      ...policyOf([]).categories,
      { id: "ads", title: { en: "Ads" }, description: { en: "Shows advertising." } },
    ],
    services: [...Array(8)].map((_, at) => ({
      id: `need-${at}`,
      category: "necessary",
      name: `Service ${at}`,
      provider: `Provider ${at}`,
      summary: { en: `Keeps thing ${at}.` },
    })),
  },
);

// A policy as a site has it in a language with long words; in the others in English.
const TITLES = {
  bg: ["Задължителни", "Функционалност", "Статистика"],
  de: ["Unbedingt erforderlich", "Funktionalität", "Reichweitenmessung"],
  el: ["Απολύτως απαραίτητα", "Λειτουργικότητα", "Στατιστικά στοιχεία"],
  en: ["Strictly necessary", "Functionality", "Analytics"],
  fi: ["Välttämättömät", "Toiminnallisuus", "Kävijätilastointi"],
  hu: ["Feltétlenül szükséges", "Működést segítő", "Látogatottságmérés"],
};
const LONG_TITLES = {
  ...JIMO,
  categories: JIMO.categories.map((category, at) => ({
    ...category,
    title: Object.fromEntries(Object.entries(TITLES).map(([language, titles]) => [language, titles[at]])),
  })),
};

for (const [name, policy] of [["eight necessary services", EIGHT], ...Object.entries(POLICIES)]) {
  visitTest(`the settings of a policy with ${name}: every switch of a category is in the first view`, async (visit) => {
    const optional = policy.categories.filter(({ necessary }) => !necessary).map(({ id }) => id);
    for (const [window, lang] of [
      ["desktop", "de"],
      ["phone", "de"],
      ["phone", "en"],
    ]) {
      await visit.page.setViewportSize(WINDOWS[window]);
      await visit.open({ policy, lang });
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      const body = await box(dialog(visit).locator(".body"));
      for (const id of optional) {
        const place = await box(dialog(visit).locator(`[name="${id}"]`));
        assert.ok(place.y + place.height <= body.y + body.height, `${window}, ${lang}: ${id} at ${place.y}`);
      }
      // The policies of tests speak English alone.
      if (lang === "de" && visit.problems.length) visit.forgive(/language-missing/);
    }
  });
}

visitTest("a service in the settings: a press shows what it is for in a line, and who is behind it", async (visit) => {
  await visit.open({ policy: EIGHT });
  await visit.control("settings").click();
  await dialog(visit).waitFor();
  const service = dialog(visit).locator("[part~=service]").first();
  assert.equal(await service.isVisible(), false);
  await dialog(visit).locator("summary").first().click();
  const words = await service.innerText();
  for (const text of ["Service 0", "Keeps thing 0.", "Provider 0"]) assert.ok(words.includes(text), words);
});

visitTest("a service that goes its own way: its category is open in the settings", async (visit) => {
  const { page } = visit;
  await visit.open({ policy: POLICIES.jiminny });
  await visit.control("settings").click();
  await dialog(visit).waitFor();
  const part = dialog(visit).locator("section", { has: page.locator("[name=sentry]") });
  await part.locator("summary").first().click();
  await part.locator("[name=sentry]").check();
  await visit.control("save").click();
  await visit.control("open").click();
  await dialog(visit).waitFor();
  assert.equal(await part.locator("[name=sentry]").isVisible(), true);
  const other = dialog(visit).locator("section", { has: page.locator("[name=logrocket]") });
  assert.equal(await other.locator("[name=logrocket]").isVisible(), false);
});

visitTest(
  "the three answers of the settings: the two that answer all are alike, and the one that saves is not",
  async (visit) => {
    await visit.open();
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    const look = (action) =>
      dialog(visit)
        .locator(`[data-consent-action=${action}]`)
        .evaluate((control) => [getComputedStyle(control).backgroundColor, getComputedStyle(control).borderColor]);
    const [reject, accept, save] = [await look("reject-all"), await look("accept-all"), await look("save")];
    assert.deepEqual(reject, accept);
    assert.notEqual(save[0], accept[0], "the ground");
    assert.equal(save[1], accept[1], "the edge is as strong");
  },
);

visitTest(
  "a phone of 320 pixels, in every language: no label of a control, no answer and no switch of the settings wraps",
  async (visit) => {
    const wrapped = [];
    visit.serve("/narrow.html", pageOf(LONG_TITLES, "en"));
    await visit.page.goto(visit.url("/narrow.html"));
    await visit.control("settings").click();
    for (const when of ["undecided", "granted"]) {
      await dialog(visit).waitFor();
      for (const language of LANGUAGES) {
        await speak(visit, language);
        for (const [text, , count] of await lines(dialog(visit), "button, .always, label"))
          if (count > 1) wrapped.push(`${language}, ${when}: ${text}`);
        const crooked = await dialog(visit).evaluate((element) => {
          const around = element.getBoundingClientRect();
          const middle = ({ top, bottom }) => (top + bottom) / 2;
          return [...element.querySelectorAll("input")].filter((input) => {
            const place = input.getBoundingClientRect();
            const label = input.parentElement.querySelector("label").getBoundingClientRect();
            const isInside = place.left > around.left && place.right < around.right;
            return !isInside || Math.abs(middle(label) - middle(place)) > 2;
          }).length;
        });
        if (crooked) wrapped.push(`${language}, ${when}: ${crooked} switches`);
      }
      if (when === "granted") break;
      await dialog(visit).locator("[data-consent-action=accept-all]").click();
      await visit.control("open").click();
    }
    assert.deepEqual(wrapped, []);
    visit.forgive(/language-missing/);
  },
  { viewport: { width: 320, height: 568 } },
);

visitTest(
  "a finger on a phone of 320 pixels: nothing that it touched stays underlined, and no switch falls below its name",
  async (visit) => {
    await visit.open({ policy: POLICIES.ijinus, lang: "de" });
    assert.equal(await visit.page.evaluate(() => matchMedia("(hover: none)").matches), true);
    await visit.control("accept-all").hover();
    assert.equal(await styleOf(visit, "accept-all", "textDecorationLine"), "none");
    await visit.control("settings").tap();
    await dialog(visit).waitFor();
    for (const { id } of POLICIES.ijinus.categories.filter(({ necessary }) => !necessary)) {
      const input = await box(dialog(visit).locator(`[name="${id}"]`));
      const title = await box(dialog(visit).locator(`#title-${id}`));
      assert.ok(input.y < title.y + title.height && input.x >= title.x + title.width, id);
    }
    const head = await box(dialog(visit).locator("[data-consent-action=close]"));
    assert.equal(head.height, 44, "the label of the closing control stands in one line");
  },
  { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true },
);
