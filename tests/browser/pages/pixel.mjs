// Pixels: pictures that are asked for only to be counted, by `new Image().src` and as markup that
// script writes.

import { PICTURE } from "../third-party.mjs";
import { inline } from "./markup.mjs";

export const title = "pixel";

export const snippet = (third) => ({
  body: inline((url) => {
    const count = (event) => {
      const picture = new Image(1, 1);
      picture.onload = () => marks.push(event);
      picture.onerror = () => marks.push(`no ${event}`);
      picture.src = `${url}/pixel.svg?event=${event}`;
      return new Promise((resolve) => picture.addEventListener("load", resolve));
    };
    // One after the other, and then one that nobody waits for.
    count("view").then(() => count("ready"));
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = `<img src="${url}/written.svg?event=html" width="1" height="1" alt="" style="display:none">`;
  }, third.url),
  answers: { "/pixel.svg": PICTURE, "/written.svg": PICTURE },
  first: [["GET /pixel.svg?event=view", "GET /pixel.svg?event=ready"], ["GET /written.svg?event=html"]],
  asked: [["/pixel.svg?event=view", "/written.svg?event=html"]],
  marks: ["view", "ready"],
  marksRefused: ["no view"],
  shown: (page) => page.evaluate(() => document.querySelector("div > img")?.naturalWidth > 0),
  held: false,
  works: true,
  tryAgain: ({ url }) => {
    new Image().src = `${url}/pixel.svg?event=after`;
    document.body.insertAdjacentHTML("beforeend", `<img src="${url}/written.svg?event=after" alt="">`);
  },
});
