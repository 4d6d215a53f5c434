//! `consentinel keygen`: makes a key that signs checkpoints. The random bits are the system's.

use std::path::PathBuf;

use clap::Args;
use consentinel::note::{PrivateKey, is_name};

use crate::error::Error;
use crate::files;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Make a key that signs checkpoints

Writes the private key to a new file that its owner alone can read, and prints the public key, which
is for everybody who verifies. Keep the private key where only the controller gets at it, never in a
page; whoever has it can sign other records.

Example:
  consentinel keygen shop.example/consent --output shop.key > shop.pub";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The name of the key: by custom the origin of the export
    #[arg(value_parser = key_name)]
    name: String,
    /// A new file for the private key
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

fn key_name(text: &str) -> Result<String, String> {
    let help = "give a name without spaces and `+`, such as `shop.example/consent`";
    is_name(text).then(|| String::from(text)).ok_or_else(|| String::from(help))
}

/// Makes a key.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let mut seed = [0; 32];
    let failed =
        |found: &str| Error::unfit(&arguments.output, found, "try again on another machine");
    getrandom::fill(&mut seed).map_err(|error| failed(&error.to_string()))?;
    let key = PrivateKey::new(&arguments.name, seed).ok_or_else(|| failed("no such key"))?;
    files::create_secret(&arguments.output, (key.text() + "\n").as_bytes())?;
    let out = (key.public().text() + "\n").into_bytes();
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}
