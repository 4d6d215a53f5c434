// The types of `consentinel/moving`.

import type { Policy } from "./index.js";

/** What the owner says of moving (docs/moving.md). */
export interface Moving {
  /** Whose decision is taken over. */
  readonly from: "vanilla-cookieconsent" | "klaro" | "tarteaucitron" | "orejime" | "osano" | "c15t";
  /** The name of the cookie or key, where it is not that tool's usual one. */
  readonly key?: string;
  /** Our categories, each with the names there that all must have been granted. Without it only refusals are taken over. */
  readonly grants?: { readonly [category: string]: readonly string[] };
  /** The last day on which grants are taken over, such as `2027-03-31`. Without it none is. */
  readonly until?: string;
  /** Names there that everybody has, and that are no answer. */
  readonly necessary?: readonly string[];
}

/**
 * Takes over what another tool had stored, once in a browser, where nothing of Consentinel is stored. Call it before
 * `createConsent`, and before any code that could write under the other tool's name. On a server it does nothing.
 */
export function moveFrom(moving: Moving, policy: Policy): void;
