//! Records as a Parquet file: each field with its type, lists as lists.

use std::io;
use std::sync::Arc;

use consentinel::record::Record;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::Sink;
use crate::files::Output;

/// How many records are written at a time; so many are kept in memory.
const GROUP: usize = 10_000;

/// A field of a record.
type Number = fn(&Record) -> i64;
type Text = fn(&Record) -> &str;
type List = fn(&Record) -> &[String];

const TEXTS: [(&str, Text); 12] = [
    ("action", |record| record.action.word()),
    ("via", |record| record.via.word()),
    ("policy_id", |record| &record.policy_id),
    ("policy_revision", |record| &record.policy_revision),
    ("policy_hash", |record| &record.policy_hash),
    ("notice_hash", |record| &record.notice_hash),
    ("language", |record| &record.language),
    ("build", |record| &record.build),
    ("id", |record| &record.id),
    ("subject", |record| &record.subject),
    ("previous", |record| &record.previous),
    // Filled in with the hash of the record's line.
    ("hash", |_| ""),
];
const NUMBERS: [(&str, &str, Number); 4] = [
    ("at", " (TIMESTAMP(MILLIS,true))", |record| record.at_ms),
    ("expires_at", " (TIMESTAMP(MILLIS,true))", |record| record.expires_at_ms),
    ("sequence", "", |record| record.sequence),
    ("layout", "", |record| record.layout),
];
const LISTS: [(&str, List); 4] = [
    ("granted", |record| &record.granted),
    ("denied", |record| &record.denied),
    ("left", |record| &record.left),
    ("signals", |record| &record.signals),
];

/// Writes such a file.
pub struct Parquet {
    writer: SerializedFileWriter<Output>,
    group: Vec<(Record, String)>,
}

impl Parquet {
    /// Begins the file.
    pub fn begin(output: Output) -> io::Result<Parquet> {
        let mut schema = String::from("message record {\n");
        for (name, kind, _) in NUMBERS {
            schema.push_str(&format!("required int64 {name}{kind};\n"));
        }
        for (name, _) in TEXTS {
            schema.push_str(&format!("required binary {name} (STRING);\n"));
        }
        for (name, _) in LISTS {
            schema.push_str(&format!(
                "required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}\n"
            ));
        }
        schema.push('}');
        let schema = parse_message_type(&schema).map_err(failed)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(output, Arc::new(schema), Arc::new(properties));
        Ok(Parquet { writer: writer.map_err(failed)?, group: Vec::new() })
    }

    /// Writes the records that are waiting, column by column in the order of the schema.
    fn group(&mut self) -> Result<(), ParquetError> {
        let records = std::mem::take(&mut self.group);
        if records.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        let mut at = 0;
        while let Some(mut column) = group.next_column()? {
            match column.untyped() {
                ColumnWriter::Int64ColumnWriter(writer) => {
                    let number = NUMBERS.get(at).map(|(_, _, number)| number);
                    let values = records.iter().filter_map(|(record, _)| Some(number?(record)));
                    writer.write_batch(&values.collect::<Vec<i64>>(), None, None)?;
                }
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    let at = at - NUMBERS.len();
                    if let Some((name, text)) = TEXTS.get(at) {
                        let values = records.iter().map(|(record, hash)| {
                            ByteArray::from(if *name == "hash" { hash } else { text(record) })
                        });
                        writer.write_batch(&values.collect::<Vec<_>>(), None, None)?;
                    } else if let Some((_, list)) = LISTS.get(at - TEXTS.len()) {
                        let (values, levels, repeats) = listed(&records, *list);
                        writer.write_batch(&values, Some(&levels), Some(&repeats))?;
                    }
                }
                _ => {}
            }
            column.close()?;
            at += 1;
        }
        group.close()?;
        Ok(())
    }
}

/// The elements of all lists, for each whether there is one, and whether it goes on with a list: the
/// levels of Dremel, by which Parquet knows where a list begins.
fn listed(records: &[(Record, String)], list: List) -> (Vec<ByteArray>, Vec<i16>, Vec<i16>) {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for (record, _) in records {
        let names = list(record);
        if names.is_empty() {
            levels.push(0);
            repeats.push(0);
        }
        for (position, name) in names.iter().enumerate() {
            values.push(ByteArray::from(name.as_str()));
            levels.push(1);
            repeats.push(i16::from(position > 0));
        }
    }
    (values, levels, repeats)
}

impl Sink for Parquet {
    fn record(&mut self, record: &Record, hash: &str) -> io::Result<()> {
        self.group.push((record.clone(), String::from(hash)));
        if self.group.len() == GROUP { self.group().map_err(failed) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> io::Result<Output> {
        self.group().map_err(failed)?;
        self.writer.into_inner().map_err(failed)
    }
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
