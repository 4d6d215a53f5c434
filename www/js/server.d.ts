// The types of `consentinel/server`. docs/csp.md tells how it is used.

import type { Policy } from "./index.js";

/** Headers by name; none where the policy allows undeclared hosts. */
export type ConsentHeaders = {
  readonly "Content-Security-Policy"?: string;
  readonly "Content-Security-Policy-Report-Only"?: string;
};

/**
 * Reads the policy once, and answers a function from the `Cookie` header of a request to the headers
 * of the answer: whom the page may ask for this visitor. Problems of the policy go to the console.
 */
export function consentHeaders(policy: Policy): (cookies: string | null | undefined) => ConsentHeaders;
