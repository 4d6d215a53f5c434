// How much of a window the first layer covers: the pages that it is measured on, and what it may cover at most. The test
// (real-looks.test.mjs) and the pictures (xtask/pictures.mjs) measure alike.
//
// Left out: how it looks; docs/looks.md shows that.

import { readFileSync, readdirSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const names = (folder) =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(".json", ""))
    .sort();

/** Every language that the product has texts for. */
export const LANGUAGES = names("www/texts");
/** The policies of www/policies, by name. */
export const POLICIES = Object.fromEntries(
  names("www/policies").map((name) => [name, read(`www/policies/${name}.json`)]),
);
/** The windows that are measured in. */
export const WINDOWS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  "phone held sideways": { width: 844, height: 390 },
};

/** The most that the first layer may cover, in percent of the window. */
export const most = (policy, window) =>
  ({ desktop: policy === "jimo" ? 26 : 32, phone: policy === "jimo" ? 45 : 50 })[window] ?? 200 / 3;

/** A page of a site with this policy. Its font is a wide one, so that what fits in it fits. */
export const pageOf = (
  policy,
  language,
  more = "",
) => `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<title>Page</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:root { color-scheme: light dark; font-family: "DejaVu Sans", Verdana, sans-serif } ${more}</style>
<script type="application/json" id="consentinel-policy">${JSON.stringify(policy).replaceAll("<", "\\u003c")}</script>
<script src="/dist/consentinel.js"></script></head><body><h1>Page</h1>${"<p>Words of the page.</p>".repeat(40)}</body></html>`;

/** What the first layer of an opened page covers in this window, in percent with one decimal. */
export async function share(page, window) {
  await page.setViewportSize(window);
  return page.locator("consent-banner [part~=banner]").evaluate((layer) => {
    const { width, height } = layer.getBoundingClientRect();
    return Math.round((1000 * width * height) / (innerWidth * innerHeight)) / 10;
  });
}
