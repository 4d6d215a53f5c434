//! The native program `consentinel`: what a site owner does before publishing a policy and what an
//! auditor does with a ledger years later, without a browser and without a network.
//!
//! This file knows the arguments and the exit codes only. Each command stands in the file of its
//! name, `files` reads and writes, `report` is what a command hands back, `time` prints points in
//! time. What is sound is decided by the core, never here.

// The lint keeps clocks and files out of the pure side. This is a shell: it may open files.
#![allow(clippy::disallowed_methods)]

mod check;
mod csp;
mod export;
mod files;
mod html;
mod notice;
mod pasted;
mod place;
mod report;
mod time;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use consentinel::csp::Page;

use csp::Decision;
use files::Error;
use report::{Report, Verdict, complain, one_line};

const VERIFICATION_FAILED: u8 = 1;
const USAGE: u8 = 2;
const INPUT_OUTPUT: u8 = 3;

const EXIT_CODES: &str = "\
Exit codes:
  0  verified, sound, written (there may be warnings)
  1  verification failed, or the policy has errors
  2  wrong usage
  3  a file could not be read or written: there is no verdict";

/// Checks policies, verifies and exports ledgers of Consentinel
#[derive(Parser)]
#[command(version, arg_required_else_help = false, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Verify a ledger: canonical form, every hash, the chain
    #[command(after_help = EXIT_CODES)]
    Verify {
        /// The ledger, as the page's `consentinel.export()` hands it out; `-` reads standard input
        file: PathBuf,
        /// Print one JSON object instead of words
        #[arg(long)]
        json: bool,
    },
    /// Verify a ledger and write its records in another form
    #[command(after_long_help = EXIT_CODES, long_about = export::HELP)]
    Export {
        /// The ledger; `-` reads standard input
        file: PathBuf,
        /// The form to write
        #[arg(long, value_enum)]
        format: export::Format,
        /// A new file to write to; a file that exists is left as it is. Without it, or as `-`:
        /// standard output
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Print every problem of a policy, each with its place, what was found there and what to do
    #[command(after_help = EXIT_CODES)]
    Check {
        /// The policy; `-` reads standard input
        policy: PathBuf,
        /// Print one JSON object instead of words
        #[arg(long)]
        json: bool,
        /// The HTML of a page, as it is served: the tag must be its first script, and a pasted element
        /// (`csp --meta`) must stand before it and let in every host of the policy. For several pages, again
        #[arg(long, value_name = "FILE")]
        html: Vec<PathBuf>,
    },
    /// Print what a visitor of a language is shown, byte for byte as it was hashed
    #[command(after_long_help = EXIT_CODES, long_about = notice::HELP)]
    Notice {
        /// The policy; `-` reads standard input
        policy: PathBuf,
        /// The visitor's language, such as `en` or `fr-CA`
        #[arg(long)]
        language: String,
        /// Print the hash of the notice instead of the notice
        #[arg(long)]
        hash: bool,
    },
    /// Print the Content-Security-Policy for what a visitor decided
    #[command(after_long_help = EXIT_CODES, long_about = csp::HELP)]
    Csp {
        /// The policy; `-` reads standard input
        policy: PathBuf,
        /// What is granted: ids of categories or services, with commas between them
        #[arg(long, value_delimiter = ',', conflicts_with = "cookie")]
        grant: Vec<String>,
        /// The value of the visitor's cookie `consentinel`
        #[arg(long)]
        cookie: Option<String>,
        /// Print the element of "everything granted", to stand before the tag in the HTML of every page
        #[arg(long, conflicts_with_all = ["grant", "cookie"])]
        meta: bool,
        /// The origin of the page, so that its own sockets are let in, and on `http:` those of others
        #[arg(long, value_name = "URL", value_parser = place::origin)]
        origin: Option<String>,
        /// The folder that the tag's own files come from, where that is not the page's origin; always let in
        #[arg(long, value_name = "URL", value_parser = place::files)]
        files: Option<String>,
    },
}

fn main() -> ExitCode {
    let command = match Arguments::try_parse() {
        Ok(arguments) => arguments.command,
        Err(error) if error.use_stderr() => {
            complain(&usage_line(&error));
            return ExitCode::from(USAGE);
        }
        Err(help) => {
            // Whoever closed the pipe while help was printed has read enough of it.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(command).and_then(|report| report.print().map(|()| report.verdict)) {
        Ok(Verdict::Sound) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(VERIFICATION_FAILED),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(INPUT_OUTPUT)
        }
    }
}

fn run(command: Command) -> Result<Report, Error> {
    match command {
        Command::Verify { file, json: false } => verify::in_words(&file),
        Command::Verify { file, json: true } => verify::as_json(&file),
        Command::Export { file, format, output } => {
            export::export(&file, format, output.as_deref())
        }
        Command::Check { policy, json: false, html } => check::in_words(&policy, &html),
        Command::Check { policy, json: true, html } => check::as_json(&policy, &html),
        Command::Notice { policy, language, hash: false } => notice::text(&policy, &language),
        Command::Notice { policy, language, hash: true } => notice::hash(&policy, &language),
        Command::Csp { policy, grant, cookie, meta, origin, files } => {
            let decision = match cookie {
                Some(cookie) => Decision::Cookie(cookie),
                None if meta => Decision::Everything,
                None => Decision::Grants(grant),
            };
            let (origin, files) = (origin.unwrap_or_default(), files.unwrap_or_default());
            csp::print(&policy, &decision, &Page { origin: &origin, files: &files, once: "" })
        }
    }
}

/// What is wrong with the arguments, in one line: clap's own words without its usage block.
fn usage_line(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let told = ["\n\nUsage:", "\n\nFor more information"]
        .iter()
        .filter_map(|rest| rendered.find(rest))
        .min()
        .and_then(|end| rendered.get(..end))
        .unwrap_or(&rendered);
    let told = told.strip_prefix("error: ").unwrap_or(told);
    let words: Vec<&str> = told.split_whitespace().collect();
    let told = one_line(&words.join(" "));
    format!("{told}; `consentinel --help` shows the usage")
}
