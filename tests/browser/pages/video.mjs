// Embedded videos, in three ways: marked markup of the site (poster and frame), the embed code that a
// content system writes into the page, and a player library that puts a frame in the place of a
// `<div>` and talks with it by messages.

import { PICTURE } from "../third-party.mjs";
import { code, inline } from "./markup.mjs";

export const title = "video embed";

function library(url) {
  window.Player = class {
    constructor(id, video, onState) {
      this.frame = document.createElement("iframe");
      this.frame.id = id;
      this.frame.title = video;
      this.frame.allow = "autoplay";
      this.frame.src = `${url}/embed/${video}.html?api=1`;
      addEventListener("message", ({ source, data }) => source === this.frame.contentWindow && onState(data, this));
      document.getElementById(id).replaceWith(this.frame);
    }
    say(command) {
      this.frame.contentWindow.postMessage(command, "*");
    }
  };
  window.onPlayerReady();
}

/** The inside of the player: says that it is there, and obeys. */
const PLAYER = `<!doctype html><link rel="icon" href="data:,"><p id="state">ready</p>
<script>
  addEventListener("message", ({ data, source }) => {
    document.getElementById("state").textContent = data + "ing";
    source.postMessage(data + "ing", "*");
  });
  parent.postMessage("ready", "*");
</script>`;

export const snippet = (third) => ({
  body: `
<figure id="marked"><img data-consent="analytics" data-src="${third.url}/poster/1.svg" alt="">
<iframe data-consent="analytics" data-src="${third.url}/embed/1.html" title="1" width="100" height="50"></iframe></figure>
<div id="written"></div><div id="made"></div>
${inline((url) => {
  document.getElementById("written").insertAdjacentHTML(
    "beforeend",
    `<figure><img src="${url}/poster/2.svg" alt="">
    <iframe src="${url}/embed/2.html" title="2" width="100" height="50" allowfullscreen></iframe></figure>`,
  );
  window.onPlayerReady = () => {
    marks.push("library");
    new Player("made", "3", (state, player) => {
      marks.push(state);
      if (state === "ready") player.say("play");
    });
  };
  const script = document.createElement("script");
  script.src = `${url}/player.js`;
  const first = document.getElementsByTagName("script")[0];
  first.parentNode.insertBefore(script, first);
}, third.url)}`,
  answers: {
    "/player.js": code(library, third.url),
    "/embed/1.html": PLAYER,
    "/embed/2.html": PLAYER,
    "/embed/3.html": PLAYER,
    "/poster/1.svg": PICTURE,
    "/poster/2.svg": PICTURE,
  },
  first: [
    ["GET /poster/1.svg"],
    ["GET /embed/1.html"],
    ["GET /poster/2.svg"],
    ["GET /embed/2.html"],
    ["GET /player.js", "GET /embed/3.html?api=1"],
  ],
  marks: ["library", "ready", "playing"],
  shown: async (page) => {
    const frames = page.frames().filter((frame) => frame.url().startsWith(third.url));
    const states = await Promise.all(frames.map((frame) => frame.locator("#state").textContent()));
    const posters = await page
      .locator("figure img")
      .evaluateAll((all) => all.filter((poster) => poster.naturalWidth > 0).length);
    return { states: states.sort(), posters };
  },
  held: { states: [], posters: 0 },
  works: { states: ["playing", "ready", "ready"], posters: 2 },
  tryAgain: ({ url }) => {
    const place = document.body.appendChild(document.createElement("div"));
    place.id = "again";
    new Player("again", "3", () => {});
    document.getElementById("written").innerHTML = `<iframe src="${url}/embed/2.html" title="2"></iframe>`;
  },
});
