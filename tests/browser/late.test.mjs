// A tag that came late tells the owner so, with what was asked for before it; a tag in its place tells nothing. Judged by
// what the console says.
//
// Left out: the same of a page as text (`consentinel check --html`, cli/tests/program).

import assert from "node:assert/strict";
import { PLAIN_TAG, item, policyOf, site } from "./site.mjs";
import { PICTURE, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const POLICY = policyOf([item("need", "necessary"), item("opt")]);
const tagWith = (attribute) => PLAIN_TAG.replace("<script ", `<script ${attribute} `);

/** Opens a page with these parts and returns what was told; addresses of the page's own origin as paths. */
async function told(visit, parts) {
  visit.serve("/own.js", "window.own = 1;");
  visit.serve("/dist/own.js", "window.own = 1;");
  await visit.open({ policy: POLICY, ...parts });
  const line = await visit.problem(/tag-late/);
  return /found `(.*?)`/.exec(line)[1].replaceAll(visit.url("/"), "/").split(", ");
}

for (const [what, parts, want] of [
  ["`defer`", () => ({ tag: tagWith("defer") }), ["defer"]],
  ["`async`", () => ({ tag: tagWith("async") }), ["async"]],
  [
    "a script that puts it in",
    () => ({
      tag: "",
      head: `<script>document.head.append(Object.assign(document.createElement("script"), { src: "/dist/consentinel.js" }));</script>`,
    }),
    ["async"],
  ],
  [
    "a script of the page before it",
    () => ({ tag: PLAIN_TAG, before: '<script src="/own.js"></script>' }),
    ["/own.js"],
  ],
  [
    "a script of another host, and one of the page beside the tag, before it",
    (third) => ({
      tag: PLAIN_TAG,
      before: `<script src="${third}/early.js"></script><script src="/dist/own.js"></script>`,
    }),
    ["third/early.js", "/dist/own.js"],
  ],
]) {
  visitTest(`a tag that came late tells it: ${what}`, async (visit) => {
    const third = party();
    third.answer({ "/early.js": "" });
    const found = (await told(visit, parts(third.url))).map((address) => address.replace(third.url, "third"));
    // When a tag runs that waits, the browser may have asked for more.
    assert.deepEqual(found.slice(0, want.length), want);
  });
}

visitTest("a script of the page with the function that the tag names may stand before it", async (visit) => {
  visit.serve("/owner.js", "window.takeOwner = (owner) => { window.owner = owner; };");
  await visit.open({ policy: POLICY, before: '<script src="/owner.js"></script>' });
  await visit.control("accept-all").click();
  assert.equal((await visit.ledger()).length, 1);
});

visitTest("a tag in its place tells nothing, whatever of the page stands behind it", async (visit) => {
  visit.serve("/own.js", "window.own = 1;");
  visit.serve("/own.css", "");
  visit.serve("/own.svg", PICTURE);
  const before =
    '<meta name="early" content="1"><style>body { color: black }</style><script>window.early = 1;</script><link rel="stylesheet" href="/own.css">';
  const head = `<script src="/own.js"></script><script>
    const first = document.querySelector("script[src]");
    first.parentNode.insertBefore(Object.assign(document.createElement("script"), { src: "/own.js?2" }), first);
  </script>`;
  await visit.open({ policy: POLICY, before, head, body: '<img src="/own.svg" alt="">' });
  await visit.control("accept-all").click();
  assert.equal((await visit.ledger()).length, 1);
});
