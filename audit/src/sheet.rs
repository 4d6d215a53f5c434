//! The sheet of one browser: its history, the text that it was shown, what is proved and what is not, in one page
//! of HTML without script and without anything from elsewhere, good on paper. Its charts are `chart`'s.

use std::collections::BTreeMap;

use consentinel::{
    hash::sha256,
    json::Json,
    question::{Held, held},
    record::{Record, Text},
    time::UnixMillis,
};

use crate::{
    chart::timeline,
    reading::Month,
    shown::{MARKS, escaped, inside},
    time::iso,
    titles::titled,
    told::{of_tool, proved},
};

/// What the sheet is about.
pub struct About<'a> {
    /// The name of the file that was verified.
    pub file: &'a str,
    /// The pseudonym.
    pub subject: &'a str,
    /// The time asked about; without it, after the last decision.
    pub at: Option<i64>,
    /// All records of this browser.
    pub records: &'a [Record],
    /// Notices by their hashes.
    pub notices: &'a BTreeMap<String, Json>,
    /// What categories and services are called.
    pub titles: &'a BTreeMap<String, String>,
    /// What is proved, as [`told::proved`](crate::told::proved) knows it.
    pub proved: &'a str,
    /// The checkpoint of each month; empty for a ledger.
    pub months: &'a [Month],
    /// The id of each record and its proof, as `consentinel prove` prints it; empty for a ledger.
    pub proofs: &'a [(String, String)],
    /// When the sheet is made.
    pub made: &'a str,
}

/// The most proofs that are printed; a proof is half a page.
const MOST_PROOFS: usize = 20;

/// What the sheet looks like, on a screen and on paper.
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{max-width:50rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid}\
code,td,pre{overflow-wrap:anywhere;white-space:pre-wrap}td{white-space:normal}svg{width:100%;height:auto}text{fill:currentColor;font:13px system-ui,sans-serif}\
.granted{fill:#1a7f4b}.denied{fill:none;stroke:#b3412f;stroke-width:2}.other{fill:#8a6d00}.mark{stroke:currentColor}\
.notice{border:2px solid;padding:0 1rem}dt{font-weight:600}dd{margin:0 0 .5rem}\
@media print{:root{color-scheme:light;font-size:11pt}body{max-width:none;margin:0}h2{break-after:avoid}tr,svg{break-inside:avoid}}";

/// The sheet.
pub fn page(about: &About) -> String {
    let held = held(about.records, about.at.map(UnixMillis));
    let mut body = String::new();
    let subject = escaped(about.subject);
    body.push_str(&format!(
        "<h1>What was decided under the pseudonym <code>{subject}</code></h1>\n"
    ));
    let source = escaped(about.file);
    let made = escaped(about.made);
    body.push_str(&format!("<p>Made on {made} from <code>{source}</code>. All times are UTC, by the visitor's clock.</p>\n"));
    answer(about, &held, &mut body);
    body.push_str("<h2>History</h2>\n");
    // By form, too: a printer may have no colours.
    body.push_str("<p>On the line of time, filled is granted and outlined is denied.</p>\n");
    body.push_str(&timeline(about.records, about.titles));
    history(about, &mut body);
    text(about, &held, &mut body);
    proofs(about, &mut body);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{subject}</title>\n<style>{STYLE}</style>\n\
         <main>\n{body}</main>\n</html>\n"
    )
}

impl About<'_> {
    fn names(&self, names: &[Text]) -> String {
        if names.is_empty() {
            return String::from("nothing");
        }
        let names: Vec<String> = names.iter().map(|name| titled(name, self.titles)).collect();
        escaped(&names.join(", "))
    }
}

fn row(label: &str, text: &str, out: &mut String) {
    out.push_str(&format!("<tr><th scope=\"row\">{label}</th><td>{text}</td></tr>\n"));
}

fn answer(about: &About, held: &Held, out: &mut String) {
    let when = match about.at {
        Some(at) => format!("at {}", iso(at)),
        None => String::from("after the last decision"),
    };
    out.push_str(&format!("<h2>What held {when}</h2>\n"));
    let Some(decision) = held.decision else {
        out.push_str("<p>Nothing was decided: nothing optional was granted.</p>\n");
        return;
    };
    out.push_str("<table>\n");
    let is_over = held.is_past_end && !decision.granted.is_empty();
    let end = if is_over { " (past its end)" } else { "" };
    row("granted", &format!("{}{end}", about.names(&decision.granted)), out);
    row("denied", &about.names(&decision.denied), out);
    let decided =
        format!("{}, {} via {}", iso(decision.at_ms), decision.action.word(), decision.via.word());
    row("decided", &decided, out);
    let until = iso(decision.expires_at_ms);
    let over = if held.is_past_end { ": at least one of these choices was over" } else { "" };
    row("until", &format!("{until}{over}"), out);
    if let Some(tool) = of_tool(decision) {
        row("asked by another tool", &escaped(&tool), out);
    }
    out.push_str("</table>\n");
}

fn history(about: &About, out: &mut String) {
    out.push_str("<table>\n<thead><tr>");
    for head in ["time", "decision", "granted", "denied", "language"] {
        out.push_str(&format!("<th scope=\"col\">{head}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for record in about.records {
        let (action, via) = (record.action.word(), record.via.word());
        let cells = [
            iso(record.at_ms),
            format!("{action} via {via}"),
            about.names(&record.granted),
            about.names(&record.denied),
            escaped(&record.language),
        ];
        out.push_str(&format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")));
    }
    out.push_str("</tbody></table>\n");
}

fn text(about: &About, held: &Held, out: &mut String) {
    let Some(decision) = held.decision else { return };
    out.push_str("<h2>What the banner had said</h2>\n");
    match about.notices.get(decision.notice_hash.as_str()) {
        Some(notice) => {
            out.push_str(&format!("<p>{MARKS}.</p>\n"));
            out.push_str(&inside(notice, 2));
        }
        None if !decision.notice_by.is_empty() => out.push_str(&format!(
            "<p>Another tool asked, {}: its text is not in the file.</p>\n",
            escaped(&decision.notice_by)
        )),
        None => out.push_str(
            "<p>The text is not in the file: whoever has the policy can rebuild it.</p>\n",
        ),
    }
}

fn proofs(about: &About, out: &mut String) {
    out.push_str("<h2>What is proved, and what is not</h2>\n");
    let (proved, not) = proved(about.proved);
    out.push_str(&format!(
        "<p><strong>Proved:</strong> {proved}.</p>\n<p><strong>Not proved:</strong> {not}.</p>\n"
    ));
    out.push_str("<table>\n<thead><tr><th scope=\"col\">record</th><th scope=\"col\">SHA-256 of its line, and what it names</th></tr></thead>\n<tbody>\n");
    for record in about.records {
        let hash = sha256(record.canonical().as_bytes());
        let named = format!(
            "<code>{hash}</code><br>text <code>{}</code><br>policy <code>{}</code> ({} {})<br>build <code>{}</code>",
            record.notice_hash,
            record.policy_hash,
            escaped(&record.policy_id),
            escaped(&record.policy_revision),
            record.build,
        );
        out.push_str(&format!("<tr><td><code>{}</code></td><td>{named}</td></tr>\n", record.id));
    }
    out.push_str("</tbody></table>\n");
    for month in about.months {
        let (month, checkpoint) = (escaped(&month.month), escaped(&month.checkpoint));
        out.push_str(&format!("<h3>Checkpoint of {month}</h3>\n<pre>{checkpoint}</pre>\n"));
    }
    if !about.proofs.is_empty() {
        out.push_str(
            "<h3>Proofs</h3>\n<p>Each of these texts shows one record without the others: saved as a file, it is \
             checked by <code>consentinel verify FILE --key KEY</code>.</p>\n",
        );
    }
    let from = about.proofs.len().saturating_sub(MOST_PROOFS);
    if from > 0 {
        out.push_str(&format!("<p>Those of the last {MOST_PROOFS} records are here.</p>\n"));
    }
    for (id, proof) in about.proofs.get(from..).unwrap_or_default() {
        let (id, proof) = (escaped(id), escaped(proof));
        out.push_str(&format!("<h4>Record <code>{id}</code></h4>\n<pre>{proof}</pre>\n"));
    }
    out.push_str(
        "<p>Anybody with the file and the program <code>consentinel verify</code> can repeat this; docs/export.md and \
         docs/record.md of Consentinel say how to write another one.</p>\n",
    );
}
