// The types of `consentinel/delivery`.
import type { Consent } from "consentinel";

/**
 * Delivers this browser's records to a collector (docs/collector.md): each decision at once, and what did not arrive on later
 * pages, for 30 days. Nothing is sent and nothing is kept before a decision. Declare the collector's host and the key in a
 * necessary category of the policy. Returns what stops it; where there is no page, nothing happens. Throws a TypeError where
 * `endpoint` is no address.
 */
export function deliver(
  consent: Pick<Consent, "ledger" | "notice" | "on" | "state">,
  options: {
    /** Address of the collector, without `/v1/…`; relative to the page. */
    endpoint: string | URL;
    /** Key of local storage that says how far delivery has come; usually `consent-delivery`. */
    key?: string;
  },
): () => void;
