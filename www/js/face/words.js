// What the views of the face say in the same way: names, kinds, spans of time, dates, countries.
//
// Left out: the views; texts themselves, which the notice brings.

/** Texts that are there, with something between them. */
export const joined = (between, ...parts) => parts.filter(Boolean).join(between);

const KINDS = {
  cookie: "kindCookie",
  "local-storage": "kindLocal",
  "session-storage": "kindSession",
  "indexed-db": "kindDatabase",
  "cache-storage": "kindCache",
  "service-worker": "kindWorker",
};

/** What an item is. */
export const kindOf = ({ texts }, { kind }) => texts[KINDS[kind]];

/** How long an item is kept. The browser knows how its language counts days. */
export function spanOf({ texts, language }, { duration }) {
  if (texts[duration]) return texts[duration];
  const [count, unit] = duration.split(" ");
  return new Intl.NumberFormat(language, { style: "unit", unit: unit.replace(/s$/, ""), unitDisplay: "long" }).format(
    count,
  );
}

/** All services of the notice. */
export const servicesOf = ({ categories }) => categories.flatMap((category) => category.services);

/** Who keeps an item: the provider of its service, or the controller. */
export function keeperOf(notice, item) {
  const service = servicesOf(notice).find(({ id }) => id === item.service);
  if (!service) return notice.controller.name;
  return service.provider && service.provider !== service.name ? `${service.name} (${service.provider})` : service.name;
}

/** By whom an item is set. */
export const partyOf = ({ texts }, { party }) => texts[party === "third" ? "partyThird" : "partyFirst"];

/** A country by its name; as it was written where the browser knows none. */
export function countryOf({ language }, { country }) {
  try {
    return country && new Intl.DisplayNames(language, { type: "region" }).of(country);
  } catch {
    return country;
  }
}

/** A day in the words of the language, and with a style for it the time. */
export const momentOf = ({ language }, ms, timeStyle) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle }).format(ms);

/** Categories and services by their titles and names; what the policy has no longer, by its id. */
export function namesOf(notice, ids) {
  const titles = new Map();
  for (const { id, title, services } of notice.categories) {
    titles.set(id, title);
    for (const service of services) titles.set(service.id, service.name);
  }
  return ids.map((id) => titles.get(id) ?? id);
}

/** What was done: the text for `accept-all` is `didAcceptAll`; a word of a newer version as it is. */
export const actionOf = ({ texts }, { action }) =>
  texts[`did${(action === "import" ? "save" : action).replace(/(^|-)./g, (start) => start.at(-1).toUpperCase())}`] ??
  action;

/** Which way a language is written. */
export const directionOf = ({ language }) => (/^(ar|he)/.test(language) ? "rtl" : "ltr");

/** A list of pairs; those without a value are left out. */
export const pairs = (...rows) => [
  "dl",
  {},
  ...rows.map(([name, value]) => value && ["div", {}, ["dt", {}, name], ["dd", { dir: "auto" }, value]]),
];
