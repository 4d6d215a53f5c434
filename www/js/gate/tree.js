// How elements come into a document: each function that puts one in, or reads markup for one, first takes
// out what may not pass, and afterwards makes those attempts and closes the gate in new frames.
//
// Left out: attributes that a page sets on elements (attributes.js).

import { getter, localName, match, pageOf, parentOf, slice, viewOf, writeMarkup } from "../pristine.js";
import { asText, once, resolved, said } from "./address.js";
import { around, aroundIn } from "./around.js";
import { disarm, disarmAll, settle, settleAll } from "./elements.js";
import { judge } from "./held.js";
import { changingText, kindOf } from "./sheets.js";
import { asks, createWriter, screenedHtml, screenedPage } from "./html.js";

const page = globalThis.document;
const hostOf = getter("ShadowRoot", "host");
const frameWindow = getter("HTMLIFrameElement", "contentWindow");

const PARENTS = "Node Element Document DocumentFragment CharacterData DocumentType Range";
const INSERTS =
  "appendChild insertBefore replaceChild append prepend before after replaceWith replaceChildren insertAdjacentElement moveBefore insertNode surroundContents adoptNode importNode";

// Elements whose inside is text for the browser, not markup.
const TEXTS = /^(?:style|script|textarea|title|iframe|noscript|noframes|noembed|xmp)$/;

const above = (self) => parentOf(self) ?? self;
/** Gates everything that puts elements into the documents of a realm; `enter` closes the gate in a window. */
export function gateTree(scope, enter) {
  // The attempts of what was put in, in their order: the list begins with the last.
  const settled = (touched) => {
    let list = null;
    for (; touched; touched = touched.next) list = { target: touched.target, next: list };
    for (; list; list = list.next) {
      if (localName(list.target) === "iframe") enter(frameWindow(list.target));
      settle(list.target);
    }
  };
  gateNodes(scope, settled);
  gateMarkup(scope, settled);
  gateWriting(scope, enter);
}

function gateNodes(scope, settled) {
  const inserting = (self, args, run, name) => {
    let touched = null;
    for (let at = 0; at < args.length; at++) if (kindOf(args[at])) touched = disarmAll(args[at], touched);
    const answer = changingText(self, run, args, name);
    if (touched) settled(touched);
    return answer;
  };
  around(scope, PARENTS, INSERTS, inserting);
  around(scope, "Document", "body", inserting, "set");
  around(scope, "HTMLTableElement", "caption tHead tFoot", inserting, "set");
  around(scope, "Node", "cloneNode", (self, args, run) => {
    // Where nothing loads, a copy loads nothing either.
    if (viewOf(pageOf(self) ?? self)) disarmAll(self, null);
    return run();
  });
}

function gateMarkup(scope, settled) {
  // `contextOf` names the element whose inside the markup becomes; `topOf` what to look through afterwards.
  const reading = (at, contextOf, topOf = contextOf) => (self, args, run, name) => {
    const context = contextOf(self, args);
    if (args.length > at) args[at] = args[at] === null ? "" : once(args[at]);
    if (!match(TEXTS, localName(context)) && args.length > at && asks(args[at])) {
      args[at] = screenedHtml(args[at], context);
      const top = topOf(self, args);
      const answer = run();
      settled(disarmAll(top, null));
      return answer;
    }
    return changingText(self, run, args, name);
  };
  const itself = (self) => self;
  around(scope, "Element", "innerHTML", reading(0, itself), "set");
  around(scope, "Element", "outerHTML", reading(0, above), "set");
  around(scope, "Element", "setHTMLUnsafe setHTML", reading(0, itself));
  around(scope, "Element", "insertAdjacentHTML", (self, args, run) => {
    asText(args, 0);
    return reading(1, match(/^(?:beforebegin|afterend)$/i, args[0]) ? above : itself)(self, args, run, "insertAdjacentHTML");
  });
  around(scope, "ShadowRoot", "innerHTML", reading(0, hostOf, itself), "set");
  around(scope, "ShadowRoot", "setHTMLUnsafe setHTML", reading(0, hostOf, itself));
  const parsing = (self, args, run) => {
    if (args.length) args[0] = screenedHtml(once(args[0]), page.body);
    return run();
  };
  aroundIn(scope.Document, "parseHTMLUnsafe", (self, args, run) => {
    if (args.length && asks((args[0] = once(args[0])))) args[0] = screenedPage(said(args[0]));
    return run();
  });
  around(scope, "Range", "createContextualFragment", parsing);
  // It would bring a style sheet, which nobody does in a page; so it is another one.
  around(scope, "Document", "createProcessingInstruction", (self, args, run) => {
    if (match(/^xml-stylesheet$/i, asText(args, 0))) args[0] = "consent-stylesheet";
    return run();
  });
  around(scope, "Document", "execCommand", (self, args, run) => {
    if (match(/^inserthtml$/i, asText(args, 0))) args[2] = screenedHtml(once(args[2]), page.body);
    if (match(/^insertimage$/i, args[0]) && judge("image", resolved(asText(args, 2), self))) return false;
    return run();
  });
}

// A frame ends at such a tag at the latest: the gate is closed in it before the next piece is read.
const FRAME_END = /<\/iframe[^>]*>|<frame[^>]*>/i;

function gateWriting(scope, enter) {
  const writer = createWriter(scope.document);
  const settledPage = (self) => {
    settleAll(self);
    for (let at = 0; scope[at]; at++) enter(scope[at]);
  };
  const writing = (self, args, run, name) => {
    let text = "";
    for (let at = 0; at < args.length; at++) text += said(once(args[at]));
    let rest = said(writer(name === "writeln" ? text + "\n" : text));
    do {
      const found = match(FRAME_END, rest);
      const end = found ? found.index + found[0].length : rest.length;
      writeMarkup(self, slice(rest, 0, end));
      enter(scope, true);
      settledPage(self);
      rest = slice(rest, end);
    } while (rest);
  };
  around(scope, "Document", "write writeln", writing);
  // It takes all listeners away.
  around(scope, "Document", "open", (self, args, run) => {
    const opened = run();
    enter(args.length > 2 ? opened : scope, true);
    return opened;
  });
}
