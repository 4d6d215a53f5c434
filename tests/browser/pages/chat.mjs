// A chat widget: its loader puts in a style sheet and a frame that has its markup with it (and a script
// in that), opens a web socket and keeps a session in local storage.

import { code, inline, local } from "./markup.mjs";

export const title = "chat widget";

function library(url, sockets) {
  const inside = `<!doctype html><link rel="stylesheet" href="${url}/inside.css"><p id="words">waiting</p><script src="${url}/inside.js"></${"script"}>`;
  const session = localStorage.getItem("chat-session") ?? "c-5";
  localStorage.setItem("chat-session", session);

  const talk = (frame) => {
    const socket = new WebSocket(`${sockets}/talk`);
    socket.onopen = () => socket.send(`hello ${session}`);
    socket.onmessage = ({ data }) => {
      marks.push(data);
      frame.contentWindow.postMessage(data);
    };
    socket.onerror = () => marks.push("no socket");
  };
  const open = () => {
    const frame = document.createElement("iframe");
    frame.title = "chat";
    frame.srcdoc = inside;
    frame.onload = () => talk(frame);
    document.body.append(frame);
  };
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = `${url}/chat.css`;
  style.onload = () => {
    marks.push("styled");
    open();
  };
  document.head.append(style);
  window.chat = { open, talk };
}

export const snippet = (third) => ({
  items: [local("chat-session")],
  body: inline((url) => {
    window.chatSettings = { site: "7" };
    addEventListener("load", () => {
      const script = document.createElement("script");
      script.type = "text/javascript";
      script.async = true;
      script.setAttribute("src", `${url}/chat.js`);
      document.getElementsByTagName("head")[0].appendChild(script);
    });
  }, third.url),
  answers: {
    "/chat.js": code(library, third.url, third.sockets),
    "/chat.css":
      "iframe[title=chat] { position: fixed; inset: auto 0 auto auto; width: 120px; height: 60px; border: 0 }",
    "/inside.css": "p { color: rgb(1, 2, 3) }",
    "/inside.js":
      'addEventListener("message", ({ data }) => { document.getElementById("words").textContent = data; });',
  },
  first: [["GET /chat.js", "GET /chat.css", "GET /inside.js", "SOCKET /talk"], ["GET /inside.css"]],
  marks: ["styled", "welcome"],
  stored: { local: ["chat-session=c-5"] },
  shown: async (page) => {
    const words = page.frames()[1]?.locator("#words");
    return words && words.evaluate((element) => `${element.textContent}, ${getComputedStyle(element).color}`);
  },
  held: undefined,
  works: "welcome, rgb(1, 2, 3)",
  tryAgain: () => {
    chat.open();
    localStorage.setItem("chat-session", "after");
  },
});
