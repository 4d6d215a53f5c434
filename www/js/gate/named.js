// Addresses that code hands over inside of lists and objects, and that a browser asks by itself: for payments, signing
// in, notifications, the artwork of what plays, downloads in the background, caches, stylesheets in XSLT. What asks
// for a promise waits or rejects; of the rest, what may not pass is replaced by what leads nowhere.
//
// Left out: requests that code makes one by one (requests.js).

import { construct, defineProperty, findBelow, findInPage, getAttribute, getter, ownKeys, slice, typeOf } from "../pristine.js";
import { ALLOW } from "../told.js";
import { resolved, resolvedIn } from "./address.js";
import { around, aroundIn, aroundNew, bare } from "./around.js";
import { judge, promising } from "./held.js";

const { iterator } = Symbol;
const { hostname } = globalThis.location ?? {};
const addressOf = getter("Request", "url");

/** What nothing answers, without a network. */
export const NOWHERE = "blob:" + globalThis.origin + "/";

// What stands under the names that count: addresses, by the word for them; lists; and more such objects.
const LIST = 1;
const PARTS = 2;
const NAMES = bare({
  src: "image", icon: "image", image: "image", badge: "image", supportedMethods: "payment", configURL: "fetch", rpId: "domain", id: "domain",
  actions: LIST, artwork: LIST, chapterInfo: LIST, icons: LIST, providers: LIST, identity: PARTS, publicKey: PARTS, rp: PARTS,
});
const names = ownKeys(NAMES);

/** A list of a page's, read once and as a browser reads it, with `each` made of it; nothing done to arrays reaches it. */
function listed(given, each) {
  const items = bare();
  let count = 0;
  for (const item of given) items[count++] = each(item);
  return bare({
    [iterator]() {
      let at = 0;
      return bare({ next: () => bare({ done: at >= count, value: items[at++] }) });
    },
  });
}

// Reads what a page hands over, once: what was read stands in the way of what the page would say then.
function readOnce(given, kind, scope) {
  if (given === undefined || given === null) return given;
  if (kind === LIST) return listed(given, (item) => readOnce(item, PARTS, scope));
  if (kind !== PARTS) return allowed(`${given}`, kind, scope);
  if (typeof given !== "object") return given;
  const copy = { __proto__: given };
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    defineProperty(copy, name, bare({ value: readOnce(given[name], NAMES[name], scope) }));
  }
  return copy;
}

function allowed(text, word, scope) {
  // Methods of payment may be plain names.
  let address = word === "payment" ? resolved(text) : resolvedIn(text, scope);
  if (word === "domain") {
    // A site knows its own domains; those of others are asked whether they know it.
    if (slice("." + hostname, -text.length - 1) === "." + text) return text;
    address = resolved("https://" + text);
  }
  if (judge(word === "image" ? word : "fetch", address) === ALLOW) return text;
  return word === "payment" ? "none" : NOWHERE;
}

/** Gates what a realm's code asks by such lists and objects. */
export function gateNamed(scope) {
  const { Request } = scope;
  const reading = (at, kind) => (self, args, run) => {
    if (args.length > at) args[at] = readOnce(args[at], kind, scope);
    return run();
  };
  const making = (name, at, kind) => aroundNew(scope, name, (args, make) => reading(at, kind)(scope, args, make));
  making("PaymentRequest", 0, LIST);
  making("MediaMetadata", 0, PARTS);
  making("Notification", 1, PARTS);
  around(scope, "MediaMetadata", "artwork", reading(0, LIST), "set");
  around(scope, "ServiceWorkerRegistration", "showNotification", promising(scope, reading(1, PARTS)));
  aroundIn(scope.IdentityCredential, "disconnect", promising(scope, reading(0, PARTS)));

  // All of them or none.
  const asking = (args, at, make) => {
    let strictest = ALLOW;
    let address;
    args[at] = listed(args[at], (item) => {
      const request = construct(Request, [item]);
      const verdict = judge("fetch", addressOf(request));
      if (verdict > strictest) {
        strictest = verdict;
        address = addressOf(request);
      }
      return request;
    });
    return make("fetch", address, undefined, undefined, strictest);
  };
  around(scope, "Cache", "addAll", promising(scope, (self, args, run, make) => asking(args, 0, make)));
  around(scope, "BackgroundFetchManager", "fetch", promising(scope, (self, args, run, make) => {
    if (typeof args[1] !== "object" || !args[1]?.[iterator]) args[1] = [args[1]];
    if (args.length > 2) args[2] = readOnce(args[2], PARTS, scope);
    return asking(args, 1, make);
  }));
  // Firefox follows them, whoever they lead to.
  around(scope, "XSLTProcessor", "importStylesheet", (self, args, run) => {
    const found = (typeOf(args[0]) === 9 ? findInPage : findBelow)(args[0], "import,include");
    for (let at = 0, element; (element = found[at]); at++) {
      if (judge("script", resolved(getAttribute(element, "href") ?? "", element)) !== ALLOW) return;
    }
    return run();
  });
}

/** Gates what a realm's code asks of the domains of others by keys to sign in; no Content-Security-Policy sees that. */
export function gateCredentials(scope) {
  around(scope, "CredentialsContainer", "get create", promising(scope, (self, args, run) => {
    if (args.length) args[0] = readOnce(args[0], PARTS, scope);
    return run();
  }));
}
