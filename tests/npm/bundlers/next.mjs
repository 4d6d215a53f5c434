// Next with the app router: server components that use the adapter for React as it is, a component that runs on both sides,
// and a route that answers with what `consentinel/server` says. Its program is started as its user starts it; nothing is fetched.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryFile } from "../../browser/site.mjs";
import { ofServer } from "./page.mjs";

export const name = "Next";

/** What its page asks the vendor for beside the application, once that is granted. */
export const asks = ["GET /widget.js", "GET /frame.html"];

const PROGRAM = fileURLToPath(repositoryFile("node_modules/next/dist/bin/next"));

/**
 * What Next says of the machine: of any folder in which it is built for the first time, where it takes that for one of CI;
 * and of one that is busy.
 */
const OF_THE_MACHINE = /No build cache found|Slow filesystem detected/;

function start(folder, words, told) {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ended = new Promise((resolve) => child.on("close", (code) => resolve({ code, printed })));
  const ready = new Promise((resolve, reject) => {
    const hear = (text) => {
      printed += text;
      told.push(...`${text}`.split("\n").filter((line) => /warn|error|⚠|⨯/i.test(line) && !OF_THE_MACHINE.test(line)));
      const [address] = /http:\/\/localhost:\d+/.exec(printed) ?? [];
      if (address && printed.includes("Ready")) resolve(address);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    ended.then(() => reject(new Error(`next ${words[0]} ended: ${printed}`)));
  });
  ready.catch(() => {});
  return { ended, ready, kill: () => (child.kill(), ended) };
}

function lay(folder, base) {
  cpSync(join(folder, "next"), join(folder, "app"), { recursive: true });
  const basePath = base.replace(/\/$/, "");
  writeFileSync(join(folder, "next.config.mjs"), `export default ${JSON.stringify({ basePath })};\n`);
  return basePath;
}

async function serving(folder, words, basePath, told) {
  const server = start(folder, [...words, "--port", "0"], told);
  return { url: (await server.ready) + basePath, close: server.kill };
}

async function develop({ folder, base, told }) {
  return serving(folder, ["dev"], lay(folder, base), told);
}

async function produce({ folder, base, told }) {
  const basePath = lay(folder, base);
  const { code, printed } = await start(folder, ["build"], told).ended;
  if (code !== 0) throw new Error(printed);
  return serving(folder, ["start"], basePath, told);
}

/** The server's own header names the vendor's host once that is granted, and its page shows what waits for the vendor then. */
async function also(visit, url) {
  const headers = await (await visit.context.request.get(`${url}/headers`)).text();
  const isThere = await ofServer(visit, url);
  assert.equal(headers.includes("127.0.0.1"), isThere);
  return isThere;
}

export const cases = [
  { name: "development", also, make: develop },
  { name: "production under a base path", base: "/some/where/", also, make: produce },
];
