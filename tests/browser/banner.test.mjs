// What a visitor sees and does: the first layer, the settings, the way back. Controls are found by the
// documented hooks, roles and words; how the banner is built is not looked at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { JIMO, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const region = (visit) => visit.page.getByRole("region", { name: "Cookies and your consent" });
const dialog = (visit) => visit.page.getByRole("dialog");
const openAll = (visit) =>
  dialog(visit).evaluate((element) => {
    for (const details of element.querySelectorAll("details")) details.open = true;
  });
/** The id of the element that has the focus, or the hook of the control of the banner that has it. */
const focused = (visit) =>
  visit.page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.id || element.dataset.consentAction || element.localName;
  });

visitTest("the first layer says who asks and what for, before the buttons; nothing is decided by it", async (visit) => {
  await visit.open({ body: "<h1>Page</h1>" });
  const words = await region(visit).innerText();
  let last = -1;
  for (const text of [
    JIMO.controller.name,
    ...JIMO.categories.flatMap((category) => [category.title.en, category.summary.en]),
    "Reject all",
  ]) {
    const at = words.indexOf(text, last + 1);
    assert.ok(at > last, `${text} comes in its place`);
    last = at;
  }
  const hooks = await region(visit)
    .locator("[data-consent-action]")
    .evaluateAll((all) => all.map((each) => each.dataset.consentAction).sort());
  assert.deepEqual(hooks, ["accept-all", "reject-all", "settings"]);
  for (const hook of hooks) assert.equal(await visit.control(hook).isVisible(), true);
  const first = await visit.page.evaluate(() => document.body.firstElementChild.localName);
  assert.equal(first, "consent-banner");
  assert.equal((await visit.state()).decided, false);
  assert.equal(await region(visit).getByRole("link").count(), 2);
});

/** Relative luminance and contrast, WCAG 2.2. */
function contrast(...colours) {
  const [light, dark] = colours
    .map((colour) =>
      colour
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number)
        .map((value) => value / 255),
    )
    .map((channels) => channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)))
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    .sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

for (const [name, options] of [
  ["wide", { viewport: { width: 1280, height: 720 } }],
  ["dark", { colorScheme: "dark" }],
  ["a small phone", { viewport: { width: 320, height: 480 } }],
  ["no room", { viewport: { width: 320, height: 256 } }],
  ["French", { locale: "fr-FR", viewport: { width: 360, height: 640 } }],
]) {
  visitTest(
    `refusing looks as easy as accepting: ${name}`,
    async (visit) => {
      await visit.open({ lang: "", body: "<h1>Page</h1>" });
      const look = (action) =>
        visit.control(action).evaluate((button) => {
          const style = getComputedStyle(button);
          const { width, height, top, bottom, left, right } = button.getBoundingClientRect();
          const properties = [
            "fontSize",
            "fontWeight",
            "fontFamily",
            "color",
            "backgroundColor",
            "border",
            "borderRadius",
            "padding",
            "opacity",
            "boxShadow",
            "textDecoration",
            "cursor",
            "order",
          ];
          const isInside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
          const hit = button.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return {
            width,
            height,
            style: properties.map((property) => `${property}: ${style[property]}`),
            colours: [style.color, style.backgroundColor],
            isInside,
            isHit: hit === button,
          };
        });
      const [accept, reject] = [await look("accept-all"), await look("reject-all")];
      assert.deepEqual(reject.style, accept.style);
      assert.ok(
        Math.abs(accept.width - reject.width) < 1 && accept.height === reject.height,
        `${reject.width} × ${reject.height} and ${accept.width} × ${accept.height}`,
      );
      for (const button of [accept, reject]) {
        assert.ok(contrast(...button.colours) >= 4.5, `contrast ${contrast(...button.colours)}`);
        assert.ok(button.height >= 24 && button.isInside && button.isHit, "reachable without scrolling");
      }
      const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, "the page does not scroll sideways");
    },
    options,
  );
}

visitTest("it neither takes the focus nor moves the page", async (visit) => {
  const head = `<script>window.shifts = 0;
    new PerformanceObserver((list) => { shifts += list.getEntries().length; }).observe({ type: "layout-shift", buffered: true });</script>`;
  const body = '<h1>Page</h1><p>Words</p><input id="field" autofocus><p>More words</p>';
  const twoFrames = () =>
    visit.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))),
    );
  const shifts = () => visit.page.evaluate(() => window.shifts);
  await visit.open({ head, body });
  await region(visit).waitFor();
  await twoFrames();
  assert.equal(await focused(visit), "field");
  await visit.page.keyboard.type("typed");
  assert.equal(await visit.page.locator("#field").inputValue(), "typed");
  await visit.decide("acceptAll");
  await visit.control("open").waitFor();
  await twoFrames();
  assert.equal(await focused(visit), "field", "an answer by the page's code moves no focus either");
  await visit.call("withdraw");
  await twoFrames();
  assert.equal(await shifts(), 0);
  // The observer does see shifts: the measure of the line above.
  await visit.page.evaluate(() => {
    document.querySelector("h1").style.marginTop = "200px";
  });
  await twoFrames();
  assert.notEqual(await shifts(), 0);
});

visitTest(
  "the settings: nothing preset, every item with purpose and duration, a subset is kept exactly",
  async (visit) => {
    await visit.open({ body: "<h1>Page</h1>" });
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    assert.equal(
      await dialog(visit).evaluate((element) => element.localName === "dialog" && element.matches(":modal")),
      true,
    );
    await openAll(visit);
    const switches = dialog(visit).getByRole("switch");
    assert.deepEqual(await switches.evaluateAll((all) => all.map((each) => [each.name, each.checked])), [
      ["functionality", false],
      ["jimo", false],
      ["analytics", false],
    ]);
    await openAll(visit);
    const words = await dialog(visit).innerText();
    for (const item of JIMO.items) {
      const at = words.indexOf(item.name);
      assert.ok(at >= 0, item.name);
      const rest = words.slice(at, at + 400);
      const duration =
        { session: "Until the browser is closed", persistent: "Until it is deleted" }[item.duration] ?? item.duration;
      assert.ok(rest.includes(item.purpose.en) && rest.includes(duration), rest);
    }
    assert.ok(
      words.includes("consentinel-jimo-site") && words.includes("182 days"),
      "its own cookie is told like any other",
    );

    await switches.and(visit.page.locator("[name=analytics]")).check();
    assert.equal((await visit.state()).decided, false, "a switch alone decides nothing");
    await visit.control("save").click();
    await dialog(visit).waitFor({ state: "detached" });
    assert.deepEqual(await visit.categories(), {
      analytics: "granted",
      functionality: "denied",
      "strictly-necessary": "necessary",
    });
    const [record] = await visit.ledger();
    assert.deepEqual(
      [record.action, record.via, record.granted, record.denied],
      ["save", "settings", ["analytics"], ["functionality"]],
    );

    await visit.control("open").click();
    await openAll(visit);
    assert.deepEqual(
      await switches.evaluateAll((all) => all.map((each) => each.checked)),
      [false, false, true],
      "the switches show what holds",
    );
  },
);

visitTest("Escape and Close decide nothing, and the focus returns to where it came from", async (visit) => {
  await visit.open({ body: '<button id="own" data-consent-action="open"><span id="inner">Cookies</span></button>' });
  for (const close of [() => visit.page.keyboard.press("Escape"), () => visit.control("close").click()]) {
    await visit.control("settings").click();
    await visit.page.locator("consent-banner [name=functionality]").check();
    await close();
    await dialog(visit).waitFor({ state: "detached" });
    assert.equal(await focused(visit), "settings");
    assert.equal((await visit.state()).decided, false);
    assert.equal(await region(visit).isVisible(), true, "the question stands");
  }
  assert.equal(await visit.stateCookie(), undefined);
  assert.deepEqual(await visit.ledger(), []);

  await visit.control("reject-all").click();
  assert.equal(await region(visit).count(), 0);
  assert.equal(await focused(visit), "open", "the focus goes on to the small button");
  await visit.page.keyboard.press("Enter");
  await dialog(visit).waitFor();
  await visit.page.keyboard.press("Escape");
  assert.equal(await focused(visit), "open");
  await visit.page.locator("#inner").click();
  await dialog(visit).waitFor();
  await visit.page.keyboard.press("Escape");
  assert.equal(await focused(visit), "own");
  assert.equal((await visit.ledger()).length, 1);
});

visitTest("elements of the page can open the settings; none of them can accept", async (visit) => {
  const body = `<button data-consent-action="accept-all">a</button><a href="#x" data-consent-action="save">b</a>
    <consent-banner id="fake"><button data-consent-action="accept-all">c</button></consent-banner><div id="host"></div><a id="real" href="#y" data-consent-action="open">d</a>`;
  await visit.open({ body });
  await visit.page.evaluate(() => {
    const make = (root) => {
      const button = root.appendChild(document.createElement("button"));
      button.dataset.consentAction = "accept-all";
      button.textContent = "shadow";
    };
    make(document.getElementById("host").attachShadow({ mode: "open" }));
    make(document.getElementById("fake").attachShadow({ mode: "open" }));
    const banner = document.querySelector("consent-banner:not(#fake)");
    make(banner);
    for (const button of [
      ...document.querySelectorAll("[data-consent-action]:not(#real)"),
      document.getElementById("host").shadowRoot.firstChild,
      document.getElementById("fake").shadowRoot.firstChild,
    ])
      button.click();
  });
  assert.equal((await visit.state()).decided, false);
  assert.deepEqual(await visit.jar(), []);
  await visit.page.locator("#real").click();
  await dialog(visit).waitFor();
  assert.equal(new URL(visit.page.url()).hash, "#x", "the link to #y opened the settings instead");
});

for (const [lang, locale, want] of [
  ["fr", "en-GB", "Tout refuser"],
  ["fr-CA", "en-GB", "Tout refuser"],
  ["FR", "en-GB", "Tout refuser"],
  ["en", "fr-FR", "Reject all"],
  ["", "fr-FR", "Tout refuser"],
  ["eo", "fr-BE", "Tout refuser"],
  ["eo", "cy-GB", "Reject all"],
  ["", "cy-GB", "Reject all"],
]) {
  visitTest(
    `the language: page ${lang || "says none"}, browser ${locale}`,
    async (visit) => {
      await visit.open({ lang });
      await visit.control("reject-all").waitFor();
      assert.equal(await visit.control("reject-all").textContent(), want);
      const language = want === "Reject all" ? "en" : "fr";
      assert.equal(await visit.page.locator("consent-banner").getAttribute("lang"), language);
      assert.equal(await visit.page.locator("consent-banner").getAttribute("dir"), "ltr");
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      assert.ok((await dialog(visit).innerText()).includes(JIMO.categories[2].summary[language]));
      await visit.control("reject-all").last().click();
      assert.equal((await visit.ledger())[0].notice.language, language);
      assert.equal(visit.requested(/texts/).length, language === "fr" ? 1 : 0, "only what is needed is fetched, once");
      if (locale === "cy-GB") await visit.problem(/language-missing/);
    },
    { locale },
  );
}

visitTest("a tag may name the languages that it serves; English is there without being fetched", async (visit) => {
  const tag = (languages) =>
    `<script src="/dist/consentinel.js" data-owner="takeOwner" data-languages="${languages}"></script>`;
  await visit.open({ lang: "fr", tag: tag("de es") });
  assert.equal(await visit.control("reject-all").textContent(), "Reject all");
  assert.deepEqual(visit.requested(/texts/), []);
  await visit.open({ lang: "fr", tag: tag("de fr") }, { path: "/both.html" });
  await visit.control("reject-all").waitFor();
  assert.equal(await visit.control("reject-all").textContent(), "Tout refuser");
});

visitTest(
  "texts that do not come leave English, and say so; until then nothing is asked and nothing passes",
  async (visit) => {
    let answer;
    const asked = new Promise((resolve) =>
      visit.serve("/dist/texts/fr.js", (_, response) => {
        answer = () => response.writeHead(404).end();
        resolve();
      }),
    );
    await visit.open({ lang: "fr", head: '<script>document.cookie = "_JIMO_ANALYTICS_EVENTS=1";</script>' });
    await asked;
    assert.equal(await visit.page.locator("consent-banner").count(), 0);
    assert.deepEqual(await visit.jar(), []);
    answer();
    await visit.control("reject-all").waitFor();
    assert.equal(await visit.control("reject-all").textContent(), "Reject all");
    await visit.problem(/404/);
    await visit.problem(/^consentinel: language-missing at fr/);
  },
);

visitTest(
  "settings that do not come are told, the first layer asks on, and the next click tries again",
  async (visit) => {
    let isBroken = true;
    visit.serve("/dist/consentinel.face.js", (_, response) => {
      if (isBroken) return response.writeHead(503).end();
      response
        .writeHead(200, { "Content-Type": "text/javascript" })
        .end(readFileSync(repositoryFile("dist/consentinel.face.js")));
    });
    await visit.open({
      head: "<script>window.opened = []; consentinel.on('open', ({ layer }) => opened.push(layer));</script>",
    });
    await visit.control("settings").click();
    await visit.page.getByRole("status").getByText("could not be loaded").waitFor();
    assert.equal(await region(visit).isVisible(), true);
    await visit.problem(/503/);
    await visit.problem(/^consentinel: face-unavailable/);
    isBroken = false;
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    assert.deepEqual(
      await visit.page.evaluate(() => window.opened),
      ["banner", "settings"],
      "told once it is there, and not before",
    );
    await visit.page.keyboard.press("Escape");
    assert.equal(await focused(visit), "settings");
  },
);

visitTest("a visitor who answers before the settings are there is not shown them", async (visit) => {
  let answer;
  const asked = new Promise((resolve) =>
    visit.serve("/dist/consentinel.face.js", (_, response) => {
      answer = () =>
        response
          .writeHead(200, { "Content-Type": "text/javascript" })
          .end(readFileSync(repositoryFile("dist/consentinel.face.js")));
      resolve();
    }),
  );
  await visit.open();
  await visit.control("settings").click();
  await asked;
  await visit.control("reject-all").click();
  answer();
  // A second visit to the settings comes after the first would have.
  await visit.control("open").click();
  await dialog(visit).waitFor();
  await visit.page.keyboard.press("Escape");
  await dialog(visit).waitFor({ state: "detached" });
  assert.equal((await visit.state()).decided, true);
});

const PARTNERS = {
  ...JIMO,
  services: ["FR", "US", "US", "JP", undefined].map((country, position) => ({
    id: `service-${position}`,
    category: position === 3 ? "functionality" : "analytics",
    name: `Service ${position}`,
    provider: position === 0 ? JIMO.controller.name : position < 3 ? "Counter Inc" : `Partner ${position}`,
    ...(country && { country }),
  })),
  items: JIMO.items.map(({ service, ...item }) => item),
};
visitTest("the first layer says how many partners get data, and which countries outside the EEA", async (visit) => {
  await visit.open({ policy: PARTNERS });
  const text = await region(visit).innerText();
  assert.ok(text.includes("3 partners"), text);
  assert.ok(text.includes("Japan, United States"), text);
  assert.ok(!text.includes("France"), text);
  await visit.open({ policy: { ...PARTNERS, services: PARTNERS.services.slice(0, 1) } }, { path: "/none.html" });
  assert.ok(!/partner|leaves/.test(await region(visit).innerText()), "nothing where there is nothing to say");
});

visitTest(
  "while the first layer stands at the bottom, what gets the focus is scrolled clear of it, and then all is as before",
  async (visit) => {
    const links = Array.from({ length: 60 }, (_, at) => `<p><a id="link-${at}" href="#">Link ${at}</a></p>`).join("");
    await visit.open({
      head: "<style>html { scroll-padding: 5px; }</style>",
      body: `<h1>Page</h1>${links}<p style="block-size: 100vh"></p>`,
    });
    await region(visit).waitFor();
    const elements = await visit.page.evaluate(() => document.documentElement.getAttribute("style"));
    assert.equal(elements, null, "no element of the page is changed for it");
    await visit.page.waitForFunction(
      () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockEnd) > 50,
    );
    await visit.control("settings").focus();
    for (let step = 0; step < 60; step++) {
      await visit.page.keyboard.press("Tab");
      const [bottom, top] = await visit.page.evaluate(() => [
        document.activeElement.getBoundingClientRect().bottom,
        document.querySelector("consent-banner").shadowRoot.querySelector("[part=banner]").getBoundingClientRect().top,
      ]);
      assert.ok(bottom <= top + 1, `link ${step}: ${bottom} is under ${top}`);
    }
    await visit.control("reject-all").click();
    await visit.page.waitForFunction(() => getComputedStyle(document.documentElement).scrollPaddingBlockEnd === "5px");
  },
);

visitTest("colours of a page that nobody can read give way to ours, and the developer is told", async (visit) => {
  const before =
    "<script>window.codes = []; document.addEventListener('consent:error', ({ detail }) => codes.push(...detail.problems.map(({ code }) => code)));</script>";
  for (const [style, isPlain] of [
    ["--consent-button: #eee; --consent-button-text: #fff", true],
    ["--consent-background: oklch(0.6 0.1 250); --consent-text: color(srgb 0.5 0.5 0.5)", true],
    ["--consent-background: #fff; --consent-text: #000", false],
  ]) {
    await visit.open({ before, head: `<style>consent-banner { ${style}; }</style>` });
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    assert.equal(await visit.page.locator("consent-banner").getAttribute("plain"), isPlain ? "" : null, style);
    assert.deepEqual(await visit.page.evaluate(() => window.codes), isPlain ? ["contrast-low"] : []);
    if (isPlain) await visit.problem(/^consentinel: contrast-low/);
  }
});

visitTest("refusing with the keyboard alone takes a few keys and traps nobody", async (visit) => {
  await visit.open({ body: '<a id="link" href="#content">Page</a>' });
  await region(visit).waitFor();
  const order = [];
  while (order.at(-1) !== "link" && order.length < 12) {
    await visit.page.keyboard.press("Tab");
    order.push(await focused(visit));
  }
  assert.deepEqual(
    order.filter((hook) => /-all|settings|link/.test(hook)),
    ["reject-all", "accept-all", "settings", "link"],
  );
  assert.ok(order.indexOf("reject-all") <= 3, `reached in ${order.indexOf("reject-all") + 1} steps: ${order}`);
  for (let steps = order.length - 1 - order.indexOf("reject-all"); steps > 0; steps--)
    await visit.page.keyboard.press("Shift+Tab");
  const outline = await visit.control("reject-all").evaluate((button) => getComputedStyle(button).outlineStyle);
  assert.equal(outline, "solid", "the focus shows");
  await visit.page.keyboard.press("Enter");
  assert.deepEqual(Object.values(await visit.categories()).sort(), ["denied", "denied", "necessary"]);
  await visit.page.keyboard.press("Tab");
  assert.equal(await focused(visit), "link");
});

visitTest("a privacy tool refuses in one click, by the hook that is documented", async (visit) => {
  await visit.open();
  await visit.page.evaluate(() =>
    document
      .querySelector("consent-banner")
      ?.shadowRoot.querySelector('[part="banner"] [data-consent-action="reject-all"]')
      ?.click(),
  );
  assert.deepEqual(Object.values(await visit.categories()).sort(), ["denied", "denied", "necessary"]);
  assert.equal(await region(visit).count(), 0);
});

visitTest("the page's own colours reach both answers alike", async (visit) => {
  const style = (action) =>
    visit
      .control(action)
      .evaluate((button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color]);
  await visit.open({
    head: "<style>:root { --consent-button: rgb(1, 2, 3); --consent-button-text: rgb(250, 251, 252); } button { display: none; }</style>",
  });
  assert.deepEqual(await style("accept-all"), ["rgb(1, 2, 3)", "rgb(250, 251, 252)"]);
  assert.deepEqual(await style("reject-all"), await style("accept-all"));
  assert.equal(
    await visit.control("reject-all").isVisible(),
    true,
    "the page's style for its own buttons does not reach them",
  );
});

visitTest(
  "a strict Content-Security-Policy meets one attempt to make a policy of ours, and the banner is styled all the same",
  async (visit) => {
    const headers = {
      "Content-Security-Policy":
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'",
    };
    visit.serve(
      "/watch.js",
      'window.violations = []; document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));',
    );
    await visit.open({ before: '<script src="/watch.js"></script>' }, { headers });
    const styled = await visit.page.locator("consent-banner").evaluate((host) => getComputedStyle(host).display);
    assert.equal(styled, "contents");
    await visit.control("settings").click();
    await visit.page.locator("consent-banner [name=analytics]").check();
    await visit.control("save").click();
    await visit.control("open").click();
    assert.equal((await visit.categories()).analytics, "granted");
    assert.deepEqual(await visit.page.evaluate(() => window.violations), ["trusted-types"]);
    // The measure: this page does refuse what the banner leaves alone.
    await visit.page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("style"), { textContent: "h1 {}" }));
    });
    assert.deepEqual(await visit.page.evaluate(() => window.violations), ["trusted-types", "style-src-elem"]);
    await visit.problem(/inline style/);
    await visit.problem(/TrustedTypePolicy named 'consentinel'/);
  },
);

visitTest("a page that rebuilds its body keeps the question", async (visit) => {
  await visit.open();
  await visit.page.evaluate(() => {
    document.body.innerHTML = "<h1>Rebuilt</h1>";
  });
  await region(visit).waitFor();
});

visitTest("that an answer was kept is also said", async (visit) => {
  await visit.open();
  const status = visit.page.getByRole("status");
  await visit.control("reject-all").click();
  await status.getByText("Your choice has been saved.").waitFor({ state: "attached" });
  await visit.control("open").click();
  await visit.control("save").click();
  await status.getByText("Your choice has been saved.").last().waitFor({ state: "attached" });
});
