// Tells the owner and the page: problems on the console, and events.
//
// Left out: which problems there are (src/problem.rs).

import { read, send } from "#shared";

/** Tells problems: all errors in one message, all warnings in another, and one event. */
export function tellProblems(text) {
  const told = read(text);
  for (const isError of [true, false]) {
    const lines = told.filter((problem) => problem.isError === isError).map(({ message }) => message);
    if (lines.length) console[isError ? "error" : "warn"](`consentinel: ${lines.join("\n")}`);
  }
  send("error", { problems: told.map(({ isError, ...problem }) => problem) });
}

/** Sends `consent:<name>` on the document, with the detail parsed and frozen. */
export function emit(name, detail) {
  send(name, read(detail));
}
