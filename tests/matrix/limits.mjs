// What may leak, and why; and what an engine cannot do at all. A leak that does not stand here fails
// the matrix. An entry that leaks in none of its engines any more is stale, and fails it too.

/**
 * `ids`: attempts, by name or pattern; `engines`: all unless said; `variants`: both that must not pass
 * unless said; `reason` and `remedy` are printed; `csp`: true where the remedy is a header that the
 * matrix tries, or a function that says so of an attempt. A limit holds for single races too: an attempt
 * in it may leak in one run and not in another.
 */
export const limits = [
  {
    // Whether the parser's own look-ahead is faster than the gate is a race for some of these.
    ids: [/^parsed-(script|script-async|script-defer|script-module|module-import|image|srcset|picture|frame|stylesheet|preload|prefetch|modulepreload|video|audio|poster|embed|object|input|svg|background|style-attribute|style-element|style-import|shadow|head-script|head-stylesheet|head-preload)$/],
    reason: "The browser asks for what stands in the page's own markup as it parses, partly before any script can judge.",
    remedy: "Mark it with `data-consent`, or a Content-Security-Policy",
    csp: true,
  },
  {
    ids: ["import", "import-code", "import-module", "import-blob", "own-import"],
    reason: "`import` is syntax: no function stands behind it that a script could replace.",
    remedy: "Mark the script that imports, or a Content-Security-Policy",
    // A header for the own origin would have to name each path.
    csp: (id) => !id.startsWith("own-"),
  },
];

/**
 * Attempts that do nothing in an engine, even without the tag, as they are driven here: nothing is
 * expected to arrive. That they do not leak is checked all the same.
 */
export const absent = {
  chromium: [
    { ids: ["stylesheet-exec-command"], reason: "leaves links out of inserted markup" },
    { ids: ["fresh-blob-loaded-cookie"], reason: "`blob:` documents have no cookies" },
  ],
  firefox: [
    { ids: [/^(prefetch|parsed-prefetch)/], reason: "fetches ahead when idle only", sometimes: true },
    { ids: ["preload-script-inner-html", "modulepreload-inner-html"], reason: "not always fetched", sometimes: true },
    { ids: [/^other-ping/], reason: "sends no pings" },
    { ids: ["style-typed"], reason: "has no `attributeStyleMap`" },
  ],
  webkit: [
    { ids: [/cookie-store/], reason: "keeps such cookies for `https:` only" },
    { ids: [/^(prefetch|parsed-prefetch)/], reason: "fetches nothing ahead" },
    { ids: ["stylesheet-exec-command"], reason: "leaves links out of inserted markup" },
    { ids: ["other-svg-set"], reason: "does not animate it" },
    { ids: ["code-form"], reason: "runs no such address" },
    { ids: ["fresh-blob-loaded-cookie"], reason: "`blob:` documents have no cookies" },
    { ids: ["fresh-popup-cookie", "fresh-popup-empty-cookie"], reason: "empty windows have no cookies" },
  ],
};

const matches = (ids, id) => ids.some((each) => (typeof each === "string" ? each === id : each.test(id)));

/** The limit that a leak of this attempt is within, or nothing. */
export const limitOf = (id, engine) => limits.find((limit) => matches(limit.ids, id) && (limit.engines ?? [engine]).includes(engine));

/** Why the attempt does nothing in the engine, or nothing. */
export const absenceOf = (id, engine) => absent[engine].find((each) => matches(each.ids, id));
