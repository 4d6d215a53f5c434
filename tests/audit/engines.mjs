// The two engines in which everybody must be able to use the officer's pages, with one interface: a page in a look (light,
// dark, forced colours) that is opened, asked, typed into and made narrow.
//
// Left out: what only Chromium is asked (tests/browser/site.mjs), and how Firefox is spoken to (tests/matrix/engines).

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ARGUMENTS, SHELL } from "../browser/site.mjs";
import { launch } from "../matrix/engines/firefox.mjs";

/** Keys as WebDriver names them; letters are themselves. */
const KEYS = { Tab: "\uE004", Enter: "\uE007" };

const MEDIA = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  forced: { forcedColors: "active" },
};

async function inChromium(look) {
  const browser = await chromium.launch({ executablePath: SHELL, args: ARGUMENTS });
  const page = await browser.newPage(MEDIA[look]);
  const devtools = await page.context().newCDPSession(page);
  return {
    open: async (url) => {
      // The same page with another fragment would not be loaded anew.
      await page.goto("about:blank");
      await page.goto(url);
    },
    run: (source) => page.evaluate(source),
    press: (key) => page.keyboard.press(key),
    act: () => page.keyboard.press("Enter"),
    type: (text) => page.keyboard.type(text),
    size: ({ width, height, scale }) =>
      devtools.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: false }),
    close: () => browser.close(),
  };
}

// A look is a preference of the profile: there is no command for it.
const PREFERENCES = {
  light: ["layout.css.prefers-color-scheme.content-override", 1],
  dark: ["layout.css.prefers-color-scheme.content-override", 0],
  forced: ["browser.display.document_color_use", 2],
};

async function inFirefox(look) {
  const folder = mkdtempSync(join(tmpdir(), "consentinel-look-"));
  const program = join(folder, "firefox");
  const [name, value] = PREFERENCES[look];
  // Adds the preference to the profile that it is started with.
  writeFileSync(
    program,
    `#!/bin/sh
for word; do
  [ "$before" = --profile ] && echo 'user_pref("${name}", ${value});' >> "$word/user.js"
  before=$word
done
exec "${process.env.CONSENTINEL_FIREFOX || "firefox-esr"}" "$@"
`,
  );
  chmodSync(program, 0o755);
  const browser = await launch({ program });
  const lane = await browser.lane();
  const { connection, context } = lane;
  const pressed = (values) =>
    connection.call("input.performActions", {
      context,
      actions: [
        {
          type: "key",
          id: "keyboard",
          actions: values.flatMap((value) => ["keyDown", "keyUp"].map((type) => ({ type, value }))),
        },
      ],
    });
  return {
    open: async (url) => {
      await lane.open("about:blank");
      await lane.open(url);
    },
    run: (source) => lane.evaluate(source),
    press: (key) => pressed([KEYS[key]]),
    // Without a screen no window of Firefox has the focus, and then no key acts on a button or a summary: this is what
    // the key does where one has.
    act: () => lane.evaluate("void document.activeElement.click()"),
    type: (text) => pressed([...text]),
    size: ({ width, height, scale }) =>
      connection.call("browsingContext.setViewport", { context, viewport: { width, height }, devicePixelRatio: scale }),
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const LOOKS = Object.keys(MEDIA);
export const ENGINES = { Chromium: inChromium, Firefox: inFirefox };
