// The types of `consentinel/server`. docs/frameworks.md tells how a decision is read, docs/csp.md how the headers are
// used, docs/api.md how the markup is.

import type { CategoryOf, Policy, PolicyFile, ServiceOf, State } from "./index.js";

/** What is known of a request. What is missing is strict: nothing is granted by it. */
export type ConsentRequest = {
  /** Its `Cookie` header. */
  readonly cookie?: string | null | undefined;
  /** @deprecated The same, as version 0.1.0 named it; `cookie` goes before it. */
  readonly cookies?: string | null | undefined;
  /** Its `Sec-GPC` header: with `"1"` the browser signals Global Privacy Control, and what is for sale or sharing is denied, as in the page. */
  readonly secGpc?: string | readonly string[] | null | undefined;
  /** Its `DNT` header: `"1"` counts as that one does where the policy says `"dnt": true`. */
  readonly dnt?: string | readonly string[] | null | undefined;
  /** Where the visitor is. Changes nothing in this version, which has the same rules everywhere. */
  readonly region?: string | null | undefined;
  /** The `lang` of the page that answers it; English without one. */
  readonly language?: string | undefined;
};

/** What the visitor of one request decided, as far as their cookies tell. */
export type ServerConsent<Category extends string = string, Service extends string = string> = {
  /** Whether this category or service is granted: true for necessary ones, false for unknown names. Needs no `this`. */
  has(name: Category | Service): boolean;
  /** The same as the page has it, frozen: plain data, to be handed to the page (docs/frameworks.md, "From a server"). */
  readonly state: State<Category, Service>;
  /** What the browser signals, in the words of a record: `gpc`, `dnt`. */
  readonly signals: readonly string[];
};

/**
 * Reads what the visitor of a request decided. A policy is read once for each object, of which there may be many; its
 * problems go to the console then, and one that cannot be read grants nothing. Bad cookies grant nothing, and never throw.
 */
export function readConsent<const P extends PolicyFile>(
  request: ConsentRequest,
  policy: P,
): ServerConsent<CategoryOf<P>, ServiceOf<P>>;

/** A request whose cookies are to be removed. */
export type ExpiringRequest = ConsentRequest & {
  /**
   * The whole address that was asked for, such as `https://www.example.com/shop/`: cookies have domains and paths, of which
   * a request does not tell. Without it only cookies of this host and of the policy's `share` at the path `/` can be
   * removed. A value that is no address of `http:` or `https:` is a `TypeError` that names it.
   */
  readonly url?: string | undefined;
};

/**
 * The values of `Set-Cookie`, one header for each, that remove the cookies of a request which the policy declares and its
 * visitor does not let in, `HttpOnly` ones too; what is undecided counts as denied. Never a necessary one, one that nobody
 * declared, or one of Consentinel's own; none at all under `"mode": "report"`. At most two kilobytes at a time: what
 * is more comes with later answers.
 */
export function expiredCookies(request: ExpiringRequest, policy: PolicyFile): string[];

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
 * Reads the policy once, and answers a function from a request, or from its `Cookie` header alone, to the headers
 * of the answer: whom the page may ask for this visitor. Problems of the policy go to the console.
 */
export function consentHeaders(
  policy: Policy,
  options?: ConsentPlace,
): (request: ConsentRequest | string | null | undefined) => ConsentHeaders;

/** A request for a page. */
export type CookieRequest = ConsentRequest & {
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

/** The answer to a request for `/.well-known/gpc.json`. */
export type GpcSupport = {
  /** The JSON. */
  readonly body: string;
  readonly headers: { readonly "Content-Type": "application/json" };
};

/**
 * The answer to a request for `/.well-known/gpc.json`, by which a site says that it acts on Global Privacy Control, since this
 * day (`YYYY-MM-DD`). It is the site's own word: serve it where it is true (docs/signals.md, "Global Privacy Control"). What
 * is no day is a `TypeError` that names it.
 */
export function gpcSupport(options: { readonly since: string }): GpcSupport;

/** A request, and what is known of the page that answers it. */
export type BannerRequest = ConsentRequest & {
  /** The nonce of the page's Content-Security-Policy, for the style. */
  readonly nonce?: string | undefined;
};

/**
 * Reads the policy once, and answers a function from a request to the markup of the first layer, to be put
 * right after `<body>`; empty where there is nothing to ask. Problems of the policy go to the console.
 */
export function bannerMarkup(policy: Policy): (request?: BannerRequest) => string;
