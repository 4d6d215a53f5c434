// What the types of the package promise: names are those of the literal policy, and what is misspelt
// does not compile. Each `@ts-expect-error` is a test: tsc fails when the line below it compiles.
// What the calls do at run time is in tests/browser.

import { createConsent } from "consentinel";
import languages from "consentinel/languages";
import { moveFrom } from "consentinel/moving";
import { compose, googleAnalytics, hotjar } from "consentinel/services";
import { bannerMarkup, consentHeaders, consentMeta, expiredCookies, gpcSupport, readConsent } from "consentinel/server";
import type { ServerConsent } from "consentinel/server";
import type { Attempt, CategoryOf, Change, ConsentHandle, ConsentRecord, EventMap, NameOf, Notice, Options, Policy, Problem, Standing, State } from "consentinel";
import jimo from "../../www/policies/jimo.json";

/** Compiles only when both types are the same. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

const policy = {
  version: 1,
  id: "shop",
  revision: "1",
  controller: { name: "Shop SAS" },
  categories: [
    { id: "necessary", necessary: true, title: { en: "Necessary" }, description: { en: "The basket." } },
    { id: "analytics", title: { en: "Analytics", fr: "Mesure" }, description: { en: "Counts." } },
  ],
  services: [{ id: "counter", category: "analytics", name: "Counter", provider: "Counter GmbH", country: "DE", hosts: ["*.counter.example"] }],
  items: [{ name: "_counter_*", kind: "cookie", category: "analytics", service: "counter", purpose: { en: "Counts." }, duration: "2 months", party: "third" }],
} as const satisfies Policy;

moveFrom({ from: "klaro", until: "2027-03-31", grants: { analytics: ["matomo"] } }, policy);
// @ts-expect-error: no such tool
moveFrom({ from: "cookie-monster" }, policy);

// Names come from the policy, whether it stands in the call or beside it.
const consent = createConsent(policy);
type Names = "necessary" | "analytics" | "counter";
isTrue<Same<typeof consent, ConsentHandle<"necessary" | "analytics", "counter">>>();
isTrue<Same<NameOf<typeof policy>, Names>>();
const inline = createConsent({
  version: 1, id: "x", revision: "1", controller: { name: "X" },
  categories: [{ id: "ads", title: { en: "Ads" }, description: { en: "Ads." } }],
});
isTrue<Same<typeof inline, ConsentHandle<"ads", never>>>();
isTrue<Same<CategoryOf<typeof policy>, "necessary" | "analytics">>();

const isGranted: boolean = consent.has("analytics") && consent.has("counter") && inline.has("ads");
// @ts-expect-error: a misspelt name
consent.has("analytcs");
// @ts-expect-error: a name of another policy
inline.has("analytics");
// @ts-expect-error: no name
consent.has();

consent.save({ analytics: true });
consent.save({ counter: isGranted, necessary: true });
// @ts-expect-error: a misspelt name
consent.save({ analytcs: true });
// @ts-expect-error: not a boolean
consent.save({ analytics: "granted" });
consent.withdraw();
consent.withdraw("analytics");
consent.withdraw(["analytics", "counter"]);
// @ts-expect-error: a misspelt name in a list
consent.withdraw(["analytics", "cuonter"]);

const state: State = consent.state;
const standing: Standing | undefined = consent.state.categories["analytics"];
const own: Standing | undefined = consent.state.services["counter"];
// @ts-expect-error: a misspelt category
consent.state.categories["analytcs"];
// @ts-expect-error: a service is no category
consent.state.categories["counter"];
// @ts-expect-error: a misspelt service
consent.state.services["cuonter"];
// @ts-expect-error: a word that no standing has
isTrue<Same<typeof standing, "allowed">>();
// @ts-expect-error: the state is told, not set
consent.state = state;
// @ts-expect-error: nor any part of it
consent.state.decided = true;
// @ts-expect-error: a time may be missing
const at: number = consent.state.decidedAtMs;

// Each event has its own detail, and what stops it is a function.
const stop: () => void = consent.on("change", (change) => isTrue<Same<typeof change, Change>>());
consent.on("attempt", (attempt: Attempt) => attempt.verdict === "hold");
consent.on("error", ({ problems }) => problems.map((problem: Problem) => problem.code.toUpperCase()));
consent.on("open", ({ layer }) => layer === "banner");
isTrue<Same<keyof EventMap, "ready" | "change" | "open" | "close" | "error" | "attempt" | "record" | "release">>();
// @ts-expect-error: no such event
consent.on("changed", () => {});
// @ts-expect-error: not the detail of this event
consent.on("open", ({ granted }) => granted);
// @ts-expect-error: no such layer
consent.on("close", ({ layer }) => layer === "footer");
stop();

const records: readonly ConsentRecord[] = consent.ledger();
const [first] = records;
const action: "accept-all" | "reject-all" | "save" | "withdraw" | "once" | undefined = first?.version === 1 ? first.action : undefined;
const via: "banner" | "settings" | "api" | "placeholder" | undefined = first?.version === 1 ? first.via : undefined;
const imported: number | undefined = first?.version === 2 ? first.tool?.atMs : undefined;
// @ts-expect-error: a record of version 1 has no tool
const none = first?.version === 1 ? first.tool : undefined;
// @ts-expect-error: records are evidence
records.push(records[0]!);
const text: string = consent.export();
const texts: readonly string[] = [text, consent.build, action ?? "", via ?? "", own ?? "", `${imported}`, `${none}`];

// What a view of one's own is made of.
const notice: Notice = await consent.notice();
const title: string | undefined = notice.categories[0]?.title;
const provider: string | undefined = notice.categories[0]?.services[0]?.provider;
const purpose: string | undefined = notice.categories[0]?.items[0]?.purpose;
// @ts-expect-error: a text may be several, by number
const items: string = notice.texts["items"];
// @ts-expect-error: what is told is not changed
notice.language = title;

// How it starts.
const options: Options = { ui: "none", child: true, texts: { de: { save: "Sichern", items: { one: "{count}", other: "{count}" } } } };
createConsent(policy, options);
createConsent(policy, { texts: { ...languages, de: () => import("consentinel/texts/de") } });
createConsent(policy, {});
// @ts-expect-error: what is imported has no texts
createConsent(policy, { texts: { de: () => import("consentinel/server") } });
// @ts-expect-error: no such view
createConsent(policy, { ui: "small" });
// @ts-expect-error: an option that there is not
createConsent(policy, { children: true });

// What is no policy does not compile.
const base = { version: 1, id: "x", revision: "1", controller: { name: "X" }, categories: [] } as const;
createConsent(base);
// @ts-expect-error: another version
createConsent({ ...base, version: 2 });
// @ts-expect-error: nobody asks
createConsent({ version: 1, id: "x", revision: "1", categories: [] });
// @ts-expect-error: a category without words
createConsent({ ...base, categories: [{ id: "ads" }] });
// @ts-expect-error: a kind that there is not
createConsent({ ...base, items: [{ name: "x", kind: "cookies", category: "ads", purpose: { en: "X" }, duration: "session", party: "first" }] });
// @ts-expect-error: neither refuse nor allow
createConsent({ ...base, undeclared: "block" });
// @ts-expect-error: the same where nothing of it stands elsewhere
createConsent({ version: 1, id: "x", revision: "1", controller: { name: "X" }, categories: [], items: [{ name: "x", kind: "cookies", category: "ads", purpose: { en: "X" }, duration: "session", party: "first" }] });
createConsent({ ...base, placement: "corner", texts: { en: { acceptAll: "Yes to all" } } });
// @ts-expect-error: a place that there is not
createConsent({ ...base, placement: "top" });
// @ts-expect-error: nobody hides the refusal
({ ...base, hideReject: true }) satisfies Policy;
// @ts-expect-error: a field that there is not
({ ...base, lifetime: 182 }) satisfies Policy;
// @ts-expect-error: text instead of texts
({ ...base, categories: [{ id: "ads", title: "Ads", description: { en: "Ads." } }] }) satisfies Policy;

// @ts-expect-error: a service of a category that there is not
createConsent({ ...base, services: [{ id: "chat", category: "support", name: "Chat", provider: "Chat SAS" }] });
// @ts-expect-error: a misspelt field, at any depth
createConsent({ ...base, controller: { name: "X", adress: "Rue X" } });
// @ts-expect-error: an item of a service that there is not
createConsent({ ...policy, items: [{ ...policy.items[0], service: "cuonter" }] });

// A policy out of a JSON file, whose words TypeScript reads as any text, goes in as it is; its names are any text too.
const fromFile = createConsent(jimo);
isTrue<Same<typeof fromFile, ConsentHandle<string, string>>>();
// @ts-expect-error: half a policy out of a file
createConsent({ id: jimo.id, revision: jimo.revision });
fromFile.has("whatever the file says");

// What every script has, and the events of the document.
const everybody: boolean | undefined = window.consentinel?.has("analytics");
document.addEventListener("consent:change", ({ detail }) => isTrue<Same<typeof detail, Change>>());
// @ts-expect-error: nobody puts another one there
window.consentinel = undefined;

// The store of frameworks, and a promise for a grant.
const unsubscribe: () => void = consent.subscribe(() => {});
isTrue<Same<ReturnType<typeof consent.getSnapshot>, typeof consent.state>>();
const granted: Promise<void> = consent.whenGranted("analytics");
const gone: void = consent.destroy();
// @ts-expect-error: the object that every script has takes nothing back
window.consentinel?.destroy();
// @ts-expect-error: a misspelt name
consent.whenGranted("analytcs");

export { at, everybody, gone, granted, items, provider, purpose, texts, unsubscribe };

// The entry of servers takes the same policy, and the `Cookie` header as servers have it.
const headers = consentHeaders({ version: 1, id: "a", revision: "1", controller: { name: "A" }, categories: [], mode: "report" })(undefined);
isTrue<Same<(typeof headers)["Content-Security-Policy"], string | undefined>>();
consentHeaders(jimo as Policy)(null);
consentHeaders(jimo as Policy, { origin: "https://www.example.com", files: undefined })("");
isTrue<Same<ReturnType<typeof consentMeta>, string>>();
// @ts-expect-error: a place, not its origin alone
consentMeta(jimo as Policy, "https://www.example.com");
// @ts-expect-error: a policy, not its text
consentHeaders("{}");
consentHeaders(jimo as Policy)({ cookie: null, region: "FR" });
// The name of 0.1.0, and one that was never any.
bannerMarkup(jimo as Policy)({ cookies: "a=b" });
// @ts-expect-error: the name of the header
bannerMarkup(jimo as Policy)({ Cookie: "a=b" });

// What it reads of a visitor has the names of the policy too, and is a state like the page's.
const read = readConsent({ cookie: null, secGpc: "1", region: undefined }, policy);
isTrue<Same<typeof read, ServerConsent<"necessary" | "analytics", "counter">>>();
isTrue<Same<typeof read.state, typeof consent.state>>();
read.has("counter");
// @ts-expect-error: a misspelt name
read.has("analytcs");
readConsent({}, jimo).has("whatever the file says");
// @ts-expect-error: a policy, not its text
readConsent({}, "{}");
const support: string = gpcSupport({ since: "2026-11-27" }).body;
// @ts-expect-error: a site says since when
gpcSupport({});
const expired: string[] = expiredCookies({ cookie: "a=b", url: "https://www.example.com/" }, jimo);
// @ts-expect-error: an address as text
expiredCookies({ url: 5 }, policy);
export { expired, support };

// Entries of the catalogue: their ids are names, their category is one of the policy, and any field of them gives way.
const shop = {
  version: 1, id: "shop", revision: "1", controller: { name: "Shop" },
  categories: [{ id: "analytics", title: { en: "A" }, description: { en: "A." } }, { id: "ads", title: { en: "B" }, description: { en: "B." } }],
} as const;
const composed = createConsent(compose({ ...shop, services: [googleAnalytics, { ...hotjar, category: "ads", name: "Heat" }] }));
isTrue<Same<typeof composed, ConsentHandle<"analytics" | "ads", "google-analytics" | "hotjar">>>();
composed.has("hotjar");
// @ts-expect-error: no such service
composed.has("hotjra");
// @ts-expect-error: no category of this policy
createConsent(compose({ ...shop, services: [{ ...hotjar, category: "marketing" }] }));
// @ts-expect-error: no such entry
import { hotjra } from "consentinel/services";
hotjra;
