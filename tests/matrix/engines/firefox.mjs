// Firefox ESR through WebDriver BiDi, spoken directly: one WebSocket that carries JSON commands with
// a number and answers with the same number. The interface is that of chromium.mjs.

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
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
  process.once("exit", () => child.kill());
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const close = async () => {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const connection = await connect(await address(child));
    const { capabilities } = await connection.call("session.new", { capabilities: {} });
    const { contexts } = await connection.call("browsingContext.getTree", {});
    let first = contexts[0]?.context;
    return {
      name: "firefox",
      version: `Firefox ${capabilities.browserVersion}`,
      lanes: 1,
      async lane() {
        const context = first ?? (await connection.call("browsingContext.create", { type: "tab" })).context;
        first = undefined;
        return new Lane(connection, context);
      },
      async close() {
        connection.socket.terminate();
        await close();
      },
    };
  } catch (error) {
    await close();
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
  const lose = () => {
    for (const call of waiting.values()) call.reject(new Error(`Firefox is gone during ${call.method}`));
    waiting.clear();
  };
  socket.on("close", lose).on("error", lose);
  return {
    socket,
    call: (method, params) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { method, resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
  };
}

class Lane {
  constructor(connection, context) {
    this.connection = connection;
    this.context = context;
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

  async click(x, y) {
    await this.connection.call("input.performActions", {
      context: this.context,
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
