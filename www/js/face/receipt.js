// The receipt: a page of its own, to be kept or printed, that says what the visitor decided. It holds no
// script, asks nobody for anything, and every text in it is escaped.
//
// Left out: the proof. The hashes are there to find the records by; the ledger as a file can be verified.

import { fill } from "../view.js";
import { decision } from "./history.js";
import { directionOf, joined, pairs } from "./words.js";

// Without spaces, as nothing makes it smaller, and written as in www/css/face.css, which the file has as well.
const STYLE =
  "body{max-inline-size:46rem;margin:2rem auto;padding:0 1rem;font:100%/1.5 system-ui,sans-serif;color:#1a2433;background:#fff}" +
  "li{padding-block:1rem;border-block-start:1px solid #d5dbe3;break-inside:avoid}" +
  "dl,dd{margin:0}" +
  "dl div{display:flex;flex-wrap:wrap;gap:0 1rem}" +
  "dt{min-inline-size:9rem;color:#55606f}" +
  "dd{flex:1 1 16rem;overflow-wrap:anywhere}" +
  "code{font-size:.85em}";

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt()};`);

function print([tag, attributes, ...children]) {
  const given = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");
  const inside = children
    .filter(Boolean)
    .map((child) => (typeof child === "string" ? escaped(child) : print(child)))
    .join("");
  return tag === "meta" ? `<meta${given}>` : `<${tag}${given}>${inside}</${tag}>`;
}

/** The page as HTML text. `site` is the host that the visitor decided on. */
export function receipt(notice, records, site) {
  const { texts, controller, language } = notice;
  const code = (text) => text && ["code", {}, text];
  return (
    "<!doctype html>\n" +
    print([
      "html",
      { lang: language, dir: directionOf(notice) },
      [
        "head",
        {},
        ["meta", { charset: "utf-8" }],
        ["meta", { name: "viewport", content: "width=device-width" }],
        ["title", {}, `${texts.receiptTitle} · ${site}`],
        ["style", {}, STYLE],
      ],
      [
        "body",
        {},
        ["h1", {}, texts.receiptTitle],
        ["p", {}, fill(texts.receiptIntro, { site })],
        ["p", {}, joined(" · ", controller.name, controller.address, controller.contact)],
        pairs([texts.pseudonym, code(records[0]?.subject)]),
        [
          "ol",
          { reversed: "" },
          ...[...records].reverse().map((record) => [
            "li",
            {},
            ...decision(notice, record),
            ["p", {}, fill(texts.edition, { revision: record.policy.revision })],
            // By the names that the fields have in the file.
            pairs(
              ...[
                ["id", record.id],
                ["via", record.via],
                ["left", record.left.join(", ")],
                ["signals", `${record.signals.heard ?? record.signals}`],
                ["policy.hash", record.policy.hash],
                ["notice.hash", record.notice.hash],
                ["build", record.build],
                ["previous", record.previous],
              ].map(([name, value]) => [code(name), code(value)]),
            ),
          ]),
        ],
      ],
    ])
  );
}
