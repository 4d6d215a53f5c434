// For Vue 3: a plugin, a composable and a component over what may be handed on of the handle that `createConsent`
// returned. Vue keeps what an application provides on its elements, where any script finds it.
//
// Left out: markup of our own. What a visitor sees of Consentinel is not Vue's (docs/frameworks.md).

import { defineComponent, getCurrentInstance, inject, onMounted, onScopeDispose, shallowRef, ssrContextKey } from "vue";
import { holds } from "./handle.js";
import { printedState } from "./printed.js";

const HANDLE = Symbol("consentinel");

/**
 * `app.use(consentPlugin, consent)` hands `consent` to all components; with `{ serverState }` behind it, what the server
 * read of which the markup was made.
 */
export const consentPlugin = {
  install: (app, consent, { serverState } = {}) =>
    void app.provide(HANDLE, { consent: consent.shared ?? consent, serverState }),
};

/** What was handed on, the state as a ref, and `has(name)`, which is followed as any read of a ref. */
export function useConsent() {
  const given = inject(HANDLE, null);
  if (!given) throw new Error("consentinel: no-provider; call app.use(consentPlugin, consent) first");
  const { consent, serverState } = given;
  const isServer = !!inject(ssrContextKey, null);
  // An instance whose element is there before it has rendered takes over markup of a server; Vue tells the two apart so.
  const isTakenOver = !!getCurrentInstance()?.vnode.el;
  const state = shallowRef(isServer || isTakenOver ? printedState(consent, serverState) : consent.state);
  const look = () => (state.value = consent.state);
  if (isTakenOver) onMounted(look);
  onScopeDispose(consent.subscribe(look));
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
