// The element `consent-declaration`: the policy as the page with the cookie policy shows it, with what is kept,
// by whom, for how long, and what the visitor has chosen.
//
// Left out: changing a choice; a page puts a control for the settings beside it (docs/face.md).

import { fill, link, plural, words } from "../view.js";
import { NOTICE, STATE } from "../numbers.js";
import { countryOf, directionOf, joined, keeperOf, kindOf, partyOf, spanOf } from "./words.js";

const COLUMNS = [
  ["name", (notice, { name }) => name],
  ["type", kindOf],
  ["purpose", (notice, { purpose }) => purpose],
  ["duration", spanOf],
  ["provider", keeperOf],
  ["party", partyOf],
];

/** The declaration as trees. */
export function declaration(notice, { categories, services }, revision) {
  const { texts } = notice;
  // As a choice is called where it is shown.
  const said = (choice) => texts[choice];
  return [
    ...notice.categories.map((category) => section(notice, category, said, { ...services, ...categories })),
    words(revision && fill(texts.edition, { revision })),
  ];
}

function section(notice, { id, title, description, services, items }, said, choices) {
  const { texts } = notice;
  const choice = choices[id];
  return [
    "section",
    { part: "category", "aria-labelledby": `title-${id}` },
    ["h2", { part: "heading", id: `title-${id}`, dir: "auto" }, title],
    ["p", { part: "text", dir: "auto" }, description],
    [
      "p",
      { part: "choice" },
      choice === "necessary" ? texts.necessary : fill(texts.yourChoice, { choice: said(choice) }),
    ],
    services.length > 0 && [
      "ul",
      { "aria-label": texts.services },
      ...services.map((service) => [
        "li",
        { part: "service" },
        ["strong", {}, service.name],
        " ",
        joined(
          " · ",
          service.provider,
          countryOf(notice, service),
          choices[service.id] !== choice && fill(texts.yourChoice, { choice: said(choices[service.id]) }),
        ),
        " ",
        link(service.policyUrl, texts.privacyPolicy),
      ]),
    ],
    items.length ? table(notice, items) : words(texts.noItems),
  ];
}

// The roles say what the elements are also where narrow columns show each cell on a line of its own.
function table(notice, items) {
  const { texts, language } = notice;
  return [
    "table",
    { part: "table", role: "table" },
    ["caption", {}, plural(texts.items, items.length, language)],
    [
      "thead",
      { role: "rowgroup" },
      ["tr", { role: "row" }, ...COLUMNS.map(([key]) => ["th", { scope: "col", role: "columnheader" }, texts[key]])],
    ],
    [
      "tbody",
      { role: "rowgroup" },
      ...items.map((item) => [
        "tr",
        { role: "row" },
        ...COLUMNS.map(([key, value], place) => [
          place ? "td" : "th",
          place ? { role: "cell", dir: "auto", "data-label": texts[key] } : { scope: "row", role: "rowheader" },
          value(notice, item),
        ]),
      ]),
    ],
  ];
}

// The edition is not part of the notice: nobody is asked again for it.
function revisionOf(policy) {
  try {
    return (typeof policy === "object" ? policy : JSON.parse(policy)).revision;
  } catch {
    return "";
  }
}

/**
 * Makes what fills such an element, and fills it anew after each change and when it is told to; calls `makeWay()` once it is
 * filled.
 */
export function declarer({ build, known, policy }, style, makeWay) {
  const hosts = new Set();
  let sheet;

  function render(host) {
    const notice = known(NOTICE);
    // Nobody is there who could read the policy.
    if (!notice) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
    }
    root.adoptedStyleSheets = [sheet];
    host.lang = notice.language;
    host.dir = directionOf(notice);
    root.replaceChildren(...declaration(notice, known(STATE), revisionOf(policy)).filter(Boolean).map(build));
    makeWay();
  }

  function renderAll() {
    for (const host of hosts) {
      if (host.isConnected) render(host);
      else hosts.delete(host);
    }
  }
  document.addEventListener("consent:change", renderAll);

  return {
    declare(host) {
      hosts.add(host);
      render(host);
    },
    renewDeclarations: renderAll,
  };
}
