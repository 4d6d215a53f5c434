// `consentinel scan` on the four demo sites, where the server knows what truly arrived, and on a site of hostile pages.
// Nothing may be missed, nothing claimed that is not so, and the drafts must pass `consentinel check`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "../../xtask/serve.mjs";
import { addressOf, withStandIns } from "../../xtask/stand-ins.mjs";
import { consentinel, program } from "./program.mjs";
import { repositoryFile, SHELL } from "./site.mjs";

const SITES = ["ijinus", "imagino", "jiminny", "jimo"];
const folder = mkdtempSync(join(tmpdir(), "scan-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Scans, while the servers of this process go on answering. */
async function scan(name, starts, ...options) {
  const output = join(folder, name);
  const words = ["scan", ...starts, "--no-sandbox", "--pause", "0", "--quiet", "200", "--output", output, ...options];
  const child = spawn(program(), words, { env: { ...process.env, CONSENTINEL_CHROMIUM: SHELL } });
  let err = "";
  let out = "";
  child.stderr.on("data", (part) => (err += part));
  child.stdout.on("data", (part) => (out += part));
  const status = await new Promise((resolve) => child.on("close", resolve));
  const file = (of) => join(output, of);
  const findings = () => JSON.parse(readFileSync(file("findings.json"), "utf8"));
  return { status, out, err, file, findings };
}

const policyOf = (site) => JSON.parse(readFileSync(repositoryFile(`www/policies/${site}.json`), "utf8"));
const items = (findings) => findings.things.filter((thing) => thing.item);
const bare = (address) => address.split(/[?#]/, 1)[0];

/** Whether a declared name, perhaps with stars, is that of an item. */
function isDeclaredAs(declared, found) {
  const parts = declared.name.split("*").map((part) => part.replaceAll(/[^\w]/g, "\\$&"));
  return declared.kind === found.kind && new RegExp(`^${parts.join(".*")}$`).test(found.name);
}

test("the demo sites: every tracker is found, and nothing that is not there", async (t) => {
  const server = await serve();
  t.after(() => server.close());
  const starts = SITES.map((site) => addressOf(site, server.port));
  const scanned = await scan("demo", starts, "--depth", "0");
  assert.equal(scanned.status, 0, scanned.err);
  const findings = scanned.findings();

  // What arrived at another party is what was found, no more and no less.
  const arrived = server.requests
    .filter(({ headers }) => headers.host.includes(".vendors."))
    .map(({ headers, url }) => bare(`http://${headers.host}${url}`));
  const found = findings.things.filter((thing) => thing.request && thing.isThird && thing.when.length > 0);
  assert.deepEqual(found.map((thing) => thing.request.url).sort(), [...new Set(arrived)].sort());
  assert.ok(found.length >= 20, "the demo sites ask at least twenty addresses of others");
  assert.ok(
    found.every((thing) => `${thing.when}` === "accepted"),
    "nobody is asked without consent",
  );

  for (const site of SITES) {
    const policy = policyOf(site);
    const own = items(findings).filter((thing) => thing.item.host.includes(`${site}.`));
    for (const declared of policy.items) {
      // These come only when a visitor uses the product, which a scan does not.
      if (["imagino_visit", "imagino_usage"].includes(declared.name)) continue;
      const sight = own.find((thing) => isDeclaredAs(declared, thing.item));
      assert.ok(sight, `${site}: ${declared.kind} ${declared.name} was missed`);
      const isNecessary = policy.categories.find(({ id }) => id === declared.category).necessary === true;
      assert.equal(sight.when.includes("before"), isNecessary, `${declared.name} before an answer`);
      assert.equal(sight.when.includes("refused"), isNecessary, `${declared.name} after a refusal`);
      assert.ok(sight.when.includes("accepted"), declared.name);
      // The demo's vendors are on hosts of their own; all else is of the page's scripts.
      const by =
        declared.service && policy.services.find(({ id }) => id === declared.service)?.hosts
          ? new RegExp(`^http://${declared.service}\\.${site}\\.vendors\\.localhost:\\d+/(tag\\.js|frame)$`)
          : new RegExp(`^http://${site}\\.localhost:\\d+/`);
      assert.ok(
        declared.party === "first" || [...sight.by].some((one) => by.test(one)),
        `${declared.name}: ${sight.by}`,
      );
      assert.ok(sight.by.length > 0, `${declared.name} has nobody who set it`);
    }
    for (const thing of own) {
      assert.ok(
        policy.items.some((one) => isDeclaredAs(one, thing.item)),
        `${site}: ${thing.item.name} is not there`,
      );
    }
  }

  // A redirect is asked for by who sends on.
  const synced = found.find((thing) => thing.request.url.endsWith("/synced.svg"));
  assert.match(`${synced.by}`, /^http:\/\/google-ads\..*\/pixel\.svg$/);

  // The catalogue knows these by their names alone, as their hosts are stand-ins here.
  const claimed = items(findings).filter((thing) => thing.whose === "catalogue");
  const expected = {
    _fbp: "meta-pixel",
    _ga: "google-analytics",
    _gcl_au: "google-ads",
    li_fat_id: "linkedin-insight",
  };
  for (const [name, entry] of Object.entries(expected)) {
    assert.deepEqual(claimed.find((thing) => thing.item.name === name)?.entries, [entry], name);
  }

  const checked = consentinel("check", scanned.file("policy.json"));
  assert.equal(checked.status, 0, checked.out);
  const report = readFileSync(scanned.file("report.html"), "utf8");
  assert.ok(!/<script|src=|href=/.test(report), "the report loads nothing");
  assert.match(report, /<h2>Before anybody agreed<\/h2>/);
});

test("beside a policy: what is undeclared, unseen or leaks decides the exit code", async (t) => {
  const server = await serve();
  t.after(() => server.close());
  const policy = withStandIns(policyOf("imagino"), "imagino", server.port);
  const start = [addressOf("imagino", server.port)];
  const write = (name, document) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(document));
    return path;
  };
  const whole = await scan("whole", start, "--depth", "0", "--policy", write("whole.json", policy));
  assert.equal(whole.status, 0, whole.err);
  assert.match(whole.err, /never seen: the local storage `imagino_usage`/);
  assert.doesNotMatch(whole.err, /error:/);

  const less = structuredClone(policy);
  less.items = less.items.filter(({ name }) => name !== "imagino_security" && name !== "imagino_session");
  less.items.push({ ...policy.items.find(({ name }) => name === "imagino_visit"), name: "imagino_session" });
  const lacking = await scan("lacking", start, "--depth", "0", "--policy", write("lacking.json", less));
  assert.equal(lacking.status, 1, lacking.err);
  assert.match(lacking.err, /error: not declared: the cookie `imagino_security` \(by http:\/\/imagino\.localhost/);
  assert.match(lacking.err, /error: leaks: the cookie `imagino_session`/);
});

let hostile;
before(async () => {
  const link = (path) => `<a href="${path}">${path}</a>`;
  const paths = [
    "/never",
    "/circle",
    "/login",
    "/big",
    "/loop",
    "/alert",
    "/n/1",
    "/secret",
    "/gone?session=s3cret",
    "/away",
    "/file",
  ];
  const pages = {
    "/": () => `<title>&lt;/title&gt;&lt;script&gt;x\u202e\u0007</title><body>${paths.map(link).join(" ")}
      <script src="http://vendor.test/a.js?site=1"></script><img src="http://vendor.test/p.gif" alt="">
      <iframe src="http://vendor.test/frame" title="V"></iframe>
      <link rel="preconnect" href="http://ahead.vendor.test"><noscript><img src="http://vendor.test/ns.gif?site=1" alt=""></noscript>
      <div style="height: 20000px"></div><img src="http://vendor.test/lazy.gif" loading="lazy" alt="" width="1" height="1"><p id="end">End</p>
      <script>document.cookie = "first=1"; document.cookie = "gone=; Max-Age=0"; sessionStorage.setItem("s", 1);
        try { navigator.serviceWorker.register("http://[").catch(() => { document.cookie = "rejected=1"; }); }
        catch { document.cookie = "threw=1"; }
        addEventListener("load", () => { document.cookie = "loaded=1"; });
        new IntersectionObserver(([{ isIntersecting }]) => { if (isIntersecting) localStorage.scrolled = 1; }).observe(document.querySelector("#end"));
        localStorage.named = 1; indexedDB.open("base"); new Image().src = "http://vendor.test/late.gif";
        document.body.append(Object.assign(new Image(), { loading: "lazy", src: ["http://vendor", "test/by-script.gif"].join(".") }));</script>`,
    "/loop": () => "<script>document.cookie = 'looped=1'; for (;;);</script>",
    "/alert": () => "<script>alert(1); confirm(2); document.cookie = 'alerted=1'; onbeforeunload = () => 1;</script>",
  };
  const server = createServer((request, response) => {
    const html = (text, more) =>
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...more }).end(text);
    const url = bare(request.url);
    if (request.headers.host.startsWith("vendor.test")) {
      const type = url.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(200, { "Content-Type": type, "Set-Cookie": "third=1; Max-Age=3600" }).end("");
    } else if (url === "/robots.txt") {
      response.writeHead(200, { "Content-Type": "text/plain" }).end("User-agent: *\nDisallow: /secret\n");
    } else if (Object.hasOwn(pages, url)) html(pages[url](), { "Set-Cookie": "sid=1; HttpOnly" });
    else if (url === "/never") response.writeHead(200, { "Content-Type": "text/html" }).write("<p>and so on");
    else if (url.startsWith("/circle")) response.writeHead(302, { Location: "/circle?again" }).end();
    else if (url === "/login") response.writeHead(401, { "Content-Type": "text/html" }).end("who are you?");
    else if (url === "/away") response.writeHead(302, { Location: "http://vendor.test/elsewhere" }).end();
    else if (url === "/file") response.writeHead(200, { "Content-Type": "application/zip" }).end("PK");
    else if (url === "/big") {
      response.writeHead(200, { "Content-Type": "text/html" });
      // A comment, which takes no time to lay out.
      const part = `<!--${"x".repeat(1 << 20)}-->`;
      let left = 50;
      const more = () => {
        while (left-- > 0) if (!response.write(part)) return response.once("drain", more);
        response.end();
      };
      more();
    } else if (url.startsWith("/n/")) html(link(`/n/${Number(url.slice(3)) + 1}`));
    else response.writeHead(404, { "Content-Type": "text/html" }).end("<title>nothing</title>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  hostile = server;
});
after(() => {
  hostile.close();
  hostile.closeAllConnections();
});

test("hostile pages: a line for each, and nothing is lost of what was found", async () => {
  const { port } = hostile.address();
  const rules = `--browser-flag=--host-resolver-rules=MAP vendor.test 127.0.0.1:${port}`;
  const bounds = ["--page-time", "5", "--pages", "12", "--depth", "20"];
  const site = `http://localhost:${port}`;
  const scanned = await scan("hostile", [`${site}/?token=s3cret#s3cret`, `${site}/away?s3cret`], rules, ...bounds);
  assert.equal(scanned.status, 0, scanned.err);
  for (const line of [
    /\/never did not come to rest in 5 s/,
    /\/circle redirects in a circle/,
    /\/login is answered with 401: it needs a login/,
    /\/big has more than 30 MB/,
    /\/loop did not come to rest in 5 s/,
    /\/secret is forbidden by robots\.txt/,
    /\/gone is answered with 404/,
    /\/away leads to vendor\.test, which is another host/,
    /\/file is no page but a download/,
    /addresses left beyond the bound of 12 pages \(`--pages`\): 1$/m,
  ]) {
    assert.match(scanned.err, line);
  }
  const findings = scanned.findings();
  const of = (name) => findings.things.find((thing) => thing.item?.name === name);
  for (const name of ["first", "s", "named", "base", "sid", "looped", "alerted", "third", "rejected", "scrolled"])
    assert.ok(of(name), name);
  assert.equal(of("gone"), undefined, "a removal keeps nothing");
  assert.equal(of("threw"), undefined, "what rejects does not throw");
  const loaded = findings.things.filter((thing) => thing.item?.name === "loaded");
  assert.deepEqual(
    loaded.map(({ item, isThird, ways }) => [item.host, isThird, `${ways}`]),
    [["localhost", false, "script,stored"]],
    "what the page keeps is not taken for what its frame keeps",
  );
  assert.deepEqual(findings.hosts, ["localhost"], "a start that leads to another party makes nothing the owner's");
  const files = ["findings.json", "report.html", "policy.json"].map((name) => readFileSync(scanned.file(name), "utf8"));
  for (const text of [...files, scanned.err]) assert.doesNotMatch(text, /s3cret/);
  assert.equal(of("third").isThird, true);
  assert.deepEqual(of("third").ways, ["header", "stored"]);
  assert.ok(of("sid").ways.includes("header") && !of("sid").isThird);
  const late = findings.things.find((thing) => thing.request?.url === "http://vendor.test/late.gif");
  assert.deepEqual(late.by, [`${site}/`]);

  // What the parser asked for has to be marked, whenever it came into view; what a script asks for has not.
  assert.deepEqual(findings.asking.map(({ marked }) => marked).sort(), [
    '<iframe data-consent="vendor-test" data-src="http://vendor.test/frame" title="V"></iframe>',
    '<img data-consent="vendor-test" data-src="http://vendor.test/lazy.gif" loading="lazy" alt="" width="1" height="1">',
    '<img data-consent="vendor-test" data-src="http://vendor.test/p.gif" alt="">',
    '<script type="text/plain" data-consent="vendor-test" data-src="http://vendor.test/a.js?site=1"></script>',
    '<template data-consent="vendor-test"><link rel="preconnect" href="http://ahead.vendor.test"></template>',
    null,
  ]);
  assert.match(
    findings.asking.find(({ marked }) => marked === null).written,
    /^<noscript><img src="http:\/\/vendor\.test/,
  );
  assert.ok(
    findings.things.some(({ request }) => request?.url.endsWith("/by-script.gif")),
    "it came into view",
  );
  assert.ok(findings.asking.some(({ url }) => url === "http://vendor.test/a.js"));
  const report = readFileSync(scanned.file("report.html"), "utf8");
  assert.ok(!report.includes("<script") && !report.includes("\u202e"));
  assert.match(report, /&lt;\/title&gt;&lt;script&gt;x/);
  const checked = consentinel("check", scanned.file("policy.json"));
  assert.equal(checked.status, 0, checked.out);
});

test("no browser, no page, files that are there: one line each", async () => {
  const none = await scan("none", ["http://localhost:1/"], "--browser", join(folder, "no-such-program"));
  assert.deepEqual([none.status, none.err.trim().split("\n").length], [3, 1], none.err);
  assert.match(none.err, /is no program: name a Chromium by `--browser`/);

  const child = spawn(program(), ["scan", "http://localhost:1/", "--output", folder], { env: { PATH: "" } });
  let err = "";
  child.stderr.on("data", (part) => (err += part));
  assert.equal(await new Promise((resolve) => child.on("close", resolve)), 3);
  assert.match(err, /no Chromium is installed/);

  const closed = await scan("closed", ["http://localhost:1/"]);
  assert.equal(closed.status, 3);
  assert.match(
    closed.err,
    /no page came: http:\/\/localhost:1\/ (has a host where no server answers|could not be loaded)/,
  );

  writeFileSync(join(folder, "report.html"), "mine");
  const taken = consentinel("scan", "http://localhost:1/", "--output", folder);
  assert.equal(taken.status, 3);
  assert.match(taken.err, /report\.html is there already/);
  assert.equal(consentinel("scan", "example.com").status, 2);
});
