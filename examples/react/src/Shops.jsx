// A page that comes late, with a map that comes once maps are granted.
import { ConsentGate } from "consentinel/react";
import { showMaps } from "./consent.js";
import { map } from "./maps.js";

export default function Shops({ say }) {
  const ask = (
    <p>
      {say.ask}{" "}
      <button type="button" onClick={showMaps}>
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
