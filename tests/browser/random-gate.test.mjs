// The randomised test of the gate: hundreds of attempts, composed at random (compose.mjs), each of which
// runs on a gated page, in each phase that a visitor can bring it into. Nothing of what is denied or undeclared
// may arrive at the other party, the jar or a storage; the same program with an address that may pass must.
// Each phase has attempts of its own.
//
// A seed makes a run: `CONSENTINEL_SEED=n` repeats one, `CONSENTINEL_COUNT=n` makes it longer. What fails is
// printed with its source, to be tried by hand.
//
// Left out: what is told about an attempt (attempts.test.mjs), and each way out by its name (tests/matrix).

import assert from "node:assert/strict";
import { compose, mulberry32 } from "./compose.mjs";
import { html, item, policyOf, site, storedItems } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const SEED = Number(process.env.CONSENTINEL_SEED ?? 20_260_101);
const COUNT = Number(process.env.CONSENTINEL_COUNT ?? 160);
/** Attempts in one page load; each comes twice, with an address that must not and one that must pass. */
const CHUNK = 40;

const UNDECLARED_HOST = "other.localhost";
const SECOND_HOST = "second.localhost";
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const service = (id, category, host) => ({ id, category, name: id, provider: "Test SAS", hosts: [host] });
const POLICY = policyOf(
  KINDS.flatMap((kind) =>
    [
      ["m_*", "analytics"],
      ["s_*", "functionality"],
      ["n_*", "necessary"],
    ].map(([name, category]) => item(name, category, { kind })),
  ),
  {
    services: [
      service("optional", "analytics", OPTIONAL_HOST),
      service("second", "functionality", SECOND_HOST),
      service("needed", "necessary", NECESSARY_HOST),
    ],
  },
);
/** First letter of the id → host and beginning of names. */
const TARGETS = {
  o: { host: OPTIONAL_HOST, prefix: "m_" },
  s: { host: SECOND_HOST, prefix: "s_" },
  u: { host: UNDECLARED_HOST, prefix: "u_" },
  n: { host: NECESSARY_HOST, prefix: "n_" },
};
const ANSWERS = {
  "/script.js": ";",
  "/style.css": "/* empty */",
  "/picture.svg": PICTURE,
  "/frame.html": "<!doctype html><title>x</title>",
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
    visit.serve("/browser.html", html({ policy: { ...POLICY, gate: "browser" } }));
    visit.serve("/free.html", html({ policy: null, tag: "" }));
    const given = (request) => decodeURIComponent(request.url.slice(request.url.indexOf("?") + 1));
    visit.serve("/sheet.css", (request, response) =>
      response.writeHead(200, { "Content-Type": "text/css" }).end(given(request)),
    );
    visit.serve("/to", (request, response) => response.writeHead(302, { Location: given(request) }).end());
  }

  /** Brings the visitor where the attempts are to be made. */
  async enter({ choose, isBefore, path = "/page.html" }, isFirst) {
    const { visit } = this;
    if (choose && (isFirst || !isBefore)) {
      await visit.page.goto(visit.url("/plain.html"));
      // As if there had been no visit: who has answered is not asked again.
      await visit.page.evaluate(() => localStorage.clear());
      await visit.context.clearCookies();
      await visit.page.goto(visit.url(path));
      await choose(visit);
      if (!isBefore) return;
    }
    await visit.page.goto(visit.url(path));
  }

  compose(index, letter, held) {
    const { port, pathname } = new URL(this.third.url);
    const id = `${letter}${index}`;
    const socketPort = new URL(this.third.sockets).port;
    return { id, ...compose(seedOf(index), { ...TARGETS[letter], port, socketPort, path: pathname, id }, held) };
  }

  /** The ids of requests that have arrived. */
  arrived() {
    return new Set(this.third.log.flatMap((line) => /[?&]([osun]\d+)\b/.exec(line)?.[1] ?? []));
  }

  /** Runs programs one after another, each as an inline script of the page. */
  async run(attempts) {
    await this.visit.page.evaluate(
      (programs) => {
        for (const program of programs) {
          const script = document.createElement("script");
          script.textContent = `try ${program} catch {}`;
          document.head.append(script);
        }
      },
      attempts.map(({ code }) => code),
    );
  }

  /** Waits for requests and names that must be there. */
  async expect(attempts, message) {
    const wanted = attempts.map(({ id }) => id).sort();
    await eventually(
      async () => {
        const [arrived, names] = [this.arrived(), await this.kept()];
        return attempts
          .filter(({ id, sink, name }) => (sink === "request" ? arrived.has(id) : names[sink].includes(name)))
          .map(({ id }) => id)
          .sort();
      },
      wanted,
      message,
    );
  }

  async kept() {
    const kept = await this.visit.page.evaluate(async () => ({
      "indexed-db": (await indexedDB.databases()).map(({ name }) => name),
      "cache-storage": await caches.keys(),
      "storage-bucket": await navigator.storageBuckets.keys(),
    }));
    const [local, session] = (await storedItems(this.visit.page)).map((items) => items.map(([name]) => name));
    return { ...kept, "local-storage": local, "session-storage": session, cookie: await this.visit.jar() };
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
    return attempts
      .filter(({ id, sink, name }) => (sink === "request" ? arrived.has(id) : names[sink].includes(name)))
      .map(({ id, code }) => `${id}: ${code}`);
  }
}

function seedOf(index) {
  return Math.floor(mulberry32(SEED + index)() * 2 ** 32);
}

const range = (start, end) => Array.from({ length: end - start }, (_, at) => start + at);

const click = (action) => async (visit) => {
  await visit.control(action).click();
};
async function chooseOne(visit) {
  await click("settings")(visit);
  await visit.page.getByRole("dialog").locator('[name="analytics"]').check();
  await click("save")(visit);
}

/**
 * `closed` and `open`: letters of what must not pass, and of what must, in turn. `choose`: what the visitor does,
 * in each page, or, with `isBefore`, in another page before these. `held`: what the browser holds by itself.
 */
const PHASES = [
  { name: "before a choice", closed: "osu", open: "n" },
  { name: "after Reject all in the page", closed: "osu", open: "n", choose: click("reject-all"), held: "requests" },
  {
    name: "in a page that starts rejected",
    closed: "osu",
    open: "n",
    choose: click("reject-all"),
    isBefore: true,
    held: "frames",
  },
  {
    name: "in a page that starts with one of two granted",
    closed: "su",
    open: "no",
    choose: chooseOne,
    isBefore: true,
    held: "frames",
  },
  {
    name: "in a page that starts granted",
    closed: "u",
    open: "nos",
    choose: click("accept-all"),
    isBefore: true,
    held: "frames",
  },
  {
    name: "before a choice, under the browser's gate",
    closed: "osu",
    open: "n",
    path: "/browser.html",
    held: "frames",
  },
];
const ofTurn = (letters, index) => letters[index % letters.length];

for (const [number, phase] of PHASES.entries()) {
  visitTest(
    `nothing of ${COUNT} composed attempts gets out ${phase.name}, and what may pass does (seed ${SEED})`,
    async (visit) => {
      const stage = new Stage(visit);
      const leaks = [];
      const all = [];
      const first = number * COUNT;
      for (let start = first; start < first + COUNT; start += CHUNK) {
        const indices = range(start, Math.min(start + CHUNK, first + COUNT));
        const composed = (letters) => indices.map((index) => stage.compose(index, ofTurn(letters, index), phase.held));
        const [closed, open] = [composed(phase.closed), composed(phase.open)];
        all.push(...closed);
        await stage.enter(phase, start === first);
        await stage.run([...closed, ...open]);
        await stage.expect(
          open.filter(({ isDotted }) => !isDotted),
          "may pass, and was stopped",
        );
        await stage.fences();
        leaks.push(...(await stage.through(closed)));
      }
      // What came late.
      leaks.push(...(await stage.through(all)));
      visit.forgive(/^/);
      assert.deepEqual([...new Set(leaks)], [], `seed ${SEED}`);
    },
  );
}

// A program that does nothing anywhere would prove nothing: each phase's programs work where nothing is denied.
for (const [number, phase] of PHASES.entries()) {
  visitTest(`attempts as those ${phase.name} work without the tag (seed ${SEED})`, async (visit) => {
    const stage = new Stage(visit);
    await visit.page.goto(visit.url("/free.html"));
    const sample = range(number * COUNT, number * COUNT + Math.min(COUNT, CHUNK)).map((index) =>
      stage.compose(index, "o", phase.held),
    );
    await stage.run(sample);
    await stage.expect(sample, "does nothing");
    visit.forgive(/^/);
  });
}

visitTest(`attempts work once everything is granted in the page (seed ${SEED})`, async (visit) => {
  const stage = new Stage(visit);
  await stage.enter({ choose: click("accept-all") }, true);
  const sample = range(0, 2 * CHUNK).map((index) => stage.compose(index, "o"));
  await stage.run(sample);
  await stage.expect(
    sample.filter(({ isDotted }) => !isDotted),
    "stopped",
  );
  visit.forgive(/^/);
});
