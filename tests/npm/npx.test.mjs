// `npx consentinel` out of the installed package: its words and exit codes are those of the native program, and what it
// makes does what it is for, a tag in Chromium and types in TypeScript.
//
// Left out: what is wrong with a policy (tests/vectors/policy.json), and files of HTML, which the native program reads.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { item, policyOf, repositoryFile, site } from "../browser/site.mjs";
import { projectOf } from "./project.mjs";

const { project } = projectOf();
const visitTest = site();
const PROGRAM = process.env.CONSENTINEL_CLI;
const POLICY = policyOf([item("need", "necessary"), item("opt")], {
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
});
const FRENCH = {
  ...POLICY,
  categories: POLICY.categories.map((one) => ({ ...one, title: { ...one.title, fr: `${one.id} titré` } })),
};
const vectors = (name) => JSON.parse(readFileSync(repositoryFile(`tests/vectors/${name}.json`), "utf8"));

const ended = (made) => ({ status: made.status, out: made.stdout, words: made.stderr });
const options = (input) => ({ cwd: project, encoding: "utf8", input, maxBuffer: 1 << 26 });
const npx = (words, input) => ended(spawnSync("npx", ["--offline", "consentinel", ...words], options(input)));
// What npx runs, without npm's start, which takes half a second.
const main = (words, input) =>
  ended(spawnSync(process.execPath, ["node_modules/consentinel/npx/main.js", ...words], options(input)));
const native = (words, input) => ended(spawnSync(PROGRAM, words, options(input)));

// A value changed as a case of the vectors says, by pointers.
function changed(base, { set = {}, remove = [] }) {
  const made = structuredClone(base);
  const at = (pointer) => {
    const names = pointer.slice(1).split("/");
    const last = names.pop();
    return [names.reduce((value, name) => value[name], made), last];
  };
  for (const [pointer, value] of Object.entries(set)) {
    const [around, name] = at(pointer);
    if (Array.isArray(around) && name === "-") around.push(value);
    else around[name] = value;
  }
  for (const pointer of remove) {
    const [around, name] = at(pointer);
    if (Array.isArray(around)) around.splice(name, 1);
    else delete around[name];
  }
  return made;
}

before(() => {
  writeFileSync(join(project, "policy.json"), JSON.stringify(FRENCH, null, 2));
  writeFileSync(join(project, "wrong.json"), JSON.stringify({ ...POLICY, lifetimeDays: 0 }, null, 2));
});

test("`check` prints what the native program prints, for every case of a policy", async () => {
  mkdirSync(join(project, "cases"));
  const { base, cases } = vectors("policy");
  const texts = [
    ...cases.map((one) => JSON.stringify(changed(base, one), null, 1)),
    ...["pasted", "csp"].map((name) => JSON.stringify(vectors(name).policy)),
    ...readdirSync(repositoryFile("www/policies")).map((name) => readFileSync(repositoryFile(`www/policies/${name}`))),
    // No JSON, an end too early, nothing, a mark at the beginning, no UTF-8, too long.
    '{ "version": 1,\n  nothing }',
    "[1, 2",
    "",
    `\ufeff${JSON.stringify(POLICY)}`,
    Buffer.from([0x7b, 0xff, 0x7d]),
    JSON.stringify({ ...POLICY, id: "x".repeat(3_000_000) }),
  ];
  const files = texts.map((text, at) => {
    const file = `cases/${at}.json`;
    writeFileSync(join(project, file), text);
    return file;
  });
  // Objects have the same content: some are enough.
  for (const [more, of] of [
    [[], files],
    [["--json"], files.slice(0, 20)],
  ]) {
    const each = await Promise.all(
      of.map(
        (file) =>
          new Promise((resolve, reject) => {
            const made = spawn(PROGRAM, ["check", file, ...more], { cwd: project });
            let out = "";
            made.stdout.on("data", (text) => (out += text));
            made.on("error", reject).on("close", (status) => resolve({ status, out }));
          }),
      ),
    );
    const all = main(["check", ...of, ...more]);
    assert.equal(all.out, each.map(({ out }) => out).join(""));
    assert.deepEqual([all.status, all.words], [1, ""]);
    assert.ok(each.some(({ status }) => status === 0) && each.every(({ status }) => status < 2));
  }
});

test("a byte order mark before JSON changes nothing that is said, by either program", () => {
  const documents = {
    "bom.json": FRENCH,
    "use.json": { ...POLICY, services: [{ use: "hotjar" }] },
    "signals.json": { "google-consent-mode": { adstorage: "analytics" } },
    "klaro.json": { services: [{ name: "matomo", purposes: ["analytics"] }] },
  };
  const put = (mark) => {
    for (const [name, document] of Object.entries(documents))
      writeFileSync(join(project, name), mark + JSON.stringify(document, null, 2));
  };
  const lines = [
    ["check", "bom.json"],
    ["check", "use.json", "--signals", "signals.json"],
    ["bundle", "use.json", "--json", "-o", "-"],
    ["notice", "bom.json", "--language", "en"],
    ["csp", "bom.json", "--grant", "analytics"],
    ["convert", "klaro", "klaro.json"],
  ];
  // The native program writes to standard output unless it is told otherwise, and so it does of bundles.
  const ofNative = (words) => (words[0] === "bundle" ? words.slice(0, 2) : words);
  const said = () => [
    ...lines.map((words) => main(words)),
    ...lines.map((words) => native(ofNative(words))),
    main(["types", "bom.json"]),
  ];
  put("");
  const want = said();
  assert.deepEqual(
    want.map(({ status }) => status),
    [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
  );
  put("\ufeff");
  assert.deepEqual(said(), want);
});

test("`notice` and `csp` say what the native program says", () => {
  const cookie = `1~2~${Date.now() + 1e9}`;
  for (const words of [
    ["notice", "policy.json", "--language", "fr"],
    ["notice", "policy.json", "--language", "xx", "--hash"],
    ["notice", "wrong.json", "--language", "en-GB"],
    ["csp", "policy.json"],
    ["csp", "policy.json", "--grant", "analytics,counter"],
    ["csp", "policy.json", "--grant", "analytcs"],
    ["csp", "policy.json", "--cookie", cookie],
    ["csp", "policy.json", "--meta", "--origin", "https://www.example.com/a", "--files", "https://cdn.example/x/y.js"],
    ["csp", "-", "--grant", "none"],
    ["check", "-"],
    ["check", "policy.json"],
    ["check", "wrong.json"],
  ])
    assert.deepEqual(main(words, "[]"), native(words, "[]"), words.join(" "));
});

test("each command is there by npx, with an example in its help, and the exit codes of the native program", () => {
  const { status, out } = npx(["--help"]);
  assert.equal(status, 0);
  for (const name of ["check", "bundle", "types", "notice", "csp", "convert"]) {
    assert.match(out, new RegExp(`^  ${name} `, "m"));
    const help = main([name, "--help"]);
    assert.match(help.out, new RegExp(`Examples:\n  npx consentinel ${name} (?:policy|klaro)`));
    assert.equal(help.status, 0);
  }
  assert.deepEqual(
    npx(["notice", "policy.json", "--lang", "fr", "--hash"]),
    native(["notice", "policy.json", "--language", "fr", "--hash"]),
  );
  for (const [words, want] of [
    [[], /a command is missing/],
    [["chekc", "policy.json"], /no command `chekc`/],
    [["check"], /needs a policy/],
    [["check", "--jsno", "policy.json"], /Unknown option '--jsno'/],
    [["csp", "policy.json", "wrong.json"], /takes one policy/],
    [["csp", "policy.json", "--meta", "--grant", "analytics"], /cannot be used together/],
    [["csp", "policy.json", "--origin", "example.com"], /--origin: found `example.com`; give the origin/],
    [["notice", "policy.json"], /`--lang` is missing/],
    [["bundle", "policy.json", "--lang", "en"], /`--output` is missing/],
    [["bundle", "policy.json", "--lang", "en,xx", "-o", "x.js"], /no texts in `xx`; there are ar, /],
    [["bundle", "policy.json", "--lang", "en", "-o", "./policy.json"], /`--output` names the file that is read/],
    [["types", "policy.json", "-o", "policy.json"], /`--output` names the file that is read/],
  ]) {
    const { status, out, words: told } = main(words);
    assert.match(told, want);
    assert.match(told, /^consentinel: [^\n]*; `npx consentinel --help` shows the usage\n$/);
    assert.deepEqual([status, out], [2, ""]);
  }
  for (const path of ["none.json", "cases"]) {
    const told = main(["check", path]);
    const said = native(["check", path]);
    // The word of the system is Node's, all else the same.
    const bare = ({ words }) => words.replace(/: [^:;]*;/, ":");
    assert.deepEqual([told.status, bare(told)], [said.status, bare(said)]);
  }
  assert.match(
    main(["types", "policy.json", "-o", "none/x.d.ts"]).words,
    /^consentinel: cannot write `none\/x.d.ts`: /,
  );
});

test("a policy with an error makes no tag and no types, and says why", () => {
  for (const words of [
    ["bundle", "wrong.json", "--lang", "en", "-o", "wrong.out"],
    ["types", "wrong.json", "-o", "wrong.out"],
  ]) {
    const { status, out, words: told } = main(words);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(told, /^error: field-value at lifetimeDays/);
  }
  assert.ok(!readdirSync(project).includes("wrong.out"));
});

test("types of a policy in a JSON file: a misspelt name does not compile", () => {
  assert.equal(main(["types", "policy.json", "-o", "policy.d.json.ts"]).status, 0);
  const use = (name) => `
    import { createConsent } from "consentinel";
    import policy from "./policy.json" with { type: "json" };
    const consent = createConsent(policy);
    export const isGranted = [consent.has("counter"), consent.has(${JSON.stringify(name)})];
    export const standing = consent.state.categories.analytics;
  `;
  writeFileSync(join(project, "right.ts"), use("analytics"));
  writeFileSync(join(project, "wrong.ts"), use("analytcs"));
  const tsc = fileURLToPath(repositoryFile("node_modules/.bin/tsc"));
  const flags = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--allowArbitraryExtensions",
    "--resolveJsonModule",
    "--types",
    "",
  ];
  for (const how of ["bundler", "nodenext"]) {
    const module = how === "bundler" ? "preserve" : how;
    const compiled = (file) =>
      ended(spawnSync(tsc, [...flags, "--module", module, "--moduleResolution", how, file], options()));
    assert.deepEqual(compiled("right.ts"), { status: 0, out: "", words: "" });
    assert.match(compiled("wrong.ts").out, /^wrong\.ts\(5,\d+\): error TS2345: [^\n]*"analytcs"[^\n]*\n[^\n]*\n?$/);
  }
});

test("a policy with entries of the catalogue is written out as by the native program, for every command", () => {
  const used = JSON.stringify(
    { ...FRENCH, services: [{ use: "hotjar", category: "analytics" }, { use: "crips" }] },
    null,
    1,
  );
  writeFileSync(join(project, "unknown.json"), used);
  writeFileSync(
    join(project, "used.json"),
    used.replace("crips", "crisp").replace('"crisp"', '"crisp", "category": "analytics"'),
  );
  for (const file of ["used.json", "unknown.json"]) {
    assert.deepEqual(main(["check", file]), native(["check", file]), file);
    assert.deepEqual(main(["csp", file]), native(["csp", file]), file);
    assert.deepEqual(main(["notice", file, "--lang", "fr"]), native(["notice", file, "--language", "fr"]), file);
    assert.deepEqual(main(["bundle", file, "--json", "-o", "-"]), native(["bundle", file]), file);
    assert.deepEqual(main(["bundle", file, "--html", "-o", "-"]), native(["bundle", file, "--html"]), file);
  }
  const json = main(["bundle", "used.json", "--json", "-o", "-"]);
  assert.equal(json.status, 0, json.words);
  assert.equal(main(["bundle", "used.json", "--lang", "fr", "-o", "consent.js"]).status, 0);
  const inside = JSON.stringify(json.out.trim()).replaceAll("<", "\\u003c");
  assert.ok(readFileSync(join(project, "consent.js"), "utf8").includes(inside), "the tag has the same policy inside");
  const types = main(["types", "used.json"]);
  assert.equal(types.status, 1);
  assert.match(types.words, /a page reads no `use`: give it what `consentinel bundle` writes/);
  assert.equal(main(["bundle", "used.json", "--json", "--lang", "fr", "-o", "-"]).status, 2);
});

visitTest(
  "a bundled tag asks in its languages, gates, grants and opens its settings, and fetches nothing",
  async (visit) => {
    const { status, out, words } = main(["bundle", "policy.json", "--lang", "fr,en", "-o", "consent.js"]);
    assert.deepEqual([status, words.split("\n").filter((line) => line.startsWith("error"))], [0, []]);
    const tag = readFileSync(join(project, "consent.js"));
    const integrity = `sha256-${createHash("sha256").update(tag).digest("base64")}`;
    assert.match(out, /^consent\.js: \d+ bytes\n/);
    const [element] = out.match(/<script .*<\/script>/);
    assert.ok(element.includes(`integrity="${integrity}"`), out);

    const text = tag.toString();
    visit.serve("/consent.js", text);
    const own = element.replace('src="', 'data-owner="takeOwner" src="/');
    const page = (lang) => ({
      lang,
      policy: null,
      tag: own,
      head: "<script>document.cookie='opt=1';document.cookie='need=1'</script>",
    });
    await visit.open(page("fr"));
    assert.deepEqual(await visit.jar(), ["need"]);
    const { build } = await visit.page.evaluate(() => ({ build: window.consentinel.build }));
    assert.equal(
      createHash("sha256")
        .update(text.replace(build, "0".repeat(64)))
        .digest("hex"),
      build,
    );
    assert.match(await visit.page.locator("[part=banner]").innerText(), /analytics titré/);
    await visit.open(page("en"), { path: "/english.html" });
    assert.match(await visit.page.locator("[part=banner]").innerText(), /Title of analytics/);
    await visit.control("accept-all").click();
    assert.deepEqual(await visit.jar(), ["need", "opt"]);
    assert.equal(await visit.page.evaluate(() => window.owner.has("counter")), true);
    await visit.control("open").click();
    await visit.control("withdraw").click();
    assert.deepEqual(await visit.jar(), ["need"]);
    const asked = visit.server.requests.slice(visit.start).map(({ url }) => url);
    assert.deepEqual(
      asked.filter((url) => !/\.html$|\/consent\.js$/.test(url)),
      [],
    );
  },
);
