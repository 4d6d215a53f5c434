// A page from the server around a part that runs in the browser too. What asks another party stands inside of a gate: Next
// prints a preload for each script, and a browser asks for that, and for a frame, before any script has run.
import Script from "next/script";
import { ConsentGate } from "consentinel/react";
import { Application } from "./application.js";

export default async function Page({ searchParams }) {
  const { vendor } = await searchParams;
  return (
    <main>
      <h1>Application</h1>
      <Application />
      <ConsentGate name="vendor" fallback={<p>vendor: none</p>}>
        <p>vendor: here</p>
        <Script src={`${vendor}/widget.js`} />
        <iframe src={`${vendor}/frame.html`} title="Vendor" />
      </ConsentGate>
    </main>
  );
}
