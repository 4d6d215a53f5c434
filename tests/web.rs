//! `src/web` in a real page, in headless Chromium through wasm-bindgen-test: start, gate, decide,
//! record, withdraw, and that page code may call back at any time. One module has one page and one
//! gate, so these tests share a page and each begins by bringing it to a known state.
//!
//! What a visitor sees and a server receives is tests/browser.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]
#![cfg(target_arch = "wasm32")]

use consentinel::web::api::{answer, hear, set_hear, write};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

// The numbers of www/js/told.js.
const HAS: u32 = 6;
const CALL: u32 = 7;
const SAVE: u32 = 8;
const STATE: u32 = 9;
const LEDGER: u32 = 10;
const EXPORT: u32 = 11;
const WITHDRAW: u32 = 12;
const START: u32 = 13;
const ALLOW: u32 = 0;

/// Runs page code and gives back its value as text.
fn page(code: &str) -> String {
    let value = js_sys::eval(code).unwrap_or_else(|error| panic!("{code}: {error:?}"));
    value.as_string().unwrap_or_else(|| format!("{value:?}"))
}

/// Starts once, then rejects everything and forgets the ledger, so that each test begins alike.
fn rejected_page() {
    if page("String(!!window.isStarted)") == "false" {
        let heard =
            Closure::<dyn Fn(u32, String) -> u32>::new(|kind, text: String| hear(kind, &text));
        let texts = Object::new();
        let english = JSON::parse(include_str!("../www/texts/en.json")).unwrap();
        Reflect::set(&texts, &"en".into(), &english).unwrap();
        let policy = include_str!("../www/policies/jimo.json");
        set_hear(heard.as_ref());
        let about = Object::new();
        for (key, value) in [
            ("policy", policy.into()),
            ("texts", texts.into()),
            ("languages", "en".into()),
            ("build", "0".repeat(64).into()),
            ("isThere", true.into()),
        ] {
            Reflect::set(&about, &key.into(), &value).unwrap();
        }
        hear(START, &write(&about));
        heard.forget();
        page("window.isStarted = 'yes'");
    }
    hear(CALL, "reject-all");
    page("localStorage.removeItem('consentinel-ledger'); ''");
}

fn jar() -> String {
    page("document.cookie")
}

fn records() -> Vec<JsValue> {
    JSON::parse(&answer(LEDGER)).unwrap().unchecked_into::<js_sys::Array>().to_vec()
}

fn field(value: &JsValue, key: &str) -> String {
    let value = Reflect::get(value, &key.into()).unwrap();
    value.as_string().unwrap_or_else(|| JSON::stringify(&value).unwrap().into())
}

#[wasm_bindgen_test]
fn the_gate_stops_optional_and_passes_necessary_cookies() {
    rejected_page();
    page(
        "document.cookie = '_JIMO_TOKEN=1'; document.cookie = '_JIMO_BOOSTED_VIEWED=1'; document.cookie = 'undeclared=1'; ''",
    );
    assert!(jar().contains("_JIMO_TOKEN=1"));
    assert!(!jar().contains("_JIMO_BOOSTED_VIEWED") && !jar().contains("undeclared"));
    assert_ne!(hear(HAS, "functionality"), ALLOW);
    assert_eq!(hear(HAS, "strictly-necessary"), ALLOW);
    assert_ne!(hear(HAS, "no such name"), ALLOW);
}

#[wasm_bindgen_test]
fn a_grant_opens_and_a_withdrawal_erases() {
    rejected_page();
    hear(CALL, "accept-all");
    page("document.cookie = '_JIMO_ANALYTICS_EVENTS=1; Path=/'; ''");
    assert!(jar().contains("_JIMO_ANALYTICS_EVENTS=1"));
    hear(WITHDRAW, r#"["analytics"]"#);
    assert!(!jar().contains("_JIMO_ANALYTICS_EVENTS"));
    assert_eq!(hear(HAS, "functionality"), ALLOW);
    assert_ne!(hear(HAS, "analytics"), ALLOW);
}

#[wasm_bindgen_test]
fn decisions_are_recorded_and_chained() {
    rejected_page();
    hear(CALL, "accept-all");
    hear(SAVE, r#"{"analytics":true}"#);
    let records = records();
    let actions: Vec<String> = records.iter().map(|record| field(record, "action")).collect();
    assert_eq!(actions, ["accept-all", "save"]);
    assert_eq!(field(&records[1], "granted"), r#"["analytics"]"#);
    assert_eq!(field(&records[1], "denied"), r#"["functionality"]"#);
    assert_eq!(field(&records[1], "previous").len(), 64);
    assert!(answer(EXPORT).starts_with(r#"{"count":2,"format":"consentinel-ledger","#));
}

#[wasm_bindgen_test]
fn values_of_the_page_are_read_whatever_they_are() {
    rejected_page();
    // A number, null, a lone surrogate, a function, a getter that throws, something nested without end.
    let odd = js_sys::eval(
        "const odd = { analytics: 1, functionality: null, '\\ud800': true, jimo: () => true };
         Object.defineProperty(odd, 'trap', { enumerable: true, get() { throw new Error('trap'); } });
         odd.self = odd; odd",
    );
    hear(SAVE, &write(&odd.unwrap()));
    assert_ne!(hear(HAS, "analytics"), ALLOW);
    assert_ne!(hear(HAS, "functionality"), ALLOW);
    hear(SAVE, &write(&JsValue::UNDEFINED));
    assert_ne!(hear(HAS, "analytics"), ALLOW);
}

#[wasm_bindgen_test]
fn page_code_may_call_back_from_an_event() {
    rejected_page();
    // INVARIANT: no borrow is alive while JavaScript runs; else this listener would trap.
    let answers = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let heard = answers.clone();
    let listener = Closure::<dyn Fn()>::new(move || {
        heard.borrow_mut().push((hear(HAS, "analytics") == ALLOW, answer(STATE), records().len()));
        if heard.borrow().len() == 1 {
            hear(CALL, "reject-all");
        }
    });
    let document = Reflect::get(&js_sys::global(), &"document".into()).unwrap();
    let add = Reflect::get(&document, &"addEventListener".into()).unwrap();
    add.unchecked_ref::<js_sys::Function>()
        .call2(&document, &"consent:change".into(), listener.as_ref())
        .unwrap();
    hear(CALL, "accept-all");
    let answers = answers.borrow();
    assert_eq!(answers.len(), 2);
    assert!(answers[0].0 && answers[0].1.contains(r#""analytics":"granted""#) && answers[0].2 == 1);
    assert!(!answers[1].0 && answers[1].1.contains(r#""analytics":"denied""#) && answers[1].2 == 2);
    listener.forget();
}

#[wasm_bindgen_test]
fn the_banner_offers_its_controls() {
    rejected_page();
    let root = "document.querySelector('consent-banner').shadowRoot";
    hear(CALL, "open");
    let controls = page(&format!(
        "[...{root}.querySelectorAll('dialog [data-consent-action]')].map((it) => it.dataset.consentAction).join()"
    ));
    assert_eq!(controls, "close,reject-all,accept-all,save");
    assert_eq!(
        page(&format!("String({root}.querySelectorAll('dialog input:checked').length)")),
        "0"
    );
    page(&format!(
        "{root}.querySelector('input[name=analytics]').click(); {root}.querySelector('[data-consent-action=save]').click(); ''"
    ));
    assert_eq!(hear(HAS, "analytics"), ALLOW);
    assert_ne!(hear(HAS, "functionality"), ALLOW);
}
