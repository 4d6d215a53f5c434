// Writes audit/src/spans.json: how each language of the product says a span of time, by the plural categories of that
// language, as the browser's own Intl says it on the banner (www/js/face/words.js). The program has no Intl. Run it by
// `node xtask/spans.mjs` when a language is added.

import { readdirSync, writeFileSync } from "node:fs";

const file = (name) => new URL(`../${name}`, import.meta.url);
/** The units of a policy (docs/policy.md, "`duration`"). */
const UNITS = ["minute", "hour", "day", "month", "year"];
const MOST = 200;

const spans = {};
for (const name of readdirSync(file("www/texts/")).sort()) {
  const language = name.replace(".json", "");
  const rules = new Intl.PluralRules(language);
  spans[language] = {};
  for (const unit of UNITS) {
    const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
    const said = {};
    for (let count = 1; count < MOST; count++) {
      const parts = format.formatToParts(count);
      said[rules.select(count)] ??= parts.map(({ type, value }) => (type === "integer" ? "{count}" : value)).join("");
    }
    spans[language][unit] = said;
  }
}
writeFileSync(file("audit/src/spans.json"), `${JSON.stringify(spans, null, 2)}\n`);
