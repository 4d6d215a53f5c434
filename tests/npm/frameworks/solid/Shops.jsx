// A map that comes once maps are granted. Solid reads the same kind of store as Svelte.
import { from, Show } from "solid-js";
import { consentStore } from "consentinel/svelte";
import { consent } from "./consent.js";

export function Shops() {
  const state = from(consentStore(consent));
  return (
    <>
      <h1>Where to find us</h1>
      <Show when={state()?.categories.maps === "granted"} fallback={<p>The map waits for your consent.</p>}>
        <iframe title="Map" src={`${import.meta.env.VITE_MAPS}/embed`} />
      </Show>
    </>
  );
}
