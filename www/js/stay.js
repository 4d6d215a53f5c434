// Keeps what is shown in the page, and usable, whatever the code of the page does with its elements: it stands above
// everything, as a popover, and comes back after it was taken out. While the page has a modal dialog open, nothing outside
// of that can be used: then it stands inside, as the last child; and where the page takes it out of there, it waits,
// unseen, until that dialog is closed.
//
// No element but ours is moved. Left out: what is shown, and when (src/web/show.rs); the small button of whoever had
// decided before (start.js).

import { eachRoot, listen, listenAnew, rootNow, setTimeout } from "#shared";

const page = globalThis.document;
const { now } = Date;

// So often in a row it comes back at once, after that later and later: whoever takes it out each time shall have a page
// that goes on. A row ends once it stood for a second.
const AT_ONCE = 8;
const SECOND_MS = 1_000;
const LONGEST_MS = 60_000;
let returns = 0;
let stoodSince = 0;
let isLate = false;

// The modal dialogs of the page, in the order in which they opened, and those that it was taken out of.
let modals = [];
const swept = new WeakSet();
// The element that is kept, where we put it last, and whether it waits there for a dialog to be closed.
let kept;
let place;
let isWaiting = false;
// Whether code that takes over the markup of a server is done, most likely, and whether it came first since.
let isSettled = false;
let isFirst = false;

/** Keeps the element that everything of ours is in, after something was put into it. */
export function stay() {
  const { host } = rootNow();
  if (!kept) begin();
  if (kept !== host) keep(host);
  findModals();
  look();
  raise();
}

/** The elements of the page changed; maybe a dialog was opened or closed. */
export function changed(hasOpened) {
  if (!kept) return;
  if (hasOpened) findModals();
  look();
}

/** What was kept is gone; what of this file comes late has to do with an element that is in no page. */
export function forget() {
  kept = page.createElement("p");
  place = null;
  modals = [];
  isWaiting = isFirst = false;
}

/** Learns when the page has come to rest; again where its listeners were taken away. */
export function begin() {
  const settle = () => {
    isSettled = true;
    look();
  };
  // Safari tells nobody that it is idle.
  const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, SECOND_MS));
  if (page.readyState === "complete") idle(settle);
  else listen(globalThis, "load", () => idle(settle), { once: true });
  listen(page, "readystatechange", arrange);
  listen(page, "toggle", rise, true);
}

// A popover of the page that opens stands above what was opened before: ours is opened anew, and keeps the focus. Once for
// each that opens; of ours no page hears that it did.
function rise({ target, newState }) {
  if (newState !== "open" || !target.popover || !kept) return;
  const { activeElement, children } = rootNow();
  for (const layer of children) if (layer.popover && layer.matches(":popover-open")) layer.hidePopover();
  raise();
  activeElement?.focus();
}

// What came behind it while the page was read goes before it: code that takes over the markup of a server minds what
// stands before and between its elements, and not what comes after.
function arrange() {
  if (page.readyState !== "interactive" || isSettled || place !== page.body) return;
  move(null);
  look();
}

function keep(host) {
  kept = host;
  place = host.parentNode;
  isFirst = false;
  new MutationObserver(() => {
    if (kept === host && isBroken(host) && may()) repair();
  }).observe(host, { attributeFilter: ATTRIBUTES });
  // A click on it is none beside the dialog that it stands in, which many pages close by that.
  const end = (event) => place !== page.body && event.stopPropagation();
  for (const type of ["click", "mousedown", "pointerdown"]) listen(host, type, end);
  repair();
}

// What code for dialogs of a page's own making sets on all that stands beside them. The style is ours: no rule of the page
// for all elements hides, moves or fades what makes no box, but `!important`, by which filter lists hide it.
const ATTRIBUTES = ["inert", "aria-hidden", "hidden", "style"];
const isBroken = (host) =>
  host.style.display !== "contents" || ATTRIBUTES.some((name) => name !== "style" && host.hasAttribute(name));

function repair() {
  for (const name of ATTRIBUTES) kept.removeAttribute(name);
  kept.style.display = "contents";
}

function findModals() {
  const found = [];
  eachRoot((root) => {
    if (root === rootNow()) return;
    try {
      found.push(...root.querySelectorAll("dialog:modal"));
    } catch {
      // A browser that knows no such selector.
    }
  });
  modals = [...modals.filter((one) => found.includes(one)), ...found.filter((one) => !modals.includes(one))];
}

// Looks whether it stands where it has to, and puts it there.
function look(isTime) {
  if (isLate || kept !== rootNow().host) return;
  const wasTaken = !kept.isConnected || kept.parentNode !== place;
  // The uppermost; one that went together with its part of the page was not closed.
  const modal = modals.filter((one) => one.isConnected && one.open).pop();
  if (modal && place === modal && wasTaken) swept.add(modal);
  const hasToWait = swept.has(modal);
  const isNeeded = place === modal || rootNow().querySelector("[popover],dialog");
  const wanted = modal && isNeeded && !hasToWait ? modal : page.body;
  if (!wanted) return;
  if (kept.parentNode !== wanted || !kept.isConnected || hasToWait !== isWaiting) {
    if (wasTaken && !isTime && !may()) return;
    isWaiting = hasToWait;
    put(wanted);
  } else if (isSettled && !isFirst && wanted === page.body && !kept.matches(":active,:focus-within")) {
    isFirst = true;
    move(wanted.firstChild);
  }
}

// Whether it may come back at once; if not, it will later.
function may() {
  if (now() - stoodSince > SECOND_MS) returns = 0;
  returns += 1;
  if (returns <= AT_ONCE) return true;
  isLate = true;
  setTimeout(
    () => {
      isLate = false;
      repair();
      look(true);
    },
    Math.min(SECOND_MS * 2 ** (returns - AT_ONCE), LONGEST_MS),
  );
  return false;
}

function put(wanted) {
  place = wanted;
  stoodSince = now();
  isFirst = isSettled && wanted === page.body;
  if (isFirst) wanted.prepend(kept);
  else wanted.append(kept);
  // What a page makes of a copy of itself.
  for (const copy of page.querySelectorAll("body>consent-banner:empty"))
    if (copy !== kept && !copy.shadowRoot) copy.remove();
  // A document that was begun anew has none.
  listenAnew();
  listen(page, "readystatechange", arrange);
  raise();
}

// Moves it within its place, in front of a node there.
function move(before) {
  if (before === kept || (!before && place.lastChild === kept)) return;
  // Where that is known, nothing that is open closes by it.
  if (place.moveBefore) place.moveBefore(kept, before);
  else place.insertBefore(kept, before);
  raise();
}

// Above everything, as what was moved is not any more.
function raise() {
  for (const layer of [...rootNow().children]) {
    if (layer.localName === "dialog") {
      if (layer.open && !layer.matches(":modal")) {
        layer.removeAttribute("open");
        layer.showModal();
      }
    } else if (layer.localName === "section") {
      // It comes into view once.
      if (layer.popover) layer.style.animation = "none";
      layer.popover = "manual";
      layer.hidden = isWaiting;
      if (layer.showPopover && !isWaiting && kept.isConnected && !layer.matches(":popover-open")) layer.showPopover();
    }
  }
}
