// For applications: makes a policy of one whose services are entries of `consentinel/services`, with their items inside.
// `createConsent` takes what comes out, as a page takes what `consentinel bundle` writes of a policy with `use`; both come
// to the same (tests/npm/services.test.mjs; the rules are told in catalogue/src/expand.rs).
//
// Left out: what is wrong with a policy, which whoever reads it says.

const { entries, fromEntries, keys } = Object;

/** The languages that entries are written in. */
const LANGUAGES = ["de", "en", "es", "fr", "it"];

/** Those of them that the categories are written in. */
function languagesOf(categories) {
  const tags = categories.flatMap(({ title }) => keys(title)).map((tag) => tag.split("-")[0]);
  const spoken = LANGUAGES.filter((language) => tags.includes(language));
  return spoken.length ? spoken : ["en"];
}

/** What a bundler makes of a misspelt import is nothing, and an id or a `use` is no entry: each would be lost in silence. */
function mustBeService(service, at) {
  const found = service?.use ?? service;
  if (found === service && typeof service === "object" && service !== null) return;
  const what = found === undefined ? "nothing, as of an import that there is not" : `\`${JSON.stringify(found)}\``;
  throw new TypeError(
    `compose: services[${at}] is ${what}; import the entry from "consentinel/services" and give that`,
  );
}

/**
 * The policy with the items of its services behind its own. A host or an item that is declared already is not declared
 * again: of the policy's own first, then in the order of the services. Texts come in the languages of its categories.
 */
export function compose(policy) {
  const languages = languagesOf(policy.categories);
  const spoken = (texts) => fromEntries(entries(texts).filter(([language]) => languages.includes(language)));
  const isEntry = (service) => service.items !== undefined;
  const nameOf = ({ kind, name }) => `${kind} ${name}`;
  const given = policy.services ?? [];
  given.forEach(mustBeService);
  const items = [...(policy.items ?? [])];
  const declared = new Set(items.map(nameOf));
  const known = new Set(given.filter((service) => !isEntry(service)).flatMap(({ hosts = [] }) => hosts));
  const isNew = (set, name) => !set.has(name) && set.add(name);
  const services = given.map((service) => {
    if (!isEntry(service)) return service;
    const { items: own, ...written } = service;
    for (const item of own) {
      if (!isNew(declared, nameOf(item))) continue;
      items.push({ category: service.category, service: service.id, ...item, purpose: spoken(item.purpose) });
    }
    if (written.summary) written.summary = spoken(written.summary);
    return { ...written, hosts: (service.hosts ?? []).filter((host) => isNew(known, host)) };
  });
  return { ...policy, services, items };
}
