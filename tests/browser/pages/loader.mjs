// The asynchronous loader: a function that only queues, a script element put before the first script of
// the page, and a library that replays the queue and takes the function's place.

import { PICTURE } from "../third-party.mjs";
import { code, inline } from "./markup.mjs";

export const title = "asynchronous loader";

export const snippet = (third) => ({
  head: inline((url) => {
    (function (window, document, kind, address, name) {
      window[name] =
        window[name] ||
        function () {
          (window[name].queue = window[name].queue || []).push([].slice.call(arguments));
        };
      const script = document.createElement(kind);
      const first = document.getElementsByTagName(kind)[0];
      script.async = 1;
      script.src = address;
      script.onload = () => marks.push("onload");
      script.addEventListener("error", () => marks.push("failed"));
      first.parentNode.insertBefore(script, first);
    })(window, document, "script", `${url}/loader.js`, "track");
    track("account", "S-7");
    track("view", "home");
  }, third.url),
  answers: {
    "/loader.js": code((url) => {
      const waiting = window.track.queue;
      window.track = (command, value) => {
        marks.push(`${command} ${value}`);
        new Image().src = `${url}/hit.svg?${command}=${value}`;
      };
      for (const entry of waiting) window.track(...entry);
    }, third.url),
    "/hit.svg": PICTURE,
  },
  use: (page) => page.evaluate(() => track("event", "scroll")),
  first: [["GET /loader.js", "GET /hit.svg?account=S-7"], ["GET /hit.svg?view=home"], ["GET /hit.svg?event=scroll"]],
  asked: [["/loader.js", "/hit.svg?account=S-7", "/hit.svg?view=home", "/hit.svg?event=scroll"]],
  marks: ["account S-7", "view home", "onload", "event scroll"],
  marksLate: ["account S-7", "view home", "event scroll", "onload"],
  marksRefused: ["failed"],
  tryAgain: () => track("event", "after"),
});
