// On small windows, with large letters, with more room between them, without motion: nothing is lost, nothing
// scrolls sideways, every target can be hit.

import assert from "node:assert/strict";
import { site } from "../browser/site.mjs";
import { arrive, dialog, inLayouts, LANGUAGES, NARROW, offer, openSettings } from "./face.mjs";

const layoutTest = inLayouts(site());
const LEAST_TARGET = 24;
const LONG = ["en", "de", "fr"].filter((language) => LANGUAGES.includes(language));

/** What of ours is wider than its place, or cut off: a text, a control, the page. */
const faults = (visit) =>
  visit.page.evaluate(() => {
    const found = [];
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) found.push(`the page scrolls sideways by ${wide}`);
    const { shadowRoot } = document.querySelector("consent-banner");
    for (const element of shadowRoot.querySelectorAll(
      "[part~=banner], [part~=banner] *, dialog, dialog *, [part~=reopen], [part~=reload], [part~=reload] *",
    )) {
      const { left, right, width } = element.getBoundingClientRect();
      if (!width || !element.checkVisibility()) continue;
      const name = `${element.localName}.${element.className}[${element.getAttribute("part") ?? ""}] ${element.textContent.slice(0, 30)}`;
      if (left < -1 || right > innerWidth + 1) found.push(`${name} from ${left} to ${right}`);
      const { overflowX } = getComputedStyle(element);
      const over = element.scrollWidth - element.clientWidth;
      if (element.clientWidth && over > 1 && getComputedStyle(element).display !== "inline")
        found.push(`${name} (${overflowX}) overflows by ${over}`);
    }
    for (const button of shadowRoot.querySelectorAll("button, summary")) {
      if (button.checkVisibility() && button.scrollHeight - button.clientHeight > 1 && button.clientHeight)
        found.push(`${button.textContent} is cut`);
    }
    return found;
  });

/** Controls of ours that are smaller than a target may be; a link within a sentence may be. */
const small = (visit, least) =>
  visit.page.evaluate((size) => {
    const { shadowRoot } = document.querySelector("consent-banner");
    return [...shadowRoot.querySelectorAll("button, input, summary, a")]
      .filter((control) => control.checkVisibility())
      .flatMap((control) => {
        const { width, height } = (control.closest("label") ?? control).getBoundingClientRect();
        return width < size || height < size
          ? [`${control.localName} ${control.textContent || control.name}: ${width} × ${height}`]
          : [];
      });
  }, least);

/** Everything a visitor can meet, one after the other. */
async function throughLayers(visit, language, look) {
  await arrive(visit, { language });
  await look("first layer");
  await openSettings(visit);
  await look("settings");
  await visit.control("close").click();
  await dialog(visit).waitFor({ state: "detached" });
  await visit.control("reject-all").click();
  await visit.page.locator("consent-banner [part~=reopen]").waitFor();
  await look("the small control");
  await openSettings(visit, "open");
  await look("settings after an answer");
  await dialog(visit).locator('[data-consent-action="accept-all"]').click();
  await offer(visit).waitFor();
  await look("the offer to load the page anew");
  await openSettings(visit, "open");
  await look("settings while something waits");
}

for (const language of LONG) {
  layoutTest(`320 pixels, which are 1280 at 400 %: nothing scrolls sideways or is cut, ${language}`, async (visit) => {
    for (const viewport of [NARROW, { width: 320, height: 256 }]) {
      await visit.forget();
      await visit.page.setViewportSize(viewport);
      await throughLayers(visit, language, async (layer) =>
        assert.deepEqual(await faults(visit), [], `${layer} at ${viewport.height}`),
      );
    }
  });
}

layoutTest("letters at 200 % lose nothing", async (visit) => {
  await visit.page.setViewportSize({ width: 640, height: 800 });
  const browser = await visit.context.newCDPSession(visit.page);
  await browser.send("Emulation.setPageScaleFactor", { pageScaleFactor: 1 });
  await arrive(visit, { before: "<style>:root { font-size: 32px }</style>" });
  assert.deepEqual(await faults(visit), []);
});

layoutTest("more room between letters, words and lines loses nothing (WCAG 1.4.12)", async (visit) => {
  await visit.page.setViewportSize(NARROW);
  await throughLayers(visit, "en", async (layer) => {
    // What a visitor's own style does, which reaches into shadow roots.
    await visit.page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }",
      );
      const { shadowRoot } = document.querySelector("consent-banner");
      shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
    });
    assert.deepEqual(await faults(visit), [], layer);
  });
});

layoutTest("every target is at least 24 pixels wide and high, on a phone and on a wide screen", async (visit) => {
  for (const viewport of [NARROW, { width: 1280, height: 800 }]) {
    await visit.forget();
    await visit.page.setViewportSize(viewport);
    await throughLayers(visit, "en", async (layer) => assert.deepEqual(await small(visit, LEAST_TARGET), [], layer));
  }
});

layoutTest("nothing moves for visitors who want no motion", async (visit) => {
  await visit.page.emulateMedia({ reducedMotion: "reduce" });
  await throughLayers(visit, "en", async (layer) => {
    const moving = await visit.page.evaluate(() => {
      const { shadowRoot } = document.querySelector("consent-banner");
      // One that only fades, and that for a moment, is no motion.
      const moves = (effect) =>
        effect
          .getKeyframes()
          .some((frame) =>
            Object.keys(frame).some(
              (key) => !["offset", "computedOffset", "easing", "composite", "opacity"].includes(key),
            ),
          );
      const running = shadowRoot
        .getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().duration > 10 || moves(effect)).length;
      const styles = [...shadowRoot.querySelectorAll("*")]
        .map((element) => getComputedStyle(element))
        .filter(
          ({ transitionDuration, transitionProperty, animationName, animationDuration }) =>
            (parseFloat(transitionDuration) > 0.01 &&
              transitionProperty !== "none" &&
              /all|transform|inset|top|bottom|left|right|margin|size|width|height/.test(transitionProperty)) ||
            (animationName !== "none" && parseFloat(animationDuration) > 0.01),
        );
      return [running, styles.length];
    });
    assert.deepEqual(moving, [0, 0], layer);
  });
});
