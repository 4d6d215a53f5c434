// What the server prints for a page and a visitor with these cookies, and the headers for it.
import { renderToString } from "vue/server-renderer";
import { consentHeaders, readConsent } from "consentinel/server";
import { createApplication } from "./application.js";
import { policy } from "./policy.js";

const headersFor = consentHeaders(policy);

export async function render(url, cookie) {
  const { state } = readConsent({ cookie, language: "en" }, policy);
  const { app, router } = createApplication(state);
  await router.push(url);
  const html = await renderToString(app);
  const json = JSON.stringify(state).replaceAll("<", "\\u003c");
  // A page that starts undecided lets in what is granted there; a header would keep it out until the next load.
  const headers = state.decided ? headersFor({ cookie }) : {};
  return {
    html: `<div id="app">${html}</div><script type="application/json" id="state">${json}</script>`,
    // The page is one visitor's.
    headers: { ...headers, "Cache-Control": "private" },
  };
}
