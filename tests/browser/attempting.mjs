// What the tests of attempts share: a policy with an item and a service of each kind that is optional and of each that is
// necessary, a visitor with the other party that all of them ask, and what they do again and again.
//
// Left out: what is tried (attempts.test.mjs, held.test.mjs).

import { item, policyOf } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, thirdParty } from "./third-party.mjs";

const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const ITEMS = [
  ...KINDS.flatMap((kind) => [
    item("opt", "analytics", { kind }),
    item("opt_*", "analytics", { kind }),
    item("need", "necessary", { kind }),
  ]),
  item("/opt-worker.js", "analytics", { kind: "service-worker" }),
];
const SERVICES = [
  { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: [OPTIONAL_HOST] },
  { id: "pay", category: "necessary", name: "Pay", provider: "Pay GmbH", hosts: [NECESSARY_HOST] },
];
export const POLICY = policyOf(ITEMS, { services: SERVICES });
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>without the tag</title>';

/** Starts the other party for a file of tests; the answer makes it ready for a visitor, with all that these tests ask for. */
export function attempting() {
  const party = thirdParty();
  return function start(visit) {
    const third = party();
    third.answer({
      "/picture.svg": PICTURE,
      "/script.js": "window.ran = (window.ran ?? 0) + 1;",
      "/frame.html": PLAIN,
      "/data.json": "{}",
      "/beacon": "",
      "/worker.js": ";",
      "/style.css": "",
    });
    visit.serve("/plain.html", PLAIN);
    return third;
  };
}

export const accept = (visit) => visit.decide("acceptAll");
export const reject = (visit) => visit.call("rejectAll");
export const attempts = (visit) => visit.page.evaluate(() => window.consentinel.attempts());

/** A failed request is written to the console by the browser itself. */
export async function forgive(visit) {
  await visit.settled();
  visit.forgive(/^(Failed to load resource|WebSocket connection to|EventSource|Creating a worker from 'blob:)/);
}
