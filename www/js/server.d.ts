// The types of `consentinel/server`. docs/csp.md tells how the headers are used, docs/api.md how the markup is.

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

/** What is known of a request, and of the page that answers it. */
export type BannerRequest = {
  /** Its `Cookie` header. */
  readonly cookies?: string | null | undefined;
  /** The `lang` of the page; English without one. */
  readonly language?: string | undefined;
  /** The nonce of the page's Content-Security-Policy, for the style. */
  readonly nonce?: string | undefined;
};

/**
 * Reads the policy once, and answers a function from a request to the markup of the first layer, to be put
 * right after `<body>`; empty where there is nothing to ask. Problems of the policy go to the console.
 */
export function bannerMarkup(policy: Policy): (request?: BannerRequest) => string;
