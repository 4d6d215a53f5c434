// Tells the owner that the tag came late: it waits (`async`, `defer`, put in by a script), or something was asked for
// before it, which no gate held. `consentinel check --html` says the same of the text of a page.
//
// Left out: inline scripts that ran before it, of which a browser tells nobody, and what has not come yet when this is
// asked: a browser notes what came.

import { warn } from "./speak.js";

// How the tag's file is called, for one language or for all, and for browsers without WebAssembly.
const TAG = /^consentinel(\.[a-z]{2}(-\w+)?|\.nowasm)?\.js/;
// As many addresses as fit a line.
const MOST = 5;

/**
 * Looks at the tag that stands beside the file that runs, and at what the browser has noted. Where the page has put
 * something else in the place of that, nothing is told; nor where this file was imported.
 */
export function tellLate() {
  try {
    look(document.currentScript.src);
  } catch {}
}

function look(own) {
  const folder = own.slice(0, own.lastIndexOf("/") + 1);
  const isOurs = (address) => address.startsWith(`${folder}consentinel.`);
  const tag = [...document.scripts].find(({ src }) => src.startsWith(folder) && TAG.test(src.slice(folder.length)));
  if (!tag) return;
  const waits = ["async", "defer"].filter((name) => tag[name]);
  const noted = performance.getEntriesByType("resource");
  const { startTime, responseEnd } = noted.find(({ name }) => name === tag.src) ?? {};
  // The function that takes what may grant stands in a script before the tag (docs/api.md).
  const hasOwner = "owner" in tag.dataset;
  // A tag that waits runs when it has come, at the earliest.
  const begun = waits.length ? responseEnd : startTime;
  const before = noted.filter(
    (entry) =>
      entry.startTime < begun &&
      /^http/.test(entry.name) &&
      !isOurs(entry.name) &&
      ((entry.initiatorType === "script" && !hasOwner) || !entry.name.startsWith(`${location.origin}/`)),
  );
  const found = [...waits, ...before.slice(0, MOST).map(({ name }) => name)];
  if (found.length)
    warn(["tag-late", "the tag", found.join(", "), "put it before all other scripts, without `async` and `defer`"]);
}
