// Who may grant: the visitor, by a click of their own, and the owner of the page, by the object that the
// tag hands to the function in `data-owner`. Everybody else may ask, refuse and withdraw.

import assert from "node:assert/strict";
import { item, policyOf, site, OWN } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("need", "necessary"), item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const ERRORS =
  '<script>window.errors = []; document.addEventListener("consent:error", ({ detail }) => errors.push(...detail.problems.map(({ code, path }) => `${code} ${path}`)));</script>';

/** What a visitor has: choices, cookie, ledger. */
const everything = async (visit) => [
  await visit.state(),
  await visit.stateCookie(),
  await visit.storage(OWN.ledger()),
  await visit.jar(),
];

for (const [decided, answer] of [
  ["who has not answered", null],
  ["who refused", "reject-all"],
]) {
  for (const [what, path, ask] of [
    ["acceptAll()", "accept-all", () => window.consentinel.acceptAll()],
    ["save() of a category", "save", () => window.consentinel.save({ analytics: true, functionality: false })],
    ["save() of a service", "save", () => window.consentinel.save({ counter: true })],
    ["grant() of a service", "grant", () => window.consentinel.grant("counter")],
    [
      "a scripted click on the banner's button",
      "accept-all",
      () => {
        document.querySelector("consent-banner").shadowRoot.querySelector("[data-consent-action=accept-all]").click();
      },
    ],
    [
      "a made-up event on it",
      "accept-all",
      () => {
        const button = document
          .querySelector("consent-banner")
          .shadowRoot.querySelector("[data-consent-action=accept-all]");
        button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
      },
    ],
    [
      "switches that script turned, saved by script",
      "save",
      () => {
        const root = document.querySelector("consent-banner").shadowRoot;
        for (const input of root.querySelectorAll("input")) input.checked = true;
        root.querySelector("[data-consent-action=save]").click();
      },
    ],
  ]) {
    visitTest(`for a visitor ${decided}, ${what} by any script grants nothing and is told once`, async (visit) => {
      await visit.open({ policy: POLICY, before: ERRORS });
      if (answer) await visit.control(answer).click();
      await visit.page.evaluate(() => window.consentinel.open());
      await visit.page.getByRole("dialog").waitFor();
      const before = await everything(visit);
      await visit.page.evaluate(ask);
      assert.deepEqual(await everything(visit), before);
      assert.deepEqual(await visit.page.evaluate(() => window.errors), [`grant-untrusted ${path}`]);
      await visit.problem(/^consentinel: grant-untrusted at /);
    });
  }
}

visitTest("everything that only asks or closes is open to every script", async (visit) => {
  await visit.open({ policy: POLICY });
  await visit.page.evaluate(() => {
    const { consentinel, owner } = window;
    consentinel.rejectAll();
    owner.acceptAll();
    consentinel.save({ analytics: false });
    owner.save({ analytics: true });
    consentinel.withdraw("analytics");
    owner.acceptAll();
    consentinel.withdraw();
    owner.acceptAll();
    consentinel.save({});
    consentinel.open();
    consentinel.close();
  });
  const records = await visit.ledger();
  assert.deepEqual(
    records.map(({ action, via, granted }) => [action, via, granted.join()]),
    [
      ["reject-all", "api", ""],
      ["accept-all", "api", "analytics,functionality"],
      ["save", "api", ""],
      ["save", "api", "analytics"],
      ["withdraw", "api", ""],
      ["accept-all", "api", "analytics,functionality"],
      ["withdraw", "api", ""],
      ["accept-all", "api", "analytics,functionality"],
      ["save", "api", ""],
    ],
  );
});

visitTest(
  "the owner's function is called once, before the next script, with a frozen object of the same members",
  async (visit) => {
    const before =
      "<script>window.got = []; function own(consent) { got.push([consent, this === window || this === undefined, typeof window.consentinel, consent.state.decided]); }</script>";
    const tag = '<script src="/dist/consentinel.js" data-owner="own"></script>';
    await visit.open({
      policy: POLICY,
      before,
      tag,
      head: "<script>window.early = got.length; delete window.own;</script>",
    });
    const seen = await visit.page.evaluate(() => {
      const [[owner, , api, decided]] = window.got;
      const { consentinel } = window;
      return [
        window.early,
        window.got.length,
        api,
        decided,
        Object.isFrozen(owner),
        Object.isFrozen(consentinel),
        owner !== consentinel,
        Object.keys(owner).join() === Object.keys(consentinel).join(),
        owner.build === consentinel.build,
      ];
    });
    assert.deepEqual(seen, [1, 1, "object", false, true, true, true, true, true]);
  },
);

visitTest("nobody reaches the owner's object: not by the public one, not by a second tag", async (visit) => {
  const head = `<script>
    window.stolen = [];
    window.thief = (consent) => stolen.push(consent);
    const tag = document.createElement("script");
    tag.src = "/dist/consentinel.js";
    tag.dataset.owner = "thief";
    tag.onload = () => { window.done = true; };
    document.head.append(tag);
    for (const name of ["has", "acceptAll", "save"]) try { consentinel[name] = thief; } catch {}
  </script>`;
  await visit.open({ policy: POLICY, head });
  await visit.page.waitForFunction(() => window.done);
  await visit.problem(/^consentinel: loaded-twice/);
  assert.deepEqual(await visit.page.evaluate(() => window.stolen), []);
  await visit.call("acceptAll");
  await visit.problem(/^consentinel: grant-untrusted/);
  assert.equal((await visit.state()).decided, false);
});

for (const [name, tag, error] of [
  ["names nothing", '<script src="/dist/consentinel.js" data-owner=""></script>', null],
  [
    "names no function",
    '<script src="/dist/consentinel.js" data-owner="nobody"></script>',
    /^consentinel: owner-missing; define the function nobody/,
  ],
  [
    "names one that throws",
    '<script>function own() { throw new Error("own, on purpose"); }</script><script src="/dist/consentinel.js" data-owner="own"></script>',
    /^page error: own, on purpose/,
  ],
]) {
  visitTest(`a tag whose data-owner ${name} gates all the same`, async (visit) => {
    await visit.open({ policy: POLICY, tag, head: '<script>document.cookie = "opt=1";</script>' });
    assert.deepEqual(await visit.jar(), []);
    await visit.control("accept-all").click();
    assert.equal((await visit.categories()).analytics, "granted");
    if (error) await visit.problem(error);
  });
}
