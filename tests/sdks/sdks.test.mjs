// Kits of vendors from npm, unchanged, each with its entry of the catalogue alone: nothing before an answer, working after a
// grant, silent after a withdrawal. What they are is data (sdks.mjs), how one is run stands in stage.mjs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { serve } from "../../xtask/serve.mjs";
import { ARGUMENTS, SHELL } from "../browser/site.mjs";
import { standIns } from "../law/stand-ins.mjs";
import { SDKS } from "./sdks.mjs";
import { run, runOnHost } from "./stage.mjs";

const world = { handlers: {} };
before(async () => {
  world.party = await standIns();
  world.server = await serve({ handlers: world.handlers });
  // Hosts below `localhost` are the page's own.
  const [rules, ...others] = world.party.args;
  const args = [...ARGUMENTS, `${rules}, EXCLUDE *.localhost`, ...others];
  world.browser = await chromium.launch({ executablePath: SHELL, args });
});
after(async () => {
  await world.browser?.close();
  await world.server?.close();
  await world.party?.close();
});

for (const sdk of SDKS)
  test(`${sdk.name}: nothing before an answer, working after a grant, silent after a withdrawal`, async () => {
    const { before, granted, withdrawn } = await run(sdk, world);
    assert.deepEqual(before, { asked: [], kept: [] });
    assert.deepEqual(granted.refused, [], "what the entry lacks");
    for (const host of sdk.asks) assert.ok(granted.asked.includes(host), `${host} was not asked: ${granted.asked}`);
    for (const name of sdk.keeps ?? []) assert.ok(granted.kept.includes(name), `${name} is not kept: ${granted.kept}`);
    assert.deepEqual(withdrawn, { asked: [], kept: [] });
  });

for (const sdk of SDKS.filter(({ same }) => same))
  test(`${sdk.name}: accepted, it asks and keeps what it does without the tag`, async () => {
    const { same } = sdk;
    assert.deepEqual(await runOnHost(sdk, false, same, world), same, "without the tag");
    assert.deepEqual(await runOnHost(sdk, true, same, world), same, "accepted");
  });
