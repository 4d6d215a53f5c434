// What the visitor sees of the tag: the first layer, the small button that opens the settings, and the offer
// to load the page anew; the settings come with the face. Rust says what is shown and when (src/notice.rs, src/web/show.rs), view.js
// makes trees of it, and here they are put into the page (root.js) and taken away. Looks are www/css/banner.css. It is
// JavaScript because the same in WebAssembly weighs kilobytes more (docs/sizes.md).

import { checkContrast } from "./contrast.js";
import { faceNow, getFace } from "./load.js";
import { CALL, CLOSED } from "./numbers.js";
import { stay } from "./stay.js";
import { joined, layers, optedOut } from "./view.js";
import {
  addStyle,
  build,
  eachRoot,
  findBelow,
  getAttribute,
  host,
  isChecked,
  put,
  read,
  rootNow,
  rootOf,
  tell,
  write,
} from "#shared";

const page = typeof document === "object" ? document : null;
// The switches of the settings, by name.
let switches;
let notice;
// Whether the page shows the layers itself: then they are kept where nobody sees them.
let isHeadless, hidden;
// Whether the settings are to be shown once the face is there.
let isWanted;

const ownRoot = () => hidden ?? rootNow();

/** Adds the style sheet; says whether nothing is to be seen of us. */
export function setStyle(sheet, isNone) {
  addStyle(sheet);
  isHeadless = isNone;
}

/** Whether an element stands inside the banner. */
export function isOurs(element) {
  return rootOf(element) === ownRoot();
}

/**
 * Whether this part of the banner is there; of `own`, whether the page has a control that opens the settings or takes
 * everything back, or may have one once it is whole.
 */
export function isShown(part) {
  if (part !== "own") return !!find(part);
  let isThere = page.readyState !== "complete";
  eachRoot((root) => {
    isThere ||= !!root.querySelector("[data-consent-action=open],[data-consent-action=withdraw]");
  });
  return isThere;
}

/**
 * Shows `banner`, `settings`, `reload` or `reopen` with a notice and a state (JSON texts), in a shadow root
 * that is the first child of the body, so that it comes first in the tab order. False while there is no
 * body yet or not all of what a server has printed there, and while the settings are still on their way.
 */
export function show(part, text, json) {
  // What a server has printed may be on its way still.
  if (!page.body || (!ownRoot() && page.readyState === "loading" && page.querySelector("body>consent-banner")))
    return false;
  notice = read(text);
  const state = read(json);
  const isDialog = part === "settings";
  if (isHeadless) {
    hidden ??= page.createElement("p");
    hidden.append(build(["dialog", { part, open: true }]));
  } else {
    if (isDialog && !faceNow()) return want(text, json);
    if (isDialog) addFaceStyle();
    const fresh = build(host(notice, state));
    state.optedOut = optedOut(notice, state);
    state.intro = joined(notice.texts.settingsIntro, state.optedOut);
    const layer = build(isDialog ? faceNow().settings(notice, state) : layers[part](notice, state));
    const old = find(part);
    if (old) {
      renew(ownRoot().host, fresh);
      renew(old, layer);
      return true;
    }
    put(fresh, layer, adopted);
    stay();
  }
  const shown = find(part);
  if (isDialog) open(shown);
  else if (part !== "reopen" && !isHeadless) {
    makeRoom(shown);
    if (part === "banner") keepStill(shown.firstChild);
  }
  // Said after what the line says already, and on with the focus, if it is with us.
  if (part === "reload" && !isHeadless)
    say(`${find("status").textContent} ${notice.texts.reload}`, ownRoot().activeElement);
  return true;
}

// What a server has printed (server.js) stays, when it is the same to the last attribute and text; its style gives way to
// ours, which no page's policy forbids.
function adopted(old, root) {
  const theirs = old.shadowRoot;
  theirs?.querySelector("style")?.remove();
  return root.host.isEqualNode(old) && root.isEqualNode(theirs) && theirs;
}

// What is shown says the same in another language: its elements stay, and with them the focus, what was opened and
// switched, and what is scrolled.
function renew(old, fresh) {
  for (const { name, value } of fresh.attributes ?? []) if (name !== "open") old.setAttribute(name, value);
  const parts = [...old.childNodes];
  for (const part of [...fresh.childNodes]) {
    const was = parts.shift();
    if (!was) old.append(part);
    else if (was.nodeName !== part.nodeName) was.replaceWith(part);
    else if (part.data) was.data = part.data;
    else renew(was, part);
  }
  for (const part of parts) part.remove();
}

// Asks Rust again when the face is there, since much may have changed meanwhile.
function want(text, json) {
  isWanted = true;
  getFace(
    () => void (isWanted && tell(CALL, "open")),
    () => {
      say(notice.texts.unavailable, false, "seen");
      // What was granted can be taken back all the same.
      if (!find("banner")) show("banner", text, json);
    },
  );
  return false;
}

let hasFaceStyle;
function addFaceStyle() {
  if (!hasFaceStyle) addStyle(faceNow().style);
  hasFaceStyle = true;
}

// While it is there, the browser scrolls what gets the focus clear of it, and at the end of a page that scrolls there
// is room to do so; a modal dialog of the page in which it stands ends above it. Said in a sheet, as no element of the
// page is ours to change.
let room;
function makeRoom(layer) {
  if (!room) page.adoptedStyleSheets.push((room = new CSSStyleSheet()));
  new ResizeObserver(() => {
    // On a phone every place is the lower edge.
    const isThere = isSeen(layer) && innerHeight - layer.offsetTop - layer.offsetHeight < 80;
    const taken = `${innerHeight - layer.offsetTop}px`;
    const size = `padding-block-end:${taken};`;
    // Not on paper, where the room would be a sheet more.
    room.replaceSync(
      isThere
        ? `@media screen{:root{scroll-${size}${page.documentElement.scrollHeight > innerHeight ? size : ""}}dialog:has(>consent-banner){inset-block-end:${taken};max-block-size:calc(100% - ${taken})}}`
        : "",
    );
  }).observe(layer);
}

/** Nothing is shown any more, and no room is made for it. */
export function forget() {
  page.adoptedStyleSheets = page.adoptedStyleSheets.filter((sheet) => sheet !== room);
  switches = notice = hidden = null;
  isWanted = hasFaceStyle = false;
}

/** Room is made again, in the sheet that what is gone may write into for a moment. */
export function again() {
  if (room) page.adoptedStyleSheets.push(room);
}

// What opens scrolls inside, so that nothing moves: neither what was pressed nor the buttons.
function keepStill(words) {
  const isOpen = () => words.querySelector("[open]");
  words.addEventListener("click", ({ target }) => {
    if (target.closest("summary") && !isOpen()) words.style.maxBlockSize = `${words.getBoundingClientRect().height}px`;
  });
  const toggled = ({ target }) => {
    if (!isOpen()) words.style.maxBlockSize = "";
    else if (target.open) target.scrollIntoView({ block: "nearest" });
  };
  words.addEventListener("toggle", toggled, true);
}

function open(dialog) {
  isWanted = false;
  switches = { __proto__: null };
  // Nothing that a page could have put in the place of the browser's: what is saved is what these say.
  const controls = findBelow(dialog, "[role=switch]");
  for (let at = 0; controls[at]; at++) switches[getAttribute(controls[at], "name")] = controls[at];
  dialog.addEventListener("close", () => tell(CLOSED));
  if (isHeadless) return;
  faceNow().watch(dialog, notice);
  dialog.showModal();
  // Where a filter list hides it, the page would be left without a way out; hidden while it is open too.
  const look = () => isSeen(dialog) || dialog.close();
  look();
  if (dialog.open) checkContrast(dialog);
  new ResizeObserver(look).observe(dialog);
}

const isSeen = (layer) => layer.getClientRects().length > 0;

/** Takes a part away; whether the focus was inside. */
export function discard(part) {
  const old = find(part);
  const hadFocus = !!old?.contains(ownRoot().activeElement);
  old?.remove();
  return hadFocus;
}

/** Closes the settings; their `close` event comes a little later. */
export function closeSettings() {
  isWanted = false;
  find("settings")?.close();
}

/**
 * Says for people who cannot see it that the choice was kept, and moves the focus on if asked to. With a
 * class everybody sees it.
 */
export function say(text, hasFocus, seen = "") {
  const line = find("status");
  if (line) {
    line.textContent = text;
    line.className = seen;
  }
  // Not on the button: who presses Enter twice must not lose what they typed.
  if (hasFocus) (find("reload") ?? find("reopen"))?.focus();
}

/** The visitor does not want the page to be loaded anew. */
export const dismiss = () => say("", discard("reload"));

/** The switches, each with whether it is on, as JSON text. */
export function switched() {
  const selection = { __proto__: null };
  for (const id in switches) selection[id] = isChecked(switches[id]);
  return write(selection);
}

function find(part) {
  // In a banner that the page took out of its document nothing is shown.
  const root = ownRoot();
  return isHeadless || root?.host.isConnected ? root?.querySelector(`[part=${part}]`) : null;
}
