// What is put on record, and what it proves: R11, R33, R43, R44; and children, R45.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { consentinel } from "../../browser/program.mjs";
import { repositoryFile } from "../../browser/site.mjs";

const HASH = /^[0-9a-f]{64}$/;
const PSEUDONYM = /^[A-Za-z0-9_-]{22}$/;
const KEYS = [
  "action",
  "atMs",
  "build",
  "denied",
  "expiresAtMs",
  "granted",
  "id",
  "left",
  "notice",
  "policy",
  "previous",
  "sequence",
  "signals",
  "subject",
  "version",
  "via",
];

const fileOf = (site) => fileURLToPath(repositoryFile(`www/policies/${site.name}.json`));

function withFile(text, use) {
  const folder = mkdtempSync(join(tmpdir(), "consentinel-law-"));
  try {
    const file = join(folder, "ledger.ndjson");
    writeFileSync(file, text);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export default [
  {
    id: "R11",
    title: "a refusal is kept as a refusal, purpose by purpose",
    how: "After *Reject all* the record lists every optional category as denied, and the page's state says so.",
    async check({ site, facts }) {
      const { ledger, state } = await facts("refused");
      const { granted, denied } = ledger.at(-1);
      assert.deepEqual([granted, denied.filter((id) => site.optionalIds.includes(id)).sort()], [[], site.optionalIds]);
      for (const id of site.optionalIds) assert.equal(state.categories[id], "denied", id);
    },
  },
  {
    id: "R33",
    title: "the record holds no more than it needs",
    how: "The fields of the record, and that nothing the browser says of itself, no address and no page stands in ledger or cookie.",
    limit: "What the site's own server writes into its logs.",
    async check({ facts }) {
      const { ledger, exported, cookie, agent } = await facts("refused");
      for (const record of ledger) {
        assert.deepEqual(
          Object.keys(record).filter((key) => !KEYS.includes(key)),
          [],
        );
        assert.deepEqual(Object.keys(record.policy).sort(), ["hash", "id", "revision"]);
        assert.deepEqual(Object.keys(record.notice).sort(), ["hash", "language", "layout"]);
      }
      for (const fact of [...agent, "Mozilla", "127.0.0.1", "localhost", "en-GB"])
        assert.ok(!exported.includes(fact) && !cookie.value.includes(fact), fact);
    },
  },
  {
    id: "R43",
    title: "the export proves who, when, what was shown, how and what was chosen",
    how: "The exported ledger is verified by the native program, and each field is looked at.",
    limit: "Who sat before the browser: the pseudonym is the browser's.",
    async check({ site, facts }) {
      const { exported } = await facts("refused");
      const { status, out, err } = withFile(exported, (file) => consentinel("verify", file));
      assert.equal(status, 0, out + err);
      const [, line] = exported.split("\n");
      const record = JSON.parse(line);
      assert.match(record.subject, PSEUDONYM);
      assert.ok(Math.abs(Date.now() - record.atMs) < 3_600_000);
      assert.deepEqual([record.action, record.via], ["reject-all", "banner"]);
      assert.deepEqual(
        [record.policy.id, record.policy.revision, record.notice.language],
        [site.policy.id, site.policy.revision, "en"],
      );
      assert.ok(Number.isInteger(record.notice.layout));
      for (const hash of [record.policy.hash, record.notice.hash, record.build]) assert.match(hash, HASH);
    },
  },
  {
    id: "R44",
    title: "what a decision refers to can be made again, to the byte",
    how: "The native program makes the notice from the policy, and reads the policy's hash: both are those of the record.",
    limit: "The site keeps each edition of its policy, and the tag that it served.",
    async check({ site, facts }) {
      const record = JSON.parse((await facts("refused")).exported.split("\n")[1]);
      const notice = consentinel("notice", fileOf(site), "--language", "en", "--hash");
      assert.equal(record.notice.hash, notice.out.trim(), notice.err);
      const check = consentinel("check", fileOf(site), "--json");
      assert.deepEqual([check.status, JSON.parse(check.out).policy.hash], [0, record.policy.hash], check.out);
    },
  },
  {
    id: "R45",
    title: "a known child is asked nothing, and nothing optional is on",
    how: "The tag with `data-child`: no first layer, everything is tried and nothing passes, not even beside an earlier grant.",
    limit: "Who is a child: the site must know, and must see to the consent of a guardian.",
    async check({ site, facts }) {
      const { fresh, later, visitor } = await facts("child");
      assert.deepEqual([fresh.isAsked, later.isAsked], [false, false]);
      assert.deepEqual(site.forbidden(fresh.stored), []);
      assert.deepEqual(site.forbidden(later.stored, [], true), []);
      assert.deepEqual(visitor.wronglyAsked("child-"), []);
    },
  },
];
