// Renders the notice: first layer, settings, and the small button that reopens them. Rust says what
// is shown and when (src/notice.rs, src/web/show.rs); here it becomes elements. Every text arrives as
// text, never as markup; looks are www/css/banner.css. It is JavaScript because the same renderer in
// WebAssembly weighs kilobytes more (docs/sizes.md).

import { getter, rootOf } from "./pristine.js";
import { CLOSED, read, tell, write } from "./told.js";

const page = typeof document === "object" ? document : null;
const isChecked = getter("HTMLInputElement", "checked");
// The switches of the settings, by category.
let switches;
let root, notice, style;

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

/**
 * Shows `banner`, `settings` or `reopen` with a notice and a state (JSON texts), in a shadow root that
 * is the first child of the body, so that it comes first in the tab order. False while there is no
 * body yet.
 */
export function show(part, text, state) {
  if (!page.body) return false;
  if (!root) {
    const host = page.createElement("consent-banner");
    root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  }
  // A page that rebuilt its body took the banner with it.
  if (!root.host.isConnected) {
    // A line that only tells must be there, and empty, before it has something to say.
    root.replaceChildren();
    add(root, "p", { part: "status", role: "status" });
    page.body.prepend(root.host);
  }
  notice = read(text);
  root.host.lang = notice.language;
  ({ banner, settings, reopen })[part](read(state));
  return true;
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

function add(parent, tag, attributes, ...content) {
  const made = page.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...content);
  parent.append(made);
  return made;
}

function button(parent, action, label, part = "button") {
  add(parent, "button", { type: "button", "data-consent-action": action, part }, label);
}

function link(parent, address, label) {
  if (address) add(parent, "a", { href: address, target: "_blank", rel: "noopener" }, label);
}

function policies(parent) {
  const line = add(parent, "p");
  for (const key of ["privacyPolicy", "cookiePolicy"]) link(line, notice.controller[key], notice.texts[key]);
}

const fill = (text, value) => text.replace(/{\w+}/, () => value);
const joined = (between, ...parts) => parts.filter(Boolean).join(between);

// Who asks, what for, and three buttons; the two that answer are of one kind (law R04 to R06, R14).
function banner() {
  const { texts, controller, categories } = notice;
  const region = add(root, "section", { part: "banner", role: "region", "aria-labelledby": "title" });
  const words = add(region, "div", { class: "words" });
  add(words, "h2", { id: "title" }, texts.title);
  add(words, "p", {}, fill(texts.intro, controller.name));
  const purposes = add(words, "ul");
  for (const { title, description } of categories) {
    const entry = add(purposes, "li");
    add(entry, "strong", {}, title);
    add(entry, "span", {}, description);
  }
  add(words, "p", {}, texts.rights);
  policies(words);
  const actions = add(region, "div", { class: "actions" });
  button(actions, "reject-all", texts.rejectAll);
  button(actions, "accept-all", texts.acceptAll);
  button(actions, "settings", texts.settings);
}

const GRANTED = "granted";

// A switch for each optional category that shows what holds now, everything that is kept, and what
// could not be erased (law R08, R16, R20, R23).
function settings({ categories, left }) {
  const { texts, controller } = notice;
  switches = { __proto__: null };
  const dialog = add(root, "dialog", { part: "settings", "aria-labelledby": "settings-title" });
  dialog.addEventListener("close", () => tell(CLOSED));
  const head = add(dialog, "div", { class: "head" });
  add(head, "h2", { id: "settings-title" }, texts.settingsTitle);
  button(head, "close", texts.close);
  const body = add(dialog, "div", { class: "body", tabindex: 0, role: "group", "aria-labelledby": "settings-title" });
  add(body, "p", {}, texts.settingsIntro);
  if (left.length) add(body, "p", { class: "left" }, fill(texts.left, left.join(", ")));
  for (const category of notice.categories) addCategory(body, category, categories);
  add(body, "p", { class: "controller" }, joined(" · ", controller.name, controller.address, controller.contact));
  policies(body);
  const actions = add(dialog, "div", { class: "actions" });
  if (Object.values(categories).includes(GRANTED)) button(actions, "withdraw", texts.withdraw);
  else button(actions, "reject-all", texts.rejectAll);
  button(actions, "accept-all", texts.acceptAll);
  button(actions, "save", texts.save);
  dialog.showModal();
}

function addCategory(body, { id, necessary, title, description, services, items }, choices) {
  const { texts } = notice;
  const section = add(body, "section", { class: "category" });
  if (necessary) {
    const head = add(section, "div", { class: "row" });
    add(head, "h3", {}, title);
    add(head, "span", { class: "always" }, texts.necessary);
  } else {
    const label = add(section, "label", { class: "row" });
    add(label, "strong", {}, title);
    switches[id] = add(label, "input", { type: "checkbox", role: "switch", name: id });
    switches[id].checked = choices[id] === GRANTED;
    for (const key of ["on", "off"]) add(label, "span", { class: key, "aria-hidden": true }, texts[key]);
  }
  add(section, "p", {}, description);
  for (const { name, provider, country, policyUrl } of services) {
    const line = add(section, "p", { class: "service" }, name);
    add(line, "span", {}, joined(", ", provider, country));
    link(line, policyUrl, texts.privacyPolicy);
  }
  if (!items.length) return;
  const details = add(section, "details");
  add(details, "summary", {}, fill(texts.items, items.length));
  for (const item of items) addItem(details, item);
}

const KINDS = {
  cookie: "kindCookie",
  "local-storage": "kindLocal",
  "session-storage": "kindSession",
  "indexed-db": "kindDatabase",
  "cache-storage": "kindCache",
  "service-worker": "kindWorker",
};

function addItem(details, { name, kind, purpose, duration, service }) {
  const { texts, controller, categories } = notice;
  const services = categories.flatMap((category) => category.services);
  const list = add(details, "dl");
  for (const [key, value] of [
    ["name", `${name} (${texts[KINDS[kind]]})`],
    ["purpose", purpose],
    ["duration", texts[duration] ?? span(duration)],
    ["provider", services.find(({ id }) => id === service)?.name ?? controller.name],
  ]) {
    const pair = add(list, "div");
    add(pair, "dt", {}, texts[key]);
    add(pair, "dd", {}, value);
  }
}

// The browser knows how its language counts days.
function span(duration) {
  const [count, unit] = duration.split(" ");
  return new Intl.NumberFormat(notice.language, { style: "unit", unit: unit.replace(/s$/, ""), unitDisplay: "long" }).format(count);
}

function reopen() {
  button(root, "open", notice.texts.reopen, "reopen");
}
