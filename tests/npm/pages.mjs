// What the package does in a page, as tests that each of its builds passes: with WebAssembly (package.test.mjs) and without
// (js.test.mjs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html, item, policyOf } from "../browser/site.mjs";

/** The policy of these pages. */
export const POLICY = policyOf([item("need", "necessary"), item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});

/**
 * Declares the tests by `visitTest`, for the package that is `installed`, where `consentinel` means the file `entry`. Pages
 * have these headers.
 */
export function pages(visitTest, installed, entry, headers) {
  /** Serves the installed package beside a page without any tag. */
  function servePackage(visit, script) {
    for (const file of [entry, "part.js", "face.js", "texts/fr.js"])
      visit.serve(`/consentinel/${file}`, readFileSync(join(installed, file), "utf8"));
    const importMap = `<script type="importmap">{ "imports": { "consentinel": "/consentinel/${entry}", "consentinel/texts/fr": "/consentinel/texts/fr.js" } }</script>`;
    visit.serve(
      "/app.html",
      html({ policy: null, tag: importMap, head: `<script type="module">${script}</script>`, body: "<h1>App</h1>" }),
      headers,
    );
  }

  visitTest("a plain module script drives a page with it: synchronous state, gated jar, answers", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    const consent = createConsent(${JSON.stringify(POLICY)});
    document.cookie = "opt=1";
    document.cookie = "need=1";
    window.seen = [consent.state.decided, consent.has("analytics"), document.cookie];
    consent.on("change", ({ cause }) => { document.querySelector("h1").textContent = cause; });
    window.consent = consent;
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.consent);
    // What waits is read from memory; the jar has none of it.
    assert.deepEqual(await visit.page.evaluate(() => window.seen), [false, false, "need=1; opt=1"]);
    assert.deepEqual(await visit.jar(), ["need"]);
    const states = await visit.page.evaluate(async () => {
      // Once what asks and decides is there, decisions are in force when the call returns.
      await window.consent.notice();
      window.consent.acceptAll();
      return [
        window.consent.has("counter"),
        window.consent.state.categories.analytics,
        document.cookie.includes("opt=1"),
      ];
    });
    assert.deepEqual(states, [true, "granted", true]);
    assert.equal(await visit.page.locator("h1").textContent(), "accept-all");
    assert.deepEqual(await visit.jar(), ["need", "opt"]);

    await visit.page.reload();
    await visit.page.waitForFunction(() => window.consent);
    assert.equal(await visit.page.evaluate(() => window.consent.has("analytics")), true);
    await visit.control("open").click();
    await visit.control("withdraw").click();
    assert.deepEqual(await visit.jar(), ["need"]);
  });

  visitTest("its options: texts of a language, no face of its own, a page for children", async (visit) => {
    const policy = {
      ...POLICY,
      categories: POLICY.categories.map((category) => ({
        ...category,
        title: { en: "Title", fr: "Titre" },
        description: { en: "About", fr: "Sur" },
      })),
      items: [],
      services: [],
    };
    const start = (options) =>
      servePackage(
        visit,
        `
    import { createConsent } from "consentinel";
    import fr from "consentinel/texts/fr";
    document.documentElement.lang = "fr";
    window.consent = createConsent(${JSON.stringify(policy)}, ${options});
  `,
      );
    start("{ texts: { fr } }");
    await visit.page.goto(visit.url("/app.html"));
    assert.equal(await visit.control("reject-all").textContent(), "Tout refuser");
    await visit.control("settings").click();
    await visit.page.getByRole("dialog", { name: "Paramètres des cookies" }).waitFor();
    for (const options of ['{ texts: { fr }, ui: "none" }', "{ texts: { fr }, child: true }"]) {
      start(options);
      await visit.page.reload();
      await visit.page.waitForFunction(() => window.consent);
      assert.equal(await visit.page.locator("consent-banner").count(), 0);
      await visit.page.evaluate(() => window.consent.acceptAll());
      assert.equal((await visit.categories()).analytics === "granted", !options.includes("child"));
      await visit.forget();
    }
    await visit.problem(/^consentinel: grant-untrusted at child/);
  });

  visitTest("the very same policy gets the owner's handle again, and an equal one does not", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    const policy = ${JSON.stringify(POLICY)};
    const handle = createConsent(policy);
    window.isSame = createConsent(policy) === handle;
    window.stranger = createConsent({ ...policy });
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => "stranger" in window);
    assert.equal(await visit.page.evaluate(() => window.isSame), true);
    await visit.problem(/^consentinel: loaded-twice/);
    assert.equal(
      await visit.page.evaluate(() => {
        window.stranger.acceptAll();
        return window.stranger.has("analytics");
      }),
      false,
    );
    await visit.problem(/^consentinel: grant-untrusted/);
  });

  visitTest("the state is one object until it changes, and a promise tells of a grant", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    const { getSnapshot, subscribe, whenGranted, acceptAll, rejectAll } = createConsent(${JSON.stringify(POLICY)});
    const heard = [];
    const before = getSnapshot();
    const isStill = getSnapshot() === before;
    const stop = subscribe(() => heard.push(getSnapshot().categories.analytics));
    whenGranted("counter").then(() => heard.push("promised"));
    rejectAll();
    acceptAll();
    await whenGranted("analytics");
    stop();
    rejectAll();
    window.got = { heard, isStill, isNew: getSnapshot() !== before };
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.got);
    assert.deepEqual(await visit.page.evaluate(() => window.got), {
      heard: ["denied", "granted", "promised"],
      isStill: true,
      isNew: true,
    });
  });

  visitTest(
    "a language whose texts were not given: English; one that was given later: that one, in place",
    async (visit) => {
      servePackage(
        visit,
        `
    import { createConsent } from "consentinel";
    import fr from "consentinel/texts/fr";
    document.documentElement.lang = "de";
    window.consent = createConsent(${JSON.stringify(POLICY)}, { texts: { fr } });
  `,
      );
      await visit.page.goto(visit.url("/app.html"));
      assert.equal(await visit.control("reject-all").textContent(), "Reject all");
      await visit.page.evaluate(() => void (document.documentElement.lang = "fr"));
      await visit.page.getByRole("button", { name: "Tout refuser" }).waitFor();
    },
  );

  visitTest("texts that are imported come for whoever is asked, and nobody else", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    document.documentElement.lang = "fr";
    window.consent = createConsent(${JSON.stringify(POLICY)}, { texts: { fr: () => import("consentinel/texts/fr") } });
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.getByRole("button", { name: "Tout refuser" }).click();
    const start = visit.requested(/texts/).length;
    await visit.page.reload();
    await visit.page.getByRole("button", { name: "Paramètres des cookies" }).waitFor();
    assert.equal(visit.requested(/texts/).length, start);
    visit.forgive(/language-missing at/);
  });

  visitTest("started twice, or beside the tag, the first stays in charge and one error is told", async (visit) => {
    const twice = `
    import { createConsent } from "consentinel";
    const one = createConsent(${JSON.stringify(POLICY)});
    const two = createConsent({ ...${JSON.stringify(POLICY)}, undeclared: "allow" });
    window.same = two.acceptAll === window.consentinel.acceptAll && two.acceptAll !== one.acceptAll;
    document.cookie = "stranger=1";
  `;
    servePackage(visit, twice);
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => "same" in window);
    assert.equal(await visit.page.evaluate(() => window.same), true);
    await visit.problem(/^consentinel: loaded-twice/);
    assert.equal(await visit.page.locator("consent-banner").count(), 1);
    assert.deepEqual(await visit.jar(), []);
  });

  visitTest("a tag that comes after it cannot take the gate over", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    window.consent = createConsent(${JSON.stringify(POLICY)});
    const tag = document.createElement("script");
    tag.src = "/dist/consentinel.js";
    tag.onload = () => { document.cookie = "opt=1"; window.done = true; };
    document.head.append(tag);
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.done);
    await visit.problem(/^consentinel: loaded-twice/);
    assert.deepEqual(await visit.jar(), []);
    assert.equal(await visit.page.locator("consent-banner").count(), 1);
    await visit.control("accept-all").click();
    assert.deepEqual(await visit.jar(), ["opt"]);
  });

  visitTest("a text for which there is no memory is refused, and the next is judged as before", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    const consent = createConsent(${JSON.stringify(POLICY)});
    // Three bytes for each letter are more than the module may ever take.
    document.cookie = "need=" + "x".repeat(45e6);
    document.cookie = "opt=1";
    document.cookie = "need=1";
    // What waits is read with it.
    const before = document.cookie;
    consent.acceptAll();
    await consent.whenGranted("analytics");
    document.cookie = "stranger=1";
    window.got = [before, consent.has("analytics"), consent.ledger().length];
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.got);
    assert.deepEqual(await visit.page.evaluate(() => window.got), ["need=1; opt=1", true, 1]);
    assert.deepEqual(await visit.jar(), ["need", "opt"]);
  });

  visitTest("no policy at all closes everything", async (visit) => {
    servePackage(
      visit,
      `
    import { createConsent } from "consentinel";
    const consent = createConsent(undefined);
    document.cookie = "opt=1";
    window.done = [consent.state.decided, consent.state.asks];
  `,
    );
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.done);
    assert.deepEqual(await visit.page.evaluate(() => window.done), [false, false]);
    assert.deepEqual(await visit.jar(), []);
    await visit.problem(/^consentinel: policy-missing/);
  });

  visitTest(
    "a policy with a mistake is told there too, and a value that is no policy closes everything",
    async (visit) => {
      servePackage(
        visit,
        `
    import { createConsent } from "consentinel";
    const circular = { version: 1, id: "x" };
    circular.categories = [circular];
    const consent = createConsent(circular);
    document.cookie = "opt=1";
    consent.acceptAll();
    window.done = [consent.has("analytics"), consent.state.decided];
  `,
      );
      await visit.page.goto(visit.url("/app.html"));
      await visit.page.waitForFunction(() => window.done);
      assert.deepEqual(await visit.page.evaluate(() => window.done), [false, false]);
      assert.deepEqual(await visit.jar(), []);
      visit.forgive(/name-unknown/);
      await visit.problem(/^consentinel: (field-|module-unavailable)/);
    },
  );
}
