//! `consentinel sign`: signs the checkpoints of an export that holds, where that is done on another
//! machine than gathering.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    checkpoint::{Checkpoint, signed},
    export::{Known, Line},
    note::{PrivateKey, Signed},
};

use crate::error::Error;
use crate::files;
use crate::report::{Report, Verdict};
use crate::rewrite::{Place, rewrite, sound};

/// The long help of the command.
pub const HELP: &str = "\
Sign the checkpoints of an export

Each month's checkpoint that this key has not signed yet gets its signature; the export is verified
before, and nothing else in it changes. Publish the last checkpoint, which is printed, or send it to
somebody who keeps it: from then on no record before it can be changed unseen.

Example:
  consentinel sign shop.export --key shop.key";

/// The longest file of a key that is read.
const MAX_KEY_BYTES: u64 = 2000;

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The export
    export: PathBuf,
    /// The file of the private key, as `consentinel keygen` makes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A new file to write to, instead of in the export's own place
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads the file of a private key.
pub fn private_key(path: &Path) -> Result<PrivateKey, Error> {
    let bytes = files::read(path, MAX_KEY_BYTES)?;
    let text = String::from_utf8(bytes).ok();
    text.and_then(|text| PrivateKey::read(text.trim_end())).ok_or_else(|| {
        Error::unfit(path, "it is no private key", "make one by `consentinel keygen`")
    })
}

/// A checkpoint with a signature by this key, which it may have already.
pub fn signed_once(text: &str, key: &PrivateKey) -> String {
    let note = Checkpoint::read_note(text).and_then(|(_, note)| note);
    let is_signed = note.is_some_and(|note| note.is_signed_by(key.public()) == Signed::Yes);
    if is_signed { String::from(text) } else { signed(text, key) }
}

/// Signs.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let key = private_key(&arguments.key)?;
    if let Err(report) = sound(&arguments.export, Known::default(), &mut |_, _, _| Ok(()))? {
        return Ok(report);
    }
    let mut last = String::new();
    let place = Place::of(arguments.output.as_ref());
    rewrite(&arguments.export, &place, &mut |line, keep| {
        let Line::Checkpoint(text) = line else {
            return keep(None);
        };
        last = signed_once(text, &key);
        keep(Some(&Line::Checkpoint(last.clone())))
    })?;
    Ok(Report { out: last.into_bytes(), words: String::new(), verdict: Verdict::Sound })
}
