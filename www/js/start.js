// What both entries do: decode the module, start it, and lock the gate where that cannot be done.

import { answer, decide, hear, initSync, start as startModule } from "#module";
import { build, module as bytes, shift, style, texts, version } from "#assets";
import { createApi } from "./api.js";
import { lock } from "./lock.js";

const MODULE_UNAVAILABLE =
  "consentinel: module-unavailable; allow 'wasm-unsafe-eval' in the Content-Security-Policy, nothing optional runs until then";

/** What is said when a page loads Consentinel a second time. */
export const LOADED_TWICE =
  "consentinel: loaded-twice; load one tag or create one consent per page, the first one stays in charge";

// The module travels as text: one character for each byte, moved up by a fixed number and awkward ones
// by 256 more, which an array of bytes takes off again (xtask/src/encode.rs writes it).
const decode = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0) - shift);

/** Starts with this policy, and returns the API. */
export function start(policy, hasPage) {
  try {
    initSync({ module: decode(bytes) });
    startModule(hear, policy, texts, style, build, hasPage);
    return createApi({ hear, decide, answer }, build, version);
  } catch (error) {
    console.error(MODULE_UNAVAILABLE, error);
    return createApi(lock(), build, version);
  }
}
