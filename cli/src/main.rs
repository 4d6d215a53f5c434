//! The native program `consentinel`: what a site owner does before publishing a policy and what an
//! auditor does with records years later, without a browser and without a network; and the collector, which receives
//! them (`serve`).
//!
//! This file knows the commands and the exit codes only. Each command stands in the file of its name
//! (`report` in `sheet`), with its arguments and its help. What they share: `files` opens and writes, `stream` reads long
//! files, `judged` tells ledgers and exports apart and has the core judge them, `policies` are the
//! documents, `report` and `error` what is told, `time` the clock. What is sound is decided by the
//! core, never here; what is said of it by `consentinel_audit`, which the officer's page has as well.

// The lint keeps clocks and files out of the pure side. This is a shell: it may open files.
#![allow(clippy::disallowed_methods)]

mod accesses;
mod anchor;
mod bundle;
mod check;
mod compare;
mod convert;
mod csp;
mod draft;
mod erase;
mod error;
mod export;
mod files;
mod gather;
mod gpc;
mod growth;
mod html;
mod init;
mod judged;
mod keygen;
mod lookup;
mod manual;
mod notice;
mod pack;
mod pasted;
mod pictures;
mod place;
mod policies;
mod prove;
mod prune;
mod report;
mod rewrite;
mod scan;
mod serve;
mod sheet;
mod sign;
mod stats;
mod stream;
mod time;
mod verify;

use std::env;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use error::{Error, one_line};
use report::{Report, Verdict, complain};

const VERIFICATION_FAILED: u8 = 1;
const USAGE: u8 = 2;
const INPUT_OUTPUT: u8 = 3;

const EXIT_CODES: &str = "\
Exit codes:
  0  it holds, sound, written (there may be warnings)
  1  it does not hold, or the policy has errors
  2  wrong usage
  3  a file could not be read or written: there is no verdict";

/// Checks policies; gathers, verifies and explains records of Consentinel
#[derive(Parser)]
#[command(name = "consentinel", version, arg_required_else_help = false, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Verify ledgers, exports and proofs: every line, hash, chain, tree and signature
    #[command(after_long_help = EXIT_CODES, long_about = verify::HELP)]
    Verify(verify::Arguments),
    /// Gather ledgers of many browsers into one export
    #[command(after_long_help = EXIT_CODES, long_about = gather::HELP)]
    Gather(gather::Arguments),
    /// Say what held for one browser, and what its banner had said
    #[command(after_long_help = EXIT_CODES, long_about = lookup::HELP)]
    Lookup(lookup::Arguments),
    /// Write a sheet about one browser: its history, the text, proofs, and what they do not prove
    #[command(after_long_help = EXIT_CODES, long_about = sheet::HELP)]
    Report(sheet::Arguments),
    /// Count decisions by day, category, language and revision
    #[command(after_long_help = EXIT_CODES, long_about = stats::HELP)]
    Stats(stats::Arguments),
    /// Verify a ledger or an export and write its records in another form
    #[command(after_long_help = EXIT_CODES, long_about = export::HELP)]
    Export(export::Arguments),
    /// Show one record of an export without the others
    #[command(after_long_help = EXIT_CODES, long_about = prove::HELP)]
    Prove(prove::Arguments),
    /// Say whether an export goes on from an earlier one
    #[command(after_long_help = EXIT_CODES, long_about = compare::HELP)]
    Compare(compare::Arguments),
    /// Make a key that signs checkpoints
    #[command(after_long_help = EXIT_CODES, long_about = keygen::HELP)]
    Keygen(keygen::Arguments),
    /// Have a time-stamp authority witness a store or an export
    #[command(after_long_help = EXIT_CODES, long_about = anchor::HELP)]
    Anchor(anchor::Arguments),
    /// Sign the checkpoints of an export
    #[command(after_long_help = EXIT_CODES, long_about = sign::HELP)]
    Sign(sign::Arguments),
    /// Receive the records of pages and keep them
    #[command(after_long_help = EXIT_CODES, long_about = serve::HELP)]
    Serve(serve::Arguments),
    /// Say who asked what of a store on the officer's page
    #[command(after_long_help = EXIT_CODES, long_about = accesses::HELP)]
    Accesses(accesses::Arguments),
    /// Drop months of an export or a store that need not be kept any more
    #[command(after_long_help = EXIT_CODES, long_about = prune::HELP)]
    Prune(prune::Arguments),
    /// Erase the records of one browser from an export or a store; their hashes stay
    #[command(after_long_help = EXIT_CODES, long_about = erase::HELP)]
    Erase(erase::Arguments),
    /// Write a first policy, the lines for the HTML, and what to do next
    #[command(after_long_help = EXIT_CODES, long_about = init::HELP)]
    Init(init::Arguments),
    /// Look at a running site with a browser, and draft its policy or say what its policy lacks
    #[command(after_long_help = EXIT_CODES, long_about = scan::HELP)]
    Scan(scan::Arguments),
    /// Draft a policy of what pages reported, or what a policy lacks beside it
    #[command(after_long_help = EXIT_CODES, long_about = draft::HELP)]
    Draft(draft::Arguments),
    /// Print every problem of a policy, each with its place, what was found there and what to do
    #[command(after_long_help = EXIT_CODES, long_about = check::HELP)]
    Check(check::Arguments),
    /// Write the policy out that is published, with all that it takes from the catalogue
    #[command(after_long_help = EXIT_CODES, long_about = bundle::HELP)]
    Bundle(bundle::Arguments),
    /// Print what a visitor of a language is shown, byte for byte as it was hashed
    #[command(after_long_help = EXIT_CODES, long_about = notice::HELP)]
    Notice(notice::Arguments),
    /// Gather code, policy, notices and pictures as proof, in one signed archive
    #[command(after_long_help = EXIT_CODES, long_about = pack::HELP)]
    Pack(pack::Arguments),
    /// Print the Content-Security-Policy for what a visitor decided
    #[command(after_long_help = EXIT_CODES, long_about = csp::HELP)]
    Csp(csp::Arguments),
    /// Print what a site serves at /.well-known/gpc.json
    #[command(after_long_help = EXIT_CODES, long_about = gpc::HELP)]
    Gpc(gpc::Arguments),
    /// Make a draft of a policy from the configuration of another consent tool
    #[command(after_long_help = EXIT_CODES, long_about = convert::HELP)]
    Convert(convert::Arguments),
    /// Print the manual page, or completions for a shell
    #[command(after_long_help = EXIT_CODES, long_about = manual::HELP)]
    Manual(manual::Arguments),
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
    match run(&command).and_then(|report| report.print().map(|()| report.verdict)) {
        Ok(Verdict::Sound) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(VERIFICATION_FAILED),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(if error.is_usage { USAGE } else { INPUT_OUTPUT })
        }
    }
}

fn run(command: &Command) -> Result<Report, Error> {
    match command {
        Command::Verify(arguments) => verify::run(arguments),
        Command::Gather(arguments) => gather::run(arguments),
        Command::Lookup(arguments) => lookup::run(arguments),
        Command::Report(arguments) => sheet::run(arguments),
        Command::Stats(arguments) => stats::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Prove(arguments) => prove::run(arguments),
        Command::Compare(arguments) => compare::run(arguments),
        Command::Keygen(arguments) => keygen::run(arguments),
        Command::Anchor(arguments) => anchor::run(arguments),
        Command::Sign(arguments) => sign::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Accesses(arguments) => accesses::run(arguments),
        Command::Prune(arguments) => prune::run(arguments),
        Command::Erase(arguments) => erase::run(arguments),
        Command::Init(arguments) => init::run(arguments),
        Command::Scan(arguments) => scan::run(arguments),
        Command::Draft(arguments) => draft::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Bundle(arguments) => bundle::run(arguments),
        Command::Notice(arguments) => notice::run(arguments),
        Command::Pack(arguments) => pack::run(arguments),
        Command::Csp(arguments) => csp::run(arguments),
        Command::Gpc(arguments) => gpc::run(arguments),
        Command::Convert(arguments) => convert::run(arguments),
        Command::Manual(arguments) => manual::run(arguments, Arguments::command()),
    }
}

/// What is wrong with the arguments, in one line: clap's own words without its usage block, and where the usage of the
/// command stands.
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
    let command =
        env::args().nth(1).filter(|word| Arguments::command().find_subcommand(word).is_some());
    let command = command.map(|word| word + " ").unwrap_or_default();
    format!("{told}; `consentinel {command}--help` shows the usage")
}
