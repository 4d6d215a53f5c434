// The types of `consentinel/vue`.
import type { DefineComponent, Plugin, ShallowRef } from "vue";
import type { ConsentHandle, State } from "consentinel";

/** `app.use(consentPlugin, consent)` hands `consent`, which `createConsent` returned, to all components. */
export const consentPlugin: Plugin<[ConsentHandle<any, any>]>;

/** The handle, the state as a ref, and `has(name)`, which is followed as any read of a ref. */
export function useConsent<Category extends string = string, Service extends string = string>(): {
  consent: ConsentHandle<Category, Service>;
  state: ShallowRef<State<Category, Service>>;
  has(name: Category | Service): boolean;
};

/** Its default slot where this category or service is granted, and else its slot `fallback`. */
export const ConsentGate: DefineComponent<{ name: string }>;
