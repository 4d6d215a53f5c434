// What pages do in transparent.test.mjs, as data: code by its kind and name, the tools that it can use, and the site
// around it.
//
// Left out: how it is run and compared.

import { item, policyOf } from "./site.mjs";

/** What the site itself answers, by path. */
export const OWN = {
  "/own.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
  "/own2.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
  "/own.js": "",
  "/b.js": "",
  "/own.css": "a{}",
  "/own.html": "<!doctype html><title>own</title>",
  "/own": "own",
  "/own.mp3": "",
  "/own.mp4": "",
  "/null": "",
  "/a": "",
};

const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const ITEMS = KINDS.map((kind) => item("own_*", "necessary", { kind }));
const NECESSARY = policyOf([]).categories.filter(({ necessary }) => necessary);
/** The policies of the pages with the tag: under both, everything that a case does is allowed. */
export const POLICIES = {
  "everything allowed": policyOf(ITEMS, { undeclared: "allow", categories: NECESSARY }),
  "something undecided": policyOf([...ITEMS, item("opt_*")]),
};

/** What the code of every case can use. */
export const TOOLS = `
  const told = (error) => (error?.name ? error.name + ": " + error.message : "" + error);
  const tried = (run) => { try { return run(); } catch (error) { return told(error); } };
  const triedLater = async (run) => { try { return await run(); } catch (error) { return told(error); } };
  const loaded = (target) => new Promise((done) => target.addEventListener("load", done, { once: true }));
  const turn = () => new Promise((done) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(0); });
  const frame = (parent = document.body) => parent.appendChild(document.createElement("iframe"));
  const watch = (node, options = {}) => {
    const records = [];
    const note = (list) => records.push(...list.map(({ type, attributeName, oldValue, addedNodes, removedNodes }) => [type, attributeName, oldValue, addedNodes.length, removedNodes.length]));
    const observer = new MutationObserver(note);
    observer.observe(node, { attributes: true, attributeOldValue: true, childList: true, characterData: true, subtree: true, ...options });
    return () => (note(observer.takeRecords()), records);
  };
  const clear = async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    for (const name of await caches.keys()) await caches.delete(name);
  };
  const PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
  const printed = (_, value) => typeof value === "function" ? "function " + value.name : value === undefined ? "undefined" : typeof value === "symbol" || typeof value === "bigint" ? String(value) : value instanceof Node ? "node " + value.nodeName : value;
`;

/**
 * By kind, by name: code, or an object with `code`, what stands in the page's `head` (before the tag) and `body`, and
 * `undeclared` where it asks for what nobody declared.
 */
export const CASES = {};
const cases = (kind, named) => (CASES[kind] = named);
const TRUSTED = `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'">`;
const trusted = (code, more = {}) => ({ head: TRUSTED, code, ...more });

// ---- markup -------------------------------------------------------------------------------------

const ROOTS = `
  const host = document.body.appendChild(document.createElement("div"));
  const template = document.createElement("template");
  const svgRoot = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  document.body.append(svgRoot);
  const parents = {
    open: document.createElement("div").attachShadow({ mode: "open" }), connected: host.attachShadow({ mode: "closed" }), template: template.content,
    fragment: document.createDocumentFragment(), lone: document.createElement("div"), body: document.body.appendChild(document.createElement("section")), svg: svgRoot,
    table: document.createElement("tbody"), foreign: document.implementation.createHTMLDocument("").body, xml: new DOMParser().parseFromString("<a/>", "text/xml").documentElement,
  };
`;
const eachRoot = (run) => `${ROOTS}
  const seen = {};
  for (const [name, parent] of Object.entries(parents)) {
    parent.append(document.createElement("p"), "text", document.createElement("b"));
    seen[name] = tried(() => ((${run})(parent), [...parent.childNodes].map((one) => one.outerHTML ?? one.data)));
  }
  return seen;`;

cases("markup", {
  "in place of a child": eachRoot(
    "(parent) => { parent.firstChild.outerHTML = '<b>x</b><img src=/own.svg><i style=\"color:red\">y</i>z'; }",
  ),
  "in place of the last child": eachRoot("(parent) => { parent.lastChild.outerHTML = 'z<td>1</td>'; }"),
  "in place of a child, with nothing": eachRoot(
    "(parent) => { parent.firstChild.outerHTML = ''; parent.lastChild.outerHTML = null; }",
  ),
  "before and after a child": eachRoot(
    "(parent) => { parent.firstChild.insertAdjacentHTML('beforebegin', '<b>x</b>'); parent.firstChild.insertAdjacentHTML('afterEnd', '<img src=/own.svg>'); }",
  ),
  "in a child": eachRoot(
    "(parent) => { parent.firstChild.insertAdjacentHTML('afterbegin', '<b>x</b>'); parent.firstChild.insertAdjacentHTML('BeforeEnd', '<i>y</i>'); parent.lastChild.innerHTML = '<u>u</u>'; }",
  ),
  "elements and texts beside a child": eachRoot(
    "(parent) => { parent.firstChild.insertAdjacentElement('afterend', document.createElement('hr')); parent.firstChild.insertAdjacentText('beforebegin', '<t>'); }",
  ),
  "as a fragment of a range there": eachRoot(
    "(parent) => { const range = new Range(); range.setStart(parent, 1); range.insertNode(range.createContextualFragment('<b>x</b><img src=/own.svg>')); }",
  ),
  "of a whole root": eachRoot(
    "(parent) => { parent.innerHTML = '<p>a</p><style>p{color:red}</style>'; parent.firstChild.outerHTML = '<b>x</b>'; }",
  ),
  "by setHTMLUnsafe": eachRoot(
    "(parent) => { parent.setHTMLUnsafe('<p>a</p>'); parent.firstChild.setHTMLUnsafe('<b onclick=\"1\">x</b>'); }",
  ),
  "at the top of a document": `
    const lone = document.createElement("p");
    const other = document.implementation.createHTMLDocument("x");
    return [
      tried(() => { document.documentElement.outerHTML = "<b>"; }), tried(() => document.documentElement.insertAdjacentHTML("afterend", "<b>")), tried(() => document.documentElement.insertAdjacentHTML("beforebegin", "<b>")),
      tried(() => lone.insertAdjacentHTML("afterend", "<b>")), tried(() => lone.insertAdjacentHTML("beforebegin", "<b>")), tried(() => { lone.outerHTML = "<b>"; return lone.outerHTML; }),
      tried(() => { other.documentElement.outerHTML = "<b>"; }), tried(() => lone.insertAdjacentHTML("middle", "<b>")), tried(() => lone.insertAdjacentHTML()), tried(() => lone.insertAdjacentHTML("beforeend")),
      tried(() => lone.insertAdjacentElement("afterend", document.createElement("i"))), tried(() => lone.insertAdjacentHTML(Symbol(), "")), tried(() => { lone.innerHTML = Symbol(); }), lone.outerHTML,
      tried(() => document.documentElement.insertAdjacentElement("afterend", lone)), tried(() => { Element.prototype.__lookupSetter__("innerHTML").call({}, "x"); }), tried(() => { Element.prototype.__lookupSetter__("outerHTML").call(document, "x"); }),
    ];`,
  "that is null, and other values": `
    const e = document.createElement("div");
    const seen = [];
    for (const value of [null, undefined, 0, "", "null", { toString: () => "<b>x</b>" }, ["<i>", "</i>"], true, 1n]) {
      for (const run of [() => e.setHTMLUnsafe(value), () => { e.innerHTML = value; }, () => e.insertAdjacentHTML("beforeend", value), () => { e.append(document.createElement("p")); e.firstElementChild.outerHTML = value; }, () => { e.textContent = value; }, () => { e.append(new Range().createContextualFragment(value)); }, () => e.setHTML?.(value)]) {
        e.textContent = "";
        seen.push([tried(run), e.innerHTML]);
      }
    }
    const root = document.createElement("div").attachShadow({ mode: "open" });
    for (const value of [null, undefined, 7]) seen.push(tried(() => root.setHTMLUnsafe(value)), root.innerHTML, tried(() => { root.innerHTML = value; }), root.innerHTML, tried(() => Document.parseHTMLUnsafe(value).body.innerHTML));
    return seen;`,
  "that looks like what the gate looks for": `
    const e = document.body.appendChild(document.createElement("div"));
    const texts = ["fill= fill= src= style=(", "<p>data-consent data-consent-src=1</p>", "<p title='<img src=/own.svg>'>x</p>", "<!-- <iframe srcdoc=x> -->", "<textarea><img src=/own.svg></textarea>", "<svg><style>a{fill:url(#x)}</style><use href='#a'/></svg>", "<style>@import '/own.css'; a{background:url(/own.svg)}</style>", "<math><mtext><img src=/own.svg></mtext></math>", "<a ping='/own'>x</a><form action=/own><input formaction=/own></form>", "<script>window.never = 1<\\/script>", "<script type=speculationrules>{}<\\/script>", "<template><img src=/own.svg><style>x{}</style></template>", "<p><table><tr><td><b>", "<img src=/own.svg srcset='/own.svg 1x, /own.svg 2x' sizes=10px>", "<video poster=/own.svg><source src=/own.mp4></video>", "<link rel=canonical href=https://undeclared.example/>", "<base>", "<noscript><img src=/own.svg></noscript>"];
    return texts.map((text) => (e.innerHTML = text, e.innerHTML));`,
  "a document by parsing": `
    const made = new DOMParser().parseFromString("<body class=k><img src=/own.svg><iframe srcdoc='<b>x</b>'></iframe><style>a{}</style>", "text/html");
    return [made.documentElement.outerHTML, document.importNode(made.body, true).outerHTML, document.adoptNode(made.body).outerHTML];`,
  "a whole document": {
    undeclared: true,
    code: `
    document.documentElement.innerHTML = '<head></head><body class=k><img src="http://other.localhost:1/"></body>';
    return [document.body.className, document.querySelector("img").outerHTML];`,
  },
  "a whole document of the own origin":
    "document.documentElement.innerHTML = '<head><title>t</title></head><body class=k id=b><img src=\"/own.svg\"></body>'; return [document.body.outerHTML, document.title];",
  "relations of a link": `
    const link = document.createElement("link");
    link.rel = "canonical"; link.href = "https://undeclared.example/";
    document.head.append(link);
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = "<link rel=canonical href=https://undeclared.example/><link rel=author href=https://undeclared.example/>";
    return [[...link.relList], link.relList.contains("canonical"), link.outerHTML, [...box.firstChild.relList], box.innerHTML, link.relList instanceof DOMTokenList, link.relList.value];`,
  "a link without an address": `
    const link = document.createElement("link");
    link.relList.add("icon"); link.href = "/own.svg";
    return [link.outerHTML, link.relList === link.relList, link.rel];`,
});

// ---- what is written ----------------------------------------------------------------------------

const OPEN_ENDED = [
  "<h1>Report</h1><table><tr><td>1</td></tr>",
  "<svg><circle r=1>",
  "<template><p>x",
  "<title>t",
  "<textarea>a",
  "<p>x<!-- open",
  "<p>1 <",
  "<p>x<b",
  "<p>x</b",
  "<p>x<img src=/own.svg",
  "<p cla",
  "<style>a{color:red}",
  "<p>x<script>window.a = 1",
  "<ul><li>1<li>2",
  "<select><option>a",
  "<p>a&am",
  "<math><mi>x",
  "<svg><title>x",
  "<svg><style>a{",
  "<table><tr>",
  "<p>x<!",
  "<p>x<!DOCTYPE",
  "<xmp>a<b>",
  "<noscript>n",
  "<iframe>i",
  "<p>x<![CDATA[y",
  "x<a href='/own",
  "<button><p>x",
  "<dialog open>",
  "<details open><summary>s",
  '<p title="',
  "<plaintext>p",
];
cases("what is written", {
  "and left open in a frame": `
    return ${JSON.stringify(OPEN_ENDED).replaceAll("<", "\\u003c")}.map((text) => {
      const d = frame().contentDocument;
      d.open();
      d.write(text);
      const before = /<(?:style|iframe)/.test(text) || [d.querySelectorAll("tr").length, d.documentElement?.outerHTML];
      d.close();
      return [text, before, d.documentElement.outerHTML, d.readyState];
    });`,
  "and left open, without open": `
    return ${JSON.stringify(OPEN_ENDED).replaceAll("<", "\\u003c")}.map((text) => {
      const d = frame().contentDocument;
      d.write(text);
      return /<(?:style|iframe)/.test(text) || [text, d.documentElement?.outerHTML];
    });`,
  "piece by piece, in many calls": `
    return ["<p title=\\"a>b\\" style='color:red'>x</p><img src=/own.svg><script>window.n = (window.n || 0) + 1<\\/script><style>p{color:blue}</style><table><tr><td>1</table><!-- c --><svg><style>a{}</style></svg>&amp;&lt;"].map((text) =>
      [1, 2, 3, 7, 16].map((size) => {
        const d = frame().contentDocument;
        d.open();
        for (let at = 0; at < text.length; at += size) d.write(text.slice(at, at + size));
        d.close();
        return [d.documentElement.outerHTML, d.defaultView.n];
      }));`,
  "in a window of its own": `
    const seen = [];
    for (const text of ["<h1>Report</h1><table><tr><td>1</td></tr>", "<svg><text>x", "<title>t", "<p>1 <", "<p>a<!-- b"]) {
      const w = open("", "_blank");
      if (!w) { seen.push("no window"); continue; }
      w.document.write(text);
      seen.push([w.document.documentElement.outerHTML]);
      w.document.close();
      seen.push([w.document.documentElement.outerHTML]);
      w.close();
    }
    return seen;`,
  "and read at once": `
    const d = frame().contentDocument;
    d.write("<table><tr>");
    const seen = [d.querySelectorAll("tr").length];
    d.write("<td>1"); seen.push(d.querySelectorAll("td").length);
    d.writeln("a", "b", 3, null); seen.push(d.body.textContent);
    d.write(); seen.push(tried(() => d.write(Symbol())), tried(() => Document.prototype.write.call({}, "x")), tried(() => new Document().write("x")), d.write("x"), d.open() === d, d.close());
    return seen;`,
  "scripts that write": `
    const d = frame().contentDocument;
    d.write("<p>1<script>document.write('<b>2<script>document.write(3)<\\\\/script>4</b>')<\\/script>5<script>document.write('<i>')<\\/script>6</i>");
    d.close();
    return d.body.innerHTML;`,
  "a comment in the page": {
    code: "return document.body.innerHTML.replace(/<consent-banner[^]*?<\\/consent-banner>/, '');",
    body: '<script>document.write("<!--")</script><p>old</p>--><p>rest</p>',
  },
  "a plaintext in the page": {
    code: "return document.querySelector('plaintext').textContent.trim();",
    body: '<script>document.write("<plaintext style=display:none>")</script><p>rest</p>',
  },
  "a lone sign in the page": {
    code: "return document.querySelector('#m').textContent;",
    body: '<p id=m><script>document.write("1 <")</script> 2</p>',
  },
  "a style in the page": {
    code: "return [...document.querySelectorAll('style[title]')].map((one) => one.outerHTML);",
    body: '<script>document.write("<style title=a>")</script>b{color:red}</style><p>x',
  },
  "a script in the page": {
    code: "return window.went;",
    body: '<script>document.write("<scr" + "ipt>window.went = ")</script>"on"</script><p>x',
  },
  "a tag in the page": {
    code: "return [...document.querySelectorAll('.k')].map((one) => one.outerHTML);",
    body: '<script>document.write("<p cla")</script>ss=k>x</p><script>document.write("<i class=\'k")</script>  \'>y</i><script>document.write("<b class=k ")</script>title=t>z</b>',
  },
  "elements that go on in the page": {
    code: "return document.querySelector('#m').innerHTML;",
    body: '<div id=m><script>document.write("<table><tr><td>")</script>1</td></tr></table><script>document.write("<svg><g>")</script><circle/></svg><script>document.write("<textarea>")</script>a<b></textarea><script>document.write("<title>")</script>t</title><script>document.write("&am")</script>p;</div>',
  },
  "scripts of the own origin in the page": {
    code: "return [window.order, document.querySelector('#m').innerHTML];",
    body: '<div id=m><script>window.order = []; document.write("<scr" + "ipt>order.push(1)</scr" + "ipt><i>a</i><scr" + "ipt>order.push(2)</scr" + "ipt>"); order.push(3)</script><b>c</b></div>',
  },
});

// ---- frames -------------------------------------------------------------------------------------

cases("markup of frames", {
  "read back in every way": `
    const f = frame();
    const seen = [];
    for (const text of ["<b>x</b>", "", "<!doctype html><p>y", "<script>window.a = 1<\\/script>", "a & b \\"c\\" 'd' <e>", "<html><head><title>t</title></head><body class=k></body></html>", "<!-- c --><p>"]) {
      f.srcdoc = text;
      await loaded(f);
      seen.push([f.srcdoc, f.getAttribute("srcdoc"), f.outerHTML, f.cloneNode().outerHTML, f.attributes.srcdoc.value, f.getAttributeNode("srcdoc").nodeValue, f.attributes[0].textContent, f.getAttributeNS(null, "srcdoc"), document.importNode(f, true).srcdoc, f.parentNode.innerHTML.includes(f.outerHTML), new XMLSerializer().serializeToString(f), f.contentDocument.documentElement.outerHTML, f.contentDocument.compatMode, f.contentWindow.a]);
    }
    return seen;`,
  "found in markup": `
    const box = document.body.appendChild(document.createElement("div"));
    const seen = [];
    for (const text of ['<iframe srcdoc="a"></iframe>', "<iframe srcdoc='<b>x</b>' sandbox></iframe>", "<iframe srcdoc=x></iframe>", "<iframe name='n' srcdoc='a &amp; b' sandbox=allow-scripts></iframe>", "<iframe srcdoc='&lt;!doctype html>&lt;p title=&quot;a&amp;amp;b&quot;>'></iframe>", "<iframe srcdoc></iframe>", "<p><iframe name=n srcdoc='<iframe srcdoc=\\"y\\"></iframe>'></iframe></p>"]) {
      box.innerHTML = text;
      const f = box.querySelector("iframe");
      seen.push([box.innerHTML, f.srcdoc, f.getAttribute("srcdoc"), box.cloneNode(true).innerHTML, f.attributes.srcdoc.value, box.getHTML?.()]);
      await loaded(f);
      seen.push([f.srcdoc, tried(() => f.contentDocument && f.contentDocument.documentElement.outerHTML), tried(() => f.contentDocument && f.contentDocument.compatMode)]);
    }
    return seen;`,
  "seen by an observer": `
    const f = frame();
    const records = watch(f);
    f.srcdoc = "<b>x</b>"; f.setAttribute("srcdoc", "y"); f.srcdoc = "z"; f.removeAttribute("srcdoc");
    return [records(), f.outerHTML];`,
  "in the page itself": {
    body: '<iframe id=g srcdoc="<b>x</b>"></iframe><iframe id=h srcdoc="y" sandbox></iframe>',
    code: `
    const g = document.querySelector("#g"), h = document.querySelector("#h");
    return [g.outerHTML, h.outerHTML, g.srcdoc, g.contentDocument.documentElement.outerHTML, h.getAttribute("srcdoc")];`,
  },
  "attributes that are compared": `
    const a = frame(), b = document.createElement("iframe");
    a.srcdoc = "<p>1"; b.setAttribute("srcdoc", "<p>1");
    const c = a.cloneNode();
    return [a.isEqualNode(b), b.isEqualNode(c), a.matches('[srcdoc]'), [...a.attributes].map(({ name, value }) => [name, value]), a.hasAttribute("srcdoc")];`,
  "fewer ways to read": `
    const f = frame();
    f.srcdoc = "<b>x</b>";
    const range = new Range(); range.selectNode(f);
    const box = document.createElement("div"); box.append(range.cloneContents());
    return [box.innerHTML, f.attributes.getNamedItem("srcdoc").value, f.attributes.item(0).value, f.getAttributeNode("srcdoc").cloneNode().value, f.getAttributeNode("srcdoc").textContent, f.removeAttributeNode(f.getAttributeNode("srcdoc")).value, f.outerHTML];`,
  "no code in a frame that runs none": `
    const f = document.createElement("iframe");
    f.sandbox = "allow-same-origin"; f.srcdoc = "<b>x</b>";
    document.body.append(f);
    await loaded(f);
    return [f.contentDocument.documentElement.outerHTML];`,
});

cases("frames", {
  "of another origin now": {
    undeclared: true,
    code: `
    const errors = [];
    addEventListener("error", ({ message }) => errors.push(message));
    const f = frame();
    const d = f.contentDocument;
    const gone = loaded(f);
    f.src = "http://127.0.0.1:" + location.port + "/own.html";
    await gone;
    const seen = [tried(() => d.body.append(d.createElement("p"))), tried(() => { d.body.innerHTML = "<img src=/own.svg><b style='color:red'>x</b>"; }), tried(() => { d.write("<p>x"); }), tried(() => { d.body?.setAttribute("style", "color:red"); }), tried(() => { d.createElement("iframe").srcdoc = "x"; }), tried(() => d.body.appendChild(d.createElement("img")).src = "/own.svg")];
    await turn();
    return [seen, errors, f.contentDocument, tried(() => f.contentWindow.document)];`,
  },
  "taken out": `
    const f = frame();
    const w = f.contentWindow, d = f.contentDocument;
    f.remove();
    return [tried(() => d.body.append(d.createElement("p"))), tried(() => { d.body.innerHTML = "<b style='color:red'>x</b>"; }), tried(() => d.write("x")), tried(() => w.document === d), tried(() => d.defaultView), tried(() => { d.cookie = "own_a=1"; }), tried(() => d.body.attachShadow({ mode: "open" }).host === d.body), d.body?.outerHTML];`,
  "errors of their own": `
    const w = frame().contentWindow;
    return [
      w.eval("try { new Document().write('x') } catch (e) { e instanceof DOMException }"), w.eval("try { document.body.appendChild({}) } catch (e) { e instanceof TypeError }"), w.eval("try { document.body.insertAdjacentHTML('x', '') } catch (e) { e instanceof DOMException }"),
      w.eval("try { new Image().src = Symbol() } catch (e) { e instanceof TypeError }"), w.eval("try { document.body.setAttribute('1', '') } catch (e) { e instanceof DOMException }"), w.eval("try { new Worker('http://[') } catch (e) { e instanceof DOMException }"), w.eval("try { new WebSocket('http://[') } catch (e) { e instanceof DOMException }"),
      w.fetch("http://[").catch(() => 0) instanceof w.Promise, w.eval("fetch('http://[').catch((e) => 0) instanceof Promise"), await w.eval("fetch('http://[').catch((e) => [e instanceof TypeError, e.message])"), await w.eval("caches.open().catch((e) => [e instanceof TypeError, e.message])"), w.caches.open("own_x") instanceof w.Promise, w.cookieStore.set("own_a", "1") instanceof w.Promise,
      w.eval("try { localStorage.setItem('a') } catch (e) { e instanceof TypeError }"), w.eval("try { history.pushState(0, '', 'http://[') } catch (e) { e instanceof DOMException }"), w.eval("try { document.body.animate(3) } catch (e) { e instanceof TypeError }"), w.eval("new Image() instanceof HTMLImageElement"), w.eval("new Audio() instanceof HTMLAudioElement"), w.eval("Worker.name"),
      w.eval("try { new CSSStyleSheet().insertRule('{') } catch (e) { e instanceof DOMException }"), w.eval("try { Object.defineProperty(localStorage, 'q', { get() {} }) } catch (e) { e instanceof TypeError }"), w.eval("try { XMLHttpRequest() } catch (e) { e instanceof TypeError }"), w.eval("try { new XMLHttpRequest().open('(', '/') } catch (e) { e instanceof DOMException }"), await w.eval("cookieStore.set().catch((e) => e instanceof TypeError)"),
    ];`,
  "whose functions are natives": `
    const w = frame().contentWindow;
    const textOf = w.Function.prototype.toString;
    return [textOf.call(fetch), Function.prototype.toString.call(w.fetch), textOf.call(w.Worker), Function.prototype.toString.call(textOf), w.fetch.name, w.fetch.length, textOf.call(Element.prototype.setAttribute)];`,
});

// ---- functions ----------------------------------------------------------------------------------

cases("functions", {
  texts: `
    const of = (fn) => fn && Function.prototype.toString.call(fn);
    const setter = (type, name) => of(Object.getOwnPropertyDescriptor(type.prototype, name)?.set);
    return [of(fetch), String(fetch), fetch + "", of(Worker), of(WebSocket), of(EventSource), of(Audio), of(FontFace), of(open), of(navigator.sendBeacon), of(XMLHttpRequest.prototype.open), of(Element.prototype.animate), of(Storage.prototype.setItem), of(Function.prototype.toString), of(Document.prototype.write), of(CustomElementRegistry.prototype.define), setter(Element, "innerHTML"), setter(HTMLImageElement, "src"), setter(Document, "cookie"), setter(HTMLIFrameElement, "srcdoc"), of(localStorage.setItem), of(document.body.style.setProperty),
      /^function\\s+\\w+\\(\\)\\s+\\{\\s+\\[native code\\]\\s+\\}$/.test(fetch), tried(() => Function.prototype.toString.call({})), of(class { a() {} }), of(() => 1), of(new Proxy(fetch, {})), of(fetch.bind(null)), Function.prototype.toString.name];`,
  "descriptors of all that are wrapped": `
    const seen = {};
    const describe = (fn) => fn && [fn.name, fn.length, Object.getOwnPropertyNames(fn).sort().join(), "prototype" in fn, Object.getPrototypeOf(fn) === Function.prototype, Function.prototype.toString.call(fn)];
    for (const name of Object.getOwnPropertyNames(window).sort()) {
      if (name === "consentinel" || name === "consentinel:part" || name === "run" || name === "takeOwner" || name === "owner") continue;
      let type;
      try { type = window[name]; } catch { continue; }
      if (typeof type !== "function") continue;
      seen[name] = [type.name, type.length, tried(() => Function.prototype.toString.call(type))];
      if (!type.prototype || typeof type.prototype !== "object") continue;
      for (const key of Object.getOwnPropertyNames(type.prototype)) {
        const { value, get, set, enumerable, configurable, writable } = Object.getOwnPropertyDescriptor(type.prototype, key);
        seen[name + "." + key] = [typeof value === "function" && key !== "constructor" && describe(value), key === "constructor" && value === type, describe(get), describe(set), enumerable, configurable, writable];
      }
    }
    return seen;`,
  "called with too few arguments": `
    const e = document.body.appendChild(document.createElement("div"));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("@keyframes k { from { color: red } }");
    const runs = [() => caches.open(), () => navigator.sendBeacon(), () => document.execCommand(), () => sheet.insertRule(), () => sheet.replaceSync(), () => sheet.replace(), () => sheet.cssRules[0].appendRule(), () => new FontFace("a"), () => new FontFace(), () => CSS.registerProperty(), () => e.animate(), () => localStorage.setItem("a"), () => localStorage.setItem(), () => sessionStorage.removeItem(), () => localStorage.getItem(), () => localStorage.key(), () => cookieStore.set(), () => cookieStore.delete(), () => fetch(), () => caches.open(Symbol()), () => indexedDB.open(), () => new Worker(), () => new WebSocket(), () => new EventSource(), () => new SharedWorker(), () => e.setAttribute(), () => e.setAttribute("a"), () => e.setAttributeNS("a"), () => e.setAttributeNode(), () => e.appendChild(), () => e.insertBefore(e), () => e.insertAdjacentHTML("a"), () => e.insertAdjacentText("a"), () => e.replaceChild(e), () => new Range().insertNode(), () => new Range().createContextualFragment(), () => new DOMParser().parseFromString("a"), () => new XMLHttpRequest().open("a"), () => document.importNode(), () => document.adoptNode(), () => customElements.define("x-y"), () => customElements.define(), () => navigator.serviceWorker?.register(), () => e.attachShadow(), () => e.style.setProperty("a"), () => e.style.setProperty(), () => e.attributes.setNamedItem(), () => e.attributeStyleMap.set(), () => new KeyframeEffect(), () => new Notification(), () => new PaymentRequest(), () => new StorageEvent(), () => e.removeAttribute(), () => e.setHTMLUnsafe(), () => navigator.storageBuckets?.open(), () => caches.match(), () => new Cache(), () => history.pushState(), () => e.toggleAttribute(), () => document.createElement("form").submit.call({}), () => trustedTypes.createPolicy(), () => navigator.credentials?.get.call({}), () => document.createElement("p").append(), () => new XSLTProcessor().importStylesheet(), () => new MediaMetadata() && 1, () => CSSStyleSheet.prototype.insertRule.call({}, "a{}"), () => Storage.prototype.setItem.call({}, "a", "b"), () => fetch.call({}, "/own"), () => Document.prototype.write.call(e, "x"), () => Element.prototype.setAttribute.call({}, "a", "b"), () => e.setAttribute("", ""), () => e.setAttribute("a b", 1), () => e.setAttribute("src", Symbol()), () => { new Image().src = Symbol(); }, () => navigator.sendBeacon("http://["), () => navigator.sendBeacon("ftp://x/"), () => new Worker("http://["), () => new WebSocket("nope://x"), () => open("http://["), () => fetch("http://["), () => fetch(Symbol()), () => fetch("/own", 3), () => fetch("/own", { method: "TRACE" }), () => fetch("/own", { body: "x" }), () => new XMLHttpRequest().open("GET", "http://["), () => new XMLHttpRequest().send(), () => caches.delete(), () => new Audio(Symbol()), () => Audio(), () => Worker("a"), () => Image(), () => e.removeChild(e), () => e.appendChild(document), () => e.appendChild({}), () => e.appendChild(null), () => e.insertBefore(null, null), () => e.before(Symbol()), () => e.append(e), () => document.append("x"), () => e.moveBefore?.(e, null), () => cookieStore.set("own_a"), () => cookieStore.set("own_a", "b", "c") && 1];
    const seen = [];
    for (const run of runs) {
      let value = await triedLater(run);
      seen.push([String(run).slice(0, 60), typeof value === "object" && value ? Object.prototype.toString.call(value) : value, tried(() => { const got = run(); const kind = got instanceof Promise; got?.catch?.(() => 0); return kind; })]);
    }
    return [seen, await caches.keys(), Object.keys(localStorage).filter((key) => !/^consentinel/.test(key))];`,
  "cookies redefined": `
    const before = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    const seen = [before.configurable, before.enumerable, before.get.name, before.set.name];
    let jar = "";
    Object.defineProperty(Document.prototype, "cookie", { get() { return jar; }, set(text) { jar += text + ";"; }, configurable: true });
    document.cookie = "own_a=1";
    seen.push(document.cookie);
    Object.defineProperty(Document.prototype, "cookie", before);
    document.cookie = "own_b=2";
    seen.push(/own_b=2/.test(document.cookie), delete Document.prototype.cookie, document.cookie);
    Object.defineProperty(Document.prototype, "cookie", before);
    Object.defineProperty(document, "cookie", { get: () => "mine", configurable: true });
    seen.push(document.cookie, delete document.cookie, /own_b/.test(document.cookie));
    return seen;`,
  "patched by the page": `
    const log = [];
    const patch = (object, name) => { const before = object[name]; object[name] = function (...args) { log.push(name); return before.apply(this, args); }; return () => { object[name] = before; }; };
    const undo = [patch(window, "fetch"), patch(Storage.prototype, "setItem"), patch(Element.prototype, "setAttribute"), patch(Node.prototype, "appendChild"), patch(Document.prototype, "createElement"), patch(XMLHttpRequest.prototype, "open"), patch(history, "pushState")];
    await fetch("/own.svg").then((answer) => answer.text());
    localStorage.setItem("own_a", "1");
    const e = document.createElement("img");
    e.setAttribute("src", "/own.svg"); document.body.appendChild(e);
    const script = document.createElement("script"); script.text = "window.p = 1"; document.body.appendChild(script);
    const request = new XMLHttpRequest(); request.open("GET", "/own.svg");
    for (const one of undo) one();
    return [log, localStorage.own_a, e.outerHTML, window.p, fetch.name];`,
});

// ---- styles -------------------------------------------------------------------------------------

cases("styles", {
  "changes of a style": `
    const style = document.head.appendChild(document.createElement("style"));
    const records = watch(style);
    style.append("a{}"); style.textContent = "b{}"; style.firstChild.data = "c{}"; style.innerHTML = "d{}"; style.append("e{}", "f{}"); style.replaceChildren("g{}", "h{}"); style.normalize(); style.lastChild.remove();
    style.insertAdjacentHTML("beforeend", "i{}"); style.innerText = "j{}"; style.insertBefore(new Text("k{}"), style.firstChild); style.replaceChild(new Text("l{}"), style.firstChild); style.append(document.createElement("b")); style.lastChild.append("m{}"); style.firstChild.splitText(1);
    return [records(), style.outerHTML, style.sheet.cssRules.length];`,
  "a sheet that stays": `
    const seen = [];
    // Blink may keep a text that is set again as it is, and its sheet, where nothing in the page observes it.
    new MutationObserver(() => {}).observe(document, { childList: true, subtree: true });
    for (const step of ["style.textContent = ''", "style.append()", "style.normalize()", "style.innerHTML = ''", "style.replaceChildren()", "style.prepend()", "style.append(document.createElement('b'))", "style.setAttribute('title', 'x')", "style.append(new Comment('x'))", "style.normalize(); style.textContent = ''", "style.cloneNode(true)", "style.innerText = ''", "style.insertAdjacentHTML('beforeend', '')", "style.insertAdjacentText('beforeend', '')", "style.setAttribute('media', 'all')"]) {
      const style = document.head.appendChild(document.createElement("style"));
      const { sheet } = style;
      sheet.insertRule("#p{width:42px}");
      new Function("style", step)(style);
      seen.push([step, style.sheet === sheet, style.sheet?.cssRules.length]);
    }
    for (const step of ["style.textContent = style.textContent", "style.firstChild.data = style.firstChild.data", "style.append()", "style.normalize()", "style.firstChild.appendData('')", "style.append(' ')", "style.append(style.firstChild)", "style.innerHTML = style.innerHTML"]) {
      const style = document.head.appendChild(document.createElement("style"));
      style.textContent = "a{}";
      const { sheet } = style;
      sheet.insertRule("#p{width:42px}");
      new Function("style", step)(style);
      seen.push([step, style.sheet === sheet, style.sheet.cssRules.length]);
    }
    return seen;`,
  "code while a style is filled": `
    const seen = [];
    for (const parts of [["a{color:red}", "SCRIPT"], ["SCRIPT", "a{color:red}"], ["a{}", "SCRIPT", "b{}"]]) {
      const style = document.head.appendChild(document.createElement("style"));
      window.owned = style;
      window.rules = "none";
      const fragment = document.createDocumentFragment();
      for (const part of parts) {
        if (part !== "SCRIPT") { fragment.append(part); continue; }
        const script = document.createElement("script");
        script.textContent = "window.rules = owned.sheet && owned.sheet.cssRules.length";
        fragment.append(script);
      }
      style.append(fragment);
      seen.push(window.rules, style.sheet?.cssRules.length);
    }
    return seen;`,
  keyframes: `
    const e = document.body.appendChild(document.createElement("div"));
    const log = [];
    const watched = { get width() { log.push("width"); return ["1px", "2px"]; }, get color() { log.push("color"); return ["red", "blue"]; }, get nothing() { log.push("nothing"); }, get offset() { log.push("offset"); return [0, 1]; } };
    Object.defineProperty(watched, "height", { get() { log.push("height"); return ["1px", "2px"]; } });
    const read = (frames, options = 9) => tried(() => e.animate(frames, options).effect.getKeyframes());
    const proxied = (value) => new Proxy(value, { get(target, name, self) { log.push(String(name)); return Reflect.get(target, name, self); }, ownKeys(target) { log.push("keys"); return Reflect.ownKeys(target); }, getOwnPropertyDescriptor(target, name) { log.push("describe " + String(name)); return Reflect.getOwnPropertyDescriptor(target, name); } });
    return [read(new Set([{ opacity: 0 }, { opacity: 1 }])), read((function* () { yield { opacity: 0 }; yield { opacity: 1 }; })()), read(Object.create({ get opacity() { return [0, 1]; } })), read({ width: [CSS.px(0), CSS.px(10)] }), read(watched), log.splice(0), read(new Map([[1, 2]])), read([Object.create({ opacity: 0 }), { opacity: 1 }]), read({ cssFloat: ["left", "right"], cssOffset: ["1px", "2px"], "--b": ["x", "y"], float: "left" }),
      read(proxied({ width: ["1px", "2px"], color: ["red", "blue"] })), read([proxied({ width: "1px", easing: "ease" }), proxied({ width: "3px", offset: 1 })]), read({ width: new Set(["1px", "2px"]) }), read({ width: (function* () { yield "1px"; yield { toString: () => "4px" }; })() }), read("text"), read(() => {}), read(new (class { width = ["1px", "2px"]; })()), read([null, undefined]), read({ composite: "add", width: ["1px", "2px"] }), read({ opacity: [0, 1] }, { duration: 5, pseudoElement: "::before", easing: "ease" }), read({ transform: [new CSSTransformValue([new CSSTranslate(CSS.px(1), CSS.px(2))]), "none"] }), tried(() => new KeyframeEffect(e, new Set([{ opacity: 0 }, { opacity: 1 }]), 5).getKeyframes())];`,
  "values that are objects": `
    const seen = [];
    const rest = (run) => seen.push(tried(run));
    CSS.registerProperty({ name: "--x", syntax: "<length>", inherits: false, initialValue: CSS.px(3) });
    rest(() => getComputedStyle(document.body).getPropertyValue("--x"));
    rest(() => CSS.registerProperty({ name: "--x", syntax: "<length>", inherits: false, initialValue: "1px" }));
    rest(() => CSS.registerProperty(Object.create({ name: "--y", syntax: "*", inherits: true })));
    rest(() => CSS.registerProperty({ name: "--z", syntax: "<color>", inherits: true }));
    rest(() => CSS.registerProperty({ name: { toString: () => "--w" }, syntax: "*", inherits: 1, initialValue: 5 }));
    rest(() => CSS.registerProperty(null)); rest(() => CSS.registerProperty({})); rest(() => CSS.registerProperty("x"));
    const other = new CSSStyleSheet({ media: "print" });
    rest(() => new CSSStyleSheet({ media: other.media }).media.mediaText); rest(() => new CSSStyleSheet({ media: ["print", "screen"] }).media.mediaText); rest(() => new CSSStyleSheet({ disabled: 1 }).disabled); rest(() => new CSSStyleSheet(3)); rest(() => new CSSStyleSheet(null).media.length); rest(() => new CSSStyleSheet({ baseURL: "http://[" })); rest(() => new CSSStyleSheet({ media: Symbol() })); rest(() => new CSSStyleSheet(Object.create({ media: "print" })).media.mediaText);
    const read = []; rest(() => new CSSStyleSheet(new Proxy({}, { get: (_, name) => void read.push(name) })).disabled); seen.push(read);
    const font = new FontFace("a", "local(x)", { weight: "bold" }); seen.push([font.family, font.weight, font.status]);
    rest(() => new FontFace({ toString: () => "b" }, new Uint8Array(1).buffer).family); rest(() => new FontFace("a", "bad(").status); rest(() => new FontFace(Symbol(), ""));
    return seen;`,
  declarations: `
    const e = document.body.appendChild(document.createElement("div"));
    const seen = [];
    const rest = (run) => { try { seen.push(run()); } catch (error) { seen.push(error.name); } };
    const d = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e.style), "cssFloat") ?? Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "cssFloat");
    rest(() => d && (d.set.call(e.style, "left"), e.style.cssFloat)); rest(() => Reflect.set(Object.getPrototypeOf(e.style), "color", "red", e.style)); rest(() => e.style.color);
    rest(() => Object.defineProperty(e.style, "foo", { value: 3 }).foo); rest(() => Object.defineProperty(e.style, "bar", { get: () => 4, configurable: true, enumerable: true }).bar); rest(() => Object.getOwnPropertyDescriptor(e.style, "bar").enumerable);
    rest(() => { const o = Object.create(e.style); o.color = "blue"; return [Object.hasOwn(o, "color"), e.style.color]; });
    rest(() => { "use strict"; e.style.length = 3; }); rest(() => { "use strict"; e.style.parentRule = 3; }); rest(() => { "use strict"; e.style[0] = "x"; }); rest(() => { "use strict"; delete e.style.color; return e.style.color; }); rest(() => { e.style.length = 3; return e.style.length; });
    rest(() => Object.freeze(e.style)); rest(() => Object.preventExtensions(document.createElement("p").style)); rest(() => Object.seal(document.createElement("p").style)); rest(() => Object.isExtensible(e.style)); rest(() => Object.isFrozen(e.style)); rest(() => Object.setPrototypeOf(e.style, Object.getPrototypeOf(e.style)) === e.style); rest(() => Object.defineProperty(e.style, Symbol.for("s"), { value: 5 })[Symbol.for("s")]);
    rest(() => { class Own { constructor(style) { return style; } } class More extends Own { #x = 1; static of(style) { return #x in new More(style); } } return More.of(document.createElement("p").style); });
    rest(() => Object.getOwnPropertyDescriptor(e.style, "color")); rest(() => Object.defineProperty(e.style, "color", { value: "green" }) && e.style.color); rest(() => Object.defineProperty(e.style, "width", { value: "5px", writable: false }) && e.style.width); rest(() => Object.defineProperty(e.style, "0", { value: "x" }));
    rest(() => Object.assign(e.style, { color: "red", height: "3px", nothing: 1 }) === e.style); rest(() => e.style.cssText); rest(() => [Object.keys(e.style).length, "color" in e.style, Object.hasOwn(e.style, "color")]); rest(() => structuredClone(e.style)); rest(() => e.style.toString()); rest(() => { with (e.style) color = "pink"; return e.style.color; });
    const rule = document.head.appendChild(document.createElement("style")); rule.textContent = "a{color:red}"; rest(() => { const { style } = rule.sheet.cssRules[0]; style.color = "blue"; Object.defineProperty(style, "own", { value: 1 }); return [style.cssText, style.own, style === rule.sheet.cssRules[0].style, rule.sheet.cssRules[0].cssText]; });
    rest(() => { "use strict"; getComputedStyle(e).color = "red"; }); rest(() => getComputedStyle(e).color); rest(() => e.computedStyleMap().get("color").toString()); rest(() => e.attributeStyleMap.get("height").toString());
    return seen;`,
  "texts that ask nobody": `
    const style = document.head.appendChild(document.createElement("style"));
    const e = document.createElement("i");
    return ["@namespace svg url(http://www.w3.org/2000/svg); svg|rect{fill:red}", ":is(a[href*='//y']){color:blue}", "b::after{content:\\"https://x.example/a\\"}", "a{font-family:'https://x.example'}", "@charset 'utf-8'; a{}", "/* url(https://x.example) */ a{}", "@layer a, b; @layer a { c { color: red } }", "@supports (background: url(https://x.example/)) { a {} }", "@page :first { margin: 1in }", "a{filter:url(#f);mask:url('#m')}", "a[title=\\"url(//x)\\"]{}", "a{quotes:'«' '»'}", "@container (width > 1px) { a { color: red } }", "@property --q { syntax: '*'; inherits: false }", "@counter-style c { symbols: 'https://a' 'b' }", "a{grid-template-areas:'a b' '//c d'}"].map((text) => { style.textContent = text; e.setAttribute("style", "content:'//x';" + text); return [style.textContent, [...style.sheet.cssRules].map((rule) => rule.cssText), e.getAttribute("style")]; });`,
});

// ---- custom elements ----------------------------------------------------------------------------

cases("custom elements", {
  "classes stay as they are": `
    const log = [];
    class C extends HTMLElement { static observedAttributes = ["a"]; static formAssociated = true; connectedCallback() { log.push("in"); } disconnectedCallback() { log.push("out"); } attributeChangedCallback(name) { log.push(name); } adoptedCallback() { log.push("adopted"); } }
    const before = Object.getOwnPropertyNames(C.prototype).map((name) => [name, C.prototype[name], Object.getOwnPropertyDescriptor(C.prototype, name).enumerable]);
    customElements.define("x-a", C);
    const seen = before.map(([name, fn, enumerable]) => [name, C.prototype[name] === fn, String(C.prototype[name]) === String(fn), Object.getOwnPropertyDescriptor(C.prototype, name).enumerable === enumerable]);
    class D extends HTMLElement { connectedCallback() {} static get observedAttributes() { throw new RangeError("mine"); } }
    const f = D.prototype.connectedCallback;
    seen.push(tried(() => customElements.define("x-bad", D)), D.prototype.connectedCallback === f, Object.getOwnPropertyNames(D.prototype), tried(() => customElements.define("x-bad", class extends HTMLElement {})));
    const e = document.createElement("x-a"); e.setAttribute("a", 1); document.body.append(e); e.remove(); document.implementation.createHTMLDocument("").adoptNode(e);
    C.prototype.connectedCallback = () => log.push("later"); document.body.append(e);
    return [seen, log, customElements.get("x-a") === C, customElements.getName?.(C), e.constructor === C];`,
  "what define reads": `
    const log = [];
    const logging = (value, name) => new Proxy(value, { get(target, key, self) { const found = Reflect.get(target, key, self); log.push(name + "." + String(key)); return key === "prototype" ? prototype : found; } });
    class C extends HTMLElement { connectedCallback() {} }
    const prototype = logging(C.prototype, "prototype");
    const seen = [tried(() => customElements.define("x-b", logging(C, "class"))), log.splice(0), tried(() => customElements.define("bad", logging(C, "class"))), log.splice(0), tried(() => customElements.define("x-b", logging(C, "class"))), log.splice(0), tried(() => customElements.define("x-c")), tried(() => customElements.define("x-d", null)), tried(() => customElements.define("x-e", {})), tried(() => customElements.define("x-f", () => {})), tried(() => customElements.define("x-g", class extends HTMLElement { static get observedAttributes() { return 3; } attributeChangedCallback() {} })), tried(() => customElements.define(Symbol(), C)), tried(() => customElements.define("x-h", C, { extends: "x-i" })), tried(() => customElements.define("x-j", class { static prototype2 = 1; })), tried(() => { const D = function () {}; D.prototype = 3; customElements.define("x-k", D); }), tried(() => { class E extends HTMLElement {} E.prototype.connectedCallback = 5; customElements.define("x-l", E); }), tried(() => customElements.define("x-m", C)), tried(() => customElements.define("x-n", C))];
    return seen;`,
  "frozen classes, and options": `
    class C extends HTMLElement { connectedCallback() { this.textContent = "up"; } }
    Object.freeze(C.prototype); Object.freeze(C);
    const e = document.body.appendChild(document.createElement("x-frozen"));
    customElements.define("x-frozen", C);
    class P extends HTMLParagraphElement { connectedCallback() { this.className = "up"; } }
    customElements.define("x-p", P, { extends: "p" });
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = "<p is=x-p></p><x-frozen></x-frozen><iframe srcdoc=a></iframe><img src=/own.svg>";
    return [e.outerHTML, box.innerHTML, tried(() => new C().outerHTML), tried(() => new P().outerHTML), await customElements.whenDefined("x-p") === P];`,
  "who hears an error": `
    const heard = [];
    const f = frame();
    const w = f.contentWindow;
    window.onerror = (message) => { heard.push("top " + message); return true; };
    w.onerror = (message) => { heard.push("frame " + message); return true; };
    w.eval("customElements.define('x-e', class extends HTMLElement { connectedCallback() { throw new Error('mine'); } attributeChangedCallback() { throw new Error('a'); } static observedAttributes = ['a']; })");
    const e = w.document.createElement("x-e");
    w.document.body.append(e); w.document.body.appendChild(w.document.createElement("x-e")); e.setAttribute("a", 1); w.document.body.innerHTML = "<x-e></x-e>"; w.document.body.replaceChildren(w.document.createElement("x-e"));
    return heard;`,
  "what happens while they come": `
    const log = [];
    customElements.define("x-w", class extends HTMLElement { connectedCallback() { log.push([window.length, document.querySelectorAll("iframe").length, this.nextSibling?.outerHTML, this.previousSibling?.outerHTML]); } });
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = "<iframe></iframe><x-w></x-w><img src=/own.svg>";
    const e = document.createElement("x-w"); box.prepend(e, document.createElement("b")); box.append(document.createElement("x-w"));
    return [log, box.innerHTML];`,
});

// ---- stores -------------------------------------------------------------------------------------

cases("stores", {
  "lifetimes of cookies": `
    const seen = [];
    const set = async (options) => { const failed = await triedLater(() => cookieStore.set(options)); const found = await cookieStore.get(options.name); seen.push([failed ?? "set", found?.value ?? null]); };
    const later = Date.now() + 3_600_000;
    await set({ name: "own_a", value: "1", maxAge: 3600 }); await set({ name: "own_a", value: "1", maxAge: 0 }); await set({ name: "own_b", value: "1", maxAge: -1 }); await set({ name: "own_c", value: "1", maxAge: 60, expires: later }); await set({ name: "own_d", value: "1", expires: later }); await set({ name: "own_d", value: "1", expires: 1 }); await set({ name: "own_e", value: "1", path: "/", sameSite: "lax" }); await set({ name: "own_f", value: "1", expires: null }); await set({ name: "own_g", value: "1", maxAge: "60" }); await set({ name: "own_h", value: "1", maxAge: NaN }); await set({ name: "own_i", value: "1", path: "nope" }); await set({ name: "own_j", value: "1", sameSite: "x" }); await set({ name: "own_k", value: 5, partitioned: false }); await set({ name: "own_l" }); await set({ name: "own_m=", value: "1" }); await set({ name: "own_o", value: "1", domain: "x.example" }); await set(Object.create({ name: "own_q", value: "1" }));
    seen.push(await triedLater(() => cookieStore.set("own_r", "1")), (await cookieStore.get("own_r")).value, await triedLater(() => cookieStore.delete("own_r")), await cookieStore.get("own_r"), await triedLater(() => cookieStore.delete({ name: "own_e", path: "/" })));
    const read = []; await triedLater(() => cookieStore.set(new Proxy({ name: "own_z", value: "1" }, { get: (target, name) => (read.push(name), target[name]) })));
    return [seen, read];`,
  "cookies that are none": {
    undeclared: true,
    code: "const seen = []; for (const given of [null, {}, Symbol(), 'x', undefined, 5, []]) seen.push(await triedLater(() => cookieStore.set(given))); return seen;",
  },
  "a long-lived cookie stays as long":
    "await cookieStore.set({ name: 'own_a', value: '1', maxAge: 3600 }); const { value } = await cookieStore.get('own_a'); return [value, (await cookieStore.getAll()).filter(({ name }) => /^n_/.test(name)).length];",
  "cookies as texts": `
    const seen = [];
    for (const text of ["own_a=1", "own_a=2; path=/", "own_a=; max-age=0", "own_b=1; Max-Age=60; SameSite=Lax", "own_c", "own_d=1; expires=Thu, 01 Jan 1970 00:00:00 GMT", " own_e = 1 ", null, undefined, 5, { toString: () => "own_f=1" }]) { document.cookie = text; seen.push(document.cookie.split("; ").filter((one) => /^n_/.test(one)).sort()); }
    return [seen, tried(() => { document.cookie = Symbol(); })];`,
  "events of storages": `
    const event = document.createEvent("StorageEvent");
    const seen = [tried(() => event.initStorageEvent("storage", false, false, "k", "a", "b", "u", localStorage)), event.storageArea === localStorage, event.key, event.url, tried(() => event.initStorageEvent("storage", false, false, "k", null, null, "", localStorage)), tried(() => event.initStorageEvent("storage")), event.storageArea, tried(() => event.initStorageEvent("storage", false, false, "k", null, null, "", sessionStorage)), event.storageArea === sessionStorage, tried(() => event.initStorageEvent("storage", false, false, "k", null, null, "", {})), tried(() => event.initStorageEvent("storage", false, false, "k", null, null, "", null)), tried(() => event.initStorageEvent())];
    const made = new StorageEvent("storage", { key: "k", storageArea: localStorage, newValue: "x", bubbles: true });
    seen.push(made.storageArea === localStorage, made.key, made.bubbles, tried(() => new StorageEvent("storage", { storageArea: {} })), new StorageEvent("x", Object.create({ key: "i", storageArea: sessionStorage })).storageArea === sessionStorage, new StorageEvent("x").storageArea, tried(() => new StorageEvent("x", 3)), new StorageEvent("x", null).key, new StorageEvent("x", { get key() { return "g"; } }).key, made instanceof StorageEvent);
    const f = frame(); await turn();
    const heard = new Promise((done) => addEventListener("storage", done, { once: true }));
    f.contentWindow.localStorage.setItem("own_heard", "1");
    const event2 = await heard;
    return [...seen, event2.key, event2.storageArea === localStorage, event2.newValue];`,
  "storages as objects": `
    const seen = [];
    const rest = (run) => { try { seen.push(run()); } catch (error) { seen.push(error.name); } };
    for (const area of [localStorage, sessionStorage]) {
      const calls = [];
      rest(() => { Object.defineProperty(area, "setItem", { value: (...args) => calls.push(args), configurable: true }); area.setItem("own_x", 1); return [calls, area.own_x, Object.keys(area).includes("setItem")]; }); rest(() => delete area.setItem); rest(() => { area.setItem("own_y", 2); return area.own_y; });
      rest(() => Object.defineProperty(area, "q", { get: () => 1 })); rest(() => Object.defineProperty(area, "own_q", { value: 1, get: undefined })); rest(() => Object.defineProperty(area, "own_r", {}) && area.own_r);
      rest(() => { const o = Object.create(area); o.own_a = 1; return [Object.hasOwn(o, "own_a"), area.own_a, o.own_y]; });
      const symbol = Symbol(); rest(() => { Object.defineProperty(area, symbol, { value: 1, configurable: true }); return area[symbol]; }); rest(() => { area[Symbol.for("x")] = 2; return [area[Symbol.for("x")], Object.getOwnPropertySymbols(area).length, delete area[Symbol.for("x")]]; });
      rest(() => { area.getItem = () => "mine"; return area.getItem("own_y"); }); rest(() => delete area.getItem); rest(() => area.getItem("own_y"));
      rest(() => { area.own_o = { a: 1 }; return area.own_o; }); rest(() => { area.own_u = undefined; return area.own_u; }); rest(() => { area.own_l = null; return typeof area.own_l; });  rest(() => { area.length = 9; return area.length; }); rest(() => delete area.length); rest(() => area.nothing); rest(() => "own_o" in area); rest(() => Object.hasOwn(area, "own_o")); rest(() => Object.getOwnPropertyDescriptor(area, "own_o")); rest(() => delete area.own_o); rest(() => area.own_o);
      rest(() => Object.freeze(area)); rest(() => Object.preventExtensions(area)); rest(() => Object.isExtensible(area)); rest(() => Object.prototype.toString.call(area)); rest(() => area instanceof Storage); rest(() => Object.getPrototypeOf(area) === Storage.prototype); rest(() => Object.setPrototypeOf(area, Storage.prototype) === area); rest(() => structuredClone(area)); rest(() => String(area)); rest(() => { area.own_s = Symbol(); }); rest(() => area.setItem("own_t", Symbol())); rest(() => { const { setItem } = area; setItem("own_v", 1); }); rest(() => area.key(0) !== null); rest(() => area.key(999)); rest(() => { area.own_w = "5"; return area.own_w++ + area.own_w; });
      rest(() => { area.toString = () => "mine"; return [String(area), delete area.toString, String(area)]; }); rest(() => { Storage.prototype.own = function () { return this === area; }; return [area.own(), delete Storage.prototype.own]; });
      rest(() => { const heard = []; const before = Storage.prototype.setItem; Storage.prototype.setItem = function (...args) { heard.push(args); return before.apply(this, args); }; area.setItem("own_p", "1"); area.own_pp = "2"; Storage.prototype.setItem = before; return [heard, area.own_p, area.own_pp]; });
      rest(() => { area.removeItem("own_p"); return area.getItem("own_p"); }); rest(() => Reflect.set(area, "own_1", 1) && Reflect.get(area, "own_1")); rest(() => Reflect.set(area, "own_2", 1, {})); rest(() => area.own_2); rest(() => Reflect.deleteProperty(area, "own_1")); rest(() => { const found = []; for (const key in area) found.push(key); return found.filter((key) => !/^consentinel/.test(key)).sort(); }); rest(() => Reflect.defineProperty(area, "own_3", { value: "x", writable: false })); rest(() => { area.own_3 = "y"; return area.own_3; }); rest(() => ({ ...area }).own_3); rest(() => JSON.parse(JSON.stringify(area)).own_3);
    }
    seen.push(localStorage === window.localStorage, tried(() => { window.localStorage = 3; return typeof localStorage; }), tried(() => Object.getOwnPropertyDescriptor(window, "localStorage").get.call({})), tried(() => new Storage()));
    return seen;`,
  "databases and caches": `
    const seen = [];
    const opened = await new Promise((done) => { const request = indexedDB.open("own_db", 3); request.onupgradeneeded = ({ oldVersion, newVersion }) => { seen.push([oldVersion, newVersion]); request.result.createObjectStore("s"); }; request.onsuccess = () => done(request); });
    seen.push(opened.result.version, opened instanceof IDBOpenDBRequest, [...opened.result.objectStoreNames], tried(() => indexedDB.open("own_db", 0)), tried(() => indexedDB.open("own_db", "x")));
    opened.result.close();
    const cache = await caches.open("own_cache"); await cache.put("/own", new Response("x")); await cache.add("/own.svg"); await cache.addAll(["/own.svg", new Request("/own.html")]);
    seen.push((await cache.keys()).length, await (await caches.match("/own")).text(), await caches.has("own_cache"), await triedLater(() => cache.add("http://[")), await triedLater(() => cache.add(new Request("/own", { method: "POST" }))), await caches.delete("own_cache"));
    return seen;`,
});

// ---- Trusted Types ------------------------------------------------------------------------------

cases("Trusted Types", {
  "scripts in attributes": trusted(`
    const policy = trustedTypes.createPolicy("p", { createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text });
    const e = document.body.appendChild(document.createElement("div"));
    const node = document.createAttribute("onfocus");
    const frameOf = document.createElement("iframe"), script = document.createElement("script"), embed = document.createElement("embed");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "script");
    const seen = [tried(() => e.setAttribute("onclick", policy.createScript("1"))), tried(() => e.setAttributeNS(null, "onload", policy.createScript("2"))), tried(() => { node.value = "3"; e.setAttributeNode(node); }), tried(() => { e.getAttributeNode("onclick").value = policy.createScript("4"); }), tried(() => { e.attributes.onclick.nodeValue = policy.createScript("5"); }), tried(() => { e.attributes.onclick.textContent = policy.createScript("6"); }), tried(() => { svg.href.baseVal = policy.createScriptURL("/own.js"); return svg.outerHTML; }), tried(() => e.setAttribute("onclick", "7")), tried(() => { script.src = policy.createScriptURL("/own.js"); return script.outerHTML; }), tried(() => { script.src = "/own.js"; }), tried(() => script.setAttribute("src", policy.createScriptURL("/b.js"))), tried(() => { script.text = policy.createScript("1"); }), tried(() => { script.text = "1"; }), tried(() => frameOf.setAttribute("srcdoc", "x")), tried(() => frameOf.setAttribute("srcdoc", policy.createHTML("<b>y</b>"))), tried(() => script.setAttribute("src", "x")), tried(() => { script.textContent = "x"; }), tried(() => { script.append("x"); }), tried(() => svg.setAttributeNS("http://www.w3.org/1999/xlink", "href", "x")), tried(() => { embed.src = "x"; return embed.outerHTML; }), tried(() => { e.getAttributeNode("onclick").value = "x"; }), tried(() => e.setAttribute("style", policy.createHTML("color:red"))), tried(() => e.setAttribute("title", policy.createScript("t"))), tried(() => { e.onclick = policy.createScript("x"); })];
    return [seen, e.outerHTML, script.outerHTML, frameOf.outerHTML];`),
  "markup of frames, and what is written": trusted(
    `
    const policy = trustedTypes.createPolicy("p", { createHTML: (text) => text });
    const f = frame();
    const seen = [tried(() => { f.srcdoc = policy.createHTML("<b>x</b>"); return f.srcdoc; }), tried(() => { f.srcdoc = "<b>"; })];
    await loaded(f);
    const g = frame();
    seen.push(f.contentDocument.body.innerHTML, tried(() => document.implementation.createHTMLDocument("").write(policy.createHTML("<b>x</b>"))), tried(() => { const d = g.contentDocument; d.write(policy.createHTML("<b>x</b><p cla"), policy.createHTML("ss=k>y")); d.close(); return d.documentElement.outerHTML; }), tried(() => g.contentDocument.write("x")), tried(() => document.writeln(Symbol())), tried(() => document.write("<p>")));
    const e = document.body.appendChild(document.createElement("div"));
    for (const run of [(html) => { e.innerHTML = html; }, (html) => { e.append(document.createElement("p")); e.lastChild.outerHTML = html; }, (html) => e.insertAdjacentHTML("beforeend", html), (html) => e.append(new Range().createContextualFragment(html)), (html) => e.setHTMLUnsafe(html), (html) => e.append(new DOMParser().parseFromString(html, "text/html").body.firstChild), (html) => document.execCommand("insertHTML", false, html), (html) => { e.attachShadow({ mode: "open" }).innerHTML = html; }]) seen.push(tried(() => run(policy.createHTML("<img src=/own.svg><i style='color:red'>y</i>"))), tried(() => run("<img>")), e.innerHTML);
    return seen;`,
    {
      body: '<script>document.write(trustedTypes.createPolicy("w", { createHTML: (text) => text }).createHTML("<u>w</u>"))</script>',
    },
  ),
  "how often a default policy is asked": trusted(`
    const log = [];
    trustedTypes.createPolicy("default", { createHTML: (text, type, sink) => { log.push([text, type, sink]); return text; }, createScript: (text, type, sink) => { log.push([text, type, sink]); return text; }, createScriptURL: (text, type, sink) => { log.push([text, type, sink]); return text; } });
    const e = document.body.appendChild(document.createElement("div"));
    const f = frame();
    const range = new Range(); range.selectNode(e);
    const runs = [() => { e.innerHTML = "<img>"; }, () => { f.srcdoc = "<b>"; }, () => e.insertAdjacentHTML("beforeend", "<img>"), () => range.createContextualFragment("<img>"), () => { e.innerHTML = "<p>"; e.firstChild.outerHTML = "<img src=/own.svg>"; }, () => f.setAttribute("srcdoc", "x"), () => e.setAttribute("onclick", "1"), () => { document.createElement("script").src = "/own.js"; }, () => { document.createElement("script").text = "1"; }, () => e.setHTMLUnsafe("<b>"), () => new DOMParser().parseFromString("<i>", "text/html").body.innerHTML, () => { frame().contentDocument.write("<p>x"); }, () => { const s = document.createElement("script"); s.append("window.tt = 1"); document.body.append(s); return window.tt; }, () => { const style = document.head.appendChild(document.createElement("style")); style.innerHTML = "a{color:red}"; }, () => Document.parseHTMLUnsafe("<b>").body.innerHTML, () => { document.createElement("div").attachShadow({ mode: "open" }).innerHTML = "<img src=/own.svg>"; }, () => e.insertAdjacentHTML("afterend", "<b>"), () => document.execCommand("insertHTML", false, "<b>"), () => tried(() => document.createElement("p").insertAdjacentHTML("afterend", "<b>")), () => tried(() => document.documentElement.insertAdjacentHTML("afterend", "<b>")), () => { e.setAttributeNode(document.createAttribute("onfocus")); }];
    return runs.map((run) => [tried(run), log.splice(0)]);`),
  "without a policy": trusted(`
    const e = document.body.appendChild(document.createElement("div"));
    const f = frame();
    const seen = [];
    const heard = [];
    addEventListener("securitypolicyviolation", (event) => heard.push([event.sample, event.violatedDirective, /consentinel/.test(event.sourceFile)]));
    for (const run of [() => { e.innerHTML = "<img>"; }, () => { f.srcdoc = "<b>"; }, () => e.insertAdjacentHTML("beforeend", "<img>"), () => new Range().createContextualFragment("<img>"), () => { e.append(document.createElement("p")); e.firstChild.outerHTML = "<img>"; }, () => document.write("x"), () => document.writeln("x"), () => e.setHTMLUnsafe("<img>"), () => new DOMParser().parseFromString("<b>", "text/html"), () => Document.parseHTMLUnsafe("<b>"), () => e.setAttribute("onclick", "1"), () => { document.createElement("script").src = "x"; }, () => f.setAttribute("srcdoc", "x"), () => e.insertAdjacentHTML("afterend", "<b>"), () => document.createElement("p").insertAdjacentHTML("afterend", "<b>"), () => document.documentElement.insertAdjacentHTML("beforebegin", "<b>")]) seen.push(tried(run));
    await turn(); await turn();
    return [seen, e.innerHTML, heard.map(([sample, directive]) => [sample.replace(/(srcdoc.).*/, "$1"), directive])];`),
  "default policies of every shape": `
    const e = document.createElement("div");
    const made = trustedTypes.createPolicy("default", { createHTML: (text) => text + "!" });
    return [made instanceof TrustedTypePolicy, made.name, tried(() => made.createHTML("a").toString()), tried(() => made.createScript("a")), tried(() => made.createHTML("a", 1, 2).toString()), trustedTypes.defaultPolicy === made, (e.innerHTML = "x", e.innerHTML), tried(() => trustedTypes.createPolicy("default", {})), tried(() => trustedTypes.createPolicy("p")), tried(() => trustedTypes.createPolicy("q", { createHTML: (text, ...rest) => text + rest.length }).createHTML("a", 1, 2).toString()), tried(() => trustedTypes.createPolicy("r", null)), tried(() => trustedTypes.createPolicy("s", { createHTML: 3 }))];`,
});

// ---- the rest -----------------------------------------------------------------------------------

cases("elements", {
  sounds:
    "return [new Audio(undefined).outerHTML, new Audio().outerHTML, new Audio(null).outerHTML, new Audio('/own.mp3').outerHTML, new Audio('').outerHTML, new Audio('/own.mp3').src === new URL('/own.mp3', location).href, new Audio() instanceof Audio, new Audio() instanceof HTMLAudioElement, Audio.prototype === HTMLAudioElement.prototype, new Audio().constructor.name, Reflect.construct(Audio, ['/a'], class extends Audio {}).outerHTML];",
  "addresses as they are set": `
    const seen = [];
    for (const name of ["img", "script", "iframe", "link", "a", "source", "video", "input", "object", "embed", "form", "button", "base", "image", "use", "audio", "track", "area"]) {
      const e = document.createElement(name);
      const records = watch(e);
      for (const attribute of ["src", "href", "srcset", "data", "poster", "action", "formaction", "ping", "type", "rel", "style"]) { e.setAttribute(attribute, "/own.svg"); if (attribute in e) e[attribute] = attribute === "style" ? "color: red" : "/own2.svg"; }
      seen.push(e.outerHTML, records());
    }
    return seen;`,
  "values that are no texts": `
    const i = new Image(); const seen = [];
    for (const value of [null, undefined, 5, { toString: () => "/own.svg" }, ["/a", "/b"], ""]) { i.src = value; seen.push(i.outerHTML); i.setAttribute("srcset", value); seen.push(i.outerHTML); }
    const order = []; i.setAttribute({ toString() { order.push("name"); return "src"; } }, { toString() { order.push("value"); return "/own.svg"; } });
    document.body.insertAdjacentHTML({ toString() { order.push("where"); return "beforeend"; } }, { toString() { order.push("html"); return ""; } }); localStorage.setItem({ toString() { order.push("key"); return "own_o"; } }, { toString() { order.push("item"); return ""; } });
    return [seen, order];`,
  "insertions and their records": `
    const box = document.body.appendChild(document.createElement("div"));
    const records = watch(box);
    const img = document.createElement("img"); img.src = PICTURE; box.appendChild(img); box.append("a", document.createElement("b")); box.prepend(document.createElement("script")); img.replaceWith(document.createElement("iframe")); box.innerHTML = "<i style='color:red'>x</i><iframe></iframe>"; box.firstChild.outerHTML = "<u>y</u>"; box.insertAdjacentHTML("afterbegin", "<img src=/own.svg>"); const range = new Range(); range.selectNodeContents(box); range.insertNode(document.createElement("hr")); range.deleteContents(); box.textContent = "";
    return [records(), box.outerHTML];`,
  "ranges, selections, commands": `
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = "<p>ab</p><p>cd</p>";
    const range = new Range(); range.setStart(box.firstChild.firstChild, 1); range.setEnd(box.lastChild.firstChild, 1);
    const seen = [tried(() => range.surroundContents(document.createElement("b")))]; const taken = range.extractContents(); seen.push(taken.childNodes.length, box.innerHTML); range.insertNode(taken); seen.push(box.innerHTML, range.startContainer.nodeName, range.startOffset, range.toString(), range.cloneContents().childNodes.length, tried(() => range.insertNode(null)), tried(() => range.insertNode({})), tried(() => range.insertNode(range.startContainer)), tried(() => range.surroundContents(document)));
    box.contentEditable = true; box.focus(); getSelection().selectAllChildren(box); seen.push(document.execCommand("insertHTML", false, "<b>x</b><img src=/own.svg>"), box.innerHTML, document.execCommand("bold"), document.execCommand("undo"), document.execCommand("insertText", false, "t"), document.execCommand("nothing"), document.execCommand("insertImage", false, "/own.svg"), document.queryCommandEnabled("undo"), box.innerHTML, document.execCommand("delete"));
    return seen;`,
  "windows and messages": `
    const w = open("about:blank"); const seen = [w === null, tried(() => { w.document.body.innerHTML = "<b>x</b>"; return w.document.body.innerHTML; }), w?.opener === window]; w?.close();
    const f = frame(); f.name = "n"; seen.push(f.contentWindow.name, window.length, frames.n === f.contentWindow, f.contentWindow.frameElement === f, f.contentWindow.parent === window);
    const heard = new Promise((done) => addEventListener("message", done, { once: true })); f.contentWindow.parent.postMessage({ a: 1 }, "*"); seen.push((await heard).data.a);
    const g = document.createElement("iframe"); let loads = 0; g.onload = () => loads++; document.body.append(g); seen.push(loads); g.srcdoc = "x"; await loaded(g); seen.push(loads, history.length);
    return seen;`,
  requests: `
    const seen = []; const answer = await fetch("/own.svg", { headers: { a: "b" } }); seen.push(answer.ok, answer.type, answer.redirected, new URL(answer.url).pathname, answer instanceof Response);
    const control = new AbortController(); control.abort("mine"); seen.push(await triedLater(() => fetch("/own.svg", { signal: control.signal })), await triedLater(() => fetch(new Request("/own.svg")).then((one) => one.status)), await triedLater(() => fetch(new URL("/own.svg", location)).then((one) => one.status)), await triedLater(() => fetch("http://user:pw@" + location.host)), await triedLater(() => fetch("blob:nothing")), navigator.sendBeacon("/own"), fetch.name, fetch.length, fetch("/own.svg").constructor === Promise);
    const x = new XMLHttpRequest(); const states = []; x.onreadystatechange = () => states.push(x.readyState); x.open("GET", "/own.svg"); x.send(); await loaded(x); seen.push(states, x.status, x.responseType, tried(() => x.setRequestHeader("a", "b")), tried(() => new XMLHttpRequest().send())); class Sub extends XMLHttpRequest {} seen.push(new Sub() instanceof Sub); class W extends Worker {} const worker = new W(URL.createObjectURL(new Blob(["postMessage(1)"]))); seen.push(worker instanceof W); worker.terminate();
    return seen;`,
  "the page has nothing more": {
    undeclared: true,
    code: `
    return [Object.getOwnPropertyNames(window).filter((name) => !/^(consentinel(:part)?|run|takeOwner|owner)$/.test(name)).sort(), [...document.head.children].map((one) => one.localName + (one.id || "")), document.styleSheets.length, document.adoptedStyleSheets.length, document.documentElement.getAttributeNames()];`,
  },
});
