// Chromium through playwright-core. The interface is the same for the three engines and small on
// purpose: `launch()` gives `{ version, lanes, lane(), close() }`, and a lane is one tab:
// `open(url)`, `evaluate(source)`, `click(x, y)`, `press(key)` with `Tab` or `Space`, and `renew()` where a lost browser can be made anew. A
// source is an expression; a promise is awaited.
//
// The engine alone (the headless shell) does all but what needs the windows of the whole browser, at half the cost.

import { chromium } from "playwright-core";

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

/** What takes longer will not come. */
const LONGEST_MS = 60_000;
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
    close: () => browser.close(),
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
    this.page = await this.context.newPage();
    await before?.close().catch(() => {});
    this.page.setDefaultTimeout(LONGEST_MS);
    this.page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
  }

  async open(url) {
    await this.page.goto(url, { waitUntil: "domcontentloaded" }).catch(lost);
  }

  async evaluate(source) {
    let timer;
    const late = new Promise((_, reject) => {
      const error = Object.assign(new Error(`no answer in a minute to ${source.slice(0, 80)}`), { isLost: true });
      timer = setTimeout(reject, LONGEST_MS, error);
    });
    return Promise.race([this.page.evaluate(source).catch(lost), late]).finally(() => clearTimeout(timer));
  }

  click(x, y) {
    return this.page.mouse.click(x, y);
  }

  press(key) {
    return this.page.keyboard.press(key);
  }
}
