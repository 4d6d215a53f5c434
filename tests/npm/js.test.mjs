// `consentinel/js`, the package without WebAssembly: where a page's Content-Security-Policy refuses that, it does all that the
// other build does, and no script of the page gets hold of the memory that decides, which is an object of JavaScript there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html, item, policyOf, site } from "../browser/site.mjs";
import { POLICY, pages } from "./pages.mjs";
import { projectOf } from "./project.mjs";

const { installed } = projectOf();
const visitTest = site();

/** No `wasm-unsafe-eval`, and no `unsafe-eval`. */
const STRICT = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" };

pages(visitTest, installed, "js.js", STRICT);

/** Serves both builds and a page with this module. */
function serve(visit, script, headers) {
  for (const file of ["auto.js", "index.js", "part.js", "js.js", "face.js"])
    visit.serve(`/package/${file}`, readFileSync(join(installed, file), "utf8"));
  visit.serve("/app.js", script);
  const tag = '<script type="module" src="/app.js"></script>';
  visit.serve("/app.html", html({ policy: null, tag }), headers);
}

const CHOICE = `
  import { createConsent } from "/package/auto.js";
  createConsent(${JSON.stringify(POLICY)});
  document.cookie = "opt=1";
  window.isDone = true;
`;

for (const [name, headers, files] of [
  ["where WebAssembly runs", {}, ["/package/auto.js", "/package/index.js", "/package/part.js"]],
  ["where it is refused", STRICT, ["/package/auto.js", "/package/js.js"]],
]) {
  visitTest(`consentinel/auto takes the build that can run, ${name}`, async (visit) => {
    serve(visit, CHOICE, headers);
    await visit.page.goto(visit.url("/app.html"));
    await visit.page.waitForFunction(() => window.isDone);
    assert.deepEqual(visit.requested(/package/), files);
    await visit.control("accept-all").click();
    assert.deepEqual(await visit.jar(), ["opt"]);
  });
}

visitTest("the other build closes everything where WebAssembly is refused, and says so", async (visit) => {
  serve(visit, CHOICE.replace("auto.js", "index.js"), STRICT);
  await visit.page.goto(visit.url("/app.html"));
  await visit.page.waitForFunction(() => window.isDone);
  assert.deepEqual(await visit.jar(), []);
  await visit.problem(/^consentinel: module-unavailable/);
});

visitTest("no script of the page is handed the memory, also while that grows", async (visit) => {
  const policy = policyOf(Array.from({ length: 1000 }, (_, at) => item(`item-${at}`)));
  serve(
    visit,
    `
    import { createConsent } from "/package/js.js";
    const seen = [];
    let calls = 0;
    let isLooking = false;
    const { ArrayBuffer } = window;
    const { isView } = ArrayBuffer;
    const look = (...values) => {
      if (!isLooking) return;
      isLooking = false;
      calls++;
      for (const value of values) if (value instanceof ArrayBuffer || isView(value)) seen.push("memory");
      isLooking = true;
    };
    const { defineProperty, getOwnPropertyDescriptors } = Object;
    const { apply, construct } = Reflect;
    for (const owner of [ArrayBuffer, Int8Array, Object.getPrototypeOf(Int8Array), Uint8Array, String, Error, Function]) {
      for (const object of [owner, owner.prototype]) {
        for (const [name, found] of Object.entries(getOwnPropertyDescriptors(object))) {
          if (name === "constructor" || !found.configurable) continue;
          for (const half of ["value", "get", "set"]) {
            const native = found[half];
            if (typeof native !== "function") continue;
            found[half] = function (...given) {
              look(this, ...given);
              return apply(native, this, given);
            };
          }
          defineProperty(object, name, found);
        }
      }
    }
    for (const name of ["ArrayBuffer", "Int8Array", "Uint8Array", "Int32Array", "Float64Array", "Error"]) {
      const Native = window[name];
      window[name] = function (...given) {
        look(...given);
        return construct(Native, given);
      };
    }
    // What would be set on an object of ours that does not have it yet.
    const names = ["buffer", "bytes", "exports", "grow", "run"];
    for (const name of names) {
      const set = () => {
        if (isLooking) seen.push(name);
      };
      defineProperty(Object.prototype, name, { set, configurable: true });
    }
    isLooking = true;
    new Uint8Array(new window.ArrayBuffer(8)).set([1]);
    const [first] = seen.splice(0);
    const consent = createConsent(${JSON.stringify(policy)});
    consent.acceptAll();
    isLooking = false;
    for (const name of names) delete Object.prototype[name];
    window.got = [first, calls, consent.has("analytics"), seen];
  `,
    STRICT,
  );
  await visit.page.goto(visit.url("/app.html"));
  await visit.page.waitForFunction(() => window.got);
  const [first, calls, isGranted, seen] = await visit.page.evaluate(() => window.got);
  assert.deepEqual([first, calls > 1, isGranted, seen], ["memory", true, true, []]);
});
