// The types of `consentinel/svelte`.
import type { ConsentHandle, State } from "consentinel";

/**
 * A readable store with the state of the handle that `createConsent` returned. On a server it has `serverState`, the `state`
 * that `readConsent` of `consentinel/server` answered, where that is given; in a page never.
 */
export function consentStore<Category extends string, Service extends string>(
  consent: ConsentHandle<Category, Service>,
  serverState?: State,
): { subscribe(run: (state: State<Category, Service>) => void): () => void };
