// The page around the application of app/, for bundlers that make scripts alone.

/** Its HTML around this element, which loads the script. */
export const page = (script) =>
  `<!doctype html><html lang="fr"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Application</title>${script}</head><body><button id="ask">Ask</button><output></output></body></html>`;

/** The element for a module beside the page. */
export const module = (file) => `<script type="module" src="${file}"></script>`;

/** The element for a classic script, which runs once the body is there. */
export const classic = (file) => `<script defer src="${file}"></script>`;

/** Whether the server's own page shows what waits for the vendor; the browser's shows the same. */
export async function ofServer(visit, url) {
  const isThere = (await (await visit.context.request.get(url)).text()).includes("<p>vendor: here</p>");
  await visit.page.locator("p", { hasText: isThere ? "vendor: here" : "vendor: none" }).waitFor();
  return isThere;
}
