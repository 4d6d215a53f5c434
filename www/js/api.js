// The object that pages see, made from the module's few functions. What holds is answered synchronously; records and the
// notice, which only the second module knows, by a promise. All structured answers are frozen copies, so that no page
// can change what another script reads.

import { whenThere } from "./coming.js";
import { attempts, guard } from "./gate.js";
import { frozen } from "./page.js";
import { ALLOW, EXPORT, HAS, LEDGER, NOTICE, STATE, WITHDRAW } from "./numbers.js";
import { ask, read, tell, write } from "./told.js";

const EVENTS = ["ready", "change", "open", "close", "error", "attempt"];

/**
 * The API over a started module. What is told for a call, for a selection to be saved and for a name to be granted says who may
 * have this object: the owner of the page, or every script.
 */
export function createApi(build, version, CALL, SAVE, GRANT) {
  const answer = (kind) => frozen(read(ask(kind)));
  // What only the second module knows.
  const later = (answering) => new Promise((resolve, reject) => whenThere(() => resolve(answering()), reject));
  const call = (action) => () => void tell(CALL, action);
  const api = {
    has: (name) => tell(HAS, `${name}`) === ALLOW,
    get state() {
      return answer(STATE);
    },
    acceptAll: call("accept-all"),
    rejectAll: call("reject-all"),
    save: (selection) => void tell(SAVE, write(selection)),
    grant: (name) => void tell(GRANT, `${name}`),
    withdraw: (names = []) => void tell(WITHDRAW, write(names)),
    open: call("open"),
    close: call("close"),
    on(event, listener) {
      if (!EVENTS.includes(event)) {
        throw new TypeError(`consentinel: event-unknown: \`${event}\` is none of ${EVENTS.join(", ")}`);
      }
      const target = globalThis.document;
      let hears = ({ detail }) => listener(detail);
      // Whoever can call this comes after the event, or while it is under way, and has still to hear it.
      if (event === "ready") queueMicrotask(() => target && hears?.({ detail: api.state }));
      else target?.addEventListener(`consent:${event}`, hears);
      return () => {
        target?.removeEventListener(`consent:${event}`, hears);
        hears = null;
      };
    },
    attempts,
    guard,
    notice: () => later(() => answer(NOTICE)),
    ledger: () => later(() => answer(LEDGER)),
    export: () =>
      later(() => {
        const text = ask(EXPORT);
        download(text, "consentinel-ledger.ndjson", "application/x-ndjson");
        return text;
      }),
    build,
    version,
  };
  return Object.freeze(api);
}

/** Hands a text to the visitor as a file. */
export function download(text, name, type) {
  if (!globalThis.document) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser reads the file after this task.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
