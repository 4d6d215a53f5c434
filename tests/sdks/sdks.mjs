// The kits of vendors that tests/sdks runs, as data: the package on npm, the entry of the catalogue, and the few lines by
// which its documentation says that a site starts it. `asks` are the hosts that must be asked once it is granted, `keeps`
// names of what it then keeps. `loads` says that most of it comes as a script or a frame of its vendor's, so that the package
// is only what loads it. Keys are made up, since nobody real is asked.
//
// Left out: what a kit does once its vendor's own script has come; stand-ins answer nothing.

// `hosts` replace those of the entry, where each customer has their own. `same` is all that a kit which probes cookies and
// storage at its start asks and keeps on a page of www.shop.localhost, without the tag: addresses, cookies with domain and
// path, keys of local and of session storage. A number that is made anew each time is `*`.

/**
 * @type {{ name: string, use: string, loads?: true, hosts?: string[], code: string, asks: string[], keeps?: string[],
 *   same?: { asks: string[], cookies: string[], local: string[], session: string[] } }[]}
 */
export const SDKS = [
  {
    name: "@amplitude/analytics-browser",
    use: "amplitude",
    code: `import { init, track } from "@amplitude/analytics-browser"; init("0123456789abcdef0123456789abcdef"); track("seen");`,
    asks: ["api2.amplitude.com", "sr-client-cfg.amplitude.com"],
    keeps: ["cookie AMP_0123456789", "local-storage AMP_remote_config_0123456789"],
  },
  {
    name: "@amplitude/experiment-js-client",
    use: "amplitude",
    code: `import { Experiment } from "@amplitude/experiment-js-client"; Experiment.initialize("client-0123456789abcdef").fetch({ device_id: "seen" }).catch(() => {});`,
    asks: ["api.lab.amplitude.com"],
  },
  {
    name: "@auth0/auth0-spa-js",
    use: "auth0",
    code: `import { createAuth0Client } from "@auth0/auth0-spa-js"; createAuth0Client({ domain: "example.eu.auth0.com", clientId: "0123456789abcdef" }).then((client) => client.getTokenSilently()).catch(() => {});`,
    asks: ["example.eu.auth0.com"],
  },
  {
    name: "@braze/web-sdk",
    use: "braze",
    code: `import { initialize, openSession, logCustomEvent } from "@braze/web-sdk"; initialize("00000000-0000-4000-8000-000000000000", { baseUrl: "sdk.iad-01.braze.com", allowUserSuppliedJavascript: false }); openSession(); logCustomEvent("seen");`,
    asks: ["sdk.iad-01.braze.com"],
    keeps: ["cookie ab.storage.sessionId.00000000-0000-4000-8000-000000000000"],
  },
  {
    name: "@bugsnag/browser",
    use: "bugsnag",
    code: `import Bugsnag from "@bugsnag/browser"; Bugsnag.start({ apiKey: "0123456789abcdef0123456789abcdef" }); Bugsnag.notify(new Error("seen"));`,
    asks: ["notify.bugsnag.com", "sessions.bugsnag.com"],
    keeps: ["local-storage bugsnag-anonymous-id"],
  },
  {
    name: "@bugsnag/browser-performance",
    use: "bugsnag",
    code: `import BugsnagPerformance from "@bugsnag/browser-performance"; BugsnagPerformance.start({ apiKey: "0123456789abcdef0123456789abcdef" }); BugsnagPerformance.startSpan("seen").end();`,
    asks: ["0123456789abcdef0123456789abcdef.otlp.bugsnag.com"],
  },
  {
    name: "@datadog/browser-rum",
    use: "datadog-rum",
    code: `import { datadogRum } from "@datadog/browser-rum"; datadogRum.init({ applicationId: "a", clientToken: "b", site: "datadoghq.com", sessionSampleRate: 100 }); datadogRum.addAction("seen");`,
    asks: ["browser-intake-datadoghq.com"],
    keeps: ["cookie _dd_s_v2", "session-storage _dd_tab_id"],
  },
  {
    name: "@fullstory/browser",
    loads: true,
    use: "fullstory",
    code: `import { init } from "@fullstory/browser"; init({ orgId: "o-1ABC-na1" });`,
    asks: ["edge.fullstory.com"],
  },
  {
    name: "@giphy/js-fetch-api",
    use: "giphy",
    code: `import { GiphyFetch } from "@giphy/js-fetch-api"; new GiphyFetch("0123456789abcdef").trending().catch(() => {});`,
    asks: ["api.giphy.com"],
  },
  {
    name: "@googlemaps/js-api-loader",
    loads: true,
    use: "google-maps",
    code: `import { importLibrary, setOptions } from "@googlemaps/js-api-loader"; setOptions({ key: "key" }); importLibrary("maps").catch(() => {});`,
    asks: ["maps.googleapis.com"],
  },
  {
    name: "@hcaptcha/loader",
    loads: true,
    use: "hcaptcha",
    code: `import { hCaptchaLoader } from "@hcaptcha/loader"; hCaptchaLoader().catch(() => {});`,
    asks: ["js.hcaptcha.com"],
  },
  {
    name: "@hotjar/browser",
    loads: true,
    use: "hotjar",
    code: `import Hotjar from "@hotjar/browser"; Hotjar.init(1234567, 6);`,
    asks: ["static.hotjar.com"],
  },
  {
    name: "@intercom/messenger-js-sdk",
    loads: true,
    use: "intercom",
    code: `import Intercom from "@intercom/messenger-js-sdk"; Intercom({ app_id: "abcdefgh" });`,
    asks: ["widget.intercom.io"],
  },
  {
    name: "@mapbox/search-js-core",
    use: "mapbox",
    code: `import { GeocodingCore } from "@mapbox/search-js-core"; new GeocodingCore({ accessToken: "pk.0123456789" }).forward("Paris").catch(() => {});`,
    asks: ["api.mapbox.com"],
  },
  {
    name: "@microsoft/applicationinsights-web",
    use: "azure-application-insights",
    code: `import { ApplicationInsights } from "@microsoft/applicationinsights-web"; const insights = new ApplicationInsights({ config: { connectionString: "InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/" } }); insights.loadAppInsights(); insights.trackPageView(); insights.flush();`,
    asks: ["js.monitor.azure.com", "westeurope-5.in.applicationinsights.azure.com"],
    keeps: ["cookie ai_user", "cookie ai_session"],
  },
  {
    name: "@microsoft/clarity",
    loads: true,
    use: "microsoft-clarity",
    code: `import Clarity from "@microsoft/clarity"; Clarity.init("abcdefghij");`,
    asks: ["www.clarity.ms"],
  },
  {
    name: "@newrelic/browser-agent",
    use: "new-relic",
    code: `import { BrowserAgent } from "@newrelic/browser-agent/loaders/browser-agent"; new BrowserAgent({ init: { privacy: { cookies_enabled: true } }, info: { beacon: "bam.nr-data.net", errorBeacon: "bam.nr-data.net", licenseKey: "NRJS-0123456789abcdef", applicationID: "1", sa: 1 }, loader_config: { accountID: "1", trustKey: "1", agentID: "1", licenseKey: "NRJS-0123456789abcdef", applicationID: "1" } });`,
    asks: ["bam.nr-data.net"],
  },
  {
    name: "@optimizely/optimizely-sdk",
    use: "optimizely",
    code: `import { createInstance, createPollingProjectConfigManager, createBatchEventProcessor } from "@optimizely/optimizely-sdk"; createInstance({ projectConfigManager: createPollingProjectConfigManager({ sdkKey: "0123456789abcdef" }), eventProcessor: createBatchEventProcessor() });`,
    asks: ["cdn.optimizely.com"],
  },
  {
    name: "@paypal/paypal-js",
    loads: true,
    use: "paypal",
    code: `import { loadScript } from "@paypal/paypal-js"; loadScript({ clientId: "test" }).catch(() => {});`,
    asks: ["www.paypal.com"],
  },
  {
    name: "@rudderstack/analytics-js",
    use: "rudderstack",
    hosts: ["example.dataplane.rudderstack.com"],
    // With the settings that its own host would answer.
    code: `import { RudderAnalytics } from "@rudderstack/analytics-js/bundled"; const source = { source: { id: "source", name: "Shop", writeKey: "0123456789abcdef0123456789a", workspaceId: "workspace", enabled: true, updatedAt: "2026-01-01", config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } }, connections: [], destinations: [], dataplanes: {} }, updatedAt: "2026-01-01" }; const analytics = new RudderAnalytics(); analytics.load("0123456789abcdef0123456789a", "https://example.dataplane.rudderstack.com", { getSourceConfig: () => source }); analytics.page(); analytics.track("seen");`,
    asks: ["example.dataplane.rudderstack.com"],
    keeps: ["cookie rl_anonymous_id", "cookie rl_session"],
    same: {
      asks: ["https://example.dataplane.rudderstack.com/v1/page", "https://example.dataplane.rudderstack.com/v1/track"],
      cookies: [
        "rl_anonymous_id .shop.localhost /",
        "rl_page_init_referrer .shop.localhost /",
        "rl_session .shop.localhost /",
      ],
      local: ["ack", "batchQueue", "inProgress", "queue"].map((name) => `rudder_0123456789abcdef0123456789a.*.${name}`),
      session: [],
    },
  },
  {
    name: "@segment/analytics-next",
    use: "segment",
    code: `import { AnalyticsBrowser } from "@segment/analytics-next"; const analytics = AnalyticsBrowser.load({ writeKey: "0123456789abcdef" }); analytics.page(); analytics.track("seen");`,
    asks: ["cdn.segment.com"],
  },
  {
    name: "@sentry/browser",
    use: "sentry",
    code: `import * as Sentry from "@sentry/browser"; Sentry.init({ dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1" }); Sentry.captureMessage("seen");`,
    asks: ["o1.ingest.sentry.io"],
  },
  {
    name: "@snowplow/browser-tracker",
    use: "snowplow",
    // Whoever uses it has a collector of their own.
    hosts: ["collector.example"],
    code: `import { newTracker, trackPageView } from "@snowplow/browser-tracker"; newTracker("sp", "https://collector.example", { appId: "shop", cookieSecure: false }); trackPageView();`,
    asks: ["collector.example"],
    keeps: ["local-storage snowplowOutQueue_sp"],
    same: {
      asks: ["https://collector.example/com.snowplowanalytics.snowplow/tp2"],
      cookies: ["_sp_id.fe15 .shop.localhost /", "_sp_ses.fe15 .shop.localhost /"],
      local: ["snowplowOutQueue_sp"],
      session: [],
    },
  },
  {
    name: "@statsig/js-client",
    use: "statsig",
    code: `import { StatsigClient } from "@statsig/js-client"; const client = new StatsigClient("client-0123456789abcdef", { userID: "" }); client.initializeAsync().then(() => { client.logEvent("seen"); client.flush(); });`,
    asks: ["featureassets.org", "prodregistryv2.org"],
    keeps: ["local-storage statsig.stable_id.132765275"],
  },
  {
    name: "@stripe/stripe-js",
    loads: true,
    use: "stripe",
    code: `import { loadStripe } from "@stripe/stripe-js/pure"; loadStripe("pk_test_0123456789").catch(() => {});`,
    asks: ["js.stripe.com"],
  },
  {
    name: "@typeform/embed",
    loads: true,
    use: "typeform",
    code: `import { createWidget } from "@typeform/embed"; createWidget("abcdefgh", { container: document.querySelector("#place") });`,
    asks: ["form.typeform.com"],
  },
  {
    name: "@vercel/analytics",
    loads: true,
    use: "vercel-analytics",
    code: `import { inject } from "@vercel/analytics"; inject({ mode: "development" });`,
    asks: ["va.vercel-scripts.com"],
  },
  {
    name: "@vimeo/player",
    loads: true,
    use: "vimeo",
    code: `import Player from "@vimeo/player"; new Player(document.querySelector("#place"), { id: 76979871 }).ready().catch(() => {});`,
    asks: ["vimeo.com"],
  },
  {
    name: "braintree-web",
    use: "braintree",
    code: `import client from "braintree-web/client"; client.create({ authorization: "sandbox_0123abcd_0123456789abcdef" }).catch(() => {});`,
    asks: ["payments.sandbox.braintree-api.com"],
  },
  {
    name: "crisp-sdk-web",
    loads: true,
    use: "crisp",
    code: `import { Crisp } from "crisp-sdk-web"; Crisp.configure("00000000-0000-4000-8000-000000000000");`,
    asks: ["client.crisp.chat"],
  },
  {
    name: "fathom-client",
    loads: true,
    use: "fathom",
    code: `import { load, trackPageview } from "fathom-client"; load("ABCDEFGH"); trackPageview();`,
    asks: ["cdn.usefathom.com"],
  },
  {
    name: "launchdarkly-js-client-sdk",
    use: "launchdarkly",
    code: `import { initialize } from "launchdarkly-js-client-sdk"; initialize("0123456789abcdef01234567", { kind: "user", anonymous: true });`,
    asks: ["app.launchdarkly.com", "events.launchdarkly.com"],
    keeps: ["local-storage ld:$anonUserId"],
  },
  {
    name: "mixpanel-browser",
    use: "mixpanel",
    code: `import mixpanel from "mixpanel-browser"; mixpanel.init("0123456789abcdef0123456789abcdef", { batch_requests: false }); mixpanel.track("seen");`,
    asks: ["api-js.mixpanel.com"],
    keeps: ["cookie mp_0123456789abcdef0123456789abcdef_mixpanel"],
    same: {
      asks: ["https://api-js.mixpanel.com/track/"],
      cookies: ["mp_0123456789abcdef0123456789abcdef_mixpanel .shop.localhost /"],
      local: [],
      session: ["gen_new_tab_id", "tab_id"].map((name) => `mp_${name}_mixpanel_0123456789abcdef0123456789abcdef`),
    },
  },
  {
    name: "plausible-tracker",
    use: "plausible",
    code: `import Plausible from "plausible-tracker"; Plausible({ domain: "example.com", trackLocalhost: true }).trackPageview();`,
    asks: ["plausible.io"],
  },
  {
    name: "posthog-js",
    use: "posthog",
    code: `import posthog from "posthog-js"; posthog.init("phc_0123456789abcdef", { api_host: "https://eu.i.posthog.com", request_batching: false }); posthog.capture("seen");`,
    asks: ["eu-assets.i.posthog.com", "eu.i.posthog.com"],
    same: {
      asks: [
        "https://eu-assets.i.posthog.com/array/phc_0123456789abcdef/config",
        "https://eu-assets.i.posthog.com/array/phc_0123456789abcdef/config.js",
        "https://eu.i.posthog.com/flags/",
      ],
      cookies: ["ph_phc_0123456789abcdef_posthog .shop.localhost /"],
      local: ["ph_phc_0123456789abcdef_posthog"],
      session: ["posthog", "primary_window_exists", "session_registered_properties"].map(
        (name) => `ph_phc_0123456789abcdef_${name}`,
      ),
    },
  },
  {
    name: "raygun4js",
    use: "raygun",
    code: `import rg4js from "raygun4js"; rg4js("apiKey", "0123456789abcdef"); rg4js("enableCrashReporting", true); rg4js("send", { error: new Error("seen") });`,
    asks: ["api.raygun.io"],
    keeps: ["local-storage raygun4js-userid"],
  },
  {
    name: "react-ga4",
    loads: true,
    use: "google-analytics",
    code: `import ReactGA from "react-ga4"; ReactGA.initialize("G-ABCDEF1234"); ReactGA.send("pageview");`,
    asks: ["www.googletagmanager.com"],
  },
  {
    name: "rollbar",
    use: "rollbar",
    code: `import Rollbar from "rollbar"; new Rollbar({ accessToken: "0123456789abcdef0123456789abcdef", captureUncaught: true }).error("seen");`,
    asks: ["api.rollbar.com"],
    keeps: ["session-storage RollbarSession"],
  },
  {
    name: "search-insights",
    use: "algolia",
    code: `import aa from "search-insights"; aa("init", { appId: "ABCDEFGHIJ", apiKey: "0123456789abcdef0123456789abcdef", useCookie: true }); aa("viewedObjectIDs", { index: "i", eventName: "seen", objectIDs: ["1"] });`,
    asks: ["insights.algolia.io"],
    keeps: ["cookie _ALGOLIA"],
  },
  {
    name: "smartlook-client",
    loads: true,
    use: "smartlook",
    code: `import Smartlook from "smartlook-client"; Smartlook.init("0123456789abcdef0123456789abcdef01234567");`,
    asks: ["web-sdk.smartlook.com"],
  },
  {
    name: "trackjs",
    use: "trackjs",
    code: `import { TrackJS } from "trackjs"; TrackJS.install({ token: "0123456789abcdef0123456789abcdef" }); TrackJS.track("seen");`,
    asks: ["capture.trackjs.com", "usage.trackjs.com"],
  },
  {
    name: "youtube-player",
    loads: true,
    use: "youtube",
    code: `import YouTubePlayer from "youtube-player"; YouTubePlayer("place", { videoId: "M7lc1UVf-VE" });`,
    asks: ["www.youtube.com"],
  },
];
