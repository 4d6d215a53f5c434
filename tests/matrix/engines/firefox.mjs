// Firefox ESR through WebDriver BiDi, spoken directly: one WebSocket that carries JSON commands with
// a number and answers with the same number. The interface is that of chromium.mjs.

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { bounded } from "./bounded.mjs";
import { pressing } from "./keys.mjs";

// What a fresh profile would do on its own, and what keeps a test from being watched: no first-run
// pages, no reports home; popups as a page with a visitor would have them, media without a gesture.
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.safebrowsing.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.disable_open_during_load": false,
  "dom.disable_beforeunload": true,
  "extensions.update.enabled": false,
  "media.autoplay.default": 0,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.http.max-persistent-connections-per-server": 20,
  "network.websocket.delay-failed-reconnects": false,
  "services.settings.server": "",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

export async function launch({ program = process.env.CONSENTINEL_FIREFOX || "firefox-esr" } = {}) {
  let running = await start(program);
  const again = async () => {
    await running.end();
    running = await start(program);
    return running;
  };
  return {
    name: "firefox",
    version: running.version,
    lanes: 1,
    lane: async () => new Lane(running, again),
    close: () => running.end(),
  };
}

/** One browser with a profile of its own, and the tab it begins with. */
async function start(program) {
  const profile = await mkdtemp(join(tmpdir(), "consentinel-firefox-"));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, "user.js"), lines.join("\n"));
  const child = spawn(
    program,
    ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile, "about:blank"],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  // One that hangs does not hear a wish to end.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let connection;
  const end = async () => {
    connection?.socket.terminate();
    kill();
    await ended;
    process.off("exit", kill);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    connection = await connect(await bounded(address(child), "the question where Firefox listens"));
    const { capabilities } = await connection.call("session.new", { capabilities: {} });
    const { contexts } = await connection.call("browsingContext.getTree", {});
    return { version: `Firefox ${capabilities.browserVersion}`, connection, context: contexts[0].context, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Where the browser listens, as it says on its error stream. */
function address(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Firefox ended with ${code} before it listened:\n${said}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said = (said + text).slice(-10_000);
      const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said);
      if (found) resolve(`${found[1]}/session`);
    });
  });
}

async function connect(url) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map();
  let last = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    const call = waiting.get(message.id);
    if (!call) return;
    waiting.delete(message.id);
    if (message.type === "success") call.resolve(message.result);
    else call.reject(new Error(`Firefox: ${call.method}: ${message.error}: ${message.message}`));
  });
  const gone = (method) => Object.assign(new Error(`Firefox is gone during ${method}`), { isLost: true });
  const lose = () => {
    for (const call of waiting.values()) call.reject(gone(call.method));
    waiting.clear();
  };
  socket.on("close", lose).on("error", lose);
  return {
    socket,
    call(method, params) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.reject(gone(method));
      const answer = new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { method, resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      });
      return bounded(answer, `${method} ${JSON.stringify(params).slice(0, 120)}`);
    },
  };
}

class Lane {
  constructor({ connection, context }, again) {
    Object.assign(this, { connection, context, again });
  }

  /** A new browser after the old one was lost. */
  async renew() {
    const { connection, context } = await this.again();
    Object.assign(this, { connection, context });
  }

  async open(url) {
    await this.connection.call("browsingContext.navigate", { context: this.context, url, wait: "interactive" });
  }

  async evaluate(source) {
    const answer = await this.connection.call("script.evaluate", {
      // As text, so that no other notation for values has to be read.
      expression: `(async () => JSON.stringify(await (${source})))()`,
      target: { context: this.context },
      awaitPromise: true,
    });
    if (answer.type !== "success") throw new Error(`in the page: ${answer.exceptionDetails.text}`);
    return answer.result.type === "string" ? JSON.parse(answer.result.value) : undefined;
  }

  async show() {
    await this.connection.call("browsingContext.activate", { context: this.context });
  }

  async click(x, y, isInFrame) {
    let { context } = this;
    // What is pressed in a page reaches no frame that has a process of its own.
    if (isInFrame) {
      const { contexts } = await this.connection.call("browsingContext.getTree", { root: context });
      context = contexts[0].children[0].context;
    }
    await this.connection.call("input.performActions", {
      context,
      actions: [
        {
          type: "pointer",
          id: "mouse",
          actions: [
            { type: "pointerMove", x, y },
            { type: "pointerDown", button: 0 },
            { type: "pointerUp", button: 0 },
          ],
        },
      ],
    });
  }

  /** A picture of a window of this size, as a PNG. */
  async picture(size) {
    const { context } = this;
    await this.connection.call("browsingContext.setViewport", { context, viewport: size });
    const { data } = await this.connection.call("browsingContext.captureScreenshot", { context });
    return Buffer.from(data, "base64");
  }

  async press(key) {
    await this.connection.call("input.performActions", {
      context: this.context,
      actions: pressing(key),
    });
  }
}
