// The ways to tell vendors' code what a visitor chose, a table: the words that each has for it, and its calls. The calls are
// those of the vendors' own documentation, which docs/signals.md names.
//
// `tell` gets whether each word is granted, the options, whether anything is decided, and whether nothing was told before; it
// answers false where the vendor's code is not there yet. Left out: when it is called (signals.js).

const granted = (isGranted) => (isGranted ? "granted" : "denied");
const worded = (values, word) => Object.fromEntries(Object.entries(values).map(([name, is]) => [name, word(is)]));
/** The list of this name that a vendor's code reads, and goes on with. */
const queue = (name) => {
  window[name] ??= [];
  return window[name];
};

/** Whether a vendor has stored an earlier choice, in a cookie whose name begins so: it goes on when ours has ended. */
const stores = (start) => document.cookie.split("; ").some((pair) => pair.startsWith(start));

let stamped = {};
/** Puts what is chosen on each event that goes through Segment, as it is when that goes. */
function stamp({ payload, next }) {
  const { obj } = payload;
  obj.context = { ...obj.context, consent: { ...obj.context?.consent, categoryPreferences: { ...stamped } } };
  next(payload);
}

export const MECHANISMS = {
  "google-consent-mode": {
    words: [
      "ad_storage",
      "ad_user_data",
      "ad_personalization",
      "analytics_storage",
      "functionality_storage",
      "personalization_storage",
      "security_storage",
    ],
    // A type that nothing is said of would be granted: all seven are always told.
    all: true,
    options: { dataLayer: "string", ads_data_redaction: "boolean", url_passthrough: "boolean", always: "words" },
    tell({ values, options, isFirst }) {
      // Google's code tells the calls of its own function by `arguments`, and takes no list in its place.
      const gtag = function () {
        queue(options.dataLayer ?? "dataLayer").push(arguments);
      };
      if (isFirst) {
        const always = options.always ?? [];
        const before = Object.fromEntries(Object.keys(values).map((word) => [word, always.includes(word)]));
        gtag("consent", "default", worded(before, granted));
        for (const name of ["ads_data_redaction", "url_passthrough"]) if (options[name]) gtag("set", name, true);
        if (!Object.keys(values).some((word) => values[word] !== before[word])) return;
      }
      gtag("consent", "update", worded(values, granted));
    },
  },
  "uet-consent-mode": {
    words: ["ad_storage"],
    all: true,
    tell({ values, isFirst }) {
      if (isFirst) queue("uetq").push("consent", "default", { ad_storage: "denied" });
      if (!isFirst || values.ad_storage) queue("uetq").push("consent", "update", worded(values, granted));
    },
  },
  "clarity-consent-v2": {
    words: ["ad_Storage", "analytics_Storage"],
    all: true,
    tell({ values }) {
      window.clarity ??= function clarity() {
        (clarity.q ??= []).push(arguments);
      };
      window.clarity("consentv2", worded(values, granted));
    },
  },
  "meta-consent": {
    words: ["consent"],
    // Its own snippet does nothing where somebody else has made the function.
    tell({ values }) {
      if (typeof window.fbq !== "function") return false;
      window.fbq("consent", values.consent ? "grant" : "revoke");
    },
  },
  "tiktok-consent": {
    words: ["consent"],
    tell({ values, decided }) {
      const { ttq } = window;
      const call = values.consent ? "grantConsent" : decided ? "revokeConsent" : "holdConsent";
      if (typeof ttq?.[call] !== "function") return false;
      ttq[call]();
    },
  },
  "matomo-consent": {
    words: ["tracking", "cookies"],
    tell({ values, isFirst }) {
      const paq = queue("_paq");
      for (const [word, name] of [
        ["tracking", "Consent"],
        ["cookies", "CookieConsent"],
      ]) {
        if (!(word in values)) continue;
        if (isFirst) paq.push([`require${name}`]);
        // `set…` counts for the page; `remember…` would store what the tag stores already.
        if (values[word]) paq.push([`set${name}Given`]);
        else if (!isFirst) paq.push([`forget${name}Given`]);
      }
    },
  },
  "wp-consent-api": {
    words: ["functional", "preferences", "statistics", "statistics-anonymous", "marketing"],
    tell({ values, decided, isFirst }) {
      if (isFirst) window.wp_consent_type = "optin";
      // It stores a cookie for each, so nothing is said before a decision: without one it denies.
      if (!decided && isFirst && !stores("wp_consent_")) return;
      if (typeof window.wp_set_consent !== "function") return false;
      for (const [word, is] of Object.entries(values)) window.wp_set_consent(word, is ? "allow" : "deny");
    },
  },
  "shopify-customer-privacy": {
    words: ["analytics", "marketing", "preferences", "sale_of_data"],
    tell({ values, decided, isFirst }) {
      // It stores what is said, so nothing is said before a decision: without one the shop's own rules count.
      if (!decided && isFirst && !stores("_tracking_consent")) return;
      const { Shopify } = window;
      if (typeof Shopify?.loadFeatures !== "function") return false;
      Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], (error) => {
        if (error) console.error(`consentinel: signal-failed at shopify-customer-privacy: ${error}`);
        else Shopify.customerPrivacy.setTrackingConsent(values, () => {});
      });
    },
  },
  "segment-consent": {
    // Its categories are the owner's own.
    words: null,
    tell({ values, isFirst, decided }) {
      const analytics = queue("analytics");
      const call = (name, ...given) =>
        typeof analytics[name] === "function" ? analytics[name](...given) : analytics.push([name, ...given]);
      stamped = values;
      if (isFirst) call("addSourceMiddleware", stamp);
      if (!isFirst && decided) call("track", "Segment Consent Preference Updated");
    },
  },
  "data-layer-event": {
    words: null,
    options: { dataLayer: "string", event: "string" },
    tell({ values, options, decided }) {
      queue(options.dataLayer ?? "dataLayer").push({
        event: options.event ?? "consent",
        consent: { decided, ...worded(values, granted) },
      });
    },
  },
};
