#!/usr/bin/env node
// `npx consentinel`: what a build wants of a policy, without Rust: the commands `check`, `notice`, `csp` and `convert` of the
// native program, the last of JavaScript as well, and types and a tag made of it. Here are arguments, files and exit codes; everything that is said of a policy
// the module says (npx/src).
//
// Left out: records (the native program), and `check --html`, which needs a reader of HTML.

import { createReadStream, existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { getSystemErrorMap, parseArgs } from "node:util";
import { whereOf } from "../js/where.js";
import { objectsIn, Unreadable } from "./literals.js";
import {
  Beside,
  bundle,
  check,
  convert,
  convertOne,
  csp,
  initSync,
  isSource,
  languages,
  mostBytes,
  notice,
  publication,
  tools,
  typesOf,
  unread,
  unwritten,
} from "#npx";

const DOES_NOT_HOLD = 1;
const USAGE = 2;
const INPUT_OUTPUT = 3;

const EXIT_CODES = `Exit codes:
  0  sound, written (there may be warnings)
  1  the policy has errors, or there is no answer for it
  2  wrong usage
  3  a file could not be read or written: there is no verdict
`;

// Of each command: what it is for, how it is called, its options, an example, and what it does.
const COMMANDS = {
  check: {
    about: "Print every problem of policies, each with its place, what was found there and what to do",
    usage: "check POLICY…",
    options: {
      json: { type: "boolean", about: "Print one JSON object for each instead of words" },
      signals: { type: "string", value: "FILE", about: "What the page has in consentinel-signals" },
      gpp: { type: "string", value: "FILE", about: "What it has in consentinel-gpp" },
    },
    examples: ["check policy.json", "check policies/*.json", "check policy.json --signals signals.json"],
    run: async (policies, { json, signals, gpp }) => {
      const beside = async (path) => (path === undefined ? undefined : new Beside(path, await read(path)));
      const said = [];
      for (const path of policies)
        said.push(check(path, await read(path), json, await beside(signals), await beside(gpp)));
      tell(said);
    },
  },
  bundle: {
    about: "Write one tag with a policy and its languages inside, or the policy alone as it is published",
    usage: "bundle POLICY (--lang LANGUAGES | --json | --html) -o FILE",
    options: {
      lang: {
        type: "string",
        value: "LANGUAGES",
        about: "Languages with commas between; the first for who wants none",
      },
      json: { type: "boolean", about: "Write the policy alone: JSON, with all that it takes from the catalogue" },
      html: { type: "boolean", about: "The same as the element that a page carries before the tag" },
      output: { type: "string", short: "o", value: "FILE", about: "Where to write it; - is standard output" },
    },
    examples: ["bundle policy.json --lang en,fr -o consent.js", "bundle policy.json --json -o published.json"],
    run: async ([path], { lang, json, html, output }) => {
      if ([lang, json, html].filter((value) => value !== undefined).length > 1)
        throw new Usage("--lang, --json and --html cannot be used together");
      if (json || html) {
        const file = apart(needed("--output", output), path);
        return write(publication(path, await read(path), !!html), file);
      }
      const chosen = needed("--lang", lang).split(",");
      const file = apart(needed("--output", output), path);
      const unknown = chosen.filter((language) => !languages().includes(language));
      if (unknown.length) throw new Usage(`no texts in \`${unknown}\`; there are ${languages().join(", ")}`);
      const template = readFileSync(new URL("tag.js", import.meta.url), "utf8");
      const said = bundle(path, await read(path), [...new Set(chosen)], template);
      const { out, integrity } = said;
      write(said, file);
      if (!said.isSound) return;
      const name = output === "-" ? "consent.js" : output.split(/[/\\]/).pop();
      const element = `<script src="${name}" integrity="${integrity}" crossorigin="anonymous"></script>\n`;
      if (output === "-") process.stderr.write(element);
      else process.stdout.write(`${output}: ${Buffer.byteLength(out)} bytes\n${element}`);
    },
  },
  types: {
    about: "Print the types of a policy in a JSON file, so that a misspelt name does not compile",
    usage: "types POLICY [-o FILE]",
    options: { output: { type: "string", short: "o", value: "FILE", about: "Where to write them instead" } },
    examples: ["types policy.json -o policy.d.json.ts"],
    run: async ([path], { output = "-" }) => {
      const file = apart(output, path);
      write(typesOf(path, await read(path)), file);
    },
  },
  notice: {
    about: "Print what a visitor of a language is shown, byte for byte as it was hashed; its hash on standard error",
    usage: "notice POLICY --lang LANGUAGE",
    options: {
      lang: { type: "string", value: "LANGUAGE", about: "The visitor's language, such as en or fr-CA" },
      language: { type: "string", value: "LANGUAGE", about: "The same, as the native program has it" },
      hash: { type: "boolean", about: "Print the hash of the notice instead of the notice" },
    },
    examples: ["notice policy.json --lang fr"],
    run: async ([path], { lang, language = lang, hash }) =>
      tell([notice(await read(path), needed("--lang", language), hash)]),
  },
  convert: {
    about: "Print a draft of a policy, made of the configuration of another consent tool",
    usage: "convert TOOL FILE",
    options: {
      moving: { type: "boolean", about: "Print the document that takes over its decisions instead (docs/moving.md)" },
      output: { type: "string", short: "o", value: "FILE", about: "Where to write it instead" },
    },
    examples: ["convert klaro klaro-config.js -o policy.json", "convert klaro klaro-config.js --moving -o moving.json"],
    run: async ([tool, path], { moving, output = "-" }) => {
      if (!tools().includes(tool)) throw new Usage(`there is no tool \`${tool}\`; there are ${tools().join(", ")}`);
      const file = apart(output, path);
      write(drafted(tool, path, await read(path), !!moving), file);
    },
  },
  csp: {
    about: "Print the Content-Security-Policy for what a visitor decided, or the element for the HTML",
    usage: "csp POLICY",
    options: {
      grant: { type: "string", value: "NAMES", about: "What is granted: categories or services, with commas between" },
      cookie: { type: "string", value: "VALUE", about: "The value of the visitor's cookie" },
      meta: { type: "boolean", about: 'Print the element of "everything granted", to stand before the tag' },
      origin: { type: "string", value: "URL", about: "The origin of the page" },
      files: {
        type: "string",
        value: "URL",
        about: "The folder of the tag's own files, where that is another origin's",
      },
    },
    examples: ["csp policy.json --grant analytics", "csp policy.json --meta --origin https://www.example.com"],
    run: async ([path], { grant, cookie, meta, ...place }) => {
      if ([grant, cookie, meta].filter((value) => value !== undefined).length > 1)
        throw new Usage("--grant, --cookie and --meta cannot be used together");
      const { origin = "", files = "" } = where(place);
      tell([csp(await read(path), !!meta, grant?.split(",") ?? [], cookie, origin, files)]);
    },
  },
};

class Usage extends Error {}
class Failure extends Error {}

/** Whether bytes are JSON, and not JavaScript. */
function isJson(text) {
  try {
    return !!JSON.parse(text);
  } catch {
    return false;
  }
}

/** The draft of what stands in a file: JSON as it is, and of JavaScript what the module takes for the configuration. */
function drafted(tool, path, bytes, isMoving) {
  // JSON and JavaScript may begin with a mark that says that they are UTF-8.
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const refused = (what) => ({ out: "", words: `\`${path}\`: ${what}\n`, isSound: false });
  if (isJson(text) || /\.json$/i.test(path)) return convert(tool, path, bytes, isMoving);
  if (/\.(?:vue|svelte|astro|x?html?|php)$/i.test(path) || /^\s*<(?:!|[a-z]+[\s>])/i.test(text))
    return refused(
      "this is markup with JavaScript in it; copy what stands between <script> and </script> into a file of its own that ends in .js or .ts, and give that",
    );
  try {
    return convertOne(tool, path, JSON.stringify(objectsIn(text, path, tool)), isMoving);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const advice = "give the configuration as JSON, or the JavaScript in which it stands (docs/moving.md)";
    return refused(`${error.message}; ${advice}`);
  }
}

function needed(name, value) {
  if (value === undefined) throw new Usage(`the option \`${name}\` is missing`);
  return value;
}

function where(place) {
  try {
    return whereOf(place, isSource);
  } catch ({ message }) {
    throw new Usage(message.replace("consentinel: ", "--"));
  }
}

// The system's word for an error, without the call and the path that Node puts around it.
const wordOf = ({ errno, message }) => getSystemErrorMap().get(errno)?.[1] ?? message;

/** All bytes of a file, or so many that the module sees that it is too long: a wrong path must not fill the memory. */
async function read(path) {
  const most = mostBytes();
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of path === "-" ? process.stdin : createReadStream(path)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= most) break;
    }
  } catch (error) {
    throw new Failure(unread(path, error.code, wordOf(error)));
  }
  return Buffer.concat(chunks).subarray(0, most);
}

// What holds of all of them decides about the exit code.
function tell(all) {
  for (const { out, words, isSound } of all) {
    process.stdout.write(out);
    process.stderr.write(words);
    if (!isSound) process.exitCode = DOES_NOT_HOLD;
  }
}

/** The file to write to, which may not be the one that is read. */
function apart(output, path) {
  if (existsSync(output) && existsSync(path) && realpathSync(output) === realpathSync(path))
    throw new Usage(`\`--output\` names the file that is read, \`${path}\`: name another file`);
  return output;
}

/** Writes an answer to a file, whole or not at all; nothing where there is none. What was there gives way. */
function write(said, output) {
  const { out, words, isSound } = said;
  if (output === "-" || !isSound) return tell([said]);
  const unfinished = `${output}.${process.pid}`;
  try {
    writeFileSync(unfinished, out);
    renameSync(unfinished, output);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Failure(unwritten(output, error.code, wordOf(error)));
  }
  process.stderr.write(words);
}

const aligned = (rows) => {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}\n`).join("");
};

function helpOf(name) {
  const { about, usage, options, examples } = COMMANDS[name];
  const rows = Object.entries(options).map(([long, { short, value, about }]) => [
    `${short ? `-${short}, ` : ""}--${long}${value ? ` ${value}` : ""}`,
    about,
  ]);
  const example = examples.map((line) => `  npx consentinel ${line}\n`).join("");
  return `${about}\n\nUsage: npx consentinel ${usage}\n\nOptions:\n${aligned(rows)}\nExamples:\n${example}\n${EXIT_CODES}`;
}

const help = () =>
  `Checks policies, and makes of them what a site and its build want\n\nUsage: npx consentinel COMMAND\n\nCommands:\n${aligned(
    Object.entries(COMMANDS).map(([name, { about }]) => [name, about]),
  )}\nRecords are read by the native program. For each command: npx consentinel COMMAND --help\n\n${EXIT_CODES}`;

async function run([name, ...words]) {
  if (["help", "--help", "-h"].includes(name)) return void process.stdout.write(help());
  if (["--version", "-V"].includes(name)) {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    return void process.stdout.write(`consentinel ${version}\n`);
  }
  if (name === undefined) throw new Usage("a command is missing");
  if (!Object.hasOwn(COMMANDS, name)) throw new Usage(`there is no command \`${name}\``);
  const command = COMMANDS[name];
  let given;
  try {
    given = parseArgs({
      args: words,
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch ({ message }) {
    // Its first sentence; what follows is for other programs.
    throw new Usage(message.split(". ")[0]);
  }
  const { values, positionals } = given;
  if (values.help) return void process.stdout.write(helpOf(name));
  if (name === "convert" && positionals.length !== 2) throw new Usage(`\`${name}\` takes a tool and a file`);
  if (!positionals.length) throw new Usage(`\`${name}\` needs a policy`);
  if (positionals.length > 1 && !["check", "convert"].includes(name)) throw new Usage(`\`${name}\` takes one policy`);
  initSync({ module: readFileSync(new URL("main.wasm", import.meta.url)) });
  await command.run(positionals, values);
}

// A reader that has seen enough (`| head`) takes nothing from the verdict.
process.stdout.on("error", () => {});
try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Usage || error instanceof Failure)) throw error;
  const isUsage = error instanceof Usage;
  process.stderr.write(`consentinel: ${error.message}${isUsage ? "; `npx consentinel --help` shows the usage" : ""}\n`);
  process.exitCode = isUsage ? USAGE : INPUT_OUTPUT;
}
