// A page from the server around a part that runs in the browser too.
import { ConsentGate } from "consentinel/react";
import { Application } from "./application.js";

export default function Page() {
  return (
    <main>
      <h1>Application</h1>
      <Application />
      <ConsentGate name="vendor" fallback={<p>vendor: none</p>}>
        <p>vendor: here</p>
      </ConsentGate>
    </main>
  );
}
