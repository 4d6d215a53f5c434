// The object that pages see, made from the module's few functions. It answers synchronously, but for the notice,
// which only the second module knows: by a promise as long as that is on its way. All structured answers are frozen, so that no page
// can change what another script reads.

import { hand, isHere, need, whenThere } from "./coming.js";
import { attempts, guard } from "./gate.js";
import { frozen, recallLedger } from "./page.js";
import { split } from "./pristine.js";
import { ALLOW, EXPORT, HAS, LEDGER, NOTICE, STATE, WITHDRAW } from "./numbers.js";
import { ask, read, tell, write } from "./told.js";

const { freeze } = Object;
const EVENTS = ["ready", "change", "open", "close", "error", "attempt", "record", "release"];

/**
 * The API over a started module. What is told for a call, for a selection to be saved and for a name to be granted says who may
 * have this object: the owner of the page, or every script.
 */
export function createApi(build, version, CALL, SAVE, GRANT) {
  const answer = (kind) => frozen(read(ask(kind)));
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
    notice: () =>
      isHere() ? answer(NOTICE) : new Promise((resolve, reject) => whenThere(() => resolve(answer(NOTICE)), reject)),
    ledger: () => (isHere() ? answer(LEDGER) : frozen(storedRecords())),
    export() {
      const text = isHere() ? ask(EXPORT) : storedLedger();
      hand(text);
      return text;
    },
    build,
    version,
  };
  return freeze(api);
}

// The ledger as it is stored. Whether it hangs together the second module sees, which is called for.
function storedLedger() {
  need();
  try {
    return recallLedger();
  } catch {
    // No storage, which the second module tells.
    return "";
  }
}

function storedRecords() {
  const records = [];
  const lines = split(storedLedger(), "\n");
  try {
    for (let at = 1; lines[at]; at++) records[at - 1] = read(lines[at]);
  } catch {
    // Not our text: the second module tells.
  }
  return records;
}
