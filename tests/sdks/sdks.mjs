// The kits of vendors that tests/sdks runs, as data: the package on npm, the entry of the catalogue, and the few lines by
// which its documentation says that a site starts it. `asks` are the hosts that must be asked once it is granted, `keeps`
// names of what it then keeps. Keys are made up, since nobody real is asked.
//
// Left out: what a kit does once its vendor's own script has come; stand-ins answer nothing.

/** @type {{ name: string, use: string, code: string, asks: string[], keeps?: string[] }[]} */
export const SDKS = [
  {
    name: "@amplitude/analytics-browser",
    use: "amplitude",
    code: `import { init, track } from "@amplitude/analytics-browser"; init("0123456789abcdef0123456789abcdef"); track("seen");`,
    asks: ["api2.amplitude.com", "sr-client-cfg.amplitude.com"],
    keeps: ["cookie AMP_0123456789", "local-storage AMP_remote_config_0123456789"],
  },
  {
    name: "@bugsnag/browser",
    use: "bugsnag",
    code: `import Bugsnag from "@bugsnag/browser"; Bugsnag.start({ apiKey: "0123456789abcdef0123456789abcdef" }); Bugsnag.notify(new Error("seen"));`,
    asks: ["notify.bugsnag.com", "sessions.bugsnag.com"],
    keeps: ["local-storage bugsnag-anonymous-id"],
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
    use: "fullstory",
    code: `import { init } from "@fullstory/browser"; init({ orgId: "o-1ABC-na1" });`,
    asks: ["edge.fullstory.com"],
  },
  {
    name: "@googlemaps/js-api-loader",
    use: "google-maps",
    code: `import { importLibrary, setOptions } from "@googlemaps/js-api-loader"; setOptions({ key: "key" }); importLibrary("maps").catch(() => {});`,
    asks: ["maps.googleapis.com"],
  },
  {
    name: "@hcaptcha/loader",
    use: "hcaptcha",
    code: `import { hCaptchaLoader } from "@hcaptcha/loader"; hCaptchaLoader().catch(() => {});`,
    asks: ["js.hcaptcha.com"],
  },
  {
    name: "@hotjar/browser",
    use: "hotjar",
    code: `import Hotjar from "@hotjar/browser"; Hotjar.init(1234567, 6);`,
    asks: ["static.hotjar.com"],
  },
  {
    name: "@intercom/messenger-js-sdk",
    use: "intercom",
    code: `import Intercom from "@intercom/messenger-js-sdk"; Intercom({ app_id: "abcdefgh" });`,
    asks: ["widget.intercom.io"],
  },
  {
    name: "@microsoft/clarity",
    use: "microsoft-clarity",
    code: `import Clarity from "@microsoft/clarity"; Clarity.init("abcdefghij");`,
    asks: ["www.clarity.ms"],
  },
  {
    name: "@paypal/paypal-js",
    use: "paypal",
    code: `import { loadScript } from "@paypal/paypal-js"; loadScript({ clientId: "test" }).catch(() => {});`,
    asks: ["www.paypal.com"],
  },
  {
    name: "@sentry/browser",
    use: "sentry",
    code: `import * as Sentry from "@sentry/browser"; Sentry.init({ dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1" }); Sentry.captureMessage("seen");`,
    asks: ["o1.ingest.sentry.io"],
  },
  {
    name: "@stripe/stripe-js",
    use: "stripe",
    code: `import { loadStripe } from "@stripe/stripe-js/pure"; loadStripe("pk_test_0123456789").catch(() => {});`,
    asks: ["js.stripe.com"],
  },
  {
    name: "@typeform/embed",
    use: "typeform",
    code: `import { createWidget } from "@typeform/embed"; createWidget("abcdefgh", { container: document.querySelector("#place") });`,
    asks: ["form.typeform.com"],
  },
  {
    name: "@vercel/analytics",
    use: "vercel-analytics",
    code: `import { inject } from "@vercel/analytics"; inject({ mode: "development" });`,
    asks: ["va.vercel-scripts.com"],
  },
  {
    name: "@vimeo/player",
    use: "vimeo",
    code: `import Player from "@vimeo/player"; new Player(document.querySelector("#place"), { id: 76979871 }).ready().catch(() => {});`,
    asks: ["vimeo.com"],
  },
  {
    name: "crisp-sdk-web",
    use: "crisp",
    code: `import { Crisp } from "crisp-sdk-web"; Crisp.configure("00000000-0000-4000-8000-000000000000");`,
    asks: ["client.crisp.chat"],
  },
  {
    name: "fathom-client",
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
  },
  {
    name: "plausible-tracker",
    use: "plausible",
    code: `import Plausible from "plausible-tracker"; Plausible({ domain: "example.com", trackLocalhost: true }).trackPageview();`,
    asks: ["plausible.io"],
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
    use: "youtube",
    code: `import YouTubePlayer from "youtube-player"; YouTubePlayer("place", { videoId: "M7lc1UVf-VE" });`,
    asks: ["www.youtube.com"],
  },
];
