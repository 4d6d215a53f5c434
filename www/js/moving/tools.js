// How other consent tools store a decision: for each what it keeps it in, under which name, and how that is read. The
// formats are facts; what becomes of them is Rust's affair (src/moving.rs). Nothing here judges, and nothing throws: what
// makes no sense is no decision.
//
// A reader answers the names that were `granted`, `denied` and left `undecided`, the time `atMs` where the tool wrote
// one, its `language`, and `isClosed` where every name that is not granted was denied.

const { isArray } = Array;

/** JSON, written as it is or for a cookie. */
function parsed(text) {
  for (const read of [(value) => value, decodeURIComponent]) {
    try {
      const value = JSON.parse(read(text));
      if (value && typeof value === "object") return value;
    } catch {
      // Not in this form.
    }
  }
}

/** The keys of an object of booleans, by what they say. */
function chosen(answers) {
  const of = (wanted) => Object.keys(answers).filter((name) => answers[name] === wanted);
  return { granted: of(true), denied: of(false) };
}

/** Milliseconds, of the first of these that is a time. */
const timeOf = (...times) => times.map((time) => new Date(time ?? Number.NaN).getTime()).find((time) => time >= 0);

const texts = (list) => (isArray(list) ? list.filter((name) => typeof name === "string") : []);

/**
 * vanilla-cookieconsent 2 and 3: the categories that were accepted, until the end that it wrote. Version 3 stores with
 * them which of their services were; it takes a category out with its last one, so an empty list says that it has none.
 * Of a category with services only these were accepted: `category/service`.
 */
function vanilla(text) {
  const { categories, languageCode, services, expirationTime, ...times } = parsed(text) ?? {};
  if (!isArray(categories) || expirationTime < Date.now()) return;
  const accepted = texts(categories);
  const servicesOf = (name) => texts(services?.[name]);
  const hasServices = (name) => servicesOf(name).length > 0;
  return {
    granted: accepted.flatMap((name) =>
      hasServices(name) ? servicesOf(name).map((service) => `${name}/${service}`) : [name],
    ),
    undecided: accepted.filter(hasServices),
    isClosed: true,
    atMs: timeOf(times.lastConsentTimestamp, times.consentTimestamp, times.last_consent_update, times.consent_date),
    language: typeof languageCode === "string" ? languageCode : "",
  };
}

/** Klaro and Orejime: an object of booleans, by the names of services (Klaro) or purposes (Orejime). */
function booleans(text) {
  const answers = parsed(text);
  return answers && !isArray(answers) ? chosen(answers) : undefined;
}

/** tarteaucitron: `!service=true!other=false!third=wait`. */
function tarteaucitron(text) {
  const answers = text.split("!").filter(Boolean);
  const of = (wanted) =>
    answers.filter((answer) => answer.endsWith(`=${wanted}`)).map((answer) => answer.split("=")[0]);
  return { granted: of("true"), denied: of("false"), undecided: of("wait") };
}

/** Osano's Cookie Consent, the free one: one word for all. `dismiss` says that a notice was read, which decides nothing. */
const osano = (text) => ({ granted: text === "allow" ? ["all"] : [], denied: text === "deny" ? ["all"] : [] });

/** c15t: JSON in local storage; in its cookie `c.marketing:1,i.t:1700000000000`, without what was denied. */
function c15t(text) {
  const { consents, consentInfo } = parsed(text) ?? {};
  if (consents && typeof consents === "object") return { ...chosen(consents), atMs: timeOf(consentInfo?.time) };
  const parts = new Map(text.split(",").map((part) => [part.split(":")[0], part.slice(part.indexOf(":") + 1)]));
  const time = parts.get("i.t");
  const answers = [...parts].filter(([name]) => name.startsWith("c."));
  if (answers.length === 0 || !/^\d+$/.test(time ?? "")) return;
  const granted = answers.filter(([, value]) => value === "1");
  return { granted: granted.map(([name]) => name.slice(2)), isClosed: true, atMs: timeOf(Number(time)) };
}

const COOKIE = "cookie";
const LOCAL_STORAGE = "local-storage";

/** By the word of `from`: the name that the tool stores under by default, in what, and its reader. */
export const tools = {
  __proto__: null,
  "vanilla-cookieconsent": { key: "cc_cookie", kinds: [COOKIE, LOCAL_STORAGE], read: vanilla },
  klaro: { key: "klaro", kinds: [COOKIE, LOCAL_STORAGE], read: booleans },
  tarteaucitron: { key: "tarteaucitron", kinds: [COOKIE], read: tarteaucitron },
  orejime: { key: "eu-consent", kinds: [COOKIE], read: booleans },
  osano: { key: "cookieconsent_status", kinds: [COOKIE], read: osano },
  c15t: { key: "c15t", kinds: [LOCAL_STORAGE, COOKIE], read: c15t },
};
