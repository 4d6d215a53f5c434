//! The border of the officer's module, in a browser: what JavaScript gets, what local storage keeps, what becomes a
//! file. Run by `cargo xtask test` (tests/audit/module.test.mjs); natively there is nothing here.

#![cfg(target_arch = "wasm32")]
// A test that meets what it does not expect should stop there and then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use consentinel_audit::room::Room;
use gloo_storage::{LocalStorage, Storage as _};
use js_sys::{Array, JSON, Reflect};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// An export of the first release, and the key that signed it.
const EXPORT: &str = include_str!("../../tests/vectors/export/0.1.0.ndjson");
const KEY: &str = include_str!("../../tests/vectors/export/0.1.0.pub");

fn plain(value: &JsValue) -> Value {
    let text: String = JSON::stringify(value).unwrap().into();
    serde_json::from_str(&text).unwrap()
}

/// Verifies a text that comes in pieces of this many bytes.
fn verified(room: &mut Room, text: &str, piece: usize, remembers: bool) -> Value {
    room.begin("shop.export", remembers);
    for part in text.as_bytes().chunks(piece) {
        room.push(part);
    }
    plain(&room.finish(remembers).ok().unwrap())
}

#[wasm_bindgen_test]
fn an_export_holds_whatever_pieces_it_comes_in() {
    let mut room = Room::new();
    assert!(room.set_keys(KEY).is_empty());
    let whole = verified(&mut room, EXPORT, EXPORT.len(), false);
    assert_eq!(whole["holds"], true, "{whole}");
    assert_eq!(whole["statement"], "exportSigned");
    for piece in [1, 7, 1000] {
        assert_eq!(verified(&mut room, EXPORT, piece, false), whole);
    }
}

#[wasm_bindgen_test]
fn a_changed_export_does_not_hold_and_answers_nothing() {
    let mut room = Room::new();
    let changed = EXPORT.replacen("accept-all", "accept-axx", 1);
    let answer = verified(&mut room, &changed, 4096, false);
    assert_eq!(answer["holds"], false);
    assert!(room.subjects("", 10).is_empty());
    assert!(room.stats(JsValue::UNDEFINED).ok().unwrap().is_undefined());
    assert!(!room.begin_table(","));
}

#[wasm_bindgen_test]
fn answers_are_plain_values_of_javascript() {
    let mut room = Room::new();
    verified(&mut room, EXPORT, 4096, false);
    let subjects = room.subjects("", 10);
    let subject = subjects.first().unwrap();
    let places = room.places(subject);
    let lines: Vec<&str> = places
        .chunks_exact(2)
        .map(|place| {
            let (start, length) =
                (*place.first().unwrap() as usize, *place.last().unwrap() as usize);
            EXPORT.get(start..start + length).unwrap()
        })
        .collect();
    assert!(lines.iter().all(|line| line.contains(subject.as_str())), "{lines:?}");
    let found = room
        .lookup(subject, "", lines.join("\n").as_bytes(), js_sys::Object::new().into())
        .ok()
        .unwrap();
    let history = Reflect::get(&found, &"history".into()).unwrap();
    let decisions = Reflect::get(&history, &"decisions".into()).unwrap();
    assert_eq!(Array::from(&decisions).length() as usize, lines.len());
    assert!(room.lookup(subject, "yesterday", b"", js_sys::Object::new().into()).is_err());
}

#[wasm_bindgen_test]
fn an_export_made_anew_shows() {
    LocalStorage::clear();
    let mut room = Room::new();
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["changes"], serde_json::json!([]));
    let again = verified(&mut room, EXPORT, 4096, true);
    assert!(again["changes"].as_array().unwrap().iter().all(|change| change["state"] == "goesOn"));
    // The same without its last month holds, and is an older one.
    let month = EXPORT.rfind("{\"after\"").unwrap();
    let cut = verified(&mut room, EXPORT.get(..month).unwrap(), 4096, true);
    assert_eq!(cut["holds"], true);
    assert!(cut["changes"].as_array().unwrap().iter().any(|change| change["state"] == "gone"));
    // That is not remembered in place of what was seen.
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["changes"], again["changes"]);
    room.forget();
    assert_eq!(verified(&mut room, EXPORT, 4096, false)["changes"], serde_json::json!([]));
}

#[wasm_bindgen_test]
fn a_table_becomes_a_file() {
    let mut room = Room::new();
    verified(&mut room, EXPORT, 4096, false);
    assert!(room.begin_table(";"));
    for part in EXPORT.as_bytes().chunks(100) {
        room.push_table(part).ok().unwrap();
    }
    let file = room.finish_table().ok().unwrap();
    assert_eq!(file.type_(), "text/csv;charset=utf-8");
    assert!(file.size() > 1000.0);
}

#[wasm_bindgen_test]
fn what_the_storage_does_not_take_is_not_called_remembered() {
    LocalStorage::clear();
    let mut room = Room::new();
    // Until nothing of any length goes in.
    let mut filler = "x".repeat(8_000_000);
    for number in 0..1000 {
        if LocalStorage::raw().set_item(&number.to_string(), &filler).is_err() {
            filler.truncate(filler.len() / 2);
        }
    }
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["memory"], "refused");
    LocalStorage::clear();
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["memory"], "kept");
    LocalStorage::raw().set_item("consentinel-audit-seen", "{").unwrap();
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["memory"], "broken");
    assert_eq!(verified(&mut room, EXPORT, 4096, false)["memory"], Value::Null);
    room.forget();
    assert_eq!(verified(&mut room, EXPORT, 4096, true)["memory"], "kept");
    LocalStorage::clear();
}
