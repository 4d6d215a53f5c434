// Tells the owner and the page: problems on the console, and events.
//
// Left out: which problems there are (src/problem.rs).

import { read, send } from "#shared";

/** Tells problems, as JSON text: all errors in one message, all warnings in another, and one event. */
export const tellProblems = (text) => tellAll(read(text));

function tellAll(told) {
  for (const isError of [true, false]) {
    const lines = told.filter((problem) => !!problem.isError === isError).map(({ message }) => message);
    if (lines.length) console[isError ? "error" : "warn"](`consentinel: ${lines.join("\n")}`);
  }
  send("error", { problems: told.map(({ isError, ...problem }) => problem) });
}

/** Tells warnings of what scripts find, each as its code, its place, what was found there and what to do. */
export function warn(...warnings) {
  const told = warnings.map(([code, path, found, help]) => ({
    code,
    path,
    found,
    message: `${code} at ${path}: found \`${found}\`; ${help}`,
  }));
  if (told.length) tellAll(told);
}

/** Sends `consent:<name>` on the document, with the detail parsed and frozen. */
export function emit(name, detail) {
  send(name, read(detail));
}
