// A map: a script with the name of a function to call in its address; it adds tiles as pictures and as
// backgrounds, a marker by a style sheet of its own, and a worker made from text that asks for shapes.

import { PICTURE } from "../third-party.mjs";
import { code, inline } from "./markup.mjs";

export const title = "map widget";

function library(url) {
  const tile = (column) => {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = `${url}/tile/${column}.svg`;
    return picture;
  };
  window.TileMap = class {
    constructor(place) {
      this.place = place;
      this.show(0);
      this.show(1);
      const layer = place.appendChild(document.createElement("div"));
      layer.style.cssText = "width: 8px; height: 8px";
      layer.style.backgroundImage = `url("${url}/layer.svg")`;
      const style = document.createElement("style");
      style.textContent = `.map-marker { width: 8px; height: 8px; background: url(${url}/marker.svg) }`;
      document.head.append(style);
      place.insertAdjacentHTML("beforeend", '<div class="map-marker"></div>');
    }
    show(column) {
      this.place.append(tile(column));
    }
    shapes() {
      const text = `onmessage = async ({ data }) => postMessage((await (await fetch(data)).json()).shapes);`;
      const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      const worker = new Worker(address);
      worker.onmessage = ({ data }) => marks.push(`shapes ${data}`);
      worker.postMessage(`${url}/shapes.json`);
    }
  };
  window[new URL(document.currentScript.src).searchParams.get("callback")]();
}

export const snippet = (third) => ({
  body: `<div id="map"></div>
${inline((url) => {
  window.startMap = () => {
    marks.push("callback");
    window.theMap = new TileMap(document.getElementById("map"));
    theMap.shapes();
  };
  const script = document.createElement("script");
  script.defer = true;
  script.src = `${url}/map.js?callback=startMap`;
  document.body.append(script);
}, third.url)}`,
  answers: {
    "/map.js": code(library, third.url),
    "/tile/0.svg": PICTURE,
    "/tile/1.svg": PICTURE,
    "/tile/2.svg": PICTURE,
    "/layer.svg": PICTURE,
    "/layer-2.svg": PICTURE,
    "/marker.svg": PICTURE,
    "/shapes.json": '{"shapes":3}',
  },
  first: [
    ["GET /map.js?callback=startMap", "GET /tile/0.svg"],
    ["GET /tile/1.svg"],
    ["GET /layer.svg"],
    ["GET /marker.svg"],
    ["GET /shapes.json"],
  ],
  asked: [["/map.js?callback=startMap", "/tile/0.svg", "/tile/1.svg"]],
  marks: ["callback", "shapes 3"],
  shown: (page) =>
    page.locator("#map img").evaluateAll((tiles) => tiles.filter((tile) => tile.naturalWidth > 0).length),
  held: 0,
  works: 2,
  tryAgain: ({ url }) => {
    theMap.show(2);
    document.querySelector("#map div").style.backgroundImage = `url("${url}/layer-2.svg")`;
  },
});
