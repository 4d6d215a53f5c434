// The entry of the script that stands between the policy and the tag on a site that comes from another consent tool
// (docs/moving.md). The document of moving stands before it as
// <script type="application/json" id="consentinel-moving">.

import { tryToMove } from "./moving/move.js";

const text = (id) => document.getElementById(id)?.textContent;
const policy = text("consentinel-policy");
const mapping = text("consentinel-moving");
if (policy && mapping) tryToMove(policy, mapping);
else console.error("consentinel: moving-missing; put consentinel-policy and consentinel-moving before this script");
