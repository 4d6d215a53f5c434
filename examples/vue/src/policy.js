// What this application stores and whom it asks: a cookie that counts pages, and maps of another site.
import { MAPS } from "./maps.js";

export const policy = {
  version: 1,
  id: "vue-example",
  revision: "1",
  controller: { name: "Bakery SAS" },
  categories: [
    {
      id: "necessary",
      necessary: true,
      title: { en: "Necessary", fr: "Nécessaires" },
      description: { en: "What the shop needs to work.", fr: "Ce sans quoi la boutique ne marche pas." },
    },
    {
      id: "analytics",
      title: { en: "Counting", fr: "Mesure" },
      description: { en: "How many pages you look at.", fr: "Le nombre de pages que vous regardez." },
    },
    {
      id: "maps",
      title: { en: "Maps", fr: "Cartes" },
      description: {
        en: "Maps of another site, which sees your address.",
        fr: "Des cartes d’un autre site, qui voit votre adresse.",
      },
    },
  ],
  services: [
    {
      id: "openstreetmap",
      category: "maps",
      name: "OpenStreetMap",
      provider: "OpenStreetMap Foundation",
      hosts: [new URL(MAPS).hostname],
    },
  ],
  items: [
    {
      name: "pages",
      kind: "cookie",
      category: "analytics",
      purpose: { en: "Counts the pages.", fr: "Compte les pages." },
      duration: "session",
      party: "first",
    },
  ],
};
