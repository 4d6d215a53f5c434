// WebKitGTK through its own WebDriver server, in a display that exists in memory only; plain W3C
// calls over HTTP. The interface is that of chromium.mjs.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pressing } from "./keys.mjs";

/** Above the minute that the driver itself grants a page and a script, so that it is the driver that tells. */
const CALL_MS = 90_000;
/** For so long the server may take to start. */
const READY_MS = 120_000;
/** Between two questions whether it has. */
const PAUSE_MS = 50;
const LIBRARIES = ["/usr/lib", "/usr/libexec"];

/** The small browser that comes with the library, in the newest version there is. */
function miniBrowser() {
  if (process.env.CONSENTINEL_WEBKIT) return process.env.CONSENTINEL_WEBKIT;
  const folders = LIBRARIES.flatMap((top) => {
    if (!existsSync(top)) return [];
    const inner = readdirSync(top)
      .filter((name) => name.endsWith("-linux-gnu"))
      .map((name) => join(top, name));
    return [top, ...inner];
  });
  const found = folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.startsWith("webkit2gtk-") || name.startsWith("webkitgtk-"))
          .map((name) => join(folder, name, "MiniBrowser"))
          .filter((file) => existsSync(file))
      : [],
  );
  const newest = found.sort().at(-1);
  if (!newest)
    throw new Error("MiniBrowser of WebKitGTK is missing: install the package webkit2gtk-driver (Debian's name)");
  return newest;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function launch({ program = process.env.CONSENTINEL_WEBKIT_DRIVER || "WebKitWebDriver" } = {}) {
  const browser = miniBrowser();
  const port = await freePort();
  const child = spawn("xvfb-run", ["-a", "-s", "-screen 0 1280x1024x24", program, `--port=${port}`], {
    // A group of its own: xvfb-run does not pass a signal on to what it started.
    detached: true,
    stdio: "ignore",
    env: { ...process.env, WEBKIT_DISABLE_COMPOSITING_MODE: "1", LANG: "C.UTF-8" },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`WebKitWebDriver ended with ${code}`)));
  });
  failed.catch(() => {});
  const driver = new Driver(`http://127.0.0.1:${port}`);
  const kill = () => {
    try {
      process.kill(-child.pid);
    } catch {
      // Gone already.
    }
  };
  process.once("exit", kill);
  const end = async () => {
    kill();
    await ended;
  };
  try {
    await Promise.race([driver.ready(), failed]);
    const { capabilities } = await driver.begin(browser);
    return {
      name: "webkit",
      version: `WebKitGTK ${capabilities.browserVersion}`,
      lanes: 1,
      lane: async () => new Lane(driver, browser),
      async close() {
        await driver.call("DELETE", "").catch(() => {});
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

class Driver {
  constructor(base) {
    this.base = base;
    this.session = "";
  }

  async send(method, path, body) {
    // A call that the browser never answers must end the load, not the run.
    const signal = AbortSignal.timeout(CALL_MS);
    const answer = await fetch(this.base + path, {
      method,
      signal,
      ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
    }).catch((error) => {
      throw Object.assign(error, { isLost: error.name === "TimeoutError" });
    });
    const { value } = await answer.json();
    if (!answer.ok) {
      const error = new Error(
        `WebKit: ${method} ${path.replace(/^\/session\/[^/]+/, "")}: ${value.error}: ${value.message}`,
      );
      throw Object.assign(error, { isLost: /^(invalid session id|timeout|unknown error)$/.test(value.error) });
    }
    return value;
  }

  call(method, path, body) {
    return this.send(method, `/session/${this.session}${path}`, body);
  }

  /** Asks until the server answers at all, with a pause: without one this program took the core that the server starts on. */
  async ready() {
    for (const end = Date.now() + READY_MS; ; ) {
      try {
        return await this.send("GET", "/status");
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async begin(binary) {
    const value = await this.send("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          browserName: "MiniBrowser",
          pageLoadStrategy: "normal",
          timeouts: { script: 60_000, pageLoad: 60_000 },
          "webkitgtk:browserOptions": { binary, args: ["--automation"] },
        },
      },
    });
    this.session = value.sessionId;
    return value;
  }
}

class Lane {
  constructor(driver, browser) {
    this.driver = driver;
    this.browser = browser;
  }

  /** A new browser after the old one was lost. */
  async renew() {
    await this.driver.call("DELETE", "").catch(() => {});
    await this.driver.begin(this.browser);
  }

  async open(url) {
    await this.driver.call("POST", "/url", { url });
  }

  async evaluate(source) {
    const script = `const done = arguments[0];
      (async () => JSON.stringify(await (${source})))()
        .then((text) => done({ text: text === undefined ? null : text }), (error) => done({ error: String(error) }));`;
    const { text, error } = await this.driver.call("POST", "/execute/async", { script, args: [] });
    if (error) throw new Error(`in the page: ${error}`);
    return text === null ? undefined : JSON.parse(text);
  }

  /** Nothing hides a window here: without a window manager, one that is covered goes on being painted. */
  async show() {}

  async click(x, y) {
    await this.driver.call("POST", "/actions", {
      actions: [
        {
          type: "pointer",
          id: "mouse",
          parameters: { pointerType: "mouse" },
          actions: [
            { type: "pointerMove", x, y },
            { type: "pointerDown", button: 0 },
            { type: "pointerUp", button: 0 },
          ],
        },
      ],
    });
  }

  /** A picture of a window whose page has this size, as a PNG. */
  async picture({ width, height }) {
    await this.driver.call("POST", "/window/rect", { width, height });
    // The bars of the browser take some of it.
    const inner = await this.evaluate("[innerWidth, innerHeight]");
    await this.driver.call("POST", "/window/rect", {
      width: 2 * width - inner[0],
      height: 2 * height - inner[1],
    });
    await this.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true), 300)))");
    return Buffer.from(await this.driver.call("GET", "/screenshot"), "base64");
  }

  async press(key) {
    await this.driver.call("POST", "/actions", {
      actions: pressing(key),
    });
  }
}
