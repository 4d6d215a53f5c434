// Situations of real sites in which the layers must look made for them: how much of the page the question covers, whose
// colours and font it takes, what it says at once and what behind a press.
//
// Left out: letters and the settings (real-settings.test.mjs), WCAG as a whole (tests/access), the law (tests/law), and
// pictures, which are for people (docs/looks.md).

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
      visit.serve("/share.html", pageOf(policy, "en"));
      await visit.page.goto(visit.url("/share.html"));
      await layer(visit).waitFor();
      for (const language of LANGUAGES) {
        // The page goes on in it, and the layer with it, which takes less time than a page for each.
        await visit.page.evaluate((tag) => void (document.documentElement.lang = tag), language);
        await visit.page.locator(`consent-banner[lang="${language}"]`).waitFor({ state: "attached" });
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
    // Windows of 1024 × 600 with and without the bars of a browser, and what lies between them and a large one.
    for (const [width, heights] of [
      [1280, [800, 720, 672, 640, 600]],
      [1024, [600, 540, 480]],
    ]) {
      for (const height of heights) {
        await visit.page.setViewportSize({ width, height });
        const card = await box(layer(visit));
        assert.ok(card.height <= height / 2, `${width} × ${height}: ${card.height}`);
        const words = await box(layer(visit).locator(".words"));
        assert.ok(words.height >= 80, `${width} × ${height}: ${words.height} for the words, which scroll`);
        for (const action of ["reject-all", "accept-all", "settings"]) {
          const answer = await box(visit.control(action));
          const isInside = answer.y >= words.y + words.height && answer.y + answer.height <= card.y + card.height;
          assert.ok(isInside && answer.height >= 44, `${width} × ${height}: ${action}`);
        }
      }
    }
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
  // All but the marks of the policies under which it counts.
  const answer = (text) => text.replace(/(-\w+)+$|(-\w+)+(?=~)/g, "");
  assert.equal(answer((await visit.stateCookie()).value), answer(value));
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

/** What these elements of the layer have of a style, as a list without repetitions. */
const styles = (root, selector, property) =>
  root
    .locator(selector)
    .evaluateAll((all, name) => [...new Set(all.map((one) => getComputedStyle(one)[name]))], property);

visitTest("a visitor who wants more contrast: nothing is soft, on both layers", async (visit) => {
  for (const scheme of ["light", "dark"]) {
    await visit.forget();
    await visit.page.emulateMedia({ colorScheme: scheme, contrast: "no-preference" });
    await visit.open();
    const look = async (root) => {
      const [text] = await styles(root, "h2", "color");
      return {
        isOne: (await styles(root, "span, p, summary", "color")).every((colour) => colour === text),
        isEdged: (await root.evaluate((element) => getComputedStyle(element).borderTopColor)) === text,
      };
    };
    const both = async (wanted) => {
      assert.deepEqual(await look(layer(visit)), wanted, `first layer, ${scheme}`);
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      assert.deepEqual(await look(dialog(visit)), wanted, `settings, ${scheme}`);
      await visit.control("close").click();
      await dialog(visit).waitFor({ state: "detached" });
    };
    await both({ isOne: false, isEdged: false });
    await visit.page.emulateMedia({ colorScheme: scheme, contrast: "more" });
    await both({ isOne: true, isEdged: true });
    // What a site sets as soft does not soften it either.
    await visit.page.addStyleTag({ content: "consent-banner { --consent-soft: #999; --consent-line: #eee }" });
    await both({ isOne: true, isEdged: true });
  }
});

visitTest("a site that is tighter or airier: the room changes, what can be pressed does not", async (visit) => {
  const { page } = visit;
  for (const window of ["desktop", "phone"]) {
    await page.setViewportSize(WINDOWS[window]);
    const rooms = [];
    // The last two are kept within bounds.
    for (const density of [".75", "1", "1.25", "0", "9"]) {
      await visit.open({ head: `<style>consent-banner { --consent-density: ${density} }</style>` });
      const padding = (root, selector) =>
        root.locator(selector).evaluate((element) => parseFloat(getComputedStyle(element).paddingInlineStart));
      const targets = (root) =>
        root
          .locator("button, summary, input, a")
          .evaluateAll((all) => Math.min(...all.map((one) => one.getBoundingClientRect().height)));
      const seen = [await padding(layer(visit), ".words")];
      for (const action of ["reject-all", "accept-all"]) assert.ok((await box(visit.control(action))).height >= 44);
      assert.ok((await targets(layer(visit))) >= 24, density);
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      seen.push(await padding(dialog(visit), ".body"));
      assert.ok((await dialog(visit).locator("summary").first().boundingBox()).height >= 24, density);
      rooms.push(seen);
    }
    const [tight, plain, airy, none, much] = rooms;
    assert.deepEqual(
      [tight, plain, airy],
      [
        [12, 12],
        [16, 16],
        [20, 20],
      ],
    );
    assert.deepEqual(
      [none, much],
      [
        [8, 8],
        [32, 32],
      ],
    );
  }
});

visitTest("a system with forced colours: layers and answers have edges, both answers are alike", async (visit) => {
  await visit.page.emulateMedia({ forcedColors: "active" });
  await visit.open({
    head: "<style>consent-banner { --consent-accent: #ffe600; --consent-line: transparent }</style>",
  });
  const edges = (root) =>
    root.evaluate((element) =>
      [element, ...element.querySelectorAll("button")].map((one) => {
        const { borderTopWidth, borderTopColor, borderTopStyle, backgroundColor } = getComputedStyle(one);
        return parseFloat(borderTopWidth) >= 1 && borderTopStyle === "solid" && borderTopColor !== backgroundColor;
      }),
    );
  const look = (root, action) =>
    root
      .locator(`[data-consent-action=${action}]`)
      .evaluate((one) =>
        ["color", "backgroundColor", "borderTopColor", "outlineColor"].map((name) => getComputedStyle(one)[name]),
      );
  assert.deepEqual(await edges(layer(visit)), [true, true, true, true]);
  assert.deepEqual(await look(layer(visit), "reject-all"), await look(layer(visit), "accept-all"));
  await visit.control("settings").click();
  await dialog(visit).waitFor();
  assert.ok((await edges(dialog(visit))).every(Boolean));
  assert.deepEqual(await look(dialog(visit), "reject-all"), await look(dialog(visit), "accept-all"));
  await dialog(visit).locator("[data-consent-action=save]").click();
  await visit.control("open").waitFor();
  const [width, colour] = await visit
    .control("open")
    .evaluate((one) => [getComputedStyle(one).borderTopWidth, getComputedStyle(one).borderTopColor]);
  assert.equal(width, "1px");
  assert.notEqual(colour, "rgba(0, 0, 0, 0)");
});

visitTest(
  "a browser that cannot choose the text on an accent: both answers have our own colours, which can be read",
  async (visit) => {
    await visit.open({ head: "<style>consent-banner { --consent-accent: #ffe600 }</style>" });
    assert.equal(await styleOf(visit, "accept-all", "backgroundColor"), "rgb(255, 230, 0)");
    // As in a browser without relative colours: what asks for them is left out of the style.
    const left = await layer(visit).evaluate((element) => {
      const sheets = element.getRootNode().adoptedStyleSheets;
      let count = 0;
      for (const sheet of sheets) {
        for (let at = sheet.cssRules.length - 1; at >= 0; at--) {
          if (!sheet.cssRules[at].conditionText?.includes("color(from")) continue;
          sheet.deleteRule(at);
          count += 1;
        }
      }
      return count;
    });
    assert.equal(left, 1);
    for (const action of ["reject-all", "accept-all"]) {
      assert.equal(await styleOf(visit, action, "backgroundColor"), "rgb(26, 36, 51)");
      assert.equal(await styleOf(visit, action, "color"), "rgb(255, 255, 255)");
    }
    // One whose text the site chose itself is taken.
    await visit.page.addStyleTag({
      content: "consent-banner { --consent-button: #ffe600; --consent-button-text: #000 }",
    });
    assert.equal(await styleOf(visit, "accept-all", "backgroundColor"), "rgb(255, 230, 0)");
  },
);
