//! `consentinel notice`: what a visitor of a language was shown, rebuilt from the policy and the
//! product's own texts, so that an auditor can lay it beside the hash in a record. It shows what
//! this version of the program would show, or version 0.1.0 (`--layout 2`). How the banner looks is not part of it.

use std::path::PathBuf;

use clap::Args;
use consentinel::{
    hash::sha256,
    notice::{Interface, LAYOUT, notice, untranslated},
};
use consentinel_audit::older::{LAYOUTS, in_layout};
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
standard error names them. A record says which arrangement its visitor saw (`notice.layout`): version 0.1.0 had 2.

Examples:
  consentinel notice policy.json --language fr
  consentinel notice policy.json --language fr --hash
  consentinel notice policy.json --language fr --layout 2";

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
    /// The arrangement: that of this version, or 2, that of version 0.1.0
    #[arg(long, value_name = "NUMBER", default_value_t = LAYOUT, value_parser = layout)]
    layout: i64,
}

fn layout(text: &str) -> Result<i64, String> {
    let known = text.parse().ok().filter(|layout| LAYOUTS.contains(layout));
    known.ok_or_else(|| format!("give {}", LAYOUTS.map(|layout| layout.to_string()).join(" or ")))
}

/// Prints the notice, or its hash.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let (path, language) = (&arguments.policy, &*arguments.language);
    let (policy, problems) = read_policy(path)?;
    let problems = problem_lines(&problems);
    let Some(policy) = policy else {
        return Ok(Report { out: Vec::new(), words: problems, verdict: Verdict::Failed });
    };
    let interface = Interface::choose(&texts(), language, &policy);
    let shown = in_layout(arguments.layout, &policy, &notice(&policy, &interface));
    let canonical = shown.canonical();
    let hash_line = sha256(canonical.as_bytes()) + "\n";
    // The hash alone, or beside the notice.
    let (out, mut words) =
        if arguments.hash { (hash_line, String::new()) } else { (canonical, hash_line) };
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
