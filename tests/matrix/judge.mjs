// Says of each outcome whether it is as it must be: nothing leaks, nothing is blocked too much, the
// written limits are those there are.

import { absenceOf, covers, limitOf, limits, refusalOf } from "./limits.mjs";
import { worksIn } from "./phases.mjs";

/** `cells`: `ENGINE ID PHASE` → what was tried there, for the table. */
export function judge(results, attempts, isWhole) {
  const failed = [];
  // The same fault of an attempt in several phases and variants is one line.
  const found = new Map();
  const cells = new Map();
  const used = new Set();
  let checks = 0;
  let limited = 0;
  for (const { name: engine, runs } of results) {
    for (const run of runs.filter((each) => each.failure))
      failed.push(`${engine} ${run.phase}, load ${run.load}: ${run.failure}`);
    const controls = new Map(
      runs
        .filter((run) => run.phase === "control" && !run.failure)
        .flatMap((run) =>
          run.attempts.map((attempt) => [
            attempt.id,
            run.outcomes.get(`${attempt.onlyNecessary ? "necessary" : "optional"}/${attempt.id}`),
          ]),
        ),
    );
    for (const run of runs.filter((each) => !each.failure)) {
      for (const attempt of run.attempts) {
        const isAbsent = absenceOf(attempt.id, engine);
        // Each variant may have had a page of its own.
        cells.set(`${engine} ${attempt.id} ${run.phase}`, { isAbsent });
        for (const [key, times] of run.outcomes) {
          const [variant, id] = key.split("/");
          if (id !== attempt.id) continue;
          checks += 1;
          const fault = check({ phase: run.phase, variant, attempt, isAbsent, times, control: controls.get(id) });
          if (!fault) continue;
          const limit = limitOf(attempt.id, engine, run.phase, variant);
          // What leaked already is not released, but asked for anew.
          if (limit && (fault === "leaked" || fault.startsWith("released "))) {
            used.add(limit);
            limited += 1;
          } else {
            const error = run.errors?.[key] && run.errors[key] !== "done" ? ` (${run.errors[key]})` : "";
            const line = `${engine} ${id}: ${fault}${error}`;
            found.set(line, [...(found.get(line) ?? []), `${run.phase} ${variant}`]);
          }
        }
      }
    }
  }
  const faults = [...failed, ...[...found].map(([line, places]) => `${line}: ${places.join(", ")}`)];
  if (isWhole) {
    for (const limit of limits.filter(
      (each) => !each.sometimes && !used.has(each) && attempts.some(({ id }) => covers(each, id)),
    ))
      faults.push(`limits.mjs: stale, nothing leaks any more: ${limit.ids.join(", ")}`);
  }
  return { faults, cells, checks, limited };
}

function check({ phase, variant, attempt, isAbsent, times, control }) {
  if (phase === "control") {
    if (attempt.isTrick) return "";
    if (isAbsent) return times > 0 && !isAbsent.sometimes ? "works, but limits.mjs says it cannot" : "";
    return times > 0 ? "" : "does nothing without the tag";
  }
  const mayPass = worksIn(phase).includes(variant);
  if (phase === "csp") return variant !== "necessary" && times > 0 ? "not stopped by the header" : "";
  if (!mayPass || refusalOf(attempt.id, phase)) return times > 0 ? "leaked" : "";
  if (attempt.isTrick || isAbsent) return "";
  if (phase === "released" && variant === "optional") {
    if (!attempt.waits) return "";
    if (times === 0) return "not released";
    return control && times > control ? `released ${times} times instead of ${control}` : "";
  }
  return times > 0 ? "" : "blocked";
}
