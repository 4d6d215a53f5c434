// The types of `consentinel/vue`.
import type { DefineComponent, Plugin, ShallowRef } from "vue";
import type { ConsentHandle, SharedConsent, State } from "consentinel";

/**
 * `app.use(consentPlugin, consent)` hands the `shared` of `consent`, or what was shared already, to all components. `serverState`, in an
 * object behind it, is the `state` that `readConsent` of `consentinel/server` answered: the same on the server and in the page
 * that takes its markup over.
 */
export const consentPlugin: Plugin<
  [consent: ConsentHandle<any, any> | SharedConsent<any, any>, options?: { serverState?: State | undefined }]
>;

/**
 * What was handed on, the state as a ref, and `has(name)`, which is followed as any read of a ref. On a server, and while its
 * markup is taken over, the state is the `serverState` of the plugin; without one, nothing optional is granted there.
 */
export function useConsent<Category extends string = string, Service extends string = string>(): {
  consent: SharedConsent<Category, Service>;
  state: ShallowRef<State<Category, Service>>;
  has(name: Category | Service): boolean;
};

/** Its default slot where this category or service is granted, and else its slot `fallback`. */
export const ConsentGate: DefineComponent<{ name: string }>;
