//! `consentinel verify`: a ledger as it was written passes, and any single change is refused with
//! the code that names it, by `verify`, `verify --json` and `export` alike.

use consentinel::{hash::sha256, id, ledger::Ledger};
use serde_json::{Value, json};

use crate::{
    Folder, Run, run, run_with_input,
    sample::{ledger, record, three},
};

/// A change to the bytes of a ledger of three records: what it is called, how it is made, and a
/// code that must be among the problems.
type Tampering = (&'static str, fn(&str) -> Vec<u8>, &'static str);

// One case a line, as wide as it needs: this is a table.
#[rustfmt::skip]
const TAMPERINGS: &[Tampering] = &[
    // The file as a whole.
    ("empty file", |_| Vec::new(), "ledger-line"),
    ("one line feed", |_| b"\n".to_vec(), "ledger-header"),
    ("last line feed missing", |text| text.trim_end().into(), "ledger-line"),
    ("cut inside a record", |text| text[..text.len() - 300].into(), "ledger-line"),
    ("line ends of Windows", |text| text.replace('\n', "\r\n").into(), "record-not-canonical"),
    ("byte order mark", |text| format!("\u{feff}{text}").into(), "ledger-header"),
    ("empty line at the end", |text| format!("{text}\n").into(), "record-field"),
    ("spaces at the end", |text| format!("{text}  \n").into(), "record-field"),
    ("a web page", |_| b"<!doctype html>\n".to_vec(), "ledger-header"),
    ("a list", |_| b"[]\n".to_vec(), "ledger-header"),
    ("a byte that is not UTF-8", |text| byte(text, "jimo", 0xff), "record-not-canonical"),
    ("a zero byte", |text| byte(text, "jimo", 0), "record-field"),
    // The header.
    ("header: removed", |text| lines(text, &[1, 2, 3]), "ledger-header"),
    ("header: alone", |text| lines(text, &[0]), "count-wrong"),
    ("header: format", |text| swap(text, 0, "consentinel-", "consentinel_"), "ledger-header"),
    ("header: version", |text| swap(text, 0, "\"version\":1", "\"version\":2"), "ledger-version"),
    ("header: count", |text| swap(text, 0, "\"count\":3", "\"count\":4"), "count-wrong"),
    ("header: count as text", |text| swap(text, 0, ":3", ":\"3\""), "ledger-header"),
    ("header: negative count", |text| swap(text, 0, ":3", ":-3"), "ledger-header"),
    ("header: head", |text| flip(text, 0, "head"), "head-wrong"),
    ("header: no head", |text| empty(text, 0, "head"), "head-wrong"),
    ("header: summarised", |text| swap(text, 0, "ed\":0", "ed\":1"), "sequence-broken"),
    ("header: summary", |text| swap(text, 0, "\"summary\":\"", "\"summary\":\"0"), "sequence-broken"),
    ("header: a field more", |text| swap(text, 0, "{", "{\"a\":1,"), "ledger-header"),
    ("header: other order", |text| reorder(text, 0), "record-not-canonical"),
    (
        "header: of another ledger",
        |text| {
            let other = ledger((3..6).map(record)).to_text();
            let header = other.lines().next().unwrap();
            text.replacen(text.lines().next().unwrap(), header, 1)
                .into()
        },
        "head-wrong",
    ),
    // Records as wholes.
    ("first record removed", |text| lines(text, &[0, 2, 3]), "chain-broken"),
    ("middle record removed", |text| lines(text, &[0, 1, 3]), "chain-broken"),
    ("last record removed", |text| lines(text, &[0, 1, 2]), "head-wrong"),
    ("records swapped", |text| lines(text, &[0, 1, 3, 2]), "chain-broken"),
    ("first record doubled", |text| lines(text, &[0, 1, 1, 2, 3]), "sequence-broken"),
    ("last record doubled", |text| lines(text, &[0, 1, 2, 3, 3]), "chain-broken"),
    ("two ledgers in a row", |text| text.repeat(2).into(), "record-field"),
    // A byte of each field of the middle record: only the hash of its line gives most of them away.
    ("id", |text| flip(text, 2, "id"), "chain-broken"),
    ("subject", |text| flip(text, 2, "subject"), "subject-changed"),
    ("time", |text| swap(text, 2, "\"atMs\":1769850360120", "\"atMs\":1769850360121"), "chain-broken"),
    ("expiry", |text| swap(text, 2, "\"expiresAtMs\":1", "\"expiresAtMs\":2"), "chain-broken"),
    ("action", |text| swap(text, 2, "\"save\"", "\"accept-all\""), "chain-broken"),
    ("unknown action", |text| swap(text, 2, "\"save\"", "\"saved\""), "record-field"),
    ("way", |text| swap(text, 2, "\"settings\"", "\"banner\""), "chain-broken"),
    ("unknown way", |text| swap(text, 2, "\"settings\"", "\"gift\""), "record-field"),
    ("a grant more", |text| swap(text, 2, "[\"func", "[\"analytics\",\"func"), "chain-broken"),
    ("grants out of order", |text| swap(text, 2, "[\"func", "[\"zebra\",\"func"), "record-field"),
    ("a denial removed", |text| swap(text, 2, ",\"analytics\"", ""), "chain-broken"),
    ("something left", |text| swap(text, 2, "\"left\":[]", "\"left\":[\"a\"]"), "chain-broken"),
    ("policy id", |text| swap(text, 2, "jimo-site", "jimo-sitf"), "chain-broken"),
    ("policy revision", |text| swap(text, 2, "2023-11-28", "2023-11-29"), "chain-broken"),
    ("policy hash", |text| flip(text, 2, "policy\":{\"hash"), "chain-broken"),
    ("notice hash", |text| flip(text, 2, "notice\":{\"hash"), "chain-broken"),
    ("language", |text| swap(text, 2, "\"fr\"", "\"en\""), "chain-broken"),
    ("layout", |text| swap(text, 2, "\"layout\":1", "\"layout\":2"), "chain-broken"),
    ("build", |text| flip(text, 2, "build"), "chain-broken"),
    ("a hash in capitals", |text| swap(text, 2, "\"build\":\"", "\"build\":\"A"), "record-field"),
    ("a signal", |text| swap(text, 2, "\"signals\":[]", "\"signals\":[\"gpc\"]"), "chain-broken"),
    ("sequence", |text| swap(text, 2, "\"sequence\":1", "\"sequence\":2"), "sequence-broken"),
    ("hash of the one before", |text| flip(text, 2, "previous"), "chain-broken"),
    ("no hash of the one before", |text| empty(text, 2, "previous"), "chain-broken"),
    ("version of the record", |text| swap(text, 2, "\"version\":1", "\"version\":2"), "record-field"),
    // The last record: nothing after it names its hash but the header.
    ("last record, time", |text| swap(text, 3, "1769850420120", "1769850420121"), "head-wrong"),
    ("last record, grant", |text| swap(text, 3, "func", "funk"), "head-wrong"),
    // The same meaning in other bytes.
    ("a field more", |text| swap(text, 2, "{", "{\"aaa\":true,"), "record-field"),
    ("a field in a mark more", |text| swap(text, 2, "{\"hash", "{\"a\":1,\"hash"), "record-field"),
    ("a field less", |text| swap(text, 2, "\"left\":[],", ""), "record-field"),
    ("a field twice", |text| swap(text, 2, "{", "{\"action\":\"save\","), "record-not-canonical"),
    ("other order", |text| reorder(text, 2), "record-not-canonical"),
    ("a space", |text| swap(text, 2, "\"left\":[]", "\"left\": []"), "record-not-canonical"),
    ("an escape", |text| swap(text, 2, "\"save\"", "\"\\u0073ave\""), "record-not-canonical"),
    ("half a surrogate pair", |text| swap(text, 2, "\"fr\"", "\"\\ud800\""), "record-field"),
    ("a fraction", |text| swap(text, 2, "\"layout\":1", "\"layout\":1.0"), "record-not-canonical"),
    ("an exponent", |text| swap(text, 2, "\"layout\":1", "\"layout\":1e0"), "record-not-canonical"),
    ("minus zero", |text| swap(text, 1, "\"sequence\":0", "\"sequence\":-0"), "record-not-canonical"),
    ("null", |text| swap(text, 2, "\"signals\":[]", "\"signals\":null"), "record-field"),
    (
        "nested without end",
        |text| {
            swap(
                text,
                2,
                "\"left\":[]",
                &format!("\"left\":{}", "[".repeat(100_000)),
            )
        },
        "record-field",
    ),
];

/// The text with `from`, which must stand in line `line`, replaced by `to` there.
fn swap(text: &str, line: usize, from: &str, to: &str) -> Vec<u8> {
    let mut all: Vec<String> = text.lines().map(String::from).collect();
    assert!(all[line].contains(from), "{from} stands in {}", all[line]);
    all[line] = all[line].replacen(from, to, 1);
    (all.join("\n") + "\n").into()
}

/// The text with another first letter in the value of the key.
fn flip(text: &str, line: usize, key: &str) -> Vec<u8> {
    let start = format!("{key}\":\"");
    let content = text.lines().nth(line).unwrap();
    let at = content.find(&start).unwrap() + start.len();
    let letter = &content[at..at + 1];
    let other = if letter == "0" { "1" } else { "0" };
    swap(text, line, &format!("{start}{letter}"), &format!("{start}{other}"))
}

/// The text with nothing in the value of the key.
fn empty(text: &str, line: usize, key: &str) -> Vec<u8> {
    let start = format!("{key}\":\"");
    let content = text.lines().nth(line).unwrap();
    let value = content.split_once(&start).unwrap().1;
    let value = value.split('"').next().unwrap();
    swap(text, line, &format!("{start}{value}"), &start)
}

/// These lines of the text, in this order.
fn lines(text: &str, wanted: &[usize]) -> Vec<u8> {
    let all: Vec<&str> = text.lines().collect();
    let picked = wanted.iter().map(|line| format!("{}\n", all[*line]));
    picked.collect::<String>().into()
}

/// The text with the keys of a line in reverse.
fn reorder(text: &str, line: usize) -> Vec<u8> {
    let content = text.lines().nth(line).unwrap();
    let object: Value = serde_json::from_str(content).unwrap();
    let entries = object.as_object().unwrap().iter().rev();
    let entries: Vec<String> = entries.map(|(key, value)| format!("\"{key}\":{value}")).collect();
    swap(text, line, content, &format!("{{{}}}", entries.join(",")))
}

/// The text with the first byte of `at` replaced.
fn byte(text: &str, at: &str, byte: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes[text.find(at).unwrap()] = byte;
    bytes
}

fn codes(run: &Run) -> Vec<String> {
    let problems = run.json()["problems"].clone();
    let problems = problems.as_array().unwrap().iter();
    problems.map(|problem| String::from(problem["code"].as_str().unwrap())).collect()
}

#[test]
fn every_tampering_is_refused_by_its_name() {
    let folder = Folder::new();
    let text = three().to_text();
    for (name, tamper, code) in TAMPERINGS {
        let bytes = tamper(&text);
        assert_ne!(bytes, text.as_bytes(), "{name} changes something");
        let file = folder.file("ledger.ndjson", bytes);

        let words = run(&["verify", &file]);
        assert_eq!(words.code, 1, "{name}: {words:?}");
        assert!(words.out.starts_with("does NOT hold: "), "{name}: {words:?}");
        assert!(words.out.contains(&format!("error: {code} at line ")), "{name}: {words:?}");
        assert_eq!(words.words, "", "{name}");

        let json = run(&["verify", &file, "--json"]);
        assert_eq!(json.code, 1, "{name}: {json:?}");
        assert_eq!(json.json()["holds"], json!(false), "{name}");
        assert!(codes(&json).iter().any(|one| one == code), "{name}: {json:?}");

        let output = folder.name("export");
        for format in ["csv", "ndjson"] {
            let export = run(&["export", &file, "--format", format, "--output", &output]);
            assert_eq!(export.code, 1, "{name}: {export:?}");
            assert_eq!(export.out, "", "{name}");
            assert!(export.words.contains(code), "{name}: {export:?}");
            assert!(!folder.path("export").exists(), "{name}: nothing is written");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let text = three().to_text();
    // Every region is met many times; every single bit is a property test of the core.
    for position in (0..text.len()).step_by(29) {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1 << (position % 8);
        let words = run_with_input(&["verify", "-"], &bytes);
        assert_eq!(words.code, 1, "bit of byte {position}: {words:?}");
        assert!(words.out.contains("\nerror: "), "{words:?}");
    }
}

#[test]
fn a_ledger_as_written_holds() {
    let folder = Folder::new();
    let ledger = three();
    let file = folder.file("ledger.ndjson", ledger.to_text());
    let words = run(&["verify", &file]);
    let want = format!(
        "holds: `{file}`\n  \
         records     3\n  \
         summarised  0\n  \
         first       2026-01-31T09:05:00.120Z\n  \
         last        2026-01-31T09:07:00.120Z\n  \
         subject     {}\n  \
         head        {}\n",
        id::from_bits([9; 16]),
        ledger.head(),
    );
    let (told, proved) = words.out.split_once("proved: ").unwrap();
    assert_eq!((words.code, told, words.words.as_str()), (0, want.as_str(), ""));
    assert!(proved.contains("\nnot proved: "), "{proved}");

    let json = run(&["verify", "--json", &file]);
    let want = json!({
        "file": file, "holds": true, "records": 3, "summarised": 0,
        "first": "2026-01-31T09:05:00.120Z", "firstAtMs": 1_769_850_300_120_i64,
        "last": "2026-01-31T09:07:00.120Z", "lastAtMs": 1_769_850_420_120_i64,
        "subject": id::from_bits([9; 16]), "head": ledger.head(), "problems": [],
        "counts": {}, "names": [
            { "kind": "notice", "hash": sha256(b"notice"), "says": "fr layout 1", "records": 3 },
            { "kind": "policy", "hash": sha256(b"policy"), "says": "jimo-site 2023-11-28", "records": 3 },
        ],
    });
    assert_eq!((json.code, json.json()), (0, want));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let text = three().to_text();
    let sound = run_with_input(&["verify", "-"], text.as_bytes());
    assert_eq!(sound.code, 0, "{sound:?}");
    assert!(sound.out.starts_with("holds: standard input\n"), "{sound:?}");
    assert_eq!(run_with_input(&["verify", "-"], &text.as_bytes()[1..]).code, 1);
}

#[test]
fn a_ledger_without_records_holds() {
    let words = run_with_input(&["verify", "-"], Ledger::default().to_text().as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    assert!(words.out.contains("  records     0\n"), "{words:?}");
    assert!(words.out.contains("  first       none\n"), "{words:?}");
    assert!(words.out.contains("  head        none\n"), "{words:?}");
}

#[test]
fn what_was_summarised_is_counted_and_vouched_for() {
    let ledger = ledger((0..105).map(record));
    let text = ledger.to_text();
    let words = run_with_input(&["verify", "-"], text.as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    assert!(words.out.contains("  records     100\n"), "{words:?}");
    assert!(words.out.contains("  summarised  5\n"), "{words:?}");
    for changed in
        [flip(&text, 0, "summary"), swap(&text, 0, "\"summarised\":5", "\"summarised\":6")]
    {
        assert_eq!(run_with_input(&["verify", "-"], &changed).code, 1);
    }
}

#[test]
fn a_clock_set_back_is_a_warning() {
    let mut late = record(5);
    late["action"] = json!("withdraw");
    // Only code takes back a part.
    late["via"] = json!("api");
    let text = ledger([record(0), late, record(1)]).to_text();
    let words = run_with_input(&["verify", "-"], text.as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    assert!(words.out.contains("\nwarning: time-reversed at line 4: "), "{words:?}");
    let json = run_with_input(&["verify", "-", "--json"], text.as_bytes());
    assert_eq!(json.code, 0);
    assert_eq!(json.json()["problems"][0]["line"], json!(4));
    assert_eq!(json.json()["problems"][0]["severity"], json!("warning"));
}

#[test]
fn every_damaged_line_is_named() {
    let text = three().to_text();
    let text = String::from_utf8(swap(&text, 1, "\"save\"", "\"saved\"")).unwrap();
    let both = swap(&text, 3, "\"save\"", "\"gone\"");
    let json = run_with_input(&["verify", "-", "--json"], &both).json();
    let problems = json["problems"].as_array().unwrap();
    for line in [2, 4] {
        let here = |problem: &&Value| problem["line"] == json!(line);
        let problem = problems.iter().find(here).expect("a problem of this line");
        assert_eq!(problem["code"], json!("record-field"));
    }
}

#[test]
fn a_text_of_the_file_cannot_steer_the_terminal() {
    let text = three().to_text();
    let bytes = swap(&text, 0, "consentinel-ledger", "\u{1b}[31m\u{9b}");
    let words = run_with_input(&["verify", "-"], &bytes);
    assert_eq!(words.code, 1);
    assert!(!words.out.contains(['\u{1b}', '\u{9b}']), "{words:?}");
}
