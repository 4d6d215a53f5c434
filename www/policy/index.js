// The entry of the page where owners make a policy. The policy is one text: every control changes it, and whoever likes
// writes it by hand; after each change all that follows from it is shown anew. The draft is kept on this device alone.
//
// Left out: what is wrong with a policy, what visitors see and what is published (the module); how a banner is drawn
// (www/audit/stage.js).

import { fill, head, page, takeFiles } from "../audit/parts.js";
import { drawn } from "../audit/stage.js";
import { spoken } from "../audit/words.js";
import { CHOSEN, CONTROLLER, controls, shown } from "./controls.js";
import { controllerOf, documentOf, first, follow, setController, setField, setLanguage, textOf } from "./edit.js";
import { found } from "./found.js";
import { catalogueLanguages, Draft, forget, languages, remember, remembered, remembers } from "./module.js";
import { listed, searchable, services } from "./services.js";
import { place, taken } from "./taken.js";
import { words } from "./words.js";

/** A file that is longer is no policy (src/policy/read.rs, `MAX_BYTES`), and is not read. */
const MOST = 4_000_000;
/** A text that is longer is looked at in a pause of typing, which is so long. */
const LONG = 50_000;
const PAUSE_MS = 300;

const desk = {
  name: "policy.json",
  text: "",
  /** What the text is, and what the module says of it; nothing of an empty one. */
  document: undefined,
  draft: null,
  answer: null,
  /** Whether the policy was begun here, so that its id is nobody's yet. */
  isNew: false,
  /** What was here before something else took its place. */
  before: undefined,
  isAll: false,
  language: "",
  layer: "first",
  query: "",
  origin: "",
  folder: "",
  /** Whether drafts are remembered; not where what is there cannot be read. */
  remembers,
};
const find = (id) => document.getElementById(id);
const say = (text) => {
  find("said").textContent = text;
};

function draw() {
  return [
    head(words("policyTitle"), "../audit/index.html", words("records")),
    [
      "main",
      {},
      ["p", {}, words("policyAbout")],
      ["p", { id: "status", role: "status", class: "verdict" }],
      ["p", { id: "said", role: "status" }],
      controls(),
      services(desk.query),
      ["div", { id: "preview" }],
      ["div", { id: "problems" }],
      place(desk),
      [
        "section",
        { "aria-labelledby": "text-title" },
        ["h2", { id: "text-title" }, words("textTitle")],
        [
          "div",
          { class: "drop", id: "drop" },
          ["label", { for: "files" }, words("policyDrop")],
          ["input", { type: "file", id: "files", accept: ".json,application/json" }],
          ["label", { for: "text" }, words("policyPaste")],
          ["textarea", { id: "text", rows: "14", spellcheck: "false" }],
        ],
        [
          "p",
          { class: "controls" },
          ["button", { type: "button", class: "plain", id: "back", hidden: true }, words("back")],
        ],
      ],
      [
        "section",
        { "aria-labelledby": "memory-title" },
        ["h2", { id: "memory-title" }, words("memory")],
        ["p", { id: "memory" }],
        ["button", { type: "button", class: "plain", id: "forget" }, words("forgetDraft")],
      ],
    ],
  ];
}

draw.made = () => {
  document.title = words("policyTitle");
  const text = find("text");
  text.value = desk.text;
  text.addEventListener("input", () => {
    desk.isNew &&= Boolean(text.value.trim());
    later(desk.name, text.value);
  });
  takeFiles(find("drop"), find("files"), async ([file]) => {
    if (file.size > MOST) return say(words("tooLong", { name: file.name }));
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      replace(file.name, new TextDecoder().decode(bytes), bytes);
      say(words("taken", { name: file.name }));
    } catch (error) {
      say(words("unreadable", { name: file.name, reason: error.message }));
    }
  });
  find("back").addEventListener("click", () => {
    replace(...desk.before);
    say(words("isBack"));
    find("text").focus();
  });
  find("forget").addEventListener("click", () => {
    forget();
    desk.remembers = remembers;
    desk.origin = find("origin").value = "";
    desk.folder = find("folder").value = "";
    replace("policy.json", "");
    say(words("forgotten"));
  });
  for (const [field] of CONTROLLER)
    find(field).addEventListener("input", ({ target }) =>
      change((document) => {
        const before = controllerOf(document, "name");
        const isSet = setController(document, field, target.value.trim());
        if (desk.isNew && field === "name") follow(document, before);
        return isSet;
      }, later),
    );
  find("revision").addEventListener("input", ({ target }) =>
    change((document) => setField(document, "revision", target.value.trim()), later),
  );
  for (const [field, values] of CHOSEN)
    find(field).addEventListener("change", ({ target }) =>
      change((document) => setField(document, field, target.value === values[0] ? "" : target.value)),
    );
  for (const tag of catalogueLanguages())
    find(`language-${tag}`).addEventListener("change", ({ target }) => {
      const isSet = change((document) => setLanguage(document, tag, target.checked) || "own");
      if (isSet === "own") say(words("languageStays"));
    });
  searchable(
    () => desk.document,
    change,
    (query) => {
      desk.query = query;
    },
  );
  for (const field of ["origin", "folder"])
    find(field).addEventListener("input", ({ target }) => {
      desk[field] = target.value;
      keep();
      taken(desk, say);
    });
  show();
};

/**
 * Changes the document by a control; says so where its text is none, or has something else in that place. `look` is how
 * what follows is shown: at once, or where somebody types `later`.
 */
function change(act, look = take) {
  const isBegun = !desk.text.trim();
  const revision = new Date().toISOString().slice(0, 10);
  const document = isBegun ? first("", spoken(), revision) : documentOf(desk.text);
  if (isBegun) desk.isNew = true;
  const done = document && act(document);
  if (!done) {
    say(words("mendFirst"));
    shown(desk.document, !desk.document && Boolean(desk.text.trim()));
    return done;
  }
  say("");
  const text = textOf(document, desk.text);
  find("text").value = text;
  look(desk.name, text);
  return done;
}

let waiting;

/** Takes a text in which somebody is typing: a long one in a pause. */
function later(name, text) {
  if (text.length < LONG) return take(name, text);
  clearTimeout(waiting);
  Object.assign(desk, { text, document: documentOf(text) });
  waiting = setTimeout(() => take(name, text), PAUSE_MS);
}

/** Puts another policy in the place of this one, which can be had back. */
function replace(name, text, bytes) {
  if (desk.text.trim()) desk.before = [desk.name, desk.text];
  desk.isNew = false;
  find("text").value = text;
  take(name, text, bytes);
}

function take(name, text, bytes = new TextEncoder().encode(text)) {
  clearTimeout(waiting);
  look(name, text, bytes);
  keep();
  show();
}

function look(name, text, bytes = new TextEncoder().encode(text)) {
  desk.draft?.free();
  Object.assign(desk, { name, text, isAll: false, document: documentOf(text) });
  desk.draft = text.trim() ? new Draft(name, bytes) : null;
  desk.answer = desk.draft?.answer();
}

/** Remembers the draft, or forgets it where there is none any more. */
function keep() {
  if (!desk.remembers) return;
  if (!desk.text.trim()) forget();
  else desk.isKept = remember(desk.text, desk.origin, desk.folder);
}

function show() {
  const { answer, document: policy, text } = desk;
  const isEmpty = !text.trim();
  shown(policy, !policy && !isEmpty);
  listed(policy, change);
  const status = find("status");
  const count = answer && [
    words("errors", { count: answer.errors }),
    words("warnings", { count: answer.warnings }),
    answer.policy && words("read", answer.policy),
  ];
  status.className = `verdict ${answer ? (answer.sound ? "holds" : "fails") : ""}`;
  status.textContent = answer
    ? `${words(answer.sound ? "sound" : "unsound")}: ${count.filter(Boolean).join(", ")}`
    : words("nothingYet");
  problems();
  preview();
  taken(desk, say);
  find("back").hidden = !desk.before;
  find("memory").textContent = memory();
}

function problems() {
  fill(find("problems"), desk.answer && found(desk.answer, desk.isAll));
  find("all")?.addEventListener("click", () => {
    desk.isAll = true;
    problems();
    find("problems").querySelector("[tabindex]").focus();
  });
}

function memory() {
  if (!remembers) return words("memoryNot");
  if (!desk.remembers) return words("memoryBroken");
  if (!desk.text.trim()) return words("memoryNone");
  return words(desk.isKept ? "memoryKept" : "memoryRefused");
}

function preview() {
  const place = find("preview");
  if (!desk.answer?.policy) return fill(place);
  const focused = document.activeElement?.id;
  const all = languages();
  if (!all.includes(desk.language)) desk.language = spoken();
  const choice = (id, label, values, chosen) => [
    "div",
    {},
    ["label", { for: id }, label],
    ["select", { id }, ...values.map(([value, text]) => ["option", { value, selected: value === chosen }, text])],
  ];
  fill(
    place,
    ["h2", {}, words("preview")],
    ["p", { class: "hint" }, words("previewHint")],
    [
      "div",
      { class: "row" },
      choice(
        "shown",
        words("previewLanguage"),
        all.map((tag) => [tag, tag]),
        desk.language,
      ),
      choice(
        "layer",
        words("previewLayer"),
        ["first", "settings"].map((layer) => [layer, words(layer)]),
        desk.layer,
      ),
    ],
    ["div", { class: "stage", id: "stage", role: "region", "aria-label": words("preview"), tabindex: "0" }],
  );
  for (const [id, field] of [
    ["shown", "language"],
    ["layer", "layer"],
  ])
    find(id).addEventListener("change", ({ target }) => {
      desk[field] = target.value;
      stage();
    });
  if (["shown", "layer", "stage"].includes(focused)) find(focused).focus();
  stage();
}

function stage() {
  const { notice, placement, asks } = desk.draft.notice(desk.language);
  if (asks) drawn(find("stage"), notice, desk.layer, placement);
  else fill(find("stage"), ["p", {}, words("nothingToAsk")]);
}

const kept = remembers ? remembered() : undefined;
if (kept) {
  Object.assign(desk, { origin: kept.origin, folder: kept.folder, isKept: true });
  look(desk.name, kept.text);
}
// What another program of this browser wrote there is not written over.
if (kept === null) desk.remembers = false;
page(draw);
if (kept) say(words("welcomeBack", { when: new Date(kept.atMs).toISOString().slice(0, 16).replace("T", " ") }));
