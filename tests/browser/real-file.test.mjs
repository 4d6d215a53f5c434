// Pages that come from a file, as in a web view or beside a program: there some browsers keep no cookie, let nothing that
// is read be compared, and import no module. And a frame that may keep nothing at all, as it is sandboxed.
//
// Left out: storage that is denied in a page of a server (bad-storage.test.mjs); frames of another site
// (real-other-site.test.mjs).

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { html, item, policyOf, repositoryFile } from "./site.mjs";
import { situations } from "./real.mjs";

const situation = situations();
const folder = mkdtempSync(join(tmpdir(), "consentinel-file-"));
for (const file of ["consentinel.js", "consentinel.part.js", "consentinel.face.js", "texts"])
  cpSync(fileURLToPath(repositoryFile(`dist/${file}`)), join(folder, file), { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));

const TAG = '<script src="consentinel.js"></script>';
const TOLD = `<script>window.told = []; document.addEventListener("consent:error", ({ detail }) => {
  for (const { code } of detail.problems) told.push(code);
})</script>`;
let count = 0;

/** A visitor whose pages are files. All files of a browser may share what it keeps, so each has a policy of its own. */
function ofFiles(visitor, parts) {
  const name = `page-${++count}.html`;
  const policy = policyOf([item("opt", "analytics", { kind: "local-storage" })], { id: `file-${count}` });
  writeFileSync(
    join(folder, name),
    html({
      policy,
      tag: TAG,
      before: TOLD,
      head: "<script>window.early = consentinel.state.categories</script>",
      ...parts,
    }),
  );
  visitor.url = (path) => `${pathToFileURL(folder)}${path}`;
  return `/${name}`;
}
const analytics = `consentinel.state.categories.analytics`;

for (const [action, choice] of [
  ["reject-all", "denied"],
  ["accept-all", "granted"],
]) {
  situation("A page in a file", `asked once, ${choice}`, async (visitor) => {
    const page = ofFiles(visitor);
    await visitor.go(page);
    await visitor.click(action);
    assert.equal((await visitor.decision()).analytics, choice);
    for (let visit = 0; visit < 2; visit++) {
      await visitor.go(page);
      // A grant that only the ledger keeps comes once that was checked.
      assert.ok(await visitor.evaluate(`tools.until(() => ${analytics} === "${choice}")`), `visit ${visit}`);
      if (choice === "denied") assert.equal(await visitor.evaluate("early.analytics"), "denied", "from the start");
      assert.equal(await visitor.evaluate(`!!tools.control("accept-all")`), false, "and not asked again");
      assert.deepEqual(await visitor.evaluate("told"), [], "with nothing to tell: it is kept");
    }
  });
}

situation(
  "A page in a file, after a grant",
  "the small button leads to taking it back, with or without the settings",
  async (visitor) => {
    const page = ofFiles(visitor);
    await visitor.go(page);
    await visitor.click("accept-all");
    assert.equal((await visitor.decision()).analytics, "granted");
    await visitor.click("open");
    // Where the browser imports the file of the settings they open; where not, the first layer asks once more.
    const control = await visitor.evaluate(
      `tools.until(() => ["withdraw", "reject-all"].find((action) => tools.control(action)))`,
    );
    await visitor.click(control);
    assert.ok(await visitor.evaluate(`tools.until(() => ${analytics} === "denied")`));
    await visitor.place("open");
    await visitor.go(page);
    assert.equal(await visitor.evaluate("early.analytics"), "denied");
  },
);

situation(
  "A frame that may keep nothing at all",
  "the answer counts as long as it is there, which is said once",
  async (visitor) => {
    // What it is asked from around it.
    const ears = `<script>
    const acts = {
      async refuse() {
        await consentinel.notice();
        consentinel.rejectAll();
        await consentinel.notice();
        return [${analytics}, told.filter((code) => code === "storage-denied").length];
      },
      async look() {
        const root = document.querySelector("consent-banner").shadowRoot;
        return [!!root.querySelector("[part=banner]"), (await consentinel.ledger()).length > 0];
      },
    };
    addEventListener("message", async ({ data, source }) => {
      if (!(data in acts)) return;
      const answer = await acts[data]().catch((error) => String(error));
      source.postMessage({ answer }, "*");
    });
  </script>`;
    visitor.serve("/framed.html", { policy: policyOf([]), before: TOLD, body: ears });
    visitor.serve(
      "/around.html",
      '<!doctype html><title>Around</title><iframe sandbox="allow-scripts" src="/framed.html" width="900" height="600"></iframe>',
    );
    await visitor.lane.open(visitor.url("/around.html"));
    await visitor.evaluate(
      `document.readyState === "complete" || new Promise((resolve) => addEventListener("load", resolve)).then(() => true)`,
    );
    const ask = (what) =>
      visitor.evaluate(`new Promise((resolve) => {
      addEventListener("message", ({ data }) => resolve(data.answer), { once: true });
      frames[0].postMessage("${what}", "*");
      setTimeout(resolve, 20000, "no answer");
    })`);
    assert.deepEqual(await ask("refuse"), ["denied", 1]);
    assert.deepEqual(await ask("refuse"), ["denied", 1]);
    assert.deepEqual(await ask("look"), [false, true]);
  },
);
