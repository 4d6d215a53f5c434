// All rules that a machine can try on a page, and those it cannot, with the reason. A rule is data: its number
// in the order of the law, what it says, how it is tried, what remains outside, and a checker that gets a
// site and the facts of scenes, and throws where the rule is broken.
//
// Left out: the rules of places where refusing is an act of its own (opt-out), and of exempt measurement: R35, R36, R40
// and R41. This version knows no such regime.

import access from "./rules/access.mjs";
import beforeChoice from "./rules/before-choice.mjs";
import firstLayer from "./rules/first-layer.mjs";
import lifetime from "./rules/lifetime.mjs";
import record from "./rules/record.mjs";
import settings from "./rules/settings.mjs";
import signal from "./rules/signal.mjs";
import withdrawal from "./rules/withdrawal.mjs";

const byNumber = (one, other) => one.id.localeCompare(other.id);

// Of other files those that look at the first layer, too.
const ALSO = ["R07", "R12", "R13", "R16"];

/** Those about the first layer, which are tried on both forms of it. */
export const firstLayerRules = [
  ...firstLayer,
  ...access,
  ...[...beforeChoice, ...settings].filter(({ id }) => ALSO.includes(id)),
].sort(byNumber);

export const rules = [
  ...beforeChoice,
  ...firstLayer,
  ...settings,
  ...signal,
  ...withdrawal,
  ...lifetime,
  ...record,
  ...access,
].sort(byNumber);
