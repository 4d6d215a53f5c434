// Calls that wait for an answer keep their own rules: what a page aborts, or whose time is over, ends as it does where
// nothing waits, and is never sent. A call to the own site that is never answered shows how that is.
//
// Left out: what becomes of calls that go on waiting (held.test.mjs).

import assert from "node:assert/strict";
import { policyOf } from "./site.mjs";
import { situations } from "./real.mjs";

const situation = situations();
const VENDOR = "vendor.localhost";
/** What the vendor is asked for, at their own host and behind a path of the site. */
const policy = (host) =>
  policyOf([], {
    services: [
      {
        id: "vendor",
        category: "analytics",
        name: "Vendor",
        provider: "Vendor GmbH",
        hosts: [VENDOR, `${host}/vendor`],
      },
    ],
  });

/** A page of the own site beside a vendor who has to wait; `asked()` answers with the paths that the vendor was asked for. */
async function waiting(visitor) {
  const start = visitor.server.requests.length;
  visitor.handlers["/own/silent"] = () => {};
  visitor.handlers["/own/seen.svg"] = (_, response) =>
    response.writeHead(200, { "Content-Type": "image/svg+xml" }).end(PICTURE);
  for (const path of ["/vendor/call", "/vendor/last"])
    visitor.handlers[path] = (_, response) =>
      response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end("answer");
  await visitor.open({ policy: policy(visitor.host) });
  await visitor.run(`window.vendor = "${visitor.url("/vendor", VENDOR)}"; window.log = {};`);
  return () =>
    visitor.server.requests
      .slice(start)
      .filter(({ url }) => url.startsWith("/vendor/"))
      .map(({ url }) => url.slice("/vendor/".length));
}
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';

/** A click on *Accept all*, and the answer to the call that was held last: all before it has gone out. */
async function accepted(visitor) {
  await visitor.run(`window.last = fetch(vendor + "/last").then((answer) => answer.text());`);
  await visitor.click("accept-all");
  assert.equal(await visitor.evaluate("last"), "answer");
}

situation(
  "A `fetch` that waits is aborted, or its time is over",
  "it is rejected at once by the reason of its signal, and never sent; any other is sent at the grant",
  async (visitor) => {
    const asked = await waiting(visitor);
    const outcomes = (address) =>
      visitor.run(`
        const tried = (run) => run().then(() => "answered", (error) => error?.name ?? error);
        const aborted = (reason, wrap = (given) => [given.address, { signal: given.signal }]) => tried(() => {
          const control = new AbortController();
          const answer = fetch(...wrap({ address: ${address}, signal: control.signal }));
          control.abort(...reason);
          return answer;
        });
        return {
          before: await tried(() => fetch(${address}, { signal: AbortSignal.abort() })),
          beforeByReason: await tried(() => fetch(new Request(${address}, { signal: AbortSignal.abort("mine") }))),
          after: await aborted([]),
          afterByReason: await aborted(["mine"]),
          ofARequest: await aborted(["mine"], ({ address, signal }) => [new Request(address, { signal })]),
          withABody: await aborted(["mine"], ({ address, signal }) => [address, { method: "POST", body: "text", signal }]),
          inTime: await tried(() => fetch(${address}, { signal: AbortSignal.timeout(1) })),
        };`);
    const there = await outcomes(`vendor + "/call"`);
    // WebKitGTK 2.50 rejects what is on its way as aborted, whatever the reason is.
    if (!visitor.host.startsWith("webkit"))
      assert.deepEqual(there, await outcomes(`"/own/silent"`), "as to the own site");
    assert.deepEqual(there, {
      before: "AbortError",
      beforeByReason: "mine",
      after: "AbortError",
      afterByReason: "mine",
      ofARequest: "mine",
      withABody: "mine",
      inTime: "TimeoutError",
    });
    // One whose signal never fires; one whose signal fires once it is answered.
    await visitor.run(`
      const control = new AbortController();
      log.answered = fetch(vendor + "/call?kept", { signal: control.signal }).then((answer) => (control.abort(), answer.status));`);
    await accepted(visitor);
    assert.equal(await visitor.evaluate("log.answered"), 200);
    assert.deepEqual(asked().sort(), ["call?kept", "last"]);
  },
);

// Notes all events of an XMLHttpRequest, and its state at each.
const WATCHED = `
  window.watched = (address, method = "GET") => {
    const request = new XMLHttpRequest();
    const events = [];
    const names = ["readystatechange", "loadstart", "progress", "load", "error", "abort", "timeout", "loadend"];
    names.forEach((name) => request.addEventListener(name, () => events.push(name + " " + request.readyState)));
    request.open(method, address);
    const ended = new Promise((resolve) => request.addEventListener("loadend", resolve));
    return { request, events, ended };
  };`;

situation(
  "An `XMLHttpRequest` that waits is aborted, opened anew, or its time is over",
  "its events and states are those of one that was sent, and it is never sent; any other is sent at the grant",
  async (visitor) => {
    const asked = await waiting(visitor);
    await visitor.run(WATCHED);
    const outcomes = (address) =>
      visitor.run(`
        const found = {};
        const thrown = (run) => { try { run(); return "nothing"; } catch (error) { return error.name; } };
        {
          const { request, events } = watched(${address});
          request.onabort = () => events.push("onabort");
          request.send();
          found.sentTwice = thrown(() => request.send());
          request.abort();
          found.aborted = [...events, request.readyState, request.status];
          found.sentAfterwards = thrown(() => request.send());
        }
        {
          const { request, events } = watched(${address}, "POST");
          request.send("text");
          request.abort();
          found.abortedWithABody = [...events, request.readyState];
        }
        {
          const { request, events, ended } = watched(${address});
          request.ontimeout = () => events.push("ontimeout");
          request.timeout = 20;
          request.send();
          await ended;
          found.inTime = [...events, request.readyState, request.status];
        }
        {
          const { request, events, ended } = watched(${address});
          request.send();
          request.timeout = 20;
          await ended;
          found.inTimeSetLater = events;
        }
        {
          const { request, events, ended } = watched(${address});
          request.timeout = 20;
          request.send();
          request.open("GET", ${address});
          request.send();
          await ended;
          // The first one has begun where it was sent.
          found.openedAnew = events.filter((event) => event !== "loadstart 1");
        }
        return found;`);
    const there = await outcomes(`vendor + "/call"`);
    // WebKitGTK 2.50 takes no `timeout` of one that was sent.
    if (!visitor.host.startsWith("webkit"))
      assert.deepEqual(there, await outcomes(`"/own/silent"`), "as to the own site");
    const begun = ["readystatechange 1", "loadstart 1", "readystatechange 4"];
    assert.deepEqual(there, {
      sentTwice: "InvalidStateError",
      aborted: [...begun, "abort 4", "onabort", "loadend 4", 0, 0],
      sentAfterwards: "InvalidStateError",
      abortedWithABody: [...begun, "abort 4", "loadend 4", 0],
      inTime: [...begun, "timeout 4", "ontimeout", "loadend 4", 4, 0],
      inTimeSetLater: [...begun, "timeout 4", "loadend 4"],
      openedAnew: ["readystatechange 1", "readystatechange 4", "timeout 4", "loadend 4"],
    });
    // One that is aborted and used again, one whose time is taken back, and one that is opened anew.
    await visitor.run(`
      const sent = (change, name) => {
        const { request, ended } = watched(vendor + "/call?first-" + name);
        request.timeout = 20;
        request.send();
        change(request, vendor + "/call?" + name);
        log[name] = ended.then(() => request.responseText);
        // One more whose time is over later.
        const { request: later, ended: over } = watched(vendor + "/call");
        later.timeout = 40;
        later.send();
        return over;
      };
      const anew = (request, address) => (request.timeout = 0, request.open("GET", address), request.send());
      await sent((request) => { request.timeout = 0; }, "kept");
      await sent(anew, "anew");`);
    await accepted(visitor);
    assert.equal(await visitor.evaluate("log.kept"), "answer");
    assert.equal(await visitor.evaluate("log.anew"), "answer");
    assert.deepEqual(asked().sort(), ["call?anew", "call?first-kept", "last"]);
  },
);

situation(
  "A picture, a stream, a socket or a worker that has to wait is given up by its page",
  "nothing of it is asked for at the grant, and what the page did instead stays",
  async (visitor) => {
    const asked = await waiting(visitor);
    await visitor.run(`
      log.events = [];
      const heard = (name, target, events) => events.split(" ").forEach((event) =>
        target.addEventListener(event, () => log.events.push(name + " " + event)));
      const picture = new Image();
      window.picture = picture;
      picture.src = vendor + "/call?picture";
      const shown = new Promise((resolve) => picture.addEventListener("load", resolve));
      picture.src = "/own/seen.svg";
      await shown;
      const taken = new Image();
      taken.src = vendor + "/call?taken";
      const script = document.createElement("script");
      script.src = vendor + "/call?script";
      log.isRead = script.src === vendor + "/call?script";
      taken.removeAttribute("src");
      const stream = new EventSource(vendor + "/call?stream");
      heard("stream", stream, "open error");
      stream.close();
      new Worker("/vendor/worker.js").terminate();
      const socket = new WebSocket(vendor.replace("http", "ws") + "/call?socket");
      heard("socket", socket, "open error close");
      const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
      socket.close();
      log.states = [stream.readyState, socket.readyState];
      await closed;`);
    await accepted(visitor);
    assert.ok(await visitor.evaluate("log.isRead"), "a script that waits has its address for whoever reads it");
    assert.deepEqual(await visitor.evaluate("log.states"), [2, 2]);
    assert.deepEqual(await visitor.evaluate("log.events"), ["socket error", "socket close"]);
    assert.match(await visitor.evaluate("picture.src"), /\/own\/seen\.svg$/);
    assert.deepEqual(asked(), ["last"]);
  },
  { cannot: { webkit: "a socket that leads nowhere says `error` and never `close`" } },
);
