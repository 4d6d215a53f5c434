// Frames of the own site: the page around them asks, and they follow its answer; in the page of another site a frame
// asks by itself, as nobody else does.
//
// Left out: frames of others that wait for a grant (face-placeholder.test.mjs).

import assert from "node:assert/strict";
import { html } from "./site.mjs";
import { POLICY, situations } from "./real.mjs";

const situation = situations();
const FRAME = '<iframe id="frame" src="/frame.html" width="700" height="500"></iframe>';
/** What is in the frame: what its page holds, how many elements of ours, and whether the first layer is there. */
const INSIDE = `(() => {
  const scope = frame.contentWindow;
  return { ...scope.consentinel?.state.categories, hosts: scope.document.querySelectorAll("consent-banner").length };
})()`;
const READY = `tools.until(() => frame.contentDocument?.readyState === "complete" && frame.contentWindow.consentinel)`;
const undecided = { necessary: "necessary", functionality: "undecided", analytics: "undecided", hosts: 0 };

situation(
  "A frame of the own site",
  "only the page around it asks, and the frame follows its grant and its withdrawal",
  async (visitor) => {
    visitor.serve("/frame.html", { body: "<h1>Frame</h1>" });
    await visitor.open({ body: FRAME });
    await visitor.evaluate(`${READY}.then(() => true)`);
    await visitor.place("accept-all");
    assert.deepEqual(await visitor.evaluate(INSIDE), undecided);
    await visitor.click("accept-all");
    const follows = (choice) =>
      visitor.evaluate(`tools.until(() => frame.contentWindow.consentinel.state.categories.analytics === "${choice}")`);
    assert.ok(await follows("granted"));
    assert.equal((await visitor.evaluate(INSIDE)).hosts, 0, "no small button either");
    await visitor.run("consentinel.withdraw();");
    assert.ok(await follows("denied"));
    assert.equal((await visitor.evaluate(INSIDE)).hosts, 0);
  },
);

situation(
  "A frame of the own site, after an answer",
  "holds the answer from its start, and shows nothing",
  async (visitor) => {
    visitor.serve("/frame.html", { body: "<h1>Frame</h1>" });
    await visitor.open({ body: "<h1>Page</h1>" });
    await visitor.click("accept-all");
    await visitor.decision();
    await visitor.open({ body: FRAME }, "/next.html");
    await visitor.evaluate(`${READY}.then(() => true)`);
    assert.deepEqual(await visitor.evaluate(INSIDE), { ...undecided, functionality: "granted", analytics: "granted" });
  },
);

situation(
  "A frame of the own site opens the settings",
  "they open in the page around it, where nothing of the frame covers them",
  async (visitor) => {
    visitor.serve("/frame.html", { body: '<button data-consent-action="open">Cookies</button>' });
    await visitor.open({ body: FRAME });
    await visitor.evaluate(`${READY}.then(() => true)`);
    await visitor.run("frame.contentDocument.querySelector('button').click();");
    await visitor.click("save");
    assert.equal((await visitor.decision()).analytics, "denied");
    assert.equal((await visitor.evaluate(INSIDE)).hosts, 0);
  },
);

situation("Code in a frame of the own site refuses", "that is refused in the page around it", async (visitor) => {
  visitor.serve("/frame.html", { body: "<h1>Frame</h1>" });
  await visitor.open({ body: FRAME });
  await visitor.evaluate(`${READY}.then(() => true)`);
  await visitor.click("accept-all");
  await visitor.decision();
  await visitor.run("frame.contentWindow.consentinel.rejectAll();");
  assert.ok(await visitor.evaluate("tools.until(() => consentinel.state.categories.analytics === 'denied')"));
});

situation("A frame of the own site in a page of it without Consentinel", "asks for itself", async (visitor) => {
  visitor.serve("/frame.html", { body: "<h1>Frame</h1>" });
  await visitor.open(`<!doctype html><title>Plain</title><h1>Plain</h1>${FRAME}`);
  assert.ok(
    await visitor.evaluate(
      `${READY}.then(() => tools.until(() => frame.contentDocument.querySelector("consent-banner")))`.concat(
        ".then((found) => !!found)",
      ),
    ),
  );
});

situation("A frame in the page of another site", "asks for itself, whatever that page has", async (visitor) => {
  // The frame tells what it shows, since the page around it cannot look.
  visitor.serve("/inner.html", {
    body: `<script>(async () => {
      for (;;) {
        parent.postMessage(!!document.querySelector("consent-banner")?.shadowRoot.querySelector("[part=banner]"), "*");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();</script>`,
  });
  const policy = {
    ...POLICY,
    services: [{ id: "own", category: "necessary", name: "Own", provider: "Test SAS", hosts: ["*.localhost"] }],
  };
  visitor.serve(
    "/page.html",
    html({
      policy,
      head: "<script>addEventListener('message', ({ data }) => { window.said = data; });</script>",
      body: `<iframe src="${visitor.url("/inner.html", `other-${visitor.host}`)}" width="700" height="500"></iframe>`,
    }),
  );
  await visitor.go("/page.html");
  assert.equal(await visitor.evaluate("tools.until(() => window.said)"), true);
});
