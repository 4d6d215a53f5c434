// The way back: R20 to R24, and content of others, R30.

import assert from "node:assert/strict";

export default [
  {
    id: "R20",
    title: "a lasting control opens the settings again, on every page",
    how: "On another page after the answer: a control with a name, reached by Tab and opened by Enter; the switches show what holds.",
    async check({ site, facts }) {
      const { entryName, entryTabs, shown } = await facts("withdrawn");
      assert.ok(entryName.length > 0);
      assert.ok(Number.isFinite(entryTabs));
      for (const id of site.optionalIds) assert.equal(shown.switches.find(({ name }) => name === id)?.isOn, true, id);
    },
  },
  {
    id: "R21",
    title: "withdrawing is as easy as consenting",
    how: "Clicks from any page to the withdrawal of everything: at most one more than to accept, since the control is smaller than the question.",
    async check({ facts }) {
      const { clicksToAccept, clicksToWithdraw } = await facts("withdrawn");
      assert.ok(clicksToWithdraw <= clicksToAccept + 1, `${clicksToWithdraw} and ${clicksToAccept}`);
    },
  },
  {
    id: "R22",
    title: "a withdrawal stops what it had let in",
    how: "First the measure: after accepting, every item is kept and every host is asked. After the withdrawal everything is tried on the same page and on the next: nothing of it.",
    limit: "Code that runs already runs on; it can keep nothing and ask nobody. What servers do among themselves.",
    async check({ site, facts }) {
      const { granted, seen, visitor } = await facts("withdrawn");
      assert.deepEqual(granted, { missingNames: [], missingAddresses: [] });
      for (const stored of seen)
        assert.deepEqual(
          site.forbidden(stored, [], true).filter((entry) => !entry.startsWith("cookie ")),
          [],
        );
      assert.deepEqual(visitor.wronglyAsked("taken-back"), []);
    },
  },
  {
    id: "R23",
    title: "a withdrawal erases what script can erase, and names the rest",
    how: "Each cookie is planted with several paths and attributes, and one where no script can reach it: all others are gone from the jar, that one is in the record.",
    limit:
      "HttpOnly cookies and those of other hosts can be neither seen nor erased by script ([limits.md](limits.md)).",
    async check({ site, facts }) {
      const { seen, left, cookies, ledger } = await facts("withdrawn");
      for (const stored of seen) {
        const wrong = [...new Set(site.forbidden(stored, [], true))];
        assert.deepEqual(
          wrong.filter((entry) => !left.includes(entry.replace("cookie ", ""))),
          [],
        );
      }
      const record = ledger.findLast(({ action }) => action === "withdraw");
      assert.deepEqual(left, cookies.slice(0, 1), "the measure: one cookie is out of reach");
      assert.deepEqual(record.left, left);
    },
  },
  {
    id: "R24",
    title: "refusal and withdrawal are events on record, and earlier ones are kept",
    how: "The ledger after accepting and withdrawing, and after refusing.",
    async check({ facts }) {
      const { ledger } = await facts("withdrawn");
      assert.deepEqual(
        ledger.map(({ action }) => action),
        ["accept-all", "withdraw"],
      );
      assert.ok(ledger[0].atMs < ledger[1].atMs);
      const refused = await facts("refused");
      assert.deepEqual(
        refused.ledger.map(({ action }) => action),
        ["reject-all"],
      );
    },
  },
  {
    id: "R30",
    title: "embedded content of others waits behind a placeholder",
    how: "A frame of the first optional service with a host: no address and no request, a placeholder that names the provider; “once” loads it and records that; the next page holds it again; “always” lets it load from then on.",
    limit:
      "Frames that stand in the page's own markup with an address may be fetched by the parser before the tag sees them.",
    async check({ facts }) {
      const { service, held, once, again, always } = await facts("embedded");
      if (!service) return "no optional service of this policy has a host";
      assert.deepEqual([held.asked, held.source ?? ""], [[], ""]);
      assert.ok(held.words.includes(service.provider), held.words);
      assert.equal(once.asked.length, 1);
      assert.deepEqual(
        [once.record.action, once.record.via, once.record.granted],
        ["once", "placeholder", [service.id]],
      );
      assert.notEqual(once.state.services[service.id], "granted", "once is no choice");
      assert.deepEqual([again.asked, again.source ?? ""], [[], ""]);
      assert.deepEqual([always.record.action, always.record.via], ["save", "placeholder"]);
      assert.equal(always.state.services[service.id], "granted");
    },
  },
];
