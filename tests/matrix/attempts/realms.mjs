// Ways to a window that no gate has touched, at the moment it appears, and every store and request tried in
// each: a frame put in by any function or markup there is, a frame's own script, a window that is opened.
// The attempts with the same way share one window, so each store costs a call and not a frame.
//
// Left out: the functions and markup that put a frame in (insertions.mjs), and what else there is to do with
// such a window (escapes.mjs).

import { INSERTIONS, MARKUP, inserted, marked } from "./insertions.mjs";

/** What is done there. In a blank window no worker can be registered, so its function is used on the page's. */
const STORES = [
  [
    "cookie",
    "cookie",
    (window, at) => {
      window.document.cookie = at.cookie;
    },
  ],
  ["cookie-store", "cookie", (window, at) => window.cookieStore.set(at.name, "1")],
  [
    "fetch",
    "request",
    (window, at) => {
      window.fetch(at.url("txt"), { mode: "no-cors", keepalive: true }).catch(() => {});
    },
  ],
  [
    "local",
    "local-storage",
    (window, at) => {
      window.localStorage.setItem(at.name, "1");
    },
  ],
  [
    "session",
    "session-storage",
    (window, at) => {
      window.sessionStorage[at.name] = "1";
    },
  ],
  [
    "database",
    "indexed-db",
    (window, at) =>
      new Promise((resolve, reject) => {
        const request = window.indexedDB.open(at.name);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
        request.onerror = () => reject(request.error);
      }),
  ],
  ["cache", "cache-storage", (window, at) => window.caches.open(at.name)],
  ["bucket", "storage-bucket", (window, at) => window.navigator.storageBuckets.open(at.name)],
  [
    "worker",
    "service-worker",
    (window, at) => window.ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, at.serviceWorker),
  ],
];

/** The same as code that runs in the other window, as a text without tags and double quotes. It tells when it is done. */
const TEXTS = {
  cookie: (at) => `document.cookie = '${at.cookie}'; ${at.told}`,
  "cookie-store": (at) => `window.cookieStore?.set('${at.name}', '1').then(() => ${at.told}, () => {})`,
  fetch: (at) => `fetch('${at.url("txt")}', { mode: 'no-cors' }).then(() => ${at.told}, () => {})`,
  local: (at) => `try { localStorage.setItem('${at.name}', '1'); ${at.told} } catch {}`,
  session: (at) => `try { sessionStorage['${at.name}'] = '1'; ${at.told} } catch {}`,
  database: (at) => `try { indexedDB.open('${at.name}').onsuccess = () => ${at.told} } catch {}`,
  cache: (at) => `window.caches?.open('${at.name}').then(() => ${at.told}, () => {})`,
  bucket: (at) => `navigator.storageBuckets?.open('${at.name}').then(() => ${at.told}, () => {})`,
  worker: (at) =>
    `window.ServiceWorkerContainer?.prototype.register.call(top.navigator.serviceWorker, '${at.serviceWorker}').then(() => ${at.told}, () => {})`,
};

/** Ways in which the page has the frame already, and another way to its window. */
const LOOKS = [
  ["content-window", "`contentWindow`", (at, use) => use(at.frame().contentWindow)],
  ["content-document", "`contentDocument.defaultView`", (at, use) => use(at.frame().contentDocument.defaultView)],
  [
    "getter",
    "`contentWindow` getter from its descriptor",
    (at, use) =>
      use(Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow").get.call(at.frame())),
  ],
  [
    "index",
    "`window[window.length - 1]`",
    (at, use) => {
      at.frame();
      use(window[window.length - 1]);
    },
  ],
  [
    "frames",
    "`frames`",
    (at, use) => {
      at.frame();
      use(frames[frames.length - 1]);
    },
  ],
  [
    "top",
    "`top[number]`",
    (at, use) => {
      at.frame();
      use(top[`${top.length - 1}`]);
    },
  ],
  [
    "descriptor",
    "the descriptor of `window[number]`",
    (at, use) => {
      at.frame();
      use(Object.getOwnPropertyDescriptor(window, window.length - 1).value);
    },
  ],
  [
    "keys",
    "the numbers among the keys of `window`",
    (at, use) => {
      at.frame();
      use(window[Reflect.ownKeys(window).findLast((key) => /^\d+$/.test(String(key)))]);
    },
  ],
  [
    "name",
    "`window[name]`",
    (at, use) => {
      at.frame((frame) => {
        frame.name = "w_" + at.variant + "_name";
      });
      use(window["w_" + at.variant + "_name"]);
    },
  ],
  [
    "name-bare",
    "the bare name",
    (at, use) => {
      at.frame((frame) => {
        frame.setAttribute("name", "w_" + at.variant + "_bare");
      });
      use(new Function("return w_" + at.variant + "_bare")());
    },
  ],
  [
    "named",
    '`open("", name)`',
    (at, use) => {
      at.frame((frame) => {
        frame.name = "o_" + at.variant;
      });
      use(open("", "o_" + at.variant));
    },
  ],
  [
    "shadow",
    "a frame in a closed shadow root",
    (at, use) => {
      const frame = document.createElement("iframe");
      at.box.attachShadow({ mode: "closed" }).append(frame);
      use(frame.contentWindow);
    },
  ],
  [
    "shadow-html",
    "a frame in a shadow root, by `innerHTML`",
    (at, use) => {
      const root = at.box.attachShadow({ mode: "open" });
      root.innerHTML = "<p><iframe></iframe>";
      use(root.querySelector("iframe").contentWindow);
    },
  ],
  [
    "shadow-unsafe",
    "a frame in a shadow root, by `setHTMLUnsafe` of the root",
    (at, use) => {
      const root = at.box.attachShadow({ mode: "closed" });
      root.setHTMLUnsafe("<iframe></iframe>");
      use(root.firstChild.contentWindow);
    },
  ],
  [
    "shadow-declared",
    "a frame in a declared shadow root",
    (at, use) => {
      at.box.setHTMLUnsafe('<div><template shadowrootmode="open"><iframe></iframe></template></div>');
      use(at.box.firstChild.shadowRoot.firstChild.contentWindow);
    },
  ],
  [
    "shadow-cloned",
    "a frame in a declared shadow root of a `template`, cloned",
    (at, use) => {
      const template = document.createElement("template");
      template.setHTMLUnsafe(
        '<div><template shadowrootmode="open" shadowrootclonable><iframe></iframe></template></div>',
      );
      at.box.append(template.content.cloneNode(true));
      use(at.box.firstChild.shadowRoot.firstChild.contentWindow);
    },
  ],
  [
    "nested",
    "a frame in a frame",
    (at, use) => {
      const inner = at.frame().contentDocument;
      const frame = inner.createElement("iframe");
      inner.body.append(frame);
      use(frame.contentWindow);
    },
  ],
  [
    "nested-html",
    "a frame in a frame, by `innerHTML`",
    (at, use) => {
      const inner = at.frame().contentWindow;
      inner.document.body.innerHTML = "<iframe></iframe>";
      use(inner[0]);
    },
  ],
  [
    "nested-written",
    "a frame in a frame, by `document.write`",
    (at, use) => {
      const inner = at.frame().contentWindow;
      inner.document.write("<iframe></iframe>");
      use(inner[0]);
    },
  ],
  [
    "nested-body",
    "a frame in a frame, by `document.body = …`",
    (at, use) => {
      const inner = at.frame().contentWindow;
      const body = inner.document.createElement("body");
      body.append(inner.document.createElement("iframe"));
      inner.document.body = body;
      use(inner[0]);
    },
  ],
  [
    "nested-document",
    "a frame in a frame, by `replaceChild` of its document",
    (at, use) => {
      const inner = at.frame().contentWindow;
      const html = inner.document.createElement("html");
      html.append(inner.document.createElement("iframe"));
      inner.document.replaceChild(html, inner.document.documentElement);
      use(inner[0]);
    },
  ],
  [
    "nested-deep",
    "a frame in a frame in a frame",
    (at, use) => {
      let inner = at.frame().contentWindow;
      for (let depth = 0; depth < 2; depth += 1) {
        inner.document.documentElement.append(inner.document.createElement("iframe"));
        inner = inner[0];
      }
      use(inner);
    },
  ],
  [
    "nested-outer",
    "a frame put into a frame by a function of the page",
    (at, use) => {
      const inner = at.frame().contentWindow;
      Node.prototype.appendChild.call(inner.document.body, document.createElement("iframe"));
      use(inner[0]);
    },
  ],
  [
    "frameset",
    "a `frame` in a `frameset`",
    (at, use) => {
      const inner = at.frame().contentWindow;
      inner.document.write("<frameset><frame></frameset>");
      use(inner[0]);
    },
  ],
  [
    "reloaded",
    "an empty frame whose document was opened anew",
    (at, use) => {
      const frame = at.frame();
      frame.contentDocument.open();
      frame.contentDocument.close();
      use(frame.contentWindow);
    },
  ],
  [
    "loaded",
    "an empty frame, in its `load` listener",
    (at, use) => {
      const frame = document.createElement("iframe");
      let isUsed = false;
      frame.addEventListener("load", () => {
        if (!isUsed) {
          isUsed = true;
          use(window[window.length - 1]);
        }
      });
      at.box.append(frame);
    },
  ],
  [
    "onload",
    "an empty frame, in its `onload`",
    (at, use) => {
      const frame = document.createElement("iframe");
      let isUsed = false;
      frame.onload = () => {
        if (!isUsed) {
          isUsed = true;
          use(frame.contentWindow);
        }
      };
      at.box.appendChild(frame);
    },
  ],
  [
    "onload-html",
    "an empty frame, in its `onload`, by `innerHTML`",
    (at, use) => {
      let isUsed = false;
      window["use_html_" + at.variant] = (window) => {
        if (!isUsed) {
          isUsed = true;
          use(window);
        }
      };
      at.box.innerHTML = `<iframe onload="use_html_${at.variant}(this.contentWindow)"></iframe>`;
    },
  ],
  [
    "custom-element",
    "an element that looks while its neighbour is inserted",
    (at, use) => {
      const name = "x-" + at.variant + "-" + at.id;
      customElements.define(
        name,
        class extends HTMLElement {
          connectedCallback() {
            use(window[window.length - 1]);
          }
        },
      );
      const holder = document.createElement("div");
      holder.append(document.createElement("iframe"), document.createElement(name));
      at.box.append(holder);
    },
  ],
  [
    "custom-element-html",
    "an element that looks while it is inserted, by `innerHTML`",
    (at, use) => {
      const name = "x-" + at.variant + "-" + at.id;
      customElements.define(
        name,
        class extends HTMLElement {
          connectedCallback() {
            use(this.previousSibling.contentWindow);
          }
        },
      );
      at.box.innerHTML = "<iframe></iframe><" + name + "></" + name + ">";
    },
  ],
  [
    "custom-element-gone",
    "an element that looks while a frame takes its place",
    (at, use) => {
      const name = "x-" + at.variant + "-" + at.id;
      const { box } = at;
      customElements.define(
        name,
        class extends HTMLElement {
          disconnectedCallback() {
            use(window[window.length - 1]);
          }
        },
      );
      box.append(document.createElement(name));
      box.replaceChildren(document.createElement("iframe"));
    },
  ],
  [
    "observer",
    "a `MutationObserver`",
    (at, use) => {
      new MutationObserver(([record], observer) => {
        observer.disconnect();
        use(record.addedNodes[0].contentWindow);
      }).observe(at.box, { childList: true });
      at.box.append(document.createElement("iframe"));
    },
  ],
  [
    "script-inserted",
    "a script that is inserted together with a frame",
    (at, use) => {
      const key = "use_script_" + at.variant;
      window[key] = use;
      const script = document.createElement("script");
      script.textContent = key + "(document.currentScript.previousSibling.contentWindow)";
      at.box.append(document.createElement("iframe"), script);
    },
  ],
  [
    "calls-javascript",
    "a `javascript:` frame that hands its window over",
    (at, use) => {
      window["use_js_" + at.variant] = use;
      at.frame((frame) => {
        frame.src = `javascript:void parent.use_js_${at.variant}(window)`;
      });
    },
  ],
  [
    "calls-srcdoc",
    "a script in `srcdoc` that hands its window over",
    (at, use) => {
      window["use_doc_" + at.variant] = use;
      at.frame((frame) => {
        frame.srcdoc = `<script>parent.use_doc_${at.variant}(window)</script>`;
      });
    },
  ],
  [
    "calls-written",
    "a script written into a frame that hands its window over",
    (at, use) => {
      window["use_written_" + at.variant] = use;
      at.frame().contentDocument.write(`<script>parent.use_written_${at.variant}(self)</script>`);
    },
  ],
  [
    "event-view",
    "`view` of an event that a frame's script made",
    (at, use) => {
      addEventListener("view-" + at.variant, (event) => use(event.view), { once: true });
      at.frame((frame) => {
        frame.srcdoc = `<script>parent.dispatchEvent(new UIEvent("view-${at.variant}", { view: window }))</script>`;
      });
    },
  ],
  [
    "event-source",
    "`source` of an event that a frame's script made",
    (at, use) => {
      addEventListener("source-" + at.variant, (event) => use(event.source), { once: true });
      at.frame((frame) => {
        frame.srcdoc = `<script>parent.dispatchEvent(new MessageEvent("source-${at.variant}", { source: window }))</script>`;
      });
    },
  ],
  [
    "owner-document",
    "the document of a node that a frame's script put in",
    (at, use) => {
      window["use_node_" + at.variant] = (node) => use(node.ownerDocument.defaultView);
      at.frame((frame) => {
        frame.srcdoc = `<script>parent.use_node_${at.variant}(document.documentElement)</script>`;
      });
    },
  ],
  [
    "srcdoc",
    "a `srcdoc` frame, at once",
    (at, use) =>
      use(
        at.frame((frame) => {
          frame.srcdoc = "text";
        }).contentWindow,
      ),
  ],
  [
    "srcdoc-loaded",
    "a `srcdoc` frame, loaded",
    (at, use) => {
      at.frame((frame) => {
        frame.srcdoc = "text";
        frame.onload = () => {
          if (frame.contentDocument.body?.textContent === "text") use(frame.contentWindow);
        };
      });
    },
  ],
  [
    "srcdoc-held",
    "the window of an empty frame, once `srcdoc` has loaded in it",
    (at, use) => {
      const frame = at.frame();
      const held = window[window.length - 1];
      frame.onload = () => {
        if (held.document.body?.textContent === "text") use(held);
      };
      frame.srcdoc = "text";
    },
  ],
  [
    "page",
    "a frame with a page of the site, at once",
    (at, use) =>
      use(
        at.frame((frame) => {
          frame.src = "/plain.html";
        }).contentWindow,
      ),
  ],
  [
    "page-loaded",
    "a frame with a page of the site, loaded",
    (at, use) => {
      at.frame((frame) => {
        frame.src = "/plain.html";
        frame.onload = () => {
          if (frame.contentWindow.location.pathname === "/plain.html") use(frame.contentWindow);
        };
      });
    },
  ],
  [
    "page-held",
    "the window of an empty frame, once a page of the site has loaded in it",
    (at, use) => {
      const frame = document.createElement("iframe");
      frame.onload = () => {
        if (held?.location.pathname === "/plain.html") use(held);
      };
      let held;
      at.box.append(frame);
      held = window[window.length - 1];
      frame.src = "/plain.html";
    },
  ],
  [
    "page-sent",
    "the window of an empty frame that was sent to a page of the site",
    (at, use) => {
      const frame = at.frame();
      const held = frame.contentWindow;
      frame.addEventListener("load", () => {
        if (held.location.pathname === "/plain.html") use(held);
      });
      held.location.href = "/plain.html";
    },
  ],
  [
    "page-again",
    "a frame whose page was loaded anew",
    (at, use) => {
      let loads = 0;
      const frame = at.frame((made) => {
        made.src = "/plain.html";
      });
      const held = frame.contentWindow;
      frame.onload = () => {
        if (held.location.pathname !== "/plain.html") return;
        loads += 1;
        if (loads === 1) held.location.reload();
        else if (loads === 2) use(held);
      };
    },
  ],
  [
    "page-early",
    "a frame with a page of the site, as soon as its document is there",
    (at, use) => {
      const held = at.frame((frame) => {
        frame.src = "/plain.html?early";
      }).contentWindow;
      const { port1, port2 } = new MessageChannel();
      let turns = 0;
      port1.onmessage = () => {
        if (held.location.search === "?early" && held.document.readyState) return use(held);
        if ((turns += 1) < 100_000) port2.postMessage(0);
      };
      port2.postMessage(0);
    },
  ],
  [
    "page-message",
    "`source` of a message from a page of the site",
    (at, use) => {
      const frame = at.frame((made) => {
        made.src = "/hello.html";
      });
      const listener = (event) => {
        if (event.source !== frame.contentWindow) return;
        removeEventListener("message", listener);
        use(event.source);
      };
      addEventListener("message", listener);
    },
  ],
  [
    "picture-document",
    "`getSVGDocument().defaultView` of a picture of the site",
    (at, use) => {
      const object = document.createElement("object");
      object.type = "image/svg+xml";
      object.data = "/picture.svg";
      object.onload = () => use(object.getSVGDocument().defaultView);
      at.box.append(object);
    },
  ],
  [
    "javascript",
    "a `javascript:` frame, at once",
    (at, use) =>
      use(
        at.frame((frame) => {
          frame.src = "javascript:''";
        }).contentWindow,
      ),
  ],
  [
    "blob-loaded",
    "a `blob:` frame, loaded",
    (at, use) => {
      at.frame((frame) => {
        frame.src = URL.createObjectURL(new Blob(["text"], { type: "text/html" }));
        frame.onload = () => {
          if (frame.contentWindow.location.protocol === "blob:") use(frame.contentWindow);
        };
      });
    },
  ],
  [
    "object",
    "an `object` with a page of the site, loaded",
    (at, use) => {
      const object = document.createElement("object");
      object.type = "text/html";
      object.data = "/plain.html";
      object.onload = () => use(object.contentWindow);
      at.box.append(object);
    },
  ],
  [
    "object-document",
    "`contentDocument.defaultView` of an `object`",
    (at, use) => {
      at.box.innerHTML = '<object type="text/html" data="/plain.html"></object>';
      at.box.firstChild.onload = () => use(at.box.firstChild.contentDocument.defaultView);
    },
  ],
  [
    "object-empty",
    "an `object` with `about:blank`",
    (at, use) => {
      const object = document.createElement("object");
      object.type = "text/html";
      object.data = "about:blank";
      const before = window.length;
      object.onload = () => use(object.contentWindow ?? window[before]);
      at.box.append(object);
    },
  ],
  [
    "embed",
    "an `embed` with a page of the site, loaded",
    (at, use) => {
      const embed = document.createElement("embed");
      embed.type = "text/html";
      embed.src = "/plain.html";
      const before = window.length;
      at.box.append(embed);
      embed.onload = () => {
        for (let number = before; number < window.length; number += 1)
          if (window[number].frameElement === embed) return use(window[number]);
      };
    },
  ],
];

/** Windows of their own, which only a visitor's click lets a page open. */
const WINDOWS = [
  ["popup", '`open("about:blank")`', (at, use) => use(at.keep(open("about:blank")))],
  ["popup-empty", "`open()`", (at, use) => use(at.keep(open()))],
  ["popup-named", '`open("", name)`', (at, use) => use(at.keep(open("", "popup_" + at.variant)))],
  [
    "popup-reflect",
    "`Reflect.apply(open, …)`, with features",
    (at, use) => use(at.keep(Reflect.apply(open, window, ["", "", "width=90,height=90"]))),
  ],
  ["popup-once", "`open` of a page of the site, at once", (at, use) => use(at.keep(open("/plain.html")))],
  [
    "popup-page",
    "`open` of a page of the site, loaded",
    (at, use) => {
      const opened = at.keep(open("/plain.html"));
      opened.onload = () => use(opened);
    },
  ],
  [
    "popup-link",
    '`open("", name)`, after a link with that target',
    (at, use) => {
      const link = document.createElement("a");
      link.href = "about:blank";
      link.target = "link_" + at.variant;
      link.rel = "opener";
      at.box.append(link);
      link.click();
      use(at.keep(open("", link.target)));
    },
  ],
  [
    "popup-opener",
    "a script written into it that hands its window over",
    (at, use) => {
      window["use_opener_" + at.variant] = use;
      at.keep(open()).document.write(`<script>opener.use_opener_${at.variant}(window)</script>`);
    },
  ],
  [
    "popup-frame",
    "a frame in it",
    (at, use) => {
      const opened = at.keep(open());
      opened.document.body.append(opened.document.createElement("iframe"));
      use(opened[0]);
    },
  ],
  [
    "popup-frame-html",
    "a frame in it, by `innerHTML`",
    (at, use) => {
      const opened = at.keep(open());
      opened.document.body.innerHTML = "<iframe></iframe>";
      use(opened[0]);
    },
  ],
  // A click opens one at a time, so the variants share it.
  [
    "picture-in-picture",
    "`documentPictureInPicture.requestWindow()`",
    (at, use) => {
      window.picture ??= documentPictureInPicture.requestWindow();
      return window.picture.then((opened) => use(at.keep(opened)));
    },
  ],
];

/** Frames whose own script does it: each is given the page's tools and the script. */
const DOCUMENTS = [
  [
    "srcdoc-own",
    "`srcdoc`",
    (at, _, text) => {
      at.frame((frame) => {
        frame.srcdoc = `<script>${text}</script>`;
      });
    },
  ],
  [
    "srcdoc-late",
    "`srcdoc`, when the frame is there",
    (at, _, text) => {
      at.frame().srcdoc = `<p>x<script>${text}</script>`;
    },
  ],
  [
    "srcdoc-attribute",
    '`setAttribute("SRCDOC", …)`',
    (at, _, text) => {
      at.frame().setAttribute("SRCDOC", `<script>${text}</script>`);
    },
  ],
  [
    "srcdoc-node",
    "an attribute node",
    (at, _, text) => {
      const node = document.createAttribute("srcdoc");
      at.frame((frame) => {
        frame.setAttributeNode(node);
      });
      node.value = `<body><script>${text}</script>`;
    },
  ],
  [
    "srcdoc-markup",
    "`innerHTML`",
    (at, _, text) => {
      at.box.innerHTML = `<iframe srcdoc="<script>${text}</script>"></iframe>`;
    },
  ],
  [
    "srcdoc-handler",
    "a handler in an attribute",
    (at, _, text) => {
      at.box.innerHTML = `<iframe srcdoc='<svg onload="${text.replaceAll("'", "&amp;apos;")}">'></iframe>`;
    },
  ],
  [
    "srcdoc-module",
    "a module",
    (at, _, text) => {
      at.frame((frame) => {
        frame.srcdoc = `<script type="module">${text}</script>`;
      });
    },
  ],
  [
    "srcdoc-nested",
    "`srcdoc` in `srcdoc`",
    (at, _, text) => {
      at.frame((frame) => {
        frame.srcdoc = `<iframe srcdoc="<script>${text}</script>"></iframe>`;
      });
    },
  ],
  [
    "srcdoc-allowed",
    "a sandboxed `srcdoc` of the page's own origin",
    (at, _, text) => {
      at.frame((frame) => {
        frame.sandbox = "allow-scripts allow-same-origin";
        frame.srcdoc = `<script>${text}</script>`;
      });
    },
  ],
  [
    "srcdoc-unsafe",
    "a declared shadow root, by `setHTMLUnsafe`",
    (at, _, text) => {
      at.box.setHTMLUnsafe(
        `<div><template shadowrootmode="open"><iframe srcdoc="<script>${text}</script>"></iframe></template></div>`,
      );
    },
  ],
  [
    "code-own",
    "a `javascript:` frame",
    (at, _, text) => {
      at.frame((frame) => {
        frame.src = "javascript:" + encodeURIComponent(`${text} void 0`);
      });
    },
  ],
  [
    "code-html",
    "a `javascript:` frame, by `innerHTML`",
    (at, _, text) => {
      at.box.innerHTML = `<iframe src="javascript:${text} void 0"></iframe>`;
    },
  ],
  [
    "code-shadow",
    "a `javascript:` frame in a shadow root",
    (at, _, text) => {
      at.box.attachShadow({ mode: "closed" }).innerHTML = `<iframe src="javascript:${text} void 0"></iframe>`;
    },
  ],
  [
    "code-declared",
    "a `javascript:` frame in a declared shadow root",
    (at, _, text) => {
      at.box.append(
        ...Document.parseHTMLUnsafe(
          `<div><template shadowrootmode="closed"><iframe src="javascript:${text} void 0"></iframe></template></div>`,
        ).body.childNodes,
      );
    },
  ],
  [
    "written-own",
    "`document.write` into a frame",
    (at, _, text) => {
      at.frame().contentDocument.write(`<script>${text}</script>`);
    },
  ],
  [
    "script-own",
    "a script element put into a frame",
    (at, _, text) => {
      const { contentDocument } = at.frame();
      const script = contentDocument.createElement("script");
      script.text = text;
      contentDocument.body.append(script);
    },
  ],
  [
    "eval-own",
    "`eval` of a frame",
    (at, _, text) => {
      at.frame().contentWindow.eval(text);
    },
  ],
];

/** Few enough for a page that a jar takes all cookies, and no frame waits long for its turn. */
const MOST = 36;
const group = (list, load) => list.map((each, at) => [...each, `${load}-${1 + Math.floor(at / MOST)}`]);

const ways = [
  ...group(
    INSERTIONS.map(([id, title, insert]) => [`put-${id}`, title, inserted, [insert]]),
    "fresh-put",
  ).map((each) => ["fresh windows: put in by a function", ...each]),
  ...group(
    MARKUP.map(([id, title, insert]) => [`html-${id}`, title, marked, [insert]]),
    "fresh-html",
  ).map((each) => ["fresh windows: put in as markup", ...each]),
  ...group(
    LOOKS.map(([id, title, way]) => [id, title, way, []]),
    "fresh",
  ).map((each) => ["fresh windows: found in other ways", ...each]),
  ...WINDOWS.map(([id, title, way]) => [
    "fresh windows: windows of their own",
    id,
    title,
    way,
    [],
    id.startsWith("popup") ? "popups" : id,
  ]),
];

export const realms = [
  ...ways.flatMap(([kind, id, title, way, args, load], at) =>
    STORES
      // A window of its own has a session of its own.
      .filter(([what]) => what !== "session" || !kind.endsWith("of their own"))
      // A browser gives an origin so many buckets and no more.
      .filter(([what]) => what !== "bucket" || at % 4 === 0)
      .map(([what, sink, use]) => ({
        id: `fresh-${id}-${what}`,
        kind,
        load,
        title,
        sink,
        together: `fresh-${id}`,
        way,
        use,
        args,
      })),
  ),
  ...DOCUMENTS.flatMap(([id, title, way]) =>
    STORES.map(([what, sink]) => ({
      id: `inside-${id}-${what}`,
      kind: "documents of frames, by their own script",
      load: "inside",
      title,
      sink,
      together: `inside-${id}`,
      way,
      text: TEXTS[what],
      args: [],
    })),
  ),
];

/** Ways to a window that other attempts use as well. */
export const EMPTY = LOOKS.find(([id]) => id === "content-window")[2];
export const PAGE = LOOKS.find(([id]) => id === "page-loaded")[2];
