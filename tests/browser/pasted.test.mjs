// The policy as text in the HTML: what the element that `consentinel/server` and `consentinel csp --meta` print
// keeps a page from, what it leaves alone, and what the tag says where it is older than the policy of today.
//
// Left out: what it says (tests/vectors/csp.json), and mistakes in the HTML that the program finds
// (tests/vectors/pasted.json).

import assert from "node:assert/strict";
import { item, policyOf, repositoryFile, site } from "./site.mjs";
import { PICTURE, thirdParty } from "./third-party.mjs";

const { consentMeta } = await import(repositoryFile("dist/npm/server.js"));
const visitTest = site();
const party = thirdParty();

const service = (id, category, hosts) => ({ id, category, name: id, provider: `${id} Ltd`, hosts });
const policyWith = (...services) => policyOf([item("opt")], { services });
const PAY = service("pay", "necessary", ["pay.localhost"]);
const TRACKER = service("tracker", "analytics", ["127.0.0.1"]);
const NARROW = /pasted-narrow/;

const forgive = async (visit) => {
  await visit.settled();
  visit.forgive(/^(?!consentinel:).*(Content Security Policy|Failed to load resource|net::ERR)/);
};
const start = () => {
  const third = party();
  third.answer({ "/a.json": "{}", "/b.json": "{}", "/picture.svg": PICTURE });
  third.stranger = third.url.replace("127.0.0.1", "stranger.localhost");
  return third;
};
const ask = (visit, address) =>
  visit.page.evaluate(
    (url) =>
      fetch(url, { mode: "no-cors" }).then(
        () => true,
        () => false,
      ),
    address,
  );
const kinds = (visit) => visit.page.evaluate(() => window.consentinel.attempts().map(({ kind }) => kind));

visitTest(
  "with the element not even the look-ahead asks a host that nobody declared, and all that is granted works",
  async (visit) => {
    const third = start();
    const policy = policyWith(PAY, TRACKER);
    const body = `<img src="${third.stranger}/picture.svg"><link rel="preload" as="image" href="${third.stranger}/picture.svg">`;
    await visit.open({ policy, before: consentMeta(policy, { origin: visit.url("") }), body });
    await visit.control("accept-all").click();
    assert.equal(await ask(visit, `${third.url}/a.json`), true);
    assert.equal(await ask(visit, `${third.necessary}/b.json`), true);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), ["GET /a.json", "GET /b.json"]);
    await forgive(visit);
  },
);

visitTest(
  "an element that is older than the policy is told at the start, with each host and no other",
  async (visit) => {
    const third = start();
    await visit.open({
      policy: policyWith(PAY, TRACKER, service("more", "analytics", ["*.more.example/x"])),
      before: consentMeta(policyWith(PAY, service("more", "analytics", ["more.example"]))),
    });
    const told = await visit.problem(NARROW);
    assert.match(told, /to let in \*\.more\.example:\*\/x \*\.more\.example:\*\/x\/ 127\.0\.0\.1:\*$/);
    // What it stops is reported as what it is, and as no redirect.
    await visit.control("accept-all").click();
    assert.equal(await ask(visit, `${third.url}/a.json`), false);
    await visit.settled();
    visit.forgive(NARROW);
    assert.ok((await kinds(visit)).includes("fetch"), `${await kinds(visit)}`);
    assert.ok(!(await kinds(visit)).includes("redirect"));
    assert.deepEqual(third.arrivals(), []);
    await forgive(visit);
  },
);

visitTest("so is a header, by what it stops, and only then", async (visit) => {
  const third = start();
  const [, value] = /content="(.*)">/.exec(consentMeta(policyWith(PAY)));
  await visit.open({ policy: policyWith(PAY, TRACKER) }, { headers: { "Content-Security-Policy": value } });
  await visit.control("accept-all").click();
  await visit.settled();
  assert.ok(!visit.problems.some((problem) => NARROW.test(problem)));
  assert.equal(await ask(visit, `${third.url}/a.json`), false);
  assert.match(
    await visit.problem(NARROW),
    /print it anew \(consentinel csp --meta\), or reload, to let in 127\.0\.0\.1:\*$/,
  );
  assert.equal(await ask(visit, `${third.url}/b.json`), false);
  await forgive(visit);
});

visitTest(
  "a redirect to somebody undeclared is told as one beside an element of today, and a policy of the site's own is left alone",
  async (visit) => {
    const third = start();
    const policy = policyWith(PAY, TRACKER);
    third.answer({
      "/away.json": (_, response) => response.writeHead(302, { Location: `${third.stranger}/end.json` }).end(),
      "/end.json": "{}",
    });
    const own = '<meta http-equiv="Content-Security-Policy" content="img-src \'self\'">';
    await visit.open({ policy, before: consentMeta(policy) + own });
    assert.equal(await ask(visit, `${third.necessary}/away.json`), false);
    await visit.settled();
    assert.ok((await kinds(visit)).includes("redirect"), `${await kinds(visit)}`);
    assert.ok(!visit.problems.some((problem) => NARROW.test(problem)), `${visit.problems}`);
    await forgive(visit);
  },
);
