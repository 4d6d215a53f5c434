// axe-core finds nothing: on every layer, in light, dark and forced colours, read from the left and from the
// right, with the size of targets looked at too.
//
// Left out: what axe cannot see; that is in the other files of this folder.

import { site } from "../browser/site.mjs";
import { arrive, audit, banner, changeMind, dialog, inLayouts, MIRRORED, openSettings, POLICY } from "./face.mjs";

const visitTest = site();
const layoutTest = inLayouts(visitTest);

const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
];

async function inEachLook(visit) {
  for (const [name, media] of LOOKS) {
    await visit.page.emulateMedia({ colorScheme: "light", forcedColors: "none", ...media });
    try {
      await audit(visit);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
}

for (const language of ["en", ...MIRRORED]) {
  layoutTest(`axe: the first layer, ${language}`, async (visit) => {
    await arrive(visit, { language });
    await inEachLook(visit);
    await visit.page.setViewportSize({ width: 320, height: 568 });
    await audit(visit);
  });

  visitTest(`axe: the settings with everything open, before and after an answer, ${language}`, async (visit) => {
    await arrive(visit, { language });
    await openSettings(visit);
    await inEachLook(visit);
    await visit.control("close").click();
    await dialog(visit).waitFor({ state: "detached" });
    await banner(visit).locator('[data-consent-action="accept-all"]').click();
    await openSettings(visit, "open");
    await dialog(visit).locator("[part~=history]").waitFor();
    await inEachLook(visit);
  });

  visitTest(
    `axe: the page after an answer, with the control that opens the settings again, ${language}`,
    async (visit) => {
      await arrive(visit, { language });
      await visit.control("reject-all").click();
      await visit.page.locator("consent-banner [part~=reopen]").waitFor();
      await inEachLook(visit);
    },
  );

  visitTest(`axe: the offer to load the page anew, beside the page and in the settings, ${language}`, async (visit) => {
    await arrive(visit, { language });
    await changeMind(visit);
    await inEachLook(visit);
    await visit.page.setViewportSize({ width: 320, height: 568 });
    await audit(visit);
    await openSettings(visit, "open");
    await dialog(visit).locator('[data-consent-action="reload"]').waitFor();
    await audit(visit);
  });

  layoutTest(`axe: the layers that say beforehand that the page is loaded anew, ${language}`, async (visit) => {
    await arrive(visit, { language, policy: { ...POLICY, gate: "browser" } });
    await audit(visit);
    await visit.page.setViewportSize({ width: 320, height: 568 });
    await audit(visit);
    await openSettings(visit);
    await audit(visit);
  });

  visitTest(`axe: the placeholder of a held frame, ${language}`, async (visit) => {
    const service = POLICY.services.find(({ category }) => category === "media");
    const body = `<main><h1>Page</h1><iframe id="embed" title="Help" width="480" height="360" data-consent="${service.id}" data-src="https://embed.zendesk.com/"></iframe></main>`;
    await arrive(visit, { language, body });
    await visit.page.frameLocator("#embed").locator('[data-consent-action="once"]').waitFor();
    await inEachLook(visit);
  });

  visitTest(`axe: the declaration, ${language}`, async (visit) => {
    await arrive(visit, { language, body: "<main><h1>Cookies</h1><consent-declaration></consent-declaration></main>" });
    await visit.page.locator("consent-declaration [part~=table]").first().waitFor();
    await inEachLook(visit);
  });
}
