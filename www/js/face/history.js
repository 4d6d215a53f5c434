// The visitor's own history: what they decided in this browser, newest first, and how they take it with them.
//
// Left out: withdrawing, which has its place among the other answers of the settings.

import { button } from "../tree.js";
import { fill, words } from "../view.js";
import { actionOf, momentOf, namesOf, pairs } from "./words.js";

/** What a record says of one decision: when, what, and what held after it. */
export function decision(notice, record) {
  const { texts } = notice;
  const { atMs, expiresAtMs, granted, denied } = record;
  const list = (ids) => namesOf(notice, ids).join(", ");
  return [
    [
      "p",
      {},
      ["strong", {}, actionOf(notice, record)],
      " ",
      ["time", { datetime: new Date(atMs).toISOString() }, momentOf(notice, atMs, "medium")],
    ],
    pairs([texts.granted, list(granted)], [texts.denied, list(denied)]),
    // What was loaded once holds for no time.
    expiresAtMs > atMs && ["p", {}, fill(texts.validUntil, { date: momentOf(notice, expiresAtMs) })],
  ];
}

/** The history as a tree, of records as the ledger has them, oldest first. */
export function history(notice, records) {
  const { texts } = notice;
  const items = [...records].reverse();
  return [
    "details",
    { part: "history" },
    ["summary", {}, texts.history],
    ...(items.length
      ? [
          ["ol", {}, ...items.map((record) => ["li", {}, ...decision(notice, record)])],
          ["div", { class: "files" }, button("receipt", texts.receipt), button("export", texts.receiptFile)],
        ]
      : [words(texts.historyNone)]),
  ];
}
