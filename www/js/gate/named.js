// Addresses that code hands over inside of lists and objects, and that a browser asks by itself: for payments, signing
// in, notifications, the artwork of what plays, caches, downloads in the background, stylesheets of XSLT. None of it
// waits: what may not pass is replaced by what leads nowhere.
//
// Left out: requests that code makes one by one (requests.js).
// @ts-check

import { PlainObject, construct, getAttribute, getter, slice } from "../pristine.js";
import { ALLOW } from "../numbers.js";
import { resolved, resolvedIn } from "./address.js";
import { around, aroundIn, aroundNew, bare, readThrough } from "./around.js";
import { find } from "./elements.js";
import { judge, promising } from "./held.js";

const { iterator } = Symbol;
const { hostname } = globalThis.location ?? {};
const addressOf = getter("Request", "url");

/** What nothing answers, without a network. */
export const NOWHERE = "blob:" + globalThis.origin + "/";

// What stands under the names that count: the word for an address, or a part in which there are more.
const PART = 1;
const NAMES = bare({
  src: "image",
  icon: "image",
  image: "image",
  badge: "image",
  supportedMethods: "payment",
  configURL: "fetch",
  rpId: "domain",
  id: "domain",
  actions: PART,
  artwork: PART,
  chapterInfo: PART,
  icons: PART,
  providers: PART,
  identity: PART,
  publicKey: PART,
  rp: PART,
  // A list is an iterator's.
  [iterator]: PART,
  next: PART,
  value: PART,
});

// `isAsked` where it lists what is to be asked.
/**
 * @param {any} given
 * @param {Realm} scope
 * @param {boolean} [isAsked]
 * @returns {any}
 */
function shielded(given, scope, isAsked) {
  if (PlainObject(given) !== given) return given;
  return readThrough(given, (found, name) => {
    const kind = name === undefined ? PART : NAMES[name];
    if (!kind) return isAsked && name !== "done" ? undefined : found;
    if (isAsked && name === "value") return asked(found, scope);
    return kind === PART ? shielded(found, scope, isAsked) : found && allowed(`${found}`, kind, scope);
  });
}

/**
 * @param {string} text
 * @param {string} word
 * @param {Realm} scope
 */
function allowed(text, word, scope) {
  // Methods of payment may be plain names, which lead to the own origin.
  let address = resolvedIn(text, scope);
  if (word === "domain") {
    // A site knows its own domains; those of others are asked whether they know it.
    if (slice("." + hostname, -text.length - 1) === "." + text) return text;
    address = resolved("https://" + text);
  }
  if (judge(word === "image" ? word : "fetch", address) === ALLOW) return text;
  return word === "payment" ? "none" : NOWHERE;
}

/**
 * @param {any} given
 * @param {Realm} scope
 */
function asked(given, scope) {
  if (given === undefined) return given;
  const request = construct(scope.Request, [given]);
  return judge("fetch", addressOf(request)) === ALLOW ? request : NOWHERE;
}

/**
 * Gates what a realm's code asks by such lists and objects.
 *
 * @param {Realm} scope
 */
export function gateNamed(scope) {
  /** @type {(at: number, isAsked?: boolean) => (self: any, args: any[], run: () => any) => any} */
  const reading = (at, isAsked) => (self, args, run) => {
    if (args.length > at) args[at] = shielded(args[at], scope, isAsked);
    return run();
  };
  const making = (/** @type {string} */ name, /** @type {number} */ at) =>
    aroundNew(scope, name, (args, make) => reading(at)(scope, args, make));
  making("PaymentRequest", 0);
  making("MediaMetadata", 0);
  making("Notification", 1);
  around(scope, "MediaMetadata", "artwork", reading(0), "set");
  around(scope, "ServiceWorkerRegistration", "showNotification", reading(1));
  aroundIn(scope.IdentityCredential, "disconnect", reading(0));
  around(scope, "Cache", "addAll", reading(0, true));
  around(
    scope,
    "BackgroundFetchManager",
    "fetch",
    promising(scope, (self, args, run) => {
      args[1] =
        typeof args[1] === "object" && args[1]?.[iterator] ? shielded(args[1], scope, true) : asked(args[1], scope);
      return reading(2)(self, args, run);
    }),
  );
  // Firefox follows them, whoever they lead to.
  around(scope, "XSLTProcessor", "importStylesheet", (self, args, run) => {
    const found = find(args[0], "import,include");
    for (let at = 0, element; (element = found[at]); at++) {
      if (judge("script", resolved(getAttribute(element, "href") ?? "", element)) !== ALLOW) return;
    }
    return run();
  });
}

/**
 * Gates what a realm's code asks of the domains of others by keys to sign in; no Content-Security-Policy sees that.
 *
 * @param {Realm} scope
 */
export function gateCredentials(scope) {
  around(scope, "CredentialsContainer", "get create", (self, args, run) => {
    if (args.length) args[0] = shielded(args[0], scope);
    return run();
  });
}
