// Runs the leak matrix: every attempt in every phase in every engine, and says what truly arrived.
//
//   node tests/matrix/run.mjs [--engine NAME]… [--only ID]… [--load NAME]… [--phase NAME]…
//     [--without-tag] [--all] [--verbose] [--check | --write]
//
// `--without-tag` runs the control alone: which attempts work in a bare engine. `--check` compares
// docs/leak-matrix.md with what the run found, `--write` writes it. It ends with an error when anything leaks
// outside limits.mjs, is blocked where it may not be, or no longer is what limits.mjs says, and where the document
// says something else.

import { keep } from "../documents/document.mjs";
import { attempts as all } from "./attempts.mjs";
import { judge } from "./judge.mjs";
import { absenceOf } from "./limits.mjs";
import { isMade, outcome, PHASES, runLoad } from "./phases.mjs";
import { grouped, variantsOf } from "./page.mjs";
import { document } from "./report.mjs";
import { Log, startOther, startSite } from "./servers.mjs";

const ENGINES = ["chromium", "firefox", "webkit"];
/** So many loads apart, a line says how far an engine is: a run that is ended from outside shows where. */
const STEP = 50;
const REPORT = new URL("../../docs/leak-matrix.md", import.meta.url);

// Pages that start decided otherwise than refused, and the browser's gate from the first moment, were run whole in
// Chromium alone so far: in the other engines they are tried with `--all`.
const isSettled = (phase, engine) =>
  engine === "chromium" ||
  process.argv.includes("--all") ||
  !["decided-granted", "decided-one", "browser"].includes(phase);

function options(words) {
  const given = {
    engine: [],
    only: [],
    load: [],
    phase: [],
    "without-tag": false,
    all: false,
    check: false,
    write: false,
    verbose: false,
  };
  for (let i = 0; i < words.length; i += 1) {
    const name = words[i].replace(/^--/, "");
    if (!Object.hasOwn(given, name)) throw new Error(`unknown option ${words[i]}`);
    if (Array.isArray(given[name])) given[name].push(words[(i += 1)]);
    else given[name] = true;
  }
  return given;
}

// At a signal, what has been found so far is told; at a second one, the program ends, and the engines
// with it.
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    process.exitCode = 1;
  });
}

/** All loads of all phases in one engine. */
async function runEngine(name, { chosen, phases, verbose, site, port, log }) {
  const start = Date.now();
  const loads = grouped(chosen, "load");
  const jobs = phases
    .filter((phase) => isSettled(phase, name))
    .flatMap((phase) =>
      [...loads].flatMap(([load, all]) => {
        const attempts = all.filter((attempt) => isMade(attempt, phase, name));
        const { variants } = PHASES[phase];
        // What replaces the document ends what the variant before it has just asked for.
        const parts = attempts.some(({ wipes }) => wipes) ? variants.map((variant) => [variant]) : [variants];
        return attempts.length > 0 ? parts.map((variants) => ({ phase, load, attempts, variants })) : [];
      }),
    );
  const runs = [];
  let version;
  const needsWhole = ({ attempts }) => name === "chromium" && attempts.some((attempt) => attempt.isWhole);
  for (const isWhole of [false, true]) {
    const some = jobs.filter((job) => needsWhole(job) === isWhole);
    if (some.length > 0) version = await runJobs(name, some, runs, { isWhole, verbose, site, port, log });
  }
  return { name, version, runs, tookMs: Date.now() - start };
}

/** All loads of one browser; a lane takes the next one as soon as it is free. */
async function runJobs(name, jobs, runs, { isWhole, verbose, site, port, log }) {
  const { launch } = await import(`./engines/${name}.mjs`);
  const engine = await launch({ isWhole });
  try {
    const can = (attempt) => !absenceOf(attempt.id, name);
    const work = async (lane) => {
      for (let job; !isStopping && (job = jobs.shift()); ) {
        const begun = Date.now();
        try {
          const done = await runLoad({ lane, engine: name, site, port, log, can, ...job });
          runs.push(...done.map((each) => ({ load: job.load, ...each })));
        } catch (error) {
          if (error.isLost) console.log(`${name} ${job.phase} ${job.load}: lost: ${error.message}`);
          // A browser crashes now and then, or hangs on a busy machine: what was lost is done anew, once.
          const isBack = !error.isLost || (await isRenewed(lane));
          if (error.isLost && isBack && !job.isAgain) jobs.unshift({ ...job, isAgain: true });
          else runs.push({ ...job, failure: error.message });
          if (!isBack) return;
        }
        if (verbose)
          console.log(`${name} ${job.phase} ${job.load}: ${Date.now() - begun} ms ${runs.at(-1)?.failure ?? ""}`);
        else if (jobs.length > 0 && jobs.length % STEP === 0) console.log(`${name}: ${jobs.length} loads to go`);
      }
    };
    const lanes = await Promise.all(Array.from({ length: engine.lanes }, () => engine.lane()));
    await Promise.all(lanes.map(work));
    if (!isStopping)
      for (const job of jobs.splice(0)) runs.push({ ...job, failure: "not run: the browser could not be begun anew" });
    return engine.version;
  } finally {
    await engine.close().catch((error) => console.log(`${name}: ${error.message}`));
  }
}

/** Whether a lane whose browser was lost goes on with another one. */
const isRenewed = (lane) =>
  lane.renew().then(
    () => true,
    () => false,
  );

async function main(words) {
  const given = options(words);
  const chosen = all.filter(
    (attempt) =>
      (given.only.length === 0 || given.only.includes(attempt.id)) &&
      (given.load.length === 0 || given.load.includes(attempt.load)),
  );
  const phases = given["without-tag"] ? ["control"] : given.phase.length > 0 ? given.phase : Object.keys(PHASES);
  const engines = given.engine.length > 0 ? given.engine : ENGINES;
  const isWhole =
    chosen.length === all.length && phases.length === Object.keys(PHASES).length && engines.length === ENGINES.length;
  const isKept = given.check || given.write;
  if (isKept && !isWhole)
    throw new Error(
      "--check and --write are for whole runs: leave out --engine, --only, --load, --phase and --without-tag",
    );
  const log = new Log();
  const site = await startSite(log);
  const other = await startOther(log);
  let results;
  try {
    results = await Promise.all(
      engines.map((name) => runEngine(name, { chosen, phases, verbose: given.verbose, site, port: other.port, log })),
    );
  } finally {
    await site.close();
    await other.close();
  }
  // Asked only now: what arrived late has arrived.
  for (const { runs } of results) {
    for (const run of runs.filter((each) => !each.failure)) {
      run.outcomes = new Map(
        run.attempts.flatMap((attempt) =>
          variantsOf(attempt, run.variants).map((variant) => [
            `${variant}/${attempt.id}`,
            outcome(log, run, attempt, variant),
          ]),
        ),
      );
    }
  }
  const verdict = judge(results, chosen, isWhole);
  for (const { name, version, tookMs, runs } of results) {
    console.log(`${name}: ${version}, ${runs.length} loads, ${(tookMs / 1000).toFixed(1)} s`);
  }
  for (const fault of verdict.faults) console.log(`FAULT  ${fault}`);
  console.log(
    `${chosen.length} attempts, ${verdict.checks} checks, ${verdict.faults.length} faults, ${verdict.limited} within the written limits`,
  );
  if (verdict.faults.length > 0) process.exitCode = 1;
  else if (isKept && !isStopping) await keep(REPORT, document(results, chosen, verdict), given);
}

await main(process.argv.slice(2));
// A browser that would not end must not keep this program from ending.
process.exit();
