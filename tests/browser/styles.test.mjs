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
  "a property": ({ url, box }) => {
    box.style.backgroundImage = `url(${url})`;
  },
  "a property by its other name": ({ url, box }) => {
    box.style["background-image"] = `url(${url})`;
  },
  "a descriptor": ({ url, box }) => {
    Object.defineProperty(box.style, "backgroundImage", { value: `url(${url})` });
  },
  "Object.assign": ({ url, box }) => {
    Object.assign(box.style, { backgroundImage: `url(${url})` });
  },
  "Reflect.set on the prototype": ({ url, box }) => {
    Reflect.set(Object.getPrototypeOf(box.style), "backgroundImage", `url(${url})`, box.style);
  },
  "an heir of the style": ({ url, box }) => {
    Object.setPrototypeOf(Object.create(box.style), null);
    box.style.setProperty("background-image", `url(${url})`);
  },
  "setProperty from elsewhere": ({ url, box }) => {
    const { setProperty } = CSSStyleDeclaration.prototype;
    Reflect.apply(setProperty, box.style, ["background-image", `url(${url})`]);
  },
  "an accessor on the prototype": ({ url, box }) => {
    Object.defineProperty(CSSStyleDeclaration.prototype, "itself", {
      configurable: true,
      get() {
        return this;
      },
    });
    box.style.itself.backgroundImage = `url(${url})`;
  },
  "a setter on the prototype": ({ url, box }) => {
    Object.defineProperty(CSSStyleDeclaration.prototype, "given", {
      configurable: true,
      set(text) {
        this.backgroundImage = text;
      },
    });
    box.style.given = `url(${url})`;
  },
  "an accessor of all objects, by a symbol": ({ url, box }) => {
    const own = Symbol();
    Object.defineProperty(Object.prototype, own, {
      configurable: true,
      get() {
        return this;
      },
    });
    box.style[own].cssText = `background-image: url(${url})`;
    delete Object.prototype[own];
  },
  "a method on the prototype": ({ url, box }) => {
    CSSStyleDeclaration.prototype.paint = function (text) {
      this.backgroundImage = text;
    };
    box.style.paint(`url(${url})`);
  },
  "a new prototype": ({ url, box }) => {
    const before = Object.getPrototypeOf(box.style);
    Object.setPrototypeOf(box.style, {
      __proto__: before,
      get own() {
        return this;
      },
    });
    box.style.own.backgroundImage = `url(${url})`;
  },
  "the conversion to a text": ({ url, box }) => {
    let style;
    CSSStyleDeclaration.prototype.toString = function () {
      style = this;
      return "";
    };
    void `${box.style}`;
    delete CSSStyleDeclaration.prototype.toString;
    style.backgroundImage = `url(${url})`;
  },
  "the iterator": ({ url, box }) => {
    const before = CSSStyleDeclaration.prototype[Symbol.iterator];
    let style;
    CSSStyleDeclaration.prototype[Symbol.iterator] = function () {
      style = this;
      return [][Symbol.iterator]();
    };
    void [...box.style];
    CSSStyleDeclaration.prototype[Symbol.iterator] = before;
    style.backgroundImage = `url(${url})`;
  },
  "cssFloat and its kin": ({ url, box }) => {
    Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "cssText").set.call(
      box.style,
      `background-image: url(${url})`,
    );
  },
  "declarations between nested rules": ({ url, name, sheet }) => {
    const [outer] = sheet(`#${name} { & i { color: red } color: blue }`).sheet.cssRules;
    outer.cssRules[1].style.backgroundImage = `url(${url})`;
  },
  "a nested rule": ({ url, name, sheet }) => {
    sheet(`#${name} { color: red }`).sheet.cssRules[0].insertRule(`& { background-image: url(${url}) }`);
  },
  "a rule of keyframes": ({ url, name, sheet }) => {
    const [frames] = sheet(
      `@keyframes k-${name} { from, to { color: red } } #${name} { animation: k-${name} 100s both }`,
    ).sheet.cssRules;
    frames.cssRules[0].style.backgroundImage = `url(${url})`;
  },
  "an appended rule of keyframes": ({ url, name, sheet }) => {
    const [frames] = sheet(`@keyframes k-${name} { } #${name} { animation: k-${name} 100s both }`).sheet.cssRules;
    frames.appendRule(`from, to { background-image: url(${url}) }`);
  },
  "a font of a rule": ({ url, name, sheet }) => {
    const made = sheet(
      `@font-face { font-family: f-${name}; src: local(nothing) } #${name} { font-family: f-${name} }`,
    );
    made.sheet.cssRules[0].style.setProperty("src", `url(${url})`);
  },
  "a font, as a list": ({ url, name }) => {
    new FontFace(name, [`url(${url})`]).load().catch(() => {});
  },
  "a typed value that denies it": ({ url, box }) => {
    const value = CSSStyleValue.parse("background-image", `url(${url})`);
    value.toString = () => "none";
    box.attributeStyleMap.set("background-image", value);
  },
  "a typed value of parts": ({ url, box }) => {
    box.attributeStyleMap.set("background-image", new CSSUnparsedValue([`url(${url})`]));
  },
  "one of several typed values": ({ url, box }) => {
    box.attributeStyleMap.set("background-image", "none", `url(${url})`);
  },
  "typed values added": ({ url, box }) => {
    box.attributeStyleMap.append("background-image", { toString: () => `url(${url})` });
  },
  "a property with a text, for a set of images": ({ url, name, box, sheet }) => {
    sheet(`#${name} { background-image: image-set(var(--u-${name}) 1x) }`);
    box.style.setProperty(`--u-${name}`, `"${url}"`);
  },
  "a registered property with a text": ({ url, name, sheet }) => {
    sheet(`#${name} { background-image: image-set(var(--r-${name}) 1x) }`);
    CSS.registerProperty({
      name: `--r-${name}`,
      syntax: "*",
      inherits: false,
      initialValue: { toString: () => `"${url}"` },
    });
  },
  "a function of the page's own": ({ url, name, sheet }) => {
    sheet(`@function --f-${name}() { result: "${url}" } #${name} { background-image: image-set(--f-${name}() 1x) }`);
  },
  "keyframes of a generator": ({ url, box }) => {
    box.animate(
      (function* () {
        yield { backgroundImage: `url(${url})` };
        yield { backgroundImage: `url(${url})` };
      })(),
      { duration: 1e6, fill: "both" },
    );
  },
  "keyframes that answer otherwise the second time": ({ url, box }) => {
    const seen = new Set();
    const frames = new Proxy(
      {},
      {
        ownKeys: () => ["backgroundImage"],
        getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: "none" }),
        get: (_, key) =>
          key !== "backgroundImage"
            ? undefined
            : seen.size === seen.add(key).size
              ? [`url(${url})`, `url(${url})`]
              : ["none", "none"],
      },
    );
    box.animate(frames, { duration: 1e6, fill: "both" });
    box.animate(
      { backgroundImage: [`url(${url})`, { toString: () => `url(${url})` }] },
      { duration: 1e6, fill: "both" },
    );
  },
  "keyframes behind a replaced iterator": ({ url, box }) => {
    const before = Array.prototype[Symbol.iterator];
    const frame = { backgroundImage: `url(${url})` };
    Array.prototype[Symbol.iterator] = function () {
      return before.call(this === frames ? [frame, frame] : this);
    };
    const frames = [{}, {}];
    box.animate(frames, { duration: 1e6, fill: "both" });
    Array.prototype[Symbol.iterator] = before;
  },
  "an effect of keyframes": ({ url, box }) => {
    new Animation(
      new KeyframeEffect(box, new Set([{ backgroundImage: `url(${url})` }, { backgroundImage: `url(${url})` }]), {
        duration: 1e6,
        fill: "both",
      }),
    ).play();
  },
  "a style element, by a text beside a text": ({ url, name, sheet }) => {
    sheet(`#${name} { color: red }`).firstChild.after(`#${name} { background-image: url(${url}) }`);
  },
  "a style element, by a text at a place": ({ url, name, sheet }) => {
    sheet("").insertAdjacentText("beforeend", `@import "${url}&${name}";`);
  },
  "a style element, piece by piece": ({ url, sheet }) => {
    const made = sheet("");
    made.append("@imp");
    made.append("ort '", url.slice(0, -4));
    made.append(url.slice(-4), "';");
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
  "a style element that is shown": ({ url, box }) => {
    box.innerHTML = `<style style="display:block;height:9px;background-image:url(${url})">i{}</style>`;
  },
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

visitTest(
  "no way to set a style asks a host that may not be asked, whatever a page does to the objects between",
  async (visit) => {
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
      for (const [id, url] of ${JSON.stringify([
        ["optional", third.url + path(name)],
        ["necessary", third.necessary + path(name)],
      ])}) {
        const box = document.querySelector("main").appendChild(document.createElement("div"));
        const own = id + "-" + ${names.indexOf(name)};
        box.id = own;
        box.textContent = "x";
        try { way({ url: url + "?" + id, box, sheet, name: own }); } catch (error) { window.failed = (window.failed ?? "") + ${JSON.stringify(name)} + ": " + error + "\\n"; }
      }
    })()`);
    }
    await eventually(
      () =>
        Object.keys(WAYS).filter(
          (name) => !third.arrivals().some((arrival) => arrival.startsWith(`GET ${path(name)}?necessary`)),
        ),
      [],
      "what may be asked is asked",
    );
    await third.fence(visit.page);
    assert.equal(await visit.page.evaluate(() => window.failed), undefined);
    assert.deepEqual(
      third.arrivals().filter((arrival) => !arrival.includes("?n")),
      [],
    );
    visit.forgive(/^(Failed to (load resource|decode)|OTS parsing)/);
  },
);

// ---- what a page sees ---------------------------------------------------------------------------

/** What page code does and finds, with `e`, an element that is shown; it must find the same without the tag. */
const LOOKS = {
  "changes inside a style": async () => {
    const style = document.head.appendChild(document.createElement("style"));
    const records = [];
    const observer = new MutationObserver((list) =>
      records.push(...list.map(({ type, attributeName }) => [type, attributeName])),
    );
    observer.observe(style, { attributes: true, childList: true, characterData: true, subtree: true });
    const steps = [
      () => style.append("a{color:red}"),
      () => style.prepend("/* 'x' */"),
      () => style.insertBefore(document.createTextNode("b{}"), style.lastChild),
      () => style.firstChild.after("c{background:url(/own.png)}"),
      () => style.firstChild.remove(),
      () => style.insertAdjacentText("beforeend", "d{}"),
      () => {
        style.firstChild.data += "e{}";
      },
      () => style.firstChild.appendData("f{content:'x'}"),
      () => style.firstChild.replaceData(0, 1, "g"),
      () => style.lastChild.deleteData(0, 1),
      () => style.lastChild.splitText(1),
      () => style.normalize(),
      () => style.removeChild(style.firstChild),
      () => style.replaceChildren("h{}"),
      () => {
        style.textContent = "i{}";
      },
      () => {
        style.innerHTML = "j{}";
      },
      () => {
        style.innerText = "k{}";
      },
      () => {
        style.firstChild.nodeValue = "l{}";
      },
      () => style.append(),
      () => {
        style.textContent = "";
      },
      () => style.remove(),
      () => document.head.append(style),
    ];
    const seen = [];
    for (const step of steps) {
      step();
      await null;
      seen.push([
        style.outerHTML,
        style.sheet && [...style.sheet.cssRules].map((rule) => rule.cssText),
        records.splice(0),
      ]);
    }
    return seen;
  },
  "an element that hears of its type": () => {
    const heard = [];
    class Own extends HTMLStyleElement {
      static observedAttributes = ["type", "data-consent-text"];
      attributeChangedCallback(name, _, value) {
        heard.push([name, value]);
      }
    }
    customElements.define("own-style", Own, { extends: "style" });
    const style = document.head.appendChild(document.createElement("style", { is: "own-style" }));
    style.append("a{}");
    style.textContent = "b{background:url(https://other.example/)}";
    return heard;
  },
  "rules where nothing changed": () => {
    const style = document.head.appendChild(document.createElement("style"));
    const { sheet } = style;
    sheet.insertRule("#p{width:42px}");
    const found = [];
    for (const step of [
      () => {
        style.textContent = "";
      },
      () => style.append(),
      () => style.normalize(),
      () => {
        style.innerHTML = "";
      },
    ]) {
      step();
      found.push(style.sheet === sheet, style.sheet.cssRules.length);
    }
    return found;
  },
  "a sheet while it is filled": () => {
    const style = document.head.appendChild(document.createElement("style"));
    const script = document.createElement("script");
    window.owned = style;
    script.textContent = "window.rules = window.owned.sheet && window.owned.sheet.cssRules.length";
    const fragment = document.createDocumentFragment();
    fragment.append("a{color:red}", script);
    style.append(fragment);
    return window.rules;
  },
  "keyframes of every kind": ({ e }) => {
    const read = (frames, options = 9) => {
      try {
        return e.animate(frames, options).effect.getKeyframes();
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    };
    const withGetters = (log) => {
      const frame = {
        get width() {
          log.push("width");
          return ["1px", "2px"];
        },
        get color() {
          log.push("color");
          return ["red", "blue"];
        },
        get nothing() {
          log.push("nothing");
        },
        get easing() {
          log.push("easing");
          return "ease-in";
        },
      };
      return Object.defineProperty(frame, "height", {
        enumerable: false,
        get() {
          log.push("height");
          return ["1px", "2px"];
        },
      });
    };
    const log = [];
    const inherited = Object.create(
      { easing: "ease-out", color: ["red", "blue"] },
      { opacity: { value: [0, 1], enumerable: true } },
    );
    class Frames {
      *[Symbol.iterator]() {
        yield { opacity: 0 };
        yield { opacity: 1, offset: 1 };
      }
    }
    return [
      read([{ opacity: 0 }, { opacity: 1 }]),
      read({ opacity: [0, 1], "--own": ["a", "b"] }),
      read(new Set([{ opacity: 0 }, { opacity: 1 }])),
      read(
        (function* () {
          yield { opacity: 0 };
          yield null;
        })(),
      ),
      read(new Frames()),
      read(inherited),
      read(withGetters(log)),
      log,
      read({ width: [CSS.px(0), CSS.px(10)] }),
      read([{ width: CSS.em(1) }, { width: CSS.em(2) }]),
      read({ opacity: new Set([0, 0.5, 1]) }),
      read({ width: { toString: () => "7px" } }),
      read(null),
      read(undefined),
      read(3),
      read("x"),
      read([3]),
      read([{ offset: 2 }, {}]),
      read({ opacity: Symbol.iterator }),
      read({ opacity: [0, 1], composite: ["add"], easing: ["linear", "ease"], offset: [0, 1] }),
      read(Object.freeze([Object.freeze({ opacity: "0" }), Object.freeze({ opacity: "1" })])),
      read({
        get opacity() {
          throw new RangeError("mine");
        },
      }),
      read({ [Symbol.iterator]: 3 }),
      read([]),
      read({ backgroundImage: ["url(https://other.example/a)", "none"] }),
    ];
  },
  "an effect, and keyframes set later": ({ e }) => {
    const effect = new KeyframeEffect(e, { opacity: [0, 1] }, 9);
    effect.setKeyframes(new Set([{ color: "red" }, { color: "blue" }]));
    return [
      effect.getKeyframes(),
      new KeyframeEffect(effect).getKeyframes(),
      effect instanceof KeyframeEffect,
      KeyframeEffect.length,
    ];
  },
  "options that are objects": () => {
    const other = new CSSStyleSheet({ media: "print", disabled: true });
    CSS.registerProperty({ name: "--typed", syntax: "<length>", inherits: false, initialValue: CSS.px(3) });
    return [
      other.media.mediaText,
      other.disabled,
      new CSSStyleSheet({ media: other.media }).media.mediaText,
      new CSSStyleSheet().media.mediaText,
      getComputedStyle(document.body).getPropertyValue("--typed"),
    ];
  },
  "declarations as objects": ({ e }) => {
    const { style } = e;
    const tried = (run) => {
      try {
        return run();
      } catch (error) {
        return error.name;
      }
    };
    const strict = (text) => tried(() => new Function("style", `"use strict"; return ${text}`)(style));
    const float = Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "cssFloat");
    const heir = Object.create(style);
    heir.color = "red";
    const found = [
      float && (float.set.call(style, "left"), float.get.call(style)),
      Reflect.set(Object.getPrototypeOf(style), "color", "red", style),
      style.color,
      tried(() => {
        Object.defineProperty(style, "foo", { value: 3 });
        return style.foo;
      }),
      tried(() => {
        Object.defineProperty(style, "width", { value: "3px" });
        return style.width;
      }),
      tried(() => Object.getOwnPropertyDescriptor(style, "foo")),
      Object.hasOwn(heir, "color"),
      strict("style.length = 3"),
      strict("style[0] = 'x'"),
      strict("delete style.color"),
      strict("style.bar = { a: 1 }"),
      style.bar,
      tried(() => Object.freeze(document.createElement("i").style)),
      Reflect.set(style, "bar", 4),
      style.bar,
      delete style.bar,
      style.bar,
      "color" in style,
      "foo" in style,
      "nothing" in style,
      strict("style.color = Symbol()"),
      strict("style.color = null"),
      strict("style.color = undefined"),
      style.color,
      strict("style.setProperty('color')"),
      strict("style.setProperty('color', 'red', 'important')"),
      style.cssText,
      Object.keys(style).slice(0, 5),
      Reflect.ownKeys(style).length,
      JSON.stringify(style).slice(0, 50),
      Object.prototype.toString.call(style),
      style instanceof CSSStyleDeclaration,
      style === e.style,
      [...style],
      style.item(0),
      style[0],
      style[99],
      style.length,
      Object.getOwnPropertyDescriptor(style, "color"),
      Object.getOwnPropertyDescriptor(style, "0"),
      style.parentRule,
      style["background-color"],
      style.webkitTransform,
      { ...style }.color,
      Object.assign({}, style).color,
      style.constructor === Object.getPrototypeOf(style).constructor,
      Object.getPrototypeOf(style) === Object.getPrototypeOf(getComputedStyle(e)),
      ((e.style = "color: blue"), style.color),
      ((style.cssText = null), style.cssText),
      CSSStyleDeclaration.prototype.setProperty.length,
      CSSStyleDeclaration.prototype.setProperty.name,
      tried(() => CSSStyleDeclaration.prototype.setProperty.call({}, "a", "b")),
      Reflect.set(style, "color", "pink", {}),
    ];
    const symbol = Symbol("own");
    style[symbol] = 5;
    found.push(style[symbol], Object.getOwnPropertySymbols(style).length);
    for (const key in style) if (key === "foo" || key === "zIndex") found.push(key);
    return found;
  },
  rules: () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("@media print { a { color: red } } b { content: 'https://other.example/'; & i { color: blue } }");
    const tried = (run) => {
      try {
        return run();
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    };
    return [
      sheet.insertRule("c{background:url(https://other.example/)}", 1),
      sheet.insertRule("d{}"),
      sheet.addRule("e", "color:red"),
      sheet.addRule("f"),
      sheet.cssRules[2].insertRule?.("g{}"),
      tried(() => sheet.insertRule("h{", 99)),
      tried(() => sheet.insertRule()),
      tried(() => sheet.replaceSync()),
      tried(() => sheet.insertRule({ toString: () => "k{}" })),
      [...sheet.cssRules].map((rule) => rule.cssText),
      sheet.cssRules[0].style?.parentRule === sheet.cssRules[0],
      tried(() => new FontFace("a")),
      tried(() => CSS.registerProperty()),
      tried(() => document.body.animate()),
      tried(() => new FontFace("a", new ArrayBuffer(1)).loaded.catch(() => {}) && "made"),
      tried(() => document.body.attributeStyleMap.set("width")),
      sheet.removeRule(0),
      sheet.cssRules.length,
    ];
  },
  "texts that ask nobody": ({ e }) => {
    const style = document.head.appendChild(document.createElement("style"));
    style.textContent =
      "@namespace svg url(http://www.w3.org/2000/svg); svg|rect{fill:red} :is(a[href*='//y']){color:blue} b::after{content:\"https://x.example/a\"}";
    e.setAttribute(
      "style",
      "font-family:'//x'; --t:'a:b'; background:url( 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' )",
    );
    return [style.outerHTML, [...style.sheet.cssRules].map((rule) => rule.cssText), e.outerHTML];
  },
};

visitTest(
  "a page whose addresses may pass finds its styles, and the objects for them, as without the tag",
  async (visit) => {
    visit.serve("/bare.html", "<!doctype html><link rel=icon href=data:,><title>bare</title><body></body>");
    const look = async () => {
      const seen = {};
      for (const [name, code] of Object.entries(LOOKS)) {
        seen[name] = await visit.page.evaluate(`(async () => {
        const e = document.body.appendChild(document.createElement("div"));
        const found = await (${code})({ e });
        e.remove();
        return JSON.parse(JSON.stringify(found, (_, value) => (value === undefined ? "undefined" : typeof value === "symbol" ? String(value) : value)));
      })()`);
      }
      return seen;
    };
    await visit.page.goto(visit.url("/bare.html"));
    const bare = await look();
    await visit.open({ policy: policyOf([], { undeclared: "allow" }) });
    const tagged = await look();
    for (const name of Object.keys(LOOKS)) assert.deepEqual(tagged[name], bare[name], name);
    visit.forgive(/^Failed to load resource/);
  },
);
