// What a script does that sets out to get past the gate by standing in for something of the browser or of ours: a
// window around, a mark, a base, an element of its own making. Each case runs before an answer, with an address of
// an optional host and then with one of a necessary host; judged by what the other party received and what is kept.
//
// Left out: attempts that name what they want (tests/matrix), and functions of ours that a script gets hold of
// (reach.test.mjs).

import assert from "node:assert/strict";
import { item, policyOf, site, storedItems } from "./site.mjs";
import { NECESSARY_HOST, OPTIONAL_HOST, PICTURE, eventually, thirdParty } from "./third-party.mjs";

const visitTest = site();
const party = thirdParty();

const service = (id, category, host) => ({ id, category, name: id, provider: "Test SAS", hosts: [host] });
const POLICY = policyOf(
  [item("opt_*", "analytics", { kind: "local-storage" }), item("own_*", "necessary", { kind: "local-storage" })],
  {
    services: [service("optional", "analytics", OPTIONAL_HOST), service("needed", "necessary", NECESSARY_HOST)],
  },
);

/** For the code of every case: a frame in a node, and a promise that it has loaded once more. */
const TOOLS = `
  const frameIn = (node) => node.appendChild(node.ownerDocument.createElement("iframe"));
  const loads = (frame, html) => new Promise((done) => { frame.onload = done; frame.srcdoc = html; });
  const script = (text) => "<script>" + text + "</scr" + "ipt>";
`;
// A frame in a frame without an address, whose markup is given twice, so that the first document is none of the second.
const within = (prepare) => `
  const outer = frameIn(document.body);
  ${prepare}
  const inner = frameIn(outer.contentDocument.body);
  await loads(inner, "x");
  await loads(inner, script(\`localStorage.setItem("\${name}", 1); fetch("\${url}", { mode: "no-cors" })\`));
`;
/** By name: code, which gets the address \`url\` and the \`name\` of an item; \`isKept\` where it keeps that too. */
const CASES = {
  "a frame around that says it is in nothing of ours": {
    isKept: true,
    code: within("outer.contentWindow.parent = { consentinel: null };"),
  },
  "a frame around whose window throws": {
    isKept: true,
    code: within("Object.defineProperty(outer.contentWindow, 'parent', { get() { throw 1; } });"),
  },
  "a frame around with a guard of its own": {
    isKept: true,
    code: within("outer.contentWindow.parent = { consentinel: { guard() {} } };"),
  },
  "elements of a frame around that are named like ours": {
    isKept: true,
    code: within("outer.contentDocument.body.innerHTML = '<form id=consentinel><input name=guard></form>';"),
  },
  "a frame in a window that was opened": {
    isKept: true,
    code: `
    const opened = open("");
    await loads(frameIn(opened.document.body), script(\`localStorage.setItem("\${name}", 1); fetch("\${url}", { mode: "no-cors" })\`));
  `,
  },
  "an element that sets its address again while it is taken out": {
    code: `
    class Again extends HTMLImageElement {
      static observedAttributes = ["src"];
      attributeChangedCallback(_, __, value) { if (value === null && this.isOn) { this.isOn = false; this.src = url; } }
    }
    customElements.define("x-again", Again, { extends: "img" });
    const image = document.createElement("img", { is: "x-again" });
    document.implementation.createHTMLDocument("").body.append(image);
    image.isOn = true;
    image.setAttribute("src", url);
    try { document.body.append(image); } catch (error) { if (!(error instanceof TypeError)) throw error; }
  `,
  },
};

const run = (visit, code, given) =>
  visit.page.evaluate(`(async ({ url, name }) => { ${TOOLS} ${code} })(${JSON.stringify(given)})`);
const kept = async (visit) =>
  (await storedItems(visit.page))[0].map(([name]) => name).filter((name) => !name.startsWith("consentinel"));

function start(path = "/picture.svg") {
  const third = party();
  third.answer({ [path]: PICTURE });
  return third;
}

for (const [name, { code, isKept = false }] of Object.entries(CASES)) {
  visitTest(`does not get past the gate: ${name}`, async (visit) => {
    const third = start();
    await visit.open({ policy: POLICY });
    await run(visit, code, { url: `${third.url}/picture.svg`, name: "opt_x" });
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), []);
    assert.deepEqual(await kept(visit), []);
    // The measure: what is necessary goes that way.
    await visit.open({ policy: POLICY });
    await run(visit, code, { url: `${third.necessary}/picture.svg`, name: "own_x" });
    await eventually(() => third.arrivals(), ["GET /picture.svg"], "what is necessary");
    assert.deepEqual(await kept(visit), isKept ? ["own_x"] : []);
    await visit.quieten();
  });
}

visitTest(
  "text of the page's own that reads like a mark of ours becomes no address that nobody has judged",
  async (visit) => {
    const third = start();
    third.answer({ "/script.js": ";" });
    await visit.open({ policy: POLICY });
    await visit.page.evaluate((url) => {
      // A path of the site, from which what looks like ours must not be taken.
      const path = url.replace("http://", "/ type=text/plain data-consent-type/");
      document.body.insertAdjacentHTML(
        "beforeend",
        `<img src="${url}/picture.svg"><link rel="stylesheet" href="${path}/picture.svg">`,
      );
      document.body.append(
        document
          .createRange()
          .createContextualFragment(`<img src="${url}/picture.svg"><script src="${path}/script.js"></script>`),
      );
    }, third.url);
    // The site has no such files, and says so.
    await visit.problem(/404/);
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), []);
    await visit.quieten();
  },
);

visitTest("a base of another scheme does not make an address of another party out of a path", async (visit) => {
  const third = start();
  for (const base of ["about:blank", "ws://localhost/", "https://localhost/", "x:y"]) {
    await visit.open({ policy: POLICY });
    await visit.page.evaluate(
      ({ url, base }) => {
        const path = url.replace("http://", "http:");
        new Image().src = `${path}/picture.svg`;
        document.head.append(Object.assign(document.createElement("base"), { href: base }));
        document.body.append(Object.assign(new Image(), { src: `${path}/picture.svg` }));
      },
      { url: third.url, base },
    );
    await third.fence(visit.page);
    assert.deepEqual(third.arrivals(), [], base);
  }
  await visit.quieten();
});

visitTest("a base of the page's own scheme counts", async (visit) => {
  const third = start();
  await visit.open({ policy: POLICY });
  await visit.page.evaluate((url) => {
    document.head.append(Object.assign(document.createElement("base"), { href: `${url}/` }));
    document.body.append(Object.assign(new Image(), { src: "picture.svg" }));
  }, third.necessary);
  await eventually(() => third.arrivals(), ["GET /picture.svg"], "by its base");
});

visitTest("a command that inserts markup works in a page with a doctype", async (visit) => {
  const third = start();
  await visit.open({ policy: POLICY, body: "<div contenteditable id=box></div>" });
  const [answer, found] = await visit.page.evaluate((url) => {
    box.focus();
    return [document.execCommand("insertHTML", false, `<img src="${url}/picture.svg"><b>x</b>`), box.textContent];
  }, third.url);
  assert.deepEqual([answer, found], [true, "x"]);
  await third.fence(visit.page);
  assert.deepEqual(third.arrivals(), []);
});
