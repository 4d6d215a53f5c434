// The application as a tree of React, which the server prints and the page takes over.
import { useEffect } from "react";
import { ConsentGate, ConsentProvider } from "consentinel/react";
import { run, shared } from "../app.js";

export function Root({ serverState }) {
  useEffect(run, []);
  return (
    <ConsentProvider consent={shared} serverState={serverState}>
      <h1>Application</h1>
      <button type="button" id="ask">
        Ask
      </button>
      <output />
      <ConsentGate name="vendor" fallback={<p>vendor: none</p>}>
        <p>vendor: here</p>
      </ConsentGate>
    </ConsentProvider>
  );
}
