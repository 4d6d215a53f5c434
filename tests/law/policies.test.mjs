// Policies that would break a rule (policies.json): the native program reports each of them, and so does the
// page, which keeps the rule all the same.
//
// Left out: what else can be wrong with a policy (tests/vectors).

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { consentinel } from "../browser/program.mjs";
import { NOON, days, site } from "../browser/site.mjs";

const { base, cases } = JSON.parse(readFileSync(new URL("policies.json", import.meta.url), "utf8"));
const visitTest = site();
const folder = mkdtempSync(join(tmpdir(), "consentinel-law-"));
after(() => rmSync(folder, { recursive: true }));

const LEAST_DAYS = 182;
const MOST_DAYS = 395;

/** The policy with one value set or removed at each of these places. */
function changed({ set = {}, remove = [] }) {
  const policy = structuredClone(base);
  const steps = [
    ...Object.entries(set).map(([place, value]) => [
      place,
      (parent, key) => {
        parent[key] = value;
      },
    ]),
    ...remove.map((place) => [place, (parent, key) => delete parent[key]]),
  ];
  for (const [place, act] of steps) {
    const keys = place.slice(1).split("/");
    const last = keys.pop();
    act(
      keys.reduce((parent, key) => parent[key], policy),
      last,
    );
  }
  return policy;
}

function check(policy) {
  const file = join(folder, "policy.json");
  writeFileSync(file, JSON.stringify(policy));
  const { status, out } = consentinel("check", file, "--json");
  return { status, codes: JSON.parse(out).problems.map(({ code }) => code) };
}

test("the policy that the cases change has no problem", () => {
  assert.deepEqual(check(base), { status: 0, codes: [] });
});

for (const { rule, name, want, ...change } of cases) {
  visitTest(`${rule} a policy with ${name} is reported, and the rule is kept`, async (visit) => {
    const policy = changed(change);
    const { status, codes } = check(policy);
    assert.equal(status, 1);
    for (const code of want) assert.ok(codes.includes(code), `the program reports ${code}: ${codes}`);

    await visit.page.clock.setFixedTime(NOON);
    await visit.open({ policy, body: '<h1>Page</h1><p style="height: 3000px">Words</p>' });
    const problem = await visit.problem(/^consentinel: /);
    for (const code of want) assert.ok(problem.includes(code), `the page reports ${code}: ${problem}`);

    const banner = visit.page.locator("consent-banner [part~=banner]");
    const isAskable = !("remove" in change && change.remove[0].startsWith("/categories"));
    assert.equal(await banner.isVisible(), isAskable, "the question, where there is something left to ask");
    if (!isAskable) return;
    const [reject, accept] = await Promise.all(
      ["reject-all", "accept-all"].map((action) =>
        visit.control(action).evaluate((button) => {
          const { color, backgroundColor, fontSize, fontWeight, borderColor, opacity } = getComputedStyle(button);
          const { width, height } = button.getBoundingClientRect();
          return {
            color,
            backgroundColor,
            fontSize,
            fontWeight,
            borderColor,
            opacity,
            width: Math.round(width),
            height: Math.round(height),
          };
        }),
      ),
    );
    assert.deepEqual(reject, accept);
    assert.equal(await visit.page.evaluate(() => document.activeElement === document.body), true);
    await visit.page.mouse.move(400, 100);
    await visit.page.mouse.wheel(0, 400);
    await visit.page.waitForFunction(() => scrollY > 0);
    await visit.control("settings").click();
    const switches = visit.page.getByRole("switch");
    await switches.first().waitFor();
    assert.deepEqual((await switches.evaluateAll((all) => all.map(({ checked }) => checked))).filter(Boolean), []);
    await visit.control("close").click();
    await visit.page.locator("consent-banner dialog").waitFor({ state: "detached" });
    assert.equal((await visit.state()).decided, false);
    assert.equal(await visit.stateCookie(), undefined);

    await visit.control("reject-all").click();
    const [{ expiresAtMs }] = await visit.ledger();
    const lifetime = expiresAtMs - NOON;
    assert.ok(lifetime >= days(LEAST_DAYS) && lifetime <= days(MOST_DAYS), `${lifetime / days(1)} days`);
  });
}
