// The consent manager of this application. Whatever stores or asks something is imported after it.
import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { policy } from "./policy.js";

export const consent = createConsent(policy, { texts: languages });

// An edited policy needs the page anew: the gate is closed for the one that was there first.
if (import.meta.hot) import.meta.hot.accept("./policy.js", () => location.reload());
