// The officer's page and the page for policies, for everybody, in Chromium and in Firefox, in English and in French: axe-core finds nothing in light,
// dark and forced colours, with everything open; at 320 pixels and at 400 % nothing scrolls sideways; and the keyboard alone
// gets to every control, sees where it is, asks, and takes a file away again.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { TAGS } from "../access/face.mjs";
import { ENGINES, LOOKS } from "./engines.mjs";
import { EXPORT, onDisk, path } from "./room.mjs";

const AXE = readFileSync(path("node_modules/axe-core/axe.min.js"), "utf8");
const text = readFileSync(EXPORT, "utf8");
const SUBJECT = text.match(/"subject":"([^"]+)"/)[1];
const POLICY = readFileSync(path("www/policies/imagino.json"), "utf8");
const LANGUAGES = ["en", "fr"];
const SIZES = {
  "a window": { width: 1100, height: 800, scale: 1 },
  "320 pixels": { width: 320, height: 568, scale: 1 },
  // 1280 by 1024 pixels at 400 %.
  "400 %": { width: 320, height: 256, scale: 4 },
};

// What runs in the page is text, because the engines share no way to hand a function over.

/** Waits until something is so that changes of the document bring about. */
const until = (condition) => `new Promise((resolve) => {
  if (${condition}) return resolve();
  const seen = new MutationObserver(() => {
    if (!(${condition})) return;
    seen.disconnect();
    resolve();
  });
  seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
})`;

/** Gives files to the page as a visitor chooses them, and waits for what they bring about. */
const given = (files, condition) => `(() => {
  const chosen = new DataTransfer();
  for (const [name, text] of ${JSON.stringify(files)}) chosen.items.add(new File([text], name));
  const control = document.querySelector("#files");
  control.files = chosen.files;
  const done = ${until(condition)};
  control.dispatchEvent(new Event("change"));
  return done;
})()`;

/** Types into a control. */
const entered = (id, text) => `(() => {
  const control = document.querySelector("#${id}");
  control.value = ${JSON.stringify(text)};
  control.dispatchEvent(new Event("input"));
})()`;
const searched = (text) => entered("search", text);

const JUDGED = `document.querySelector("#status").textContent && !document.querySelector("#bar")`;
const OPENED = `void document.querySelectorAll("details").forEach((details) => (details.open = true))`;

const PAGES = {
  // A file that holds and one that does not, a policy, an answer, everything open.
  records: async (page, language) => {
    await page.open(`${onDisk()}#${language}`);
    const files = [
      ["changed.export", text.replace("accept-all", "accept-axx")],
      ["shop.export", text],
      ["policy.json", POLICY],
    ];
    await page.run(given(files, JUDGED));
    await page.run(`(() => {
      document.querySelector("#subject").value = ${JSON.stringify(SUBJECT)};
      document.querySelector("#subject").dispatchEvent(new Event("input"));
      const done = ${until(`document.querySelector("#answer .notice")`)};
      document.querySelector("#ask button").click();
      return done;
    })()`);
    await page.run(OPENED);
  },
  // A file that was given twice.
  "wrong key": async (page, language) => {
    await page.open(`${onDisk()}#${language}`);
    await page.run(`(() => {
      document.querySelector("#keys").value = "no key";
      document.querySelector("#keys").dispatchEvent(new Event("input"));
    })()`);
    await page.run(
      given(
        [
          ["shop.export", text],
          ["shop.export", text],
        ],
        JUDGED,
      ),
    );
  },
  // The one that a collector serves, with a stand-in for it: a site, and who asked what.
  store: async (page, language) => {
    await page.open(`${onDisk("audit/store")}#${language}`);
    await page.run(`(() => {
      const asked = { what: "browser", log: "shop.example/consent", subjectHash: "0".repeat(64) };
      const answers = {
        sites: { logs: ["shop.example/consent"] },
        accesses: { accesses: [{ atMs: 0, who: "A. Martin", asked }], head: "0".repeat(64), broken: null },
      };
      window.fetch = async (_, { body }) => new Response(JSON.stringify(answers[JSON.parse(body).what]));
      const opened = ${until(`!document.querySelector("#questions").hidden`)};
      document.querySelector("#connect").click();
      return opened.then(() => {
        const done = ${until(`document.querySelector("#accesses-list table")`)};
        document.querySelector("#accesses").click();
        return done;
      });
    })()`);
  },
  // Problems, the banner, what is searched for and what was chosen.
  policy: async (page, language) => {
    await page.open(`${onDisk("policy/index")}#${language}`);
    const wrong = POLICY.replace('"category": "', '"category": "un');
    await page.run(given([["policy.json", wrong]], `document.querySelector("#stage consent-banner")`));
    await page.run(searched("google"));
  },
  // A sound policy, and all that is taken of it; what was typed is no address.
  "policy, taken": async (page, language) => {
    await page.open(`${onDisk("policy/index")}#${language}`);
    await page.run(`void document.querySelector("#forget").click()`);
    await page.run(searched("hotjar"));
    await page.run(`void document.querySelector("#results button").click()`);
    await page.run(entered("name", "Example SAS"));
    await page.run(until(`document.querySelector("#snippet")`));
    await page.run(entered("origin", "example"));
    await page.run(until(`document.querySelector("#take-wrong").textContent`));
    await page.run(entered("origin", ""));
    await page.run(until(`document.querySelector("#snippet")`));
  },
};

// What depends on colours; all else is the same in every look.
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds by all rules, or by these, one line each. */
const found = async (page, rules) => {
  const only = rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS };
  // Half a megabyte, which is handed over once for each document.
  if (!(await page.run("Boolean(window.axe)"))) await page.run(`(() => { ${AXE}\n })()`);
  return page.run(`axe.run(document, {
    runOnly: ${JSON.stringify(only)},
    rules: ${JSON.stringify(rules ? {} : { "target-size": { enabled: true } })},
    resultTypes: ["violations"],
  }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary)))`);
};

// Side by side: each waits for a browser of its own.
describe("for everybody", { concurrency: 2 }, () => {
  for (const [engine, launch] of Object.entries(ENGINES)) {
    for (const look of LOOKS) {
      test(`${engine}, ${look}: axe finds nothing, and nothing scrolls sideways at any size`, {
        timeout: 240_000,
      }, async () => {
        const page = await launch(look);
        try {
          // The look is there, and axe looks at it.
          await page.open(onDisk());
          assert.deepEqual(
            await page.run(
              `["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query).matches)`,
            ),
            [look === "dark", look === "forced"],
          );
          for (const language of LANGUAGES) {
            for (const [name, go] of Object.entries(PAGES)) {
              // Nothing in it has a colour that the others have not.
              if (["wrong key", "policy, taken", "store"].includes(name) && look !== "light") continue;
              await page.size(SIZES["a window"]);
              await go(page, language);
              const about = `${name}, ${language}`;
              assert.equal(await page.run("document.documentElement.lang"), language, about);
              // Colours are the same at every size, and sizes in every look.
              const sizes = look === "light" ? Object.entries(SIZES) : [["a window", SIZES["a window"]]];
              for (const [size, pixels] of sizes) {
                await page.size(pixels);
                const [width, inner, scale] = await page.run(
                  "[document.documentElement.scrollWidth, innerWidth, devicePixelRatio]",
                );
                assert.deepEqual([inner, scale], [pixels.width, pixels.scale], about);
                assert.ok(width <= inner, `${about}, ${size}: ${width} pixels`);
                if (size !== "400 %")
                  assert.deepEqual(await found(page, look === "light" ? undefined : COLOURS), [], `${about}, ${size}`);
              }
            }
          }
        } finally {
          await page.close();
        }
      });
    }

    test(`${engine}: the keyboard alone gets to every control, sees where it is, asks, and takes a file away`, {
      timeout: 240_000,
    }, async () => {
      const page = await launch("light");
      try {
        await page.open(`${onDisk()}#en`);
        await page.run(given([["shop.export", text]], JUDGED));
        const reached = [];
        await page.run("void document.activeElement.blur()");
        for (let at = 0; at < 90 && reached.at(-1) !== "forget"; at++) {
          await page.press("Tab");
          const [id, outline] = await page.run(`(() => {
          const one = document.activeElement;
          one.dataset.reached = "";
          return [one.id || one.localName, parseFloat(getComputedStyle(one).outlineWidth)];
        })()`);
          reached.push(id);
          assert.ok(outline >= 2, `${id} has no outline where it has the focus`);
          if (id === "summary") {
            const wanted = await page.run("!document.activeElement.parentElement.open");
            await page.act();
            await page.run(until(`document.activeElement.parentElement.open === ${wanted}`));
          }
          if (id === "subject") await page.type(SUBJECT);
          if (id === "at") {
            const answered = page.run(until(`document.querySelector("#answer .notice")`));
            await page.press("Enter");
            await answered;
          }
        }
        const ids = ["language", "files", "keys", "again", "subject", "at", "csv", "forget"];
        assert.deepEqual(
          reached.filter((id) => ids.includes(id)),
          ids,
          reached.join(" "),
        );
        const left =
          await page.run(`[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter((one) => one.checkVisibility() && !("reached" in one.dataset)).map((one) => one.outerHTML.slice(0, 80))`);
        assert.deepEqual(left, []);
        await page.run(`void document.querySelector(".remove").focus()`);
        const gone = page.run(until(`!document.querySelector(".card") && document.activeElement.id === "files"`));
        await page.act();
        await gone;
      } finally {
        await page.close();
      }
    });
  }
});
