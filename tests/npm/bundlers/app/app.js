// The application that every bundler here makes: it asks a vendor as soon as it runs, and whenever somebody clicks. Its
// address says who the vendor is, and where the files of the bundle come from if that is another site.
import { createConsent } from "consentinel";
import { policy } from "./policy.js";

const asked = new URLSearchParams(globalThis.location?.search);
const files = asked.get("files") ?? undefined;

export const { shared } = createConsent(policy, { files, texts: { fr: () => import("consentinel/texts/fr") } });

export function run() {
  const output = document.querySelector("output");
  const ask = (way) =>
    fetch(`${asked.get("vendor")}/${way}`).then(
      () => output.append(` ${way}: answered`),
      () => output.append(` ${way}: refused`),
    );
  ask("start");
  document.querySelector("#ask").addEventListener("click", () => ask("click"));
}
