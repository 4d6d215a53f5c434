// What a page of the leak matrix consists of: the policy, the tag, and the script that runs attempts.
// An attempt is run by the page itself, as any script of a site would be, never by the driver.

import { readFileSync } from "node:fs";

/** First letters of an item's name, by what the policy says about it. */
export const PREFIX = { optional: "m_", necessary: "n_", undeclared: "u_" };

const text = (words) => ({ en: words });
const schema = JSON.parse(readFileSync(new URL("../../dist/policy.schema.json", import.meta.url), "utf8"));
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage", "service-worker"]
  .filter((kind) => JSON.stringify(schema).includes(`"${kind}"`));

function item(name, kind, category) {
  return { name, kind, category, purpose: text(`For ${name}.`), duration: "session", party: "first" };
}

/** Declares `m_*` and `/t/optional/` for analytics, `n_*` and `/t/necessary/` as necessary, no others. */
export const POLICY = {
  version: 1,
  id: "leak-matrix",
  revision: "1",
  controller: { name: "Test SAS" },
  categories: [
    { id: "necessary", necessary: true, title: text("Necessary"), description: text("Always.") },
    { id: "analytics", title: text("Analytics"), description: text("When granted.") },
  ],
  services: [
    { id: "tracker", category: "analytics", name: "Tracker", provider: "Tracker SAS", hosts: ["127.0.0.1/t/optional/", "*.localhost/metrics/"] },
    { id: "cdn", category: "necessary", name: "Delivery", provider: "Delivery SAS", hosts: ["127.0.0.1/t/necessary/"] },
  ],
  items: KINDS.flatMap((kind) => {
    const path = kind === "service-worker" ? ["/sw/optional/*", "/sw/necessary/*"] : ["m_*", "n_*"];
    return [item(path[0], kind, "analytics"), item(path[1], kind, "necessary")];
  }),
};

/** The same, with code from `blob:` and `data:` addresses declared as necessary. */
const CODE_POLICY = {
  ...POLICY,
  services: POLICY.services.map((service) => (service.id === "cdn" ? { ...service, hosts: [...service.hosts, "blob:", "data:"] } : service)),
};

/** The start of each page: policy and tag, or neither where the page is the measure of the engine. */
function head({ hasTag, attempts, isRead }) {
  const policy = attempts.some(({ onlyNecessary }) => onlyNecessary) ? CODE_POLICY : POLICY;
  const json = JSON.stringify(policy).replaceAll("<", "\\u003c");
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Matrix</title>',
    isRead ? `<script>window.matrixStores = (${trueStores})();</script>` : "",
    hasTag ? `<script type="application/json" id="consentinel-policy">${json}</script><script src="/dist/consentinel.js"></script>` : "",
  ].join("\n");
}

/** A page with nothing but the banner, where a visitor chooses. */
export const choosingPage = (page) => `${head(page)}</head><body><p>Choose.</body></html>`;

/** A page on which the attempts of a load are ready to be run, its parser attempts being markup of it. */
export function attemptPage(page) {
  const { run, other, attempts, variants } = page;
  const markup = (place) => attempts.filter((attempt) => attempt[place]).flatMap((attempt) =>
    variantsOf(attempt, variants).map((variant) => attempt[place](facts(attempt, variant, run, other)))).join("\n");
  return `${head(page)}<script src="/load.js"></script>${markup("head")}</head><body>${markup("body")}</body></html>`;
}

/**
 * The variants of an attempt: nothing on the page's own origin is undeclared, and a cookie of a server
 * that nobody declared is nobody's to erase. The control has one variant, whichever an attempt has.
 */
export function variantsOf(attempt, variants) {
  if (attempt.onlyNecessary) return ["necessary"];
  return variants.filter((variant) => !((attempt.own || attempt.isSwept) && variant === "undeclared"));
}

/** What markup may name. */
function facts(attempt, variant, run, other) {
  return {
    name: PREFIX[variant] + attempt.id,
    url: (ext = "png") => `${other}/t/${variant}/${run}/${attempt.id}.${ext}`,
  };
}

/** The script of a load: its attempts as source, and what runs them. */
export function loadScript({ run, other, attempts, variants, awaits }) {
  const list = attempts.filter((attempt) => attempt.run).map((attempt) => {
    const given = (attempt.args ?? []).map((value) => (typeof value === "function" ? value.toString() : JSON.stringify(value)));
    return `{ id: ${JSON.stringify(attempt.id)}, own: ${Boolean(attempt.own)}, isAwaited: ${awaits(attempt)}, waits: ${attempt.waits}, variants: ${JSON.stringify(variantsOf(attempt, variants))}, args: [${given}], run: ${attempt.run} }`;
  });
  return `window.matrix = (${runner})(${JSON.stringify(run)}, ${JSON.stringify(other)}, [\n${list.join(",\n")}\n]);`;
}

/** Runs in the page. It uses no built-in that an attempt patches, except while none is patched. */
function runner(run, other, attempts) {
  const prefix = { optional: "m_", necessary: "n_", undeclared: "u_" };
  const states = {};
  const windows = [];
  const promises = [];
  const trueFetch = window.fetch;

  function facts(id, own, variant) {
    const address = own
      ? location.origin + (variant === "optional" ? "/metrics/" : "/own/") + run
      : other + "/t/" + variant + "/" + run;
    return {
      id,
      variant,
      name: prefix[variant] + id,
      cookie: prefix[variant] + id + "=1; path=/",
      url: (ext = "png") => address + "/" + id + "." + ext,
      socket: () => address.replace("http", "ws") + "/" + id + ".ws",
      serviceWorker: "/sw/" + variant + "/" + id + "/sw.js",
      setCookie: "/set-cookie/" + prefix[variant] + id,
      /** A place of its own in the document. */
      get box() {
        const box = document.createElement("div");
        box.id = "box-" + variant + "-" + id;
        document.body.appendChild(box);
        Object.defineProperty(this, "box", { value: box });
        return box;
      },
      /** An element of the kind, without its address. */
      make(kind) {
        const element = kind.svg ? document.createElementNS("http://www.w3.org/2000/svg", kind.tag) : document.createElement(kind.tag);
        for (const name in kind.more) element.setAttribute(name, kind.more[name]);
        return element;
      },
      /** The element of the kind as markup. */
      html(kind) {
        let text = "<" + kind.tag + " " + kind.attr + '="' + this.url(kind.ext) + '"';
        for (const name in kind.more) text += " " + name + '="' + kind.more[name] + '"';
        text += ">" + (kind.isVoid ? "" : "</" + kind.tag + ">");
        return kind.svg ? "<svg width=9 height=9>" + text + "</svg>" : text;
      },
      /** The element of the kind in a document that loads nothing. */
      inert(kind) {
        const holder = document.createElement("template");
        holder.innerHTML = this.html(kind);
        return holder.content.firstChild;
      },
      /** Closed when the run ends. */
      keep(opened) {
        if (opened) windows.push(opened);
        return opened;
      },
      frame(change) {
        const frame = document.createElement("iframe");
        change?.(frame);
        this.box.appendChild(frame);
        return frame;
      },
    };
  }

  function one(attempt, variant) {
    const key = variant + "/" + attempt.id;
    states[key] = "pending";
    const done = () => { states[key] = "done"; };
    const fail = (error) => { states[key] = "failed: " + error; };
    try {
      const result = attempt.run(facts(attempt.id, attempt.own, variant), ...attempt.args);
      if (!result || typeof result.then !== "function") return done();
      promises.push({ attempt, variant, promise: result.then(done, fail) });
    } catch (error) {
      fail(error);
    }
  }

  return {
    states,
    run() {
      for (const attempt of attempts) {
        for (const variant of attempt.variants) one(attempt, variant);
      }
    },
    /** Calls at the visitor's next click on the page's upper left corner. */
    atClick(call) {
      const button = document.createElement("button");
      button.style.cssText = "position: fixed; left: 0; top: 0; width: 40px; height: 40px";
      document.body.append(button);
      this.clicked = new Promise((resolve) => button.addEventListener("click", () => { call(); resolve(true); }, { once: true }));
    },
    /**
     * Waits for the attempts of these variants that answer by a promise, as long as it takes or `most`; after
     * a grant, for those that waited for it.
     */
    settled(variants, most, isReleased) {
      const awaited = ({ attempt, variant }) => attempt.isAwaited && variants.includes(variant) && (attempt.waits || !isReleased);
      const all = Promise.all(promises.filter(awaited).map((each) => each.promise));
      return Promise.race([all.then(() => true), new Promise((resolve) => setTimeout(resolve, most, false))]);
    },
    /** A way to the other party and back, twice: what went out before has arrived by then. */
    async flush() {
      for (let turn = 0; turn < 2; turn += 1) {
        await trueFetch(other + "/t/necessary/flush/turn" + turn + ".json", { cache: "no-store" });
      }
    },
    leave() {
      for (const opened of windows) opened.close();
    },
  };
}

/**
 * Runs in the page before the tag and keeps the browser's own functions: answers a function that reads what
 * the origin keeps, whatever the tag or an attempt has done to the page since.
 */
function trueStores() {
  const { localStorage: local, sessionStorage: session, indexedDB: databases, caches, Object, Promise, URL } = window;
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.bind(document);
  const list = databases.databases.bind(databases);
  const keys = caches?.keys.bind(caches);
  const workers = navigator.serviceWorker;
  const registrations = workers?.getRegistrations.bind(workers);
  const names = Object.keys;
  return async () => ({
    cookie: cookie().split("; ").map((pair) => pair.split("=")[0]),
    "local-storage": names(local),
    "session-storage": names(session),
    "indexed-db": (await list()).map((database) => database.name),
    "cache-storage": keys ? await keys() : [],
    "service-worker": registrations ? (await registrations()).map((each) => new URL(each.scope).pathname) : [],
  });
}

/** What the origin keeps: on a page with attempts, and on one without the tag; expressions for a driver. */
export const READ_STORES_HERE = "matrixStores()";
export const READ_STORES = `(${trueStores})()()`;

/** The middle of a control of the banner, once it is there. */
export const controlPlace = (action) => `new Promise((resolve) => {
  const look = () => {
    const root = document.querySelector("consent-banner")?.shadowRoot;
    const box = root?.querySelector('[data-consent-action="${action}"]')?.getBoundingClientRect();
    if (!box || box.width === 0) return requestAnimationFrame(look);
    resolve({ x: Math.round(box.left + box.width / 2), y: Math.round(box.top + box.height / 2) });
  };
  look();
})`;
