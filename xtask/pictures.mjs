// Takes the pictures of docs/pictures/: every layer in every placement, light and dark, phone and desktop, on a
// page of an imagined shop; and prints how much of a window the first layer of each policy of www/policies covers, in
// every language. `cargo xtask pictures` builds and starts this; `node xtask/pictures.mjs LAYER …` takes those of some
// layers alone, and `shares` prints the shares alone. The folder is small, because a picture has at most 256 colours;
// look at the pictures before you commit them.
//
// Left out: comparing pictures. Fonts differ between machines, so a picture is for people.

import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { chromium } from "playwright-core";
import { LANGUAGES, POLICIES, WINDOWS, pageOf, share } from "../tests/browser/shares.mjs";
import { launch as launchFirefox } from "../tests/matrix/engines/firefox.mjs";
import { launch as launchWebkit } from "../tests/matrix/engines/webkit.mjs";
import { peers } from "./peers.mjs";
import { serve } from "./serve.mjs";

const folder = new URL("../docs/pictures/", import.meta.url);
const SIZES = {
  desktop: WINDOWS.desktop,
  phone: WINDOWS.phone,
  sideways: WINDOWS["phone held sideways"],
  narrow: { width: 320, height: 568 },
};
const BOTH = ["desktop", "phone"];
const SCHEMES = ["light", "dark"];
// Colours that are no further apart, as the sum of three squares, look alike.
const ENOUGH = 3;
const PLACEMENTS = ["bottom", "corner", "center"];

// -- The page ------------------------------------------------------------------------------------

// In English, and where it is said in German and Arabic.
const text = (en, de, ar) => ({ en, ...(de && { de, ar }) });
const category = (id, title, summary, description, more = {}) => ({
  id,
  ...more,
  title: text(...title),
  summary: text(...summary),
  description: text(description),
});
const item = (name, of, purpose, duration, service) => ({
  name,
  kind: "cookie",
  category: of,
  purpose: text(purpose),
  duration,
  party: "first",
  ...(service && { service }),
});

const policy = (more) => ({
  version: 1,
  id: "lumen",
  revision: "2026-11",
  ...more,
  links: [{ title: text("Imprint", "Impressum", "بيانات النشر"), url: "https://lumen.example/imprint" }],
  controller: {
    name: "Lumen Books SAS",
    address: "12 rue des Lilas, Lyon",
    contact: "privacy@lumen.example",
    privacyPolicy: "https://lumen.example/privacy",
    cookiePolicy: "https://lumen.example/cookies",
  },
  categories: [
    category(
      "necessary",
      ["Strictly necessary", "Unbedingt erforderlich", "ضرورية للغاية"],
      ["Keep your basket and your session.", "Halten Warenkorb und Sitzung aufrecht.", "تحفظ سلة مشترياتك وجلستك."],
      "Keep your basket and your session, and protect sign-in. The shop does not work without them, so they do not depend on your consent.",
      { necessary: true },
    ),
    category(
      "functionality",
      ["Functionality", "Funktion", "الوظائف"],
      [
        "Remember your reading lists and the size of the text.",
        "Merken sich Ihre Leselisten und die Schriftgröße.",
        "تتذكر قوائم قراءتك وحجم النص.",
      ],
      "Remember your reading lists, the size of the text and the shelf you looked at last.",
    ),
    category(
      "analytics",
      ["Analytics", "Reichweite", "التحليلات"],
      [
        "Count which pages are read, and where visitors give up.",
        "Zählt gelesene Seiten, und wo jemand aufgibt.",
        "تحصي الصفحات المقروءة وأين يتوقف الزوار.",
      ],
      "Count which pages are read and where visitors give up, so that we can mend what is hard to use. Kept for 13 months.",
    ),
    category(
      "advertising",
      ["Advertising", "Werbung", "الإعلانات"],
      [
        "Let partners recognise this browser, and show you our books elsewhere.",
        "Partner erkennen diesen Browser und zeigen unsere Bücher anderswo.",
        "تتيح لشركاء التعرف على هذا المتصفح وعرض كتبنا في مواقع أخرى.",
      ],
      "Let partners recognise this browser on other sites, show you our books there, and measure whether it helped.",
    ),
  ],
  services: [
    {
      id: "films",
      category: "functionality",
      name: "Page Films",
      provider: "Page Films GmbH",
      country: "DE",
      policyUrl: "https://films.example/privacy",
      hosts: ["localhost"],
    },
    {
      id: "counter",
      category: "analytics",
      name: "Counter",
      provider: "Counter Inc.",
      country: "US",
      policyUrl: "https://counter.example/privacy",
      hosts: ["counter.example"],
    },
    {
      id: "heat",
      category: "analytics",
      name: "Heat",
      provider: "Counter Inc.",
      country: "US",
      policyUrl: "https://counter.example/privacy",
      hosts: ["heat.example"],
    },
    {
      id: "reach",
      category: "advertising",
      name: "Reach",
      provider: "Reach Ltd",
      country: "GB",
      policyUrl: "https://reach.example/privacy",
      hosts: ["reach.example"],
    },
  ],
  items: [
    item("basket", "necessary", "Holds what is in your basket.", "session"),
    item("shelf", "functionality", "Remembers the shelf you looked at last.", "6 months"),
    item("_count", "analytics", "Tells one visit from another.", "13 months", "counter"),
    item("_heat", "analytics", "Tells which part of a page was read.", "13 months", "heat"),
    item("_reach", "advertising", "Recognises this browser on other sites.", "13 months", "reach"),
  ],
});

const LOOK = `
  :root { color-scheme: light dark; }
  body { margin: 0; font: 17px/1.6 "Liberation Serif", Georgia, serif; background: light-dark(#f6f2ea, #12161b); color: light-dark(#2b2620, #c9c6c0); }
  header { border-bottom: 1px solid light-dark(#ddd5c6, #2a3038); }
  header div, main { display: flow-root; max-width: 62rem; margin: auto; padding: 1rem 1.5rem; }
  b { font-size: 1.25rem; letter-spacing: .02em; }
  h1 { font-size: clamp(2rem, 1.2rem + 3vw, 3.2rem); line-height: 1.1; max-width: 18ch; }
  p { max-width: 60ch; }
  iframe { border: 0; width: 100%; max-width: 40rem; aspect-ratio: 16 / 9; background: light-dark(#e9e2d4, #1c222a); }`;
const PROSE = [
  "A small shop with a long memory. Tell us what you loved, and we find the next one.",
  "Orders before noon leave the same day, and every parcel comes with a note from whoever packed it.",
  "On the first Thursday of the month we read aloud, from half past seven, with soup.",
];

const page = (
  more,
  body,
  language = "en",
) => `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>Lumen Books</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script type="application/json" id="consentinel-policy">${JSON.stringify(policy(more)).replaceAll("<", "\\u003c")}</script>
<script src="/dist/consentinel.js"></script><style>${LOOK}</style></head>
<body><header><div><b>Lumen Books</b></div></header><main>${body}</main></body></html>`;

// The same page with another consent manager.
const peerPage = ({
  head,
  foot,
}) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lumen Books</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>${LOOK}</style>${head}</head>
<body><header><div><b>Lumen Books</b></div></header><main>${shop}</main>${foot}</body></html>`;

const shop = `<h1>Books that keep you up past midnight</h1>${PROSE.map((words) => `<p>${words}</p>`).join("")}`;

// -- Pictures ------------------------------------------------------------------------------------

/** The bytes of a picture: three or four a pixel, as the browser's file has them (8 bits, not interlaced). */
function pixels(file) {
  let width, height, channels;
  const parts = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const kind = file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR")
      [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), { 2: 3, 6: 4 }[body[9]]];
    if (kind === "IDAT") parts.push(body);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const size = width * channels;
  const data = Buffer.alloc(size * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (size + 1)];
    for (let place = 0; place < size; place++) {
      const at = row * size + place;
      const left = place < channels ? 0 : data[at - channels];
      const up = row ? data[at - size] : 0;
      const corner = row && place >= channels ? data[at - size - channels] : 0;
      data[at] = raw[row * (size + 1) + 1 + place] + [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter];
    }
  }
  return { width, height, channels, data };
}

/** The one of three neighbours that is nearest to left + up − corner (PNG, "Paeth"). */
function nearest(left, up, corner) {
  const [toLeft, toUp, toCorner] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

/**
 * The same picture with at most 256 colours: the commonest ones that differ enough from each other, and for
 * every other pixel the nearest of them.
 */
function small(file) {
  const { width, height, channels, data } = pixels(file);
  const counts = new Map();
  const colours = new Uint32Array(width * height);
  for (let pixel = 0; pixel < colours.length; pixel++) {
    const at = pixel * channels;
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    colours[pixel] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const known = [];
  const distancesTo = (wanted) =>
    known.map((one) => one.reduce((sum, value, place) => sum + (value - wanted[place]) ** 2, 0));
  for (const [colour] of [...counts].sort((a, b) => b[1] - a[1])) {
    if (known.length < 256 && Math.min(...distancesTo(parts(colour))) > ENOUGH) known.push(parts(colour));
  }
  const numbers = new Map();
  for (const colour of counts.keys()) {
    const distances = distancesTo(parts(colour));
    numbers.set(colour, distances.indexOf(Math.min(...distances)));
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < colours.length; pixel++) {
    rows[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = numbers.get(colours[pixel]);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    file.subarray(0, 8),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(known.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind, body) {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

// -- Layers --------------------------------------------------------------------------------------

const part = (opened, name) => opened.locator(`consent-banner [part~=${name}]`);
const press = (opened, layer, action) => part(opened, layer).locator(`[data-consent-action=${action}]`).click();

/** What is on a picture: the page, what is done on it before the picture is taken, and the windows, if not the two. */
const LAYERS = {
  settings: [
    page({}, shop),
    async (opened) => {
      await press(opened, "banner", "settings");
      await part(opened, "settings").waitFor();
      await part(opened, "settings").locator("[role=switch][name=functionality]").check();
    },
  ],
  history: [
    page({}, shop),
    async (opened) => {
      await press(opened, "banner", "accept-all");
      await part(opened, "reopen").click();
      await part(opened, "history").locator("summary").first().click();
      await part(opened, "history").evaluate((element) => element.scrollIntoView({ block: "start" }));
    },
  ],
  reopen: [page({}, shop), (opened) => press(opened, "banner", "reject-all")],
  placeholder: [
    page({}, `<h1>Five minutes with a binder</h1><iframe title="A film" src="OTHER/film.html"></iframe>`),
    async (opened) => {
      await press(opened, "banner", "reject-all");
      // Asked of the page: the driver of the browser loses sight of a frame whose request was taken back.
      await opened.waitForFunction(() =>
        document.querySelector("iframe").contentDocument?.querySelector("[data-consent-action=once]"),
      );
    },
  ],
  declaration: [
    page({}, "<h1>Cookies in this shop</h1><consent-declaration></consent-declaration>"),
    async (opened) => {
      await press(opened, "banner", "reject-all");
      await opened.locator("consent-declaration [part~=table]").first().waitFor();
    },
  ],
};
const asked = (opened) => part(opened, "banner").waitFor();
for (const placement of PLACEMENTS) LAYERS[placement] = [page({ placement }, shop), asked, Object.keys(SIZES)];
LAYERS.full = [page({ layout: "full" }, shop), asked, Object.keys(SIZES)];
LAYERS.german = [page({}, shop, "de"), asked];
LAYERS.arabic = [page({}, shop, "ar"), asked];
LAYERS.more = [
  page({}, shop),
  async (opened) => {
    await asked(opened);
    await part(opened, "banner").locator("summary").nth(2).click();
  },
];
LAYERS.accent = [page({}, `<style>consent-banner { --consent-accent: #b4532a }</style>${shop}`), asked];

for (const [name, peer] of Object.entries(peers(policy({}))))
  LAYERS[`peer-${name}`] = [peerPage(peer), (opened) => opened.locator(peer.shows).first().waitFor()];

const answer = (html) => (_, response) =>
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
const handlers = {};
const server = await serve({ handlers });
// The film comes from another origin, as films do: `localhost` is one for the browser.
const other = `http://localhost:${server.port}`;
for (const [layer, [html]] of Object.entries(LAYERS)) handlers[`/${layer}.html`] = answer(html.replace("OTHER", other));
handlers["/film.html"] = answer("<p>A film.</p>");

const browser = await chromium.launch({
  executablePath: process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});

/** Prints what the first layer covers of each window: in English, and in the language in which it covers most. */
async function printShares() {
  const opened = await (await browser.newContext()).newPage();
  console.log(`${"policy".padEnd(10)}${"window".padEnd(22)}${"English".padStart(8)}${"the most".padStart(10)}  in`);
  for (const [name, policy] of Object.entries(POLICIES)) {
    const covered = Object.fromEntries(Object.keys(WINDOWS).map((window) => [window, {}]));
    for (const language of LANGUAGES) {
      handlers["/share.html"] = answer(pageOf(policy, language));
      await opened.goto(`${server.url}/share.html`);
      await asked(opened);
      for (const [window, size] of Object.entries(WINDOWS)) covered[window][language] = await share(opened, size);
    }
    for (const [window, shares] of Object.entries(covered)) {
      const [language, most] = Object.entries(shares).toSorted(([, one], [, other]) => other - one)[0];
      const numbers = [`${shares.en.toFixed(1)} %`.padStart(8), `${most.toFixed(1)} %`.padStart(10)].join("");
      console.log(`${name.padEnd(10)}${window.padEnd(22)}${numbers}  ${language}`);
    }
  }
}

/** The first layer in the two other engines, whose fonts and measures are their own. */
async function takeInOthers(layers) {
  for (const [engine, launch] of layers.length
    ? Object.entries({ firefox: launchFirefox, webkit: launchWebkit })
    : []) {
    const other = await launch();
    try {
      const lane = await other.lane();
      for (const layer of layers) {
        await lane.open(`${server.url}/${layer}.html`);
        await lane.evaluate(`(async () => {
          while (!document.querySelector("consent-banner")?.shadowRoot.querySelector("[part=banner]"))
            await new Promise((resolve) => setTimeout(resolve, 16));
        })()`);
        const picture = small(await lane.picture(SIZES.desktop));
        writeFileSync(new URL(`${layer}-light-${engine}.png`, folder), picture);
      }
    } finally {
      await other.close();
    }
  }
}

const named = process.argv.slice(2);
const wanted = named.length ? named.filter((name) => name !== "shares") : Object.keys(LAYERS);
try {
  if (!named.length || named.includes("shares")) await printShares();
  // What is no longer taken is not to stay.
  if (wanted.length === Object.keys(LAYERS).length) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const layer of wanted) {
    const [, act, sizes = BOTH] = LAYERS[layer];
    for (const scheme of SCHEMES) {
      for (const size of sizes) {
        const context = await browser.newContext({
          viewport: SIZES[size],
          colorScheme: scheme,
          reducedMotion: "reduce",
        });
        const opened = await context.newPage();
        await opened.goto(`${server.url}/${layer}.html`);
        await act(opened);
        // The pointer would leave its mark on what it stands on.
        await opened.mouse.move(0, 0);
        const picture = small(await opened.screenshot({ animations: "disabled" }));
        writeFileSync(new URL(`${layer}-${scheme}-${size}.png`, folder), picture);
        await context.close();
      }
    }
  }
  await takeInOthers(wanted.filter((layer) => PLACEMENTS.includes(layer)));
} finally {
  await browser.close();
  await server.close();
}
const files = readdirSync(folder).map((name) => statSync(new URL(name, folder)).size);
console.log(
  `docs/pictures: ${files.length} pictures, ${(files.reduce((sum, size) => sum + size, 0) / 1024).toFixed(0)} KB`,
);
