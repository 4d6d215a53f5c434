// The services of a policy: the search in the catalogue, by keyboard too, and the list of what was chosen.

import { fill } from "../audit/parts.js";
import { addService, choices, removeService, servicesOf, setCategory } from "./edit.js";
import { catalogue } from "./module.js";
import { words } from "./words.js";

/** As many as are looked through at once. */
const MOST = 12;
const find = (id) => document.getElementById(id);

/** The search and the place of the list, as a tree. */
export const services = (query) => [
  "section",
  { "aria-labelledby": "services-title" },
  ["h2", { id: "services-title" }, words("services")],
  ["label", { for: "search" }, words("search")],
  ["p", { class: "hint", id: "search-hint" }, words("searchHint")],
  [
    "input",
    {
      type: "search",
      id: "search",
      value: query,
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": "search-hint",
      "aria-controls": "results",
    },
  ],
  ["p", { id: "count", role: "status", class: "hint" }],
  ["ul", { id: "results", class: "results", "aria-label": words("results") }],
  ["h3", { id: "chosen-title" }, words("chosen")],
  ["ul", { id: "chosen", class: "results", "aria-labelledby": "chosen-title" }],
];

/**
 * Brings the search to life. `change` is given what is to be done to the document, and answers whether it was; `searched`
 * hears what is searched for.
 */
export function searchable(documentNow, change, searched) {
  const search = find("search");
  const buttons = () => [...find("results").querySelectorAll("button")];
  const look = () => {
    searched(search.value);
    const { found, count } = catalogue.search(search.value, MOST);
    find("count").textContent = search.value.trim() ? words("resultCount", { count, shown: found.length }) : "";
    fill(find("results"), ...found.map(result));
    for (const [at, button] of buttons().entries())
      button.addEventListener("click", () => {
        const { id } = found[at];
        const chosen = servicesOf(documentNow()).find(({ use }) => use === id);
        change((document) => (chosen ? removeService(document, chosen.at) : addService(document, found[at])));
      });
    marked(documentNow());
  };
  search.addEventListener("input", look);
  // Down from the field into the list, up and down in it, back by Escape.
  find("results").parentElement.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const isSearch = document.activeElement === search;
    if (!isSearch && at < 0) return;
    const to = { ArrowDown: all[at + 1], ArrowUp: at > 0 ? all[at - 1] : search, Escape: search, Enter: all[0] }[
      event.key
    ];
    if (!to || (event.key === "Enter" && !isSearch) || (event.key === "Escape" && isSearch)) return;
    event.preventDefault();
    to.focus();
  });
  if (search.value) look();
}

const result = ({ id, name, provider, kinds, by }) => [
  "li",
  {},
  [
    "span",
    {},
    ["strong", {}, name],
    ` ${[provider !== name && provider, kinds.join(", "), by].filter(Boolean).join(" · ")}`,
  ],
  ["button", { type: "button", class: "plain", "data-id": id, "data-name": name }],
];

/** Says of each result whether it is chosen. */
function marked(document) {
  const used = servicesOf(document).map(({ use }) => use);
  for (const button of find("results").querySelectorAll("button")) {
    const isUsed = used.includes(button.dataset.id);
    button.textContent = words(isUsed ? "remove" : "add");
    button.setAttribute("aria-label", words(isUsed ? "removeOne" : "addOne", { name: button.dataset.name }));
  }
}

/** Lists what was chosen, and leaves the focus where it was. */
export function listed(document, change) {
  const focused = globalThis.document.activeElement?.id;
  const chosen = servicesOf(document);
  const ids = document ? choices(document) : [];
  fill(find("chosen"), ...(chosen.length ? chosen.map((one) => line(one, ids)) : [["li", {}, words("chosenNone")]]));
  for (const { at } of chosen) {
    find(`category-${at}`).addEventListener("change", ({ target }) =>
      change((document) => setCategory(document, at, target.value)),
    );
    find(`remove-${at}`).addEventListener("click", () => {
      change((document) => removeService(document, at));
      // The next one has its place now, or there is none any more.
      (find(`remove-${at}`) ?? find(`remove-${at - 1}`) ?? find("search")).focus();
    });
  }
  if (focused && globalThis.document.activeElement?.id !== focused) find(focused)?.focus();
  marked(document);
}

function line({ at, id, use, category }, ids) {
  const name = `${id ?? `services[${at}]`}`;
  const all = ids.includes(category) || typeof category !== "string" ? ids : [category, ...ids];
  return [
    "li",
    {},
    ["span", {}, ["strong", {}, name], !use && ` ${words("own")}`],
    [
      "span",
      { class: "controls" },
      [
        "select",
        { id: `category-${at}`, "aria-label": words("categoryOf", { name }) },
        ...all.map((one) => ["option", { value: one, selected: one === category }, one]),
      ],
      [
        "button",
        { type: "button", class: "plain", id: `remove-${at}`, "aria-label": words("removeOne", { name }) },
        words("remove"),
      ],
    ],
  ];
}
