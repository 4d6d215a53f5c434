//! A Content-Security-Policy for what holds now: whom the browser may ask for this visitor. A server
//! sends it with each page, so that it also holds for what no script can stop (docs/csp.md). Native
//! programs and the server module have it; no visitor pays for it.
//!
//! INVARIANT: it lets in the own site, and hosts whose every service is necessary or granted. It says
//! nothing else: inline code, `eval`, `data:` and `blob:` stay as they were without it, because they
//! ask nobody. What a site says about those goes into a header of its own, and browsers keep both.
//!
//! ```
//! use consentinel::{csp, policy::Policy, state::State};
//! let policy = Policy::closed();
//! let header = csp::header(&policy, &State::undecided(&policy)).unwrap();
//! assert!(header.contains("form-action 'self'"));
//! ```

use alloc::{string::String, vec::Vec};

use crate::{
    address,
    gate::{Verdict, verdict_of},
    json::insert_sorted,
    pattern,
    policy::{Covers, Policy, Rule},
    state::State,
};

/// Everything that asks nobody. `default-src` stands for every kind of loading there is and will be.
const NOBODY: &str = "'self' 'unsafe-inline' 'unsafe-eval' blob: data: filesystem: mediastream:";

/// The name of the header: a policy that only reports has one that only reports.
pub fn name(policy: &Policy) -> &'static str {
    if policy.is_report_only {
        "Content-Security-Policy-Report-Only"
    } else {
        "Content-Security-Policy"
    }
}

/// The value of the header. There is none where undeclared hosts are allowed: the header can list
/// who is let in, and nobody can list them all.
pub fn header(policy: &Policy, state: &State) -> Option<String> {
    if policy.allow_undeclared {
        return None;
    }
    let mut sources = Vec::new();
    for rule in let_in(policy, state) {
        for source in sources_of(&rule.name) {
            if !sources.contains(&source) {
                insert_sorted(&mut sources, source);
            }
        }
    }
    let mut hosts = String::new();
    for source in &sources {
        hosts.push(' ');
        hosts.push_str(source);
    }
    // `default-src` does not stand for forms.
    Some(alloc::format!("default-src {NOBODY}{hosts}; form-action 'self'{hosts}"))
}

/// What the header lets in although the gate would not: each pattern that waits or is refused, with
/// the wider one that is let in. A header cannot say "except"; the gate in the page does.
pub fn gaps<'a>(policy: &'a Policy, state: &State) -> Vec<(&'a str, &'a str)> {
    let open = let_in(policy, state);
    let mut gaps = Vec::new();
    for rule in hosts(policy) {
        for wider in &open {
            if !is_open(policy, state, rule) && contains(&wider.name, &rule.name) {
                gaps.push((rule.name.as_str(), wider.name.as_str()));
                break;
            }
        }
    }
    gaps
}

fn hosts(policy: &Policy) -> impl Iterator<Item = &Rule> {
    policy.rules.iter().filter(|rule| rule.covers == Covers::Host)
}

/// The rules of the hosts that are let in.
fn let_in<'a>(policy: &'a Policy, state: &State) -> Vec<&'a Rule> {
    hosts(policy).filter(|rule| is_open(policy, state, rule)).collect()
}

/// Whether every service that lists this very pattern is necessary or granted.
fn is_open(policy: &Policy, state: &State, rule: &Rule) -> bool {
    hosts(policy)
        .filter(|other| other.name == rule.name)
        .all(|other| verdict_of(policy, state, other.category, other.service) == Verdict::Allow)
}

/// Whether one pattern covers everything that another one does.
fn contains(wide: &str, narrow: &str) -> bool {
    let (wide_host, wide_port, wide_path) = address::parts(wide);
    let (host, port, path) = address::parts(narrow);
    pattern::matches(wide_host, host)
        && (wide_port.is_none() || wide_port == port)
        && wide_path.is_none_or(|wide| address::begins(path.unwrap_or_default(), wide))
}

/// A pattern in the words of the header (CSP Level 3 §2.3.1), where a host alone means its usual port
/// only, and a path without a slash at its end means only itself.
fn sources_of(pattern: &str) -> Vec<String> {
    let (host, port, path) = address::parts(pattern);
    let mut site = String::from(host);
    site.push(':');
    site.push_str(port.unwrap_or("*"));
    let Some(path) = path else {
        return alloc::vec![site];
    };
    site.push('/');
    for byte in path.bytes() {
        if matches!(byte, b'[' | b']' | b'^' | b'`' | b'{' | b'|' | b'}') {
            // No characters of a path there (RFC 3986 §3.3).
            site.push_str(&alloc::format!("%{byte:02X}"));
        } else {
            site.push(char::from(byte));
        }
    }
    let below = if site.ends_with('/') { None } else { Some(alloc::format!("{site}/")) };
    let mut sources = alloc::vec![site];
    sources.extend(below);
    sources
}
