// What the server prints for a visitor with these cookies: the markup, and the state that it was made of.
import { renderToString } from "react-dom/server";
import { readConsent } from "consentinel/server";
import { policy } from "../policy.js";
import { Root } from "./root.jsx";

export function render(cookie) {
  const { state } = readConsent({ cookie, language: "fr" }, policy);
  const json = JSON.stringify(state).replaceAll("<", "\\u003c");
  const html = renderToString(<Root serverState={state} />);
  return `<div id="root">${html}</div><script type="application/json" id="state">${json}</script>`;
}
