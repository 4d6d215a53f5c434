// The types of `consentinel/react`.
import type { ReactNode } from "react";
import type { ConsentHandle, State } from "consentinel";

/** Hands `consent`, which `createConsent` returned, to all components inside. */
export function ConsentProvider(props: { consent: ConsentHandle<any, any>; children?: ReactNode }): ReactNode;

/**
 * The handle, the state, and `has(name)` for that state; renders anew whenever it changes. While the markup of a server
 * is taken over, nothing optional is granted, as there.
 */
export function useConsent<Category extends string = string, Service extends string = string>(): {
  consent: ConsentHandle<Category, Service>;
  state: State<Category, Service>;
  has(name: Category | Service): boolean;
};

/** Its children where this category or service is granted, and else `fallback`. */
export function ConsentGate(props: { name: string; fallback?: ReactNode; children?: ReactNode }): ReactNode;
