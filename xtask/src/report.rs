//! The script of owners, `dist/consentinel.report.js`: its entry is www/js/report.js, and the catalogue inside is made here.
//! Patterns become expressions of JavaScript, the most specific first, so that the script only tries them in their order and
//! holds no second reading of what a pattern means.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use consentinel::pattern::specificity;
use consentinel_catalogue::entry::{Entry, entry_of, ids};
use serde_json::json;

use crate::bundle::{TARGET, strict};
use crate::page;
use crate::run::{node_tool, say, silent};

/// Makes it.
pub fn build() -> Result<String> {
    let entries: Vec<Entry> = ids().filter_map(entry_of).collect();
    let table = page::folder().join("catalogue.js");
    std::fs::write(&table, module(&entries)).context("writing the catalogue of the report")?;
    let bundled = page::folder().join("report.js");
    let alias = std::path::Path::new(".").join(&table);
    silent(
        node_tool("esbuild")
            .args(["www/js/report.js", "--bundle", "--minify", "--charset=utf8", TARGET])
            .args(["--format=iife", "--log-level=warning"])
            .arg(format!("--alias:#catalogue={}", alias.display()))
            .arg(format!("--outfile={}", bundled.display())),
    )?;
    let text = std::fs::read_to_string(&bundled).context("reading the script of the report")?;
    say("report", format_args!("dist/consentinel.report.js, {} bytes", text.len()));
    let (text, _) = strict(&text).context("wrapping www/js/report.js")?;
    Ok(text)
}

/// The tables: expressions for addresses and for names, each with the entry, and the category of each entry.
fn module(entries: &[Entry]) -> String {
    let mut hosts: Vec<(u64, usize, String)> = Vec::new();
    let mut items: Vec<(u64, String)> = Vec::new();
    for entry in entries {
        for host in &entry.hosts {
            let (name, path) = host.host.split_once('/').unwrap_or((&host.host, ""));
            let line = format!("[/{}/,{}]", address(&host.host), json!(entry.id));
            hosts.push((specificity(name), path.len(), line));
        }
        for item in &entry.items {
            let (kind, id) = (json!(item.kind), json!(entry.id));
            let line = format!("[{kind},/^{}$/,{id}]", glob(&item.name, ".*"));
            items.push((specificity(&item.name), line));
        }
    }
    hosts.sort_by_key(|(host, path, _)| Reverse((*host, *path)));
    items.sort_by_key(|(name, _)| Reverse(*name));
    let hosts: Vec<String> = hosts.into_iter().map(|(_, _, line)| line).collect();
    let items: Vec<String> = items.into_iter().map(|(_, line)| line).collect();
    let categories: BTreeMap<&str, &str> =
        entries.iter().map(|entry| (entry.id.as_str(), entry.category.as_str())).collect();
    format!(
        "export const hosts = [{}];\nexport const items = [{}];\nexport const entries = {};\n",
        hosts.join(",\n"),
        items.join(",\n"),
        json!(categories)
    )
}

/// The expression of a host's pattern: host, perhaps port, perhaps the beginning of a path that ends where a name ends.
fn address(pattern: &str) -> String {
    let (site, path) = pattern.split_once('/').unwrap_or((pattern, ""));
    let (host, port) = site.split_once(':').map_or((site, None), |(host, port)| (host, Some(port)));
    let port = port.map_or_else(|| String::from("(:\\d+)?"), |port| format!(":{port}"));
    let end = if path.is_empty() || path.ends_with('/') { "" } else { "(?=[/?#]|$)" };
    format!(
        "^(?:https?|wss?):\\/\\/{}\\.?{port}\\/{}{end}",
        glob(host, "[^/:]*"),
        glob(path, "\\*")
    )
}

/// A text in which each star stands for `star`, and every other character for itself.
fn glob(text: &str, star: &str) -> String {
    let letter = |letter: char| match letter {
        '*' => star.to_owned(),
        letter if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') => {
            letter.to_string()
        }
        letter => format!("\\{letter}"),
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_expressions() {
        for (pattern, expression) in [
            ("*.a.io", r"^(?:https?|wss?):\/\/[^/:]*\.a\.io\.?(:\d+)?\/"),
            ("a.io:8443/b/c", r"^(?:https?|wss?):\/\/a\.io\.?:8443\/b\/c(?=[/?#]|$)"),
        ] {
            assert_eq!(address(pattern), expression);
        }
        assert_eq!(glob("_ga_*", ".*"), "_ga_.*");
        assert_eq!(glob("a.b$", ".*"), r"a\.b\$");
    }
}
