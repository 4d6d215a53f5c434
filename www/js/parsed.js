// Which elements of a page its parser found, and may not ask for what they ask: for the panel of owners (report.js). The
// gate alone says so.
//
// It reports each element that the parser put in, a moment later and by no script, and each that a script puts in, by
// that script. What changed is told after each script and before the next, first to the gate and then here, so a report
// that came meanwhile is of these elements.
//
// What it has no report of (what stands before the tag, and what is inside of `noscript`, a text) is asked for here as the
// artwork of something that plays, which nobody fetches before it is shown: the gate judges and reports that at once.
//
// Left out: what scripts do, which the gate reports, and how an element is marked (marks.js).

import { asking } from "./marks.js";

const ELEMENTS = ["script", "frame", "image", "media", "object", "style", "link"];
/** The kind under which the gate reports artwork. */
const ARTWORK = "image";
const OWN = document.currentScript?.src ?? "";

const bare = (url) => url.split(/[?#]/, 1)[0];

/**
 * Calls `tell` with each element that the parser found and whose address may not be asked, and `{ url, service, written,
 * marked }`, the service empty where none claims it. Looks until the page is parsed; what is told again is whole by then.
 *
 * @returns {{ isOurs: (attempt: object) => boolean }} which reports are of questions asked here
 */
export function watchParser(tell) {
  /** By address, what elements were reported: `service`, and the numbers of the latest reports by the parser and by scripts. */
  const reported = new Map();
  /** The names of our own questions. */
  const asked = new Set();
  const isOurs = ({ kind, name, script }) => kind === ARTWORK && asked.has(name) && (script === OWN || OWN === "");
  let last;
  let number = 0;
  const hear = () => {
    const attempts = window.consentinel.attempts();
    for (const attempt of attempts.slice(attempts.indexOf(last) + 1)) {
      const { kind, name, service, script } = attempt;
      number++;
      if (!ELEMENTS.includes(kind) || isOurs(attempt)) continue;
      const before = reported.get(name) ?? { parser: 0, script: 0 };
      reported.set(name, { ...before, service, [script === "" ? "parser" : "script"]: number });
    }
    last = attempts.at(-1);
  };

  /** The service that claims an address, empty where none does; nothing where it may be asked. */
  const judged = (url) => {
    // An engine that plays nothing has no artwork, and then nobody can say.
    if (new URL(url).origin === location.origin || !globalThis.MediaMetadata) return undefined;
    asked.add(bare(url));
    new MediaMetadata({ artwork: [{ src: url }] });
    return window.consentinel.attempts().findLast((attempt) => attempt.name === bare(url))?.service;
  };

  /** Tells of an element, whose reports are those since `before`; `isUnreported` where the gate may not have seen it. */
  const look = (element, before, isUnreported) => {
    // A script that the parser did not find is asynchronous without saying so (HTML, 4.12.1: "force async").
    if (element.async === true && !element.hasAttribute("async")) return;
    const found = asking(element);
    for (const url of found?.urls ?? []) {
      const report = reported.get(bare(url));
      // Where the policy only reports, the same is reported once.
      const isParsed = report && (report.parser > before || (report.parser > 0 && report.script <= before));
      const service = isParsed ? report.service : isUnreported && !report ? judged(url) : undefined;
      if (service === undefined) continue;
      tell(element, { url, service, written: found.written, marked: found.marked });
      return;
    }
  };
  const lookAll = (elements, isUnreported) => {
    const before = number;
    hear();
    for (const element of elements) look(element, before, isUnreported);
  };

  // Of media, a part comes after its whole.
  const whole = (node) => (/^(?:source|track)$/.test(node.localName) ? [node, node.parentElement] : [node]);
  const found = (records) => {
    const nodes = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.nodeType === 1);
    lookAll(nodes.flatMap(whole).filter(Boolean));
  };
  lookAll(document.querySelectorAll("*"), true);
  if (document.readyState === "loading") {
    const observer = new MutationObserver(found);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      found(observer.takeRecords());
      observer.disconnect();
      // What is inside of these was not there yet when they were found.
      lookAll(document.querySelectorAll("noscript"), true);
      lookAll(document.querySelectorAll("video,audio,object"));
    });
  }
  return { isOurs };
}
