// The consent manager: on the server, where this runs as well, it stands for nobody and grants nothing.
"use client";

import { createConsent } from "consentinel";
import { policy } from "../policy.js";

export const consent = createConsent(policy, { texts: { fr: () => import("consentinel/texts/fr") } }).shared;
