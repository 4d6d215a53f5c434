// The second part: the second module, and what it shows, keeps and tells. It comes when there is something to ask, to
// decide or to explain, and takes over from the first module (first.js).
//
// What the first part took of the browser before any script of the page ran, it uses from there (#shared).

import { closeSettings, discard, dismiss, isOurs, isShown, say, setStyle, show, switched } from "./banner.js";
import { download, save } from "./download.js";
import { faceNow, getFace, setLoad } from "./load.js";
import { patched } from "./patched.js";
import { emit, tellProblems, warn } from "./speak.js";
import { changed } from "./stay.js";
import {
  WeakMap,
  ask,
  build as make,
  bytesOf,
  choose,
  clicked,
  leader,
  listen,
  load,
  lookUp,
  note,
  read,
  release,
  reload,
  rootOf,
  setTake,
  shared,
  tell,
  write,
} from "#shared";
import { ACTION, CALL, OWNER_CALL, REFUSE, TEXTS, WITHDRAW } from "./numbers.js";
// Last, because that compresses better.
import { module, style, texts as inside } from "#second";

// The documents that hold nothing but a placeholder of ours, with the frames they stand in.
const owned = new WeakMap();

// Listens to the visitor in the document of a frame that waits.
function own(document, frame) {
  note(owned, document, frame);
  listen(document, "click", clicked);
}

// What the visitor's click on a control of ours does without Rust.
const acts = { __proto__: null, "close-reload": dismiss, reload };

function take(event, element, action) {
  const frame = lookUp(owned, rootOf(element));
  if (frame && event.isTrusted) {
    choose(frame, action);
    return true;
  }
  if (!isOurs(element)) return false;
  event.preventDefault();
  const act = acts[action] ?? faceNow()?.acts[action];
  // A click that script made is script's: it grants nothing, and the record says so.
  if (!event.isTrusted) tell(CALL, action);
  else if (act) act();
  else tell(ACTION, action);
  return true;
}

// How the page is spoken to in another language: in texts that are there, or else fetched; the last one that was asked for
// counts. Where they cannot be had, nothing changes, and that is told.
function speaking(known, importing, build) {
  let last;
  return async (language) => {
    last = language;
    try {
      known[language] ??= (await importing(`texts/${language}.js?` + build.slice(0, 12))).default;
    } catch {}
    if (last !== language) return;
    tell(TEXTS, write({ [language]: known[language] ?? null }));
    faceNow()?.renew();
  };
}

// In a frame that follows the page around it, what asks, refuses or takes back goes there: that page lets no script of a
// frame write what it has stored.
const led = { __proto__: null, open: "open", settings: "open", "reject-all": "rejectAll", withdraw: "withdraw" };
function following(hear) {
  const first = leader();
  if (!first) return hear;
  return (kind, text) => {
    const call = kind === ACTION || kind === CALL || kind === OWNER_CALL ? led[text] : null;
    if (call) first[call]();
    if (kind === WITHDRAW) first.withdraw(read(text));
    return call === "open" ? REFUSE : hear(kind, text);
  };
}

/**
 * Starts the second module; returns what hears, what that is told besides what the first module was, what calls a
 * function with the face, and what makes a file of a ledger.
 */
export function second(settings) {
  const { policy, hasPage, importing, isSeen, texts, wanted, language, build } = settings;
  const hear = load(patched(bytesOf(), bytesOf(module), module.length), {
    ...shared(),
    b: release,
    j: tellProblems,
    k: emit,
    n: isShown,
    o: show,
    p: discard,
    q: closeSettings,
    r: say,
    s: switched,
    y: reload,
  });
  const heard = hasPage ? following(hear) : hear;
  setLoad(importing, build, {
    build: make,
    ask,
    known: (kind) => read(ask(kind) || null),
    download,
    save,
    own,
    policy,
    warn,
  });
  if (hasPage) {
    setStyle(style, !isSeen);
    setTake(take);
  }
  const known = { ...inside, ...texts };
  const isWaiting = !!language && !known[language];
  settings.speak = speaking(known, importing, build);
  settings.stay = changed;
  if (isWaiting) settings.speak(language);
  const more = { texts: known, languages: [language, ...wanted].join(), language, build, isWaiting };
  return { hear: heard, more, face: getFace, save };
}
