//! `consentinel pack`: what CNIL 2020-092 names as proof, in one archive: the code as it is published and its hashes, the
//! policy, the notice in each language, pictures of each layer; and a signed manifest, which `consentinel verify` checks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use consentinel::{
    checkpoint::signed,
    hash::{Hash, digest, sha256},
    json::Json,
    note::PublicKey,
    notice::{Interface, notice},
    policy::Policy,
    problem::{Code, Problem},
};
use consentinel_audit::{
    library::policy_of,
    pack::{MANIFEST, Manifest, is_path, judge, visible},
    problems::{Problems, problem_lines},
    shown,
    texts::texts,
    time::iso,
};
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::error::{Error, name};
use crate::files::{self, Input};
use crate::pictures::{self, Shot};
use crate::policies::published;
use crate::report::{Report, Verdict};
use crate::sign::private_key;
use crate::time::now_ms;

/// The long help of the command.
pub const HELP: &str = "\
Gather what proves how consent is asked for: code, policy, notices and pictures, in one signed archive

CNIL 2020-092 names as proof of a valid way to ask: the code or its published hash, and pictures of what
visitors see, for each version. The archive holds the tag's files as you publish them (`--files`) with the
SHA-256 and the `integrity` of each, the policy, the notice of each of its languages as its canonical text and
as a page, and pictures of both layers, light and dark, on a desktop and on a phone, taken with those very files
by the Chromium of this machine. The manifest names every file by its hash and is signed; keep the archive, and
publish the hash that is printed, or send it to somebody who keeps it: that says since when it is so.

Examples:
  consentinel pack policy.json --files public/consentinel/ --key shop.key --output proof-2026-11.zip
  consentinel verify proof-2026-11.zip --key shop.example/consent+1a2b3c4d+AbC…";

/// The most bytes of an archive, and of all that is in it: more than any folder of the tag's files and pictures.
const MOST: u64 = 500_000_000;
/// How every archive begins.
const START: &[u8] = b"PK\x03\x04";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy
    policy: PathBuf,
    /// The folder of the tag's files, as they are published; all of it is packed
    #[arg(long, value_name = "FOLDER")]
    files: PathBuf,
    /// The file of the private key, as `consentinel keygen` makes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A new file for the archive
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Only this language, instead of all in which the policy has words. For several, again
    #[arg(long, value_name = "TAG")]
    language: Vec<String>,
    /// The Chromium that takes the pictures, instead of the first one found
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Leave the pictures out
    #[arg(long)]
    no_pictures: bool,
}

/// Makes the archive.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let key = private_key(&arguments.key)?;
    let bytes = published(&arguments.policy)?;
    let (policy, problems) = policy_of(&bytes);
    let words = problem_lines(&problems);
    let Some(policy) = policy.filter(|_| !problems.iter().any(Problem::is_error)) else {
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    };
    let mut pack = BTreeMap::new();
    code(&arguments.files, &mut pack)?;
    let languages = languages(&policy, &arguments.language);
    documents(&policy, &languages, &mut pack);
    // A policy that asks nothing shows nothing.
    if !arguments.no_pictures && policy.has_optional() {
        let none = || {
            let help =
                "install one, name it by `--browser`, or leave pictures out by `--no-pictures`";
            Error::unfit(&arguments.policy, "there is no Chromium to take pictures", help)
        };
        let browser = pictures::browser(arguments.browser.as_ref()).ok_or_else(none)?;
        let text = String::from_utf8_lossy(&bytes);
        pack.extend(pictures::take(&Shot::all(&languages), &browser, &arguments.files, &text)?);
    }
    pack.insert(String::from("policy.json"), bytes);
    let manifest = Manifest {
        made: iso(now_ms()),
        policy: format!(
            "{} {} {}",
            policy.hash(),
            policy.document.text_at("id"),
            policy.document.text_at("revision")
        ),
        files: pack.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect(),
    };
    let manifest = signed(&manifest.text(), &key);
    let failed =
        |error: zip::result::ZipError| Error::output(&name(&arguments.output), &error.into());
    let archive = archive(&manifest, &pack).map_err(failed)?;
    files::create(&arguments.output, &archive)?;
    let out = format!("{}  {} files\n", sha256(&archive), pack.len());
    Ok(Report { out: out.into_bytes(), words, verdict: Verdict::Sound })
}

/// The languages in which the policy has words for its visitors, of those that the product speaks.
fn languages(policy: &Policy, only: &[String]) -> Vec<String> {
    if !only.is_empty() {
        return only.to_vec();
    }
    let categories = policy.document.list_at("categories").iter();
    let titles = categories.filter_map(|category| match category.field("title") {
        Some(Json::Object(texts)) => Some(texts.iter().map(|(language, _)| language.clone())),
        _ => None,
    });
    let mut languages: Vec<String> = titles.flatten().collect();
    languages.sort();
    languages.dedup();
    languages
}

/// Every file of the tag, and a list of them with what a page writes as `integrity`.
fn code(folder: &Path, pack: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    let mut list = serde_json::Map::new();
    for file in files::below(folder)? {
        let inside = file.strip_prefix(folder).unwrap_or(&file);
        let parts: Vec<String> = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let path = format!("code/{}", parts.join("/"));
        if !is_path(&path) {
            let help = "publish files with names of letters, digits, `.`, `_` and `-`";
            return Err(Error::unfit(&file, "a name that no pack can have", help));
        }
        let bytes = files::read(&file, MOST)?;
        let integrity = format!("sha256-{}", STANDARD.encode(digest(&bytes)));
        let entry = json!({ "sha256": sha256(&bytes), "integrity": integrity });
        list.insert(path.clone(), entry);
        pack.insert(path, bytes);
    }
    if !pack.contains_key("code/consentinel.js") {
        let help = "name the folder that holds `consentinel.js`";
        return Err(Error::unfit(folder, "the tag is not in it", help));
    }
    let list = format!("{:#}\n", Value::Object(list));
    pack.insert(String::from("code.json"), list.into_bytes());
    Ok(())
}

/// The policy as its hash is made of, and the notice in each language.
fn documents(policy: &Policy, languages: &[String], pack: &mut BTreeMap<String, Vec<u8>>) {
    let canonical = policy.document.canonical();
    pack.insert(String::from("policy.canonical.json"), canonical.into_bytes());
    let texts = texts();
    for language in languages {
        let notice = notice(policy, &Interface::choose(&texts, language, policy));
        let canonical = notice.canonical();
        let page = shown::page(&notice, &sha256(canonical.as_bytes()));
        pack.insert(format!("notices/{language}.json"), canonical.into_bytes());
        pack.insert(format!("notices/{language}.html"), page.into_bytes());
    }
}

fn archive(manifest: &str, pack: &BTreeMap<String, Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file(MANIFEST, options)?;
    writer.write_all(manifest.as_bytes())?;
    for (path, bytes) in pack {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Whether a file begins as an archive.
pub fn is_pack(start: &[u8]) -> bool {
    start.starts_with(START)
}

/// Verifies an archive.
pub fn verify(
    path: &Path,
    input: Input,
    keys: &[PublicKey],
) -> Result<(Option<Manifest>, Problems), Error> {
    let bytes = input.into_bytes(path, MOST)?;
    let read = contents(&bytes).unwrap_or_default();
    let (manifest, mut problems) = judge(read.manifest.as_deref(), &read.files, keys);
    for path in &read.doubled {
        problems.add_at(Code::PackDoubled, 0, "", &|| visible(path));
    }
    if read.behind > 0 {
        let found = format!("{} bytes", read.behind);
        problems.add_at(Code::PackTrailing, 0, &found, &|| String::from("the end"));
    }
    Ok((manifest, problems))
}

/// What is in an archive.
#[derive(Default)]
struct Contents {
    manifest: Option<Vec<u8>>,
    /// Path and hash of each other file; of two of one name, of the later one.
    files: Vec<(String, Hash)>,
    /// Names that two files have: programs differ in which of them they unpack.
    doubled: BTreeSet<String>,
    /// How many bytes stand behind the end.
    behind: usize,
}

/// Reads an archive; nothing where it is none, or holds more than anybody packs.
fn contents(bytes: &[u8]) -> Option<Contents> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let directory = Directory::read(bytes)?;
    let mut read = Contents { behind: directory.behind, ..Contents::default() };
    let mut names = BTreeSet::new();
    for name in directory.names {
        if !names.insert(name.clone()) {
            read.doubled.insert(name);
        }
    }
    // The reader knows one file of each name; a directory that it reads otherwise is nobody's.
    if names.len() != archive.len() {
        return None;
    }
    let mut left = MOST;
    for at in 0..archive.len() {
        let mut content = Vec::new();
        let file = archive.by_index(at).ok()?;
        let path = file.name().ok()?.into_owned();
        // What does not come out as it went in (its checksum says so) has no hash that fits.
        if file.take(left).read_to_end(&mut content).is_err() {
            content.clear();
        }
        left = left.saturating_sub(content.len() as u64);
        if left == 0 {
            return None;
        }
        if path == MANIFEST {
            read.manifest = Some(content);
        } else {
            read.files.push((path, digest(&content)));
        }
    }
    Some(read)
}

/// What the directory of an archive says of it (APPNOTE.TXT of ZIP, 4.3.12 and 4.3.16), which its reader keeps to itself.
struct Directory {
    /// The name of every file, doubled ones too.
    names: Vec<String>,
    /// How many bytes stand behind the record that ends the archive.
    behind: usize,
}

impl Directory {
    fn read(bytes: &[u8]) -> Option<Directory> {
        // The last of them, as the reader has it: a comment, which nobody packs, may stand behind it.
        let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
        let mut at = number(bytes, end + 16, 4)?;
        let mut names = Vec::new();
        for _ in 0..number(bytes, end + 10, 2)? {
            if bytes.get(at..at + 4)? != b"PK\x01\x02" {
                return None;
            }
            let [name, extra, comment] = [28, 30, 32].map(|field| number(bytes, at + field, 2));
            let start = at + 46;
            at = start + name?;
            names.push(String::from_utf8_lossy(bytes.get(start..at)?).into_owned());
            at += extra? + comment?;
        }
        Some(Directory { names, behind: bytes.len().checked_sub(end + 22)? })
    }
}

/// The number in so many bytes, at most four, from there: the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The report on an archive that holds, for people, but for its problems; `is_key_given` where its signature was
/// compared with a key.
pub fn lines(manifest: &Manifest, is_key_given: bool) -> String {
    let signer = if is_key_given {
        ", which the key given has signed"
    } else {
        ", of which nobody looked who signed it"
    };
    format!(
        "  policy      {}\n  made        {}, by the clock of whoever made it\n  files       {}\n\
         proved: every file is, byte for byte, the one that the manifest names{signer}\n\
         not proved: that this was published, and when; compare the hash of the archive with the one that was published\n",
        manifest.policy,
        manifest.made,
        manifest.files.len(),
    )
}

/// The same for programs.
pub fn object(manifest: Option<&Manifest>) -> Value {
    json!({
        "policy": manifest.map(|manifest| &manifest.policy),
        "made": manifest.map(|manifest| &manifest.made),
        "files": manifest.map(|manifest| &manifest.files),
    })
}
