// Views as data. A view is a tree, `[tag, attributes, ...children]`; a child is a tree or a text, and what is
// empty is left out, as are attributes that are false or null. Here are how trees become elements, and what each
// of our views has.
//
// Every text stays text, whatever is in it. Left out: events, which trees never hold (controls carry
// `data-consent-action`, see page.js), and looks (www/css).

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

/** A control. */
export const button = (action, label, part = "button") => [
  "button",
  { type: "button", "data-consent-action": action, part },
  label,
];

/** The element that everything of ours is in. */
export const host = ({ language }, { placement, reopen }) => [
  "consent-banner",
  {
    lang: language,
    dir: /^(ar|he)/.test(language) ? "rtl" : "ltr",
    placement: placement || "bottom",
    reopen,
    // No search engine takes our words for those of the page.
    "data-nosnippet": true,
  },
];

/** The line that only tells; it must be there, and empty, before it has something to say. */
export const status = ["p", { part: "status", role: "status" }];

/** The small button that opens the settings. */
export const reopen = (label) => button("open", label, "reopen");
