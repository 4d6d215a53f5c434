//! `consentinel manual`: the manual pages, and completions for shells, made from the arguments.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::error::{Error, name};
use crate::files;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Print the manual page, or completions for a shell

With `--into`, writes a page for the program and one for each command instead, into a folder that
must be there. A page that is there already stays as it is, and ends it.

Examples:
  consentinel manual | man -l -
  consentinel manual --into /usr/local/share/man/man1
  consentinel manual --completions bash > /etc/bash_completion.d/consentinel";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Print completions for this shell instead
    #[arg(long, value_name = "SHELL", conflicts_with = "into")]
    completions: Option<Shell>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

/// Prints it.
pub fn run(arguments: &Arguments, mut command: Command) -> Result<Report, Error> {
    let mut out = Vec::new();
    if let Some(shell) = arguments.completions {
        clap_complete::generate(shell, &mut command, "consentinel", &mut out);
    } else if let Some(folder) = &arguments.into {
        // Gives each command its whole name: `consentinel-verify`.
        command.build();
        let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
        let mut pages = vec![page(&command)?];
        for command in commands {
            pages.push(page(command)?);
        }
        for (file, page) in pages {
            let path = folder.join(&file);
            files::create(&path, &page)?;
            out.extend(format!("written: {}\n", name(&path)).into_bytes());
        }
    } else {
        (_, out) = page(&command)?;
    }
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}

/// The page of a command, and the name of its file.
fn page(command: &Command) -> Result<(String, Vec<u8>), Error> {
    let man = Man::new(command.clone());
    let file = man.get_filename();
    let mut page = Vec::new();
    man.render(&mut page).map_err(|error| Error::output("the manual page", &error))?;
    Ok((file, page))
}
