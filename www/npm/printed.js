// The state of which the markup of a server was made, for adapters that take such markup over: what they show must be the
// same then, or a framework throws the markup away.
//
// Left out: reading it on the server (www/js/server.js), and when a framework takes over (react.js, vue.js).

const { entries, freeze, fromEntries } = Object;
const closed = new WeakMap();

/** What the server read (`readConsent`), and where it read nothing, the state of nobody's decision. */
export function printedState(consent, serverState) {
  if (serverState) return serverState;
  if (!closed.has(consent)) {
    const { categories, services, ...state } = consent.state;
    const shut = (standings = {}) =>
      fromEntries(entries(standings).map(([name, word]) => [name, word === "necessary" ? word : "undecided"]));
    closed.set(consent, freeze({ ...state, decided: false, categories: shut(categories), services: shut(services) }));
  }
  return closed.get(consent);
}
