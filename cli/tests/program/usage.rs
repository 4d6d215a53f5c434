//! Wrong usage, files that cannot be read, pipes that break: one line and the right exit code,
//! never a panic.

use std::io::Write;
use std::process::Stdio;

use crate::{Folder, Run, program, run, run_with_input, sample::three};

/// One line on standard error that names the program and all of these; nothing else.
#[track_caller]
fn assert_complains(run: &Run, code: i32, parts: &[&str]) {
    assert_eq!((run.code, run.out.as_str()), (code, ""), "{run:?}");
    assert!(run.words.starts_with("consentinel: "), "{run:?}");
    assert!(run.words.ends_with('\n'), "{run:?}");
    assert_eq!(run.words.matches('\n').count(), 1, "{run:?}");
    for part in parts {
        assert!(run.words.contains(part), "{part} in {run:?}");
    }
}

#[test]
fn wrong_usage_is_code_2() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "subcommand"),
        (&["verfy", "a"], "verfy"),
        (&["verify"], "<FILE>"),
        (&["verify", "a", "--key", "b"], "keygen"),
        (&["lookup", "a", "b"], "22 letters"),
        (&["lookup", "a", "AQEBAQEBAQEBAQEBAQEBAQ", "--at", "soon"], "2026-01-31"),
        (&["gather", "a"], "--into"),
        (&["gather", "a", "--into", "b", "--month", "2026-13"], "2026-11"),
        (&["gather", "a", "--into", "b", "--origin", "a b"], "shop.example"),
        (&["keygen", "a+b", "--output", "c"], "shop.example"),
        (&["prune", "a"], "--before"),
        (&["export", "a", "--format", "csv", "--delimiter", "ab"], "`;`"),
        (&["verify", "a", "--yaml"], "--yaml"),
        (&["export", "a"], "--format"),
        (&["export", "a", "--format", "xml"], "ndjson"),
        (&["check"], "<POLICY>"),
        (&["notice", "a"], "--language"),
        (&["verify", "a", "--\u{1b}\n\nUsage:"], "unexpected"),
    ];
    for (arguments, part) in cases {
        let known = arguments.first().filter(|command| !["verfy"].contains(command));
        let help = known.map_or_else(String::new, |command| format!("{command} "));
        let help = format!("`consentinel {help}--help`");
        assert_complains(&run(arguments), 2, &[part, &help]);
    }
}

#[test]
fn help_and_version_are_answers() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["help", "verify"],
        &["export", "--help"],
        &["notice", "--help"],
    ] {
        let answer = run(arguments);
        assert_eq!((answer.code, answer.words.as_str()), (0, ""), "{answer:?}");
        assert!(!answer.out.is_empty());
    }
    let help = run(&["verify", "--help"]);
    assert!(help.out.contains("3  a file could not be read"), "{help:?}");
}

#[test]
fn every_command_has_an_example() {
    let help = run(&["--help"]).out;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let names = commands.lines().take_while(|line| !line.is_empty());
    for name in names.filter_map(|line| line.split_whitespace().next()) {
        let help = run(&[name, "--help"]).out;
        assert!(
            name == "help" || help.contains(&format!("  consentinel {name} ")),
            "{name}: {help}"
        );
    }
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::new();
    let file = folder.file("ledger", three().to_text());
    let plain = run(&["verify", &file]);
    assert!(!plain.out.contains('\u{1b}'), "{plain:?}");
    // As on a terminal.
    let coloured = program().args(["verify", &file]).env("CLICOLOR_FORCE", "1").output().unwrap();
    let coloured = String::from_utf8(coloured.stdout).unwrap();
    assert!(coloured.starts_with("\u{1b}["), "{coloured}");
    assert_eq!(coloured.matches('\u{1b}').count(), 2, "{coloured}");
}

#[test]
fn what_cannot_be_read_is_code_3() {
    let folder = Folder::new();
    let missing = folder.name("missing");
    let directory = folder.name("");
    for path in [&missing, &directory] {
        for arguments in [
            &["verify", path][..],
            &["verify", path, "--json"],
            &["export", path, "--format", "csv"],
            &["check", path],
            &["check", path, "--json"],
            &["notice", path, "--language", "en"],
        ] {
            assert_complains(&run(arguments), 3, &[&format!("`{path}`"), "; "]);
        }
    }
    assert_complains(&run(&["check", "a\nb"]), 3, &["a\u{fffd}b"]);
}

#[test]
fn what_has_no_end_is_given_up() {
    // Nothing but zero bytes, for ever: where there is such a file, it must not fill the memory.
    if std::path::Path::new("/dev/zero").exists() {
        assert_complains(&run(&["verify", "/dev/zero"]), 3, &["100000000 bytes"]);
        assert_eq!(run(&["check", "/dev/zero"]).code, 1);
    }
}

#[test]
fn a_broken_pipe_ends_quietly_with_the_verdict() {
    let sound = three().to_text();
    let broken = sound.replacen("\"save\"", "\"saved\"", 1);
    for (arguments, input, code) in [
        (&["verify", "-"][..], &sound, 0),
        (&["verify", "-"], &broken, 1),
        (&["export", "-", "--format", "csv"], &sound, 0),
        (&["check", "-"], &broken, 1),
    ] {
        let mut child = program()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The reader goes before the program has anything to say, for it is waiting for its input.
        drop(child.stdout.take());
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn a_full_disk_is_code_3() {
    // Where there is such a device, every write to it fails like one to a full disk.
    let Ok(full) = std::fs::File::create("/dev/full") else {
        return;
    };
    let folder = Folder::new();
    let file = folder.file("ledger", three().to_text());
    let output = program().args(["verify", &file]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stderr.starts_with(b"consentinel: cannot write standard output: "));
}

#[test]
fn standard_error_may_be_gone() {
    let mut child = program()
        .args(["export", "-", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    drop(child.stdin.take());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
    assert_eq!(run_with_input(&["export", "-", "--format", "csv"], b"").code, 1);
}
