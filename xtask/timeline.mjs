// Reads a trace of Chromium: what the main thread of one page did since its navigation began. Times are those of the
// processor, in ms: other programs of the machine disturb them less than the time of day.
//
// Left out: what the figures mean (trace.mjs, bench/start.mjs).

/** What a trace has to be started with. */
export const CATEGORIES = ["toplevel", "loading", "devtools.timeline", "blink.user_timing"];

const inside = (inner, outer) =>
  inner.tid === outer.tid &&
  inner.pid === outer.pid &&
  inner.ts >= outer.ts &&
  inner.ts + inner.dur <= outer.ts + outer.dur;

/** How long an event kept the processor busy, in ms. */
export const timeOf = (event) => (event.tdur ?? event.dur) / 1000;

/** The sum of that for events of which none lies in another one. */
export const wholeOf = (events) => events.reduce((sum, event) => sum + timeOf(event), 0);

/** The longest. */
export const longestOf = (events) => Math.max(0, ...events.map(timeOf));

/** Those events of one thread that lie in no other one of the list. */
export function outermost(events) {
  const kept = [];
  for (const event of events.toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    if (kept.length === 0 || !inside(event, kept.at(-1))) kept.push(event);
  }
  return kept;
}

/**
 * What happened in the process of the page at this address, from the last navigation there on: all `events`, those of
 * the main thread that have a length (`timed`), its `tasks`, and `msOf`, which says when something was, by its time of
 * day.
 */
export function timeline(traceEvents, url) {
  const start = traceEvents.findLast(
    ({ name, args }) => name === "navigationStart" && args.data?.documentLoaderURL === url,
  );
  const main = traceEvents.find(
    ({ name, pid, args }) => name === "thread_name" && pid === start.pid && args.name === "CrRendererMain",
  );
  const events = traceEvents.filter((event) => event.pid === start.pid && event.ts >= start.ts);
  const timed = events.filter((event) => event.ph === "X" && event.tid === main.tid);
  const tasks = outermost(timed.filter(({ name }) => name.endsWith("RunTask")));
  return { events, timed, tasks, msOf: (event) => (event.ts - start.ts) / 1000 };
}
