// The consent manager. Whatever stores or asks something is imported after it.
import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { policy } from "./policy.js";

export const consent = createConsent(policy, { texts: languages }).shared;

// An edited policy needs the page anew: the gate is closed for the one that was there first.
if (import.meta.hot) import.meta.hot.accept("./policy.js", () => location.reload());
