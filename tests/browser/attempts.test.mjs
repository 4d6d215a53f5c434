// What the gate tells about attempts, and what becomes of those that wait: reports, report mode, bounds,
// what something newer replaced, the answer of each API while it waits, when it is granted and when it is
// refused, and the gate in a window that the page opened.
//
// Left out: which attempts there are (tests/matrix), and how whole snippets behave (snippets.test.mjs).

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const ITEMS = [
  ...KINDS.flatMap((kind) => [
    item("opt", "analytics", { kind }),
    item("opt_*", "analytics", { kind }),
    item("need", "necessary", { kind }),
  ]),
  item("/opt-worker.js", "analytics", { kind: "service-worker" }),
];
const SERVICES = [
  { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: [OPTIONAL_HOST] },
  { id: "pay", category: "necessary", name: "Pay", provider: "Pay GmbH", hosts: [NECESSARY_HOST] },
];
const POLICY = policyOf(ITEMS, { services: SERVICES });
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>without the tag</title>';

/** A visitor with the other party, which answers everything these tests ask for. */
function start(visit) {
  const third = party();
  third.answer({
    "/picture.svg": PICTURE,
    "/script.js": "window.ran = (window.ran ?? 0) + 1;",
    "/frame.html": PLAIN,
    "/data.json": "{}",
    "/beacon": "",
    "/worker.js": ";",
    "/style.css": "",
  });
  visit.serve("/plain.html", PLAIN);
  return third;
}

const accept = (visit) => visit.decide("acceptAll");
const reject = (visit) => visit.call("rejectAll");
const attempts = (visit) => visit.page.evaluate(() => window.consentinel.attempts());
const short = ({ kind, name, service, verdict }) => [kind, name, service, verdict].join(" ").replace("  ", " ");

/** A failed request is written to the console by the browser itself. */
async function forgive(visit) {
  await visit.settled();
  visit.forgive(/^(Failed to load resource|WebSocket connection to|EventSource|Creating a worker from 'blob:)/);
}

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
    const stored = () =>
      visit.page.evaluate(() =>
        [Object.keys(localStorage), Object.keys(sessionStorage)].map((keys) =>
          keys.filter((key) => !key.startsWith("consentinel")),
        ),
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

// ---- what waits is bounded ----------------------------------------------------------------------

visitTest(
  "of 600 held requests the oldest 100 are dropped, reported and fail, the others go out in their order",
  async (visit) => {
    const third = start(visit);
    const asked = [];
    visit.context.on("request", (request) => {
      if (request.url().startsWith(third.url)) asked.push(new URL(request.url()).search);
    });
    await visit.open({ policy: POLICY });
    await visit.page.evaluate((url) => {
      window.got = { failed: [], done: 0 };
      for (let at = 0; at < 600; at++)
        fetch(`${url}/data.json?${at}`).then(
          () => {
            window.got.done++;
          },
          (error) => window.got.failed.push(`${at} ${error.name}`),
        );
    }, third.url);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), []);
    const got = () => visit.page.evaluate(() => window.got);
    assert.deepEqual(await got(), { failed: Array.from({ length: 100 }, (_, at) => `${at} TypeError`), done: 0 });
    // The last 200 reports: a held one and a dropped one in turn.
    assert.deepEqual(
      (await attempts(visit)).map(({ verdict }) => verdict),
      Array.from({ length: 200 }, (_, at) => (at % 2 ? "refuse" : "hold")),
    );
    await accept(visit);
    await eventually(async () => (await got()).done, 500);
    assert.deepEqual(
      asked,
      Array.from({ length: 500 }, (_, at) => `?${at + 100}`),
    );
    assert.equal(third.arrivals().length, 500, "once each");
  },
);

// A browser takes only so many beacons at a time, with the gate and without.
visitTest("150 held beacons arrive at a grant, each once", async (visit) => {
  const third = start(visit);
  await visit.open({ policy: POLICY });
  const taken = await visit.page.evaluate(
    (url) => Array.from({ length: 150 }, (_, at) => navigator.sendBeacon(`${url}/beacon?${at}`, "x")),
    third.url,
  );
  assert.deepEqual(new Set(taken), new Set([true]));
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  await accept(visit);
  await eventually(
    () => third.arrivals().sort(),
    Array.from({ length: 150 }, (_, at) => `POST /beacon?${at} x`).sort(),
  );
});

visitTest("held requests go out in the order in which they were made, once", async (visit) => {
  const third = start(visit);
  const asked = [];
  visit.context.on("request", (request) => {
    if (request.url().startsWith(third.url)) asked.push(new URL(request.url()).search);
  });
  await visit.open({ policy: POLICY });
  await visit.page.evaluate((url) => {
    for (let at = 0; at < 30; at++) {
      if (at % 3 === 0) fetch(`${url}/data.json?${at}`);
      else if (at % 3 === 1) navigator.sendBeacon(`${url}/beacon?${at}`);
      else {
        const sent = new XMLHttpRequest();
        sent.open("GET", `${url}/data.json?${at}`);
        sent.send();
      }
    }
  }, third.url);
  await accept(visit);
  await eventually(() => third.arrivals().length, 30);
  assert.deepEqual(
    asked,
    Array.from({ length: 30 }, (_, at) => `?${at}`),
  );
});

visitTest(
  "what waits is bounded by size too: a body beyond it is dropped and reported, and what is small stays",
  async (visit) => {
    const third = start(visit);
    await visit.open({ policy: POLICY });
    const verdicts = await visit.page.evaluate((url) => {
      const send = (name, size) => {
        const sent = new XMLHttpRequest();
        sent.open("POST", `${url}/data.json?${name}`);
        sent.onerror = () => {
          window.failed = name;
        };
        sent.send("x".repeat(size));
      };
      send("big", 1_500_000);
      send("small", 10);
      send("huge", 2_000_001);
      send("last", 10);
      return window.consentinel.attempts().map(({ verdict }) => verdict);
    }, third.url);
    // Whatever does not fit pushes out what is older, and itself if it alone is too large.
    assert.deepEqual(verdicts, ["hold", "hold", "hold", "refuse", "refuse", "refuse", "hold"]);
    await accept(visit);
    await eventually(() => third.arrivals().map((line) => line.split(" ")[1]), ["/data.json?last"]);
  },
);

// ---- a held write that something newer replaced -------------------------------------------------

const value = (visit, name) =>
  visit.page.evaluate(
    (wanted) => [
      document.cookie
        .split("; ")
        .find((pair) => pair.startsWith(`${wanted}=`))
        ?.split("=")[1] ?? null,
      localStorage.getItem(wanted),
      sessionStorage.getItem(wanted),
    ],
    name,
  );

for (const [what, between, wanted] of [
  ["nothing", () => {}, ["held", "held", "held"]],
  [
    "a newer write",
    () => {
      document.cookie = "opt=newer";
      localStorage.opt = "newer";
      sessionStorage.setItem("opt", "newer");
    },
    ["newer", "newer", "newer"],
  ],
  [
    "a removal",
    () => {
      document.cookie = "opt=; Max-Age=0";
      localStorage.removeItem("opt");
      delete sessionStorage.opt;
    },
    [null, null, null],
  ],
  [
    "a removal of everything",
    () => {
      document.cookie = "opt=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
      localStorage.clear();
      sessionStorage.clear();
    },
    [null, null, null],
  ],
  [
    "a removal and a newer write",
    () => {
      document.cookie = "opt=; Max-Age=0";
      document.cookie = "opt=newer";
      localStorage.clear();
      localStorage.setItem("opt", "newer");
      delete sessionStorage.opt;
      sessionStorage.opt = "newer";
    },
    ["newer", "newer", "newer"],
  ],
]) {
  visitTest(`a held write, then ${what}: a grant releases what is newest`, async (visit) => {
    await visit.open({ policy: POLICY });
    await visit.page.evaluate(() => {
      document.cookie = "opt=held";
      localStorage.setItem("opt", "held");
      sessionStorage.setItem("opt", "held");
    });
    await visit.page.evaluate(between);
    assert.deepEqual(await value(visit, "opt"), [null, null, null]);
    await accept(visit);
    assert.deepEqual(await value(visit, "opt"), wanted);
  });
}

visitTest("a held write is not released over what another tab has written since", async (visit) => {
  start(visit);
  await visit.open({ policy: POLICY });
  await visit.page.evaluate(() => {
    localStorage.setItem("opt", "held");
    localStorage.setItem("opt_b", "held");
  });
  const tab = await visit.context.newPage();
  await tab.goto(visit.url("/plain.html"));
  await tab.evaluate(() => localStorage.setItem("opt", "of the other tab"));
  await tab.close();
  await accept(visit);
  assert.deepEqual(await visit.page.evaluate(() => [localStorage.getItem("opt"), localStorage.getItem("opt_b")]), [
    "of the other tab",
    "held",
  ]);
});

// ---- what each API answers ----------------------------------------------------------------------

/** Makes one attempt by each API, and notes what becomes of it under `window.got`. */
const ASK_ALL = ([url, sockets]) => {
  const got = (window.got = {});
  const promised = (name, promise) => {
    got[name] = "pending";
    promise.then(
      () => {
        got[name] = "done";
      },
      (error) => {
        got[name] = error.name;
      },
    );
  };
  const listened = (name, target, good, bad) => {
    got[name] = "pending";
    target.addEventListener(good, () => {
      got[name] = "done";
    });
    target.addEventListener(bad, (event) => {
      event.preventDefault?.();
      got[name] = `event ${event.type}`;
    });
  };
  promised("fetch", fetch(`${url}/data.json`));
  promised("cookieStore", cookieStore.set("opt_store", "1"));
  promised("caches", caches.open("opt"));
  promised("serviceWorker", navigator.serviceWorker.register("/opt-worker.js"));
  listened("indexedDB", indexedDB.open("opt"), "success", "error");
  const sent = new XMLHttpRequest();
  sent.open("GET", `${url}/data.json?xhr`);
  listened("xhr", sent, "load", "error");
  sent.send();
  got.beacon = navigator.sendBeacon(`${url}/beacon`);
  const image = new Image();
  listened("image", image, "load", "error");
  image.src = `${url}/picture.svg`;
  const script = document.createElement("script");
  listened("script", script, "load", "error");
  script.src = `${url}/script.js`;
  document.head.append(script);
  const link = document.createElement("link");
  link.rel = "stylesheet";
  listened("link", link, "load", "error");
  link.href = `${url}/style.css`;
  document.head.append(link);
  // A frame that cannot load loads an error page.
  const frame = document.createElement("iframe");
  frame.src = `${url}/frame.html`;
  document.body.append(frame);
  got.frame = "pending";
  frame.addEventListener("load", () => {
    got.frame = "event load";
  });
  got.write =
    String((document.cookie = "opt=1")) + String(localStorage.setItem("opt", "1")) + (localStorage.opt ?? "nothing");
  // These cannot wait.
  const socket = new WebSocket(`${sockets}/socket`);
  socket.onclose = ({ code, wasClean }) => {
    got.socket = `closed ${code} ${wasClean} ${socket.readyState}`;
  };
  const stream = new EventSource(`${url}/stream`);
  stream.onerror = () => {
    got.stream = `error ${stream.readyState}`;
  };
  const worker = new Worker(`${url}/worker.js`);
  worker.onerror = (event) => {
    event.preventDefault();
    got.worker = "event error";
  };
};

const AT_ONCE = {
  socket: "closed 1006 false 3",
  stream: "error 2",
  worker: "event error",
  write: "opt=1undefinednothing",
};
const WAITING = Object.fromEntries(
  ["fetch", "cookieStore", "caches", "serviceWorker", "indexedDB", "xhr", "image", "script", "link", "frame"].map(
    (name) => [name, "pending"],
  ),
);
const REFUSED = {
  fetch: "TypeError",
  cookieStore: "TypeError",
  caches: "SecurityError",
  serviceWorker: "TypeError",
  indexedDB: "event error",
  xhr: "event error",
  image: "event error",
  script: "event error",
  link: "event error",
  frame: "event load",
};
const DONE = Object.fromEntries(Object.keys(WAITING).map((name) => [name, name === "frame" ? "event load" : "done"]));
const got = (visit) => visit.page.evaluate(() => window.got);

async function askAll(visit) {
  const third = start(visit);
  visit.serve("/opt-worker.js", ";");
  await visit.open({ policy: POLICY });
  return { third, ask: () => visit.page.evaluate(ASK_ALL, [third.url, third.sockets]) };
}

visitTest("before a choice what can wait waits, and a grant answers all of it", async (visit) => {
  const { third, ask } = await askAll(visit);
  await ask();
  await eventually(() => got(visit), { ...WAITING, ...AT_ONCE, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(await got(visit), { ...WAITING, ...AT_ONCE, beacon: true });
  assert.deepEqual(third.arrivals(), []);
  await accept(visit);
  await eventually(() => got(visit), { ...DONE, ...AT_ONCE, beacon: true });
  const files = [
    "GET /data.json",
    "GET /data.json?xhr",
    "GET /frame.html",
    "GET /picture.svg",
    "GET /script.js",
    "GET /style.css",
    "POST /beacon",
  ];
  await eventually(() => third.arrivals().sort(), files);
  await forgive(visit);
});

visitTest("what waits fails as if a network blocked it when it is refused in the end", async (visit) => {
  const { third, ask } = await askAll(visit);
  await ask();
  await eventually(() => got(visit), { ...WAITING, ...AT_ONCE, beacon: true });
  await reject(visit);
  await eventually(() => got(visit), { ...REFUSED, ...AT_ONCE, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  await forgive(visit);
});

visitTest("what is refused from the start fails as if a network blocked it", async (visit) => {
  const { third, ask } = await askAll(visit);
  await reject(visit);
  await ask();
  await eventually(() => got(visit), { ...REFUSED, ...AT_ONCE, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  assert.deepEqual(await visit.jar(), []);
  await forgive(visit);
});

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
  assert.equal(await opened.evaluate(() => localStorage.opt), undefined);
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
