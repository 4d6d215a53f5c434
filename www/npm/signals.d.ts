// The types of `consentinel/signals`.
import type { Consent } from "consentinel";

/** Ids of categories or services that must all be granted. */
export type Granting = string | readonly string[];

/**
 * Of a mechanism with words of its vendor: those that are told as denied, whatever was granted, where the browser sends Global
 * Privacy Control.
 */
export interface OptedOut {
  readonly gpc?: readonly string[];
}

/** What is told to whom (docs/signals.md). What a vendor has a word for and is not named here is told as denied, or not at all. */
export interface Signals {
  readonly "google-consent-mode"?: {
    readonly [type in
      | "ad_storage"
      | "ad_user_data"
      | "ad_personalization"
      | "analytics_storage"
      | "functionality_storage"
      | "personalization_storage"
      | "security_storage"]?: Granting;
  } & OptedOut & {
    /** The types that are granted in every state, because what they allow is strictly necessary here. */
    readonly always?: readonly string[];
    /** Name of the list that Google's code reads; usually `dataLayer`. */
    readonly dataLayer?: string;
    /** Sets `ads_data_redaction`. */
    readonly ads_data_redaction?: boolean;
    /**
     * Says that Google's code is to ask Google before any answer, without cookies: the policy has its hosts in a necessary
     * service, and its items in an optional category (docs/signals.md, "Basic and advanced"). Opens nothing; the console says it.
     */
    readonly advanced?: boolean;
    /** Sets `url_passthrough`. */
    readonly url_passthrough?: boolean;
  };
  readonly "uet-consent-mode"?: Granting | ({ readonly ad_storage: Granting } & OptedOut);
  readonly "clarity-consent-v2"?: { readonly ad_Storage?: Granting; readonly analytics_Storage?: Granting } & OptedOut;
  readonly "meta-consent"?: Granting | ({ readonly consent: Granting } & OptedOut);
  readonly "tiktok-consent"?: Granting | ({ readonly consent: Granting } & OptedOut);
  readonly "matomo-consent"?: { readonly tracking?: Granting; readonly cookies?: Granting } & OptedOut;
  readonly "wp-consent-api"?: {
    readonly [category in
      | "functional"
      | "preferences"
      | "statistics"
      | "statistics-anonymous"
      | "marketing"]?: Granting;
  } & OptedOut;
  readonly "shopify-customer-privacy"?: {
    readonly [purpose in "analytics" | "marketing" | "preferences" | "sale_of_data"]?: Granting;
  } & OptedOut;
  /** The keys are the categories of the workspace. */
  readonly "segment-consent"?: { readonly [category: string]: Granting };
  /** The keys are your own words; `event` names the event, usually `consent`, and `dataLayer` the list. */
  readonly "data-layer-event"?: { readonly [word: string]: Granting };
}

/**
 * Tells vendors' code what the visitor chose: what is denied at once, so call it before any of that code, and each change before
 * what waited for it is let go. Returns what stops it; where there is no page, nothing happens. What is wrong with `signals` is
 * told on the console, all of it at once, and is denied.
 */
export function signal(consent: Pick<Consent, "has" | "on" | "state">, signals: Signals): () => void;
