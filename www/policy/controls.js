// What the owner answers about themselves and the banner: controls that stand for fields of the policy.

import { languageName, spoken } from "../audit/words.js";
import { controllerOf, languagesOf } from "./edit.js";
import { catalogueLanguages } from "./module.js";
import { words } from "./words.js";

const find = (id) => document.getElementById(id);

/** The fields of the controller, in their order, and what browsers may fill in. */
export const CONTROLLER = [
  ["name", "organization"],
  ["contact", "email"],
  ["privacyPolicy", "url"],
  ["cookiePolicy", "off"],
];
/** The fields of the document that are a choice, and what may be chosen; the first is what holds without one. */
export const CHOSEN = [
  ["placement", ["bottom", "corner", "center"]],
  ["mode", ["enforce", "report"]],
];

/** The controls, as a tree. */
export const controls = () => [
  "fieldset",
  { id: "controls" },
  ["legend", {}, words("who")],
  [
    "div",
    { class: "row" },
    ...CONTROLLER.map(([field, autocomplete]) =>
      labelled(field, ["input", { id: field, autocomplete, spellcheck: "false", required: field === "name" }]),
    ),
    labelled("revision", ["input", { id: "revision", autocomplete: "off" }]),
    ...CHOSEN.map(([field, values]) =>
      labelled(field, [
        "select",
        { id: field },
        ...values.map((value) => ["option", { value }, words(`${field}_${value}`)]),
      ]),
    ),
  ],
  [
    "fieldset",
    { id: "languages" },
    ["legend", {}, words("languages")],
    ["p", { class: "hint", id: "languages-hint" }, words("languagesHint")],
    ...catalogueLanguages().map((tag) => [
      "label",
      { class: "check" },
      ["input", { type: "checkbox", id: `language-${tag}`, "aria-describedby": "languages-hint" }],
      languageName(tag),
    ]),
  ],
];

const labelled = (field, control) => ["div", {}, ["label", { for: field }, words(`field_${field}`)], control];

/** Shows what the document says; a field that somebody writes in is left alone. */
export function shown(policy, isBroken) {
  find("controls").disabled = isBroken;
  const put = (id, value) => {
    if (document.activeElement !== find(id)) find(id).value = value;
  };
  for (const [field] of CONTROLLER) put(field, controllerOf(policy, field));
  put("revision", typeof policy?.revision === "string" ? policy.revision : "");
  for (const [field, values] of CHOSEN)
    find(field).value = values.includes(policy?.[field]) ? policy[field] : values[0];
  // One that is begun speaks the language of this page.
  const languages = policy ? languagesOf(policy) : [spoken()];
  for (const tag of catalogueLanguages()) find(`language-${tag}`).checked = languages.includes(tag);
}
