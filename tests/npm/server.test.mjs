// `consentinel/server`: what the cookies of a request say, the headers for them, what these keep a real browser from, and
// what it removes there.
// Which sources a state lets in and which cookies count are tested over the same data in Rust (tests/vectors).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { html, item, policyOf, repositoryFile, site } from "../browser/site.mjs";

const entry = repositoryFile("dist/npm/server.js");
const { bannerMarkup, consentCookies, consentHeaders, consentMeta, expiredCookies, readConsent } = await import(entry);
const { policy: POLICY, cases } = JSON.parse(readFileSync(repositoryFile("tests/vectors/csp.json"), "utf8"));
// A policy with the cookies of visitors of it, and a time at which these count.
const { policy: SHOP, answers, nowMs } = JSON.parse(readFileSync(repositoryFile("tests/vectors/upgrade.json"), "utf8"));
const cookieOf = (answer) => `a=b; consentinel-${SHOP.id}=${answers[answer].cookie}; _count=1`;
const atThatTime = (context, ms = nowMs) => context.mock.method(Date, "now", () => ms);
const NAME = "Content-Security-Policy";
const visitTest = site();

test("without a decision the header is the one of the vectors", () => {
  const { want } = cases.find(({ set, choices }) => !set && Object.keys(choices).length === 0);
  const headers = consentHeaders(POLICY)(undefined);
  assert.deepEqual(Object.keys(headers), [NAME]);
  assert.ok(headers[NAME].startsWith("default-src 'self' "));
  assert.ok(headers[NAME].endsWith(`; frame-src 'self' ${want.join(" ")}`), headers[NAME]);
});

test("cookies that are missing, foreign or damaged grant nothing", () => {
  const headersFor = consentHeaders(POLICY);
  const closed = headersFor(undefined);
  for (const cookies of [
    null,
    "",
    ";",
    "a=b",
    "consentinel",
    "consentinel=",
    "consentinel=1~x",
    "xconsentinel=1~1~",
    "consentinel=é; consentinel=é",
    "consentinel-x=1~x",
    "\ud800=\0",
  ]) {
    assert.deepEqual(headersFor(cookies), closed, cookies);
  }
});

test("the name that version 0.1.0 gave to the cookies of a request is read, and `cookie` goes before it", ({
  mock,
}) => {
  atThatTime({ mock });
  const cookie = cookieOf("granted");
  for (const request of [{ cookie }, { cookies: cookie }, { cookie, cookies: "" }])
    assert.equal(bannerMarkup(SHOP)(request), "", JSON.stringify(request));
  assert.notEqual(bannerMarkup(SHOP)({ cookie: "", cookies: cookie }), "");
});

test("a language that is the name of a member of every object is English", () => {
  for (const language of ["__proto__", "constructor", "__proto__-x", "hasOwnProperty"]) {
    assert.equal(readConsent({ language }, SHOP).state.language, "en", language);
    assert.equal(bannerMarkup(SHOP)({ language }), bannerMarkup(SHOP)({}), language);
  }
});

test("more or longer cookies of ours than browsers and the policy make grant nothing, and are not read", ({ mock }) => {
  atThatTime({ mock });
  const { cookie } = answers.granted;
  const name = `consentinel-${SHOP.id}`;
  const granted = (cookies) => readConsent({ cookie: cookies }, SHOP).has("analytics");
  const times = (count) => Array(count).fill(`${name}=${cookie}`).join("; ");
  assert.equal(granted(times(4)), true);
  assert.equal(granted(times(5)), false);
  assert.equal(granted(`${name}=${cookie}${cookie.slice(cookie.lastIndexOf("~")).repeat(400)}`), false);
});

const UNDECIDED = {
  asks: true,
  categories: { analytics: "undecided", necessary: "necessary" },
  decided: false,
  language: "en",
  optedOut: [],
  reloads: false,
  services: { counter: "undecided" },
  waits: [],
};
const HAS = ["necessary", "analytics", "counter", "toString", ""];
const NOTHING = ["necessary"];
const granted = ({ has }) => HAS.filter((name) => has(name));

test("a visitor's decision is read, as plain data that nobody can change", (context) => {
  const clock = atThatTime(context);
  for (const [answer, word, names] of [
    ["granted", "granted", ["necessary", "analytics", "counter"]],
    ["denied", "denied", NOTHING],
  ]) {
    clock.mock.mockImplementation(() => nowMs);
    const found = readConsent({ cookie: cookieOf(answer), language: "fr-CA" }, SHOP);
    assert.deepEqual(granted(found), names);
    const { decidedAtMs, expiresAtMs, ...state } = found.state;
    assert.ok(decidedAtMs < nowMs && nowMs < expiresAtMs);
    assert.deepEqual(state, {
      ...UNDECIDED,
      asks: false,
      decided: true,
      language: "fr",
      categories: { analytics: word, necessary: "necessary" },
      services: { counter: word },
    });
    assert.deepEqual(JSON.parse(JSON.stringify(found.state)), found.state);
    for (const part of [found, found.state, found.state.categories, found.state.services, found.state.waits])
      assert.ok(Object.isFrozen(part));
    // A choice that has expired is none.
    clock.mock.mockImplementation(() => expiresAtMs);
    assert.deepEqual(readConsent({ cookie: cookieOf(answer) }, SHOP).state, UNDECIDED);
  }
});

test("what is missing is strict, and nothing that stands in a header throws", (context) => {
  atThatTime(context);
  const closed = (request) => {
    const found = readConsent(request, SHOP);
    assert.deepEqual([found.state, granted(found)], [UNDECIDED, NOTHING], typeof request?.cookie);
  };
  for (const request of [undefined, null, {}, { cookie: null }, { cookie: 5 }, { cookie: [cookieOf("granted")] }])
    closed(request);
  closed({ cookie: Object(Symbol("cookie")) });
  const [whole] = cookieOf("granted").match(/consentinel[^;]*/);
  const at = whole.indexOf("=") + 1;
  for (const cookie of ["\ud800=\0", "=", ";;", "consentinel-example-shop", `${whole.slice(0, at)}é`])
    closed({ cookie });
  // Cut anywhere it says nothing, or what it said before the end of a part.
  for (let length = at; length < whole.length; length++) closed({ cookie: whole.slice(0, length) });
  closed({ cookie: whole.replace(".g.", ".x.") });
  closed({ cookie: whole.replace("consentinel-", "consentinel_") });
});

test("Global Privacy Control is named, and changes as little as a region does where nothing is for sale", (context) => {
  atThatTime(context);
  const plain = readConsent({ cookie: cookieOf("granted") }, SHOP);
  assert.deepEqual(plain.signals, []);
  for (const region of [undefined, null, "", "FR", "US-CA"]) {
    for (const [secGpc, signals] of [
      ["1", ["gpc"]],
      [["1"], ["gpc"]],
      [["0"], []],
      ["0", []],
      ["", []],
      [null, []],
      [1, []],
    ]) {
      const found = readConsent({ cookie: cookieOf("granted"), secGpc, region }, SHOP);
      assert.deepEqual([found.state, granted(found)], [plain.state, granted(plain)]);
      assert.deepEqual(found.signals, signals);
    }
  }
});

test("what is for sale is denied by a signal in every answer of a server, as in the page", (context) => {
  atThatTime(context);
  const selling = {
    ...SHOP,
    categories: SHOP.categories.map((each) => (each.id === "analytics" ? { ...each, for: ["sale"] } : each)),
  };
  const cookie = cookieOf("granted");
  const closed = consentHeaders(selling)({ cookie: cookieOf("denied") });
  for (const [policy, request, isOut] of [
    [selling, { secGpc: "1" }, true],
    [selling, { secGpc: ["1"] }, true],
    [{ ...selling, dnt: true }, { dnt: "1" }, true],
    [selling, { dnt: "1" }, false],
    [selling, { secGpc: "0" }, false],
    [SHOP, { secGpc: "1" }, false],
  ]) {
    const name = JSON.stringify([policy === SHOP, policy.dnt, request]);
    const { state, has } = readConsent({ ...request, cookie }, policy);
    assert.equal(has("counter"), !isOut, name);
    assert.deepEqual(state.optedOut, isOut ? ["analytics", "counter"] : [], name);
    assert.equal(state.services.counter, isOut ? "denied" : "granted", name);
    const headers = consentHeaders(policy)({ ...request, cookie });
    assert.equal(JSON.stringify(headers) === JSON.stringify(closed), isOut, name);
    assert.equal(expiredCookies({ ...request, cookie }, policy).length, isOut ? 2 : 0, name);
    // Where that is all there is to ask, nothing is.
    assert.equal(bannerMarkup(policy)(request) === "", isOut, name);
  }
  // What else there is to ask still is, and the layer says why the rest is not.
  const more = {
    ...selling,
    categories: [...selling.categories, { id: "maps", title: { en: "Maps" }, description: { en: "Show the way." } }],
  };
  assert.match(bannerMarkup(more)({ secGpc: "1" }), /opt-out request \(GPC\) is honoured/);
  assert.doesNotMatch(bannerMarkup(more)({}), /opt-out request/);
});

test("any number of policies, each read once", (context) => {
  atThatTime(context);
  const { mock } = context.mock.method(console, "error", () => {});
  const policies = [..."abcdefghijklmnop"].map((id) => ({ ...SHOP, id, wrong: id }));
  const cookie = policies
    .map(({ id }, at) => `consentinel-${id}=${answers[at % 3 ? "granted" : "denied"].cookie}`)
    .join("; ");
  for (let round = 0; round < 3; round++) {
    for (const [at, policy] of policies.entries()) {
      const word = at % 3 ? "granted" : "denied";
      assert.equal(readConsent({ cookie }, policy).state.categories.analytics, word, policy.id);
      assert.equal(expiredCookies({ cookie: `${cookie}; _count=1` }, policy).length, at % 3 ? 0 : 2, policy.id);
    }
  }
  assert.equal(mock.calls.length, policies.length);
  // What is no policy grants nothing, and is told each time.
  for (const policy of [undefined, null, "", 5]) assert.deepEqual(granted(readConsent({ cookie }, policy)), []);
  assert.equal(mock.calls.length, policies.length + 4);
});

test("headers, markup and cookies take the same request", (context) => {
  atThatTime(context);
  const request = { cookie: cookieOf("granted"), secGpc: "1", region: "FR", language: "fr", mode: "navigate" };
  assert.ok(consentHeaders(SHOP)(request)[NAME].includes(" counter.example:*"));
  assert.deepEqual(consentHeaders(SHOP)(request), consentHeaders(SHOP)(request.cookie));
  for (const nobody of [{}, { cookie: null }, null])
    assert.deepEqual(consentHeaders(SHOP)(nobody), consentHeaders(SHOP)(""));
  assert.equal(bannerMarkup(SHOP)(request), "");
  assert.ok(bannerMarkup(SHOP)({ ...request, cookie: "" }).startsWith('<consent-banner lang="fr" '));
  assert.equal(consentCookies(SHOP)(request)["Set-Cookie"].length, 1);
});

test("an address that is none is told by its value", () => {
  for (const url of ["/shop", "", null, "shop.example", "file:///x"])
    assert.throws(() => expiredCookies({ url }, SHOP), {
      name: "TypeError",
      message: `consentinel: url: found \`${url}\`; give the whole address of the page that is asked for, such as \`https://www.example.com/shop\``,
    });
  assert.deepEqual(expiredCookies(undefined, SHOP), []);
  assert.deepEqual(expiredCookies({ cookie: "_count=1", url: "https://example.com" }, SHOP).sort(), [
    "_count=x; Domain=example.com; Path=/; Max-Age=0",
    "_count=x; Domain=example.com; Path=/; Secure; SameSite=None; Partitioned; Max-Age=0",
    "_count=x; Path=/; Max-Age=0",
    "_count=x; Path=/; Secure; SameSite=None; Partitioned; Max-Age=0",
  ]);
});

test("policies do not mix, and one that says nothing readable lets nobody in", (context) => {
  const { mock } = context.mock.method(console, "error", () => {});
  const [wide, none] = [consentHeaders(POLICY), consentHeaders(undefined)];
  assert.match(mock.calls[0].arguments[0], /^consentinel: field-type/);
  assert.ok(wide("")[NAME].includes("cdn.example"));
  assert.ok(none("")[NAME].endsWith("; frame-src 'self'"));
  assert.ok(wide("")[NAME].includes("cdn.example"));
});

test("a `share` under which others have names, or that is not above the pages, is told", (context) => {
  const { mock } = context.mock.method(console, "error", () => {});
  const origin = "https://www.example.co.uk";
  for (const share of ["example.co.uk", "www.example.co.uk"]) consentHeaders({ ...POLICY, share }, { origin });
  assert.equal(mock.calls.length, 0);
  consentHeaders({ ...POLICY, share: "co.uk" }, { origin });
  consentHeaders({ ...POLICY, share: "example.org" }, { origin });
  assert.deepEqual(
    mock.calls.map((call) => call.arguments[0].split(" at ")[0]),
    ["consentinel: share-suffix", "consentinel: share-refused"],
  );
});

test("modes: reporting has another name, and undeclared hosts allowed have no header", () => {
  assert.deepEqual(Object.keys(consentHeaders({ ...POLICY, mode: "report" })("")), [`${NAME}-Report-Only`]);
  assert.deepEqual(consentHeaders({ ...POLICY, undeclared: "allow" })(""), {});
});

test("the element is that of everything granted, and where the pages are counts for it and for headers", () => {
  const { want } = cases.find(({ name }) => name === "everything granted, sorted");
  const element = consentMeta(POLICY);
  assert.ok(element.startsWith(`<meta http-equiv="${NAME}" content="default-src 'self' 'unsafe-inline'`), element);
  assert.ok(element.endsWith(`; frame-src 'self' ${want.join(" ")}">`), element);
  const place = { origin: "http://localhost:3000/page", files: "https://Files.example:443/c/consentinel.js" };
  const own = "default-src 'self' ws://localhost:3000 https://files.example/c/ ";
  assert.ok(consentMeta(POLICY, place).includes(`content="${own}`));
  assert.ok(consentHeaders(POLICY, place)("")[NAME].startsWith(own));
  assert.ok(consentHeaders(POLICY, place)("")[NAME].includes(" ws://cdn.example:*"));
  assert.deepEqual(consentHeaders(POLICY, {})(""), consentHeaders(POLICY)(""));
  assert.match(
    consentMeta({ ...POLICY, services: [{ ...POLICY.services[0], hosts: ["cdn.example/a&b"] }] }),
    /cdn\.example:\*\/a&amp;b /,
  );
});

test("there is no element where it could only report or cannot say whom it lets in", () => {
  for (const change of [{ mode: "report" }, { undeclared: "allow" }])
    assert.equal(consentMeta({ ...POLICY, ...change }), "");
});

test("a place that is none is told by its name and its value", () => {
  for (const [name, value] of [
    ["origin", "shop.example"],
    ["origin", ""],
    ["origin", null],
    ["origin", "file:///x"],
    ["files", "/consentinel/"],
    ["files", "https://files.example/a;b/"],
  ]) {
    for (const made of [consentHeaders, consentMeta]) {
      assert.throws(
        () => made(POLICY, { [name]: value }),
        (error) =>
          error instanceof TypeError && error.message.startsWith(`consentinel: ${name}: found \`${value}\`; give `),
        `${name} ${value}`,
      );
    }
  }
});

test("importing it compiles nothing, and all policies share one module", async (context) => {
  let compiled = 0;
  const Module = WebAssembly.Module;
  context.after(() => {
    WebAssembly.Module = Module;
  });
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      super(bytes);
      compiled++;
    }
  };
  const fresh = await import(`${entry}?fresh`);
  assert.equal(compiled, 0);
  fresh.consentHeaders(POLICY)("");
  fresh.consentMeta(POLICY);
  fresh.bannerMarkup(POLICY)();
  assert.equal(compiled, 1);
});

test("elements leave nothing behind in memory", async (context) => {
  let memory;
  const Instance = WebAssembly.Instance;
  context.after(() => {
    WebAssembly.Instance = Instance;
  });
  WebAssembly.Instance = class extends Instance {
    constructor(...words) {
      super(...words);
      memory = this.exports.memory;
    }
  };
  const fresh = await import(`${entry}?memory`);
  fresh.consentMeta(POLICY);
  const before = memory.buffer.byteLength;
  for (let count = 0; count < 1000; count++) fresh.consentMeta(POLICY);
  assert.equal(memory.buffer.byteLength, before);
});

test("the first layer speaks every language, and the module gets the texts of that one only", (context) => {
  let crossed = 0;
  const encodeInto = TextEncoder.prototype.encodeInto;
  context.mock.method(TextEncoder.prototype, "encodeInto", function (text, bytes) {
    crossed += text.length;
    return encodeInto.call(this, text, bytes);
  });
  const markup = bannerMarkup(POLICY);
  const folder = repositoryFile("www/texts/");
  const files = readdirSync(folder);
  assert.ok(files.length > 30);
  for (const file of files) {
    const language = file.replace(".json", "");
    const text = readFileSync(new URL(file, folder), "utf8");
    const { rejectAll } = JSON.parse(text);
    crossed = 0;
    const printed = markup({ language });
    assert.ok(
      printed.startsWith(`<consent-banner lang="${language}" `) && printed.includes(`>${rejectAll}</button>`),
      language,
    );
    // A text is encoded from its first letter on that is not ASCII, so English not at all.
    assert.ok(
      crossed <= text.length && (crossed > 0 || language === "en"),
      `${language}: ${crossed} of ${text.length}`,
    );
  }
});

test("cookies that are no text in Unicode ask the visitor, and so do those of other types", () => {
  const markup = bannerMarkup(POLICY);
  for (const cookies of ["\ud800=\0", "consentinel=\udfff", 5, {}, ["a=b"]])
    assert.equal(markup({ cookie: cookies }), markup(), `${cookies}`);
});

test("what is no JSON throws what JSON says, and the next policy is read", () => {
  const circular = { version: 1 };
  circular.self = circular;
  for (const made of [consentHeaders, consentMeta, bannerMarkup]) assert.throws(() => made(circular), /circular/);
  assert.ok(consentMeta(POLICY).startsWith("<meta "));
});

test("the module names no folder of the machine that it was made on", () => {
  const [, base64] = readFileSync(entry, "utf8").match(/["'](AGFzbQEAAAA[\w+/=]+)["']/);
  const bytes = Buffer.from(base64, "base64").toString("latin1");
  assert.doesNotMatch(bytes, /registry|\/(?:home|root|Users|work)\/|\\Users\\/);
});

visitTest("what the parser finds is not asked for before the visitor grants it, and is afterwards", async (visit) => {
  const policy = policyOf([], {
    services: [
      { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: ["127.0.0.1"] },
    ],
  });
  const headersFor = consentHeaders(policy);
  visit.serve("/counter.js", "window.counted = true;");
  visit.serve("/page.html", (request, response) => {
    const body = `<script src="${visit.url("/counter.js", "127.0.0.1")}"></script><h1>Page</h1>`;
    const headers = {
      "Content-Type": "text/html",
      "Cache-Control": "private, no-cache",
      ...headersFor(request.headers.cookie),
    };
    response.writeHead(200, headers).end(html({ policy, body }));
  });
  await visit.page.goto(visit.url("/page.html"));
  assert.deepEqual(visit.requested(/counter/), []);
  visit.forgive(/^(?!consentinel:).*(Content.Security.Policy|ERR_BLOCKED)/i);

  await visit.control("accept-all").click();
  assert.ok(await visit.stateCookie());
  // The header of this page knows nothing of the grant.
  await visit.problem(/pasted-narrow; print it anew .*to let in 127\.0\.0\.1:\*$/);
  await visit.page.reload();
  assert.equal(await visit.page.evaluate(() => window.counted), true);

  await visit.call("withdraw");
  const before = visit.requested(/counter/).length;
  await visit.page.reload();
  assert.equal(visit.requested(/counter/).length, before);
});

/** Every shape in which a server can keep a cookie that the page at `/x/` of `a.b.localhost` gets. */
const SHAPES = [
  "opt=1",
  "opt=1; Path=/",
  "opt=1; Path=/x",
  "opt=1; Path=/x/",
  "opt=1; Domain=a.b.localhost; Path=/",
  "opt=1; Domain=a.b.localhost; Path=/x",
  "opt=1; Domain=b.localhost; Path=/",
  "opt=1; Domain=.b.localhost; Path=/x/",
  "opt=1; Secure; SameSite=Strict; Path=/",
  "opt=1; Max-Age=3600",
  "opt=1; Secure; SameSite=None; Partitioned; Path=/",
  "opt=1; Secure; SameSite=None; Partitioned; Domain=b.localhost; Path=/x",
  "__Secure-opt=1; Secure; Path=/x",
  "__Secure-opt=1; Secure; Domain=b.localhost; Path=/",
  "__Host-opt=1; Secure; Path=/",
  "__Host-opt=1; Secure; SameSite=None; Partitioned; Path=/",
];

visitTest("a server removes every shape of cookie that its visitor denies, and only that", async (visit) => {
  const policy = policyOf([
    item("opt"),
    item("__Secure-o*"),
    item("__Host-o*"),
    item("need", "necessary"),
    item("fun", "functionality"),
  ]);
  const host = "a.b.localhost";
  let set = [];
  const serveCookies = (path, lines) =>
    visit.serve(path, (request, response) => {
      response.writeHead(200, { "Content-Type": "text/html", "Set-Cookie": lines(request) });
      response.end('<!doctype html><link rel="icon" href="data:,"><title>Test</title>');
    });
  serveCookies("/x/set.html", () => set);
  serveCookies("/x/", ({ headers, url }) =>
    expiredCookies({ cookie: headers.cookie, url: visit.url(url, headers.host.split(":")[0]) }, policy),
  );
  visit.isPatient = false;
  await visit.page.goto(visit.url("/x/set.html", host));
  const ask = (path) => visit.page.evaluate(async (path) => void (await fetch(path)), path);
  const others = ["need=1; HttpOnly; Path=/", "other=1"];
  for (const shape of SHAPES) {
    set = [`${shape}; HttpOnly`, ...others];
    await ask("/x/set.html");
    assert.deepEqual(await visit.jar(), [shape.split("=")[0], "need", "other"].sort(), `there is ${shape}`);
    // Undecided is denied.
    await ask("/x/");
    assert.deepEqual(await visit.jar(), ["need", "other"], shape);
  }
  // What is granted stays, and so does our own.
  visit.isPatient = true;
  await visit.open({ policy }, { host });
  await visit.decide("save", { functionality: true });
  set = ["fun=1; HttpOnly; Path=/", "opt=1; HttpOnly; Path=/", ...others];
  await ask("/x/set.html");
  await ask("/x/");
  assert.deepEqual(await visit.jar(), ["fun", "need", "other"]);
  assert.match((await visit.stateCookie()).value, /~functionality\.g\./);
});
