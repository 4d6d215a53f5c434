// How the program of a composed attempt (../compose.mjs) is run: at once or later, as code or as text, and while a built-in that a
// gate might use is something else.
//
// Left out: what the program does.

import { quoted } from "./text.mjs";

// Built-ins that a gate might use, and what a page may put in their place for the time of the attempt.
const PATCHES = [
  ["String.prototype", "indexOf", "() => -1"],
  ["String.prototype", "startsWith", "() => false"],
  ["String.prototype", "slice", '() => ""'],
  ["String.prototype", "split", "() => []"],
  ["String.prototype", "toLowerCase", '() => ""'],
  ["String.prototype", "trim", '() => "need"'],
  ["String.prototype", "replace", "function () { return this; }"],
  ["String.prototype", "includes", "() => false"],
  ["RegExp.prototype", "exec", "() => null"],
  ["RegExp.prototype", "test", "() => false"],
  ["Array.prototype", "push", "() => 0"],
  ["Array.prototype", "includes", "() => true"],
  ["Array.prototype", "forEach", "() => {}"],
  ["Array.prototype", "map", "() => []"],
  ["Array.prototype", "filter", "() => []"],
  ["Array.prototype", "some", "() => false"],
  ["Array.prototype", "indexOf", "() => -1"],
  ["Function.prototype", "apply", "() => 0"],
  ["Function.prototype", "call", "() => 0"],
  ["Function.prototype", "bind", "function () { return this; }"],
  ["Reflect", "apply", "() => 0"],
  ["Reflect", "get", "() => 0"],
  ["Object", "getOwnPropertyDescriptor", "() => undefined"],
  ["Object", "defineProperty", "(object) => object"],
  ["Object", "keys", "() => []"],
  ["Map.prototype", "get", "() => undefined"],
  ["WeakMap.prototype", "get", "() => undefined"],
  ["WeakMap.prototype", "has", "() => true"],
  ["WeakSet.prototype", "has", "() => true"],
  ["Set.prototype", "has", "() => true"],
  ["Element.prototype", "getAttribute", "() => null"],
  ["Element.prototype", "hasAttribute", "() => false"],
  ["Element.prototype", "querySelectorAll", "() => []"],
  ["TextEncoder.prototype", "encodeInto", "() => ({ read: 0, written: 0 })"],
  ["TextDecoder.prototype", "decode", '() => ""'],
  ["JSON", "parse", "() => ({})"],
  ["JSON", "stringify", '() => "{}"'],
  ["window", "URL", 'function () { return { href: location.href, pathname: "/" }; }'],
  ["Promise.prototype", "then", "() => {}"],
  ["EventTarget.prototype", "dispatchEvent", "() => true"],
  ["DOMParser.prototype", "parseFromString", "() => document"],
];
const POLLUTED = [
  'Object.defineProperty(Object.prototype, "get", { value: () => 0, configurable: true }); UNDO = () => delete Object.prototype.get;',
  'Object.defineProperty(Object.prototype, "value", { value: () => 0, configurable: true, writable: true }); UNDO = () => delete Object.prototype.value;',
  "Object.defineProperty(Array.prototype, 0, { get: () => location.href, set() {}, configurable: true }); UNDO = () => delete Array.prototype[0];",
  'Object.defineProperty(Object.prototype, "apply", { value: undefined, configurable: true, writable: true }); UNDO = () => delete Object.prototype.apply;',
  "const iterate = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function* () {}; UNDO = () => { Array.prototype[Symbol.iterator] = iterate; };",
];

/** The program while the page has put something of its own in the place of a built-in. */
export function patched(chooser, code) {
  const [owner, name, lie] = chooser.pick(PATCHES);
  const pollution = chooser.pick(POLLUTED);
  const isPolluted = chooser.chance(0.3);
  if (!chooser.chance(0.12)) return code;
  // What the program itself uses would not work any more.
  const uses = (word) => code.includes(word);
  if (isPolluted) {
    if (pollution.includes("Symbol.iterator") && /\.\.\.|for \(|\] = \[|\(\[/.test(code)) return code;
    if (
      /"(get|value)"|Array.prototype/.test(pollution) &&
      /defineProperty|defineProperties|createAttribute|Proxy|= \[|\[\(|\["|class|EventInit|new \w+\(.*\{/.test(code)
    )
      return code;
    return `let UNDO = () => {}; ${pollution} try { ${code} } finally { UNDO(); }`;
  }
  if (uses(`.${name}(`) || uses(`${name}.`) || uses(`"${name}"`) || (name === "URL" && uses("URL"))) return code;
  return `const TRUE = ${owner}.${name}; ${owner}.${name} = ${lie}; try { ${code} } finally { ${owner}.${name} = TRUE; }`;
}

/** The program, run at once or in another way. */
export function wrapped(chooser, code) {
  const block = `{ ${code} }`;
  const literal = quoted(block);
  const html = block.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const id = chooser.target.id;
  const ways = [
    block,
    block,
    block,
    block,
    block,
    `setTimeout(() => ${block});`,
    `queueMicrotask(() => ${block});`,
    `Promise.resolve().then(() => ${block});`,
    `new Function(${literal})();`,
    `(0, eval)(${literal});`,
    `setTimeout(${literal}, 0);`,
    `(() => ${block})();`,
    `const b = document.createElement("b"); b.setAttribute("onclick", ${literal}); b.click();`,
    `const b = document.createElement("b"); document.body.append(b); b.innerHTML = ${quoted(`<img src="data:," onerror="${html}">`)};`,
    `const b = document.createElement("script"); b.text = ${literal}; document.head.append(b);`,
    `const b = document.createElement("script"); b.src = URL.createObjectURL(new Blob([${literal}])); document.head.append(b);`,
    `const b = document.createElement("script"); b.src = "data:text/javascript;charset=utf-8," + encodeURIComponent(${literal}); document.head.append(b);`,
    `const b = document.createElement("script"); b.type = "module"; b.textContent = ${literal}; document.head.append(b);`,
    `document.addEventListener("x-${id}", () => ${block}); document.dispatchEvent(new Event("x-${id}"));`,
    `const b = document.createElement("div"); new MutationObserver(() => ${block}).observe(b, { childList: true }); b.append("x");`,
    `customElements.define("x-${id}", class extends HTMLElement { connectedCallback() ${block} }); document.body.append(document.createElement("x-${id}"));`,
    `const b = new MessageChannel(); b.port1.onmessage = () => ${block}; b.port2.postMessage(0);`,
    `document.body.append(Object.assign(document.createElement("iframe"), { src: "javascript:parent.eval(decodeURIComponent('" + encodeURIComponent(${literal}).replaceAll("'", "%27").replaceAll("%", "%25") + "')), undefined" }));`,
  ];
  const way = chooser.pick(ways);
  // In a listener that stands in an attribute, `URL` is the document's address.
  const isLost = /(?<![.\w])URL[.(]/.test(code) && /"onclick"|onerror=/.test(way);
  return `{ ${isLost ? block : way} }`;
}
