// The randomised test of the gate: hundreds of attempts, composed at random (compose.mjs), each of which
// runs on a gated page before a choice and after Reject all. Nothing of what is optional or undeclared may
// arrive at the other party, the jar or a storage; the same program with a strictly necessary address
// must, and so must the optional one on a page where everything is granted.
//
// A seed makes a run: `CONSENTINEL_SEED=n` repeats one, `CONSENTINEL_COUNT=n` makes it longer. What fails is
// printed with its source, to be tried by hand.
//
// Left out: what is told about an attempt (attempts.test.mjs), and each way out by its name (tests/matrix).

import assert from "node:assert/strict";
import { compose, mulberry32 } from "./compose.mjs";
import { html, item, policyOf, site } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const SEED = Number(process.env.CONSENTINEL_SEED ?? 20_260_101);
const COUNT = Number(process.env.CONSENTINEL_COUNT ?? 240);
/** Attempts in one page load; each comes twice, with an address that must not and one that must pass. */
const CHUNK = 40;

const UNDECLARED_HOST = "other.localhost";
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const POLICY = policyOf(KINDS.flatMap((kind) => [item("m_*", "analytics", { kind }), item("n_*", "necessary", { kind })]), {
  services: [
    { id: "optional", category: "analytics", name: "Optional", provider: "Test SAS", hosts: [OPTIONAL_HOST] },
    { id: "needed", category: "necessary", name: "Needed", provider: "Test SAS", hosts: [NECESSARY_HOST] },
  ],
});
/** First letter of the id → host and beginning of names. */
const TARGETS = {
  o: { host: OPTIONAL_HOST, prefix: "m_" },
  u: { host: UNDECLARED_HOST, prefix: "u_" },
  n: { host: NECESSARY_HOST, prefix: "n_" },
};
const ANSWERS = {
  "/script.js": ";", "/style.css": "/* empty */", "/picture.svg": PICTURE, "/frame.html": "<!doctype html><title>x</title>",
  // Ends a stream of events for good.
  "/text.txt": (_, response) => response.writeHead(204).end(),
};

/** One visitor, the other party, and what of the compositions has arrived and is kept. */
class Stage {
  constructor(visit) {
    this.visit = visit;
    this.third = party();
    this.third.answer(ANSWERS);
    visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>without the tag</title>');
    visit.serve("/page.html", html({ policy: POLICY }));
    visit.serve("/free.html", html({ policy: null, tag: "" }));
  }

  compose(index, letter) {
    const { port, pathname } = new URL(this.third.url);
    const id = `${letter}${index}`;
    const socketPort = new URL(this.third.sockets).port;
    return { id, ...compose(seedOf(index), { ...TARGETS[letter], port, socketPort, path: pathname, id }) };
  }

  /** The ids of requests that have arrived. */
  arrived() {
    return new Set(this.third.log.flatMap((line) => /[?&]([oun]\d+)\b/.exec(line)?.[1] ?? []));
  }

  /** Runs programs one after another, each as an inline script of the page. */
  async run(attempts) {
    await this.visit.page.evaluate((programs) => {
      for (const program of programs) {
        const script = document.createElement("script");
        script.textContent = `try ${program} catch {}`;
        document.head.append(script);
      }
    }, attempts.map(({ code }) => code));
  }

  /** Waits for requests and names that must be there. */
  async expect(attempts, message) {
    const wanted = attempts.map(({ id }) => id).sort();
    await eventually(async () => {
      const [arrived, names] = [this.arrived(), await this.kept()];
      return attempts.filter(({ id, sink, name }) => (sink === "request" ? arrived.has(id) : names[sink].includes(name))).map(({ id }) => id).sort();
    }, wanted, message);
  }

  async kept() {
    const kept = await this.visit.page.evaluate(async () => ({
      "local-storage": Object.keys(localStorage),
      "session-storage": Object.keys(sessionStorage),
      "indexed-db": (await indexedDB.databases()).map(({ name }) => name),
      "cache-storage": await caches.keys(),
    }));
    return { ...kept, cookie: await this.visit.jar() };
  }

  /** The other party has all that was sent so far. */
  async fences() {
    await this.third.fence(this.visit.page);
    await this.third.fence(this.visit.page);
  }

  /** The attempts that came through, with their source. */
  async through(attempts) {
    await this.visit.page.goto(this.visit.url("/plain.html"));
    const [arrived, names] = [this.arrived(), await this.kept()];
    return attempts.filter(({ id, sink, name }) => (sink === "request" ? arrived.has(id) : names[sink].includes(name))).map(({ id, code }) => `${id}: ${code}`);
  }
}

function seedOf(index) {
  return Math.floor(mulberry32(SEED + index)() * 2 ** 32);
}

const range = (start, end) => Array.from({ length: end - start }, (_, at) => start + at);
/** Half of what must not pass is optional, half undeclared. */
const letterOf = (index) => (index % 2 ? "o" : "u");

for (const phase of ["before a choice", "after Reject all"]) {
  visitTest(`nothing of ${COUNT} composed attempts gets out ${phase}, and the necessary does (seed ${SEED})`, async (visit) => {
    const stage = new Stage(visit);
    const leaks = [];
    const all = [];
    await visit.page.goto(visit.url("/page.html"));
    if (phase !== "before a choice") await visit.control("reject-all").click();
    for (let start = 0; start < COUNT; start += CHUNK) {
      const indices = range(start, Math.min(start + CHUNK, COUNT));
      const [closed, open] = [indices.map((index) => stage.compose(index, letterOf(index))), indices.map((index) => stage.compose(index, "n"))];
      all.push(...closed);
      await visit.page.goto(visit.url("/page.html"));
      await stage.run([...closed, ...open]);
      await stage.expect(open, "strictly necessary, and stopped");
      await stage.fences();
      leaks.push(...await stage.through(closed));
    }
    // What came late.
    leaks.push(...await stage.through(all));
    visit.problems = [];
    assert.deepEqual([...new Set(leaks)], [], `seed ${SEED}`);
  });
}

for (const [what, path] of [["without the tag", "/free.html"], ["when everything is granted", "/page.html"]]) {
  visitTest(`a sample of the same attempts works ${what} (seed ${SEED})`, async (visit) => {
    const stage = new Stage(visit);
    await visit.page.goto(visit.url(path));
    if (path === "/page.html") await visit.control("accept-all").click();
    await visit.page.goto(visit.url(path));
    const sample = range(0, Math.min(COUNT, 2 * CHUNK)).map((index) => stage.compose(index, "o"));
    await stage.run(sample);
    await stage.expect(sample, "does nothing");
    visit.problems = [];
  });
}
