// Takes over what another consent tool had stored, where nothing of ours is: finds both, has Rust say what is to be
// stored (src/moving.rs), stores it, and takes the other tool's away, so that it can never come back.
//
// It runs before the tag, and before any other script of the page. Left out: what counts of it, which is what the tag
// makes of any stored answer.

import { load, unpacked } from "../border.js";
import { choose } from "../language.js";
import { START } from "../numbers.js";
import { removeCookie } from "../removal.js";
import { ask, parse, read, reply, setHear, write } from "../told.js";
import { tools } from "./tools.js";
import { build, module, shift } from "#moving";

/** The values of all cookies of this name. */
const cookiesOf = (name) =>
  document.cookie
    .split("; ")
    .filter((cookie) => cookie.startsWith(`${name}=`))
    .map((cookie) => cookie.slice(name.length + 1));

/** All that is stored under a name. */
const storedIn = (kind, name) =>
  kind === "cookie" ? cookiesOf(name) : [localStorage.getItem(name)].filter((text) => text !== null);

/** Whether a decision was recorded here before, by this version or an older one. */
function isOurs(id) {
  const keys = ["consentinel-ledger", "consentinel-state", "consentinel-ledger-broken"];
  return (
    [`consentinel-${id}`, "consentinel"].some((name) => cookiesOf(name).length > 0) ||
    keys.some((key) => localStorage.getItem(`${key}.${id}`) !== null || localStorage.getItem(key) !== null)
  );
}

/**
 * Takes the other tool's decision away, in all that it may lie in, whatever became of it: the gate lets scripts remove,
 * so of two that contradict each other one could be left that grants. Only where it is there: a deep path is slow.
 */
function forget(key) {
  if (cookiesOf(key).length > 0) removeCookie(key);
  if (localStorage.getItem(key) !== null) localStorage.removeItem(key);
}

/**
 * The decision that is there, with the name of the tool, and where it was found. Nothing where what is there does not say
 * the same throughout: nobody knows which is meant. What any of it refuses is refused, and the oldest time counts.
 */
function found(name, key) {
  const { kinds, read: readText } = tools[name];
  const kindsFound = kinds.filter((kind) => storedIn(kind, key).length > 0);
  const texts = kinds.flatMap((kind) => storedIn(kind, key));
  const decisions = texts.map(readText);
  const [first] = decisions;
  const grantsOf = (decision) => write([...decision.granted].sort());
  if (!first || !decisions.every((decision) => decision && grantsOf(decision) === grantsOf(first))) return;
  const all = (list) => decisions.flatMap((decision) => decision[list] ?? []);
  const times = decisions.map(({ atMs }) => atMs);
  return {
    ...first,
    denied: all("denied"),
    undecided: all("undecided"),
    atMs: times.includes(undefined) ? undefined : Math.min(...times),
    name,
    kind: kindsFound[0],
    key,
  };
}

/** Tells the page of the record as the tag tells of others, once the page has set up who hears that. */
function handOn(line, policy) {
  const detail = Object.freeze({ line, notice: "", policy });
  const tell = () => document.dispatchEvent(new CustomEvent("consent:record", { detail }));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", tell, { once: true });
  else setTimeout(tell);
}

/** `policy` and `mapping` are texts of JSON: those of docs/policy.md and docs/moving.md. */
export function move(policy, mapping) {
  const { from, key = tools[from]?.key } = read(mapping);
  if (!tools[from] || typeof key !== "string") {
    return console.error(`consentinel: moving-tool; write one of these as from: ${Object.keys(tools).join(", ")}`);
  }
  if (Object.getOwnPropertyDescriptor(window, "consentinel")?.value?.build) {
    return console.error("consentinel: moving-late; move before the tag or createConsent, which closes the gate");
  }
  try {
    takeOver(policy, mapping, from, key);
  } finally {
    forget(key);
  }
}

/** Stores what follows from the other tool's decision, where nothing of ours is stored. */
function takeOver(policy, mapping, from, key) {
  const { id, categories } = read(policy);
  if (isOurs(id)) return;
  const decision = found(from, key);
  if (!decision) return;
  const wanted = [document.documentElement.lang, ...navigator.languages].filter(Boolean);
  const there = [...Object.keys(categories?.[0]?.title ?? {}), "en"];
  setHear(load(unpacked(module, shift), { __proto__: null, t: parse, u: reply, v: Date.now }));
  const page = {
    policy,
    document: mapping,
    found: decision,
    language: choose(wanted, there) ?? "en",
    build,
    gpc: navigator.globalPrivacyControl === true,
    dnt: navigator.doNotTrack === "1",
  };
  const { ledger, state, problems, policy: hashed } = read(ask(START, write(page)));
  for (const problem of problems) console.error(`consentinel: ${problem}`);
  if (!ledger) return;
  const keep = (name, text) => localStorage.setItem(`${name}.${id}`, text);
  keep("consentinel-ledger", ledger);
  try {
    keep("consentinel-state", state);
  } catch (error) {
    // A record of what does not hold would be worse than none.
    localStorage.removeItem(`consentinel-ledger.${id}`);
    throw error;
  }
  handOn(ledger.split("\n")[1], hashed);
}

/** As [`move`]; whatever goes wrong, the visitor is asked as if there had been nothing. */
export function tryToMove(policy, mapping) {
  try {
    move(policy, mapping);
  } catch (error) {
    console.error("consentinel: moving-failed; the visitor is asked anew", error);
  }
}
