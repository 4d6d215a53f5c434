//! The border of the module of the page for policies: what `www/policy/` calls, by wasm-bindgen. The only file here that
//! knows a browser. Answers are plain values of JavaScript; the draft lies in local storage, and nowhere else.

use consentinel::json::Json;
use consentinel_audit::texts::texts;
use gloo_storage::{LocalStorage, Storage as _, errors::StorageError};
use js_sys::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::{
    expand::LANGUAGES,
    made::{self, Made, Tag},
    search::Index,
};

/// The key of what is remembered.
const DRAFT: &str = "consentinel-policy-draft";

/// A draft that is remembered, and since when.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    /// The origin of the site, as it was typed.
    origin: String,
    /// The folder of the tag's files, as it was typed.
    folder: String,
    #[serde(rename = "atMs")]
    at_ms: f64,
}

/// An object as JavaScript has it.
fn value(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

/// The catalogue, read once.
#[wasm_bindgen]
#[derive(Default)]
pub struct Catalogue {
    index: Index,
}

#[wasm_bindgen]
impl Catalogue {
    /// Reads the catalogue.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Catalogue {
        Catalogue::default()
    }

    /// The first entries that have every word: `{ found: [{ id, name, provider, category, kinds, by }], count }`.
    pub fn search(&self, words: &str, most: usize) -> Result<JsValue, JsError> {
        let (found, count) = self.index.search(words, most);
        value(&json!({ "found": found, "count": count }))
    }
}

/// The categories that the catalogue suggests, with its texts, by id.
#[wasm_bindgen]
pub fn categories() -> Result<JsValue, JsError> {
    value(&made::categories())
}

/// The languages that the catalogue is written in.
#[wasm_bindgen(js_name = catalogueLanguages)]
pub fn catalogue_languages() -> Vec<String> {
    LANGUAGES.iter().map(|language| String::from(*language)).collect()
}

/// Every language that the product speaks.
#[wasm_bindgen]
pub fn languages() -> Vec<String> {
    match texts() {
        Json::Object(languages) => languages.into_iter().map(|(language, _)| language).collect(),
        _ => Vec::new(),
    }
}

/// A first policy for a controller, in these languages, of this edition.
#[wasm_bindgen]
pub fn begun(controller: &str, languages: Vec<String>, revision: &str) -> String {
    made::begun(controller, languages, revision)
}

/// The id that a policy of this controller gets.
#[wasm_bindgen]
pub fn named(controller: &str) -> String {
    made::named(controller)
}

/// A policy that was looked at.
#[wasm_bindgen]
pub struct Draft {
    made: Made,
    answer: Value,
}

#[wasm_bindgen]
impl Draft {
    /// Looks at a policy as its owner wrote it.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, bytes: Vec<u8>) -> Draft {
        let made = Made::of(bytes);
        Draft { answer: made.answer(name), made }
    }

    /// The answer of `consentinel check --json`.
    pub fn answer(&self) -> Result<JsValue, JsError> {
        value(&self.answer)
    }

    /// What a visitor of this language is shown: `{ notice, placement, asks }`; `null` without a policy.
    pub fn notice(&self, language: &str) -> Result<JsValue, JsError> {
        value(&self.made.notice(language))
    }

    /// What is taken along: `{ published, hash, snippet, element, header, headerBefore, declaration, words }`; `null` of a
    /// policy with errors. `folder` ends with a slash.
    pub fn taken(
        &self,
        origin: &str,
        folder: &str,
        file: &str,
        integrity: &str,
    ) -> Result<JsValue, JsError> {
        value(&self.made.taken(&Tag { origin, folder, file, integrity }))
    }
}

/// Remembers a draft in place of the one before. False where the storage did not take it.
#[wasm_bindgen]
pub fn remember(text: &str, origin: &str, folder: &str) -> bool {
    let [text, origin, folder] = [text, origin, folder].map(String::from);
    LocalStorage::set(DRAFT, Kept { text, origin, folder, at_ms: Date::now() }).is_ok()
}

/// The draft that is remembered: `{ text, origin, folder, atMs }`; `undefined` where there is none, `null` where what is
/// there cannot be read.
#[wasm_bindgen]
pub fn remembered() -> Result<JsValue, JsError> {
    match LocalStorage::get::<Kept>(DRAFT) {
        Ok(kept) => value(&kept),
        Err(StorageError::KeyNotFound(_)) => Ok(JsValue::UNDEFINED),
        Err(_) => Ok(JsValue::NULL),
    }
}

/// Forgets the draft.
#[wasm_bindgen]
pub fn forget() {
    LocalStorage::delete(DRAFT);
}
