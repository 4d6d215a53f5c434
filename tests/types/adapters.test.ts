// What the types of the adapters promise, as types.test.ts does for the package itself. What they do at run time is in
// tests/browser/adapters.test.mjs and tests/npm/unit.

import { createElement } from "react";
import { createApp } from "vue";
import { createConsent } from "consentinel";
import type { State } from "consentinel";
import { ConsentGate, ConsentProvider, useConsent } from "consentinel/react";
import { consentStore } from "consentinel/svelte";
import { deliver } from "consentinel/delivery";
import { gpp } from "consentinel/gpp";
import { readConsent } from "consentinel/server";
import { signal } from "consentinel/signals";
import { testConsent } from "consentinel/testing";
import { ConsentGate as Gate, consentPlugin, useConsent as useIt } from "consentinel/vue";

const policy = {
  version: 1, id: "x", revision: "1", controller: { name: "X" },
  categories: [{ id: "ads", title: { en: "Ads" }, description: { en: "Ads." } }],
  services: [{ id: "bids", category: "ads", name: "Bids", provider: "Bids SAS" }],
} as const;
const consent = createConsent(policy);

const { shared } = consent;
createElement(ConsentProvider, { consent: shared }, createElement(ConsentGate, { name: "ads", fallback: "…" }, "shown"));
createElement(ConsentProvider, { consent: shared, serverState: readConsent({}, policy).state });
// @ts-expect-error: whoever reads the prop could grant
createElement(ConsentProvider, { consent });
// @ts-expect-error: the state of it, not the whole
createElement(ConsentProvider, { consent: shared, serverState: readConsent({}, policy) });
// @ts-expect-error: a provider without a handle
createElement(ConsentProvider, {});
// @ts-expect-error: nobody knows for what
createElement(ConsentGate, {});
const { has, state } = useConsent<"ads", "bids">();
const isGranted: boolean = has("bids") && state.categories["ads"] === "granted";
// @ts-expect-error: a misspelt name
has("bidz");

createApp({}).use(consentPlugin, shared);
createApp({}).use(consentPlugin, consent).component("Gate", Gate);
createApp({}).use(consentPlugin, consent, { serverState: readConsent({}, policy).state });
// @ts-expect-error: an option that there is not
createApp({}).use(consentPlugin, consent, { state: readConsent({}, policy).state });
// @ts-expect-error: a plugin without a handle
createApp({}).use(consentPlugin);
const word: State["categories"][string] = useIt().state.value.categories["ads"];

consentStore(shared, readConsent({}, policy).state);
const stop: () => void = consentStore(consent).subscribe((state) => state.services.bids);

const end: () => void = deliver(shared, { endpoint: "https://consent.example", key: "kept" });
deliver(consent, { endpoint: new URL("https://consent.example") });
// @ts-expect-error: to whom
deliver(consent, {});

const quiet: () => void = signal(shared, {
  "google-consent-mode": { ad_storage: ["ads", "bids"], always: ["security_storage"], url_passthrough: true },
  "uet-consent-mode": "ads",
  "segment-consent": { Ads: "ads" },
});
// @ts-expect-error: a misspelt type
signal(shared, { "google-consent-mode": { adstorage: "ads" } });
signal(shared, { "google-consent-mode": { ad_user_data: "ads", advanced: true, gpc: ["ad_user_data"] } });
signal(shared, { "meta-consent": { consent: "ads", gpc: ["consent"] } });
// @ts-expect-error: advanced is said or not
signal(shared, { "google-consent-mode": { advanced: "yes" } });
gpp(shared, { sections: ["usnat", "usca"], sale: "ads", targetedAdvertising: ["ads", "bids"] });
// @ts-expect-error: a misspelt purpose
gpp(shared, { sell: "ads" });
// @ts-expect-error: a misspelt mechanism
signal(shared, { "gogle-consent-mode": {} });

const tested = testConsent(policy, { ads: "granted" });
tested.set({ bids: "denied" });
createElement(ConsentProvider, { consent: tested.shared });
// @ts-expect-error: what is shared takes nothing out of the page
shared.destroy();
// @ts-expect-error: a misspelt name
tested.set({ bidz: "denied" });
// @ts-expect-error: nobody denies what is necessary, and nobody grants it
tested.set({ ads: "necessary" });

export { end, isGranted, stop, word };
