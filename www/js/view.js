// The notice becomes the first layer, as a tree (tree.js); the face and the server use the same form.
//
// Every text stays text, whatever is in it; one of the policy may be in another language, so in another direction.
// Left out: looks (www/css), and what is shown when (src/web/show.rs).

import { button, reopen } from "#tree";

/** A text with its places filled in, by their names. */
export const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** The one of a text's plural forms that fits the number, filled in. */
export const plural = (forms, count, language) => fill(forms[new Intl.PluralRules(language).select(count)], { count });

/** A link to another page; nothing without an address. */
export const link = (href, label) => href && ["a", { href, target: "_blank", rel: "noopener", part: "link" }, label];

/** A paragraph; nothing without a text. */
export const words = (text) => text && ["p", { part: "text" }, text];

/** The controller's own policies, and the links that the owner puts beside them. */
export const policies = ({ controller, texts, links = [] }) => [
  "p",
  { class: "links" },
  ...["privacyPolicy", "cookiePolicy"].map((key) => link(controller[key], texts[key])),
  ...links.map(({ title, url }) => link(url, title)),
];

/** That a part of the choice waits, and what the visitor can do about it: see www/css/banner.css, `reload`. */
const reload = ({ texts }) => [
  "section",
  { part: "reload", "aria-labelledby": "reload", tabindex: "-1", "data-nosnippet": true },
  ["p", { id: "reload", part: "text" }, texts.reload],
  button("reload", texts.reloadNow),
  button("close-reload", texts.close),
];

// Where the law is that of the European Economic Area.
const EEA = "AT BE BG CY CZ DE DK EE ES EU FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

// How many others get data, and where to, if it leaves the area.
function partners({ texts, controller, categories, language }) {
  const services = categories.flatMap((category) => (category.necessary ? [] : category.services));
  const others = new Set(services.map(({ provider }) => provider));
  others.delete(controller.name);
  const countries = new Set(services.flatMap(({ country }) => (!country || EEA.includes(country) ? [] : country)));
  // The few that most data goes to stand in the texts: the first name that a browser is asked for keeps a page
  // busy for tens of milliseconds.
  const nameOf = (code) =>
    texts.countries.match(code + " ([^,]+)")?.[1] ?? new Intl.DisplayNames(language, { type: "region" }).of(code);
  return joined(
    others.size && plural(texts.partners, others.size, language),
    countries.size && fill(texts.transfers, { countries: [...countries].map(nameOf).join(", ") }),
  );
}

/** Sentences that are there, one after another. */
export const joined = (...sentences) => sentences.filter(Boolean).join(" ");

const layer = (kind, ...parts) => [
  "section",
  // Search engines look for the last on such an element, and not on one of our own making.
  { part: "banner", class: kind, role: "region", "aria-labelledby": "title", "data-nosnippet": true },
  ...parts,
];

/** What a signal of the browser keeps off, and that it can be allowed all the same; nothing where it keeps nothing off. */
export const optedOut = ({ texts, categories }, { optedOut: ids, signals }) => {
  // Of a category as a whole its services are no news.
  const names = categories.flatMap(({ id, title, services }) =>
    ids.includes(id) ? title : services.flatMap((service) => (ids.includes(service.id) ? service.name : [])),
  );
  return (
    names.length > 0 &&
    fill(texts.optedOut, {
      signal: signals.join(", ").toUpperCase(),
      names: names.join(", "),
      acceptAll: texts.acceptAll,
    })
  );
};

const heading = ({ texts }) => ["h2", { id: "title", part: "title" }, texts.title];

const intro = ({ texts, controller }) => fill(texts.intro, { controller: controller.name });

const actions = ({ texts }) => [
  "div",
  { class: "actions" },
  button("reject-all", texts.rejectAll),
  button("accept-all", texts.acceptAll),
  button("settings", texts.settings),
];

// With every description, whole, before the buttons.
function full(notice, state) {
  const { texts, categories } = notice;
  return layer(
    "full",
    [
      "div",
      { class: "words" },
      heading(notice),
      words(joined(intro(notice), texts.nothing)),
      [
        "ul",
        {},
        ...categories.map(({ title, description }) => [
          "li",
          { dir: "auto" },
          ["strong", {}, title],
          ["span", {}, description],
        ]),
      ],
      words(state.optedOut),
      words(partners(notice)),
      words(texts.rights),
      words(notice.reloads && texts.reloadOnGrant),
      policies(notice),
    ],
    actions(notice),
  );
}

// Whether there is more to say of a category than its summary.
const hasMore = ({ summary, description }) => summary !== description;

// A category in a line; what else there is to say opens in its place.
function line(category) {
  const { title, summary, description } = category;
  const told = [["strong", {}, title], " ", ["span", {}, summary]];
  return [
    "li",
    { dir: "auto" },
    hasMore(category) ? ["details", {}, ["summary", {}, ...told], ["p", {}, description]] : ["div", {}, ...told],
  ];
}

// With a line for each category. The links come last: by key the answers are reached before them. What can scroll can be reached by key: where nothing in it can, by itself.
function compact(notice, state) {
  const { texts, categories } = notice;
  return layer(
    "compact",
    [
      "div",
      { class: "words", tabindex: !categories.some(hasMore) && "0" },
      [
        "div",
        {},
        heading(notice),
        words(intro(notice)),
        words(state.optedOut),
        words(joined(partners(notice), texts.rights, notice.reloads && texts.reloadOnGrant)),
      ],
      ["ul", {}, ...categories.map(line)],
    ],
    actions(notice),
    policies(notice),
  );
}

/**
 * The first layer: who asks, what for, who else gets data, the right to change one's mind, and three buttons;
 * the two that answer are of one kind (law R04 to R06, R14, R15).
 */
export const firstLayer = (notice, state) => (notice.full ? full : compact)(notice, state);

/** What the page is shown besides the settings, by its part. */
export const layers = { banner: firstLayer, reload, reopen: ({ texts }) => reopen(texts.reopen) };
