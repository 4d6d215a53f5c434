// What a visitor meets where a part of their choice counts only once the page is loaded anew: the words, the
// controls, where the focus goes; that nothing but their own click loads the page; and that it is said
// beforehand where every grant does so.
//
// Left out: what waits, and what the gate lets through before and after (the tests of the browser's gate).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { item, policyOf, repositoryFile, site } from "./site.mjs";

const { bannerMarkup } = await import(repositoryFile("dist/npm/server.js"));
const visitTest = site();
const {
  reload: WORDS,
  reloadOnGrant: BEFOREHAND,
  saved: SAVED,
} = JSON.parse(readFileSync(repositoryFile("www/texts/en.json"), "utf8"));

const POLICY = policyOf([item("opt")], {
  services: [
    {
      id: "counter",
      category: "analytics",
      name: "Counter",
      provider: "Counter GmbH",
      country: "DE",
      hosts: ["127.0.0.1"],
    },
    {
      id: "player",
      category: "functionality",
      name: "Player",
      provider: "Player Ltd",
      country: "GB",
      hosts: ["player.example"],
    },
  ],
});
const STRICT = { ...POLICY, gate: "browser" };
const BODY = '<h1>Page</h1><p><input id="field" aria-label="Field"></p><p><a id="link" href="#x">Link</a></p>';

const offer = (visit) => visit.page.locator("consent-banner [part=reload]");
const dialog = (visit) => visit.page.getByRole("dialog");
const own = (visit, action) => offer(visit).locator(`[data-consent-action="${action}"]`);
const status = (visit) => visit.page.locator("consent-banner [part=status]").textContent();
const focused = (visit) =>
  visit.page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.id || element.dataset.consentAction || element.getAttribute("part") || element.localName;
  });
/** Says of this load of the page that it is this one. */
const mark = (visit) =>
  visit.page.evaluate(() => {
    window.isSame = true;
  });
const isSame = (visit) => visit.page.evaluate(() => window.isSame === true);

/** Refuses, and then grants everything in the settings of the same page. */
async function changeMind(visit, parts) {
  await visit.open({ policy: POLICY, body: BODY, ...parts });
  await mark(visit);
  await visit.control("reject-all").click();
  await visit.control("open").click();
  await dialog(visit).waitFor();
  await visit.control("accept-all").click();
  await offer(visit).waitFor();
}

visitTest(
  "a grant after a refusal waits, which is seen and said; the visitor's click loads the page, and then it counts",
  async (visit) => {
    await changeMind(visit);
    await visit.page.locator("#field").fill("typed");
    assert.equal((await visit.categories()).analytics, "granted", "stored at once");
    assert.ok((await visit.state()).waits.length > 0);
    assert.deepEqual(await offer(visit).locator("p").innerText(), WORDS);
    assert.equal(await visit.page.getByRole("region", { name: WORDS }).count(), 1);
    assert.equal(await status(visit), `${SAVED} ${WORDS}`, "said where a screen reader listens");
    assert.ok(await isSame(visit), "nothing is loaded before a click");
    await own(visit, "reload").click();
    await visit.page.waitForFunction(() => !window.isSame && window.consentinel);
    await visit.control("open").waitFor();
    assert.equal(await offer(visit).count(), 0);
    const { categories, waits } = await visit.state();
    assert.deepEqual([categories.analytics, waits], ["granted", []]);
  },
);

visitTest("closed, it is gone until the settings are opened, which say the same and offer the same", async (visit) => {
  await changeMind(visit);
  await own(visit, "close-reload").click();
  assert.equal(await offer(visit).count(), 0);
  await visit.control("open").click();
  await dialog(visit).waitFor();
  assert.ok((await dialog(visit).innerText()).includes(WORDS));
  await mark(visit);
  await visit.control("close").click();
  await dialog(visit).waitFor({ state: "detached" });
  assert.ok(await isSame(visit));
  await visit.control("open").click();
  await dialog(visit).locator('[data-consent-action="reload"]').click();
  await visit.page.waitForFunction(() => !window.isSame && window.consentinel);
  await visit.control("open").click();
  await dialog(visit).waitFor();
  assert.ok(!(await dialog(visit).innerText()).includes(WORDS));
  assert.equal(await visit.control("reload").count(), 0);
});

visitTest(
  "by key: the focus goes to the words and not to the button, then Tab goes on, and closing leads back",
  async (visit) => {
    await visit.open({ policy: POLICY, body: BODY });
    await mark(visit);
    await visit.control("reject-all").focus();
    await visit.page.keyboard.press("Enter");
    assert.equal(await focused(visit), "open");
    await visit.page.keyboard.press("Enter");
    await dialog(visit).waitFor();
    await visit.control("accept-all").focus();
    // Whoever presses twice must not lose what they typed.
    await visit.page.keyboard.press("Enter");
    await visit.page.keyboard.press("Enter");
    await offer(visit).waitFor();
    assert.equal(await focused(visit), "reload");
    assert.ok(await isSame(visit));
    const order = [];
    for (let press = 0; press < 2; press++) {
      await visit.page.keyboard.press("Tab");
      order.push(await focused(visit));
    }
    assert.deepEqual(order, ["reload", "close-reload"]);
    await visit.page.keyboard.press("Enter");
    assert.deepEqual([await offer(visit).count(), await focused(visit), await status(visit)], [0, "open", ""]);
    assert.ok(await isSame(visit));
  },
);

visitTest("no script and no element of the page loads it by these controls", async (visit) => {
  const controls = ["reload", "close-reload"]
    .map((action) => `<button id="page-${action}" type="button" data-consent-action="${action}">Page</button>`)
    .join("");
  await changeMind(visit, { body: BODY + controls });
  for (const action of ["reload", "close-reload"]) {
    await own(visit, action).evaluate((button) => button.click());
    await own(visit, action).dispatchEvent("click");
    await visit.page.locator(`#page-${action}`).click();
  }
  await visit.page.evaluate(() => {
    // Nor by what it puts into our element, or takes out of it.
    const root = document.querySelector("consent-banner").shadowRoot;
    const copy = root.querySelector("[part=reload]").cloneNode(true);
    document.body.append(copy);
    for (const button of copy.querySelectorAll("button")) button.click();
    copy.remove();
  });
  await visit.settled();
  assert.ok(await isSame(visit));
  assert.equal(await offer(visit).count(), 1);
});

visitTest(
  "it leaves the small button in reach and what has the focus in sight, on a phone and on a wide screen",
  async (visit) => {
    for (const viewport of [
      { width: 320, height: 480 },
      { width: 320, height: 256 },
      { width: 1280, height: 720 },
    ]) {
      await visit.forget();
      await visit.page.setViewportSize(viewport);
      await changeMind(visit, {
        body:
          BODY + Array.from({ length: 40 }, (_, at) => `<p><a id="link-${at}" href="#x">Link ${at}</a></p>`).join(""),
      });
      const hit = (action) =>
        visit.page.evaluate((name) => {
          const root = document.querySelector("consent-banner").shadowRoot;
          const button = root.querySelector(`[data-consent-action="${name}"]`);
          button.scrollIntoView({ block: "nearest" });
          const { left, right, top, bottom } = button.getBoundingClientRect();
          return root.elementFromPoint((left + right) / 2, (top + bottom) / 2) === button;
        }, action);
      for (const action of ["open", "reload", "close-reload"])
        assert.ok(await hit(action), `${action} at ${viewport.width} × ${viewport.height}`);
      if (viewport.height < 300) continue;
      await visit.page.waitForFunction(
        () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockEnd) > 50,
      );
      await visit.page.locator("#link-0").focus();
      for (let press = 0; press < 39; press++) {
        await visit.page.keyboard.press("Tab");
        const [bottom, top] = await visit.page.evaluate(() => [
          document.activeElement.getBoundingClientRect().bottom,
          document.querySelector("consent-banner").shadowRoot.querySelector("[part=reload]").getBoundingClientRect()
            .top,
        ]);
        assert.ok(bottom <= top + 1, `link ${press}: ${bottom} is under ${top}`);
      }
    }
  },
);

visitTest("a refusal afterwards leaves nothing to wait for, and the words go", async (visit) => {
  await changeMind(visit);
  await visit.control("open").click();
  await dialog(visit).waitFor();
  await visit.control("withdraw").click();
  await dialog(visit).waitFor({ state: "detached" });
  assert.deepEqual((await visit.state()).waits, []);
  assert.equal(await offer(visit).count(), 0);
});

visitTest(
  "where every grant loads the page anew, both layers and the server's first layer say so beforehand",
  async (visit) => {
    const first = visit.page.locator("consent-banner [part=banner]");
    for (const [policy, isSaid] of [
      [STRICT, true],
      [POLICY, false],
    ]) {
      const printed = bannerMarkup(policy)({ language: "en" });
      assert.equal(printed.includes(BEFOREHAND), isSaid);
      await visit.open({
        policy,
        body: `${printed}<script>document.querySelector("consent-banner").isPrinted = true</script>${BODY}`,
      });
      await visit.page.waitForFunction(
        () => document.querySelector("consent-banner").shadowRoot.adoptedStyleSheets.length > 0,
      );
      assert.equal((await first.innerText()).includes(BEFOREHAND), isSaid);
      assert.ok(
        await visit.page.evaluate(() => document.querySelector("consent-banner").isPrinted),
        "what the server has printed stays",
      );
      assert.equal((await visit.page.evaluate(() => window.consentinel.notice())).reloads, isSaid || undefined);
      await visit.control("settings").click();
      await dialog(visit).waitFor();
      assert.equal((await dialog(visit).innerText()).includes(BEFOREHAND), isSaid);
      await visit.control("close").click();
      await dialog(visit).waitFor({ state: "detached" });
    }
  },
);

visitTest(
  "there a click that grants loads the page, as it was said; one that asks, closes or refuses does not",
  async (visit) => {
    await visit.open({ policy: STRICT, body: BODY });
    await mark(visit);
    // Granted by the page's own code, which loads nothing; and the question is not covered.
    await visit.decide("grant", "counter");
    assert.deepEqual([(await visit.state()).waits, await offer(visit).count()], [["counter"], 0]);
    await visit.control("settings").click();
    await dialog(visit).waitFor();
    assert.ok((await dialog(visit).innerText()).includes(WORDS));
    await visit.control("close").click();
    await dialog(visit).waitFor({ state: "detached" });
    await visit.control("reject-all").click();
    await visit.control("open").click();
    await dialog(visit).waitFor();
    assert.ok((await dialog(visit).innerText()).includes(BEFOREHAND));
    assert.ok(await isSame(visit));
    await dialog(visit)
      .locator("details", { has: visit.page.locator("[name=player]") })
      .locator("summary")
      .first()
      .click();
    await dialog(visit).locator("[name=player]").check();
    await visit.control("save").click();
    await visit.page.waitForFunction(() => !window.isSame && window.consentinel);
    assert.deepEqual((await visit.state()).services, { counter: "denied", player: "granted" });
  },
);

visitTest("and so does a placeholder, there and nowhere else", async (visit) => {
  for (const [policy, isSaid] of [
    [STRICT, true],
    [POLICY, false],
  ]) {
    await visit.open({
      policy,
      body: `${BODY}<iframe id="film" data-consent="player" data-src="https://player.example/7" title="A film" width="480" height="360"></iframe>`,
    });
    const words = visit.page.frameLocator("#film").locator("main");
    await words.waitFor();
    assert.equal((await words.innerText()).includes(BEFOREHAND), isSaid);
  }
});

visitTest(
  "the notice tells of the mark that is kept for the next load, and nobody else may write it",
  async (visit) => {
    await visit.open({ policy: { ...POLICY, undeclared: "allow" }, body: BODY });
    const items = (await visit.page.evaluate(() => window.consentinel.notice())).categories[0].items;
    const told = items.find(({ name }) => name === "consentinel-once");
    assert.deepEqual([told.kind, told.duration, told.party], ["session-storage", "session", "first"]);
    const kept = await visit.page.evaluate(() => {
      sessionStorage.setItem("consentinel-once", "player");
      sessionStorage.setItem("mine", "1");
      return [sessionStorage.getItem("consentinel-once"), sessionStorage.getItem("mine")];
    });
    assert.deepEqual(kept, [null, "1"]);
  },
);
