// What code writes and reads back while its visitor has not answered: cookies and storage. It is compared with the same
// code on the same page without the tag, in three engines.
//
// Left out: what may be kept (tests/matrix), attempts of other kinds that wait (held.test.mjs), kits of vendors (tests/sdks).

import assert from "node:assert/strict";
import { situations } from "./real.mjs";
import { html, item, policyOf } from "./site.mjs";

const situation = situations();
const KINDS = ["cookie", "local-storage", "session-storage"];
const NAMES = ["opt_*", "length"];
const POLICY = policyOf(KINDS.flatMap((kind) => NAMES.map((name) => item(name, "analytics", { kind }))));
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>without the tag</title>';
/** Keeps what the browser has, before the tag stands around it. */
const BEFORE = `<script>{
  const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.bind(document);
  const areas = [localStorage, sessionStorage];
  const { keys } = Object;
  window.stored = () => [jar(), ...areas.map((area) => keys(area).join())];
}</script>`;

/** What is kept, as a page reads it. */
const READ = `(() => {
  const sorted = (area) => Object.entries(area).map((entry) => entry.join("=")).sort();
  return [document.cookie.split("; ").filter(Boolean).sort(), sorted(localStorage), sorted(sessionStorage)];
})()`;

/** Writes, reads back and answers all that was read. In which order a browser lists items is its own affair. */
const STORAGES = `(() => {
  const said = [];
  for (const area of [localStorage, sessionStorage]) {
    const keys = () => Array.from({ length: area.length }, (_, at) => area.key(at));
    const look = () => {
      const walked = [];
      for (const name in area) if (Object.hasOwn(area, name)) walked.push(name);
      said.push([area.length, keys().sort(), walked.sort(), Object.entries(area).sort(), Object.entries({ ...area }).sort()]);
      said.push([JSON.parse(JSON.stringify(area)), Reflect.ownKeys(area).sort()]);
      said.push(["opt_a", "opt_b", "opt_c", "opt_z", "setItem"].map((name) => [name in area, Object.hasOwn(area, name), typeof area[name], area.getItem(name)]));
    };
    look();
    area.setItem("opt_a", 1);
    area.opt_b = "two";
    area["opt_c"] = "";
    Object.assign(area, { opt_d: null });
    Object.defineProperty(area, "opt_e", { value: "five", configurable: true, enumerable: true, writable: true });
    Reflect.set(area, "opt_f", { toString: () => "six" });
    look();
    said.push(Object.getOwnPropertyDescriptor(area, "opt_b"), Object.getOwnPropertyDescriptor(area, "opt_z"));
    area.setItem("opt_b", "again");
    area.opt_a = "anew";
    said.push(area.key(99), area.key(-1), area.key("1") === keys()[1], area.opt_z === undefined);
    look();
    said.push(delete area.opt_b, delete area.opt_z, area.removeItem("opt_c"));
    look();
    area.setItem("length", "7");
    said.push(area.getItem("length"), area.length, keys().includes("length"));
    area.removeItem("length");
    look();
    area.clear();
    look();
    area.opt_first = "gone";
    area.opt_last = "first";
    area.opt_last += " and last";
    delete area.opt_first;
  }
  return said;
})()`;

const COOKIES = `(() => {
  const said = [];
  const look = () => said.push(document.cookie.split("; ").filter(Boolean).sort());
  const write = (text) => {
    document.cookie = text;
    look();
  };
  const { hostname } = location;
  const parent = hostname.slice(hostname.indexOf(".") + 1);
  look();
  write("opt_a=1");
  write(" opt_b = two words ; path=/");
  write("opt_a=2; Path=/; SameSite=Lax");
  write("opt_c=3; path=/elsewhere");
  write("opt_c=3; path=" + location.pathname);
  write("opt_c=3; path=" + location.pathname.slice(0, -1));
  write("opt_d=4; Max-Age=600");
  write("opt_e=5; Expires=" + new Date(Date.now() + 600_000).toUTCString());
  write("opt_f=6=six");
  write("opt_g=");
  // Gone again.
  write("opt_a=; Max-Age=0; path=/elsewhere");
  write("opt_a=; Max-Age=0; path=/");
  write("opt_b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/");
  write("opt_d=4; Max-Age=-1");
  // Domains: the host, the one above, what is nobody's, another's.
  write("opt_h=host; domain=" + hostname);
  write("opt_i=above; path=/; Domain=." + parent);
  write("opt_i=alone; path=/");
  write("opt_i=; domain=" + parent + "; path=/; max-age=0");
  write("opt_j=1; domain=localhost; path=/");
  write("opt_k=1; domain=other.example");
  write("opt_k=1; domain=below." + hostname);
  // As kits look for the widest domain that takes a cookie.
  const labels = hostname.split(".");
  const taken = [];
  for (let at = labels.length - 1; at >= 0; at--) {
    const probe = "opt_probe=1;domain=." + labels.slice(at).join(".") + ";path=/";
    document.cookie = probe + ";max-age=3";
    if (document.cookie.includes("opt_probe")) taken.push(at);
    document.cookie = probe + ";max-age=0";
    look();
  }
  said.push(taken);
  write("opt_last=" + taken[0] + "; domain=" + labels.slice(taken[0]).join(".") + "; path=/; max-age=600");
  return said;
})()`;

for (const [name, code] of [
  ["storage that is written before an answer", STORAGES],
  ["cookies that are written before an answer", COOKIES],
]) {
  // One path, since it says which cookies a page reads.
  const [path, plain] = ["/here/page.html", "/here/page.html?plain"];
  const answer = (request, response) =>
    response
      .writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
      .end(request.url === plain ? PLAIN : html({ policy: POLICY, before: BEFORE }));

  /** A visitor who has written on a page of each kind; answers what that page read, and what was kept without the tag. */
  async function writes(visitor) {
    // A host of its own for each, one label below the one that both may write cookies for.
    const [host, again] = ["plain", "tag"].map((label) => `${label}.${label}-${visitor.host}`);
    visitor.handlers[path] = answer;
    visitor.host = host;
    await visitor.go(plain);
    const wanted = await visitor.evaluate(code);
    const kept = await visitor.evaluate(READ);
    visitor.host = again;
    await visitor.go(path);
    const [found, stored] = await visitor.evaluate(`[${code}, stored()]`);
    const same = (texts) => JSON.parse(JSON.stringify(texts).replaceAll(host, again));
    assert.deepEqual(same(found), same(wanted));
    assert.deepEqual(await visitor.evaluate(READ), same(kept));
    assert.deepEqual(stored, ["", "", ""], "nothing is stored");
    return same(kept);
  }
  const readElsewhere = async (visitor) => {
    await visitor.go(plain);
    const [jar, ...areas] = await visitor.evaluate(READ);
    return [jar, ...areas].map((list) => list.filter((line) => !line.startsWith("consentinel")));
  };

  situation(name, "reads as without the tag, and is kept as it was last once it may be", async (visitor) => {
    const kept = await writes(visitor);
    await visitor.click("accept-all");
    assert.equal((await visitor.decision()).analytics, "granted");
    assert.deepEqual(await readElsewhere(visitor), kept);
  });

  situation(name, "is gone after a refusal", async (visitor) => {
    await writes(visitor);
    await visitor.refuses();
    const [jar, ...areas] = await visitor.evaluate(READ);
    assert.deepEqual(
      [jar, ...areas].flat().filter((line) => !line.startsWith("consentinel")),
      [],
    );
    assert.deepEqual(await readElsewhere(visitor), [[], [], []]);
  });

  situation(name, "is gone when the page loads anew without an answer", async (visitor) => {
    await writes(visitor);
    await visitor.go(path);
    assert.deepEqual(await visitor.evaluate(`[${READ}, stored()]`), [
      [[], [], []],
      ["", "", ""],
    ]);
  });
}
