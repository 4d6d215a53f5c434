//! The settings of the officer's page over the store: where it listens, who may ask, and where the page is. Without the
//! table `[officer]` and without its flag there is no such listener.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use consentinel::hash::{Hash, digest};
use toml::{Table, Value};

use super::{
    Overrides, Problem,
    checked::{address, bytes_of},
    table::{Reader, problem},
};

/// A token is at least so long: 128 bits in base64 or in digits of sixteen.
const SHORTEST_TOKEN: usize = 22;
/// How many records are judged in one question where nothing is said: each takes memory while it goes on
/// (docs/operations.md, "The officer's page").
const MOST_JUDGED: u32 = 2_000_000;
/// The file of the page.
const PAGE: &str = "store.html";

/// Whom the store answers, and where.
pub struct Officer {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Other names under which it is reached, as the header `Host` has them.
    pub hosts: Vec<String>,
    /// Who may ask; nobody is told apart where it is empty.
    pub holders: Vec<Holder>,
    /// The page.
    pub page: Page,
    /// How many records one question may have judged.
    pub judges: u64,
}

/// Who has a token.
pub struct Holder {
    /// The name on record.
    pub name: String,
    /// The SHA-256 of the token; the token itself is kept nowhere.
    pub token: Hash,
}

/// A page that is handed out.
pub struct Page {
    /// Its bytes.
    pub text: String,
    /// The Content-Security-Policy that it names itself.
    pub policy: String,
}

/// Reads the table `[officer]`.
pub fn read(
    reader: &mut Reader,
    folder: &Path,
    overrides: &Overrides,
    problems: &mut Vec<Problem>,
) -> Option<Officer> {
    let nothing = Table::new();
    let path = reader.path("officer");
    let table = match (reader.value("officer"), &overrides.officer) {
        (None, None) => return None,
        (None, Some(_)) => &nothing,
        (Some(Value::Table(table)), _) => table,
        (Some(_), _) => {
            problems.push(problem(&path, "", "give a table, `[officer]`"));
            return None;
        }
    };
    let mut reader = Reader::new(table, format!("{path}."));
    let over = overrides.officer.as_deref();
    let listen = address(&mut reader, ("listen", "--officer"), over, "127.0.0.1:8789", problems);
    let mut hosts = Vec::new();
    for (path, host) in reader.texts("hosts", problems) {
        if !is_host(host) {
            let help = "give a host as browsers name it, with its port where that is not the usual one, such as `audit.shop.example`";
            problems.push(problem(&path, host, help));
        }
        hosts.push(String::from(host));
    }
    let holders = holders(&mut reader, folder, problems);
    let others = listen.filter(|listen| !listen.ip().is_loopback());
    if table.get("holder").is_none()
        && let Some(found) = others.map(|listen| listen.to_string()).or(hosts.first().cloned())
    {
        let help = "whoever reaches it from elsewhere needs a token: name its holder under `[[officer.holder]]`, or listen on loopback alone";
        problems.push(problem(&reader.path("holder"), &found, help));
    }
    let page = page(&mut reader, folder, problems);
    let judges = u64::from(reader.number("judges", 1..=u32::MAX, MOST_JUDGED, problems));
    reader.end(problems);
    Some(Officer { listen: listen?, hosts, holders, page: page?, judges })
}

fn holders(reader: &mut Reader, folder: &Path, problems: &mut Vec<Problem>) -> Vec<Holder> {
    let path = reader.path("holder");
    let values = match reader.value("holder") {
        None => return Vec::new(),
        Some(Value::Array(values)) if !values.is_empty() => values,
        Some(_) => {
            problems.push(problem(&path, "", "describe each holder under `[[officer.holder]]`"));
            return Vec::new();
        }
    };
    let (mut holders, mut seen) = (Vec::new(), BTreeSet::new());
    for (at, value) in values.iter().enumerate() {
        let Some(table) = value.as_table() else {
            problems.push(problem(&format!("{path}[{at}]"), "", "give a table"));
            continue;
        };
        let mut reader = Reader::new(table, format!("{path}[{at}]."));
        let name = reader.text("name", problems).unwrap_or_default();
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
            let help = "give the name that stands on record, such as `A. Martin`";
            problems.push(problem(&reader.path("name"), name, help));
        }
        let token = token(&mut reader, folder, problems);
        for key in [Some(name.as_bytes().to_vec()), token.map(Vec::from)].into_iter().flatten() {
            if !seen.insert(key) {
                let help = "another holder has this name, or this token: give each its own";
                problems.push(problem(&reader.path("name"), name, help));
            }
        }
        reader.end(problems);
        holders.extend(token.map(|token| Holder { name: String::from(name), token }));
    }
    holders
}

/// The hash of a token. What stands in its file is never told.
fn token(reader: &mut Reader, folder: &Path, problems: &mut Vec<Problem>) -> Option<Hash> {
    let path = reader.path("token");
    let Some(name) = reader.text("token", problems) else {
        problems.push(problem(&path, "", "name the file that has the token"));
        return None;
    };
    let file = folder.join(name);
    let bytes = bytes_of(&file, &path, problems)?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    let token = text.trim_end();
    if token.len() < SHORTEST_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let help = format!(
            "put one line of {SHORTEST_TOKEN} characters at least into it, drawn by chance, such as `openssl rand -base64 32` prints"
        );
        problems.push(problem(&path, &file.to_string_lossy(), &help));
        return None;
    }
    Some(digest(token.as_bytes()))
}

/// The page in the folder `dist/audit` of a release.
fn page(reader: &mut Reader, folder: &Path, problems: &mut Vec<Problem>) -> Option<Page> {
    let path = reader.path("pages");
    let Some(name) = reader.text("pages", problems) else {
        let help = "name the folder of the officer's pages, `dist/audit` of a release";
        problems.push(problem(&path, "", help));
        return None;
    };
    let named: PathBuf = folder.join(name);
    let file = named.join(PAGE);
    match std::fs::read_to_string(&file).map(|text| policy_of(&text).map(|policy| (policy, text))) {
        Ok(Some((policy, text))) => return Some(Page { text, policy }),
        Ok(None) => {
            let help = "it is no page of a release: build it by `cargo xtask audit`";
            problems.push(problem(&path, &file.to_string_lossy(), help));
        }
        Err(error) => {
            let help = format!("it cannot be read: {error}");
            problems.push(problem(&path, &file.to_string_lossy(), &help));
        }
    }
    None
}

/// The policy in the element of a page.
fn policy_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("http-equiv=\"Content-Security-Policy\" content=\"")?;
    let (policy, _) = rest.split_once('"')?;
    let is_header = policy.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (is_header && policy.starts_with("default-src 'none';")).then(|| String::from(policy))
}

/// Whether a text is a host with or without a port, as a browser writes it into the header `Host`.
fn is_host(text: &str) -> bool {
    let url = url::Url::parse(&format!("http://{text}/")).ok();
    let host = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| String::from(host), |port| format!("{host}:{port}")))
    });
    host.is_some_and(|host| host == text)
}
