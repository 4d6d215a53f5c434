// The ways to tell vendors' code what a visitor chose, a table of calls. They are those of the vendors' own documentation,
// which docs/signals.md names. The words that each has stand in words.json, by which `consentinel check` reads them too
// (catalogue/src/signals): a list, or null where they are the owner's own; with `all`, each that is not named is told as
// denied, because nothing said of it would be granted.
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
    tell({ values, options, isFirst }) {
      // Google's code tells the calls of its own function by `arguments`, and takes no list in its place.
      const gtag = function () {
        queue(options.dataLayer ?? "dataLayer").push(arguments);
      };
      if (isFirst) {
        const always = options.always ?? [];
        // One of these that is denied now is so by Global Privacy Control.
        const before = Object.fromEntries(
          Object.keys(values).map((word) => [word, values[word] && always.includes(word)]),
        );
        gtag("consent", "default", worded(before, granted));
        for (const name of ["ads_data_redaction", "url_passthrough"]) if (options[name]) gtag("set", name, true);
        if (!Object.keys(values).some((word) => values[word] !== before[word])) return;
      }
      gtag("consent", "update", worded(values, granted));
    },
  },
  "uet-consent-mode": {
    tell({ values, isFirst }) {
      if (isFirst) queue("uetq").push("consent", "default", { ad_storage: "denied" });
      if (!isFirst || values.ad_storage) queue("uetq").push("consent", "update", worded(values, granted));
    },
  },
  "clarity-consent-v2": {
    tell({ values }) {
      window.clarity ??= function clarity() {
        (clarity.q ??= []).push(arguments);
      };
      window.clarity("consentv2", worded(values, granted));
    },
  },
  "meta-consent": {
    // Its own snippet does nothing where somebody else has made the function.
    tell({ values }) {
      if (typeof window.fbq !== "function") return false;
      window.fbq("consent", values.consent ? "grant" : "revoke");
    },
  },
  "tiktok-consent": {
    tell({ values, decided }) {
      const { ttq } = window;
      const call = values.consent ? "grantConsent" : decided ? "revokeConsent" : "holdConsent";
      if (typeof ttq?.[call] !== "function") return false;
      ttq[call]();
    },
  },
  "matomo-consent": {
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
    tell({ values, decided, isFirst }) {
      if (isFirst) window.wp_consent_type = "optin";
      // It stores a cookie for each, so nothing is said before a decision: without one it denies.
      if (!decided && isFirst && !stores("wp_consent_")) return;
      if (typeof window.wp_set_consent !== "function") return false;
      for (const [word, is] of Object.entries(values)) window.wp_set_consent(word, is ? "allow" : "deny");
    },
  },
  "shopify-customer-privacy": {
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
    tell({ values, options, decided }) {
      queue(options.dataLayer ?? "dataLayer").push({
        event: options.event ?? "consent",
        consent: { decided, ...worded(values, granted) },
      });
    },
  },
};
