//! `consentinel manual`: the manual page, and completions for shells, made from the arguments.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::error::Error;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Print the manual page, or completions for a shell

Examples:
  consentinel manual > /usr/local/share/man/man1/consentinel.1
  consentinel manual --completions bash > /etc/bash_completion.d/consentinel";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Print completions for this shell instead
    #[arg(long, value_name = "SHELL")]
    completions: Option<Shell>,
}

/// Prints it.
pub fn run(arguments: &Arguments, mut command: Command) -> Result<Report, Error> {
    let mut out = Vec::new();
    match arguments.completions {
        Some(shell) => clap_complete::generate(shell, &mut command, "consentinel", &mut out),
        None => {
            let written = clap_mangen::Man::new(command).render(&mut out);
            written.map_err(|error| Error::output("the manual page", &error))?;
        }
    }
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}
