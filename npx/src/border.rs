//! The border of the module: what `www/npm/npx.js` calls, by wasm-bindgen. Bytes of files come as they were read; the
//! clock is asked here. Left out: what is said (`consentinel_audit::commands`).

use std::io::ErrorKind;

use consentinel::{
    csp::{self, Page},
    notice::LAYOUT,
    policy::MAX_BYTES,
    time::UnixMillis,
};
use consentinel_audit::{
    commands::{self, Decision, Looked, csp_for, notice_in},
    failed,
    texts::texts,
};
use js_sys::Date;
use wasm_bindgen::prelude::wasm_bindgen;

use consentinel_audit::convert::Tool;
use consentinel_catalogue::{
    converted::{chosen, converted},
    publish::{Form, look, publish, published},
    signals::{Given, look_at_gpp, look_at_signals},
};

use crate::{bundle, types};

/// What a command has to say.
#[wasm_bindgen(getter_with_clone)]
pub struct Said {
    /// For standard output, or for the file that is asked for.
    pub out: String,
    /// For standard error, whole lines.
    pub words: String,
    /// Whether what was looked at holds.
    #[wasm_bindgen(js_name = isSound)]
    pub is_sound: bool,
    /// Of a script: its hash, as the attribute `integrity` has it.
    pub integrity: Option<String>,
}

impl From<commands::Said> for Said {
    fn from(said: commands::Said) -> Said {
        Said { out: said.out, words: said.words, is_sound: said.is_sound, integrity: None }
    }
}

/// How many bytes of a policy are read at most: one more says that it is too long.
#[wasm_bindgen(js_name = mostBytes)]
pub fn most_bytes() -> usize {
    MAX_BYTES + 1
}

/// The languages that there are texts in.
#[wasm_bindgen]
pub fn languages() -> Vec<String> {
    bundle::languages(&texts())
}

/// Whether the folder of the tag's files can be written in a Content-Security-Policy.
#[wasm_bindgen(js_name = isSource)]
pub fn is_source(folder: &str) -> bool {
    csp::is_source(folder)
}

/// A document that was named `file`, to be looked at beside a policy.
#[wasm_bindgen]
pub struct Beside(Given);

#[wasm_bindgen]
impl Beside {
    /// As it was read.
    #[wasm_bindgen(constructor)]
    pub fn new(file: String, bytes: Vec<u8>) -> Beside {
        Beside(Given { file, bytes })
    }
}

/// Every problem of the policy that was named `path`, and of what is to be told vendors beside it.
#[wasm_bindgen]
pub fn check(
    path: &str,
    bytes: Vec<u8>,
    is_json: bool,
    signals: Option<Beside>,
    gpp: Option<Beside>,
) -> Said {
    let mut looked = look(bytes).without_pages();
    if let Some(Beside(signals)) = signals {
        look_at_signals(&mut looked, signals);
    }
    if let Some(Beside(gpp)) = gpp {
        look_at_gpp(&mut looked, gpp);
    }
    let out = if is_json { format!("{}\n", looked.as_json(path)) } else { looked.in_words(path) };
    Said { out, words: String::new(), is_sound: looked.is_sound(), integrity: None }
}

/// What visitors of a language are shown.
#[wasm_bindgen]
pub fn notice(bytes: &[u8], language: &str, is_hash_only: bool) -> Said {
    let (bytes, words) = published(bytes);
    after(words, notice_in(&bytes, language, is_hash_only, LAYOUT))
}

/// The header for what is granted, or for the value of a cookie; with `is_meta` the element for the HTML.
#[wasm_bindgen]
pub fn csp(
    bytes: &[u8],
    is_meta: bool,
    grant: Vec<String>,
    cookie: Option<String>,
    origin: &str,
    files: &str,
) -> Said {
    let decision = match cookie {
        Some(cookie) => Decision::Cookie(cookie, UnixMillis(Date::now() as i64)),
        None if is_meta => Decision::Everything,
        None => Decision::Grants(grant),
    };
    let (bytes, words) = published(bytes);
    after(words, csp_for(&bytes, &decision, &Page { origin, files, once: "" }))
}

/// The types of the policy that was named `path`.
#[wasm_bindgen(js_name = typesOf)]
pub fn types_of(path: &str, bytes: Vec<u8>) -> Said {
    types::types(path, Looked::at(bytes)).into()
}

/// A tag with the policy that was named `path` and these languages inside, made of the template in the package.
#[wasm_bindgen]
pub fn bundle(path: &str, bytes: Vec<u8>, languages: Vec<String>, template: &str) -> Said {
    let (said, integrity) = bundle::bundle(path, look(bytes), &languages, template);
    Said { integrity, ..said.into() }
}

/// The policy that was named `path` as it is published: as JSON, or as the element that a page carries.
#[wasm_bindgen]
pub fn publication(path: &str, bytes: Vec<u8>, is_html: bool) -> Said {
    publish(path, &look(bytes), if is_html { Form::Html } else { Form::Json }).into()
}

/// The consent tools whose configurations are read.
#[wasm_bindgen]
pub fn tools() -> Vec<String> {
    Tool::ALL.iter().map(|tool| String::from(tool.word())).collect()
}

/// A draft from the configuration in JSON that was named `path`, of one of those tools; with `is_moving` the document by
/// which its decisions are taken over.
#[wasm_bindgen]
pub fn convert(tool: &str, path: &str, bytes: &[u8], is_moving: bool) -> Said {
    Tool::of(tool)
        .map_or_else(Default::default, |tool| converted(tool, path, bytes, is_moving))
        .into()
}

/// The same from the one of these objects, JSON as `Candidate` has it, that is the configuration.
#[wasm_bindgen(js_name = convertOne)]
pub fn convert_one(tool: &str, path: &str, candidates: &str, is_moving: bool) -> Said {
    let candidates = serde_json::from_str::<Vec<_>>(candidates).unwrap_or_default();
    Tool::of(tool)
        .map_or_else(Default::default, |tool| chosen(tool, path, &candidates, is_moving))
        .into()
}

/// How a file that could not be read is told; `code` is Node's name of the system's error.
#[wasm_bindgen]
pub fn unread(path: &str, code: &str, error: &str) -> String {
    failed::unread(path, kind(code), error)
}

/// How a file that could not be written is told.
#[wasm_bindgen]
pub fn unwritten(path: &str, code: &str, error: &str) -> String {
    failed::unwritten(&failed::name(path), kind(code), error)
}

/// What is said after these lines.
fn after(words: String, said: commands::Said) -> Said {
    Said { words: words + &said.words, ..said.into() }
}

fn kind(code: &str) -> ErrorKind {
    match code {
        "ENOENT" => ErrorKind::NotFound,
        "EACCES" | "EPERM" => ErrorKind::PermissionDenied,
        "EISDIR" => ErrorKind::IsADirectory,
        _ => ErrorKind::Other,
    }
}
