// A framework's program, started as its user starts it, and what it prints.
import { spawn } from "node:child_process";

/** The colours of a terminal. */
const COLOURS = /\u001b\[[\d;]*m/g;

/** Starts a script of Node in a folder. What looks like a warning goes into `told`, but for what `isOfTheMachine` knows. */
export function start(folder, words, told, { mode, isOfTheMachine, env = {} }) {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: mode, CI: "1", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ended = new Promise((resolve) => child.on("close", (code) => resolve({ code, printed })));
  const ready = new Promise((resolve, reject) => {
    const hear = (text) => {
      printed += text.replace(COLOURS, "");
      const lines = text.replace(COLOURS, "").split("\n");
      told.push(...lines.filter((line) => /\bwarn|error/i.test(line) && !isOfTheMachine?.test(line)));
      const [address] = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(printed) ?? [];
      if (address) resolve(address.replace("127.0.0.1", "localhost"));
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    ended.then(() => reject(new Error(`${words.join(" ")} ended: ${printed}`)));
  });
  ready.catch(() => {});
  return { ended, ready, kill: () => (child.kill(), ended) };
}

/** Waits for a program that must end well. */
export async function finished(folder, words, told, options) {
  const { code, printed } = await start(folder, words, told, options).ended;
  if (code !== 0) throw new Error(printed);
}

/** Waits until a server says where it is. */
export async function serving(folder, words, told, options) {
  const server = start(folder, words, told, options);
  return { url: await server.ready, close: server.kill };
}
