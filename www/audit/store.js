// The entry of the officer's page as a collector serves it: what is asked of the store comes as an export, and is judged
// and shown as a file is. The token is kept in this script's memory alone, so it is gone with the page.
//
// Left out: every rule about records; the desk has it from the module.

import { open, take } from "./desk.js";
import { judge, place, show } from "./judged.js";
import { fill, save, table } from "./parts.js";
import { words } from "./words.js";

// What is typed, which outlives another language; what the store said.
const typed = { token: "", log: "", who: "", from: "", to: "" };
let logs = [];
let said = null;
let accesses = null;

const find = (id) => document.getElementById(id);

const field = (id, type, ...more) => [
  "div",
  {},
  ["label", { for: id }, words(`store_${id}`)],
  ["p", { class: "hint", id: `${id}-hint` }, words(`store_${id}Hint`)],
  ["input", { id, type, autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-hint` }],
  ...more,
];
const button = (id, type = "button") => ["button", { id, type }, words(`store_${id}`)];

const tree = () => [
  "section",
  { "aria-labelledby": "store" },
  ["p", {}, words("store_about")],
  ["h2", { id: "store" }, words("store")],
  ["form", { id: "enter" }, ["div", { class: "row" }, field("token", "password"), button("connect", "submit")]],
  [
    "div",
    { id: "questions", hidden: true },
    ["label", { for: "log" }, words("store_log")],
    ["select", { id: "log" }],
    ["form", { id: "of-browser" }, ["div", { class: "row" }, field("who", "text"), button("find", "submit")]],
    [
      "form",
      { id: "of-months" },
      ["div", { class: "row" }, field("from", "text"), field("to", "text"), button("months", "submit")],
    ],
    ["p", {}, button("whole"), " ", button("saveWhole"), " ", button("accesses")],
    [
      "p",
      {},
      ["button", { id: "judge", type: "button", "aria-describedby": "judge-hint" }, words("store_judge")],
      " ",
      ["span", { class: "hint", id: "judge-hint" }, words("store_judgeHint")],
    ],
    place(),
    ["div", { id: "accesses-list" }],
  ],
  ["p", { id: "store-said", role: "status" }],
];

function made() {
  for (const id of ["token", "who", "from", "to"]) {
    find(id).value = typed[id];
    find(id).addEventListener("input", ({ target }) => {
      typed[id] = target.value;
    });
  }
  find("log").addEventListener("change", ({ target }) => {
    typed.log = target.value;
  });
  on("enter", "submit", connect);
  on("of-browser", "submit", async () => {
    const who = typed.who.trim();
    const isHash = /^[0-9a-f]{64}$/.test(who);
    await exported(isHash ? { what: "record", hash: who } : { what: "browser", subject: who }, who, "unsigned");
  });
  on("of-months", "submit", () => {
    const [from, to] = [typed.from.trim(), typed.to.trim()];
    return exported({ what: "months", from, to: to || from }, `${from} – ${to || from}`, "signed");
  });
  on("whole", "click", () => exported({ what: "whole" }, ""));
  on("saveWhole", "click", async () => {
    const blob = await (await ask({ what: "whole", log: typed.log })).blob();
    save(blob, `${typed.log.replaceAll("/", "-")}.ndjson`);
  });
  on("judge", "click", () => {
    const { log } = typed;
    const [from, to] = [typed.from.trim(), typed.to.trim()];
    const some = from || to ? { from: from || to, to: to || from } : {};
    const name = from || to ? `${log} (${some.from} – ${some.to})` : log;
    return judge(ask, { what: "judged", log, ...some }, name, "judge");
  });
  on("accesses", "click", async () => {
    accesses = await (await ask({ what: "accesses" })).json();
    showAccesses();
  });
  showLogs();
  showAccesses();
  show();
  tell(said);
}

// What is said is made anew in another language.
function tell(text) {
  said = text;
  find("store-said").textContent = text?.() ?? "";
}

function on(id, type, act) {
  find(id).addEventListener(type, async (event) => {
    event.preventDefault();
    tell(() => words("store_asking"));
    try {
      // What there is to say beyond what is seen.
      tell((await act()) ?? null);
    } catch (error) {
      tell(() => words("store_failed", { reason: words(`store_error_${error.message}`, {}, error.message) }));
    }
  });
}

/** Asks the store; throws the code of a refusal. */
async function ask(question, signal) {
  const headers = { "Content-Type": "application/json" };
  if (typed.token) headers.Authorization = `Bearer ${typed.token.trim()}`;
  const asked = {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    signal,
    headers,
    body: JSON.stringify(question),
  };
  const response = await fetch("/v1/ask", asked);
  if (!response.ok) throw new Error((await response.json()).error);
  return response;
}

async function connect() {
  ({ logs } = await (await ask({ what: "sites" })).json());
  showLogs();
  find("who").focus();
}

function showLogs() {
  if (!logs.includes(typed.log)) typed.log = logs[0] ?? "";
  const option = (log) => ["option", { value: log, selected: log === typed.log }, log];
  fill(find("log"), ...logs.map(option));
  find("questions").hidden = logs.length === 0;
}

// Brings a part of the store to the desk, as a file of this name.
async function exported(question, name, extract) {
  const { log } = typed;
  const blob = await (await ask({ ...question, log })).blob();
  await take([new File([blob], name ? `${log} (${name})` : log)], { extract, isAsked: true });
}

function showAccesses() {
  if (!accesses) return;
  const { accesses: list, head, broken } = accesses;
  const rows = list.map(({ atMs, who, asked }) => {
    const { what, ...about } = asked;
    const rest = Object.entries(about).map(([key, value]) => `${key} ${value}`);
    return [
      new Date(atMs).toISOString(),
      who || words("nobody"),
      words(`store_asked_${what}`, {}, what),
      rest.join(", "),
    ];
  });
  const [first, second, third, fourth] = ["time", "store_by", "store_asked", "store_what"].map((key) => words(key));
  fill(
    find("accesses-list"),
    broken
      ? ["p", { class: "fails" }, words("store_broken", { line: `${broken}` })]
      : ["p", { class: "hint" }, words("store_chained", { count: `${list.length}` }), " ", ["code", {}, head]],
    table(words("store_accesses"), [first, second, third, fourth], rows),
  );
}

open({ tree, made });
