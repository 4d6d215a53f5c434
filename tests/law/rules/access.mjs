// That the banner can be operated by everybody: R46. What it takes in full is tests/access; here is what each
// site must show.

import assert from "node:assert/strict";

export default [
  {
    id: "R46",
    title: "refusing works by the keyboard and at 400 %, with no more key presses than accepting",
    how: "On a page of 320 pixels, which is 1280 at 400 %: both answers by Tab and Enter, both on the screen, nothing scrolls sideways. The whole of WCAG 2.2 AA is `tests/access`.",
    limit: "What only people with their own aids can judge; the page around the banner.",
    async check({ facts }) {
      const { presses, first, sideways } = await facts("keyboard");
      assert.deepEqual([presses["reject-all decided"], presses["accept-all decided"]], [true, true]);
      assert.ok(presses["reject-all"] <= presses["accept-all"], JSON.stringify(presses));
      for (const action of ["reject-all", "accept-all"])
        assert.equal(first.controls.find((control) => control.action === action).isOnScreen, true, action);
      assert.ok(sideways <= 0, `${sideways} pixels`);
    },
  },
];
