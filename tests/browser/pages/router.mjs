// A single-page application: links and the back button change the address without a page load; each
// route counts a view by a beacon of its own, and puts in the script of its widget the first time.

import { code, inline } from "./markup.mjs";

export const title = "router of a single-page application";

const widget = (name) => code((route) => marks.push(`widget ${route}`), name);

export const snippet = (third) => ({
  body: `<nav><a href="?route=a">a</a> <a href="?route=b">b</a></nav><p id="route"></p>
${inline((url) => {
  const loaded = new Set();
  const render = () => {
    const route = new URLSearchParams(location.search).get("route") ?? "home";
    document.getElementById("route").textContent = route;
    if (!loaded.has(route)) {
      loaded.add(route);
      const script = document.createElement("script");
      script.async = false;
      script.src = `${url}/${route}.js`;
      document.body.append(script);
    }
    navigator.sendBeacon(`${url}/view?${route}`);
  };
  document.querySelector("nav").addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState({}, "", event.target.href);
    render();
  });
  addEventListener("popstate", render);
  render();
}, third.url)}`,
  answers: { "/home.js": widget("home"), "/a.js": widget("a"), "/b.js": widget("b"), "/view": "" },
  use: async (page) => {
    const isAt = (route) =>
      page.waitForFunction((wanted) => document.getElementById("route").textContent === wanted, route);
    await page.getByRole("link", { name: "a", exact: true }).click();
    await isAt("a");
    await page.getByRole("link", { name: "b", exact: true }).click();
    await isAt("b");
    await page.goBack();
    await isAt("a");
  },
  first: [
    ["GET /home.js"],
    ["GET /a.js"],
    ["GET /b.js"],
    ["POST /view?home"],
    ["POST /view?a"],
    ["POST /view?b"],
    ["POST /view?a"],
  ],
  asked: [
    ["/home.js", "/a.js", "/b.js"],
    ["/view?home", "/view?a", "/view?b", "/view?a"],
  ],
  marks: ["widget home", "widget a", "widget b"],
  shown: (page) => page.locator("#route").textContent(),
  held: "a",
  works: "a",
  tryAgain: () => document.querySelector('nav a[href="?route=b"]').click(),
});
