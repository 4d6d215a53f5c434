// The page's own code of the imagino demo: technical tracers, and statistics that count each use of the
// product in this browser. It never asks the consent manager before it keeps something.

(() => {
  "use strict";

  document.cookie = "imagino_session=demo; Path=/; SameSite=Lax";
  document.cookie = "imagino_security=demo; Path=/; SameSite=Lax";

  function showUses() {
    const uses = Number(localStorage.getItem("imagino_usage") ?? 0);
    document.getElementById("uses").textContent = uses === 0 ? "No use has been counted." : `Counted uses: ${uses}.`;
  }

  function countUse() {
    document.cookie = "imagino_visit=demo; Path=/; SameSite=Lax";
    localStorage.setItem("imagino_usage", String(Number(localStorage.getItem("imagino_usage") ?? 0) + 1));
    showUses();
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-use]")) button.addEventListener("click", countUse);
    // What was held is kept, or erased, by the time of this event.
    document.addEventListener("consent:change", () => setTimeout(showUses));
    showUses();
  });
})();
