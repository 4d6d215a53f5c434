// The entry of `consentinel.report.js`, which an owner loads behind the tag on pages of their own:
// <script src="consentinel.js"></script><script src="consentinel.report.js"></script>
// A panel shows what the tag reports (`consentinel.attempts()`), with what the catalogue suggests and the JSON for the policy,
// and hands out the list as the file that `consentinel draft` takes. Nobody else should get this file: it asks nothing and
// sends nothing, but its panel is for owners, and in English.
//
// Left out: whether something is declared, which the tag says; and what patterns of the catalogue mean: the build makes
// expressions of them (xtask/src/report.rs), the most specific first.

import { hosts, items, entries } from "#catalogue";
import { download } from "./download.js";

const ITEMS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage", "service-worker"];
// At the top, as the banner is at the bottom.
const STYLE = `
:host { all: initial; }
section { position: fixed; inset: 1rem 1rem auto auto; z-index: 2147483646; max-width: min(40rem, calc(100vw - 2rem)); max-height: 50vh;
  overflow: auto; box-sizing: border-box; padding: .75rem; border: 2px solid; border-radius: .5rem; font: 14px/1.5 system-ui, sans-serif;
  color: #111; background: #fff; }
h2 { font-size: 1rem; margin: 0; } ul { padding-left: 1.2rem; } li, pre { overflow-wrap: anywhere; } pre { white-space: pre-wrap; }
button { font: inherit; min-height: 2rem; margin: .25rem .25rem .25rem 0; color: #111; background: #eee; border: 1px solid #555; border-radius: .25rem; }
:focus-visible { outline: 3px solid #05c; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { section { color: #eee; background: #1b1b1b; } button { color: #eee; background: #333; border-color: #aaa; } :focus-visible { outline-color: #8cf; } }
`;

/** What was reported, each once: the key is kind and name. */
const seen = new Map();

/** The id of the entry that knows this; nothing where none does. */
function suggested({ kind, name }) {
  const table = ITEMS.includes(kind) ? items.filter(([of]) => of === kind).map(([, ...rest]) => rest) : hosts;
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

const made = (name, text, fields) => Object.assign(document.createElement(name), { textContent: text }, fields);

/** The services that the policy lacks, as they are written there. */
function services() {
  const ids = new Set([...seen.values()].map((one) => one.entry).filter((id) => id !== undefined));
  return [...ids].sort().map((id) => ({ use: id, category: entries[id] }));
}

/** What `consentinel draft` takes. */
const report = () => ({ page: location.href, attempts: [...seen.values()].map(({ entry, ...attempt }) => attempt) });

function panel() {
  const host = document.createElement("consent-report");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const section = made("section", "");
  section.setAttribute("aria-label", "Consentinel report");
  const count = made("h2", "");
  const said = made("p", "");
  said.setAttribute("role", "status");
  const toggle = made("button", "Show", { type: "button" });
  const copy = made("button", "Copy the services", { type: "button" });
  const save = made("button", "Save the list", { type: "button" });
  const content = made("div", "", { hidden: true });
  const list = made("ul", "");
  const json = made("pre", "", { tabIndex: 0 });
  json.setAttribute("aria-label", "Services for the policy");
  content.append(list, json, copy, save, said);
  section.append(count, toggle, content);
  root.append(section);
  toggle.setAttribute("aria-expanded", "false");
  toggle.addEventListener("click", () => {
    content.hidden = !content.hidden;
    toggle.textContent = content.hidden ? "Show" : "Hide";
    toggle.setAttribute("aria-expanded", `${!content.hidden}`);
  });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(json.textContent);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser lets nothing be copied: select the text above.";
    }
  });
  save.addEventListener("click", () => {
    download(JSON.stringify(report(), null, 2), "consentinel-report.json", "application/json");
    said.textContent = "Saved: `consentinel draft consentinel-report.json` makes a policy of it.";
  });
  const show = () => {
    count.textContent = `Not declared: ${seen.size}`;
    list.replaceChildren(
      ...[...seen.values()].map(({ kind, name, script, entry }) => {
        const by = script === "" ? "" : `, by ${script}`;
        const whose = entry === undefined ? "unknown to the catalogue" : `the catalogue has it as ${entry}`;
        return made("li", `${kind} ${name}${by}: ${whose}`);
      }),
    );
    json.textContent = JSON.stringify(services(), null, 2);
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
  const hear = ({ kind, name, service, script, verdict }) => {
    // What a service claims, or what only waits, is declared, and a mark declares nothing.
    if (service !== "" || verdict === "hold" || kind === "markup" || seen.has(`${kind} ${name}`)) return;
    seen.set(`${kind} ${name}`, { kind, name, script, entry: suggested({ kind, name }) });
    show();
  };
  show();
  for (const attempt of window.consentinel.attempts()) hear(attempt);
  document.addEventListener("consent:attempt", ({ detail }) => hear(detail));
}

start();
