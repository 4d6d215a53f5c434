// An analytics queue: an array that the library replaces by an object with its own `push`. The library
// keeps an identifier for 13 months in a first-party cookie, reads it back, and sends events two by two,
// one batch after the other.

import { code, cookie, inline } from "./markup.mjs";

export const title = "analytics queue";

function library(url) {
  const DAY_SECONDS = 86_400;
  const read = (name) =>
    document.cookie
      .split("; ")
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const write = (name, value, days) => {
    document.cookie = `${name}=${value}; Path=/; Max-Age=${days * DAY_SECONDS}; SameSite=Lax`;
  };
  const start = () => {
    // Libraries look first whether cookies are kept at all.
    write("_x_test", "1", 1);
    marks.push(`cookies ${read("_x_test") === "1"}`);
    write("_x_test", "", 0);
    marks.push(read("_x_id") ? "known" : "new");
    write("_x_id", read("_x_id") ?? "x1.7", 395);
    write("_x_visit", "1", 1);
  };
  const events = [];
  let isSending = false;
  const send = async () => {
    if (isSending || events.length < 2) return;
    isSending = true;
    const batch = events.splice(0, 2);
    try {
      const answer = await fetch(`${url}/batch`, {
        method: "POST",
        body: JSON.stringify({ id: read("_x_id"), batch }),
      });
      marks.push(await answer.text());
    } catch {
      // The network is away: like any library, it gives these up.
    }
    isSending = false;
    send();
  };
  const waiting = window.q;
  window.q = {
    push(entry) {
      if (entry[0] === "create") start();
      else events.push(entry.join(" "));
      if (entry[0] === "write") write("_x_id", entry[1], 395);
      send();
    },
  };
  waiting.forEach(window.q.push);
}

export const snippet = (third) => ({
  items: [cookie("_x_*")],
  head: inline((url) => {
    window.q = window.q || [];
    q.push(["create", "site-1"]);
    q.push(["view", location.pathname]);
    const script = document.createElement("script");
    script.src = `${url}/queue.js`;
    document.head.appendChild(script);
  }, third.url),
  answers: {
    "/queue.js": code(library, third.url),
    "/batch": (request, response) =>
      response
        .writeHead(200, { "Content-Type": "text/plain" })
        .end(`sent ${JSON.parse(request.body).batch.join(", ")}`),
  },
  use: (page) =>
    page.evaluate(() => {
      for (const name of ["scroll", "hover", "end"]) q.push(["event", name]);
    }),
  first: [
    [
      "GET /queue.js",
      'POST /batch {"id":"x1.7","batch":["view /page.html","event scroll"]}',
      'POST /batch {"id":"x1.7","batch":["event hover","event end"]}',
    ],
  ],
  marks: ["cookies true", "new", "sent view /page.html, event scroll", "sent event hover, event end"],
  marksAgain: ["cookies true", "known", "sent view /page.html, event scroll", "sent event hover, event end"],
  stored: { cookies: ["_x_id=x1.7", "_x_visit=1"] },
  days: { _x_id: 395, _x_visit: 1 },
  tryAgain: () => {
    for (const name of ["one", "two", "three", "four"]) q.push(["event", name]);
    q.push(["write", "x1.8"]);
  },
});
