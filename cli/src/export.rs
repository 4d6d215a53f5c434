//! `consentinel export`: the records of a verified ledger or export in another form. From one that does
//! not hold nothing is written at all. Each form is a file of `export/`; all are for reading, the proof
//! stays the file that they were made of.

mod csv;
mod json_ld;
mod ndjson;
mod parquet;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use consentinel::{
    export::{Known, Line},
    hash::{digest, hex, sha256},
    json::Json,
    record::{Digits, Record, Text},
    source,
};
use consentinel_audit::columns::sent;
use consentinel_audit::judged::{Kind, kind};

use crate::error::{Error, is_standard};
use crate::files::{Input, Output};
use crate::judged::{Content, judge};
use crate::report::{Report, Verdict};
use crate::stream;

/// The long help of the command.
pub const HELP: &str = "\
Verify a ledger or an export and write its records in another form

Only one that holds is written; otherwise the problems go to standard error and nothing else
happens. Records that were erased are in none of the forms.

ndjson: the canonical line of each record, byte for byte, and nothing else. The SHA-256 of a
line without its line feed is the hash of the record.

csv: RFC 4180 with a header, one row a record, times in UTC: `at` to the millisecond, `at_utc` as
every spreadsheet takes it for a time. Each category and service that is granted or denied anywhere
has a column `choice_…`, with `granted`, `denied` or nothing. Lists are separated by spaces;
within a name, white space, control characters and `%` are percent-encoded. A cell that a
spreadsheet could take for a formula gets an apostrophe in front: one that starts with = + - @,
with an apostrophe, with white space, or with any character outside ASCII that is no letter
and no digit, so that nothing invisible can stand before the sign. That can happen to every
cell, also to an `id` or a `subject`, whose random letters may start with `-`. A program that
reads the file removes one leading apostrophe from each cell that has one, and has the text of
the record.

xlsx: the same table as a workbook, in which no text is ever a formula; nothing is put in front.

parquet: the same fields with their types, lists as lists, compressed by Snappy. `at` is a word of SQL:
write it in quotation marks there.

json-ld: the fields of ISO/IEC TS 27560:2023 in the words of the Data Privacy Vocabulary 2.3, with
the context inside.

Examples:
  consentinel export shop.export --format csv --delimiter ';' --output records.csv
  consentinel export shop.export --format parquet --output records.parquet";

/// The forms that records can be written in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The canonical record lines
    Ndjson,
    /// A table for spreadsheets
    Csv,
    /// A workbook
    Xlsx,
    /// A table for databases
    Parquet,
    /// Linked data in the words of the Data Privacy Vocabulary
    JsonLd,
}

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// A ledger, or an export; `-` reads a ledger from standard input
    file: PathBuf,
    /// The form to write
    #[arg(long, value_enum)]
    format: Format,
    /// What stands between the cells of `csv`: one character of ASCII
    #[arg(long, default_value = ",", value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: u8,
    /// A new file to write to; a file that exists is left as it is. Without it, or as `-`:
    /// standard output
    #[arg(long)]
    output: Option<PathBuf>,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii_punctuation() && *byte != b'"' || *byte == b'\t' => Ok(*byte),
        _ => Err(String::from("give one character, such as `;`")),
    }
}

/// A record, and the hash of its line.
pub struct Row {
    /// Its fields.
    pub record: Record,
    /// Its hash.
    pub hash: Digits,
    /// The signals that were sent by it, each as a text.
    pub sent: Vec<Text>,
}

impl Row {
    /// The record of a line of an export that holds; nothing for another line.
    fn of_line(line: &[u8]) -> Option<Row> {
        let text = std::str::from_utf8(line).ok()?;
        let read = || Record::read(&source::parse(text)?).ok();
        Some(Row::new(Record::of_line(text).or_else(read)?, line))
    }

    fn new(record: Record, line: &[u8]) -> Row {
        // A hash is as long as there is room for.
        let sent = sent(&record);
        Row { record, sent, hash: Digits::from(&hex(&digest(line))).unwrap_or_default() }
    }
}

/// Makes one text of some records, each with its line, that follow each other.
pub type Several = dyn Fn(&[(Row, &[u8])]) -> io::Result<Vec<u8>> + Sync;

/// A form in which each record is a text of its own.
pub struct Texts {
    /// What stands before all of them.
    pub before: Vec<u8>,
    /// What stands for some records, at least one; asked on every processor.
    pub several: Box<Several>,
    /// What stands between two of them.
    pub between: &'static [u8],
    /// What stands after all of them.
    pub after: &'static [u8],
}

/// A form in which the records are one whole.
pub trait Sink {
    /// Writes a record.
    fn row(&mut self, row: Row) -> io::Result<()>;

    /// Writes what is still to be written, and hands the output back.
    fn finish(self: Box<Self>) -> io::Result<Output>;
}

enum Form {
    Texts(Texts, Output),
    Whole(Box<dyn Sink>),
}

/// Verifies the file, then writes its records.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let path = &arguments.file;
    let input = Input::open(path)?;
    let is_export = matches!(kind(&input.start), Kind::Export);
    if is_export && is_standard(path) {
        return Err(Error::unfit(path, "an export is read twice", "name its file"));
    }
    let mut names = BTreeSet::new();
    let mut controllers = BTreeMap::new();
    let judged = judge(path, input, &[], Known::default(), &mut |line, _, _| {
        match line {
            Line::Record(record) => {
                for name in record.granted.iter().chain(&record.denied) {
                    if !names.contains(name.as_str()) {
                        names.insert(name.to_string());
                    }
                }
            }
            Line::Policy(policy) => {
                let controller = policy.field("controller").cloned().unwrap_or_default();
                controllers.insert(sha256(policy.canonical().as_bytes()), controller);
            }
            _ => {}
        }
        Ok(())
    })?;
    let words = judged.problems.lines();
    let Some(content) = judged.content else {
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    };
    let output = Output::new(arguments.output.as_deref())?;
    let name = output.name();
    let form = begin(arguments, output, names.into_iter().collect(), controllers);
    let written = match form {
        Ok(Form::Texts(texts, output)) => write_texts(path, &content, &texts, output),
        Ok(Form::Whole(sink)) => write_whole(path, &content, sink),
        Err(error) => Err(Failure::Writing(error)),
    };
    match written {
        Ok(output) => output.finish()?,
        // A reader that has seen enough (`| head`) is no failure.
        Err(Failure::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(Failure::Writing(error)) => return Err(Error::output(&name, &error)),
        Err(Failure::Reading(error)) => return Err(error),
    }
    Ok(Report { out: Vec::new(), words, verdict: Verdict::Sound })
}

/// Why the records could not be written: they could not be read once more, or there is no room.
enum Failure {
    Reading(Error),
    Writing(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Writing(error)
    }
}

fn begin(
    arguments: &Arguments,
    output: Output,
    names: Vec<String>,
    controllers: BTreeMap<String, Json>,
) -> io::Result<Form> {
    Ok(match arguments.format {
        Format::Ndjson => Form::Texts(ndjson::texts(), output),
        Format::Csv => Form::Texts(csv::texts(names, arguments.delimiter)?, output),
        Format::JsonLd => Form::Texts(json_ld::texts(controllers), output),
        Format::Xlsx => Form::Whole(Box::new(xlsx::Xlsx::begin(output, names)?)),
        Format::Parquet => Form::Whole(Box::new(parquet::Parquet::begin(output)?)),
    })
}

fn write_texts(
    path: &Path,
    content: &Content,
    texts: &Texts,
    mut output: Output,
) -> Result<Output, Failure> {
    output.write_all(&texts.before)?;
    let mut before: &[u8] = b"";
    several(path, content, &|rows| (texts.several)(&rows), &mut |text| {
        output.write_all(before)?;
        before = texts.between;
        output.write_all(&text?)
    })?;
    output.write_all(texts.after)?;
    Ok(output)
}

fn write_whole(path: &Path, content: &Content, mut sink: Box<dyn Sink>) -> Result<Output, Failure> {
    let look = |rows: Vec<(Row, &[u8])>| rows.into_iter().map(|(row, _)| row).collect::<Vec<Row>>();
    several(path, content, &look, &mut |rows| rows.into_iter().try_for_each(|row| sink.row(row)))?;
    Ok(sink.finish()?)
}

/// Makes something of records and their lines; asked on every processor.
type Look<'a, T> = &'a (dyn Fn(Vec<(Row, &[u8])>) -> T + Sync);

/// Hands on what `look` makes of some records at a time, in their order.
fn several<T: Send>(
    path: &Path,
    content: &Content,
    look: Look<T>,
    take: &mut dyn FnMut(T) -> io::Result<()>,
) -> Result<(), Failure> {
    if let Content::Ledger(ledger, records) = content {
        let lines = ledger.lines.iter().map(String::as_bytes);
        let rows = records.iter().zip(lines);
        let rows: Vec<_> =
            rows.map(|(record, line)| (Row::new(record.clone(), line), line)).collect();
        if !rows.is_empty() {
            take(look(rows))?;
        }
        return Ok(());
    }
    // An export was judged, and is read once more: no file is too long for that.
    let made = |lines: &[&[u8]]| {
        let rows = lines.iter().filter_map(|line| Some((Row::of_line(line)?, *line)));
        let rows: Vec<_> = rows.collect();
        (!rows.is_empty()).then(|| look(rows))
    };
    let mut failed = None;
    let input = Input::open(path).map_err(Failure::Reading)?;
    let read = stream::several(path, input, &made, &mut |_, made| {
        failed = made.map(&mut *take).and_then(Result::err);
        Ok(failed.is_none())
    });
    read.map_err(Failure::Reading)?;
    failed.map_or(Ok(()), |error| Err(Failure::Writing(error)))
}
