// The source maps of the packed package: each script that has one names it, what stands in a script is found in the source
// and the line that it came from, and Node and a bundler find it there too.
//
// Left out: how maps are corrected (xtask/src/maps.rs).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { repositoryFile } from "../browser/site.mjs";
import { projectOf, run } from "./project.mjs";

const { project, installed } = projectOf();

const COMMENT = /\n\/\/# sourceMappingURL=(.+)\n$/;
const read = (file) => readFileSync(join(installed, file), "utf8");
const scripts = (folder) => readdirSync(join(installed, folder)).filter((name) => /\.c?js$/.test(name));
// Written by hand, or data and addresses alone.
const WITHOUT = ["auto.js", "languages.cjs", "languages.js", "react-client.js", "services.cjs", "services.js"];

/** Where a text stands in another one, as maps have it; nothing where it does not stand there once. */
function place(text, part) {
  const at = text.indexOf(part);
  if (at < 0 || text.indexOf(part, at + 1) >= 0) return undefined;
  const before = text.slice(0, at).split("\n");
  return { line: before.length - 1, column: before.at(-1).length };
}

/** Every text in quotes that stands once in a script and once in its sources, with where the map says that it came from. */
function traced(script, payload) {
  const map = new SourceMap(payload);
  const found = [];
  for (const [quoted, words] of script.matchAll(/"([\w .,:;<>=`'{}()/-]{10,})"/g)) {
    const here = place(script, quoted);
    const sources = payload.sources.filter((_, at) => place(payload.sourcesContent[at], words));
    if (!here || sources.length !== 1) continue;
    // A text that stands in several sources says nothing of any.
    if (payload.sourcesContent.filter((content) => content.includes(words)).length !== 1) continue;
    const there = place(payload.sourcesContent[payload.sources.indexOf(sources[0])], words);
    const { originalSource, originalLine } = map.findEntry(here.line, here.column);
    found.push({ words, said: `${originalSource}:${originalLine}`, want: `${sources[0]}:${there.line}` });
  }
  return found;
}

test("every script of ours names its map, and the tag none", () => {
  const named = scripts("").filter((name) => COMMENT.test(read(name)));
  assert.deepEqual(
    named.sort(),
    scripts("")
      .filter((name) => !WITHOUT.includes(name))
      .sort(),
  );
  for (const name of named) assert.equal(COMMENT.exec(read(name))[1], `maps/${name}.map`);
  assert.deepEqual(
    readdirSync(join(installed, "maps")).sort(),
    named.map((name) => `${name}.map`),
  );
  for (const name of scripts("tag")) assert.doesNotMatch(read(join("tag", name)), /sourceMappingURL/);
});

test("what stands in a script is found in its source and line", () => {
  const counts = {};
  for (const file of readdirSync(join(installed, "maps"))) {
    const payload = JSON.parse(read(join("maps", file)));
    const name = file.replace(".map", "");
    for (const [at, source] of payload.sources.entries()) {
      assert.match(source, /^(www|node_modules|build)\/[\w@./-]+$/, `a source of ${name}`);
      const content = payload.sourcesContent[at];
      if (source.startsWith("www/")) assert.equal(content, readFileSync(repositoryFile(source), "utf8"), source);
      assert.ok(content, source);
    }
    const found = traced(read(name), payload);
    for (const { words, said, want } of found) assert.equal(said, want, `${words} of ${name}`);
    counts[name] = found.length;
  }
  // Each has some, and so many that no map can be right by chance.
  const LEAST = {
    index: 100,
    js: 100,
    wasm: 100,
    part: 10,
    "wasm-part": 10,
    face: 20,
    server: 10,
    signals: 20,
    gpp: 60,
  };
  for (const [name, least] of Object.entries(LEAST))
    assert.ok(counts[`${name}.js`] >= least, `${counts[`${name}.js`]} texts of ${name}.js`);
  for (const name of ["index", "js", "server", "gpp", "react", "testing"])
    assert.equal(counts[`${name}.cjs`], counts[`${name}.js`], name);
});

test("Node tells where in a source an error was thrown, of a module and of one of CommonJS", () => {
  const line = readFileSync(repositoryFile("www/npm/testing.js"), "utf8")
    .split("\n")
    .findIndex((text) => text.includes("throw new TypeError"));
  assert.ok(line > 0);
  const body = `
    try { testConsent({ categories: [] }, { wrong: "granted" }); } catch (error) { console.log(error.stack); }`;
  for (const [type, head] of [
    ["module", 'import { testConsent } from "consentinel/testing";'],
    ["commonjs", 'const { testConsent } = require("./node_modules/consentinel/testing.cjs");'],
  ]) {
    const words = ["--enable-source-maps", `--input-type=${type}`, "--eval", head + body];
    const stack = run(process.execPath, words, project);
    assert.match(stack, new RegExp(`www[/\\\\]npm[/\\\\]testing\\.js:${line + 1}:`), type);
  }
});

test("a bundler hands them on", async () => {
  const contents = 'import { createConsent } from "consentinel"; globalThis.create = createConsent;';
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    minify: true,
    write: false,
    sourcemap: "external",
    outdir: project,
    format: "esm",
    external: ["*/part.js", "*/face.js"],
    logLevel: "silent",
  });
  assert.deepEqual(warnings, []);
  const [map, script] = outputFiles.sort(({ path }) => (path.endsWith(".map") ? -1 : 1));
  const payload = JSON.parse(map.text);
  const here = place(script.text, '"consentinel: destroy-refused');
  const { originalSource, originalLine } = new SourceMap(payload).findEntry(here.line, here.column);
  assert.match(originalSource, /www\/js\/npm\.js$/);
  const content = payload.sourcesContent[payload.sources.indexOf(originalSource)];
  assert.match(content.split("\n")[originalLine], /destroy-refused/);
});
