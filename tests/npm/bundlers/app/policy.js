// The policy of the application that every bundler here makes: the vendor may be asked once analytics is granted.
const text = (en, fr) => ({ en, fr });
export const policy = {
  version: 1,
  id: "bundlers",
  revision: "1",
  controller: { name: "Test SAS" },
  categories: [
    { id: "necessary", necessary: true, title: text("Necessary", "Nécessaires"), description: text("The basket.", "Le panier.") },
    { id: "analytics", title: text("Analytics", "Mesure"), description: text("Counts.", "Compte.") },
  ],
  services: [
    { id: "pay", category: "necessary", name: "Pay", provider: "Pay GmbH", hosts: ["pay.localhost"] },
    { id: "files", category: "necessary", name: "Files", provider: "Files GmbH", hosts: ["files.localhost"] },
    { id: "vendor", category: "analytics", name: "Vendor", provider: "Vendor GmbH", hosts: ["127.0.0.1"] },
  ],
};
