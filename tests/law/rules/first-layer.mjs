// The first layer: what it offers, how both answers look, and what it tells: R04 to R06, R14, R15, R17, R18.

import assert from "node:assert/strict";
import { files, findings, phrases } from "../phrases.mjs";
import { textsOf } from "../scenes.mjs";

const MOST_DIFFERENCE = 0.1;
const LEAST_CONTRAST = 4.5;
const buttonsOf = (first, action) => first.controls.filter((control) => control.action === action);

/** The page's words without what only spaces them. */
const normal = (text) => text.replace(/\s+/g, " ").trim();

/** The English words of the product, with those the site put in their place. */
const wordsOf = (site) => ({ ...textsOf("en"), ...site.policy.texts?.en });
const counted = (forms, count) =>
  (forms[new Intl.PluralRules("en").select(count)] ?? forms.other).replace("{count}", count);

export default [
  {
    id: "R04",
    title: "refusing stands on the first layer beside accepting",
    how: "Both are buttons of the first layer, enabled, on the screen, and nothing covers them.",
    async check({ facts }) {
      const { first } = await facts("untouched");
      for (const action of ["reject-all", "accept-all"]) {
        const [button, ...others] = buttonsOf(first, action);
        assert.deepEqual(others, []);
        assert.deepEqual([button?.tag, button?.isEnabled, button?.isOnScreen], ["button", true, true], action);
        assert.ok(button.label.length > 0);
      }
    },
  },
  {
    id: "R05",
    title: "refusing takes as many clicks as accepting",
    how: "Clicks from the loaded page to the stored answer: one for each.",
    async check({ facts }) {
      const [refused, accepted] = [await facts("refused"), await facts("withdrawn")];
      assert.deepEqual([refused.isDecided, accepted.isDecided], [true, true]);
      assert.deepEqual([refused.clicksToRefuse, accepted.clicksToAccept], [1, 1]);
    },
  },
  {
    id: "R06",
    title: "both answers are equally prominent",
    how: "Computed styles and boxes of both buttons, and pictures of them: fill, ink and contrast counted on the pixels; in light and dark, at 1280 × 800 and at 320 × 568, both on the screen without scrolling.",
    limit: "Styles that the site itself lays over the page; a button cannot be told from the other by `::part`.",
    async check({ facts }) {
      const { looks } = await facts("prominence");
      assert.equal(looks.length, 4);
      for (const { name, "reject-all": reject, "accept-all": accept } of looks) {
        assert.deepEqual(reject.style, accept.style, name);
        for (const side of ["width", "height"]) {
          const difference =
            Math.abs(reject.box[side] - accept.box[side]) / Math.max(reject.box[side], accept.box[side]);
          assert.ok(difference <= MOST_DIFFERENCE, `${name}: ${side} ${reject.box[side]} and ${accept.box[side]}`);
        }
        assert.deepEqual(reject.pixels.fill, accept.pixels.fill, `${name}: the fill`);
        for (const { pixels, isOnScreen } of [reject, accept]) {
          assert.ok(pixels.contrast >= LEAST_CONTRAST, `${name}: contrast ${pixels.contrast}`);
          assert.equal(isOnScreen, true, `${name}: on the screen without scrolling`);
        }
        assert.ok(
          Math.abs(reject.pixels.contrast - accept.pixels.contrast) <= 0.5,
          `${name}: ${reject.pixels.contrast} and ${accept.pixels.contrast}`,
        );
      }
    },
  },
  {
    id: "R14",
    title: "each purpose is told by title and description before the buttons",
    how: 'The texts of the first layer in the order of the document: title and summary are seen without a press, and the whole description is one press away in its place; under `"layout": "full"` the description is seen at once.',
    limit: "Whether a description says enough.",
    async check({ site, facts }) {
      const { first } = await facts("untouched");
      const button = first.texts.findIndex(({ isButton }) => isButton);
      const before = first.texts.slice(0, button);
      const isTold = (text, isAtOnce) =>
        before.some(({ words, isShown }) => words === normal(text) && (isShown || !isAtOnce));
      const isFull = site.policy.layout === "full";
      assert.ok(site.optional.length > 0);
      for (const { title, summary, description } of site.optional) {
        assert.ok(isTold(title.en, true), title.en);
        assert.ok(isTold(description.en, isFull), description.en);
        if (!isFull) assert.ok(isTold(summary.en, true), summary.en);
      }
    },
  },
  {
    id: "R15",
    title: "controller, partners, withdrawal and transfers are told without scrolling",
    how: "Each of these texts is looked for in the first layer at 1280 × 800, and must lie on the screen with nothing over it. Partners and countries are counted from the policy.",
    limit: "Partners and transfers that the policy does not declare.",
    async check({ site, facts }) {
      const { first } = await facts("untouched");
      const words = wordsOf(site);
      const [beforeCountries] = words.transfers?.split("{countries}") ?? [];
      const countries = site.transfers.map((code) => new Intl.DisplayNames("en", { type: "region" }).of(code));
      const wanted = [
        site.policy.controller.name,
        words.rights,
        ...(site.partners.length > 0 ? [counted(words.partners, site.partners.length)] : []),
        ...(countries.length > 0 ? [beforeCountries.trim(), ...countries] : []),
      ];
      for (const each of wanted) {
        const found = first.texts.filter(({ words: text }) => text.includes(normal(each)));
        assert.ok(found.length > 0, `not told: ${each}`);
        assert.ok(
          found.some(({ isSeen }) => isSeen),
          `not on the screen: ${each}`,
        );
      }
    },
  },
  {
    id: "R17",
    title: "heading and words are neutral and name what it is about",
    how: "A list of phrases in every language: the heading names cookies or consent, and no text of the product or of the site's policy praises an answer.",
    limit: "Praise that the list does not know; a person should read each language.",
    async check({ site, facts }) {
      const { first } = await facts("untouched");
      assert.ok(
        phrases.en.subject.some((word) => first.title.toLowerCase().includes(word)),
        first.title,
      );
      assert.deepEqual(
        files().flatMap(({ language, texts }) => findings(language, texts)),
        [],
      );
      const ofPolicy = site.policy.categories
        .flatMap(({ title, summary, description }) => [title, summary, description])
        .concat(site.items.map(({ purpose }) => purpose));
      const praised = ofPolicy.flatMap((text) =>
        Object.entries(text).flatMap(([language, words]) => findings(language, { words }, true)),
      );
      const own = Object.entries(site.policy.texts ?? {}).flatMap(([language, texts]) =>
        findings(language, texts, true),
      );
      assert.deepEqual([...praised, ...own], []);
    },
  },
  {
    id: "R18",
    title: "the banner speaks the language of the page, and says which",
    how: "The page in English and in each language of the policy: `lang` of the banner, the labels of the buttons, title and description of each purpose.",
    limit: "Languages for which the site has written no texts of its own fall back to English for these.",
    async check({ site, facts }) {
      const { shown } = await facts("languages");
      for (const { wanted: language, ...first } of shown) {
        const words = { ...textsOf(language), ...site.policy.texts?.[language] };
        assert.equal(first.language, language);
        assert.deepEqual(
          ["reject-all", "accept-all"].map((action) => buttonsOf(first, action)[0].label),
          [words.rejectAll, words.acceptAll],
        );
        for (const { title, summary, description } of site.optional) {
          for (const text of [title, site.policy.layout === "full" ? title : summary, description])
            assert.ok(first.words.includes(normal(text[language] ?? text.en)), `${language}: ${text.en}`);
        }
      }
    },
  },
];
