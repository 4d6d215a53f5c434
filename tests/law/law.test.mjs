// Every rule on every site, one test each. What a visitor does is done once for each site, by the first rule
// that asks for it (scenes.mjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLayerRules, rules } from "./rules.mjs";
import { scenes } from "./scenes.mjs";
import { FULL_SITES, SITES } from "./sites.mjs";
import { world } from "./visitor.mjs";

const visitor = world();

/** The facts of a scene on a site; a scene that fails fails every rule that asks for it. */
function factsOf(site) {
  const known = new Map();
  return (name) => {
    if (!known.has(name)) known.set(name, play(site, name));
    return known.get(name);
  };
}

async function play(site, name) {
  const guest = await visitor(site);
  try {
    const facts = await scenes[name](guest);
    await guest.settled();
    const errors = guest.problems.filter((problem) => problem.startsWith("page error"));
    assert.deepEqual(errors, [], `errors of the page during ${name}`);
    return facts;
  } finally {
    await guest.leave();
  }
}

function tryAll(tried, sites, ending = "") {
  for (const site of sites) {
    const facts = factsOf(site);
    for (const { id, title, check } of tried) {
      test(`${id} ${site.name}: ${title}${ending}`, async (context) => {
        const reason = await check({ site, facts });
        if (reason) context.skip(reason);
      });
    }
  }
}
tryAll(rules, SITES);
tryAll(firstLayerRules, FULL_SITES, ", in full");
