// The settings: a switch for each optional category and for each service in it that shows what holds now, all
// that is kept, what could not be erased, what waits for the page to be loaded anew, and what was decided before
// (law R08, R16, R20, R21, R23, R32).
//
// Left out: what a switch does (the tag reads them when the visitor saves), looks (www/css/face.css).

import { button } from "../tree.js";
import { fill, link, plural, policies, words } from "../view.js";
import { history } from "./history.js";
import { countryOf, joined, keeperOf, kindOf, pairs, partyOf, spanOf } from "./words.js";

const GRANTED = "granted";

/** The dialog as a tree; `intro` is what it begins with, `records` are the visitor's decisions, oldest first. */
export function settings(notice, { categories, services, left, waits, intro }, records) {
  const { texts, controller } = notice;
  const choices = { ...services, ...categories };
  return [
    "dialog",
    { part: "settings", "aria-labelledby": "settings-title" },
    [
      "div",
      { class: "head" },
      ["h2", { id: "settings-title", part: "title" }, texts.settingsTitle],
      button("close", texts.close),
    ],
    [
      "div",
      { class: "body", tabindex: "0", role: "group", "aria-labelledby": "settings-title" },
      words(intro),
      waits.length > 0
        ? ["div", { class: "left" }, words(texts.reload), button("reload", texts.reloadNow)]
        : words(notice.reloads && texts.reloadOnGrant),
      left.length > 0 && ["p", { class: "left", part: "text" }, fill(texts.left, { names: left.join(", ") })],
      ...notice.categories.map((category) => section(notice, category, choices)),
      history(notice, records),
      ["p", { class: "controller" }, joined(" · ", controller.name, controller.address, controller.contact)],
      policies(notice),
    ],
    [
      "div",
      { class: "actions" },
      Object.values(choices).includes(GRANTED)
        ? button("withdraw", texts.withdraw)
        : button("reject-all", texts.rejectAll),
      button("accept-all", texts.acceptAll),
      button("save", texts.save),
    ],
  ];
}

// A category: its switch, and what it is for in a line. The rest of its description, its services and its items open
// in place, so that the switches of all categories stand together; they are open where a service goes its own way.
function section(notice, { id, necessary, title, summary, description, services, items }, choices) {
  const { texts } = notice;
  const rest = [
    summary !== description && ["p", { part: "text", dir: "auto" }, description],
    ...services.map((service) => entry(notice, service, necessary ? "" : choices[service.id])),
    items.length > 0 && [
      "details",
      { class: "items" },
      ["summary", {}, plural(texts.items, items.length, notice.language)],
      ...items.map((item) =>
        pairs(
          [texts.name, item.name],
          [texts.type, kindOf(notice, item)],
          [texts.purpose, item.purpose],
          [texts.duration, spanOf(notice, item)],
          [texts.provider, keeperOf(notice, item)],
          [texts.party, partyOf(notice, item)],
        ),
      ),
    ],
  ].filter(Boolean);
  const about = ["p", { id: `about-${id}`, part: "text", dir: "auto" }, summary];
  return [
    "section",
    { class: "category", role: "group", "aria-labelledby": `title-${id}` },
    row(
      notice,
      id,
      ["h3", { id: `title-${id}`, dir: "auto" }, necessary ? title : ["label", { for: `switch-${id}` }, title]],
      necessary ? "necessary" : choices[id],
      `about-${id}`,
    ),
    rest.length
      ? [
          "details",
          { open: !necessary && services.some((service) => choices[service.id] !== choices[id]) },
          ["summary", {}, about],
          ...rest,
        ]
      : about,
  ];
}

// A name, and the switch that it labels; where nothing can be switched, why.
function row({ texts }, id, head, choice, described) {
  return [
    "div",
    { class: "row" },
    head,
    ...(choice === "necessary"
      ? [["span", { class: "always" }, texts.necessary]]
      : choice
        ? [
            [
              "input",
              {
                type: "checkbox",
                role: "switch",
                part: "switch",
                id: `switch-${id}`,
                name: id,
                checked: choice === GRANTED,
                "aria-describedby": described,
              },
            ],
            ...["on", "off"].map((key) => ["span", { class: key, "aria-hidden": "true" }, texts[key]]),
          ]
        : []),
  ];
}

function entry(notice, service, choice) {
  const { texts } = notice;
  const { id, name, provider, summary, policyUrl } = service;
  const label = choice ? ["label", { for: `switch-${id}` }, name] : name;
  return [
    "div",
    { class: "service", part: "service" },
    row(notice, id, ["strong", {}, label], choice, `about-${id}`),
    [
      "p",
      { id: `about-${id}` },
      summary && ["span", { dir: "auto" }, summary],
      " ",
      ["span", {}, joined(" · ", provider, countryOf(notice, service))],
      " ",
      link(policyUrl, texts.privacyPolicy),
    ],
  ];
}

/** A switch of a category sets those of its services alike; one of a service sets only itself. */
export function watch(dialog) {
  dialog.addEventListener("change", ({ target }) => {
    if (target.closest("[part=service]")) return;
    for (const other of target.closest("section").querySelectorAll("[part=service] [role=switch]"))
      other.checked = target.checked;
  });
}
