// For React 18 and newer: a provider, a hook and a component over what may be handed on of the handle that
// `createConsent` returned. React keeps props and contexts on the elements of the page, where any script finds them.
//
// Left out: markup of our own. What a visitor sees of Consentinel is not React's (docs/frameworks.md).

import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from "react";
import { holds } from "./handle.js";
import { printedState } from "./printed.js";

const Given = createContext(null);

let hasTold = false;

/** Hands `consent` to all components inside; `serverState` is what the server read of which the markup was made. */
export function ConsentProvider({ consent, serverState, children }) {
  const shared = consent?.shared;
  if (shared && !hasTold) {
    hasTold = true;
    console.error(
      "consentinel: provider-grants; any script finds a prop: write <ConsentProvider consent={consent.shared}>",
    );
  }
  const given = shared ?? consent;
  const value = useMemo(() => ({ consent: given, serverState }), [given, serverState]);
  return createElement(Given.Provider, { value }, children);
}

/** What was handed on, the state, and `has(name)` for that state; renders anew whenever it changes. */
export function useConsent() {
  const given = useContext(Given);
  if (!given?.consent)
    throw new Error("consentinel: no-provider; put the component inside <ConsentProvider consent={consent.shared}>");
  const { consent, serverState } = given;
  // React takes the last one on a server and while its markup is taken over, and then looks whether another one holds.
  const state = useSyncExternalStore(consent.subscribe, consent.getSnapshot, () => printedState(consent, serverState));
  return { consent, state, has: (name) => holds(state, name) };
}

/** Its children where this category or service is granted, and else `fallback`. */
export function ConsentGate({ name, fallback = null, children }) {
  return useConsent().has(name) ? children : fallback;
}
