// The browser's own gate: what the Content-Security-Policy that the tag puts into a page stops, from the first
// moment and at each change of mind, and what it must leave alone. Everything is judged by what the other
// party received and by what the jar holds.
//
// Left out: the words of the policy (tests/vectors/csp.json), every single way out (tests/matrix), what a
// visitor sees and clicks when a choice waits for the next page (reload.test.mjs).

import assert from "node:assert/strict";
import { NOON, days, html, item, policyOf, site } from "./site.mjs";
import { PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const HOSTS = { tracker: "127.0.0.1", pay: "pay.localhost" };
const service = (id, category, hosts) => ({ id, category, name: id, provider: `${id} Ltd`, hosts });
const POLICY = policyOf([item("need", "necessary"), item("opt"), item("fun", "functionality")], {
  services: [service("tracker", "analytics", [HOSTS.tracker]), service("pay", "necessary", [HOSTS.pay])],
});
/** What the browser prints when it stops something: not of interest here. */
const STOPPED = /^(?!consentinel:).*(Content Security Policy|Failed to load resource|net::ERR|violates the following)/;

function start(visit) {
  const third = party();
  third.answer({
    "/a.json": "{}",
    "/b.json": "{}",
    "/c.json": "{}",
    "/picture.svg": PICTURE,
    "/module.js": "export default 1;",
    "/font.woff2": "",
    "/page.html": "<p>page",
  });
  third.stranger = third.url.replace(HOSTS.tracker, "stranger.localhost");
  return third;
}

const forgive = async (visit) => {
  await visit.settled();
  visit.forgive(STOPPED);
};

/** Asks by fetch, as page code does; answers whether it came back. */
const ask = (visit, address, page = visit.page) =>
  page.evaluate(
    (url) =>
      fetch(url, { mode: "no-cors" }).then(
        () => true,
        (error) => error.constructor.name,
      ),
    address,
  );

/** Answers once, and comes back to a page that starts with that answer. */
async function decided(visit, action, policy = POLICY) {
  await visit.open({ policy });
  await visit.control(action).click();
  await visit.page.goto(visit.url("/page.html"));
}

visitTest(
  "nobody undeclared is asked in any state, by syntax, by files of others, or where a server sends on",
  async (visit) => {
    const third = start(visit);
    for (const prepare of [
      async () => visit.open({ policy: POLICY }),
      async () => visit.control("accept-all").click(),
      async () => visit.page.goto(visit.url("/page.html")),
    ]) {
      third.answer({
        "/away.json": (_, response) => response.writeHead(302, { Location: `${third.stranger}/end.json` }).end(),
        "/end.json": "{}",
        "/sheet.css": `@font-face { font-family: far; src: url(${third.stranger}/font.woff2) } body { font-family: far; background: url(${third.stranger}/picture.svg) }`,
      });
      await prepare();
      const seen = third.arrivals().length;
      await visit.page.evaluate(
        async ({ stranger, necessary }) => {
          const sheet = Object.assign(document.createElement("link"), {
            rel: "stylesheet",
            href: `${necessary}/sheet.css`,
          });
          const isLoaded = new Promise((resolve) => {
            sheet.onload = sheet.onerror = resolve;
          });
          document.head.append(sheet);
          await isLoaded;
          await import(`${stranger}/module.js`).catch(() => {});
          await fetch(`${necessary}/away.json`).catch(() => {});
          await document.fonts.ready;
        },
        { stranger: third.stranger, necessary: third.necessary },
      );
      await third.fence(visit.page);
      assert.deepEqual(third.arrivals(seen).toSorted(), ["GET /away.json", "GET /sheet.css"]);
    }
    const told = await visit.page.evaluate(() =>
      window.consentinel.attempts().map(({ kind, name }) => `${kind} ${new URL(name).pathname.split("/").at(-1)}`),
    );
    for (const report of ["redirect away.json", "font font.woff2", "image picture.svg", "script module.js"])
      assert.ok(told.includes(report), `${report} among ${told}`);
    await forgive(visit);
  },
);

visitTest(
  "a page that starts refused asks no optional host, by code, import, markup or the parser, and all that is necessary",
  async (visit) => {
    const third = start(visit);
    await decided(visit, "reject-all");
    assert.equal(await ask(visit, `${third.url}/a.json`), "TypeError");
    assert.equal(await ask(visit, `${third.necessary}/b.json`), true);
    visit.serve(
      "/late.html",
      html({
        policy: POLICY,
        body: `<img src="${third.url}/picture.svg"><iframe src="${third.url}/page.html"></iframe><script>import("${third.url}/module.js").catch(() => {}); document.cookie = "opt=1"; document.cookie = "need=1"; document.body.append(Object.assign(new Image(), { src: "${third.url}/c.json" }));</script>`,
      }),
    );
    await visit.page.goto(visit.url("/late.html"));
    await third.fence(visit.page);
    assert.deepEqual(
      third.arrivals().filter((arrival) => !arrival.includes("picture") && !arrival.includes("page")),
      ["GET /b.json"],
    );
    assert.deepEqual(await visit.jar(), ["need"]);
    await forgive(visit);
  },
);

visitTest(
  "a page that starts granted asks as without the tag, and is closed at the moment of a withdrawal",
  async (visit) => {
    const third = start(visit);
    await decided(visit, "accept-all");
    await visit.page.evaluate(() => {
      document.cookie = "opt=1";
    });
    assert.equal(await ask(visit, `${third.url}/a.json`), true);
    // While the change is told, it is closed already; an untouched function of a frame or a kept one is no way round.
    await visit.page.evaluate((url) => {
      const kept = window.fetch;
      document.addEventListener("consent:change", () => {
        window.during = kept(`${url}/b.json`, { mode: "no-cors" }).then(
          () => "asked",
          () => "stopped",
        );
      });
      window.consentinel.withdraw();
    }, third.url);
    await visit.ledger();
    assert.equal(await visit.page.evaluate(() => window.during), "stopped");
    assert.deepEqual(await visit.jar(), []);
    const frame = await visit.page.evaluate((url) => {
      document.body.append(document.createElement("iframe"));
      document.cookie = "opt=2";
      try {
        window[0].document.cookie = "opt=3";
        window[0].localStorage.setItem("opt", "1");
      } catch {}
      return window[0].fetch(`${url}/c.json`, { mode: "no-cors" }).then(
        () => "asked",
        () => "stopped",
      );
    }, third.url);
    assert.equal(frame, "stopped");
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), ["GET /a.json"]);
    assert.deepEqual(await visit.jar(), []);
    await forgive(visit);
  },
);

visitTest(
  "in a page that starts granted a sandboxed frame that is given its document later shows what it asks for",
  async (visit) => {
    const third = start(visit);
    await decided(visit, "accept-all");
    await visit.page.evaluate((picture) => {
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts allow-forms");
      document.body.append(frame);
      frame.srcdoc = `<p style="background: url(${picture})">Text`;
    }, `${third.url}/picture.svg`);
    await eventually(() => third.arrivals(), ["GET /picture.svg"]);
  },
);

visitTest("it stays in force when a script takes every element out of the head", async (visit) => {
  const third = start(visit);
  await decided(visit, "reject-all");
  await visit.page.evaluate(() => document.head.replaceChildren());
  assert.equal(await ask(visit, `${third.url}/a.json`), "TypeError");
  assert.equal(await ask(visit, `${third.stranger}/a.json`), "TypeError");
  assert.deepEqual(third.arrivals(), []);
  await forgive(visit);
});

for (const [what, change] of [
  [
    "another tab withdraws",
    async (visit) => {
      const other = await visit.context.newPage();
      await other.goto(visit.url("/page.html"));
      await other.evaluate(() => window.consentinel.withdraw());
      await other.close();
      await visit.page.waitForFunction(() => window.changes.length > 0);
    },
  ],
  [
    "the stored answer is gone",
    async (visit) => {
      await visit.forget();
      await visit.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    },
  ],
  [
    "the choice expires",
    async (visit) => {
      await visit.page.clock.setFixedTime(NOON + days(183));
      await visit.page.evaluate(() => window.consentinel.has("analytics"));
    },
  ],
]) {
  visitTest(`it is tightened in an open page when ${what}`, async (visit) => {
    const third = start(visit);
    await visit.page.clock.setFixedTime(NOON);
    await visit.open({
      policy: POLICY,
      head: '<script>window.changes = []; document.addEventListener("consent:change", ({ detail }) => changes.push(detail));</script>',
    });
    await visit.control("accept-all").click();
    await visit.page.goto(visit.url("/page.html"));
    assert.equal(await ask(visit, `${third.url}/a.json`), true);
    await change(visit);
    assert.equal(await visit.page.evaluate(() => window.consentinel.has("analytics")), false);
    assert.equal(await ask(visit, `${third.url}/b.json`), "TypeError");
    // Not held either: in this page it can never be let in again.
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), ["GET /a.json"]);
    await forgive(visit);
  });
}

visitTest("it is tightened when the page comes back from the history", async (visit) => {
  const third = start(visit);
  await decided(visit, "accept-all");
  assert.equal(await ask(visit, `${third.url}/a.json`), true);
  await visit.page.evaluate(() => {
    window.isKept = true;
  });
  visit.serve("/next.html", html({ policy: POLICY }));
  await visit.page.goto(visit.url("/next.html"));
  await visit.call("withdraw");
  await visit.page.goBack();
  await visit.page.waitForFunction(() => window.consentinel.state.categories.analytics === "denied");
  assert.equal(await ask(visit, `${third.url}/b.json`), "TypeError");
  assert.deepEqual(third.arrivals(), ["GET /a.json"]);
  await forgive(visit);
});

visitTest("after a refusal a grant is stored at once, and counts from the next page on", async (visit) => {
  const third = start(visit);
  await visit.open({
    policy: POLICY,
    head: '<script>window.changes = []; document.addEventListener("consent:change", ({ detail }) => changes.push(detail));</script>',
  });
  await visit.control("reject-all").click();
  await visit.decide("save", { analytics: true, functionality: true });
  const state = await visit.state();
  assert.deepEqual(
    [state.categories.analytics, state.categories.functionality, state.waits],
    ["granted", "granted", ["analytics", "tracker"]],
  );
  assert.deepEqual(await visit.page.evaluate(() => window.changes.map(({ waits }) => waits)), [
    [],
    ["analytics", "tracker"],
  ]);
  assert.deepEqual(
    await visit.page.evaluate(() =>
      ["analytics", "tracker", "functionality"].map((name) => window.consentinel.has(name)),
    ),
    [false, false, true],
    "a category that asks nobody needs no other page",
  );
  await visit.page.evaluate(() => {
    document.cookie = "opt=1";
    document.cookie = "fun=1";
  });
  assert.deepEqual(await visit.jar(), ["fun"]);
  assert.equal(await ask(visit, `${third.url}/a.json`), "TypeError");
  await visit.page.reload();
  assert.deepEqual((await visit.state()).waits, []);
  assert.equal(await ask(visit, `${third.url}/b.json`), true);
  assert.deepEqual(third.arrivals(), ["GET /b.json"]);
  await forgive(visit);
});

visitTest("what has no answer yet is held as ever beside it, also after a part was refused", async (visit) => {
  const third = start(visit);
  await visit.open({ policy: POLICY });
  await visit.call("withdraw", "functionality");
  await visit.page.evaluate((url) => {
    window.answer = fetch(`${url}/a.json`, { mode: "no-cors" }).then(() => "came");
  }, third.url);
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  await visit.decide("grant", "analytics");
  assert.equal(await visit.page.evaluate(() => window.answer), "came");
  assert.deepEqual(third.arrivals(), ["GET /a.json"]);
});

visitTest(
  "sockets, ports, the own site under its schemes, blob and data, inline code and eval are as without it",
  async (visit) => {
    const third = start(visit);
    await decided(visit, "accept-all");
    const got = await visit.page.evaluate(
      async ({ sockets, origin }) => {
        const opens = (address) =>
          new Promise((resolve) => {
            const socket = new WebSocket(address);
            socket.onopen = () => {
              socket.close();
              resolve("open");
            };
            socket.onerror = () => resolve("error");
          });
        const shows = (address) =>
          new Promise((resolve) => {
            const picture = new Image();
            picture.onload = () => resolve("shown");
            picture.onerror = () => resolve("error");
            picture.src = address;
          });
        const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
        document.body.insertAdjacentHTML("beforeend", '<i onclick="window.clicked = 1"></i>');
        document.querySelector("i").click();
        const script = Object.assign(document.createElement("script"), {
          src: URL.createObjectURL(new Blob(["window.ran = 1"])),
        });
        await new Promise((resolve) => {
          script.onload = script.onerror = resolve;
          document.head.append(script);
        });
        return [
          await opens(`${sockets}/socket`),
          await shows(`data:image/svg+xml,${encodeURIComponent(svg)}`),
          await shows(URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))),
          window.clicked,
          window.ran,
          eval("1+1"),
          await fetch("/page.html").then(({ ok }) => ok),
          (await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))).instance instanceof
            WebAssembly.Instance,
          origin,
        ];
      },
      { sockets: third.sockets, origin: 1 },
    );
    assert.deepEqual(got, ["open", "shown", "shown", 1, 1, 2, true, true, 1]);
  },
);

visitTest("a form of the own site that its server sends on to a bank arrives there", async (visit) => {
  const third = start(visit);
  third.answer({ "/bank.html": '<link rel="icon" href="data:,"><p id=bank>bank' });
  visit.serve("/order", (_, response) =>
    response.writeHead(303, { Location: `${third.url.replace(HOSTS.tracker, "bank.localhost")}/bank.html` }).end(),
  );
  await visit.open({
    policy: POLICY,
    body: '<form method="post" action="/order"><button id="buy">Buy</button></form>',
  });
  await visit.control("reject-all").click();
  await visit.page.goto(visit.url("/page.html"));
  await visit.page.locator("#buy").click();
  await visit.page.locator("#bank").waitFor();
  assert.deepEqual(third.arrivals(), ["GET /bank.html"]);
});

visitTest(
  "the page's own stricter policy stays beside it, and nobody is stopped where undeclared hosts are allowed or nothing is enforced",
  async (visit) => {
    const third = start(visit);
    for (const [more, came] of [
      [{ undeclared: "allow" }, true],
      [{ mode: "report" }, true],
      [{}, "TypeError"],
    ]) {
      await visit.open({ policy: { ...POLICY, ...more } });
      assert.equal(await ask(visit, `${third.stranger}/a.json`), came, JSON.stringify(more));
    }
    await visit.problem(/^consentinel: .*report/).catch(() => {});
    await visit.open({ policy: POLICY }, { headers: { "Content-Security-Policy": "img-src 'none'" } });
    const failed = await visit.page.evaluate(
      () =>
        new Promise((resolve) => {
          const picture = new Image();
          picture.onload = () => resolve(false);
          picture.onerror = () => resolve(true);
          picture.src = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
        }),
    );
    assert.equal(failed, true);
    assert.equal(await ask(visit, `${third.stranger}/b.json`), "TypeError");
    await forgive(visit);
  },
);

visitTest("report mode finds what style files ask for, before anything is stopped", async (visit) => {
  const third = start(visit);
  visit.serve("/sheet.css", (_, response) =>
    response
      .writeHead(200, { "Content-Type": "text/css" })
      .end(`body { background: url(${third.stranger}/picture.svg) }`),
  );
  await visit.open({ policy: { ...POLICY, mode: "report" }, body: '<link rel="stylesheet" href="/sheet.css">' });
  await visit.page.waitForFunction(() =>
    window.consentinel
      .attempts()
      .some(({ kind, name }) => kind === "css" && /stranger\.localhost.*picture\.svg$/.test(name)),
  );
  await eventually(() => third.arrivals().toSorted(), ["GET /picture.svg"], "nothing is stopped");
});

for (const action of ["", "reject-all", "accept-all"]) {
  visitTest(
    `the tag's own files come from another origin ${action ? `in a page that starts after ${action}` : "before an answer"}`,
    async (visit) => {
      const tag = `<script src="http://files.localhost:${visit.server.port}/dist/consentinel.js" data-owner="takeOwner"></script>`;
      await visit.open({ policy: POLICY, tag, lang: "fr" });
      if (action) {
        await visit.control(action).click();
        await visit.page.goto(visit.url("/page.html"));
      }
      // The texts have arrived, then the face.
      await visit.page.locator("consent-banner[lang=fr]").waitFor({ state: "attached" });
      await visit.page.evaluate(() => window.consentinel.open());
      await visit.page.getByRole("dialog").waitFor();
      await visit.problem(/language-missing/);
    },
  );
}

visitTest(
  "with the browser's gate nothing is held in the page: before an answer nobody optional is asked, whatever the realm",
  async (visit) => {
    const third = start(visit);
    await visit.open({ policy: { ...POLICY, gate: "browser" } });
    assert.equal(await ask(visit, `${third.url}/a.json`), "TypeError");
    assert.equal(await ask(visit, `${third.necessary}/b.json`), true);
    await visit.page.evaluate((url) => import(`${url}/module.js`).catch(() => {}), third.url);
    assert.equal((await visit.state()).reloads, true);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), ["GET /b.json"]);
    // The visitor's own click loads the page anew, and everything is there.
    await Promise.all([visit.page.waitForEvent("load"), visit.control("accept-all").click()]);
    assert.equal(await ask(visit, `${third.url}/c.json`), true);
    await forgive(visit);
  },
);

visitTest(
  "a form that waits is sent at the grant as its button says: target, method, and the button's own value",
  async (visit) => {
    const third = start(visit);
    third.answer({ "/sent.html": "<p>sent" });
    await visit.open({ policy: POLICY, body: '<iframe name="aside"></iframe>' });
    await visit.page.evaluate((url) => {
      document.body.insertAdjacentHTML(
        "beforeend",
        `<form action="/own.html" method="post"><input name="a" value="1"><button name="go" value="yes" formaction="${url}/sent.html" formtarget="aside" formmethod="get">x</button></form>`,
      );
      document.querySelector("form button").click();
    }, third.url);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), []);
    await visit.control("accept-all").click();
    await eventually(() => third.arrivals(), ["GET /sent.html?a=1&go=yes"], "where the form went");
    // The page is still there, and its form as it was.
    assert.deepEqual(
      await visit.page.evaluate(() => [...document.querySelector("form").attributes].map(({ name }) => name)),
      ["action", "method"],
    );
  },
);
