// Sites that come from another consent tool: what the tool itself stored in a browser, written here by its own code, is
// taken over once, before the tag starts. Everything that is carried or not by what was found is data
// (tests/vectors/moving.json); here it is asked whether the forms are read as the tools write them, and whether nobody
// but the old tool can write them.
//
// Each tool runs on a page of the site as it was, without the tag.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { NOON, OWN, TAG, days, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")]);
const GRANTS = { analytics: ["stats"], functionality: ["video"] };
const UNTIL = "2030-06-30";
const LEDGER = OWN.ledger();

/** The site of today, which moves by this document. */
const parts = (moving, policy = POLICY) => ({
  policy,
  tag: [
    `<script type="application/json" id="consentinel-moving">${JSON.stringify(moving)}</script>`,
    '<script src="/dist/consentinel.moving.js"></script>',
    TAG,
  ].join(""),
  head: `<script>
    window.early = consentinel.has("analytics");
    window.handed = [];
    consentinel.on("record", (told) => handed.push(told));
  </script>`,
});

const installed = (file) => readFileSync(repositoryFile(`node_modules/${file}`), "utf8");

/** c15t is a library: what writes for it, as a bundler makes a script of it. */
async function c15t() {
  const contents = 'export { saveConsentToStorage } from "c15t";';
  const resolveDir = new URL("../..", import.meta.url).pathname;
  const made = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "c15t",
    logLevel: "silent",
  });
  return made.outputFiles[0].text;
}

/**
 * Each tool: its script, and how its own code stores that these of `stats` and `video` are granted, and the others
 * refused. `isTimed` where it stores when.
 */
const TOOLS = {
  "vanilla-cookieconsent": {
    isTimed: true,
    key: "cc_cookie",
    script: () => installed("vanilla-cookieconsent/dist/cookieconsent.umd.js"),
    async decide(granted) {
      const button = { title: "Cookies", acceptAllBtn: "Accept", acceptNecessaryBtn: "Reject" };
      await window.CookieConsent.run({
        categories: { necessary: { enabled: true, readOnly: true }, stats: {}, video: {} },
        language: {
          default: "en",
          translations: { en: { consentModal: button, preferencesModal: { title: "All", sections: [] } } },
        },
      });
      window.CookieConsent.acceptCategory(granted);
    },
  },
  klaro: {
    isTimed: false,
    key: "klaro",
    script: () => installed("klaro/dist/klaro-no-css.js"),
    decide(granted) {
      const services = ["stats", "video"].map((name) => ({ name, title: name, purposes: ["all"] }));
      const manager = window.klaro.getManager({ services, translations: { en: {} } });
      for (const { name } of services) manager.updateConsent(name, granted.includes(name));
      manager.saveAndApplyConsents();
    },
  },
  tarteaucitron: {
    isTimed: false,
    key: "tarteaucitron",
    script: () => installed("tarteaucitronjs/tarteaucitron.js"),
    decide(granted) {
      window.tarteaucitron.parameters = { cookieName: "tarteaucitron" };
      for (const name of ["stats", "video"]) window.tarteaucitron.cookie.create(name, granted.includes(name));
    },
  },
  orejime: {
    isTimed: false,
    key: "eu-consent",
    script: () =>
      `window.orejimeConfig = { privacyPolicyUrl: "/", purposes: [{ id: "stats", title: "Stats", cookies: [] }, { id: "video", title: "Video", cookies: [] }] };${installed("orejime/dist/orejime-standard-en.js")}`,
    async decide(granted) {
      const { manager } = await new Promise((resolve) => {
        if (window.orejime) resolve(window.orejime);
        else document.addEventListener("orejime.init", () => resolve(window.orejime), { once: true });
      });
      for (const id of ["stats", "video"]) manager.setConsent(id, granted.includes(id));
    },
  },
  osano: {
    isTimed: false,
    key: "cookieconsent_status",
    script: () => installed("cookieconsent/build/cookieconsent.min.js"),
    decide(granted) {
      return new Promise((resolve) => {
        window.cookieconsent.initialise({ type: "opt-in" }, (popup) => {
          popup.setStatus(granted.length > 0 ? "allow" : "deny");
          resolve();
        });
      });
    },
  },
  c15t: {
    isTimed: true,
    key: "c15t",
    script: c15t,
    decide(granted) {
      const consents = { necessary: true, stats: granted.includes("stats"), video: granted.includes("video") };
      window.c15t.saveConsentToStorage({ consents, consentInfo: { time: Date.now() } });
    },
  },
};

/** The old tool asks, and the visitor grants these. */
async function ask(visit, name, granted) {
  visit.serve("/tool.js", await TOOLS[name].script());
  visit.serve(
    "/before.html",
    '<!doctype html><link rel="icon" href="data:,"><title>As it was</title><body><script src="/tool.js"></script>',
  );
  visit.isPatient = false;
  await visit.page.goto(visit.url("/before.html"));
  await visit.page.evaluate(TOOLS[name].decide, granted);
  visit.isPatient = true;
}

const isStored = async (visit, key) => (await visit.jar()).includes(key) || (await visit.storage(key)) !== null;
const mappingOf = (name) => ({
  from: name,
  until: UNTIL,
  necessary: ["necessary"],
  grants: name === "osano" ? { analytics: ["all"], functionality: ["all"] } : GRANTS,
});

for (const [name, { isTimed, key }] of Object.entries(TOOLS)) {
  visitTest(`${name}: a refusal that it stored is a refusal here, and nobody is asked`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await ask(visit, name, []);
    assert.ok(await isStored(visit, key), "the tool itself stores under this name");
    await visit.open(parts({ from: name, necessary: ["necessary"] }));
    assert.deepEqual(await visit.categories(), {
      necessary: "necessary",
      functionality: "denied",
      analytics: "denied",
    });
    assert.equal(await visit.control("reject-all").count(), 0);
    const [record, ...others] = await visit.ledger();
    const handed = await visit.page.evaluate(() => window.handed);
    assert.deepEqual(
      handed.map(({ line, notice }) => [JSON.parse(line), notice]),
      [[record, ""]],
      "it is handed on",
    );
    assert.deepEqual(others, []);
    assert.deepEqual(
      [record.version, record.action, record.via, record.granted, record.denied, record.notice.by],
      [2, "import", "tool", [], ["analytics", "functionality"], name],
    );
    assert.deepEqual([record.tool.name, record.tool.key, record.tool.said], [name, key, "none"]);
    assert.equal(record.tool.atMs, isTimed ? NOON : undefined);
    assert.ok(!(await isStored(visit, key)), "what the old tool had stored is gone");
    await visit.open({ policy: { ...POLICY, layout: "full" } });
    assert.equal((await visit.categories()).analytics, "denied", "it outlives a change that says nothing else");
    assert.equal(await visit.control("reject-all").count(), 0);
  });

  visitTest(
    `${name}: a grant is carried ${isTimed ? "as far as it is mapped" : "never, as it stores no time"}`,
    async (visit) => {
      await visit.page.clock.setFixedTime(NOON);
      await ask(visit, name, name === "osano" ? ["all"] : ["stats"]);
      await visit.page.clock.setFixedTime(NOON + days(2));
      await visit.open(parts(mappingOf(name)));
      // Once the second part has looked at the record.
      await visit.ledger();
      const { analytics, functionality } = await visit.categories();
      if (isTimed) {
        assert.deepEqual([analytics, functionality], ["granted", "denied"]);
        const [record] = await visit.ledger();
        assert.deepEqual([record.granted, record.denied, record.tool.said], [["analytics"], ["functionality"], "some"]);
        assert.equal(record.expiresAtMs, NOON + days(182), "it ends when it would have ended there");
        assert.equal(await visit.control("reject-all").count(), 0);
        // On the next page it is there before the first script.
        await visit.page.goto(visit.url("/page.html"));
        assert.equal(await visit.page.evaluate(() => window.early), true);
        await visit.page.clock.setFixedTime(NOON + days(183));
        await visit.page.goto(visit.url("/page.html"));
        assert.notEqual((await visit.categories()).analytics, "granted", "its time is over");
      } else if (name === "osano") {
        assert.deepEqual([analytics, functionality], ["undecided", "undecided"]);
        assert.deepEqual(await visit.ledger(), []);
      } else {
        assert.deepEqual([analytics, functionality], ["undecided", "denied"]);
        assert.deepEqual((await visit.ledger())[0].granted, []);
        assert.ok(await visit.control("reject-all").isVisible(), "what is not carried is asked");
      }
    },
  );
}

/** What the old tool would have stored of a visitor who granted all, a moment ago. */
const FORGED = encodeURIComponent(
  JSON.stringify({
    categories: ["necessary", "stats", "video"],
    lastConsentTimestamp: new Date(NOON - 1000).toISOString(),
  }),
);
const VANILLA = mappingOf("vanilla-cookieconsent");

visitTest(
  "a script that writes the old tool's cookie or key grants nothing, on this page or the next",
  async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    const forging = `<script>
    const forged = ${JSON.stringify(FORGED)};
    document.cookie = "cc_cookie=" + forged + "; Path=/";
    cookieStore.set("cc_cookie", forged).catch(() => {});
    try { localStorage.setItem("cc_cookie", decodeURIComponent(forged)); } catch {}
    localStorage.cc_cookie = decodeURIComponent(forged);
    const frame = document.documentElement.appendChild(document.createElement("iframe"));
    frame.contentDocument.cookie = "cc_cookie=" + forged + "; Path=/";
    frame.contentWindow.localStorage.cc_cookie = decodeURIComponent(forged);
  </script>`;
    const page = parts(VANILLA);
    await visit.open({ ...page, head: page.head + forging });
    assert.ok(!(await isStored(visit, "cc_cookie")));
    for (let time = 0; time < 2; time++) {
      await visit.page.goto(visit.url("/page.html"));
      const { analytics, functionality } = await visit.categories();
      assert.deepEqual([analytics, functionality], ["undecided", "undecided"]);
      assert.deepEqual(await visit.ledger(), []);
    }
  },
);

visitTest("where a script may write that cookie, nothing is granted by it, and the owner is told", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  const declared = { ...POLICY, items: [...POLICY.items, item("cc_cookie", "necessary")] };
  await visit.setCookie("cc_cookie", FORGED);
  await visit.open(parts(VANILLA, declared));
  assert.deepEqual((await visit.categories()).analytics, "undecided");
  assert.match(await visit.problem(/moving-open/), /take its item out of the policy/);
});

visitTest("what was decided here is never changed by what the old tool stored, and that goes", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.open({ policy: POLICY });
  await visit.decide("rejectAll");
  const before = await visit.storage(LEDGER);
  await visit.setCookie("cc_cookie", FORGED);
  await visit.open(parts(VANILLA));
  assert.equal((await visit.categories()).analytics, "denied");
  assert.equal(await visit.storage(LEDGER), before);
  assert.ok(!(await isStored(visit, "cc_cookie")));
});

visitTest("after moving, what is taken back stays taken back, whatever stands under the old name", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.setCookie("cc_cookie", FORGED);
  await visit.open(parts(VANILLA));
  await visit.ledger();
  assert.equal((await visit.categories()).analytics, "granted");
  await visit.call("withdraw");
  await visit.setCookie("cc_cookie", FORGED);
  await visit.page.goto(visit.url("/page.html"));
  const { analytics, functionality } = await visit.categories();
  assert.deepEqual([analytics, functionality], ["denied", "denied"]);
  const actions = (await visit.ledger()).map(({ action }) => action);
  assert.deepEqual(actions, ["import", "withdraw"]);
});

visitTest("beside a ledger that was changed nothing is taken over", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.page.addInitScript((key) => localStorage.setItem(key, "changed"), LEDGER);
  await visit.setCookie("cc_cookie", FORGED);
  await visit.open(parts(VANILLA));
  assert.equal((await visit.categories()).analytics, "undecided");
});

visitTest("two cookies of the old name say two things, so neither counts", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.setCookie("cc_cookie", FORGED);
  await visit.setCookie("cc_cookie", encodeURIComponent(JSON.stringify({ categories: ["necessary"] })), {
    path: "/page.html",
  });
  await visit.open(parts(VANILLA));
  assert.equal((await visit.categories()).analytics, "undecided");
});

/** As the old tool stored of a visitor who refused all. */
const REFUSED = encodeURIComponent(JSON.stringify({ categories: ["necessary"] }));

for (const [what, prepare, attack] of [
  ["removes the refusal of two cookies", async () => {}, ""],
  [
    "removes the refusal of two cookies, and the refusal that was recorded here",
    async (visit) => {
      await visit.decide("rejectAll");
      assert.equal((await visit.ledger()).length, 1);
    },
    `localStorage.clear();
     for (const [name] of document.cookie.split("; ").map((cookie) => cookie.split("="))) {
       if (name.startsWith("consentinel")) document.cookie = name + "=; Path=/; Max-Age=0";
     }`,
  ],
]) {
  visitTest(`a script that ${what} has nothing granted on the next page`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await visit.setCookie("cc_cookie", FORGED);
    await visit.setCookie("cc_cookie", REFUSED, { path: "/page.html" });
    await visit.open(parts(VANILLA));
    await prepare(visit);
    await visit.page.evaluate(`document.cookie = "cc_cookie=; Path=/page.html; Max-Age=0"; ${attack}`);
    assert.ok(!(await isStored(visit, "cc_cookie")), "neither is left");
    await visit.page.goto(visit.url("/page.html"));
    assert.notEqual((await visit.categories()).analytics, "granted");
    assert.ok((await visit.ledger()).every(({ action }) => action !== "import"));
  });
}

visitTest("where it cannot take over, the old cookie and key go all the same, whatever they say", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.page.addInitScript(() => {
    delete window.WebAssembly;
    localStorage.setItem("cc_cookie", '{"categories":["necessary","stats","video"]}');
  });
  await visit.setCookie("cc_cookie", FORGED);
  await visit.open(parts(VANILLA));
  await visit.problem(/moving-failed/);
  assert.ok(!(await isStored(visit, "cc_cookie")));
});

visitTest("a page on which nothing of the old tool is writes no cookie to remove it", async (visit) => {
  await visit.page.addInitScript(() => {
    const { set, get } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    window.written = [];
    Object.defineProperty(Document.prototype, "cookie", {
      configurable: true,
      enumerable: true,
      get,
      set(text) {
        window.written.push(text);
        set.call(this, text);
      },
    });
  });
  await visit.open(parts(VANILLA));
  await visit.decide("rejectAll");
  await visit.page.goto(visit.url("/page.html"));
  assert.deepEqual(await visit.page.evaluate(() => window.written.filter((text) => text.startsWith("cc_cookie"))), []);
});

/** A cookie of version 3.1.0, a moment old, with these beside its categories. */
const vanillaOf = (more, categories = ["necessary", "stats"]) =>
  JSON.stringify({ categories, lastConsentTimestamp: new Date(NOON - 1000).toISOString(), ...more });
const SERVICES = { analytics: ["stats/matomo", "stats/plausible"], functionality: ["video"] };
const [CARRIED, NONE] = [
  { analytics: "granted", functionality: "denied" },
  { analytics: "undecided", functionality: "undecided" },
];

for (const [what, { from = "vanilla-cookieconsent", cookie, key, grants = GRANTS }, want] of [
  ["lists of no services", { cookie: vanillaOf({ services: { necessary: [], stats: [], video: [] } }) }, CARRIED],
  [
    "one of two services, and the category asked for",
    { cookie: vanillaOf({ services: { stats: ["matomo"] } }) },
    { analytics: "undecided", functionality: "denied" },
  ],
  [
    "one of two services, and both asked for",
    { cookie: vanillaOf({ services: { stats: ["matomo"] } }), grants: SERVICES },
    { analytics: "denied", functionality: "denied" },
  ],
  [
    "both of two services",
    { cookie: vanillaOf({ services: { stats: ["plausible", "matomo"] } }), grants: SERVICES },
    CARRIED,
  ],
  ["an end that is past", { cookie: vanillaOf({ expirationTime: NOON - 1 }) }, NONE],
  ["an end to come", { cookie: vanillaOf({ expirationTime: NOON + 1 }) }, CARRIED],
  ["a cookie and a key that say the same", { cookie: vanillaOf({}), key: vanillaOf({}) }, CARRIED],
  ["a cookie that grants and a key that refuses", { cookie: vanillaOf({}), key: vanillaOf({}, ["necessary"]) }, NONE],
  ["a key that grants and a cookie that refuses", { cookie: vanillaOf({}, ["necessary"]), key: vanillaOf({}) }, NONE],
  [
    "a cookie that grants and a key that is over",
    { cookie: vanillaOf({}), key: vanillaOf({ expirationTime: 1 }) },
    NONE,
  ],
  ["a time alone", { from: "c15t", cookie: `i.t:${NOON - 1000}` }, NONE],
  ["an answer and its time", { from: "c15t", cookie: `c.necessary:1,c.stats:1,i.t:${NOON - 1000}` }, CARRIED],
]) {
  visitTest(`${from}: ${what}`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    const name = TOOLS[from].key;
    await visit.setCookie(name, encodeURIComponent(cookie).replaceAll("%3A", ":").replaceAll("%2C", ","));
    if (key) await visit.page.addInitScript(([name, text]) => localStorage.setItem(name, text), [name, key]);
    await visit.open(parts({ ...mappingOf(from), grants }));
    // Once the second part has looked at the record.
    await visit.ledger();
    const { analytics, functionality } = await visit.categories();
    assert.deepEqual({ analytics, functionality }, want);
  });
}

visitTest("a cookie that makes no sense is no decision", async (visit) => {
  for (const value of ["x", "%7B%22categories%22%3A1%7D", "%E0%A4%A", encodeURIComponent("[]")]) {
    await visit.setCookie("cc_cookie", value);
    await visit.open(parts(VANILLA));
    assert.equal((await visit.categories()).analytics, "undecided", value);
    assert.deepEqual(await visit.ledger(), [], value);
  }
});

for (const [what, moving, pattern] of [
  [
    "a tool that nobody knows",
    { from: "cookie-monster" },
    /moving-tool; write one of these as from: vanilla-cookieconsent/,
  ],
  [
    "a name that is none",
    { ...VANILLA, grants: { statistics: ["stats"] } },
    /category-unknown at grants: found `statistics`/,
  ],
]) {
  visitTest(`${what}: the owner is told, and nothing is granted`, async (visit) => {
    await visit.page.clock.setFixedTime(NOON);
    await visit.setCookie("cc_cookie", FORGED);
    await visit.open(parts(moving));
    assert.equal((await visit.categories()).analytics, "undecided");
    await visit.problem(pattern);
  });
}

visitTest("behind the tag it is too late, and the owner is told", async (visit) => {
  await visit.setCookie("cc_cookie", FORGED);
  const { tag, ...rest } = parts(VANILLA);
  await visit.open({ ...rest, tag: TAG, head: tag.replace(TAG, "") });
  assert.equal((await visit.categories()).analytics, "undecided");
  await visit.problem(/moving-late/);
});

visitTest("in an application the same comes by an import, and the visitor's own files tell of it", async (visit) => {
  await visit.page.clock.setFixedTime(NOON);
  await visit.setCookie("cc_cookie", FORGED);
  const script = `
    import { createConsent } from "/dist/npm/index.js";
    import { moveFrom } from "/dist/npm/moving.js";
    const policy = ${JSON.stringify(POLICY)};
    moveFrom(${JSON.stringify({ ...VANILLA, grants: { analytics: ["stats"] } })}, policy);
    window.owner = createConsent(policy);`;
  await visit.open({ policy: null, tag: `<script type="module">${script}</script>` });
  const [record] = await visit.ledger();
  const { analytics, functionality } = await visit.categories();
  assert.deepEqual([analytics, functionality, record.action], ["granted", "undecided", "import"]);
  await visit.control("settings").first().click();
  await visit.page.locator("consent-banner [part=history] summary").click();
  const shown = await visit.page.locator("consent-banner [part=history]").innerText();
  assert.ok(shown.includes("Saved a choice"), shown);
  const [download] = await Promise.all([visit.page.waitForEvent("download"), visit.control("receipt").click()]);
  const receipt = readFileSync(await download.path(), "utf8");
  assert.ok(receipt.includes("tool") && receipt.includes(record.build), receipt);
});
