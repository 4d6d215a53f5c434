// The entry of the page for policies: all problems with place and help, and the layers as visitors will see them, by
// the tag's own code (stage.js). Nothing here asks or keeps anything.

import { Draft } from "./module.js";
import { fill, head, page, problems, takeFiles } from "./parts.js";
import { drawn } from "./stage.js";
import { spoken, words } from "./words.js";

const MOST = 2_000_000;
const desk = { name: "", text: "", draft: null, language: "", layer: "first" };
const find = (id) => document.getElementById(id);

function draw() {
  return [
    head(words("policyTitle"), "index.html", words("records")),
    [
      "main",
      {},
      ["p", {}, words("policyAbout")],
      [
        "div",
        { class: "drop", id: "drop" },
        ["label", { for: "files" }, words("policyDrop")],
        ["input", { type: "file", id: "files", accept: ".json,application/json" }],
        ["label", { for: "text" }, words("policyPaste")],
        ["textarea", { id: "text", rows: "10", spellcheck: "false" }],
      ],
      ["p", { id: "status", role: "status", class: "verdict" }],
      ["div", { id: "problems" }],
      ["div", { id: "preview" }],
    ],
  ];
}

draw.made = () => {
  document.title = words("policyTitle");
  const text = find("text");
  text.value = desk.text;
  text.addEventListener("input", () => take("", text.value));
  takeFiles(find("drop"), find("files"), async ([file]) => {
    const bytes = await file.slice(0, MOST).arrayBuffer();
    text.value = new TextDecoder().decode(bytes);
    take(file.name, text.value, new Uint8Array(bytes));
  });
  show();
};

function take(name, text, bytes = new TextEncoder().encode(text)) {
  desk.draft?.free();
  desk.name = name;
  desk.text = text;
  desk.draft = text.trim() ? new Draft(name, bytes) : null;
  show();
}

function show() {
  const { draft } = desk;
  find("status").textContent = "";
  fill(find("problems"));
  fill(find("preview"));
  if (!draft) return;
  const answer = draft.answer();
  const count = [
    words("errors", { count: answer.errors }),
    words("warnings", { count: answer.warnings }),
    answer.policy && words("read", answer.policy),
  ];
  const status = find("status");
  status.className = `verdict ${answer.sound ? "holds" : "fails"}`;
  status.textContent = `${words(answer.sound ? "sound" : "unsound")}: ${count.filter(Boolean).join(", ")}`;
  fill(find("problems"), problems(answer.problems, "h2"));
  if (!answer.policy) return;
  const languages = draft.languages();
  if (!languages.includes(desk.language)) desk.language = spoken();
  const option =
    (chosen) =>
    ([value, label]) => ["option", { value, selected: value === chosen }, label];
  fill(
    find("preview"),
    ["h2", {}, words("preview")],
    ["p", { class: "hint" }, words("previewHint")],
    [
      "div",
      { class: "row" },
      [
        "div",
        {},
        ["label", { for: "shown" }, words("previewLanguage")],
        ["select", { id: "shown" }, ...languages.map((tag) => [tag, tag]).map(option(desk.language))],
      ],
      [
        "div",
        {},
        ["label", { for: "layer" }, words("previewLayer")],
        [
          "select",
          { id: "layer" },
          ...["first", "settings"].map((layer) => [layer, words(layer)]).map(option(desk.layer)),
        ],
      ],
    ],
    ["div", { class: "stage", id: "stage", role: "region", "aria-label": words("preview"), tabindex: "0" }],
  );
  const chosen = () => {
    desk.language = find("shown").value;
    desk.layer = find("layer").value;
    stage();
  };
  find("shown").addEventListener("change", chosen);
  find("layer").addEventListener("change", chosen);
  stage();
}

function stage() {
  const { notice, placement, asks } = desk.draft.notice(desk.language);
  if (asks) drawn(find("stage"), notice, desk.layer, placement);
  else fill(find("stage"), ["p", {}, words("nothingToAsk")]);
}

page(draw);
