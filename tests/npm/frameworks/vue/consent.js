// The consent manager, on both sides: on the server it stands for nobody, and grants nothing.
import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { policy } from "./policy.js";

export const consent = createConsent(policy, { texts: languages }).shared;

// An edited policy needs the page anew: the gate is closed for the one that was there first.
if (import.meta.hot) import.meta.hot.accept("./policy.js", () => location.reload());
