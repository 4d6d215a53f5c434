// What an owner takes along: the policy as it is written and as it is published, the lines for the head of each page, the
// Content-Security-Policy as a header and as an element, and the declaration. All of it is the module's.

import { tags } from "#tags";
import { fill, save } from "../audit/parts.js";
import { titled } from "./edit.js";
import { words } from "./words.js";

const find = (id) => document.getElementById(id);

/** What is shown of each: the field of the module's answer, and the name of the file, where it is one. */
const PARTS = [
  ["snippet", "snippet.html"],
  ["published", "published.json"],
  ["header"],
  ["headerBefore"],
  ["element"],
  ["declaration"],
];

/** The origin of an address that was typed; nothing where that is none of a site. */
export function originOf(typed) {
  if (!typed.trim()) return "";
  try {
    const url = new URL(typed);
    return /^https?:$/.test(url.protocol) ? url.origin : undefined;
  } catch {
    return undefined;
  }
}

/** The folder of the tag's files, with a slash at its end; what looks like a file there is left out. */
export function folderOf(typed) {
  const text = typed.trim() || "/";
  try {
    const url = new URL(text, "https://origin.invalid/");
    if (!/^https?:$/.test(url.protocol)) return undefined;
    const last = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const path = last.includes(".") ? url.pathname.slice(0, -last.length) : url.pathname.replace(/\/?$/, "/");
    return url.host === "origin.invalid" ? path : url.origin + path;
  } catch {
    return undefined;
  }
}

/** The tag whose texts are those of the policy, where that speaks one language; else the one that fetches the others. */
function tagOf(document) {
  const languages = titled(document);
  const file = `consentinel.${languages[0]}.js`;
  return languages.length === 1 && Object.hasOwn(tags, file) ? file : "consentinel.js";
}

/** Where the site is, and the place of all that is taken, as a tree. */
export const place = ({ origin, folder }) => [
  "section",
  { "aria-labelledby": "take-title" },
  ["h2", { id: "take-title" }, words("take")],
  [
    "div",
    { class: "row" },
    [
      "div",
      {},
      ["label", { for: "origin" }, words("origin")],
      ["p", { class: "hint", id: "origin-hint" }, words("originHint")],
      [
        "input",
        { id: "origin", value: origin, inputmode: "url", autocomplete: "off", "aria-describedby": "origin-hint" },
      ],
    ],
    [
      "div",
      {},
      ["label", { for: "folder" }, words("folder")],
      ["p", { class: "hint", id: "folder-hint" }, words("folderHint")],
      [
        "input",
        { id: "folder", value: folder, inputmode: "url", autocomplete: "off", "aria-describedby": "folder-hint" },
      ],
    ],
  ],
  ["p", { id: "take-wrong", class: "fails", role: "status" }],
  ["div", { id: "taken" }],
];

/** Shows what is taken of a draft. `document` is what its text is, `say` tells what was done. */
export function taken({ draft, document, text, origin, folder }, say) {
  const [site, files] = [originOf(origin), folderOf(folder)];
  const wrong = [site === undefined && words("originWrong"), files === undefined && words("folderWrong")];
  find("take-wrong").textContent = wrong.filter(Boolean).join(" ");
  for (const [id, value] of [
    ["origin", site],
    ["folder", files],
  ])
    find(id).setAttribute("aria-invalid", `${value === undefined}`);
  const file = tagOf(document);
  const answer = draft && !wrong.some(Boolean) ? draft.taken(site, files, file, tags[file]) : null;
  const keep = [
    "p",
    {},
    ["button", { type: "button", class: "plain", id: "save-policy", disabled: !text.trim() }, words("savePolicy")],
  ];
  if (answer)
    fill(
      find("taken"),
      keep,
      answer.words && ["p", { class: "warns", lang: "en" }, answer.words],
      ...PARTS.filter(([part]) => answer[part]).map(([part, name]) => shown(part, name, answer[part])),
      ["p", { class: "hint" }, words("hash", { hash: answer.hash })],
    );
  else fill(find("taken"), keep, ["p", {}, words("takeNothing")]);
  find("save-policy").addEventListener("click", () => save(new Blob([text]), "policy.json"));
  for (const [part, name] of answer ? PARTS.filter(([part]) => answer[part]) : []) {
    find(`copy-${part}`).addEventListener("click", () => copy(find(part), answer[part], say));
    if (name) find(`save-${part}`).addEventListener("click", () => save(new Blob([answer[part]]), name));
  }
}

const shown = (part, name, text) => [
  "section",
  { "aria-labelledby": `title-${part}` },
  ["h3", { id: `title-${part}` }, words(`take_${part}`)],
  ["p", { class: "hint" }, words(`hint_${part}`)],
  ["pre", { id: part, class: "taken", tabindex: "0", role: "group", "aria-labelledby": `title-${part}` }, text],
  [
    "p",
    { class: "controls" },
    [
      "button",
      {
        type: "button",
        class: "plain",
        id: `copy-${part}`,
        "aria-label": words("copyOne", { name: words(`take_${part}`) }),
      },
      words("copy"),
    ],
    name && ["button", { type: "button", class: "plain", id: `save-${part}` }, words("saveAs", { name })],
  ],
];

async function copy(element, text, say) {
  try {
    await navigator.clipboard.writeText(text);
    say(words("copied"));
  } catch {
    // A browser that keeps the clipboard to itself: the keys of its own copy what is selected.
    getSelection().selectAllChildren(element);
    element.focus();
    say(words("selected"));
  }
}
