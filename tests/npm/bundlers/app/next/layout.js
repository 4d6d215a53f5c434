// The frame of all pages, from the server, with what the server read of the visitor's decision; no file of ours stands
// between it and the provider.
import { headers } from "next/headers";
import { ConsentProvider } from "consentinel/react";
import { readConsent } from "consentinel/server";
import { policy } from "../policy.js";
import { consent } from "./consent.js";

export default async function Layout({ children }) {
  const { state } = readConsent({ cookie: (await headers()).get("cookie"), language: "fr" }, policy);
  return (
    <html lang="fr">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <ConsentProvider consent={consent} serverState={state}>
          {children}
        </ConsentProvider>
      </body>
    </html>
  );
}
