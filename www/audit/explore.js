// What an officer asks of a file that holds: what held for a visitor at a time and what the banner had said, how many
// agreed, what can go; and files to take along. Every answer is the module's; here it is shown.

import { chart, fill, key, notice, pairs, save, table } from "./parts.js";
import { build } from "../js/tree.js";
import { linesAt, pieces } from "./read.js";
import { drawn, draws } from "./stage.js";
import { actOf, languageName, spoken, words } from "./words.js";

/** The most rows of a history that are listed. */
const MOST_ROWS = 500;
/** The most pseudonyms that are offered while one is typed. */
const MOST_OFFERED = 20;

/** The form and the tables, as a tree. */
export const explore = (name) => [
  "section",
  { "aria-labelledby": "explore" },
  ["h2", { id: "explore", tabindex: "-1" }, words("lookedInto", { name })],
  [
    "form",
    { id: "ask" },
    ["h3", {}, words("ask")],
    [
      "div",
      { class: "row" },
      [
        "div",
        {},
        ["label", { for: "subject" }, words("subject")],
        ["p", { class: "hint", id: "subject-hint" }, words("subjectHint")],
        [
          "input",
          {
            id: "subject",
            list: "subjects",
            autocomplete: "off",
            spellcheck: "false",
            required: true,
            "aria-describedby": "subject-hint",
          },
        ],
        ["datalist", { id: "subjects" }],
      ],
      [
        "div",
        {},
        ["label", { for: "at" }, words("at")],
        ["p", { class: "hint", id: "at-hint" }, words("atHint")],
        ["input", { id: "at", autocomplete: "off", spellcheck: "false", "aria-describedby": "at-hint" }],
      ],
      ["button", {}, words("answer")],
    ],
  ],
  ["div", { id: "answer", role: "region", "aria-live": "polite", "aria-label": words("answer") }],
  ["h3", {}, words("stats")],
  ["p", { class: "hint" }, words("statsHint")],
  ["div", { id: "stats" }],
  [
    "p",
    {},
    ["button", { type: "button", id: "csv", class: "plain", "aria-describedby": "csv-hint" }, words("csv")],
    " ",
    ["span", { class: "hint", id: "csv-hint" }, words("csvHint")],
  ],
  ["div", { id: "keep" }],
];

/**
 * Brings that tree to life, for this file and its room. What is typed and asked stays with the file, for when all is drawn
 * anew. `say` tells of what goes on.
 */
export function explored(one, say) {
  const { file, room, result } = one;
  const find = (id) => document.getElementById(id);
  const titles = room.titles(spoken());
  one.typed ??= { subject: "", at: "" };
  for (const id of ["subject", "at"]) {
    find(id).value = one.typed[id];
    find(id).addEventListener("input", () => {
      one.typed[id] = find(id).value;
    });
  }
  const subject = find("subject");
  subject.addEventListener("input", () => {
    const offered = room.subjects(subject.value.trim(), MOST_OFFERED);
    fill(find("subjects"), ...offered.map((value) => ["option", { value }]));
  });
  const answer = async () => {
    const [who, at] = one.asked;
    const element = find("answer");
    const places = room.places(who);
    if (!places.length) return fill(element, ["p", { class: "fails" }, words("unknownSubject")]);
    try {
      const lines = await linesAt(file, places);
      // Another language or file may have been chosen meanwhile.
      if (!element.isConnected) return;
      let found;
      try {
        found = room.lookup(who, at, lines, titles);
      } catch {
        return fill(element, ["p", { class: "fails" }, words("atWrong", { at })]);
      }
      show(element, found, titles);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = words("sheet");
      button.addEventListener("click", () => save(room.sheet(who, at, lines), `consent-${who}.html`));
      element.append(button);
    } catch (error) {
      fill(element, ["p", { class: "fails" }, words("unreadable", { name: file.name, reason: error.message })]);
    }
  };
  if (one.asked) void answer();
  find("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    one.asked = [subject.value.trim(), find("at").value.trim()];
    void answer();
  });
  const languages = room.stats({}).language.rows.map(({ language }) => [language, languageName(language)]);
  tables(find("stats"), room.stats({ category: titles, language: Object.fromEntries(languages) }), titles);
  find("csv").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    try {
      if (room.beginTable(",")) {
        await pieces(
          file,
          (piece) => void room.pushTable(piece),
          (share) => say(words("csv"), share),
        );
        save(room.finishTable(), `${file.name}.csv`);
      }
    } catch (error) {
      say("");
      find("status").textContent = words("unreadable", { name: file.name, reason: error.message });
    }
    target.disabled = false;
  });
  fill(find("keep"), ...kept(result.months));
}

/** Which months there are and until when each is needed, as trees; none where there is no month. */
export const kept = (months) =>
  months.length === 0
    ? []
    : [
        ["h3", {}, words("keep")],
        ["p", { class: "hint" }, words("keepHint")],
        table(
          words("keep"),
          ["month", "row_records", "latestEnd"].map((key) => words(key)),
          months.map(({ month, records, latestEnd }) => [month, `${records}`, latestEnd ?? words("none")]),
          [1],
        ),
      ];

// A name as readers know it, with the id of records beside it.
const titled = (id, titles) => (titles[id] && titles[id] !== id ? `${titles[id]} (${id})` : id);

/** What another tool had stored, in words. */
const toldOf = ({ name, said, at, key }) => words("toolSaid", { name, said, at: at ?? words("toolNoTime"), key });

/** Whether the text is here that the decision names. */
const said = ({ by }, told) => {
  if (by) return ["p", { class: "hint" }, words("saidOther", { by })];
  return told ? ["p", { class: "hint" }, words("saidHint")] : ["p", { class: "warns" }, words("saidMissing")];
};

function show(element, { history, notice: listed, document: whole, timeline }, titles) {
  const names = (list) => list.map((id) => titled(id, titles)).join(", ") || words("none");
  const told = listed && { ...listed, document: whole };
  const { held, decisions, isPastEnd, once } = history;
  const rows = decisions.slice(-MOST_ROWS);
  fill(
    element,
    held
      ? pairs([
          [words("atTime"), history.at ?? words("atEnd")],
          [
            words("granted"),
            isPastEnd && held.granted.length ? words("isPast", { names: names(held.granted) }) : names(held.granted),
          ],
          [words("denied"), names(held.denied)],
          [words("decided"), `${held.at}, ${actOf(held)}`],
          [words("until"), isPastEnd ? `${held.until}: ${words("pastEnd")}` : held.until],
          ...once.map((one) => [words("once"), `${names(one.granted)}, ${one.at}`]),
          [
            words("text"),
            held.notice.by
              ? words("textOther", { by: held.notice.by })
              : ["code", {}, `${held.notice.hash} ${held.notice.language}`],
          ],
          ...(held.tool ? [[words("tool"), toldOf(held.tool)]] : []),
          [words("policy"), ["code", {}, `${held.policy.hash} ${held.policy.id} ${held.policy.revision}`]],
          [words("build"), ["code", {}, held.build]],
          [words("record"), ["code", {}, held.id]],
        ])
      : ["p", {}, words("undecided")],
    ["h3", {}, words("history")],
    key(["granted", "denied"].map((name) => [name, words(name)])),
    chart(timeline),
    rows.length < decisions.length && ["p", { class: "hint" }, words("cut", { count: rows.length })],
    table(
      words("history"),
      ["time", "decision", "granted", "denied", "noticeLanguage"].map((key) => words(key)),
      rows.map((row) => [row.at, actOf(row), names(row.granted), names(row.denied), languageName(row.notice.language)]),
    ),
    held && ["h3", {}, words("said")],
    held && said(held.notice, told),
    told && notice(told),
    ["div", { id: "drawn" }],
  );
  // An arrangement that this release draws is shown as visitors saw it, too.
  if (told && draws(told.document)) {
    fill(element.querySelector("#drawn"), ["h3", {}, words("drawn")], ["p", { class: "hint" }, words("drawnHint")]);
    for (const layer of ["first", "settings"]) {
      const place = build(["div", { class: "stage", role: "group", tabindex: "0", "aria-label": words(layer) }]);
      element.querySelector("#drawn").append(place);
      drawn(place, told.document, layer);
    }
  }
}

const ACTIONS = ["accept-all", "reject-all", "save", "withdraw", "once", "opt-out", "import", "other"];
const acted = (action) => words(`action_${action}`);
const percent = (part, whole) => {
  const digits = new Intl.NumberFormat(spoken(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${digits.format((100 * part) / Math.max(whole, 1))} %`;
};

/** Fills an element with the tables of how many agreed; `id` begins the ids of its parts. */
export function tables(element, stats, titles, id = "by") {
  const about = ["day", "category", "language", "revision"].map((by) => {
    const { rows, chart: svg } = stats[by];
    const isCategory = by === "category";
    const head = words(by === "language" ? "noticeLanguage" : by);
    const heads = isCategory
      ? [head, words("granted"), words("denied"), words("share")]
      : [head, words("count"), words("share"), ...ACTIONS.map(acted)];
    const cells = rows.map((row) =>
      isCategory
        ? [
            titled(row.category, titles),
            `${row.granted}`,
            `${row.denied}`,
            percent(row.granted, row.granted + row.denied),
          ]
        : [
            by === "language" ? languageName(row.language) : row[by],
            `${row.records}`,
            percent(row.granted, row.granted + row.denied),
            ...ACTIONS.map((action) => `${row.actions[action] ?? 0}`),
          ],
    );
    const section = document.createElement("details");
    section.id = `${id}-${by}`;
    section.open = by === "day" || by === "category";
    fill(
      section,
      ["summary", {}, words(`by_${by}`)],
      key(
        isCategory
          ? ["granted", "denied"].map((name) => [name, words(name)])
          : ACTIONS.map((name) => [name, acted(name)]),
      ),
      chart(svg),
      table(words(`by_${by}`), heads, cells, [1, 2, 3, 4, 5, 6, 7]),
    );
    return section;
  });
  fill(element, ...about);
}
