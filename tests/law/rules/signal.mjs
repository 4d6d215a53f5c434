// What a browser asks for its visitor, wherever they are: R37 to R39, R42. The sites say of one category that it is for sale
// and sharing.
//
// Left out: rules of places where refusing is an act of its own (R35, R36, R40, R41), which there are not yet.

import assert from "node:assert/strict";

const HOW = "A browser with `navigator.globalPrivacyControl`, on the site with a category that is for sale and sharing";

export default [
  {
    id: "R37",
    title: "Global Privacy Control turns sale and sharing off, without a question and before any tag",
    how: `${HOW}: what is kept and who is asked at once, again, and after accepting everything that is asked; the record names the signal.`,
    limit: "What servers do with data they have is not seen.",
    async check({ facts }) {
      const { first, sold } = await facts("signal");
      for (const [when, seen] of Object.entries(first.seen)) assert.deepEqual(seen, { asked: [], stored: [] }, when);
      const { action, via, denied, signals } = first.ledger[0];
      assert.deepEqual([action, via, denied, signals.heard], ["opt-out", "signal", [sold], ["gpc"]]);
    },
  },
  {
    id: "R38",
    title: "that it was honoured is displayed, and what is off",
    how: `${HOW}: the words of the settings, and of the first layer where there is one.`,
    async check({ facts }) {
      const { first, title } = await facts("signal");
      for (const [where, words] of Object.entries(first.words)) {
        assert.match(words, /opt-out request \(GPC\) is honoured/, where);
        assert.ok(words.includes(title), where);
      }
    },
  },
  {
    id: "R39",
    title: "it beats an older grant, and a choice that is made knowing of it counts",
    how: "Everything accepted, then the signal: what is kept and who is asked at once, what was kept is erased; then the switch of that category, and the next page.",
    async check({ facts }) {
      const { older, sold } = await facts("signal");
      assert.ok(older.before.length > 0 || older.addresses.length > 0, "there is something for sale");
      assert.deepEqual(older.after, { asked: [], stored: [] });
      assert.equal(older.isOn, false);
      assert.deepEqual([older.chosen[sold], older.last.signals], ["granted", ["gpc"]]);
    },
  },
  {
    id: "R42",
    title: "in the European Union the signal is never consent",
    how: `${HOW}: nothing that is asked for is on before an answer, and nothing that is for sale is on after any but its own.`,
    async check({ facts }) {
      const { first } = await facts("signal");
      assert.ok(!Object.values(first.categories).includes("granted"));
    },
  },
];
