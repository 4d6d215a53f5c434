// A reporter of Node's test runner: one line of JSON for each test of tests/browser/real-*.test.mjs that was run, with its
// file, its name and whether it passed. `cargo xtask test` has it beside the usual one, so that docs/real-pages.md comes
// of the same run.
//
// Left out: what becomes of these lines (real-pages.mjs).

import { basename } from "node:path";

export default async function* report(events) {
  for await (const { type, data } of events) {
    const file = basename(data?.file ?? "");
    if ((type !== "test:pass" && type !== "test:fail") || !/^real-.*\.test\.mjs$/.test(file) || data.name === data.file)
      continue;
    // One that was left out has shown nothing.
    if (data.skip === undefined && data.todo === undefined)
      yield `${JSON.stringify({ file, name: data.name, passed: type === "test:pass" })}\n`;
  }
}
