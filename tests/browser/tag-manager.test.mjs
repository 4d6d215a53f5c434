// A tag manager with mixed tags behind the script of signals, in the three ways in which a policy can have it: what the
// server gets, and what the browser keeps, before an answer and after each. The cells are those of the table in
// docs/signals.md, "What a tag manager sends"; the manager and its tags are stand-ins.
//
// Left out: Google's own script, which no test can ask for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { item, policyOf, repositoryFile, site, TAG } from "./site.mjs";
import { eventually } from "./third-party.mjs";

const visitTest = site();
const HOSTS = { manager: "manager.localhost", counter: "counter.localhost", pixel: "pixel.localhost" };
const service = (id, category, hosts = [HOSTS[id]]) => ({ id, category, name: id, provider: "Test SAS", hosts });
const ITEMS = [
  item("_count", "analytics", { service: "counter" }),
  item("_pixel", "functionality", { service: "pixel" }),
];
const PIXEL = service("pixel", "functionality");
const SIGNALS = { "google-consent-mode": { analytics_storage: "analytics", ad_storage: "functionality" } };

/** By the first words of its row in the table: the services, and the options of the mechanism. */
const WAYS = {
  "*basic*, the manager waits": {
    services: [service("manager", "analytics"), service("counter", "analytics"), PIXEL],
  },
  "*basic*, the manager is necessary": {
    services: [service("manager", "necessary"), service("counter", "analytics"), PIXEL],
  },
  "*advanced*": {
    // The hosts stand in a service of their own, which is necessary; what it keeps stays where it was.
    services: [
      service("manager", "necessary"),
      service("pings", "necessary", [HOSTS.counter]),
      service("counter", "analytics", []),
      PIXEL,
    ],
    options: { advanced: true },
  },
};

/** The table of the page: by the first cell of each row, the others. */
const TABLE = Object.fromEntries(
  readFileSync(repositoryFile("docs/signals.md"), "utf8")
    .split("### What a tag manager sends")[1]
    .split("\n## ")[0]
    .split("\n")
    .filter((line) => line.startsWith("| *"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([first, ...cells]) => [first, cells]),
);

/**
 * The manager: it minds the consent in the list, and starts two tags. One counts as Google's does: it sends a ping with
 * what it was told (`G100`: denied; `G111`: granted) at its start and at each change, and keeps its cookie where it may.
 * The other is pasted HTML, which asks nobody, and keeps its cookie at once.
 */
const manager = (counter, pixel) => `{
  let told;
  const may = (type) => told?.[type] === "granted" ? 1 : 0;
  const ping = () => {
    new Image().src = "${counter}?gcs=G1" + (told ? may("ad_storage") + "" + may("analytics_storage") : "--");
    if (may("analytics_storage")) document.cookie = "_count=1; Path=/";
  };
  const hear = ([command, , values]) => command === "consent" && (told = { ...told, ...values });
  const list = window.dataLayer ?? [];
  for (const each of list) hear(each);
  const push = list.push.bind(list);
  list.push = (call) => {
    const before = JSON.stringify(told);
    hear(call);
    if (before !== JSON.stringify(told)) ping();
    return push(call);
  };
  ping();
  const custom = document.createElement("script");
  custom.text = 'new Image().src = "${pixel}"; document.cookie = "_pixel=1; Path=/";';
  document.head.append(custom);
}`;

/** What arrived at the other hosts since, and what is kept, in the words of the table. */
async function seen(visit, since) {
  const words = { [HOSTS.manager]: () => "manager", [HOSTS.pixel]: () => "pixel" };
  words[HOSTS.counter] = (url) => `\`${url.split("gcs=")[1]}\``;
  const asked = visit.server.requests
    .slice(since)
    .map(({ headers, url }) => words[headers.host.split(":")[0]]?.(url))
    .filter(Boolean);
  const jar = (await visit.jar()).map((name) => `keeps \`${name}\``);
  return [...asked.sort(), ...jar].join(", ") || "nothing";
}

for (const [way, { services, options }] of Object.entries(WAYS)) {
  visitTest(`${way}: what arrives is what the table says`, async (visit) => {
    const cells = TABLE[way];
    assert.equal(cells?.length, 6, `a row of six in docs/signals.md: ${Object.keys(TABLE)}`);
    const picture = (_, response) => response.writeHead(204).end();
    for (const path of ["/collect", "/tr"]) visit.serve(path, picture);
    visit.serve("/own", "own");
    visit.serve("/manager.js", manager(visit.url("/collect", HOSTS.counter), visit.url("/tr", HOSTS.pixel)));
    const mapping = { "google-consent-mode": { ...SIGNALS["google-consent-mode"], ...options } };
    const parts = {
      policy: policyOf(ITEMS, { services }),
      tag: `${TAG}<script type="application/json" id="consentinel-signals">${JSON.stringify(mapping)}</script>
        <script src="/dist/consentinel.signals.js"></script>`,
      // As the snippet of the manager does it.
      head: `<script>document.head.append(Object.assign(document.createElement("script"),
        { async: true, src: "${visit.url("/manager.js", HOSTS.manager)}" }));</script>`,
    };
    // What was refused is told by the browser, at whichever moment.
    visit.forgive(/^(?!consentinel:)/);
    if (options?.advanced) visit.forgive(/^consentinel: signal-advanced at \/google-consent-mode/);
    let since;
    const compare = async (at, step) => {
      since = visit.server.requests.length;
      await step();
      // What set out before is there when the page has been answered by its own server.
      await visit.page.evaluate(() => fetch("/own").then((answer) => answer.text()));
      await eventually(() => seen(visit, since), cells[at], `${way}, column ${at + 1}`);
    };
    const anew = () => compare(0, () => visit.forget().then(() => visit.page.reload()));
    await compare(0, () => visit.open(parts));
    await compare(1, () => visit.decide("rejectAll"));
    await compare(2, () => visit.page.reload());
    await anew();
    await compare(3, () => visit.decide("acceptAll"));
    await compare(4, () => visit.call("withdraw"));
    await anew();
    await compare(3, () => visit.decide("acceptAll"));
    await compare(5, () => visit.page.reload());
  });
}

visitTest("*advanced* is said once for each page, on its console", async (visit) => {
  const mapping = { "google-consent-mode": { advanced: true, analytics_storage: "analytics" } };
  await visit.open({
    policy: policyOf(ITEMS.slice(0, 1), { services: [service("counter", "analytics")] }),
    tag: `${TAG}<script type="application/json" id="consentinel-signals">${JSON.stringify(mapping)}</script>
      <script src="/dist/consentinel.signals.js"></script>`,
  });
  const told = await visit.problem(/signal-advanced at \/google-consent-mode/);
  assert.match(told, /before any answer/);
});
