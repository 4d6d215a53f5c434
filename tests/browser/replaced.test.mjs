// Every built-in that our scripts could meet, replaced by a hostile page: nothing is
// granted by it, no stored state or ledger is forged, and nothing that is denied stays.
//
// Left out: what stands between JavaScript and the module (hostile.test.mjs), and events, messages and
// looks, which a page can spoil.

import assert from "node:assert/strict";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();

const LOCAL = { kind: "local-storage" };
const POLICY = policyOf([
  item("need", "necessary"),
  item("opt"),
  item("local_opt", "analytics", LOCAL),
  item("session_opt", "analytics", { kind: "session-storage" }),
]);

/** What a lie says where a value is asked for: the most that anybody could be granted. */
const LIES = `
  const all = { analytics: true, functionality: true };
  const state = { asks: false, decided: true, categories: { analytics: "granted", functionality: "granted", necessary: "necessary" } };
  const accept = () => document.querySelector("consent-banner")?.shadowRoot.querySelector("[data-consent-action=accept-all]");`;

/** Each group: what a hostile page does. `put` replaces a property until the test has looked. */
const HOSTILE = {
  "Map and Set": `for (const type of [Map, Set, WeakMap, WeakSet]) for (const name of ["get", "has", "set", "add", "delete"]) put(type.prototype, name, () => "1~forged");`,
  String: `for (const name of ["split", "slice", "substring", "startsWith", "indexOf", "includes", "replace", "trim", "charCodeAt", "concat", "toString", "valueOf"]) put(String.prototype, name, () => "accept-all");
    put(String.prototype, Symbol.iterator, function* () { yield "accept-all"; });`,
  Array: `for (const name of ["find", "filter", "map", "flatMap", "flat", "push", "shift", "forEach", "includes", "join", "indexOf", "at"]) put(Array.prototype, name, () => accept());
    put(Array.prototype, Symbol.iterator, function* () { yield accept(); });
    put(Array.prototype, "toJSON", () => ["accept-all"]);`,
  "keys of all arrays": `for (const key of [0, 1, 2, 3]) set(Array.prototype, key, { get: () => accept(), set() {} });`,
  JSON: `put(JSON, "parse", () => ({ ...state, version: 1, subject: "AAAAAAAAAAAAAAAAAAAAAA" })); put(JSON, "stringify", () => '{"analytics":true,"functionality":true}');
    for (const type of [Object, String, Boolean, Number, Function]) put(type.prototype, "toJSON", () => all);`,
  "properties of all objects": `for (const [key, value] of Object.entries({ state: "granted", action: "accept-all", isOurs: true, analytics: true, consentinel: "1~x", "consentinel-test-site": "1~x", "consentinel-ledger": "", "consentinel-ledger.test-site": "", "consentinel-state.test-site": "", local_opt: 1, session_opt: 1, length: 0 })) put(Object.prototype, key, value);`,
  "setters of all objects": `for (const key of ["consentinel", "consentinel-test-site", "consentinel-ledger", "consentinel-ledger.test-site", "consentinel-state.test-site", "analytics", "functionality"]) set(Object.prototype, key, { get: () => true, set() {} });`,
  Object: `for (const name of ["keys", "values", "entries", "freeze", "fromEntries", "assign", "create", "getOwnPropertyDescriptor", "defineProperty", "getPrototypeOf"]) put(Object, name, () => state);
    for (const name of ["get", "apply", "ownKeys", "getOwnPropertyDescriptor", "construct"]) put(Reflect, name, () => true);`,
  Storage: `const nothing = { getItem: () => "", setItem() {}, removeItem() {}, key: () => null };
    for (const name in nothing) put(Storage.prototype, name, nothing[name]);
    set(Storage.prototype, "length", { get: () => 0 });
    for (const name of ["localStorage", "sessionStorage"]) set(window, name, { get: () => nothing });`,
  Event: `put(Event.prototype, "composedPath", () => [accept()]); put(Event.prototype, "preventDefault", () => {});
    for (const name of ["target", "currentTarget", "srcElement"]) set(Event.prototype, name, { get: () => accept() });
    addEventListener("click", (event) => Object.defineProperty(event, "composedPath", { value: () => [accept()] }), true);`,
  Node: `put(Node.prototype, "getRootNode", () => document.querySelector("consent-banner")?.shadowRoot); put(Node.prototype, "contains", () => true);
    put(Element.prototype, "closest", () => accept()); put(Element.prototype, "matches", () => true);`,
  "attributes and data": `set(HTMLElement.prototype, "dataset", { get: () => ({ consentAction: "accept-all", consent: "necessary" }) });
    for (const name of ["getAttribute", "hasAttribute"]) put(Element.prototype, name, () => "accept-all");`,
  switches: `set(HTMLInputElement.prototype, "checked", { get: () => true, set() {} }); set(HTMLInputElement.prototype, "name", { get: () => "analytics" });
    for (const type of [Document, DocumentFragment, Element]) put(type.prototype, "querySelectorAll", () => [{ name: "analytics", checked: true }, { name: "functionality", checked: true }]);`,
  "RegExp, Symbol and Function": `for (const name of ["exec", "test"]) put(RegExp.prototype, name, () => true);
    for (const name of ["call", "apply", "bind"]) put(Function.prototype, name, () => true);
    set(Function.prototype, Symbol.hasInstance, { value: () => true });`,
  "events that tell": `put(EventTarget.prototype, "dispatchEvent", () => { throw new Error("no"); }); put(window, "CustomEvent", class { constructor() { throw new Error("no"); } });
    put(EventTarget.prototype, "addEventListener", () => {});
    for (const name of ["error", "warn"]) put(console, name, () => { throw new Error("no"); });`,
};

/** Replaces when F8 is pressed, and puts back at F9: what drives the browser needs built-ins, too. */
const hostile = (code) => `<script>(() => {
  "use strict";
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  let undo;
  const set = (owner, key, replacement) => {
    const before = getOwnPropertyDescriptor(owner, key);
    undo = { next: undo, run: () => (before ? defineProperty(owner, key, before) : delete owner[key]) };
    defineProperty(owner, key, { __proto__: null, configurable: true, enumerable: true, ...replacement });
  };
  const put = (owner, key, value) => set(owner, key, { __proto__: null, writable: true, value });
  ${LIES}
  document.addEventListener("keydown", ({ key }) => {
    if (key === "F8") { ${code} }
    if (key === "F9") for (; undo; undo = undo.next) undo.run();
  });
})();</script>`;

for (const [name, code] of Object.entries(HOSTILE)) {
  visitTest(`a page that replaced ${name} is not granted anything, forges nothing and keeps nothing`, async (visit) => {
    const { page } = visit;
    const denied = { analytics: "denied", functionality: "denied", necessary: "necessary" };
    /** A visitor's click, without any help of the page's code. */
    const replacedClick = async (...targets) => {
      const places = [];
      for (const target of targets) places.push(await target.boundingBox());
      await page.keyboard.press("F8");
      for (const { x, y, width, height } of places) await page.mouse.click(x + width / 2, y + height / 2);
      await page.keyboard.press("F9");
    };
    const body = '<p>Words</p><button data-consent-action="withdraw" style="padding: 2em">No more</button>';
    await visit.open({ policy: POLICY, body, head: hostile(code) });
    await replacedClick(page.locator("body > p"));
    assert.equal((await visit.state()).decided, false);

    await visit.control("accept-all").click();
    await page.evaluate(() => {
      document.cookie = "opt=1; Path=/";
      localStorage.setItem("local_opt", "1");
      sessionStorage.setItem("session_opt", "1");
    });
    assert.deepEqual(await visit.jar(), ["opt"]);
    await replacedClick(page.locator("body > p"), page.locator("button", { hasText: "No more" }));
    assert.deepEqual(await visit.categories(), denied);
    assert.deepEqual(await visit.jar(), []);
    assert.deepEqual(
      await page.evaluate(() => [localStorage.getItem("local_opt"), sessionStorage.getItem("session_opt")]),
      [null, null],
    );
    assert.deepEqual(
      (await visit.ledger()).map(({ action, left }) => [action, left]),
      [
        ["accept-all", []],
        ["withdraw", []],
      ],
    );

    await page.reload();
    await visit.control("open").click();
    await replacedClick(visit.control("save"));
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      assert.deepEqual(await visit.categories(), denied);
      const [one, two, three, ...more] = await visit.ledger();
      assert.deepEqual(
        [one.action, two.action, three?.action, three?.granted, more],
        ["accept-all", "withdraw", "save", [], []],
      );
    }
    visit.forgive(/^page error/);
  });
}

/** What a script of the page puts in the place of what tells how a switch stands, right after the tag. */
const SWITCHES = {
  "whether a switch is on": `Object.defineProperty(HTMLInputElement.prototype, "checked", { get: () => true, set() {} });`,
  "the class of switches": "window.HTMLInputElement = class { get checked() { return true; } };",
  "the name of a switch": `Object.defineProperty(HTMLInputElement.prototype, "name", { get() { return this.getAttribute("name") === "analytics" ? "functionality" : "analytics"; } });`,
  "which switches there are": `const { querySelectorAll } = Element.prototype;
    NodeList.prototype[Symbol.iterator] = function* () { yield Object.assign(document.createElement("input"), { type: "checkbox", name: "analytics", checked: true }); };
    Element.prototype.querySelectorAll = function (selector) { return /switch/.test(selector) ? [Object.assign(document.createElement("input"), { type: "checkbox", name: "analytics", checked: true })] : querySelectorAll.call(this, selector); };`,
};

for (const [name, code] of Object.entries(SWITCHES)) {
  visitTest(
    `a page that replaced ${name} from the start is granted what the visitor switched on, and no more`,
    async (visit) => {
      await visit.open({ policy: POLICY, head: `<script>{ ${code} }</script>` });
      await visit.control("settings").click();
      await visit.page.locator("consent-banner [role=switch][name=functionality]").click();
      await visit.control("save").click();
      await visit.page.waitForFunction(() => window.consentinel.state.decided);
      assert.deepEqual(await visit.categories(), {
        analytics: "denied",
        functionality: "granted",
        necessary: "necessary",
      });
      visit.forgive(/^page error/);
    },
  );
}
