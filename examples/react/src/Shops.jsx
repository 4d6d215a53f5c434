// A page that comes late, with a map that comes once maps are granted.
import { ConsentGate, useConsent } from "consentinel/react";
import { map } from "./maps.js";

export default function Shops({ say }) {
  const { consent } = useConsent();
  const ask = (
    <p>
      {say.ask}{" "}
      <button type="button" onClick={() => consent.grant("maps")}>
        {say.show}
      </button>
    </p>
  );
  return (
    <>
      <h1>{say.find}</h1>
      <ConsentGate name="maps" fallback={ask}>
        <iframe src={map} title={say.find} />
      </ConsentGate>
    </>
  );
}
