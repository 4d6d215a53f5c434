// An end to waiting for a browser: a call that it does not answer must end the load, not hang the run.

/** What takes longer will not come. */
export const LONGEST_MS = 120_000;

/** The answer of a browser, or after two minutes an error that says `what` got none, with `isLost`. */
export async function bounded(answer, what) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = Object.assign(new Error(`no answer in two minutes to ${what}`), { isLost: true });
    timer = setTimeout(reject, LONGEST_MS, error);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
