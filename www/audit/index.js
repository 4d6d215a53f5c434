// The entry of the officer's page: files come in, are verified one after the other, and one that holds is looked into.
// What is said of them stands in verdict.js and explore.js; every check is the module's.

import { explore, explored } from "./explore.js";
import { remembers, Room } from "./module.js";
import { fill, head, page, takeFiles } from "./parts.js";
import { isArchive, pieces, whole } from "./read.js";
import { otherwise, verdict } from "./verdict.js";
import { words } from "./words.js";

// What the officer has before them: documents by their files, keys as text, files with their rooms and results.
const desk = { documents: [], keys: "", files: [], current: null, said: [] };
let stopping = null;

const find = (id) => document.getElementById(id);

function draw() {
  return [
    head(words("title"), "policy.html", words("policies")),
    [
      "main",
      {},
      ["p", {}, words("about")],
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
        { open: desk.keys !== "" },
        ["summary", {}, words("keys")],
        ["label", { for: "keys" }, words("keys")],
        ["p", { class: "hint", id: "keys-hint" }, words("keysHint")],
        ["textarea", { id: "keys", rows: "3", spellcheck: "false", "aria-describedby": "keys-hint" }],
        ["button", { type: "button", id: "again", class: "plain" }, words("again")],
      ],
      ["div", { id: "work" }],
      ["p", { id: "status", role: "status" }],
      ["ul", { id: "said" }],
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
  find("keys").value = desk.keys;
  takeFiles(find("drop"), find("files"), (files) => void take(files));
  find("again").addEventListener("click", () => void take([]));
  find("remembered").addEventListener("toggle", listSeen);
  find("forget").addEventListener("click", () => {
    if (remembers) new Room().forget();
    listSeen();
    find("status").textContent = words("forgotten");
  });
  showAll();
};

// What is remembered, by what of and since when.
function listSeen() {
  const kept = remembers ? new Room().remembered() : [];
  const day = (at) => new Date(at).toISOString();
  fill(find("seen"), ...kept.map(({ seen, atMs }) => ["li", {}, `${seen.of} · ${day(atMs)}`]));
}

function showAll() {
  fill(find("said"), ...desk.said.map(([key, values]) => ["li", {}, words(key, values)]));
  const cards = desk.files
    .filter(({ result }) => result)
    .map(({ file, result }, at) => verdict(file.name, result, remembers, `file-${at}`));
  fill(find("verdicts"), ...cards);
  const able = desk.files.filter(canExplore);
  const shown = find("verdicts").children;
  desk.files
    .filter(({ result }) => result)
    .forEach((one, at) => {
      if (!canExplore(one) || able.length < 2) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words("explore");
      button.setAttribute("aria-describedby", `file-${at}`);
      button.addEventListener("click", () => {
        look(one);
        find("explore").focus();
      });
      shown[at].append(button);
    });
  look(able.includes(desk.current) ? desk.current : able.at(-1));
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
function take(files) {
  queue = queue
    .then(() => taken(files))
    .catch((error) => {
      say("");
      find("status").textContent = words("defect", { reason: error.message });
    });
  return queue;
}

async function taken(files) {
  find("status").textContent = "";
  desk.said = [];
  desk.keys = find("keys").value;
  const trial = new Room();
  // Not all of it: it may be a private one.
  for (const key of trial.setKeys(desk.keys))
    desk.said.push(["keyWrong", { key: key.length > 24 ? `${key.slice(0, 24)}…` : key }]);
  let hasNews = files.length === 0;
  for (const file of files) {
    try {
      const bytes = await whole(file);
      const document = bytes && trial.takeDocument(bytes);
      if (document) {
        hasNews = true;
        desk.documents.push(bytes);
        desk.said.push([document.kind === "policy" ? "documentPolicy" : "documentNotice", { name: file.name }]);
      } else if (await isArchive(file)) desk.said.push(["isPack", { name: file.name }]);
      else desk.files.push({ file });
    } catch (error) {
      desk.said.push(["unreadable", { name: file.name, reason: error.message }]);
    }
  }
  trial.free();
  // Documents and keys may change what is said of files that were here before.
  for (const one of desk.files) if (hasNews || !one.result) await verify(one);
  desk.files = desk.files.filter(({ result }) => result);
  say("");
  showAll();
  const verdicts = desk.files.map(({ file, result }) =>
    [`${file.name}: ${words(result.holds ? "holds" : "fails")}`, ...otherwise(result)].join(". "),
  );
  // What was said of other files is no card.
  const said = desk.said.map(([key, values]) => words(key, values));
  find("status").textContent = [...verdicts, ...said].join(". ");
}

async function verify(one) {
  const { file } = one;
  one.room?.free();
  one.result = undefined;
  const room = new Room();
  one.room = room;
  room.setKeys(desk.keys);
  for (const bytes of desk.documents) room.takeDocument(bytes);
  room.begin(file.name, remembers);
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
  one.result = room.finish(remembers);
  if (!one.result) desk.said.push(["tooLong", { name: file.name }]);
}

page(draw);
