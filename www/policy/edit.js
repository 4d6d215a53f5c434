// Changes of a policy that the controls of the page stand for, on the document that its text is. What is there already
// stays: a field of another kind than it should be is left for its owner to mend, and the change answers false.
//
// Left out: what is wrong with a policy, and what the catalogue says (the module).

import { begun, catalogueLanguages, named, suggested } from "./module.js";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (document, field) => (Array.isArray(document?.[field]) ? document[field].filter(isObject) : []);

/** The document of a text; nothing where that is no JSON object. */
export function documentOf(text) {
  try {
    const document = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a document, indented as the text that it was before; a long one may be too long with more. */
export function textOf(document, before) {
  const indent = before.trim() ? (before.match(/\n([ \t]+)"/)?.[1] ?? "") : "  ";
  return `${JSON.stringify(document, null, indent)}\n`;
}

/** A first document, of which a part may be known already. */
export const first = (controller, language, revision) => JSON.parse(begun(controller, [language], revision));

/** The text of a field of the controller. */
export const controllerOf = (document, field) =>
  isObject(document?.controller) && typeof document.controller[field] === "string" ? document.controller[field] : "";

/** Sets a field of the controller; one that is empty goes, but for the name. */
export function setController(document, field, value) {
  document.controller ??= {};
  if (!isObject(document.controller)) return false;
  if (value || field === "name") document.controller[field] = value;
  else delete document.controller[field];
  return true;
}

/** Has the id follow the name of the controller, as long as it is made of that. */
export function follow(document, before) {
  if (document.id === named(before)) document.id = named(controllerOf(document, "name"));
}

/** Sets a field of the document; one that is empty goes. */
export function setField(document, field, value) {
  if (value) document[field] = value;
  else delete document[field];
  return true;
}

const categoryOf = (document, id) => listOf(document, "categories").find((category) => category.id === id);

/** The languages of the catalogue in which the document has titles of categories. */
export const languagesOf = (document) =>
  catalogueLanguages().filter((tag) =>
    listOf(document, "categories").some(({ title }) => isObject(title) && Object.hasOwn(title, tag)),
  );

/** Every language that titles of categories are in. */
export const titled = (document) => [
  ...new Set(listOf(document, "categories").flatMap(({ title }) => (isObject(title) ? Object.keys(title) : []))),
];

const FIELDS = ["title", "description"];

/** Writes the catalogue's texts in a language into its categories, or takes them out; words of the owner stay. */
export function setLanguage(document, tag, isOn) {
  for (const category of listOf(document, "categories")) {
    const texts = Object.hasOwn(suggested, category.id) ? suggested[category.id] : undefined;
    for (const field of FIELDS) {
      const own = category[field];
      if (!texts || !isObject(own)) continue;
      if (isOn) own[tag] ??= texts[field][tag];
      else if (own[tag] === texts[field][tag] && Object.keys(own).length > 1) delete own[tag];
    }
  }
  return languagesOf(document).includes(tag) === isOn;
}

/** The categories that a service can wait for: those of the document, then those that the catalogue suggests. */
export function choices(document) {
  const own = listOf(document, "categories").filter(({ id }) => typeof id === "string");
  const ids = own.map(({ id }) => id);
  const hasNecessary = own.some(({ necessary }) => necessary === true);
  const more = Object.keys(suggested).filter((id) => !ids.includes(id) && !(hasNecessary && suggested[id].necessary));
  return [...ids, ...more];
}

/** The category of the document that one of the catalogue stands for, made where there is none. */
function category(document, id) {
  if (categoryOf(document, id) || !Object.hasOwn(suggested, id)) return id;
  const texts = suggested[id];
  const necessary = listOf(document, "categories").find((one) => one.necessary === true);
  if (texts.necessary && necessary) return necessary.id;
  const languages = languagesOf(document);
  const of = (field) =>
    Object.fromEntries((languages.length ? languages : ["en"]).map((tag) => [tag, texts[field][tag]]));
  document.categories.push({
    id,
    ...(texts.necessary && { necessary: true }),
    title: of("title"),
    description: of("description"),
  });
  return id;
}

/** The services of the document, each with its place in the list and what it is called. */
export const servicesOf = (document) =>
  (Array.isArray(document?.services) ? document.services : []).flatMap((service, at) =>
    isObject(service) ? [{ at, use: service.use, id: service.use ?? service.id, category: service.category }] : [],
  );

/** Has the document use an entry of the catalogue. */
export function addService(document, { id, category: suggestion }) {
  document.categories ??= [];
  if (!Array.isArray(document.categories) || !Array.isArray(document.services ?? [])) return false;
  if (!document.services) {
    // Before the items, as people write it.
    const { items } = document;
    delete document.items;
    document.services = [];
    if (items !== undefined) document.items = items;
  }
  document.services.push({ use: id, category: category(document, suggestion) });
  return true;
}

/** Takes a service out, and its category where that has the catalogue's words alone and nobody else waits for it. */
export function removeService(document, at) {
  const [service] = document.services.splice(at, 1);
  leave(document, service?.category);
  if (!document.services.length) delete document.services;
  return true;
}

/** Has a service wait for another category. */
export function setCategory(document, at, id) {
  const service = document.services[at];
  const before = service.category;
  if (!Array.isArray(document.categories)) return false;
  service.category = category(document, id);
  if (before !== service.category) leave(document, before);
  return true;
}

function leave(document, id) {
  const texts = Object.hasOwn(suggested, id) ? suggested[id] : undefined;
  const left = categoryOf(document, id);
  if (!texts || texts.necessary || !left) return;
  const isUsed = [...listOf(document, "services"), ...listOf(document, "items")].some((one) => one.category === id);
  const isOwn = FIELDS.some(
    (field) => !isObject(left[field]) || Object.entries(left[field]).some(([tag, text]) => texts[field][tag] !== text),
  );
  const isMore = Object.keys(left).some((field) => field !== "id" && !FIELDS.includes(field));
  if (!isUsed && !isOwn && !isMore) document.categories.splice(document.categories.indexOf(left), 1);
}
