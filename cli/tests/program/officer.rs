//! What a data-protection officer does with README alone: every command that its section "An audit" prints runs
//! as it stands there, in its order, and the five questions have answers. What each command does besides is
//! tested beside the others of its kind.

use std::fs;
use std::path::Path;
use std::process::Command;

use consentinel::id;
use serde_json::{Value, json};

use crate::{
    Folder, repository,
    sample::{decision, ledger},
};

/// 2026-10-05T08:00:00Z: at the time that README asks about, choices of then still count.
const DECIDED_MS: i64 = 1_791_187_200_000;

/// The section of README.
fn section() -> String {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    let (_, rest) = readme.split_once("### An audit\n").expect("README has the section");
    let (section, _) = rest.split_once("\nAnd before you publish:").expect("it ends there");
    String::from(section)
}

/// The commands that it prints: first those of its block, then those in the table.
fn commands(section: &str) -> Vec<String> {
    let (_, rest) = section.split_once("```sh\n").unwrap();
    let (block, table) = rest.split_once("```").unwrap();
    let block = block.lines().map(|line| line.split('#').next().unwrap_or_default());
    // What stands between two marks of code.
    let table = table.split('`').skip(1).step_by(2);
    let all = block.chain(table).map(str::trim).filter(|words| words.starts_with("consentinel "));
    all.map(String::from).collect()
}

/// The decisions of one browser in October, handed on by its pages.
fn records(browser: u8, decided: &[&str]) -> Vec<String> {
    let records = decided.iter().zip(0..).map(|(action, number)| {
        let mut record = decision(browser, number, "fr");
        let at = DECIDED_MS + i64::from(number) * 86_400_000;
        record["atMs"] = json!(at);
        record["expiresAtMs"] = json!(at + 182 * 86_400_000);
        record["action"] = json!(action);
        let names = json!(["analytics", "functionality"]);
        let is_given = *action == "accept-all";
        record["granted"] = if is_given { names.clone() } else { json!([]) };
        record["denied"] = if is_given { json!([]) } else { names };
        record
    });
    ledger(records).lines
}

/// Runs a command line as a shell would that knows words and `>`; answers what it printed.
#[track_caller]
fn shell(folder: &Path, line: &str) -> String {
    let (words, file) = line.split_once('>').unwrap_or((line, ""));
    let output = Command::new(env!("CARGO_BIN_EXE_consentinel"))
        .args(words.split_whitespace().skip(1))
        .current_dir(folder)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}\n{out}{words}");
    if !file.is_empty() {
        fs::write(folder.join(file.trim()), &out).unwrap();
    }
    out
}

#[test]
fn the_five_questions_are_answered_by_the_commands_of_the_readme() {
    let folder = Folder::new();
    for name in ["received", "policies"] {
        fs::create_dir(folder.path(name)).unwrap();
    }
    fs::copy(repository("www/policies/jimo.json"), folder.path("policies/1.json")).unwrap();
    // One visitor accepts and refuses the next day, another accepts.
    let (one, other) = (records(1, &["accept-all", "reject-all"]), records(2, &["accept-all"]));
    let id = serde_json::from_str::<Value>(&one[0]).unwrap()["id"].as_str().unwrap().to_owned();
    fs::write(folder.path("received/2026-10.ndjson"), [one, other].concat().join("\n") + "\n")
        .unwrap();
    let first = decision(3, 0, "fr");
    folder.file("consentinel-ledger.ndjson", ledger([first]).to_text());

    let section = section();
    let commands = commands(&section);
    let subject = id::from_bits([1; 16]);
    let mut key = String::new();
    let mut answers = Vec::new();
    let mut before = String::new();
    for command in &commands {
        let command = command
            .replace("SUBJECT", &subject)
            .replace("ID", &id)
            .replace("--key KEY", &format!("--key {key}"));
        let out = shell(folder.0.path(), &command);
        if command.starts_with("consentinel lookup") {
            before = shell(folder.0.path(), &command.replace("2026-11-01", "2026-10-05"));
        }
        if command.contains(" keygen ") {
            key = String::from(out.trim_end());
        }
        answers.push((command, out));
    }
    let answer = |start: &str| {
        let found = answers.iter().find(|(command, _)| command.starts_with(start));
        found.unwrap_or_else(|| panic!("README has no `{start}`: {commands:?}")).1.as_str()
    };

    // What had this visitor granted then? The refusal of the day after holds.
    let then = answer("consentinel lookup");
    assert!(then.contains("denied    analytics functionality\n"), "{then}");
    assert!(before.contains("granted   analytics functionality\n"), "{before}");

    // Was anything altered?
    let verified = answer("consentinel verify shop.export");
    assert!(verified.contains("which the key given has signed"), "{verified}");
    assert!(verified.contains("  records     3\n"), "{verified}");
    assert!(
        answer("consentinel compare")
            .starts_with("`shop.export` goes on from `published.checkpoint`")
    );
    assert!(answer("consentinel prove").starts_with("c2sp.org/tlog-proof@v1\n"));

    // How many agreed, by day?
    let counted = answer("consentinel stats");
    let row = |name: &str| counted.lines().find(|line| line.trim_start().starts_with(name));
    let numbers = |name: &str| -> Vec<&str> {
        row(name).unwrap_or_else(|| panic!("{counted}")).split_whitespace().collect()
    };
    assert_eq!(numbers("2026-10-05")[..4], ["2026-10-05", "2", "2", "0"]);
    assert_eq!(numbers("2026-10-06")[..4], ["2026-10-06", "1", "0", "1"]);
    assert_eq!(numbers("analytics")[..3], ["analytics", "2", "1"]);
    assert_eq!(answer("consentinel export").lines().count(), 4);

    // What must be kept, and what can go?
    assert!(answer("consentinel prune").starts_with("would go: 0 months"));
    assert!(answer("consentinel erase").starts_with("erased: 2 records"));
    let text = fs::read_to_string(folder.path("shop.export")).unwrap();
    assert!(!text.contains(&subject), "{text}");
    shell(folder.0.path(), &format!("consentinel verify shop.export --key {key}"));
    shell(folder.0.path(), "consentinel compare published.checkpoint shop.export");
}

#[test]
fn what_the_banner_said_is_shown_as_the_readme_says() {
    let section = section();
    for option in ["`--text`", "`--html banner.html`", "`--svg agreed.svg`", "`--json`"] {
        assert!(section.contains(option), "README names {option}");
    }
    let folder = Folder::new();
    let lines = records(1, &["accept-all"]).join("\n") + "\n";
    folder.file("received.ndjson", lines);
    fs::copy(repository("www/policies/jimo.json"), folder.path("policy.json")).unwrap();
    let run = |line: &str| shell(folder.0.path(), line);
    run(
        "consentinel gather received.ndjson --into shop.export --origin shop.example --policy policy.json",
    );
    let lookup = format!("consentinel lookup shop.export {}", id::from_bits([1; 16]));
    let said = run(&format!("{lookup} --text"));
    assert!(said.contains("Tout refuser") && said.contains("Tout accepter"), "{said}");
    run(&format!("{lookup} --html banner.html"));
    let page = fs::read_to_string(folder.path("banner.html")).unwrap();
    assert!(page.contains("<html lang=\"fr\"") && page.contains("Tout refuser"), "{page}");
    run("consentinel stats shop.export --by day,category --svg agreed.svg");
    let chart = fs::read_to_string(folder.path("agreed.svg")).unwrap();
    assert!(chart.starts_with("<svg ") && chart.trim_end().ends_with("</svg>"), "{chart}");
    for part in ["decisions by day", "decisions by category", "2026-10-05", "accept-all", "granted"]
    {
        assert!(chart.contains(part), "{part}: {chart}");
    }
}
