// The unit tests of an application that uses Consentinel, as Vitest and Jest run them where a browser is imitated
// (../unit.test.mjs runs these).

import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { createConsent } from "consentinel";
import { ConsentGate, ConsentProvider, useConsent } from "consentinel/react";
import { testConsent } from "consentinel/testing";

const policy = {
  version: 1,
  id: "shop",
  revision: "1",
  controller: { name: "Shop SAS" },
  categories: [
    { id: "necessary", necessary: true, title: { en: "Necessary" }, description: { en: "The basket." } },
    { id: "analytics", title: { en: "Analytics" }, description: { en: "Counts." } },
  ],
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH" }],
};
const { expect, test } = globalThis;
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

function Page() {
  const { has, state } = useConsent();
  return createElement(
    "p",
    null,
    `${state.categories.necessary} ${has("counter")} `,
    createElement(ConsentGate, { name: "analytics", fallback: "ask" }, "count"),
  );
}

test("what an application imports starts where a browser is imitated, and grants nothing there", () => {
  const consent = createConsent(policy);
  consent.acceptAll();
  expect(consent.has("analytics")).toBe(false);
  expect(consent.getSnapshot()).toBe(consent.state);
});

test("a component follows a handle whose state the test sets", async () => {
  const consent = testConsent(policy);
  const box = document.createElement("div");
  const root = createRoot(box);
  act(() => root.render(createElement(ConsentProvider, { consent: consent.shared }, createElement(Page))));
  expect(box.textContent).toBe("necessary false ask");
  let granted = false;
  const promised = consent.whenGranted("analytics").then(() => {
    granted = true;
  });
  await act(async () => consent.set({ analytics: "granted", counter: "denied" }));
  expect(box.textContent).toBe("necessary false count");
  await promised;
  expect(granted).toBe(true);
  act(() => consent.withdraw("analytics"));
  expect(box.textContent).toBe("necessary false ask");
  expect(consent.state.services.counter).toBe("denied");
  act(() => consent.acceptAll());
  expect(box.textContent).toBe("necessary true count");
  consent.destroy();
  act(() => consent.rejectAll());
  expect(box.textContent).toBe("necessary true count");
});

test("a name that the policy does not have is an error with the names that it has", () => {
  expect(() => testConsent(policy, { analytcs: "granted" })).toThrow(/analytcs.*necessary, analytics, counter/);
});
