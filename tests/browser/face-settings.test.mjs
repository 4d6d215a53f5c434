// The settings: a switch for each category and each service, what they show, what saving keeps, and how they
// are used by key, by screen reader, in a narrow window and with the colours of the system.
//
// Left out: the way into and out of the settings (banner), the history in them (face-history).

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();

const SERVICES = [
  {
    id: "counter",
    category: "analytics",
    name: "Counter",
    provider: "Counter GmbH",
    country: "DE",
    policyUrl: "https://counter.example/privacy",
  },
  { id: "heat", category: "analytics", name: "Heat", provider: "Heat Inc.", country: "US" },
  { id: "player", category: "functionality", name: "Player", provider: "Player Ltd", country: "GB" },
  { id: "cdn", category: "necessary", name: "Files", provider: "Files AG", country: "CH" },
];
const POLICY = policyOf(
  [
    item("need", "necessary"),
    item("opt", "analytics", { service: "heat", duration: "13 months", party: "third" }),
    item("opt_2"),
    item("fun", "functionality"),
  ],
  { services: SERVICES },
);

const dialog = (visit) => visit.page.getByRole("dialog");
const control = (visit, name) => dialog(visit).locator(`[name="${name}"]`);
const shown = (visit) =>
  dialog(visit)
    .getByRole("switch")
    .evaluateAll((all) => Object.fromEntries(all.map((each) => [each.name, each.checked])));
const NONE = { functionality: false, player: false, analytics: false, counter: false, heat: false };

async function openSettings(visit, parts = {}, options) {
  await visit.open({ policy: POLICY, body: "<h1>Page</h1>", ...parts }, options);
  await visit.control("settings").click();
  await dialog(visit).waitFor();
}

/** Everything that opens in its place. */
const openAll = (visit) =>
  dialog(visit).evaluate((element) => {
    for (const details of element.querySelectorAll("details")) details.open = true;
  });

visitTest(
  "nothing is preset; a category sets its services, a service only itself, and exactly that is kept",
  async (visit) => {
    await openSettings(visit);
    await openAll(visit);
    assert.deepEqual(await shown(visit), NONE);
    await control(visit, "analytics").check();
    assert.deepEqual(await shown(visit), { ...NONE, analytics: true, counter: true, heat: true });
    await control(visit, "heat").uncheck();
    await control(visit, "player").check();
    const wanted = { ...NONE, analytics: true, counter: true, player: true };
    assert.deepEqual(await shown(visit), wanted);
    assert.equal((await visit.state()).decided, false);
    await visit.control("save").click();
    const state = await visit.state();
    assert.deepEqual(
      [state.categories, state.services],
      [
        { analytics: "granted", functionality: "denied", necessary: "necessary" },
        { cdn: "necessary", counter: "granted", heat: "denied", player: "granted" },
      ],
    );
    const [record] = await visit.ledger();
    assert.deepEqual(
      [record.granted, record.denied],
      [
        ["analytics", "player"],
        ["functionality", "heat"],
      ],
    );
    assert.deepEqual(
      await visit.page.evaluate(() => ["counter", "heat", "player"].map((name) => window.consentinel.has(name))),
      [true, false, true],
    );
    await visit.page.reload();
    await visit.control("open").click();
    await dialog(visit).waitFor();
    assert.deepEqual(await shown(visit), wanted, "the switches show what holds");
  },
);

visitTest("withdrawing takes one action wherever anything is granted, be it one service", async (visit) => {
  await openSettings(visit);
  assert.equal(await visit.control("withdraw").count(), 0);
  await openAll(visit);
  await control(visit, "player").check();
  await visit.control("save").click();
  await visit.control("open").click();
  await visit.control("withdraw").click();
  assert.deepEqual(Object.values((await visit.state()).services).toSorted(), [
    "denied",
    "denied",
    "denied",
    "necessary",
  ]);
  assert.equal((await visit.ledger()).at(-1).action, "withdraw");
});

visitTest("services and items say who they are, where, and for how long, in the visitor's words", async (visit) => {
  await openSettings(visit);
  await openAll(visit);
  const services = await dialog(visit).locator("[part=service]").allInnerTexts();
  const lines = services.map((text) => text.replace(/\s+/g, " "));
  assert.deepEqual(
    lines.map((line) => /(Germany|United States|United Kingdom|Switzerland)/.exec(line)?.[1]).toSorted(),
    ["Germany", "Switzerland", "United Kingdom", "United States"],
  );
  assert.ok(
    lines.some((line) => line.includes("Counter GmbH") && line.includes("Privacy policy")),
    lines.join("\n"),
  );
  const words = (await dialog(visit).innerText()).replace(/\s+/g, " ");
  for (const text of [
    "2 stored items",
    "1 stored item",
    "Heat (Heat Inc.)",
    "13 months",
    "A third party",
    "For opt.",
    "Test SAS",
    "Always on",
  ])
    assert.ok(words.includes(text), text);
  assert.equal(
    (await control(visit, "necessary").count()) + (await control(visit, "cdn").count()),
    0,
    "what is necessary has no switch",
  );
});

visitTest("screen readers hear what each switch is for, and in which group it stands", async (visit) => {
  await openSettings(visit);
  await openAll(visit);
  const group = dialog(visit).getByRole("group", { name: "Title of analytics" });
  for (const name of ["Title of analytics", "Counter", "Heat"])
    await group.getByRole("switch", { name, exact: true }).waitFor();
  assert.deepEqual(await dialog(visit).getByRole("heading").allInnerTexts(), [
    "Cookie settings",
    "Title of necessary",
    "Title of functionality",
    "Title of analytics",
  ]);
  const described = await control(visit, "analytics").evaluate(
    (input) => input.getRootNode().getElementById(input.getAttribute("aria-describedby")).textContent,
  );
  assert.equal(described, "About analytics.");
});

visitTest("everything can be reached and done by key, and the focus returns to where it came from", async (visit) => {
  await visit.open({ policy: POLICY, body: "<h1>Page</h1>" });
  await visit.control("reject-all").click();
  await visit.control("open").focus();
  await visit.page.keyboard.press("Enter");
  await dialog(visit).waitFor();
  await openAll(visit);
  const order = [];
  for (let step = 0; step < 40; step++) {
    const name = await visit.page.evaluate(() => {
      const element = document.activeElement.shadowRoot?.activeElement;
      return element && (element.name || element.dataset.consentAction || element.localName);
    });
    if (order.length && name === order[0]) break;
    if (name) order.push(name);
    await visit.page.keyboard.press("Tab");
  }
  for (const name of [
    "close",
    "analytics",
    "counter",
    "heat",
    "functionality",
    "player",
    "summary",
    "reject-all",
    "accept-all",
    "save",
  ])
    assert.ok(order.includes(name), `${name} in ${order}`);
  assert.ok(
    order.indexOf("functionality") < order.indexOf("player") &&
      order.indexOf("player") < order.indexOf("analytics") &&
      order.indexOf("heat") < order.indexOf("save"),
    order.join(),
  );
  await control(visit, "heat").focus();
  await visit.page.keyboard.press("Space");
  assert.equal((await shown(visit)).heat, true);
  await visit.page.keyboard.press("Escape");
  await dialog(visit).waitFor({ state: "detached" });
  assert.equal(
    await visit.page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.dataset.consentAction),
    "open",
  );
  assert.equal((await visit.ledger()).length, 1, "closing decides nothing");
});

for (const [name, lang, options, spacing] of [
  ["320 px", "en", { viewport: { width: 320, height: 640 } }],
  ["320 px, 256 px high", "en", { viewport: { width: 320, height: 256 } }],
  ["320 px with spaced text", "en", { viewport: { width: 320, height: 640 } }, true],
  ["forced colours", "en", { viewport: { width: 640, height: 480 }, forcedColors: "active" }],
  [
    "dark, reduced motion",
    "fr",
    { viewport: { width: 480, height: 640 }, colorScheme: "dark", reducedMotion: "reduce" },
  ],
]) {
  visitTest(
    `it fits and can be hit: ${name}`,
    async (visit) => {
      await openSettings(visit, { lang });
      // The policy of this test has English texts only.
      if (lang !== "en") await visit.problem(/language-missing/);
      await openAll(visit);
      if (spacing) {
        await visit.page.evaluate(() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(
            "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }",
          );
          document.querySelector("consent-banner").shadowRoot.adoptedStyleSheets.push(sheet);
        });
      }
      const faults = await dialog(visit).evaluate((element) => {
        const found = [];
        const outside = element.getBoundingClientRect();
        if (outside.left < 0 || outside.right > innerWidth || element.scrollWidth > element.clientWidth)
          found.push(`the dialog is ${element.scrollWidth} wide in ${innerWidth}`);
        const body = element.querySelector(".body");
        if (body.scrollWidth > body.clientWidth)
          found.push(`words are ${body.scrollWidth} wide in ${body.clientWidth}`);
        for (const target of element.querySelectorAll("button, input, summary, a")) {
          const { width, height, left, right } = target.getBoundingClientRect();
          if (height < 24 || width < 24) found.push(`${target.outerHTML} is ${width} × ${height}`);
          if (left < outside.left || right > outside.right) found.push(`${target.outerHTML} is cut`);
          if (target.scrollWidth > target.clientWidth + 1 && target.localName === "button")
            found.push(`${target.textContent} overflows`);
        }
        return found;
      });
      assert.deepEqual(faults, []);
      for (const action of ["save", "accept-all"]) {
        const button = dialog(visit).locator(`[data-consent-action=${action}]`);
        await button.scrollIntoViewIfNeeded();
        const isHit = await button.evaluate((button) => {
          const { left, right, top, bottom } = button.getBoundingClientRect();
          return button.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2) === button;
        });
        assert.ok(isHit, action);
      }
    },
    options,
  );
}

visitTest(
  "a switch shows its state without colours, too",
  async (visit) => {
    await openSettings(visit);
    await openAll(visit);
    const knob = () =>
      control(visit, "heat").evaluate((input) => [
        getComputedStyle(input, "::before").marginInlineStart,
        getComputedStyle(input).backgroundColor,
      ]);
    const off = await knob();
    await control(visit, "heat").check();
    const on = await knob();
    assert.notEqual(off[0], on[0]);
    assert.notEqual(off[1], on[1]);
  },
  { forcedColors: "active", reducedMotion: "reduce" },
);
