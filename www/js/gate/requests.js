// Requests that code makes: fetch and its kin, sockets, workers, forms. What may wait waits; what may not
// pass fails as it does where a network blocks it.
//
// Left out: requests that elements make (elements.js) and styles (css.js).
// @ts-check

import {
  WeakRef,
  construct,
  deref,
  getAttribute,
  getter,
  listen,
  method,
  removeAttribute,
  setAttribute,
  setTimeout,
  takeAll,
  targetOf,
  unlisten,
  wasPrevented,
} from "../pristine.js";
import { listen as listenOn } from "#lasting";
import { ALLOW, HOLD } from "../numbers.js";
import { asText, once, resolved, resolvedIn, said } from "./address.js";
import { around, aroundIn, aroundNew, eachName } from "./around.js";
import { confine, gateBlobs } from "./blobs.js";
import { addressIn, attributeSet, settle } from "./elements.js";
import { ahead, attempt, hold, judge, promising, sizeOf } from "./held.js";
import { NOWHERE, gateNamed } from "./named.js";
import { gateXhr } from "./xhr.js";

const [addressOf, signalOf] = takeAll("Request", "url signal");
const fetchAs = method(globalThis, "fetch");
const submitterOf = getter("SubmitEvent", "submitter");
const submit = method("HTMLFormElement", "submit");
/** @type {any} */
const append = method("FormData", "append");
const dataOf = getter("FormDataEvent", "formData");

// Other addresses that nothing answers: what asks for them fails as it would where the network ends. A socket gets a
// port that browsers refuse to open (Fetch, "bad port"); a transport the own host, since the browser's policy would
// tell of any other; a stream of events a text that is none, since after any other failure it would try for ever.
const NO_SOCKET = "wss://localhost:1";
const NO_TRANSPORT = "https://" + globalThis.location?.host;
const NO_STREAM = "data:,";

/**
 * Gates the requests that a realm's code makes, but for what `gateConnections` and `gateForms` see to.
 *
 * @param {Realm} scope
 */
export function gateRequests(scope) {
  gateFetch(scope);
  gateXhr(scope);
  gateAudio(scope);
  gateNamed(scope);
  around(scope, "Navigator", "sendBeacon", (self, args, run) => {
    const address = resolvedIn(asText(args, 0), scope);
    const verdict = judge("beacon", address);
    if (verdict === ALLOW) return run();
    // A browser takes only so many at a time: what it does not take goes as any other request.
    const body = args[1];
    const sendLater = () =>
      run() ||
      fetchAs(scope, address, { __proto__: null, method: "POST", mode: "no-cors", credentials: "include", body });
    attempt("beacon", address, sizeOf(body), sendLater, null, {}, verdict);
    // Taken, as far as a page can know: what becomes of it no browser says.
    return true;
  });
}

/** @param {Realm} scope */
function gateFetch(scope) {
  const { FetchLaterResult, Request } = scope;
  // Whom a request asks, read once.
  const asked = (/** @type {any[]} */ args) => {
    try {
      if (typeof args[0] === "object") return addressOf(args[0]);
    } catch {
      // No request, so it is an address.
    }
    return resolvedIn(asText(args, 0), scope);
  };
  const asking = promising(scope, (self, args, run, make) => {
    const address = asked(args);
    const verdict = judge("fetch", address);
    let signal;
    if (verdict !== ALLOW) {
      // What waits is the request of now, whatever becomes of its parts. Its signal follows the page's.
      args[0] = construct(Request, args);
      args.length = 1;
      signal = signalOf(args[0]);
    }
    return make("fetch", address, undefined, undefined, verdict, signal);
  });
  aroundIn(scope, "fetch", asking);
  around(scope, "Cache", "add", asking);
  aroundIn(scope, "fetchLater", (self, args, run) =>
    judge("fetch", asked(args)) === ALLOW ? run() : { __proto__: FetchLaterResult.prototype, activated: false },
  );
}

const closeSocket = method("WebSocket", "close");
const closeSocketStream = method("WebSocketStream", "close");
const closeTransport = method("WebTransport", "close");
const closeStream = method("EventSource", "close");
const terminate = method("Worker", "terminate");

// What was opened and may still be open, as a list by `next`.
/** @type {List<{ made: WeakRef<any>, word: string, address: string, close: (made: any) => void }>} */
let connections = null;

/** The state changed: closes what may be open no more. */
export function closeConnections() {
  /** @type {typeof connections} */
  let open = null;
  for (; connections; connections = connections.next) {
    const { made, word, address, close } = connections;
    const connection = deref(made);
    if (!connection) continue;
    if (ahead(() => judge(word, address))) close(connection);
    else open = { ...connections, next: open };
  }
  connections = open;
}

// What cannot wait is made as it is, or leads nowhere. A worker can compute all the same, and one that is shared may be
// another page's too: it is left to itself, so there is nothing that closes it.
/** @type {(scope: Realm, word: string, nowhere: string, close?: (made: any) => void) => ActNew} */
const connecting = (scope, word, nowhere, close) => (args, make) => {
  args[0] = once(args[0]);
  const address = resolvedIn(said(args[0]), scope);
  const mayPass = judge(word, address) === ALLOW;
  if (!mayPass && !(close === terminate && confine(address, args))) args[0] = nowhere;
  const made = make();
  if (mayPass && close) connections = { made: new WeakRef(made), word, address, close, next: connections };
  return made;
};
/** @param {Realm} scope */
const shared = (scope) => connecting(scope, "worker", NOWHERE);

/**
 * Gates what stays open: sockets, streams, workers. Not only for the verdict: they are closed when it changes.
 *
 * @param {Realm} scope
 */
export function gateConnections(scope) {
  gateBlobs(scope);
  aroundNew(scope, "WebSocket", connecting(scope, "websocket", NO_SOCKET, closeSocket));
  aroundNew(scope, "WebSocketStream", connecting(scope, "websocket", NO_SOCKET, closeSocketStream));
  aroundNew(scope, "WebTransport", connecting(scope, "websocket", NO_TRANSPORT, closeTransport));
  aroundNew(scope, "EventSource", connecting(scope, "event-source", NO_STREAM, closeStream));
  aroundNew(scope, "Worker", connecting(scope, "worker", NOWHERE, terminate));
  aroundNew(scope, "SharedWorker", shared(scope));
  around(
    scope,
    "Worklet",
    "addModule",
    promising(scope, (self, args, run, make) => make("worker", resolvedIn(asText(args, 0), scope))),
  );
}

/**
 * Gates the method that stands for the constructor of shared workers where a page was given access to storage.
 *
 * @param {Realm} scope
 * @param {any} type
 */
export function gateShared(scope, type) {
  aroundIn(type, "SharedWorker", (self, args, run) => shared(scope)(args, run));
}

/** @param {Realm} scope */
function gateAudio(scope) {
  aroundNew(scope, "Audio", (args, make) => {
    if (typeof args[0] === "symbol") return make();
    const address = args[0] === undefined ? undefined : `${args[0]}`;
    args.length = 0;
    const made = make();
    if (address !== undefined) attributeSet(made, "src", address, (value) => setAttribute(made, "src", value));
    return made;
  });
}

/**
 * Gates forms that code sends.
 *
 * @param {Realm} scope
 */
export function gateForms(scope) {
  around(scope, "HTMLFormElement", "submit", (self, args, run) => {
    /** @type {(verdict: number) => void} */
    const send = (verdict) => {
      if (verdict === HOLD) return hold({}, 1000, () => send(judge("form", addressOfForm(self))));
      settle(self, true);
      if (verdict === ALLOW) run();
    };
    send(judge("form", addressOfForm(self)));
  });
}

/**
 * Sees forms off from a document, a window or a shadow root, which such an event does not leave.
 *
 * @param {any} root
 */
export function watchForms(root) {
  listenOn(root, "submit", submitting, true);
}

/**
 * @param {any} form
 * @param {any} [submitter]
 */
function addressOfForm(form, submitter) {
  const action = (submitter && addressIn(submitter, "formaction")) || addressIn(form, "action");
  // Without one it goes to where its page is from.
  return action ? resolved(action, form) : globalThis.origin + "/";
}

// The page's own listeners come later and may send the form themselves. Until they are through it is a form
// that goes nowhere: one for a dialog.
/** @param {any} event */
function submitting(event) {
  const form = targetOf(event);
  const submitter = /** @type {any} */ (submitterOf(event));
  const verdict = judge("form", addressOfForm(form, submitter));
  if (verdict === ALLOW) return;
  const undo = [changed(form, "method", "dialog"), submitter && changed(submitter, "formmethod", "dialog")];
  setTimeout(() => {
    undo[0]();
    undo[1]?.();
    if (verdict !== HOLD || wasPrevented(event)) return;
    const send = () => {
      settle(form, true);
      // As the button has it that sent it.
      /** @type {any} */
      let back = null;
      const name = submitter && getAttribute(submitter, "name");
      const adding = (/** @type {any} */ event) =>
        append(dataOf(event), /** @type {string} */ (name), getAttribute(submitter, "value") ?? "");
      if (name) listen(form, "formdata", adding, true);
      eachName("action target method enctype", (name) => {
        const value = submitter && addressIn(submitter, "form" + name);
        if (value !== null) back = { undo: changed(form, name, value), next: back };
      });
      // Until now the state may have changed already; the attempt itself has been told.
      const now = ahead(() => judge("form", addressOfForm(form)));
      if (now === ALLOW) submit(form);
      for (; back; back = back.next) back.undo();
      unlisten(form, "formdata", adding, true);
      if (now === HOLD) hold({}, 1000, send);
    };
    send();
  });
}

// Sets an attribute, and returns the way back.
/**
 * @param {Element} target
 * @param {string} name
 * @param {string} value
 */
function changed(target, name, value) {
  const before = getAttribute(target, name);
  setAttribute(target, name, value);
  return () => (before === null ? removeAttribute(target, name) : setAttribute(target, name, before));
}
