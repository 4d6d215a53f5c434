//! `consentinel convert`: a draft of a policy from the configuration of another consent tool.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use consentinel::policy::MAX_BYTES;
use consentinel_audit::{commands::Said, convert};
use consentinel_catalogue::converted::converted;

use crate::error::Error;
use crate::files;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Make a draft of a policy from the configuration of another consent tool

Standard output gets the draft: categories, services, texts and names of cookies as that configuration
has them. Standard error says what is missing in it, which only the owner of the site knows;
`TO BE WRITTEN` stands in its place, which `check` and `bundle` refuse. With `--moving` standard
output gets the document by which decisions of that tool are taken over instead (docs/moving.md);
without an `until` in it, which you write, only refusals are. Klaro and Orejime store no time of a
decision, so of theirs only refusals are taken over.

The configuration must be JSON, in which regular expressions are texts: on the console of a page
that has it, write `JSON.stringify(config, (_, v) => v instanceof RegExp ? String(v) : v)`; for
tarteaucitron docs/moving.md has a longer line. `npx consentinel convert` reads JavaScript as well.

Examples:
  consentinel convert klaro config.json > policy.json
  consentinel convert klaro config.json --moving > moving.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The tool
    #[arg(value_enum)]
    tool: Tool,
    /// Its configuration as JSON; `-` reads standard input
    file: PathBuf,
    /// Print the document of moving instead of the policy
    #[arg(long)]
    moving: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tool {
    VanillaCookieconsent,
    Klaro,
    Tarteaucitron,
    Orejime,
    Osano,
    C15t,
}

/// Prints the draft.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let bytes = files::read(&arguments.file, MAX_BYTES as u64)?;
    let tool = match arguments.tool {
        Tool::VanillaCookieconsent => convert::Tool::VanillaCookieconsent,
        Tool::Klaro => convert::Tool::Klaro,
        Tool::Tarteaucitron => convert::Tool::Tarteaucitron,
        Tool::Orejime => convert::Tool::Orejime,
        Tool::Osano => convert::Tool::Osano,
        Tool::C15t => convert::Tool::C15t,
    };
    let path = arguments.file.to_string_lossy();
    let Said { out, words, is_sound } = converted(tool, &path, &bytes, arguments.moving);
    let verdict = if is_sound { Verdict::Sound } else { Verdict::Failed };
    Ok(Report { out: out.into_bytes(), words, verdict })
}
