// A single-page application that goes on in another language: its code changes `lang` of the document, and everything of
// ours follows, in place.
//
// Left out: which language there is at the start (parts.test.mjs), and pages that print one language each
// (real-answers.test.mjs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { policyOf, repositoryFile } from "./site.mjs";
import { situations } from "./real.mjs";

const situation = situations();
const SWITCHED = "A single-page application changes its language";

const textsOf = (language) => JSON.parse(readFileSync(repositoryFile(`www/texts/${language}.json`), "utf8"));
const [EN, FR, AR] = ["en", "fr", "ar"].map(textsOf);

const TWO = policyOf([]);
const POLICY = {
  ...TWO,
  categories: TWO.categories.map(({ id, ...more }) => ({
    id,
    ...more,
    title: { en: `Title of ${id}`, fr: `Titre de ${id}` },
    summary: { en: `Does ${id}.`, fr: `Fait ${id}.` },
    description: { en: `About ${id}.`, fr: `Sur ${id}.` },
  })),
  services: [{ id: "film", category: "analytics", name: "Film", provider: "Film SAS", hosts: ["film.example"] }],
};
const LONG = "<p>A line of the page.</p>".repeat(60);

/** Changes the language of the page, and waits until something of ours says this. */
const goOn = async (visitor, lang, said) => {
  await visitor.evaluate(`void (document.documentElement.lang = ${JSON.stringify(lang)})`);
  if (said) assert.ok(await visitor.evaluate(`tools.until(() => ${said})`), `${lang}: ${said}`);
};
const label = (action) => `tools.control("${action}")?.textContent`;
const says = (action, text) => `${label(action)} === ${JSON.stringify(text)}`;
/** Keeps the elements of the question, to see whether they stay. */
const MARK = `void (window.before = ["settings", "reject-all"].map((action) => tools.control(action)))`;
const STAYS = `before[0] === tools.control("settings") && before[1] === tools.control("reject-all")`;

situation(SWITCHED, "the question is asked in it, in its place, with the focus that it had", async (visitor) => {
  await visitor.open({ policy: POLICY, body: `<button id="own">Own</button>${LONG}` });
  await visitor.place();
  await visitor.evaluate(MARK);
  await visitor.evaluate(`(() => {
    const { shadowRoot } = document.querySelector("consent-banner");
    shadowRoot.querySelector("summary").click();
    shadowRoot.querySelector("[data-consent-action=settings]").focus();
  })()`);
  for (const [lang, texts, part] of [
    ["fr", FR, "Sur necessary."],
    ["en", EN, "About necessary."],
    ["fr-CA", FR, "Sur necessary."],
  ]) {
    await goOn(visitor, lang, says("reject-all", texts.rejectAll));
    assert.equal(await visitor.focused(), "settings");
    assert.equal(await visitor.evaluate(STAYS), true, "the same elements");
    const { text, open, host, layers, popover } = await visitor.evaluate(`(() => {
      const host = document.querySelector("consent-banner");
      const layer = host.shadowRoot.querySelectorAll("[part=banner]");
      return {
        text: layer[0].textContent, layers: layer.length, host: host.lang,
        open: [...layer[0].querySelectorAll("details")].map((one) => one.open),
        popover: !layer[0].matches || layer[0].matches(":popover-open"),
      };
    })()`);
    assert.equal(layers, 1);
    assert.equal(host, lang.slice(0, 2));
    assert.ok(popover, "above everything, as before");
    assert.deepEqual(open, [true, false, false], "what was opened stays open");
    assert.ok(text.includes(part) && text.includes(texts.title), text);
  }
  await visitor.click("accept-all");
  assert.equal((await visitor.decision()).analytics, "granted");
  const [record] = await visitor.evaluate("consentinel.ledger()");
  assert.equal(record.notice.language, "fr", "the record names what was read");
});

situation(SWITCHED, "in one that is written from the right, the question is mirrored", async (visitor) => {
  await visitor.open({ policy: POLICY, body: LONG });
  await visitor.place();
  await goOn(visitor, "ar", says("reject-all", AR.rejectAll));
  const host = `document.querySelector("consent-banner")`;
  assert.equal(await visitor.evaluate(`${host}.dir`), "rtl");
  await goOn(visitor, "en", says("reject-all", EN.rejectAll));
  assert.equal(await visitor.evaluate(`${host}.dir`), "ltr");
  await visitor.refuses();
});

situation(SWITCHED, "one that there is not changes nothing", async (visitor) => {
  await visitor.open({ policy: POLICY, lang: "fr" });
  await visitor.place();
  for (const lang of ["xx", "", "tlh-Latn"]) {
    await goOn(visitor, lang);
    await visitor.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true))))");
    assert.equal(await visitor.evaluate(label("reject-all")), FR.rejectAll);
  }
  await visitor.evaluate(`document.documentElement.removeAttribute("lang")`);
  await goOn(visitor, "de-AT", `${label("reject-all")} !== ${JSON.stringify(FR.rejectAll)}`);
  assert.equal(await visitor.evaluate(label("reject-all")), textsOf("de").rejectAll);
  await visitor.refuses();
});

situation(SWITCHED, "the settings follow, with what was switched and what has the focus", async (visitor) => {
  await visitor.open({ policy: POLICY });
  await visitor.click("settings");
  assert.ok(await visitor.evaluate(`tools.until(() => tools.control("save"))`));
  await visitor.evaluate(`(() => {
    const one = document.querySelector("consent-banner").shadowRoot.querySelector("#switch-analytics");
    one.click();
    one.focus();
  })()`);
  await goOn(visitor, "fr", says("save", FR.save));
  const settings = await visitor.evaluate(`(() => {
    const dialog = document.querySelector("consent-banner").shadowRoot.querySelector("dialog");
    return { isModal: dialog.matches(":modal"), title: dialog.querySelector("h2").textContent,
      switched: [...dialog.querySelectorAll("[role=switch]")].map((one) => one.name + one.checked) };
  })()`);
  assert.deepEqual(settings, {
    isModal: true,
    title: FR.settingsTitle,
    switched: ["functionalityfalse", "analyticstrue", "filmtrue"],
  });
  assert.equal(await visitor.focused(), "switch-analytics");
  await visitor.click("save");
  const { analytics, functionality } = await visitor.decision();
  assert.deepEqual([analytics, functionality], ["granted", "denied"]);
});

situation(SWITCHED, "the small button of who has decided says it, and nobody is asked again", async (visitor) => {
  const parts = { policy: POLICY, body: LONG };
  await visitor.open(parts);
  await visitor.refuses();
  await visitor.go("/page.html");
  const parts2 = `performance.getEntriesByType("resource").filter(({ name }) => /part|texts/.test(name)).length`;
  for (const [lang, texts] of [
    ["fr", FR],
    ["ar", AR],
    ["en", EN],
    ["fr", FR],
  ]) {
    await goOn(visitor, lang, says("open", texts.reopen));
    assert.equal(await visitor.evaluate(`tools.hosts().length`), 1);
    assert.equal(await visitor.evaluate(`document.querySelector("consent-banner").lang`), lang);
    assert.equal(await visitor.evaluate("consentinel.state.language"), lang);
    assert.equal((await visitor.decision()).analytics, "denied");
  }
  assert.equal(await visitor.evaluate(parts2), 0, "and nothing is fetched for that");
  await visitor.click("open");
  assert.ok(await visitor.evaluate(`tools.until(() => ${says("save", FR.save)})`), "the settings open in it");
  await visitor.click("accept-all");
  assert.ok(await visitor.evaluate(`tools.until(() => consentinel.state.categories.analytics === "granted")`));
  // Begun in English, gone on in French, as an application does that keeps the language itself.
  visitor.serve("/page.html", { ...parts, head: `<script>document.documentElement.lang = "fr"</script>` });
  await visitor.go("/page.html");
  assert.equal((await visitor.decision()).analytics, "granted");
  assert.ok(await visitor.evaluate(`tools.until(() => ${says("open", FR.reopen)})`));
  assert.equal(await visitor.evaluate(`!!tools.control("reject-all")`), false, "nobody is asked again");
  assert.equal(await visitor.evaluate(parts2), 0);
});

situation(SWITCHED, "placeholders and the declaration follow", async (visitor) => {
  await visitor.open({
    policy: POLICY,
    body: `<iframe data-consent="film" data-src="https://film.example/1" width="480" height="300"></iframe>
      <consent-declaration></consent-declaration>`,
  });
  const frame = `document.querySelector("iframe").contentDocument?.querySelector("h1")?.textContent`;
  const table = `document.querySelector("consent-declaration").shadowRoot?.querySelector("h2")?.textContent`;
  const title = (texts) => JSON.stringify(texts.embedTitle.replace("{provider}", "Film SAS"));
  assert.ok(await visitor.evaluate(`tools.until(() => ${frame} === ${title(EN)})`));
  await goOn(visitor, "fr", `${frame} === ${title(FR)}`);
  assert.ok(await visitor.evaluate(`tools.until(() => ${table} === "Titre de necessary")`));
  assert.equal(await visitor.evaluate(`document.querySelector("iframe").title === ${title(FR)}`), true);
  await goOn(visitor, "en", `${frame} === ${title(EN)}`);
  assert.equal(await visitor.evaluate(table), "Title of necessary");
});

situation(SWITCHED, "more than once before the texts are there: the last one counts", async (visitor) => {
  await visitor.open({ policy: POLICY, head: `<script>document.documentElement.lang = "fr"</script>` });
  assert.ok(
    await visitor.evaluate(`tools.until(() => ${says("reject-all", FR.rejectAll)})`),
    "changed before it was there",
  );
  await visitor.evaluate(`(async () => {
    for (const lang of ["de", "ar", "it", "en"]) {
      document.documentElement.lang = lang;
      await null;
    }
  })()`);
  assert.ok(await visitor.evaluate(`tools.until(() => ${says("reject-all", EN.rejectAll)})`));
  // What was on its way has come since.
  await visitor.evaluate(
    `Promise.all(["de", "ar", "it"].map((lang) => fetch("/dist/texts/" + lang + ".js").then((answer) => answer.text()))).then(() => true)`,
  );
  assert.equal(await visitor.evaluate(label("reject-all")), EN.rejectAll);
  await visitor.refuses();
});

situation(SWITCHED, "where its texts cannot be had, all stays as it is, which is told", async (visitor) => {
  visitor.handlers["/dist/texts/sv.js"] = (_, response) => response.writeHead(404).end();
  await visitor.open({
    policy: POLICY,
    before: `<script>window.told = []; document.addEventListener("consent:error", ({ detail }) => told.push(detail.problems[0]))</script>`,
  });
  await visitor.place();
  await goOn(visitor, "sv", "told.length");
  const [{ code, path, found }] = await visitor.evaluate("told");
  assert.deepEqual([code, path, found], ["language-missing", "sv", "en"]);
  assert.equal(await visitor.evaluate(label("reject-all")), EN.rejectAll);
  await goOn(visitor, "fr", says("reject-all", FR.rejectAll));
  await visitor.refuses();
});
