// No script of the page gets hold of what the gate keeps from it: a true storage, declarations that take any
// address, a window whose gate is open, the function of the browser behind a wrapper, a function of ours. Spies on
// every prototype in reach see whatever arrives there as `this`, as an argument or as a result while everything
// that the tag has wrapped is called (handles.mjs).
//
// Left out: ways out that need no handle (tests/matrix).

import assert from "node:assert/strict";
import { tryAll, watch } from "./handles.mjs";
import { item, policyOf, site } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const UNDECLARED_HOST = "other.localhost";
const KINDS = ["cookie", "local-storage", "session-storage", "indexed-db", "cache-storage"];
const POLICY = policyOf(
  KINDS.flatMap((kind) => [item("m_*", "analytics", { kind }), item("n_*", "necessary", { kind })]),
  {
    services: [
      { id: "optional", category: "analytics", name: "Optional", provider: "Test SAS", hosts: [OPTIONAL_HOST] },
      { id: "needed", category: "necessary", name: "Needed", provider: "Test SAS", hosts: [NECESSARY_HOST] },
    ],
  },
);

for (const phase of ["before a choice", "after Reject all", "while a grant releases what waited"]) {
  visitTest(`no spy on any prototype gets hold of what the gate keeps, ${phase}`, async (visit) => {
    const third = party();
    visit.serve("/plain.html", '<!doctype html><link rel="icon" href="data:,"><title>plain</title>');
    await visit.open({
      policy: POLICY,
      before: `<script>(${watch})()</script>`,
      head: `<script>window.tryAll = ${tryAll};</script>`,
    });
    if (phase.startsWith("after")) await visit.call("rejectAll");
    const addresses = [
      `${third.url}/law.png`,
      `${third.url.replace(OPTIONAL_HOST, UNDECLARED_HOST)}/law.png`,
      phase.startsWith("while"),
    ];
    const { faults, wrapped, calls, seen, kept } = await visit.page.evaluate(
      (given) => window.tryAll(...given),
      addresses,
    );
    assert.deepEqual(faults, []);
    assert.ok(wrapped > 150 && calls > 5000 && seen > 500, `${wrapped} wrapped, ${calls} calls, ${seen} things seen`);
    await third.fence(visit.page);
    if (!phase.startsWith("while")) {
      for (const keys of kept)
        assert.deepEqual(
          keys.filter((key) => !key.startsWith("n_") && !key.startsWith("consentinel")),
          [],
        );
      assert.deepEqual(
        (await visit.jar()).filter((name) => !name.startsWith("n_")),
        [],
      );
      assert.deepEqual(third.arrivals(), []);
    }
    // Calls that make no sense are told on the console.
    await visit.quieten();
  });
}
