//! Reads a file of lines in a stream: a block is read while every processor looks at the lines of the
//! one before it, and the lines are handed on in their order. No file needs more memory than two
//! blocks. What a line is, the core says.

use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use consentinel::export::{LONGEST_LINE, Looked};
use consentinel_audit::judged::look_at;
use indicatif::{ProgressBar, ProgressStyle};
use memchr::memchr_iter;
use rayon::prelude::*;

use crate::error::{Error, name};
use crate::files::Input;

/// How much is read at a time; longer than the longest line.
const BLOCK: usize = 2_000_000;

/// So many lines are looked at by one processor at a time.
const TOGETHER: usize = 64;

/// A bar on standard error that shows how much of a file is read; nothing where that is no terminal.
pub fn bar(path: &Path, input: &Input) -> ProgressBar {
    let bar = match input.length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::no_length(),
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(name(path));
    bar
}

/// Takes a line, and what can be said of it alone; says whether it wants more.
pub type Take<'a, T> = &'a mut dyn FnMut(&[u8], T) -> Result<bool, Error>;

/// Hands on every line, without its line feed, and all that can be said of it alone, as long as `take`
/// says true. The answer is whether the last line had its line feed.
pub fn lines(path: &Path, input: Input, take: Take<Looked>) -> Result<bool, Error> {
    each(path, input, &at, take)
}

/// The same with what `look` makes of each line; it is asked on every processor, in no order.
pub fn each<T: Send>(
    path: &Path,
    input: Input,
    look: &(dyn Fn(&[u8]) -> T + Sync),
    take: Take<T>,
) -> Result<bool, Error> {
    let many = |lines: &[&[u8]]| lines.iter().map(|line| look(line)).collect::<Vec<T>>();
    several(path, input, &many, &mut |lines, looked| {
        for (line, looked) in lines.iter().zip(looked) {
            if !take(line, looked)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

/// Takes some lines that follow each other, and what was made of them; says whether it wants more.
pub type TakeSeveral<'a, T> = &'a mut dyn FnMut(&[&[u8]], T) -> Result<bool, Error>;

/// The same with what `look` makes of some lines together.
pub fn several<T: Send>(
    path: &Path,
    input: Input,
    look: &(dyn Fn(&[&[u8]]) -> T + Sync),
    take: TakeSeveral<T>,
) -> Result<bool, Error> {
    let bar = bar(path, &input);
    let mut blocks = Blocks { reader: Box::new(input.into_reader()), rest: Vec::new() };
    let mut read = blocks.next(Vec::new());
    // The block before, whose memory the next one takes.
    let mut spare = Vec::new();
    loop {
        let block = read.map_err(|error| Error::input(path, &error))?;
        let Some((last, whole)) = block.split_last() else {
            return Ok(true);
        };
        let is_whole = *last == b'\n';
        let body = if is_whole { whole } else { &*block };
        let lines = split(body);
        let (next, looked) = rayon::join(
            || blocks.next(spare),
            || lines.par_chunks(TOGETHER).map(look).collect::<Vec<T>>(),
        );
        for (lines, looked) in lines.chunks(TOGETHER).zip(looked) {
            if !take(lines, looked)? {
                return Ok(true);
            }
        }
        bar.inc(block.len() as u64);
        // A block without an end is the last one, or a line that is too long to go on.
        if !is_whole {
            return Ok(false);
        }
        read = next;
        spare = block;
    }
}

/// The lines between line feeds.
fn split(body: &[u8]) -> Vec<&[u8]> {
    let mut start = 0;
    let ends = memchr_iter(b'\n', body).chain([body.len()]);
    let line = |end| {
        let line = body.get(start..end).unwrap_or_default();
        start = end + 1;
        line
    };
    ends.map(line).collect()
}

/// What can be said of a line alone.
pub fn at(line: &[u8]) -> Looked {
    look_at(line)
}

struct Blocks {
    reader: Box<dyn Read + Send>,
    /// The beginning of a line whose end is in the next block.
    rest: Vec<u8>,
}

impl Blocks {
    /// The next lines, in the memory of others; nothing at the end. Only the last block may end without a line feed, and one
    /// line that is too long.
    fn next(&mut self, spare: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut block = spare;
        block.clear();
        block.reserve_exact(BLOCK + self.rest.len());
        block.append(&mut self.rest);
        let got = self.reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if got < BLOCK {
            return Ok(block);
        }
        if let Some(end) = block.iter().rposition(|byte| *byte == b'\n') {
            self.rest.extend(block.drain(end + 1..));
        } else {
            block.truncate(LONGEST_LINE + 1);
        }
        Ok(block)
    }
}

/// Takes a line as it is.
pub type Copy<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Error>;

/// Hands on every line with its line feed, where it has one, and looks at none.
pub fn copied(path: &Path, input: Input, take: Copy) -> Result<(), Error> {
    let bar = bar(path, &input);
    let mut reader = BufReader::with_capacity(1_000_000, input.into_reader());
    let mut line = Vec::new();
    loop {
        line.clear();
        // A line without an end must not fill the memory.
        let most = LONGEST_LINE as u64 + 2;
        let read = reader.by_ref().take(most).read_until(b'\n', &mut line);
        if read.map_err(|error| Error::input(path, &error))? == 0 {
            return Ok(());
        }
        bar.inc(line.len() as u64);
        take(&line)?;
    }
}
