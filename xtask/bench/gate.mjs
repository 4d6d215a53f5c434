// What the gate costs: the same work on a page with the tag, where everything is granted, and on one without.
// Both pages are open in one browser and take turns, so that a busy machine is as busy for both; what counts
// is the ratio of their medians. `cargo xtask bench gate` builds and starts this.
//
// Left out: limits. On a shared machine a time is no test.

import { chromium } from "playwright-core";
import { serve } from "../serve.mjs";

const ROUNDS = 15;

const text = (words) => ({ en: words });
const item = (name, kind) => ({
  name,
  kind,
  category: "analytics",
  purpose: text("Measured."),
  duration: "session",
  party: "first",
});
const POLICY = {
  version: 1,
  id: "bench",
  revision: "1",
  controller: { name: "Bench SAS" },
  categories: [
    { id: "necessary", necessary: true, title: text("Necessary"), description: text("Necessary.") },
    { id: "analytics", title: text("Analytics"), description: text("Analytics.") },
  ],
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter", hosts: ["127.0.0.1"] }],
  // As long as a long policy: the verdict looks at every rule.
  items: [
    item("measured", "cookie"),
    item("measured", "local-storage"),
    ...Array.from({ length: 30 }, (_, number) => item(`other_${number}_*`, "cookie")),
  ],
};

// Each is the body of a function of the page, and how often it does what it measures in one round.
const WORK = [
  ["a granted write to document.cookie", 100, "for (let i = 0; i < 100; i++) document.cookie = 'measured=' + i;"],
  ["a granted localStorage.setItem", 2000, "for (let i = 0; i < 2000; i++) localStorage.setItem('measured', 'v' + i);"],
  ["a granted fetch", 40, "for (let i = 0; i < 40; i++) await (await fetch('/empty.js?' + i)).text();"],
  [
    "a granted insertion of a script of another party",
    30,
    `for (let i = 0; i < 30; i++) await new Promise((done, failed) => {
       const script = document.createElement("script");
       script.onload = done;
       script.onerror = failed;
       script.src = OTHER + "/empty.js?" + i;
       document.head.append(script);
       script.remove();
     });`,
  ],
  [
    "5,000 insertions of elements",
    1,
    `const list = document.createElement("div");
     document.body.append(list);
     for (let i = 0; i < 5000; i++) {
       const row = document.createElement("p");
       row.className = "row";
       row.append(document.createElement("b"), "row " + i);
       list.appendChild(row);
     }
     list.offsetHeight;
     list.remove();`,
  ],
  [
    "200 settings of innerHTML with 25 rows each",
    1,
    `const list = document.createElement("div");
     document.body.append(list);
     for (let i = 0; i < 200; i++) {
       list.innerHTML = '<p class="row"><a href="/page">a row</a> of <b>text</b></p>'.repeat(25);
     }
     list.offsetHeight;
     list.remove();`,
  ],
  [
    "20,000 inline styles",
    1,
    `const box = document.createElement("div");
     document.body.append(box);
     for (let i = 0; i < 20000; i++) box.style.transform = "translateX(" + (i % 100) + "px)";
     box.remove();`,
  ],
];

const page = (head) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Bench</title>${head}</head><body></body></html>`;
const policy = JSON.stringify(POLICY).replaceAll("<", "\\u003c");
const tag = `<script type="application/json" id="consentinel-policy">${policy}</script><script src="/dist/consentinel.js"></script>`;

const html = (body) => (_, response) =>
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(body);
const script = (_, response) =>
  response.writeHead(200, { "Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*" }).end("");

const handlers = { "/with.html": html(page(tag)), "/without.html": html(page("")), "/empty.js": script };
const server = await serve({ handlers });
const other = await serve({ handlers });
const browser = await chromium.launch({
  executablePath: process.env.CONSENTINEL_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});

async function open(path) {
  const opened = await (await browser.newContext()).newPage();
  await opened.goto(`http://localhost:${server.port}${path}`);
  return opened;
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

try {
  const plain = await open("/without.html");
  const gated = await open("/with.html");
  await gated.locator('consent-banner [data-consent-action="accept-all"]').click();

  console.log(`Chromium ${browser.version()}, ${ROUNDS} rounds in turns, medians\n`);
  console.log("                                                      without       with      ratio");
  for (const [title, count, body] of WORK) {
    const measure = `(async () => { const OTHER = "http://127.0.0.1:${other.port}"; const start = performance.now();\n${body}\nreturn performance.now() - start; })()`;
    const times = { plain: [], gated: [] };
    // The first round of each warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, opened] of round % 2
        ? [
            ["plain", plain],
            ["gated", gated],
          ]
        : [
            ["gated", gated],
            ["plain", plain],
          ]) {
        const time = await opened.evaluate(measure);
        if (round) times[name].push(time / count);
      }
    }
    const [without, with_] = [median(times.plain), median(times.gated)];
    const micro = (time) => `${(time * 1000).toFixed(1)} µs`.padStart(12);
    console.log(`${title.padEnd(48)} ${micro(without)} ${micro(with_)} ${(with_ / without).toFixed(2).padStart(9)}`);
  }
} finally {
  await browser.close();
  await Promise.all([server.close(), other.close()]);
}
