//! `consentinel anchor`: has a checkpoint of a store or an export stamped with the time by an authority (RFC 3161), so that
//! nobody, the operator included, can say later that the records before it were other ones. Files go in and out; how they
//! reach the authority is the caller's affair, because this program has no network. `token` makes and checks, `kept` is
//! where anchors are, and `verify` asks both.

pub mod kept;
mod token;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::export::{Known, Line};
use consentinel_audit::{judged::look_at, time::iso};
use rustls_pki_types::CertificateDer;

use self::kept::Anchor;
use crate::error::{Error, name, one_line};
use crate::files::{self, Input};
use crate::report::{Report, Verdict};
use crate::rewrite::sound;

/// The longest file of a request, a response, a checkpoint or of trusted certificates.
const MAX_BYTES: u64 = 1_000_000;

/// The long help of the command.
pub const HELP: &str = "\
Have a time-stamp authority witness a store or an export (RFC 3161)

Without `--response`, verifies the file and writes a request for a time stamp of its last checkpoint to
`--request`, and the checkpoint itself beside it. Send the request to an authority; this program has no
network. With `--response` it checks what came back: that it is of that checkpoint and that request,
that the signature is right, and that the certificates lead to one in `--root` and were valid then; and
keeps it in FILE.anchors, or in the file that `--anchors` names, as it must be where the store is a data
base. From then on `consentinel verify FILE --anchor-root …` says whether it holds, and whether FILE still
goes on from that checkpoint.

Examples:
  consentinel anchor consentinel.db --request 2026-11.tsq
  curl -H 'Content-Type: application/timestamp-query' --data-binary @2026-11.tsq ADDRESS > 2026-11.tsr
  consentinel anchor consentinel.db --request 2026-11.tsq --response 2026-11.tsr --root authority.pem";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// A store, or an export; of a store with several sites, `FILE#ORIGIN`
    file: PathBuf,
    /// The file of the request, which is written, or with `--response` read again
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// What the authority answered
    #[arg(long, value_name = "FILE", requires = "root")]
    response: Option<PathBuf>,
    /// Trusted certificates, in PEM
    #[arg(long, value_name = "FILE", requires = "response")]
    root: Option<PathBuf>,
    /// Where its anchors are kept, instead of FILE.anchors; `verify` must be told as well
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
}

/// Asks, or takes the answer in.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    // Asked before anything is sent to anybody.
    let Some(kept_in) = kept::place(&arguments.file, arguments.anchors.as_deref()) else {
        let help = "name one that keeps its anchors: `--anchors FILE`";
        return Err(Error::usage(&arguments.file, "no file can be beside it", help));
    };
    match (&arguments.response, &arguments.root) {
        (Some(response), Some(root)) => accept(arguments, response, root, &kept_in),
        _ => ask(arguments),
    }
}

/// Where the checkpoint of a request is.
fn beside(request: &Path) -> PathBuf {
    let mut name = OsString::from(request);
    name.push(".checkpoint");
    PathBuf::from(name)
}

fn ask(arguments: &Arguments) -> Result<Report, Error> {
    let mut checkpoint = String::new();
    let found = sound(&arguments.file, Known::default(), &mut |line, _, _| {
        if let Line::Checkpoint(text) = line {
            checkpoint.clone_from(text);
        }
        Ok(())
    })?;
    if let Err(report) = found {
        return Ok(report);
    }
    let place = &arguments.request;
    let mut nonce = [0; 8];
    let failed = |reason: String| Error::unfit(place, &reason, "try it again");
    getrandom::fill(&mut nonce).map_err(|error| failed(error.to_string()))?;
    let request = token::request(checkpoint.as_bytes(), nonce);
    let request = request.map_err(|error| failed(error.to_string()))?;
    files::create(&beside(place), checkpoint.as_bytes())?;
    files::create(place, &request)?;
    let out = format!("asks for a time stamp of\n{checkpoint}");
    Ok(Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound })
}

fn accept(
    arguments: &Arguments,
    response: &Path,
    root: &Path,
    kept_in: &Path,
) -> Result<Report, Error> {
    let roots = trusted(root)?;
    let origin = origin(&arguments.file)?;
    let request = files::read(&arguments.request, MAX_BYTES)?;
    let text = files::read(&beside(&arguments.request), MAX_BYTES)?;
    let answer = files::read(response, MAX_BYTES)?;
    let refused = |path: &Path, reason: &str| {
        let words = format!("does NOT hold: {}: {}\n", name(path), one_line(reason));
        Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed })
    };
    let stamp = match token::check(&request, &answer, &text, Some(&roots)) {
        Ok(stamp) => stamp,
        Err(reason) => return refused(response, reason),
    };
    let checkpoint = String::from_utf8_lossy(&text).into_owned();
    // Kept with another file, it would be passed over for ever, as that of another site is.
    let of = kept::said(&checkpoint).map(|(_, of, _)| of);
    if of.as_ref() != Some(&origin) {
        let of = of.map_or(String::from("none"), |of| format!("one of `{of}`"));
        let file = name(&arguments.file);
        let reason = format!("it is no checkpoint of {file}, which is of `{origin}`, but {of}");
        return refused(&beside(&arguments.request), &reason);
    }
    kept::keep(kept_in, &Anchor { checkpoint, request, response: answer })?;
    let (at, authority) = (iso(stamp.at_ms), one_line(&stamp.authority));
    let out = format!("stamped {at} by {authority}: kept in {}\n", name(kept_in));
    Ok(Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound })
}

/// The origin of a store or an export, which its first line says.
fn origin(path: &Path) -> Result<String, Error> {
    let input = Input::open(path)?;
    let first = input.start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match look_at(first).line {
        Ok(Line::Header { origin }) => Ok(origin),
        _ => Err(Error::unfit(path, "it is no export", "name the store or the export")),
    }
}

/// The trusted certificates of a file.
pub fn trusted(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let help = "give trusted certificates in PEM, as the authority publishes them";
    token::roots(&files::read(path, MAX_BYTES)?).map_err(|reason| Error::unfit(path, &reason, help))
}
