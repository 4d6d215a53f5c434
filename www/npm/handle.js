// What applications get beside the API that every script has: a store that frameworks can subscribe to, a promise for a
// grant, and the same without the right to grant, to be handed on. Nothing is decided here; whoever has the API could
// write the same.
//
// Left out: the API itself (www/js/api.js), and what each framework makes of the store (react.js, vue.js, svelte.js).

// Taken now: what a page puts in their place later must not be handed an object that may grant.
const { defineProperties, freeze, getOwnPropertyDescriptors } = Object;
const { stringify } = JSON;

/** Whether a category or service is granted in this state; `has()` says the same of the state of now. */
export function holds(state, name) {
  const standing = state.categories[name] ?? state.services?.[name];
  return (standing === "granted" || standing === "necessary") && !state.waits?.includes(name);
}

/** The API with the store; types: `SharedConsent` of index.d.ts. */
export function sharedOf(api) {
  return freeze(defineProperties({}, membersOf(api)));
}

/**
 * The owner's API with the store, what may be handed on of it (`open`, the API that every script has), and what ends it;
 * types: `ConsentHandle` of index.d.ts.
 */
export function handleOf(api, open, destroy) {
  const own = getOwnPropertyDescriptors({ shared: sharedOf(open), destroy });
  return freeze(defineProperties({}, { ...membersOf(api), ...own }));
}

function membersOf(api) {
  // The same object until it changes, so that a view can tell.
  let state;
  let text;
  const snapshot = () => {
    const found = api.state;
    const printed = stringify(found);
    if (printed !== text) [state, text] = [found, printed];
    return state;
  };
  const store = {
    get state() {
      return snapshot();
    },
    subscribe: (listener) => api.on("change", () => listener()),
    getSnapshot: snapshot,
    whenGranted: (name) =>
      new Promise((resolve) => {
        if (api.has(name)) return resolve();
        const stop = api.on("change", () => {
          if (!api.has(name)) return;
          stop();
          resolve();
        });
      }),
  };
  return { ...getOwnPropertyDescriptors(api), ...getOwnPropertyDescriptors(store) };
}
