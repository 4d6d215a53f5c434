// For React 18 and newer: a provider, a hook and a component over what may be handed on of the handle that
// `createConsent` returned. React keeps props and contexts on the elements of the page, where any script finds them.
//
// Left out: markup of our own. What a visitor sees of Consentinel is not React's (docs/frameworks.md), but for a first layer
// that a server printed, which React must not take for its own.

import { createContext, createElement, useContext, useMemo, useState, useSyncExternalStore } from "react";
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

/**
 * The first layer as `bannerMarkup` of a server printed it, to stand first in `<body>`; nothing where there is nothing to
 * ask. React prints it, and then leaves it alone, as it is Consentinel's from the start on.
 */
export function ConsentBanner({ markup }) {
  // What a server answers later is not for an element that the page has gone on with.
  const [first] = useState(markup);
  const [, head, inside] = /^<consent-banner([^>]*)>([^]*)<\/consent-banner>$/.exec(first ?? "") ?? [];
  if (inside === undefined) return null;
  const attributes = Object.fromEntries(
    [...head.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  // A browser has made a shadow root of what is inside, so it is not there as it was printed.
  const kept = { suppressHydrationWarning: true, dangerouslySetInnerHTML: { __html: inside } };
  return createElement("consent-banner", { ...attributes, ...kept });
}
