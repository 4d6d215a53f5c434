//! Where a request goes: the parts of a URL that the gate needs, and the patterns of
//! `services[].hosts` (docs/policy.md, "How hosts match"). Nothing is decided here.
//!
//! A URL comes as the browser prints it: absolute, scheme and host in lower case, dots of the path
//! resolved, no default port (WHATWG URL Standard §4.5). This is no parser of URLs: one that the
//! browser would not have printed so has no host, which no pattern covers and no origin equals.
//!
//! ```
//! use consentinel::address::{Address, covers};
//! let to = Address::of("https://www.maps.example/embed?at=1").unwrap();
//! assert!(covers("*.maps.example/embed", &to) > covers("*.maps.example", &to));
//! assert_eq!(Address::of("data:,x"), None);
//! ```

use crate::{pattern, text};

/// Whom a request asks, and for what.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Address<'a> {
    /// `https` or `wss`.
    is_secure: bool,
    /// Host and port, as the URL has them.
    site: &'a str,
    /// The host without a dot at its end; empty when nobody could declare it.
    pub(crate) host: &'a str,
    /// The port; where the URL has none, that of its scheme.
    port: &'a str,
    /// What follows after the slash: path, query and fragment.
    path: &'a str,
}

impl<'a> Address<'a> {
    /// Where a URL leads; nothing when it leads to nobody (`data:…`, `blob:…`, `about:`, `javascript:`).
    /// A scheme alone stands for code from such an address, which runs where the gate cannot look into it.
    pub fn of(url: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = text::split(url, b':');
        if is_local(url) {
            return Some(Address { host: scheme, ..Address::default() });
        }
        let usual = match scheme {
            "https" | "wss" => "443",
            "http" | "ws" => "80",
            // Only what is certainly another scheme leads to nobody.
            _ if rest.is_some() && text::all(scheme, is_address_byte) => return None,
            _ => "",
        };
        let rest = if usual.is_empty() { None } else { rest };
        let rest = text::after(rest.unwrap_or_default(), "//").unwrap_or_default();
        let (authority, path) = text::split(rest, b'/');
        // Name and password may stand before the host (§4.1).
        let site = text::split(authority, b'@').1.unwrap_or(authority);
        let (host, port) = text::split(site, b':');
        // `tracker.example.` is the same host as `tracker.example` (RFC 1034 §3.1).
        let host = host.strip_suffix('.').unwrap_or(host);
        // IPv6 begins with a bracket: nobody can declare it, but it may be the site's own.
        let host = if text::all(host, is_address_byte) { host } else { "" };
        let (port, path) = (port.unwrap_or(usual), path.unwrap_or_default());
        Some(Address { is_secure: usual == "443", site, host, port, path })
    }

    /// Whether it asks the site of this origin itself: the same host and port, by the same scheme or by the
    /// secure one of the two, where a socket counts as what it is opened through (`wss` as `https`). So
    /// does `'self'` in a Content-Security-Policy (CSP Level 3 §6.7.2.8).
    pub fn is_of(&self, origin: &str) -> bool {
        let site = match text::after(origin, "http://") {
            None if self.is_secure => text::after(origin, "https://"),
            site => site,
        };
        !self.site.is_empty() && site == Some(self.site)
    }
}

/// A pattern in its parts: host, port, and the beginning of the path without its first slash.
pub(crate) fn parts(pattern: &str) -> (&str, Option<&str>, Option<&str>) {
    let (site, path) = text::split(pattern, b'/');
    let (host, port) = text::split(site, b':');
    (host, port, path)
}

/// Whether a text is a pattern: `host` or `*.host`, perhaps a port, perhaps the beginning of a path; or
/// `blob:` or `data:`.
pub fn is_pattern(text: &str) -> bool {
    let (host, port, path) = parts(text);
    let host = text::after(host, "*.").unwrap_or(host);
    let mut rest = Some(host);
    while let Some(labels) = rest {
        let (label, others) = text::split(labels, b'.');
        rest = others;
        if label.is_empty() || label.len() > 63 || !text::all(label, is_label_byte) {
            return false;
        }
    }
    if is_local(text) {
        return true;
    }
    host.len() <= 253
        && port.is_none_or(is_port)
        && text::all(path.unwrap_or_default(), is_path_byte)
}

/// Code that comes from no server.
pub(crate) fn is_local(text: &str) -> bool {
    matches!(text, "blob:" | "data:")
}

/// Whether a pattern covers an address, and how specific it is then: first its host counts, as with
/// names; then a port is more than none; then the longer path is.
#[inline(never)]
pub fn covers(pattern: &str, to: &Address) -> Option<u64> {
    let (host, port, path) = parts(pattern);
    let is_covered = pattern::matches(host, to.host)
        && port.is_none_or(|port| port == to.port)
        && path.is_none_or(|path| begins(to.path, path));
    is_covered.then(|| rank(pattern))
}

fn rank(pattern: &str) -> u64 {
    let (host, port, path) = parts(pattern);
    let below = u64::from(port.is_some()) << 24 | path.map_or(0, |path| path.len() as u64 + 1);
    pattern::specificity(host) << 25 | below
}

/// Whether there is an address that both patterns cover, about which the first decides, or would if it
/// is the stricter one.
pub(crate) fn wins(pattern: &str, over: &str) -> bool {
    let (host, port, path) = parts(pattern);
    let (other_host, other_port, other_path) = parts(over);
    (pattern::matches(host, other_host) || pattern::matches(other_host, host))
        && (port.is_none() || other_port.is_none() || port == other_port)
        && match (path, other_path) {
            (Some(path), Some(other)) => begins(path, other) || begins(other, path),
            _ => true,
        }
        && rank(pattern) >= rank(over)
}

/// Whether a pattern covers something on the host of an origin, by whatever port.
pub(crate) fn is_within(pattern: &str, origin: &str) -> bool {
    Address::of(origin).is_some_and(|own| pattern::matches(parts(pattern).0, own.host))
}

/// Whether a path begins with a prefix that ends where a name ends. `%70` is a `p` on either side, as
/// it is for the server that answers.
pub(crate) fn begins(path: &str, prefix: &str) -> bool {
    let (mut path, mut prefix) = (path.as_bytes(), prefix.as_bytes());
    let mut last = b'/';
    loop {
        let wanted = next(&mut prefix);
        let found = next(&mut path);
        if wanted == 0 {
            return last == b'/' || matches!(found, 0 | b'/' | b'?' | b'#');
        }
        if wanted != found {
            return false;
        }
        last = wanted;
    }
}

/// Takes one byte from the front, which may be written as `%` and two hexadecimal digits; zero at the
/// end.
#[inline(never)]
fn next(bytes: &mut &[u8]) -> u8 {
    // More than a byte holds, where it is no digit.
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(256);
    if let [b'%', high, low, ref rest @ ..] = **bytes
        && let Ok(byte) = u8::try_from(digit(high) << 4 | digit(low))
    {
        *bytes = rest;
        return byte;
    }
    let Some((byte, rest)) = bytes.split_first() else { return 0 };
    *bytes = rest;
    *byte
}

/// What may stand in a scheme, and in a host as the browser prints it.
fn is_address_byte(byte: u8) -> bool {
    is_label_byte(byte) || matches!(byte, b'.' | b'+')
}

fn is_label_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// 1 to 65535, as a URL has it.
fn is_port(port: &str) -> bool {
    // Of five digits each, the order of the texts is that of the numbers.
    matches!(port.len(), 1..=5)
        && text::all_digits(port)
        && text::after(port, "0").is_none()
        && (port.len() < 5 || port <= "65535")
}

/// What may stand in the path of a pattern. A query is none of it; `;` and `,` would end a source of a
/// Content-Security-Policy, and are written `%3B` and `%2C`.
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'*' | b'?' | b'#' | b'\\' | b'"' | b'\'' | b'<' | b'>' | b';' | b',')
}
