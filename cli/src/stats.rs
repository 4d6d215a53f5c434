//! `consentinel stats`: counts decisions by day, category, language and revision. One number for each
//! row is kept and no record.

mod chart;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use comfy_table::{Cell, CellAlignment, Table, presets};
use consentinel::{
    export::{Known, Line},
    record::{Action, Record},
};
use serde_json::{Value, json};

use crate::error::{Error, name, one_line};
use crate::files::{self, Input};
use crate::judged::judge;
use crate::report::{Report, Verdict, json_line};
use crate::time::day;
use chart::Panel;

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

/// What is counted by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum By {
    /// The day of the decision
    Day,
    /// The category or service
    Category,
    /// The language of the notice
    Language,
    /// The revision of the policy
    Revision,
}

const ALL: [By; 4] = [By::Day, By::Category, By::Language, By::Revision];

impl By {
    fn word(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Category => "category",
            By::Language => "language",
            By::Revision => "revision",
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
    by: Vec<By>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    json: bool,
    /// Draw the tables into a new file, as SVG; a file that exists is left as it is
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// A row of decisions.
#[derive(Default)]
struct Decisions {
    records: u64,
    actions: BTreeMap<&'static str, u64>,
}

/// All that is counted.
#[derive(Default)]
struct Counts {
    rows: BTreeMap<(By, String), Decisions>,
    /// Granted and denied, by category or service.
    categories: BTreeMap<String, (u64, u64)>,
}

impl Counts {
    fn take(&mut self, record: &Record) {
        let revision = format!("{} {}", record.policy_id, record.policy_revision);
        for (by, key) in [
            (By::Day, day(record.at_ms)),
            (By::Language, record.language.clone()),
            (By::Revision, revision),
        ] {
            let row = self.rows.entry((by, key)).or_default();
            row.records += 1;
            *row.actions.entry(record.action.word()).or_default() += 1;
        }
        if record.action != Action::Once {
            for name in &record.granted {
                self.category(name).0 += 1;
            }
            for name in &record.denied {
                self.category(name).1 += 1;
            }
        }
    }

    fn category(&mut self, name: &str) -> &mut (u64, u64) {
        if !self.categories.contains_key(name) {
            self.categories.insert(String::from(name), (0, 0));
        }
        self.categories.entry(String::from(name)).or_default()
    }
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
    let by = if arguments.by.is_empty() { &ALL[..] } else { &arguments.by };
    if let Some(file) = &arguments.svg {
        let panels: Vec<Panel> = by.iter().map(|by| counts.panel(*by)).collect();
        let picture = chart::svg(&panels).map_err(|error| Error::output(&name(file), &error))?;
        files::create(file, picture.as_bytes())?;
    }
    let out = if arguments.json {
        let tables = by.iter().map(|by| (String::from(by.word()), counts.list(*by)));
        json_line(&Value::Object(tables.collect()))
    } else {
        by.iter().map(|by| counts.table(*by)).collect::<String>().into_bytes()
    };
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}

impl Counts {
    fn of(&self, by: By) -> impl Iterator<Item = (&String, &Decisions)> {
        self.rows.iter().filter(move |((row, _), _)| *row == by).map(|((_, key), row)| (key, row))
    }

    fn list(&self, by: By) -> Value {
        if by == By::Category {
            let rows = self.categories.iter().map(|(name, (granted, denied))| {
                json!({ "category": name, "granted": granted, "denied": denied })
            });
            return Value::Array(rows.collect());
        }
        let rows = self.of(by).map(
            |(key, row)| json!({ by.word(): key, "records": row.records, "actions": row.actions }),
        );
        Value::Array(rows.collect())
    }

    fn panel(&self, by: By) -> Panel {
        let title = format!("decisions by {}", by.word());
        if by == By::Category {
            let bars = self.categories.iter();
            let bars =
                bars.map(|(name, (granted, denied))| (name.clone(), vec![*granted, *denied]));
            return Panel { title, parts: vec!["granted", "denied"], bars: bars.collect() };
        }
        let parts = Action::ALL.map(Action::word);
        let bars = self.of(by).map(|(key, decisions)| {
            let counts = parts.map(|part| decisions.actions.get(part).copied().unwrap_or_default());
            (key.clone(), counts.to_vec())
        });
        Panel { title, parts: parts.to_vec(), bars: bars.collect() }
    }

    fn table(&self, by: By) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if by == By::Category {
            table.set_header(["category", "granted", "denied", "share granted"].map(Cell::new));
            for (name, (granted, denied)) in &self.categories {
                let share = 100.0 * *granted as f64 / (granted + denied).max(1) as f64;
                let numbers = [granted.to_string(), denied.to_string(), format!("{share:.1} %")];
                table.add_row(row(name, numbers));
            }
        } else {
            let actions = Action::ALL.map(Action::word);
            let header = [by.word(), "records"].into_iter().chain(actions);
            table.set_header(header.map(Cell::new));
            for (key, decisions) in self.of(by) {
                let counts =
                    actions.map(|action| decisions.actions.get(action).unwrap_or(&0).to_string());
                table.add_row(row(key, [decisions.records.to_string()].into_iter().chain(counts)));
            }
        }
        format!("{table}\n\n")
    }
}

fn row(name: &str, numbers: impl IntoIterator<Item = String>) -> Vec<Cell> {
    let numbers = numbers.into_iter();
    let numbers = numbers.map(|number| Cell::new(number).set_alignment(CellAlignment::Right));
    std::iter::once(Cell::new(one_line(name))).chain(numbers).collect()
}
