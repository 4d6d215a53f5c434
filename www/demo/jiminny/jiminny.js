// The page's own code of the Jiminny demo: its session, the snippets of six services, and a session
// replay that reports every click. It never asks the consent manager first.

(() => {
  "use strict";

  const SNIPPETS = ["new-relic", "sentry", "datadog", "intercom", "twilio", "logrocket"];

  function tryAll() {
    document.cookie = "jiminny_session=demo; Path=/; SameSite=Lax";
    document.cookie = "jiminny_csrf=demo; Path=/; SameSite=Lax";
    for (const service of SNIPPETS) window.vendors.script(service);
  }

  tryAll();
  document.addEventListener("click", () => window.vendors.beacon("logrocket", "click"));
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("try-all").addEventListener("click", tryAll);
  });
})();
