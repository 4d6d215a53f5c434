// Tells the states of the USA's sections of IAB GPP: `window.__gpp` with all its commands, on the reference implementation
// of IAB Tech Lab, and the same to frames that ask by message (docs/signals.md).
//
// It is code of the page like any other and grants nothing. Left out: TCF, and the sections of other places.

/*! Contains @iabgpp/cmpapi by IAB Tech Lab, under the Apache License 2.0 (LICENSE-APACHE). */
import { CmpApi, CmpDisplayStatus, CmpStatus, Sections, SignalStatus } from "@iabgpp/cmpapi";
import { checkedSections } from "./gpp/checked.js";

const YES = 1;
const NO = 2;
/** What stands in the names of fields for what a visitor can opt out of. */
const fieldOf = (purpose) => purpose[0].toUpperCase() + purpose.slice(1);

/**
 * Tells what `consent` says to whoever asks `__gpp`: in the `sections` that are named, the purposes that `options` names.
 * A visitor whose browser sends Global Privacy Control has opted out of them whatever was granted. Returns what stops it.
 * Where there is no page, nothing happens. Types: gpp.d.ts.
 */
export function gpp(consent, options) {
  if (!globalThis.document?.defaultView) return () => {};
  const { sections, purposes, problems } = checkedSections(options, consent.state);
  if (problems.length) console.error(`consentinel: ${problems.join("\n")}`);
  // The library asks the page's own stand-in, where there is one, for the calls that came before.
  window.__gpp ??= () => undefined;
  // Nobody has an id who is not registered with IAB.
  const api = new CmpApi(0, 1);
  const ids = [...Sections.SECTION_ID_NAME_MAP].filter(([, name]) => sections.includes(name));
  api.setSupportedAPIs(ids.map(([id, name]) => `${id}:${name}`));
  api.setApplicableSections(ids.map(([id]) => id));
  const isGpc = navigator.globalPrivacyControl === true;

  const said = (names) => (isGpc || names.length === 0 || !names.every((name) => consent.has(name)) ? YES : NO);
  const write = (section) => {
    api.setFieldValue(section, "SaleOptOut", 0);
    const fields = new Set(Object.keys(api.getSection(section)));
    const set = (field, value) => fields.has(field) && api.setFieldValue(section, field, value);
    for (const [purpose, names] of purposes) {
      set(`${fieldOf(purpose)}OptOut`, said(names));
      set(`${fieldOf(purpose)}OptOutNotice`, YES);
    }
    for (const notice of ["SharingNotice", "ProcessingNotice"]) set(notice, YES);
    // The agreement of IAB for this is a matter of contracts, which nobody has told us of.
    set("MspaCoveredTransaction", NO);
    set("Gpc", isGpc);
  };
  let last;
  const tell = () => {
    const text = JSON.stringify([...purposes.values()].map(said));
    if (text === last) return;
    const isFirst = last === undefined;
    last = text;
    // Whoever asks in between must not take the old answer for the new one.
    if (!isFirst) api.setSignalStatus(SignalStatus.NOT_READY);
    for (const section of sections) write(section);
    if (isFirst) return;
    for (const section of sections) api.fireSectionChange(section);
    api.setSignalStatus(SignalStatus.READY);
  };

  tell();
  api.setCmpDisplayStatus(CmpDisplayStatus.HIDDEN);
  api.setCmpStatus(CmpStatus.LOADED);
  api.setSignalStatus(SignalStatus.READY);
  const stops = [
    ...["release", "change"].map((event) => consent.on(event, tell)),
    consent.on("open", () => api.setCmpDisplayStatus(CmpDisplayStatus.VISIBLE)),
    consent.on("close", () => api.setCmpDisplayStatus(CmpDisplayStatus.HIDDEN)),
  ];
  const frame = located();
  addEventListener("message", answer);
  return () => {
    for (const stop of stops) stop();
    removeEventListener("message", answer);
    frame?.remove();
  };
}

/** The frame by whose name frames of others find the window to ask; added once there is a body. */
function located() {
  const frame = document.createElement("iframe");
  frame.name = "__gppLocator";
  frame.hidden = true;
  const add = () => window.frames.__gppLocator || document.body.append(frame);
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add, { once: true });
  return frame;
}

/** Answers a frame that asks, in the form in which it asked: a text or an object. */
function answer({ data, source }) {
  let asked = data;
  if (typeof data === "string" && data.includes("__gppCall")) {
    try {
      asked = JSON.parse(data);
    } catch {
      return;
    }
  }
  const { command, parameter, version, callId } = asked?.__gppCall ?? {};
  if (typeof command !== "string") return;
  const reply = (returnValue, success) => {
    const told = { __gppReturn: { returnValue, success, callId } };
    source?.postMessage(typeof data === "string" ? JSON.stringify(told) : told, "*");
  };
  window.__gpp(command, reply, parameter, version);
}
