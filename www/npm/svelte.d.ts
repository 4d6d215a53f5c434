// The types of `consentinel/svelte`.
import type { ConsentHandle, State } from "consentinel";

/** A readable store with the state of the handle that `createConsent` returned. */
export function consentStore<Category extends string, Service extends string>(
  consent: ConsentHandle<Category, Service>,
): { subscribe(run: (state: State<Category, Service>) => void): () => void };
