//! `consentinel stats`: counts decisions by day, category, language and revision. One number for each
//! row is kept and no record. What is counted is `consentinel_audit::counts`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use comfy_table::{Cell, CellAlignment, Table, presets};
use consentinel::export::{Known, Line};
use consentinel_audit::chart;
use consentinel_audit::counts::{By, Counts, WORDS};
use serde_json::Value;

use crate::error::{Error, one_line};
use crate::files::{self, Input};
use crate::judged::judge;
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Count decisions by day, category, language and revision

Counts records, not visitors: one browser may decide several times. The file, an export or a ledger,
is verified before. Days are those of the browsers' clocks, in UTC. A `once`, which changes no
choice, is counted as such and in no category. `--svg` draws the same tables as a picture.

Examples:
  consentinel stats shop.export
  consentinel stats shop.export --by day --json
  consentinel stats shop.export --by day,category --svg agreed.svg";

/// What is counted by, as an argument.
#[derive(Clone, Copy, ValueEnum)]
enum Choice {
    /// The day of the decision
    Day,
    /// The category or service
    Category,
    /// The language of the notice
    Language,
    /// The revision of the policy
    Revision,
}

impl Choice {
    fn by(self) -> By {
        match self {
            Choice::Day => By::Day,
            Choice::Category => By::Category,
            Choice::Language => By::Language,
            Choice::Revision => By::Revision,
        }
    }
}

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// An export, or a ledger; `-` reads standard input
    file: PathBuf,
    /// Only this table, or these
    #[arg(long, value_enum, value_delimiter = ',')]
    by: Vec<Choice>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    json: bool,
    /// Draw the tables into a new file, as SVG; a file that exists is left as it is
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Counts.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let path = &arguments.file;
    let mut counts = Counts::default();
    let judged = judge(path, Input::open(path)?, &[], Known::default(), &mut |line, _, _| {
        if let Line::Record(record) = line {
            counts.take(record);
        }
        Ok(())
    })?;
    if judged.content.is_none() {
        let words = judged.problems.lines();
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    let asked: Vec<By> = arguments.by.iter().map(|choice| choice.by()).collect();
    let by = if asked.is_empty() { &By::ALL[..] } else { &asked };
    if let Some(file) = &arguments.svg {
        files::create(file, chart::picture(&counts, by).as_bytes())?;
    }
    let out = if arguments.json {
        let tables = by.iter().map(|by| (String::from(by.word()), counts.list(*by)));
        json_line(&Value::Object(tables.collect()))
    } else {
        by.iter().map(|by| table(&counts, *by)).collect::<String>().into_bytes()
    };
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}

fn table(counts: &Counts, by: By) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if by == By::Category {
        table.set_header(["category", "granted", "denied", "share granted"].map(Cell::new));
        for (name, (granted, denied)) in &counts.categories {
            let share = 100.0 * *granted as f64 / (granted + denied).max(1) as f64;
            let numbers = [granted.to_string(), denied.to_string(), format!("{share:.1} %")];
            table.add_row(row(name, numbers));
        }
    } else {
        let header = [by.word(), "records"].into_iter().chain(WORDS);
        table.set_header(header.map(Cell::new));
        for (key, decisions) in counts.of(by) {
            let numbers =
                WORDS.map(|action| decisions.actions.get(action).unwrap_or(&0).to_string());
            table.add_row(row(key, [decisions.records.to_string()].into_iter().chain(numbers)));
        }
    }
    format!("{table}\n\n")
}

fn row(name: &str, numbers: impl IntoIterator<Item = String>) -> Vec<Cell> {
    let numbers = numbers.into_iter();
    let numbers = numbers.map(|number| Cell::new(number).set_alignment(CellAlignment::Right));
    std::iter::once(Cell::new(one_line(name))).chain(numbers).collect()
}
