// The officer's desk: files come in, are verified one after the other, and one that holds is looked into. What is said of
// them stands in verdict.js and explore.js; every check is the module's. Where else files come from than a disk, the entry
// says: `index.js` has nothing else, `store.js` a store.

import { explore, explored } from "./explore.js";
import { remembers, Room } from "./module.js";
import { fill, head, keepOpen, page, takeFiles } from "./parts.js";
import { isArchive, pieces, whole } from "./read.js";
import { otherwise, spokenVerdict, verdict } from "./verdict.js";
import { words } from "./words.js";

// What the officer has before them: documents with their bytes; keys as they are typed, as they were last used, and those
// of them that are none; files with their rooms and results.
const desk = { documents: [], typed: "", keys: "", wrong: [], files: [], current: null, said: [], status: () => "" };
let stopping = null;
// What the entry adds to the page.
let more = { tree: () => null, made: () => {}, other: "../policy/index.html" };

const find = (id) => document.getElementById(id);

function draw() {
  return [
    head(words("title"), more.other, words("policies")),
    [
      "main",
      {},
      more.tree() ?? ["p", {}, words("about")],
      ["h2", {}, words("files")],
      [
        "div",
        { class: "drop", id: "drop" },
        ["label", { for: "files" }, words("drop")],
        ["p", { class: "hint", id: "drop-hint" }, words("dropHint")],
        ["input", { type: "file", id: "files", multiple: true, "aria-describedby": "drop-hint" }],
      ],
      [
        "details",
        { id: "keys-part", open: desk.keys !== "" },
        ["summary", {}, words("keys")],
        ["label", { for: "keys" }, words("keys")],
        ["p", { class: "hint", id: "keys-hint" }, words("keysHint")],
        ["textarea", { id: "keys", rows: "3", spellcheck: "false", "aria-describedby": "keys-hint keys-wrong" }],
        ["ul", { id: "keys-wrong" }],
        ["button", { type: "button", id: "again", class: "plain" }, words("again")],
      ],
      ["div", { id: "work" }],
      ["p", { id: "status", role: "status" }],
      ["ul", { id: "said" }],
      ["ul", { id: "documents" }],
      ["div", { id: "verdicts" }],
      ["div", { id: "room" }],
      [
        "details",
        { id: "remembered" },
        ["summary", {}, words("remembered")],
        ["ul", { id: "seen" }],
        ["button", { type: "button", id: "forget", class: "plain" }, words("forget")],
      ],
    ],
  ];
}

draw.made = () => {
  document.title = words("title");
  find("keys").value = desk.typed;
  find("keys").addEventListener("input", ({ target }) => {
    desk.typed = target.value;
  });
  takeFiles(find("drop"), find("files"), (files) => void take(files));
  more.made();
  find("again").addEventListener("click", () => void take([]));
  find("remembered").addEventListener("toggle", listSeen);
  find("forget").addEventListener("click", () => {
    if (remembers) new Room().forget();
    listSeen();
    tell(() => words("forgotten"));
  });
  showAll();
  tell(desk.status);
};

// Says what came of it; `status` makes the text, in whatever language the page speaks by then.
function tell(status) {
  desk.status = status;
  find("status").textContent = status();
}

// What is remembered, by what of and since when.
function listSeen() {
  const kept = remembers ? new Room().remembered() : [];
  const day = (at) => new Date(at).toISOString();
  fill(find("seen"), ...kept.map(({ seen, atMs }) => ["li", {}, `${seen.of} · ${day(atMs)}`]));
}

const showAll = () => keepOpen(showThem);

function showThem() {
  fill(find("keys-wrong"), ...desk.wrong.map((key) => ["li", { class: "fails" }, words("keyWrong", { key })]));
  find("keys").setAttribute("aria-invalid", `${desk.wrong.length > 0}`);
  if (desk.wrong.length) find("keys-part").open = true;
  fill(find("said"), ...desk.said.map(([key, values]) => ["li", {}, words(key, values)]));
  const documents = desk.documents.map(({ name, kind }, at) => [
    "li",
    {},
    ["span", { id: `document-${at}` }, words(kind === "policy" ? "documentPolicy" : "documentNotice", { name })],
  ]);
  fill(find("documents"), ...documents);
  desk.documents.forEach((one, at) => {
    find("documents").children[at].append(" ", removal(desk.documents, one, `document-${at}`));
  });
  const cards = desk.files.map(({ file, result, extract }, at) =>
    verdict(file.name, result, notCompared(extract), `file-${at}`),
  );
  fill(find("verdicts"), ...cards);
  const able = desk.files.filter(canExplore);
  desk.files.forEach((one, at) => {
    const card = find("verdicts").children[at];
    if (canExplore(one) && able.length > 1) {
      const choose = control("explore", `file-${at}`, () => {
        look(one);
        find("explore").focus();
      });
      card.append(choose, " ");
    }
    card.append(removal(desk.files, one, `file-${at}`));
  });
  look(able.includes(desk.current) ? desk.current : able.at(-1));
}

// A button that says what it does, and by the element of this id to what.
function control(key, about, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words(key);
  button.setAttribute("aria-describedby", about);
  button.addEventListener("click", act);
  return button;
}

// A button that takes a file away again. The focus goes on to the next one of its kind, or back to where files come in.
function removal(list, one, about) {
  const button = control("remove", about, () => {
    const at = [...document.querySelectorAll(".remove")].indexOf(button);
    inTurn(async () => {
      one.room?.free();
      list.splice(list.indexOf(one), 1);
      if (list === desk.documents) await judge(true);
      showAll();
      const rest = [...document.querySelectorAll(".remove")];
      (rest[at] ?? rest.at(-1) ?? find("files")).focus();
      tell(() => words("removed", { name: one.name ?? one.file.name }));
    });
  });
  button.className = "plain remove";
  return button;
}

// Why nothing was compared with what was seen before, as a key of a word; nothing where it was.
function notCompared(extract) {
  if (extract) return "seenPart";
  return remembers ? null : "seenNot";
}

const canExplore = ({ result }) => result?.holds && result.kind !== "proof";

function look(one) {
  desk.current = one ?? null;
  fill(find("room"), one && explore(one.file.name));
  if (one) explored(one, say);
}

// Says what goes on, to the eye by a bar, and its end to everybody.
function say(text, share = 1) {
  const isDone = share === 1;
  const bar = find("bar");
  if (bar && !isDone) {
    bar.value = share;
  } else if (!isDone) {
    fill(
      find("work"),
      ["label", { for: "bar", id: "doing" }, text],
      ["progress", { id: "bar", max: "1", value: `${share}` }],
      ["button", { type: "button", id: "stop", class: "plain" }, words("stop")],
    );
    find("stop").addEventListener("click", () => stopping?.abort());
  } else {
    fill(find("work"));
  }
  if (find("doing")) find("doing").textContent = text;
}

// One after the other, also where files come while others are read.
let queue = Promise.resolve();
function inTurn(act) {
  queue = queue.then(act).catch((error) => {
    say("");
    tell(() => words("defect", { reason: error.message }));
  });
  return queue;
}
/**
 * Takes files in. `extract` says that one is a part, which is compared with nothing that was seen before: `signed`, or
 * `unsigned`, which is asked for no key. `isAsked` looks into it at once, and where it is of one browser asks about that.
 */
export const take = (files, { extract, isAsked } = {}) => inTurn(() => taken(files, extract, isAsked));

async function taken(files, extract, isAsked) {
  tell(() => "");
  desk.said = [];
  // Documents and keys may change what is said of files that were here before.
  let hasNews = files.length === 0 || desk.keys !== desk.typed;
  desk.keys = desk.typed;
  const trial = new Room();
  // Not all of it: it may be a private one.
  desk.wrong = trial.setKeys(desk.keys).map((key) => (key.length > 24 ? `${key.slice(0, 24)}…` : key));
  for (const file of files) {
    try {
      const bytes = await whole(file);
      const document = bytes && trial.takeDocument(bytes);
      if (document) {
        hasNews = true;
        desk.documents.push({ name: file.name, kind: document.kind, bytes });
      } else if (await isArchive(file)) desk.said.push(["isPack", { name: file.name }]);
      else desk.files.push({ file, extract });
    } catch (error) {
      desk.said.push(["unreadable", { name: file.name, reason: error.message }]);
    }
  }
  trial.free();
  await judge(hasNews);
  if (isAsked) askAbout(desk.files.find(({ file }) => files.includes(file)));
  showAll();
  tell(() => {
    const wrong = desk.wrong.map((key) => words("keyWrong", { key }));
    const verdicts = desk.files.map(({ file, result }) =>
      [`${file.name}: ${words(spokenVerdict(result))}`, ...(result ? otherwise(result) : [])].join(". "),
    );
    // What was said of other files is no card.
    const said = desk.said.map(([key, values]) => words(key, values));
    const documents = desk.documents.map(({ name, kind }) =>
      words(kind === "policy" ? "documentPolicy" : "documentNotice", { name }),
    );
    return [...wrong, ...verdicts, ...said, ...documents].join(". ");
  });
}

// Looks into a file that came for a question; where it is of one browser, that is what was asked.
function askAbout(one) {
  if (!one || !canExplore(one)) return;
  desk.current = one;
  if (one.extract !== "unsigned") return;
  const [subject = ""] = one.room.subjects("", 1);
  one.typed = { subject, at: "" };
  one.asked = [subject, ""];
}

// Verifies every file, or those that were not yet. Where a key cannot be read nothing is said of any, as the program does:
// a file that somebody else signed must not look as if it had been compared with that key.
async function judge(all) {
  for (const one of desk.files) {
    if (desk.wrong.length) one.result = undefined;
    else if (all || !one.result) await verify(one);
  }
  if (!desk.wrong.length) desk.files = desk.files.filter(({ result }) => result);
  say("");
}

async function verify(one) {
  const { file } = one;
  one.room?.free();
  one.result = undefined;
  const room = new Room();
  one.room = room;
  const compares = remembers && !one.extract;
  if (one.extract !== "unsigned") room.setKeys(desk.keys);
  for (const { bytes } of desk.documents) room.takeDocument(bytes);
  room.begin(file.name, compares);
  stopping = new AbortController();
  const reading = words("reading", { name: file.name });
  try {
    const { signal } = stopping;
    await pieces(
      file,
      (piece) => room.push(piece),
      (share) => say(reading, Math.min(share, 0.999)),
      signal,
    );
  } catch (error) {
    const isStopped = stopping.signal.aborted;
    desk.said.push([isStopped ? "stopped" : "unreadable", { name: file.name, reason: error.message }]);
    return;
  }
  one.result = room.finish(compares);
  if (!one.result) desk.said.push(["tooLong", { name: file.name }]);
}

/** The public keys that are typed, each a text. */
export const keysInHand = () =>
  desk.typed
    .split("\n")
    .map((key) => key.trim())
    .filter(Boolean);

/** Shows the desk, and what the entry adds to it: `tree` before the files, brought to life by `made`. */
export function open(added = more) {
  more = added;
  page(draw);
}
