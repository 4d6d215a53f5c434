// The frame of all pages: navigation, the language, and the routes, one of which comes late.
import { Suspense, lazy, useEffect, useState } from "react";
import { Link, Route, Routes, useLocation } from "react-router";
import { useConsent } from "consentinel/react";
import { count } from "./count.js";
import { words } from "./words.js";

const Shops = lazy(() => import("./Shops.jsx"));

export function App() {
  const [language, setLanguage] = useState("en");
  const { pathname } = useLocation();
  const { consent } = useConsent();
  const say = words[language];
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(count, [pathname]);
  return (
    <>
      <nav>
        <Link to="/">{say.home}</Link> <Link to="/shops">{say.shops}</Link>{" "}
        <button type="button" onClick={() => setLanguage(language === "en" ? "fr" : "en")}>
          {language === "en" ? "Français" : "English"}
        </button>
      </nav>
      <Suspense>
        <Routes>
          <Route path="/" element={<h1>{say.welcome}</h1>} />
          <Route path="/shops" element={<Shops say={say} />} />
        </Routes>
      </Suspense>
      <footer>
        <button type="button" onClick={() => consent.open()}>
          {say.settings}
        </button>
      </footer>
    </>
  );
}
