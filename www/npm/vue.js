// For Vue 3: a plugin, a composable and a component over the handle that `createConsent` returned.
//
// Left out: markup of our own. What a visitor sees of Consentinel is not Vue's (docs/frameworks.md).

import { defineComponent, inject, onScopeDispose, shallowRef } from "vue";
import { holds } from "./handle.js";

const HANDLE = Symbol("consentinel");

/** `app.use(consentPlugin, consent)` hands `consent` to all components. */
export const consentPlugin = { install: (app, consent) => void app.provide(HANDLE, consent) };

/** The handle, the state as a ref, and `has(name)`, which is followed as any read of a ref. */
export function useConsent() {
  const consent = inject(HANDLE, null);
  if (!consent) throw new Error("consentinel: no-provider; call app.use(consentPlugin, consent) first");
  const state = shallowRef(consent.state);
  onScopeDispose(consent.subscribe(() => (state.value = consent.state)));
  return { consent, state, has: (name) => holds(state.value, name) };
}

/** Its default slot where this category or service is granted, and else its slot `fallback`. */
export const ConsentGate = defineComponent({
  name: "ConsentGate",
  props: { name: { type: String, required: true } },
  setup(props, { slots }) {
    const { has } = useConsent();
    return () => (has(props.name) ? slots.default?.() : slots.fallback?.());
  },
});
