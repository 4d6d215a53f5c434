// The download of the imagino demo: a dialog of the page's own that asks for each partner at the moment
// when data would go there, and records the answer with the object that may grant.
// That object stays in this closure, where no other script of the page finds it.
// It sends only where `has()` says yes: what it sent to a partner who is not decided about yet would wait for
// a later yes, and the address was given for now.

(() => {
  "use strict";

  const CATEGORY = "partners";
  let owner = null;

  // Called by the tag, once, at the end of its start.
  window.ownConsent = (consent) => { owner = consent; };

  const byId = (id) => document.getElementById(id);

  function partnersOf(policy) {
    return policy.services.filter(({ category }) => category === CATEGORY);
  }

  /** One box for each partner, never ticked: each download asks anew, whatever was answered before. */
  function showPartners(partners) {
    byId("partners").replaceChildren(...partners.map(({ id, name, provider, country }) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: id });
      const where = new Intl.DisplayNames("en", { type: "region" }).of(country);
      label.append(box, ` ${name} (${provider}, ${where})`);
      return label;
    }));
  }

  /** Grants what is ticked and takes the rest back; all other questions stay as open or answered as they are. */
  function answer(partners, form) {
    const ids = partners.map(({ id }) => id);
    const isTicked = (id) => form.elements[id].checked;
    const others = ids.filter((id) => !isTicked(id));
    if (others.length > 0) owner?.withdraw(others);
    for (const id of ids.filter(isTicked)) owner?.grant(id);
  }

  /** Hands out the file; the address is no condition for it. */
  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["This stands for a paper of twelve pages.\n"], { type: "text/plain" }));
    link.download = "paper.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async function sendTo(partners, address) {
    const outcomes = await Promise.all(partners.map(({ id }) => window.vendors.send(id, address)));
    const names = partners.filter((_, place) => outcomes[place]).map(({ name }) => name);
    byId("sent").textContent = `Downloaded. Your address went to ${names.length === 0 ? "nobody" : names.join(", ")}.`;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = byId("download");
    const form = dialog.querySelector("form");
    const partners = partnersOf(JSON.parse(byId("consentinel-policy").textContent));
    byId("get-paper").addEventListener("click", () => {
      showPartners(partners);
      dialog.showModal();
    });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.value !== "download") return;
      // Without a manager nothing may go to anybody, and the paper is handed out all the same.
      answer(partners, form);
      download();
      sendTo(partners.filter(({ id }) => owner?.has(id)), byId("email").value);
    });
  });
})();
