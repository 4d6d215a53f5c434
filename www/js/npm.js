// The entry of the npm package. Importing it touches nothing: no window, no module, no gate. Only
// `createConsent` starts, and where there is no page it answers as closed as before any decision.

import { startClosed } from "../npm/closed.js";
import { again, destroy, enterFrames } from "../npm/destroy.js";
import { handleOf } from "../npm/handle.js";
import { watchFiles } from "../npm/undeclared.js";
import { createApi } from "./api.js";
import { CALL, GRANT, SAVE } from "./numbers.js";
import { running, start } from "./start.js";
import { build, module, shift, version } from "#first";
import { bringing } from "#later";

// What imitates a browser in Node, for unit tests, has a document written in JavaScript and neither a network nor a
// visitor: nothing is there that a gate could close. Both must speak for it, and both are looked at before anything of
// the application has run.
const { document, process, Window } = globalThis;
const isNode = !!process?.versions?.node;
const isImitation = isNode && !/\[native code\]/.test(Window ? Function.toString.call(Window) : "");
const hasPage = typeof document === "object" && !isImitation;

// The second byte of every module, where the one inside is a text: read in another charset, that is another letter.
const isMangled = module.length > 1 && (module.charCodeAt(1) - shift) % 256 !== 97;

// The owner's policy, and what it may grant by. Whoever brings the very same object is the owner again: development
// tools run code twice.
let owner;
let handle;
// The handle of what runs in this page now, and whether something ran here before.
let current;
let isAgain = false;

/**
 * Starts Consentinel for this page with `policy`, and returns the handle that may grant: the same again for the same
 * object. Where one runs already for another policy, it is the one that every script has. Types: index.d.ts.
 */
export function createConsent(policy, options) {
  if (handle && owner === policy) return handle;
  // What `window.consentinel` is stays there for good, and is nobody's while nothing runs.
  const first = hasPage && (current || !isAgain) && running();
  if (first) return handleOf(first, first, refuse);
  if (isMangled)
    console.error("consentinel: charset-wrong; serve this script as UTF-8, or have the bundler write ASCII");
  if (isAgain) again();
  // A server starts anew each time, and nothing is taken from it; a page has one gate.
  const end = () => {
    if (!hasPage || current !== started) return;
    owner = handle = current = undefined;
    isAgain = true;
    destroy();
  };
  const { importing, ...chosen } = withImports(options);
  const owned = isMangled ? startClosed(hasPage) : start(policy, hasPage, importing, bringing(hasPage), chosen);
  const open = createApi(build, version, CALL, SAVE, GRANT);
  const started = handleOf(owned, open, end);
  if (!hasPage) return started;
  if (isAgain) enterFrames();
  watchFiles(open.state);
  current = started;
  // No list of them, which would be walked as a page may have changed it.
  if (policy && typeof policy === "object") {
    owner = policy;
    handle = started;
  }
  return started;
}

/**
 * The options as `start` takes them, where texts that a function imports are languages to be had, and `importing`: what
 * brings the file of this address, texts by that function and else the face.
 */
function withImports({ texts, ...options } = {}) {
  const given = {};
  const importers = { __proto__: null };
  const languages = ["en"];
  for (const [language, text] of Object.entries(texts ?? {})) {
    if (typeof text !== "function") given[language] = text;
    else {
      importers[`texts/${language}.js`] = text;
      languages.push(language);
    }
  }
  const importing = (address) => {
    const bring = importers[address.slice(0, address.indexOf("?"))];
    // Written so that a bundler sees it, and makes a file of its own of the face.
    return bring ? bring() : import("./face.js");
  };
  return { ...options, texts: given, languages: languages.join(" "), importing };
}

function refuse() {
  console.error("consentinel: destroy-refused; only the handle that createConsent started with can take it back");
}
