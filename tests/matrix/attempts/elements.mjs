// Attempts to make an element ask for something: kinds of elements × ways to give them an address,
// and ways into the document × elements that got their address where nothing loads.

const KINDS = {
  image: { title: "`img`", tag: "img", attr: "src", ext: "png", isVoid: true },
  frame: { title: "`iframe`", tag: "iframe", attr: "src", ext: "html" },
  script: { title: "`script`", tag: "script", attr: "src", ext: "js" },
  stylesheet: {
    title: "`link rel=stylesheet`",
    tag: "link",
    attr: "href",
    ext: "css",
    more: { rel: "stylesheet" },
    isVoid: true,
  },
  srcset: { title: "`img srcset`", tag: "img", attr: "srcset", ext: "png", isVoid: true },
  video: { title: "`video`", tag: "video", attr: "src", ext: "webm", more: { preload: "auto", muted: "" } },
  object: { title: "`object`", tag: "object", attr: "data", ext: "html", more: { type: "text/html" } },
  audio: { title: "`audio`", tag: "audio", attr: "src", ext: "ogg", more: { preload: "auto" } },
  poster: { title: "`video poster`", tag: "video", attr: "poster", ext: "png" },
  embed: { title: "`embed`", tag: "embed", attr: "src", ext: "html", more: { type: "text/html" }, isVoid: true },
  input: { title: "`input type=image`", tag: "input", attr: "src", ext: "png", more: { type: "image" }, isVoid: true },
  preload: {
    title: "`link rel=preload`",
    tag: "link",
    attr: "href",
    ext: "png",
    more: { rel: "preload", as: "image" },
    isVoid: true,
  },
  "preload-script": {
    title: "`link rel=preload as=script`",
    tag: "link",
    attr: "href",
    ext: "js",
    more: { rel: "preload", as: "script" },
    isVoid: true,
  },
  prefetch: {
    title: "`link rel=prefetch`",
    tag: "link",
    attr: "href",
    ext: "txt",
    more: { rel: "prefetch" },
    isVoid: true,
  },
  modulepreload: {
    title: "`link rel=modulepreload`",
    tag: "link",
    attr: "href",
    ext: "js",
    more: { rel: "modulepreload" },
    isVoid: true,
  },
  imagesrcset: {
    title: "`link imagesrcset`",
    tag: "link",
    attr: "imagesrcset",
    property: "imageSrcset",
    ext: "png",
    more: { rel: "preload", as: "image" },
    isVoid: true,
  },
  "svg-image": {
    title: "SVG `image`",
    tag: "image",
    attr: "href",
    ext: "png",
    more: { width: "9", height: "9" },
    svg: true,
  },
  "svg-script": { title: "SVG `script`", tag: "script", attr: "href", ext: "js", svg: true },
  background: { title: "`table background`", tag: "table", attr: "background", ext: "png" },
};

const put = (at, kind, element) => {
  if (!kind.svg) return at.box.append(element);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.append(element);
  at.box.append(svg);
};
const args = (kind) => [KINDS[kind], put];

/** Ways that name an attribute or a property; every kind with an attribute can take them. */
const BY_NAME = [
  [
    "property",
    "property",
    (at, kind, put) => {
      const element = at.make(kind);
      element[kind.property ?? kind.attr] = at.url(kind.ext);
      put(at, kind, element);
    },
  ],
  [
    "property-late",
    "property, already in the document",
    (at, kind, put) => {
      const element = at.make(kind);
      put(at, kind, element);
      element[kind.property ?? kind.attr] = at.url(kind.ext);
    },
  ],
  [
    "attribute",
    "`setAttribute`",
    (at, kind, put) => {
      const element = at.make(kind);
      element.setAttribute(kind.attr, at.url(kind.ext));
      put(at, kind, element);
    },
  ],
  [
    "attribute-late",
    "`setAttribute`, already in the document",
    (at, kind, put) => {
      const element = at.make(kind);
      put(at, kind, element);
      element.setAttribute(kind.svg ? kind.attr : kind.attr.toUpperCase(), at.url(kind.ext));
    },
  ],
  [
    "attribute-ns",
    "`setAttributeNS`",
    (at, kind, put) => {
      const element = at.make(kind);
      element.setAttributeNS(null, kind.attr, at.url(kind.ext));
      put(at, kind, element);
    },
  ],
  [
    "attribute-node",
    "`setAttributeNode`",
    (at, kind, put) => {
      const element = at.make(kind);
      const node = document.createAttribute(kind.attr);
      node.value = at.url(kind.ext);
      element.setAttributeNode(node);
      put(at, kind, element);
    },
  ],
  [
    "attribute-node-late",
    "`Attr.value` after `setAttributeNode`",
    (at, kind, put) => {
      const element = at.make(kind);
      put(at, kind, element);
      const node = document.createAttribute(kind.attr);
      node.value = kind.tag === "script" ? "" : "/plain.html";
      if (kind.tag !== "script") element.setAttributeNode(node);
      node.value = at.url(kind.ext);
      if (kind.tag === "script") element.setAttributeNode(node);
    },
  ],
  [
    "node-value",
    "`Attr.nodeValue`",
    (at, kind, put) => {
      const element = at.make(kind);
      const node = document.createAttribute(kind.attr);
      element.setAttributeNode(node);
      node.nodeValue = at.url(kind.ext);
      put(at, kind, element);
    },
  ],
  [
    "text-content",
    "`Attr.textContent`",
    (at, kind, put) => {
      const element = at.make(kind);
      const node = document.createAttribute(kind.attr);
      element.setAttributeNode(node);
      node.textContent = at.url(kind.ext);
      put(at, kind, element);
    },
  ],
  [
    "named-item",
    "`attributes.setNamedItem`",
    (at, kind, put) => {
      const element = at.make(kind);
      const node = document.createAttribute(kind.attr);
      node.value = at.url(kind.ext);
      element.attributes.setNamedItem(node);
      put(at, kind, element);
    },
  ],
  [
    "moved-attribute",
    "attribute node moved over from an element of another kind",
    (at, kind, put) => {
      const from = document.createElement("b");
      from.setAttribute(kind.attr, at.url(kind.ext));
      const node = from.removeAttributeNode(from.getAttributeNode(kind.attr));
      const element = at.make(kind);
      element.setAttributeNode(node);
      put(at, kind, element);
    },
  ],
  [
    "setter",
    "setter from its descriptor",
    (at, kind, put) => {
      const element = at.make(kind);
      const name = kind.property ?? kind.attr;
      let owner = element;
      while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
      Object.getOwnPropertyDescriptor(owner, name).set.call(element, at.url(kind.ext));
      put(at, kind, element);
    },
  ],
  [
    "assign",
    "`Object.assign`",
    (at, kind, put) => {
      put(at, kind, Object.assign(at.make(kind), { [kind.property ?? kind.attr]: at.url(kind.ext) }));
    },
  ],
  [
    "object",
    "an object as address",
    (at, kind, put) => {
      const element = at.make(kind);
      element.setAttribute(kind.attr, { toString: () => at.url(kind.ext) });
      put(at, kind, element);
    },
  ],
  [
    "changing",
    "an object that is another address when read again",
    (at, kind, put) => {
      let reads = 0;
      const element = at.make(kind);
      element[kind.property ?? kind.attr] = {
        toString: () => (reads++ === 0 ? location.origin + "/plain.html" : at.url(kind.ext)),
      };
      put(at, kind, element);
    },
    { isTrick: true },
  ],
];

/** Ways by markup; scripts in it do not run, except by `createContextualFragment`. */
const BY_MARKUP = [
  [
    "inner-html",
    "`innerHTML`",
    (at, kind) => {
      at.box.innerHTML = at.html(kind);
    },
  ],
  [
    "inner-html-late",
    "`innerHTML` of an element that is not in the document yet",
    (at, kind) => {
      const holder = document.createElement("div");
      holder.innerHTML = at.html(kind);
      at.box.append(holder);
    },
  ],
  [
    "inner-html-setter",
    "`innerHTML` setter from its descriptor",
    (at, kind) => {
      Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML").set.call(at.box, at.html(kind));
    },
  ],
  [
    "outer-html",
    "`outerHTML`",
    (at, kind) => {
      const inner = document.createElement("i");
      at.box.append(inner);
      inner.outerHTML = at.html(kind);
    },
  ],
  [
    "adjacent-html",
    "`insertAdjacentHTML`",
    (at, kind) => {
      at.box.insertAdjacentHTML("beforeend", at.html(kind));
    },
  ],
  [
    "fragment",
    "`createContextualFragment`",
    (at, kind) => {
      const range = document.createRange();
      range.selectNodeContents(at.box);
      at.box.append(range.createContextualFragment(at.html(kind)));
    },
  ],
  [
    "parsed",
    "`DOMParser`, moved over",
    (at, kind) => {
      at.box.append(new DOMParser().parseFromString("<body>" + at.html(kind), "text/html").body.firstChild);
    },
  ],
  [
    "parsed-adopted",
    "`DOMParser` and `adoptNode`",
    (at, kind) => {
      at.box.append(
        document.adoptNode(new DOMParser().parseFromString("<body>" + at.html(kind), "text/html").body.firstChild),
      );
    },
  ],
  [
    "parsed-imported",
    "`DOMParser` and `importNode`",
    (at, kind) => {
      at.box.append(
        document.importNode(
          new DOMParser().parseFromString("<body>" + at.html(kind), "text/html").body.firstChild,
          true,
        ),
      );
    },
  ],
  [
    "created-document",
    "`createHTMLDocument`, moved over",
    (at, kind) => {
      const other = document.implementation.createHTMLDocument("");
      other.body.innerHTML = at.html(kind);
      at.box.append(...other.body.childNodes);
    },
  ],
  [
    "template",
    "content of a `template`, cloned",
    (at, kind) => {
      at.box.append(at.inert(kind).cloneNode(true));
    },
  ],
  [
    "template-moved",
    "content of a `template`, moved over",
    (at, kind) => {
      at.box.append(at.inert(kind));
    },
  ],
  [
    "clone",
    "`cloneNode` of what was refused",
    (at, kind) => {
      at.box.innerHTML = at.html(kind).replace("/t/", "/t/necessary/../");
      const clone = at.box.firstChild.cloneNode(true);
      at.box.replaceChildren(clone);
    },
    { isTrick: true },
  ],
  [
    "html-unsafe",
    "`setHTMLUnsafe`",
    (at, kind) => {
      at.box.setHTMLUnsafe(at.html(kind));
    },
  ],
  [
    "parse-unsafe",
    "`Document.parseHTMLUnsafe`, moved over",
    (at, kind) => {
      at.box.append(Document.parseHTMLUnsafe("<body>" + at.html(kind)).body.firstChild);
    },
  ],
  [
    "exec-command",
    '`execCommand("insertHTML")`',
    (at, kind) => {
      at.box.contentEditable = "true";
      at.box.textContent = "text";
      at.box.focus();
      getSelection().selectAllChildren(at.box);
      document.execCommand("insertHTML", false, at.html(kind));
    },
  ],
  [
    "shadow-html",
    "`innerHTML` of a shadow root",
    (at, kind) => {
      at.box.attachShadow({ mode: "open" }).innerHTML = at.html(kind);
    },
  ],
  [
    "shadow-closed",
    "`innerHTML` of a closed shadow root",
    (at, kind) => {
      at.box.attachShadow({ mode: "closed" }).innerHTML = at.html(kind);
    },
  ],
  [
    "shadow-declared",
    "declarative shadow root by `setHTMLUnsafe`",
    (at, kind) => {
      at.box.setHTMLUnsafe('<div><template shadowrootmode="open">' + at.html(kind) + "</template></div>");
    },
  ],
  [
    "shadow-cloned",
    "declarative shadow root in a `template`, cloned",
    (at, kind) => {
      const template = document.createElement("template");
      template.setHTMLUnsafe(
        '<div><template shadowrootmode="open" shadowrootclonable>' + at.html(kind) + "</template></div>",
      );
      at.box.append(template.content.cloneNode(true));
    },
  ],
  [
    "shadow-moved",
    "declarative shadow root by `Document.parseHTMLUnsafe`, moved over",
    (at, kind) => {
      const parsed = Document.parseHTMLUnsafe(
        '<body><div><template shadowrootmode="open">' + at.html(kind) + "</template></div>",
      );
      at.box.append(parsed.body.firstChild);
    },
  ],
  [
    "xslt",
    "made by `XSLTProcessor`",
    (at, kind) => {
      const parser = new DOMParser();
      const sheet =
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="html"/><xsl:template match="/">' +
        at.html({ ...kind, isVoid: false }) +
        "</xsl:template></xsl:stylesheet>";
      const processor = new XSLTProcessor();
      processor.importStylesheet(parser.parseFromString(sheet, "text/xml"));
      at.box.append(processor.transformToFragment(parser.parseFromString("<a/>", "text/xml"), document));
    },
  ],
  [
    "svg-wrapped",
    "`innerHTML`, deep inside `foreignObject`",
    (at, kind) => {
      at.box.innerHTML =
        '<svg width="99" height="99"><foreignObject width="99" height="99">' + at.html(kind) + "</foreignObject></svg>";
    },
  ],
  [
    "xml-document",
    "markup read as XML, moved over",
    (at, kind) => {
      const text = at
        .html({ ...kind, isVoid: false })
        .replace("<" + kind.tag, "<" + kind.tag + ' xmlns="http://www.w3.org/1999/xhtml"');
      at.box.append(new DOMParser().parseFromString(text, "application/xhtml+xml").documentElement);
    },
  ],
];

/** Ways of a node into the document; the node got its address in a template. */
const INSERTIONS = [
  ["append-child", "`appendChild`", (box, node) => box.appendChild(node)],
  ["insert-before", "`insertBefore`", (box, node) => box.insertBefore(node, null)],
  [
    "replace-child",
    "`replaceChild`",
    (box, node) => box.replaceChild(node, box.appendChild(document.createElement("i"))),
  ],
  ["append", "`append`", (box, node) => box.append("text", node)],
  ["prepend", "`prepend`", (box, node) => box.prepend(node)],
  ["before", "`before`", (box, node) => box.appendChild(document.createElement("i")).before(node)],
  ["after", "`after`", (box, node) => box.appendChild(document.createElement("i")).after(node)],
  ["replace-with", "`replaceWith`", (box, node) => box.appendChild(document.createElement("i")).replaceWith(node)],
  ["replace-children", "`replaceChildren`", (box, node) => box.replaceChildren(node)],
  ["adjacent-element", "`insertAdjacentElement`", (box, node) => box.insertAdjacentElement("beforeend", node)],
  [
    "range",
    "`Range.insertNode`",
    (box, node) => {
      const range = document.createRange();
      range.selectNodeContents(box);
      range.insertNode(node);
    },
  ],
  [
    "surround",
    "`Range.surroundContents`",
    (box, node) => {
      box.textContent = "text";
      const range = document.createRange();
      range.selectNodeContents(box);
      const holder = document.createElement("p");
      range.surroundContents(holder);
      holder.append(node);
    },
  ],
  [
    "document-fragment",
    "a fragment",
    (box, node) => {
      const fragment = document.createDocumentFragment();
      fragment.append(node);
      box.append(fragment);
    },
  ],
  [
    "deep",
    "deep in a tree that is inserted",
    (box, node) => {
      const tree = document.createElement("section");
      tree.innerHTML = "<p><b><i></i></b></p>";
      tree.querySelector("i").append(node);
      box.append(tree);
    },
  ],
  ["shadow", "`append` to a shadow root", (box, node) => box.attachShadow({ mode: "open" }).append(node)],
  [
    "shadow-deep",
    "in a shadow root of a tree that is inserted",
    (box, node) => {
      const tree = document.createElement("section");
      tree.attachShadow({ mode: "closed" }).append(node);
      box.append(tree);
    },
  ],
  ["prototype", "`Node.prototype.appendChild.call`", (box, node) => Node.prototype.appendChild.call(box, node)],
  [
    "reflect",
    "`Reflect.apply(Node.prototype.insertBefore, …)`",
    (box, node) => Reflect.apply(Node.prototype.insertBefore, box, [node, null]),
  ],
  [
    "move-before",
    "`moveBefore` of its parent",
    (box, node) => {
      const from = box.appendChild(document.createElement("div"));
      from.append(node);
      box.moveBefore(from, box.firstChild);
    },
  ],
  [
    "slot",
    "as a slotted child",
    (box, node) => {
      box.attachShadow({ mode: "open" }).innerHTML = "<slot></slot>";
      box.append(node);
    },
  ],
];

const element =
  (kind, load) =>
  ([id, title, run, more]) => ({
    id: `${kind}-${id}`,
    kind: `elements: ${KINDS[kind].title}`,
    load,
    title,
    sink: "request",
    run,
    args: args(kind),
    ...more,
  });

const few = (list, ids) => list.filter(([id]) => ids.includes(id));
const FULL = ["image", "frame", "script", "stylesheet"];
const SHORT = Object.keys(KINDS).filter((kind) => !FULL.includes(kind));
const hasProperty = (kind) => !KINDS[kind].svg && kind !== "background";

const ways = [
  ...FULL.flatMap((kind) => BY_NAME.map(element(kind, "elements"))),
  ...SHORT.flatMap((kind) =>
    few(
      BY_NAME,
      hasProperty(kind)
        ? ["property", "attribute", "attribute-late", "attribute-node"]
        : ["attribute", "attribute-late", "attribute-node"],
    )
      // No engine looks at this one again.
      .filter(([id]) => kind !== "imagesrcset" || id !== "attribute-late")
      .map(element(kind, "elements")),
  ),
  ...["image", "frame", "stylesheet"].flatMap((kind) => BY_MARKUP.map(element(kind, "markup"))),
  ...SHORT.filter((kind) => kind !== "svg-script").flatMap((kind) =>
    few(BY_MARKUP, ["inner-html", "template"]).map(element(kind, "elements")),
  ),
  ...few(BY_MARKUP, ["fragment"]).map(element("script", "markup")),
];

const inserted = ["frame", "image", "script"].flatMap((kind) =>
  INSERTIONS.map(([id, title, insert]) => ({
    id: `insert-${kind}-${id}`,
    kind: `insertion of ${KINDS[kind].title}`,
    load: "markup",
    title,
    sink: "request",
    run: (at, kind, insert) => {
      if (kind.tag !== "script") return void insert(at.box, at.inert(kind));
      const script = document.implementation.createHTMLDocument("").createElement("script");
      script.setAttribute("src", at.url("js"));
      insert(at.box, script);
    },
    args: [KINDS[kind], insert],
  })),
);

/** Attributes of SVG that are styles, and markup that uses them. */
const PAINTS = ["mask", "fill", "stroke", "filter", "cursor", "clip-path", "marker-start", "marker-mid", "marker-end"];
const painted = PAINTS.flatMap((name) =>
  [
    [
      "attribute",
      "`setAttribute`",
      (at, name, path, rest) => {
        at.box.innerHTML = `<svg width="9" height="9">${path}></path></svg>`;
        at.box.querySelector("path").setAttribute(name, `url(${at.url("svg")}#a)${rest}`);
      },
    ],
    [
      "html",
      "`innerHTML`",
      (at, name, path, rest) => {
        at.box.innerHTML = `<svg width="9" height="9">${path} ${name}="url(${at.url("svg")}#a)${rest}"></path></svg>`;
      },
    ],
  ].map(([way, title, run]) => ({
    id: `svg-${name}-${way}`,
    kind: "elements: attributes of SVG that are styles",
    load: "elements",
    title: `\`${name}\`, ${title}`,
    sink: "request",
    run,
    args: [name, '<path d="M0 0L4 8L8 0z" stroke-width="1"', name === "cursor" ? ", auto" : ""],
  })),
);

const navigation = (id, title, run, more) => ({
  id: `navigation-${id}`,
  kind: "navigation",
  load: "navigation",
  title,
  sink: "request",
  run,
  ...more,
});

/** Frames and windows that are sent elsewhere. */
const navigations = [
  navigation("href", "`location.href` of an empty frame", (at) => {
    at.frame().contentWindow.location.href = at.url("html");
  }),
  navigation("assign", "`location.assign` of an empty frame", (at) => {
    at.frame().contentWindow.location.assign(at.url("html"));
  }),
  navigation(
    "host",
    "`location.host` of a frame with a page of the site",
    (at) =>
      new Promise((resolve) => {
        at.frame((frame) => {
          // The path is the one that the other party knows.
          frame.src = new URL(at.url("html")).pathname;
          frame.onload = () => {
            frame.onload = null;
            frame.contentWindow.location.host = new URL(at.url("html")).host;
            resolve();
          };
        });
      }),
  ),
  navigation("document", "`contentDocument.location`", (at) => {
    at.frame().contentDocument.location = at.url("html");
  }),
  navigation("navigate", "`navigation.navigate` of a frame", (at) => {
    at.frame().contentWindow.navigation.navigate(at.url("html"));
  }),
  navigation("refresh", "`meta refresh` put into the document of a frame", (at) => {
    const { contentDocument } = at.frame();
    const meta = contentDocument.createElement("meta");
    meta.httpEquiv = "refresh";
    meta.content = "0;url=" + at.url("html");
    contentDocument.head.append(meta);
  }),
  navigation("area", "click on an `area` whose target is a frame", (at) => {
    at.frame((frame) => {
      frame.name = "area-" + at.name;
    });
    const area = document.createElement("area");
    area.target = "area-" + at.name;
    area.href = at.url("html");
    at.box.append(area);
    area.click();
  }),
  navigation("svg", "click on an SVG link whose target is a frame", (at) => {
    at.frame((frame) => {
      frame.name = "svg-" + at.name;
    });
    at.box.insertAdjacentHTML(
      "beforeend",
      `<svg><a href="${at.url("html")}" target="svg-${at.name}"><text>x</text></a></svg>`,
    );
    at.box.querySelector("a").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }),
  navigation("download", "click on a link with `download` in a frame", (at) => {
    const { contentDocument } = at.frame();
    const link = contentDocument.createElement("a");
    link.download = "";
    link.href = at.url("html");
    contentDocument.body.append(link);
    link.click();
  }),
  navigation(
    "window",
    "`open(address)`",
    (at) => {
      at.keep(open(at.url("html")));
    },
    { load: "popups" },
  ),
  navigation(
    "blank",
    "click on a link with `target=_blank`",
    (at) => {
      const link = document.createElement("a");
      link.target = "_blank";
      link.rel = "opener";
      link.href = at.url("html");
      at.box.append(link);
      link.click();
    },
    { load: "popups" },
  ),
];

const special = (id, title, run, more) => ({
  id: `other-${id}`,
  kind: "elements: other",
  load: "elements",
  title,
  sink: "request",
  run,
  ...more,
});

// Among many others in a page WebKit loads no such frame, whatever is refused.
const ALONE = { load: "addresses" };

export const elements = [
  ...ways,
  ...inserted,
  ...painted,
  ...navigations,
  special("new-image", "`new Image().src`", (at) => {
    new Image().src = at.url();
  }),
  special("new-audio", "`new Audio(address)`", (at) => {
    // Kept, or an engine may collect it before it asks.
    window["audio_" + at.name] = new Audio(at.url("ogg"));
    window["audio_" + at.name].preload = "auto";
  }),
  special("new-audio-load", "`new Audio(address).load()`", (at) => {
    window["audio_" + at.name] = new Audio(at.url("ogg"));
    window["audio_" + at.name].load();
  }),
  special("source-video", "`source` in `video`", (at) => {
    const video = document.createElement("video");
    const source = document.createElement("source");
    source.src = at.url("webm");
    video.preload = "auto";
    video.append(source);
    at.box.append(video);
  }),
  special("source-video-html", "`source` in `video`, by `innerHTML`", (at) => {
    at.box.innerHTML = `<video preload="auto"><source src="${at.url("webm")}"></video>`;
  }),
  special("source-picture", "`source` in `picture`", (at) => {
    const picture = document.createElement("picture");
    const source = document.createElement("source");
    source.srcset = at.url();
    picture.append(source, document.createElement("img"));
    at.box.append(picture);
  }),
  special("source-picture-html", "`source` in `picture`, by `innerHTML`", (at) => {
    at.box.innerHTML = `<picture><source srcset="${at.url()}"><img></picture>`;
  }),
  special("srcset-second", "`srcset` whose second candidate is the other party", (at) => {
    const image = new Image();
    image.srcset = `data:,x 1w, ${at.url()} 9999w`;
    image.sizes = "9999px";
    at.box.append(image);
  }),
  special("rel-late", "`rel` of a link after `href`", (at) => {
    const link = document.createElement("link");
    link.href = at.url("css");
    at.box.append(link);
    link.rel = "stylesheet";
  }),
  special("rel-list", "`relList.add` after `href`", (at) => {
    const link = document.createElement("link");
    link.href = at.url("css");
    at.box.append(link);
    link.relList.add("stylesheet");
  }),
  special("type-late", "`type` of a script after `src`", (at) => {
    const script = document.createElement("script");
    script.type = "text/plain";
    script.src = at.url("js");
    at.box.append(script);
    script.type = "text/javascript";
    script.remove();
    at.box.append(script);
  }),
  special("input-type-late", "`type=image` of an input after `src`", (at) => {
    const input = document.createElement("input");
    input.src = at.url();
    at.box.append(input);
    input.type = "image";
  }),
  special("svg-xlink", "SVG `image`, `xlink:href`", (at) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    image.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", at.url());
    image.setAttribute("width", "9");
    image.setAttribute("height", "9");
    svg.append(image);
    at.box.append(svg);
  }),
  special("svg-base-value", "SVG `image`, `href.baseVal`", (at) => {
    at.box.innerHTML = '<svg width="9" height="9"><image width="9" height="9" href="data:,"></image></svg>';
    at.box.querySelector("image").href.baseVal = at.url();
  }),
  special("svg-set", "SVG `set` that animates `href`", (at) => {
    at.box.innerHTML = `<svg width="9" height="9"><image width="9" height="9" href="data:,"><set attributeName="href" to="${at.url()}"/></image></svg>`;
  }),
  special("svg-fe-image", "SVG `feImage`", (at) => {
    at.box.innerHTML = `<svg width="9" height="9"><filter id="f-${at.name}"><feImage href="${at.url()}"/></filter><rect width="9" height="9" filter="url(#f-${at.name})"/></svg>`;
  }),
  special("background-body", "`background` of a table cell", (at) => {
    at.box.innerHTML = "<table><tr><td>x</td></tr></table>";
    at.box.querySelector("td").setAttribute("background", at.url());
  }),
  special("speculation-rules", "`script type=speculationrules`", (at) => {
    const script = document.createElement("script");
    script.type = "speculationrules";
    script.textContent = JSON.stringify({
      prefetch: [{ source: "list", urls: [at.url("html")], eagerness: "immediate" }],
    });
    at.box.append(script);
  }),
  special("track", "`track` in `video`", (at) => {
    at.box.innerHTML = `<video crossorigin><track kind="subtitles" default src="${at.url("txt")}"></video>`;
    at.box.querySelector("track").track.mode = "showing";
  }),
  special("frameset", "`frame` in a `frameset`, in a frame", (at) => {
    const frame = at.frame();
    frame.contentDocument.write(`<frameset><frame src="${at.url("html")}"></frameset>`);
    frame.contentDocument.close();
  }),
  special("srcdoc-image", "`srcdoc` with an image", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<img src="${at.url()}">`;
    });
  }),
  special("srcdoc-script", "`srcdoc` with a script element", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<script src="${at.url("js")}"></script>`;
    });
  }),
  special("srcdoc-inline", "`srcdoc` whose own script sends", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<script>fetch(${JSON.stringify(at.url("txt"))}, { mode: "no-cors" })</script>`;
    });
  }),
  special("srcdoc-attribute", "`srcdoc` by `setAttribute`, with an image", (at) => {
    at.frame((frame) => {
      frame.setAttribute("srcdoc", `<img src="${at.url()}">`);
    });
  }),
  special("srcdoc-html", "`srcdoc` by `innerHTML`, with a frame", (at) => {
    at.box.innerHTML = `<iframe srcdoc='<iframe src="${at.url("html")}"></iframe>'></iframe>`;
  }),
  special("frame-location", "`location` of an empty frame", (at) => {
    at.frame().contentWindow.location = at.url("html");
  }),
  special("frame-replace", "`location.replace` of an empty frame", (at) => {
    at.frame().contentWindow.location.replace(at.url("html"));
  }),
  special("frame-open", "`open(address, name)` into a frame", (at) => {
    at.frame((frame) => {
      frame.name = "open-" + at.name;
    });
    open(at.url("html"), "open-" + at.name);
  }),
  special("frame-link", "a link whose target is a frame", (at) => {
    at.frame((frame) => {
      frame.name = "link-" + at.name;
    });
    const link = document.createElement("a");
    link.target = "link-" + at.name;
    link.href = at.url("html");
    at.box.append(link);
    link.click();
  }),
  special("frame-refresh", "`meta refresh` in a `srcdoc`", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<meta http-equiv="refresh" content="0;url=${at.url("html")}">`;
    });
  }),
  special("frame-data", "a `data:` frame with an image", (at) => {
    at.frame((frame) => {
      frame.src = "data:text/html," + encodeURIComponent(`<img src="${at.url()}">`);
    });
  }),
  special(
    "frame-blob",
    "a `blob:` frame with an image",
    (at) => {
      at.frame((frame) => {
        frame.src = URL.createObjectURL(new Blob([`<img src="${at.url()}">`], { type: "text/html" }));
      });
    },
    ALONE,
  ),
  special(
    "frame-blob-script",
    "a `blob:` frame whose own script sends",
    (at) => {
      const text = `<script>fetch(${JSON.stringify(at.url("txt"))}, { mode: "no-cors" })</script>`;
      at.frame((frame) => {
        frame.src = URL.createObjectURL(new Blob([text], { type: "text/html" }));
      });
    },
    ALONE,
  ),
  special("frame-javascript", "a `javascript:` frame with an image", (at) => {
    at.frame((frame) => {
      frame.src = `javascript:'<img src="${at.url()}">'`;
    });
  }),
  special("frame-written", "`document.write` into an empty frame, with an image", (at) => {
    const { contentDocument } = at.frame();
    contentDocument.write(`<img src="${at.url()}">`);
    contentDocument.close();
  }),
  special("frame-inner-html", "`innerHTML` in an empty frame", (at) => {
    at.frame().contentDocument.body.innerHTML = `<img src="${at.url()}">`;
  }),
  special("object-plain", "`object` without a type", (at) => {
    const object = document.createElement("object");
    object.data = at.url("svg");
    at.box.append(object);
  }),
  special("base-element", "a `base` element, then a relative address", (at) => {
    const base = document.createElement("base");
    base.href = at.url("png");
    document.head.append(base);
    const sent = fetch(at.id + ".png");
    base.remove();
    return sent;
  }),
  special("ping", "click on a link with `ping`", (at) => {
    const link = document.createElement("a");
    link.href = "#ping";
    link.ping = at.url("txt");
    at.box.append(link);
    link.click();
  }),
  special("ping-attribute", "click on a link with `ping`, by `innerHTML`", (at) => {
    at.box.innerHTML = `<a href="#ping" ping="${at.url("txt")}">x</a>`;
    at.box.firstChild.click();
  }),
];
