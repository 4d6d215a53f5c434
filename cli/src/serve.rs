//! `consentinel serve`: starts the collector, and stops it when the system says so. What a collector is stands in
//! `consentinel_collector`; here are its arguments, its log and the signals.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use consentinel_collector::{
    clock, openapi,
    serve::Collector,
    settings::{self, Overrides},
};
use tracing::Level;
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, registry,
    util::SubscriberInitExt as _,
};

use crate::error::Error;
use crate::files::Input;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Receive the records of pages and keep them

Listens for records and notices as docs/collector.md describes them, and keeps them in a store, one file or
a data base of PostgreSQL, that `verify`, `lookup`, `export`, `stats`, `report`, `erase` and `prune` take in the place of an export.
What was acknowledged is on the disk. It never asks who sends, and logs nothing of a record.

The settings are checked as a whole before anything is opened, and all problems are told at once. Flags count
over the environment, and that over the file. A signal to stop (SIGTERM, SIGINT) lets it answer what is under
way first.

Examples:
  consentinel serve --settings collector.toml --check
  consentinel serve --settings collector.toml
  CONSENTINEL_STORE=postgres://consentinel@db.example/consent consentinel serve --settings collector.toml
  consentinel verify consentinel.db --key shop.example/consent+1a2b3c4d+AbC…";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The file of the settings, in TOML (docs/operations.md)
    #[arg(
        long,
        value_name = "FILE",
        env = "CONSENTINEL_SETTINGS",
        required_unless_present = "openapi"
    )]
    settings: Option<PathBuf>,
    /// Where pages reach it, instead of `listen`
    #[arg(long, value_name = "ADDRESS", env = "CONSENTINEL_LISTEN")]
    listen: Option<String>,
    /// Where its operator reaches it, for numbers, instead of `private`
    #[arg(long, value_name = "ADDRESS", env = "CONSENTINEL_PRIVATE")]
    private: Option<String>,
    /// The file of the store, or the address of a data base of PostgreSQL, instead of `store`
    #[arg(long, value_name = "STORE", env = "CONSENTINEL_STORE", hide_env_values = true)]
    store: Option<PathBuf>,
    /// Where officers reach the store, instead of `listen` of `[officer]`
    #[arg(long, value_name = "ADDRESS", env = "CONSENTINEL_OFFICER")]
    officer: Option<String>,
    /// How much is logged
    #[arg(long, value_enum, default_value = "info", env = "CONSENTINEL_LOG")]
    log: Much,
    /// In which form
    #[arg(long, value_enum, default_value = "words", env = "CONSENTINEL_LOG_FORM")]
    log_form: Form,
    /// Check the settings, and start nothing
    #[arg(long)]
    check: bool,
    /// Print the protocol as an OpenAPI description, and start nothing
    #[arg(long)]
    openapi: bool,
}

/// How much is logged.
#[derive(Clone, Copy, ValueEnum)]
enum Much {
    /// What failed
    Error,
    /// And what is not as it should be
    Warn,
    /// And when it starts and stops
    Info,
    /// And the answer to each request, by site and code
    Debug,
}

/// How a log is written.
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// For people
    Words,
    /// An object of JSON on each line
    Json,
}

/// Serves until it is told to stop.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    if arguments.openapi {
        let out = format!("{:#}\n", openapi::description()).into_bytes();
        return Ok(Report { out, words: String::new(), verdict: Verdict::Sound });
    }
    let overrides = Overrides {
        listen: arguments.listen.clone(),
        private: arguments.private.clone(),
        store: arguments.store.clone(),
        officer: arguments.officer.clone(),
    };
    if let Some(file) = &arguments.settings {
        // Settings that cannot be read are no settings that are wrong.
        Input::open(file)?;
    }
    let settings = match settings::read(arguments.settings.as_deref(), &overrides) {
        Ok(settings) => settings,
        Err(problems) => {
            let lines = problems.iter().map(|problem| format!("error: {problem}\n"));
            return Ok(Report {
                out: Vec::new(),
                words: lines.collect(),
                verdict: Verdict::Failed,
            });
        }
    };
    if arguments.check {
        let out = b"the settings are sound\n".to_vec();
        return Ok(Report { out, words: String::new(), verdict: Verdict::Sound });
    }
    log(arguments);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::service(&error))?;
    runtime.block_on(async {
        // Heard from before it listens, so that no signal finds nobody.
        let stop = stopped().map_err(|error| Error::service(&error))?;
        let collector = Collector::open(settings, clock::machine).await;
        let collector = collector.map_err(|failed| Error::service(&failed))?;
        let (public, private) = collector.addresses().map_err(|error| Error::service(&error))?;
        let officer = collector.officer_address().map_err(|error| Error::service(&error))?;
        let officer = officer.map(|officer| format!("\nofficer http://{officer}"));
        let officer = officer.unwrap_or_default();
        // Whoever started it may not listen; it serves all the same.
        let _ = writeln!(io::stdout(), "pages http://{public}\noperator http://{private}{officer}");
        tracing::info!(%public, %private, "listening");
        collector.run(stop).await.map_err(|failed| Error::service(&failed))?;
        tracing::info!("stopped: all that was acknowledged is kept");
        Ok(Report { out: Vec::new(), words: String::new(), verdict: Verdict::Sound })
    })
}

fn log(arguments: &Arguments) {
    let level = match arguments.log {
        Much::Error => Level::ERROR,
        Much::Warn => Level::WARN,
        Much::Info => Level::INFO,
        Much::Debug => Level::DEBUG,
    };
    // What crates around it log, which may be a request as it came, stays out.
    let ours = ["consentinel", "consentinel_collector"].map(|target| (target, level));
    let filter = Targets::new().with_targets(ours);
    let made = fmt::layer().with_ansi(console::colors_enabled_stderr()).with_writer(io::stderr);
    match arguments.log_form {
        Form::Words => registry().with(made.with_filter(filter)).init(),
        Form::Json => registry().with(made.json().with_filter(filter)).init(),
    }
}

/// Is over when the system asks the program to stop.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut end, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where the signal cannot be heard there is nothing to wait for.
        let _ = tokio::signal::ctrl_c().await;
    })
}
