// The first layer as a server prints it (`bannerMarkup` of consentinel/server): there before any script of
// ours has run, kept where it is exactly what the tag would show, and thrown away where it is anything else.

import assert from "node:assert/strict";
import { JIMO, repositoryFile, site } from "./site.mjs";

const { bannerMarkup } = await import(repositoryFile("dist/npm/server.js"));
const visitTest = site();

const markup = bannerMarkup(JIMO);
/** Runs before the tag shows anything: marks what the server has printed, and looks at it. */
const MARK = `<script>{
  const host = document.querySelector("consent-banner");
  const banner = host.shadowRoot?.querySelector("[part=banner]");
  if (banner) banner.isPrinted = true;
  host.isPrinted = true;
  window.early = banner && [banner.getRootNode() !== document, getComputedStyle(banner).display];
}</script>`;
const seen = (visit) =>
  visit.page.evaluate(() => {
    const all = document.querySelectorAll("consent-banner");
    const [host] = all;
    const banner = host.shadowRoot.querySelector("[part=banner]");
    return {
      count: all.length,
      isFirst: host === document.body.firstElementChild,
      isKept: !!host.isPrinted && !!banner.isPrinted,
      words: banner.innerText,
      parts: host.shadowRoot.childElementCount,
      children: host.childNodes.length,
      names: host.getAttributeNames().join(),
      look: getComputedStyle(banner).backgroundColor,
    };
  });

visitTest(
  "what the server has printed is styled at once and stays, node by node, and its buttons answer",
  async (visit) => {
    await visit.open();
    await visit.control("reject-all").waitFor();
    const ours = await seen(visit);
    assert.equal(ours.isKept, false);
    await visit.open({ body: markup({ language: "en" }) + MARK }, { path: "/printed.html" });
    await visit.control("reject-all").waitFor();
    assert.deepEqual(await visit.page.evaluate(() => window.early), [true, "grid"]);
    assert.deepEqual(await seen(visit), { ...ours, isKept: true });
    await visit.control("settings").click();
    await visit.page.getByRole("dialog").waitFor();
    await visit.page.keyboard.press("Escape");
    // Closed before it is taken away.
    await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
    await visit.control("accept-all").click();
    assert.equal((await visit.categories()).analytics, "granted");
    const [record] = await visit.ledger();
    assert.deepEqual([record.action, record.via], ["accept-all", "banner"]);
  },
);

visitTest(
  "it stays in a language that is fetched, in the other direction of writing, and under a nonce",
  async (visit) => {
    const headers = {
      "Content-Security-Policy": "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'nonce-abc'",
    };
    await visit.open({ lang: "fr", body: markup({ language: "fr", nonce: "abc" }) + MARK }, { headers });
    await visit.page.waitForFunction(
      () => document.querySelector("consent-banner").shadowRoot.adoptedStyleSheets.length > 0,
    );
    const { isKept, words } = await seen(visit);
    assert.ok(isKept && words.includes("Tout refuser"));
    assert.deepEqual(await visit.page.evaluate(() => window.early), [true, "grid"]);
  },
);

const FORGED = {
  "another word": (text) => text.replace("Reject all", "Reject most"),
  "buttons the other way round": (text) =>
    text.replace("reject-all", "x").replace("accept-all", "reject-all").replace('"x"', '"accept-all"'),
  "one button more": (text) =>
    text.replace(
      '<button type="button" data-consent-action="settings"',
      '<button type="button" data-consent-action="accept-all">OK</button>$&',
    ),
  "no refusal": (text) => text.replace(/<button[^>]*reject-all.*?<\/button>/, ""),
  "a refusal that does not show": (text) => text.replace('data-consent-action="reject-all"', '$& style="opacity: 0"'),
  "a class": (text) => text.replace("<li ", '<li class="x" '),
  "a handler": (text) => text.replace("<section ", '<section onclick="window.hit = 1" '),
  "an attribute of the host": (text) => text.replace("<consent-banner ", '<consent-banner style="display: none" '),
  "a host that says less": (text) => text.replace(' dir="ltr"', ""),
  "another link": (text) => text.replace("usejimo.com/privacy", "usejimo.com/privacz"),
  "a comment": (text) => text.replace("<h2", "<!-- x --><h2"),
  "a space": (text) => text.replace("<ul>", " <ul>"),
  "a second style": (text) =>
    text.replace("<p ", "<style>[data-consent-action=reject-all] { display: none }</style><p "),
  "a sheet by address": (text) => text.replace("<p ", '<link rel="stylesheet" href="data:text/css,"><p '),
  "a slot, and words in the host": (text) =>
    text.replace("<h2", "<slot></slot><h2").replace("</consent-banner>", "Click here</consent-banner>"),
  "words in the host": (text) => text.replace("</consent-banner>", "Click here</consent-banner>"),
  "a hidden part": (text) => text.replace("<ul>", "<ul hidden>"),
  "something after it": (text) => text.replace("</section></template>", "</section><p>Click here</p></template>"),
  "an element of SVG": (text) => text.replace("<strong>", "<svg></svg><strong>"),
  "settings instead": (text) => text.replace("<section ", '<dialog open part="settings"></dialog><section '),
  "a root that is closed": (text) => text.replace('shadowrootmode="open"', 'shadowrootmode="closed"'),
  "no root": (text) => text.replace(' shadowrootmode="open"', ""),
  "another language": () => markup({ language: "fr" }),
  "another place": (text) => text.replace('placement="bottom"', 'placement="corner"'),
};
visitTest("anything else is thrown away and made anew", async (visit) => {
  await visit.open();
  await visit.control("reject-all").waitFor();
  const ours = await seen(visit);
  const printed = markup({ language: "en" });
  for (const [name, forge] of Object.entries(FORGED)) {
    const forged = forge(printed);
    assert.notEqual(forged, printed, name);
    await visit.open({ body: forged + MARK }, { path: "/forged.html" });
    await visit.control("settings").waitFor();
    assert.deepEqual(await seen(visit), ours, name);
  }
});

visitTest("in full it is the same as ours, too", async (visit) => {
  const policy = {
    ...JIMO,
    layout: "full",
    links: [{ title: { en: "Imprint" }, url: "https://www.usejimo.com/legal" }],
  };
  await visit.open({ policy, body: bannerMarkup(policy)({ language: "en" }) + MARK });
  await visit.control("reject-all").waitFor();
  const { isKept, words } = await seen(visit);
  assert.ok(isKept && words.includes(JIMO.categories[2].description.en) && words.includes("Imprint"), words);
});

visitTest("one that stands elsewhere in the page is left alone and grants nothing", async (visit) => {
  await visit.open({ body: `<h1>Page</h1>${markup({ language: "en" })}` });
  await visit.control("accept-all").first().waitFor();
  const hosts = visit.page.locator("consent-banner");
  assert.equal(await hosts.count(), 2);
  await hosts
    .last()
    .locator('[data-consent-action="accept-all"]')
    .evaluate((button) => button.click());
  await hosts.last().locator('[data-consent-action="accept-all"]').dispatchEvent("click");
  assert.equal((await visit.state()).decided, false);
});

visitTest("a visitor who has decided gets none, and one whose cookie makes no sense is asked", async (visit) => {
  await visit.open();
  await visit.control("reject-all").click();
  const { name, value } = await visit.stateCookie();
  assert.equal(markup({ cookie: `a=b; ${name}=${value}`, language: "en" }), "");
  for (const cookies of [undefined, null, "", `${name}=`, `${name}=1~x`, "consentinel=1~x"]) {
    assert.ok(markup({ cookie: cookies, language: "en" }).startsWith("<consent-banner "), `${cookies}`);
  }
  // A page out of a cache, made for somebody who had not decided.
  await visit.open({ body: markup({ language: "en" }) + MARK }, { path: "/cached.html" });
  await visit.control("open").waitFor();
  assert.equal(await visit.page.locator("consent-banner").count(), 1);
  assert.equal(await visit.control("accept-all").count(), 0);
});

visitTest("no text of a policy becomes markup, and what has nothing to ask prints nothing", async (visit) => {
  const evil = `</style></template><script>window.hit = 1</script><img src=x onerror="window.hit = 1">&amp;'"\u00a0`;
  const policy = { ...JIMO, controller: { ...JIMO.controller, name: evil } };
  await visit.open({ policy, body: bannerMarkup(policy)({ language: "en" }) + MARK });
  await visit.control("reject-all").waitFor();
  const { isKept, words } = await seen(visit);
  assert.ok(isKept && words.includes("<img src=x"), words);
  assert.equal(await visit.page.evaluate(() => window.hit), undefined);
  assert.equal(bannerMarkup({ ...JIMO, categories: JIMO.categories.slice(0, 1), services: [], items: [] })(), "");
});
