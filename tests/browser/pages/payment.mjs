// Payment and login by another party, which the policy declares as necessary: a script, a frame for the
// card, a form that is posted there and comes back, a window for the login. All of it works at all times.

import { item } from "../site.mjs";
import { code, inline } from "./markup.mjs";

export const title = "payment and login, necessary";

function library(url) {
  document.cookie = "pay_session=p-3; Path=/";
  localStorage.setItem("pay-card", "visa");
  const frame = document.createElement("iframe");
  frame.title = "card";
  frame.src = `${url}/card.html`;
  document.getElementById("card").append(frame);
  addEventListener("message", ({ data }) => {
    marks.push(data);
    if (data.startsWith("token ")) document.querySelector("#checkout [name=token]").value = data.slice("token ".length);
  });
  fetch(`${url}/methods.json`)
    .then((answer) => answer.json())
    .then(({ methods }) => {
      document.getElementById("methods").textContent = methods.join(", ");
    });
}

const CARD = `<!doctype html><link rel="icon" href="data:,"><button type="button">card</button>
<script>document.querySelector("button").onclick = () => parent.postMessage("token t-8", "*");</script>`;
const LOGIN = `<!doctype html><link rel="icon" href="data:,"><p>login</p>
<script>opener.postMessage("login u-1", "*"); close();</script>`;

/** Where the form brings the visitor back to. */
export const PAID = "/paid.html";

export const snippet = (third) => ({
  items: [item("pay_session", "necessary"), item("pay-card", "necessary", { kind: "local-storage" })],
  body: `<div id="card"></div><p id="methods"></p>
<form id="checkout" method="post" action="${third.necessary}/checkout"><input type="hidden" name="token"><button type="submit">pay</button></form>
<button id="login" type="button">log in</button>
${inline((url) => {
  document.getElementById("login").onclick = () => open(`${url}/login.html`, "login", "width=300,height=300");
}, third.necessary)}
<script src="${third.necessary}/pay.js"></script>`,
  answers: {
    "/pay.js": code(library, third.necessary),
    "/card.html": CARD,
    "/login.html": LOGIN,
    "/methods.json": '{"methods":["card","invoice"]}',
    "/checkout": (request, response) =>
      response.writeHead(303, { Location: new URL(PAID, request.headers.origin).href }).end(),
  },
  first: [["GET /pay.js", "GET /card.html", "GET /login.html", "POST /checkout token=t-8"], ["GET /methods.json"]],
  // The visitor gives a card, and logs in.
  use: async (page) => {
    await page.getByText("card, invoice").waitFor();
    await page.frameLocator("#card iframe").getByRole("button").click();
    await page.waitForFunction(() => window.marks.includes("token t-8"));
    await page.locator("#login").click();
    await page.waitForFunction(() => window.marks.includes("login u-1"));
  },
  marks: ["token t-8", "login u-1"],
  stored: { cookies: ["pay_session=p-3"], local: ["pay-card=visa"] },
});

/** The visitor pays, and comes back. */
export async function pay(page) {
  await page.getByRole("button", { name: "pay" }).click();
  await page.waitForURL(`**${PAID}`);
}
