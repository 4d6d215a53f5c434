// For the unit tests of an application: a handle whose state a test sets. It has no gate, no banner, no record and no
// module, and grants to anybody, so it is for tests alone.
//
// Left out: what Consentinel itself does, which only a browser shows.

import { handleOf } from "./handle.js";

const { entries, freeze, fromEntries, keys } = Object;

/**
 * A handle over `policy` in which these categories and services stand so; what is not named is undecided, and a service
 * follows its category. `set(standings)` changes some, and tells whoever listens.
 */
export function testConsent(policy, standings = {}) {
  const listeners = {};
  let chosen = {};
  let state;
  const services = policy.services ?? [];
  const optional = policy.categories.filter(({ necessary }) => !necessary).map(({ id }) => id);
  const known = [...policy.categories, ...services].map(({ id }) => id);
  const take = (given) => {
    const unknown = keys(given).filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new TypeError(`consentinel: name-unknown: ${unknown.join(", ")}; the policy has ${known.join(", ")}`);
    chosen = { ...chosen, ...given };
    const categories = fromEntries(
      policy.categories.map(({ id, necessary }) => [id, necessary ? "necessary" : (chosen[id] ?? "undecided")]),
    );
    const decided = optional.some((id) => categories[id] !== "undecided");
    state = freeze({
      asks: optional.some((id) => categories[id] === "undecided"),
      decided,
      language: "en",
      categories: freeze(categories),
      services: freeze(fromEntries(services.map(({ id, category }) => [id, chosen[id] ?? categories[category]]))),
      reloads: false,
      optedOut: freeze([]),
      waits: freeze([]),
    });
  };
  const tell = (event, detail) => {
    for (const listener of [...(listeners[event] ?? [])]) listener(detail);
  };
  const named = (word) =>
    entries(state.categories)
      .filter(([, standing]) => standing === word)
      .map(([id]) => id);
  const decide = (cause, given) => {
    take(given);
    tell("change", freeze({ cause, granted: named("granted"), denied: named("denied"), waits: [] }));
  };
  const all = (word) => fromEntries([...optional, ...services.map(({ id }) => id)].map((id) => [id, word]));
  const each = (names, word) => fromEntries(names.map((name) => [name, word]));
  take(standings);
  const api = {
    has: (name) => ["granted", "necessary"].includes(state.categories[name] ?? state.services[name]),
    get state() {
      return state;
    },
    acceptAll: () => decide("accept-all", { ...all(undefined), ...each(optional, "granted") }),
    rejectAll: () => decide("reject-all", { ...all(undefined), ...each(optional, "denied") }),
    save: (selection) =>
      decide("save", {
        ...each(optional, "denied"),
        ...fromEntries(entries(selection).map(([name, isOn]) => [name, isOn ? "granted" : "denied"])),
      }),
    grant: (name) => decide("save", { [name]: "granted" }),
    withdraw: (names = []) => {
      const list = [names].flat();
      decide("withdraw", list.length > 0 ? each(list, "denied") : { ...all(undefined), ...each(optional, "denied") });
    },
    open: () => tell("open", { layer: "settings" }),
    close: () => tell("close", { layer: "settings" }),
    on(event, listener) {
      listeners[event] ??= new Set();
      listeners[event].add(listener);
      if (event === "ready") queueMicrotask(() => listeners.ready.has(listener) && listener(state));
      return () => void listeners[event].delete(listener);
    },
    attempts: () => freeze([]),
    guard() {},
    notice: () => Promise.reject(new Error("consentinel: a handle for tests has no notice")),
    ledger: () => freeze([]),
    export: () => "",
    build: "0".repeat(64),
    version: "0.0.0-testing",
    set: (given) => decide("save", given),
  };
  return handleOf(api, api, () => {
    for (const event of keys(listeners)) delete listeners[event];
  });
}
