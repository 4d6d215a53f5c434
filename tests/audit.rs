//! The formats of the audit side against published data and against every change that can be made to
//! them: hash trees, checkpoints, proofs, exports. Cases are data, in tests/vectors.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[path = "support/keep.rs"]
mod keep;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use consentinel::{
    checkpoint::{Checkpoint, Proof, signed},
    export::{Known, Looked, Verifier, look},
    hash::{Hash, digest, from_hex, hex},
    merkle::{Tree, consistency, inclusion, is_consistent, is_included, leaf, node},
    note::{Note, PrivateKey, PublicKey, Signed},
    problem::{Code, Severity},
    source,
};
use proptest::{collection::vec, prelude::*, test_runner::TestCaseError};
use serde_json::Value;

fn file(name: &str) -> String {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn vectors(name: &str) -> Value {
    serde_json::from_str(&file(name)).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn trees_have_the_published_hashes_and_roots() {
    let golden = vectors("merkle/golden.json");
    let inputs = list(&golden["leaf_inputs_hex"]);
    let leaves: Vec<Hash> = inputs.iter().map(|input| leaf(&bytes(text(input)))).collect();
    let hashes: Vec<&str> = list(&golden["leaf_hashes"]).iter().map(text).collect();
    assert_eq!(leaves.iter().map(|leaf| hex(leaf)).collect::<Vec<_>>(), hashes);
    let mut tree = Tree::default();
    for (size, root) in list(&golden["roots_by_size"]).iter().enumerate() {
        assert_eq!((tree.size(), hex(&tree.root())), (size as u64, text(root).to_owned()));
        if let Some(leaf) = leaves.get(size) {
            tree.push(*leaf);
        }
    }
    for case in list(&golden["hashes"]) {
        let data = |key: &str| case[key].as_str().map(str::as_bytes);
        let hash = match data("input_utf8") {
            Some(input) => leaf(input),
            // The children of this one are no hashes, so it is computed by hand.
            None => {
                let (left, right) = (data("left_utf8").unwrap(), data("right_utf8").unwrap());
                digest(&[&[1], left, right].concat())
            }
        };
        assert_eq!(hex(&hash), text(&case["hex"]));
    }
    let (one, other) = (leaves[0], leaves[1]);
    assert_eq!(node(&one, &other), digest(&[&[1][..], &one, &other].concat()));
}

fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// Another hash, in one bit.
fn bent(hash: &Hash) -> Hash {
    let mut hash = *hash;
    hash[7] ^= 16;
    hash
}

#[test]
fn every_proof_of_small_trees_holds_and_nothing_else_does() {
    let leaves: Vec<Hash> = (0..20u8).map(|number| leaf(&[number])).collect();
    for size in 0..=leaves.len() {
        let whole = &leaves[..size];
        let top = root(whole);
        assert_eq!(inclusion(whole, size), None);
        assert_eq!(consistency(whole, size + 1), None);
        for index in 0..size {
            let proof = inclusion(whole, index).unwrap();
            let holds = |leaf: &Hash, index: usize, size: usize, proof: &[Hash], top: &Hash| {
                is_included(leaf, index as u64, size as u64, proof, top)
            };
            assert!(holds(&whole[index], index, size, &proof, &top), "{index} of {size}");
            assert!(!holds(&bent(&whole[index]), index, size, &proof, &top));
            assert!(!holds(&whole[index], index, size, &proof, &bent(&top)));
            for other in (0..size).filter(|other| *other != index) {
                assert!(!holds(&whole[index], other, size, &proof, &top), "{index} as {other}");
            }
            assert!(!holds(&whole[index], size, size, &proof, &top));
            for at in 0..proof.len() {
                let mut wrong = proof.clone();
                wrong[at] = bent(&wrong[at]);
                assert!(!holds(&whole[index], index, size, &wrong, &top));
                wrong.remove(at);
                assert!(!holds(&whole[index], index, size, &wrong, &top));
            }
            let longer = [&proof[..], &[top]].concat();
            assert!(!holds(&whole[index], index, size, &longer, &top));
        }
        for old in 0..=size {
            let (before, proof) = (root(&whole[..old]), consistency(whole, old).unwrap());
            let holds = |old: usize, before: &Hash, proof: &[Hash], top: &Hash| {
                is_consistent(old as u64, before, size as u64, top, proof)
            };
            assert!(holds(old, &before, &proof, &top), "{old} of {size}");
            assert!(!holds(old, &bent(&before), &proof, &top), "{old} of {size}");
            assert!(old == 0 || !holds(old, &before, &proof, &bent(&top)));
            assert!(!holds(size + 1, &before, &proof, &top));
            for at in 0..proof.len() {
                let mut wrong = proof.clone();
                wrong[at] = bent(&wrong[at]);
                assert!(!holds(old, &before, &wrong, &top), "{old} of {size}, {at}");
                wrong.remove(at);
                assert!(!holds(old, &before, &wrong, &top));
            }
            assert!(!holds(old, &before, &[&proof[..], &[top]].concat(), &top));
        }
    }
}

#[test]
fn the_examples_of_the_specifications_are_read() {
    let examples = vectors("c2sp/examples.json");
    let mut checkpoints = 0;
    for (name, notes) in examples.as_object().unwrap() {
        for note in list(notes).iter().map(text) {
            if name == "tlog-proof.md" {
                // Its signatures are left out, so it is read, and does not hold.
                assert!(!Proof::read(note).unwrap().holds());
                continue;
            }
            let read = Note::read(note).unwrap_or_else(|| panic!("{note}"));
            assert!(!read.names().is_empty());
            if name.starts_with("tlog") {
                let (checkpoint, signatures) = Checkpoint::read_note(note).unwrap();
                assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
                assert_eq!(checkpoint.size, 20_852_163);
                assert_eq!(checkpoint.text(), read.text);
                assert_eq!(signatures, Some(read));
                checkpoints += 1;
            }
        }
    }
    assert_eq!(checkpoints, 2);
}

/// What is wrong with notes, checkpoints and keys, by their forms alone.
#[test]
fn what_is_no_note_no_checkpoint_and_no_key_is_refused() {
    let cases = vectors("notes.json");
    let none = |texts: &Value, is_read: &dyn Fn(&str) -> bool| {
        for text in list(texts).iter().map(text) {
            assert!(!is_read(text), "{text:?}");
        }
    };
    none(&cases["no notes"], &|text| Note::read(text).is_some());
    none(&cases["no checkpoints"], &|text| Checkpoint::read_note(text).is_some());
    none(&cases["no public keys"], &|text| PublicKey::read(text).is_some());
    none(&cases["no private keys"], &|text| PrivateKey::read(text).is_some());
    for case in list(&cases["signed"]) {
        let note = text(&case["note"]);
        let key = PublicKey::read(text(&case["key"])).unwrap();
        let want = match text(&case["want"]) {
            "yes" => Signed::Yes,
            "wrong" => Signed::Wrong,
            _ => Signed::No,
        };
        assert_eq!(Note::read(note).unwrap().is_signed_by(&key), want, "{note}");
        if let Some(private) = case["private"].as_str() {
            let private = PrivateKey::read(private).unwrap();
            assert_eq!(private.public().text(), key.text());
            let (said, _) = note.split_once("\n\n").unwrap();
            assert_eq!(signed(&format!("{said}\n"), &private), note);
        }
    }
}

/// The kept export of a release: it is read for ever.
const KEPT: [&str; 1] = ["export/0.1.0.ndjson"];
/// The public key of its checkpoints; the private one is in no file.
const KEY: &str = "export/0.1.0.pub";

/// Lines that were looked at already, by their bytes: a change leaves most of them alone.
type Seen = BTreeMap<Vec<u8>, Looked>;

/// The codes of everything that is wrong with an export, in the eyes of who has its key.
fn problems(bytes: &[u8], keys: Vec<PublicKey>, seen: &Seen) -> Vec<Code> {
    let mut codes = Vec::new();
    let mut report = |code, _: u32, _: &str| codes.push(code);
    let mut verifier = Verifier::new(keys, Known::default());
    let Some((last, body)) = bytes.split_last() else { return vec![Code::ExportHeader] };
    let is_ended = *last == b'\n';
    for line in (if is_ended { body } else { bytes }).split(|byte| *byte == b'\n') {
        let Ok(text) = std::str::from_utf8(line) else {
            report(Code::RecordNotCanonical, 0, "");
            continue;
        };
        let goes_on = match seen.get(line) {
            Some(looked) => verifier.take(looked, &mut report),
            None => verifier.take(&look(text, &source::parse), &mut report),
        };
        if !goes_on {
            return codes;
        }
    }
    verifier.finish(&mut report);
    if !is_ended {
        codes.push(Code::LedgerLine);
    }
    codes
}

/// The names of all errors, and of the warning that a document is not there: nothing else tells of one
/// that was taken out, and nothing false can be read from what is left.
fn found(bytes: &[u8], keys: Vec<PublicKey>, seen: &Seen) -> BTreeSet<&'static str> {
    let is_told = |code: &Code| {
        let is_unknown = matches!(code, Code::PolicyUnknown | Code::NoticeUnknown);
        code.severity() == Severity::Error || is_unknown
    };
    problems(bytes, keys, seen).into_iter().filter(is_told).map(Code::text).collect()
}

fn key() -> PublicKey {
    PublicKey::read(file(KEY).trim_end()).unwrap()
}

#[test]
fn the_export_of_every_release_is_read() {
    for name in KEPT {
        let export = file(name);
        assert_eq!(problems(export.as_bytes(), vec![key()], &Seen::new()), [], "{name}");
        // Without its key it is said that nobody looked at the signatures.
        let unchecked = problems(export.as_bytes(), Vec::new(), &Seen::new());
        assert!(unchecked.iter().all(|code| *code == Code::SignatureUnchecked), "{unchecked:?}");
    }
}

/// A change to an export, as data: what is done to which line.
fn mutated(export: &str, change: &Value) -> Vec<Vec<u8>> {
    let lines: Vec<&str> = export.lines().collect();
    let joined = |lines: &[&str]| (lines.join("\n") + "\n").into_bytes();
    let at = |key: &str| change[key].as_u64().unwrap() as usize - 1;
    let all = 1..lines.len();
    match text(&change["do"]) {
        "flip every bit" => {
            let whole = export.as_bytes();
            let bits = (0..whole.len()).flat_map(|at| (0..8).map(move |bit| (at, bit)));
            // One bit of each so many, each place of a byte in turn: every one takes minutes, which
            // `CONSENTINEL_CASES` in the environment is for.
            let is_whole = std::env::var_os("CONSENTINEL_CASES").is_some();
            let step = if is_whole { 1 } else { change["step"].as_u64().unwrap() as usize };
            let flipped = bits.step_by(step).map(|(at, bit)| {
                let mut bytes = whole.to_vec();
                bytes[at] ^= 1 << bit;
                bytes
            });
            flipped.collect()
        }
        "remove every line" => all
            .map(|at| {
                let mut lines = lines.clone();
                lines.remove(at);
                joined(&lines)
            })
            .collect(),
        "repeat every line" => all
            .map(|at| {
                let mut lines = lines.clone();
                lines.insert(at, lines[at]);
                joined(&lines)
            })
            .collect(),
        "swap every two lines" => all
            .clone()
            .flat_map(|one| (one + 1..lines.len()).map(move |other| (one, other)))
            .map(|(one, other)| {
                let mut lines = lines.clone();
                lines.swap(one, other);
                joined(&lines)
            })
            .collect(),
        "cut after every byte" => (1..export.len())
            .step_by(change["step"].as_u64().unwrap() as usize)
            .map(|end| export.as_bytes()[..end].to_vec())
            .collect(),
        "append" => vec![[export.as_bytes(), text(&change["text"]).as_bytes()].concat()],
        "insert" => {
            let mut lines = lines.clone();
            lines.insert(at("line"), text(&change["text"]));
            vec![joined(&lines)]
        }
        "replace" => {
            let (from, to) = (text(&change["from"]), text(&change["to"]));
            let mut owned: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            let line = &mut owned[at("line")];
            assert!(line.contains(from), "{from} stands in {line}");
            *line = line.replacen(from, to, 1);
            vec![(owned.join("\n") + "\n").into_bytes()]
        }
        "move" => {
            let mut lines = lines.clone();
            let line = lines.remove(at("line"));
            lines.insert(at("to"), line);
            vec![joined(&lines)]
        }
        "move lines" => {
            let mut lines = lines.clone();
            let moved: Vec<&str> = lines.drain(at("line")..=at("to")).collect();
            let before = at("before");
            lines.splice(before..before, moved);
            vec![joined(&lines)]
        }
        "remove lines" => {
            let (from, to) = (at("line"), at("to"));
            let kept = lines.iter().enumerate().filter(|(at, _)| *at < from || *at > to);
            vec![joined(&kept.map(|(_, line)| *line).collect::<Vec<_>>())]
        }
        "erase" => {
            let mut owned: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            let line = &mut owned[at("line")];
            *line = format!("{{\"erased\":\"{}\"}}", hex(&digest(line.as_bytes())));
            vec![(owned.join("\n") + "\n").into_bytes()]
        }
        other => panic!("nobody knows how to {other}"),
    }
}

/// One file for each kind of change, named after it: every one is refused by one of the checks that
/// the file names, even by a reader without any key where that is so.
#[test]
fn every_change_of_an_export_is_refused_by_a_named_check() {
    let export = file(KEPT[0]);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/export/changes");
    let known: Seen =
        export.lines().map(|line| (line.as_bytes().to_vec(), look(line, &source::parse))).collect();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let case = vectors(&format!("export/changes/{name}"));
        let wanted: BTreeSet<&str> = list(&case["want"]).iter().map(text).collect();
        let mut found_all = BTreeSet::new();
        for (number, change) in list(&case["changes"]).iter().enumerate() {
            let variants = mutated(&export, change);
            keep::keep(&format!("{}.{number}", name.trim_end_matches(".json")), &variants);
            for bytes in variants {
                if bytes == export.as_bytes() {
                    continue;
                }
                let found = found(&bytes, vec![key()], &known);
                if wanted.is_empty() {
                    assert_eq!(found, BTreeSet::new(), "{name}: {change}");
                } else {
                    let is_named = found.iter().any(|code| wanted.contains(code));
                    assert!(is_named, "{name}: {change}: {found:?}");
                }
                found_all.extend(found);
            }
        }
        // A file names no check that refuses nothing of it.
        assert!(wanted.is_subset(&found_all), "{name}: {wanted:?} in {found_all:?}");
        seen.insert(name);
    }
    assert!(seen.len() >= 20, "{seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The laws of trees of any size: what was proved holds, and the two proofs go together.
    #[test]
    fn proofs_of_any_tree_hold(size in 1usize..400, part in 0.0..1.0f64) {
        let leaves: Vec<Hash> = (0..size).map(|number| leaf(&number.to_be_bytes())).collect();
        let at = ((size as f64 * part) as usize).min(size - 1);
        let (top, path) = (root(&leaves), inclusion(&leaves, at).unwrap());
        prop_assert!(is_included(&leaves[at], at as u64, size as u64, &path, &top));
        let (before, path) = (root(&leaves[..at]), consistency(&leaves, at).unwrap());
        prop_assert!(is_consistent(at as u64, &before, size as u64, &top, &path));
    }

    /// What is signed is signed by that key alone, and by it for that text alone.
    #[test]
    fn a_signature_is_of_one_key_and_one_text(one in any::<[u8; 32]>(), other in any::<[u8; 32]>(), size in any::<u32>()) {
        let key = |seed| PrivateKey::new("a.example", seed).ok_or_else(|| TestCaseError::fail("a key"));
        let (one, other) = (key(one)?, key(other)?);
        let checkpoint = Checkpoint { origin: "a.example/2026-11".into(), size: size.into(), root: digest(b"") };
        let note = signed(&checkpoint.text(), &one);
        let read = Note::read(&note).unwrap();
        prop_assert_eq!(read.is_signed_by(one.public()), Signed::Yes);
        if one.public() != other.public() {
            prop_assert_eq!(read.is_signed_by(other.public()), Signed::No);
        }
        let moved = note.replacen("2026-11", "2026-12", 1);
        prop_assert_eq!(Note::read(&moved).unwrap().is_signed_by(one.public()), Signed::Wrong);
        let twice = signed(&note, &other);
        prop_assert_eq!(Note::read(&twice).unwrap().is_signed_by(other.public()), Signed::Yes);
        prop_assert_eq!(PrivateKey::read(&one.text()).unwrap().text(), one.text());
        prop_assert_eq!(&PublicKey::read(&one.public().text()).unwrap(), one.public());
    }

    /// Whatever is done to the bytes of an export, up to three times in a row, is refused by a check that has
    /// a name, as long as other bytes come of it.
    #[test]
    fn no_random_change_of_an_export_stays_unseen(edits in vec((0..6usize, any::<u32>(), any::<u32>(), any::<u8>()), 1..4)) {
        let export = file(KEPT[0]).into_bytes();
        let mut bytes = export.clone();
        for (kind, one, other, byte) in edits {
            let (one, other) = (one as usize % bytes.len(), other as usize % bytes.len());
            let (from, to) = (one.min(other), one.max(other));
            match kind {
                0 => bytes[one] = byte,
                1 => bytes.insert(one, byte),
                2 => drop(bytes.remove(one)),
                3 => bytes.swap(one, other),
                4 => drop(bytes.drain(from..to.min(from + 40))),
                _ => {
                    let copied = bytes[from..to.min(from + 40)].to_vec();
                    bytes.splice(to..to, copied);
                }
            }
        }
        let known: Seen = export
            .split(|byte| *byte == b'\n')
            .filter_map(|line| Some((line.to_vec(), look(std::str::from_utf8(line).ok()?, &source::parse))))
            .collect();
        prop_assert!(bytes == export || !found(&bytes, vec![key()], &known).is_empty());
    }

    #[test]
    fn hashes_come_back_from_their_digits(hash in any::<Hash>()) {
        prop_assert_eq!(from_hex(&hex(&hash)), Some(hash));
    }
}
