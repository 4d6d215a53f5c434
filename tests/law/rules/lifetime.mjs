// How long an answer counts, and what asks again: R25 to R29, R34.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consentinel } from "../../browser/program.mjs";

const MOST_DAYS = 395;
const DAY_SECONDS = 86_400;

export default [
  {
    id: "R25",
    title: "both answers are kept for their time, and a visit prolongs none",
    how: "With the clock of the browser: half of the time later, a minute before its end, and a minute after it.",
    async check({ facts }) {
      const { answers } = await facts("lifetime");
      assert.equal(answers.length, 2);
      for (const { action, lifetime, asked } of answers) {
        assert.ok(lifetime >= 28 && lifetime <= MOST_DAYS, `${action}: ${lifetime} days`);
        assert.deepEqual(
          asked,
          { "half of its time later": false, "a minute before its end": false, "a minute after it": true },
          action,
        );
      }
    },
  },
  {
    id: "R26",
    title: "nobody is asked again before that",
    how: "After either answer: reloads, another page, another tab. After accepting, another edition of the same policy.",
    limit: "A visitor who clears the browser is a new one.",
    async check({ facts }) {
      const [refused, accepted, changed] = [await facts("refused"), await facts("withdrawn"), await facts("changed")];
      assert.deepEqual([...refused.asked, ...accepted.asked].filter(Boolean), []);
      assert.equal(changed.results.edition.isAsked, false, "a new edition that says the same");
    },
  },
  {
    id: "R27",
    title: "a refusal rests for six months at least",
    how: "The policy with `refusalLifetimeDays` 90: the program reports it, the page reports it and keeps the refusal for 182 days all the same.",
    async check({ site, facts }) {
      const { asked, problems } = await facts("shortened");
      assert.deepEqual(asked, [false, false, true]);
      assert.equal(problems.filter((problem) => problem.includes("refusal-short")).length > 0, true);
      const folder = mkdtempSync(join(tmpdir(), "consentinel-law-"));
      try {
        const file = join(folder, "policy.json");
        writeFileSync(file, JSON.stringify({ ...site.policy, refusalLifetimeDays: 90 }));
        const { status, out } = consentinel("check", file);
        assert.equal(status, 1);
        assert.match(out, /refusal-short/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
  {
    id: "R28",
    title: "a changed purpose is asked anew, the others stay",
    how: "Everything accepted, then one more sentence in the first optional purpose, and one more item in it: that one is undecided and keeps nothing, the others still count.",
    async check({ site, facts }) {
      const { first, others, results } = await facts("changed");
      for (const name of ["purpose", "item"]) {
        const { isAsked, categories, stored } = results[name];
        assert.equal(isAsked, true, name);
        assert.equal(categories[first], "undecided", name);
        for (const id of others) assert.equal(categories[id], "granted", `${name}: ${id}`);
        assert.deepEqual(site.forbidden(stored, others, true), [], name);
      }
    },
  },
  {
    id: "R29",
    title: "a new recipient within an accepted purpose asks again",
    how: "Everything accepted, then a service more in the first optional category.",
    async check({ facts }) {
      const { first, others, results } = await facts("changed");
      assert.equal(results.vendor.isAsked, true);
      assert.equal(results.vendor.categories[first], "undecided");
      for (const id of others) assert.equal(results.vendor.categories[id], "granted", id);
    },
  },
  {
    id: "R34",
    title: "the cookie with the answer lives 13 months at most, belongs to the site, and is Lax",
    how: "Its attributes, by the browser's own word.",
    async check({ site, facts }) {
      const { cookie, nowMs } = await facts("refused");
      const seconds = cookie.expires - nowMs / 1000;
      assert.ok(seconds <= MOST_DAYS * DAY_SECONDS, `${seconds} seconds`);
      assert.ok(Math.abs(seconds - (site.policy.refusalLifetimeDays ?? 182) * DAY_SECONDS) < 600);
      assert.deepEqual([cookie.sameSite, cookie.domain], ["Lax", "localhost"]);
    },
  },
];
