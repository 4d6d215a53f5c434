// How the gate's work grows with what a page gives it: counted at n and at twice n, as what its patterns read and what
// it asks of nodes, so that a busy machine changes nothing.
//
// Left out: how long anything takes (`cargo xtask bench`), and styles by themselves (css.test.mjs).

import assert from "node:assert/strict";
import { PLAIN_TAG, site } from "./site.mjs";
import { OWN, POLICIES } from "./transparent-cases.mjs";

const visitTest = site();

// Before the tag: counts what the gate does while it looks through something, as the letters that its patterns pass and
// the questions that it asks of nodes. No clock runs, so a busy machine changes nothing.
const COUNTED = `<script>
  window.work = 0;
  const taken = Reflect.apply;
  const count = (object, name, half, cost) => {
    const found = Object.getOwnPropertyDescriptor(object, name);
    const native = found[half];
    found[half] = function (...args) {
      const start = this.lastIndex;
      const answer = taken(native, this, args);
      work += cost ? cost(start, args, answer, this) : 1;
      return answer;
    };
    Object.defineProperty(object, name, found);
  };
  const isPlaced = (pattern) => pattern.global || pattern.sticky;
  count(RegExp.prototype, "exec", "value", (start, [text], found, pattern) => {
    const from = isPlaced(pattern) ? start : 0;
    return 1 + (found ? found.index + found[0].length : pattern.sticky ? from : text.length) - from;
  });
  count(String.prototype, "indexOf", "value", (_, [part, from = 0], at, text) => 1 + (at < 0 ? text.length : at) - from);
  for (const name of ["getAttribute", "setAttribute", "querySelectorAll"]) count(Element.prototype, name, "value");
  for (const name of ["firstChild", "nextSibling", "parentNode", "ownerDocument"]) count(Node.prototype, name, "get");
</script>`;

/** By name: what is done with \`n\`, whose work must grow as \`n\` does. */
const GROWING = {
  "a comment with what looks like attributes": [
    2000,
    (n, box) => {
      box.innerHTML = "fill=".repeat(n);
    },
  ],
  "a comment with what looks like addresses": [
    2000,
    (n, box) => {
      box.innerHTML = "src= href= style=( url( ".repeat(n);
    },
  ],
  "a text of less-than signs": [
    2000,
    (n, box) => {
      box.innerHTML = "<".repeat(n);
    },
  ],
  "a text of beginnings of tags": [
    1000,
    (n, box) => {
      box.innerHTML = "<a <img <p ".repeat(n);
    },
  ],
  "rows with a picture": [
    200,
    (n, box) => {
      box.innerHTML = "<tr><td><img src=/own.svg>a</td></tr>".repeat(n);
    },
  ],
  "rows with a style": [
    200,
    (n, box) => {
      box.innerHTML = '<p style="color:red;background:url(/own.svg)">a</p>'.repeat(n);
    },
  ],
  "style elements": [
    100,
    (n, box) => {
      box.innerHTML = "<style>a{color:red}</style>".repeat(n);
    },
  ],
  "a style of beginnings of comments": [
    1000,
    (n, box) => {
      box.innerHTML = "<style>" + "/* ".repeat(n) + "</style>";
    },
  ],
  "a style of quotes, brackets and functions": [
    500,
    (n, box) => {
      const style = document.createElement("style");
      style.textContent = "\"' ( [ { url( \\\\ ".repeat(n);
      box.append(style);
    },
  ],
  "rules of a style": [
    200,
    (n, box) => {
      const style = document.createElement("style");
      style.textContent = "a{background:url(/own.svg)} ".repeat(n);
      box.append(style);
    },
  ],
  "a declaration": [
    500,
    (n, box) => {
      box.style.cssText = "background: url(/own.svg);".repeat(n);
    },
  ],
  "a set of pictures": [
    500,
    (n, box) => {
      const image = new Image();
      image.srcset = "/own.svg 1x, ".repeat(n);
      box.append(image);
    },
  ],
  "a tree made from the bottom up": [
    50,
    (n, box) => {
      let top = document.createElement("img");
      for (let at = 0; at < n; at++) {
        const around = document.createElement("div");
        around.appendChild(top);
        top = around;
      }
      box.append(top);
    },
  ],
  "a list, element by element": [
    200,
    (n, box) => {
      for (let at = 0; at < n; at++) box.appendChild(document.createElement("p")).append("x", new Image());
    },
  ],
  "a document written piece by piece": [
    200,
    (n, box) => {
      const d = box.appendChild(document.createElement("iframe")).contentDocument;
      d.open();
      for (let at = 0; at < n; at++) d.write("<p title='x'>row</p>");
      d.close();
    },
  ],
  "copies of a tree": [
    200,
    (n, box) => {
      const row = document.createElement("p");
      row.append(...Array.from({ length: n }, () => new Image()));
      box.append(row.cloneNode(true));
    },
  ],
  "elements beside frames in shadow roots": [
    20,
    (n, box) => {
      for (let at = 0; at < n; at++) {
        const host = box.appendChild(document.createElement("div"));
        host.attachShadow({ mode: "closed" }).append(document.createElement("iframe"));
      }
      // Many, so that closing the gate in the frames, which is linear, does not hide the rest.
      for (let at = 0; at < 200 * n; at++) box.appendChild(document.createElement("p"));
    },
  ],
  "places of a range": [
    200,
    (n, box) => {
      const range = new Range();
      range.setStart(box, 0);
      for (let at = 0; at < n; at++) range.insertNode(document.createElement("b"));
    },
  ],
};

// The browser holds requests there, and functions by which a frame comes in are watched.
const REFUSED = "in a page that starts refused";

visitTest("what the gate does grows no faster than what it is given", async (visit) => {
  for (const [path, answer] of Object.entries(OWN)) visit.serve(path, answer);
  for (const [title, policy] of Object.entries({ ...POLICIES, [REFUSED]: POLICIES["something undecided"] })) {
    await visit.open({ policy, tag: PLAIN_TAG, before: COUNTED });
    if (title === REFUSED) {
      await visit.control("reject-all").click();
      await visit.page.reload();
    }
    for (const [name, [size, act]] of Object.entries(GROWING)) {
      const [less, more] = await visit.page.evaluate(`[${size}, ${2 * size}].map((n) => {
        const box = document.body.appendChild(document.createElement("div"));
        window.work = 0;
        (${act})(n, box);
        const { work } = window;
        box.remove();
        return work;
      })`);
      // Where the browser holds requests, most of it costs nothing.
      if (title !== REFUSED || /frames/.test(name)) assert.ok(less > 0, `${title}: ${name}: something is counted`);
      // Twice, and what is there once; what grows as a square is there four times.
      assert.ok(more <= 2.2 * less + 500, `${title}: ${name}: ${less} steps for ${size}, ${more} for ${2 * size}`);
    }
  }
});
