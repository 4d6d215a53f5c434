// `consentinel/server`: headers for the cookies of a request, and what they keep a real browser from.
// Which sources a state lets in is tested over the same data in Rust (tests/vectors/csp.json).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { html, policyOf, repositoryFile, site } from "../browser/site.mjs";

const entry = repositoryFile("dist/npm/server.js");
const { bannerMarkup, consentHeaders, consentMeta } = await import(entry);
const { policy: POLICY, cases } = JSON.parse(readFileSync(repositoryFile("tests/vectors/csp.json"), "utf8"));
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
    assert.equal(markup({ cookies }), markup(), `${cookies}`);
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
  visit.problems = visit.problems.filter((problem) => !/Content.Security.Policy|ERR_BLOCKED/i.test(problem));

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
  visit.problems = visit.problems.filter((problem) => !/Content.Security.Policy|ERR_BLOCKED/i.test(problem));
});
