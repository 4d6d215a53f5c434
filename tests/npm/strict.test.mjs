// All code that ships is strict, as a file and as what a bundler makes of it: a classic script or a CommonJS
// module, where nothing but a directive says so. Sloppy functions are handed to any script by the call sites
// of an error, and by `caller` and `arguments`.
//
// Left out: what a page gets hold of (tests/browser/reach.test.mjs).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { repositoryFile } from "../browser/site.mjs";

const dist = fileURLToPath(repositoryFile("dist/"));
// The program of the package is a module of Node's, which no page reads and no application bundles.
const files = readdirSync(dist, { recursive: true })
  .filter((file) => /\.[cm]?js$/.test(file) && file !== "npm/npx/main.js")
  .sort();
// Texts and the services of the catalogue are data; one only hands on what is in another one.
const HANDS_ON = "npm/react-client.js";
const code = files.filter((file) => !/(^|\/)texts\/|^npm\/services\./.test(file) && file !== HANDS_ON);

test("each file of dist is one strict function, or holds no code", () => {
  assert.ok(code.length > 30 && files.length > code.length, files.join());
  for (const file of files) {
    const text = readFileSync(dist + file, "utf8");
    if (code.includes(file))
      assert.match(
        text,
        /^\ufeff?(?:import\{[^;]*;|const\{[^;]*=require[^;]*;)*(?:export const build="[^"]*";)?(?:const \w+=await \(async\([\w,]*\)=>\{"use strict";[^]*\}\)\([^;]*\);)?(?:(?:exports\.__esModule=true;exports\.default=|module\.exports=|export default|export const ?\{?[\w,]+\}?=)?(?:await)?\(\(\)=>\{"use strict";[^]*\}\)\(\)|(?:window\["consentinel:part"\]|export default )\(\(\w+,\w+\)=>\{"use strict";[^]*\}\));?\s*(?:\/\/# sourceMappingURL=[\w./-]+\s*)?$/,
        file,
      );
    else assert.doesNotMatch(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'), /=>|function|class/, file);
  }
});

/** Enough of a browser for the files to be read; nothing of it is called. */
const world = () => createContext({ TextEncoder, TextDecoder, URL, WebAssembly, atob, console: { error() {} } });

/**
 * Calls what a file exports, as a script, with values that look at the stack whenever they are touched. Answers
 * the functions and receivers that call sites named, and the functions with `caller`, which only sloppy ones have.
 */
function reached(script, call) {
  const context = world();
  const run = (text) => runInContext(text, context);
  run(`
    "no directive here";
    var found = [], looks = 0, page = new Set();
    function look() {
      looks++;
      Error.stackTraceLimit = 100;
      Error.prepareStackTrace = (error, sites) => { for (const site of sites) found.push(site.getFunction(), site.getThis()); return ""; };
      void new Error("look").stack;
      delete Error.prepareStackTrace;
    }
    function spy(word) {
      const traps = {};
      for (const trap of Reflect.ownKeys(Reflect)) {
        if (typeof Reflect[trap] !== "function") continue;
        traps[trap] = (target, key, ...more) => {
          look();
          if (trap === "get" && [Symbol.toPrimitive, "toString", "toJSON"].includes(key)) return () => { look(); return word; };
          return Reflect[trap](target, key, ...more);
        };
      }
      return new Proxy({}, traps);
    }
    var exports = {}, module = { exports }, globalName = this;
  `);
  const pages = new Set(run("[look, spy]"));
  run(script);
  run(call);
  const mark = (value) =>
    typeof value === "function" &&
    !pages.has(value) &&
    !/\[native code\]|look\(\)|"no directive here"|sites/.test(String(value));
  return { looks: run("looks"), functions: [...run("found")].filter(mark).map((value) => String(value).slice(0, 60)) };
}

const CALLS = {
  "npm/index.js": [
    "createConsent",
    "made.createConsent(spy('{}'), spy('none')); made.createConsent(undefined, { get ui() { look(); }, get child() { look(); return false; } }).has({ toString() { look(); return 'x'; } });",
  ],
  "npm/server.js": [
    "consentHeaders",
    "try { made.consentHeaders(spy('{}'))(spy('')); } catch {} try { made.bannerMarkup(spy('{}'))(spy('')); } catch {}",
  ],
  "npm/face.js": [
    "default",
    "try { made.default(spy('x')); } catch {} try { made.default({ get ask() { look(); }, get download() { look(); } }); } catch {}",
  ],
};

for (const [file, [name, call]] of Object.entries(CALLS)) {
  for (const format of ["iife", "cjs"]) {
    for (const minify of [false, true]) {
      test(`${file} bundled as ${format}${minify ? ", minified" : ""} is strict`, async () => {
        const bundled = await build({
          entryPoints: [dist + file],
          bundle: true,
          write: false,
          format,
          minify,
          globalName: "made",
          logLevel: "silent",
          platform: "browser",
        });
        // A face wants a document as soon as it is made; that is no matter here.
        const prelude = "var document = { createElement: () => ({ getContext: () => ({}) }), addEventListener() {} };";
        const script = bundled.outputFiles[0].text + (format === "cjs" ? ";var made = module.exports;" : "");
        const got = reached(
          (file === "npm/face.js" ? prelude : "") + script,
          `if (!made[${JSON.stringify(name)}]) throw new Error("no export"); ${call}`,
        );
        assert.ok(got.looks > 1, "its code met the spies");
        assert.deepEqual(got.functions, []);
      });
    }
  }
}

test("the same calls show a sloppy function", () => {
  const got = reached("var made = { default(tools) { return tools.ask; } };", "made.default(spy('x'));");
  assert.equal(got.functions.length, 1);
});
