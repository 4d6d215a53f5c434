// What the fixtures are written with: functions that become the text of a script, and the part of a page
// that is the site's own and has to work at all times.
//
// Left out: what another party adds (one file for each kind of snippet).

import { item } from "../site.mjs";

/** A function as the text of a script that calls it with these values. */
export const code = (run, ...values) => `(${run})(${values.map((value) => JSON.stringify(value)).join(", ")});`;

/** The same between script tags. */
export const inline = (run, ...values) => `<script>${code(run, ...values).replaceAll("</", "<\\/")}</script>`;

/** An optional item of each kind. */
export const cookie = (name) => item(name, "analytics");
export const local = (name) => item(name, "analytics", { kind: "local-storage" });
export const session = (name) => item(name, "analytics", { kind: "session-storage" });

/** What scripts of a page did, in their order. */
export const MARKS = "<script>window.marks = [];</script>";

/** The site's own part: a picture, and a basket that asks the site's own server and stores two items. */
export const OWN_BODY = `<main><h1>Own page</h1><img id="own-picture" src="/own.svg" alt="">
<button id="own" type="button">Put into the basket</button> <output id="basket">empty</output></main>
${inline(() => {
  document.getElementById("own").addEventListener("click", async () => {
    const basket = document.getElementById("basket");
    basket.textContent = "asking";
    const { price } = await (await fetch("/own.json")).json();
    document.cookie = "own_basket=1; Path=/";
    localStorage.setItem("own-view", "list");
    basket.textContent = `one for ${price}, ${document.cookie.includes("own_basket=1")}, ${localStorage.getItem("own-view")}`;
  });
})}`;
export const OWN_SHOWN = "one for 12, true, list";
export const OWN_ITEMS = [item("own_basket", "necessary"), item("own-view", "necessary", { kind: "local-storage" })];
export const OWN_STORED = { cookies: ["own_basket=1"], local: ["own-view=list"], session: [] };
export const OWN_ANSWERS = {
  "/own.json": '{"price":12}',
  "/own.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
};
