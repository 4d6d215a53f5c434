// The types of `consentinel/gpp`.
import type { Consent } from "consentinel";

/** Ids of categories or services that must all be granted. */
export type Granting = string | readonly string[];

/** What is told in which sections (docs/signals.md). A purpose that is not named is told as not applicable. */
export interface Gpp {
  /** Names of sections as IAB has them, such as `usnat` and `usca`; usually `usnat` alone. */
  readonly sections?: string | readonly string[];
  readonly sale?: Granting;
  readonly sharing?: Granting;
  readonly targetedAdvertising?: Granting;
}

/**
 * Puts `window.__gpp` into the page and tells it what the visitor chose; call it before any code that asks. Whose browser sends
 * Global Privacy Control has opted out, whatever was granted. Returns what stops it; where there is no page, nothing happens.
 * What is wrong with `options` is told on the console, all of it at once, and counts as opted out.
 */
export function gpp(consent: Pick<Consent, "has" | "on" | "state">, options: Gpp): () => void;
