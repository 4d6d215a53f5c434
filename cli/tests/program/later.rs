//! Records of version 2 beside those of version 1, in a ledger and in an export: verified, written in every form, looked
//! up and reported on. Which records of version 2 there can be is tested in the core.

use consentinel::{hash::sha256, id};
use serde_json::{Value, json};

use crate::{
    Folder, run, run_with_input,
    sample::{START_MS, decision, ledger, policy},
};

/// Three days before the browser came to us.
const ASKED_MS: i64 = START_MS - 3 * 86_400_000;

/// A decision taken over from another tool.
fn import(browser: u8) -> Value {
    let mut record = decision(browser, 0, "fr");
    for (key, value) in [
        ("version", json!(2)),
        ("action", json!("import")),
        ("via", json!("tool")),
        ("notice", json!({ "by": "klaro", "hash": "", "language": "" })),
        (
            "signals",
            json!({ "heard": ["gpc"], "sent": [
            { "service": "jimo", "mechanism": "consent-mode", "value": "ad storage=denied" },
        ] }),
        ),
        (
            "tool",
            json!({
                "name": "klaro", "kind": "cookie", "key": "klaro", "said": "some", "atMs": ASKED_MS,
                "mapping": sha256(b"mapping"),
            }),
        ),
    ] {
        record[key] = value;
    }
    record
}

#[test]
fn a_decision_of_another_tool_is_in_every_form_and_told_to_the_officer() {
    let folder = Folder::new();
    let (policy, _) = policy();
    let ledger = folder.file("1.ndjson", ledger([import(1), decision(1, 1, "fr")]).to_text());
    let export = folder.name("shop.export");
    let gathered = run(&[
        "gather",
        "--into",
        &export,
        "--month",
        "2026-02",
        "--policy",
        &policy,
        &ledger,
        "--origin",
        "shop.example",
    ]);
    assert_eq!((gathered.code, gathered.words.as_str()), (0, ""), "{gathered:?}");
    let verified = run(&["verify", "--json", &export]).json();
    assert_eq!(verified["holds"], true);
    assert_eq!(verified["counts"], json!({ "checkpoint-unsigned": 1 }));

    let csv = run(&["export", &export, "--format", "csv"]);
    let mut table = csv::Reader::from_reader(csv.out.as_bytes());
    let names = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        String::from(&rows[row][names.iter().position(|other| other == name).unwrap()])
    };
    for (name, imported, ours) in [
        ("version", "2", "1"),
        ("action", "import", "save"),
        ("via", "tool", "settings"),
        ("notice_by", "klaro", ""),
        ("notice_hash", "", &cell(1, "notice_hash")),
        ("signals", "gpc", ""),
        ("sent", "jimo%20consent-mode%20ad%20storage=denied", ""),
        ("tool", "klaro", ""),
        ("tool_at", "2026-01-28T09:05:00.120Z", ""),
        ("tool_key", "klaro", ""),
        ("tool_said", "some", ""),
        ("tool_mapping", &sha256(b"mapping"), ""),
    ] {
        assert_eq!((cell(0, name).as_str(), cell(1, name).as_str()), (imported, ours), "{name}");
    }
    let linked = run(&["export", &export, "--format", "json-ld"]);
    let linked: Value = serde_json::from_str(&linked.out).unwrap();
    let node = &linked["@graph"][0];
    assert_eq!(node["dpv:hasIndicationMethod"], "import via tool");
    assert_eq!(
        node["dpv:hasNotice"],
        json!({ "@type": "dpv:ConsentNotice", "dct:creator": "klaro" })
    );
    assert_eq!(
        node["dct:source"],
        json!({ "dct:identifier": "klaro", "dct:title": "klaro", "dct:created": "2026-01-28T09:05:00.120Z" })
    );
    assert!(linked["@graph"][1].get("dct:source").is_none());

    let subject = id::from_bits([1; 16]);
    let then = run(&["lookup", &export, &subject, "--at", "2026-01-31T09:05:30Z"]);
    assert_eq!(then.code, 0, "{then:?}");
    for part in ["import via tool", "that of klaro", "klaro said `some`, 2026-01-28T09:05:00.120Z"]
    {
        assert!(then.out.contains(part), "{part}: {then:?}");
    }
    let json = run(&["lookup", &export, &subject, "--at", "2026-01-31T09:05:30Z", "--json"]).json();
    assert_eq!(json["held"]["tool"]["name"], "klaro");
    assert_eq!(json["held"]["notice"], json!({ "by": "klaro", "hash": "", "language": "" }));
    let sheet = folder.name("sheet.html");
    let written =
        run(&["report", &export, &subject, "--at", "2026-01-31T09:05:30Z", "--output", &sheet]);
    assert_eq!(written.code, 0, "{written:?}");
    let sheet = std::fs::read_to_string(sheet).unwrap();
    assert!(sheet.contains("Another tool asked, klaro"), "{sheet}");
    let stats = run(&["stats", &export]);
    assert!(stats.out.contains("import"), "{stats:?}");
}

#[test]
fn a_word_that_came_later_is_kept_and_told_and_no_error() {
    let mut record = import(1);
    record["action"] = json!("adjust");
    let ledger = ledger([record]).to_text();
    let verified = run_with_input(&["verify", "--json", "-"], ledger.as_bytes()).json();
    assert_eq!(verified["holds"], true);
    assert_eq!(verified["counts"], json!({ "word-unknown": 1 }));
    let lines = run_with_input(&["export", "-", "--format", "ndjson"], ledger.as_bytes());
    assert_eq!(lines.code, 0);
    assert_eq!(lines.out, ledger.split_once('\n').unwrap().1);
}
