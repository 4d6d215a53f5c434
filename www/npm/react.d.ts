// The types of `consentinel/react`.
import type { ReactNode } from "react";
import type { SharedConsent, State } from "consentinel";

/**
 * Hands `consent`, the `shared` of what `createConsent` returned, to all components inside. The handle itself does not compile:
 * React keeps props where any script of the page finds them. `serverState` is the `state` that `readConsent` of
 * `consentinel/server` answered: the same on the server and in the page that takes its markup over.
 */
export function ConsentProvider(props: {
  consent: SharedConsent<any, any>;
  serverState?: State | undefined;
  children?: ReactNode;
}): ReactNode;

/**
 * What was handed on, the state, and `has(name)` for that state; renders anew whenever it changes. On a server, and while its
 * markup is taken over, it is the `serverState` of the provider; without one, nothing optional is granted there.
 */
export function useConsent<Category extends string = string, Service extends string = string>(): {
  consent: SharedConsent<Category, Service>;
  state: State<Category, Service>;
  has(name: Category | Service): boolean;
};

/** Its children where this category or service is granted, and else `fallback`. */
export function ConsentGate(props: { name: string; fallback?: ReactNode; children?: ReactNode }): ReactNode;

/**
 * The first layer as `bannerMarkup` of `consentinel/server` printed it, the same on the server and in the page that takes
 * its markup over; it stands first in `<body>`. Nothing where the markup is empty.
 */
export function ConsentBanner(props: { markup: string | undefined }): ReactNode;
