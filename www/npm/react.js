// For React 18 and newer: a provider, a hook and a component over the handle that `createConsent` returned.
//
// Left out: markup of our own. What a visitor sees of Consentinel is not React's (docs/frameworks.md).

import { createContext, createElement, useContext, useSyncExternalStore } from "react";
import { holds } from "./handle.js";

const Handle = createContext(null);

/** Hands `consent` to all components inside. */
export function ConsentProvider({ consent, children }) {
  return createElement(Handle.Provider, { value: consent }, children);
}

// What a server has printed, which knows nothing of the visitor: while its markup is taken over, this is what holds.
const closed = new WeakMap();
function closedOf(consent) {
  if (!closed.has(consent)) {
    const { categories, services, ...state } = consent.state;
    const shut = (standings = {}) =>
      Object.fromEntries(
        Object.entries(standings).map(([name, word]) => [name, word === "necessary" ? word : "undecided"]),
      );
    closed.set(
      consent,
      Object.freeze({ ...state, decided: false, categories: shut(categories), services: shut(services) }),
    );
  }
  return closed.get(consent);
}

/** The handle, the state, and `has(name)` for that state; renders anew whenever it changes. */
export function useConsent() {
  const consent = useContext(Handle);
  if (!consent) throw new Error("consentinel: no-provider; put the component inside <ConsentProvider consent={…}>");
  const state = useSyncExternalStore(consent.subscribe, consent.getSnapshot, () => closedOf(consent));
  return { consent, state, has: (name) => holds(state, name) };
}

/** Its children where this category or service is granted, and else `fallback`. */
export function ConsentGate({ name, fallback = null, children }) {
  return useConsent().has(name) ? children : fallback;
}
