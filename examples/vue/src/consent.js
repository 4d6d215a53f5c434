// The consent manager of this application. Whatever stores or asks something is imported after it.
import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { policy } from "./policy.js";

// Whoever has this may grant, so it stays in this file.
const owner = createConsent(policy, { texts: languages });

/** For every component: it asks, opens the settings, refuses and takes back. */
export const consent = owner.shared;

/** For the button under the name of the map, and for nothing but maps. */
export const showMaps = () => owner.grant("maps");

// An edited policy needs the page anew: the gate is closed for the one that was there first.
if (import.meta.hot) import.meta.hot.accept("./policy.js", () => location.reload());
