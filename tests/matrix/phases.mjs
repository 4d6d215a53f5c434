// Brings a page into a phase as a visitor would, lets it make its attempts, and reads what truly
// happened. Nothing here asks the gate what it did; it is only asked whether a choice has arrived.

import { limitsOf, refusalOf } from "./limits.mjs";
import {
  addressOf,
  attemptPage,
  choosingPage,
  controlPlace,
  loadScript,
  PREFIX,
  READ_STORES,
  READ_STORES_HERE,
  variantsOf,
} from "./page.mjs";
import { WORKER } from "./servers.mjs";

/** No arrival for so long ends the waiting for one. It passes only where something is missing. */
const PATIENCE_MS = 8000;
const VARIANTS = ["optional", "undeclared", "necessary"];

/**
 * `control`: without the tag. `before`: attempts before the choice, which are looked at, then a grant in the
 * same page, which is the phase `released`. `choose`: what the visitor does, in the page that makes the
 * attempts, or, where `isDecided`, on another page before that one is loaded. `works` are the variants that
 * must arrive; no other may. `more`: what the policy says besides.
 */
export const PHASES = {
  control: { hasTag: false, variants: ["optional"], works: ["optional"] },
  before: { hasTag: true, variants: VARIANTS, works: ["necessary"], releases: true },
  rejected: { hasTag: true, variants: VARIANTS, works: ["necessary"], choose: ["reject-all"] },
  withdrawn: { hasTag: true, variants: VARIANTS, works: ["necessary"], choose: ["accept-all", "withdraw"] },
  granted: { hasTag: true, variants: VARIANTS, works: ["necessary", "optional"], choose: ["accept-all"] },
  "decided-rejected": {
    hasTag: true,
    variants: VARIANTS,
    works: ["necessary"],
    choose: ["reject-all"],
    isDecided: true,
  },
  "decided-granted": {
    hasTag: true,
    variants: VARIANTS,
    works: ["necessary", "optional"],
    choose: ["accept-all"],
    isDecided: true,
  },
  "decided-one": {
    hasTag: true,
    variants: ["second", ...VARIANTS],
    works: ["necessary", "optional"],
    choose: ["one"],
    isDecided: true,
  },
  browser: { hasTag: true, variants: VARIANTS, works: ["necessary"], more: { gate: "browser" } },
  // What a header does about the written limits that name one; no gate is needed for it.
  csp: { hasTag: true, variants: VARIANTS, works: ["necessary"], header: true },
};

/** The variants that must arrive in a phase, or in the one that a grant turns it into. */
export const worksIn = (phase) => (phase === "released" ? ["necessary", "optional"] : PHASES[phase].works);

const STATE_AFTER = { "reject-all": "denied", "accept-all": "granted", withdraw: "denied", one: "granted" };

const control = (name) => `[data-consent-action="${name}"]`;

async function choose(lane, action) {
  const press = async (selector) => {
    // Nothing is painted behind a window that an attempt has opened.
    await lane.show();
    const { x, y } = await lane.evaluate(controlPlace(selector));
    await lane.click(x, y);
  };
  if (action === "withdraw") await lane.evaluate("void consentinel.withdraw()");
  else if (action === "one")
    for (const selector of [control("settings"), '[name="analytics"]', control("save")]) await press(selector);
  else await press(control(action));
  const { analytics, marketing } = await lane.evaluate("consentinel.state.categories");
  const wanted = STATE_AFTER[action];
  if (analytics !== wanted || marketing !== (action === "one" ? "denied" : wanted))
    throw new Error(`after ${action} the categories are ${analytics} and ${marketing}`);
}

/**
 * Whether an attempt is made in a phase at all: with the header, what it is the remedy for. What the parser
 * finds has been found when a visitor chooses, so there a choice in the same page means nothing.
 */
export function isMade(attempt, phase, engine) {
  if (attempt.head || attempt.body) if (phase === "rejected" || phase === "granted") return false;
  if (phase !== "csp") return true;
  return limitsOf(attempt.id, engine).some(({ csp }) => (typeof csp === "function" ? csp(attempt.id) : csp));
}

/** The header that lets in what is necessary: what `docs/csp.md` describes, for the policy of the matrix. */
function header(address) {
  const sources = `'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' ${new URL(address).origin} ${new URL(address.replace("http", "ws")).origin}`;
  return { "Content-Security-Policy": `default-src ${sources}; form-action ${sources}` };
}

/** Whether a banner is there to grant at the end, and the page to get what waited. */
const isReleased = (attempts) => attempts.every((attempt) => !attempt.wipes && !attempt.isLate);

/**
 * One load in one phase. Answers the runs that `outcome` can be asked about: one, or two where a phase ends
 * with a grant. `can(attempt)` is false for what the engine cannot do: it is not waited for. `variants`: those made
 * in this page, which are all of the phase but where each has a page of its own.
 */
export async function runLoad({ lane, engine, phase: name, load, attempts, variants, isAgain, site, port, log, can }) {
  const phase = PHASES[name];
  const isPart = variants.length < phase.variants.length;
  const run = `${engine}-${name}-${load}${isPart ? `-${variants[0]}` : ""}${isAgain ? "-again" : ""}`;
  const works = phase.works.filter((variant) => variants.includes(variant));
  const isRefused = (attempt) => can(attempt) && phase.hasTag && Boolean(refusalOf(attempt.id, name));
  const mustWork = (attempt) => can(attempt) && !attempt.isTrick && !isRefused(attempt);
  const isRead = phase.releases && isReleased(attempts);
  const page = {
    hasTag: phase.hasTag,
    run,
    port,
    attempts,
    variants,
    awaits: mustWork,
    isRefused,
    isRead,
    more: phase.more,
  };
  const headers = phase.header ? header(addressOf("necessary", run, page)) : {};
  site.pages.set(`${run} /choose.html`, { content: choosingPage(page) });
  site.pages.set(`${run} /page.html`, { content: attemptPage(page), headers });
  if (phase.header) site.pages.set(`${run} /worker.js`, { content: WORKER, type: "text/javascript", headers });
  site.pages.set(`${run} /load.js`, { content: loadScript(page), type: "text/javascript" });

  const isParsed = attempts.some((attempt) => attempt.head || attempt.body);
  const expected = (variants) =>
    attempts
      .filter((attempt) => attempt.sink === "request" && mustWork(attempt) && !attempt.isLate)
      .flatMap((attempt) => variantsOf(attempt, variants).map((variant) => `${run}/${variant}/${attempt.id}`));

  const isElsewhere = phase.choose && (isParsed || phase.isDecided);
  await lane.open(site.url(run, isElsewhere ? "/choose.html" : "/page.html"));
  for (const action of phase.choose ?? []) await choose(lane, action);
  if (isElsewhere) await lane.open(site.url(run, "/page.html"));

  // The grant at the end is a click on the banner.
  if (isRead && attempts.some(({ afterBanner }) => afterBanner))
    await lane.evaluate(controlPlace(control("accept-all")));
  await start(lane, load);
  await arrive(lane, log, expected(works), works);
  let before = [];
  if (isRead) {
    before = [{ phase: name, ...(await seen({ lane, log, run, attempts, variants })) }];
    const waiting = attempts
      .filter((attempt) => attempt.waits && !log.has(`${run}/optional/${attempt.id}`))
      .map(({ id }) => id);
    await choose(lane, "accept-all");
    await arrive(
      lane,
      log,
      expected(["optional"]).filter((key) => waiting.includes(key.split("/").at(-1))),
      ["optional"],
      true,
    );
  }
  const errors = await lane.evaluate("matrix.leave(), matrix.states");

  await lane.open(site.url(run, "/blank.html"));
  const stores = await lane.evaluate(READ_STORES);
  stores.cookie.push(
    ...site
      .received(run)
      .split("; ")
      .map((pair) => pair.split("=")[0]),
  );
  const late = attempts
    .filter((attempt) => attempt.isLate && can(attempt))
    .flatMap((attempt) => variantsOf(attempt, works).map((variant) => `${run}/${variant}/${attempt.id}`));
  await log.all(late, PATIENCE_MS);
  const last = { phase: isRead ? "released" : name, run, stores, errors, attempts, variants };
  for (const each of before) each.errors = errors;
  return [...before, last];
}

/** What has arrived and what is stored at this moment, in a form that stays as it is. */
async function seen({ lane, log, run, attempts, variants }) {
  const stores = await lane.evaluate(READ_STORES_HERE);
  const times = new Map(
    attempts
      .flatMap((attempt) => variantsOf(attempt, variants).map((variant) => `${run}/${variant}/${attempt.id}`))
      .map((key) => [key, log.times(key)]),
  );
  return { run, stores, attempts, variants, times };
}

/** The loads that a visitor's click starts: only that lets a page open windows, in WebKit at least, or ask for access. */
const CLICKED = ["popups", "picture-in-picture", "handles"];

async function start(lane, load) {
  const call = "matrix.run()";
  if (!CLICKED.includes(load)) return lane.evaluate(`void ${call}`);
  await lane.evaluate(`matrix.atClick(() => ${call})`);
  await lane.click(20, 20);
  await lane.evaluate("matrix.clicked");
}

/** Waits for what must arrive, which is made by the same means as what must not, and after it. */
async function arrive(lane, log, keys, variants, isReleased = false) {
  await log.all(keys, PATIENCE_MS);
  await lane.evaluate(`matrix.settled(${JSON.stringify(variants)}, ${PATIENCE_MS}, ${isReleased})`);
  await lane.evaluate("matrix.flush()");
}

/** How often an attempt reached its aim in a run; to be asked at the very end, when all has arrived. */
export function outcome(log, { run, stores, times }, attempt, variant) {
  const key = `${run}/${variant}/${attempt.id}`;
  if (attempt.sink === "request") return times ? times.get(key) : log.times(key);
  const names = stores[attempt.sink];
  const name = attempt.sink === "service-worker" ? `/sw/${variant}/${attempt.id}/` : PREFIX[variant] + attempt.id;
  return names.includes(name) ? 1 : 0;
}
