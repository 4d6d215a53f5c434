// Runs the tests of the officer's module (audit/tests/room.rs, wasm-bindgen-test) in a page of a real browser, as
// wasm-bindgen's own runner does, which would want a driver of the browser besides. What they compile to is made by
// `cargo xtask audit --tests`, a step of `cargo xtask test`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { site } from "../browser/site.mjs";

const folder = new URL(`${process.env.CARGO_TARGET_DIR ?? "../../target"}/audit/tests/`, import.meta.url);
const made = (file) => readFileSync(new URL(file, folder));

site()("the tests of the officer's module pass in a browser", async (visit) => {
  visit.serve("/tests.html", '<!doctype html><link rel="icon" href="data:,"><pre id="output"></pre>');
  visit.serve("/room.js", (_, response) =>
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(made("room.js")),
  );
  visit.serve("/room_bg.wasm", (_, response) =>
    response.writeHead(200, { "Content-Type": "application/wasm" }).end(made("room_bg.wasm")),
  );
  await visit.page.goto(visit.url("/tests.html"));
  const [passed, count, said] = await visit.page.evaluate(async () => {
    const { default: start, WasmBindgenTestContext } = await import("/room.js");
    const module = await start({ module_or_path: "/room_bg.wasm" });
    const tests = Object.keys(module).filter((name) => name.startsWith("__wbgt_"));
    // Where the runner of wasm-bindgen catches what a test throws.
    globalThis.__wbg_test_invoke = (test) => test();
    const context = new WasmBindgenTestContext(false);
    const passed = await context.run(tests.map((name) => module[name]));
    return [passed, tests.length, document.querySelector("#output").textContent];
  });
  assert.ok(passed, said);
  assert.ok(count >= 6, said);
  assert.match(said, new RegExp(`${count} passed`));
});
