// The page's own code in the demo: it tries to set all eight items of the Jimo policy, at load, on a
// click and on a timer, and shows what came of each attempt.
// It knows nothing of the answer and never asks the consent manager before it writes: that is the
// point of the demo. It builds everything with createElement and textContent.
// Hooks for tests: #try-all, #attempts tbody tr (data-item, data-how, data-verdict, data-jar), #jar li
// (data-item), #state, #ledger li, #export, [data-inert] (data-state).

(() => {
  "use strict";

  const TWO_MONTHS_S = 61 * 24 * 60 * 60;
  const TIMER_MS = 5000;
  const MAX_ROWS = 50;

  // The attributes follow the durations that the policy declares: session, persistent, two months.
  const ITEMS = [
    { name: "_JIMO_TOKEN", attributes: "" },
    { name: "_JIMO_EXTENSION_TOKEN", attributes: "" },
    { name: "_JIMO_BOOSTED_VIEWED", attributes: "; Expires=Fri, 31 Dec 2038 00:00:00 GMT" },
    { name: "_JIMO_BOOSTED_FORBIDDEN", attributes: "; Expires=Fri, 31 Dec 2038 00:00:00 GMT" },
    { name: "_JIMO_LAST_OPENED_AT", attributes: "; Expires=Fri, 31 Dec 2038 00:00:00 GMT" },
    { name: "_JIMO_DEFAULT_MESSAGE_SHOW_AT", attributes: "; Expires=Fri, 31 Dec 2038 00:00:00 GMT" },
    { name: "_JIMO_RECENTLY_SAVED_EVENT", attributes: `; Max-Age=${TWO_MONTHS_S}` },
    { name: "_JIMO_ANALYTICS_EVENTS", attributes: `; Max-Age=${TWO_MONTHS_S}` },
  ];

  /** Shown rows, newest first: `{ name, kind, row, verdictCell, jarCell }`. */
  const rows = [];
  /** Rows whose report has not come yet, oldest first; the reports come in the order of the writes. */
  const waiting = [];
  /** Until the table exists, rows wait here; the parser reports inert elements before that. */
  let body = null;
  let jarText = null;

  // The manager may be missing (the tag was blocked): the page must go on, and say so.
  const manager = () => window.consentinel;
  const byId = (id) => document.getElementById(id);

  function element(name, text) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function clock(atMs) {
    return new Date(atMs).toISOString().slice(11, 23);
  }

  // -- The jar --------------------------------------------------------------------------------

  function readJar() {
    const jar = new Map();
    for (const pair of document.cookie.split("; ")) {
      if (pair === "") continue;
      const equals = pair.indexOf("=");
      // A cookie without an equals sign is a value without a name (RFC 6265bis, section 5.6).
      jar.set(equals < 0 ? "" : pair.slice(0, equals), pair.slice(equals + 1));
    }
    return jar;
  }

  function markRow(entry, jar) {
    const inJar = entry.kind === "cookie" ? (jar.has(entry.name) ? "yes" : "no") : "–";
    if (entry.row.dataset.jar === inJar) return;
    entry.row.dataset.jar = inJar;
    entry.jarCell.textContent = inJar;
  }

  /** Shows the jar again where it differs from what is shown. */
  function refreshJar() {
    if (body === null) return;
    const jar = readJar();
    for (const entry of rows) markRow(entry, jar);
    const text = document.cookie;
    if (text === jarText) return;
    jarText = text;
    const list = byId("jar");
    list.replaceChildren(...[...jar].map(([name, value]) => {
      const line = element("li");
      line.dataset.item = name;
      line.append(element("strong", name), element("span", value));
      return line;
    }));
    if (jar.size === 0) list.append(element("li", "The jar is empty."));
    byId("jar-count").textContent = `${jar.size} visible to script`;
  }

  // -- Attempts -------------------------------------------------------------------------------

  function addRow(name, kind, how, atMs) {
    const row = element("tr");
    row.dataset.item = name;
    row.dataset.how = how;
    const itemCell = element("td");
    itemCell.append(element("code", name));
    const entry = { name, kind, row, verdictCell: element("td"), jarCell: element("td") };
    row.append(element("td", clock(atMs)), itemCell, element("td", how), entry.verdictCell, entry.jarCell);
    setVerdict(entry, "…");
    rows.unshift(entry);
    if (rows.length > MAX_ROWS) rows.pop().row.remove();
    if (body !== null) {
      body.prepend(row);
      markRow(entry, readJar());
    }
    return entry;
  }

  function setVerdict(entry, verdict) {
    entry.row.dataset.verdict = verdict;
    entry.verdictCell.textContent = verdict;
  }

  function tryItem(item, how) {
    const entry = addRow(item.name, "cookie", how, Date.now());
    waiting.push(entry);
    document.cookie = `${item.name}=${how}-${Date.now()}; Path=/; SameSite=Lax${item.attributes}`;
  }

  function tryAll(how) {
    for (const item of ITEMS) tryItem(item, how);
    // Reports come in a task of their own that was asked for first, so by this one all have come. What
    // is left over was let pass, or there is no gate.
    setTimeout(() => {
      for (const entry of waiting.splice(0)) setVerdict(entry, manager()?.build ? "allow" : "no gate");
      refreshJar();
    });
  }

  function onAttempt(detail) {
    const place = detail.kind === "cookie" ? waiting.findIndex((entry) => entry.name === detail.name) : -1;
    // Not one of ours: an inert element of the page, or a write from somewhere else.
    const entry = place < 0
      ? addRow(detail.name, detail.kind, detail.kind === "markup" ? "markup" : "other", detail.atMs)
      : waiting.splice(place, 1)[0];
    setVerdict(entry, detail.verdict);
  }

  // -- State, ledger, inert elements ----------------------------------------------------------

  function refreshState() {
    const shown = manager() ? JSON.stringify(manager().state, null, 2) : "Consentinel is not running.";
    byId("state").textContent = shown;
  }

  function refreshLedger() {
    const records = manager() ? manager().ledger() : [];
    byId("ledger-count").textContent = records.length === 1 ? "1 record" : `${records.length} records`;
    byId("ledger").replaceChildren(...records.map((record, position) => {
      const line = element("li");
      const details = element("details");
      details.open = position === records.length - 1;
      details.append(element("summary", `Record ${position + 1}`), element("pre", JSON.stringify(record, null, 2)));
      line.append(details);
      return line;
    }).reverse());
    if (records.length === 0) byId("ledger").append(element("li", "No answer yet, so no record."));
  }

  function refreshInert() {
    const ran = document.documentElement.dataset.inertScript === "ran";
    const alive = {
      script: ran,
      iframe: document.querySelector("#inert iframe")?.hasAttribute("src"),
      img: document.querySelector("#inert .slot img")?.hasAttribute("src"),
      template: byId("inert-template-content") !== null,
    };
    byId("inert-script-note").textContent = ran ? "The script has run." : "The script has not run.";
    for (const note of document.querySelectorAll("[data-inert]")) {
      const state = alive[note.dataset.inert] ? "released" : "inert";
      note.dataset.state = state;
      note.textContent = state;
    }
  }

  function refreshAll() {
    refreshJar();
    refreshState();
    refreshLedger();
    refreshInert();
  }

  // -- Controls -------------------------------------------------------------------------------

  function exportLedger() {
    const status = byId("export-status");
    if (!manager()) {
      status.textContent = "Consentinel is not running.";
      return;
    }
    try {
      const text = manager().export();
      status.textContent = `Saved as consentinel-ledger.ndjson (${new Blob([text]).size} bytes).`;
    } catch (error) {
      status.textContent = `The export failed: ${error.message}`;
    }
  }

  /** Starts the timer at once; the button stops and restarts it (WCAG 2.2.2: moving content can be paused). */
  function runTimer() {
    const button = byId("pause");
    let timer = setInterval(tryAll, TIMER_MS, "timer");
    button.addEventListener("click", () => {
      if (timer === null) {
        timer = setInterval(tryAll, TIMER_MS, "timer");
      } else {
        clearInterval(timer);
        timer = null;
      }
      button.setAttribute("aria-pressed", String(timer === null));
    });
  }

  function start() {
    body = document.querySelector("#attempts tbody");
    body.append(...rows.map((entry) => entry.row));
    for (const link of document.querySelectorAll("[data-language]")) {
      if (link.dataset.language === document.documentElement.lang) link.setAttribute("aria-current", "true");
    }
    byId("try-all").addEventListener("click", () => tryAll("click"));
    byId("export").addEventListener("click", exportLedger);
    for (const name of ["consent:ready", "consent:change"]) {
      // The manager may still be erasing or reviving when it tells of the change; look when it is done.
      document.addEventListener(name, () => setTimeout(refreshAll));
    }
    // Cookies also expire, and other tabs write them; nothing tells the page of either.
    setInterval(() => {
      refreshJar();
      refreshInert();
    }, 1000);
    runTimer();
    refreshAll();
  }

  // The script right after the tag wrote before this file could listen. Its report may have come
  // already, then the page kept it; else it is waited for like the others.
  const first = addRow("_JIMO_BOOSTED_VIEWED", "cookie", "after the tag", window.afterTag?.atMs ?? Date.now());
  if (window.afterTag) setVerdict(first, window.afterTag.verdict);
  else waiting.push(first);

  document.addEventListener("consent:attempt", (event) => onAttempt(event.detail));
  document.addEventListener("DOMContentLoaded", start);
  window.addEventListener("load", () => {
    tryAll("load");
    refreshInert();
  });
})();
