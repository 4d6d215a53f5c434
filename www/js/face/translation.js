// Looks whether the policy has its texts in the language shown: the first category and the first item with one that
// visitors read in another language are told to the developer, once.
//
// Left out: that the product itself lacks a language, which the tag tells (src/web/mod.rs); the same look by the
// program, for `consentinel notice` (src/notice.rs).

const told = new Set();

/** Warns of texts of the policy, an object or its text, that are not in this language. */
export function checkTranslation({ policy, warn }, language) {
  if (told.has(language)) return;
  told.add(language);
  const known = typeof policy === "object" ? policy : JSON.parse(policy);
  const whole = language.toLowerCase();
  const wanted = [whole, whole.split("-")[0]];
  const isMissing = (texts) =>
    texts instanceof Object && !Object.keys(texts).some((tag) => wanted.includes(tag.toLowerCase()));
  const firstIn = (list) =>
    known[list]?.flatMap((entry, place) =>
      Object.keys(entry ?? {})
        .filter((key) => key !== "for" && isMissing(entry[key]))
        .map((key) => `${list}[${place}].${key}`),
    )[0];
  const paths = ["categories", "items"].map(firstIn).filter(Boolean);
  warn(
    ...paths.map((path) => ["language-missing", path, language, "visitors read another language here: translate it"]),
  );
}
