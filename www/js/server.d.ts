// The types of `consentinel/server`. docs/csp.md tells how the headers are used, docs/api.md how the markup is.

import type { Policy } from "./index.js";

/** Headers by name; none where the policy allows undeclared hosts. */
export type ConsentHeaders = {
  readonly "Content-Security-Policy"?: string;
  readonly "Content-Security-Policy-Report-Only"?: string;
};

/** Where the pages are. A value that is no address of `http:` or `https:` is a `TypeError` that names it. */
export type ConsentPlace = {
  /** The origin of the pages, so that their own sockets, and on `http:` those of others, are let in; without it one of `https:`, whose own sockets `'self'` must stand for. */
  readonly origin?: string | undefined;
  /** The folder that the tag's own files come from, or the address of the tag in it; always let in. Without it the pages' own origin. */
  readonly files?: string | undefined;
};

/**
 * Reads the policy once, and answers a function from the `Cookie` header of a request to the headers
 * of the answer: whom the page may ask for this visitor. Problems of the policy go to the console.
 */
export function consentHeaders(policy: Policy, options?: ConsentPlace): (cookies: string | null | undefined) => ConsentHeaders;

/** What is known of a request for a page. */
export type CookieRequest = {
  /** Its `Cookie` header. */
  readonly cookies?: string | null | undefined;
  /** Its `Sec-Fetch-Mode` header: only a request that navigates is answered with a cookie. */
  readonly mode?: string | null | undefined;
};

/** Headers for the answer, to be added to others of their names; none where there is nothing to send. */
export type CookieHeaders = {
  /** One `Set-Cookie` header for each. */
  readonly "Set-Cookie"?: readonly string[];
  /** No shared cache may keep the answer for other visitors. */
  readonly "Cache-Control"?: "private";
};

/**
 * Reads the policy once, and answers a function from a request to headers that send the visitor's own cookie again, for as
 * long as it has to live, once a day: some browsers keep what script wrote for seven days only (docs/api.md, "Seven
 * days"). Problems of the policy go to the console.
 */
export function consentCookies(policy: Policy, options?: ConsentPlace): (request?: CookieRequest) => CookieHeaders;

/**
 * The policy of "everything granted" as an element, to stand in the head before the tag: then nobody undeclared is
 * asked, not even by the parser's look-ahead. The same for every visitor. Empty where the policy has no such
 * element: `undeclared` is `"allow"`, `mode` is `"report"`, or a host cannot be written in it.
 */
export function consentMeta(policy: Policy, options?: ConsentPlace): string;

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
