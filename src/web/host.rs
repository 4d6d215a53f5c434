//! The imports: everything Rust asks of the browser, through two JS snippets. Which call is pristine
//! and which never throws is settled there (`www/js/gate.js`, `www/js/page.js`).
//!
//! web-sys is left out: each of its calls brings a piece of glue of its own, and the gate needs
//! functions taken before the page could change them (docs/sizes.md has the measurement).

use alloc::string::String;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/www/js/gate.js")]
extern "C" {
    #[wasm_bindgen(js_name = readCookies)]
    pub fn read_cookies() -> String;
    pub fn release();
}

#[wasm_bindgen(module = "/www/js/page.js")]
extern "C" {
    pub fn random(bytes: &mut [u8]);
    pub fn recall(key: &str) -> String;
    pub fn keep(key: &str, text: &str) -> bool;
    pub fn erase(kind: u32, name: &str);
    #[wasm_bindgen(js_name = recallState)]
    pub fn recall_state(name: &str) -> String;
    #[wasm_bindgen(js_name = keepState)]
    pub fn keep_state(name: &str, text: &str, seconds: f64) -> bool;
    pub fn keys(kind: u32) -> String;
    #[wasm_bindgen(js_name = tellProblems)]
    pub fn tell_problems(problems: &str);
    pub fn emit(name: &str, detail: &str);
    pub fn attempted(kind: &str, name: &str, verdict: &str);
    pub fn listen();
}

#[wasm_bindgen(module = "/www/js/banner.js")]
extern "C" {
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(part: &str) -> bool;
    pub fn show(part: &str, notice: &str, state: &str) -> bool;
    pub fn discard(part: &str) -> bool;
    #[wasm_bindgen(js_name = closeSettings)]
    pub fn close_settings();
    pub fn say(text: &str, has_focus: bool);
    #[wasm_bindgen(js_name = switchedOn)]
    pub fn switched_on() -> String;
}

// No more scripts than these four: the test runner's server can hang when a page asks for more files at
// once than it has threads for (four).
#[wasm_bindgen(module = "/www/js/told.js")]
extern "C" {
    pub fn parse(text: &str) -> String;
    /// Any value of the page as JSON text; for tests.
    pub fn write(value: &JsValue) -> String;
    pub fn reply(text: &str);
    /// Names the function that hears. Ours is named by `www/js/start.js`; this is for tests.
    #[wasm_bindgen(js_name = setHear)]
    pub fn set_hear(hear: &JsValue);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date)]
    pub fn now() -> f64;
}

/// What the snippets and the API tell and ask: the numbers of `www/js/told.js`.
pub mod told {
    /// A write to `document.cookie`.
    pub const COOKIE: u32 = 0;
    /// An element with `data-consent`; the text is the name in it.
    pub const MARKUP: u32 = 1;
    /// An element could not be revived.
    pub const FAILED: u32 = 2;
    /// A control was used; the text is its action.
    pub const ACTION: u32 = 3;
    /// Time to look at clock and cookie again.
    pub const LOOK: u32 = 4;
    /// The settings were closed.
    pub const CLOSED: u32 = 5;
    /// Is this name granted?
    pub const HAS: u32 = 6;
    /// The page's code uses a control; the text is its action.
    pub const CALL: u32 = 7;
    /// The page's code saves a selection.
    pub const SAVE: u32 = 8;
    /// What holds now?
    pub const STATE: u32 = 9;
    /// Which records are there?
    pub const LEDGER: u32 = 10;
    /// What is exported?
    pub const EXPORT: u32 = 11;
    /// The page's code withdraws; the text is a list of names.
    pub const WITHDRAW: u32 = 12;
    /// The page starts; the text says all about it.
    pub const START: u32 = 13;
}

/// The verdicts as `www/js/gate.js` knows them.
pub mod answer {
    /// Go on.
    pub const ALLOW: u32 = 0;
    /// Keep it for later.
    pub const HOLD: u32 = 1;
    /// Drop it.
    pub const REFUSE: u32 = 2;
    /// Go on, and make sure that it removes.
    pub const REMOVE: u32 = 3;
}
