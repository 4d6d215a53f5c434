// The sites that the rules are tried on: every policy of www/policies, and for each a page that tries to
// keep every item and to ask every host its policy declares, and some that it does not. The page knows
// only the policy, so a new one needs nothing here.
//
// Left out: what the demo page of a site shows (www/demo); here every site behaves as badly as it can.

import { readFileSync, readdirSync } from "node:fs";
import { html, repositoryFile } from "../browser/site.mjs";

/** Names that Consentinel keeps for itself under a policy with this id, and tells visitors of. */
const own = (id) =>
  new Set([
    `cookie consentinel-${id}`,
    `local-storage consentinel-state.${id}`,
    `local-storage consentinel-ledger.${id}`,
    "session-storage consentinel-once",
  ]);
/** Nobody declares these: a name, and hosts that count visits or load other scripts. */
const FOREIGN = {
  name: "law_undeclared",
  addresses: ["https://undeclared.example/", "https://www.googletagmanager.com/gtm.js"],
};
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];

/** What stands for any name that a pattern matches. */
const named = (pattern) => pattern.replaceAll("*", "law");

/** An address that a pattern of a host covers; none for `blob:` and `data:`. */
function addressOf(pattern) {
  if (/^(blob|data):$/.test(pattern)) return [];
  const [, host, path = "/"] = /^([^/]+)(\/.*)?$/.exec(pattern);
  return [`https://${host.replace("*.", "law.")}${path}`];
}

class Site {
  constructor(name, more = {}) {
    this.name = name;
    this.policy = { ...JSON.parse(readFileSync(repositoryFile(`www/policies/${name}.json`), "utf8")), ...more };
    const { categories, services = [], items = [] } = this.policy;
    this.optional = categories.filter((category) => !category.necessary);
    this.optionalIds = this.optional.map(({ id }) => id).sort();
    this.services = services;
    this.items = items;
    this.own = own(this.policy.id);
    const isNecessary = new Set(categories.filter(({ necessary }) => necessary).map(({ id }) => id));
    this.isNecessary = (category) => isNecessary.has(category);
    // "kind name" → category.
    this.names = new Map(items.map((item) => [`${item.kind} ${named(item.name)}`, item.category]));
    // Address → category.
    this.addresses = new Map(
      services.flatMap((service) =>
        (service.hosts ?? []).flatMap(addressOf).map((address) => [address, service.category]),
      ),
    );
    // A host that is declared as a whole covers them too.
    for (const address of FOREIGN.addresses) {
      const service = services.find(({ hosts = [] }) => hosts.includes(new URL(address).host));
      if (service) this.addresses.set(address, service.category);
    }
    this.foreign = FOREIGN.addresses.filter((address) => !this.addresses.has(address));
  }

  /** An address that only this service answers under. */
  addressOfService(id) {
    const pattern = this.services
      .find((service) => service.id === id)
      ?.hosts?.find((each) => addressOf(each).length > 0);
    return pattern && addressOf(pattern)[0];
  }

  /** Companies that receive data and are not the controller (the contract's "partners"). */
  get partners() {
    const providers = this.services
      .filter(({ category }) => !this.isNecessary(category))
      .map(({ provider }) => provider);
    return [...new Set(providers)].filter((provider) => provider !== this.policy.controller.name);
  }

  /** Countries outside the European Economic Area to which optional services may carry data. */
  get transfers() {
    const countries = this.services
      .filter(({ category, country }) => country && !this.isNecessary(category))
      .map(({ country }) => country);
    return [...new Set(countries)].filter((country) => !EEA.has(country));
  }

  /** Of these "kind name" entries, those that nothing allows while only `granted` is granted. */
  forbidden(stored, granted = [], isDecided = false) {
    return stored.filter((entry) => {
      if (this.own.has(entry)) return !isDecided;
      const category = this.names.get(entry);
      return !this.isNecessary(category) && !granted.includes(category);
    });
  }

  /** The names and addresses of these categories, as they are seen when all goes through. */
  wanted(isWanted) {
    const of = (map) =>
      [...map]
        .filter(([, category]) => isWanted(category))
        .map(([key]) => key)
        .sort();
    return { names: of(this.names), addresses: of(this.addresses) };
  }

  /** A page of this site; it tries everything at once, and again by `law.attempt(step)`; nothing by itself where no step is named. */
  page(parts = {}) {
    const items = this.items.map(({ kind, name }) => [kind, named(name)]);
    const foreign = KINDS.map((kind) => [kind, FOREIGN.name]);
    const addresses = [...this.addresses.keys(), ...this.foreign];
    const given = JSON.stringify({ items: [...items, ...foreign], addresses }).replaceAll("<", "\\u003c");
    const { head = "", body = "", ...others } = parts;
    return html({
      policy: this.policy,
      head: `<script>window.law = (${attempts})(${given}); const step = new URL(location).searchParams.get("step"); if (step) law.attempt(step);</script>${head}`,
      body: `<header><h1>${this.name}</h1></header><main><p id="words">Words of the page.</p><p><a id="next" href="?step=next">Next page</a></p>
        <p><button id="own" type="button">A control of the page</button></p>${body}<p style="height: 3000px">More words.</p></main>`,
      ...others,
    });
  }
}

/** Runs in the page: tries to keep and to ask for everything, by several ways out each. */
function attempts({ items, addresses }) {
  const keep = {
    cookie: (name) => {
      document.cookie = `${name}=1; Path=/${name.startsWith("__") ? "; Secure" : ""}`;
    },
    "local-storage": (name) => localStorage.setItem(name, "1"),
    "session-storage": (name) => sessionStorage.setItem(name, "1"),
    "indexed-db": (name) => {
      indexedDB.open(name).onsuccess = ({ target }) => target.result.close();
    },
    "cache-storage": (name) => caches.open(name).catch(() => {}),
    "service-worker": (name) => navigator.serviceWorker.register(name).catch(() => {}),
  };
  const ask = {
    fetch: (url) => fetch(url, { mode: "no-cors" }).catch(() => {}),
    beacon: (url) => navigator.sendBeacon(url),
    image: (url) => {
      new Image().src = url;
    },
    script: (src) => document.head.append(Object.assign(document.createElement("script"), { src })),
  };
  function attempt(step) {
    for (const [kind, name] of items) {
      try {
        keep[kind](name);
      } catch {
        /* Refused, as a browser refuses. */
      }
    }
    for (const address of addresses) {
      for (const as of Object.keys(ask)) {
        try {
          ask[as](`${address}?step=${step}&as=${as}`);
        } catch {
          /* Likewise. */
        }
      }
    }
  }
  return { attempt };
}

const EEA = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" "),
);

const NAMES = readdirSync(repositoryFile("www/policies/"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""))
  .sort();

export const SITES = NAMES.map((name) => new Site(name));
/** The same with the other first layer, for the rules that are about that. */
export const FULL_SITES = NAMES.map((name) => new Site(name, { layout: "full" }));
