// Pages whose code does with their elements whatever it likes: the question stays, or comes back, and answers a real
// click; the page's code goes on as it would without us.
//
// Left out: modal dialogs of the page (real-dialog.test.mjs), what hides us on purpose (real-hidden.test.mjs).

import assert from "node:assert/strict";
import { situations } from "./real.mjs";

const situation = situations();
const BODY = "<h1>Page</h1><p><button id=own onclick='window.owned = (window.owned ?? 0) + 1'>Own</button></p>";

for (const [name, code] of [
  ["Code of the page empties the body", `document.body.replaceChildren();`],
  ["Code of the page renders its body anew", `document.body.innerHTML = "<main><h1>Rendered</h1></main>";`],
  [
    "Code of the page puts another body in its place, as Turbo does",
    `for (let at = 0; at < 3; at++) {
       const body = document.createElement("body");
       body.innerHTML = "<h1>Page " + at + "</h1>";
       document.documentElement.replaceChild(body, document.body);
       await new Promise((resolve) => setTimeout(resolve));
     }`,
  ],
  [
    "Code of the page puts a copy of an earlier body back, as Turbo does from its cache",
    `for (let at = 0; at < 3; at++) {
       document.documentElement.replaceChild(document.body.cloneNode(true), document.body);
       await new Promise((resolve) => setTimeout(resolve));
     }`,
  ],
  [
    "Code of the page writes its document anew after it was loaded",
    `document.open(); document.write("<!doctype html><title>New</title><body><h1>Written</h1></body>"); document.close();`,
  ],
  [
    "Code of the page wraps everything in the body",
    `const box = document.createElement("div"); box.style.display = "none"; box.append(...document.body.childNodes); document.body.append(box);`,
  ],
  [
    "A dialog of the page's own making sets inert and aria-hidden on all that stands beside it",
    `const box = document.createElement("div"); document.body.append(box);
     for (const one of document.body.children) if (one !== box) { one.inert = true; one.setAttribute("aria-hidden", "true"); }`,
  ],
  [
    "An overlay with the highest z-index lies over the whole window",
    `const box = document.createElement("div"); box.style = "position:fixed;inset:0;z-index:2147483647;background:#0008"; document.body.append(box);`,
  ],
  [
    "A popover of the page opens over the whole window",
    `const box = document.createElement("div"); box.popover = "manual"; box.textContent = "Subscribe";
     box.style = "inset:0;width:auto;height:auto;margin:0;background:#eee"; document.body.append(box);
     const isOpen = new Promise((resolve) => box.addEventListener("toggle", resolve));
     box.showPopover(); await isOpen;`,
  ],
  [
    "A dialog of the page's own making keeps the focus inside, and stops all clicks outside",
    `const box = document.createElement("div"); box.innerHTML = "<button>In</button>"; document.body.append(box);
     for (const type of ["pointerdown", "mousedown", "click"])
       addEventListener(type, (event) => { if (!box.contains(event.target)) { event.stopImmediatePropagation(); event.preventDefault(); } }, true);
     addEventListener("focusin", ({ target }) => { if (!box.contains(target)) box.firstChild.focus(); });`,
  ],
  [
    "jQuery-like code hides all that is in the body by a style of its own",
    `for (const one of document.body.children) one.style.display = "none";`,
  ],
]) {
  situation(name, "the question stands, and a click on *Reject all* answers it", async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.place();
    await visitor.run(code);
    await visitor.place();
    assert.equal(await visitor.evaluate("tools.hosts().length"), 1, "once");
    assert.equal(await visitor.evaluate(`tools.control("reject-all").closest("[inert]")`), null);
    await visitor.refuses();
  });
}

const HIDING = {
  "`:not(:defined)` hides what is not defined yet": ":not(:defined) { display: none; visibility: hidden; opacity: 0 }",
  "A rule hides all that stands in the body": "body > * { display: none; visibility: hidden; pointer-events: none }",
  "A rule moves, fades and filters all that stands in the body":
    "body > * { transform: translateY(-9999px) scale(.1); opacity: 0 !important; filter: opacity(0); clip-path: inset(50%); contain: strict; position: absolute; width: 0 }",
  "An anti-flicker style makes the page transparent": "html, body { opacity: 0 !important }",
  "The body is transformed, filtered and contained, so that it holds what is fixed":
    "body { transform: translate(400px, 300px) scale(.5); filter: blur(2px); contain: strict; perspective: 10px; overflow: hidden; height: 40px; width: 200px }",
};
for (const [name, css] of Object.entries(HIDING)) {
  situation(name, "the question stands where it stands without that", async (visitor) => {
    await visitor.open({ body: BODY }, "/plain.html");
    const place = await visitor.place();
    await visitor.open({ head: `<style>${css}</style>`, body: BODY });
    assert.deepEqual(await visitor.place(), place);
    await visitor.refuses();
  });
}

situation(
  "Code of the page takes out whatever it does not know, each time it comes",
  "it comes back some times, then ever more seldom, and the page goes on",
  async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.place();
    await visitor.run(`
      window.taken = 0;
      const own = new Set(document.body.children);
      for (const one of own) if (one.localName === "consent-banner") own.delete(one);
      window.sweeper = new MutationObserver(() => {
        for (const one of [...document.body.children]) if (!own.has(one)) { taken++; one.remove(); }
      });
      sweeper.observe(document.body, { childList: true });
      document.body.append("A change");
    `);
    // Tasks of the page go on, whatever both observers do: a loop would never let this end.
    const taken = await visitor.run(`
      for (let at = 0; at < 20; at++) { document.body.append("."); await new Promise((resolve) => setTimeout(resolve, 20)); }
      return taken;`);
    assert.ok(taken >= 1 && taken <= 12, `${taken} times`);
    await visitor.run("sweeper.disconnect()");
    await visitor.refuses();
  },
);

situation(
  "Code of the page puts another body in place while the settings are open",
  "they stay open, with what was switched",
  async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.click("settings");
    await visitor.place("save");
    await visitor.run(`tools.control("save").getRootNode().querySelector("[name=analytics]").click();
      const body = document.createElement("body"); body.innerHTML = "<h1>Other</h1>"; document.documentElement.replaceChild(body, document.body);`);
    await visitor.click("save");
    const { analytics, functionality } = await visitor.decision();
    assert.deepEqual([analytics, functionality], ["granted", "denied"]);
  },
);

situation(
  "The visitor has decided, and code of the page puts another body in its place",
  "the small button comes back",
  async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.refuses();
    await visitor.open({ body: BODY }, "/next.html");
    await visitor.place("open");
    await visitor.run(
      `const body = document.createElement("body"); document.documentElement.replaceChild(body, document.body);`,
    );
    await visitor.click("open");
    await visitor.place("save");
  },
);

situation(
  "The visitor has decided, and code of the page takes out whatever it does not know",
  "the page goes on",
  async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.refuses();
    await visitor.open({ body: BODY }, "/next.html");
    const taken = await visitor.run(`
      let taken = 0;
      const sweeper = new MutationObserver(() => document.querySelectorAll("consent-banner").forEach((one) => { taken++; one.remove(); }));
      sweeper.observe(document.body, { childList: true });
      for (let at = 0; at < 20; at++) { document.body.append("."); await new Promise((resolve) => setTimeout(resolve, 20)); }
      return taken;`);
    assert.ok(taken >= 1 && taken <= 4, `${taken} times`);
  },
);
