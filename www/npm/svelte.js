// For Svelte: the state as a store, `$consentState` in a component. It imports nothing, so any library that knows
// Svelte's contract of stores can read it.

/** A readable store with the state of the handle that `createConsent` returned. */
export function consentStore(consent) {
  return {
    subscribe(run) {
      run(consent.state);
      return consent.subscribe(() => run(consent.state));
    },
  };
}
