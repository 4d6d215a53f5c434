// What the visitor sees of the tag: the first layer, and the small button that opens the settings; the
// settings come with the face. Rust says what is shown and when (src/notice.rs, src/web/show.rs), view.js
// makes trees of it, and here they are put into the page and taken away. Looks are www/css/banner.css. It is
// JavaScript because the same in WebAssembly weighs kilobytes more (docs/sizes.md).

import { faceNow, getFace } from "./load.js";
import { getter, rootOf } from "./pristine.js";
import { CALL, CLOSED, read, tell, write } from "./told.js";
import { build, button, firstLayer } from "./view.js";

const page = typeof document === "object" ? document : null;
const isChecked = getter("HTMLInputElement", "checked");
// The switches of the settings, by name.
let switches;
let root, notice, style;
// Whether the settings are to be shown once the face is there.
let isWanted;

/** Names the style sheet. */
export function setStyle(sheet) {
  style = sheet;
}

/** Whether an element stands inside the banner. */
export function isOurs(element) {
  return rootOf(element) === root;
}

/** Whether this part of the banner is there. */
export function isShown(part) {
  return !!find(part);
}

function sheetOf(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/**
 * Shows `banner`, `settings` or `reopen` with a notice and a state (JSON texts), in a shadow root that
 * is the first child of the body, so that it comes first in the tab order. False while there is no
 * body yet, and while the settings are still on their way.
 */
export function show(part, text, state) {
  if (!page.body) return false;
  if (!root) {
    const host = page.createElement("consent-banner");
    root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheetOf(style)];
  }
  // A page that rebuilt its body took the banner with it.
  if (!root.host.isConnected) {
    // A line that only tells must be there, and empty, before it has something to say.
    root.replaceChildren(build(["p", { part: "status", role: "status" }]));
    page.body.prepend(root.host);
  }
  notice = read(text);
  root.host.lang = notice.language;
  if (part !== "settings") {
    root.append(build(part === "banner" ? firstLayer(notice) : button("open", notice.texts.reopen, "reopen")));
    return true;
  }
  const face = faceNow();
  if (face) open(face, read(state));
  else want();
  return !!face;
}

// Asks Rust again when the face is there, since much may have changed meanwhile.
function want() {
  isWanted = true;
  getFace().then(
    () => {
      root.adoptedStyleSheets = [sheetOf(style), sheetOf(faceNow().style)];
      if (isWanted) tell(CALL, "open");
    },
    () => say(notice.texts.unavailable),
  );
}

function open(face, state) {
  isWanted = false;
  const dialog = build(face.settings(notice, state));
  switches = { __proto__: null };
  for (const control of dialog.querySelectorAll("[role=switch]")) switches[control.name] = control;
  dialog.addEventListener("close", () => tell(CLOSED));
  root.append(dialog);
  face.watch(dialog, notice);
  dialog.showModal();
}

/** Takes a part away; whether the focus was inside. */
export function discard(part) {
  const old = find(part);
  const hadFocus = !!old?.contains(root.activeElement);
  old?.remove();
  return hadFocus;
}

/** Closes the settings; their `close` event comes a little later. */
export function closeSettings() {
  isWanted = false;
  find("settings")?.close();
}

/** Says for people who cannot see it that the choice was kept, and moves the focus on if asked to. */
export function say(text, hasFocus) {
  const line = find("status");
  if (line) line.textContent = text;
  if (hasFocus) find("reopen")?.focus();
}

/** The switches, each with whether it is on, as JSON text. */
export function switched() {
  const selection = { __proto__: null };
  for (const id in switches) selection[id] = isChecked(switches[id]);
  return write(selection);
}

function find(part) {
  // In a banner that the page took out of its document nothing is shown.
  return root?.host.isConnected ? root.querySelector(`[part=${part}]`) : null;
}
