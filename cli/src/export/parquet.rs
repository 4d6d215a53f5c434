//! Records as a Parquet file: each field with its type, lists as lists.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use consentinel::record::{Record, Text, Tool};
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnDescPtr, ColumnPath};
use rayon::prelude::*;

use super::{Row, Sink};
use crate::files::Output;

/// How many records are written at a time; so many are kept in memory.
const GROUP: usize = 10_000;

/// A field of a record.
type Number = fn(&Record) -> i64;
type OfRow = fn(&Row) -> &str;
type List = fn(&Row) -> &[Text];

const TEXTS: [(&str, OfRow); 17] = [
    ("action", |row| row.record.action.word()),
    ("via", |row| row.record.via.word()),
    ("policy_id", |row| &row.record.policy_id),
    ("policy_revision", |row| &row.record.policy_revision),
    ("policy_hash", |row| &row.record.policy_hash),
    ("notice_hash", |row| &row.record.notice_hash),
    ("language", |row| &row.record.language),
    ("build", |row| &row.record.build),
    ("id", |row| &row.record.id),
    ("subject", |row| &row.record.subject),
    ("previous", |row| &row.record.previous),
    ("hash", |row| &row.hash),
    ("notice_by", |row| &row.record.notice_by),
    ("tool", |row| of_tool(row, |tool| &tool.name)),
    ("tool_key", |row| of_tool(row, |tool| &tool.key)),
    ("tool_said", |row| of_tool(row, |tool| &tool.said)),
    ("tool_mapping", |row| of_tool(row, |tool| &tool.mapping)),
];
const NUMBERS: [(&str, &str, Number); 6] = [
    ("at", " (TIMESTAMP(MILLIS,true))", |record| record.at_ms),
    ("expires_at", " (TIMESTAMP(MILLIS,true))", |record| record.expires_at_ms),
    ("sequence", "", |record| record.sequence),
    ("layout", "", |record| record.layout),
    ("version", "", |record| record.version),
    // Zero where no tool wrote a time.
    ("tool_at", " (TIMESTAMP(MILLIS,true))", |record| {
        record.tool.as_ref().and_then(|tool| tool.at_ms).unwrap_or(0)
    }),
];
const LISTS: [(&str, List); 5] = [
    ("granted", |row| &row.record.granted),
    ("denied", |row| &row.record.denied),
    ("left", |row| &row.record.left),
    ("signals", |row| &row.record.signals),
    ("sent", |row| &row.sent),
];

/// Something of what another tool had stored; nothing where none had.
fn of_tool(row: &Row, of: fn(&Tool) -> &str) -> &str {
    row.record.tool.as_deref().map_or("", of)
}

/// Texts of which hardly two are the same, and that are random: no list of them is shorter than they are, and the
/// first and the last of a page say nothing of the others.
const RANDOM: [&str; 4] = ["id", "subject", "previous", "hash"];
/// Times, which are written as their differences.
const TIMES: [&str; 2] = ["at", "expires_at"];

/// What stands in a column.
enum Content {
    Number(Number),
    Text(OfRow),
    List(List),
}

/// A column, as Parquet describes it, and what stands in it.
struct Column {
    described: ColumnDescPtr,
    content: Content,
}

/// Writes such a file.
pub struct Parquet {
    writer: SerializedFileWriter<Output>,
    properties: WriterPropertiesPtr,
    columns: Vec<Column>,
    group: Vec<Row>,
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
        let properties = Arc::new(properties());
        let writer = SerializedFileWriter::new(output, Arc::new(schema), Arc::clone(&properties));
        let writer = writer.map_err(failed)?;
        let numbers = NUMBERS.iter().map(|(_, _, number)| Content::Number(*number));
        let texts = TEXTS.iter().map(|(_, text)| Content::Text(*text));
        let lists = LISTS.iter().map(|(_, list)| Content::List(*list));
        let described = writer.schema_descr().columns().iter().cloned();
        let columns = described
            .zip(numbers.chain(texts).chain(lists))
            .map(|(described, content)| Column { described, content })
            .collect();
        Ok(Parquet { writer, properties, columns, group: Vec::with_capacity(GROUP) })
    }

    /// Writes the records that are waiting: each column is made on whichever processor is free, and they are written
    /// in the order of the schema.
    fn group(&mut self) -> Result<(), ParquetError> {
        if self.group.is_empty() {
            return Ok(());
        }
        let (rows, properties) = (&self.group, &self.properties);
        let made = self.columns.par_iter().map(|column| column.made(rows, properties));
        let made: Result<Vec<_>, _> = made.collect();
        let mut group = self.writer.next_row_group()?;
        for (bytes, column) in made? {
            group.append_column(&bytes, column)?;
        }
        group.close()?;
        self.group.clear();
        Ok(())
    }
}

fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    for name in RANDOM.map(ColumnPath::from) {
        properties = properties
            .set_column_dictionary_enabled(name.clone(), false)
            .set_column_statistics_enabled(name, EnabledStatistics::None);
    }
    for name in TIMES.map(ColumnPath::from) {
        properties = properties
            .set_column_dictionary_enabled(name.clone(), false)
            .set_column_encoding(name, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

impl Column {
    /// The bytes of the column for these rows, and what Parquet says of them.
    fn made(
        &self,
        rows: &[Row],
        properties: &WriterPropertiesPtr,
    ) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut pages = TrackedWrite::new(Vec::new());
        let page_writer = Box::new(SerializedPageWriter::new(&mut pages));
        let (described, properties) = (Arc::clone(&self.described), Arc::clone(properties));
        let mut column = get_column_writer(described, properties, page_writer);
        match (&self.content, &mut column) {
            (Content::Number(number), ColumnWriter::Int64ColumnWriter(writer)) => {
                let values: Vec<i64> = rows.iter().map(|row| number(&row.record)).collect();
                writer.write_batch(&values, None, None)?;
            }
            (Content::Text(text), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(&together(rows.iter().map(text)), None, None)?;
            }
            (Content::List(list), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let (levels, repeats) = levels(rows, *list);
                let names = rows.iter().flat_map(list).map(Text::as_str);
                writer.write_batch(&together(names), Some(&levels), Some(&repeats))?;
            }
            _ => {}
        }
        let closed = column.close()?;
        Ok((Bytes::from(pages.into_inner()?), closed))
    }
}

/// These texts as parts of one: an allocation for each takes longer than all the rest.
fn together<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<ByteArray> {
    let mut whole = Vec::new();
    texts.clone().for_each(|text| whole.extend_from_slice(text.as_bytes()));
    let whole = Bytes::from(whole);
    let mut start = 0;
    let part = |text: &str| {
        let from = start;
        start += text.len();
        ByteArray::from(whole.slice(from..start))
    };
    texts.map(part).collect()
}

/// For each element of all lists whether there is one, and whether it goes on with a list: the levels of Dremel, by
/// which Parquet knows where a list begins.
fn levels(rows: &[Row], list: List) -> (Vec<i16>, Vec<i16>) {
    let (mut levels, mut repeats) = (Vec::new(), Vec::new());
    for row in rows {
        let count = list(row).len();
        if count == 0 {
            levels.push(0);
            repeats.push(0);
        }
        for position in 0..count {
            levels.push(1);
            repeats.push(i16::from(position > 0));
        }
    }
    (levels, repeats)
}

impl Sink for Parquet {
    fn row(&mut self, row: Row) -> io::Result<()> {
        self.group.push(row);
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
