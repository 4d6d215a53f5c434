// The page's own code of the Ijinus demo: keeps its settings and calls its advertising vendors, at load
// and on a click, and never asks the consent manager first.

(() => {
  "use strict";

  const THIRTEEN_MONTHS_S = 395 * 24 * 60 * 60;

  function keepOwn() {
    document.cookie = "ijinus_session=demo; Path=/; SameSite=Lax";
    document.cookie = "ijinus_csrf=demo; Path=/; SameSite=Lax";
    document.cookie = `ijinus_units=metres; Path=/; SameSite=Lax; Max-Age=${THIRTEEN_MONTHS_S}`;
    localStorage.setItem("ijinus_sectors", "rivers");
    localStorage.setItem("ijinus_interests", "flood warning");
  }

  function callVendors() {
    window.vendors.script("linkedin");
    window.vendors.script("meta");
    window.vendors.pixel("meta");
    // Answers with an address of Adform, which the browser then asks by itself.
    window.vendors.pixel("google-ads");
    window.vendors.script("google-ads");
  }

  function tryAll() {
    keepOwn();
    callVendors();
  }

  tryAll();
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("try-all").addEventListener("click", tryAll);
  });
})();
