// Words docs/law.md from the rules and what became of their tests, none of which failed. The same results give the
// same text.
//
// Left out: putting it into the file (tests/documents/document.mjs).

import { firstLayerRules, rules } from "./rules.mjs";

/** What the suite does not try, and why: the rest of the law that the product was built against. */
const elsewhere = [
  [
    "R35, R36",
    "exempt or opt-out measurement",
    'there are no rules by place: whatever is optional waits for consent everywhere, which is more than these ask ([signals.md](signals.md), "Rules by place")',
  ],
  ["R40, R41", "opt-out links and the pause of twelve months", "they belong to rules by place, which there are not"],
];

const SIGNS = { passed: "✓", skipped: "–" };

/** Texts of a table hold no upright stroke. */
const cell = (text) => text.replaceAll("|", "\\|");

/**
 * @param {{ name: string }[]} sites
 * @param {Map<string, string>} results "R01 jimo" → passed or skipped
 * @param {{ rule: string, name: string, result: string }[]} policies
 */
export function document(sites, results, policies) {
  const result = (rule, site, ending = "") => SIGNS[results.get(`${rule.id} ${site.name}${ending}`)] ?? "?";
  const table = (tried, ending) => [
    `| rule | what it asks | ${sites.map(({ name }) => name).join(" | ")} |`,
    `|---|---|${sites.map(() => "---|").join("")}`,
    ...tried.map(
      (rule) => `| ${rule.id} | ${cell(rule.title)} | ${sites.map((site) => result(rule, site, ending)).join(" | ")} |`,
    ),
  ];
  return [
    "# The law, rule by rule",
    "",
    "What European law and its authorities ask of a consent banner, as rules that a browser can try, and how each of the example sites answers.",
    "This file is written by `cargo xtask bless`, from a run that broke no rule, and compared by `cargo xtask test`; do not edit it.",
    "",
    "It is an engineering reading of the law, not legal advice.",
    "Each site is a policy of `www/policies`; the page around it is made to behave as badly as it can: it tries to keep every item and to ask every host at every step.",
    "What counts is what a visitor sees, what the browser says it holds and what the servers received; the product's own reports are not asked.",
    "",
    "## The rules",
    "",
    ...table(rules),
    "",
    "✓ kept, – nothing to try on this site.",
    "",
    'Those about the first layer, with `"layout": "full"` in the policy:',
    "",
    ...table(firstLayerRules, ", in full"),
    "",
    "## How each is checked, and what no library can check",
    "",
    "| rule | how | what remains outside |",
    "|---|---|---|",
    ...rules.map(({ id, how, limit }) => `| ${id} | ${cell(how)} | ${cell(limit ?? "")} |`),
    "",
    "## Policies that would break a rule",
    "",
    "Other products offer settings by which a site breaks the law; here they are problems that `consentinel check` and the page report, and the rule is kept all the same (`tests/law/policies.json`).",
    "",
    "| rule | a policy with | reported, and kept |",
    "|---|---|---|",
    ...policies.map(({ rule, name, result: came }) => `| ${rule} | ${cell(name)} | ${SIGNS[came]} |`),
    "",
    "## Rules that are not tried here",
    "",
    "| rules | about | why |",
    "|---|---|---|",
    ...elsewhere.map((row) => `| ${row.join(" | ")} |`),
    "",
    "## How to run it",
    "",
    "After `cargo xtask build` and `cargo build -p consentinel-cli`:",
    "",
    "```sh",
    "node tests/law/run.mjs",
    "```",
    "",
    "`--check` compares this file with what the run found, `--write` writes it anew.",
    "",
  ].join("\n");
}
