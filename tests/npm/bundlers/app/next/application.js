// The application as a component: made on the server as well, where nothing is gated and nobody is asked.
"use client";

import { useEffect } from "react";
import { useConsent } from "consentinel/react";
import { run } from "../app.js";

export function Application() {
  // The provider is the layout's, a server component's: both have the same module of the adapter.
  const { state } = useConsent();
  useEffect(run, []);
  return (
    <>
      <button type="button" id="ask">
        Ask
      </button>
      <output />
      <small>{state.categories.analytics}</small>
    </>
  );
}
