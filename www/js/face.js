// The face: what the tag shows beyond the first layer, in a file of its own that is fetched when somebody
// asks for it (`dist/consentinel.face.js`, `dist/npm/face.js`; the same bytes). load.js fetches it.
//
// It makes trees (view.js says what a tree is) and decides nothing: the tag puts them into the page, listens
// to the clicks on what carries `data-consent-action`, and tells Rust. So nothing here can grant, and it
// must not import what keeps something (told.js but for its numbers, banner.js, page.js, gate/).

import { checkContrast } from "./face/contrast.js";
import { settings } from "./face/settings.js";
import { style } from "#assets";

/**
 * The face, made by the tag with its tools: `build` makes elements of a tree, `ask` gets what Rust knows as
 * JSON text (a number of told.js), `download(text, name, type)` hands a file to the visitor, `own(document)`
 * makes the tag listen to clicks in the document of a frame that holds nothing but a placeholder.
 *
 * What the tag calls: `settings(notice, state)` answers a tree, whose switches (`role=switch`) are what is
 * saved, by their names; `watch(dialog, notice)` gets the elements made of it before they are shown, and
 * may listen to them; `check(dialog)` gets them once they are shown; `acts[action]` gets the visitor's click on a control of ours with this action. The
 * click on `once` arrives after the decision is on record, and what is named in the control's `name` may then
 * load this time; `always` (its `name` again) is told to Rust, and needs nothing more.
 */
export default function face(tools) {
  return { style, settings: (notice, state) => settings(notice, state, tools), watch() {}, check: checkContrast, acts: {} };
}
