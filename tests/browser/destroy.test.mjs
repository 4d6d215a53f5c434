// `destroy()` of the npm package: the page gets its own functions back, each of them, and another start works as the first
// did; in three engines, and under React's StrictMode, which mounts, unmounts and mounts again.
//
// Left out: adapters that stay (adapters.test.mjs), and what the gate does while it stands.

import assert from "node:assert/strict";
import { REACTS, forPage } from "./bundled.mjs";
import { situations } from "./real.mjs";
import { html, item, policyOf, site } from "./site.mjs";

const visitTest = site();
const situation = situations();
const POLICY = policyOf([item("opt")], {
  services: [
    { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: ["third.localhost"] },
  ],
});

// Every function and every half of an accessor that can be reached over the window, its classes and their prototypes, by
// its way. Ran before anything else of the page, and later again.
const WALK = `
  window.walk = (scope) => {
    const found = new Map();
    const seen = new Set();
    const visit = (object, way) => {
      if (seen.has(object)) return;
      seen.add(object);
      for (const key of Reflect.ownKeys(object)) {
        const described = Reflect.getOwnPropertyDescriptor(object, key);
        for (const half of ["value", "get", "set"]) {
          const part = described[half];
          if (typeof part !== "function") continue;
          found.set(way + "." + String(key) + " " + half, part);
          // A prototype's constructor leads back to its class.
          if (half === "value" && key !== "constructor") {
            visit(part, way + "." + String(key));
            if (part.prototype) visit(part.prototype, way + "." + String(key) + ".prototype");
          }
        }
      }
      const parent = Reflect.getPrototypeOf(object);
      if (parent) visit(parent, way + ".__proto__");
    };
    visit(scope, "window");
    return found;
  };
  window.differing = (before, scope) => {
    const now = walk(scope);
    return [...before].filter(([way, part]) => now.get(way) !== part).map(([way]) => way);
  };
`;
const FRAME = "<iframe id='frame' srcdoc='<p>There before</p>'></iframe>";

function serve(visit, script, more = {}) {
  visit.serve(
    "/page.html",
    html({ policy: null, tag: "", ...more, body: `${more.body ?? ""}<script src="/app.js"></script>` }),
  );
  visit.serve("/app.js", script);
}

// How many listeners the window and the document have, by the browser's own count.
async function listeners(visit) {
  const session = await visit.page.context().newCDPSession(visit.page);
  const counts = [];
  for (const expression of ["window", "document", "window.cookieStore"]) {
    const { result } = await session.send("Runtime.evaluate", { expression });
    const told = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId });
    counts.push(told.listeners.length);
  }
  await session.detach();
  return counts;
}

const APP = await forPage(`
  import { createConsent } from "consentinel";
  window.policy = ${JSON.stringify(POLICY)};
  window.begin = () => (window.consent = createConsent(window.policy));
  window.createConsent = createConsent;
`);

visitTest(
  "every function is the browser's own again, in frames too; nothing of ours is shown or listens",
  async (visit) => {
    const told = [];
    visit.context.on("console", (message) => told.push(message.text()));
    serve(visit, APP, { before: `<script>${WALK}</script>`, body: FRAME });
    visit.isPatient = false;
    await visit.page.goto(visit.url("/page.html"));
    const none = await listeners(visit);
    for (const decision of ["none", "acceptAll", "rejectAll"]) {
      const counts = await visit.page.evaluate(async (decision) => {
        const scopes = [window, document.getElementById("frame").contentWindow];
        const before = scopes.map((scope) => window.walk(scope));
        const consent = window.begin();
        if (decision !== "none") consent[decision]();
        await consent.notice();
        const wrapped = scopes.map((scope, at) => window.differing(before[at], scope).length);
        consent.destroy();
        const left = scopes.map((scope, at) => window.differing(before[at], scope));
        return { all: before[0].size, wrapped, left };
      }, decision);
      assert.ok(counts.all > 5_000 && counts.wrapped[0] > 100 && counts.wrapped[1] > 20, JSON.stringify(counts));
      assert.deepEqual(counts.left, [[], []]);
      assert.equal(await visit.page.locator("consent-banner").count(), 0);
      assert.deepEqual(await listeners(visit), none);
    }
    const page = await visit.page.evaluate(() => [
      document.adoptedStyleSheets.length,
      document.querySelectorAll("style").length,
      window.consentinel.has("necessary"),
      window.consentinel.state.decided,
      window.consent.has("analytics"),
    ]);
    assert.deepEqual(page, [0, 0, false, false, false]);
    assert.ok(
      told.some((text) => text.startsWith("consentinel: gate-stays; ")),
      told.join("\n"),
    );
  },
);

situation(
  "a page that is left and begun again",
  "every function is the browser's own, each time",
  async (visitor) => {
    visitor.serve("/app.js", APP);
    await visitor.open({
      policy: null,
      tag: "",
      before: `<script>${WALK}</script>`,
      body: `${FRAME}<script src="/app.js"></script>`,
    });
    const rounds = await visitor.run(`
      const scopes = [window, document.getElementById("frame").contentWindow];
      const rounds = [];
      // Firefox makes its classes when they are first asked for, and lists them otherwise from then on.
      scopes.map(walk);
      for (const method of ["acceptAll", "rejectAll"]) {
        const before = scopes.map(walk);
        const consent = begin();
        consent[method]();
        await consent.notice();
        const wrapped = scopes.map((scope, at) => differing(before[at], scope).length);
        const granted = consent.has("analytics");
        consent.destroy();
        rounds.push({
          isWrapped: wrapped.every((count) => count > 10),
          left: scopes.map((scope, at) => differing(before[at], scope)).flat(),
          granted: [granted, consent.has("analytics")],
          hosts: document.querySelectorAll("consent-banner").length,
        });
      }
      return rounds;`);
    const round = (granted) => ({ isWrapped: true, left: [], granted: [granted, false], hosts: 0 });
    assert.deepEqual(rounds, [round(true), round(false)]);
  },
  { engines: ["firefox", "webkit"] },
);

visitTest(
  "what waits is never made; a later start gates, asks and grants, and gives back what stands aside",
  async (visit) => {
    serve(visit, APP);
    visit.serve("/counted.js", "window.counted = (window.counted ?? 0) + 1;", { "Access-Control-Allow-Origin": "*" });
    await visit.page.goto(visit.url("/page.html"));
    const waited = await visit.page.evaluate(
      async (host) => {
        const consent = window.begin();
        document.cookie = "opt=1";
        const script = document.createElement("script");
        script.src = `http://${host}/counted.js`;
        document.head.append(script);
        let answer = "waits";
        const asked = fetch(`http://${host}/counted.js`).then(
          () => (answer = "made"),
          (error) => (answer = error.name),
        );
        await new Promise((resolve) => setTimeout(resolve));
        const before = answer;
        consent.destroy();
        document.cookie = "free=1";
        await asked;
        return [before, answer, document.cookie, consent.has("analytics"), window.consentinel.ledger().length];
      },
      new URL(visit.url("/", "third.localhost")).host,
    );
    assert.deepEqual(waited, ["waits", "TypeError", "free=1", false, 0]);
    assert.equal(await visit.page.evaluate(() => window.counted), undefined);
    await visit.page.evaluate(() => {
      const before = window.consent;
      window.begin();
      window.isAnother = before !== window.consent && window.consent === window.createConsent(window.policy);
    });
    assert.equal(await visit.page.evaluate(() => window.isAnother), true);
    await visit.page.evaluate(() => (document.cookie = "opt=2"));
    assert.deepEqual(await visit.jar(), ["free"]);
    await visit.control("accept-all").click();
    assert.deepEqual(await visit.jar(), ["free", "opt"]);
    await visit.page.waitForFunction(() => window.counted === 1);
    await visit.control("open").click();
    await visit.control("withdraw").click();
    assert.deepEqual(await visit.jar(), ["free"]);
    // After another round it is the same, with what was decided.
    const state = await visit.page.evaluate(() => {
      window.consent.destroy();
      return window.begin().state.categories.analytics;
    });
    assert.equal(state, "denied");
    assert.equal(await visit.page.locator("consent-banner").count(), 1);
  },
);

visitTest(
  "only the handle that started it takes it back; a function that a script put around ours goes on",
  async (visit) => {
    serve(visit, APP, { before: "<script>window.natively = window.fetch</script>" });
    await visit.page.goto(visit.url("/page.html"));
    const got = await visit.page.evaluate(async () => {
      const consent = window.begin();
      const other = window.createConsent({ ...window.policy });
      other.destroy();
      const stands = window.fetch !== window.natively;
      const ours = window.fetch;
      let count = 0;
      window.fetch = (...given) => {
        count++;
        return ours(...given);
      };
      consent.destroy();
      consent.destroy();
      const { status } = await window.fetch("/app.js");
      return [stands, count, status, window.fetch !== window.natively];
    });
    assert.deepEqual(got, [true, 1, 200, true]);
    await visit.problem(/loaded-twice/);
    await visit.problem(/destroy-refused/);
  },
);

visitTest("a frame that shows another site by then is in nobody's way", async (visit) => {
  serve(visit, APP);
  visit.serve("/other.html", "<!doctype html><title>Other</title>");
  await visit.page.goto(visit.url("/page.html"));
  const got = await visit.page.evaluate(
    async (address) => {
      const consent = window.begin();
      consent.acceptAll();
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const wrapped = frame.contentWindow.fetch.toString();
      await new Promise((resolve) => {
        frame.onload = resolve;
        frame.src = address;
      });
      consent.destroy();
      return [wrapped.includes("native code"), consent.state.decided, document.querySelector("consent-banner")];
    },
    visit.url("/other.html", "third.localhost"),
  );
  assert.deepEqual(got, [true, false, null]);
});

visitTest("a script that has changed how lists are walked gets nothing that grants or destroys", async (visit) => {
  serve(visit, APP);
  await visit.page.goto(visit.url("/page.html"));
  const taken = await visit.page.evaluate(() => {
    const native = Array.prototype[Symbol.iterator];
    const taken = [];
    let count = 0;
    Array.prototype[Symbol.iterator] = function () {
      count++;
      for (let at = 0; at < this.length; at++) {
        const part = this[at];
        const isOurs = part && (part.acceptAll || part.destroy || part.forget);
        if (isOurs) taken.push(Object.keys(part));
      }
      return native.call(this);
    };
    for (const _ of [1]);
    window.begin();
    window.consent.destroy();
    window.begin();
    Array.prototype[Symbol.iterator] = native;
    return [count > 0, taken];
  });
  assert.deepEqual(taken, [true, []]);
});

for (const [version, alias] of Object.entries(REACTS))
  visitTest(`React ${version} under StrictMode: mounted, unmounted, mounted again, and left`, async (visit) => {
    serve(
      visit,
      await forPage(
        `
      import { StrictMode, createElement as e, useEffect, useState } from "react";
      import { createRoot } from "react-dom/client";
      import { createConsent } from "consentinel";
      import { ConsentGate, ConsentProvider } from "consentinel/react";
      const policy = ${JSON.stringify(POLICY)};
      window.starts = 0;
      function App() {
        const [consent, setConsent] = useState(null);
        useEffect(() => {
          const made = createConsent(policy);
          window.starts++;
          setConsent(made);
          return () => made.destroy();
        }, []);
        return consent && e(ConsentProvider, { consent: consent.shared },
          e(ConsentGate, { name: "analytics", fallback: e("i", null, "fallback") }, e("b", null, "map")));
      }
      const root = createRoot(document.getElementById("root"));
      window.leave = () => root.unmount();
      root.render(e(StrictMode, null, e(App)));
    `,
        { alias },
      ),
      { before: `<script>${WALK}; window.natives = walk(window)</script>`, body: '<div id="root"></div>' },
    );
    await visit.page.goto(visit.url("/page.html"));
    await visit.page.locator("i", { hasText: "fallback" }).waitFor();
    assert.equal(await visit.page.evaluate(() => window.starts), 2);
    // First in the page once that has come to rest, as without a start before.
    await visit.page.waitForFunction(() => document.body.firstElementChild.localName === "consent-banner");
    await visit.control("accept-all").click();
    await visit.page.locator("b", { hasText: "map" }).waitFor();
    const left = await visit.page.evaluate(() => {
      const { length } = window.differing(window.natives, window);
      window.leave();
      return [length > 20, window.differing(window.natives, window)];
    });
    assert.deepEqual(left, [true, []]);
    assert.equal(await visit.page.locator("consent-banner").count(), 0);
  });
