//! `consentinel scan`: looks at a running site with the browser that is installed, and writes a draft of a policy and a
//! report. The looking is `consentinel_scan`; what is made of it is the catalogue's.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use consentinel::policy::MAX_BYTES;
use consentinel_audit::commands::counted;
use consentinel_audit::time::for_spreadsheets;
use consentinel_catalogue::compared::{Compared, compare, to_mark};
use consentinel_catalogue::expand::LANGUAGES;
use consentinel_catalogue::found::{Thing, When};
use consentinel_catalogue::proposal::propose;
use consentinel_catalogue::publish::look;
use consentinel_scan::Failed;
use consentinel_scan::crawl::{Limits, Site, crawl};
use consentinel_scan::devtools::{Browser, find};
use consentinel_scan::report::{Told, as_json, page};
use consentinel_scan::tab::Bounds;
use url::Url;

use crate::error::{Error, one_line};
use crate::files::{self, Replacement};
use crate::report::{Report, Verdict};
use crate::time::now_ms;

/// The long help of the command.
pub const HELP: &str = "\
Look at a running site with a browser, and draft its policy

Visits the pages of a site with the Chromium that is installed, one at a time: as a new visitor, and where Consentinel
runs also as one who accepts everything and as one who refuses everything. Writes `policy.json`, a draft in which what
the catalogue does not know stands in a category `undecided`; `report.html`, for people; and `findings.json`, for
programs. With `--policy` no draft is written, but what that policy lacks is told, and the exit code is 1 where
something is not declared, or happens without the consent that it waits for.

Examples:
  consentinel scan https://www.example.com --output found
  consentinel scan https://www.example.com --policy policy.json --output found";

const DRAFT: &str = "policy.json";
const REPORT: &str = "report.html";
const FINDINGS: &str = "findings.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Addresses to start from
    #[arg(required = true, value_name = "URL", value_parser = address)]
    start: Vec<Url>,
    /// The policy of the site: say what it lacks instead of making a draft
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The folder to write to
    #[arg(long, short, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// Languages of the draft, with commas between them: de, en, es, fr, it
    #[arg(long, value_name = "LANGUAGES", default_value = "en", value_delimiter = ',', value_parser = LANGUAGES)]
    lang: Vec<String>,
    /// At most so many pages
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pages: u32,
    /// At most so many links from a start
    #[arg(long, default_value_t = 3)]
    depth: u32,
    /// At most so many seconds, all in all
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time: u64,
    /// At most so many seconds for a page
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    page_time: u64,
    /// A page counts as loaded when it asked for nothing for so many milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000)]
    quiet: u64,
    /// Milliseconds between two pages
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 500)]
    pause: u64,
    /// Visit what robots.txt forbids as well
    #[arg(long)]
    ignore_robots: bool,
    /// The browser, a Chromium; by default the first that is found under its usual names
    #[arg(long, value_name = "FILE", env = "CONSENTINEL_CHROMIUM")]
    browser: Option<PathBuf>,
    /// A flag for the browser, such as `--browser-flag=--proxy-server=…`; for several, again
    #[arg(long, value_name = "FLAG", allow_hyphen_values = true)]
    browser_flag: Vec<String>,
    /// Start the browser without its sandbox, which it needs as root: for sites that you trust
    #[arg(long)]
    no_sandbox: bool,
}

/// More than this of one page and all that it loads is not waited for.
const MOST_BYTES: u64 = 30_000_000;

/// Looks, and writes the files.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let policy = arguments.policy.as_ref().map(|path| {
        let looked = look(files::read(path, MAX_BYTES as u64)?);
        match &looked.policy {
            Some(policy) if looked.is_sound() => Ok(policy.clone()),
            _ => Err(Error::unfit(path, "it has errors", "`consentinel check` prints them")),
        }
    });
    let policy = policy.transpose()?;
    let names: &[&str] =
        if policy.is_some() { &[REPORT, FINDINGS] } else { &[DRAFT, REPORT, FINDINGS] };
    files::free(&arguments.output, names, arguments.force)?;
    let mut site = site_of(arguments).map_err(|Failed(words)| Error::service(&words))?;
    if site.pages.is_empty() {
        let notes: Vec<String> = site.notes.iter().map(|note| one_line(note)).collect();
        return Err(Error::service(&format!("no page came: {}", notes.join("; "))));
    }
    let at = for_spreadsheets(now_ms());
    let revision: String = at.chars().take(10).collect();
    if let Some(policy) = &policy {
        site.asking = to_mark(policy, std::mem::take(&mut site.asking));
    }
    let compared = policy.as_ref().map(|policy| compare(policy, &site.found, &site.hosts));
    let proposal = propose(&site.found, &site.hosts, &arguments.lang, &revision);
    let open: &[String] = if policy.is_some() { &[] } else { &proposal.open };
    let services = &proposal.services;
    let told = Told { site: &site, at, open, services, compared: compared.as_ref() };
    let findings = format!("{:#}\n", as_json(&told));
    std::fs::create_dir_all(&arguments.output)
        .map_err(|error| Error::output(&arguments.output.to_string_lossy(), &error))?;
    for (name, text) in
        [(DRAFT, proposal.policy.as_str()), (REPORT, &page(&told)), (FINDINGS, &findings)]
    {
        if names.contains(&name) {
            let mut file = Replacement::of(&arguments.output.join(name))?;
            file.bytes(text.as_bytes())?;
            file.finish()?;
        }
    }
    let mut words = String::new();
    for note in &site.notes {
        words.push_str(&format!("note: {}\n", one_line(note)));
    }
    let is_sound =
        compared.as_ref().is_none_or(|one| one.undeclared.is_empty() && one.leaks.is_empty());
    match &compared {
        Some(compared) => words.push_str(&lacks(compared)),
        None => words.extend(open.iter().map(|open| format!("to decide: {}\n", one_line(open)))),
    }
    let out = format!(
        "{} visited, {} found; written: {}\n",
        counted(site.pages.len(), "page", "pages"),
        counted(site.found.things().count(), "thing", "things"),
        names.join(", ")
    );
    Ok(Report { out: out.into_bytes(), words, verdict: Verdict::of(is_sound) })
}

/// Looks at the site.
fn site_of(arguments: &Arguments) -> Result<Site, Failed> {
    let limits = Limits {
        pages: usize::try_from(arguments.pages).unwrap_or(usize::MAX),
        depth: usize::try_from(arguments.depth).unwrap_or(usize::MAX),
        time: Duration::from_secs(arguments.time),
        pause: Duration::from_millis(arguments.pause),
        ignores_robots: arguments.ignore_robots,
        page: Bounds {
            page: Duration::from_secs(arguments.page_time),
            quiet: Duration::from_millis(arguments.quiet),
            bytes: MOST_BYTES,
        },
    };
    let program = find(arguments.browser.as_deref(), std::env::var_os("PATH"))?;
    let mut flags = arguments.browser_flag.clone();
    flags.extend(arguments.no_sandbox.then(|| String::from("--no-sandbox")));
    let mut browser = Browser::start(&program, &flags)?;
    crawl(&mut browser, &arguments.start, &limits, &mut |when, url| {
        let who = match when {
            When::Before => "new visitor",
            When::Accepted => "accepting",
            When::Refused => "refusing",
        };
        // Progress is of no matter where nobody reads it.
        let _ = writeln!(std::io::stderr(), "{who}: {}", one_line(url));
    })
}

/// What a policy lacks, in whole lines.
fn lacks(compared: &Compared) -> String {
    let lines = |word: &str, things: &[&Thing]| {
        let line = |thing: &&Thing| {
            format!("{word}: {} ({})\n", one_line(&thing.in_words()), one_line(&thing.whence()))
        };
        things.iter().map(line).collect::<String>()
    };
    let unseen = compared.unseen.iter().map(|words| format!("never seen: {}\n", one_line(words)));
    lines("error: leaks", &compared.leaks)
        + &lines("error: not declared", &compared.undeclared)
        + &unseen.collect::<String>()
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        String::from("give an address with its scheme, such as `https://www.example.com`")
    })
}
