// What becomes of attempts that wait: how many may, in which order they go out, what something newer replaces, and what the
// page is answered while they wait, when they are granted and when they are refused.
//
// Left out: how what was written is read meanwhile (real-writes.test.mjs), what is told about them (attempts.test.mjs), and which there are (tests/matrix).

import assert from "node:assert/strict";
import { POLICY, accept, attempting, attempts, forgive, reject } from "./attempting.mjs";
import { site } from "./site.mjs";
import { eventually } from "./third-party.mjs";

const visitTest = site();
const start = attempting();

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
    assert.deepEqual(await value(visit, "opt"), wanted, "read as written");
    assert.deepEqual(await visit.stored("opt"), [null, null, null], "in the memory of the page alone");
    await accept(visit);
    assert.deepEqual(await value(visit, "opt"), wanted);
    assert.deepEqual(await visit.stored("opt"), wanted);
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
  const read = () => [localStorage.getItem("opt"), localStorage.length, Object.keys(localStorage).sort().join()];
  assert.deepEqual(await visit.page.evaluate(read), ["of the other tab", 2, "opt,opt_b"]);
  await accept(visit);
  assert.deepEqual(await visit.page.evaluate(() => [localStorage.getItem("opt"), localStorage.getItem("opt_b")]), [
    "of the other tab",
    "held",
  ]);
});

visitTest("a held write is not released over what a released request has written since", async (visit) => {
  const third = start(visit);
  await visit.open({ policy: POLICY });
  await visit.page.evaluate((url) => {
    const sent = new XMLHttpRequest();
    sent.onloadstart = () => {
      localStorage.opt = "of the request";
      document.cookie = "opt=of the request; Path=/";
    };
    sent.open("GET", `${url}/data.json`);
    sent.send();
    localStorage.opt = "held";
    document.cookie = "opt=held; Path=/";
  }, third.url);
  await accept(visit);
  await eventually(() => third.arrivals().length, 1);
  assert.deepEqual(await visit.stored("opt"), ["of the request", "of the request", null]);
});

visitTest("two tabs: each reads what it wrote, and a grant in one writes what waits in both", async (visit) => {
  const there = visit.patient(await visit.context.newPage());
  await visit.open({ policy: POLICY });
  await visit.open({ policy: POLICY }, { page: there, path: "/other.html" });
  const read = () => `${document.cookie} ${Object.keys(localStorage)}`;
  const write = (name) => {
    document.cookie = `${name}=${location.pathname}; path=/`;
    localStorage.setItem(name, location.pathname);
  };
  await visit.page.evaluate(write, "opt");
  await there.evaluate(write, "opt_b");
  assert.equal(await visit.page.evaluate(read), "opt=/page.html opt");
  assert.equal(await there.evaluate(read), "opt_b=/other.html opt_b");
  await accept(visit);
  await eventually(() => visit.stored("opt_b"), ["/other.html", "/other.html", null]);
  assert.deepEqual(await visit.stored("opt"), ["/page.html", "/page.html", null]);
});

visitTest("a cookie whose `max-age` ended while it waited is not read any more, and never written", async (visit) => {
  await visit.context.addInitScript(() => {
    const { now } = Date;
    window.later = 0;
    Date.now = () => now() + window.later;
  });
  await visit.open({ policy: POLICY });
  const read = await visit.page.evaluate(() => {
    document.cookie = "opt=1; max-age=60";
    document.cookie = "opt_c=1; max-age=600";
    document.cookie = "opt_d=1";
    const before = document.cookie;
    window.later = 61_000;
    return [before, document.cookie];
  });
  assert.deepEqual(read, ["opt=1; opt_c=1; opt_d=1", "opt_c=1; opt_d=1"]);
  await accept(visit);
  assert.deepEqual(await visit.jar(), ["opt_c", "opt_d"]);
});

visitTest("a frame of the site reads what the page wrote, and the page what the frame wrote", async (visit) => {
  start(visit);
  await visit.open({ policy: POLICY, body: '<iframe src="/plain.html"></iframe>' });
  const [, frame] = visit.page.frames();
  await frame.waitForLoadState();
  await visit.page.evaluate(() => {
    document.cookie = "opt=page; path=/";
    localStorage.opt = "page";
  });
  await frame.evaluate(() => {
    document.cookie = "opt_b=frame; path=/";
    sessionStorage.opt = "frame";
  });
  const read = () => [document.cookie, localStorage.opt, sessionStorage.opt];
  const wanted = ["opt=page; opt_b=frame", "page", "frame"];
  assert.deepEqual(await visit.page.evaluate(read), wanted);
  assert.deepEqual(await frame.evaluate(read), wanted);
  assert.deepEqual(await visit.stored("opt"), [null, null, null]);
});

visitTest(
  "a parent domain is read up to `share`; what is wider waits unread, and the browser decides",
  async (visit) => {
    const host = "a.b.shop.localhost";
    const head = `<script>
      window.write = (letter) => {
        for (const domain of ["localhost", "shop.localhost", "b.shop.localhost"])
          document.cookie = "opt_" + letter + domain.length + "=1; path=/; domain=" + domain;
        return document.cookie;
      };
      window.read = write("a");
    </script>`;
    await visit.open({ policy: { ...POLICY, share: "b.shop.localhost" }, head }, { host });
    // Judged by the first part of the tag, and by the second.
    const read = await visit.page.evaluate(() => [window.read, window.write("b")]);
    assert.deepEqual(read, ["opt_a16=1", "opt_a16=1; opt_b16=1"]);
    assert.deepEqual(await visit.jar(), []);
    await accept(visit);
    assert.deepEqual(await visit.jar(), ["opt_a14", "opt_a16", "opt_b14", "opt_b16"]);
  },
);

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
};
// A held write is read back, a refused one is not.
const HELD = { ...AT_ONCE, write: "opt=1undefined1" };
const DROPPED = { ...AT_ONCE, write: "opt=1undefinednothing" };
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
  await eventually(() => got(visit), { ...WAITING, ...HELD, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(await got(visit), { ...WAITING, ...HELD, beacon: true });
  assert.deepEqual(third.arrivals(), []);
  await accept(visit);
  await eventually(() => got(visit), { ...DONE, ...HELD, beacon: true });
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
  await eventually(() => got(visit), { ...WAITING, ...HELD, beacon: true });
  await reject(visit);
  await eventually(() => got(visit), { ...REFUSED, ...HELD, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  await forgive(visit);
});

visitTest("what is refused from the start fails as if a network blocked it", async (visit) => {
  const { third, ask } = await askAll(visit);
  await reject(visit);
  await ask();
  await eventually(() => got(visit), { ...REFUSED, ...DROPPED, beacon: true });
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
  assert.deepEqual(await visit.jar(), []);
  await forgive(visit);
});
