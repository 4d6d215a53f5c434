//! Records as they are, a line each.

use std::io::{self, Write as _};

use consentinel::record::Record;

use super::Sink;
use crate::files::Output;

/// Writes the lines.
pub struct Ndjson(pub Output);

impl Sink for Ndjson {
    fn record(&mut self, _: &Record, line: &[u8], _: &str) -> io::Result<()> {
        self.0.write_all(line)?;
        self.0.write_all(b"\n")
    }

    fn finish(self: Box<Self>) -> io::Result<Output> {
        Ok(self.0)
    }
}
