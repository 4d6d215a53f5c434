// Situations of real sites in which the layers must look made for them: how much of the page the question covers, whose
// colours and font it takes, what it says at once and what behind a press.
//
// Left out: WCAG as a whole (tests/access), the law (tests/law), and pictures, which are for people (docs/looks.md).

import assert from "node:assert/strict";
import { item, JIMO, policyOf, site } from "./site.mjs";
import { LANGUAGES, POLICIES, WINDOWS, most, pageOf, share } from "./shares.mjs";

const visitTest = site();
const layer = (visit) => visit.page.locator("consent-banner [part~=banner]");
const dialog = (visit) => visit.page.getByRole("dialog");
const box = (locator) => locator.boundingBox();

// -- How much of the page ------------------------------------------------------------------------

for (const [name, policy] of Object.entries(POLICIES)) {
  visitTest(
    `the policy of ${name}, in every language: the question covers no more of a window than it may`,
    async (visit) => {
      const over = [];
      for (const language of LANGUAGES) {
        visit.serve("/share.html", pageOf(policy, language));
        await visit.page.goto(visit.url("/share.html"));
        await layer(visit).waitFor();
        for (const [window, size] of Object.entries(WINDOWS)) {
          const covered = await share(visit.page, size);
          if (covered > most(name, window)) over.push(`${language}, ${window}: ${covered} %`);
          // On a desktop nothing has to be scrolled to.
          const hidden = await layer(visit)
            .locator(".words")
            .evaluate((words) => words.scrollHeight - words.clientHeight);
          if (window === "desktop" && hidden > 0) over.push(`${language}, ${window}: ${hidden} pixels are hidden`);
        }
      }
      assert.deepEqual(over, []);
    },
  );
}

for (const layout of ["compact", "full"]) {
  visitTest(`a phone held sideways, ${layout}: a third of the page stays, in every place`, async (visit) => {
    for (const placement of ["bottom", "corner", "center"]) {
      visit.serve("/side.html", pageOf({ ...POLICIES.jiminny, layout, placement }, "de"));
      await visit.page.goto(visit.url("/side.html"));
      await layer(visit).waitFor();
      const covered = await share(visit.page, WINDOWS["phone held sideways"]);
      assert.ok(covered <= 200 / 3, `${placement}: ${covered} %`);
    }
  });

  visitTest(`a card in the corner of a desktop, ${layout}: it is at most half as high as the window`, async (visit) => {
    visit.serve("/corner.html", pageOf({ ...POLICIES.jiminny, layout, placement: "corner" }, "de"));
    await visit.page.goto(visit.url("/corner.html"));
    await layer(visit).waitFor();
    await visit.page.setViewportSize(WINDOWS.desktop);
    assert.ok((await box(layer(visit))).height <= 400);
  });

  visitTest(
    `a footer on a phone, ${layout}: it can be scrolled clear of the question, in every place`,
    async (visit) => {
      await visit.page.setViewportSize(WINDOWS.phone);
      for (const placement of ["bottom", "corner", "center"]) {
        await visit.open({
          policy: { ...JIMO, layout, placement },
          body: `<p style="height: 2000px">Words</p><footer><a id="imprint" href="#imprint">Imprint</a></footer>`,
        });
        await layer(visit).waitFor();
        await visit.page.waitForFunction(() => getComputedStyle(document.documentElement).paddingBlockEnd !== "0px");
        await visit.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        const [footer, ours] = [await box(visit.page.locator("#imprint")), await box(layer(visit))];
        assert.ok(footer.y + footer.height <= ours.y, `${placement}: ${footer.y} under ${ours.y}`);
      }
    },
  );
}

// -- What it says --------------------------------------------------------------------------------

const LONG = "Counts visits, e.g. by day, and tells which pages are read";
const PLAIN = policyOf([item("opt")], {
  categories: [
    { id: "necessary", necessary: true, title: { en: "Needed" }, description: { en: "Keeps your basket." } },
    { id: "analytics", title: { en: "Counting" }, description: { en: `${LONG}. Kept for 2 months.` } },
    {
      id: "ads",
      title: { en: "Ads" },
      description: { en: "Shows ads. Kept long." },
      summary: { en: "Shows advertising." },
    },
  ],
});

visitTest("a purpose that says more: one press opens it in its place, and nothing moves", async (visit) => {
  await visit.page.setViewportSize(WINDOWS.desktop);
  await visit.open({ body: "<h1>Page</h1>" });
  const first = layer(visit).locator("details").first();
  const places = async () =>
    Promise.all(
      [layer(visit), first.locator("summary"), visit.control("reject-all"), visit.control("accept-all")].map(box),
    );
  const before = await places();
  const description = first.getByText(JIMO.categories[0].description.en);
  assert.equal(await description.isVisible(), false);
  await first.locator("summary").focus();
  await visit.page.keyboard.press("Enter");
  await description.waitFor();
  assert.deepEqual(await places(), before);
  assert.match(await first.ariaSnapshot(), /signed in to Jimo/);
  await visit.page.keyboard.press("Enter");
  await description.waitFor({ state: "hidden" });
  assert.deepEqual(await places(), before);
  // The last one opens where there was no room: it is scrolled into sight.
  const last = layer(visit).locator("details").last();
  await last.locator("summary").click();
  await visit.page.waitForFunction(() => {
    const words = document.querySelector("consent-banner").shadowRoot.querySelector(".words");
    const shown = words.querySelector("li:last-child p").getBoundingClientRect();
    return shown.height > 0 && shown.bottom <= words.getBoundingClientRect().bottom + 1;
  });
  assert.deepEqual((await places())[0], before[0]);
  assert.equal((await visit.state()).decided, false);
});

visitTest("a policy without summaries: the first sentence stands there, whole", async (visit) => {
  await visit.open({ policy: PLAIN });
  const lines = await layer(visit)
    .locator("li")
    .evaluateAll((all) => all.map((line) => line.querySelector("span").textContent));
  assert.deepEqual(lines, ["Keeps your basket.", `${LONG}.`, "Shows advertising."]);
  // What has no more to say opens nothing.
  assert.equal(await layer(visit).locator("details").count(), 2);
  const notice = await visit.page.evaluate(() => window.consentinel.notice());
  assert.deepEqual(
    notice.categories.map(({ summary }) => summary),
    lines,
  );
});

visitTest("the same in full: every description stands there, and nothing opens", async (visit) => {
  await visit.open({ policy: { ...PLAIN, layout: "full" } });
  const words = await layer(visit).innerText();
  for (const { description } of PLAIN.categories) assert.ok(words.includes(description.en), description.en);
  assert.equal(await layer(visit).locator("details").count(), 0);
});

visitTest("an upgrade and a redesign: a summary, a layout and links ask nobody again", async (visit) => {
  const old = structuredClone(JIMO);
  for (const entry of [...old.categories, ...old.services]) delete entry.summary;
  await visit.open({ policy: old });
  await visit.control("accept-all").click();
  const { value } = await visit.stateCookie();
  const link = { title: { en: "Imprint" }, url: "https://www.usejimo.com/legal" };
  for (const more of [{}, { layout: "full" }, { layout: "compact" }, { links: [link] }]) {
    await visit.open({ policy: { ...JIMO, ...more } });
    assert.equal((await visit.state()).decided, true, JSON.stringify(more));
    assert.equal(await layer(visit).count(), 0);
  }
  assert.equal((await visit.stateCookie()).value, value);
});

visitTest("an owner who must name an imprint: the link stands beside the policies, on both layers", async (visit) => {
  const links = [
    { title: { en: "Imprint", fr: "Mentions légales" }, url: "https://www.usejimo.com/legal" },
    { title: { en: "Contact" }, url: "https://www.usejimo.com/contact" },
  ];
  for (const layout of ["compact", "full"]) {
    await visit.forget();
    await visit.open({ lang: "fr", policy: { ...JIMO, layout, links } });
    const told = async (root) =>
      (await root.getByRole("link").evaluateAll((all) => all.map((each) => [each.textContent, each.href]))).slice(-2);
    const wanted = [
      ["Mentions légales", links[0].url],
      ["Contact", links[1].url],
    ];
    // The French texts come after the tag.
    await layer(visit).waitFor();
    assert.deepEqual(await told(layer(visit)), wanted);
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    assert.deepEqual(await told(dialog(visit)), wanted);
  }
});

// -- Whose looks ---------------------------------------------------------------------------------

const styleOf = (visit, action, property) =>
  visit.control(action).evaluate((control, name) => getComputedStyle(control)[name], property);

visitTest("a page with a font of its own: ours are set in it, and in another where the site says so", async (visit) => {
  await visit.open({ head: "<style>body { font-family: Georgia, serif }</style>" });
  assert.equal(await styleOf(visit, "accept-all", "fontFamily"), "Georgia, serif");
  await visit.control("reject-all").click();
  await visit.control("open").waitFor();
  assert.equal(await styleOf(visit, "open", "fontFamily"), "Georgia, serif");
  await visit.forget();
  await visit.open({ head: "<style>body { font-family: Georgia } consent-banner { --consent-font: Verdana }</style>" });
  assert.equal(await styleOf(visit, "accept-all", "fontFamily"), "Verdana");
});

/** Relative luminance of a colour as the browser draws it, WCAG 2.2. */
const drawn = (visit, action, property) =>
  visit.control(action).evaluate((control, name) => {
    const pixel = document.createElement("canvas").getContext("2d");
    pixel.fillStyle = getComputedStyle(control)[name];
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }, property);

visitTest(
  "a site with an accent: both answers take it, and black or white on it, whichever can be read",
  async (visit) => {
    const accents = [
      "#ff5a1f",
      "#0057ff",
      "#757575",
      "#7a7a7a",
      "#ffe600",
      "white",
      "black",
      "oklch(60% .25 20)",
      "rebeccapurple",
    ];
    for (const scheme of ["light", "dark"]) {
      await visit.page.emulateMedia({ colorScheme: scheme });
      for (const accent of accents) {
        await visit.open({ head: `<style>consent-banner { --consent-accent: ${accent} }</style>` });
        const parts = ["backgroundColor", "color"];
        const looks = {};
        for (const action of ["reject-all", "accept-all"])
          looks[action] = await Promise.all(parts.map((part) => drawn(visit, action, part)));
        assert.deepEqual(looks["reject-all"], looks["accept-all"], accent);
        const [dark, light] = looks["accept-all"].toSorted((one, other) => one - other);
        assert.ok((light + 0.05) / (dark + 0.05) >= 4.5, `${scheme}, ${accent}: ${(light + 0.05) / (dark + 0.05)}`);
      }
    }
  },
);

for (const [page, scheme, system, isDark] of [
  ["is light", ":root { color-scheme: light }", "dark", false],
  ["is dark", ":root { color-scheme: dark }", "light", true],
  ["is dark below its root", "body { color-scheme: only dark }", "light", true],
  ["follows the system", ":root { color-scheme: light dark }", "dark", true],
  ["says nothing", "", "dark", true],
  ["says nothing", "", "light", false],
]) {
  visitTest(
    `a page that ${page}, on a system that is ${system}: the layers are ${isDark ? "dark" : "light"}`,
    async (visit) => {
      await visit.page.emulateMedia({ colorScheme: system });
      await visit.open({ head: `<style>${scheme}</style>` });
      const is = async (locator) =>
        (await locator.evaluate((element) => getComputedStyle(element).backgroundColor)) !== "rgb(255, 255, 255)";
      assert.equal(await is(layer(visit)), isDark);
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      assert.equal(await is(dialog(visit)), isDark);
      await visit.control("reject-all").last().click();
      await visit.control("open").waitFor();
      assert.equal(await is(visit.control("open")), isDark);
      await visit.page.reload();
      await visit.control("open").waitFor();
      assert.equal(await is(visit.control("open")), isDark, "without the second part, too");
    },
  );
}

visitTest("a page that is dark by its meta element: the layers are dark", async (visit) => {
  await visit.page.emulateMedia({ colorScheme: "light" });
  await visit.open({ before: '<meta name="color-scheme" content="dark">' });
  const background = await layer(visit).evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.notEqual(background, "rgb(255, 255, 255)");
});

visitTest("a page whose theme is switched: what is there changes with it", async (visit) => {
  await visit.page.emulateMedia({ colorScheme: "light" });
  await visit.open({ head: "<style>:root { color-scheme: light } .dark { color-scheme: dark }</style>" });
  const background = () => layer(visit).evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.equal(await background(), "rgb(255, 255, 255)");
  await visit.page.evaluate(() => document.documentElement.classList.add("dark"));
  assert.notEqual(await background(), "rgb(255, 255, 255)");
});

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
