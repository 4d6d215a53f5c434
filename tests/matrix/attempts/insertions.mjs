// The functions and the markup that put an empty frame into a page, whose window is then found by its number.
//
// Left out: what is done in that window, and other ways to one (realms.mjs).

/** Functions that put a frame in: each is given a place in the document and the frame. */
export const INSERTIONS = [
  [
    "append-child",
    "`appendChild`",
    (box, frame) => {
      box.appendChild(frame);
    },
  ],
  [
    "insert-before",
    "`insertBefore`",
    (box, frame) => {
      box.insertBefore(frame, null);
    },
  ],
  [
    "replace-child",
    "`replaceChild`",
    (box, frame) => {
      box.replaceChild(frame, box.appendChild(document.createElement("i")));
    },
  ],
  [
    "append",
    "`append`, after a text",
    (box, frame) => {
      box.append("text", frame);
    },
  ],
  [
    "prepend",
    "`prepend`",
    (box, frame) => {
      box.prepend(frame);
    },
  ],
  [
    "before",
    "`before`",
    (box, frame) => {
      box.appendChild(document.createElement("i")).before(frame);
    },
  ],
  [
    "after-text",
    "`after` of a text",
    (box, frame) => {
      box.appendChild(document.createTextNode("x")).after(frame);
    },
  ],
  [
    "replace-with",
    "`replaceWith`",
    (box, frame) => {
      box.appendChild(document.createElement("i")).replaceWith(frame);
    },
  ],
  [
    "replace-comment",
    "`replaceWith` of a comment",
    (box, frame) => {
      box.appendChild(document.createComment("x")).replaceWith(frame);
    },
  ],
  [
    "replace-children",
    "`replaceChildren`",
    (box, frame) => {
      box.replaceChildren(frame);
    },
  ],
  [
    "adjacent-element",
    "`insertAdjacentElement`",
    (box, frame) => {
      box.insertAdjacentElement("afterbegin", frame);
    },
  ],
  [
    "range",
    "`Range.insertNode`",
    (box, frame) => {
      const range = document.createRange();
      range.selectNodeContents(box);
      range.insertNode(frame);
    },
  ],
  [
    "surround",
    "`Range.surroundContents` with the frame",
    (box, frame) => {
      box.textContent = "text";
      const range = document.createRange();
      range.selectNodeContents(box);
      range.surroundContents(frame);
    },
  ],
  [
    "selection",
    "`insertNode` of the selection's range",
    (box, frame) => {
      getSelection().selectAllChildren(box);
      getSelection().getRangeAt(0).insertNode(frame);
    },
  ],
  [
    "extracted",
    "`Range.extractContents` of an inert tree, appended",
    (box, frame) => {
      const from = document.implementation.createHTMLDocument("").body;
      from.append(frame);
      const range = document.createRange();
      range.selectNodeContents(from);
      box.append(range.extractContents());
    },
  ],
  [
    "fragment-node",
    "a fragment",
    (box, frame) => {
      const fragment = document.createDocumentFragment();
      fragment.append(frame);
      box.appendChild(fragment);
    },
  ],
  [
    "deep",
    "deep in a tree",
    (box, frame) => {
      const tree = document.createElement("section");
      tree.innerHTML = "<p><b><i></i></b></p>";
      tree.querySelector("i").append(frame);
      box.append(tree);
    },
  ],
  [
    "again",
    "put in twice: the second window is another",
    (box, frame) => {
      box.append(frame);
      box.append(frame);
    },
  ],
  [
    "moved-parent",
    "`moveBefore` of its parent into the document, or `insertBefore`",
    (box, frame) => {
      const parent = document.createElement("p");
      parent.append(frame);
      try {
        box.moveBefore(parent, null);
      } catch {
        box.insertBefore(parent, null);
      }
    },
  ],
  [
    "adopted",
    "`adoptNode`",
    (box, frame) => {
      const other = document.implementation.createHTMLDocument("");
      other.body.append(frame);
      box.append(document.adoptNode(frame));
    },
  ],
  [
    "element",
    "into `documentElement`",
    (box, frame) => {
      document.documentElement.append(frame);
    },
  ],
  [
    "select-item",
    "`select.options[0] = …`",
    (box, frame) => {
      const option = document.createElement("option");
      option.append(frame);
      box.appendChild(document.createElement("select")).options[0] = option;
    },
  ],
  [
    "select-index",
    "`select[1] = …`",
    (box, frame) => {
      const option = document.createElement("option");
      option.append(frame);
      const select = document.createElement("select");
      select.append(document.createElement("option"));
      box.append(select);
      select[1] = option;
    },
  ],
  [
    "select-add",
    "`select.add`",
    (box, frame) => {
      const option = document.createElement("option");
      option.append(frame);
      box.appendChild(document.createElement("select")).add(option);
    },
  ],
  [
    "options-add",
    "`select.options.add`",
    (box, frame) => {
      const group = document.createElement("optgroup");
      group.append(frame);
      box.appendChild(document.createElement("select")).options.add(group);
    },
  ],
  [
    "options-set",
    "`Reflect.set` of a list of options",
    (box, frame) => {
      const option = document.createElement("option");
      option.append(frame);
      Reflect.set(box.appendChild(document.createElement("select")).options, "0", option);
    },
  ],
  [
    "options-define",
    "`Object.defineProperty` of a select",
    (box, frame) => {
      const option = document.createElement("option");
      option.append(frame);
      Object.defineProperty(box.appendChild(document.createElement("select")), 0, {
        value: option,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  ],
  [
    "caption",
    "`table.caption`",
    (box, frame) => {
      const caption = document.createElement("caption");
      caption.append(frame);
      box.appendChild(document.createElement("table")).caption = caption;
    },
  ],
  [
    "table-head",
    "`table.tHead`",
    (box, frame) => {
      const head = document.createElement("thead");
      head.append(frame);
      box.appendChild(document.createElement("table")).tHead = head;
    },
  ],
  [
    "table-foot",
    "`table.tFoot`",
    (box, frame) => {
      const foot = document.createElement("tfoot");
      foot.append(frame);
      box.appendChild(document.createElement("table")).tFoot = foot;
    },
  ],
  [
    "foreign-object",
    "in a `foreignObject`",
    (box, frame) => {
      const ns = "http://www.w3.org/2000/svg";
      const object = document.createElementNS(ns, "foreignObject");
      object.append(frame);
      const svg = document.createElementNS(ns, "svg");
      svg.append(object);
      box.append(svg);
    },
  ],
  [
    "slotted",
    "as a slotted child",
    (box, frame) => {
      box.attachShadow({ mode: "closed" }).innerHTML = "<slot></slot>";
      box.append(frame);
    },
  ],
  [
    "popover",
    "by a listener for `beforetoggle` of a popover",
    (box, frame) => {
      box.popover = "manual";
      box.addEventListener("beforetoggle", () => box.append(frame), { once: true });
      box.showPopover();
    },
  ],
  [
    "prototype",
    "`Node.prototype.appendChild.call`",
    (box, frame) => {
      Node.prototype.appendChild.call(box, frame);
    },
  ],
  [
    "reflect",
    "`Reflect.apply(Node.prototype.insertBefore, …)`",
    (box, frame) => {
      Reflect.apply(Node.prototype.insertBefore, box, [frame, null]);
    },
  ],
];

/** The way to a window by one of these functions. */
export const inserted = (at, use, text, insert) => {
  const before = window.length;
  const frame = document.createElement("iframe");
  insert(at.box, frame);
  // Where it did not get in, it is no way.
  if (window.length > before) use(window[window.length - 1]);
};

/** Functions that make a frame out of markup: each is given a place in the document and the markup. */
export const MARKUP = [
  [
    "inner-html",
    "`innerHTML`",
    (box, html) => {
      box.innerHTML = html;
    },
  ],
  [
    "inner-html-late",
    "`innerHTML` of a tree that comes in later",
    (box, html) => {
      const holder = document.createElement("p");
      holder.innerHTML = html;
      box.append(holder);
    },
  ],
  [
    "outer-html",
    "`outerHTML`",
    (box, html) => {
      box.appendChild(document.createElement("i")).outerHTML = html;
    },
  ],
  [
    "adjacent-html",
    "`insertAdjacentHTML`",
    (box, html) => {
      box.insertAdjacentHTML("beforeend", html);
    },
  ],
  [
    "html-unsafe",
    "`setHTMLUnsafe`",
    (box, html) => {
      box.setHTMLUnsafe(html);
    },
  ],
  [
    "fragment",
    "`createContextualFragment`",
    (box, html) => {
      const range = document.createRange();
      range.selectNodeContents(box);
      box.append(range.createContextualFragment("<p>" + html));
    },
  ],
  [
    "parsed",
    "`DOMParser`",
    (box, html) => {
      box.append(new DOMParser().parseFromString(html, "text/html").body.firstChild);
    },
  ],
  [
    "parsed-xml",
    "`DOMParser`, as XML",
    (box) => {
      box.append(
        new DOMParser().parseFromString('<iframe xmlns="http://www.w3.org/1999/xhtml"/>', "application/xhtml+xml")
          .documentElement,
      );
    },
  ],
  [
    "parse-unsafe",
    "`Document.parseHTMLUnsafe`",
    (box, html) => {
      box.append(Document.parseHTMLUnsafe(html).body.firstChild);
    },
  ],
  [
    "template",
    "a `template`, cloned",
    (box, html) => {
      const template = document.createElement("template");
      template.innerHTML = html;
      box.append(template.content.cloneNode(true));
    },
  ],
  [
    "imported",
    "`importNode`",
    (box, html) => {
      const other = document.implementation.createHTMLDocument("");
      other.body.innerHTML = "<p>" + html;
      box.append(document.importNode(other.body.firstChild, true));
    },
  ],
  [
    "cloned",
    "`cloneNode` of a tree",
    (box, html) => {
      const holder = document.createElement("p");
      holder.innerHTML = html;
      box.append(holder.cloneNode(true));
    },
  ],
  [
    "edited",
    '`execCommand("insertHTML")`',
    (box, html) => {
      box.contentEditable = "true";
      box.textContent = "text";
      box.focus();
      getSelection().selectAllChildren(box);
      document.execCommand("insertHTML", false, html);
    },
  ],
  [
    "undone",
    '`execCommand("undo")` of a removal',
    (box, html) => {
      box.contentEditable = "true";
      box.innerHTML = "<p>text" + html + "</p>";
      box.focus();
      getSelection().selectAllChildren(box);
      document.execCommand("delete");
      if (box.querySelector("iframe")) throw new Error("still there");
      document.execCommand("undo");
      if (!box.querySelector("iframe")) throw new Error("not back");
    },
  ],
  [
    "transformed",
    "`XSLTProcessor`",
    (box) => {
      const parser = new DOMParser();
      const processor = new XSLTProcessor();
      processor.importStylesheet(
        parser.parseFromString(
          '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="html"/><xsl:template match="/"><iframe></iframe></xsl:template></xsl:stylesheet>',
          "text/xml",
        ),
      );
      box.append(processor.transformToFragment(parser.parseFromString("<a/>", "text/xml"), document));
    },
  ],
  [
    "deep-html",
    "`innerHTML`, deep in a `foreignObject`",
    (box, html) => {
      box.innerHTML = "<svg><foreignObject><div><table><tr><td>" + html + "</table></div></foreignObject></svg>";
    },
  ],
  [
    "srcdoc-html",
    "`innerHTML`, with `srcdoc`",
    (box) => {
      box.innerHTML = '<iframe srcdoc="&lt;p&gt;x"></iframe>';
    },
  ],
  [
    "blank-html",
    "`innerHTML`, with `about:blank`",
    (box) => {
      box.innerHTML = '<iframe src="about:blank#x" name="x"></iframe>';
    },
  ],
  [
    "lazy-html",
    "`innerHTML`, with `loading=lazy`",
    (box) => {
      box.innerHTML = '<iframe loading="lazy" src="about:blank"></iframe>';
    },
  ],
  [
    "sandboxed-html",
    "`innerHTML`, sandboxed with the page's own origin",
    (box) => {
      box.innerHTML = '<iframe sandbox="allow-same-origin allow-scripts"></iframe>';
    },
  ],
  [
    "second-html",
    "`innerHTML`, the second of two",
    (box, html) => {
      box.innerHTML = html + "<p>" + html;
    },
  ],
];

/** The way to a window by markup that is put in so. */
export const marked = (at, use, text, insert) => {
  const before = window.length;
  insert(at.box, "<iframe></iframe>");
  if (window.length > before) use(window[window.length - 1]);
};
