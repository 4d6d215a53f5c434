// The second part of the tag: who fetches it, what waits for it, and what happens where it is blocked, slow, altered,
// or comes twice. Everything is judged by what the server was asked for, by the jar, and by what a visitor sees.
//
// Left out: what the part does once it is there (the other files of this folder).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { item, site, policyOf, repositoryFile } from "./site.mjs";
import { eventually, thirdParty } from "./third-party.mjs";

const { bannerMarkup } = await import(repositoryFile("dist/npm/server.js"));

const visitTest = site();
const party = thirdParty();

const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")], {
  services: [{ id: "tracker", category: "analytics", name: "Tracker", provider: "Tracker Ltd", hosts: ["127.0.0.1"] }],
});
const FILE = "/dist/consentinel.part.js";
const PART = readFileSync(repositoryFile(FILE.slice(1)));
const isPart = /consentinel\.part\./;

const send = (response, text) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(text);
const actions = async (visit) => (await visit.ledger()).map(({ action }) => action);

/** The gate is as closed as before any answer, and the page goes on. */
async function isClosed(visit) {
  const seen = await visit.page.evaluate(() => {
    document.cookie = "opt=1";
    document.cookie = "need=1";
    return [window.consentinel.has("analytics"), window.consentinel.state.asks];
  });
  assert.deepEqual(seen, [false, true]);
  assert.deepEqual(await visit.jar(), ["need"]);
}

visitTest(
  "whoever has decided fetches the first part alone, and finds the small button in their language",
  async (visit) => {
    await visit.open({ policy: POLICY, lang: "fr" });
    await visit.control("reject-all").click();
    assert.equal(visit.requested(isPart).length, 1);
    await visit.page.goto(visit.url("/page.html"));
    const button = visit.control("open");
    assert.equal(await button.textContent(), "Paramètres des cookies");
    assert.equal((await visit.state()).decided, true);
    await visit.page.evaluate(() => {
      document.cookie = "opt=1";
      window.consentinel.has("analytics");
    });
    assert.deepEqual(await visit.jar(), []);
    await visit.settled();
    assert.equal(visit.requested(isPart).length, 1, "nothing was asked for");
    // Asked for, it comes, and the settings with it.
    await button.click();
    await visit.page.getByRole("dialog").waitFor();
    assert.equal(visit.requested(isPart).length, 2);
    await visit.problem(/language-missing/);
    visit.forgive(/language-missing/);
  },
);

visitTest("while the part is on its way the gate holds, and what was said is done in its order", async (visit) => {
  const third = party();
  let answer;
  visit.serve(FILE, (_, response) => {
    answer = () => send(response, PART);
  });
  await visit.open({ policy: POLICY }, { isWhole: false });
  await isClosed(visit);
  await visit.page.evaluate((url) => {
    window.answer = fetch(`${url}/a.json`, { mode: "no-cors" }).then(() => "asked");
    window.owner.save({ analytics: true });
    window.consentinel.withdraw("functionality");
  }, third.url);
  third.answer({ "/a.json": "{}" });
  await third.fence(visit.page).catch(() => {});
  assert.deepEqual(third.arrivals(), []);
  answer();
  assert.equal(await visit.page.evaluate(() => window.answer), "asked");
  assert.deepEqual(await actions(visit), ["save", "withdraw"]);
  assert.deepEqual(await visit.jar(), ["need", "opt"]);
});

visitTest(
  "a refusal before the part is there takes back what was wished for before it, without a moment between",
  async (visit) => {
    let answer;
    visit.serve(FILE, (_, response) => {
      answer = () => send(response, PART);
    });
    const head = `<script>window.changes = []; document.addEventListener("consent:change", ({ detail }) => { changes.push(detail.cause, consentinel.has("analytics")); document.cookie = "opt=2"; });</script>`;
    await visit.open({ policy: POLICY, head }, { isWhole: false });
    await visit.page.evaluate(() => {
      document.cookie = "opt=1";
      window.owner.acceptAll();
      window.consentinel.rejectAll();
    });
    answer();
    assert.deepEqual(await actions(visit), ["reject-all"]);
    assert.deepEqual(await visit.page.evaluate(() => window.changes), ["reject-all", false]);
    assert.deepEqual(await visit.jar(), []);
  },
);

visitTest(
  "what is taken back is in force at once, and on the next page, though the part never comes",
  async (visit) => {
    await visit.open({ policy: POLICY });
    await visit.control("accept-all").click();
    visit.serve(FILE, (_, response) => response.writeHead(503).end());
    await visit.page.goto(visit.url("/page.html"));
    const has = await visit.page.evaluate(() => {
      const before = window.consentinel.has("analytics");
      window.consentinel.withdraw("analytics");
      return [before, window.consentinel.has("analytics"), window.consentinel.has("functionality")];
    });
    assert.deepEqual(has, [true, false, true]);
    await visit.page.goto(visit.url("/page.html"));
    assert.deepEqual(await visit.categories(), {
      analytics: "denied",
      functionality: "granted",
      necessary: "necessary",
    });
    visit.forgive(/503|part-unavailable/);
  },
);

visitTest(
  "a refusal in a page that was left before the part came is on record with the next page, by its own time",
  async (visit) => {
    let isBlocked = true;
    visit.serve(FILE, (_, response) => (isBlocked ? response.writeHead(503).end() : send(response, PART)));
    await visit.open({ policy: POLICY });
    const [before, after] = await visit.page.evaluate(() => {
      const before = Date.now();
      window.consentinel.rejectAll();
      return [before, Date.now()];
    });
    visit.forgive(/503|part-unavailable/);
    await visit.quieten();
    isBlocked = false;
    const count = visit.requested(isPart).length;
    await visit.page.goto(visit.url("/page.html"));
    await eventually(() => actions(visit), ["withdraw"]);
    const [record, ...others] = await visit.ledger();
    assert.deepEqual([record.action, record.via, record.granted, others.length], ["withdraw", "api", [], 0]);
    assert.deepEqual(record.denied, ["analytics", "functionality"]);
    assert.ok(before <= record.atMs && record.atMs <= after, `${before} ${record.atMs} ${after}`);
    const { value } = await visit.stateCookie();
    assert.ok(value.includes(record.subject), "the cookie goes on under the pseudonym of the record");
    assert.match(value, /~analytics\.d\.\w+\.(?!0{12})[0-9a-f]{12}-/);
    // Another text that tells the same: the answer is judged once more, and counts.
    await visit.open({ policy: { ...POLICY, placement: "corner" } });
    assert.equal((await visit.state()).asks, false);
    await visit.page.evaluate(() => window.consentinel.notice());
    assert.deepEqual(await actions(visit), ["withdraw"]);
    // With that, nothing is left to be brought for.
    const more = visit.requested(isPart).length;
    assert.ok(more > count);
    await visit.page.goto(visit.url("/page.html"));
    await visit.settled();
    assert.equal(visit.requested(isPart).length, more);
  },
);

const ALTERED = Buffer.from(PART);
ALTERED[ALTERED.length - 20] ^= 1;
const BROKEN = {
  missing: (response) => response.writeHead(404).end(),
  "altered by one byte": (response) => send(response, ALTERED),
  "cut off": (response) => send(response, PART.subarray(0, PART.length / 2)),
  "a page of the server": (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html>"),
};
for (const [what, serve] of Object.entries(BROKEN)) {
  visitTest(
    `a part that is ${what} leaves the gate closed, is told once, and is tried again when it is asked for`,
    async (visit) => {
      let isWhole = false;
      visit.serve(FILE, (_, response) => (isWhole ? send(response, PART) : serve(response)));
      await visit.open({ policy: POLICY, body: "<script>window.alive = true;</script>" });
      await assert.rejects(
        visit.page.evaluate(() => window.consentinel.notice()),
        /part-unavailable/,
      );
      assert.deepEqual(await visit.page.evaluate(() => window.consentinel.ledger()), []);
      await isClosed(visit);
      assert.equal(await visit.page.evaluate(() => window.alive), true);
      assert.equal(await visit.page.locator("consent-banner").count(), 0);
      await visit.problem(/^consentinel: part-unavailable/);
      // What browsers say of it by themselves.
      visit.forgive(/^(?!consentinel:)/);
      // What was tried meanwhile has called for it once more, and that is over then.
      await assert.rejects(
        visit.page.evaluate(() => window.consentinel.notice()),
        /part-unavailable/,
      );
      isWhole = true;
      // What a browser sends when the visitor comes back to the tab.
      await visit.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await visit.control("accept-all").click();
      assert.deepEqual(await actions(visit), ["accept-all"]);
      assert.deepEqual(await visit.jar(), ["need", "opt"]);
    },
  );
}

visitTest("a part that comes twice is heard once", async (visit) => {
  await visit.open({ policy: POLICY });
  await visit.control("accept-all").click();
  await visit.page.evaluate(async (file) => {
    const again = Object.assign(document.createElement("script"), { src: file });
    const isLoaded = new Promise((resolve) => {
      again.onload = again.onerror = resolve;
    });
    document.head.append(again);
    await isLoaded;
  }, FILE);
  assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), true);
  assert.deepEqual(await actions(visit), ["accept-all"]);
  assert.equal(await visit.page.locator("consent-banner").count(), 1);
});

visitTest(
  "no script of the page takes the part's place, listens in, or stops it from being compared",
  async (visit) => {
    visit.serve(
      "/evil.js",
      `window["consentinel:part"]((shared, take) => { window.stolen = shared; take(() => {}); });`,
    );
    const head = `<script>
    const evil = (shared, take) => { window.stolen = shared; };
    const hook = window["consentinel:part"];
    hook(evil);
    try { window["consentinel:part"] = evil; } catch {}
    try { Object.defineProperty(window, "consentinel:part", { value: evil }); } catch {}
    // Whatever the part calls while it runs may be ours.
    for (const [of, name] of [[Object, "values"], [Array.prototype, "push"], [Element.prototype, "append"], [Document.prototype, "createElement"], [Reflect, "apply"], [String.prototype, "split"]]) {
      const native = of[name];
      of[name] = function (...given) { hook(evil); return native.apply(this, given); };
    }
    for (const name of ["CSSStyleSheet", "ResizeObserver", "IntersectionObserver"]) window[name] = new Proxy(window[name], { construct(...given) { hook(evil); return Reflect.construct(...given); } });
    Object.defineProperty(document, "currentScript", { get: () => document.querySelector("script[integrity]") });
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) {
        if (node.integrity) { window.found = true; node.removeAttribute("integrity"); node.src = "/evil.js"; node.text = "window.stolen = 1"; }
      }
    }).observe(document, { childList: true, subtree: true });
    addEventListener("load", ({ target }) => hook(evil), true);
    const element = document.querySelector("script[integrity]");
    if (element) { window.found = true; element.removeAttribute("integrity"); element.src = "/evil.js"; }
  </script>`;
    await visit.open({ policy: POLICY, head });
    await visit.control("accept-all").click();
    assert.equal(await visit.page.evaluate(() => window.found), true, "the element can be found");
    assert.equal(await visit.page.evaluate(() => window.stolen), undefined);
    assert.deepEqual(await actions(visit), ["accept-all"]);
  },
);

const POLICIES = {
  "a nonce": "script-src 'nonce-abc' 'wasm-unsafe-eval'",
  "a nonce and strict-dynamic": "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'",
  "its origin": "script-src 'self' 'wasm-unsafe-eval'",
  "Trusted Types that let us make a policy":
    "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types consentinel",
  "Trusted Types that name nobody": "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'",
};
for (const [what, policy] of Object.entries(POLICIES)) {
  visitTest(`under a Content-Security-Policy with ${what} the part comes, and nothing is violated`, async (visit) => {
    const tag = '<script nonce="abc" src="/dist/consentinel.js"></script>';
    await visit.open({ policy: POLICY, tag }, { headers: { "Content-Security-Policy": policy } });
    await visit.control("reject-all").click();
    assert.deepEqual(await actions(visit), ["reject-all"]);
    assert.deepEqual(visit.stopped, []);
  });
}

visitTest(
  "leftovers of an earlier visit are erased after a refusal, though nobody asks for the part",
  async (visit) => {
    await visit.open({ policy: POLICY });
    await visit.control("reject-all").click();
    await visit.setCookie("opt", "1");
    await visit.page.goto(visit.url("/page.html"));
    await eventually(() => visit.jar(), []);
  },
);

visitTest(
  "a click on the first layer that a server has printed counts though the part is still on its way, where the layer is ours",
  async (visit) => {
    const printed = bannerMarkup(POLICY)({ language: "en" });
    for (const [body, granted] of [
      [printed, true],
      [printed.replaceAll("Reject all", "Reject most"), false],
    ]) {
      let answer;
      visit.serve(FILE, (_, response) => {
        answer = () => send(response, PART);
      });
      await visit.open({ policy: POLICY, body }, { isWhole: false });
      await visit.control("accept-all").click();
      assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), false);
      answer();
      assert.deepEqual(await actions(visit), granted ? ["accept-all"] : []);
      assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), granted);
      visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>Plain</title>');
      await visit.page.goto(visit.url("/plain.html"));
      await visit.forget();
    }
  },
);

visitTest(
  "a first refusal by the page's own control is kept though the visitor leaves before the part is there",
  async (visit) => {
    visit.serve(FILE, () => {});
    await visit.open(
      { policy: POLICY, body: '<button data-consent-action="reject-all">No</button>' },
      { isWhole: false },
    );
    await visit.page.getByRole("button", { name: "No" }).click();
    await visit.page.goto(visit.url("/page.html"));
    const { decided, categories } = await visit.state();
    assert.deepEqual([decided, categories.analytics, categories.functionality], [true, "denied", "denied"]);
  },
);
