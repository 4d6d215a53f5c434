// A tag manager: an array of events, a loader, and a script that loads further ones in a given order
// (they are answered in the reverse of it). These set cookies and storage, make a frame, and send
// requests in both ways.

import { PICTURE, inReverse } from "../third-party.mjs";
import { code, cookie, inline, local, session } from "./markup.mjs";

export const title = "tag manager";

function manager(url) {
  const load = (name) => {
    const script = document.createElement("script");
    script.async = false;
    script.src = `${url}/${name}.js`;
    document.head.append(script);
  };
  const handle = ({ event, value }) => {
    marks.push(`event ${event}`);
    if (event === "start") ["tag-1", "tag-2", "tag-3"].forEach(load);
    if (event !== "purchase") return;
    fetch(`${url}/purchase?value=${value}`, { mode: "no-cors" }).catch(() => {});
    document.cookie = `_m_purchase=${value}; Path=/`;
    localStorage.setItem("_m_list", value);
    sessionStorage._m_tab = value;
    load("tag-1");
  };
  dataLayer.forEach(handle);
  const { push } = dataLayer;
  dataLayer.push = (...entries) => {
    const length = push.apply(dataLayer, entries);
    entries.forEach(handle);
    return length;
  };
}

const tags = (url) => ({
  "/tag-1.js": code(() => {
    document.cookie = "_m_a=1; Path=/; Max-Age=7776000";
    document.cookie = "_m_b=2; Path=/; SameSite=Lax";
    marks.push(`tag-1 ${/_m_a=1.*_m_b=2/.test(document.cookie)}`);
  }),
  "/tag-2.js": code(() => {
    localStorage.setItem("_m_list", JSON.stringify(["a", "b"]));
    sessionStorage._m_tab = "1";
    marks.push(`tag-2 ${localStorage.getItem("_m_list")} ${sessionStorage._m_tab}`);
  }),
  "/tag-3.js": code((url) => {
    const configure = () => {
      const request = new XMLHttpRequest();
      request.open("GET", `${url}/config.json`);
      request.onload = () => marks.push(`config ${JSON.parse(request.responseText).version}`);
      request.send();
    };
    const collect = async () => {
      const answer = await fetch(`${url}/collect`, {
        method: "POST",
        body: JSON.stringify({ events: dataLayer.length }),
      });
      marks.push(`collect ${await answer.text()}`);
      configure();
    };
    const frame = document.createElement("iframe");
    frame.title = "measure";
    frame.src = `${url}/frame.html`;
    frame.addEventListener("load", collect, { once: true });
    document.body.append(frame);
    marks.push("tag-3");
  }, url),
});

export const snippet = (third) => ({
  items: [cookie("_m_*"), local("_m_list"), session("_m_tab")],
  head: inline((url) => {
    (function (window, document, kind, name, address) {
      window[name] = window[name] || [];
      window[name].push({ event: "start" });
      const first = document.getElementsByTagName(kind)[0];
      const script = document.createElement(kind);
      script.async = true;
      script.src = `${address}/manager.js?id=M-1`;
      first.parentNode.insertBefore(script, first);
    })(window, document, "script", "dataLayer", url);
    dataLayer.push({ event: "view" });
  }, third.url),
  answers: {
    "/manager.js": code(manager, third.url),
    ...inReverse(tags(third.url)),
    "/frame.html": `<!doctype html><link rel="icon" href="data:,"><img src="inner.svg" alt="">`,
    "/inner.svg": PICTURE,
    "/collect": "taken",
    "/config.json": '{"version":3}',
  },
  first: [
    ["GET /manager.js?id=M-1", "GET /tag-1.js"],
    ["GET /tag-2.js"],
    ["GET /tag-3.js", "GET /frame.html", "GET /inner.svg", 'POST /collect {"events":2}', "GET /config.json"],
  ],
  asked: [["/manager.js?id=M-1", "/tag-1.js", "/tag-2.js", "/tag-3.js"]],
  marks: ["event start", "event view", "tag-1 true", 'tag-2 ["a","b"] 1', "tag-3", "collect taken", "config 3"],
  stored: { cookies: ["_m_a=1", "_m_b=2"], local: ['_m_list=["a","b"]'], session: ["_m_tab=1"] },
  shown: (page) => page.locator("iframe").count(),
  held: 0,
  works: 1,
  tryAgain: () => dataLayer.push({ event: "purchase", value: 9 }),
});
