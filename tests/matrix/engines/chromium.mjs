// Chromium through playwright-core. The interface is the same for the three engines and small on
// purpose: `launch()` gives `{ version, lanes, lane(), close() }`, and a lane is one tab:
// `open(url)`, `evaluate(source)`, `show()` (before all other tabs), `click(x, y, isInFrame)`, `press(key)` with `Tab` or
// `Space`, and `renew()`, which begins anew after an error with `isLost`. A source is an expression; a promise is
// awaited. A click in a frame goes to the first one of the page, which stands where the page begins. No call waits longer
// than two minutes or so.
//
// The engine alone (the headless shell) does all but what needs the windows of the whole browser, at half the cost.

import { chromium } from "playwright-core";
import { bounded, LONGEST_MS } from "./bounded.mjs";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Media must load without a gesture, or these attempts would prove nothing.
  "--autoplay-policy=no-user-gesture-required",
];

const WHOLE = process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium";
const SHELL = process.env.CONSENTINEL_SHELL || WHOLE;

/** Where `isWhole`, the whole browser, with what asks the visitor about permissions and payments. */
export async function launch({ isWhole } = {}) {
  const browser = await chromium.launch({ executablePath: isWhole ? WHOLE : SHELL, args: ARGUMENTS });
  const context = await browser.newContext({ locale: "en-GB" });
  return {
    name: "chromium",
    version: `Chromium ${browser.version()}`,
    lanes: 2,
    lane: async () => Lane.of(context),
    close: () => bounded(browser.close(), "the wish that it end"),
  };
}

// A tab whose process ended stays lost.
const lost = (error) => {
  throw Object.assign(error, { isLost: /crashed/.test(error.message) });
};

class Lane {
  static async of(context) {
    const lane = new Lane();
    lane.context = context;
    await lane.renew();
    return lane;
  }

  async renew() {
    const before = this.page;
    this.page = await bounded(this.context.newPage(), "the wish for a new tab");
    // A tab that hangs may never say that it is closed: nobody waits for that.
    before?.close().catch(() => {});
    this.page.setDefaultTimeout(LONGEST_MS);
    this.page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
  }

  async open(url) {
    await this.page.goto(url, { waitUntil: "domcontentloaded" }).catch(lost);
  }

  evaluate(source) {
    return bounded(this.page.evaluate(source).catch(lost), source.slice(0, 80));
  }

  show() {
    return bounded(this.page.bringToFront().catch(lost), "the wish to be in front");
  }

  click(x, y) {
    return bounded(this.page.mouse.click(x, y), `a click on ${x}, ${y}`);
  }

  press(key) {
    return bounded(this.page.keyboard.press(key), `the key ${key}`);
  }
}
