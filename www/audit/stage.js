// The layers of a notice as visitors see them, by the tag's own code: www/js/view.js, www/js/face/settings.js, www/css.
// Nothing here asks or keeps anything: no control does what it says, and no link leads away.

import { settings } from "../js/face/settings.js";
import { build, host } from "../js/tree.js";
import { firstLayer } from "../js/view.js";
import { style } from "#style";

/** The arrangement that this release draws (src/notice.rs, `LAYOUT`). */
const LAYOUT = 3;

/** Whether a notice is of the arrangement that is drawn here. */
export const draws = ({ layout }) => layout === LAYOUT;

/** Draws a layer, `first` or `settings`, into an element, before any choice, in a shadow root as the tag makes it. */
export function drawn(place, notice, layer, placement) {
  const element = build(host(notice, { placement }));
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  root.addEventListener("click", (event) => event.target.closest("a, button") && event.preventDefault());
  if (layer === "first") root.append(build(firstLayer(notice, {})));
  else {
    const optional = notice.categories.filter(({ necessary }) => !necessary);
    const undecided = (list) => Object.fromEntries(list.map(({ id }) => [id, "undecided"]));
    const state = {
      categories: undecided(optional),
      services: undecided(optional.flatMap(({ services }) => services)),
      intro: notice.texts.settingsIntro,
      left: [],
      waits: [],
    };
    const dialog = build(settings(notice, state, []));
    dialog.setAttribute("open", "");
    root.append(dialog);
  }
  place.replaceChildren(element);
}
