// For Svelte: the state as a store, `$consentState` in a component. It imports nothing, so any library that knows
// Svelte's contract of stores can read it.

/**
 * A readable store with the state of the handle that `createConsent` returned; on a server, with what that read of the
 * visitor. Svelte puts right by itself what a server printed otherwise, so that the page begins with what holds there.
 */
export function consentStore(consent, serverState) {
  return {
    subscribe(run) {
      run((!globalThis.document && serverState) || consent.state);
      return consent.subscribe(() => run(consent.state));
    },
  };
}
