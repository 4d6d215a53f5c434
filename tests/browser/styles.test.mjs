// Styles that script sets: that every way to name an address in one is seen, whatever a page does to the objects in
// between, and that a page whose addresses may pass finds everything as it is without the tag.
//
// Left out: where addresses stand in a text (css.test.mjs), and the ways that other engines have (tests/matrix).

import assert from "node:assert/strict";
import { policyOf, site } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const SERVICES = [
  { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: [OPTIONAL_HOST] },
  { id: "pay", category: "necessary", name: "Pay", provider: "Pay GmbH", hosts: [NECESSARY_HOST] },
];
const POLICY = policyOf([], { services: SERVICES });

// ---- what asks ----------------------------------------------------------------------------------

/** Ways to ask for `url`, with `box`, an element that is shown, and `sheet(text)`, a style element with a text. */
const WAYS = {
  "a property": ({ url, box }) => { box.style.backgroundImage = `url(${url})`; },
  "a property by its other name": ({ url, box }) => { box.style["background-image"] = `url(${url})`; },
  "a descriptor": ({ url, box }) => { Object.defineProperty(box.style, "backgroundImage", { value: `url(${url})` }); },
  "Object.assign": ({ url, box }) => { Object.assign(box.style, { backgroundImage: `url(${url})` }); },
  "Reflect.set on the prototype": ({ url, box }) => { Reflect.set(Object.getPrototypeOf(box.style), "backgroundImage", `url(${url})`, box.style); },
  "an heir of the style": ({ url, box }) => { Object.setPrototypeOf(Object.create(box.style), null); box.style.setProperty("background-image", `url(${url})`); },
  "setProperty from elsewhere": ({ url, box }) => {
    const { setProperty } = CSSStyleDeclaration.prototype;
    Reflect.apply(setProperty, box.style, ["background-image", `url(${url})`]);
  },
  "an accessor on the prototype": ({ url, box }) => {
    Object.defineProperty(CSSStyleDeclaration.prototype, "itself", { configurable: true, get() { return this; } });
    box.style.itself.backgroundImage = `url(${url})`;
  },
  "a setter on the prototype": ({ url, box }) => {
    Object.defineProperty(CSSStyleDeclaration.prototype, "given", { configurable: true, set(text) { this.backgroundImage = text; } });
    box.style.given = `url(${url})`;
  },
  "an accessor of all objects, by a symbol": ({ url, box }) => {
    const own = Symbol();
    Object.defineProperty(Object.prototype, own, { configurable: true, get() { return this; } });
    box.style[own].cssText = `background-image: url(${url})`;
    delete Object.prototype[own];
  },
  "a method on the prototype": ({ url, box }) => {
    CSSStyleDeclaration.prototype.paint = function (text) { this.backgroundImage = text; };
    box.style.paint(`url(${url})`);
  },
  "a new prototype": ({ url, box }) => {
    const before = Object.getPrototypeOf(box.style);
    Object.setPrototypeOf(box.style, { __proto__: before, get own() { return this; } });
    box.style.own.backgroundImage = `url(${url})`;
  },
  "the conversion to a text": ({ url, box }) => {
    let style;
    CSSStyleDeclaration.prototype.toString = function () { style = this; return ""; };
    void `${box.style}`;
    delete CSSStyleDeclaration.prototype.toString;
    style.backgroundImage = `url(${url})`;
  },
  "the iterator": ({ url, box }) => {
    const before = CSSStyleDeclaration.prototype[Symbol.iterator];
    let style;
    CSSStyleDeclaration.prototype[Symbol.iterator] = function () { style = this; return [][Symbol.iterator](); };
    void [...box.style];
    CSSStyleDeclaration.prototype[Symbol.iterator] = before;
    style.backgroundImage = `url(${url})`;
  },
  "cssFloat and its kin": ({ url, box }) => { Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "cssText").set.call(box.style, `background-image: url(${url})`); },
  "declarations between nested rules": ({ url, name, sheet }) => {
    const [outer] = sheet(`#${name} { & i { color: red } color: blue }`).sheet.cssRules;
    outer.cssRules[1].style.backgroundImage = `url(${url})`;
  },
  "a nested rule": ({ url, name, sheet }) => { sheet(`#${name} { color: red }`).sheet.cssRules[0].insertRule(`& { background-image: url(${url}) }`); },
  "a rule of keyframes": ({ url, name, sheet }) => {
    const [frames] = sheet(`@keyframes k-${name} { from, to { color: red } } #${name} { animation: k-${name} 100s both }`).sheet.cssRules;
    frames.cssRules[0].style.backgroundImage = `url(${url})`;
  },
  "an appended rule of keyframes": ({ url, name, sheet }) => {
    const [frames] = sheet(`@keyframes k-${name} { } #${name} { animation: k-${name} 100s both }`).sheet.cssRules;
    frames.appendRule(`from, to { background-image: url(${url}) }`);
  },
  "a font of a rule": ({ url, name, sheet }) => {
    const made = sheet(`@font-face { font-family: f-${name}; src: local(nothing) } #${name} { font-family: f-${name} }`);
    made.sheet.cssRules[0].style.setProperty("src", `url(${url})`);
  },
  "a font, as a list": ({ url, name }) => { new FontFace(name, [`url(${url})`]).load().catch(() => {}); },
  "a typed value that denies it": ({ url, box }) => {
    const value = CSSStyleValue.parse("background-image", `url(${url})`);
    value.toString = () => "none";
    box.attributeStyleMap.set("background-image", value);
  },
  "a typed value of parts": ({ url, box }) => { box.attributeStyleMap.set("background-image", new CSSUnparsedValue([`url(${url})`])); },
  "one of several typed values": ({ url, box }) => { box.attributeStyleMap.set("background-image", "none", `url(${url})`); },
  "typed values added": ({ url, box }) => { box.attributeStyleMap.append("background-image", { toString: () => `url(${url})` }); },
  "a property with a text, for a set of images": ({ url, name, box, sheet }) => {
    sheet(`#${name} { background-image: image-set(var(--u-${name}) 1x) }`);
    box.style.setProperty(`--u-${name}`, `"${url}"`);
  },
  "a registered property with a text": ({ url, name, sheet }) => {
    sheet(`#${name} { background-image: image-set(var(--r-${name}) 1x) }`);
    CSS.registerProperty({ name: `--r-${name}`, syntax: "*", inherits: false, initialValue: { toString: () => `"${url}"` } });
  },
  "a function of the page's own": ({ url, name, sheet }) => {
    sheet(`@function --f-${name}() { result: "${url}" } #${name} { background-image: image-set(--f-${name}() 1x) }`);
  },
  "keyframes of a generator": ({ url, box }) => {
    box.animate((function* () { yield { backgroundImage: `url(${url})` }; yield { backgroundImage: `url(${url})` }; })(), { duration: 1e6, fill: "both" });
  },
  "keyframes that answer otherwise the second time": ({ url, box }) => {
    const seen = new Set();
    const frames = new Proxy({}, {
      ownKeys: () => ["backgroundImage"],
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: "none" }),
      get: (_, key) => (key !== "backgroundImage" ? undefined : seen.size === seen.add(key).size ? [`url(${url})`, `url(${url})`] : ["none", "none"]),
    });
    box.animate(frames, { duration: 1e6, fill: "both" });
    box.animate({ backgroundImage: [`url(${url})`, { toString: () => `url(${url})` }] }, { duration: 1e6, fill: "both" });
  },
  "keyframes behind a replaced iterator": ({ url, box }) => {
    const before = Array.prototype[Symbol.iterator];
    const frame = { backgroundImage: `url(${url})` };
    Array.prototype[Symbol.iterator] = function () { return before.call(this === frames ? [frame, frame] : this); };
    const frames = [{}, {}];
    box.animate(frames, { duration: 1e6, fill: "both" });
    Array.prototype[Symbol.iterator] = before;
  },
  "an effect of keyframes": ({ url, box }) => {
    new Animation(new KeyframeEffect(box, new Set([{ backgroundImage: `url(${url})` }, { backgroundImage: `url(${url})` }]), { duration: 1e6, fill: "both" })).play();
  },
  "a style element, by a text beside a text": ({ url, name, sheet }) => { sheet(`#${name} { color: red }`).firstChild.after(`#${name} { background-image: url(${url}) }`); },
  "a style element, by a text at a place": ({ url, name, sheet }) => { sheet("").insertAdjacentText("beforeend", `@import "${url}&${name}";`); },
  "a style element, piece by piece": ({ url, sheet }) => {
    const made = sheet("");
    made.append("@imp");
    made.append("ort '", url.slice(0, 12));
    made.append(url.slice(12), "';");
  },
  "a style element, when what hides it goes": ({ url, sheet }) => {
    const made = sheet("");
    made.append("/*", "*/ /*", `*/@import "${url}";`);
    made.firstChild.remove();
    made.append("x");
    document.createElement("p").append(made.firstChild);
  },
  "a style element, cut by a range": ({ url, sheet }) => {
    const made = sheet(`/* @import "${url}"; */`);
    const range = document.createRange();
    range.setStart(made.firstChild, 0);
    range.setEnd(made.firstChild, 3);
    range.deleteContents();
  },
  "a style element, cut by a selection": ({ url, sheet }) => {
    const made = sheet(`a::after { content: "" } /* @import "${url}"; */`);
    getSelection().setBaseAndExtent(made.firstChild, 0, made.firstChild, 28);
    getSelection().deleteFromDocument();
  },
  "a style element, in which an element hides a part": ({ url, sheet }) => {
    const made = sheet("");
    const inner = document.createElement("b");
    inner.textContent = "/*";
    made.append(inner);
    made.append(`@import "${url}";`);
  },
  "a style element that is shown": ({ url, box }) => { box.innerHTML = `<style style="display:block;height:9px;background-image:url(${url})">i{}</style>`; },
  "an attribute of SVG": ({ url, box }) => {
    box.innerHTML = '<svg width="9" height="9"><rect width="9" height="9"/></svg>';
    box.firstChild.firstChild.setAttribute("mask", `image-set("${url}" 1x)`);
  },
  "an attribute of SVG, set by an animation": ({ url, box }) => {
    box.innerHTML = `<svg width="9" height="9"><rect width="9" height="9"><animate attributeName="mask" values="none;URL(${url}#a)" dur="0.01s" fill="freeze"/></rect></svg>`;
  },
  "an attribute of SVG, named to an animation afterwards": ({ url, box }) => {
    box.innerHTML = `<svg width="9" height="9"><rect width="9" height="9"><set attributeName="x" to="url(${url}#a)"/></rect></svg>`;
    const [set] = box.getElementsByTagName("set");
    set.setAttribute("attributeName", "mask");
    box.firstChild.append(box.firstChild.firstChild);
  },
};

/** Ways that reach their aim only where a gate looks twice, or does not look at all. */
const TRICKS = {
  "a text made anew each time": ({ url, box }) => {
    let count = 0;
    box.style.backgroundImage = { toString: () => (count++ ? `url(${url})` : "none") };
  },
  "a font, as a text made anew each time": ({ url, name }) => {
    let count = 0;
    new FontFace(name, { toString: () => (count++ ? `url(${url})` : "local(x)") }).load().catch(() => {});
  },
  "a style element, edited": ({ url, sheet }) => {
    const made = sheet("/**/");
    made.contentEditable = "true";
    made.style.display = "block";
    made.focus();
    getSelection().setBaseAndExtent(made.firstChild, 0, made.firstChild, 4);
    document.execCommand("insertText", false, `@import "${url}";`);
  },
};

visitTest("no way to set a style asks a host that may not be asked, whatever a page does to the objects between", async (visit) => {
  const third = party();
  const all = { ...WAYS, ...TRICKS };
  const names = Object.keys(all);
  const path = (name) => `/${names.indexOf(name)}.svg`;
  third.answer(Object.fromEntries(names.map((name) => [path(name), PICTURE])));
  await visit.open({ policy: POLICY, body: "<main></main>" });
  for (const name of names) {
    const code = all[name];
    await visit.page.evaluate(`(async () => {
      const way = ${code};
      const sheet = (text) => document.head.appendChild(Object.assign(document.createElement("style"), { textContent: text }));
      for (const [id, url] of ${JSON.stringify([["optional", third.url + path(name)], ["necessary", third.necessary + path(name)]])}) {
        const box = document.querySelector("main").appendChild(document.createElement("div"));
        const own = id + "-" + ${names.indexOf(name)};
        box.id = own;
        box.textContent = "x";
        try { way({ url: url + "?" + id, box, sheet, name: own }); } catch (error) { window.failed = (window.failed ?? "") + ${JSON.stringify(name)} + ": " + error + "\\n"; }
      }
    })()`);
  }
  await eventually(() => Object.keys(WAYS).filter((name) => !third.arrivals().some((arrival) => arrival.startsWith(`GET ${path(name)}?necessary`))), [], "what may be asked is asked");
  await third.fence(visit.page);
  assert.equal(await visit.page.evaluate(() => window.failed), undefined);
  assert.deepEqual(third.arrivals().filter((arrival) => !arrival.includes("?necessary")), []);
  visit.problems = visit.problems.filter((problem) => !/^(Failed to (load resource|decode)|OTS parsing)/.test(problem));
});
