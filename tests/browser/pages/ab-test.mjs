// A test of two headlines: a style hides the page so that nobody sees the first one, `document.write`
// puts in the script that decides, and a timer shows the page where that script does not come.
//
// A script written by the parser runs before what stands behind it; one that is released later cannot.

import { code, cookie, inline, local } from "./markup.mjs";

export const title = "test of two headlines";

const PATIENCE_MS = 4_000;

function library(url) {
  const variant = /_ab=(\w)/.exec(document.cookie)?.[1] ?? "B";
  document.cookie = `_ab=${variant}; Path=/; Max-Age=2592000`;
  localStorage.setItem("_ab_seen", variant);
  const apply = () => {
    document.querySelector("h1").textContent = `Headline ${variant}`;
    window.showPage();
    navigator.sendBeacon(`${url}/exposure`, `variant ${variant}`);
  };
  marks.push("decided");
  window.decided = true;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", apply);
  else apply();
}

export const snippet = (third) => ({
  items: [cookie("_ab"), local("_ab_seen")],
  before: (page) => page.clock.install(),
  head: `<style>.ab-hide { opacity: 0 !important }</style>
${inline(
  (url, patience) => {
    document.documentElement.className += " ab-hide";
    window.showPage = () => document.documentElement.classList.remove("ab-hide");
    setTimeout(window.showPage, patience);
    document.write(`<script src="${url}/ab.js"></script>`);
  },
  third.url,
  PATIENCE_MS,
)}
${inline(() => marks.push(`behind it: ${window.decided ? "decided" : "not decided"}`))}`,
  answers: { "/ab.js": code(library, third.url), "/exposure": "" },
  use: (page) => page.clock.runFor(PATIENCE_MS),
  first: [["GET /ab.js", "POST /exposure variant B"]],
  marks: ["decided", "behind it: decided"],
  marksHeld: ["behind it: not decided"],
  marksLate: ["behind it: not decided", "decided"],
  stored: { cookies: ["_ab=B"], local: ["_ab_seen=B"] },
  shown: (page) =>
    page.evaluate(
      () =>
        `${document.querySelector("h1").textContent}, opacity ${getComputedStyle(document.documentElement).opacity}`,
    ),
  held: "Own page, opacity 1",
  works: "Headline B, opacity 1",
  tryAgain: ({ url }) => {
    document.cookie = "_ab=A; Path=/";
    localStorage._ab_seen = "A";
    navigator.sendBeacon(`${url}/exposure`, "after");
  },
});
