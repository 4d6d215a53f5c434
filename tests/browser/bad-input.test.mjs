// Policies that are not what they should be, and texts that want to be more than text. Each is told
// once, on the console and by an event, with a code of docs/errors.md; the gate stays closed for what
// is concerned; the page goes on. What the browser itself spoils is in bad-storage.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { JIMO, item, policyOf, repositoryFile, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt")]);
/** Page code after the tag: what it tries, and the sign that it lived on. */
const AFTER = `<script>document.cookie = "opt=1"; document.cookie = "need=1"; window.told = [];
  document.addEventListener("consent:error", ({ detail }) => told.push(...detail.problems.map((problem) => problem.code)));</script>
  <script>window.alive = [consentinel.has("analytics"), consentinel.state.asks, typeof consentinel.attempts()];</script>`;

/** Opens the page, and holds it to the rule: told once with these codes, closed, alive. */
async function assertClosed(visit, policy, codes, { isAsked = false, jar = [] } = {}) {
  await visit.open({ policy, head: AFTER });
  assert.deepEqual(await visit.jar(), jar);
  assert.deepEqual(await visit.page.evaluate(() => window.alive), [false, isAsked, "object"]);
  assert.equal(await visit.control("accept-all").count(), isAsked ? 1 : 0);
  await visit.settled();
  // That has() was asked about a name of a policy nobody could read is told as well.
  const [told, ...more] = visit.problems.splice(0).filter((problem) => !/^consentinel: name-unknown/.test(problem));
  assert.deepEqual(more, [], "told in one message");
  assert.deepEqual(codesOf(told), codes, told);
}

/** The codes of a message, one line each. */
const codesOf = (message = "") =>
  message
    .replace(/^consentinel: /, "")
    .split("\n")
    .map((line) => line.split(/[ :;]/)[0]);

for (const [name, code, policies] of [
  ["missing", "policy-missing", [null]],
  [
    "not JSON",
    "policy-not-json",
    [
      "",
      " ",
      "{",
      "undefined",
      '{"version": 1,',
      JSON.stringify(POLICY).slice(0, -1),
      `${JSON.stringify(POLICY)},`,
      "<!-- {} -->",
      "{'version': 1}",
      "NaN",
      "\ufeff{}",
    ],
  ],
  ["JSON, but no object", "field-type", ["null", "[]", "1", '"text"', "true"]],
  ["of another version", "policy-version", [2, 0, 1.5, "1", true, [1]].map((version) => ({ ...POLICY, version }))],
  [
    "without a part that must be there",
    "field-missing",
    ["version", "id", "revision", "controller", "categories"].map((key) => ({
      ...POLICY,
      items: undefined,
      [key]: undefined,
    })),
  ],
  ["without anybody to ask for", "field-value", [{ ...POLICY, categories: [], items: [] }]],
  [
    "of 5 MB",
    "policy-too-large",
    [
      { ...POLICY, revision: "x".repeat(5_000_000) },
      policyOf(Array.from({ length: 40_000 }, (_, position) => item(`item-${position}`))),
    ],
  ],
]) {
  visitTest(`a policy that is no policy: ${name}`, async (visit) => {
    for (const policy of policies) await assertClosed(visit, policy, [code]);
  });
}

const DEEP = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
for (const [name, from, to] of [
  ["in one text", '"Test SAS"', DEEP],
  ["in place of an item", '"items":[', `"items":[${DEEP},`],
  ["in a field nobody knows", '{"version"', `{"deep":${DEEP},"version"`],
  ["and nothing else", "", ""],
]) {
  visitTest(`a policy too deep for a stack, ${name}, closes the gate and no more`, async (visit) => {
    const text = from ? JSON.stringify(POLICY).replace(from, to) : DEEP;
    assert.ok(JSON.parse(text) && text.length < 1_000_000, "the browser can read it, and it is not too long");
    await visit.open({ policy: text, head: AFTER });
    const [isGranted] = await visit.page.evaluate(() => window.alive);
    assert.equal(isGranted, false);
    assert.ok(!(await visit.jar()).includes("opt"));
    visit.forgive(/name-unknown/);
    await visit.problem(/^consentinel: (field|policy|module)-/);
  });
}

const twice = (list, at = 0) => [...list, list[at]];
const SERVICE = { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" };
for (const [name, policy, ...codes] of [
  [
    "an item of a category that is not there",
    policyOf([item("need", "necessary"), item("opt", "anlytics")], { undeclared: "allow" }),
    "category-unknown",
  ],
  [
    "an item of a service that is not there",
    policyOf([item("need", "necessary"), item("opt", "analytics", { service: "cuonter" })]),
    "service-unknown",
  ],
  ["two categories of one id", { ...POLICY, categories: twice(POLICY.categories, 2) }, "id-duplicate"],
  [
    "a necessary twin of an optional category",
    { ...POLICY, categories: [...POLICY.categories, { ...POLICY.categories[2], necessary: true }] },
    "id-duplicate",
  ],
  [
    "a service with the id of a category",
    { ...POLICY, services: [{ ...SERVICE, id: "analytics", category: "necessary" }] },
    "id-duplicate",
  ],
  ["two services of one id", { ...POLICY, services: twice([SERVICE]) }, "id-duplicate"],
  [
    "one item twice, once as necessary",
    policyOf([item("need", "necessary"), item("opt", "necessary"), item("opt")]),
    "item-duplicate",
  ],
  [
    "an item that opens everything",
    policyOf([item("need", "necessary"), item("opt"), item("*", "necessary")]),
    "glob-opens-all",
  ],
  [
    "an item with the name of our cookie",
    policyOf([...POLICY.items, item("consentinel", "necessary")]),
    "item-reserved",
  ],
  ["an unknown field", { ...POLICY, undeclard: "allow" }, "field-unknown"],
  ["a refusal that is forgotten too soon", { ...POLICY, refusalLifetimeDays: 30 }, "refusal-short"],
  [
    "several at once",
    {
      ...policyOf([item("need", "necessary"), item("opt", "anlytics", { party: "second", duration: "soon" })]),
      color: "red",
    },
    "field-unknown",
    "category-unknown",
    "field-value",
    "field-value",
  ],
  [
    "necessary said in words",
    { ...POLICY, categories: POLICY.categories.with(2, { ...POLICY.categories[2], necessary: "yes" }) },
    "field-type",
  ],
]) {
  visitTest(`a policy with a mistake in it: ${name}`, (visit) =>
    assertClosed(visit, policy, codes, { isAsked: true, jar: ["need"] }),
  );
}

visitTest(
  "every problem of a policy is told with its path, and also as an event that a page can hear",
  async (visit) => {
    const before =
      "<script>document.addEventListener('consent:error', ({ detail }) => { window.heard = detail; });</script>";
    await visit.open({ before, policy: policyOf([item("need", "necessary"), item("opt", "anlytics")]) });
    const text = await visit.problem(/category-unknown/);
    assert.equal(
      text,
      "consentinel: category-unknown at items[1].category: found `anlytics`; use the id of a category of the policy",
    );
    const [{ code, path, found, message }, ...others] = await visit.page.evaluate(() => window.heard.problems);
    assert.deepEqual(
      [code, path, found, message, others],
      ["category-unknown", "items[1].category", "anlytics", text.replace("consentinel: ", ""), []],
    );
  },
);

/** All texts of a policy that a visitor is shown: where, and how to put another one there. */
const PLACES = [
  [
    "controller.name",
    (policy, text) => {
      policy.controller.name = text;
    },
  ],
  [
    "controller.address",
    (policy, text) => {
      policy.controller.address = text;
    },
  ],
  [
    "controller.contact",
    (policy, text) => {
      policy.controller.contact = text;
    },
  ],
  [
    "categories[2].title.en",
    (policy, text) => {
      policy.categories[2].title.en = text;
    },
  ],
  [
    "categories[2].description.en",
    (policy, text) => {
      policy.categories[2].description.en = text;
    },
  ],
  [
    "services[0].name",
    (policy, text) => {
      policy.services[0].name = text;
    },
  ],
  [
    "services[0].provider",
    (policy, text) => {
      policy.services[0].provider = text;
    },
  ],
  [
    "items[7].purpose.en",
    (policy, text) => {
      policy.items[7].purpose.en = text;
    },
  ],
  [
    "items[7].name",
    (policy, text) => {
      policy.items[7].name = text;
    },
  ],
];
const spoilt = (place, text) => {
  const policy = structuredClone(JIMO);
  place(policy, text);
  return policy;
};

/** All the words of both layers, the folded ones too. */
async function words(visit) {
  const first = await visit.page.locator("consent-banner").evaluate((host) => host.shadowRoot.textContent);
  await visit.control("settings").click();
  return first + (await visit.page.getByRole("dialog").textContent());
}

const MARKUP = `</script><img src="/hit" onerror="window.hit=1"><b>{controller}</b> "'\\ & &lt; \${hit} %s {{names}} javascript:hit`;
visitTest("markup in every text is shown as text", async (visit) => {
  const policy = structuredClone(JIMO);
  PLACES.forEach(([, place], position) => place(policy, `${position} ${MARKUP}`));
  await visit.open({ policy });
  const shown = await words(visit);
  PLACES.forEach(([path], position) => assert.ok(shown.includes(`${position} ${MARKUP}`), path));
  const elements = await visit.page
    .locator("consent-banner")
    .evaluate((host) => host.shadowRoot.querySelectorAll("img, b, script, [onerror]").length);
  assert.equal(elements, 0);
  assert.deepEqual(visit.requested(/hit/), []);
  assert.equal(await visit.page.evaluate(() => window.hit), undefined);
});

visitTest("addresses that are no web addresses become no links", async (visit) => {
  const bad = [
    "javascript:window.hit=1",
    "JaVaScRiPt:hit",
    "data:text/html,x",
    "//evil.example",
    "/relative",
    "vbscript:x",
    "https:",
    " https://x.example",
    "blob:https://x.example/1",
    "file:///etc",
  ];
  const policy = structuredClone(JIMO);
  policy.controller.privacyPolicy = bad[0];
  policy.controller.cookiePolicy = "https://good.example/";
  policy.services = bad.map((policyUrl, position) => ({
    ...policy.services[0],
    id: position ? `service-${position}` : "jimo",
    policyUrl,
  }));
  await visit.open({ policy });
  await visit.control("settings").click();
  const links = await visit.page
    .locator("consent-banner a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.deepEqual([...new Set(links)], ["https://good.example/"]);
  const message = await visit.problem(/field-value/);
  assert.deepEqual(
    codesOf(message),
    [bad[0], ...bad].map(() => "field-value"),
  );
});

visitTest("characters that turn a text around are told and taken out", async (visit) => {
  const marks = "\u202e\u2066\u2069\u202a\u2028\u0007\u0000\u009b";
  const policy = structuredClone(JIMO);
  PLACES.slice(0, -1).forEach(([, place], position) => place(policy, `${position}${marks} turned`));
  await visit.open({ policy });
  const shown = await words(visit);
  PLACES.slice(0, -1).forEach(([path], position) => assert.ok(shown.includes(`${position} turned`), path));
  assert.doesNotMatch(shown, /[\u0000-\u0008\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
  const message = await visit.problem(/text-control/);
  assert.deepEqual(
    codesOf(message),
    PLACES.slice(0, -1).map(() => "text-control"),
  );
  for (const [path] of PLACES.slice(0, -1)) assert.ok(message.includes(`at ${path}:`), path);
  assert.doesNotMatch(
    message,
    /[\u0000-\u0008\u007f-\u009f\u2028-\u202e\u2066-\u2069]/,
    "the message itself is safe to print",
  );
});

visitTest("a name turned around does not let its plain twin in", async (visit) => {
  await visit.open({ policy: policyOf([item("op\u202et", "necessary"), item("opt")]), head: AFTER });
  assert.deepEqual(await visit.jar(), []);
  visit.problems = [];
});

visitTest(
  "half a character, in any text, is told; what it is in is left out, and the gate stays closed",
  async (visit) => {
    const head = `<script>document.cookie = "_JIMO_ANALYTICS_EVENTS=1"; document.cookie = "undeclared=1"; window.alive = true;</script>`;
    for (const [position, [path, place]] of PLACES.entries()) {
      const half = ["\ud800", "x\udfff", "a\ud83d b"][position % 3];
      await visit.open({ policy: { ...spoilt(place, half), undeclared: "allow" }, head });
      assert.equal(await visit.page.evaluate(() => window.alive), true);
      const message = await visit.problem(/field-type/);
      assert.ok(message.includes(`field-type at ${path.replace(/\.en$/, "")}`), `${path}: ${message}`);
      const names = await visit.jar();
      assert.ok(!names.includes("_JIMO_ANALYTICS_EVENTS"), path);
      visit.problems = [];
    }
  },
);

visitTest("an unknown category in markup keeps that element inert and is told once", async (visit) => {
  const script = (category) =>
    `<script type="text/plain" data-consent="${category}">window.ran = (window.ran ?? []).concat("${category}")</script>`;
  await visit.open({ policy: POLICY, body: script("anlytics") + script("anlytics") + script("analytics") });
  await visit.decide("acceptAll");
  await visit.page.waitForFunction(() => window.ran);
  assert.deepEqual(await visit.page.evaluate(() => window.ran), ["analytics"]);
  await visit.problem(/markup-unknown.*`anlytics`/);
});

visitTest("names and selections that make no sense grant nothing", async (visit) => {
  await visit.open({ policy: POLICY });
  const asked = ["anlytics", "", "__proto__", "constructor", "toString", "analytics ", "ANALYTICS"];
  assert.deepEqual(
    await visit.page.evaluate((names) => names.map((name) => window.consentinel.has(name)), asked),
    asked.map(() => false),
  );
  for (const [selection, pattern] of [
    ["undefined", /field-type/],
    ["null", /field-type/],
    ["[]", /field-type/],
    ["'analytics'", /field-type/],
    ["() => true", /field-type/],
    ["({ analytics: 1 })", /field-type/],
    ["({ analytics: 'true' })", /field-type/],
    ["({ anlytics: true })", /name-unknown/],
    ["({ get analytics() { throw new Error('no') } })", /field-type/],
    ["new Proxy({}, { ownKeys() { return ['analytics'] } })", null],
  ]) {
    visit.problems = [];
    await visit.page.evaluate(`window.owner.save(${selection})`);
    assert.notEqual((await visit.categories()).analytics, "granted", selection);
    if (pattern) await visit.problem(pattern);
  }
  visit.problems = [];
  const threw = await visit.page.evaluate(() => {
    try {
      window.consentinel.on("consent", () => {});
    } catch (error) {
      return error.message;
    }
  });
  assert.match(threw, /event-unknown/);
});

for (const [name, options] of [
  [
    "the tag has the name of the API for an id",
    { tag: '<script id="consentinel" src="/dist/consentinel.js"></script>' },
  ],
  ["an element before the tag has it", { before: '<meta id="consentinel" content="x">' }],
  ["a variable of the page has it", { before: "<script>var consentinel = {};</script>" }],
]) {
  visitTest(`the gate closes though ${name}`, async (visit) => {
    await visit.open({ policy: POLICY, ...options });
    await visit.page.evaluate(() => {
      document.cookie = "opt=1";
    });
    assert.deepEqual(await visit.jar(), []);
    assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), false);
    await visit.control("accept-all").click();
    assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), true);
  });
}

visitTest("a name that the page will not give up leaves the gate closed and says so", async (visit) => {
  const before = "<script>Object.defineProperty(window, 'consentinel', { value: 1 });</script>";
  await visit.open({ policy: POLICY, before });
  await visit.problem(/^consentinel: name-taken/);
  await visit.page.evaluate(() => {
    document.cookie = "opt=1";
  });
  assert.deepEqual(await visit.jar(), []);
  // The part that asks comes later.
  await visit.control("reject-all").waitFor();
});

visitTest("a page whose language is named as a member of every object asks in English", async (visit) => {
  await visit.open({ policy: POLICY, lang: "constructor" });
  assert.equal(await visit.control("reject-all").isVisible(), true);
  assert.equal(await visit.page.evaluate(() => window.consentinel.state.language), "en");
  await visit.page.evaluate(() => {
    document.documentElement.lang = "__proto__-x";
  });
  await visit.control("reject-all").click();
  assert.equal((await visit.categories()).analytics, "denied");
});

visitTest("every code seen on a console is listed", () => {
  const listed = readFileSync(repositoryFile("docs/errors.md"), "utf8");
  for (const code of [
    "policy-missing",
    "policy-not-json",
    "policy-too-large",
    "policy-version",
    "field-missing",
    "field-type",
    "field-value",
    "field-unknown",
    "id-duplicate",
    "item-duplicate",
    "item-reserved",
    "category-unknown",
    "service-unknown",
    "glob-opens-all",
    "text-control",
    "refusal-short",
    "markup-unknown",
    "name-unknown",
    "state-damaged",
    "state-newer",
    "state-future",
    "ledger-broken",
    "storage-denied",
    "loaded-twice",
    "name-taken",
    "module-unavailable",
    "event-unknown",
  ]) {
    assert.ok(listed.includes(code), code);
  }
});

visitTest(
  "without WebAssembly and without the tag that does without it, the page's own address is asked, nobody else is, and nothing is kept",
  async (visit) => {
    const headers = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" };
    visit.serve("/own", "own");
    visit.lackSubstitute();
    await visit.open({ policy: JIMO }, { headers });
    await visit.problem(/module-unavailable/);
    const other = visit.url("/other", "127.0.0.1");
    const outcome = await visit.page.evaluate(async (address) => {
      document.cookie = "any=1";
      localStorage.setItem("any", "1");
      new Image().src = address;
      navigator.sendBeacon(address);
      const own = await (await fetch("/own")).text();
      const others = await fetch(address).then(
        () => "arrived",
        (error) => error.name,
      );
      return [own, others, document.cookie, localStorage.getItem("any")];
    }, other);
    assert.deepEqual(outcome, ["own", "TypeError", "", null]);
    assert.deepEqual(visit.requested(/other/), []);
  },
);
