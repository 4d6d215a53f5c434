// Parts of both pages, as trees (www/js/tree.js): what is foreign becomes text and never markup.

import { build } from "../js/tree.js";
import { choice, spoken, speak, words } from "./words.js";

/** The head of a page: what it is, a link to the other one where there is one, the language. */
export const head = (title, other, label) => [
  "header",
  {},
  ["h1", {}, title],
  // The other page speaks the same language.
  ["nav", { "aria-label": words("language") }, other && ["a", { href: `${other}#${spoken()}` }, label], choice()],
];

/** A table; `rows` are lists of texts or trees, `numbers` the columns that are numbers. */
export const table = (caption, heads, rows, numbers = []) => [
  "div",
  { class: "wide", role: "group", tabindex: "0", "aria-label": caption },
  [
    "table",
    {},
    ["caption", {}, caption],
    [
      "thead",
      {},
      ["tr", {}, ...heads.map((text, at) => ["th", { scope: "col", class: numbers.includes(at) && "number" }, text])],
    ],
    [
      "tbody",
      {},
      ...rows.map((cells) => [
        "tr",
        {},
        ...cells.map((cell, at) => ["td", { class: numbers.includes(at) && "number" }, cell]),
      ]),
    ],
  ],
];

/** Names and what stands beside them. */
export const pairs = (entries) => [
  "dl",
  {},
  ...entries.flatMap(([name, text]) => [
    ["dt", {}, name],
    ["dd", {}, text],
  ]),
];

/** The problems of a file or a policy, with their places, under a heading of this level. */
export const problems = (list, level, counts = {}) => {
  if (!list.length) return null;
  const kept = {};
  for (const { code } of list) kept[code] = (kept[code] ?? 0) + 1;
  const more = Object.entries(kept).filter(([code, count]) => counts[code] > count);
  return [
    "section",
    {},
    [level, {}, words("problems")],
    table(
      words("problems"),
      ["severity", "check", "place", "found", "help"].map((key) => words(key)),
      list.map(({ severity, code, path, found, help }) => [
        ["span", { class: severity === "error" ? "fails" : "warns" }, words(severity)],
        ["code", {}, code],
        path,
        ["code", {}, found],
        words(`help_${code}`, {}, help),
      ]),
    ),
    more.length > 0 && [
      "ul",
      {},
      ...more.map(([code, count]) => ["li", {}, words("more", { count: `${count - kept[code]}`, code })]),
    ],
  ];
};

/** A notice as its visitors read it, as the module lists it. */
export const notice = ({ language, direction, parts }) => [
  "div",
  { class: "notice", lang: language, dir: direction },
  ...parts.map((part) => {
    if (part.kind === "heading") return [`h${part.level + 3}`, {}, part.text];
    if (part.kind === "words") return ["p", {}, part.text];
    if (part.kind === "buttons") return ["p", {}, ...part.labels.map((label) => ["span", { class: "label" }, label])];
    return pairs(part.pairs);
  }),
];

/** The elements of a chart, whose text is ours but for names, which its maker has escaped. */
export function chart(svg) {
  const figure = document.createElement("figure");
  figure.style.margin = "0";
  if (svg)
    figure.append(document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true));
  return figure;
}

/** What the colours of a chart mean: names of its parts with their words. */
export const key = (entries) => [
  "ul",
  { class: "key" },
  ...entries.map(([name, text]) => ["li", {}, ["span", { class: name }, ""], text]),
];

/** Puts trees into an element, in place of what was there. */
export function fill(element, ...trees) {
  element.replaceChildren(...trees.filter(Boolean).map((tree) => (Array.isArray(tree) ? build(tree) : tree)));
}

/** Draws anew, and leaves open what was opened and closed what was closed, by their ids. */
export function keepOpen(draw) {
  const parts = () => document.querySelectorAll("details[id]");
  const were = new Map([...parts()].map(({ id, open }) => [id, open]));
  draw();
  for (const part of parts()) part.open = were.get(part.id) ?? part.open;
}

/** Hands a file to the officer. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A page that is made anew, by `draw`, when another language is chosen; `made` comes after. */
export function page(draw) {
  const again = () => {
    speak(spoken());
    keepOpen(() => {
      document.body.replaceChildren(...draw().map(build));
      document.querySelector("#language").addEventListener("change", ({ target }) => {
        speak(target.value);
        again();
        document.querySelector("#language").focus();
      });
      draw.made?.();
    });
  };
  again();
  return again;
}

// What is dropped beside the place for files would be opened in place of the page, with all that was read.
for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());

/** Files that are dropped on an element, or chosen. */
export function takeFiles(zone, input, take) {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length) take(files);
  });
}
