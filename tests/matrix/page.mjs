// What a page of the leak matrix consists of: the policy, the tag, and the script that runs attempts.
// An attempt is run by the page itself, as any script of a site would be, never by the driver.

import { readFileSync } from "node:fs";

/** First letters of an item's name, by what the policy says about it: `second` is another optional category. */
export const PREFIX = { optional: "m_", second: "s_", necessary: "n_", undeclared: "u_" };

/** The name of the other party, by what the policy says about it. */
export const hostOf = (variant) => `${variant}.other.localhost`;

const text = (words) => ({ en: words });
const schema = JSON.parse(readFileSync(new URL("../../dist/policy.schema.json", import.meta.url), "utf8"));
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage", "service-worker"].filter(
  (kind) => JSON.stringify(schema).includes(`"${kind}"`),
);

function item(name, kind, category) {
  return { name, kind, category, purpose: text(`For ${name}.`), duration: "session", party: "first" };
}

const CATEGORIES = { optional: "analytics", second: "marketing", necessary: "necessary" };

function policyOf(hosts) {
  const service = (id, name, variant) => ({
    id,
    category: CATEGORIES[variant],
    name,
    provider: `${name} SAS`,
    hosts: hosts[variant],
  });
  return {
    version: 1,
    id: "leak-matrix",
    revision: "1",
    controller: { name: "Test SAS" },
    categories: [
      { id: "necessary", necessary: true, title: text("Necessary"), description: text("Always.") },
      { id: "analytics", title: text("Analytics"), description: text("When granted.") },
      { id: "marketing", title: text("Marketing"), description: text("When granted.") },
    ],
    services: [
      service("tracker", "Tracker", "optional"),
      service("display", "Display", "second"),
      service("cdn", "Delivery", "necessary"),
    ],
    items: KINDS.flatMap((kind) =>
      Object.entries(CATEGORIES).map(([variant, category]) =>
        item(kind === "service-worker" ? `/sw/${variant}/*` : `${PREFIX[variant]}*`, kind, category),
      ),
    ),
  };
}

const BY_HOST = { optional: [hostOf("optional")], second: [hostOf("second")], necessary: [hostOf("necessary")] };

/**
 * The policies of the matrix. Each declares `m_*` for analytics, `s_*` for marketing, `n_*` as necessary and no
 * others, and the other party likewise: by the name of its host; by paths on one host, and on the page's
 * own, which no Content-Security-Policy can tell apart at every turn; with code from `blob:` and `data:`
 * addresses as necessary.
 */
const POLICIES = {
  hosts: policyOf(BY_HOST),
  paths: policyOf({
    optional: ["127.0.0.1/t/optional/", "*.localhost/metrics/"],
    second: ["127.0.0.1/t/second/"],
    necessary: ["127.0.0.1/t/necessary/"],
  }),
  code: policyOf({ ...BY_HOST, necessary: [...BY_HOST.necessary, "blob:", "data:"] }),
};

/** The start of each page: policy and tag, or neither where the page is the measure of the engine. */
function head({ hasTag, attempts, isRead, more }) {
  const json = JSON.stringify({ ...POLICIES[attempts[0].policy], ...more }).replaceAll("<", "\\u003c");
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Matrix</title>',
    isRead ? `<script>window.matrixStores = (${trueStores})();</script>` : "",
    hasTag
      ? `<script type="application/json" id="consentinel-policy">${json}</script><script src="/dist/consentinel.js"></script>`
      : "",
  ].join("\n");
}

/** A page with nothing but the banner, where a visitor chooses. */
export const choosingPage = (page) => `${head(page)}</head><body><p>Choose.</body></html>`;

/** A page on which the attempts of a load are ready to be run, its parser attempts being markup of it. */
export function attemptPage(page) {
  const { attempts, variants } = page;
  const markup = (place) =>
    attempts
      .filter((attempt) => attempt[place])
      .flatMap((attempt) =>
        variantsOf(attempt, variants).map((variant) => attempt[place](facts(attempt, variant, page))),
      )
      .join("\n");
  return `${head(page)}<script src="/load.js"></script>${markup("head")}</head><body>${markup("body")}</body></html>`;
}

/**
 * The variants of an attempt: nothing on the page's own origin is undeclared, and a cookie of a server
 * that nobody declared is nobody's to erase. The control has one variant, whichever an attempt has.
 */
export function variantsOf(attempt, variants) {
  if (attempt.onlyNecessary) return ["necessary"];
  return variants.filter(
    (variant) =>
      !(attempt.own && variant === "second") && !((attempt.own || attempt.isSwept) && variant === "undeclared"),
  );
}

/** The address of the other party up to the marker of a run, for the variants of a load. */
export function addressOf(variant, run, { attempts, port }) {
  const host = attempts[0].policy === "paths" ? "127.0.0.1" : hostOf(variant);
  return `http://${host}:${port}/t/${variant}/${run}`;
}

/** What markup may name. */
function facts(attempt, variant, page) {
  return {
    name: PREFIX[variant] + attempt.id,
    url: (ext = "png") => `${addressOf(variant, page.run, page)}/${attempt.id}.${ext}`,
  };
}

/** The members of a list by what they have in this field. */
export function grouped(list, field) {
  const groups = new Map();
  for (const each of list) groups.set(each[field], [...(groups.get(each[field]) ?? []), each]);
  return groups;
}

/** The script of a load: its attempts as source, and what runs them. */
export function loadScript(page) {
  const { run, attempts, variants, awaits, isRefused } = page;
  const addresses = Object.fromEntries(Object.keys(PREFIX).map((variant) => [variant, addressOf(variant, run, page)]));
  const flush = addressOf("necessary", "flush", page);
  const fields = (attempt) =>
    `id: ${JSON.stringify(attempt.id)}, own: ${Boolean(attempt.own)}, isAwaited: ${awaits(attempt)}, isRefused: ${isRefused(attempt)}, waits: ${attempt.waits}`;
  const given = ({ args = [] }) =>
    args.map((value) => (typeof value === "function" ? value.toString() : JSON.stringify(value)));
  const shared = grouped(
    attempts.filter((attempt) => attempt.way),
    "together",
  );
  const list = [
    ...attempts
      .filter((attempt) => attempt.run)
      .map(
        (attempt) =>
          `{ ${fields(attempt)}, variants: ${JSON.stringify(variantsOf(attempt, variants))}, args: [${given(attempt)}], run: ${attempt.run} }`,
      ),
    ...[...shared].map(
      ([
        id,
        members,
      ]) => `{ id: ${JSON.stringify(id)}, variants: ${JSON.stringify(variantsOf(members[0], variants))}, way: ${members[0].way}, args: [${given(members[0])}], members: [
      ${members.map((member) => `{ ${fields(member)}, use: ${member.use ?? null}, text: ${member.text ?? null} }`)}] }`,
    ),
  ];
  return `window.matrix = (${runner})(${JSON.stringify(run)}, ${JSON.stringify({ prefix: PREFIX, addresses, flush })}, [\n${list.join(",\n")}\n]);`;
}

/** Runs in the page. It uses no built-in that an attempt patches, except while none is patched. */
function runner(run, { prefix, addresses, flush }, attempts) {
  const states = {};
  const windows = [];
  const promises = [];
  const waiting = {};
  const trueFetch = window.fetch;

  function facts(id, own, variant) {
    const address = own ? location.origin + (variant === "optional" ? "/metrics/" : "/own/") + run : addresses[variant];
    return {
      id,
      variant,
      name: prefix[variant] + id,
      cookie: prefix[variant] + id + "=1; path=/",
      url: (ext = "png") => address + "/" + id + "." + ext,
      socket: () => address.replace("http", "ws") + "/" + id + ".ws",
      serviceWorker: "/sw/" + variant + "/" + id + "/sw.js",
      setCookie: "/set-cookie/" + prefix[variant] + id,
      /** Code that tells from a frame that its part is done. */
      told: "top.matrix.told('" + variant + "/" + id + "')",
      /** A file with this text: of the page's own, or of the other party under the name that is necessary. */
      file: (name, text, isElsewhere) =>
        (isElsewhere ? new URL(flush).origin : location.origin) + "/" + name + "?" + encodeURIComponent(text),
      /** An address of the page's own that sends on to the other party. */
      detour(ext) {
        return location.origin + "/to?" + encodeURIComponent(this.url(ext));
      },
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
        const element = kind.svg
          ? document.createElementNS("http://www.w3.org/2000/svg", kind.tag)
          : document.createElement(kind.tag);
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
      /** When its frames have loaded, whatever is in them. */
      loaded: [],
      frame(change) {
        const frame = document.createElement("iframe");
        this.loaded.push(new Promise((resolve) => frame.addEventListener("load", resolve)));
        change?.(frame);
        this.box.appendChild(frame);
        return frame;
      },
    };
  }

  /** Notes what becomes of an attempt, and of the promise that it answers. */
  function one(attempt, variant) {
    const key = variant + "/" + attempt.id;
    states[key] = "pending";
    const done = () => {
      states[key] = "done";
    };
    const fail = (error) => {
      states[key] = "failed: " + error;
    };
    try {
      const given = facts(attempt.id, attempt.own, variant);
      const result = attempt.run(given, ...attempt.args);
      // A frame that is refused shows that it was only once it is there, empty.
      if (attempt.isRefused) promises.push({ attempt, variant, promise: Promise.all(given.loaded) });
      if (!result || typeof result.then !== "function") return done();
      promises.push({ attempt, variant, promise: result.then(done, fail) });
    } catch (error) {
      fail(error);
    }
  }

  /** One way to another window, of which each member makes its own use. */
  function together({ id, way, args, members }, variant) {
    const calls = members.map((member) => {
      const call = {};
      one(
        {
          ...member,
          args: [],
          run: (given) =>
            new Promise((resolve, reject) => {
              Object.assign(call, { given, resolve, reject, use: member.use });
            }),
        },
        variant,
      );
      return call;
    });
    const use = (found) => {
      for (const call of calls) {
        try {
          call.resolve(call.use(found, call.given));
        } catch (error) {
          call.reject(error);
        }
      }
    };
    const texts = members.map((member, at) => {
      if (!member.text) return "";
      waiting[variant + "/" + member.id] = calls[at].resolve;
      return member.text(calls[at].given) + ";";
    });
    try {
      way(facts(id, false, variant), use, texts.join(" "), ...args);
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  }

  return {
    states,
    run() {
      for (const attempt of attempts) {
        for (const variant of attempt.variants) (attempt.way ? together : one)(attempt, variant);
      }
    },
    told(key) {
      waiting[key]();
    },
    /** Calls at the visitor's next click on the page's upper left corner; answers once that has been painted. */
    atClick(call) {
      const button = document.createElement("button");
      button.style.cssText = "position: fixed; left: 0; top: 0; width: 40px; height: 40px";
      document.body.append(button);
      this.clicked = new Promise((resolve) =>
        button.addEventListener(
          "click",
          () => {
            call();
            resolve(true);
          },
          { once: true },
        ),
      );
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))));
    },
    /**
     * Waits for the attempts of these variants that answer by a promise, as long as it takes or `most`; after
     * a grant, for those that waited for it.
     */
    settled(variants, most, isReleased) {
      const awaited = ({ attempt, variant }) =>
        (attempt.isAwaited || attempt.isRefused) && variants.includes(variant) && (attempt.waits || !isReleased);
      const all = Promise.all(promises.filter(awaited).map((each) => each.promise));
      return Promise.race([all.then(() => true), new Promise((resolve) => setTimeout(resolve, most, false))]);
    },
    /** A way to the other party and back, twice: what went out before has arrived by then. */
    async flush() {
      for (let turn = 0; turn < 2; turn += 1) {
        await trueFetch(flush + "/turn" + turn + ".json", { cache: "no-store" });
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
  const buckets = navigator.storageBuckets;
  const bucketNames = buckets?.keys.bind(buckets);
  const openBucket = buckets?.open.bind(buckets);
  const names = Object.keys;
  // What stands in a bucket of storage counts like what stands beside it.
  const places = async () => {
    const opened = [];
    for (const name of bucketNames ? await bucketNames() : []) opened.push(await openBucket(name));
    return opened;
  };
  const inside = async (of) => (await Promise.all((await places()).map(of))).flat();
  return async () => ({
    cookie: cookie()
      .split("; ")
      .map((pair) => pair.split("=")[0]),
    "local-storage": names(local),
    "session-storage": names(session),
    "indexed-db": [...(await list()), ...(await inside((bucket) => bucket.indexedDB.databases()))].map(
      (database) => database.name,
    ),
    "cache-storage": [...(keys ? await keys() : []), ...(await inside((bucket) => bucket.caches.keys()))],
    "storage-bucket": bucketNames ? await bucketNames() : [],
    "service-worker": registrations ? (await registrations()).map((each) => new URL(each.scope).pathname) : [],
  });
}

/** What the origin keeps: on a page with attempts, and on one without the tag; expressions for a driver. */
export const READ_STORES_HERE = "matrixStores()";
export const READ_STORES = `(${trueStores})()()`;

/**
 * The middle of a control of the banner or the settings, once it is there and the page was painted: Chromium drops
 * clicks until then, and on a busy machine that takes longer than the question takes to come.
 */
export const controlPlace = (selector) => `new Promise((resolve) => {
  const look = () => {
    const control = document.querySelector("consent-banner")?.shadowRoot?.querySelector(${JSON.stringify(selector)});
    control?.scrollIntoView({ block: "center", behavior: "instant" });
    const box = control?.getBoundingClientRect();
    if (!box || box.width === 0) return requestAnimationFrame(look);
    const place = { x: Math.round(box.left + box.width / 2), y: Math.round(box.top + box.height / 2) };
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(place)));
  };
  look();
})`;
