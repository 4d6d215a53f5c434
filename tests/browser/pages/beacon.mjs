// What is sent as the page is left: a beacon, with a request that outlives the page where the browser
// takes no beacon, and another such request on its own.

import { inline } from "./markup.mjs";

export const title = "beacon on leaving";

export const snippet = (third) => ({
  body: inline((url) => {
    const keepAlive = (path, body) =>
      fetch(url + path, { method: "POST", body, mode: "no-cors", keepalive: true }).catch(() => {});
    addEventListener("pagehide", () => {
      const body = `left ${location.pathname}`;
      if (!navigator.sendBeacon(`${url}/left`, body)) keepAlive("/left", body);
      keepAlive("/vitals", "layout 0");
    });
  }, third.url),
  answers: { "/left": "", "/vitals": "" },
  first: [],
  second: [["POST /left left /page.html"], ["POST /vitals layout 0"]],
  tryAgain: ({ url }) => navigator.sendBeacon(`${url}/left`, "after"),
});
