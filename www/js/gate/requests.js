// Requests that code makes: fetch and its kin, sockets, workers, forms. What may wait waits; what may not
// pass fails as it does where a network blocks it.
//
// Left out: requests that elements make (elements.js) and styles (css.js).

import {
  Promise, TypeError, WeakMap, WeakRef, construct, deref, getAttribute, getter, listen, lookUp, method, note,
  removeAttribute, setAttribute, setTimeout, targetOf, wasPrevented,
} from "../pristine.js";
import { ALLOW, HOLD } from "../told.js";
import { asText, once, resolved, said } from "./address.js";
import { around, aroundIn, aroundNew } from "./around.js";
import { addressIn, attributeSet, settle } from "./elements.js";
import { ahead, attempt, hold, judge, promised } from "./held.js";

const addressOf = getter("Request", "url");
const fetchAs = method(globalThis, "fetch");
const openRequest = method("XMLHttpRequest", "open");
const submitterOf = getter("SubmitEvent", "submitter");
const submit = method("HTMLFormElement", "submit");

// Addresses that nothing answers, without a network: what asks for them fails as it would where the network
// ends. A socket gets a port that browsers refuse to open (Fetch, "bad port"), a stream of events a text that
// is none, since after any other failure it would try for ever.
const NOWHERE = "blob:" + globalThis.origin + "/";
const NO_SOCKET = "wss://localhost:1";
const NO_STREAM = "data:,";

// About what a body takes in memory.
const sizeOf = (body) => (typeof body === "string" ? body.length : (body?.size ?? body?.byteLength ?? 1000));

/** Gates the requests that a realm's code makes. */
export function gateRequests(scope) {
  gateFetch(scope);
  gateXhr(scope);
  around(scope, "Navigator", "sendBeacon", (self, args, run) => {
    const address = resolved(asText(args, 0), scope.document);
    // A browser takes only so many at a time: what it does not take goes as any other request.
    const body = args[1];
    const sendLater = () => run() || fetchAs(scope, address, { __proto__: null, method: "POST", mode: "no-cors", credentials: "include", body });
    const verdict = judge("beacon", address);
    if (verdict === ALLOW) return run();
    attempt("beacon", address, sizeOf(body), sendLater, null, {}, verdict);
    return verdict === HOLD;
  });
}

function gateFetch(scope) {
  const { Request } = scope;
  const unreachable = () => new TypeError("Failed to fetch");
  aroundIn(scope, "fetch", (self, args, run) => {
    try {
      // The browser would make the same request of the same parts: made here, they are read once.
      args[0] = construct(Request, args);
      args.length = 1;
    } catch (error) {
      return Promise.reject(error);
    }
    return promised("fetch", addressOf(args[0]), 2000, run, unreachable);
  });
  aroundIn(scope, "fetchLater", (self, args, run) => {
    args[0] = construct(Request, args);
    return judge("fetch", addressOf(args[0])) === ALLOW ? run() : { activated: false };
  });
}

// What each XMLHttpRequest was opened for.
const opened = new WeakMap();

function gateXhr(scope) {
  around(scope, "XMLHttpRequest", "open", (self, args, run) => {
    if (args.length > 1) {
      const method = asText(args, 0);
      note(opened, self, { method, address: resolved(asText(args, 1), scope.document), isSync: args.length > 2 && !args[2] });
    }
    return run();
  });
  around(scope, "XMLHttpRequest", "abort", (self, args, run) => {
    const request = lookUp(opened, self);
    // What waits knows the old one, and lets it be.
    if (request) note(opened, self, { ...request });
    return run();
  });
  around(scope, "XMLHttpRequest", "send", (self, args, run) => {
    const request = lookUp(opened, self);
    if (!request) return run();
    const send = (verdict) => {
      if (verdict === HOLD && !request.isSync) {
        hold(request, sizeOf(args[0]), () => lookUp(opened, self) === request && send(judge("xhr", request.address)));
      } else {
        if (verdict !== ALLOW) openRequest(self, request.method, NOWHERE, !request.isSync);
        run();
      }
    };
    send(judge("xhr", request.address));
  });
}

const closeSocket = method("WebSocket", "close");
const closeTransport = method("WebTransport", "close");
const closeStream = method("EventSource", "close");
const terminate = method("Worker", "terminate");

// What was opened and may still be open, as a list by `next`.
let connections = null;

/** The state changed: closes what may be open no more. */
export function closeConnections() {
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

/** Gates what stays open: sockets, streams, workers. Not only for the verdict: they are closed when it changes. */
export function gateConnections(scope) {
  const connecting = (name, word, nowhere, close) =>
    aroundNew(scope, name, (args, make) => {
      if (!args.length) return make();
      args[0] = once(args[0]);
      const address = resolved(said(args[0]), scope.document);
      const mayPass = judge(word, address) === ALLOW;
      if (!mayPass) args[0] = nowhere;
      const made = make();
      if (mayPass) connections = { made: new WeakRef(made), word, address, close, next: connections };
      return made;
    });
  connecting("WebSocket", "websocket", NO_SOCKET, closeSocket);
  connecting("WebTransport", "websocket", NO_SOCKET, closeTransport);
  connecting("EventSource", "event-source", NO_STREAM, closeStream);
  connecting("Worker", "worker", NOWHERE, terminate);
  // One that is shared may be another page's too: it is left to itself.
  connecting("SharedWorker", "worker", NOWHERE, () => {});
  aroundNew(scope, "Audio", (args, make) => {
    const address = args.length ? `${args[0]}` : null;
    args.length = 0;
    const made = make();
    if (address !== null) attributeSet(made, "src", address, (value) => setAttribute(made, "src", value));
    return made;
  });
  around(scope, "Worklet", "addModule", (self, args, run) => {
    const address = resolved(asText(args, 0), scope.document);
    return promised("worker", address, 1000, run, () => new TypeError("Failed to fetch"));
  });
}

/** Gates forms that code sends. */
export function gateForms(scope) {
  around(scope, "HTMLFormElement", "submit", (self, args, run) => {
    const send = (verdict) => {
      if (verdict === HOLD) return hold({}, 1000, () => send(judge("form", addressOfForm(self))));
      settle(self, true);
      if (verdict === ALLOW) run();
    };
    send(judge("form", addressOfForm(self)));
  });
}

/** Sees forms off from a document, a window or a shadow root, which such an event does not leave. */
export function watchForms(root) {
  listen(root, "submit", submitting, true);
}

function addressOfForm(form, submitter) {
  const action = (submitter && addressIn(submitter, "formaction")) || addressIn(form, "action");
  // Without one it goes to where its page is from.
  return action ? resolved(action, form) : globalThis.origin + "/";
}

// The page's own listeners come later and may send the form themselves. Until they are through it is a form
// that goes nowhere: one for a dialog.
function submitting(event) {
  const form = targetOf(event);
  const submitter = submitterOf(event);
  const verdict = judge("form", addressOfForm(form, submitter));
  if (verdict === ALLOW) return;
  const undo = [changed(form, "method", "dialog"), submitter && changed(submitter, "formmethod", "dialog")];
  setTimeout(() => {
    undo[0]();
    undo[1]?.();
    if (verdict !== HOLD || wasPrevented(event)) return;
    const action = submitter && addressIn(submitter, "formaction");
    const send = () => {
      settle(form, true);
      const back = action && changed(form, "action", action);
      // Until now the state may have changed already; the attempt itself has been told.
      const now = ahead(() => judge("form", addressOfForm(form)));
      if (now === ALLOW) submit(form);
      back?.();
      if (now === HOLD) hold({}, 1000, send);
    };
    send();
  });
}

// Sets an attribute, and returns the way back.
function changed(target, name, value) {
  const before = getAttribute(target, name);
  setAttribute(target, name, value);
  return () => (before === null ? removeAttribute(target, name) : setAttribute(target, name, before));
}
