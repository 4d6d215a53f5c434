// The panel of owners (dist/consentinel.report.js): what the tag reports, what the catalogue suggests for it, what of the
// page's own markup is to be marked, and the file that `consentinel draft` takes, which must come to the same entries.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "../access/face.mjs";
import { consentinel } from "./program.mjs";
import { item, policyOf, site } from "./site.mjs";

const visitTest = site();
const SCRIPT = '<script src="/dist/consentinel.report.js"></script>';
const BODY = `<main><h1>A shop</h1></main><script>
  document.cookie = "_ga_X1=1"; document.cookie = "basket=1"; document.cookie = "known=1";
  localStorage.setItem("_hjUserAttributes", "{}");
  new Image().src = "https://www.facebook.com/tr/?id=1";
  new Image().src = "https://static.hotjar.com:443/c/hotjar-1.js?sv=6";
  new Image().src = "https://unheard.example/p.gif";
</script>`;
const POLICY = policyOf([item("known")], { mode: "report" });

/** Lets a test look into the panel. */
function openPanel() {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    const isPanel = this.localName === "consent-report";
    return attachShadow.call(this, isPanel ? { ...options, mode: "open" } : options);
  };
}

visitTest(
  "the panel shows what is undeclared, with the catalogue's suggestion, and hands out the list",
  async (visit) => {
    const { page, context } = visit;
    // Nothing leaves this machine.
    await context.route(/^https:/, (route) => route.abort());
    await context.addInitScript(openPanel);
    await visit.open({ policy: POLICY, head: SCRIPT, body: BODY });
    await page.getByRole("heading", { name: "Not declared: 6, to mark: 0" }).waitFor();
    await page.getByRole("button", { name: "Show" }).press("Enter");
    const lines = await page.locator("consent-report ul li").allTextContents();
    assert.equal(lines.length, 6, `${lines}`);
    for (const line of [
      /^cookie _ga_X1, by .*: the catalogue has it as google-analytics$/,
      /^cookie basket, by .*: unknown to the catalogue$/,
      /^local-storage _hjUserAttributes, .*: the catalogue has it as hotjar$/,
      /^image https:\/\/www\.facebook\.com\/tr\/, .*: the catalogue has it as meta-pixel$/,
      /^image https:\/\/unheard\.example\/p\.gif, .*: unknown to the catalogue$/,
    ]) {
      assert.ok(
        lines.some((text) => line.test(text)),
        `${line}: ${lines.join("\n")}`,
      );
    }
    const services = JSON.parse(await page.getByLabel("Services for the policy").textContent());
    assert.deepEqual(services, [
      { use: "google-analytics", category: "analytics" },
      { use: "hotjar", category: "analytics" },
      { use: "meta-pixel", category: "marketing" },
    ]);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await audit(visit);
    }

    const save = page.getByRole("button", { name: "Save the list" });
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    try {
      const file = join(folder, "reports.json");
      writeFileSync(file, readFileSync(await download.path()));
      const drafted = consentinel("draft", file);
      assert.equal(drafted.status, 0, drafted.err);
      const draft = JSON.parse(drafted.out);
      assert.deepEqual(
        draft.services.filter(({ use }) => use),
        services,
      );
      assert.deepEqual(
        draft.items.map(({ name }) => name),
        ["basket"],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    // The browser tells of the pictures that did not come.
    await visit.quieten();
  },
);

/**
 * Elements of markup, each as it is written and as it waits; `ID` stands for the id of its service. What is `null` cannot
 * be marked, and what has no second text needs no mark.
 */
const MARKS = [
  [
    '<link rel="stylesheet" href="V/a.css">',
    '<template data-consent="ID"><link rel="stylesheet" href="V/a.css"></template>',
  ],
  ['<link rel="preconnect" href="V">', '<template data-consent="ID"><link rel="preconnect" href="V"></template>'],
  ['<link rel="canonical" href="V/page">'],
  [
    '<script async="" src="V/a.js?id=1&amp;b=2"></script>',
    '<script type="text/plain" data-consent="ID" async="" data-src="V/a.js?id=1&amp;b=2"></script>',
  ],
  [
    '<script type="module" src="V/m.js"></script>',
    '<script type="text/plain" data-consent="ID" data-src="V/m.js" data-type="module"></script>',
  ],
  [
    '<script type="text/javascript" defer="" src="V/d.js"></script>',
    '<script type="text/plain" data-consent="ID" defer="" data-src="V/d.js"></script>',
  ],
  ['<script type="text/template" src="V/t.js"></script>'],
  ['<script type="text/plain" data-consent="analytics" data-src="V/marked.js"></script>'],
  [
    '<iframe src="V/frame" title="V" loading="lazy"></iframe>',
    '<iframe data-consent="ID" data-src="V/frame" title="V" loading="lazy"></iframe>',
  ],
  [
    '<iframe data-consent="old" src="V/both" title="V"></iframe>',
    '<iframe data-consent="ID" data-src="V/both" title="V"></iframe>',
  ],
  ['<img src="V/p.gif" alt="">', '<img data-consent="ID" data-src="V/p.gif" alt="">'],
  [
    '<img src="/own.svg" alt="" srcset="/own.svg 1x, V/p.gif 2x">',
    '<img data-consent="ID" data-src="/own.svg" alt="" data-srcset="/own.svg 1x, V/p.gif 2x">',
  ],
  [
    '<img src="/own.svg" alt="" srcset="/own.svg 1x,V/q,r.gif 2x">',
    '<img data-consent="ID" data-src="/own.svg" alt="" data-srcset="/own.svg 1x,V/q,r.gif 2x">',
  ],
  [
    '<img src="V/small.gif" alt="" data-src="V/large.gif">',
    '<template data-consent="ID"><img src="V/small.gif" alt="" data-src="V/large.gif"></template>',
  ],
  ['<img src="/own.svg" alt="own">'],
  ['<input type="image" src="V/i.png" alt="Go">', '<input data-consent="ID" type="image" data-src="V/i.png" alt="Go">'],
  ['<video src="V/v.mp4"></video>', '<video data-consent="ID" data-src="V/v.mp4"></video>'],
  [
    '<video poster="V/p.jpg"><source src="V/v.webm"></video>',
    '<template data-consent="ID"><video poster="V/p.jpg"><source src="V/v.webm"></video></template>',
  ],
  [
    '<audio><source src="V/a.ogg"><source src="V/a.mp3"></audio>',
    '<template data-consent="ID"><audio><source src="V/a.ogg"><source src="V/a.mp3"></audio></template>',
  ],
  [
    '<source srcset="V/x.avif">',
    '<source data-consent="ID" data-srcset="V/x.avif">',
    (html) => `<picture>${html}<img src="/own.svg" alt="a"></picture>`,
  ],
  [
    '<object data="V/o.svg"><p>None</p></object>',
    '<template data-consent="ID"><object data="V/o.svg"><p>None</p></object></template>',
  ],
  ['<embed src="V/e.svg">', '<embed data-consent="ID" data-src="V/e.svg">'],
  ['<noscript><img src="V/tr?id=1" alt=""></noscript>', null],
];
const VENDORS = {
  undeclared: ["https://connect.facebook.net", "meta-pixel"],
  declared: ["https://count.example", "count"],
  unknown: ["https://stats.unheard.example", "SERVICE"],
};
const services = [
  { id: "count", category: "analytics", name: "Count", provider: "Count", hosts: ["count.example"] },
  { id: "shield", category: "necessary", name: "Shield", provider: "Shield", hosts: ["shield.example"] },
];

for (const mode of ["report", "enforce"])
  visitTest(
    `mode ${mode}: what the parser found is shown with its mark, and what a script put in is not`,
    async (visit) => {
      const { page, context } = visit;
      await context.route(/^https:/, (route) => route.abort());
      await context.addInitScript(openPanel);
      const wanted = [];
      const body = ["<main><h1>A shop</h1>"];
      for (const [vendor, id] of Object.values(VENDORS)) {
        // In every vendor's name, so that the one that is declared is seen with the id of the policy.
        for (const [written, marked, around = (html) => html] of MARKS) {
          const filled = (text) => text.replaceAll("V/", `${vendor}/`).replaceAll('"V"', `"${vendor}"`);
          body.push(around(filled(written)));
          if (marked !== undefined) wanted.push([filled(written), marked && filled(marked).replaceAll("ID", id)]);
        }
      }
      body.push('<script src="https://shield.example/a.js"></script>');
      body.push("</main>");
      // A script's element of an address of its own, and of one that stands in the markup before it.
      body.push(`<script>
      const add = (name, fields) => document.body.append(Object.assign(document.createElement(name), fields));
      add("iframe", { src: "https://count.example/by-script", title: "S" });
      add("script", { src: "https://count.example/a.js?id=2" });
      document.body.insertAdjacentHTML("beforeend", '<p><img src="https://stats.unheard.example/by-text.gif" alt=""></p>');
    </script>`);
      // A gate that is closed takes what is written for what the parser found, as the parser puts it in later.
      if (mode === "report")
        body.push(`<script>document.write('<img src="https://stats.unheard.example/w.gif" alt="">')</script>`);
      const policy = policyOf([], { mode, services });
      await visit.open({ policy, head: SCRIPT, body: body.join("\n") });
      await page.getByRole("heading", { name: /to mark: [1-9]/ }).waitFor();
      await page.getByRole("button", { name: "Show" }).click();
      const shown = await page
        .locator("consent-report ol li")
        .evaluateAll((points) =>
          points.map((point) => [...point.querySelectorAll("pre")].map(({ textContent }) => textContent)),
        );
      // A gate that is closed puts what it takes away at the end of an element.
      const sorted = (tag) =>
        tag.replaceAll(/(?: [\w-]+="[^"]*")+/g, (all) =>
          all
            .match(/ [\w-]+="[^"]*"/g)
            .sort()
            .join(""),
        );
      const told = mode === "report" ? (text) => text : sorted;
      const plain = (list) => list.map(([one, marked]) => `${told(one)}\n${told(marked ?? "taken out")}`).sort();
      assert.deepEqual(plain(shown), plain(wanted));
      const first = page.locator("consent-report ol li").first();
      assert.match(
        await first.textContent(),
        /^connect\.facebook\.net is not declared: the catalogue has it as meta-pixel\. /,
      );
      await audit(visit);
      await first.getByRole("button", { name: "Copy mark 1", exact: true }).press("Enter");
      await page.getByText("Copied.").or(page.getByText("lets nothing be copied")).waitFor();

      const save = page.getByRole("button", { name: "Save the list" });
      const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
      const handed = JSON.parse(readFileSync(await download.path(), "utf8"));
      assert.equal(handed.asking.length, wanted.length);
      assert.ok(
        handed.attempts.every(({ script }) => !script.includes("consentinel")),
        "it tells nothing of its own",
      );
      await visit.quieten();
    },
  );

visitTest("no script of the page gets into the panel, and without the tag a line says so", async (visit) => {
  await visit.open({ policy: POLICY, head: SCRIPT });
  assert.equal(await visit.page.evaluate(() => document.querySelector("consent-report").shadowRoot), null);
  await visit.open({ policy: null, tag: "", head: SCRIPT }, { path: "/alone.html", isWhole: false });
  assert.equal(await visit.page.locator("consent-report").count(), 0);
  await visit.problem(/report-alone; load consentinel\.js before/);
});
