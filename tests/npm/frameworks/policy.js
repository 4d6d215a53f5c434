// Whom this site asks consent for: the maps on its page of shops. Hosts are those of the tests.
export const policy = {
  version: 1,
  id: "bakery",
  revision: "2026-11-28",
  controller: { name: "Bakery SAS", contact: "privacy@bakery.example" },
  categories: [
    {
      id: "necessary",
      necessary: true,
      title: { en: "Necessary", fr: "Nécessaires" },
      description: { en: "Remember your answer.", fr: "Retiennent votre réponse." },
    },
    {
      id: "maps",
      title: { en: "Maps", fr: "Cartes" },
      description: { en: "Show our shops on a map.", fr: "Montrent nos magasins sur une carte." },
    },
  ],
  services: [
    { id: "till", category: "necessary", name: "Till", provider: "Till GmbH", country: "DE", hosts: ["pay.localhost"] },
    { id: "atlas", category: "maps", name: "Atlas", provider: "Atlas GmbH", country: "DE", hosts: ["127.0.0.1"] },
  ],
};
