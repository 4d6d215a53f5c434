//! Reads policies and notices from files and folders. What they are is `consentinel_audit::library`.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::policy::MAX_BYTES;
use consentinel_audit::{
    library::{Library, UNBUNDLED, names_catalogue, notice_of, policy_of},
    problems::problem_lines,
};

use crate::error::Error;
use crate::files;

/// Where documents are that stand in no export.
#[derive(Args)]
pub struct Documents {
    /// A policy, or a folder of policies, that records may name; its notices are rebuilt in every
    /// language. For several, again
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// A notice, or a folder of notices, as `consentinel notice` prints them. For several, again
    #[arg(long, value_name = "FILE")]
    notice: Vec<PathBuf>,
}

impl Documents {
    /// Whether any were named.
    pub fn are_given(&self) -> bool {
        !self.policy.is_empty() || !self.notice.is_empty()
    }

    /// Reads them all.
    pub fn read(&self) -> Result<Library, Error> {
        let mut library = Library::default();
        for path in below(&self.policy)? {
            let bytes = published(&path)?;
            let (policy, problems) = policy_of(&bytes);
            library.words.push_str(&problem_lines(&problems));
            if let Some(policy) = policy {
                library.take_policy(policy);
            }
        }
        for path in below(&self.notice)? {
            let help = "give a notice as `consentinel notice` prints it";
            let notice = notice_of(&files::read(&path, MAX_BYTES as u64)?);
            let notice = notice.ok_or_else(|| Error::unfit(&path, "it is no notice", help))?;
            library.take_notice(notice);
        }
        Ok(library)
    }
}

fn below(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(files::below(path)?);
    }
    Ok(files)
}

/// The bytes of a policy as it is published; one that names the catalogue is refused.
pub fn published(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = files::read(path, MAX_BYTES as u64)?;
    let (found, help) = UNBUNDLED;
    if names_catalogue(&bytes) { Err(Error::unfit(path, found, help)) } else { Ok(bytes) }
}
