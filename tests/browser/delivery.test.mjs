// Records on their way from a page to a collector (docs/collector.md): the true one, `consentinel serve`, behind a
// door that lets everything pass, answers in its place, or cuts the line. What counts is what stands in its store.
//
// Left out: what the collector refuses, and what becomes of it when it is killed (collector/, cli/tests/program/serve.rs).

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { promisify } from "node:util";
import { forPage } from "./bundled.mjs";
import { consentinel, program } from "./program.mjs";
import { html, item, OWN, policyOf, site, TAG } from "./site.mjs";
import { eventually } from "./third-party.mjs";

const KEY = "consent-delivery";
const POLICY = policyOf([item("opt"), item(KEY, "necessary", { kind: "local-storage", duration: "persistent" })], {
  services: [{ id: "records", category: "necessary", name: "Records", provider: "Test SAS", hosts: ["127.0.0.1"] }],
});
const MONTH_MS = 31 * 86_400_000;

const run = promisify(execFile);
const visitTest = site();
const ends = [];
after(() => ends.forEach((end) => end()));

/** A collector for the pages of this visit, and the door before it. */
async function collector(visit, policy = POLICY) {
  const folder = mkdtempSync(join(tmpdir(), "consentinel-delivery-"));
  const store = join(folder, "store.db");
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  writeFileSync(
    join(folder, "collector.toml"),
    `listen = "127.0.0.1:0"\nprivate = "127.0.0.1:0"\nstore = "store.db"\n[[site]]\nname = "test"\n` +
      `log = "test.example/consent"\norigins = ["${new URL(visit.url("/")).origin}"]\npolicies = ["policy.json"]\n`,
  );
  const child = spawn(program(), ["serve", "--settings", join(folder, "collector.toml"), "--log", "error"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.push(() => child.kill());
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, "line"), once(lines, "close").then(() => [])]);
  assert.ok(line, "the collector said why it did not start");
  const { port } = new URL(line.replace("pages ", ""));

  const door = {
    /** What came to the door: paths. */
    asked: [],
    /** The texts that came to it. */
    sent: [],
    /** Answers in the collector's place where it returns true. */
    before: () => false,
    /** Called with the answer of the collector; cuts the line where it returns false. */
    behind: () => true,
  };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    door.asked.push(request.url);
    door.sent.push(`${body}`);
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (door.before(request, response)) return;
    const { method, url, headers } = request;
    ask({ port, host: "127.0.0.1", method, path: url, headers }, (answer) => {
      if (!door.behind(answer)) return void request.socket.destroy();
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => server.close().closeAllConnections());
  door.url = `http://127.0.0.1:${server.address().port}`;
  /** The actions of all records in the store, in their order. Not awaited by the process: the door stays open. */
  door.actions = async () => {
    const { stdout } = await run(program(), ["export", store, "--format", "ndjson"]).catch((error) => error);
    return stdout.split("\n").flatMap((line) => (line ? [JSON.parse(line).action] : []));
  };
  door.store = store;
  return door;
}

/** The page of a site that delivers by the tag. */
const page = (door, more = {}) =>
  html({
    policy: POLICY,
    tag: `${TAG}<script src="/dist/consentinel.delivery.js" data-endpoint="${door.url}" defer></script>`,
    ...more,
  });
/** Whether all records that there are have been sent or given up. */
const isDone = async (visit) => {
  const head = await visit.page.evaluate((key) => localStorage.getItem(key)?.split("\n")[0], OWN.ledger());
  return !!head && (await mark(visit))?.heads === head;
};
const mark = (visit) => visit.page.evaluate((key) => JSON.parse(localStorage.getItem(key)), KEY);

visitTest("a decision is in the store, and whoever is asked can prove it", async (visit) => {
  const door = await collector(visit);
  visit.serve("/page.html", page(door));
  await visit.page.goto(visit.url("/page.html"));
  assert.deepEqual([door.asked, await mark(visit)], [[], null], "nothing before a decision");

  await visit.control("accept-all").click();
  await eventually(door.actions, ["accept-all"]);
  const [{ subject }] = await visit.page.evaluate(() => window.consentinel.ledger());
  const found = consentinel("lookup", door.store, subject);
  assert.deepEqual([found.status, found.out.includes("accept-all")], [0, true], found.err);
  assert.equal(consentinel("verify", door.store).status, 0);

  await visit.control("open").click();
  await visit.control("withdraw").click();
  await eventually(door.actions, ["accept-all", "withdraw"]);
  await eventually(() => isDone(visit), true);
});

visitTest("whose records have all arrived sends nothing more, and fetches nothing for it", async (visit) => {
  const door = await collector(visit);
  visit.serve("/page.html", page(door));
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("reject-all").click();
  await eventually(() => isDone(visit), true);
  const [parts, { length }] = [visit.requested(/part/).length, door.asked];
  await visit.page.reload({ waitUntil: "networkidle" });
  assert.deepEqual([visit.requested(/part/).length, door.asked.length], [parts, length]);
});

visitTest("a collector that is away, fails, or is cut off loses nothing and gets nothing twice", async (visit) => {
  const door = await collector(visit);
  await visit.page.clock.install({ time: new Date() });
  visit.serve("/page.html", page(door));
  const isWaiting = (fails) => eventually(async () => (await mark(visit))?.fails, fails);
  const hour = () => visit.page.clock.runFor("01:00:00");

  // Gone before it answers.
  door.before = (request) => void request.socket.destroy() ?? true;
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("accept-all").click();
  await isWaiting(1);
  // Another page asks no sooner.
  const { length } = door.asked;
  await visit.page.reload();
  await visit.page.evaluate(() => window.consentinel.notice());
  assert.equal(door.asked.length, length);
  // Failing, and the later page waits for longer.
  door.before = (_, response) => response.writeHead(500).end();
  await hour();
  await isWaiting(2);
  // Asked to wait.
  door.before = (_, response) =>
    response.writeHead(429, { "Access-Control-Expose-Headers": "Retry-After", "Retry-After": "7200" }).end();
  await hour();
  await isWaiting(3);
  const { untilMs } = await mark(visit);
  const now = await visit.page.evaluate(() => Date.now());
  assert.ok(untilMs - now > 5_400_000, `${untilMs - now} ms, of two hours that were asked for`);
  // It keeps the record, and the answer is lost.
  door.before = () => false;
  door.behind = () => false;
  await hour();
  await hour();
  await isWaiting(4);
  assert.deepEqual(await door.actions(), ["accept-all"]);
  // It is well again, and a second decision comes with the first one.
  door.behind = () => true;
  await visit.decide("rejectAll");
  await hour();
  await eventually(door.actions, ["accept-all", "reject-all"]);
  await eventually(() => isDone(visit), true);
  assert.equal((await mark(visit)).dropped, 0);
  assert.equal(consentinel("verify", door.store).status, 0);
  await visit.quieten();
});

visitTest("what is refused for good is given up and counted, and what is too old is not sent", async (visit) => {
  const door = await collector(visit);
  await visit.page.clock.install({ time: new Date() });
  visit.serve("/page.html", page(door));
  door.before = (_, response) => response.writeHead(422).end();
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("reject-all").click();
  await eventually(async () => (await mark(visit))?.dropped, 1);
  await visit.problem(/^consentinel: record-refused; the collector answered 422/);

  door.before = (_, response) => response.writeHead(503).end();
  await visit.decide("acceptAll");
  await eventually(async () => (await mark(visit)).fails, 1);
  const { length } = door.asked;
  await visit.page.clock.setFixedTime(Date.now() + MONTH_MS);
  await visit.page.reload();
  await visit.page.clock.runFor("24:00:00");
  await eventually(() => isDone(visit), true);
  assert.equal(door.asked.length, length);
  await visit.quieten();
});

visitTest("a decision that nobody heard is sent by the next page", async (visit) => {
  const door = await collector(visit);
  visit.serve("/page.html", page(door));
  await visit.open({ policy: POLICY }, { path: "/plain.html" });
  await visit.control("reject-all").click();
  await visit.decide("acceptAll");
  await visit.page.goto(visit.url("/page.html"));
  await eventually(door.actions, ["reject-all", "accept-all"]);
  await eventually(() => isDone(visit), true);
  // A ledger that begins anew, of which the first decision was heard by nobody.
  await visit.forget();
  await visit.page.goto(visit.url("/plain.html"));
  await visit.control("accept-all").click();
  await visit.page.goto(visit.url("/page.html"));
  await visit.decide("rejectAll");
  await eventually(async () => (await door.actions()).sort(), ["accept-all", "accept-all", "reject-all", "reject-all"]);
});

visitTest("where nothing can be noted, a collector that is away is not asked in a loop", async (visit) => {
  const door = await collector(visit);
  await visit.page.clock.install({ time: new Date() });
  const head = `<script>{
    const { setItem } = Storage.prototype;
    localStorage.setItem("${KEY}", '{"dropped":3}');
    Storage.prototype.setItem = function (key, text) {
      if (key === "${KEY}") throw new DOMException("full", "QuotaExceededError");
      setItem.call(this, key, text);
    };
  }</script>`;
  visit.serve("/page.html", page(door, { head }));
  door.before = (_, response) => response.writeHead(503).end();
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("accept-all").click();
  await visit.problem(/^consentinel: delivery-forgets/);
  for (let at = 0; at < 20; at++) await visit.page.evaluate(() => fetch("/page.html").then((answer) => answer.text()));
  assert.equal(door.asked.length, 1);
  door.before = () => false;
  await visit.page.clock.runFor("01:00:00");
  await eventually(door.actions, ["accept-all"]);
  assert.equal(door.asked.length, 2);
  await visit.quieten();
});

visitTest("whatever stands under the key, the next decision arrives", async (visit) => {
  const door = await collector(visit);
  visit.serve("/page.html", page(door));
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("reject-all").click();
  await eventually(() => isDone(visit), true);
  const far = Date.now() + MONTH_MS;
  const values = [
    "null",
    "[]",
    "no",
    '{"next":"x","fails":"y","untilMs":"z"}',
    `{"next":1e300,"untilMs":${far},"fails":1e9}`,
  ];
  for (const [at, value] of values.entries()) {
    await visit.page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, value]);
    await visit.decide(at % 2 ? "rejectAll" : "acceptAll");
    await eventually(async () => (await door.actions()).length, at + 2, value);
  }
});

visitTest("a notice that the collector does not know goes before its record, once", async (visit) => {
  const door = await collector(visit);
  visit.serve(
    "/app.js",
    await forPage(`
      import { createConsent } from "consentinel";
      import { deliver } from "consentinel/delivery";
      window.consent = createConsent(${JSON.stringify(POLICY)});
      deliver(window.consent, { endpoint: ${JSON.stringify(door.url)} });`),
  );
  visit.serve("/page.html", html({ policy: null, tag: '<script src="/app.js"></script>' }));
  const known = new Set();
  door.before = (request, response) => {
    if (request.url === "/v1/notices") known.add(door.sent.at(-1));
    else if (!known.size) return response.writeHead(409).end();
    return false;
  };
  await visit.page.goto(visit.url("/page.html"));
  await visit.page.evaluate(() => window.consent.acceptAll());
  await eventually(door.actions, ["accept-all"]);
  await visit.page.evaluate(() => window.consent.rejectAll());
  await eventually(door.actions, ["accept-all", "reject-all"]);
  assert.deepEqual(
    door.asked,
    ["records", "notices", "records", "records"].map((path) => `/v1/${path}`),
  );
  assert.equal(known.size, 1);
  await visit.quieten();
});

visitTest("a policy that does not name the key is told of, and new decisions arrive", async (visit) => {
  const policy = { ...POLICY, items: POLICY.items.filter(({ name }) => name !== KEY) };
  const door = await collector(visit, policy);
  visit.serve("/page.html", page(door, { policy }));
  await visit.page.goto(visit.url("/page.html"));
  await visit.control("accept-all").click();
  await eventually(door.actions, ["accept-all"]);
  await visit.problem(/^consentinel: delivery-forgets; declare the item consent-delivery/);
  await visit.quieten();
});

visitTest("without the tag, or without an address, it says so and does nothing", async (visit) => {
  const tag = '<script src="/dist/consentinel.delivery.js"></script>';
  visit.serve("/page.html", html({ policy: null, tag }));
  visit.isPatient = false;
  await visit.page.goto(visit.url("/page.html"));
  await visit.problem(/^consentinel: delivery-alone; /);
  visit.serve("/page.html", html({ tag: `${TAG}${tag}` }));
  await visit.page.goto(visit.url("/page.html"));
  await visit.problem(/^consentinel: endpoint-missing; /);
});

visitTest(
  "a policy that names its collector is written out into all that delivers, and visitors are told",
  async (visit) => {
    const folder = mkdtempSync(join(tmpdir(), "consentinel-endpoint-"));
    const file = join(folder, "policy.json");
    const written = (endpoint, ...form) => {
      writeFileSync(file, JSON.stringify(policyOf([item("opt")], { audit: { endpoint, provider: "Keeper SAS" } })));
      const { status, out, err } = consentinel("bundle", file, ...form);
      assert.equal(status, 0, err);
      return out;
    };
    // Of the address, what is published has the host alone.
    const door = await collector(visit, JSON.parse(written("http://127.0.0.1:1")));
    const lines = written(door.url, "--html").replace('src="/', 'src="/dist/');
    visit.serve("/page.html", html({ policy: null, before: lines }));
    await visit.page.goto(visit.url("/page.html"));
    const notice = await visit.page.evaluate(() => window.consentinel.notice());
    const services = notice.categories.flatMap(({ services }) => services);
    assert.deepEqual(
      services.map(({ name, provider }) => [name, provider]),
      [["127.0.0.1", "Keeper SAS"]],
    );
    await visit.control("accept-all").click();
    await eventually(door.actions, ["accept-all"]);
    await eventually(() => isDone(visit), true);
  },
);
