// XMLHttpRequest. One that waits goes on by its own rules: it can be aborted, opened anew, and its time can be over;
// then it is never sent. Its events are the browser's: what ends while it waits is sent to nobody and ended there.
//
// Left out: other requests that code makes (requests.js); a body's own events where the time is over, of which the upload
// hears `error`.
// @ts-check

import {
  ProgressEvent,
  WeakMap,
  construct,
  dispatch,
  listen,
  lookUp,
  note,
  setTimeout,
  stop,
  takeAll,
  targetOf,
} from "../pristine.js";
import { ALLOW, HOLD } from "../numbers.js";
import { asText, resolvedIn } from "./address.js";
import { around, aroundNew, bare } from "./around.js";
import { clock, forget, hold, judge, sizeOf } from "./held.js";
import { NOWHERE } from "./named.js";

const [openRequest, timeoutOf] = takeAll("XMLHttpRequest", "open timeout");

// What each one was opened for: whether it waits (`isHeld`) or is over (`isDone`), when it was sent (`at`), what ends it
// (`end`), and whether the browser is at `send` (`isSending`): what the page runs there, to make a text of a body, opens it
// for nothing else, as that was not judged. So does a listener of a synchronous one (docs/limits.md).
const opened = new WeakMap();

// In the place of the browser's `error` comes `timeout` where the time was over. Heard before any listener of the page.
/** @param {Event} event */
function failed(event) {
  const self = targetOf(event);
  if (!lookUp(opened, self)?.isTimedOut) return;
  stop(event);
  dispatch(self, new ProgressEvent("timeout"));
}

/**
 * Gates those of a realm.
 *
 * @param {Realm} scope
 */
export function gateXhr(scope) {
  const { XMLHttpRequest } = scope;
  const gate = (/** @type {string} */ names, /** @type {Act} */ act, /** @type {string} */ half = "value") =>
    around(scope, "XMLHttpRequest", names, act, half);
  aroundNew(scope, "XMLHttpRequest", (args, make) => {
    const made = make();
    listen(made, "error", failed);
    return made;
  });
  gate("open", (self, args, run) => {
    // All that it could make a text of is one before anything is noted: that runs code of the page.
    const method = asText(args, 0);
    const address = resolvedIn(asText(args, 1), scope);
    for (let at = 3; at < args.length; at++) args[at] == null || asText(args, at);
    const before = lookUp(opened, self);
    if (before?.isSending) return;
    note(opened, self, bare({ method, address, isSync: args.length > 2 && !args[2] }));
    try {
      run();
    } catch (error) {
      // It stays what it was opened for before.
      note(opened, self, before);
      throw error;
    }
    if (before) {
      before.isHeld = false;
      forget(before);
    }
  });
  gate("send", (self, args, native) => {
    const request = lookUp(opened, self);
    if (!request || request.isDone) return native();
    // Of one that was sent the browser complains as of one that was never opened.
    if (request.isHeld) return native(construct(XMLHttpRequest, []));
    const run = () => {
      request.isSending = true;
      try {
        native();
      } finally {
        request.isSending = false;
      }
    };
    const end = (request.end = (/** @type {string} */ nowhere) => {
      request.isHeld = false;
      request.isDone = true;
      forget(request);
      openRequest(self, request.method, nowhere, !request.isSync);
      run();
    });
    const send = (/** @type {number} */ verdict) => {
      request.isHeld = verdict === HOLD && !request.isSync;
      if (request.isHeld) {
        const again = () => request.isHeld && send(judge("xhr", request.address));
        hold(request, sizeOf(args[0]), again, () => request.isHeld && end(NOWHERE));
      } else if (verdict === ALLOW) run();
      else end(NOWHERE);
    };
    send(judge("xhr", request.address));
    request.at = clock();
    expire(self, request);
  });
  gate("abort", (self, args, run) => {
    const request = lookUp(opened, self);
    // What answers cannot do so before it is aborted.
    if (request?.isHeld) request.end("data:,");
    return run();
  });
  gate(
    "timeout",
    (self, args, run) => {
      run();
      expire(self, lookUp(opened, self));
    },
    "set",
  );
}

// Ends one that waits when its time is over.
/**
 * @param {any} self
 * @param {any} request
 */
function expire(self, request) {
  const ms = timeoutOf(self);
  // What is negative as 32 bits is more than a timer counts.
  if (!request?.isHeld || (ms | 0) <= 0) return;
  setTimeout(
    () => {
      // A later one counts, or none.
      if (!request.isHeld || timeoutOf(self) !== ms) return;
      request.isTimedOut = true;
      request.end(NOWHERE);
    },
    request.at + ms - clock(),
  );
}
