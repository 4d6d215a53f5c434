// What the server knows of a visitor's answer: for the pages that it renders, and for the browser, as headers.
import { consentHeaders, readConsent } from "consentinel/server";
import { policy } from "./lib/policy.js";

const headersFor = consentHeaders(policy);

export async function onRequest({ locals, request }, next) {
  const cookie = request.headers.get("cookie");
  locals.consent = readConsent({ cookie, language: "en" }, policy);
  const response = await next();
  // A page that starts undecided lets in what is granted there; a header would keep it out until the next load.
  const headers = locals.consent.state.decided ? headersFor({ cookie }) : {};
  for (const [name, value] of Object.entries(headers)) response.headers.append(name, value);
  // The page is one visitor's.
  response.headers.set("Cache-Control", "private");
  return response;
}
