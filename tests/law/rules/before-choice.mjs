// What may not happen before an answer, and after a refusal: R01 to R03, R07, R19, R31.

import assert from "node:assert/strict";

const clean = (site, seen, isDecided) => {
  for (const [name, stored] of Object.entries(seen))
    assert.deepEqual(site.forbidden(stored, [], isDecided), [], `stored: ${name}`);
};

export default [
  {
    id: "R01",
    title: "nothing optional is stored, read or asked for before an answer",
    how: "A new visitor loads a page that tries to keep every declared item and to ask every declared host, and some that nobody declared; then the browser's own lists of cookies, storage, databases and caches, and what the stand-ins of all other hosts received.",
    limit:
      "What the HTML parser of the page itself fetches before the tag can see it ([limits.md](limits.md)); what servers keep among themselves.",
    async check({ site, facts }) {
      const { seen, visitor } = await facts("untouched");
      const { names, addresses } = site.wanted((category) => site.isNecessary(category));
      clean(site, { load: seen.load }, false);
      assert.deepEqual(visitor.wronglyAsked("untouched-load"), []);
      // The measure: what is necessary did pass, so the page does try, and the browser does tell.
      for (const name of names.filter((each) => !each.startsWith("service-worker")))
        assert.ok(seen["an hour"].includes(name), `${name} is necessary and works`);
      const asked = visitor.asked("untouched-");
      for (const address of addresses) assert.ok(asked.includes(address), `${address} is necessary and is asked`);
    },
  },
  {
    id: "R02",
    title: "… and nothing after the visitor ignores the question",
    how: "The same visitor scrolls, clicks on the page, makes the window smaller, presses keys, goes to another page and comes back an hour later; everything is tried again after each.",
    async check({ site, facts }) {
      const { seen, visitor, isStillAsked, cookie } = await facts("untouched");
      clean(site, seen, false);
      assert.deepEqual(visitor.wronglyAsked("untouched-"), []);
      assert.deepEqual(visitor.wronglyAsked("next"), []);
      assert.equal(cookie, undefined, "no answer is kept");
      assert.equal(isStillAsked, true);
    },
  },
  {
    id: "R03",
    title: "a refusal blocks as hard as no answer",
    how: "Refuse, try everything at once, and again after three reloads, on another page and in another tab.",
    async check({ site, facts }) {
      const { seen, visitor } = await facts("refused");
      clean(site, seen, true);
      assert.deepEqual(visitor.wronglyAsked("refused-"), []);
    },
  },
  {
    id: "R07",
    title: "nothing is preset by focus or by a stray key",
    how: "Where the focus is after loading; Enter, Space and Escape pressed on the page.",
    async check({ facts }) {
      const { first, cookie, isStillAsked } = await facts("untouched");
      assert.equal(first.focused, "body", "no control of the banner has the focus");
      assert.deepEqual([cookie, isStillAsked], [undefined, true]);
    },
  },
  {
    id: "R19",
    title: "no cookie wall: the page can be read and used without an answer",
    how: "Scroll, click a control of the page, and follow a link by the keyboard while the first layer asks.",
    limit: "Whether the site itself withholds its contents.",
    async check({ facts }) {
      const { wasClicked, tabs } = await facts("reader");
      assert.equal(wasClicked, true);
      assert.ok(Number.isFinite(tabs), "the link is reached by Tab");
    },
  },
  {
    id: "R31",
    title: "tag managers are gated too",
    how: "The page asks for Google Tag Manager by script, by image, by fetch and by beacon, before an answer and after a refusal; no policy here declares it as necessary.",
    async check({ site, facts }) {
      const manager = "https://www.googletagmanager.com/gtm.js";
      assert.equal(site.isNecessary(site.addresses.get(manager)), false);
      for (const scene of ["untouched", "refused"]) {
        const { visitor } = await facts(scene);
        const asked = visitor.asked(`${scene}-`).filter((address) => address.includes("googletagmanager"));
        assert.deepEqual(asked, []);
      }
    },
  },
];
