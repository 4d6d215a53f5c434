// The page's one script: the consent manager first, then what waits for it.
import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { policy } from "./policy.js";

const consent = createConsent(policy, { texts: languages }).shared;

document.querySelector("footer button").addEventListener("click", () => consent.open());

await consent.whenGranted("maps");
const place = document.querySelector("[data-map]");
const frame = document.createElement("iframe");
frame.title = "Map";
frame.src = place.dataset.map;
place.replaceWith(frame);
