//! Checks settings as a whole, with the files that they name.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use consentinel::{
    export::{LONGEST_LINE, is_origin},
    note::PrivateKey,
};
use consentinel_audit::library::{Library, UNBUNDLED, names_catalogue, notice_of, policy_of};
use toml::{Table, Value};
use url::Url;

use crate::store::{is_address, problem as address_problem};

use super::{
    Limits, Overrides, Problem, Settings, Site, officer,
    table::{Reader, problem},
};

/// The longest file that is read here: a policy of the longest kind is shorter.
const MOST_BYTES: u64 = 2_000_000;
/// What stands around a notice in a line of an export.
const AROUND: u32 = 20;

/// Reads settings: what a file says, if there is one, and over it what else was given. Paths in the file are meant from
/// its folder.
pub fn read(file: Option<&Path>, overrides: &Overrides) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let table = file.map_or_else(|| Some(Table::new()), |file| table_of(file, &mut problems));
    let Some(table) = table else { return Err(problems) };
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let mut reader = Reader::new(&table, String::new());
    let listen = address(
        &mut reader,
        ("listen", "--listen"),
        overrides.listen.as_deref(),
        "127.0.0.1:8787",
        &mut problems,
    );
    let private = address(
        &mut reader,
        ("private", "--private"),
        overrides.private.as_deref(),
        "127.0.0.1:8788",
        &mut problems,
    );
    if let (Some(listen), Some(private)) = (listen, private)
        && listen == private
        && listen.port() != 0
    {
        let help = "give another port than that of `listen`";
        problems.push(problem("private", &private.to_string(), help));
    }
    let named = reader.text("store", &mut problems).map(|text| match is_address(text.as_ref()) {
        true => PathBuf::from(text),
        false => folder.join(text),
    });
    let store = overrides.store.clone().or(named).unwrap_or_else(|| folder.join("consentinel.db"));
    if is_address(&store) {
        // Nothing of it is repeated: it may hold a password.
        problems.extend(address_problem(&store).map(|error| problem("store", "", &error.0)));
    } else if store
        .parent()
        .is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        let help = "give a file in a folder that is there";
        problems.push(problem("store", &store.to_string_lossy(), help));
    }
    let limits = limits(&mut reader, &mut problems);
    let officer = officer::read(&mut reader, folder, overrides, &mut problems);
    let others = [listen, private];
    if let Some(officer) = &officer
        && others.contains(&Some(officer.listen))
        && officer.listen.port() != 0
    {
        let help = "give another port than those of `listen` and `private`";
        problems.push(problem("officer.listen", &officer.listen.to_string(), help));
    }
    let sites = sites(&mut reader, folder, &mut problems);
    reader.end(&mut problems);
    match (listen, private) {
        (Some(listen), Some(private)) if problems.is_empty() => {
            Ok(Settings { listen, private, store, limits, officer, sites })
        }
        _ => Err(problems),
    }
}

fn table_of(file: &Path, problems: &mut Vec<Problem>) -> Option<Table> {
    let name = file.to_string_lossy();
    let bytes = bytes_of(file, &name, problems)?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string());
    let table =
        text.and_then(|text| text.parse().map_err(|error: toml::de::Error| told(&text, &error)));
    table
        .inspect_err(|error| problems.push(problem(&name, "", &format!("make it TOML: {error}"))))
        .ok()
}

/// What the reader of TOML says, in one line with its place.
fn told(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
    let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{message} in line {line}")
}

pub(super) fn bytes_of(file: &Path, path: &str, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let read = fs::metadata(file).and_then(|about| {
        if about.len() > MOST_BYTES {
            return Err(std::io::Error::other(format!("more than {MOST_BYTES} bytes")));
        }
        fs::read(file)
    });
    let found = file.to_string_lossy();
    read.inspect_err(|error| {
        problems.push(problem(path, &found, &format!("it cannot be read: {error}")));
    })
    .ok()
}

pub(super) fn address(
    reader: &mut Reader,
    (key, flag): (&'static str, &'static str),
    over: Option<&str>,
    usual: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<SocketAddr> {
    let given = reader.text(key, problems);
    let (path, text) = match over {
        Some(text) => (String::from(flag), text),
        None => (reader.path(key), given.unwrap_or(usual)),
    };
    let address = text.parse().ok();
    if address.is_none() {
        problems.push(problem(&path, text, "give an address and a port such as `127.0.0.1:8787`"));
    }
    address
}

fn limits(reader: &mut Reader, problems: &mut Vec<Problem>) -> Limits {
    let nothing = Table::new();
    let path = reader.path("limits");
    let table = match reader.value("limits") {
        None => &nothing,
        Some(Value::Table(table)) => table,
        Some(_) => {
            problems.push(problem(&path, "", "give a table, `[limits]`"));
            &nothing
        }
    };
    let mut reader = Reader::new(table, format!("{path}."));
    let longest = u32::try_from(LONGEST_LINE).unwrap_or(u32::MAX);
    let mut number = |key, range, usual| reader.number(key, range, usual, problems) as usize;
    let limits = Limits {
        connections: number("connections", 1..=100_000, 1024),
        record_bytes: number("record-bytes", 1024..=longest, 65_536),
        notice_bytes: number("notice-bytes", 1024..=longest - AROUND, longest - AROUND),
        queue: number("queue", 1..=100_000, 256),
        patience: Duration::from_millis(number("patience-ms", 10..=600_000, 10_000) as u64),
    };
    reader.end(problems);
    limits
}

fn sites(reader: &mut Reader, folder: &Path, problems: &mut Vec<Problem>) -> Vec<Site> {
    let tables: Vec<&Table> = match reader.value("site") {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_table).collect(),
        _ => Vec::new(),
    };
    if tables.is_empty() {
        problems.push(problem("site", "", "describe a site at least, under `[[site]]`"));
    }
    let (mut seen, mut sites) = (BTreeSet::new(), Vec::new());
    for (at, table) in tables.into_iter().enumerate() {
        let mut reader = Reader::new(table, format!("site[{at}]."));
        sites.extend(site(&mut reader, folder, &mut seen, problems));
        reader.end(problems);
    }
    sites
}

/// What of a site no other may have, with what it is.
type Seen = BTreeSet<(&'static str, String)>;

fn site(
    reader: &mut Reader,
    folder: &Path,
    seen: &mut Seen,
    problems: &mut Vec<Problem>,
) -> Option<Site> {
    let name = reader.text("name", problems);
    let is_name = |name: &str| {
        name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.is_none_or(|name| !is_name(name)) {
        let help = "give it a name of letters, digits and `-`, for logs and numbers";
        problems.push(problem(&reader.path("name"), name.unwrap_or_default(), help));
    }
    let log = reader.text("log", problems);
    if log.is_none_or(|log| !is_origin(log)) {
        let help = "give the origin of its export, an address without its scheme such as `shop.example/consent`";
        problems.push(problem(&reader.path("log"), log.unwrap_or_default(), help));
    }
    for (key, text) in [("name", name), ("log", log)] {
        if text.is_some_and(|text| !seen.insert((key, String::from(text)))) {
            let path = reader.path(key);
            problems.push(problem(&path, text.unwrap_or_default(), "another site has it already"));
        }
    }
    let mut origins = Vec::new();
    for (path, origin) in reader.texts("origins", problems) {
        if !is_web_origin(origin) {
            let help = "give an origin as a browser sends it, such as `https://www.shop.example`";
            problems.push(problem(&path, origin, help));
        } else if !seen.insert(("origin", String::from(origin))) {
            problems.push(problem(&path, origin, "it stands there already: name each origin once"));
        }
        origins.push(String::from(origin));
    }
    if origins.is_empty() {
        let help = "name the origins of its pages, such as `https://www.shop.example`";
        problems.push(problem(&reader.path("origins"), "", help));
    }
    let (mut library, mut policies) = (Library::default(), Vec::new());
    let mut is_unbundled = false;
    for (path, name) in reader.texts("policies", problems) {
        for file in files(&folder.join(name), &path, problems) {
            let Some(bytes) = bytes_of(&file, &path, problems) else { continue };
            let place = file.to_string_lossy();
            if names_catalogue(&bytes) {
                let (found, help) = UNBUNDLED;
                problems.push(problem(&path, &place, &format!("{found}; {help}")));
                is_unbundled = true;
                continue;
            }
            let (policy, found) = policy_of(&bytes);
            let errors = found.iter().filter(|problem| problem.is_error());
            problems.extend(errors.map(|error| problem(&path, &place, &error.message())));
            if let Some(policy) = policy {
                policies.push(policy.clone());
                library.take_policy(policy);
            }
        }
    }
    if policies.is_empty() && !is_unbundled {
        let help = "name the policies that its visitors see, files or folders";
        problems.push(problem(&reader.path("policies"), "", help));
    }
    for (path, name) in reader.texts("notices", problems) {
        for file in files(&folder.join(name), &path, problems) {
            let Some(bytes) = bytes_of(&file, &path, problems) else { continue };
            match notice_of(&bytes) {
                Some(notice) => library.take_notice(notice),
                None => {
                    let help = "give a notice as `consentinel notice` prints it";
                    problems.push(problem(&path, &file.to_string_lossy(), help));
                }
            }
        }
    }
    let key = key(reader, folder, problems);
    let [rate, burst] = [("rate", 100), ("burst", 1000)].map(|(key, usual)| {
        NonZeroU32::new(reader.number(key, 1..=1_000_000, usual, problems))
            .unwrap_or(NonZeroU32::MIN)
    });
    let most_notices = reader.number("own-notices", 0..=10_000, 100, problems) as usize;
    let (name, log) = (String::from(name?), String::from(log?));
    Some(Site { name, log, origins, library, policies, key, rate, burst, most_notices })
}

/// The key that signs. What stands in its file is never told.
fn key(reader: &mut Reader, folder: &Path, problems: &mut Vec<Problem>) -> Option<PrivateKey> {
    let path = reader.path("key");
    let file = folder.join(reader.text("key", problems)?);
    let bytes = bytes_of(&file, &path, problems)?;
    let key = String::from_utf8(bytes).ok().and_then(|text| PrivateKey::read(text.trim_end()));
    if key.is_none() {
        let help = "it is no private key: make one by `consentinel keygen`";
        problems.push(problem(&path, &file.to_string_lossy(), help));
    }
    key
}

/// A file, or those of a folder that end in `.json`, in the order of their names.
fn files(path: &Path, place: &str, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let found = path.to_string_lossy();
    let read = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    let mut files: Vec<PathBuf> = match read {
        Ok(files) => files,
        Err(error) => {
            let error: std::io::Error = error;
            problems.push(problem(place, &found, &format!("it cannot be read: {error}")));
            return Vec::new();
        }
    };
    files.retain(|file| file.is_file() && file.extension().is_some_and(|end| end == "json"));
    if files.is_empty() {
        let help = "no file in this folder ends in `.json`, and others are not read";
        problems.push(problem(place, &found, help));
    }
    files.sort();
    files
}

/// Whether a text is an origin as a browser sends it.
fn is_web_origin(text: &str) -> bool {
    let url = Url::parse(text).ok();
    url.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}
