// Taking consent back: the gate closes first, then everything the policy lists goes, in every shape a
// page can have stored it; what cannot go is named. Other open tabs follow.

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();

const HOST = "a.b.localhost";
const PATH = "/x/y/page.html";
const storage = (name, kind, category) => item(name, category, { kind: `${kind}-storage` });
const POLICY = policyOf(
  [
    item("opt*"),
    item("__Secure-opt*"),
    item("__Host-opt*"),
    item("need*", "necessary"),
    item("fun*", "functionality"),
    storage("opt", "local"),
    storage("opt.*", "local"),
    storage("need", "local", "necessary"),
    storage("seen", "local", "necessary"),
    storage("fun", "local", "functionality"),
    storage("opt", "session"),
    storage("opt:*", "session"),
    storage("need", "session", "necessary"),
  ],
  { services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }] },
);

/** Every shape in which script can store a cookie that this page sees: name and attributes. */
const SHAPES = [
  ["opt-plain", ""],
  ["opt-root", "; Path=/"],
  ["opt-x", "; Path=/x"],
  ["opt-x-slash", "; Path=/x/"],
  ["opt-xy", "; Path=/x/y"],
  ["opt-xy-slash", "; Path=/x/y/"],
  ["opt-file", "; Path=/x/y/page.html"],
  ["opt-bad-path", "; Path=elsewhere"],
  ["opt-host", `; Domain=${HOST}; Path=/`],
  ["opt-host-xy", `; Domain=${HOST}; Path=/x/y`],
  ["opt-parent", "; Domain=b.localhost; Path=/"],
  ["opt-parent-dot", "; Domain=.b.localhost; Path=/x"],
  ["opt-parent-plain", "; Domain=b.localhost"],
  ["opt-secure", "; Secure"],
  ["opt-strict", "; SameSite=Strict; Path=/"],
  ["opt-lasting", "; Max-Age=3600; Path=/x/"],
  ["opt-none", "; SameSite=None; Secure; Path=/"],
  ["__Secure-opt", "; Secure; Path=/x"],
  ["__Secure-opt-parent", "; Secure; Domain=b.localhost; Path=/"],
  ["__Host-opt", "; Secure; Path=/"],
  ["opt-partitioned", "; Secure; SameSite=None; Partitioned; Path=/"],
  ["opt-partitioned-xy", "; Secure; Partitioned; Path=/x/y/"],
  ["opt-partitioned-parent", "; Secure; Partitioned; Domain=b.localhost; Path=/x"],
  ["__Host-opt-partitioned", "; Secure; SameSite=None; Partitioned; Path=/"],
  // One name in several places.
  ["opt-many", "; Path=/"],
  ["opt-many", "; Path=/x"],
  ["opt-many", "; Path=/x/y"],
  ["opt-many", "; Domain=b.localhost; Path=/"],
  ["opt-many", "; Secure; Partitioned; Path=/"],
];

const write = (visit, texts, page = visit.page) =>
  page.evaluate((all) => {
    for (const text of all) document.cookie = text;
  }, texts);
const call = (visit, name, ...given) => visit.decide(name, ...given);
const areas = (visit) =>
  visit.page.evaluate(() => [
    Object.keys(localStorage)
      .filter((key) => !key.startsWith("consentinel"))
      .sort(),
    Object.keys(sessionStorage).sort(),
  ]);

visitTest("every shape of cookie that script can store goes; HttpOnly and necessary ones stay", async (visit) => {
  await visit.open({ policy: POLICY }, { host: HOST, path: PATH });
  await call(visit, "acceptAll");
  await write(visit, [
    ...SHAPES.map(([name, attributes]) => `${name}=1${attributes}`),
    "need=1; Path=/",
    "need-x=1; Path=/x",
    "fun=1",
  ]);
  const hidden = { url: visit.url(PATH, HOST), httpOnly: true };
  await visit.context.addCookies([{ name: "opt-hidden", value: "1", ...hidden }]);
  const wanted = [...SHAPES.map(([name]) => name), "need", "need-x", "fun", "opt-hidden"].sort();
  assert.deepEqual(await visit.jar(), wanted, "all of them are there to begin with");

  await call(visit, "withdraw", "analytics");
  assert.deepEqual(await visit.jar(), ["fun", "need", "need-x", "opt-hidden"]);
  const record = (await visit.ledger()).at(-1);
  assert.deepEqual(
    [record.action, record.granted, record.denied, record.left],
    ["withdraw", ["functionality"], ["analytics"], []],
  );
  assert.deepEqual(await visit.problems, []);
});

visitTest("local and session storage keys of the category go, others stay", async (visit) => {
  // What nobody declared is there from a page without the tag.
  visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>plain</title>');
  await visit.open({ policy: POLICY });
  await call(visit, "acceptAll");
  await visit.page.goto(visit.url("/plain.html"));
  await visit.page.evaluate(() => {
    for (const key of ["opt", "opt.1", "opt.", "need", "fun", "other", "opt:1"]) localStorage.setItem(key, "1");
    for (const key of ["opt", "opt:1", "need", "opt.1", "fun"]) sessionStorage.setItem(key, "1");
  });
  await visit.page.goto(visit.url("/page.html"));
  await call(visit, "withdraw", ["analytics"]);
  assert.deepEqual(await areas(visit), [
    ["fun", "need", "opt:1", "other"],
    ["fun", "need", "opt.1"],
  ]);
  await call(visit, "withdraw");
  assert.deepEqual(await areas(visit), [
    ["need", "opt:1", "other"],
    ["fun", "need", "opt.1"],
  ]);
});

visitTest(
  "refusing erases what is there already, and what a server brings back goes with the next page",
  async (visit) => {
    visit.serve("/again.html", (_, response) => {
      response.setHeader("Set-Cookie", ["opt-server=1; Path=/", "need-server=1; Path=/"]);
      response.setHeader("Content-Type", "text/html");
      response.end(
        '<meta charset="utf-8"><link rel=icon href="data:,"><script src="/dist/consentinel.js" data-owner="takeOwner"></script>'.replace(
          "<script",
          () => `<script type="application/json" id="consentinel-policy">${JSON.stringify(POLICY)}</script><script`,
        ),
      );
    });
    for (const answer of ["undecided", "rejectAll"]) {
      if (answer !== "undecided") await call(visit, answer);
      await visit.page.goto(visit.url("/again.html"));
      assert.deepEqual(await visit.jar(), ["need-server"], answer);
    }
    await visit.setCookie("opt-late", "1");
    await call(visit, "rejectAll");
    assert.deepEqual(await visit.jar(), ["need-server"]);
  },
);

visitTest(
  "the gate closes before anything is erased: page code that writes again at once writes nothing",
  async (visit) => {
    const head = `<script>
    const again = () => { document.cookie = "opt-again=1; Path=/"; localStorage.setItem("seen", "1"); };
    for (const name of ["change", "close", "open", "attempt", "error"]) document.addEventListener("consent:" + name, again);
  </script>`;
    await visit.open({ policy: POLICY, head });
    await call(visit, "acceptAll");
    assert.deepEqual(await visit.jar(), ["opt-again"]);
    await visit.control("open").click();
    await visit.control("withdraw").click();
    await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
    await visit.settled();
    assert.equal(await visit.storage("seen"), "1");
    assert.deepEqual(await visit.jar(), []);
  },
);

visitTest("what cannot be erased is named in the record and in the settings, until it is gone", async (visit) => {
  // A path with a semicolon can be had by default, and never be written as an attribute.
  const [deep, shallow] = ["/shop;v=1/deep/page.html", "/shop;v=1/page.html"];
  await visit.open({ policy: POLICY }, { path: shallow });
  await call(visit, "acceptAll");
  await write(visit, ["opt-stuck=1", "opt-other=1; Path=/", "fun-gone=1; Path=/"]);
  await visit.open({ policy: POLICY }, { path: deep });
  await visit.control("open").click();
  await visit.control("withdraw").click();
  await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
  assert.deepEqual(await visit.jar(), ["opt-stuck"], "the browser itself offers no way from this page");
  assert.deepEqual((await visit.ledger()).at(-1).left, ["opt-stuck"]);
  assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), false);

  const warning = visit.page.getByText("could not erase: opt-stuck");
  for (const again of [() => {}, () => visit.page.reload()]) {
    await again();
    await visit.control("open").click();
    await warning.waitFor();
    await visit.page.keyboard.press("Escape");
  }
  await visit.page.goto(visit.url(shallow));
  assert.deepEqual(await visit.jar(), [], "the page that made it can");
  await visit.control("open").click();
  assert.equal(await warning.count(), 0);
});

visitTest("withdrawing takes no more actions than consenting did", async (visit) => {
  await visit.open({ policy: POLICY });
  let actions = 0;
  const act = (action) => {
    actions++;
    return visit.control(action).click();
  };
  // Consent category by category: open the settings, switch, save.
  await act("settings");
  await visit.page.locator("consent-banner [name=analytics]").check();
  actions++;
  await act("save");
  const consenting = actions;
  actions = 0;
  await act("open");
  await act("withdraw");
  assert.ok(actions <= consenting);
  assert.deepEqual(Object.values(await visit.categories()).sort(), ["denied", "denied", "necessary"]);
});

visitTest("an element of the page can withdraw in one click, and only closes the gate", async (visit) => {
  await visit.open({ policy: POLICY, body: '<button id="own" data-consent-action="withdraw">No more</button>' });
  await visit.control("accept-all").click();
  await write(visit, ["opt=1"]);
  await visit.page.locator("#own").click();
  assert.deepEqual(await visit.jar(), []);
  assert.equal((await visit.ledger()).at(-1).action, "withdraw");
});

visitTest(
  "a tab that is open beside follows at once: it closes, empties and asks no longer; and it opens too",
  async (visit) => {
    const body = '<iframe data-consent="analytics" data-src="/frame.html" title="frame"></iframe>';
    visit.serve("/frame.html", "<!doctype html><p>frame");
    await visit.open({ policy: POLICY, body });
    await visit.open({ policy: POLICY, body }, { page: await visit.context.newPage(), path: "/other.html" });
    const [here, there] = visit.context.pages();
    await write(visit, ["opt-held=1; Path=/"], there);
    await here.bringToFront();
    await visit.control("accept-all", here).click();
    await there.waitForFunction(() => window.consentinel.has("analytics"), null, { polling: 20 });
    await there.frameLocator("iframe").getByText("frame").waitFor();
    assert.equal(await visit.control("accept-all", there).count(), 0);
    assert.deepEqual(await visit.jar(), ["opt-held"]);

    await visit.control("open", here).click();
    await visit.control("withdraw", here).click();
    await there.waitForFunction(() => !window.consentinel.has("analytics"), null, { polling: 20 });
    await write(visit, ["opt-after=1; Path=/"], there);
    assert.deepEqual(await visit.jar(), []);
    await there.waitForFunction(() => document.querySelector("iframe").contentDocument?.URL === "about:blank", null, {
      polling: 20,
    });
    assert.equal((await visit.ledger(there)).length, 2, "one ledger for both");

    await there.bringToFront();
    await visit.control("open", there).click();
    await visit.control("accept-all", there).click();
    await here.waitForFunction(() => window.consentinel.has("analytics"), null, { polling: 20 });
    const records = await visit.ledger(here);
    assert.deepEqual(
      records.map((record) => record.sequence),
      [0, 1, 2],
    );
  },
);
