// `npx consentinel convert` out of the installed package: configurations of other consent tools, in JSON and in JavaScript,
// become drafts, each case of tests/vectors/convert.json; JSON as by the native program, byte for byte.
//
// Left out: what a draft of JSON has (cli/tests/program/convert.rs), and the other commands (npx.test.mjs).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryFile } from "../browser/site.mjs";
import { projectOf } from "./project.mjs";

const { project } = projectOf();
const { cases } = JSON.parse(readFileSync(repositoryFile("tests/vectors/convert.json"), "utf8"));

const ended = ({ status, stdout, stderr }) => ({ status, out: stdout, words: stderr });
const options = () => ({ cwd: project, encoding: "utf8" });
const main = (words) =>
  ended(spawnSync(process.execPath, ["node_modules/consentinel/npx/main.js", ...words], options()));
const native = (words) => ended(spawnSync(process.env.CONSENTINEL_CLI, words, options()));

const short = ({ categories, services, items }) => ({
  categories: categories.map(({ id, necessary = null, title }) => [id, necessary, title]),
  services: services.map(({ id, category, name, hosts }) => [id, category, name, hosts]),
  items: items.map(({ name, category, service = null }) => [name, category, service]),
});

for (const { name, tool, config, script, file = "config.json", policy, moving, privacyPolicy, words, error } of cases) {
  test(name, () => {
    writeFileSync(join(project, file), script?.join("\n") ?? JSON.stringify(config));
    const made = main(["convert", tool, file]);
    if (config) assert.deepEqual(made, native(["convert", tool, file]));
    if (error) {
      assert.deepEqual([made.status, made.out], [1, ""]);
      assert.ok(made.words.startsWith(`\`${file}\`: ${error}`), made.words);
      assert.equal(made.words.split("\n").length, 2, made.words);
      return;
    }
    assert.equal(made.status, 0, made.words);
    const draft = JSON.parse(made.out);
    assert.deepEqual(short(draft), policy);
    assert.equal(draft.controller.privacyPolicy, privacyPolicy ?? (config && draft.controller.privacyPolicy));
    for (const line of words)
      assert.ok(
        made.words.split("\n").some((one) => one.startsWith(line)),
        `${line} in ${made.words}`,
      );
    assert.equal(main(["convert", tool, file, "--moving", "-o", "moving.json"]).status, 0);
    assert.deepEqual(JSON.parse(readFileSync(join(project, "moving.json"), "utf8")), moving);

    // `check` refuses what is to be written, and nothing else.
    writeFileSync(join(project, "draft.json"), made.out);
    const written = made.out.replace(/("duration": )"TO BE WRITTEN"/g, '$1"session"');
    const filled = written.replace(/("party": )"TO BE WRITTEN"/g, '$1"first"').replaceAll("TO BE WRITTEN", "Written");
    writeFileSync(join(project, "filled.json"), filled);
    const { out } = main(["check", "draft.json", "filled.json", "--json"]);
    const [asWritten, whenFilled] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).problems);
    const errors = (problems) => problems.filter(({ severity }) => severity === "error");
    assert.ok(errors(asWritten).length > 0);
    assert.deepEqual(
      errors(asWritten).filter(({ found }) => found !== "TO BE WRITTEN"),
      [],
    );
    assert.deepEqual(errors(whenFilled), []);
  });
}

test("a file without JSON or objects that is too deep, too long or no text gets one clear line", () => {
  for (const [text, want] of [
    [`run(${"[".repeat(50_000)}`, /: (?:this is nested too deeply|line 1: this is neither JSON nor JavaScript)/],
    [
      `const a = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];${[..."abcdef"].map((one, at) => `const ${"bcdefg"[at]} = [${`${one},`.repeat(10)}];`).join("")}x({ services: g })`,
      /: this has more than 100000 values/,
    ],
    // Each name stands for twice the text of the one before, and each list for ten times that.
    [
      `const a0 = "${"x".repeat(100)}";${Array.from({ length: 60 }, (_, at) => `const a${at + 1} = a${at} + a${at};`).join("")}x({ services: a60 })`,
      /: this has texts of more than 16000000 characters/,
    ],
    [
      `const text = "${"x".repeat(1000)}"; x({ services: [${"text + text,".repeat(20_000)}] })`,
      /: this has texts of more than 16000000 characters/,
    ],
    [
      `const one = { ${"y".repeat(1000)}: 1 }; x({ services: [${"one,".repeat(20_000)}] })`,
      /: this has texts of more than 16000000 characters/,
    ],
    // Objects in objects are read once for each around them.
    [
      `const list = [${"1,".repeat(90_000)}]; x({ a: list }, { b: list }, ${"{ c: list }, ".repeat(12)} 1)`,
      /: this has more than 1000000 values in all of its objects/,
    ],
    [`x({ services: ${'"a" + '.repeat(40_000)} "a" })`, /: this is nested too deeply/],
    [Buffer.from([0xff, 0xfe, 0x00]), /: line 1: this is neither JSON nor JavaScript/],
    ["", /: found no object in this JavaScript/],
  ]) {
    writeFileSync(join(project, "bad.js"), text);
    const { status, out, words } = main(["convert", "klaro", "bad.js"]);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(words, want);
    assert.equal(words.split("\n").length, 2, words);
  }
});

test("nothing of a file is run, and wrong usage says what there is", () => {
  writeFileSync(
    join(project, "evil.js"),
    'require("node:fs").writeFileSync("ran", ""); var klaroConfig = { services: [], get x() { throw 1 } };',
  );
  assert.equal(main(["convert", "klaro", "evil.js"]).status, 0);
  assert.equal(existsSync(join(project, "ran")), false);
  for (const [words, want] of [
    [["klaro"], /takes a tool and a file/],
    [
      ["cookiebot", "evil.js"],
      /no tool `cookiebot`; there are vanilla-cookieconsent, klaro, tarteaucitron, orejime, osano, c15t/,
    ],
    [["klaro", "evil.js", "-o", "evil.js"], /names the file that is read/],
  ]) {
    const { status, words: told } = main(["convert", ...words]);
    assert.match(told, want);
    assert.equal(status, 2);
  }
  assert.equal(main(["convert", "klaro", "none.js"]).status, 3);
});
