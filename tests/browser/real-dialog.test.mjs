// Modal dialogs of the page: while one is open, nothing outside of it can be used, whatever stands above it. The question
// stands inside, answers there by mouse and by keyboard, and the dialog goes on as it would without us.
//
// Left out: dialogs of a page's own making, which make nothing else unusable by themselves (real-layer.test.mjs).

import assert from "node:assert/strict";
import { situations } from "./real.mjs";

const situation = situations();
const BODY = `<h1>Page</h1><button id="outside">Outside</button>
  <dialog id="cart"><form method="dialog"><input id="name"><button id="ready">Done</button></form></dialog>
  <dialog id="second"><button id="more">More</button></dialog>`;
const open = async (visitor, code = "cart.showModal();") => {
  await visitor.open({ body: BODY });
  await visitor.place();
  await visitor.run(code);
  return visitor.place();
};
const OPEN = "The page opens a modal dialog while the question stands";

situation(OPEN, "it can be answered by a click, and neither takes the focus nor closes the dialog", async (visitor) => {
  await open(visitor);
  assert.equal(await visitor.focused(), "name", "the field of the dialog keeps the focus");
  await visitor.refuses();
  assert.equal(await visitor.evaluate("cart.open && cart.matches(':modal')"), true);
  assert.equal(await visitor.evaluate("cart.lastElementChild.localName"), "consent-banner");
});

situation(OPEN, "it is reached by Tab from the dialog", async (visitor) => {
  await open(visitor);
  const passed = await visitor.tabTo("reject-all");
  assert.ok(!passed.includes("outside"), `nothing behind the dialog on the way: ${passed}`);
});

const WITH_KEYS = {
  cannot: { firefox: "without a window in front, as here, a key presses no button there, ours or another" },
};

situation(
  OPEN,
  "it is answered by Space",
  async (visitor) => {
    await open(visitor);
    await visitor.tabTo("reject-all");
    await visitor.press("Space");
    assert.equal((await visitor.decision()).analytics, "denied");
    assert.equal(await visitor.evaluate("cart.open"), true);
  },
  WITH_KEYS,
);

for (const [how, code] of [
  ["closes it", "cart.close();"],
  ["takes it out of the page", "cart.remove();"],
  ["takes it away with all around it", "document.body.innerHTML = '<h1>Other</h1>';"],
]) {
  situation(
    `The question stands in a modal dialog, and the page ${how}`,
    "it stands in the page again",
    async (visitor) => {
      await open(visitor);
      await visitor.run(code);
      await visitor.place();
      assert.equal(await visitor.evaluate("tools.hosts()[0].parentNode === document.body"), true);
      await visitor.refuses();
    },
  );
}

situation(
  "The page renders what is in its modal dialog anew, and the question was there",
  "it waits, unseen, until the dialog is closed; then a click answers it",
  async (visitor) => {
    await open(visitor);
    await visitor.run("cart.innerHTML = '<button id=ready onclick=cart.close()>Done</button>';");
    const { hosts, seen } = await visitor.run(`
      await tools.until(() => tools.hosts().length);
      return { hosts: tools.hosts().map((one) => one.parentNode.localName), seen: tools.control("reject-all").getClientRects().length };`);
    assert.deepEqual([hosts, seen], [["body"], 0]);
    // Nobody fights: the dialog keeps what it was given.
    await visitor.run("cart.append('More');");
    assert.equal(await visitor.evaluate("cart.querySelectorAll('consent-banner').length"), 0);
    const { x, y } = await visitor.run(
      "const box = ready.getBoundingClientRect(); return { x: Math.round(box.x + 9), y: Math.round(box.y + 9) };",
    );
    await visitor.lane.click(x, y);
    await visitor.refuses();
  },
);

situation(
  "The page renders what is in its modal dialog anew, and the question was there",
  "once the dialog is closed, it is reached and answered by keyboard",
  async (visitor) => {
    await open(visitor);
    await visitor.run(
      "cart.innerHTML = '<button id=ready onclick=cart.close() autofocus>Done</button>'; ready.focus();",
    );
    await visitor.run("await tools.until(() => tools.hosts().length);");
    await visitor.press("Space");
    await visitor.place();
    await visitor.tabTo("reject-all", 20);
    await visitor.press("Space");
    assert.equal((await visitor.decision()).analytics, "denied");
  },
  WITH_KEYS,
);

situation(
  "A modal dialog opens over another one, and both close",
  "the question stands in the upper one, then in the lower one, then in the page",
  async (visitor) => {
    await open(visitor, "cart.showModal(); second.showModal();");
    const parent = () => visitor.evaluate("tools.hosts()[0].parentNode.id || tools.hosts()[0].parentNode.localName");
    assert.equal(await parent(), "second");
    await visitor.run("second.close();");
    await visitor.place();
    assert.equal(await parent(), "cart");
    await visitor.run("cart.close();");
    await visitor.place();
    assert.equal(await parent(), "body");
    await visitor.refuses();
  },
);

situation(
  "The page closes its modal dialog by a click beside it",
  "a click on the question does not close it",
  async (visitor) => {
    await open(
      visitor,
      `cart.addEventListener("click", ({ clientX: x, clientY: y }) => {
         const box = cart.getBoundingClientRect();
         if (x < box.left || x > box.right || y < box.top || y > box.bottom) cart.close();
       });
       cart.showModal();`,
    );
    await visitor.refuses();
    assert.equal(await visitor.evaluate("cart.open"), true);
  },
);

situation(
  "A component of the page has its modal dialog in a shadow root",
  "the question can be answered there",
  async (visitor) => {
    await open(
      visitor,
      `const part = document.createElement("x-part"); part.attachShadow({ mode: "open" }).innerHTML = "<dialog><button>In</button></dialog>";
       document.body.append(part); part.shadowRoot.firstChild.showModal();`,
    );
    await visitor.refuses();
  },
);

situation("The page has a modal dialog open before the question comes", "it can be answered there", async (visitor) => {
  await visitor.open({ body: `${BODY}<script>cart.showModal();</script>` });
  await visitor.refuses();
  assert.equal(await visitor.evaluate("cart.open"), true);
});

situation(
  "The page opens a modal dialog while the settings are open",
  "they stay usable, and what is saved counts",
  async (visitor) => {
    await visitor.open({ body: BODY });
    await visitor.click("settings");
    await visitor.place("save");
    await visitor.run("cart.showModal();");
    await visitor.click("save");
    assert.equal((await visitor.decision()).analytics, "denied");
    assert.equal(await visitor.evaluate("cart.open"), true);
  },
);

situation(
  "The visitor answers inside a modal dialog of the page, and closes that",
  "the small button stands in the page, and opens the settings",
  async (visitor) => {
    await open(visitor);
    await visitor.refuses();
    await visitor.run("cart.close();");
    await visitor.click("open");
    await visitor.place("save");
  },
);
