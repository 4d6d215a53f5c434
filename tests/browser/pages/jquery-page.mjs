// A page written with jQuery, and what its visitor does; its script is jquery-app.mjs.

import { item } from "../site.mjs";
import { PICTURE } from "../third-party.mjs";

export const body = () => `<ul id="list"></ul><div id="written"></div><div id="appended"></div><div id="loaded"></div>
<form id="order"><input id="name" name="name"><button id="send">send</button><p id="sent"></p></form>
<p id="rate"></p><button id="animate" type="button">animate</button><div id="box" style="height: 10px"></div><div id="widget"></div>`;

export const answers = {
  "/written.svg": PICTURE,
  "/appended.svg": PICTURE,
  "/back.svg": PICTURE,
  "/rates.json": '{"eur":1.5}',
  "/written.js": 'document.documentElement.dataset.written = "ran";',
  "/widget.js": 'document.getElementById("widget").textContent = "widget";',
};
export const arrivals = [
  "GET /appended.svg",
  "GET /back.svg",
  "GET /rates.json",
  "GET /widget.js",
  "GET /written.js",
  "GET /written.svg",
];
export const items = (category) => [
  item("ui_seen", category),
  item("ui-theme", category, { kind: "local-storage" }),
  item("ui-tab", category, { kind: "session-storage" }),
];
export const stored = { cookies: ["ui_seen=1"], local: ["ui-theme=dark"], session: ["ui-tab=1"] };

export function serveOwn(visit) {
  visit.serve("/api/items.json", '["pear","fig"]', { "Content-Type": "application/json" });
  visit.serve("/api/order", (request, response) =>
    response.writeHead(200, { "Content-Type": "text/plain" }).end(`taken: ${request.body}`),
  );
  visit.serve("/own.js", 'document.documentElement.dataset.own = "ran";');
  visit.serve("/fragment.html", '<div><p id="part">part</p><p>rest</p></div>');
}

export async function use(page) {
  await page.locator("html[data-own=ran][data-written=ran]").waitFor();
  await page.locator("#loaded #part").waitFor();
  await page.locator("#rate").getByText("1.5").waitFor();
  await page.locator("#widget").getByText("widget").waitFor();
  await page.locator("#list i").getByText("got").waitFor();
  await page.locator("#list #fig").click();
  await page.locator("#list .chosen").waitFor();
  await page.locator("#name").fill("Ada");
  await page.locator("#send").click();
  await page.locator("#sent").getByText("taken: name=Ada").waitFor();
  await page.locator("#animate").click();
  await page.locator("#box.moved").waitFor();
  // What came in any order stands in one order before it is compared.
  await page.evaluate(() => {
    const list = document.getElementById("list");
    list.append(...[...list.children].sort((one, other) => one.textContent.localeCompare(other.textContent)));
  });
  await page.waitForFunction(() => [...document.images].every((picture) => picture.naturalWidth > 0));
}
