// The entry of `consentinel.report.js`, which an owner loads behind the tag on pages of their own:
// <script src="consentinel.js"></script><script src="consentinel.report.js"></script>
// A panel shows what the tag reports (`consentinel.attempts()`), with what the catalogue suggests and the JSON for the policy,
// and what of the page's own markup has to be marked; and it hands out both as the file that `consentinel draft` takes.
// Nobody else should get this file: it asks nothing and sends nothing, but its panel is for owners, and in English.
//
// Left out: whether something is declared, which the tag says; how an element is marked (marks.js), and which ones the
// parser found (parsed.js); and what patterns of the catalogue mean: the build makes expressions of them
// (xtask/src/report.rs), the most specific first.

import { hosts, items, entries } from "#catalogue";
import { download } from "./download.js";
import { watchParser } from "./parsed.js";

const ITEMS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage", "service-worker"];
/** Stands in a mark for the id of a service that the policy does not have yet. */
const UNNAMED = "SERVICE";
// At the top, as the banner is at the bottom.
const STYLE = `
:host { all: initial; }
section { position: fixed; inset: 1rem 1rem auto auto; z-index: 2147483646; max-width: min(40rem, calc(100vw - 2rem)); max-height: 50vh;
  overflow: auto; box-sizing: border-box; padding: .75rem; border: 2px solid; border-radius: .5rem; font: 14px/1.5 system-ui, sans-serif;
  color: #111; background: #fff; }
h2 { font-size: 1rem; margin: 0; } ul, ol { padding-left: 1.2rem; } p { margin: .25rem 0; } li, pre { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: .25rem 0; }
button { font: inherit; min-height: 2rem; margin: .25rem .25rem .25rem 0; color: #111; background: #eee; border: 1px solid #555; border-radius: .25rem; }
:focus-visible { outline: 3px solid #05c; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { section { color: #eee; background: #1b1b1b; } button { color: #eee; background: #333; border-color: #aaa; } :focus-visible { outline-color: #8cf; } }
`;

/** What was reported, each once: the key is kind and name. */
const seen = new Map();
/** What is to be marked: each element of the page's markup, with what parsed.js says of it. */
const marks = new Map();

/** The id of the entry that knows this; nothing where none does. */
function suggested({ kind, name }) {
  const table = ITEMS.includes(kind) ? items.filter(([of]) => of === kind).map(([, ...rest]) => rest) : hosts;
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

const made = (name, text, fields) => Object.assign(document.createElement(name), { textContent: text }, fields);

/** The services that the policy lacks, as they are written there. */
function services() {
  // What is to be taken out needs no service.
  const undeclared = [...marks.values()].filter(({ service, marked }) => service === "" && marked !== null);
  const ids = new Set([...seen.values(), ...undeclared].map((one) => one.entry).filter((id) => id !== undefined));
  return [...ids].sort().map((id) => ({ use: id, category: entries[id] }));
}

/** What `consentinel draft` takes. */
const report = () => ({
  page: location.href,
  attempts: [...seen.values()].map(({ entry, ...attempt }) => attempt),
  asking: [...marks.values()].map(({ url, service, written, marked }) => ({ url, service, written, marked })),
});

/** Whose the element is, in words. */
function whose({ url, service, entry }) {
  const { host } = new URL(url);
  if (service !== "") return `${host} is declared as ${service}`;
  return `${host} is not declared: ${entry === undefined ? "unknown to the catalogue" : `the catalogue has it as ${entry}`}`;
}

/** One element that has to be marked, as a point of the list; `copied` makes what copies the text of an element. */
function marking(one, number, copied) {
  const point = made("li", "");
  point.append(made("p", `${whose(one)}. It is written as`), made("pre", one.written));
  if (one.marked === null) {
    point.append(made("p", "Take it out: where no script runs, nobody can be asked, and nothing can hold it."));
    return point;
  }
  const id = one.service || one.entry || UNNAMED;
  const text = made("pre", one.marked.join(id));
  const named = id === UNNAMED ? `, where ${UNNAMED} stands for the id of the service that you declare for it` : "";
  point.append(made("p", `Write it as${named}`), text, copied(`Copy mark ${number}`, text));
  return point;
}

function panel() {
  const host = document.createElement("consent-report");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const section = made("section", "");
  section.setAttribute("aria-label", "Consentinel report");
  const count = made("h2", "");
  const toMark = made("h2", "");
  const said = made("p", "");
  said.setAttribute("role", "status");
  const copied = (words, source) => {
    const button = made("button", words, { type: "button" });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        said.textContent = "Copied.";
      } catch {
        said.textContent = "The browser lets nothing be copied: select the text above.";
      }
    });
    return button;
  };
  const toggle = made("button", "Show", { type: "button" });
  const save = made("button", "Save the list", { type: "button" });
  const content = made("div", "", { hidden: true });
  const list = made("ul", "");
  const json = made("pre", "", { tabIndex: 0 });
  json.setAttribute("aria-label", "Services for the policy");
  const about = made(
    "p",
    "These stand in the page's own markup, and browsers ask for them before any script can judge.",
  );
  const elements = made("ol", "");
  const ending = made("div", "");
  ending.append(save, said);
  content.append(list, json, copied("Copy the services", json), toMark, about, elements, ending);
  section.append(count, toggle, content);
  root.append(section);
  toggle.setAttribute("aria-expanded", "false");
  toggle.addEventListener("click", () => {
    content.hidden = !content.hidden;
    toggle.textContent = content.hidden ? "Show" : "Hide";
    toggle.setAttribute("aria-expanded", `${!content.hidden}`);
  });
  save.addEventListener("click", () => {
    download(JSON.stringify(report(), null, 2), "consentinel-report.json", "application/json");
    said.textContent = "Saved: `consentinel draft consentinel-report.json` makes a policy of it.";
  });
  const render = () => {
    isDue = false;
    count.textContent = `Not declared: ${seen.size}, to mark: ${marks.size}`;
    list.replaceChildren(
      ...[...seen.values()].map(({ kind, name, script, entry }) => {
        const by = script === "" ? "" : `, by ${script}`;
        const whose = entry === undefined ? "unknown to the catalogue" : `the catalogue has it as ${entry}`;
        return made("li", `${kind} ${name}${by}: ${whose}`);
      }),
    );
    json.textContent = JSON.stringify(services(), null, 2);
    toMark.textContent = `What to mark: ${marks.size}`;
    about.hidden = marks.size === 0;
    elements.replaceChildren(...[...marks.values()].map((one, at) => marking(one, at + 1, copied)));
  };
  // Much is told at once while a page is parsed.
  let isDue = false;
  const show = () => {
    if (!isDue) queueMicrotask(render);
    isDue = true;
  };
  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
  return show;
}

function start() {
  if (!window.consentinel) {
    console.error("consentinel: report-alone; load consentinel.js before consentinel.report.js");
    return;
  }
  const show = panel();
  const parsed = watchParser((element, found) => {
    marks.set(element, { ...found, entry: suggested({ kind: "image", name: found.url }) });
    show();
  });
  const hear = (attempt) => {
    const { kind, name, service, script, verdict } = attempt;
    // What a service claims, or what only waits, is declared, and a mark declares nothing.
    if (service !== "" || verdict === "hold" || kind === "markup" || seen.has(`${kind} ${name}`)) return;
    if (parsed.isOurs(attempt)) return;
    seen.set(`${kind} ${name}`, { kind, name, script, entry: suggested({ kind, name }) });
    show();
  };
  show();
  for (const attempt of window.consentinel.attempts()) hear(attempt);
  document.addEventListener("consent:attempt", ({ detail }) => hear(detail));
}

start();
