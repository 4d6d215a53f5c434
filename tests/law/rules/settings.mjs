// The settings: what is switched on, what may be chosen, what is told, and how they close: R08 to R10, R12, R13,
// R16, R32.

import assert from "node:assert/strict";
import { files, saysYes } from "../phrases.mjs";
import { textsOf } from "../scenes.mjs";

const normal = (text) => text.replace(/\s+/g, " ").trim();

export default [
  {
    id: "R08",
    title: "no switch of an optional purpose is on at first",
    how: "Every input of the settings before an answer.",
    async check({ facts }) {
      const { shown } = await facts("settings");
      assert.ok(shown.switches.length > 0);
      assert.deepEqual(
        shown.switches.filter(({ isOn }) => isOn),
        [],
      );
    },
  },
  {
    id: "R09",
    title: "legitimate interest is no basis on offer",
    how: "Each control of the settings belongs to a category or a service of the policy, once; the words “legitimate interest” stand nowhere.",
    limit: "What else the site does with data under such a title.",
    async check({ site, facts }) {
      const { shown } = await facts("settings");
      const known = [...site.optionalIds, ...site.services.map(({ id }) => id)];
      const names = shown.switches.map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => !known.includes(name)),
        [],
      );
      assert.equal(new Set(names).size, names.length);
      assert.doesNotMatch(shown.words, /legitimate interest/i);
    },
  },
  {
    id: "R10",
    title: "there is a choice for each purpose, and a part is kept exactly",
    how: "A switch for each optional category; one is saved, and then everything is tried: only what belongs to it is kept and asked for.",
    async check({ site, facts }) {
      const { shown, part, state, stored, ledger, visitor } = await facts("settings");
      const names = shown.switches.map(({ name }) => name);
      for (const id of site.optionalIds) assert.ok(names.includes(id), `a switch for ${id}`);
      for (const id of site.optionalIds) assert.equal(state.categories[id], id === part ? "granted" : "denied", id);
      assert.deepEqual(
        ledger.at(-1).granted.filter((id) => site.optionalIds.includes(id)),
        [part],
      );
      assert.deepEqual(site.forbidden(stored, [part], true), []);
      assert.deepEqual(visitor.wronglyAsked("settings-saved", [part]), []);
      const kept = site
        .wanted((category) => category === part)
        .names.filter((name) => /^(cookie|local-storage|session-storage) /.test(name));
      for (const name of kept) assert.ok(stored.includes(name), `${name} was granted`);
    },
  },
  {
    id: "R12",
    title: "closing in any way grants nothing",
    how: "Switches are put on and the settings left by Escape, by the closing control and by a click beside them; then everything is tried.",
    limit:
      "Closing leaves the question open; a refusal by closing, as Italy would have it, is not offered as a profile.",
    async check({ site, facts }) {
      const { closings } = await facts("settings");
      assert.equal(closings.length, 3);
      for (const { name, state, cookie, stored, asked } of closings) {
        assert.deepEqual(asked, [], name);
        assert.deepEqual(
          Object.values(state.categories).filter((standing) => standing === "granted"),
          [],
          name,
        );
        assert.equal(cookie, undefined, name);
        assert.deepEqual(site.forbidden(stored), [], name);
      }
    },
  },
  {
    id: "R13",
    title: "a closing control is not worded as acceptance",
    how: "The label of the closing control on the page, and in every language file: no word of accepting, agreeing or going on.",
    async check({ facts }) {
      const { shown } = await facts("settings");
      const closing = shown.buttons.filter(({ action }) => action === "close");
      assert.ok(
        closing.length > 0 && closing.every(({ label }) => label && !saysYes("en", label)),
        JSON.stringify(closing),
      );
      const wrong = files().filter(({ language, texts }) => saysYes(language, texts.close));
      assert.deepEqual(
        wrong.map(({ language, texts }) => `${language}: ${texts.close}`),
        [],
      );
    },
  },
  {
    id: "R16",
    title: "everybody who receives data is one click away, with purpose, duration and policy",
    how: "One click opens the settings; there, for each item its name, purpose, duration and recipient, and for each service its provider and the link to its policy.",
    limit: "Recipients that the policy does not declare.",
    async check({ site, facts }) {
      const { clicksToList, shown } = await facts("settings");
      assert.equal(clicksToList, 1);
      const words = textsOf("en");
      for (const { name, purpose, duration, service } of site.items) {
        const at = shown.words.indexOf(name);
        assert.ok(at >= 0, name);
        const rest = shown.words.slice(at);
        const told = words[duration] ?? duration;
        const recipient = site.services.find(({ id }) => id === service)?.name ?? site.policy.controller.name;
        for (const each of [normal(purpose.en), told, recipient]) assert.ok(rest.includes(each), `${name}: ${each}`);
      }
      for (const { name, provider, policyUrl } of site.services) {
        assert.ok(shown.words.includes(name) && shown.words.includes(provider), `${name}, ${provider}`);
        if (policyUrl) assert.ok(shown.links.includes(policyUrl), `${name}: ${policyUrl}`);
      }
    },
  },
  {
    id: "R32",
    title: "the strictly necessary cannot be switched off, is explained, and alone is on",
    how: "No switch for it; its title, its description and “always on” stand in the settings.",
    limit: "Whether something is truly necessary is for the controller to answer.",
    async check({ site, facts }) {
      const { shown } = await facts("settings");
      const necessary = site.policy.categories.filter((category) => category.necessary);
      assert.ok(necessary.length > 0);
      for (const { id, title, description } of necessary) {
        assert.equal(
          shown.switches.some(({ name }) => name === id),
          false,
        );
        for (const each of [title.en, description.en, textsOf("en").necessary])
          assert.ok(shown.words.includes(normal(each)), each);
      }
    },
  },
];
