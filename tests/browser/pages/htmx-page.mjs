// A page of swaps with htmx: fragments of the server that come by a click, at load and out of band, with
// pictures, scripts of both kinds and a form that is sent by htmx as well.

import { item } from "../site.mjs";
import { PICTURE } from "../third-party.mjs";

export const body = (third) => `<div id="first" hx-get="/fragments/first.html" hx-trigger="load">loading</div>
<button id="more" type="button" hx-get="/fragments/more.html" hx-target="#list" hx-swap="beforeend">more</button>
<ul id="list"></ul><p id="count">0</p><div id="place"></div>
<button id="swap" type="button" hx-get="/fragments/place.html" hx-target="#place" hx-swap="outerHTML">swap</button>
<img id="photo" src="${third}/photo.svg" loading="lazy" alt="">`;

const fragments = (third) => ({
  "/fragments/first.html": `<p style="background-image: url('${third}/back.svg'); height: 8px">first</p><img src="${third}/first.svg" alt="">`,
  "/fragments/more.html": `<li>more <img src="${third}/more.svg" alt=""></li><p id="count" hx-swap-oob="true">1</p>`,
  "/fragments/place.html": `<section id="place"><script>document.documentElement.dataset.inline = "ran"; localStorage.setItem("ui-theme", "dark"); document.cookie = "ui_seen=1; Path=/";</script>
    <script src="${third}/widget.js"></script><div id="widget"></div>
    <form id="order" hx-post="/fragments/order" hx-target="#sent"><input id="name" name="name"><button id="send">send</button><p id="sent"></p></form></section>`,
});

export const answers = {
  "/photo.svg": PICTURE,
  "/back.svg": PICTURE,
  "/first.svg": PICTURE,
  "/more.svg": PICTURE,
  "/rates.json": '{"eur":1.5}',
  "/widget.js": `fetch(document.currentScript.src.replace("widget.js", "rates.json")).then((answer) => answer.json()).then(({ eur }) => {
    document.getElementById("widget").textContent = eur;
  });`,
};
export const arrivals = [
  "GET /back.svg",
  "GET /first.svg",
  "GET /more.svg",
  "GET /photo.svg",
  "GET /rates.json",
  "GET /widget.js",
];
export const items = (category) => [item("ui_seen", category), item("ui-theme", category, { kind: "local-storage" })];
export const stored = { cookies: ["ui_seen=1"], local: ["ui-theme=dark"], session: [] };

export function serveOwn(visit, third) {
  const type = { "Content-Type": "text/html; charset=utf-8" };
  for (const [path, text] of Object.entries(fragments(third))) visit.serve(path, text, type);
  visit.serve("/fragments/order", (request, response) =>
    response.writeHead(200, type).end(`<b>taken: ${request.body}</b>`),
  );
}

export async function use(page) {
  await page.locator("#first p").waitFor();
  await page.locator("#more").click();
  await page.locator("#list li").waitFor();
  await page.locator("#count").getByText("1").waitFor();
  await page.locator("#swap").click();
  await page.locator("section#place").waitFor();
  await page.locator("html[data-inline=ran]").waitFor();
  await page.locator("#widget").getByText("1.5").waitFor();
  await page.locator("#name").fill("Ada");
  await page.locator("#send").click();
  await page.locator("#sent b").getByText("taken: name=Ada").waitFor();
  await page.waitForFunction(() => [...document.images].every((picture) => picture.naturalWidth > 0));
  // htmx takes its marks for running swaps away again.
  await page.waitForFunction(() => !document.querySelector("[class*=htmx-]"));
}
