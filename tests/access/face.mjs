// What the files of this folder share: a page as a careful author makes it, the layers that a visitor can meet on
// it, and axe-core. Tests begin as those of tests/browser do.
//
// Left out: what a page gets wrong by itself; axe looks at all of it, so the page must be right.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { JIMO, repositoryFile } from "../browser/site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** 1280 pixels at 400 %, and the narrowest that must do without scrolling sideways (WCAG 1.4.10). */
export const NARROW = { width: 320, height: 568 };

/** Every language there is a file for. */
export const LANGUAGES = readdirSync(repositoryFile("www/texts/"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""))
  .sort();
export const textsOf = (language) => JSON.parse(readFileSync(repositoryFile(`www/texts/${language}.json`), "utf8"));
export const isMirrored = (language) => ["ar", "he"].includes(language.split("-")[0]);
/** One language that is read from the right, where there is one. */
export const MIRRORED = LANGUAGES.filter(isMirrored).slice(0, 1);

/** A policy with everything there is to show: the one of imagino, with its embedded media and its partners. */
export const POLICY = JSON.parse(readFileSync(repositoryFile("www/policies/imagino.json"), "utf8"));
export { JIMO };

export const BODY = `<style>a { display: inline-block; min-height: 24px }</style><header><h1>Page</h1></header><nav aria-label="Pages"><ul>${Array.from({ length: 12 }, (_, at) => `<li><a href="#part-${at}">Part ${at}</a></li>`).join("")}</ul></nav>
  <main>${Array.from({ length: 12 }, (_, at) => `<h2 id="part-${at}">Part ${at}</h2><p style="min-height: 120px">Words. <button id="own-${at}" type="button">Control ${at}</button></p>`).join("")}</main>
  <footer><p><a href="#top" id="last">Back</a></p></footer>`;

export const dialog = (visit) => visit.page.locator("consent-banner dialog");
export const banner = (visit) => visit.page.locator("consent-banner [part~=banner]");

/** The policy as a site has it whose visitors read this language; the words stay English ones. */
function spokenIn(language, part) {
  if (typeof part !== "object" || part === null) return part;
  if (typeof part.en === "string") return { ...part, [language]: part[language] ?? part.en };
  const spoken = Object.entries(part).map(([key, value]) => [key, spokenIn(language, value)]);
  return Array.isArray(part) ? spoken.map(([, value]) => value) : Object.fromEntries(spoken);
}

/** Declares what a visitor meets in each arrangement of the first layer; `test` declares one test. */
export const inLayouts = (test) => (name, body) => {
  for (const layout of ["compact", "full"]) {
    test(`${name} (${layout})`, (visit) => {
      visit.layout = layout;
      return body(visit);
    });
  }
};

/** Goes to the page, in this language, and waits for the question. */
export async function arrive(visit, { language = "en", policy = POLICY, body = BODY, ...more } = {}) {
  const arranged = { layout: visit.layout ?? "compact", ...policy };
  await visit.open({ lang: language, policy: spokenIn(language, arranged), body, ...more });
  await banner(visit).waitFor();
}

export async function openSettings(visit, action = "settings") {
  await visit.control(action).click();
  await dialog(visit).waitFor();
  await dialog(visit).evaluate((box) => {
    for (const details of box.querySelectorAll("details")) details.open = true;
  });
}

/** The offer to load the page anew: refuses, and grants everything in the settings of the same page. */
export const offer = (visit) => visit.page.locator("consent-banner [part~=reload]");
export async function changeMind(visit) {
  await visit.control("reject-all").click();
  await openSettings(visit, "open");
  await dialog(visit).locator('[data-consent-action="accept-all"]').click();
  await offer(visit).waitFor();
}

/** What axe finds on the page as it stands, one line each. */
export async function audit(visit) {
  await visit.page.evaluate(axe);
  const violations = await visit.page.evaluate(async (tags) => {
    const found = await window.axe.run(document, {
      runOnly: { type: "tag", values: tags },
      rules: { "target-size": { enabled: true } },
      resultTypes: ["violations"],
    });
    return found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${id} at ${JSON.stringify(target.flat())}: ${help}; ${failureSummary.replace(/\s+/g, " ")}`,
      ),
    );
  }, TAGS);
  assert.deepEqual(violations, []);
}

/** The control of ours, or the id of the element of the page, that has the focus. */
export const focused = (visit) =>
  visit.page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.dataset.consentAction || element.name || element.id || element.localName;
  });
