// What the applications in React, Vue and Svelte have in common: a list of items from the site's own
// server (add, turn around, remove), a note that comes and goes and brings a portal with it, a rate and
// pictures from another party (lazy, and as a background), its script put in as the page starts, a form
// that the framework sends, a theme in local storage, a cookie. Here is what they ask, and the visitor.

import { item } from "../site.mjs";
import { PICTURE } from "../third-party.mjs";

export const ANSWERS = {
  "/rates.json": '{"eur":1.5}',
  "/photo.svg": PICTURE,
  "/back.svg": PICTURE,
  "/portal.svg": PICTURE,
  "/widget.js": 'document.getElementById("widget").insertAdjacentHTML("beforeend", "<b>widget</b>");',
};
export const ARRIVALS = ["GET /back.svg", "GET /photo.svg", "GET /portal.svg", "GET /rates.json", "GET /widget.js"];

/** What these pages keep; `category` says in which one it is declared. */
export const items = (category) => [item("ui_seen", category), item("ui-theme", category, { kind: "local-storage" })];
export const STORED = { cookies: ["ui_seen=1"], local: ["ui-theme=dark"], session: [] };

/** The site's own server. */
export function serveOwn(visit) {
  const json = { "Content-Type": "application/json" };
  visit.serve("/api/items.json", '["pear","fig"]', json);
  visit.serve("/api/order", (request, response) =>
    response.writeHead(200, { "Content-Type": "text/plain" }).end(`taken: ${request.body}`),
  );
}

/** What the visitor does, and sees. */
export async function use(page) {
  const untilNames = (wanted) =>
    page.waitForFunction((list) => {
      const lines = [...document.querySelectorAll("#items li")];
      return lines.map((line) => line.id.replace("item-", "")).join() === list;
    }, wanted);
  await untilNames("pear,fig");
  await page.locator("#rate").getByText("1.5").waitFor();
  await page.locator("#add").click();
  await untilNames("pear,fig,plum-2");
  await page.locator("#turn").click();
  await untilNames("plum-2,fig,pear");
  await page.locator("#item-fig button").click();
  await untilNames("plum-2,pear");
  await page.locator("#open").click();
  await page.locator("#note").getByText("2 items").waitFor();
  await page.locator("#open").click();
  await page.locator("#no-note").waitFor();
  await page.locator("body > #portal").waitFor({ state: "detached" });
  await page.locator("#open").click();
  await page.waitForFunction(() => document.querySelector("body > #portal img")?.naturalWidth > 0);
  await page.locator("#name").fill("Ada");
  await page.locator("#send").click();
  await page.locator("#sent").getByText("taken: name=Ada&count=2").waitFor();
  await page.waitForFunction(() => document.activeElement.id === "name");
  await page.locator("#theme").click();
  await page.locator("html[data-theme=dark]").waitFor();
  await page.locator("#widget b").waitFor();
  await page.waitForFunction(() => document.getElementById("photo").naturalWidth > 0);
}
