//! What is evaluated in pages: expressions of JavaScript, each a function. All but hooks.js and the scrolling only read.

/// A function, as a statement: tells who keeps something, before any script of the page runs.
pub const HOOKS: &str = include_str!("hooks.js");

/// Waits until the page has nothing to do, or two seconds.
pub const IDLE: &str =
    "new Promise((resolve) => requestIdleCallback(() => resolve(1), { timeout: 2000 }))";

/// Where to click for an answer: the middle of the button of the first layer, once it is there (docs/api.md, "Hooks for
/// privacy tools"); nothing where there is none after five seconds.
pub const BUTTON: &str = r#"(action) => new Promise((resolve) => {
  const end = performance.now() + 5000;
  const look = () => {
    const button = document.querySelector("consent-banner")?.shadowRoot
      ?.querySelector(`[part="banner"] [data-consent-action="${action}"]`);
    const box = button?.getBoundingClientRect();
    if (box?.width > 0) {
      button.scrollIntoView({ block: "center" });
      const { x, y, width, height } = button.getBoundingClientRect();
      resolve({ x: x + width / 2, y: y + height / 2 });
    } else if (performance.now() > end) resolve(null);
    else setTimeout(look, 50);
  };
  look();
})"#;

/// Scrolls to the end of the page, a screen at a time, or sixty screens where it never ends; whether there was anything
/// below. Each time it waits until what has come into view may have asked.
pub const SCROLL: &str = r#"() => new Promise((resolve) => {
  const start = scrollY;
  let left = 60;
  const step = () => {
    const before = scrollY;
    scrollTo({ top: before + innerHeight * 0.9, behavior: "instant" });
    if (scrollY > before && left-- > 0) setTimeout(step, 50);
    else resolve(scrollY > start);
  };
  step();
})"#;

/// Whether the visitor has decided; it may take a moment until the answer is on record.
pub const ANSWERED: &str = r#"() => new Promise((resolve) => {
  const end = performance.now() + 5000;
  const look = () => {
    if (window.consentinel?.state?.decided === true) resolve(true);
    else if (performance.now() > end) resolve(false);
    else setTimeout(look, 50);
  };
  look();
})"#;

/// What Consentinel held or refused on the page.
pub const ATTEMPTS: &str = r#"() => window.consentinel.attempts().slice(0, 200)
  .map(({ kind, name, script }) => ({ kind, name, script }))"#;

/// Title, links, and the elements that ask for an address by themselves, each as `www/js/marks.js` tells of it.
const CONTENT: &str = r#"() => {
  const elements = [];
  for (const element of document.querySelectorAll("*")) {
    const found = asking(element);
    if (found !== null && elements.push(found) === 2000) break;
  }
  return {
    url: location.href.slice(0, 2000),
    title: document.title.slice(0, 300),
    links: [...document.querySelectorAll("a[href],area[href]")].slice(0, 2000).map((link) => `${link.href}`),
    elements,
  };
}"#;

/// A module; its export is a function of one element.
const MARKS: &str = include_str!("../../www/js/marks.js");

/// What a page has in the end, as an expression.
pub fn content() -> String {
    let function = MARKS.replacen("export function", "function", 1);
    format!("(() => {{ {function}\nreturn ({CONTENT})(); }})()")
}
