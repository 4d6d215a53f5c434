//! The commands around an export: it is gathered from ledgers, verified, asked, signed, compared, and
//! loses records and months, through the real program. What may be in an export is tested in the core.

use std::fs;

use consentinel::id;
use serde_json::{Value, json};

use crate::{
    Folder, Run, repository, run, run_with_input,
    sample::{browser, decision, ledger, policy},
};

const ORIGIN: &str = "shop.example/consent";

/// A folder with the ledgers of three browsers and an export of them.
struct Scene {
    folder: Folder,
    export: String,
}

impl Scene {
    fn new() -> Scene {
        let folder = Folder::new();
        let export = folder.name("shop.export");
        let scene = Scene { folder, export };
        for (number, language) in [(1, "fr"), (2, "fr"), (3, "en")] {
            scene.folder.file(&format!("{number}.ndjson"), browser(number, 2, language).to_text());
        }
        let gathered =
            scene.gather(&["1.ndjson", "2.ndjson", "3.ndjson"], "2026-02", &["--origin", ORIGIN]);
        assert_eq!((gathered.code, gathered.words.as_str()), (0, ""), "{gathered:?}");
        assert!(gathered.out.contains("6 new records of 3 sources"), "{gathered:?}");
        scene
    }

    fn gather(&self, files: &[&str], month: &str, more: &[&str]) -> Run {
        let files: Vec<String> = files.iter().map(|file| self.folder.name(file)).collect();
        let (policy, _) = policy();
        let mut arguments =
            vec!["gather", "--into", &self.export, "--month", month, "--policy", &policy];
        arguments.extend(files.iter().map(String::as_str));
        arguments.extend(more);
        run(&arguments)
    }

    #[track_caller]
    fn verified(&self) -> Value {
        let verified = run(&["verify", "--json", &self.export]);
        assert_eq!(verified.code, 0, "{verified:?}");
        verified.json()
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.export).unwrap()
    }
}

fn counted(value: &Value) -> Value {
    json!([value["records"], value["erased"], value["browsers"], value["counts"]])
}

#[test]
fn ledgers_become_an_export_that_holds() {
    let scene = Scene::new();
    let verified = scene.verified();
    assert_eq!(counted(&verified), json!([6, 0, 3, { "checkpoint-unsigned": 1 }]));
    assert_eq!(verified["origin"], ORIGIN);
    assert_eq!(verified["months"][0]["size"], 6);
    // One policy and two notices, each once.
    assert_eq!(scene.text().matches("\n{\"notice\":").count(), 2);
    assert_eq!(scene.text().matches("\n{\"policy\":").count(), 1);
    let words = run(&["verify", &scene.export]);
    assert!(words.out.starts_with("holds: "), "{words:?}");
    assert!(words.out.contains("not proved: that a human clicked"), "{words:?}");
    assert!(!words.out.contains("verified"), "{words:?}");
}

#[test]
fn every_record_is_taken_once_and_chains_go_on() {
    let scene = Scene::new();
    let before = scene.text();
    let again = scene.gather(&["1.ndjson", "2.ndjson"], "2026-02", &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.out.contains("  0 new records of 2 sources; 4 were there already"), "{again:?}");
    assert_eq!(scene.text(), before);

    // The same browser, later, and a month later.
    scene.folder.file("1.ndjson", browser(1, 4, "fr").to_text());
    assert_eq!(scene.gather(&["1.ndjson"], "2026-02", &[]).code, 0);
    scene.folder.file("1.ndjson", browser(1, 5, "fr").to_text());
    let later = scene.gather(&["1.ndjson"], "2026-03", &[]);
    assert!(later.out.contains("  1 new record of 1 source; 4 were there already"), "{later:?}");
    let verified = scene.verified();
    assert_eq!(counted(&verified), json!([9, 0, 3, { "checkpoint-unsigned": 2 }]));
    // The link to February, and the one record.
    assert_eq!(verified["months"][1]["size"], 2);

    let early = scene.gather(&["1.ndjson"], "2026-02", &[]);
    assert_eq!(early.code, 3, "{early:?}");
    assert!(early.words.contains("its last month is 2026-03"), "{early:?}");
}

#[test]
fn what_does_not_hold_stays_out_and_the_rest_comes_in() {
    let scene = Scene::new();
    let broken = browser(4, 2, "fr").to_text().replacen("\"save\"", "\"accept-all\"", 1);
    let sound = browser(5, 1, "fr").to_text();
    let mut foreign = decision(6, 0, "fr");
    foreign["granted"] = json!(["unheard-of"]);
    // One after the other in one file, with a line that is nothing between them.
    let all = format!("{broken}{sound}nothing\n{}", ledger([foreign]).to_text());
    scene.folder.file("all.ndjson", all);
    let gathered = scene.gather(&["all.ndjson"], "2026-02", &[]);
    assert_eq!(gathered.code, 1, "{gathered:?}");
    for part in [
        "error: chain-broken at ",
        "all.ndjson` line 3",
        "ledger-header",
        "line 6",
        "choice-unknown",
        "line 8",
    ] {
        assert!(gathered.words.contains(part), "{part}: {gathered:?}");
    }
    assert!(gathered.out.contains("  1 new record of 4 sources"), "{gathered:?}");
    assert!(gathered.out.contains("  3 sources or records refused"), "{gathered:?}");
    assert_eq!(scene.verified()["records"], 7);

    let nothing = scene.gather(&["none.ndjson"], "2026-02", &[]);
    assert_eq!(nothing.code, 3, "{nothing:?}");
    scene.folder.file("empty.ndjson", "");
    assert_eq!(scene.gather(&["empty.ndjson"], "2026-02", &[]).code, 1);
}

#[test]
fn records_come_one_by_one_as_a_page_hands_them_on() {
    let folder = Folder::new();
    let export = folder.name("shop.export");
    let lines: String = [(1, "fr"), (2, "fr"), (3, "en")]
        .into_iter()
        .flat_map(|(number, language)| browser(number, 2, language).lines)
        .map(|line| line + "\n")
        .collect();
    let arguments = ["gather", "-", "--into", &export, "--origin", ORIGIN, "--month", "2026-02"];
    let gathered = run_with_input(&arguments, lines.as_bytes());
    assert_eq!(gathered.code, 0, "{gathered:?}");
    // Without a policy the records are taken all the same, and it is said what is missing.
    assert_eq!(gathered.words.matches("policy-unknown").count(), 1, "{gathered:?}");
    let verified = run(&["verify", "--json", &export]).json();
    assert_eq!((&verified["records"], &verified["browsers"]), (&json!(6), &json!(3)));
    // An export is taken in like a ledger, and its documents with it.
    let scene = Scene::new();
    let merged = run(&["gather", &scene.export, "--into", &export, "--month", "2026-02"]);
    assert_eq!(merged.code, 0, "{merged:?}");
    assert!(merged.out.contains("  0 new records of 1 source; 6 were there already"), "{merged:?}");
}

#[test]
fn forks_and_gaps_are_told() {
    let scene = Scene::new();
    let mut other = decision(1, 1, "fr");
    other["id"] = json!(id::from_bits([200; 16]));
    let forked = ledger([decision(1, 0, "fr"), other, decision(1, 2, "fr")]).to_text();
    // Of this history, the record in the middle was never handed over.
    let kept: Vec<&str> =
        forked.lines().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| line).collect();
    scene.folder.file("forked.ndjson", forked.clone());
    scene.folder.file("gap.ndjson", kept[1..].join("\n") + "\n");
    let gathered = scene.gather(&["gap.ndjson"], "2026-02", &[]);
    assert!(gathered.words.contains("warning: chain-gap at "), "{gathered:?}");
    let gathered = scene.gather(&["forked.ndjson"], "2026-02", &[]);
    assert!(gathered.words.contains("warning: chain-forked at "), "{gathered:?}");
    assert_eq!(gathered.code, 0, "{gathered:?}");
    let counts = scene.verified()["counts"].clone();
    assert_eq!(counts, json!({ "chain-forked": 1, "checkpoint-unsigned": 1 }));
}

#[test]
fn a_key_signs_and_another_does_not() {
    let scene = Scene::new();
    let key = |name: &str| {
        let file = scene.folder.name(name);
        let made = run(&["keygen", ORIGIN, "--output", &file]);
        assert_eq!(made.code, 0, "{made:?}");
        assert!(!made.out.contains("PRIVATE"), "{made:?}");
        (file, made.out.trim_end().to_owned())
    };
    let (file, public) = key("one.key");
    let (_, other) = key("other.key");
    assert_eq!(run(&["keygen", ORIGIN, "--output", &file]).code, 3, "a key is never lost");

    let missing = run(&["verify", &scene.export, "--key", &public]);
    assert_eq!(missing.code, 1, "{missing:?}");
    assert!(missing.out.contains("error: signature-missing"), "{missing:?}");
    let signed = run(&["sign", &scene.export, "--key", &file]);
    assert_eq!(signed.code, 0, "{signed:?}");
    assert!(signed.out.starts_with(&format!("{ORIGIN}/2026-02\n6\n")), "{signed:?}");
    let verified = run(&["verify", &scene.export, "--key", &public]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.out.contains("which the key given has signed"), "{verified:?}");
    assert_eq!(run(&["verify", &scene.export, "--key", &other]).code, 1);
    let unchecked = run(&["verify", &scene.export]);
    assert!(unchecked.out.contains("warning: signature-unchecked"), "{unchecked:?}");

    // Signing twice changes nothing, and gathering goes on with the same key.
    let text = scene.text();
    run(&["sign", &scene.export, "--key", &file]);
    assert_eq!(scene.text(), text);
    scene.folder.file("4.ndjson", browser(4, 1, "fr").to_text());
    assert_eq!(scene.gather(&["4.ndjson"], "2026-03", &["--key", &file]).code, 0);
    assert_eq!(run(&["verify", &scene.export, "--key", &public]).code, 0);

    // A checkpoint that was published is compared with the export of today.
    let published = scene.folder.file("published.checkpoint", signed.out);
    assert_eq!(run(&["compare", &published, &scene.export]).code, 0);
    let proof = run(&["compare", "--proof", &published, &scene.export]);
    assert!(proof.out.starts_with("old 6\n\nshop.example/consent/2026-02\n6\n"), "{proof:?}");
    assert_eq!(run(&["sign", &scene.export, "--key", &published]).code, 3);
}

#[test]
fn a_signature_stays_as_long_as_the_checkpoint_says_the_same() {
    let scene = Scene::new();
    let key = scene.folder.name("shop.key");
    let public = run(&["keygen", ORIGIN, "--output", &key]).out.trim_end().to_owned();
    assert_eq!(run(&["sign", &scene.export, "--key", &key]).code, 0);
    let signed = scene.text();
    // Nothing new: whoever gathers has no key, and needs none.
    let again = scene.gather(&["1.ndjson"], "2026-02", &[]);
    assert_eq!((again.code, again.words.as_str()), (0, ""), "{again:?}");
    assert_eq!(scene.text(), signed);
    assert_eq!(run(&["verify", &scene.export, "--key", &public]).code, 0);
    // Something new: the signature does not fit any more, and it is said.
    scene.folder.file("4.ndjson", browser(4, 1, "fr").to_text());
    let more = scene.gather(&["4.ndjson"], "2026-02", &[]);
    assert!(more.words.contains("sign it again"), "{more:?}");
    assert_eq!(run(&["verify", &scene.export, "--key", &public]).code, 1);
    let with_key = scene.gather(&["4.ndjson"], "2026-02", &["--key", &key]);
    assert_eq!((with_key.code, with_key.words.as_str()), (0, ""), "{with_key:?}");
    assert_eq!(run(&["verify", &scene.export, "--key", &public]).code, 0);
}

#[test]
fn the_documents_of_an_export_that_is_gathered_are_known() {
    let scene = Scene::new();
    let merged = scene.folder.name("merged.export");
    let arguments = ["gather", &scene.export, "--into", &merged, "--origin", ORIGIN];
    let gathered = run(&[&arguments[..], &["--month", "2026-02"]].concat());
    assert_eq!((gathered.code, gathered.words.as_str()), (0, ""), "{gathered:?}");
    assert_eq!(fs::read_to_string(&merged).unwrap(), scene.text());
    // So what does not conform to them is found.
    let mut foreign = decision(6, 0, "fr");
    foreign["granted"] = json!(["unheard-of"]);
    let ledger = scene.folder.file("foreign.ndjson", ledger([foreign]).to_text());
    let other = scene.folder.name("other.export");
    let arguments = ["gather", &scene.export, &ledger, "--into", &other, "--origin", ORIGIN];
    let gathered = run(&[&arguments[..], &["--month", "2026-02"]].concat());
    assert_eq!(gathered.code, 1, "{gathered:?}");
    assert!(gathered.words.contains("error: choice-unknown at "), "{gathered:?}");
}

#[test]
fn in_whatever_order_ledgers_come_the_same_records_are_there() {
    let scene = Scene::new();
    scene.folder.file("again.ndjson", browser(2, 5, "fr").to_text());
    let records = |files: &[&str]| {
        let export = scene.folder.name(&format!("{}.export", files.concat()));
        let files: Vec<String> = files.iter().map(|file| scene.folder.name(file)).collect();
        let (policy, _) = policy();
        let mut arguments =
            vec!["gather", "--into", &export, "--origin", ORIGIN, "--policy", &policy];
        arguments.extend(["--month", "2026-02"]);
        arguments.extend(files.iter().map(String::as_str));
        let gathered = run(&arguments);
        assert_eq!((gathered.code, gathered.words.as_str()), (0, ""), "{gathered:?}");
        assert_eq!(run(&["verify", &export]).code, 0);
        let text = fs::read_to_string(export).unwrap();
        let mut lines: Vec<String> = text.lines().map(String::from).collect();
        let is_of_order = |line: &String| line.starts_with("{\"checkpoint\"");
        lines.retain(|line| !is_of_order(line));
        lines.sort();
        lines
    };
    let one = records(&["1.ndjson", "2.ndjson", "3.ndjson", "again.ndjson"]);
    assert_eq!(one.iter().filter(|line| line.starts_with("{\"action\"")).count(), 9);
    for order in [
        ["again.ndjson", "3.ndjson", "2.ndjson", "1.ndjson"],
        ["3.ndjson", "again.ndjson", "1.ndjson", "2.ndjson"],
        ["2.ndjson", "1.ndjson", "again.ndjson", "3.ndjson"],
    ] {
        assert_eq!(records(&order), one, "{order:?}");
    }
}

#[test]
fn a_stream_that_is_cut_anywhere_leaves_an_export_that_holds_or_none() {
    let folder = Folder::new();
    let texts =
        [(1, "fr"), (2, "en")].map(|(number, language)| browser(number, 2, language).to_text());
    let lines = texts.concat();
    let export = folder.name("shop.export");
    let arguments = ["gather", "-", "--into", &export, "--origin", ORIGIN, "--month", "2026-02"];
    for end in (0..lines.len()).step_by(211).chain([lines.len()]) {
        let gathered = run_with_input(&arguments, &lines.as_bytes()[..end]);
        let is_whole = end == lines.len();
        assert_eq!(gathered.code, i32::from(!is_whole), "{end}: {gathered:?}");
        if folder.path("shop.export").exists() {
            let text = fs::read_to_string(&export).unwrap();
            let records = text.lines().filter(|line| line.starts_with("{\"action\""));
            // A ledger comes in whole or not at all.
            let count = records.inspect(|line| assert!(lines.contains(*line), "{line}")).count();
            assert_eq!(count, if end < lines.len() { 2 } else { 4 }, "{end}");
            assert_eq!(run(&["verify", &export]).code, 0);
            fs::remove_file(&export).unwrap();
        } else {
            assert!(end < lines.len() - texts[1].len() || !is_whole, "{end}");
        }
    }
}

#[test]
fn one_record_is_shown_without_the_others() {
    let scene = Scene::new();
    let key = scene.folder.name("shop.key");
    let public = run(&["keygen", ORIGIN, "--output", &key]).out.trim_end().to_owned();
    assert_eq!(run(&["sign", &scene.export, "--key", &key]).code, 0);
    let id = decision(2, 1, "fr")["id"].as_str().unwrap().to_owned();
    let proof = run(&["prove", &scene.export, &id]);
    assert_eq!(proof.code, 0, "{proof:?}");
    assert!(proof.out.starts_with("c2sp.org/tlog-proof@v1\nextra "), "{proof:?}");
    let file = scene.folder.file("record.tlog-proof", &proof.out);
    let verified = run(&["verify", "--json", &file]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(verified.json()["subject"], json!(id::from_bits([2; 16])));
    for position in (0..proof.out.len()).step_by(17) {
        let mut bytes = proof.out.clone().into_bytes();
        bytes[position] ^= 1;
        let words = run_with_input(&["verify", "-", "--key", &public], &bytes);
        assert_eq!(words.code, 1, "byte {position}: {words:?}");
    }
    let none = run(&["prove", &scene.export, "nobody"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
}

#[test]
fn an_erased_record_leaves_its_hash_and_stays_erased() {
    let scene = Scene::new();
    let subject = id::from_bits([2; 16]);
    let before = scene.folder.file("before.export", scene.text());
    let erased = run(&["erase", &scene.export, &subject]);
    assert!(erased.out.starts_with("erased: 2 records"), "{erased:?}");
    assert!(!scene.text().contains(&subject));
    assert_eq!(counted(&scene.verified()), json!([4, 2, 2, { "checkpoint-unsigned": 1 }]));
    assert_eq!(run(&["compare", &before, &scene.export]).code, 0, "the tree is the same");
    let again = scene.gather(&["2.ndjson"], "2026-02", &[]);
    assert!(again.out.contains("2 were erased before"), "{again:?}");
    assert_eq!(scene.verified()["records"], 4);
    // Nobody's records say nothing about what was granted, and none of them can be erased.
    for command in ["lookup", "erase", "report"] {
        let nobody = run(&[command, &scene.export, &subject]);
        let words = "there is no record under this pseudonym\n";
        assert_eq!((nobody.code, nobody.out.as_str()), (1, ""), "{command}");
        assert!(nobody.words.ends_with(words), "{nobody:?}");
    }
    let nobody = run(&["lookup", &scene.export, &subject, "--json"]);
    let told: Value = serde_json::from_str(&nobody.out).unwrap();
    assert_eq!((nobody.code, &told["decisions"]), (1, &json!([])));
}

#[test]
fn a_month_goes_and_the_later_ones_hold() {
    let scene = Scene::new();
    scene.folder.file("4.ndjson", browser(4, 1, "fr").to_text());
    assert_eq!(scene.gather(&["4.ndjson"], "2026-03", &[]).code, 0);
    let before = scene.folder.file("before.export", scene.text());
    let dry = run(&["prune", &scene.export, "--before", "2026-03", "--dry-run"]);
    assert!(dry.out.starts_with("would go: 1 month (2026-02), 6 records"), "{dry:?}");
    assert_eq!(scene.verified()["records"], 7);
    assert_eq!(run(&["prune", &scene.export, "--before", "2026-03"]).code, 0);
    let verified = scene.verified();
    assert_eq!((&verified["records"], &verified["months"][0]["size"]), (&json!(1), &json!(2)));
    // The English notice went with its records.
    assert_eq!(scene.text().matches("\n{\"notice\":").count(), 1);
    let compared = run(&["compare", &before, &scene.export]);
    assert!(compared.out.contains("2026-02: 6 leaves then, 0 now: dropped since"), "{compared:?}");
    assert_eq!(run(&["prune", &scene.export, "--before", "2027-01"]).code, 3);
    let none = run(&["prune", &scene.export, "--before", "2026-03"]);
    assert!(none.out.starts_with("gone: 0 months of "), "{none:?}");
    assert!(none.out.ends_with("lies before 2026-03; the last month always stays\n"), "{none:?}");
}

#[test]
fn a_consent_is_past_its_end_at_a_time_asked_about_alone() {
    let scene = Scene::new();
    let subject = id::from_bits([1; 16]);
    let asked = |command: &str, more: &[&str]| {
        let answer = run(&[&[command, &scene.export, &subject][..], more].concat());
        assert_eq!(answer.code, 0, "{answer:?}");
        answer
    };
    // The choices of these browsers last until the first of August.
    let cases: &[(&[&str], bool)] =
        &[(&[], false), (&["--at", "2026-07-31"], false), (&["--at", "2026-08-02"], true)];
    for (more, is_past) in cases {
        for command in ["lookup", "report"] {
            let out = asked(command, more).out;
            for words in ["(past its end)", ": at least one of these choices was over"] {
                assert_eq!(out.contains(words), *is_past, "{command} {more:?}: {out}");
            }
        }
        let json = asked("lookup", &[*more, &["--json"]].concat()).json();
        let wanted = if more.is_empty() { Value::Null } else { json!(is_past) };
        assert_eq!(json["isPastEnd"], wanted, "{json}");
    }
}

#[test]
fn an_export_that_was_changed_does_not_go_on() {
    let scene = Scene::new();
    let before = scene.folder.file("before.export", scene.text());
    let other = Folder::new();
    let export = other.name("other.export");
    other.file("1.ndjson", browser(1, 2, "fr").to_text());
    other.file("3.ndjson", browser(3, 2, "en").to_text());
    other.file("4.ndjson", browser(4, 3, "en").to_text());
    let made = run(&[
        "gather",
        &other.name(""),
        "--into",
        &export,
        "--origin",
        ORIGIN,
        "--month",
        "2026-02",
    ]);
    assert_eq!(made.code, 0, "{made:?}");
    let compared = run(&["compare", &before, &export]);
    assert_eq!(compared.code, 1, "{compared:?}");
    assert!(
        compared.words.contains("error: tree-differs at month: found `2026-02`"),
        "{compared:?}"
    );
}

#[test]
fn the_officer_is_answered() {
    let scene = Scene::new();
    let subject = id::from_bits([1; 16]);
    let then = run(&["lookup", &scene.export, &subject, "--at", "2026-01-31T09:05:30Z", "--text"]);
    assert_eq!(then.code, 0, "{then:?}");
    for part in ["granted   functionality\n", "in fr, which is here", "Tout refuser", "save"] {
        assert!(then.out.contains(part), "{part}: {then:?}");
    }
    let single = scene.folder.file("4.ndjson", browser(4, 1, "fr").to_text());
    let one = run(&["lookup", &single, &id::from_bits([4; 16])]);
    assert!(one.out.contains(": 1 decision in "), "{one:?}");
    let before = run(&["lookup", &scene.export, &subject, "--at", "2026-01-31"]);
    assert!(before.out.contains("nothing optional was granted"), "{before:?}");
    let page = scene.folder.name("banner.html");
    assert_eq!(run(&["lookup", &scene.export, &subject, "--html", &page]).code, 0);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<html lang=\"fr\"") && page.contains("Tout refuser"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    let json = run(&["lookup", &scene.export, &subject, "--json"]).json();
    assert_eq!(json["held"]["granted"], json!(["functionality"]));
    assert_eq!(json["isPastEnd"], Value::Null, "no time was asked about, so none is past: {json}");

    let stats = run(&["stats", &scene.export, "--json"]).json();
    assert_eq!(stats["day"][0]["day"], "2026-01-31");
    assert_eq!(stats["day"][0]["records"], 6);
    assert_eq!(
        stats["language"][1],
        json!({ "language": "fr", "records": 4, "granted": 4, "denied": 4, "actions": { "save": 4 } })
    );
    let granted = json!({ "category": "functionality", "granted": 6, "denied": 0 });
    assert!(stats["category"].as_array().unwrap().contains(&granted), "{stats}");
    // A chart is drawn of whatever stands in a record, and no text of it is markup.
    let chart = scene.folder.name("chart.svg");
    let mut hostile = decision(7, 0, "fr");
    hostile["policy"]["revision"] = json!("<script>\u{ffff}&\"']]>");
    let hostile = scene.folder.file("hostile.ndjson", ledger([hostile]).to_text());
    assert_eq!(run(&["stats", &hostile, "--svg", &chart]).code, 0);
    let drawn = fs::read_to_string(&chart).unwrap();
    assert!(drawn.contains("&lt;script") && !drawn.contains("<script"), "{drawn}");
    assert!(!drawn.contains('\u{ffff}') && !drawn.contains("&\""), "{drawn}");
    assert_eq!(run(&["stats", &hostile, "--svg", &chart]).code, 3, "a file is never written over");
    let table = run(&["stats", &scene.export, "--by", "category"]);
    assert!(table.out.contains("100.0 %"), "{table:?}");
}

/// Every `dpv:` term is one of the Data Privacy Vocabulary 2.3.
#[track_caller]
fn every_term_exists(document: &Value) {
    let terms = fs::read_to_string(repository("tests/vectors/dpv/terms.txt")).unwrap();
    let terms: Vec<&str> = terms.lines().collect();
    let text = document.to_string();
    let used: Vec<&str> =
        text.split("\"dpv:").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(used.len() > 20, "{used:?}");
    for term in used {
        assert!(terms.contains(&term), "{term} is no term of DPV 2.3");
    }
}

#[test]
fn every_form_has_every_record() {
    let scene = Scene::new();
    for format in ["ndjson", "csv", "xlsx", "parquet", "json-ld"] {
        let output = scene.folder.name(&format!("records.{format}"));
        let made = run(&["export", &scene.export, "--format", format, "--output", &output]);
        assert_eq!(made.code, 0, "{format}: {made:?}");
        let bytes = fs::read(&output).unwrap();
        match format {
            "ndjson" => assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 6),
            "csv" => assert_eq!(csv::Reader::from_reader(&*bytes).records().count(), 6),
            "xlsx" => assert!(bytes.starts_with(b"PK")),
            "parquet" => assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")),
            _ => {
                let document: Value = serde_json::from_slice(&bytes).unwrap();
                let records = document["@graph"].as_array().unwrap();
                assert_eq!(records.len(), 6);
                let controller = &records[0]["dpv:hasDataController"]["dct:title"];
                assert!(controller.is_string(), "{}", records[0]);
                every_term_exists(&document);
            }
        }
    }
    let semicolons = run(&["export", &scene.export, "--format", "csv", "--delimiter", ";"]);
    assert!(semicolons.out.starts_with("\"sequence\";\"at\";"), "{semicolons:?}");
    assert!(semicolons.out.contains("\"2026-01-31 09:05:00\""), "{semicolons:?}");
    assert!(semicolons.out.contains(";\"choice_functionality\"\r\n"), "{semicolons:?}");
}

#[test]
fn the_manual_and_completions_are_printed() {
    let manual = run(&["manual"]);
    assert!(manual.code == 0 && manual.out.contains(".TH consentinel 1"), "{manual:?}");
    // A page for every command that the first one names.
    let folder = Folder::new();
    let pages = run(&["manual", "--into", &folder.name("")]);
    assert_eq!(pages.code, 0, "{pages:?}");
    let help = run(&["--help"]).out;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 12, "{names:?}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let page = fs::read_to_string(folder.path(&format!("consentinel-{name}.1"))).unwrap();
        assert!(page.contains(".SH DESCRIPTION") && page.contains(name), "{name}");
    }
    assert_eq!(run(&["manual", "--into", &folder.name("")]).code, 3, "no page is written over");
    let completions = run(&["manual", "--completions", "bash"]);
    assert!(completions.code == 0 && completions.out.contains("gather"), "{completions:?}");
}

#[test]
fn a_sheet_shows_history_text_and_proofs_and_says_what_is_not_proved() {
    let scene = Scene::new();
    let subject = id::from_bits([2; 16]);
    let file = scene.folder.name("sheet.html");
    let made = run(&["report", &scene.export, &subject, "--output", &file]);
    assert_eq!(made.code, 0, "{made:?}");
    let sheet = fs::read_to_string(&file).unwrap();
    let history = run(&["lookup", &scene.export, &subject, "--json"]).json();
    for decision in history["decisions"].as_array().unwrap() {
        assert!(sheet.contains(decision["id"].as_str().unwrap()), "{decision}");
        assert!(sheet.contains(decision["at"].as_str().unwrap()), "{decision}");
    }
    for part in
        ["<svg", "Not proved:", "that a human clicked", "class=\"notice\"", "default-src 'none'"]
    {
        assert!(sheet.contains(part), "{part}");
    }
    // Names stand there by their titles, ids beside.
    assert!(sheet.contains(" (functionality)"), "{sheet}");
    // It opens without a network and runs nothing.
    for part in ["<script", "http-equiv=\"refresh", "<img", "<link", "@import", "url("] {
        assert!(!sheet.contains(part), "{part}");
    }
    // A proof out of it stands alone.
    let (_, proof) = sheet.split_once("<pre>c2sp").unwrap();
    let proof = format!("c2sp{}", proof.split_once("</pre>").unwrap().0);
    let proof = scene.folder.file("record.tlog-proof", proof);
    assert_eq!(run(&["verify", &proof]).code, 0);
    let unknown = run(&["report", &scene.export, &id::from_bits([99; 16])]);
    assert_eq!((unknown.code, unknown.out.as_str()), (1, ""));
}

#[test]
fn a_policy_that_names_the_catalogue_is_refused_in_one_line() {
    let scene = Scene::new();
    let policy = r#"{ "services": [{ "use": "hotjar", "category": "analytics" }] }"#;
    let policy = scene.folder.file("written.json", policy);
    let subject = id::from_bits([1; 16]);
    let (tag, key, output) =
        (scene.folder.name(""), scene.folder.name("key"), scene.folder.name("a.zip"));
    let ledger = scene.folder.name("1.ndjson");
    assert_eq!(run(&["keygen", ORIGIN, "--output", &key]).code, 0);
    for arguments in [
        &["lookup", &scene.export, &subject, "--policy", &policy][..],
        &["gather", &ledger, "--into", &scene.export, "--policy", &policy],
        &["verify", &scene.export, "--policy", &policy],
        &["pack", &policy, "--files", &tag, "--key", &key, "--output", &output],
    ] {
        let refused = run(arguments);
        assert_eq!((refused.code, refused.words.lines().count()), (3, 1), "{refused:?}");
        assert!(refused.words.contains("`consentinel bundle`"), "{refused:?}");
    }
}
