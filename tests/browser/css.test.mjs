// What the gate takes out of a style as text: www/js/gate/css.js alone, with a judge that knows hosts by their
// names. A case is a text and what is left of it; what is asked about follows from the case, or stands in it.
//
// Left out: whether browsers read styles as these cases say (styles.test.mjs and the matrix ask them).

import assert from "node:assert/strict";
import { test } from "node:test";

const { exec } = RegExp.prototype;
let looked = 0;
// How many characters are looked at, before anything takes the function.
RegExp.prototype.exec = function counted(text) {
  const start = this.sticky || this.global ? this.lastIndex : 0;
  const found = exec.call(this, text);
  looked += found ? found.index + found[0].length - start : this.sticky ? 1 : String(text).length - start;
  return found;
};
// The base of all addresses.
globalThis.Node = class {
  get baseURI() {
    return "https://site.example/shop/page.html";
  }
};
const { setHear } = await import("../../www/js/told.js");
const { screened } = await import("../../www/js/gate/css.js");
RegExp.prototype.exec = exec;

const [ALLOW, HOLD, REFUSE] = [0, 1, 2];
const node = new Node();
let asked = [];
setHear((_, words) => {
  asked.push(words);
  return words.includes("no.example") ? REFUSE : words.includes("wait.example") ? HOLD : ALLOW;
});

function screen(text, isOpen) {
  asked = [];
  return screened(text, node, isOpen);
}

const NO = "https://no.example/p.gif";

/** In each text, NO is an address of a host that may not be asked; what is gone is replaced as `want` says. */
const TAKEN = [
  ["an address without quotes", "a{background:url(NO)}", "a{background:url(data:,)}"],
  ["one with quotes", "a{background:url( 'NO' )}", "a{background:url( 'data:,' )}"],
  ["one that the text ends in", "a{background:url(NO", "a{background:url(data:,)"],
  ["a text that the text ends in", 'a{background:url("NO', 'a{background:url("data:,"'],
  ["an escape that the text ends in", "a{background:url(NO\\", "a{background:url(data:,)"],
  ["white space around", "a{background:url(\n\tNO\f\r\n )}", "a{background:url(data:,)}"],
  ["any case", "a{background:uRL(NO)}", "a{background:url(data:,)}"],
  ["a name in escapes", "a{background:\\55\r\nr\\6C (NO)}", "a{background:url(data:,)}"],
  ["escapes in the address", "a{background:url(https:\\/\\/no.ex\\61 mple)}", "a{background:url(data:,)}"],
  ["an escaped line end in a host", 'a{background:url("https://no.\\\fexample")}', 'a{background:url("data:,")}'],
  [
    "an escaped line end of two characters",
    'a{--x:"\\\r\n";background:url(NO)}',
    'a{--x:"\\\r\n";background:url(data:,)}',
  ],
  ["an escaped bracket in an address", "a{background:url(NO\\))}", "a{background:url(data:,)}"],
  [
    "after a function that ends so",
    'a{--x:my-url(")");background:url(NO)}',
    'a{--x:my-url(")");background:url(data:,)}',
  ],
  ["after a number with such a unit", 'a{b:1url(")" url(NO))}', 'a{b:1url(")" url(data:,))}'],
  ["after a number and a full stop", "a{b:1.url(NO)}", "a{b:1.url(data:,)}"],
  ["after an exponent without digits", "a{b:1e+url(NO)}", "a{b:1e+url(data:,)}"],
  ["after a hash", 'a{b:#url(")" url(NO))}', 'a{b:#url(")" url(data:,))}'],
  ["after an at-keyword", "a{b:@url(')' url(NO))}", "a{b:@url(')' url(data:,))}"],
  ["after a character beyond ASCII", "a{b:\u00a0url(')' url(NO))}", "a{b:\u00a0url(')' url(data:,))}"],
  ["after the beginning of a comment of HTML", "<!--url(NO)", "<!--url(data:,)"],
  ["after the end of one", "a-->url(NO)", "a-->url(data:,)"],
  ["after a comment in a name", "a{b:x/**/url(NO)}", "a{b:x/**/url(data:,)}"],
  ["after an address that is none", "a{b:url(x '(/*) url(NO)}", "a{b:url(x '(/*) url(data:,)}"],
  ["after one that is none by a space", "a{b:url(x y\\)/*) url(NO)}", "a{b:url(x y\\)/*) url(data:,)}"],
  ["after a text that a line ends", "a{b:'x\n;c:url(NO)}", "a{b:'x\n;c:url(data:,)}"],
  ["after what only looks like a comment", "a{b:url(/*) url(NO)}", "a{b:url(/*) url(data:,)}"],
  ["after an escaped quote", 'a{b:\\" url(NO)}', 'a{b:\\" url(data:,)}'],
  ["after a bracket too many", "a{b:c)}] d{e:url(NO)}", "a{b:c)}] d{e:url(data:,)}"],
  ["deep in rules", "@media all{@layer x{a{& b{c:url(NO)}}}}", "@media all{@layer x{a{& b{c:url(data:,)}}}}"],
  ["relative to a scheme", "a{b:url(//no.example/)}", "a{b:url(data:,)}"],
  ["behind slashes of another kind", "a{b:url(\\\\\\\\no.example)}", "a{b:url(data:,)}"],
  ["a set of images", 'a{b:image-set("NO" 1x, url(NO) 2x)}', 'a{b:image-set("data:," 1x, url(data:,) 2x)}'],
  ["an older set of images", "a{b:-webkit-image-set('NO' 1x)}", "a{b:-webkit-image-set('data:,' 1x)}"],
  ["src()", 'a{b:src("NO")}', 'a{b:src("data:,")}'],
  ["a text for a variable in a set", 'a{b:image-set(var(--x, "NO") 1x)}', 'a{b:image-set(var(--x, "data:,") 1x)}'],
  ["@import", '@import "NO" print;', '@import "data:," print;'],
  ["@import by url()", "@import url(NO);", "@import url(data:,);"],
  ["@import in escapes", "@\\69mport 'NO';", "@\\69mport 'data:,';"],
  ["@import after comments", "<!-- /**/ --> /**/ @import 'NO';", "<!-- /**/ --> /**/ @import 'data:,';"],
  ["a custom property", 'a{--x:"NO"}', 'a{--x:"data:,"}'],
  ["one with its name in escapes", 'a{b:c;\\2d\\2d x:"NO"}', 'a{b:c;\\2d\\2d x:"data:,"}'],
  ["one after a comment", 'a{b:c;/**/ --x:"NO"}', 'a{b:c;/**/ --x:"data:,"}'],
  ["one after a bracket too many", '} --x:"NO"', '} --x:"data:,"'],
  ["one with a condition and semicolons", 'a{--x:if(style(--y):1;else:"NO")}', 'a{--x:if(style(--y):1;else:"data:,")}'],
  ["one with a block in a condition", 'a{--x:if(z({;}):1;else:"NO")}', 'a{--x:if(z({;}):1;else:"data:,")}'],
  [
    "what a registered property begins with",
    '@property --x{syntax:"*";initial-value:"NO"}',
    '@property --x{syntax:"*";initial-value:"data:,"}',
  ],
  ["the result of a function", '@function --f(){result:"NO"}', '@function --f(){result:"data:,"}'],
  ["what a function gets by itself", '@function --f(--x:"NO"){}', '@function --f(--x:"data:,"){}'],
  ["what a function is given", 'a{b:--f("NO")}', 'a{b:--f("data:,")}'],
  ["@namespace inside a value", "a{--x:@namespace url(NO)}", "a{--x:@namespace url(data:,)}"],
  ["after @namespace", "@namespace url(x);a{b:url(NO)}", "@namespace url(x);a{b:url(data:,)}"],
  ["in a block of @supports", "@supports (a:url(x)){a{b:url(NO)}}", "@supports (a:url(x)){a{b:url(data:,)}}"],
  ["an at-rule that only begins so", "@namespaced url(NO);", "@namespaced url(data:,);"],
  ["several, in their places", "a{b:url(NO) url(/own) url('NO')}", "a{b:url(data:,) url(/own) url('data:,')}"],
];

/** What stays as it is, and nobody is asked: NO stands where it is no address. */
const LEFT = [
  ["@namespace", "@namespace svg url(NO); svg|rect{fill:red}"],
  ["@namespace with quotes", '@namespace "NO";'],
  ["a condition", "@supports (background:url(NO)) and (not (b:image-set('NO' 1x))){a{b:c}}"],
  ["a selector", ":is(a[href*='NO'], b:lang('x')){color:blue}"],
  ["a selector inside a rule", 'a{&[href="NO"] b{color:red}}'],
  ["a text that is shown", 'b::after{content:"NO"}'],
  ["a text that is shown, in a rule of another", '@media all{b::after{content:"NO" / "NO"}}'],
  ["a name of a font", "a{font-family:'NO'}"],
  ["a format", 'a{src:local("NO") format("NO")}'],
  ["a comment", "/* url(NO) */ a{b:c}"],
  ["a comment without an end", "a{b:c} /* url('NO')"],
  ["another function", "a{b:my-url(NO)}"],
  ["another function, in escapes", "a{b:\\6d url(NO)}"],
  ["a number with such a unit", "a{b:1.5url(NO) -1url(NO) 1e3url(NO)}"],
  ["a hash and an at-keyword", "a{b:#url(NO) @url(NO)}"],
  ["an address that is none", "a{b:url(NO x) url(NO'') url(NO() url(NO\\\n)}"],
  ["a text that a line ends", "a{b:image-set('NO\n)}"],
  ["a fragment", "a{fill:url(#https://no.example)}"],
  ["data", "a{b:url(data:image/png;base64,NO) url('data:font/woff2,')}"],
  ["nothing", "a{b:url() url('')}"],
  ["an escape alone", "\\"],
];

const filled = (text) => text.replaceAll("NO", NO);
for (const [name, text, want] of TAKEN) {
  test(`taken out: ${name}`, () => {
    const found = screen(filled(text));
    assert.deepEqual([found.text, found.verdict], [filled(want), REFUSE]);
    assert.deepEqual(screen(found.text).verdict, ALLOW, "what is left is clean");
  });
}
for (const [name, text] of LEFT) {
  test(`left as it was: ${name}`, () => {
    const found = screen(filled(text));
    assert.deepEqual([found.text, found.verdict, asked], [filled(text), ALLOW, []]);
  });
}

test("an address is asked about as the browser would resolve it", () => {
  screen("a{b:url(p.gif) url(/p.gif) url('?x') url( ../\\70.gif ) url(HTTPS://Own.Example/\\110000 )}");
  assert.deepEqual(asked, [
    "css https://site.example/shop/p.gif",
    "css https://site.example/p.gif",
    "css https://site.example/shop/page.html?x",
    "css https://site.example/p.gif",
    "css https://own.example/%EF%BF%BD",
  ]);
});

test("a sheet from a text of the page's own counts as code, a picture from one does not", () => {
  screen("@import 'blob:https://site.example/1'; @import url(data:text/css,); a{b:url(blob:https://site.example/2)}");
  assert.deepEqual(asked, ["style blob:", "style data:", "css blob:https://site.example/2"]);
});

test("what cannot be resolved is refused", () => {
  assert.deepEqual(screen("a{b:url('https://[')}"), { text: "a{b:url('data:,')}", verdict: REFUSE, isHeld: false });
});

test("what waits is told, also beside what is refused", () => {
  const [wait, no] = ["url(https://wait.example/)", "url(https://no.example/)"];
  assert.deepEqual(screen(`a{b:${wait} ${no}}`), {
    text: "a{b:url(data:,) url(data:,)}",
    verdict: REFUSE,
    isHeld: true,
  });
  assert.equal(screen(`a{b:${wait}}`).verdict, HOLD);
});

test("where every text counts, each is asked about, and no rule is one that asks nobody", () => {
  assert.equal(screen(`"${NO}"`, true).verdict, REFUSE);
  assert.equal(screen(`@namespace url(${NO})`, true).verdict, REFUSE);
  assert.equal(screen(`{"urls":["/a","${NO}"]}`, true).verdict, REFUSE);
});

/** Texts that would cost more than they are long, if anything were read twice. */
const LONG = {
  "comments without an end": "/* ",
  comments: "/**/",
  "beginnings of comments of HTML": "<!--",
  quotes: '"',
  texts: "'a' ",
  "lines that end texts": "'a\n",
  "escapes in a text": '"\\a',
  escapes: "\\61 ",
  "escaped brackets": "a\\(",
  dashes: "--",
  numbers: "1e",
  addresses: "url(/a)",
  "addresses without an end": "url(a ",
  "bad addresses": "url(a b)",
  brackets: "(",
  blocks: '{"',
  "closing brackets": "'')]}",
  declarations: "--x:'a';",
  "a declaration of many texts": "--x 'a' ",
  functions: 'a(b(""',
  names: "abc",
  spaces: "    ",
  "spaces in addresses": "url(a    b",
};
for (const [name, part] of Object.entries(LONG)) {
  test(`takes as long as the text is: ${name}`, () => {
    const cost = (count) => {
      // Something in it must look like an address.
      const text = `a{b:"";c:url(${part.repeat(count)}"`;
      const other = `   a{b:""; ${part.repeat(count)}"`;
      looked = 0;
      screen(text);
      screen(other);
      return looked / (text.length + other.length);
    };
    assert.ok(cost(40_000) < 12, "no more than some looks at each character");
    assert.ok(cost(40_000) < cost(10_000) * 1.1, "and no more of them in a longer text");
  });
}
