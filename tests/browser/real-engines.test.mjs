// Situations in which engines differ: a page of ours in a frame of another site, the hosts of one site, how much of a window
// the question covers, whose colours it takes, and what is written from the right. Where another file has one in Chromium,
// under the same name, it is here for the two others.
//
// Left out: what needs a clock, a look of the system or a touch screen that no driver of these engines sets
// (real-six-months.test.mjs, real-looks.test.mjs).

import assert from "node:assert/strict";
import { POLICY, TOOLS, situations } from "./real.mjs";
import { POLICIES, WINDOWS, most, pageOf } from "./shares.mjs";

const situation = situations();
const OTHERS = { engines: ["firefox", "webkit"] };
const ANSWERS = [
  ["accept-all", "granted"],
  ["reject-all", "denied"],
];

// -- A frame of another site ---------------------------------------------------------------------

// The page around it cannot look inside: the frame says what it holds, and where its question can be clicked.
const TELLS = `<script>${TOOLS}; window.early = consentinel.state.categories.analytics;
  setInterval(() => parent.postMessage({ early, now: consentinel.state.categories.analytics,
    places: Object.fromEntries(["reject-all", "accept-all"].map((one) => [one, document.body ? tools.place(one) : null])) }, "*"), 50);</script>`;
const HEARS = "<script>addEventListener('message', ({ data }) => { window.said = data; });</script>";

for (const [action, choice] of ANSWERS) {
  situation("A page in a frame of another site", `asked once, ${choice}`, async (visitor) => {
    visitor.serve("/inner.html", { head: TELLS });
    const source = visitor.url("/inner.html", `other-${visitor.host}`);
    const around = `<!doctype html><title>Another site</title>${HEARS}
      <iframe src="${source}" width="700" height="500" style="position:fixed;top:0;left:0;border:0"></iframe>`;
    visitor.serve("/page.html", around);
    await visitor.go("/page.html");
    const place = await visitor.evaluate(`tools.until(() => window.said?.places["${action}"])`);
    assert.ok(place, "it asks");
    await visitor.lane.click(place.x, place.y, true);
    assert.equal(await visitor.evaluate(`tools.until(() => said.now === "${choice}")`), true, "it is answered");
    await visitor.go("/page.html");
    assert.equal(await visitor.evaluate(`tools.until(() => window.said?.now === "${choice}")`), true);
    assert.deepEqual(await visitor.evaluate("said.places"), { "reject-all": null, "accept-all": null });
  });
}

// -- Hosts of one site ---------------------------------------------------------------------------

const early = (visitor) => visitor.evaluate("early.analytics");
/** Goes to the same page on this host of the visitor's site. */
async function at(visitor, host) {
  const [share, before] = [visitor.host.replace(/^(www|help)\./, ""), "<title>Shop</title>"];
  visitor.host = host + share;
  const head = "<script>window.early = consentinel.state.categories;</script>";
  await visitor.open({ policy: { ...POLICY, share }, before, head });
}

for (const [action, choice] of ANSWERS) {
  situation(
    "hosts of one site",
    `asked once, ${choice}`,
    async (visitor) => {
      await at(visitor, "www.");
      await visitor.click(action);
      assert.equal((await visitor.decision()).analytics, choice);
      for (const host of ["", "help.", "www."]) {
        await at(visitor, host);
        assert.equal(await early(visitor), choice, host);
      }
    },
    OTHERS,
  );
}

situation(
  "hosts of one site",
  "what is withdrawn on one is withdrawn on all, and nothing brings it back",
  async (visitor) => {
    await at(visitor, "www.");
    await visitor.click("accept-all");
    await visitor.decision();
    await at(visitor, "");
    assert.equal(await early(visitor), "granted");
    await visitor.run("consentinel.withdraw(); await consentinel.notice();");
    // Its own text beside the ledger still grants.
    await at(visitor, "www.");
    assert.equal(await early(visitor), "denied");
  },
  OTHERS,
);

// -- How much of the page ------------------------------------------------------------------------

// A page without Consentinel holds a window of each size, as a frame of the own site asks for itself there: no driver
// makes a window of these engines as narrow as a phone.
const LAYER = `frame.contentDocument?.querySelector("consent-banner")?.shadowRoot?.querySelector("[part=banner]")`;
async function openWindow(visitor, document) {
  visitor.serve("/inside.html", document);
  const style = "position:fixed;top:0;left:0;border:0";
  visitor.serve(
    "/page.html",
    `<!doctype html><title>Window</title><iframe id="frame" src="/inside.html" style="${style}"></iframe>`,
  );
  await visitor.go("/page.html");
  assert.ok(await visitor.evaluate(`tools.until(() => !!${LAYER})`), "it asks");
}
const resize = ({ width, height }) => `
  frame.style.width = "${width}px"; frame.style.height = "${height}px";
  await tools.until(() => frame.contentWindow.innerWidth === ${width} && frame.contentWindow.innerHeight === ${height});`;

// Those in which a layer covers most.
const LONGEST = ["en", "bg", "de", "el", "fr", "nb"];
for (const [name, policy] of Object.entries(POLICIES)) {
  situation(
    `the policy of ${name}, in the languages that need most room`,
    "the question covers no more of a window than it may",
    async (visitor) => {
      const over = [];
      for (const language of LONGEST) {
        await openWindow(visitor, pageOf(policy, language));
        for (const [window, size] of Object.entries(WINDOWS)) {
          const [covered, hidden] = await visitor.run(`${resize(size)}
            const layer = ${LAYER};
            const { width, height } = layer.getBoundingClientRect();
            const words = layer.querySelector(".words");
            return [100 * width * height / (${size.width} * ${size.height}), words.scrollHeight - words.clientHeight];`);
          if (covered > most(name, window)) over.push(`${language}, ${window}: ${covered} %`);
          if (window === "desktop" && hidden > 0) over.push(`${language}, ${window}: ${hidden} pixels are hidden`);
        }
      }
      assert.deepEqual(over, []);
    },
    OTHERS,
  );
}

// -- Whose looks ---------------------------------------------------------------------------------

/** Whether this part of ours is dark, once it is there. */
const isDark = (visitor, part) =>
  visitor.run(`const shown = await tools.until(() => tools.hosts()[0]?.shadowRoot.querySelector("${part}"));
    return getComputedStyle(shown).backgroundColor !== "rgb(255, 255, 255)";`);
const LAYERS = ["[part=banner]", "dialog", "[part=reopen]", "[part=reopen]"];
/** Shows these four, the last by the first part alone, and answers what `look` says of each. */
async function eachLayer(visitor, look) {
  const seen = [];
  for (const [at, part] of LAYERS.entries()) {
    if (at === 1) await visitor.click("settings");
    if (at === 2) await visitor.click("save");
    if (at === 3) await visitor.go("/page.html");
    await visitor.place(["settings", "save", "open", "open"][at]);
    seen.push(await look(part));
  }
  return seen;
}

for (const [page, head, wanted] of [
  ["is dark, on a system that is light", "<style>:root { color-scheme: dark }</style>", true],
  ["is dark below its root, on a system that is light", "<style>body { color-scheme: only dark }</style>", true],
  ["is dark by its meta element", '<meta name="color-scheme" content="dark">', true],
  ["says nothing, on a system that is light", "", false],
]) {
  situation(
    `a page that ${page}`,
    `the layers are ${wanted ? "dark" : "light"}`,
    async (visitor) => {
      await visitor.open({ before: head });
      assert.deepEqual(
        await eachLayer(visitor, (part) => isDark(visitor, part)),
        LAYERS.map(() => wanted),
      );
    },
    OTHERS,
  );
}

for (const [how, css] of [
  ["from light to dark and back", ":root { color-scheme: light } .dark { color-scheme: dark }"],
  ["from nothing to dark and back, on a system that is light", ".dark { color-scheme: dark }"],
]) {
  situation(
    `A page switches its theme while it is open, ${how}`,
    "the first layer, the settings and the small button follow",
    async (visitor) => {
      await visitor.open({ before: `<style>${css}</style>` });
      const seen = await eachLayer(visitor, async (part) => {
        const dark = [];
        for (let count = 0; count < 3; count++) {
          dark.push(await isDark(visitor, part));
          await visitor.run(`document.documentElement.classList.toggle("dark", ${count === 0});`);
        }
        return dark;
      });
      assert.deepEqual(
        seen,
        LAYERS.map(() => [false, true, false]),
      );
    },
  );
}

/** Which of black and white a button has on its ground, and how far they differ (WCAG 2.2), as drawn. */
const DRAWN = `(() => {
  const pixel = document.createElement("canvas").getContext("2d");
  return ["reject-all", "accept-all"].map((action) => {
    const { backgroundColor, color } = getComputedStyle(tools.control(action));
    const [ground, text] = [backgroundColor, color].map((value) => {
      pixel.fillStyle = value;
      pixel.fillRect(0, 0, 1, 1);
      const [red, green, blue] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    });
    return { ground: backgroundColor, contrast: Math.max(ground, text) / Math.min(ground, text) };
  });
})()`;
situation(
  "a site with an accent",
  "both answers take it, and black or white on it, whichever can be read",
  async (visitor) => {
    await visitor.open({ head: "<style>consent-banner { --consent-accent: var(--tried) }</style>" });
    for (const [accent, drawn] of [
      ["#ff5a1f", "rgb(255, 90, 31)"],
      ["#757575", "rgb(117, 117, 117)"],
      ["#7a7a7a", "rgb(122, 122, 122)"],
      ["#ffe600", "rgb(255, 230, 0)"],
      ["black", "rgb(0, 0, 0)"],
      ["rebeccapurple", "rgb(102, 51, 153)"],
    ]) {
      await visitor.run(`document.documentElement.style.setProperty("--tried", "${accent}");`);
      const [reject, accept] = await visitor.evaluate(DRAWN);
      assert.deepEqual(reject, accept, accent);
      assert.equal(accept.ground, drawn, accent);
      assert.ok(accept.contrast >= 4.5, `${accent}: ${accept.contrast}`);
    }
  },
  OTHERS,
);

// -- From the right ------------------------------------------------------------------------------

situation(
  "A page that is written from the right",
  "the card in the corner, its answers, the switches and the small button are mirrored",
  async (visitor) => {
    const policy = { ...POLICIES.jimo, placement: "corner" };
    const sides = (first, second) =>
      visitor.run(`const [one, other] = [${first}, ${second}].map((box) => box.getBoundingClientRect());
        return [one.left + one.width / 2 < other.left + other.width / 2];`);
    const inside = (selector) => `tools.hosts()[0].shadowRoot.querySelector('${selector}')`;
    for (const [lang, isLeft] of [
      ["en", true],
      ["ar", false],
    ]) {
      await visitor.open({ policy: { ...policy, id: `site-${lang}` }, lang, body: "<h1>Page</h1>" });
      assert.ok(await visitor.evaluate(`tools.until(() => tools.hosts()[0]?.lang === "${lang}")`));
      const seen = [
        await sides("document.documentElement", inside("[part=banner]")),
        await sides(inside("[data-consent-action=reject-all]"), inside("[data-consent-action=accept-all]")),
      ];
      await visitor.click("settings");
      await visitor.place("save");
      seen.push(await sides(inside("#title-analytics"), inside("[name=analytics]")));
      await visitor.click("save");
      await visitor.place("open");
      seen.push(await sides(inside("[part=reopen]"), "document.documentElement"));
      assert.deepEqual(seen.flat(), [isLeft, isLeft, isLeft, isLeft], lang);
    }
  },
);
