// What the tests of real pages share: a situation is a page and what its code does, and the same visitor comes to it in
// three engines, with real clicks and keys. A test is named `<situation>: <what happens>`, with the engine in brackets
// where it is not Chromium; docs/real-pages.md is made of these names (tests/documents/real-pages.mjs).
//
// Left out: the situations (real-*.test.mjs), how an engine is driven (tests/matrix/engines).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serve } from "../../xtask/serve.mjs";
import { html, policyOf } from "./site.mjs";

export const POLICY = policyOf([]);
const ENGINES = ["chromium", "firefox", "webkit"];

/**
 * Declares what tests one situation: `situation(name, what happens, body, { engines, cannot })`; each runs in all engines,
 * unless it says in which, for the others have it elsewhere, or which cannot: `{ firefox: "why" }`, which docs/real-pages.md
 * says too. A body gets a [`Visitor`] who never was there. Call it once in a file.
 */
export function situations() {
  const handlers = {};
  const browsers = {};
  let server;
  let count = 0;
  before(async () => {
    server = await serve({ handlers });
  });
  after(async () => {
    for (const { browser } of Object.values(browsers)) await browser.close();
    await server?.close();
  });
  const laneOf = async (engine) => {
    const { launch } = await import(`../matrix/engines/${engine}.mjs`);
    // One tab for all: an engine takes seconds to start.
    if (!browsers[engine]) {
      const browser = await launch();
      browsers[engine] = { browser, lane: await browser.lane() };
    }
    return browsers[engine].lane;
  };
  return (name, happens, body, { engines = ENGINES, cannot = {} } = {}) => {
    for (const engine of engines) {
      const suffix = engine === "chromium" ? "" : ` (${engine})`;
      test(`${name}: ${happens}${suffix}`, { skip: cannot[engine] }, async () => {
        count += 1;
        // A host of their own, so that no other visitor's answer is there.
        const visitor = new Visitor(await laneOf(engine), server, handlers, `${engine}-${count}.localhost`);
        await body(visitor);
      });
    }
  };
}

/** What a page is asked from outside, as functions of its own window. */
export const TOOLS = `(() => {
  window.tools = {
    // Every host of ours, in open shadow roots too.
    hosts(root = document) {
      const found = [...root.querySelectorAll("consent-banner")];
      for (const one of root.querySelectorAll("*")) if (one.shadowRoot && one.localName !== "consent-banner") found.push(...this.hosts(one.shadowRoot));
      return found;
    },
    control(action) {
      for (const host of this.hosts()) {
        const control = host.shadowRoot?.querySelector('[data-consent-action="' + action + '"]');
        if (control) return control;
      }
    },
    hit(x, y) {
      let hit = document.elementFromPoint(x, y);
      while (hit?.shadowRoot) {
        const inner = hit.shadowRoot.elementFromPoint(x, y);
        if (!inner || inner === hit) break;
        hit = inner;
      }
      return hit;
    },
    // Where a control can be clicked: it is seen, inside of the window, and nothing lies over it.
    place(action) {
      const control = this.control(action);
      const box = control?.getBoundingClientRect();
      if (!box?.width) return null;
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      return this.hit(x, y) === control ? { x: Math.round(x), y: Math.round(y) } : null;
    },
    focused() {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.id || element?.dataset?.consentAction || element?.localName;
    },
    async until(look, frames = 240) {
      for (let at = 0; ; at++) {
        const got = look();
        if (got || at === frames) return got;
        await new Promise((resolve) => setTimeout(resolve, 16));
      }
    },
  };
})()`;

/** Somebody who uses a site in a browser. */
export class Visitor {
  constructor(lane, server, handlers, host) {
    this.lane = lane;
    this.server = server;
    this.handlers = handlers;
    this.host = host;
  }

  url(path, host = this.host) {
    return `http://${host}:${this.server.port}${path}`;
  }

  /** Puts a document at a path: its parts (see `html` of site.mjs), or its text; scripts by `.js`. */
  serve(path, parts) {
    const text = typeof parts === "string" ? parts : html({ policy: POLICY, ...parts });
    const type = path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    this.handlers[path] = (_, response) => response.writeHead(200, { "Content-Type": type }).end(text);
  }

  /** Serves a page and goes there, until it is complete and asks, if it does. */
  async open(parts, path = "/page.html") {
    this.serve(path, parts);
    await this.go(path);
  }

  async go(path) {
    await this.lane.open(this.url(path));
    await this.evaluate(
      `document.readyState === "complete" || new Promise((resolve) => addEventListener("load", resolve)).then(() => true)`,
    );
    await this.evaluate(TOOLS);
    await this.evaluate(
      `(async () => { if (window.consentinel && !consentinel.state.decided) await consentinel.notice(); })()`,
    );
    // What settles once the page is there and idle.
    await this.evaluate(`new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(() => resolve(true)))`);
  }

  evaluate(source) {
    return this.lane.evaluate(source);
  }

  /** Runs statements of the page's own code, the last of which may return something. */
  run(code) {
    return this.evaluate(`(async () => { ${code} })()`);
  }

  /** Where this control can be clicked, once it can be. */
  async place(action = "reject-all") {
    const place = await this.evaluate(`tools.until(() => tools.place("${action}"))`);
    assert.ok(place, `\`${action}\` is there, seen, and nothing lies over it`);
    return place;
  }

  /** Whether it can be clicked now. */
  async isReachable(action = "reject-all") {
    return (await this.evaluate(`tools.place("${action}")`)) !== null;
  }

  async click(action = "reject-all") {
    const { x, y } = await this.place(action);
    await this.lane.click(x, y);
  }

  /** Presses Tab until this has the focus: the id of an element of the page, or the action of a control of ours. */
  async tabTo(wanted, most = 12) {
    const passed = [];
    for (let at = 0; at < most; at++) {
      await this.lane.press("Tab");
      passed.push(await this.focused());
      if (passed.at(-1) === wanted) return passed;
    }
    assert.fail(`no way by Tab to ${wanted}: ${passed.join(", ")}`);
  }

  press(key) {
    return this.lane.press(key);
  }

  focused() {
    return this.evaluate("tools.focused()");
  }

  /** What is granted and denied, once there is a decision. */
  async decision() {
    await this.evaluate("tools.until(() => consentinel.state.decided)");
    const { decided, categories } = await this.evaluate("consentinel.state");
    assert.ok(decided, "the answer has arrived");
    return categories;
  }

  /** The question is there, and a real click on *Reject all* answers it. */
  async refuses() {
    await this.click();
    assert.equal((await this.decision()).analytics, "denied");
  }
}
