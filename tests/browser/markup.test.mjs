// Inert markup: nothing of it is asked from the server or runs before its category is granted; then
// it comes to life in document order, with all its attributes, each element on its own.
//
// Order is proven with a server that answers in the reverse of the order it was asked in.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { html, item, policyOf, site } from "./site.mjs";

const visitTest = site();

const POLICY = policyOf([item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const LOG = "<script>window.ran = [];</script>";
const ran = (visit) => visit.page.evaluate(() => window.ran);
const accept = (visit) => visit.decide("acceptAll");
/** An inert script; `name` stands for what it does. */
const inline = (name, attributes = "") =>
  `<script type="text/plain" data-consent="analytics" ${attributes}>ran.push("${name}")</script>`;

/** Serves scripts that note their name; they are answered in the reverse order of `names`. */
function serveInReverse(visit, names) {
  const gates = names.map(resolvers);
  names.forEach((name, position) => {
    visit.serve(`/${name}.js`, async (_, response) => {
      const next = gates[position + 1];
      if (next) await next.promise;
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(`ran.push(${JSON.stringify(name)})`);
      gates[position].resolve();
    });
  });
}

function resolvers() {
  const parts = {};
  parts.promise = new Promise((resolve) => {
    parts.resolve = resolve;
  });
  return parts;
}

const untilRan = (visit, count) => visit.page.waitForFunction((wanted) => window.ran.length >= wanted, count);

visitTest("nothing is asked for or runs before a grant, nor after a refusal", async (visit) => {
  const body = `
    <script type="text/plain" data-consent="analytics" src="/src.js"></script>
    <script type="text/plain" data-consent="analytics" data-src="/data-src.js"></script>
    <script data-consent="counter" data-src="/service.js"></script>
    <script data-consent="analytics" data-src="/module.js" data-type="module"></script>
    <iframe data-consent="analytics" data-src="/frame.html" title="frame"></iframe>
    <img data-consent="analytics" data-src="/image.svg" data-srcset="/image2.svg 2x" alt="">
    <template data-consent="analytics"><img src="/inner.svg" alt=""><script src="/inner.js"></script></template>
    ${inline("inline")}`;
  await visit.open({ policy: POLICY, head: LOG, body });
  // A round trip through the server after the page has loaded: whatever was asked for has been by now.
  const settle = async () => {
    visit.serve("/settle", "0");
    await visit.page.evaluate(() => fetch("/settle"));
  };
  await settle();
  const allowed = ["/page.html", "/dist/consentinel.js", "/settle"];
  // The site's own second part comes to ask, and its face may for the placeholder of the frame.
  const requested = () => [...new Set(visit.requested(/^(?!.dist.consentinel.(face|part))/))].sort();
  assert.deepEqual(requested(), allowed.toSorted());
  await visit.call("rejectAll");
  await settle();
  await visit.page.reload();
  await settle();
  assert.deepEqual(requested(), allowed.toSorted());
  assert.deepEqual(await ran(visit), []);
});

visitTest(
  "scripts run in document order, though the server answers in reverse; async ones as they come",
  async (visit) => {
    const external = (name, attributes = "") =>
      `<script type="text/plain" data-consent="analytics" data-src="/${name}.js" ${attributes}></script>`;
    const body = [
      external("defer-1", "defer"),
      external("module-1", 'data-type="module"'),
      external("one"),
      inline("two"),
      external("async", "async"),
      inline("module-2", 'data-type="module"'),
      external("three"),
      external("four"),
      inline("five"),
      external("defer-2", "defer"),
    ].join("");
    // Neighbours are asked for together; the deferred ones only after those before them have run.
    for (const together of [["one"], ["three", "four"], ["async"], ["defer-1"], ["module-1"], ["defer-2"]])
      serveInReverse(visit, together);
    await visit.open({ policy: POLICY, head: LOG, body });
    await accept(visit);
    await untilRan(visit, 10);
    const names = await ran(visit);
    const ordered = names.filter((name) => name !== "async");
    assert.deepEqual(ordered, ["one", "two", "three", "four", "five", "defer-1", "module-1", "module-2", "defer-2"]);
    assert.equal(names.length, 10);
  },
);

visitTest("an async script waits for nobody", async (visit) => {
  const quickRan = resolvers();
  visit.serve("/quick.js", 'ran.push("quick"); fetch("/quick-ran");');
  visit.serve("/quick-ran", (_, response) => {
    quickRan.resolve();
    response.writeHead(204).end();
  });
  visit.serve("/slow.js", async (_, response) => {
    await quickRan.promise;
    response.writeHead(200, { "Content-Type": "text/javascript" }).end('ran.push("slow")');
  });
  const script = (name) => `<script data-consent="analytics" data-src="/${name}.js" async></script>`;
  await visit.open({ policy: POLICY, head: LOG, body: script("slow") + script("quick") });
  await accept(visit);
  await untilRan(visit, 2);
  assert.deepEqual(await ran(visit), ["quick", "slow"]);
});

visitTest("every attribute is kept, and only what made it inert is gone", async (visit) => {
  const wanted = {
    script: {
      id: "s",
      class: "a b",
      "data-consent": "analytics",
      "data-x": "<&\"'>",
      crossorigin: "anonymous",
      referrerpolicy: "no-referrer",
      fetchpriority: "low",
      onload: "ran.push(this.id)",
      async: "",
      "x:odd": "1",
      src: "/s.js",
    },
    module: { id: "m", "data-consent": "analytics", type: "module", title: "é" },
    iframe: {
      id: "f",
      "data-consent": "analytics",
      title: "frame",
      sandbox: "allow-scripts",
      allow: "fullscreen",
      name: "n",
      width: "100",
      loading: "eager",
      "data-src": "/frame.html",
      src: "/frame.html",
    },
    img: {
      id: "i",
      "data-consent": "analytics",
      alt: "x",
      "data-src": "/image.svg",
      src: "/image.svg",
      "data-srcset": "/image.svg 2x",
      srcset: "/image.svg 2x",
      width: "10",
      sizes: "1px",
    },
  };
  const body = `
    <script type="text/plain" data-src="/s.js" id="s" class="a b" data-consent="analytics" data-x="&lt;&amp;&quot;'&gt;" crossorigin="anonymous" referrerpolicy="no-referrer" fetchpriority="low" onload="ran.push(this.id)" async x:odd="1"></script>
    <script type="text/plain" data-type="module" id="m" data-consent="analytics" title="é">ran.push("m " + document.currentScript)</script>
    <iframe id="f" data-consent="analytics" title="frame" sandbox="allow-scripts" allow="fullscreen" name="n" width="100" loading="eager" data-src="/frame.html"></iframe>
    <img id="i" data-consent="analytics" alt="x" data-src="/image.svg" data-srcset="/image.svg 2x" width="10" sizes="1px">`;
  visit.serve("/s.js", "ran.push('s.js')");
  visit.serve("/frame.html", "<!doctype html><p>frame");
  visit.serve("/image.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', {
    "Content-Type": "image/svg+xml",
  });
  await visit.open({ policy: POLICY, head: LOG, body });
  await accept(visit);
  await untilRan(visit, 3);
  assert.deepEqual((await ran(visit)).sort(), ["m null", "s", "s.js"]);
  for (const [name, id] of [
    ["script", "s"],
    ["module", "m"],
    ["iframe", "f"],
    ["img", "i"],
  ]) {
    const attributes = await visit.page
      .locator(`#${id}`)
      .evaluate((element) => Object.fromEntries([...element.attributes].map((each) => [each.name, each.value])));
    assert.deepEqual(attributes, wanted[name]);
  }
  await visit.page.frameLocator("#f").getByText("frame").waitFor();
  await visit.page.waitForFunction(() => document.getElementById("i").naturalWidth > 0);
});

visitTest("a nonce goes along: under a policy that wants one, scripts with it run and others do not", async (visit) => {
  const headers = { "Content-Security-Policy": "script-src 'nonce-n1' 'wasm-unsafe-eval'; object-src 'none'" };
  visit.serve("/outer.js", "ran.push('outer')");
  const body = [
    inline("with", 'nonce="n1"'),
    inline("without"),
    inline("module", 'nonce="n1" data-type="module"'),
    '<script data-consent="analytics" data-src="/outer.js" nonce="n1"></script>',
    '<template data-consent="analytics"><script nonce="n1">ran.push("inner")</script></template>',
    inline("last", 'nonce="n1"'),
  ].join("");
  const nonce = (html) => html.replaceAll("<script", '<script nonce="n1"');
  await visit.open(
    {
      policy: POLICY,
      tag: nonce('<script src="/dist/consentinel.js" data-owner="takeOwner"></script>'),
      head: nonce(LOG),
      body,
    },
    { headers },
  );
  await accept(visit);
  await untilRan(visit, 5);
  assert.deepEqual(await ran(visit), ["with", "outer", "inner", "last", "module"]);
  await visit.problem(/Content Security Policy|violates/);
});

visitTest("under Trusted Types a script cannot be revived and is reported; frames and images are", async (visit) => {
  const headers = { "Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'" };
  visit.serve("/frame.html", "<!doctype html><p>frame");
  const body = `${inline("refused")}<iframe data-consent="analytics" data-src="/frame.html" title="frame"></iframe>`;
  await visit.open({ policy: POLICY, head: LOG, body }, { headers });
  await accept(visit);
  await visit.page.frameLocator("iframe").getByText("frame").waitFor();
  assert.deepEqual(await ran(visit), []);
  await visit.problem(/^consentinel: markup-failed/);
  // The browser tells its side too.
  visit.forgive(/TrustedScript|TrustedTypePolicy/);
});

visitTest("integrity goes along: a right hash runs, a wrong one does not, and the rest goes on", async (visit) => {
  const code = "ran.push('sound')";
  const hash = `sha256-${createHash("sha256").update(code).digest("base64")}`;
  visit.serve("/sound.js", code);
  visit.serve("/forged.js", "ran.push('forged')");
  const script = (path) =>
    `<script type="text/plain" data-consent="analytics" data-src="${path}" integrity="${hash}"></script>`;
  await visit.open({ policy: POLICY, head: LOG, body: script("/forged.js") + script("/sound.js") + inline("last") });
  await accept(visit);
  await untilRan(visit, 2);
  assert.deepEqual(await ran(visit), ["sound", "last"]);
  await visit.problem(/integrity/);
});

visitTest(
  "a template brings its scripts to life in their order, and what it stands for is removed on withdrawal",
  async (visit) => {
    serveInReverse(visit, ["inner-1", "inner-2"]);
    serveInReverse(visit, ["inner-4"]);
    const body = `<div id="place"><template data-consent="analytics"><p id="words">words</p><script src="/inner-1.js"></script><script src="/inner-2.js"></script>
    <div><script>ran.push("inner-3")</script></div><script src="/inner-4.js"></script><script type="application/json" id="data">{"a": 1}</script><script type="module">ran.push("module")</script></template></div>${inline("after")}`;
    await visit.open({ policy: POLICY, head: LOG, body });
    await accept(visit);
    await untilRan(visit, 6);
    assert.deepEqual(await ran(visit), ["inner-1", "inner-2", "inner-3", "inner-4", "after", "module"]);
    assert.equal(await visit.page.locator("#words").textContent(), "words");
    await visit.call("withdraw");
    const left = await visit.page
      .locator("#place")
      .evaluate((place) => [...place.children].map((child) => child.outerHTML.slice(0, 30)));
    assert.equal(left.length, 1, `only the template itself is left: ${left}`);
  },
);

visitTest("elements added later are held, revived at a grant, and live at once after it", async (visit) => {
  visit.serve("/late.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', {
    "Content-Type": "image/svg+xml",
  });
  await visit.open({ policy: POLICY, head: LOG });
  const add = (name) =>
    visit.page.evaluate((word) => {
      const box = document.createElement("div");
      const script = document.createElement("script");
      script.type = "text/plain";
      script.dataset.consent = "analytics";
      script.text = `ran.push("${word}")`;
      const image = document.createElement("img");
      image.dataset.consent = "analytics";
      image.dataset.src = `/late.svg?${word}`;
      box.append(script, image);
      document.body.append(box);
    }, name);
  await add("before");
  await visit.settled();
  assert.deepEqual(await ran(visit), []);
  await accept(visit);
  await untilRan(visit, 1);
  await add("after");
  await untilRan(visit, 2);
  assert.deepEqual(await ran(visit), ["before", "after"]);
  await visit.page.waitForFunction(() => [...document.images].every((image) => image.naturalWidth > 0));
  // An element can also become one of ours.
  const later = visit.page.waitForResponse((response) => response.url().endsWith("/late.svg?attribute"));
  await visit.page.evaluate(() => {
    const image = document.body.appendChild(new Image());
    image.dataset.src = "/late.svg?attribute";
    image.dataset.consent = "analytics";
  });
  await later;
});

visitTest("a bad element never stops the rest, and is reported", async (visit) => {
  const body = [
    '<script type="text/plain" data-consent="anlytics">ran.push("misspelt")</script>',
    '<script type="text/plain" data-consent="">ran.push("empty")</script>',
    inline('throws"); throw new Error("on purpose"); ("'),
    '<script type="text/plain" data-consent="analytics">syntax error(</script>',
    '<script type="text/plain" data-consent="analytics" data-src="http://[broken"></script>',
    '<script data-consent="analytics" data-src="/missing.js"></script>',
    '<script data-consent="analytics" data-src=""></script>',
    '<img data-consent="analytics" data-src="http://[broken" alt="">',
    '<iframe data-consent="analytics" data-src="http://[broken" title="x"></iframe>',
    '<div data-consent="analytics" data-src="/div">not an element we know</div>',
    '<template data-consent="analytics"></template>',
    inline("last"),
  ].join("");
  await visit.open({ policy: POLICY, head: LOG, body });
  await accept(visit);
  await untilRan(visit, 2);
  assert.deepEqual(await ran(visit), ["throws", "last"]);
  await visit.problem(/markup-unknown.*anlytics/);
  await visit.problem(/page error: on purpose/);
  await visit.problem(/page error: .*Unexpected identifier|page error: .*SyntaxError/);
  await visit.problem(/404/);
  // An empty name is a mistake of the page too.
  await visit.problem(/markup-unknown(?!.*anlytics)/);
});

for (const [name, attributes] of [
  ["nomodule", "nomodule"],
  ["a type that is no script", 'data-type="text/x-unknown"'],
]) {
  visitTest(`a script that browsers leave out (${name}) does not hold up those after it`, async (visit) => {
    visit.serve("/left-out.js", "ran.push('left out')");
    const body = `<script type="text/plain" data-consent="analytics" data-src="/left-out.js" ${attributes}></script>${inline("next")}${inline("last", "defer")}`;
    await visit.open({ policy: POLICY, head: LOG, body });
    await accept(visit);
    await untilRan(visit, 2);
    assert.deepEqual(await ran(visit), ["next", "last"]);
  });
}

visitTest("withdrawal empties frames and images; a new grant brings them back", async (visit) => {
  visit.serve("/frame.html", "<!doctype html><p>frame");
  visit.serve("/image.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', {
    "Content-Type": "image/svg+xml",
  });
  const body = `<iframe data-consent="analytics" data-src="/frame.html" title="frame"></iframe>
    <img data-consent="functionality" data-src="/image.svg" data-srcset="/image.svg 2x" alt="">`;
  await visit.open({ policy: POLICY, body });
  await accept(visit);
  const words = visit.page.frameLocator("iframe").getByText("frame");
  await words.waitFor();
  await visit.page.waitForFunction(() => document.images[0].naturalWidth > 0);
  await visit.call("withdraw", "analytics");
  await words.waitFor({ state: "detached" });
  assert.equal(await visit.page.frames().length, 2);
  assert.equal(visit.page.frames()[1].url(), "about:blank");
  assert.equal(
    await visit.page.evaluate(() => document.images[0].naturalWidth > 0),
    true,
    "another category stays as it is",
  );
  await visit.call("withdraw");
  await visit.page.waitForFunction(() => document.images[0].naturalWidth === 0 && !document.images[0].currentSrc);
  await accept(visit);
  await words.waitFor();
  await visit.page.waitForFunction(() => document.images[0].naturalWidth > 0);
});

/** A page of a visitor who has granted that comes in two pieces: the second when the first, with this element, was looked at. */
async function inPieces(visit, name, first, second) {
  await visit.open({ policy: POLICY, head: LOG });
  await accept(visit);
  const seen = resolvers();
  visit.serve("/seen", (_, response) => {
    response.writeHead(200).end();
    seen.resolve();
  });
  // Told some tasks after the element is there: what would come to life too early has done so by then.
  const telling = `<script>
    const look = (left) => left ? setTimeout(look, 0, document.querySelector("${name}[data-consent]") ? left - 1 : left) : fetch("/seen");
    look(5);
  </script>`;
  const [page] = html({ policy: POLICY, head: LOG, body: `${telling}END` }).split("END");
  visit.serve("/pieces.html", async (_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).write(page + first);
    await seen.promise;
    response.end(second);
  });
  await visit.page.goto(visit.url("/pieces.html"));
}

const OPENING = '<script type="text/plain" data-consent="analytics">';
for (const [where, first, second, wanted] of [
  ["in front of a script's text", OPENING, 'ran.push("one");</script>', ["one"]],
  ["in a script's text", `${OPENING}ran.push("one");`, 'ran.push("two");</script>', ["one", "two"]],
  ["behind a script", `${OPENING}ran.push("one");</script>`, "", ["one"]],
  ["between two scripts", `${OPENING}ran.push("one");</script>`, `${OPENING}ran.push("two");</script>`, ["one", "two"]],
])
  visitTest(`where a page comes in pieces that part ${where}, the whole script runs, once`, async (visit) => {
    await inPieces(visit, "script", first, second);
    assert.deepEqual(await ran(visit), wanted);
  });

visitTest("a marked element that a script takes out again holds nobody up", async (visit) => {
  const gone =
    "<script>for (const name of ['i', 'b']) document.body.insertAdjacentHTML('beforeend', `<template data-consent=analytics>${name}</template>`); document.querySelectorAll('template').forEach((one) => one.remove());</script>";
  // It is there before the second piece comes.
  const [name, first] = ["img", `${gone}${OPENING}ran.push("one");</script><img data-consent="analytics" alt="">`];
  await inPieces(visit, name, first, "<script>ran.push('two');</script>");
  assert.deepEqual(await ran(visit), ["one", "two"]);
});

visitTest("a template that comes in pieces is put in whole", async (visit) => {
  await inPieces(visit, "template", '<template data-consent="analytics"><b>one</b>', "<b>two</b></template>");
  assert.deepEqual(await visit.page.locator("b").allTextContents(), ["one", "two"]);
});
