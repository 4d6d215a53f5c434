//! What must hold of any bytes at all, one function for each reader of what strangers wrote. `cargo xtask fuzz`
//! hands them bytes by the million (`fuzz/`); `tests/fuzz.rs` replays those that once broke one, and the files
//! that the search begins with.

use std::borrow::Cow;

use consentinel::{
    address::{self, Address},
    checkpoint::{Checkpoint, Proof},
    cookie,
    export::{Known, Line, Verifier, look},
    hash,
    json::{Json, MAX_INTEGER},
    ledger,
    note::{Note, PrivateKey, PublicKey},
    policy::{self, Policy},
    printed,
    problem::{Problem, Severity},
    record::{Record, examine},
    source, state,
    time::UnixMillis,
};
use serde_json::Value;
use url::Url;

/// Stops where something does not hold of the bytes.
pub type Target = fn(&[u8]);

/// All of them, by their names.
pub const TARGETS: [(&str, Target); 7] = [
    ("policy", policy),
    ("printed", printed),
    ("record", record),
    ("export", export),
    ("checkpoint", checkpoint),
    ("cookie", cookie),
    ("address", address),
];

/// 2026-01-31T09:05:00.120Z.
const NOW: UnixMillis = UnixMillis(1_769_850_300_120);

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn is_sound(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| problem.code.severity() != Severity::Error)
}

/// A policy that is read is the same one when its canonical form is read.
pub fn policy(bytes: &[u8]) {
    let Some(document) = source::parse(&text(bytes)) else { return };
    if let (Some(read), problems) = policy::read(&document) {
        let canonical = read.document.canonical();
        let again = source::parse(&canonical).expect("canonical JSON is JSON");
        let (again, problems_again) = policy::read(&again);
        let again = again.expect("what was read is read again");
        assert_eq!(read.hash(), again.hash());
        // What could not be read is in it no more.
        assert!(is_sound(&problems_again) || !is_sound(&problems));
    }
    // A verifier asks it of documents that were no policy ever.
    Known::default().take_policy("", &document);
}

/// What the browser prints of a value, the page reads as the native program reads the value itself; and no
/// text at all makes the page's reader fail.
pub fn printed(bytes: &[u8]) {
    let text = text(bytes);
    let _ = printed::read(&text);
    let (Some(native), Ok(value)) = (source::parse(&text), serde_json::from_str::<Value>(&text))
    else {
        return;
    };
    let page = printed::read(&as_browser_prints(value).to_string());
    assert_eq!(plain(page), plain(native));
}

/// Whole numbers as a browser prints them, which has only one kind of number.
fn as_browser_prints(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() <= MAX_INTEGER as f64 => {
                Value::from(float as i64)
            }
            // Beyond that, nobody's number is another one's.
            _ => Value::from(0.5),
        },
        Value::Array(values) => values.into_iter().map(as_browser_prints).collect(),
        Value::Object(entries) => Value::Object(
            entries.into_iter().map(|(key, value)| (key, as_browser_prints(value))).collect(),
        ),
        other => other,
    }
}

/// A value without what the two readers say in their own words.
fn plain(value: Json) -> Json {
    match value {
        Json::Foreign(_) => Json::Foreign(""),
        Json::Integer(number) if number.abs() > MAX_INTEGER => Json::Foreign(""),
        Json::List(values) => Json::List(values.into_iter().map(plain).collect()),
        Json::Object(entries) => {
            Json::Object(entries.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        other => other,
    }
}

/// A record that is read is written in one form, and a ledger that holds is written byte for byte as it was.
pub fn record(bytes: &[u8]) {
    let text = text(bytes);
    // Both ways to read a line say the same; the quick one reads canonical lines alone.
    if let Some(record) = Record::of_line(&text) {
        assert_eq!(record.canonical(), text);
        assert_eq!(source::parse(&text).map(|document| Record::read(&document)), Some(Ok(record)));
    }
    if let Some(Ok(record)) = source::parse(&text).map(|document| Record::read(&document)) {
        examine(&record, &mut |_, _| {});
        let line = record.canonical();
        let document = source::parse(&line).expect("canonical JSON is JSON");
        assert_eq!(document.canonical(), line);
        assert_eq!(Record::read(&document), Ok(record));
    }
    let (read, problems) = ledger::verify_records(&text, &source::parse);
    if let Some(read) = read.filter(|_| is_sound(&problems)) {
        assert_eq!(read.ledger.to_text(), text);
        assert_eq!(read.ledger.lines.len(), read.records.len());
        let hashes = read.ledger.lines.iter().map(|line| hash::digest(line.as_bytes()));
        assert!(read.hashes.into_iter().eq(hashes));
    }
}

/// Of an export that holds every line is what it says, byte for byte.
pub fn export(bytes: &[u8]) {
    let text = text(bytes);
    let mut errors = 0;
    let mut report = |code: consentinel::problem::Code, _: u32, _: &str| {
        errors += u32::from(code.severity() == Severity::Error);
    };
    let mut verifier = Verifier::new(Vec::new(), Known::default());
    let mut written = String::new();
    for line in text.lines() {
        let looked = look(line, &source::parse);
        if let Ok(line) = &looked.line {
            written.push_str(&line.text());
            written.push('\n');
            assert_eq!(Line::read(&line.text(), &source::parse).as_ref(), Ok(line));
        }
        if !verifier.take(&looked, &mut report) {
            return;
        }
    }
    let summary = verifier.finish(&mut report);
    if errors == 0 {
        // `lines` takes a carriage return away, which no line may have.
        assert_eq!(written, text.lines().map(|line| format!("{line}\n")).collect::<String>());
        assert!(!summary.origin.is_empty());
    }
}

/// A checkpoint, a proof, a note and a key that are read are written as they were.
pub fn checkpoint(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(checkpoint) = Checkpoint::read(&text) {
        assert_eq!(checkpoint.text(), text);
    }
    if let Some((checkpoint, note)) = Checkpoint::read_note(&text) {
        assert!(text.starts_with(&checkpoint.text()));
        assert_eq!(note, Note::read(&text));
    }
    if let Some(proof) = Proof::read(&text) {
        assert_eq!(proof.text(), text);
        proof.holds();
    }
    if let Some(key) = PublicKey::read(&text) {
        assert_eq!(PublicKey::read(&key.text()), Some(key));
    }
    if let Some(key) = PrivateKey::read(&text) {
        assert!(PublicKey::read(&key.public().text()).is_some());
    }
}

/// Whatever stands in a cookie, a state that is read from it is written in one form.
pub fn cookie(bytes: &[u8]) {
    let text = text(bytes);
    let write = cookie::Write::parse(&text, NOW);
    assert!(text.contains(write.name));
    cookie::parse_date(&text);
    for name in cookie::names(&text) {
        cookie::values(&text, name);
    }
    let policy = demonstration();
    let mut problems = Vec::new();
    let read = state::read(&text, &policy, NOW, &mut problems);
    let written = state::write(&read, &policy);
    let again = state::read(&written, &policy, NOW, &mut problems);
    assert_eq!(state::write(&again, &policy), written);
    state::sent(&text, NOW);
    state::Stored::of(&text).is_halfway();
}

fn demonstration() -> Policy {
    let document = source::parse(include_str!("../../www/policies/jimo.json"));
    document.and_then(|document| policy::read(&document).0).expect("the policy of a demonstration")
}

/// An address as the browser prints it leads where a public crate says that it leads.
pub fn address(bytes: &[u8]) {
    let text = text(bytes);
    // Of any text something is said.
    if let Some(to) = Address::of(&text) {
        address::covers(&text, &to);
        to.is_of(&text);
    }
    address::is_pattern(&text);
    let Ok(url) = Url::parse(&text) else { return };
    let read = Address::of(url.as_str());
    let secure = match url.scheme() {
        "https" | "wss" => "https",
        "http" | "ws" => "http",
        _ => {
            // `data:` and `blob:` alone stand for code from such an address.
            assert_eq!(read.is_some(), matches!(url.as_str(), "data:" | "blob:"), "{url}");
            return;
        }
    };
    let to = read.expect("whoever is asked by the network has an address");
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    assert!(to.is_of(&format!("{secure}://{host}{port}")), "{url}");
    assert!(!to.is_of(&format!("{secure}://{host}.other{port}")), "{url}");
    assert!(to.is_of(&format!("http://{host}{port}")), "{url}: the secure one of two is the same");
    // Whoever can be declared is covered by their own name, port and path, and by no other.
    let host = host.strip_suffix('.').unwrap_or(host);
    // A star in an address is no star of a pattern.
    if host.contains('*') || !address::is_pattern(host) {
        return;
    }
    assert!(address::covers(host, &to).is_some(), "{url}");
    assert!(address::covers(&format!("other.{host}"), &to).is_none(), "{url}");
    let port = url.port_or_known_default().unwrap_or_default();
    assert!(address::covers(&format!("{host}:{port}"), &to).is_some(), "{url}");
    let other = if port == 1 { 2 } else { 1 };
    assert!(address::covers(&format!("{host}:{other}"), &to).is_none(), "{url}");
    let pattern = format!("{host}{}", url.path());
    if address::is_pattern(&pattern) {
        assert!(address::covers(&pattern, &to).is_some(), "{url}");
    }
}
