// What visitors do on a site, and what was seen meanwhile: each scene is one visitor from the first page on,
// and serves several rules. A scene only notes; whether what it saw is lawful is said by the rules.
//
// Facts are read from the page a visitor sees, from the browser's own lists and from the servers. Where a rule
// is about the record, the record is read, since it is what the rule is about.

import { existsSync, readFileSync } from "node:fs";
import { NOON, days, item, repositoryFile } from "../browser/site.mjs";
import { look } from "./pixels.mjs";
import { DESKTOP, PHONE } from "./visitor.mjs";

const MINUTE_MS = 60_000;
const MOST_TABS = 60;
/** A visit on which the page tries nothing. */
const CALM = "";

export const textsOf = (language) => JSON.parse(readFileSync(repositoryFile(`www/texts/${language}.json`), "utf8"));

const dialog = (visitor) => visitor.page.locator("consent-banner dialog");

/** The settings, once they are there. */
async function openSettings(visitor, action = "settings") {
  await visitor.click(action);
  await dialog(visitor).waitFor();
}

async function gone(visitor) {
  await dialog(visitor).waitFor({ state: "detached" });
}

/** The first layer as it stands there: its words in order, its controls, and what of it can be read without scrolling. */
function readFirstLayer() {
  const root = document.querySelector("consent-banner")?.shadowRoot;
  const banner = root?.querySelector("[part~=banner]");
  if (!banner) return null;
  const reads = (text) => text.replace(/\s+/g, " ").trim();
  const texts = [];
  const walker = document.createTreeWalker(banner, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const words = reads(node.data);
    if (!words) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()];
    const isSeen =
      rects.length > 0 &&
      rects.every(({ left, right, top, bottom }) => {
        if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) return false;
        const hit = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return hit !== null && (hit === node.parentElement || hit.contains(node));
      });
    const isShown = node.parentElement.checkVisibility();
    texts.push({ words, isSeen, isShown, isButton: Boolean(node.parentElement.closest("button")) });
  }
  const controls = [...banner.querySelectorAll("[data-consent-action], button, a, input, select")].map((control) => {
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const hit = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return {
      action: control.dataset.consentAction ?? null,
      tag: control.localName,
      label: reads(control.innerText),
      isEnabled: !control.disabled,
      isOnScreen:
        top >= 0 &&
        left >= 0 &&
        bottom <= innerHeight &&
        right <= innerWidth &&
        (hit === control || control.contains(hit)),
    };
  });
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return {
    texts,
    words: texts.map(({ words }) => words).join(" "),
    controls,
    language: root.host.lang,
    direction: root.host.dir,
    title: reads(root.querySelector("h1, h2")?.innerText ?? ""),
    focused: active?.dataset?.consentAction ?? active?.localName ?? null,
  };
}

/** Everything the settings hold, all details opened. */
function readSettings() {
  const box = document.querySelector("consent-banner").shadowRoot.querySelector("dialog");
  for (const details of box.querySelectorAll("details")) details.open = true;
  const reads = (text) => text.replace(/\s+/g, " ").trim();
  const inputs = [...box.querySelectorAll("input, select, textarea, [role=switch], [role=checkbox], [role=radio]")];
  return {
    words: reads(box.innerText),
    switches: inputs.map((input) => ({
      name: input.name,
      role: input.getAttribute("role"),
      type: input.type,
      isOn: input.checked === true || input.getAttribute("aria-checked") === "true",
      isEnabled: !input.disabled,
      words: reads(input.closest("label, section")?.innerText ?? ""),
    })),
    links: [...box.querySelectorAll("a[href]")].map((link) => link.href),
    buttons: [...box.querySelectorAll("button")].map((button) => ({
      action: button.dataset.consentAction ?? null,
      label: reads(button.innerText || button.getAttribute("aria-label") || ""),
    })),
    isModal: box.matches(":modal"),
  };
}

/** How many Tab presses lead to what the test in the page says; the presses are counted. */
async function tabTo(visitor, isThere, argument) {
  for (let presses = 1; presses <= MOST_TABS; presses++) {
    await visitor.press("Tab");
    const found = await visitor.page.evaluate(
      ([test, given]) => {
        let active = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        // The function comes as text: it stands in this file.
        return new Function("active", "given", `return (${test})(active, given)`)(active, given);
      },
      [isThere.toString(), argument],
    );
    if (found) return presses;
  }
  return Infinity;
}
const hasAction = (active, action) => active?.dataset?.consentAction === action;
const hasId = (active, id) => active?.id === id;

const stateOf = (visitor) => visitor.page.evaluate(() => window.consentinel.state);
const ledgerOf = (visitor) => visitor.ledger();
const cookieOf = async (visitor) =>
  (await visitor.context.cookies()).find(({ name }) => name.startsWith("consentinel-"));

/** The first layer, once it is there. */
async function firstLayerOf(visitor) {
  await visitor.control("reject-all").waitFor();
  return visitor.page.evaluate(readFirstLayer);
}

export const scenes = {
  /** A visitor who answers nothing, whatever else they do. */
  async untouched(visitor) {
    const seen = {};
    const note = async (name) => {
      seen[name] = await visitor.stored();
    };
    await visitor.go("untouched-load");
    const first = await firstLayerOf(visitor);
    await note("load");
    const steps = {
      scroll: async () => {
        await visitor.page.mouse.move(640, 200);
        await visitor.page.mouse.wheel(0, 600);
        await visitor.page.waitForFunction(() => scrollY > 0);
      },
      "click on the page": async () => {
        await visitor.page.evaluate(() => scrollTo(0, 0));
        await visitor.page.locator("#words").click();
        await visitor.page.locator("#own").click();
      },
      resize: () => visitor.page.setViewportSize({ width: 900, height: 700 }),
      "Enter, Space and Escape": async () => {
        for (const key of ["Enter", " ", "Escape"]) await visitor.press(key);
      },
      "another page": async () => {
        await visitor.page.locator("#next").click();
        await visitor.page.waitForURL(/step=next/);
      },
    };
    for (const [name, act] of Object.entries(steps)) {
      await act();
      await visitor.attempt(`untouched-${name.replace(/\W/g, "-")}`);
      await note(name);
    }
    // What asks is the second part, which comes after the page.
    await visitor.page.evaluate(async () => void (await window.consentinel.notice()));
    const isStillAsked = await visitor.isAsked();
    // An hour later.
    await visitor.page.clock.install();
    await visitor.go("untouched-later");
    await visitor.page.clock.fastForward(3_600_000);
    await visitor.attempt("untouched-hour");
    await note("an hour");
    return { first, seen, isStillAsked, cookie: await cookieOf(visitor), visitor };
  },

  /** What a visitor who only reads can do: the page is theirs, though nothing was answered. */
  async reader(visitor) {
    await visitor.go(CALM);
    await visitor.page.locator("#own").evaluate((button) =>
      button.addEventListener("click", () => {
        window.wasClicked = true;
      }),
    );
    await visitor.page.locator("#own").click();
    const wasClicked = await visitor.page.evaluate(() => window.wasClicked === true);
    await visitor.page.mouse.move(640, 150);
    await visitor.page.mouse.wheel(0, 500);
    await visitor.page.waitForFunction(() => scrollY > 0);
    await visitor.page.evaluate(() => {
      scrollTo(0, 0);
      document.activeElement?.blur();
    });
    const tabs = await tabTo(visitor, hasId, "next");
    await visitor.page.keyboard.press("Enter");
    await visitor.page.waitForURL(/step=next/);
    return { wasClicked, tabs };
  },

  /** Both answers as they look, wide and on a phone, in light and in dark. */
  async prominence(visitor) {
    const looks = [];
    await visitor.go(CALM);
    for (const colorScheme of ["light", "dark"]) {
      await visitor.page.emulateMedia({ colorScheme });
      for (const viewport of [DESKTOP, PHONE]) {
        await visitor.page.setViewportSize(viewport);
        const first = await firstLayerOf(visitor);
        const buttons = {};
        for (const action of ["reject-all", "accept-all"]) {
          const control = visitor.control(action);
          const style = await control.evaluate((button) => {
            const style = getComputedStyle(button);
            const names = [
              "fontSize",
              "fontWeight",
              "fontFamily",
              "fontStyle",
              "textTransform",
              "letterSpacing",
              "textDecorationLine",
              "opacity",
              "boxShadow",
              "borderWidth",
              "borderStyle",
              "borderColor",
              "borderRadius",
              "cursor",
              "filter",
              "transform",
            ];
            return [button.localName, button.getAttribute("part"), ...names.map((name) => `${name}: ${style[name]}`)];
          });
          const box = await control.boundingBox();
          buttons[action] = {
            style,
            box,
            pixels: look(await control.screenshot({ animations: "disabled" })),
            isOnScreen: first.controls.find((each) => each.action === action)?.isOnScreen,
          };
        }
        looks.push({ name: `${colorScheme}, ${viewport.width} × ${viewport.height}`, ...buttons });
      }
    }
    return { looks };
  },

  /** A visitor who refuses, and comes back three times, in another tab and on another page too. */
  async refused(visitor) {
    await visitor.go("refused-before");
    const { clicks } = visitor;
    await visitor.click("reject-all");
    const isDecided = (await cookieOf(visitor)) !== undefined;
    const clicksToRefuse = visitor.clicks - clicks;
    await visitor.attempt("refused-at-once");
    const seen = [await visitor.stored()];
    const asked = [await visitor.isAsked()];
    for (let round = 0; round < 3; round++) {
      await visitor.page.reload();
      await visitor.attempt("refused-again");
      seen.push(await visitor.stored());
      asked.push(await visitor.isAsked());
    }
    await visitor.go("refused-page", { path: `/${visitor.site.name}-second.html` });
    asked.push(await visitor.isAsked());
    const tab = await visitor.context.newPage();
    await visitor.go("refused-tab", { page: tab });
    asked.push(await visitor.isAsked(tab));
    await tab.close();
    const exported = await visitor.page.evaluate(() => window.consentinel.export());
    const { cookies } = await visitor.browser.send("Network.getCookies");
    return {
      isDecided,
      clicksToRefuse,
      seen,
      asked,
      exported,
      visitor,
      nowMs: Date.now(),
      state: await stateOf(visitor),
      ledger: await ledgerOf(visitor),
      cookie: cookies.find(({ name }) => name.startsWith("consentinel-")),
      agent: await visitor.page.evaluate(() => [navigator.userAgent, navigator.platform, location.href]),
    };
  },

  /** A visitor who accepts, finds the way back on another page, and takes everything back. */
  async withdrawn(visitor) {
    await visitor.go("withdrawn-before");
    await visitor.click("accept-all");
    const isDecided = (await cookieOf(visitor)) !== undefined;
    const clicksToAccept = visitor.clicks;
    const wanted = visitor.site.wanted(() => true);
    const arrived = async () => {
      const [stored, asked] = [await visitor.stored(), visitor.asked("withdrawn-")];
      return {
        missingNames: wanted.names.filter((name) => !stored.includes(name)),
        missingAddresses: wanted.addresses.filter((address) => !asked.includes(address)),
      };
    };
    // What was held runs now, as far as the bounds of the gate go, some of it in its own time.
    await visitor.attempt("withdrawn-accepted");
    const end = Date.now() + 4_000;
    let granted = await arrived();
    while (granted.missingNames.length + granted.missingAddresses.length > 0 && Date.now() < end) {
      await visitor.fence();
      granted = await arrived();
    }
    const asked = [await visitor.isAsked()];
    await visitor.go("granted-second", { path: `/${visitor.site.name}-second.html` });
    asked.push(await visitor.isAsked());
    const entry = visitor.page.locator("consent-banner [part~=reopen]");
    const entryName = (await entry.innerText()).trim();
    const entryTabs = await tabTo(visitor, hasAction, "open");
    await visitor.page.keyboard.press("Enter");
    await dialog(visitor).waitFor();
    const shown = await visitor.page.evaluate(readSettings);
    await visitor.page.keyboard.press("Escape");
    await gone(visitor);

    // Cookies in shapes that a removal must name: paths, and attributes; and one under a path that no script can
    // name, since it holds a semicolon: it stays, and must be told.
    const cookies = visitor.site.items
      .filter(({ kind, category }) => kind === "cookie" && !visitor.site.isNecessary(category))
      .map(({ name }) => name.replaceAll("*", "law"));
    await visitor.go("granted-deep", { path: "/law/x;v=1/page.html" });
    await visitor.page.evaluate((names) => {
      for (const name of names) {
        for (const more of ["Path=/", "Max-Age=9999; Path=/law", "Path=/law/", "Secure; SameSite=Strict; Path=/"])
          document.cookie = `${name}=2; ${more}`;
      }
      if (names.length > 0) document.cookie = `${names[0]}=3`;
    }, cookies);
    await visitor.go("granted-deeper", { path: "/law/x;v=1/deep/page.html" });
    const { clicks } = visitor;
    await openSettings(visitor, "open");
    await visitor.click("withdraw");
    await gone(visitor);
    const clicksToWithdraw = visitor.clicks - clicks;
    const left = (await visitor.context.cookies())
      .filter(({ path }) => path.startsWith("/law/x"))
      .map(({ name }) => name);
    await visitor.attempt("taken-back");
    const seen = [await visitor.stored()];
    await visitor.go("taken-back-page");
    await visitor.attempt("taken-back-again");
    seen.push(await visitor.stored());
    return {
      isDecided,
      clicksToAccept,
      clicksToWithdraw,
      granted,
      asked,
      entryName,
      entryTabs,
      shown,
      seen,
      cookies,
      left,
      ledger: await ledgerOf(visitor),
      visitor,
    };
  },

  /** A visitor who looks at the settings, leaves them by each way there is, and then saves a part. */
  async settings(visitor) {
    await visitor.go("settings-load");
    await openSettings(visitor);
    const clicksToList = visitor.clicks;
    const shown = await visitor.page.evaluate(readSettings);
    const closings = [];
    const ways = {
      Escape: () => visitor.page.keyboard.press("Escape"),
      "the closing control": () => visitor.click("close"),
      "a click beside it": () => visitor.page.mouse.click(4, 4),
    };
    for (const [name, close] of Object.entries(ways)) {
      if (!(await dialog(visitor).isVisible())) await openSettings(visitor);
      // Switched on, and not saved.
      for (const id of visitor.site.optionalIds) await visitor.page.locator(`consent-banner [name="${id}"]`).check();
      await close();
      await visitor.attempt(`settings-${closings.length}`);
      closings.push({
        name,
        state: await stateOf(visitor),
        cookie: await cookieOf(visitor),
        stored: await visitor.stored(),
        asked: visitor.wronglyAsked("settings-"),
      });
    }
    if (await dialog(visitor).isVisible()) await visitor.page.keyboard.press("Escape");
    await gone(visitor);
    const [part] = visitor.site.optionalIds;
    await openSettings(visitor);
    await visitor.page.locator(`consent-banner [name="${part}"]`).check();
    await visitor.click("save");
    await gone(visitor);
    await visitor.attempt("settings-saved");
    return {
      clicksToList,
      shown,
      closings,
      part,
      state: await stateOf(visitor),
      ledger: await ledgerOf(visitor),
      stored: await visitor.stored(),
      visitor,
    };
  },

  /** The languages of the page and of the browser. */
  async languages(visitor) {
    const ofPolicy = visitor.site.policy.categories.flatMap(({ title }) => Object.keys(title));
    const languages = [...new Set(ofPolicy)].filter(
      (tag) => tag !== "en" && existsSync(repositoryFile(`www/texts/${tag}.json`)),
    );
    const shown = [];
    for (const language of ["en", ...languages]) {
      await visitor.go(CALM, { lang: language });
      const first = await firstLayerOf(visitor);
      shown.push({ wanted: language, ...first });
    }
    return { shown };
  },

  /** Both answers, and visits until they no longer count. */
  async lifetime(visitor) {
    const { lifetimeDays = 182, refusalLifetimeDays = 182 } = visitor.site.policy;
    const answers = [];
    for (const [action, lifetime] of [
      ["reject-all", refusalLifetimeDays],
      ["accept-all", lifetimeDays],
    ]) {
      await visitor.forget();
      await visitor.page.clock.setFixedTime(NOON);
      await visitor.go(CALM);
      await visitor.click(action);
      const asked = {};
      for (const [name, afterMs] of [
        ["half of its time later", days(lifetime) / 2],
        ["a minute before its end", days(lifetime) - MINUTE_MS],
        ["a minute after it", days(lifetime) + MINUTE_MS],
      ]) {
        await visitor.page.clock.setFixedTime(NOON + afterMs);
        await visitor.go(CALM);
        asked[name] = await visitor.isAsked();
      }
      answers.push({ action, lifetime, asked });
    }
    return { answers };
  },

  /** A policy that wants to ask sooner after a refusal. */
  async shortened(visitor) {
    const policy = { ...visitor.site.policy, lifetimeDays: 30, refusalLifetimeDays: 90 };
    await visitor.page.clock.setFixedTime(NOON);
    await visitor.go(CALM, { policy });
    await visitor.click("reject-all");
    const asked = [];
    for (const after of [91, 181, 183]) {
      await visitor.page.clock.setFixedTime(NOON + days(after));
      await visitor.go(CALM, { policy });
      asked.push(await visitor.isAsked());
    }
    await visitor.settled();
    return { asked, problems: visitor.problems };
  },

  /** A visitor who accepted everything, then one who never answered: with a browser that sends Global Privacy Control. */
  async signal(visitor) {
    const { policy, optional, optionalIds } = visitor.site;
    const { id: sold, title } = optional.find((category) => category.for) ?? optional.at(-1);
    const others = optionalIds.filter((id) => id !== sold);
    const isSold = (category) => category.id === sold;
    const categories = policy.categories.map((one) => (isSold(one) ? { ...one, for: ["sale", "sharing"] } : one));
    const selling = { policy: { ...policy, categories } };
    const wrong = async (step, granted) => ({
      asked: visitor.wronglyAsked(step, granted),
      stored: visitor.site.forbidden(await visitor.stored(), granted, true),
    });
    const settingsOf = async (action) => {
      await openSettings(visitor, action);
      return (await visitor.page.evaluate(readSettings)).words;
    };
    const { names, addresses } = visitor.site.wanted((category) => category === sold);

    await visitor.go(CALM, selling);
    await visitor.click("accept-all");
    await visitor.go("signal-before", selling);
    const before = (await visitor.stored()).filter((name) => names.includes(name));
    visitor.page = await visitor.context.newPage();
    visitor.browser = await visitor.context.newCDPSession(visitor.page);
    await visitor.page.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }),
    );
    await visitor.go("signal-on", selling);
    const after = await wrong("signal-on", others);
    await openSettings(visitor, "open");
    const control = visitor.page.locator(`consent-banner [name="${sold}"]`);
    const isOn = await control.isChecked();
    await control.check();
    await visitor.click("save");
    await gone(visitor);
    await visitor.go(CALM, selling);
    const [chosen, last] = [await visitor.categories(), (await ledgerOf(visitor)).at(-1)];

    await visitor.forget();
    const seen = {};
    await visitor.go("signal-first", selling);
    seen["at once"] = await wrong("signal-first", []);
    const undecided = await visitor.categories();
    const words = {};
    const isAsked = await visitor.isAsked();
    if (isAsked) words["the first layer"] = (await firstLayerOf(visitor)).words;
    words["the settings"] = await settingsOf(isAsked ? "settings" : "open");
    if (isAsked) {
      await visitor.press("Escape");
      await gone(visitor);
    }
    await visitor.click("accept-all");
    await visitor.control("open").waitFor();
    await visitor.go("signal-rest", selling);
    seen["after accepting"] = await wrong("signal-rest", others);
    return {
      sold,
      title: title.en,
      older: { before, addresses, after, isOn, chosen, last },
      first: { seen, words, categories: undecided, ledger: await ledgerOf(visitor) },
    };
  },

  /** Everything accepted, and then the policy changes. */
  async changed(visitor) {
    const { policy, optional, optionalIds } = visitor.site;
    const [first] = optional;
    const statement = (text, words) =>
      Object.fromEntries(Object.entries(text).map(([language, old]) => [language, `${old} ${words}`]));
    const withPurpose = {
      ...policy,
      revision: "law-1",
      categories: policy.categories.map((category) =>
        category === first
          ? { ...category, description: statement(category.description, "And for one thing more.") }
          : category,
      ),
    };
    const withVendor = {
      ...policy,
      revision: "law-2",
      services: [
        ...(policy.services ?? []),
        { id: "law-new", category: first.id, name: "Law", provider: "Law SAS", country: "FR" },
      ],
    };
    const withWord = { ...policy, revision: "law-3" };
    const withItem = { ...policy, revision: "law-4", items: [...visitor.site.items, item("law_new", first.id)] };
    const results = {};
    for (const [name, changed] of Object.entries({
      purpose: withPurpose,
      vendor: withVendor,
      item: withItem,
      edition: withWord,
    })) {
      await visitor.forget();
      await visitor.go("changed-before");
      await visitor.click("accept-all");
      await visitor.go("changed-after", { policy: changed });
      results[name] = { isAsked: await visitor.isAsked(), categories: (await stateOf(visitor)).categories };
      const names = await visitor.stored();
      results[name].stored = names;
    }
    return { first: first.id, others: optionalIds.filter((id) => id !== first.id), results };
  },

  /** Content of another party, embedded: held, loaded once, and loaded for good. */
  async embedded(visitor) {
    const service = visitor.site.services.find(
      ({ id, category }) => !visitor.site.isNecessary(category) && visitor.site.addressOfService(id),
    );
    if (!service) return { service: null };
    const address = visitor.site.addressOfService(service.id);
    const frame = (step) =>
      `<iframe id="embed" title="Embedded" width="400" height="300" style="display: block" data-consent="${service.id}" data-src="${address}?step=${step}&as=frame"></iframe>`;
    const inside = visitor.page.frameLocator("#embed");
    const control = (action) => inside.locator(`[data-consent-action="${action}"]`);
    const source = () => visitor.page.locator("#embed").getAttribute("src");
    const loaded = () => inside.locator("#embedded").waitFor();
    await visitor.go("embed-load", { body: frame("embed-held") });
    const held = { source: await source(), asked: visitor.asked("embed-held") };
    await control("once").waitFor();
    held.words = (await inside.locator("body").innerText()).replace(/\s+/g, " ");
    await control("once").click();
    await loaded();
    const once = {
      asked: visitor.asked("embed-held"),
      state: await stateOf(visitor),
      record: (await ledgerOf(visitor)).at(-1),
    };
    await visitor.go("embed-again", { body: frame("embed-second") });
    const again = { source: await source(), asked: visitor.asked("embed-second") };
    await control("always").click();
    await loaded();
    const always = { state: await stateOf(visitor), record: (await ledgerOf(visitor)).at(-1) };
    await visitor.go("embed-third", { body: frame("embed-third") });
    await loaded();
    return { service, held, once, again, always };
  },

  /** A visitor who is known to be a child, and whose browser holds an earlier grant. */
  async child(visitor) {
    const tag = '<script src="/dist/consentinel.js" data-child></script>';
    await visitor.go("child-fresh", { tag });
    const fresh = { isAsked: await visitor.isAsked(), stored: await visitor.stored() };
    await visitor.go("adult");
    await visitor.click("accept-all");
    await visitor.go("child-later", { tag });
    const later = { isAsked: await visitor.isAsked(), stored: await visitor.stored() };
    return { fresh, later, visitor };
  },

  /** Both answers by the keyboard alone, on a page of 320 pixels, which is 1280 at 400 %. */
  async keyboard(visitor) {
    const presses = {};
    await visitor.page.setViewportSize(PHONE);
    for (const action of ["reject-all", "accept-all"]) {
      await visitor.forget();
      await visitor.go(CALM);
      presses[action] = (await tabTo(visitor, hasAction, action)) + 1;
      await visitor.page.keyboard.press("Enter");
      presses[`${action} decided`] = (await cookieOf(visitor)) !== undefined;
    }
    await visitor.forget();
    await visitor.go(CALM);
    const first = await firstLayerOf(visitor);
    const sideways = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    return { presses, first, sideways };
  },
};
