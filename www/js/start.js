// What both entries do: define `window.consentinel`, start the first module, which closes the gate, and lock the gate
// where that cannot be done.

import { createApi } from "./api.js";
import { begin, giveUp, withFace } from "./coming.js";
import { loadFirst } from "./first.js";
import { choose } from "./language.js";
import { lock } from "./lock.js";
import { setChanging } from "./gate.js";
import { leader, listen, listenAnew, placeOf, send, wantedLanguages } from "./page.js";
import { setOnce } from "./gate/waiting.js";
import { openPlaces, setFill } from "./places.js";
import { takeOnce } from "./reload.js";
import { put, rootNow } from "./root.js";
import { BUTTON, CALL, GRANT, OWNER_CALL, OWNER_GRANT, OWNER_SAVE, SAVE, START, STATE } from "./numbers.js";
import { ask, read, tell, write } from "./told.js";
import { build as make, host, reopen } from "./tree.js";
import { defineProperty } from "#lasting";
// Last, because that compresses better.
import { build, inside, labels, version } from "#first";

const MODULE_UNAVAILABLE = "consentinel: module-unavailable; allow 'wasm-unsafe-eval' in the Content-Security-Policy";

const { keys } = Object;
const { now } = Date;

/**
 * The API of the Consentinel that the page has loaded already; a second one is told. An element with
 * the id `consentinel` answers to the name too, and is none.
 */
export function running() {
  const first = Object.getOwnPropertyDescriptor(window, "consentinel")?.value;
  if (!first?.build) return undefined;
  console.error("consentinel: loaded-twice; load it once");
  return first;
}

/**
 * Starts with this policy, and returns the API of the page's owner, which may grant. `importing` imports
 * the face, and texts; `bring(take, fail)` fetches the second part (second.js), and hands it to `take`. With `ui: "none"` nothing is
 * shown, a `child` is asked nothing; `texts` are there besides those inside, and `languages` can be imported; `files` is
 * the folder (or the origin) that the face and the texts come from, where that is another site's.
 */
export function start(policy, hasPage, importing, bring, { ui, child, files, texts, languages } = {}) {
  // There before anything runs that may ask it. Not writable: a script that could replace the answers
  // could open every other script's gate. For the npm package too: a second copy finds the first.
  const value = createApi(build, version, CALL, SAVE, GRANT);
  if (hasPage && !defineProperty(window, "consentinel", { value, enumerable: true, writable: false }))
    // The page keeps something else under this name; the gate stands without it.
    console.error("consentinel: name-taken; keep window.consentinel free");
  const isSeen = ui !== "none";
  try {
    const hear = loadFirst();
    setFill(withFace);
    if (hasPage) openPlaces(isSeen && !child);
    const wanted = wantedLanguages();
    const there = [
      ...keys(texts ?? {}),
      ...(languages === undefined ? keys(labels) : [inside, ...languages.split(" ")]),
    ];
    const once = hasPage ? takeOnce() : "";
    setOnce(once);
    const page = {
      policy: typeof policy === "object" ? write(policy) : policy,
      ...placeOf(hasPage, files),
      once,
      isThere: hasPage,
      isChild: !!child,
      // Global Privacy Control (W3C Working Draft), Do Not Track (W3C Note).
      gpc: hasPage && navigator.globalPrivacyControl === true,
      dnt: hasPage && navigator.doNotTrack === "1",
      isLed: hasPage && !!leader(),
    };
    // What the second part is told, and what it tells: `speak(language)` and `stay(hasOpened)`, once it is there.
    const settings = { policy, hasPage, importing, isSeen, texts, wanted, language: choose(wanted, there), build };
    begin(hear, (arrive, fail) => bring((second) => arrive(() => second(settings)), fail), page);
    tell(START, write({ ...page, language: settings.language ?? inside }));
    if (hasPage) {
      const show = () => isSeen && showButton(texts, settings.language ?? inside);
      listen(show);
      show();
      let said = document.documentElement.lang;
      // The page took the small button out with all around it. Once in a second at most: one that takes out whatever it
      // does not know goes on undisturbed.
      let last = 0;
      setChanging((hasOpened) => {
        const lang = document.documentElement?.lang ?? said;
        if (lang !== said) {
          // The page goes on in another language: so do we, where we have it.
          const language = choose([(said = lang)], there);
          if (language && language !== settings.language) {
            settings.language = language;
            if (settings.speak) settings.speak(language);
            else {
              rootNow()?.host?.remove();
              show();
            }
          }
        }
        if (settings.stay) settings.stay(hasOpened);
        else if (rootNow()?.host?.isConnected === false && now() > last + 1e3) {
          last = now();
          listenAnew();
          show();
        }
      });
      send("ready", read(ask(STATE)));
    }
  } catch (error) {
    console.error(MODULE_UNAVAILABLE, error);
    giveUp();
    lock(hasPage);
  }
  return createApi(build, version, OWNER_CALL, OWNER_SAVE, OWNER_GRANT);
}

// Whoever has decided finds the small button; all that comes after it is the second part's.
function showButton(texts, language) {
  const button = ask(BUTTON, language);
  if (!button || !document.body || rootNow()?.host.isConnected) return;
  const state = read(button);
  if (state.reopen === "none") return;
  put(make(host({ language }, state)), make(reopen(state.label || (texts?.[language]?.reopen ?? labels[language]))));
}
