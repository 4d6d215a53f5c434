//! A Content-Security-Policy from the policy and a state: whom the browser itself lets in. The tag puts
//! one into each page before anything else of it runs (`www/js/gate/policy.js`), and a server can send
//! one with the page, so that it also holds for what no script can stop (docs/csp.md).
//!
//! INVARIANT: it lets in the own site, the folder of the tag's own files, and the hosts of services that
//! the verdict lets in; nothing that it could not say. It says nothing else: inline code, `eval`, `data:`
//! and `blob:` stay as they were without it where they ask nobody, as do workers of `blob:`. Other code from `blob:`
//! and `data:` (workers, frames, objects, style sheets) is let in where a service declares it, as by the verdict.
//! Forms are left out: browsers also judge by it where a form of the own site is sent on to.
//!
//! ```
//! use consentinel::{csp::{self, Page}, policy::Policy, state::State};
//! let policy = Policy::closed();
//! let header = csp::header(&policy, &State::undecided(&policy), &Page::default()).unwrap();
//! assert!(header.starts_with("default-src 'self' "));
//! ```

use alloc::{string::String, vec::Vec};

use crate::{
    address,
    gate::{Verdict, verdict_of},
    json::insert_sorted,
    policy::{Covers, NOBODY, Policy, Rule},
    state::State,
    text,
};

/// What is known of the page that is held.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// Its origin, such as `https://example.com`; a scheme alone where it has none, such as `file:`.
    /// Where nothing is known it counts as one of `https`.
    pub origin: &'a str,
    /// The folder that the tag's own files come from, such as `https://cdn.example/consentinel/`, or
    /// its origin; empty where that is the page's own.
    pub files: &'a str,
    /// The service or the category whose frames load this time, though it is not granted; empty for none.
    pub once: &'a str,
}

/// What asks nobody; among it the socket that the page opens instead of one that is refused, at a port that no
/// browser connects to (Fetch, "bad port"). `default-src` stands for every kind of loading there is and will be.
const ANY: &str =
    " 'unsafe-inline' 'unsafe-eval' blob: data: filesystem: mediastream: wss://localhost:1";

/// Kinds of loading in which `blob:` and `data:` bring code or documents, so that a service must declare them.
/// A `blob:` worker has this very policy; what it could keep the wrappers take away (`www/js/gate/blobs.js`).
const STRICT: [&str; 4] = ["style-src 'unsafe-inline'", "worker-src blob:", "object-src", FRAMES];
const FRAMES: &str = "frame-src";

/// The name of the header: a policy that only reports has one that only reports.
pub fn name(policy: &Policy) -> &'static str {
    if policy.is_report_only {
        "Content-Security-Policy-Report-Only"
    } else {
        "Content-Security-Policy"
    }
}

/// The value of the header for a page that is loaded in this state: it lets in what is necessary and what
/// is granted. There is none where undeclared hosts are allowed, since nobody can list them all, nor
/// where a host cannot be written in it.
pub fn header(policy: &Policy, state: &State, page: &Page) -> Option<String> {
    written(policy, state, page, Verdict::Allow)
}

/// The policy for a page that is open and has our wrappers beside it: it lets in all but what the
/// verdict refuses, since what it holds may be released. None where the browser cannot hold this page:
/// as for [`header`], and under a policy that only reports.
pub fn for_page(policy: &Policy, state: &State, page: &Page) -> Option<String> {
    if policy.is_report_only {
        return None;
    }
    written(policy, state, page, Verdict::Hold)
}

/// The policy of "everything granted", which can stand in the HTML of every page for good: it lets in what
/// the tag lets in at the start of a page where nobody has decided. None where there is none for that page:
/// an element cannot only report.
pub fn for_html(policy: &Policy, page: &Page) -> Option<String> {
    for_page(policy, &State::undecided(policy), page)
}

/// The element with that policy, to stand in the head before the tag.
pub fn element(policy: &Policy, page: &Page) -> Option<String> {
    let mut out = String::from("<meta http-equiv=\"Content-Security-Policy\" content=\"");
    for character in for_html(policy, page)?.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            _ => out.push(character),
        }
    }
    out.push_str("\">");
    Some(out)
}

/// Whether this policy was written here: no other has these two beside each other.
pub fn is_ours(written: &str) -> bool {
    written.contains(" filesystem: mediastream:")
}

/// Lets in every host with a verdict up to `most`.
fn written(policy: &Policy, state: &State, page: &Page, most: Verdict) -> Option<String> {
    if policy.allow_undeclared {
        return None;
    }
    let mut own = String::from(" 'self'");
    own_sources(page, &mut own);
    let socket = if page.origin.starts_with("http:") { "ws://" } else { "wss://" };
    let mut out = String::from("default-src");
    out.push_str(&own);
    out.push_str(ANY);
    let open = |rule: &Rule| is_open(policy, state, rule, most);
    push_hosts(policy, &open, socket, &mut out)?;
    for kind in STRICT {
        out.push_str("; ");
        out.push_str(kind);
        // WebKit counts a `blob:` of the own origin as `'self'`, but not as that origin.
        if let "http" | "https" = text::split(page.origin, b':').0 {
            out.push(' ');
            out.push_str(page.origin);
        } else {
            out.push_str(" 'self'");
        }
        own_sources(page, &mut out);
        let (category, service) = policy.named(page.once);
        let is_once = |rule: &Rule| {
            rule.category == category && (service == NOBODY || rule.service == service)
        };
        // Where wrappers hold frames, all that may ever be granted is left to them.
        let everything = State::undecided(policy);
        let is_left = state.barrier.holds && most == Verdict::Hold;
        let frames = if is_left { &everything } else { state };
        let open_frames = |rule: &Rule| {
            is_open(policy, frames, rule, most) || (category != NOBODY && is_once(rule))
        };
        let is_let_in: &dyn Fn(&Rule) -> bool = if kind == FRAMES { &open_frames } else { &open };
        push_hosts(policy, is_let_in, "", &mut out)?;
    }
    Some(out)
}

/// The own site besides `'self'`, and the tag's own files.
fn own_sources(page: &Page, out: &mut String) {
    let (scheme, rest) = text::split(page.origin, b':');
    if let Some(rest) = rest {
        out.push(' ');
        match scheme {
            // Not every browser takes a socket of the own site for `'self'`.
            "https" | "http" => {
                out.push_str(if scheme == "https" { "wss:" } else { "ws:" });
                out.push_str(rest);
            }
            // `'self'` has no meaning for pages of other schemes in every browser.
            _ => {
                out.push_str(scheme);
                out.push(':');
            }
        }
    }
    if is_source(page.files) {
        out.push(' ');
        out.push_str(page.files);
    }
}

/// Whether an address can be written as a source: nothing in it would end one.
pub fn is_source(address: &str) -> bool {
    !address.is_empty() && text::all(address, is_source_byte)
}

/// What can stand in a source without ending it.
fn is_source_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'\'' | b'@')
}

/// The hosts that are let in, sorted, each behind a space, and once more as sockets where `socket` has a
/// scheme for them. Nothing where one cannot be written.
#[inline(never)]
fn push_hosts(
    policy: &Policy,
    is_open: &dyn Fn(&Rule) -> bool,
    socket: &str,
    out: &mut String,
) -> Option<()> {
    let mut sources = Vec::new();
    for rule in hosts(policy) {
        if is_open(rule) {
            sources_of(&rule.name, socket, &mut sources)?;
        }
    }
    for source in &sources {
        out.push(' ');
        out.push_str(source);
    }
    Some(())
}

/// Tells of everything that the policy of this state lets in although the verdict would not: a pattern, and
/// by what it is let in. A Content-Security-Policy cannot say "except", nor name a path of the own site
/// that is closed, nor every host; the wrappers in the page do.
pub fn gaps(policy: &Policy, state: &State, page: &Page, mut found: impl FnMut(&str, &str)) {
    for rule in hosts(policy) {
        if is_open(policy, state, rule, Verdict::Allow) {
            if let Some(wide) = source_host(&rule.name)
                && !text::has(&wide, b'_')
                && text::has(&rule.name, b'_')
            {
                found("hosts besides it", &rule.name);
            }
            continue;
        }
        if address::is_within(&rule.name, page.origin) {
            found(&rule.name, "'self'");
            continue;
        }
        for open in hosts(policy) {
            if is_open(policy, state, open, Verdict::Allow) && address::wins(&rule.name, &open.name)
            {
                found(&rule.name, &open.name);
                break;
            }
        }
    }
}

fn hosts(policy: &Policy) -> impl Iterator<Item = &Rule> {
    policy.rules.iter().filter(|rule| rule.covers == Covers::Host)
}

/// Whether no service that lists this very pattern has a stricter verdict than `most`.
fn is_open(policy: &Policy, state: &State, rule: &Rule, most: Verdict) -> bool {
    hosts(policy)
        .filter(|other| other.name == rule.name)
        .all(|other| verdict_of(policy, state, other.category, other.service, false) <= most)
}

/// The host of a pattern as it can be written, and nothing where it cannot: a host is made of letters,
/// digits and hyphens there (CSP Level 3 §2.3.1), so one with `_` becomes all hosts beside it, and no
/// address of IP but `127.0.0.1` ever fits (§6.7.2.10).
fn source_host(pattern: &str) -> Option<String> {
    let (host, _, _) = address::parts(pattern);
    let mut rest = host;
    while text::has(rest, b'_') {
        rest = text::split(rest, b'.').1?;
    }
    let (mut label, mut labels) = ("", Some(rest));
    while let Some(part) = labels {
        (label, labels) = text::split(part, b'.');
    }
    if text::all_digits(label) && rest != "127.0.0.1" {
        return None;
    }
    let mut out = String::from(if rest.len() == host.len() { "" } else { "*." });
    out.push_str(rest);
    Some(out)
}

/// Adds a pattern in the words of the policy, where a host alone means its usual port only, and a path
/// without a slash at its end means only itself. Nothing where it cannot be written.
#[inline(never)]
fn sources_of(pattern: &str, socket: &str, sources: &mut Vec<String>) -> Option<()> {
    if address::is_local(pattern) {
        // What may come from there without being declared has it already.
        if socket.is_empty() {
            insert_sorted(sources, String::from(pattern));
        }
        return Some(());
    }
    let (_, port, path) = address::parts(pattern);
    let mut site = source_host(pattern)?;
    site.push(':');
    site.push_str(port.unwrap_or("*"));
    if let Some(path) = path {
        site.push('/');
        for byte in path.bytes() {
            if matches!(byte, b'[' | b']' | b'^' | b'`' | b'{' | b'|' | b'}') {
                // No characters of a path there (RFC 3986 §3.3).
                site.push('%');
                site.push(char::from(b'0' | byte >> 4));
                site.push(char::from(match byte & 15 {
                    low @ 0..=9 => b'0' + low,
                    low => b'A' - 10 + low,
                }));
            } else {
                site.push(char::from(byte));
            }
        }
    }
    let is_below = path.is_some() && !site.ends_with('/');
    let mut add = |scheme: &str, end: &str| {
        let mut source = String::from(scheme);
        source.push_str(&site);
        source.push_str(end);
        insert_sorted(sources, source);
    };
    for scheme in [socket, ""] {
        add(scheme, "");
        if is_below {
            add(scheme, "/");
        }
    }
    Some(())
}
