// What the gate tells about attempts: reports, their bounds and report mode; and the gate in a window that the page opened,
// at a bad element, and at a form.
//
// Left out: what becomes of attempts that wait (held.test.mjs), which there are (tests/matrix), and how whole snippets behave
// (snippets.test.mjs).

import assert from "node:assert/strict";
import { POLICY, accept, attempting, attempts, forgive, reject } from "./attempting.mjs";
import { site, storedItems } from "./site.mjs";
import { eventually } from "./third-party.mjs";

const visitTest = site();
const start = attempting();

const short = ({ kind, name, service, verdict }) => [kind, name, service, verdict].join(" ").replace("  ", " ");

// ---- what runs while a text is made -------------------------------------------------------------

visitTest(
  "a request that is opened anew while a text is made of what it was given goes to nobody else",
  async (visit) => {
    const third = start(visit);
    await visit.open({ policy: POLICY });
    await visit.page.evaluate((url) => {
      const own = `${location.origin}/dist/consentinel.js`;
      const text = (request, mark) => ({ toString: () => (request.open("POST", `${url}/data.json?${mark}`), "") });
      const make = (act) => {
        const request = new XMLHttpRequest();
        try {
          act(request);
          request.send();
        } catch {}
      };
      make((request) => request.open("GET", own, true, text(request, "user")));
      make((request) => request.open("GET", own, true, "", text(request, "password")));
      make((request) => (request.open("GET", own), request.send(text(request, "body"))));
      make((request) => {
        request.open("GET", own);
        try {
          request.open("no method", text(request, "thrown"));
        } catch {}
      });
    }, third.url);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), []);
  },
);

// ---- reports ------------------------------------------------------------------------------------

const MAKER = `window.make = (url, necessary, sockets) => {
  document.cookie = "opt=1; Path=/"; document.cookie = "stranger=1"; document.cookie = "need=1";
  localStorage.setItem("opt", "1"); sessionStorage.stranger = "1"; localStorage.setItem("need", "1");
  new Image().src = url + "/picture.svg?secret=1#fragment";
  fetch(url + "/data.json?secret=2#fragment").catch(() => {});
  navigator.sendBeacon(url + "/beacon?secret=3", "secret");
  const script = document.createElement("script");
  script.src = url + "/script.js?secret=4";
  document.head.append(script);
  document.body.insertAdjacentHTML("beforeend", '<iframe src="' + url + '/frame.html?secret=5"></iframe><p style="background: url(' + url + '/picture.svg?secret=6)">x</p>');
  new Worker(url + "/worker.js?secret=7").onerror = (event) => event.preventDefault();
  new Image().src = necessary + "/picture.svg?passes";
  new Image().src = location.origin + "/dist/consentinel.js?own";
};`;

for (const [phase, verdict] of [
  ["before a choice", "hold"],
  ["after Reject all", "refuse"],
]) {
  visitTest(
    `each attempt ${phase} is reported once: kind, name without query, service, script, time, verdict`,
    async (visit) => {
      const third = start(visit);
      visit.serve("/maker.js", MAKER);
      await visit.open({
        policy: POLICY,
        head: '<script src="/maker.js"></script><script>window.told = []; document.addEventListener("consent:attempt", (event) => told.push(event.detail));</script>',
      });
      if (verdict === "refuse") await reject(visit);
      const before = Date.now();
      await visit.page.evaluate(([url, necessary]) => window.make(url, necessary), [third.url, third.necessary]);
      await third.fence(visit.page);
      const made = await attempts(visit);
      assert.deepEqual(made.map(short), [
        `cookie opt ${verdict}`,
        "cookie stranger refuse",
        `local-storage opt ${verdict}`,
        "session-storage stranger refuse",
        ...[
          ["image", "picture.svg"],
          ["fetch", "data.json"],
          ["beacon", "beacon"],
          ["script", "script.js"],
          ["frame", "frame.html"],
          ["css", "picture.svg"],
          ["worker", "worker.js"],
        ].map(([kind, file]) => `${kind} ${third.url}/${file} counter ${verdict}`),
      ]);
      for (const { name, script, atMs } of made) {
        assert.equal(script, visit.url("/maker.js"), name);
        assert.ok(atMs >= before && atMs <= Date.now(), name);
      }
      await visit.page.waitForFunction((count) => window.told.length === count, made.length);
      assert.deepEqual(await visit.page.evaluate(() => window.told), made, "the events say the same");
      const frozen = await visit.page.evaluate(() =>
        [window.consentinel.attempts(), ...window.consentinel.attempts(), ...window.told].every(Object.isFrozen),
      );
      assert.equal(frozen, true);
      assert.deepEqual(third.arrivals(), ["GET /picture.svg?passes"]);
      await forgive(visit);
    },
  );
}

visitTest("reports are bounded to 200, the newest last, and none of them leaves the browser", async (visit) => {
  const third = start(visit);
  await visit.open({ policy: POLICY });
  await visit.page.goto(visit.url("/page.html"));
  const asked = [];
  visit.context.on("request", (request) => asked.push(request.url()));
  const before = visit.requested().length;
  const lengths = await visit.page.evaluate((url) => {
    const lengths = [];
    for (let at = 0; at < 450; at++) {
      document.cookie = `stranger_${at}=1`;
      if (at % 50 === 49) lengths.push(window.consentinel.attempts().length);
    }
    new Image().src = `${url}/picture.svg?last`;
    return lengths;
  }, third.url);
  assert.deepEqual(lengths, [50, 100, 150, 200, 200, 200, 200, 200, 200]);
  await third.fence(visit.page);
  const names = (await attempts(visit)).map(({ name }) => name);
  assert.deepEqual(names, [
    ...Array.from({ length: 199 }, (_, at) => `stranger_${at + 251}`),
    `${third.url}/picture.svg`,
  ]);
  assert.deepEqual(asked, [`${third.necessary}/fence`], "asked for by the page");
  assert.equal(visit.requested().length, before, "at the site's own server");
  assert.deepEqual(third.arrivals(), []);
});

visitTest("a report names the script that made the attempt, not ours and not the page", async (visit) => {
  start(visit);
  visit.serve("/outer.js", "window.outer = () => window.inner();");
  visit.serve("/inner.js", "window.inner = () => { document.cookie = 'stranger=1'; };");
  await visit.open({
    policy: POLICY,
    head: '<script src="/outer.js"></script><script src="/inner.js"></script><script>outer();</script>',
  });
  const [{ script }] = await attempts(visit);
  assert.equal(script, visit.url("/inner.js"));
});

// ---- report mode --------------------------------------------------------------------------------

const TRIES = `<script>window.tryAll = (url) => {
  document.cookie = "opt=1; Path=/"; document.cookie = "stranger=1; Path=/"; localStorage.setItem("opt", "1"); sessionStorage.setItem("stranger", "1");
  new Image().src = url + "/picture.svg"; navigator.sendBeacon(url + "/beacon");
  const script = document.createElement("script"); script.src = url + "/script.js"; document.head.append(script);
  return fetch(url + "/data.json").then((answer) => answer.status, (error) => error.name);
};</script>`;
const TOLD = (third, verdict) => [
  `cookie opt ${verdict}`,
  "cookie stranger refuse",
  `local-storage opt ${verdict}`,
  "session-storage stranger refuse",
  ...[
    ["image", "picture.svg"],
    ["beacon", "beacon"],
    ["script", "script.js"],
    ["fetch", "data.json"],
  ].map(([kind, file]) => `${kind} ${third.url}/${file} counter ${verdict}`),
];
const ARRIVED = ["GET /data.json", "GET /picture.svg", "GET /script.js", "POST /beacon"];

visitTest(
  "report mode stops nothing, erases nothing and reports everything; the same page enforced stops all of it",
  async (visit) => {
    const third = start(visit);
    const stored = async () =>
      (await storedItems(visit.page)).map((items) =>
        items.map(([name]) => name).filter((name) => !name.startsWith("consentinel")),
      );
    await visit.open({ policy: { ...POLICY, mode: "report" }, head: TRIES });
    for (const verdict of ["hold", "refuse"]) {
      if (verdict === "refuse") {
        await visit.control("reject-all").click();
        await visit.page.goto(visit.url("/page.html"));
      }
      const from = third.log.length;
      assert.equal(await visit.page.evaluate((url) => window.tryAll(url), third.url), 200);
      await eventually(() => third.arrivals(from).sort(), ARRIVED, verdict);
      assert.deepEqual(await visit.jar(), ["opt", "stranger"]);
      assert.deepEqual(await stored(), [["opt"], ["stranger"]]);
      assert.deepEqual((await attempts(visit)).map(short), TOLD(third, verdict));
    }
    await visit.call("withdraw");
    assert.deepEqual(
      (await visit.ledger()).map(({ action }) => action),
      ["reject-all", "withdraw"],
    );
    assert.deepEqual(await visit.jar(), ["opt", "stranger"], "withdrawn");

    await visit.context.clearCookies();
    await visit.page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await visit.open({ policy: POLICY, head: TRIES });
    const from = third.log.length;
    await visit.page.evaluate((url) => {
      window.answer = window.tryAll(url);
    }, third.url);
    await third.fence(visit.page);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(from), []);
    assert.deepEqual(await visit.jar(), []);
    assert.deepEqual(await stored(), [[], []]);
    assert.deepEqual((await attempts(visit)).map(short), TOLD(third, "hold"));
    await visit.control("accept-all").click();
    await eventually(() => third.arrivals(from).sort(), ARRIVED, "granted");
    assert.equal(await visit.page.evaluate(() => window.answer), 200);
  },
);

// ---- other windows ------------------------------------------------------------------------------

visitTest("guard() closes the gate in a window that the page opened, and in no other", async (visit) => {
  const third = start(visit);
  await visit.open({ policy: POLICY });
  const [opened] = await Promise.all([
    visit.context.waitForEvent("page"),
    visit.page.evaluate(
      () =>
        new Promise((resolve) => {
          window.opened = window.open("/plain.html");
          window.opened.addEventListener("load", () => {
            window.consentinel.guard(window.opened);
            resolve();
          });
        }),
    ),
  ]);
  const tryAll = (page) =>
    page.evaluate(
      ([url, necessary]) => {
        document.cookie = "opt=1; Path=/";
        document.cookie = "need=1; Path=/";
        localStorage.setItem("opt", "1");
        new Image().src = `${url}/picture.svg`;
        new Image().src = `${necessary}/picture.svg?passes`;
        navigator.sendBeacon(`${url}/beacon`);
        document.body.innerHTML = `<iframe src="${url}/frame.html"></iframe>`;
      },
      [third.url, third.necessary],
    );
  await tryAll(opened);
  await third.fence(visit.page);
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), ["GET /picture.svg?passes"]);
  assert.deepEqual(await visit.jar(), ["need"]);
  assert.deepEqual(await storedItems(opened), [[], []]);
  await accept(visit);
  await eventually(
    () => third.arrivals().sort(),
    ["GET /frame.html", "GET /picture.svg", "GET /picture.svg?passes", "POST /beacon"],
  );
  assert.deepEqual(await visit.jar(), ["need", "opt"]);
  // What is no window, or one of another origin, changes nothing and throws nothing.
  const answers = await visit.page.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = `${url}/frame.html`;
    document.body.append(frame);
    return [null, undefined, {}, 1, frame.contentWindow].map((value) => typeof window.consentinel.guard(value));
  }, third.url);
  assert.deepEqual(answers, Array(5).fill("undefined"));
  await opened.close();
});

// ---- one bad element ----------------------------------------------------------------------------

visitTest(
  "a script that Trusted Types keep from its address is told, and does not stop what comes after it",
  async (visit) => {
    const third = start(visit);
    const headers = { "Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types page" };
    // No policy of the browser's: with one, a grant after a refusal waits for the next page.
    await visit.open({ policy: { ...POLICY, undeclared: "allow" } }, { headers });
    // Refused first, so that all of it comes back with one look through the document.
    await reject(visit);
    await visit.page.evaluate((url) => {
      const policy = window.trustedTypes.createPolicy("page", { createScriptURL: (address) => address });
      const script = document.createElement("script");
      script.src = policy.createScriptURL(`${url}/script.js`);
      const picture = document.createElement("img");
      picture.src = `${url}/picture.svg`;
      document.body.append(script, picture);
    }, third.url);
    await accept(visit);
    await eventually(() => third.arrivals(), ["GET /picture.svg"], "the picture behind the script");
    await visit.problem(/^consentinel: markup-failed/);
    visit.forgive(/TrustedScriptURL|TrustedTypePolicy named .consentinel/);
    await forgive(visit);
  },
);

// ---- forms --------------------------------------------------------------------------------------

visitTest(
  "a form sent off right before the grant is sent once, and not one the page's own code stopped",
  async (visit) => {
    const third = start(visit);
    await visit.open({ policy: POLICY });
    await visit.page.evaluate((url) => {
      const form = (address) => {
        const frame = document.createElement("iframe");
        frame.name = `frame${document.querySelectorAll("iframe").length}`;
        const made = document.createElement("form");
        made.action = address;
        made.target = frame.name;
        document.body.append(frame, made);
        return made;
      };
      const stopped = form(`${url}/frame.html?stopped`);
      stopped.addEventListener("submit", (event) => event.preventDefault());
      form(`${url}/frame.html?sent`).requestSubmit();
      stopped.requestSubmit();
      window.owner.acceptAll();
    }, third.url);
    await eventually(() => third.arrivals(), ["GET /frame.html?"], "the form");
  },
);
