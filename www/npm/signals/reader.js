// What the readers of documents about signals share: how a problem is told, and how the names are read that grant something.
//
// Left out: which words there are (checked.js, ../gpp/checked.js).

const shown = (value) => `\`${JSON.stringify(value) ?? value}\``.slice(0, 80);

/** A reader that knows the categories and services of `state`; without any no name is looked at. */
export function reader(state) {
  const problems = [];
  const tell = (code, path, found, help) => problems.push(`${code} at ${path}: ${shown(found)}; ${help}`);
  // A tag that could not start knows none, and denies every name.
  const known = { ...state?.categories, ...state?.services };
  const isKnown = (name) => Object.keys(known).length === 0 || Object.hasOwn(known, name);
  return {
    /** Lines for the console. */
    problems,
    tell,
    isObject: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    /** The ids that must all be granted; none, so that nothing is ever granted, where one is not understood. */
    granting(path, value) {
      const names = [value].flat();
      const bad = names.filter((name) => typeof name !== "string" || !isKnown(name));
      for (const name of bad)
        tell("signal-unknown", path, name, "write the id of a category or service of the policy, or a list of them");
      return bad.length ? [] : names;
    },
  };
}
