// What is decided about single attempts: what may leak, and why; what is refused unless it is declared;
// what a grant does not give back; what an engine cannot do at all. A leak that does not stand here fails
// the matrix. An entry that leaks in none of its engines any more is stale, and fails it too.

/** Before there is an answer, and at the grant that ends this in the same page. */
const UNDECIDED = ["before", "released"];
/** What nobody declared is refused by the browser itself from the first moment. */
const DECLARED = ["optional"];

/**
 * `ids`: attempts, by name or pattern; `engines`, `phases` and `variants`: all, and all that must not pass,
 * unless said; `reason` and `remedy` are printed; `csp`: true where the remedy is a header that the
 * matrix tries, or a function that says so of an attempt; `sometimes`: true where whole runs pass without
 * it. A limit holds for single races too: an attempt
 * in it may leak in one run and not in another.
 */
export const limits = [
  {
    ids: ["parsed-frame-page", "fresh-page-early-fetch"],
    sometimes: true,
    reason:
      "A page of the own origin in a frame has scripts and a policy of its own: ours is put into it once it has loaded.",
    remedy: "Put the tag into those pages too, or send the Content-Security-Policy with them",
  },
  {
    // Whether the parser's own look-ahead is faster than the gate is a race for some of these.
    ids: [
      /^parsed-(script|script-async|script-defer|script-module|module-import|image|srcset|picture|frame|stylesheet|preload|prefetch|modulepreload|video|audio|poster|embed|object|input|svg|background|style-attribute|style-element|style-import|shadow|head-script|head-stylesheet|head-preload)$/,
    ],
    reason:
      "The browser asks for what stands in the page's own markup as it parses, partly before any script can judge.",
    remedy: "Mark it with `data-consent`, or a Content-Security-Policy",
    csp: true,
  },
  {
    ids: ["import", /^import-/, "worker-module"],
    phases: UNDECIDED,
    variants: DECLARED,
    reason: "`import` is syntax: no function stands behind it that could hold a module back until there is an answer.",
    remedy:
      'Mark the script that imports, or let the browser hold the gate (`"gate": "browser"`, or a Content-Security-Policy)',
    csp: true,
  },
  {
    // A header for the own origin would have to name each path.
    ids: ["own-import"],
    reason: "`import` is syntax, and the own origin is let in as a whole.",
    remedy: "Mark the script that imports",
  },
  {
    ids: [
      /^file-(elsewhere-)?(image|image-set|mask|content|variable|keyframes|font|import|import-layer|import-deep|shadow|imported)$/,
    ],
    phases: UNDECIDED,
    variants: DECLARED,
    reason: "The browser reads a style sheet that is a file, and no script sees what it names.",
    remedy: "Gate the sheet itself by its host, or let the browser hold the gate",
    csp: true,
  },
  {
    ids: [/^detour-/],
    phases: UNDECIDED,
    variants: DECLARED,
    reason: "The browser follows where a server sends a request on to, and no script is asked.",
    remedy: "Let the browser hold the gate",
    csp: true,
  },
  {
    ids: [/^inherits-/, "declared-frame-blob"],
    phases: UNDECIDED,
    variants: DECLARED,
    reason: "In code of `blob:` and `data:` addresses, once it is declared, no script of ours runs before its own.",
    remedy: "Let the browser hold the gate",
    // WebKit lets a frame of `blob:` ask at times before it has the header of the page around.
    csp: (id) => id !== "inherits-frame-blob",
  },
  {
    ids: [/^file-page-/],
    reason: "A page of the site runs its own scripts and reads its own markup before any other page sees it.",
    remedy: "Put the tag into those pages too, or a Content-Security-Policy on their answers",
  },
  {
    ids: ["worker-own", "shared-worker-own"],
    reason: "A worker is a world of its own, and the gate does not run there.",
    remedy:
      "Gate the worker by a service with its path, or a Content-Security-Policy on the answer with the worker's file",
    csp: true,
  },
  {
    ids: [
      /^other-frame-(location|replace|open|link|refresh)$/,
      "other-frameset",
      "other-frame-javascript",
      "code-form",
      /^navigation-(href|assign|host|document|navigate|refresh|area|svg|download)$/,
      /^sent-(inside|inside-page|inside-link|inside-open|inside-parent|link-late|base-target|detour|object)$/,
      "sandboxed-refresh",
      "detour-frame",
      "detour-object",
    ],
    phases: [...UNDECIDED, "rejected", "withdrawn"],
    variants: DECLARED,
    reason:
      "A frame is sent elsewhere: no function stands behind a navigation that a script could replace, and a page that began undecided keeps its frames open for a later grant.",
    remedy: "Load the page anew after a refusal, or let the browser hold the gate",
    csp: true,
  },
  {
    ids: ["navigation-window", "navigation-blank"],
    reason: "A page must be able to send its visitor elsewhere.",
    remedy: "Let in only scripts that you would trust with that",
  },
  {
    ids: ["other-speculation-rules"],
    engines: ["chromium"],
    phases: ["decided-rejected", "decided-granted", "decided-one", "browser"],
    sometimes: true,
    reason:
      "No wrapper looks at scripts where the browser holds requests, and it loads ahead by such rules whatever a Content-Security-Policy says of the host.",
    remedy: "Mark the script that puts them in",
  },
  {
    ids: ["image-xslt"],
    engines: ["webkit"],
    phases: UNDECIDED,
    variants: DECLARED,
    reason: "That engine makes what XSLT makes in a document where things load.",
    remedy: "Mark the script that does it, or let the browser hold the gate",
    csp: true,
  },
  {
    ids: [
      /^fresh-put-(range|surround|selection|select-item|select-index|select-add|options-set|options-define)-/,
      /^fresh-(nested-written|frameset|html-edited|html-undone|html-srcdoc-html|html-blank-html|html-lazy-html)-/,
      /^inside-(srcdoc-unsafe|code-shadow|code-declared)-/,
    ],
    phases: ["decided-granted"],
    variants: ["undeclared"],
    reason:
      "Where everything is granted, the ways to a fresh window are not watched any more: what is optional may be kept, and only what nobody declared could be kept from there.",
    remedy: "Declare it",
  },
];

/** What never arrives, whatever the visitor chose, in all phases unless said: the policy of the matrix does not list it. */
export const refused = [
  {
    ids: [
      /^worker-(blob|data|import-scripts|xhr|websocket|nested)$/,
      "shared-worker-blob",
      /^style-(data|blob)-sheet$/,
      /^other-frame-(data|blob|blob-script)$/,
      /^in-(empty|page)-worker$/,
      /^fresh-blob-loaded-/,
      /^address-/,
    ],
    reason:
      'Code from `blob:` and `data:` addresses, in workers, frames and style sheets, counts as somebody else\'s: it would run where the gate cannot look into it. It is refused unless a service lists `blob:` or `data:`, but for a worker of `blob:`, which runs and can ask and keep nothing; the attempts under "declared" show what happens then.',
  },
  {
    ids: [/^fresh-put-(select-item|select-index|select-add|options-set|options-define)-/],
    phases: ["before", "released", "browser", "rejected", "withdrawn", "granted", "decided-rejected", "decided-one"],
    reason:
      "An option is put into a list by its number, too, with no function behind it: so no frame stays inside one.",
  },
];

/** What was held and is not given back at a grant. */
export const lost = [
  {
    ids: [
      /websocket/,
      /event-source/,
      "api-socket-stream",
      "api-transport",
      /^(shared-)?worker-/,
      /^in-(empty|page)-worker$/,
      "own-worker",
    ],
    reason: "A socket, a stream of events or a worker cannot wait: it fails, and is made anew by the script.",
  },
  {
    ids: [/cache-add-all/, "api-payment-method", "api-identity", "api-xslt-import", /^media-artwork/],
    reason:
      "What names addresses in lists and objects cannot wait: it fails or does without, and is made anew by the script.",
  },
  { ids: ["xhr-sync"], reason: "A synchronous call cannot wait: it fails." },
  {
    ids: ["style-font", "style-font-added", "style-animate", "other-svg-set", "token-keyframe-added"],
    reason: "The gate does not know what became of the font or the animation.",
  },
  {
    ids: ["style-registered"],
    reason: "The property is registered without the address, and none can be registered anew.",
  },
  { ids: [/^other-ping/], reason: "The click is over." },
  {
    ids: ["forgotten-embed-code", "forgotten-set-elsewhere", "forgotten-set-late"],
    reason: "Such an element looks at its address once, when it is put in or begins.",
  },
  { ids: ["other-speculation-rules"], reason: "A browser reads rules for loading ahead once." },
  { ids: ["other-frameset"], reason: "A frame of a frameset that gets its address later does not load it (Firefox)." },
  {
    ids: ["other-base-element", "sent-inside-base"],
    reason: "The request was made relative to a base that was held, so it went to the page's own origin.",
  },
  { ids: [/^sandboxed-srcdoc-(image|style|nested)$/], reason: "The gate does not reach into a sandboxed frame." },
  { ids: ["api-fetch-later"], reason: "The browser decides when it is sent." },
  { ids: ["api-payment-method"], reason: "A question about payments cannot wait: it fails." },
  {
    ids: [/^fresh-(srcdoc|page|javascript)-/, "fresh-popup-once-cookie", "fresh-html-srcdoc-html-cookie"],
    reason: "The document that asked was gone a moment later.",
  },
  {
    ids: ["form-listener-action", "form-listener-method"],
    reason: "The address was changed while the form was being sent: it goes to the page's own.",
  },
  {
    ids: ["other-track"],
    reason: "A track that was switched on without its address is not looked at again (Firefox).",
  },
  { ids: ["pagehide-beacon"], reason: "The page is gone." },
  { ids: [/^cookie-header-/], reason: "A server sets it, so nothing waits." },
];

const GONE = {
  ids: [/^fresh-(srcdoc|html-srcdoc-html)-/, /^fresh-javascript-(database|cache)$/],
  reason: "the document that asks is gone a moment later",
  sometimes: true,
};

/**
 * Attempts that do nothing in an engine, even without the tag, as they are driven here: nothing is
 * expected to arrive. That they do not leak is checked all the same.
 */
export const absent = {
  chromium: [
    GONE,
    { ids: ["api-xslt-import"], reason: "asks nobody elsewhere there" },
    { ids: ["stylesheet-exec-command"], reason: "leaves links out of inserted markup" },
    { ids: [/^fresh-blob-loaded-cookie/], reason: "`blob:` documents have no cookies" },
    { ids: ["other-speculation-rules"], reason: "not always fetched", sometimes: true },
    { ids: [/^svg-filter-/], reason: "asks for no filters elsewhere" },
    { ids: [/^media-artwork/], reason: "asks for artwork only where something shows it" },
  ],
  firefox: [
    GONE,
    {
      ids: [/^fresh-html-blank-html-cookie/],
      reason: "loads the frame anew, at times before the cookie is there",
      sometimes: true,
    },
    {
      ids: ["api-paint-worklet", "api-fetch-later", "api-socket-stream", "api-identity", "api-payment-method"],
      reason: "has no such function, or not without a dialog",
    },
    { ids: ["forgotten-embed-code"], reason: "knows no such attribute" },
    { ids: ["token-font-style"], reason: "lets nobody set it" },
    { ids: ["token-rule-map", "token-typed-append"], reason: "has no such maps" },
    { ids: [/^fresh-picture-in-picture-/], reason: "has no such windows in every version", sometimes: true },
    { ids: [/^(prefetch|parsed-prefetch)/], reason: "fetches ahead when idle only", sometimes: true },
    { ids: ["preload-script-inner-html", "modulepreload-inner-html"], reason: "not always fetched", sometimes: true },
    { ids: [/^other-ping/], reason: "sends no pings" },
    { ids: [/-bucket$/], reason: "has no buckets of storage" },
    { ids: [/^handle-/], reason: "hands out no handles" },
    { ids: ["style-typed"], reason: "has no `attributeStyleMap`" },
    { ids: ["code-form"], reason: "runs such an address at times only", sometimes: true },
    { ids: ["import-map"], reason: "takes no import map after a module", sometimes: true },
    { ids: ["other-speculation-rules"], reason: "has no such rules" },
    { ids: [/^svg-(fill|stroke|filter|clip-path|marker-\w+)-/], reason: "asks for no such things elsewhere" },
  ],
  webkit: [
    GONE,
    {
      ids: ["sandboxed-srcdoc-nested"],
      reason: "loads no frame in the markup of a sandboxed one in which a Content-Security-Policy is in force",
      sometimes: true,
    },
    {
      ids: ["api-paint-worklet", "api-fetch-later", "api-socket-stream", "api-identity", "api-payment-method"],
      reason: "has no such function",
    },
    { ids: ["api-xslt-import"], reason: "asks nobody elsewhere there" },
    { ids: ["forgotten-animate-href"], reason: "does not animate it" },
    { ids: ["sandboxed-refresh"], reason: "does not follow it there" },
    { ids: ["token-rule-map"], reason: "asks for nothing so" },
    { ids: [/^fresh-picture-in-picture-/], reason: "has no such windows" },
    { ids: [/cookie-store/], reason: "keeps such cookies for `https:` only" },
    { ids: [/^(prefetch|parsed-prefetch)/], reason: "fetches nothing ahead" },
    { ids: ["stylesheet-exec-command"], reason: "leaves links out of inserted markup" },
    { ids: ["other-svg-set"], reason: "does not animate it" },
    { ids: ["other-speculation-rules"], reason: "has no such rules" },
    { ids: [/-bucket$/], reason: "has no buckets of storage" },
    { ids: [/^handle-/], reason: "hands out no handles" },
    { ids: ["navigation-navigate"], reason: "has no `navigation`" },
    { ids: [/^svg-(fill|stroke|filter|clip-path|marker-\w+)-/], reason: "asks for no such things elsewhere" },
    { ids: ["code-form"], reason: "runs no such address" },
    { ids: [/^fresh-blob-loaded-cookie/], reason: "`blob:` documents have no cookies" },
    {
      ids: [/^fresh-popup-((empty|named|reflect|once|link|opener|frame|frame-html)-)?cookie$/],
      reason: "empty windows have no cookies",
    },
  ],
};

const matches = (ids, id) => ids.some((each) => (typeof each === "string" ? each === id : each.test(id)));

/** The limits that leaks of this attempt are within. */
export const limitsOf = (id, engine) =>
  limits.filter((limit) => matches(limit.ids, id) && (limit.engines ?? [engine]).includes(engine));

/** The limit that a leak of this attempt is within in this phase, or nothing. */
export const limitOf = (id, engine, phase, variant) =>
  limitsOf(id, engine).find(
    ({ phases = [phase], variants = [variant] }) => phases.includes(phase) && variants.includes(variant),
  );

/** Whether a limit is about this attempt at all. */
export const covers = (limit, id) => matches(limit.ids, id);

/** Why the attempt is refused in each variant in this phase, or nothing. */
export const refusalOf = (id, phase) =>
  refused.find(({ ids, phases = [phase] }) => matches(ids, id) && phases.includes(phase));

/** Why a grant does not give the attempt back, or nothing. */
export const lossOf = (id) => lost.find((each) => matches(each.ids, id));

/** Why the attempt does nothing in the engine, or nothing. */
export const absenceOf = (id, engine) => absent[engine].find((each) => matches(each.ids, id));
