// The types of `consentinel/svelte`.
import type { ConsentHandle, SharedConsent, State } from "consentinel";

/**
 * A readable store with the state of the handle that `createConsent` returned, or of what it shares. On a server it has `serverState`, the `state`
 * that `readConsent` of `consentinel/server` answered, where that is given; in a page never.
 */
export function consentStore<Category extends string, Service extends string>(
  consent: ConsentHandle<Category, Service> | SharedConsent<Category, Service>,
  serverState?: State,
): { subscribe(run: (state: State<Category, Service>) => void): () => void };
