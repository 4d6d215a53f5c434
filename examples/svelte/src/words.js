// What this application says, in both of its languages.
export const words = {
  en: {
    home: "Home",
    shops: "Shops",
    welcome: "Fresh bread, every day",
    find: "Where to find us",
    ask: "The map comes from OpenStreetMap.",
    show: "Show maps",
    settings: "Cookie settings",
  },
  fr: {
    home: "Accueil",
    shops: "Boutiques",
    welcome: "Du pain frais, chaque jour",
    find: "Où nous trouver",
    ask: "La carte vient d’OpenStreetMap.",
    show: "Afficher les cartes",
    settings: "Paramètres des cookies",
  },
};
