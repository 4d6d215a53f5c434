// Views as data. A view is a tree, `[tag, attributes, ...children]`; a child is a tree or a text, and what is
// empty is left out, as are attributes that are false or null. Here trees become elements, and the notice
// becomes the first layer; the face and the server use the same form.
//
// Every text stays text, whatever is in it. Left out: events, which trees never hold (controls carry
// `data-consent-action`, see page.js), looks (www/css), and what is shown when (src/web/show.rs).

/** The elements of a tree. */
export function build([tag, attributes, ...children]) {
  const made = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value || value === 0) made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child) made.append(typeof child === "string" ? child : build(child));
  return made;
}

/** A text with its place filled in. */
export const fill = (text, value) => text.replace(/{\w+}/, () => value);

/** A control. */
export const button = (action, label, part = "button") =>
  ["button", { type: "button", "data-consent-action": action, part }, label];

/** A link to another page; nothing without an address. */
export const link = (href, label) => href && ["a", { href, target: "_blank", rel: "noopener" }, label];

/** The controller's own policies. */
export const policies = ({ controller, texts }) =>
  ["p", {}, ...["privacyPolicy", "cookiePolicy"].map((key) => link(controller[key], texts[key]))];

/** Who asks, what for, and three buttons; the two that answer are of one kind (law R04 to R06, R14). */
export function firstLayer(notice) {
  const { texts, controller, categories } = notice;
  return ["section", { part: "banner", role: "region", "aria-labelledby": "title" },
    ["div", { class: "words" },
      ["h2", { id: "title" }, texts.title],
      ["p", {}, fill(texts.intro, controller.name)],
      ["ul", {}, ...categories.map(({ title, description }) => ["li", {}, ["strong", {}, title], ["span", {}, description]])],
      ["p", {}, texts.rights],
      policies(notice),
    ],
    ["div", { class: "actions" },
      button("reject-all", texts.rejectAll),
      button("accept-all", texts.acceptAll),
      button("settings", texts.settings),
    ],
  ];
}
