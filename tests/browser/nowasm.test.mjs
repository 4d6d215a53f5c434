// The tag without WebAssembly, `dist/consentinel.nowasm.js`, where a page's Content-Security-Policy refuses that, and where
// the browser has none: it gates, asks, records and takes back as the tag does, in three engines.
//
// Left out: the same modules in an application, and that no script gets hold of their memory (tests/npm/js.test.mjs); what
// the tag with WebAssembly does there (bad-input.test.mjs).

import assert from "node:assert/strict";
import { situations } from "./real.mjs";
import { item, policyOf } from "./site.mjs";

const situation = situations();
const POLICY = policyOf([item("need", "necessary"), item("opt")], {
  services: [
    { id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", hosts: ["third.localhost"] },
  ],
});
/** How WebAssembly is refused: without `wasm-unsafe-eval` and `unsafe-eval`; and as Lockdown mode leaves it out. */
const POLICY_OF_PAGE = `<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline'">`;
const LOCKDOWN = "<script>delete globalThis.WebAssembly</script>";

const same = (refusal, tag) => async (visitor) => {
  visitor.serve("/counted.js", "counted();");
  const third = visitor.url("/counted.js", "third.localhost");
  const page = {
    policy: POLICY,
    before: refusal,
    tag,
    head: `<script>
        window.atStart = consentinel.has("analytics");
        window.answer = "waits";
        document.cookie = "need=1";
        document.cookie = "opt=1";
        fetch("${third}", { mode: "no-cors" }).then(() => (answer = "made"), (error) => (answer = error.name));
      </script>`,
  };
  await visitor.open(page);
  const before = await visitor.run(`
      let refused = false;
      try {
        new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      } catch {
        refused = true;
      }
      return [refused, atStart, document.cookie, answer, consentinel.ledger().length];`);
  assert.deepEqual(before, [true, false, "need=1; opt=1", "waits", 0], "what waits is read from memory");

  await visitor.click("accept-all");
  assert.equal((await visitor.decision()).analytics, "granted");
  const granted = await visitor.run(`
      await tools.until(() => answer !== "waits");
      document.cookie = "opt=1";
      const [{ action, via, build }] = consentinel.ledger();
      return [answer, document.cookie.includes("opt=1"), action, via, build === consentinel.build];`);
  assert.deepEqual(granted, ["made", true, "accept-all", "banner", true]);

  await visitor.go("/page.html");
  assert.deepEqual(await visitor.run("return [atStart, document.cookie.includes('opt=1')];"), [true, true]);
  await visitor.click("open");
  await visitor.click("withdraw");
  const back = await visitor.run(`
      await tools.until(() => !consentinel.has("analytics"));
      return [consentinel.state.categories.analytics, document.cookie.includes("opt=1"), consentinel.ledger().length];`);
  assert.deepEqual(back, ["denied", false, 2]);
};

/** The tag that does without, and the one that gives its place to it. */
const TAGS = {
  "the tag that does without": '<script src="/dist/consentinel.nowasm.js"></script>',
  "the tag, which is followed by the one that does without,": '<script src="/dist/consentinel.js"></script>',
};

// WebKit lets modules be compiled under such a policy.
for (const [name, refusal, engines] of [
  ["a page whose policy refuses WebAssembly", POLICY_OF_PAGE, ["chromium", "firefox"]],
  ["a browser without WebAssembly", LOCKDOWN, ["chromium", "firefox", "webkit"]],
])
  for (const [which, tag] of Object.entries(TAGS))
    situation(name, `${which} gates, asks, records and takes back`, same(refusal, tag), { engines });
