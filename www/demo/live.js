// The live view of the demo pages with third parties, and the ways in which their code calls vendors:
// what the page tried, what the gate stopped, what arrived at the stand-ins, what the browser holds.
// The callers know nothing of the visitor's answer and never ask for it: that is the point of the demo.
// It builds everything with createElement and textContent, into the element #live.
// Left out: anything that one site alone does; that stands beside its page.
// Hooks for tests: #services tbody tr (data-service, data-tried, data-stopped, data-arrived), #jar li
// (data-item).

(() => {
  "use strict";

  const LOOK_AGAIN_MS = 1000;
  const policy = JSON.parse(document.getElementById("consentinel-policy").textContent);
  const site = policy.id.replace(/-site$/, "");
  const services = policy.services.filter((service) => service.hosts);
  /** For each service, how often this page tried to reach it. */
  const tried = new Map(services.map(({ id }) => [id, 0]));

  /** For each service its row: the cells that change. */
  const rows = new Map();
  let shownJar = null;
  let arrivals = [];

  // The manager may be missing (the tag was blocked): the page must go on, and say so.
  const manager = () => window.consentinel;

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  }

  // -- What pages call -------------------------------------------------------------------------

  function address(service, path) {
    return `http://${services.find(({ id }) => id === service).hosts[0]}${path}`;
  }

  function note(service) {
    tried.set(service, tried.get(service) + 1);
  }

  window.vendors = {
    /** Loads the script of a service, as the snippets do that vendors hand out. */
    script(service) {
      note(service);
      document.head.append(element("script", undefined, { src: address(service, "/tag.js") }));
    },
    /** Asks for a picture of one pixel. */
    pixel(service) {
      note(service);
      new Image().src = address(service, "/pixel.svg?page=home");
    },
    beacon(service, text) {
      note(service);
      navigator.sendBeacon(address(service, "/collect"), text);
    },
    /** Sends a text; resolves to whether it went out. */
    send(service, text) {
      note(service);
      // A refused request fails as one fails that a network blocks, and the page stands that.
      return fetch(address(service, "/collect"), { method: "POST", body: text }).then(() => true, () => false);
    },
  };

  // -- The view --------------------------------------------------------------------------------

  function count(list, service) {
    return list.filter((one) => one.service === service).length;
  }

  function refreshServices() {
    const stopped = manager()?.attempts?.() ?? [];
    for (const { id } of services) {
      const { row, cells } = rows.get(id);
      const isAllowed = manager()?.has?.(id) === true;
      const shown = { allowed: isAllowed ? "yes" : "no", tried: tried.get(id), stopped: count(stopped, id), arrived: count(arrivals, id) };
      for (const [key, value] of Object.entries(shown)) {
        row.dataset[key] = value;
        if (cells[key].textContent !== String(value)) cells[key].textContent = value;
      }
    }
  }

  function refreshArrivals() {
    const list = document.getElementById("arrivals");
    if (list.children.length === arrivals.length && arrivals.length > 0) return;
    list.replaceChildren(...arrivals.map(({ service, method, path, body }) => {
      const line = element("li");
      line.append(element("strong", service), element("span", `${method} ${path}${body && `: ${body}`}`));
      return line;
    }).reverse());
    if (arrivals.length === 0) list.append(element("li", "Nothing has arrived from this page."));
  }

  function held() {
    const cookies = document.cookie.split("; ").filter(Boolean).map((pair) => ["cookie", pair.split("=", 1)[0]]);
    const stored = (store, kind) => Object.keys(store).map((name) => [kind, name]);
    // A browser may deny its stores altogether.
    try {
      return [...cookies, ...stored(localStorage, "local storage"), ...stored(sessionStorage, "session storage")];
    } catch {
      return cookies;
    }
  }

  function refreshJar() {
    const now = held();
    const text = JSON.stringify(now);
    if (text === shownJar) return;
    shownJar = text;
    document.getElementById("jar").replaceChildren(...now.map(([kind, name]) => {
      const line = element("li", undefined, { "data-item": name });
      line.append(element("strong", name), element("span", kind));
      return line;
    }));
  }

  async function refreshAll() {
    if (document.hidden) return;
    try {
      const all = await fetch(`/arrivals/${site}`).then((answer) => answer.json());
      arrivals = all.filter(({ atMs }) => atMs >= performance.timeOrigin);
    } catch {
      // The demo server is gone; what was seen stays on the page.
    }
    refreshServices();
    refreshArrivals();
    refreshJar();
  }

  function panel(id, title, content, isWide) {
    const made = element("div", undefined, { class: isWide ? "panel wide" : "panel" });
    const scroll = element("div", undefined, { class: "scroll", role: "region", "aria-labelledby": id, tabindex: "0" });
    scroll.append(content);
    made.append(element("h3", title, { id }), scroll);
    return made;
  }

  function table() {
    const made = element("table", undefined, { id: "services" });
    const head = element("tr");
    for (const title of ["Service", "Category", "Allowed now", "Tried", "Stopped", "Arrived"]) head.append(element("th", title, { scope: "col" }));
    made.append(element("thead"), element("tbody"));
    made.tHead.append(head);
    for (const { id, name, category } of services) {
      const row = element("tr", undefined, { "data-service": id });
      const cells = { allowed: element("td"), tried: element("td"), stopped: element("td"), arrived: element("td") };
      row.append(element("th", name, { scope: "row" }), element("td", category), ...Object.values(cells));
      made.tBodies[0].append(row);
      rows.set(id, { row, cells });
    }
    return made;
  }

  function start() {
    for (const marked of document.querySelectorAll("[data-consent]")) {
      if (tried.has(marked.dataset.consent)) note(marked.dataset.consent);
    }
    document.getElementById("live").append(
      panel("services-title", "Third parties", table(), true),
      panel("arrivals-title", "Arrived at the stand-ins", element("ul", undefined, { id: "arrivals", class: "names" })),
      panel("jar-title", "Kept in this browser", element("ul", undefined, { id: "jar", class: "names" })),
    );
    for (const name of ["consent:ready", "consent:change"]) {
      // The manager may still be erasing or reviving when it tells of the change; look when it is done.
      document.addEventListener(name, () => setTimeout(refreshAll));
    }
    setInterval(refreshAll, LOOK_AGAIN_MS);
    refreshAll();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
