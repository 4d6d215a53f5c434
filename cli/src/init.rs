//! `consentinel init`: from nothing to a policy, the lines for the HTML, and what to do next. It asks on the terminal what
//! no option says. What a draft is, is `consentinel_catalogue::draft`; what is said of it, the same as by `check`.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use consentinel::{csp::Page, hash::digest};
use consentinel_audit::time::iso;
use consentinel_catalogue::draft::Answers;
use consentinel_catalogue::entry::{entry_of, ids};
use consentinel_catalogue::expand::LANGUAGES;
use consentinel_catalogue::near::near;
use consentinel_catalogue::publish::look;
use consentinel_catalogue::snippet::snippet;

use crate::error::{Error, one_line};
use crate::files::{self, Replacement};
use crate::place;
use crate::report::{Report, Verdict};
use crate::time::now_ms;

/// The long help of the command.
pub const HELP: &str = "\
Write a first policy, the lines for the HTML of each page, and what to do next

Asks on the terminal who asks for consent, which services of the catalogue the site uses and in which languages it is,
where no option says so. Writes `policy.json`, `snippet.html` and `next-steps.md`; files of these names stay, but with
`--force`. `--list` prints the catalogue.

Examples:
  consentinel init
  consentinel init --list
  consentinel init --controller \"Example SAS\" --use google-analytics,hotjar --lang en,fr --output consent";

const POLICY: &str = "policy.json";
const SNIPPET: &str = "snippet.html";
const NEXT: &str = "next-steps.md";
/// The file of the tag that a page loads.
const TAG: &str = "consentinel.js";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Print the catalogue instead: id, name and kinds of each entry
    #[arg(long)]
    list: bool,
    /// The name of who asks for consent, as visitors know it
    #[arg(long, value_name = "NAME")]
    controller: Option<String>,
    /// Ids of entries of the catalogue, with commas between them
    #[arg(long = "use", value_name = "IDS")]
    services: Option<String>,
    /// Languages of the site, with commas between them: de, en, es, fr, it
    #[arg(long, value_name = "LANGUAGES")]
    lang: Option<String>,
    /// How to reach the controller about personal data
    #[arg(long)]
    contact: Option<String>,
    /// The address of the controller's privacy policy
    #[arg(long, value_name = "URL")]
    privacy_policy: Option<String>,
    /// The origin of the site, for the Content-Security-Policy
    #[arg(long, value_name = "URL", value_parser = place::origin)]
    origin: Option<String>,
    /// The folder of the tag's files, for its `integrity`
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// The folder to write to
    #[arg(long, short, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

/// Asks what is missing, and writes the files.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    if arguments.list {
        let lines = ids().filter_map(entry_of).map(|entry| {
            format!("{:<28} {:<36} {}\n", entry.id, entry.name, entry.kinds.join(", "))
        });
        return Ok(Report {
            out: lines.collect::<String>().into_bytes(),
            ..failed("", Verdict::Sound)
        });
    }
    files::free(&arguments.output, &[POLICY, SNIPPET, NEXT], arguments.force)?;
    let answers = match answers(arguments)? {
        Ok(answers) => answers,
        Err(words) => return Ok(failed(&words, Verdict::Failed)),
    };
    let written = answers.policy();
    let looked = look(written.clone().into_bytes());
    let Some(policy) = looked.policy.as_ref().filter(|_| looked.is_sound()) else {
        return Ok(failed(&looked.in_words(POLICY), Verdict::Failed));
    };
    let origin = arguments.origin.as_deref().unwrap_or_default();
    let page = Page { origin, files: "", once: "" };
    let integrity = arguments.files.as_deref().map(integrity_of).transpose()?;
    let snippet = snippet(&policy.document, &page, &format!("/{TAG}"), integrity.as_deref(), None);
    let necessary = unasked(&answers.necessary());
    let next = next_steps(&necessary, integrity.is_some(), !origin.is_empty());
    std::fs::create_dir_all(&arguments.output)
        .map_err(|error| Error::output(&arguments.output.to_string_lossy(), &error))?;
    for (name, text) in [(POLICY, &written), (SNIPPET, &snippet.html), (NEXT, &next)] {
        let path = arguments.output.join(name);
        if arguments.force {
            let mut file = Replacement::of(&path)?;
            file.bytes(text.as_bytes())?;
            file.finish()?;
        } else {
            files::create(&path, text.as_bytes())?;
        }
    }
    let looked = looked.in_words(POLICY);
    let note = necessary.iter().map(|line| format!("note: {line}\n")).collect::<String>();
    let out = format!("{}\n{note}written: {POLICY}, {SNIPPET}, {NEXT}\n", looked.trim_end());
    Ok(Report { out: out.into_bytes(), ..failed(&snippet.words, Verdict::Sound) })
}

fn failed(words: &str, verdict: Verdict) -> Report {
    Report { out: Vec::new(), words: words.to_owned(), verdict }
}

/// What the options say, and what is asked; in words, what is wrong with the options.
fn answers(arguments: &Arguments) -> Result<Result<Answers, String>, Error> {
    let said = |option: &Option<String>| option.clone().unwrap_or_default();
    let words =
        unknown_services(&said(&arguments.services)) + &unknown_languages(&said(&arguments.lang));
    if !words.is_empty() {
        return Ok(Err(words));
    }
    // Whoever names the controller has said all.
    let is_asking = arguments.controller.is_none();
    let answer = |option: &Option<String>, question: &str, mistake: fn(&str) -> String| {
        if is_asking && option.is_none() {
            asked(question, mistake)
        } else {
            Ok(Some(said(option)))
        }
    };
    let controller = answer(
        &arguments.controller,
        "Who asks for consent? The name that visitors know:",
        |name| {
            if name.is_empty() { String::from("a policy needs a name\n") } else { String::new() }
        },
    )?;
    let services = answer(
        &arguments.services,
        "Which of these services does the site use? Ids with commas between (`--list` prints them), or nothing:",
        unknown_services,
    )?;
    let languages = answer(
        &arguments.lang,
        "Which languages is it in? de, en, es, fr, it; nothing is en:",
        unknown_languages,
    )?;
    let (Some(controller), Some(services), Some(languages)) = (controller, services, languages)
    else {
        return Ok(Err(String::from(
            "no answer: give `--controller`, `--use` and `--lang` instead\n",
        )));
    };
    let mut languages = parts(&languages);
    if languages.is_empty() {
        languages.push(String::from("en"));
    }
    Ok(Ok(Answers {
        controller,
        contact: arguments.contact.clone(),
        privacy_policy: arguments.privacy_policy.clone(),
        services: services_of(&services),
        languages,
        revision: iso(now_ms()).chars().take(10).collect(),
    }))
}

/// Asks until an answer is right: `mistake` says what is wrong with one. Nothing where nobody answers any more.
fn asked(question: &str, mistake: impl Fn(&str) -> String) -> Result<Option<String>, Error> {
    let mut lines = io::stdin().lock();
    loop {
        // With standard error gone there is nobody to ask; the answer may come all the same.
        let _ = writeln!(io::stderr(), "{question}");
        let mut answer = String::new();
        let read =
            lines.read_line(&mut answer).map_err(|error| Error::input(Path::new("-"), &error))?;
        if read == 0 {
            return Ok(None);
        }
        let wrong = mistake(answer.trim());
        if wrong.is_empty() {
            return Ok(Some(answer.trim().to_owned()));
        }
        let _ = write!(io::stderr(), "{wrong}");
    }
}

/// The words of an answer, each once.
fn parts(answer: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let words = answer.split([',', ' ']).filter(|word| !word.is_empty() && known.insert(*word));
    words.map(str::to_owned).collect()
}

/// The ids of an answer, each once. What is between commas may be a name with spaces, such as `Google Analytics`.
fn services_of(answer: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for part in answer.split(',').map(str::trim) {
        let words = parts(part);
        let is_name = words.iter().any(|word| entry_of(word).is_none()) && !near(part).is_empty();
        ids.extend(if is_name { vec![part.to_owned()] } else { words });
    }
    let mut known = BTreeSet::new();
    ids.retain(|id| known.insert(id.clone()));
    ids
}

/// A line for each id that the catalogue does not have, with the nearest that it has.
fn unknown_services(answer: &str) -> String {
    let unknown = services_of(answer).into_iter().filter(|id| entry_of(id).is_none());
    let lines = unknown.map(|id| {
        let meant: Vec<String> = near(&id).iter().map(|id| format!("`{id}`")).collect();
        let help = match meant.as_slice() {
            [] => String::from("`consentinel init --list` prints them"),
            meant => format!("write {}", meant.join(" or ")),
        };
        format!("the catalogue has no `{}`; {help}\n", one_line(&id))
    });
    lines.collect()
}

fn unknown_languages(answer: &str) -> String {
    let unknown = parts(answer).into_iter().filter(|tag| !LANGUAGES.contains(&tag.as_str()));
    let lines = unknown.map(|tag| {
        format!(
            "the catalogue has no texts in `{}`, but in {}; translate the policy into others afterwards\n",
            one_line(&tag),
            LANGUAGES.join(", ")
        )
    });
    lines.collect()
}

/// The tag's hash as the attribute has it (Subresource Integrity, W3C).
fn integrity_of(folder: &Path) -> Result<String, Error> {
    /// More than any tag has.
    const MOST: u64 = 10_000_000;
    let bytes = files::read(&folder.join(TAG), MOST)?;
    Ok(format!("sha256-{}", STANDARD.encode(digest(&bytes))))
}

/// What the owner has to decide of the services that the draft puts among what is necessary; nothing where there are none.
fn unasked(necessary: &[String]) -> Option<String> {
    let named: Vec<String> = necessary.iter().map(|id| format!("`{id}`")).collect();
    (!named.is_empty()).then(|| {
        format!(
            "visitors are not asked about {}, which stand among what is strictly necessary: decide for each whether visitors ask for what it does; else give it another `category`",
            named.join(", ")
        )
    })
}

fn next_steps(necessary: &Option<String>, has_integrity: bool, has_origin: bool) -> String {
    // As the first step: a sentence of its own.
    let decide = necessary.iter().map(|line| {
        let mut letters = line.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>() + ".")
    });
    let mut steps: Vec<String> = decide.flatten().collect();
    steps.extend([
        String::from(
            "Read `policy.json` as your visitors will: `consentinel notice policy.json --language en`.\n   Declare what is your own: items of the necessary category, and hosts of yours (docs/policy.md, \"What to declare\").",
        ),
        String::from("Give each text in every language of your site."),
        String::from(
            "After each change: `consentinel check policy.json`, then `consentinel bundle policy.json --html`,\n   and put what that prints in place of the second line of `snippet.html`.\n   For `createConsent`: `consentinel bundle policy.json --output published.json`.",
        ),
    ]);
    let csp = if has_origin { "" } else { " --origin https://www.example.com" };
    steps.push(format!(
        "Print the first line anew when hosts change: `consentinel csp policy.json --meta{csp}`{}.",
        if has_origin {
            ", with the `--origin` that you gave"
        } else {
            ", with the origin of your site"
        }
    ));
    steps.push(format!(
        "Put the tag's files (`{TAG}`, `consentinel.part.js`, `consentinel.face.js`, `texts`) on your own server, side by side{}.",
        if has_integrity { "" } else { ";\n   `consentinel init --files FOLDER` writes the `integrity` of the tag" }
    ));
    steps.push(String::from(
        "Paste `snippet.html` into the head of each page, before every other script.",
    ));
    steps.push(String::from("On a site that is running, begin with `\"mode\": \"report\"` in the policy: nothing is stopped, and\n   `consentinel.report.js` behind the tag shows you what is not declared yet, and what of your HTML to mark\n   (docs/scan.md). Such a policy has no first line in the snippet."));
    steps.push(String::from("Check the pages: `consentinel check policy.json --html index.html`."));
    let lines = steps.iter().enumerate().map(|(at, step)| format!("{}. {step}\n", at + 1));
    format!("# Next steps\n\n{}", lines.collect::<String>())
}
