// The types of `consentinel/testing`.
import type { CategoryOf, ConsentHandle, Policy, ServiceOf, Standing } from "consentinel";

/** What a test says of categories and services; what is not named is undecided, and a service follows its category. */
export type Standings<Name extends string> = { readonly [name in Name]?: Exclude<Standing, "necessary"> };

/**
 * A handle for the unit tests of an application: it has no gate, no banner and no record, runs where there is no browser,
 * and grants to anybody. `set` changes what stands, and tells whoever listens. Throws a TypeError for a name that the
 * policy does not have.
 */
export function testConsent<const P extends Policy>(
  policy: P,
  standings?: Standings<CategoryOf<P> | ServiceOf<P>>,
): ConsentHandle<CategoryOf<P>, ServiceOf<P>> & { set(standings: Standings<CategoryOf<P> | ServiceOf<P>>): void };
