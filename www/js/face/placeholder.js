// Placeholders: what stands in a frame that waits. It is put into the frame's own empty document, so nothing in
// the page moves, and goes with that document as soon as the frame loads.
//
// Left out: which frames wait, and what the two answers do (www/js/places.js).

import { button } from "../tree.js";
import { fill, link } from "../view.js";
import { NOTICE, STATE } from "../numbers.js";
import { countryOf, directionOf, servicesOf } from "./words.js";

// What the site says of its look on consent-banner holds here too; nothing is inherited into a frame.
const LOOK = "background text button button-text radius font".split(" ");

// Who is asked, as far as an address says that; nobody by one that is none.
function hostOf(address, frame) {
  try {
    const { host } = new URL(address, frame.baseURI);
    return host !== location.host && host;
  } catch {
    return "";
  }
}

/**
 * What is told in the place of something that waits for this service or category; null where there is neither.
 * `reloads` says whether what is allowed comes with the page loaded anew.
 */
export function placeholder(notice, name, host, { reloads }) {
  const { texts } = notice;
  const service = servicesOf(notice).find(({ id }) => id === name);
  const category = notice.categories.find(({ id, necessary }) => id === name && !necessary);
  if (!service && !category) return null;
  const provider = service?.provider ?? service?.name ?? (host || notice.controller.name);
  const country = service && countryOf(notice, service);
  return [
    "main",
    { "aria-labelledby": "title" },
    ["h1", { id: "title" }, fill(texts.embedTitle, { provider })],
    ["p", {}, fill(texts.embedText, { provider })],
    country && ["p", {}, `${texts.country}: ${country}`],
    reloads && ["p", {}, texts.reloadOnGrant],
    service && link(service.policyUrl, texts.privacyPolicy),
    [
      "div",
      {},
      button("once", texts.embedOnce),
      button("always", fill(texts.embedAlways, { service: service?.name ?? category.title })),
    ],
  ];
}

/** Makes what shows a placeholder in a frame that waits for a name, and shows all anew when it is told to. */
export function holder({ build, known, own }, style) {
  const names = new WeakMap();
  // What was put into frames.
  const shown = new WeakMap();
  // The roots in which frames wait.
  const heard = new Set();
  // Frames to which a title was given.
  const titled = new WeakSet();

  function put(frame) {
    const page = frame.contentDocument;
    // Somebody else's document, or no longer waiting, or used by the page itself.
    if (!page?.body || page.URL !== "about:blank" || page.body.hasChildNodes()) return;
    const address = frame.getAttribute("data-consent-src") ?? frame.getAttribute("data-src") ?? "";
    const notice = known(NOTICE);
    if (!notice || frame.hasAttribute("src")) return;
    const tree = placeholder(notice, names.get(frame), hostOf(address, frame), known(STATE));
    if (!tree) return;
    // One of the frame's own window: no other can be adopted there.
    const sheet = new frame.contentWindow.CSSStyleSheet();
    sheet.replaceSync(`:root{}${style}`);
    // Colours that cannot be read were told already (contrast.js).
    const given = getComputedStyle(document.querySelector("consent-banner:not([plain])") ?? document.documentElement);
    const of = (name) => given.getPropertyValue(name);
    // As it came out there, where it did (www/css/banner.css): from the accent of the site; and the font of its page.
    for (const name of LOOK)
      sheet.cssRules[0].style.setProperty(
        `--consent-${name}`,
        of(`--_${name}`) || of(`--consent-${name}`) || (name === "font" ? given.fontFamily : ""),
      );
    page.adoptedStyleSheets = [sheet];
    page.documentElement.lang = notice.language;
    page.documentElement.dir = directionOf(notice);
    page.title = tree[2][2];
    if (!frame.title) {
      frame.title = page.title;
      titled.add(frame);
    }
    const made = build(tree);
    page.body.append(made);
    shown.set(frame, made);
    own(page, frame);
    page.addEventListener("scroll", makeWay, true);
    makeWay();
  }

  // The frames that say that they wait, the last one first.
  function frames() {
    const found = [];
    for (const root of heard) {
      if (root.isConnected) found.push(...root.querySelectorAll("iframe"));
      else heard.delete(root);
    }
    return found.reverse().filter((frame) => shown.get(frame)?.ownerDocument === (frame.contentDocument ?? 0));
  }

  // The small button covers no control of ours in the page, in a placeholder or in a declaration: it goes up until it is clear,
  // from one to the next.
  function makeWay() {
    const small = document.querySelector("consent-banner")?.shadowRoot.querySelector("[part=reopen]");
    if (!small) return;
    small.style.insetBlockEnd = "";
    for (const place of [...document.querySelectorAll("consent-declaration"), ...frames()]) {
      const inner = shown.get(place);
      const { left, top } = inner ? place.getBoundingClientRect() : new DOMRect();
      for (const control of [...(inner ?? place.shadowRoot ?? place).querySelectorAll("a,button")].reverse()) {
        const inside = control.getBoundingClientRect();
        const [x, y] = [left + place.clientLeft + inside.left, top + place.clientTop + inside.top];
        const at = small.getBoundingClientRect();
        if (x < at.right && x + inside.width > at.left && y < at.bottom && y + inside.height > at.top)
          small.style.insetBlockEnd = `min(100% - 48px, ${innerHeight - y + 8}px)`;
      }
    }
  }
  for (const type of ["scroll", "resize", "consent:change"]) addEventListener(type, makeWay, true);

  // What a frame loads, and the empty document that it gets when it is taken away again.
  function loaded({ target }) {
    if (!names.has(target)) return;
    if (target.hasAttribute("src") && titled.delete(target)) target.removeAttribute("title");
    put(target);
  }

  return {
    hold(frame, name) {
      names.set(frame, name);
      const root = frame.getRootNode();
      if (!heard.has(root)) root.addEventListener("load", loaded, true);
      heard.add(root);
      put(frame);
    },
    makeWay,
    renewPlaceholders() {
      for (const frame of frames()) {
        shown.get(frame).remove();
        if (titled.delete(frame)) frame.removeAttribute("title");
        put(frame);
      }
    },
  };
}
