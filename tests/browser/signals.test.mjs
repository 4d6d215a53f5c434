// What vendors' code is told of a visitor's choice, and when: what is denied before any later script of the page runs, and
// each change before what waited for it. The vendors are stand-ins that write down each call, in one list with what the
// page and the held script do.
//
// Left out: what vendors make of it; whether a vendor is held, which tests/matrix shows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PLAIN_TAG, TAG, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const VENDORS_OWN = ["wp_consent_*", "_tracking_consent"].map((name) => item(name, "necessary"));
const POLICY = policyOf([item("opt"), item("fun", "functionality"), ...VENDORS_OWN], {
  services: [{ id: "shop", category: "functionality", name: "Shop", provider: "Shop SAS", hosts: ["shop.example"] }],
});

/** The vendors' functions and lists, as their snippets leave them; each call is written down in `heard`. */
const VENDORS = `
  window.heard = [];
  const plain = (value) => JSON.parse(JSON.stringify(value, (_, part) => typeof part === "function" ? "function" : part));
  const hear = (name) => (...given) => void heard.push([name, ...plain(given.map((each) =>
    Object.prototype.toString.call(each) === "[object Arguments]" ? ["arguments", ...each] : each))]);
  for (const name of ["dataLayer", "uetq", "_paq"]) {
    window[name] = [];
    window[name].push = hear(name);
  }
  window.clarity = hear("clarity");
  window.fbq = hear("fbq");
  window.ttq = { holdConsent: hear("hold"), grantConsent: hear("grant"), revokeConsent: hear("revoke") };
  window.wp_set_consent = hear("wp");
  window.Shopify = {
    loadFeatures(features, done) { hear("features")(features); done(); },
    customerPrivacy: { setTrackingConsent: hear("shopify") },
  };
  window.analytics = { addSourceMiddleware: (made) => { hear("middleware")(); window.middleware = made; }, track: hear("track") };`;

const parts = (signals, { before = VENDORS, tag = TAG, mapping = JSON.stringify(signals) } = {}) => ({
  policy: POLICY,
  before: `<script>${before}</script>`,
  tag: `${tag}<script type="application/json" id="consentinel-signals">${mapping}</script><script src="/dist/consentinel.signals.js"></script>`,
  head: '<script>heard.push(["page"]);</script>',
  // By its address: the text of an inline one may not be there yet when the parser has only met the element.
  body: '<script type="text/plain" data-consent="analytics" data-src="/held.js"></script>',
});
const open = (visit, page, options) => {
  visit.serve("/held.js", 'heard.push(["held"]);');
  return visit.open(page, options);
};

const WORDS = JSON.parse(readFileSync(repositoryFile("www/npm/signals/words.json"), "utf8"));

const heard = (visit) => visit.page.evaluate(() => window.heard.splice(0));

const google = (granted) =>
  Object.fromEntries(
    [
      "ad_storage",
      "ad_user_data",
      "ad_personalization",
      "analytics_storage",
      "functionality_storage",
      "personalization_storage",
      "security_storage",
    ].map((type) => [type, granted.includes(type) ? "granted" : "denied"]),
  );
const gtag = (...given) => ["dataLayer", ["arguments", ...given]];
const NOTHING_GRANTED = gtag("consent", "default", google(["security_storage"]));
const update = (...types) => gtag("consent", "update", google(["security_storage", ...types]));
const clarity = (is) => ["clarity", "consentv2", { ad_Storage: "denied", analytics_Storage: is }];
const event = (decided, is) => ["dataLayer", { event: "consent", consent: { decided, stats: is } }];
const wp = (is) => [
  ["wp", "statistics", is],
  ["wp", "preferences", is],
];
const shopify = (is) => [
  ["features", [{ name: "consent-tracking-api", version: "0.1" }]],
  ["shopify", { analytics: is, preferences: is }, "function"],
];

/** By mechanism: what is to be told, and what is heard at each step, in its order. */
const MECHANISMS = {
  "google-consent-mode": {
    mapping: {
      analytics_storage: "analytics",
      functionality_storage: "shop",
      personalization_storage: ["analytics", "shop"],
      always: ["security_storage"],
      ads_data_redaction: true,
    },
    first: [NOTHING_GRANTED, gtag("set", "ads_data_redaction", true)],
    granted: [update("analytics_storage", "functionality_storage", "personalization_storage")],
    one: [update("analytics_storage")],
    refused: [update()],
    // The hosts of the shop are let in from the next page on, as docs/csp.md has it.
    again: [update("analytics_storage")],
    returning: [
      NOTHING_GRANTED,
      gtag("set", "ads_data_redaction", true),
      update("analytics_storage", "functionality_storage", "personalization_storage"),
    ],
  },
  "uet-consent-mode": {
    mapping: "analytics",
    first: [["uetq", "consent", "default", { ad_storage: "denied" }]],
    granted: [["uetq", "consent", "update", { ad_storage: "granted" }]],
    one: [],
    refused: [["uetq", "consent", "update", { ad_storage: "denied" }]],
    returning: [
      ["uetq", "consent", "default", { ad_storage: "denied" }],
      ["uetq", "consent", "update", { ad_storage: "granted" }],
    ],
  },
  "clarity-consent-v2": {
    mapping: { analytics_Storage: "analytics" },
    first: [clarity("denied")],
    granted: [clarity("granted")],
    one: [],
    refused: [clarity("denied")],
    returning: [clarity("granted")],
  },
  "meta-consent": {
    mapping: "analytics",
    first: [["fbq", "consent", "revoke"]],
    granted: [["fbq", "consent", "grant"]],
    one: [],
    refused: [["fbq", "consent", "revoke"]],
    returning: [["fbq", "consent", "grant"]],
  },
  "tiktok-consent": {
    mapping: { consent: "analytics" },
    first: [["hold"]],
    granted: [["grant"]],
    one: [],
    refused: [["revoke"]],
    returning: [["grant"]],
  },
  "matomo-consent": {
    mapping: { cookies: "analytics" },
    first: [["_paq", ["requireCookieConsent"]]],
    granted: [["_paq", ["setCookieConsentGiven"]]],
    one: [],
    refused: [["_paq", ["forgetCookieConsentGiven"]]],
    returning: [
      ["_paq", ["requireCookieConsent"]],
      ["_paq", ["setCookieConsentGiven"]],
    ],
  },
  "wp-consent-api": {
    mapping: { statistics: "analytics", preferences: "analytics" },
    first: [],
    granted: wp("allow"),
    one: [],
    refused: wp("deny"),
    returning: wp("allow"),
  },
  "shopify-customer-privacy": {
    mapping: { analytics: "analytics", preferences: "analytics" },
    first: [],
    granted: shopify(true),
    one: [],
    refused: shopify(false),
    returning: shopify(true),
  },
  "segment-consent": {
    mapping: { Statistics: "analytics" },
    first: [["middleware"]],
    granted: [["track", "Segment Consent Preference Updated"]],
    one: [],
    refused: [["track", "Segment Consent Preference Updated"]],
    returning: [["middleware"]],
  },
  "data-layer-event": {
    mapping: { stats: "analytics" },
    first: [event(false, "denied")],
    granted: [event(true, "granted")],
    one: [],
    refused: [event(true, "denied")],
    returning: [event(true, "granted")],
  },
};

for (const [name, { mapping, first, granted, one, refused, again = granted, returning }] of Object.entries(
  MECHANISMS,
)) {
  visitTest(
    `${name}: denied before any script of the page, and each change before what waits for it`,
    async (visit) => {
      await open(visit, parts({ [name]: mapping }));
      assert.deepEqual(await heard(visit), [...first, ["page"]], "a first visit");
      await visit.control("accept-all").click();
      await visit.page.waitForFunction(() => window.heard.some(([what]) => what === "held"));
      assert.deepEqual(await heard(visit), [...granted, ["held"]], "a grant");
      await visit.decide("save", { analytics: true, shop: false });
      assert.deepEqual(await heard(visit), one, "one of two");
      await visit.call("withdraw");
      assert.deepEqual(await heard(visit), refused, "a withdrawal");
      await visit.decide("acceptAll");
      assert.deepEqual(await heard(visit), again, "a grant once more");
      await visit.page.reload();
      await visit.page.waitForFunction(() => window.heard.some(([what]) => what === "held"));
      assert.deepEqual(await heard(visit), [...returning, ["page"], ["held"]], "who comes back");
      await visit.call("rejectAll");
      assert.deepEqual(await heard(visit), refused, "a refusal");
    },
  );
}

/** All mechanisms in one page; `is` says what is heard of each at a step. */
const ALL = Object.fromEntries(Object.entries(MECHANISMS).map(([name, { mapping }]) => [name, mapping]));
const heardOf = (step) => Object.values(MECHANISMS).flatMap((each) => each[step] ?? each.granted);
const isReleased = (visit) => visit.page.waitForFunction(() => window.heard.some(([what]) => what === "held"));

/** The page with all of them, and the script of signals at a path of the test's own. */
const withAll = (path, more) => {
  const { tag, ...page } = parts(ALL, more);
  return { ...page, tag: tag.replace("/dist/consentinel.signals.js", path) };
};
const SCRIPT = readFileSync(repositoryFile("dist/consentinel.signals.js"));

visitTest(
  "all vendors on one page, where the script of signals is slow: nothing of the page goes before it",
  async (visit) => {
    // It is answered only when a request of the page has come and gone.
    let come;
    const asked = new Promise((resolve) => (come = resolve));
    visit.serve("/own", (_, response) => {
      response.on("finish", come).end("own");
    });
    visit.serve("/slow.js", async (_, response) => {
      await asked;
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(SCRIPT);
    });
    await open(visit, withAll("/slow.js", { before: `${VENDORS} fetch("/own");` }));
    assert.deepEqual(await heard(visit), [...heardOf("first"), ["page"]]);
    await visit.control("accept-all").click();
    await isReleased(visit);
    assert.deepEqual(await heard(visit), [...heardOf("granted"), ["held"]]);
    await visit.page.reload();
    await isReleased(visit);
    assert.deepEqual(await heard(visit), [...heardOf("returning"), ["page"], ["held"]]);
  },
);

visitTest("all vendors on one page, which comes from the cache with all its scripts", async (visit) => {
  const kept = { "Cache-Control": "max-age=3600" };
  visit.serve("/kept.js", SCRIPT.toString(), kept);
  await open(visit, withAll("/kept.js"), { headers: kept });
  await heard(visit);
  await visit.call("rejectAll");
  assert.deepEqual(await heard(visit), heardOf("refused"), "a first answer that refuses");
  await visit.decide("acceptAll");
  await isReleased(visit);
  visit.serve("/other.html", '<!doctype html><link rel="icon" href="data:,"><title>Other</title>');
  await visit.page.goto(visit.url("/other.html"));
  const before = visit.requested(/^\/(page\.html|kept\.js)$/).length;
  await visit.page.goto(visit.url("/page.html"));
  await isReleased(visit);
  assert.deepEqual(await heard(visit), [...heardOf("returning"), ["page"], ["held"]]);
  assert.equal(visit.requested(/^\/(page\.html|kept\.js)$/).length, before, "neither was asked for again");
});

visitTest(
  "Global Privacy Control: what is named is told as denied before and after a grant, and the rest as ever",
  async (visit) => {
    const gpc = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });";
    const { mapping } = MECHANISMS["google-consent-mode"];
    const told = { ...mapping, gpc: ["functionality_storage", "security_storage"] };
    // Of all other vendors the only word, or all of them.
    const named = Object.entries(ALL).map(([name, given]) => {
      const words = typeof given === "string" ? { [WORDS[name].words[0]]: given } : given;
      return [name, WORDS[name].words ? { ...words, gpc: Object.keys(words) } : words];
    });
    const signals = { ...Object.fromEntries(named), "google-consent-mode": told };
    await open(visit, parts(signals, { before: VENDORS + gpc }));
    const [, ...others] = heardOf("first");
    const denied = (command, ...types) => gtag("consent", command, google(types));
    assert.deepEqual(await heard(visit), [denied("default"), ...others, ["page"]], "a first visit");
    await visit.decide("acceptAll");
    await isReleased(visit);
    const after = await heard(visit);
    assert.deepEqual(after[0], denied("update", "analytics_storage", "personalization_storage"));
    // What has no word of a vendor says what was chosen: a list of the site's own, and Segment's event.
    const own = ["segment-consent", "data-layer-event"].flatMap((name) => MECHANISMS[name].granted);
    const isOthers = (call) => call !== after[0] && !own.some((mine) => JSON.stringify(mine) === JSON.stringify(call));
    const refused = Object.entries(MECHANISMS).filter(([name]) => WORDS[name].words && name !== "google-consent-mode");
    // An opt-out after which nothing is granted is what a refusal is, but for the one who never was told of a grant.
    const wanted = refused.flatMap(([, each]) => each.refused);
    assert.deepEqual(
      after.filter((call) => isOthers(call) && call[0] !== "held"),
      wanted,
    );
    assert.deepEqual((await visit.ledger())[0].signals, ["gpc"]);
  },
);

visitTest(
  "Global Privacy Control: where what is named is not understood, nothing is told as granted",
  async (visit) => {
    const gpc = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });";
    const told = { ...MECHANISMS["google-consent-mode"].mapping, gpc: ["ad_user_data", "ad_personalisation"] };
    await open(visit, parts({ "google-consent-mode": told }, { before: VENDORS + gpc }));
    await visit.problem(/signal-option at \/google-consent-mode\/gpc/);
    await visit.decide("acceptAll");
    await isReleased(visit);
    assert.doesNotMatch(JSON.stringify(await heard(visit)), /"granted"/);
  },
);

visitTest("another tab decides: what is told here comes before what is let go here", async (visit) => {
  const { mapping, first, granted } = MECHANISMS["google-consent-mode"];
  await open(visit, parts({ "google-consent-mode": mapping }));
  const other = await visit.context.newPage();
  await other.goto(visit.url("/page.html"));
  await visit.whole(other);
  assert.deepEqual(await heard(visit), [...first, ["page"]]);
  await other.locator('consent-banner [data-consent-action="accept-all"]').click();
  await visit.page.waitForFunction(() => window.heard.some(([what]) => what === "held"));
  assert.deepEqual(await heard(visit), [...granted, ["held"]]);
});

visitTest("what goes through Segment carries what holds when it goes", async (visit) => {
  await open(visit, parts({ "segment-consent": { Statistics: "analytics" } }));
  const stamp = () =>
    visit.page.evaluate(() => {
      const payload = { obj: { context: { page: 1 } } };
      let passed;
      window.middleware({ payload, next: (given) => (passed = given === payload) });
      return [passed, payload.obj.context];
    });
  const context = (is) => ({ page: 1, consent: { categoryPreferences: { Statistics: is } } });
  assert.deepEqual(await stamp(), [true, context(false)]);
  await visit.decide("acceptAll");
  assert.deepEqual(await stamp(), [true, context(true)]);
});

visitTest("vendors that come later are told then, and lists of theirs are made before", async (visit) => {
  const signals = {
    "meta-consent": "analytics",
    "uet-consent-mode": "analytics",
    "clarity-consent-v2": { analytics_Storage: "analytics" },
    "segment-consent": { S: "analytics" },
  };
  const late = '<script>window.fbq = (...given) => void heard.push(["fbq", ...given]);</script>';
  const given = parts(signals, { before: "window.heard = [];" });
  await open(visit, { ...given, body: late });
  await visit.page.waitForFunction(() => window.heard.length > 1);
  assert.deepEqual(await heard(visit), [["page"], ["fbq", "consent", "revoke"]]);
  assert.deepEqual(
    await visit.page.evaluate(() => [
      [...window.uetq],
      window.clarity.q.map((call) => [...call]),
      window.analytics.map(([call, made]) => [call, typeof made]),
    ]),
    [
      ["consent", "default", { ad_storage: "denied" }],
      [["consentv2", { ad_Storage: "denied", analytics_Storage: "denied" }]],
      [["addSourceMiddleware", "function"]],
    ],
  );
});

visitTest("what is not understood is told all at once, and stays denied after a grant", async (visit) => {
  await open(
    visit,
    parts({
      "google-consent-mode": { ad_storage: "marketing", analytics_storage: ["analytics", "anlytics"], adstorage: "x" },
      "gogle-consent-mode": {},
      "matomo-consent": "analytics",
      "data-layer-event": { event: 1, stats: ["analytics", 7] },
    }),
  );
  const told = await visit.problem(/signal-unknown/);
  for (const path of [
    "signal-unknown at /google-consent-mode/ad_storage",
    "signal-unknown at /google-consent-mode/analytics_storage",
    "signal-unknown at /google-consent-mode/adstorage",
    "signal-unknown at /gogle-consent-mode",
    "signal-type at /matomo-consent",
    "signal-option at /data-layer-event/event",
    "signal-unknown at /data-layer-event/stats",
  ])
    assert.ok(told.includes(path), `${path} in ${told}`);
  await visit.decide("acceptAll");
  const words = (await heard(visit)).flatMap((call) => JSON.stringify(call).match(/"granted"/g) ?? []);
  assert.deepEqual(words, []);
});

visitTest("a vendor's code that throws stops neither the page nor the others", async (visit) => {
  const before = `${VENDORS} window.clarity = () => { throw new Error("broken"); };`;
  const signals = { "clarity-consent-v2": { analytics_Storage: "analytics" }, "uet-consent-mode": "analytics" };
  await open(visit, parts(signals, { before }));
  visit.forgive(/^consentinel: signal-failed at clarity-consent-v2: Error: broken/);
  assert.deepEqual(await heard(visit), [...MECHANISMS["uet-consent-mode"].first, ["page"]]);
});

visitTest("without the tag everything is told as denied, and nobody ever as granted", async (visit) => {
  const { mapping, first } = MECHANISMS["google-consent-mode"];
  await open(visit, parts({ "google-consent-mode": mapping }, { tag: "" }));
  await visit.problem(/signals-alone/);
  assert.deepEqual(await heard(visit), [...first, ["page"]]);
});

for (const [name, cookie, refused] of [
  ["wp-consent-api", "wp_consent_statistics", wp("deny")],
  ["shopify-customer-privacy", "_tracking_consent", shopify(false)],
]) {
  visitTest(`${name}: what the vendor stored goes with the choice that has ended`, async (visit) => {
    await visit.setCookie(cookie, "allow");
    await open(visit, parts({ [name]: MECHANISMS[name].mapping }));
    assert.deepEqual(await heard(visit), [...refused, ["page"]]);
  });
}

visitTest("where the tag cannot start, everything is told as denied", async (visit) => {
  const { mapping, first } = MECHANISMS["google-consent-mode"];
  const headers = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" };
  visit.lackSubstitute();
  await open(visit, parts({ "google-consent-mode": mapping }), { headers, isWhole: false });
  await visit.problem(/module-unavailable/);
  assert.deepEqual(await heard(visit), [...first, ["page"]]);
  visit.forgive(/^(?!consentinel:)/);
});

for (const [what, mapping, code] of [
  ["no JSON", "{", /signals-unreadable/],
  ["no object", "[]", /signal-type at \//],
  ["nothing", "", /signals-missing/],
]) {
  visitTest(`${what} in place of what is to be told is one line, and the page goes on`, async (visit) => {
    await open(visit, parts(null, { mapping, tag: PLAIN_TAG }));
    await visit.problem(code);
    assert.deepEqual(await heard(visit), [["page"]]);
  });
}
