// Starts the application, under StrictMode, which runs everything twice while it is developed.
import { consent } from "./consent.js";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { ConsentProvider } from "consentinel/react";
import { App } from "./App.jsx";

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <ConsentProvider consent={consent}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </ConsentProvider>
  </StrictMode>,
);
