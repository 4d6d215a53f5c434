// The face: what the tag shows beyond the first layer, in a file of its own that is fetched when somebody
// asks for it (`dist/consentinel.face.js`, `dist/npm/face.js`; the same bytes). load.js fetches it.
//
// It makes trees (view.js says what a tree is) and decides nothing: the tag puts them into the page, listens
// to the clicks on what carries `data-consent-action`, and tells Rust. So nothing here can grant, and it
// must not import what keeps something (told.js but for its numbers, banner.js, page.js, gate/).

import { declarer } from "./face/declaration.js";
import { holder } from "./face/placeholder.js";
import { receipt } from "./face/receipt.js";
import { settings, watch } from "./face/settings.js";
import { checkTranslation } from "./face/translation.js";
import { EXPORT, LEDGER, NOTICE, STATE } from "./numbers.js";
import { style } from "#assets";

/**
 * The face, made by the tag with its tools: `build` makes elements of a tree, `ask` gets what Rust knows as
 * JSON text (a number of told.js), `known` the same as a value, null where there is none, `download(text, name, type)` hands a file to the visitor, `save(text)` a ledger, `own(document,
 * frame)` makes the tag listen to clicks in the document of a frame that waits, `policy` is what the page gave,
 * an object or its text, `warn(…)` tells the developer what is found.
 *
 * What the tag calls: `settings(notice, state)` answers a tree, whose switches (`role=switch`) are what is
 * saved, by their names; `watch(dialog)` gets the elements made of it before they are shown, and may listen to
 * them; `acts[action]` is called for the visitor's click on a control of ours with this action; `hold(frame, name)` shows in a frame that it waits for this category or
 * service; `declare(element)` fills an element with the policy; `renew()` is called when the texts of a
 * language have arrived.
 */
export default function face(tools) {
  const { ask, known, download, save } = tools;
  const { hold, makeWay, renewPlaceholders } = holder(tools, style);
  const { declare, renewDeclarations } = declarer(tools, style, makeWay);
  return {
    style,
    settings(notice, state) {
      checkTranslation(tools, notice.language);
      // Reading a ledger that is broken takes the choices back.
      const records = known(LEDGER);
      return settings(notice, { ...state, ...known(STATE) }, records);
    },
    watch,
    acts: {
      __proto__: null,
      receipt: () =>
        download(receipt(known(NOTICE), known(LEDGER), location.host), "consent-receipt.html", "text/html"),
      export: () => save(ask(EXPORT)),
    },
    hold,
    declare,
    renew() {
      renewPlaceholders();
      renewDeclarations();
    },
  };
}
