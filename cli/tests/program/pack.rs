//! The proof pack: what is in it, and that `verify` names each change made to it. The pictures are tested with a browser
//! (tests/audit/pack.test.mjs).

use std::fs;
use std::io::{Cursor, Read, Write};

use consentinel::hash::sha256;
use serde_json::Value;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{Folder, repository, run};

/// A pack of the first demonstration policy around a tag of two files.
struct Scene {
    folder: Folder,
    public: String,
    archive: String,
}

impl Scene {
    fn new() -> Scene {
        let folder = Folder::new();
        let private = folder.name("key");
        let public = run(&["keygen", "shop.example/consent", "--output", &private]).out;
        fs::create_dir_all(folder.path("tag/texts")).unwrap();
        let tag = folder.file("tag/consentinel.js", "tag();");
        folder.file("tag/texts/fr.js", "export default {};");
        let files = tag.trim_end_matches("/consentinel.js");
        let archive = folder.name("proof.zip");
        let policy = repository("www/policies/jimo.json");
        let made = run(&[
            "pack",
            &policy,
            "--files",
            files,
            "--key",
            &private,
            "--output",
            &archive,
            "--no-pictures",
        ]);
        assert_eq!(made.code, 0, "{made:?}");
        assert!(made.out.starts_with(&sha256(&fs::read(&archive).unwrap())), "{made:?}");
        Scene { public: public.trim_end().to_owned(), folder, archive }
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut archive = ZipArchive::new(Cursor::new(fs::read(&self.archive).unwrap())).unwrap();
        (0..archive.len())
            .map(|at| {
                let mut file = archive.by_index(at).unwrap();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                (file.name().unwrap().into_owned(), bytes)
            })
            .collect()
    }

    /// Exit code, and code and place of each problem, of an archive of these files.
    fn judged(&self, files: &[(String, Vec<u8>)]) -> (i32, Vec<(String, String)>) {
        self.judged_bytes(&self.zipped(files))
    }

    fn zipped(&self, files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in files {
            writer.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn judged_bytes(&self, bytes: &[u8]) -> (i32, Vec<(String, String)>) {
        let file = self.folder.file("other.zip", bytes);
        let answer = run(&["verify", "--json", "--key", &self.public, &file]);
        let report = answer.json();
        let text = |problem: &Value, key: &str| problem[key].as_str().unwrap().to_owned();
        let problems = report["problems"].as_array().unwrap().iter();
        let problems = problems.map(|problem| (text(problem, "code"), text(problem, "path")));
        (answer.code, problems.collect())
    }
}

/// Bytes with others of the same length in their place.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[test]
fn a_pack_has_code_policy_and_notices_and_holds() {
    let scene = Scene::new();
    let files = scene.files();
    let of = |path: &str| {
        let found = files.iter().find(|(other, _)| other == path);
        found
            .map(|(_, bytes)| bytes.clone())
            .unwrap_or_else(|| panic!("{path} in {:?}", files.len()))
    };
    let answer = run(&["verify", "--json", "--key", &scene.public, &scene.archive]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let report = answer.json();
    assert_eq!((&report["holds"], &report["problems"]), (&true.into(), &Value::Array(Vec::new())));
    // The notice is the one whose hash records name.
    let hash =
        run(&["notice", &repository("www/policies/jimo.json"), "--language", "fr", "--hash"]);
    assert_eq!(sha256(&of("notices/fr.json")), hash.out.trim_end());
    assert!(report["policy"].as_str().unwrap().starts_with(&sha256(&of("policy.canonical.json"))));
    let code: Value = serde_json::from_slice(&of("code.json")).unwrap();
    assert_eq!(code["code/consentinel.js"]["sha256"], sha256(b"tag();"));
    let words = run(&["verify", &scene.archive]);
    assert!(words.out.contains("not proved: that this was published"), "{words:?}");
    assert!(words.out.contains("signature-unchecked"), "{words:?}");
    // Nobody is taken for the signer whom nobody looked for.
    assert!(words.out.contains("names, of which nobody looked who signed it\n"), "{words:?}");
    let words = run(&["verify", "--key", &scene.public, &scene.archive]);
    assert!(words.out.contains("names, which the key given has signed\n"), "{words:?}");
}

#[test]
fn each_change_of_a_pack_is_named() {
    let scene = Scene::new();
    let files = scene.files();
    assert_eq!(scene.judged(&files), (0, Vec::new()));
    let named = |code: &str, path: &str| (1, vec![(code.to_owned(), path.to_owned())]);
    for at in 0..files.len() {
        let path = files[at].0.clone();
        let mut changed = files.clone();
        changed[at].1[0] ^= 1;
        let mut missing = files.clone();
        missing.remove(at);
        let mut renamed = files.clone();
        renamed[at].0 = String::from("other");
        if path == "manifest" {
            for other in [changed, missing, renamed] {
                assert_eq!(scene.judged(&other), named("pack-form", "manifest"));
            }
            continue;
        }
        assert_eq!(scene.judged(&changed), named("pack-changed", &path));
        assert_eq!(scene.judged(&missing), named("pack-missing", &path));
        let (code, problems) = scene.judged(&renamed);
        assert_eq!(code, 1);
        assert!(problems.contains(&("pack-added".to_owned(), "other".to_owned())), "{problems:?}");
        assert!(problems.contains(&("pack-missing".to_owned(), path)), "{problems:?}");
    }
    // A manifest that says so itself is not the one that was signed.
    let mut files = files;
    let manifest = files.iter_mut().find(|(path, _)| path == "manifest").unwrap();
    manifest.1 =
        String::from_utf8(manifest.1.clone()).unwrap().replacen("made 2", "made 1", 1).into();
    assert_eq!(scene.judged(&files), named("signature-wrong", "manifest"));
    let archive = fs::read(&scene.archive).unwrap();
    for bytes in [&archive[..archive.len() - 1], b"PK\x03\x04"] {
        assert_eq!(scene.judged_bytes(bytes), named("pack-form", "manifest"));
    }
    let longer = [&archive[..], b"x"].concat();
    assert_eq!(scene.judged_bytes(&longer), named("pack-trailing", "the end"));
    // A second file of a name is written under another one of that length, and then renamed in the bytes.
    for path in ["policy.json", "manifest"] {
        let other = "x".repeat(path.len());
        let mut files = scene.files();
        let of_that_name = files.iter().find(|(name, _)| name == path).unwrap();
        files.push((other.clone(), of_that_name.1.clone()));
        let doubled = replaced(&scene.zipped(&files), other.as_bytes(), path.as_bytes());
        assert_eq!(scene.judged_bytes(&doubled), named("pack-doubled", path));
    }
}

#[test]
fn what_cannot_be_packed_is_said_in_one_line() {
    let scene = Scene::new();
    let policy = repository("www/policies/jimo.json");
    let key = scene.folder.name("key");
    let output = scene.folder.name("new.zip");
    let empty = scene.folder.name("empty");
    fs::create_dir_all(&empty).unwrap();
    let words = ["pack", &policy, "--key", &key, "--output", &output, "--no-pictures", "--files"];
    let run_with = |files: &str| run(&[&words[..], &[files]].concat());
    let none = run_with(&empty);
    assert_eq!(none.code, 3);
    assert!(none.words.contains("the tag is not in it"), "{none:?}");
    let tag = scene.folder.name("tag");
    scene.folder.file("tag/a b.js", "");
    assert!(run_with(&tag).words.contains("a name that no pack can have"));
}
