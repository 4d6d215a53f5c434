// What both entries do: decode the module, start it, and lock the gate where that cannot be done.

import { createApi, download } from "./api.js";
import { setStyle } from "./banner.js";
import { load } from "./border.js";
import { choose } from "./language.js";
import { faceNow, setLoad } from "./load.js";
import { lock } from "./lock.js";
import { openPlaces, setOnce } from "./places.js";
import { takeOnce } from "./reload.js";
import { gpc, own, placeOf, wantedLanguages } from "./page.js";
import { CALL, GRANT, OWNER_CALL, OWNER_GRANT, OWNER_SAVE, SAVE, START, TEXTS, ask, tell, write } from "./told.js";
import { build as make } from "./view.js";
// Last, because that compresses better.
import { build, languages as others, module as bytes, shift, style, texts as inside, version } from "#assets";

const MODULE_UNAVAILABLE =
  "consentinel: module-unavailable; allow 'wasm-unsafe-eval' in the Content-Security-Policy";

const { keys } = Object;

/**
 * The API of the Consentinel that the page has loaded already; a second one is told. An element with
 * the id `consentinel` answers to the name too, and is none.
 */
export function running() {
  const first = Object.getOwnPropertyDescriptor(window, "consentinel")?.value;
  if (!first?.build) return undefined;
  console.error(
    "consentinel: loaded-twice; load it once",
  );
  return first;
}

// The module travels as text: one character for each byte, moved up by a fixed number and awkward ones
// by 256 more, which an array of bytes takes off again (xtask/src/encode.rs writes it).
function decode(text) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at) - shift;
  return bytes;
}

// Texts that are not inside; none where they cannot be had.
async function arrive(importing, language) {
  let found;
  try {
    found = { [language]: (await importing(`texts/${language}.js?` + build.slice(0, 12))).default };
  } catch {}
  tell(TEXTS, write(found ?? {}));
  faceNow()?.renew();
}

/**
 * Starts with this policy, and returns the API of the page's owner, which may grant. `importing` imports
 * the face, and texts; with `ui: "none"` nothing is shown, a `child` is asked nothing; `texts` are there
 * besides those inside, and `languages` can be imported; `files` is the folder (or the origin) that the face
 * and the texts come from, where that is another site's.
 */
export function start(policy, hasPage, importing, { ui, child, files, texts, languages = others } = {}) {
  setLoad(importing, { build: make, ask, download, own, policy });
  try {
    // There before anything runs that may ask it. Not writable: a script that could replace the answers
    // could open every other script's gate. For the npm package too: a second copy finds the first.
    const value = createApi(build, version, CALL, SAVE, GRANT);
    if (hasPage) Object.defineProperty(window, "consentinel", { value, enumerable: true, writable: false });
  } catch (error) {
    // The page keeps something else under this name; the gate stands without it.
    console.error("consentinel: name-taken; keep window.consentinel free", error);
  }
  try {
    load(decode(bytes));
    setStyle(style, ui === "none");
    if (hasPage) openPlaces(ui !== "none" && !child);
    const text = typeof policy === "object" ? write(policy) : policy;
    const known = { ...inside, ...texts };
    const wanted = wantedLanguages();
    const language = choose(wanted, [...keys(known), ...languages.split(" ")]);
    const isWaiting = !!language && !known[language];
    const once = hasPage ? takeOnce() : "";
    setOnce(once);
    tell(START, write({ policy: text, texts: known, languages: wanted.join(), build, ...placeOf(hasPage, files), once, isThere: hasPage, isChild: !!child, isWaiting, gpc: gpc() }));
    if (isWaiting) arrive(importing, language);
  } catch (error) {
    console.error(MODULE_UNAVAILABLE, error);
    lock(hasPage);
  }
  return createApi(build, version, OWNER_CALL, OWNER_SAVE, OWNER_GRANT);
}

