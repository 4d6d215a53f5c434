// The gate on `document.cookie`: what gets into the jar before, with and against an answer. Where a
// test must know what a browser makes of a write, it asks the browser: the same write on a page
// without the tag is the measure.

import assert from "node:assert/strict";
import { item, policyOf, site, OWN } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([
  item("need", "necessary"),
  item("need_*", "necessary"),
  item("opt"),
  item("opt_*"),
  item("fun", "functionality"),
  ...["__Host-", "__Secure-"].flatMap((prefix) => [item(`${prefix}need`, "necessary"), item(`${prefix}opt`)]),
  // The more specific rule wins, a tie goes to the stricter category.
  item("opt_but_needed", "necessary"),
  item("need_but_opt"),
  item("deep_*"),
  item("deep_er_*", "necessary"),
  item("mid*end"),
  item("tie*", "necessary"),
  item("*tie"),
]);

/** Writes in one task of the page; answers what the page can then read. */
const write = (visit, ...texts) =>
  visit.page.evaluate((all) => {
    for (const text of all) document.cookie = text;
    return document.cookie;
  }, texts);

const answer = (visit, name) => visit.decide(name);

for (const [name, charset, type] of [
  ["UTF-8", "utf-8", "text/html; charset=utf-8"],
  ["windows-1252, said by the page only", "windows-1252", "text/html"],
  ["Shift JIS, said by the server", "", "text/html; charset=shift_jis"],
  ["nothing said", "", "text/html"],
]) {
  visitTest(`a script right after the tag is gated; page in ${name}`, async (visit) => {
    visit.serve("/beacon", (_, response) => response.writeHead(204).end());
    // Not an image element: the browser would ask for it before the scripts ran.
    const head = '<script>document.cookie = "opt=1"; document.cookie = "need=1"; fetch("/beacon");</script>';
    const beacon = visit.page.waitForResponse((response) => response.url().endsWith("/beacon"));
    // French inside: its letters are the tag's own bytes.
    const tag = '<script src="/dist/consentinel.fr.js"></script>';
    await visit.open({ policy: POLICY, charset, head, lang: "fr", tag }, { headers: { "Content-Type": type } });
    await beacon;
    assert.equal(visit.received("/beacon"), "need=1");
    assert.deepEqual(await visit.jar(), ["need"]);
    assert.equal(await visit.control("settings").textContent(), "Paramètres");
  });
}

const PAST = "Thu, 01 Jan 1970 00:00:00 GMT";
const FUTURE = "Fri, 31 Dec 2038 23:59:59 GMT";
/** What stands after `NAME=new`. */
const ATTRIBUTES = [
  // Attributes in every order and case.
  "",
  "; Path=/",
  ";path=/",
  "; PATH = / ; max-AGE= 100",
  "; Max-Age=100; Path=/; SameSite=Lax",
  `; sAmEsItE=Strict;expires=${FUTURE};Path=/`,
  `;Expires=${FUTURE}`,
  "; Secure",
  "; SameSite=None; Secure; Partitioned; Path=/",
  "; Unknown=1; Max-Age=100",
  "; Max-Age",
  "; Max-Age=",
  "; Max-Age=x",
  "; Max-Age=1e3",
  "; Max-Age=+5",
  "; Max-Age=5x",
  '; Max-Age="5"',
  "; Domain=localhost; Path=/",
  ";;;; Max-Age=100 ;;",
  "; Path=/elsewhere",
  // Removals, which are always allowed.
  "; Max-Age=0",
  ";max-age=0;path=/",
  "; MAX-AGE=-1",
  "; Max-Age=-99999999999999999999",
  "; Max-Age=000",
  "; Path=/; Max-Age = 0 ; Secure",
  `; Expires=${PAST}`,
  `;EXPIRES=${PAST}; PATH=/`,
  "; expires=Thursday, 01-Jan-70 00:00:01 GMT",
  "; expires=Thu Jan  1 00:00:00 1970",
  "; expires=Thu, 01-Jan-1970 00:00:01 GMT",
  "; expires=1 jan 1980 0:0:0",
  "; expires=01-jan-99 23:59:59",
  "; expires=Mon, 2 Mar 2020 10:11:12 +0100",
  "; expires=2020 Jan 2 03:04:05",
  "; expires=Tue, 29 Feb 2000 12:00:00 GMT",
  "; expires=Thu, 01 Jan 1970 00:00:00",
  "; expires=thu, 1 JANUARY 1990 00:00:00 gmt",
  // What only looks like one: dates that are none, and attributes that are outdone by others.
  "; expires=0",
  "; expires=yesterday",
  "; expires=-1",
  "; expires=1970-01-01T00:00:00Z",
  "; expires=Tue, 01 Jan 1600 00:00:00 GMT",
  "; expires=Mon, 01-Jan-0001 00:00:00 GMT",
  "; expires=Thu, 32 Jan 1970 00:00:00 GMT",
  "; expires=Thu, 01 Jan 1970 24:00:00 GMT",
  "; expires=Fri, 31-Dec-38 00:00:00 GMT",
  "; expires=Sun, 06 Nov 69 08:49:37 GMT",
  `; Expires=${PAST}; Max-Age=100`,
  `; Max-Age=100; Expires=${PAST}`,
  `; Max-Age=0; Expires=${FUTURE}`,
  "; Max-Age=0; Max-Age=100",
  "; Max-Age=100; Max-Age=0",
  `; Expires=${PAST}; Expires=${FUTURE}`,
  `; Expires=${FUTURE}; Expires=${PAST}`,
  "; Max-Age=0; Max-Age=x",
  "; Max-Age=0; Max-Age=",
  `; x=Expires=${PAST}`,
];

visitTest("a write is judged as the browser will read it: a removal works, a value waits", async (visit) => {
  visit.serve("/free.html", "<!doctype html><link rel=icon href=data:,><title>free</title>");
  // A jar of its own: in a shared one the gate would erase what the free page wrote.
  const elsewhere = await visit.context.browser().newContext();
  const free = await elsewhere.newPage();
  await free.goto(visit.url("/free.html"));
  await visit.open({ policy: POLICY });
  /** What one write makes of a cookie with the value `old`: its value afterwards, or nothing. */
  const outcome = async (page, name, text) => {
    const context = page.context();
    await context.clearCookies();
    const secure = name.startsWith("__");
    await context.addCookies([{ name, value: "old", domain: "localhost", path: "/", secure }]);
    // Reading it back waits until the write has arrived.
    await page.evaluate((it) => {
      document.cookie = it;
      return document.cookie;
    }, text);
    const left = (await context.cookies()).filter((cookie) => cookie.name === name).map((cookie) => cookie.value);
    return left.sort().join(" and ");
  };
  const wrong = [];
  let removals = 0;
  try {
    for (const attributes of ATTRIBUTES) {
      // What is optional the gate erases anyway, as soon as it shows; what nobody declared it leaves
      // alone, so that only a removal that came through takes it away.
      for (const name of ["opt", "other", "need", "__Secure-other", "__Host-opt", "__Host-other", "__Host-need"]) {
        // A prefix asks for attributes of its own; the plain names do without.
        const text = `${name}=new${name.startsWith("__") ? "; Path=/; Secure" : ""}${attributes}`;
        const [wanted, got] = await Promise.all([outcome(free, name, text), outcome(visit.page, name, text)]);
        const isRemoval = wanted === "";
        removals += isRemoval;
        const isRight = isRemoval || name.endsWith("need") ? got === wanted : !got.includes("new");
        if (!isRight) wrong.push(`${text}: ${wanted || "removed"} without the gate, ${got || "removed"} with it`);
      }
    }
  } finally {
    await elsewhere.close();
  }
  assert.deepEqual(wrong, []);
  assert.ok(removals > 90, `the browser took ${removals} of these for removals`);
});

visitTest("each name follows its most specific rule, of two equal ones the stricter", async (visit) => {
  const necessary = ["need", "need_9", "opt_but_needed", "deep_er_1", "tie_", "__Host-need", "__Secure-need"];
  const optional = [
    "opt",
    "opt_9",
    "opt_",
    "need_but_opt",
    "deep_1",
    "mid__end",
    "midend",
    "a_tie",
    "tie",
    "tie_tie",
    "__Host-opt",
    "__Secure-opt",
  ];
  const undeclared = ["Need", "needs", "xopt", "OPT", "deep", "mid_end_", "__host-opt", "other"];
  const writes = [...necessary, ...optional, ...undeclared].map((name) => `${name}=1; Path=/; Secure`);
  await visit.open({ policy: POLICY });
  await write(visit, ...writes);
  assert.deepEqual(await visit.jar(), necessary.toSorted(), "undecided");
  await answer(visit, "rejectAll");
  await write(visit, ...writes);
  assert.deepEqual(await visit.jar(), necessary.toSorted(), "denied");
  await answer(visit, "acceptAll");
  await write(visit, ...writes);
  assert.deepEqual(await visit.jar(), [...necessary, ...optional].sort(), "granted");
});

visitTest("undeclared names pass where the policy says so, and declared ones still wait", async (visit) => {
  await visit.open({ policy: { ...POLICY, undeclared: "allow" } });
  await write(visit, "free=1", "opt=1", "need=1", "bare");
  assert.deepEqual(await visit.jar(), ["", "free", "need"]);
});

visitTest(
  "several writes in one task are judged one by one, and reads tell what the jar holds and what waits",
  async (visit) => {
    await visit.setCookie("from_server", "kept");
    await visit.setCookie("hidden", "1", { httpOnly: true });
    await visit.open({ policy: POLICY });
    const read = await write(visit, "opt=1", "need=1", "fun=1", "need_2=2", "opt_3=3", "need=4");
    assert.deepEqual(read.split("; ").sort(), ["from_server=kept", "fun=1", "need=4", "need_2=2", "opt=1", "opt_3=3"]);
    assert.deepEqual(await visit.jar(), ["from_server", "hidden", "need", "need_2"]);
    const getter = () =>
      Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document) === document.cookie;
    assert.equal(await visit.page.evaluate(getter), true);
  },
);

for (const [name, before, call, jar] of [
  [
    "a grant releases what was held, the last write of a name last",
    ["opt=1", "opt_b=1", "opt=2"],
    "acceptAll",
    "opt=2 opt_b=1",
  ],
  [
    "a removal after a held write is not undone by the release",
    ["opt=1", "opt_b=1", "opt=; Max-Age=0"],
    "acceptAll",
    "opt_b=1",
  ],
  ["a write after that removal counts again", ["opt=1", "opt=; Max-Age=0", "opt=3"], "acceptAll", "opt=3"],
  ["a refusal drops what was held", ["opt=1", "fun=1"], "rejectAll", ""],
]) {
  visitTest(name, async (visit) => {
    await visit.open({ policy: POLICY });
    await write(visit, ...before);
    assert.deepEqual(await visit.jar(), []);
    await answer(visit, call);
    const cookies = (await visit.context.cookies()).filter((cookie) => !cookie.name.startsWith("consentinel"));
    assert.equal(
      cookies
        .map((cookie) => `${cookie.name}=${cookie.value}`)
        .sort()
        .join(" "),
      jar,
    );
    // What a refusal dropped does not come back with a later grant.
    if (call === "rejectAll") {
      await answer(visit, "acceptAll");
      assert.deepEqual(await visit.jar(), []);
    }
  });
}

visitTest("a grant for one category releases nothing of another", async (visit) => {
  await visit.open({ policy: POLICY });
  await write(visit, "opt=1", "fun=1");
  await visit.decide("save", { functionality: true });
  assert.deepEqual(await visit.jar(), ["fun"]);
});

visitTest("no write of the page forges a decision", async (visit) => {
  const parts = { policy: { ...POLICY, undeclared: "allow" } };
  await visit.open(parts);
  await answer(visit, "acceptAll");
  const { value } = await visit.stateCookie();
  // The measure: the same value out of a server's hand counts.
  await visit.forget();
  await visit.setCookie(OWN.cookie(), value);
  await visit.page.goto(visit.url("/page.html"));
  assert.equal((await visit.state()).decided, true);
  await visit.forget();
  await visit.page.goto(visit.url("/page.html"));
  const got = [];
  for (const text of ["consentinel", OWN.cookie()].flatMap((name) => [
    `${name}=${value}`,
    `${name}=${value}; Path=/; SameSite=Lax`,
    `${name}=${value}; Path=/page.html`,
    ` ${name} = ${value}`,
    `\t${name}\t=${value}`,
    `=${name}=${value}`,
    `==${name}=${value}`,
    ` = ${name}=${value}`,
    `= =${name}=${value}; Path=/`,
    `\0${name}=${value}`,
    `${name}\0=${value}`,
    `\n${name}=${value}`,
    `${name}\r\n=${value}`,
    `\u00a0${name}=${value}`,
    `\ufeff${name}=${value}`,
    `x=1\n${name}=${value}`,
    `;${name}=${value}`,
    `${name}="${value}"`,
    `need=1; ${name}=${value}`,
    `need=1, ${name}=${value}`,
    `${name}=${value}; Max-Age=0; Max-Age=1000`,
    `${name}=${value}; Max-Age=0\0; Max-Age=1000`,
  ])) {
    await visit.forget();
    await write(visit, text);
    await visit.page.goto(visit.url("/page.html?again"));
    const pairs = visit.received("/page.html?again").split("; ");
    const state = await visit.state();
    if (state.decided || pairs.some((pair) => pair.startsWith("consentinel="))) got.push(JSON.stringify(text));
  }
  assert.deepEqual(got, []);
});

visitTest(
  "the page cannot put the old setter back, nor read one thing to the judge and another to the jar",
  async (visit) => {
    await visit.open({ policy: POLICY });
    const threw = await visit.page.evaluate(() => {
      const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      const again = () =>
        Object.defineProperty(Document.prototype, "cookie", { get, set, configurable: true, enumerable: true });
      const tries = {
        delete: () => {
          "use strict";
          delete Document.prototype.cookie;
          document.cookie = "opt=0";
          delete document.cookie;
          again();
        },
        redefine: () => {
          Object.defineProperty(Document.prototype, "cookie", {
            get,
            set(text) {
              set.call(this, text);
            },
            configurable: true,
          });
          document.cookie = "opt=0";
        },
        reassign: () => {
          Object.defineProperty(Document.prototype, "cookie", { value: "", writable: true, configurable: true });
          document.cookie = "opt=0";
          delete document.cookie;
          again();
        },
        own: () => {
          delete document.cookie;
          document.cookie = "opt=1";
        },
        setter: () => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set.call(document, "opt=2"),
        reflect: () => Reflect.set(document, "cookie", "opt=3"),
        lookup: () => document.__lookupSetter__("cookie").call(document, "opt=4"),
        changing: () => {
          let reads = 0;
          document.cookie = { toString: () => (reads++ ? "opt=5" : "need=once") };
        },
        bare: () => set.call(document),
        foreign: () => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set.call({}, "need=1"),
        symbol: () => {
          document.cookie = Symbol("need");
        },
        nothing: () => {
          document.cookie = null;
          document.cookie = undefined;
          document.cookie = "";
        },
      };
      const names = [];
      for (const [name, run] of Object.entries(tries)) {
        try {
          run();
        } catch (error) {
          names.push(`${name}: ${error.constructor.name}`);
        }
      }
      return names;
    });
    // Both throw without the gate too.
    assert.deepEqual(
      threw,
      ["foreign", "symbol"].map((name) => `${name}: TypeError`),
    );
    const cookies = await visit.context.cookies();
    assert.deepEqual(
      cookies.map((cookie) => `${cookie.name}=${cookie.value}`),
      ["need=once"],
    );
  },
);

visitTest(
  "a page may put an accessor of its own in the place of the gate's, and what it passes on is judged",
  async (visit) => {
    await visit.open({ policy: POLICY });
    const seen = await visit.page.evaluate(() => {
      const before = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      const seen = [before.configurable, before.enumerable];
      Object.defineProperty(Document.prototype, "cookie", {
        configurable: true,
        get() {
          return "mocked; " + before.get.call(this);
        },
        set(text) {
          seen.push(text);
          before.set.call(this, text);
        },
      });
      document.cookie = "need=1";
      document.cookie = "opt=1";
      seen.push(document.cookie);
      return seen;
    });
    assert.deepEqual(seen, [true, true, "need=1", "opt=1", "mocked; need=1; opt=1"]);
    assert.deepEqual(await visit.jar(), ["need"]);
  },
);

visitTest("a page that patches the language gets no hold of the true setter", async (visit) => {
  await visit.open({ policy: POLICY });
  await visit.page.evaluate(() => {
    const { apply } = Reflect;
    const seen = [];
    for (const name of ["call", "apply", "bind"]) {
      const true_ = Function.prototype[name];
      Function.prototype[name] = function (...given) {
        seen.push(this);
        return apply(true_, this, given);
      };
    }
    document.cookie = "need=1";
    document.cookie = "opt=1; Max-Age=0";
    for (const setter of seen) {
      try {
        apply(setter, document, ["opt=stolen; Path=/"]);
      } catch {
        // Not a setter.
      }
    }
  });
  assert.deepEqual(await visit.jar(), ["need"]);
});

visitTest(
  "what Consentinel stores itself is out of the page's reach only for writing; removing all of it asks again",
  async (visit) => {
    await visit.open({ policy: POLICY });
    await answer(visit, "acceptAll");
    await write(visit, "opt=1", `${OWN.cookie()}=; Max-Age=0; Path=/`);
    assert.equal(await visit.stateCookie(), undefined);
    await visit.page.evaluate(
      (keys) => keys.forEach((key) => localStorage.removeItem(key)),
      [OWN.state(), OWN.ledger()],
    );
    await visit.page.goto(visit.url("/page.html"));
    assert.equal((await visit.state()).decided, false);
    assert.deepEqual(await visit.jar(), [], "what the lost answer let in is erased");
  },
);

visitTest("a frame that something is put in front of, or that is replaced, is not loaded anew", async (visit) => {
  visit.serve("/inner.html", "<!doctype html><title>inner</title>");
  await visit.open({ body: '<iframe src="/inner.html"></iframe>' });
  await visit.page.evaluate(async () => {
    const frame = document.querySelector("iframe");
    const later = () => new Promise((resolve) => setTimeout(resolve));
    frame.parentNode.insertBefore(document.createElement("p"), frame);
    await later();
    frame.parentNode.moveBefore(document.querySelector("p"), frame);
    await later();
    frame.parentNode.replaceChild(document.createElement("p"), frame);
    await later();
  });
  assert.equal(visit.requested(/inner/).length, 1);
});
