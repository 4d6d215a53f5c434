// What the collector itself judges of a store that is larger than this tab: the same verdict and the same tables as of a
// file, made where the records are. How far it is comes line by line, and can be stopped.
//
// Left out: every rule, which is the module's on that side as on this; and whatever needs single records.

import { keysInHand } from "./desk.js";
import { kept, tables } from "./explore.js";
import { fill } from "./parts.js";
import { spokenVerdict, verdict } from "./verdict.js";
import { spoken, words } from "./words.js";

// What was found last, of what.
let found = null;
// What is being judged: of what, how far it is, what stops it, and what has the focus then.
let judging = null;

const find = (id) => document.getElementById(id);

/** The place of the answer, as a tree. */
export const place = () => [
  "div",
  {},
  ["div", { id: "judging" }],
  ["div", { id: "judged", role: "region", "aria-label": words("store_judged") }],
];

/**
 * Has a log judged, or months of it. `ask` hands back a response, `name` says what is judged, and the element with the id
 * `back` has the focus once it was stopped. Comes back with what there is to say of it, as a text in the language that is
 * spoken by then.
 */
export async function judge(ask, question, name, back) {
  if (judging) throw new Error("busy");
  const stopping = new AbortController();
  const { signal } = stopping;
  judging = { name, read: 0, stopping, back };
  showProgress();
  try {
    const response = await ask({ ...question, keys: keysInHand(), language: spoken() }, signal);
    let said = null;
    for await (const line of lines(response)) {
      if (line.judged) said = line;
      else {
        judging.read = line.read;
        find("judging-bar")?.setAttribute("value", line.read);
      }
    }
    if (!said) throw new Error("cut-off");
    found = { name, ...said };
    showFound();
    return () => `${name}: ${words(spokenVerdict(found.judged))}`;
  } catch (error) {
    if (!signal.aborted) throw error;
    return () => words("stopped", { name });
  } finally {
    judging = null;
    fill(find("judging"));
  }
}

function showProgress() {
  const { name, read, stopping, back } = judging;
  fill(
    find("judging"),
    ["label", { for: "judging-bar" }, words("store_judging", { name })],
    ["progress", { id: "judging-bar", max: "100", value: `${read}` }],
    ["button", { type: "button", id: "judging-stop", class: "plain" }, words("stop")],
  );
  find("judging-stop").addEventListener("click", () => {
    stopping.abort();
    // The button goes, and the focus with it.
    find(back).focus();
  });
}

/** Shows how far it is, where something is being judged, and what was found last: also when the page is made anew. */
export function show() {
  if (judging) showProgress();
  if (found) showFound();
}

function showFound() {
  const { name, judged, stats, titles } = found;
  fill(
    find("judged"),
    verdict(name, judged, "store_notCompared", "judged-file"),
    stats && ["h3", {}, words("stats")],
    stats && ["p", { class: "hint" }, words("statsHint")],
    stats && ["div", { id: "judged-stats" }],
    ["div", { id: "judged-months" }],
  );
  if (!stats) return;
  tables(find("judged-stats"), stats, titles, "judged-by");
  fill(find("judged-months"), ...kept(judged.months));
}

// The objects of an answer that comes line by line.
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}
