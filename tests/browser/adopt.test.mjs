// The whole way of a marketing site from nothing to an enforced policy: `scan`, one round of decisions, the marks that the
// scan shows, `bundle`, and a second `scan` beside the policy. Twelve vendors of the catalogue and one that it does not
// know are asked under their true names, and answered by a server on this machine.
//
// What is written by hand is counted and printed: the decisions. Marks and the element of the policy are pasted.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecure } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { credentials } from "../law/stand-ins.mjs";
import { consentinel, program } from "./program.mjs";
import { repositoryFile, SHELL } from "./site.mjs";

const MOST_BY_HAND = 15;
const folder = mkdtempSync(join(tmpdir(), "adopt-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const script = (text) => ["text/javascript", text];
const load = (src) =>
  `document.head.append(Object.assign(document.createElement("script"), { src: "${src}", async: true }));`;
const cookie = (name) => `document.cookie = "${name}=1; Max-Age=86400; Path=/; SameSite=Lax";`;
const ask = (url) => `fetch("${url}", { mode: "no-cors" });`;
const frame = (url) =>
  `document.body.append(Object.assign(document.createElement("iframe"), { src: "${url}", title: "V" }));`;
const shown = ["text/html", "<!doctype html><title>Embedded</title>"];

/** What vendors answer, by host and path; all else is empty. */
const ANSWERS = {
  // A tag manager with mixed tags: one that measures, one that advertises.
  "www.googletagmanager.com/gtm.js": script(
    load("https://www.googletagmanager.com/gtag/js?id=G-1") + load("https://connect.facebook.net/en_US/fbevents.js"),
  ),
  "www.googletagmanager.com/gtag/js": script(
    cookie("_ga") + cookie("_ga_G1") + 'navigator.sendBeacon("https://region1.google-analytics.com/g/collect?v=2");',
  ),
  "connect.facebook.net/en_US/fbevents.js": script(
    `${cookie("_fbp")} new Image().src = "https://www.facebook.com/tr/?id=1&ev=PageView";`,
  ),
  "widget.intercom.io/widget/app1": script(
    cookie("intercom-id-app1") + ask("https://api-iam.intercom.io/messenger/web/ping"),
  ),
  "www.youtube-nocookie.com/embed/x": shown,
  "www.google.com/maps/embed": shown,
  "fonts.googleapis.com/css2": [
    "text/css",
    '@font-face { font-family: "Shown"; src: url(https://fonts.gstatic.com/s/shown.woff2) } body { font-family: "Shown" }',
  ],
  "embed.typeform.com/next/embed.js": script(frame("https://form.typeform.com/to/abc")),
  "form.typeform.com/to/abc": shown,
  "js.hcaptcha.com/1/api.js": script(frame("https://newassets.hcaptcha.com/captcha/v1")),
  "newassets.hcaptcha.com/captcha/v1": shown,
  "cdn.optimizely.com/js/1.js": script(
    cookie("optimizelyEndUserId") + 'navigator.sendBeacon("https://logx.optimizely.com/v1/events");',
  ),
  "chimpstatic.com/mcjs-connected/js/1.js": script(cookie("mc_landing_site")),
  "static.hotjar.com/c/hotjar-1.js": script(
    `${cookie("_hjSessionUser_1")} localStorage.setItem("_hjUserAttributes", "{}"); ${ask("https://vc.hotjar.io/sessions/1")}`,
  ),
};

/** The page as its owner had it: snippets of vendors, and two things of its own. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">
<!-- the tag -->
<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Shown">
<script src="https://cdn.optimizely.com/js/1.js"></script>
<script>${load("https://www.googletagmanager.com/gtm.js?id=GTM-1")}</script>
<script>${load("https://widget.intercom.io/widget/app1")}</script>
<script>${load("https://chimpstatic.com/mcjs-connected/js/1.js")}</script>
<script>${load("https://static.hotjar.com/c/hotjar-1.js?sv=6")}</script>
<script src="https://js.hcaptcha.com/1/api.js" async="" defer=""></script>
</head><body><h1>A shop</h1>
<iframe src="https://www.youtube-nocookie.com/embed/x" title="Film"></iframe>
<iframe src="https://www.google.com/maps/embed?pb=1" title="Map"></iframe>
<script src="https://embed.typeform.com/next/embed.js"></script>
<img src="https://stats.unheard.example/p.gif" alt="">
<script>localStorage.setItem("basket", "[]");</script>
</body></html>`;

const VENDORS = [
  "google-analytics",
  "google-fonts",
  "google-maps",
  "google-tag-manager",
  "hcaptcha",
  "hotjar",
  "intercom",
  "mailchimp",
  "meta-pixel",
  "optimizely",
  "typeform",
  "youtube",
];

test("a marketing site comes from nothing to an enforced policy", async (t) => {
  let page = PAGE;
  let arrived = new Set();
  const vendors = createSecure(credentials(), (request, response) => {
    const place = `${request.headers.host}${request.url.split("?", 1)[0]}`;
    // What the browser asks for itself, such as its own updates, is of no page.
    if (request.headers.referer !== undefined) arrived.add(`https://${place}`);
    const [type, text] = ANSWERS[place] ?? ["text/plain", ""];
    response.writeHead(200, { "Content-Type": type, "Access-Control-Allow-Origin": "*" }).end(text);
  });
  const site = createServer((request, response) => {
    if (request.url === "/") {
      const headers = { "Content-Type": "text/html; charset=utf-8", "Set-Cookie": "sid=1; HttpOnly; Path=/" };
      return response.writeHead(200, headers).end(page);
    }
    try {
      const file = readFileSync(repositoryFile(`dist${new URL(request.url, "http://localhost").pathname}`));
      response.writeHead(200, { "Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*" }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  for (const server of [vendors, site]) {
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
  }

  async function scan(name, ...options) {
    arrived = new Set();
    const output = join(folder, name);
    const rules = `MAP * 127.0.0.1:${vendors.address().port}, EXCLUDE localhost`;
    const flags = [`--host-resolver-rules=${rules}`, "--ignore-certificate-errors"].map(
      (flag) => `--browser-flag=${flag}`,
    );
    const words = [
      "scan",
      `http://localhost:${site.address().port}/`,
      "--no-sandbox",
      "--pause",
      "0",
      "--output",
      output,
    ];
    const env = { ...process.env, CONSENTINEL_CHROMIUM: SHELL };
    const child = spawn(program(), [...words, ...flags, ...options], { env });
    let err = "";
    child.stderr.on("data", (part) => (err += part));
    child.stdout.resume();
    const status = await new Promise((resolve) => child.on("close", resolve));
    const findings = JSON.parse(readFileSync(join(output, "findings.json"), "utf8"));
    return { status, err, findings, draft: join(output, "policy.json") };
  }
  const asked = ({ things }) => things.filter(({ request, isThird, when }) => request && isThird && when.length > 0);
  const urls = (findings) =>
    asked(findings)
      .map(({ request }) => request.url)
      .sort();

  // 1. Look.
  const first = await scan("first");
  assert.equal(first.status, 0, first.err);
  assert.deepEqual(urls(first.findings), [...arrived].sort());
  const policy = JSON.parse(readFileSync(first.draft, "utf8"));
  assert.deepEqual(
    policy.services.filter(({ use }) => use).map(({ use }) => use),
    VENDORS,
  );
  assert.equal(consentinel("check", first.draft).status, 0);

  // 2. Decide: each entry is a line that the owner writes.
  const unheard = policy.services.find(({ id }) => id === "unheard-example");
  const item = (name) => policy.items.find((one) => one.name === name);
  const decisions = [
    [policy.controller, { name: "Shop SAS" }],
    [unheard, { category: "analytics" }],
    [unheard, { provider: "Unheard Inc." }],
    [item("sid"), { category: "strictly-necessary" }],
    [item("sid"), { purpose: { en: "Keeps you signed in." } }],
    [item("basket"), { category: "strictly-necessary" }],
    [item("basket"), { purpose: { en: "Keeps what you put into the basket." } }],
  ];
  for (const [place, line] of decisions) Object.assign(place, line);
  // And the category of what is undecided goes.
  policy.categories = policy.categories.filter(({ id }) => id !== "undecided");
  const byHand = decisions.length + 1;
  t.diagnostic(`lines written by hand: ${byHand}`);
  assert.ok(byHand < MOST_BY_HAND);
  const written = join(folder, "policy.json");
  writeFileSync(written, JSON.stringify(policy, null, 2));

  // 3. Mark what the scan shows, and put policy and tag first.
  for (const { written: before, marked } of first.findings.asking) {
    assert.ok(page.includes(before), before);
    page = page.replace(before, () => marked);
  }
  const element = consentinel("bundle", written, "--html");
  assert.equal(element.status, 0, element.err);
  page = page.replace("<!-- the tag -->", () => `${element.out}<script src="/consentinel.js"></script>`);

  // 4. Look again: everything works after consent, and nothing of it before or after a refusal.
  const second = await scan("second", "--policy", written);
  assert.equal(second.status, 0, second.err);
  assert.doesNotMatch(second.err, /^error/m);
  assert.deepEqual(second.findings.asking, [], "nothing is left to mark");
  assert.deepEqual(urls(second.findings), urls(first.findings), "all that was asked before is asked after consent");
  assert.deepEqual(urls(second.findings), [...arrived].sort());
  const kept = ({ things }) =>
    things
      .filter(({ item }) => item)
      .map(({ item }) => item.name)
      .sort();
  assert.deepEqual(kept(second.findings), kept(first.findings), "all that was kept before is kept after consent");
  for (const { item, request, isThird, when } of second.findings.things) {
    if (!isThird && !item) continue;
    const isNecessary = item ? ["sid", "basket"].includes(item.name) : /hcaptcha\.com/.test(request.url);
    const wanted = isNecessary ? "before,accepted,refused" : "accepted";
    assert.equal(`${when}`, wanted, item?.name ?? request.url);
  }
});
