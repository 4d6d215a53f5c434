// The settings: a switch for each optional category that shows what holds now, everything that is kept, and
// what could not be erased (law R08, R16, R20, R23).
//
// Left out: what a switch does (the tag reads them when the visitor saves), looks (www/css/face.css).

import { button, fill, link, plural, policies } from "../view.js";

const GRANTED = "granted";

const joined = (between, ...parts) => parts.filter(Boolean).join(between);

/** The dialog as a tree. */
export function settings(notice, { categories, left }) {
  const { texts, controller } = notice;
  const isGranted = Object.values(categories).includes(GRANTED);
  return ["dialog", { part: "settings", "aria-labelledby": "settings-title" },
    ["div", { class: "head" },
      ["h2", { id: "settings-title" }, texts.settingsTitle],
      button("close", texts.close),
    ],
    ["div", { class: "body", tabindex: 0, role: "group", "aria-labelledby": "settings-title" },
      ["p", {}, texts.settingsIntro],
      left.length > 0 && ["p", { class: "left" }, fill(texts.left, { names: left.join(", ") })],
      ...notice.categories.map((category) => section(notice, category, categories[category.id])),
      ["p", { class: "controller" }, joined(" · ", controller.name, controller.address, controller.contact)],
      policies(notice),
    ],
    ["div", { class: "actions" },
      isGranted ? button("withdraw", texts.withdraw) : button("reject-all", texts.rejectAll),
      button("accept-all", texts.acceptAll),
      button("save", texts.save),
    ],
  ];
}

function section(notice, { id, necessary, title, description, services, items }, choice) {
  const { texts } = notice;
  return ["section", { class: "category" },
    necessary
      ? ["div", { class: "row" }, ["h3", {}, title], ["span", { class: "always" }, texts.necessary]]
      : ["label", { class: "row" },
        ["strong", {}, title],
        ["input", { type: "checkbox", role: "switch", name: id, checked: choice === GRANTED }],
        ...["on", "off"].map((key) => ["span", { class: key, "aria-hidden": "true" }, texts[key]]),
      ],
    ["p", {}, description],
    ...services.map(({ name, provider, country, policyUrl }) =>
      ["p", { class: "service" }, name, ["span", {}, joined(", ", provider, country)], link(policyUrl, texts.privacyPolicy)]),
    items.length > 0 && ["details", {},
      ["summary", {}, plural(texts.items, items.length, notice.language)],
      ...items.map((item) => entry(notice, item)),
    ],
  ];
}

const KINDS = {
  cookie: "kindCookie",
  "local-storage": "kindLocal",
  "session-storage": "kindSession",
  "indexed-db": "kindDatabase",
  "cache-storage": "kindCache",
  "service-worker": "kindWorker",
};

function entry({ texts, controller, categories, language }, { name, kind, purpose, duration, service }) {
  const services = categories.flatMap((category) => category.services);
  const rows = [
    ["name", `${name} (${texts[KINDS[kind]]})`],
    ["purpose", purpose],
    ["duration", texts[duration] ?? span(language, duration)],
    ["provider", services.find(({ id }) => id === service)?.name ?? controller.name],
  ];
  return ["dl", {}, ...rows.map(([key, value]) => ["div", {}, ["dt", {}, texts[key]], ["dd", {}, value]])];
}

// The browser knows how its language counts days.
function span(language, duration) {
  const [count, unit] = duration.split(" ");
  return new Intl.NumberFormat(language, { style: "unit", unit: unit.replace(/s$/, ""), unitDisplay: "long" }).format(count);
}
