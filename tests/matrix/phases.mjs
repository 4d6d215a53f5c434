// Brings a page into a phase as a visitor would, lets it make its attempts, and reads what truly
// happened. Nothing here asks the gate what it did; it is only asked whether a choice has arrived.

import { attemptPage, choosingPage, controlPlace, loadScript, PREFIX, READ_STORES, variantsOf } from "./page.mjs";

/** No arrival for so long ends the waiting for one. It passes only where something is missing. */
const PATIENCE_MS = 8000;
const VARIANTS = ["optional", "undeclared", "necessary"];

/**
 * `control`: without the tag. `held`: attempts before the choice, then a grant in the same page.
 * `states` are the words of `consentinel.state` that tell when the phase is reached.
 */
export const PHASES = {
  control: { hasTag: false, variants: ["optional"], works: ["optional"] },
  before: { hasTag: true, variants: VARIANTS, works: ["necessary"] },
  rejected: { hasTag: true, variants: VARIANTS, works: ["necessary"], choose: ["reject-all"] },
  withdrawn: { hasTag: true, variants: VARIANTS, works: ["necessary"], choose: ["accept-all", "withdraw"] },
  granted: { hasTag: true, variants: VARIANTS, works: ["necessary", "optional"], choose: ["accept-all"] },
  released: { hasTag: true, variants: ["optional", "undeclared"], works: [], releases: true },
  // What a header does about the written limits that name one; no gate is needed for it.
  csp: { hasTag: true, variants: VARIANTS, works: ["necessary"], header: true },
};

const STATE_AFTER = { "reject-all": "denied", "accept-all": "granted", withdraw: "denied" };

async function choose(lane, action) {
  if (action === "withdraw") await lane.evaluate("void consentinel.withdraw()");
  else {
    const { x, y } = await lane.evaluate(controlPlace(action));
    await lane.click(x, y);
  }
  const state = await lane.evaluate("consentinel.state.categories.analytics");
  if (state !== STATE_AFTER[action]) throw new Error(`after ${action} the category is ${state}`);
}

/** Whether an attempt is made in a phase at all. */
export function isMade(attempt, phase, limit) {
  if (phase === "released") return !attempt.isTrick && !attempt.wipes;
  if (phase !== "csp") return true;
  return typeof limit?.csp === "function" ? limit.csp(attempt.id) : Boolean(limit?.csp);
}

/** The header that lets in what is necessary: what `docs/csp.md` describes, for the policy of the matrix. */
function header(other) {
  const sources = `'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' ${other}/t/necessary/ ${other.replace("http", "ws")}/t/necessary/`;
  return { "Content-Security-Policy": `default-src ${sources}; form-action ${sources}` };
}

/**
 * One load in one phase. Answers which of `VARIANT/ID` arrived, and how often.
 * `can(attempt)` is false for what the engine cannot do: it is not waited for.
 */
export async function runLoad({ lane, engine, phase: name, load, attempts, site, other, log, can }) {
  const phase = PHASES[name];
  const run = `${engine}-${name}-${load}`;
  const page = { hasTag: phase.hasTag, run, other: other.url, attempts, variants: phase.variants };
  site.pages.set(`${run} /choose.html`, { content: choosingPage(phase.hasTag) });
  site.pages.set(`${run} /page.html`, { content: attemptPage(page), headers: phase.header ? header(other.url) : {} });
  site.pages.set(`${run} /load.js`, { content: loadScript(page), type: "text/javascript" });

  const isParsed = attempts.some((attempt) => attempt.head || attempt.body);
  const expected = (variants) => attempts
    .filter((attempt) => attempt.sink === "request" && can(attempt) && !attempt.isTrick && !attempt.isLate)
    .flatMap((attempt) => variantsOf(attempt, variants).map((variant) => `${run}/${variant}/${attempt.id}`));

  if (isParsed && phase.choose) await lane.open(site.url(run, "/choose.html"));
  else await lane.open(site.url(run, "/page.html"));
  for (const action of phase.choose ?? []) await choose(lane, action);
  if (isParsed && phase.choose) await lane.open(site.url(run, "/page.html"));

  await start(lane, load, phase.variants);
  await arrive(lane, log, expected(phase.works), phase.works);
  if (phase.releases) {
    await lane.evaluate("matrix.flush()");
    const early = stopped(log, run, attempts);
    const isThere = attempts.every((attempt) => !attempt.wipes);
    if (isThere) await choose(lane, "accept-all");
    const waiting = attempts.filter((attempt) => attempt.waits && !early.has(attempt.id)).map((attempt) => attempt.id);
    if (isThere) await arrive(lane, log, expected(["optional"]).filter((key) => waiting.includes(key.split("/").at(-1))), ["optional"]);
  }
  await lane.evaluate("matrix.flush()");
  const errors = await lane.evaluate("matrix.leave(), matrix.states");

  await lane.open(site.url(run, "/blank.html"));
  const stores = await lane.evaluate(READ_STORES);
  stores.cookie.push(...site.received(run).split("; ").map((pair) => pair.split("=")[0]));
  const late = attempts.filter((attempt) => attempt.isLate && can(attempt))
    .flatMap((attempt) => phase.works.map((variant) => `${run}/${variant}/${attempt.id}`));
  await log.all(late, PATIENCE_MS);
  return { run, stores, errors, attempts, variants: phase.variants };
}

/** Only a visitor's click lets a page open windows, in WebKit at least. */
async function start(lane, load, variants) {
  const call = `matrix.run(${JSON.stringify(variants)})`;
  if (load !== "popups") return lane.evaluate(`void ${call}`);
  await lane.evaluate(`matrix.atClick(() => ${call})`);
  await lane.click(20, 20);
  await lane.evaluate("matrix.clicked");
}

/** What had come before the grant already. */
function stopped(log, run, attempts) {
  return new Set(attempts.filter((attempt) => log.has(`${run}/optional/${attempt.id}`)).map((attempt) => attempt.id));
}

/** Waits for what must arrive, which is made by the same means as what must not, and after it. */
async function arrive(lane, log, keys, variants) {
  const missing = await log.all(keys, PATIENCE_MS);
  await lane.evaluate(`matrix.settled(${JSON.stringify(variants)}, ${PATIENCE_MS})`);
  await lane.evaluate("matrix.flush()");
  return missing;
}

/** How often an attempt reached its aim in a run; to be asked at the very end, when all has arrived. */
export function outcome(log, { run, stores }, attempt, variant) {
  if (attempt.sink === "request") return log.times(`${run}/${variant}/${attempt.id}`);
  const names = stores[attempt.sink];
  const name = attempt.sink === "service-worker" ? `/sw/${variant}/${attempt.id}/` : PREFIX[variant] + attempt.id;
  return names.includes(name) ? 1 : 0;
}
