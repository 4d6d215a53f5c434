// A page whose things are all allowed finds everything as it is without the tag: each case is code that a page runs,
// once with the tag and once with an empty script in its place, and what it finds must be the same. With the tag it
// runs under a policy that allows everything and, unless it asks for something undeclared, under one that keeps
// undeclared things back and has a category that nobody has decided.
//
// Left out: the cases (transparent-cases.mjs); what stands in docs/limits.md ("Where a page can tell that the tag is
// there"); styles as objects in full (styles.test.mjs), whole frameworks and vendors' code (frameworks.test.mjs,
// snippets.test.mjs); how work grows (growth.test.mjs).

import assert from "node:assert/strict";
import { PLAIN_TAG, policyOf, site } from "./site.mjs";
import { CASES, OWN, POLICIES, TOOLS } from "./transparent-cases.mjs";

const visitTest = site();

/** Where two findings differ: by the way to each place, what is found without and with the tag. */
function differences(without, found, path = "", all = {}) {
  const isDeep = (value) => typeof value === "object" && value !== null;
  if (!isDeep(without) || !isDeep(found)) {
    if (without !== found) all[path] = [without, found];
    return all;
  }
  for (const key of new Set([...Object.keys(without), ...Object.keys(found)]))
    differences(without[key], found[key], `${path}.${key}`, all);
  return all;
}

for (const [kind, named] of Object.entries(CASES)) {
  for (const [name, given] of Object.entries(named)) {
    const { code, head = "", body = "", undeclared = false } = typeof given === "string" ? { code: given } : given;
    visitTest(`as without the tag: ${kind}: ${name}`, async (visit) => {
      // What a case does on purpose the browser complains of alike in all pages.
      visit.forgive(/^(?!.*consentinel:)/s);
      for (const [path, answer] of Object.entries(OWN)) visit.serve(path, answer);
      const look = async (policy, tag) => {
        const script = `<script>window.run = async () => { ${TOOLS} const run = async () => { ${code} }; const found = JSON.stringify(await triedLater(run), printed); await clear(); return found; };</script>`;
        await visit.forget();
        await visit.open({ policy, tag, before: head, head: script, body });
        return JSON.parse((await visit.page.evaluate(() => window.run())) ?? '"nothing"');
      };
      const bare = await look(POLICIES["everything allowed"], "<script></script>");
      for (const [title, policy] of Object.entries(POLICIES)) {
        if (undeclared && title !== "everything allowed") continue;
        assert.deepEqual(differences(bare, await look(policy, PLAIN_TAG)), {}, title);
      }
    });
  }
}

// ---- what waits ---------------------------------------------------------------------------------

visitTest(
  "a body in markup of a whole document keeps its class where a picture in it may not be asked",
  async (visit) => {
    await visit.open({ policy: POLICIES["something undecided"] });
    const name = await visit.page.evaluate(() => {
      document.documentElement.innerHTML = '<head></head><body class=k><img src="http://other.localhost:1/"></body>';
      return document.body.className;
    });
    assert.equal(name, "k");
  },
);

visitTest("a held script that is copied attribute by attribute runs after the grant, as the copy", async (visit) => {
  const hosts = ["127.0.0.1"];
  visit.serve("/held.js", "(window.ran ??= []).push(document.currentScript.id)");
  await visit.open({
    policy: policyOf([], { services: [{ id: "held", category: "analytics", name: "Held", provider: "Held", hosts }] }),
  });
  await visit.page.evaluate(
    (address) => {
      const script = document.createElement("script");
      script.src = address;
      document.body.append(script);
      const copy = document.createElement("script");
      for (const { name, value } of script.attributes) copy.setAttribute(name, value);
      copy.id = "copy";
      script.replaceWith(copy);
      window.owner.acceptAll();
    },
    visit.url("/held.js", hosts[0]),
  );
  await visit.page.waitForFunction(() => window.ran);
  assert.deepEqual(await visit.page.evaluate(() => window.ran), ["copy"]);
});
