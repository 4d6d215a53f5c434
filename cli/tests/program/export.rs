//! `consentinel export`: the records as they are, or as a table that gives every text back and that
//! no spreadsheet runs. That nothing is written from a ledger that does not hold is in `verify`.

use consentinel::{hash::sha256, id, ledger::Ledger};
use serde_json::{Value, json};

use crate::{
    Folder, run, run_with_input,
    sample::{ledger, record, three},
};

const HEADER: [&str; 30] = [
    "sequence",
    "at",
    "at_utc",
    "action",
    "via",
    "granted",
    "denied",
    "left",
    "policy_id",
    "policy_revision",
    "policy_hash",
    "notice_hash",
    "language",
    "layout",
    "build",
    "signals",
    "expires_at",
    "expires_at_utc",
    "id",
    "subject",
    "previous",
    "hash",
    "version",
    "notice_by",
    "sent",
    "tool",
    "tool_at",
    "tool_key",
    "tool_said",
    "tool_mapping",
];

/// The rows of the table as a CSV reader sees them, by the name of the column.
#[track_caller]
fn table(ledger: &Ledger) -> Vec<impl Fn(&str) -> String + use<>> {
    let (rows, words) = table_and_words(ledger);
    assert_eq!(words, "");
    rows
}

/// The same of a ledger with warnings, and these.
#[track_caller]
fn table_and_words(ledger: &Ledger) -> (Vec<impl Fn(&str) -> String + use<>>, String) {
    let text = ledger.to_text();
    let export = run_with_input(&["export", "-", "--format", "csv"], text.as_bytes());
    assert_eq!(export.code, 0, "{export:?}");
    assert!(export.out.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(export.out.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    // What is granted or denied anywhere has a column of its own, after all others.
    assert_eq!(header[..HEADER.len()], HEADER);
    assert!(header[HEADER.len()..].iter().all(|name| name.starts_with("choice_")), "{header:?}");
    let rows = reader.records().map(Result::unwrap);
    let rows = rows.map(|row| {
        let header = header.clone();
        move |column: &str| {
            let position = header.iter().position(|name| name == column).unwrap();
            String::from(&row[position])
        }
    });
    (rows.collect(), export.words)
}

#[test]
fn ndjson_is_the_canonical_lines() {
    let ledger = three();
    let text = ledger.to_text();
    let (_, records) = text.split_once('\n').unwrap();
    let export = run_with_input(&["export", "-", "--format", "ndjson"], text.as_bytes());
    assert_eq!((export.code, export.out.as_str(), export.words.as_str()), (0, records, ""));
}

#[test]
fn csv_holds_each_record() {
    let mut last = record(3);
    last["left"] = json!(["_a", "_b c%"]);
    last["signals"] = json!(["gpc"]);
    let ledger = crate::sample::ledger((0..3).map(record).chain([last]));
    let rows = table(&ledger);
    assert_eq!(rows.len(), 4);
    for (number, (line, cell)) in ledger.lines.iter().zip(rows).enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        for (column, value) in [
            ("policy_id", &record["policy"]["id"]),
            ("policy_revision", &record["policy"]["revision"]),
            ("policy_hash", &record["policy"]["hash"]),
            ("notice_hash", &record["notice"]["hash"]),
            ("language", &record["notice"]["language"]),
            ("action", &record["action"]),
            ("via", &record["via"]),
            ("build", &record["build"]),
            ("id", &record["id"]),
            ("subject", &record["subject"]),
            ("previous", &record["previous"]),
        ] {
            assert_eq!(json!(cell(column)), *value, "{column}");
        }
        let is_last = number == 3;
        for (column, want) in [
            ("sequence", number.to_string().as_str()),
            ("at", &format!("2026-01-31T09:0{}:00.120Z", 5 + number)),
            ("granted", "functionality"),
            ("denied", "advertising analytics"),
            ("left", if is_last { "_a _b%20c%25" } else { "" }),
            ("signals", if is_last { "gpc" } else { "" }),
            ("layout", "1"),
            ("expires_at", "2026-08-01T09:05:00.120Z"),
            ("hash", &sha256(line.as_bytes())),
        ] {
            assert_eq!(cell(column), want, "{column}");
        }
    }
}

/// What a spreadsheet may take for the beginning of a formula, and what may be dropped on the way there.
const SIGNS: &str = "=+-@\t\r\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{2212}\u{fe66}";
const DROPPED: [&str; 27] = [
    "",
    " ",
    "\0",
    "\u{1b}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{34f}",
    "\u{61c}",
    "\u{115f}",
    "\u{1160}",
    "\u{180e}",
    "\u{2003}",
    "\u{200c}",
    "\u{200e}",
    "\u{2028}",
    "\u{202b}",
    "\u{2060}",
    "\u{2067}",
    "\u{2800}",
    "\u{3000}",
    "\u{3164}",
    "\u{fe0f}",
    "\u{feff}",
    "\u{ffa0}",
    "\u{e0020}",
    " \u{200d}\u{2069}",
];

#[test]
fn no_cell_is_a_formula_and_every_text_comes_back() {
    let signs = || SIGNS.chars();
    let hostile: Vec<String> = DROPPED
        .iter()
        .flat_map(|dropped| signs().map(move |sign| format!("{dropped}{sign}1")))
        .collect();
    // No more than a ledger keeps.
    for part in hostile.chunks(100) {
        let records = part.iter().zip(0..).map(|(text, number)| {
            let mut record = record(number);
            let hash = sha256(text.as_bytes());
            record["policy"] = json!({ "id": "jimo-site", "revision": text, "hash": hash });
            record["notice"] = json!({ "language": text, "layout": 1, "hash": hash });
            record
        });
        let (rows, _) = table_and_words(&ledger(records));
        assert_eq!(rows.len(), part.len());
        for (text, cell) in part.iter().zip(rows) {
            for column in ["policy_revision", "language"] {
                assert_eq!(cell(column), format!("'{text}"));
            }
        }
    }
}

#[test]
fn what_looks_like_no_formula_is_left_as_it_is_and_quotes_come_back() {
    for (text, cell) in [
        ("'quoted", "''quoted"),
        ("''=1", "'''=1"),
        ("a,\"b\"\r\nc;=1", "a,\"b\"\r\nc;=1"),
        ("=HYPERLINK(\"http://a.example\",\"b\")", "'=HYPERLINK(\"http://a.example\",\"b\")"),
        ("plain", "plain"),
        ("2026-11-01", "2026-11-01"),
        ("_ga", "_ga"),
        ("é ✓", "é ✓"),
        ("سلة", "سلة"),
        ("✓", "'✓"),
    ] {
        let mut record = record(0);
        record["policy"]["revision"] = json!(text);
        let (rows, _) = table_and_words(&ledger([record]));
        assert_eq!(rows[0]("policy_revision"), cell);
    }
}

#[test]
fn a_name_that_was_left_is_guarded_whatever_stands_before_its_sign() {
    for name in ["=1", "\u{200b}=cmd", "\u{202e}@a", "\u{2066}\u{200f}+1"] {
        let mut record = record(0);
        record["left"] = json!([name]);
        let (rows, _) = table_and_words(&ledger([record]));
        assert_eq!(rows[0]("left"), format!("'{name}"));
    }
}

#[test]
fn names_in_a_list_stay_apart() {
    let mut record = record(0);
    record["left"] = json!(["\tc", "a b", "a%20b", "é"]);
    let rows = table(&ledger([record]));
    assert_eq!(rows[0]("left"), "%09c a%20b a%2520b é");
}

#[test]
fn ids_that_start_with_a_hyphen_are_guarded_too() {
    // Six bits make a letter, and 62 is the hyphen.
    let hyphen = id::from_bits([0b1111_1011; 16]);
    assert!(hyphen.starts_with("-"), "{hyphen}");
    let mut record = record(0);
    record["id"] = json!(hyphen);
    record["subject"] = json!(hyphen);
    let rows = table(&ledger([record]));
    for column in ["id", "subject"] {
        assert_eq!(rows[0](column), format!("'{hyphen}"));
    }
}

#[test]
fn a_time_beyond_every_calendar_is_its_number() {
    // The last moment that a browser's clock shows, and the end of a choice made then.
    let mut record = record(0);
    record["atMs"] = json!(8_640_000_000_000_000_i64);
    record["expiresAtMs"] = json!(8_640_015_724_800_000_i64);
    let rows = table(&ledger([record]));
    assert_eq!(rows[0]("at"), "8640000000000000");
    assert_eq!(rows[0]("expires_at"), "8640015724800000");
}

#[test]
fn an_empty_ledger_has_a_header_only() {
    assert!(table(&Ledger::default()).is_empty());
}

#[test]
fn output_is_written_once_and_never_over_a_file() {
    let folder = Folder::new();
    let text = three().to_text();
    let file = folder.file("ledger.ndjson", &text);
    let output = folder.name("records.ndjson");
    let arguments = ["export", &file, "--format", "ndjson", "--output"];

    let first = run(&[&arguments[..], &[&output]].concat());
    assert_eq!((first.code, first.out.as_str(), first.words.as_str()), (0, "", ""));
    let (_, records) = text.split_once('\n').unwrap();
    assert_eq!(std::fs::read_to_string(&output).unwrap(), records);

    for taken in [&output, &file] {
        let again = run(&[&arguments[..], &[taken]].concat());
        assert_eq!(again.code, 3, "{again:?}");
        assert_eq!(again.words.matches('\n').count(), 1, "{again:?}");
        assert!(again.words.contains(&format!("`{taken}`")), "{again:?}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);

    let nowhere = run(&[&arguments[..], &[&folder.name("no/such/folder")]].concat());
    assert_eq!(nowhere.code, 3, "{nowhere:?}");

    let standard = run(&[&arguments[..], &["-"]].concat());
    assert_eq!((standard.code, standard.out.as_str()), (0, records));
}

#[test]
fn warnings_do_not_hold_an_export_back() {
    let text = ledger([record(1), record(0)]).to_text();
    let export = run_with_input(&["export", "-", "--format", "csv"], text.as_bytes());
    assert_eq!(export.code, 0, "{export:?}");
    assert!(export.words.starts_with("warning: time-reversed at line 3: "), "{export:?}");
    assert_eq!(export.out.lines().count(), 3);
}
