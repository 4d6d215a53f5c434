// Tells the developer of the page what the face found: a line on the console and the event `consent:error`, as the
// tag does for what it finds (page.js).
//
// Left out: what is wrong; each file that finds something says so.

/** Tells warnings, each as its code, its place, what was found there and what to do, in one message. */
export function warn(...warnings) {
  const problems = Object.freeze(
    warnings.map(([code, path, found, help]) =>
      Object.freeze({ code, path, found, message: `${code} at ${path}: found \`${found}\`; ${help}` }),
    ),
  );
  if (!problems.length) return;
  console.warn(`consentinel: ${problems.map(({ message }) => message).join("\n")}`);
  document.dispatchEvent(new CustomEvent("consent:error", { detail: Object.freeze({ problems }) }));
}
