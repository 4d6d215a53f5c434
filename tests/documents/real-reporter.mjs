// A reporter of Node's test runner: one line of JSON for each test, with its name and whether it passed. The tests of
// real pages (tests/browser/real-*.test.mjs) run with it beside the usual one, so that docs/real-pages.md comes of the same
// run.
//
// Left out: what becomes of these lines (real-pages.mjs).

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A file is told like a test where it fails as a whole; what was left out has shown nothing.
    if (data.skip === undefined && data.todo === undefined)
      yield `${JSON.stringify({ name: data.name, passed: type === "test:pass" })}\n`;
  }
}
