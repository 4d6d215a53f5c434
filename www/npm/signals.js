// Tells vendors' code what the visitor chose, by the calls that each vendor has for it (docs/signals.md): what is denied
// before any later script of the page runs, and each change before what waited for it is let go.
//
// It is code of the page like any other and grants nothing: a vendor that is not granted is held by the gate whatever was
// told to it.
//
// Left out: each vendor's calls (signals/mechanisms.js); what is recorded.

import { MECHANISMS } from "./signals/mechanisms.js";
import { checked } from "./signals/checked.js";

/**
 * Tells what `consent` says to the mechanisms of `mapping`. Returns what stops it. Where there is no page, nothing happens.
 * Types: signals.d.ts.
 */
export function signal(consent, mapping) {
  if (!globalThis.document?.defaultView) return () => {};
  const { told, problems } = checked(mapping, consent.state);
  if (problems.length) console.error(`consentinel: ${problems.join("\n")}`);
  for (const { name, options } of told)
    if (options.advanced)
      console.warn(
        `consentinel: signal-advanced at /${name}; requests without cookies go to the vendor before any answer where the policy has its hosts in a necessary service: several authorities ask consent for them too`,
      );
  const isGranted = (names) => names === true || (names.length > 0 && names.every((name) => consent.has(name)));
  // What a browser says for its visitor holds for as long as the page does (Global Privacy Control, W3C Working Draft).
  const isOptedOut = navigator.globalPrivacyControl === true;
  // What was told last to each of them.
  const last = new Map();
  const tell = () => {
    const decided = consent.state?.decided ?? false;
    for (const { name, words, options } of told) {
      const held = isOptedOut ? (options.gpc ?? []) : [];
      const values = Object.fromEntries(words.map(([word, names]) => [word, !held.includes(word) && isGranted(names)]));
      const text = JSON.stringify([values, decided]);
      if (last.get(name) === text) continue;
      try {
        // A vendor whose code is not there yet is told once it is.
        const isTold = MECHANISMS[name].tell({ values, options, decided, isFirst: !last.has(name) });
        if (isTold !== false) last.set(name, text);
      } catch (error) {
        console.error(`consentinel: signal-failed at ${name}: ${error}`);
      }
    }
  };
  tell();
  const stops = ["release", "change"].map((event) => consent.on(event, tell));
  const places = [
    [document, "DOMContentLoaded"],
    [window, "load"],
  ];
  for (const [target, event] of places) target.addEventListener(event, tell);
  return () => {
    for (const stop of stops) stop();
    for (const [target, event] of places) target.removeEventListener(event, tell);
  };
}
