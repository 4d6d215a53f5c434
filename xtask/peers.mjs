// Three other consent managers as they look where nobody changes anything, on the page on which our own pictures are taken
// (pictures.mjs): vanilla-cookieconsent, Orejime and c15t, with the same purposes. They are installed for this and for
// measuring the start alone (bench/start.mjs).
//
// Left out: what any of them stops.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const installed = (file) => readFileSync(new URL(`../node_modules/${file}`, import.meta.url), "utf8");
const english = ({ en }) => en;
const inline = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
// What would end the element that it stands in.
const script = (text) => `<script>${text.replaceAll("</script", "<\\/script")}</script>`;
const style = (text) => `<style>${text}</style>`;

/** What each brings into the head of a page and to the end of its body, for this policy, and the element that it shows. */
export function peers({ controller, categories }) {
  const purposes = categories.map(({ id, necessary, title, summary }) => ({
    id,
    isMandatory: !!necessary,
    title: english(title),
    description: english(summary),
    cookies: [],
  }));
  const list = purposes.map(({ title, description }) => `<li><strong>${title}</strong> ${description}</li>`).join("");
  const vanilla = {
    hideFromBots: false,
    categories: Object.fromEntries(purposes.map(({ id, isMandatory }) => [id, { readOnly: isMandatory }])),
    language: {
      default: "en",
      translations: {
        en: {
          consentModal: {
            title: "Your choice about cookies",
            description: `${controller.name} asks for your consent to cookies and similar technologies.<ul>${list}</ul>`,
            acceptAllBtn: "Accept all",
            acceptNecessaryBtn: "Reject all",
            showPreferencesBtn: "Settings",
            footer: `<a href="${controller.privacyPolicy}">Privacy policy</a>`,
          },
          preferencesModal: { sections: [] },
        },
      },
    },
  };
  return {
    vanilla: {
      head: style(installed("vanilla-cookieconsent/dist/cookieconsent.css")),
      foot: script(
        `${installed("vanilla-cookieconsent/dist/cookieconsent.umd.js")};CookieConsent.run(${inline(vanilla)})`,
      ),
      shows: "#cc-main .cm",
    },
    orejime: {
      head: style(installed("orejime/dist/orejime-standard.css")),
      foot: script(
        `window.orejimeConfig = ${inline({ privacyPolicyUrl: controller.privacyPolicy, purposes })};${installed("orejime/dist/orejime-standard-en.js")}`,
      ),
      shows: ".orejime-Banner",
    },
    c15t: { ...c15t(), shows: '[data-testid="consent-banner-card"]' },
  };
}

// Its first layer comes as components of React, and its looks as a style sheet that imports others.
function c15t() {
  const contents = `
    import "@c15t/react/styles.css";
    import { createElement as make } from "react";
    import { createRoot } from "react-dom/client";
    import { ConsentBanner, ConsentManagerProvider } from "@c15t/react";
    const options = { mode: "offline", consentCategories: ["necessary", "functionality", "measurement", "marketing"] };
    createRoot(document.getElementById("app")).render(make(ConsentManagerProvider, { options }, make(ConsentBanner)));`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    outdir: "c15t",
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const text = (end) => outputFiles.find(({ path }) => path.endsWith(end)).text;
  return { head: style(text(".css")), foot: `<div id="app"></div>${script(text(".js"))}` };
}
