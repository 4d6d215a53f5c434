//! `consentinel notice`: what a visitor of a language was shown, rebuilt from the policy and the
//! product's own texts, so that an auditor can lay it beside the hash in a record. It shows what
//! this version of the program would show: for a record of another version, take the program of
//! that version. How the banner looks is not part of it.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    hash::sha256,
    notice::{Interface, notice, untranslated},
};
use consentinel_audit::problems::problem_lines;
use consentinel_audit::texts::texts;

use crate::error::{Error, one_line};
use crate::policies::read_policy;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Print what a visitor of a language is shown, byte for byte as it was hashed

Standard output gets the canonical form of the notice without a line feed at its end, so that
its SHA-256, by any tool, is the `notice.hash` in the records of the visitors who saw it;
standard error gets that hash. A language without texts falls back as in the page, and
standard error says so, and which texts of the policy do. Parts of the policy that have errors are left out, as in the page;
standard error names them.

Examples:
  consentinel notice policy.json --language fr
  consentinel notice policy.json --language fr --hash";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// The visitor's language, such as `en` or `fr-CA`
    #[arg(long)]
    language: String,
    /// Print the hash of the notice instead of the notice
    #[arg(long)]
    hash: bool,
}

/// Prints the notice, or its hash.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    if arguments.hash {
        hash(&arguments.policy, &arguments.language)
    } else {
        text(&arguments.policy, &arguments.language)
    }
}

/// The notice itself on standard output, its hash on standard error.
fn text(path: &Path, language: &str) -> Result<Report, Error> {
    report(path, language, |canonical, hash| (canonical, hash))
}

/// Only the hash, on standard output.
fn hash(path: &Path, language: &str) -> Result<Report, Error> {
    report(path, language, |_, hash| (hash, String::new()))
}

/// `arrange` says what of the canonical text and the line of its hash goes to standard output, and
/// what to standard error.
fn report(
    path: &Path,
    language: &str,
    arrange: fn(String, String) -> (String, String),
) -> Result<Report, Error> {
    let (policy, problems) = read_policy(path)?;
    let problems = problem_lines(&problems);
    let Some(policy) = policy else {
        return Ok(Report { out: Vec::new(), words: problems, verdict: Verdict::Failed });
    };
    let interface = Interface::choose(&texts(), language, &policy);
    let canonical = notice(&policy, &interface).canonical();
    let hash_line = sha256(canonical.as_bytes()) + "\n";
    let (out, mut words) = arrange(canonical, hash_line);
    let shown = &interface.language;
    if !is_within(language, shown) {
        let asked = one_line(language);
        words.push_str(&format!("no texts in `{asked}`: its visitors are shown `{shown}`\n"));
    }
    words.push_str(&problems);
    let mut missing = Vec::new();
    untranslated(&policy, shown, &mut missing);
    words.push_str(&problem_lines(&missing));
    Ok(Report { out: out.into_bytes(), words, verdict: Verdict::Sound })
}

/// Whether texts in `shown` are texts in `asked`: the same language, whatever the region.
fn is_within(asked: &str, shown: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
    primary(asked) == primary(shown)
}
