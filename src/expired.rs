//! The `Set-Cookie` lines by which a server removes what the gate would not let in (law R23): `HttpOnly` cookies, which
//! no script reaches, among them. Which names those are is the gate's answer ([`gate::is_erasable`]), so never one of
//! ours, a necessary one or one that nobody declared.
//!
//! Left out: what script can remove (`www/js/erase.js`), which tries the same shapes.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    cookie, gate,
    policy::{ItemKind, Policy},
    state::State,
    text,
    time::UnixMillis,
};

/// The most bytes of lines in one answer, with the name of the header before each: half of what nginx takes from an
/// application for all headers unless told otherwise (`proxy_buffer_size`). With more, a visitor whose browser keeps many
/// cookies could not be answered at all.
const MOST_BYTES: usize = 2048;
const HEADER: &str = "Set-Cookie: \r\n";

/// The longest `Path` that a browser takes (RFC 6265bis §5.6).
const LONGEST_PATH: usize = 1024;

/// The values of `Set-Cookie` for the answer to a request with these cookies, to a page of this host and path: they remove
/// each cookie that the policy declares and the state does not let in, in every shape under which the request can have it.
///
/// A request tells only names. So each is tried without a domain and with the host's and each one above it that is no
/// public suffix, with every path that leads to the page, and once more as a partitioned cookie; the likely shapes first.
/// What is more than two kilobytes comes with later answers: they begin at another place every other second. A line of more
/// than one kilobyte, as a name may be so long, has an answer of its own when it is its turn.
/// Of an empty host only the policy's own `share` is known.
///
/// ```
/// use consentinel::{expired::lines, policy, source, state::State, time::UnixMillis};
/// let policy = r#"{"version":1,"id":"a","revision":"1","controller":{"name":"A"},
///   "categories":[{"id":"b","title":{"en":"B"},"description":{"en":"B."}}],
///   "items":[{"name":"_g*","kind":"cookie","category":"b","purpose":{"en":"Counts."},"duration":"1 year","party":"first"}]}"#;
/// let policy = policy::read(&source::parse(policy).unwrap()).0.unwrap();
/// let found = lines(&policy, &State::undecided(&policy), "_ga=1; own=2", "", "/", UnixMillis(0));
/// assert_eq!(found, [
///     "_ga=x; Path=/; Max-Age=0",
///     "_ga=x; Path=/; Secure; SameSite=None; Partitioned; Max-Age=0",
/// ]);
/// ```
pub fn lines(
    policy: &Policy,
    state: &State,
    jar: &str,
    host: &str,
    path: &str,
    now: UnixMillis,
) -> Vec<String> {
    let is_gone =
        |name: &&str| is_writable(name) && gate::is_erasable(policy, state, ItemKind::Cookie, name);
    let mut seen = BTreeSet::new();
    let names: Vec<&str> =
        cookie::names(jar).filter(is_gone).filter(|name| seen.insert(*name)).collect();
    let (domains, paths) = (domains(policy, host), paths(path));
    let shapes = domains.len() * paths.len() * 2;
    let likely = domains.len();
    let seconds = usize::try_from(now.0 / 1000).unwrap_or_default();
    // Every name in every domain at the root of the site, for up to half of the bytes; then all else, name by name.
    let (root, rest) = ((0, likely), (likely, shapes - likely));
    let line_at = |(from, count): (usize, usize), at: usize| {
        let shape = from + at % count;
        let (place, is_partitioned) = (shape % (shapes / 2), shape >= shapes / 2);
        let name = names.get(at / count)?;
        line(name, domains.get(place % likely)?, paths.get(place / likely)?, is_partitioned)
    };
    let bytes_of = |line: &String| HEADER.len() + line.len();
    let is_long = |line: &String| bytes_of(line) > MOST_BYTES / 2;
    if names.is_empty() {
        return Vec::new();
    }
    let turn = seconds / 2;
    let part = if seconds.is_multiple_of(2) { root } else { rest };
    if let Some(line) = line_at(part, turn % (names.len() * part.1)).filter(is_long) {
        return Vec::from([line]);
    }
    let mut lines = Vec::new();
    let mut bytes = 0;
    for (part, most) in [(root, MOST_BYTES / 2), (rest, MOST_BYTES)] {
        let all = names.len() * part.1;
        // No more are looked at than there are bytes: some names have few shapes.
        for at in (0..all).take(MOST_BYTES).map(|at| (at + turn) % all) {
            let Some(line) = line_at(part, at).filter(|line| !is_long(line)) else { continue };
            if bytes + bytes_of(&line) > most {
                break;
            }
            bytes += bytes_of(&line);
            lines.push(line);
        }
    }
    lines
}

/// The removal of a cookie in one shape; nothing where its name allows no such shape (RFC 6265bis §4.1.3).
fn line(name: &str, domain: &str, path: &str, is_partitioned: bool) -> Option<String> {
    let prefix = name.to_ascii_lowercase();
    let is_of_host = text::after(&prefix, "__host-").is_some();
    let is_prefixed = is_of_host
        || text::after(&prefix, "__secure-").is_some()
        || text::after(&prefix, "__http-").is_some();
    if is_of_host && !(domain.is_empty() && path == "/") {
        return None;
    }
    let mut line = String::from(name);
    line.push_str("=x");
    if !domain.is_empty() {
        line.push_str("; Domain=");
        line.push_str(domain);
    }
    line.push_str("; Path=");
    line.push_str(path);
    if is_partitioned {
        line.push_str("; Secure; SameSite=None; Partitioned");
    } else if is_prefixed {
        line.push_str("; Secure");
    }
    if is_prefixed {
        line.push_str("; HttpOnly");
    }
    line.push_str("; Max-Age=0");
    Some(line)
}

/// Whether a name can stand in a header as it came out of one. Others than ASCII are left alone: runtimes hand on their
/// bytes as letters of other names, by which another item might be meant, and write them in a way of their own.
fn is_writable(name: &str) -> bool {
    name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// The domains that cookies for this host can have: none, then each from the registered one down to the host.
fn domains(policy: &Policy, host: &str) -> Vec<String> {
    let mut domains = Vec::from([String::new()]);
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        let share = policy.share().trim_matches('.');
        domains.extend((!share.is_empty()).then(|| share.to_string()));
        return domains;
    }
    // Whatever else stands there, which may come from a request, would be an attribute or a list of its own.
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)) {
        return domains;
    }
    let mut label = "";
    for part in host.split('.') {
        label = part;
    }
    // An address of IP, of which no browser takes a domain.
    if text::all_digits(label) {
        return domains;
    }
    let registered = psl2::lookup(host).and_then(|domain| domain.registrable_domain());
    let least = registered.map_or(usize::MAX, str::len);
    let mut from = Some(host);
    while let Some(domain) = from {
        if domain.len() >= least {
            domains.insert(1, domain.to_string());
        }
        from = text::split(domain, b'.').1;
    }
    domains
}

/// The paths that cookies for this page can have (RFC 6265 §5.1.4), from the root on: with a slash at their end and
/// without. Those that cannot be written are left out.
fn paths(path: &str) -> Vec<&str> {
    let mut paths = Vec::from(["/"]);
    for (at, byte) in path.bytes().enumerate() {
        let to = at + 1;
        if to > LONGEST_PATH || byte == b';' || !(byte == b' ' || byte.is_ascii_graphic()) {
            break;
        }
        let is_end = to == path.len() || path.as_bytes().get(to) == Some(&b'/');
        if to > 1 && (byte == b'/' || is_end) {
            paths.push(text::part(path, 0, to));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

    use super::{MOST_BYTES, lines};
    use crate::{
        policy::{self, Policy},
        source,
        state::State,
        time::UnixMillis,
    };

    fn policy(more: &str) -> Policy {
        let item = |name, category| {
            format!(
                r#"{{"name":"{name}","kind":"cookie","category":"{category}","purpose":{{"en":"X."}},"duration":"1 year","party":"first"}}"#
            )
        };
        let items = [
            item("_ga*", "stats"),
            item("basket", "need"),
            item("_ga_need", "need"),
            item("__Host-s", "stats"),
            item("__Secure-s", "stats"),
        ];
        let text = format!(
            r#"{{"version":1,"id":"shop","revision":"1","controller":{{"name":"A"}},{more}
              "categories":[{{"id":"need","necessary":true,"title":{{"en":"N"}},"description":{{"en":"N."}}}},
                {{"id":"stats","title":{{"en":"S"}},"description":{{"en":"S."}}}}],
              "items":[{}]}}"#,
            items.join(",")
        );
        policy::read(&source::parse(&text).unwrap()).0.unwrap()
    }

    fn of(policy: &Policy, jar: &str, host: &str, path: &str, seconds: i64) -> BTreeSet<String> {
        let state = State::undecided(policy);
        let found = lines(policy, &state, jar, host, path, UnixMillis(seconds * 1000));
        let bytes: usize = found.iter().map(|line| line.len() + "Set-Cookie: \r\n".len()).sum();
        assert!(bytes <= MOST_BYTES);
        found.into_iter().collect()
    }

    #[test]
    fn only_names_that_are_declared_and_not_let_in_are_removed() {
        let jar = "basket=1; _ga=2; own=3; _ga_need=4; consentinel-shop=1~x; consentinel=x; _ga=5";
        let want = [
            "_ga=x; Path=/; Max-Age=0",
            "_ga=x; Path=/; Secure; SameSite=None; Partitioned; Max-Age=0",
        ];
        assert_eq!(Vec::from_iter(of(&policy(""), jar, "", "/", 7)), want);
        assert!(of(&policy(r#""mode":"report","#), jar, "", "/", 7).is_empty());
        for jar in ["", ";", "=", "_g=1", "_ga\u{1}=1", "_ga\u{e9}=1", "_ga\u{3b1}=1", "basket=_ga"]
        {
            assert!(of(&policy(""), jar, "", "/", 7).is_empty(), "{jar}");
        }
    }

    #[test]
    fn the_places_of_a_page_are_tried() {
        for (share, host, path, domains, paths) in [
            ("", "", "/", &[""][..], &["/"][..]),
            ("example.org", "", "", &["", "example.org"], &["/"]),
            ("", "example.org", "/", &["", "example.org"], &["/"]),
            ("example.org", "a.example.org", "/", &["", "example.org", "a.example.org"], &["/"]),
            ("", "a.b.co.uk.", "/", &["", "b.co.uk", "a.b.co.uk"], &["/"]),
            ("", "me.github.io", "/", &["", "me.github.io"], &["/"]),
            ("", "localhost", "/", &[""], &["/"]),
            ("", "127.0.0.1", "/", &[""], &["/"]),
            ("", "[::1]", "/", &[""], &["/"]),
            ("", "a;domain=evil.org;x=.example.org", "/", &[""], &["/"]),
            ("", "example.org,b", "/", &[""], &["/"]),
            ("", "", "/x/y.html", &[""], &["/", "/x", "/x/", "/x/y.html"]),
            ("", "", "/x/", &[""], &["/", "/x", "/x/"]),
            ("", "", "/x;v/y", &[""], &["/"]),
            ("", "", "/x/y;v/z", &[""], &["/", "/x", "/x/"]),
        ] {
            let more =
                if share.is_empty() { String::new() } else { format!(r#""share":"{share}","#) };
            let mut want = BTreeSet::new();
            for domain in domains {
                for path in paths {
                    for flags in ["", "; Secure; SameSite=None; Partitioned"] {
                        let domain = if domain.is_empty() {
                            String::new()
                        } else {
                            format!("; Domain={domain}")
                        };
                        want.insert(format!("_ga=x{domain}; Path={path}{flags}; Max-Age=0"));
                    }
                }
            }
            assert_eq!(of(&policy(&more), "_ga=1", host, path, 3), want, "{host} {path}");
        }
    }

    #[test]
    fn names_with_a_prefix_get_what_the_prefix_asks_for() {
        let found = of(&policy(""), "__Host-s=1", "a.example.org", "/x", 5);
        let want = [
            "__Host-s=x; Path=/; Secure; HttpOnly; Max-Age=0",
            "__Host-s=x; Path=/; Secure; SameSite=None; Partitioned; HttpOnly; Max-Age=0",
        ];
        assert_eq!(Vec::from_iter(found), want);
        let found = of(&policy(""), "__Secure-s=1", "example.org", "/", 5);
        assert!(
            found.contains("__Secure-s=x; Domain=example.org; Path=/; Secure; HttpOnly; Max-Age=0")
        );
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn what_is_too_much_for_one_answer_comes_with_later_ones() {
        let policy = policy("");
        let jar: Vec<String> = (0..30).map(|at| format!("_ga{at}=1")).collect();
        let (host, path) = ("a.b.example.org", "/one/two/three/four");
        let mut all = BTreeSet::new();
        for seconds in 0..30 * 4 * 9 * 2 * 2 {
            all.extend(of(&policy, &jar.join("; "), host, path, seconds));
        }
        assert_eq!(all.len(), 30 * 4 * 8 * 2);
        let long = format!("_ga{}", "x".repeat(3000));
        let jar_of_long = format!("{}; {long}=1", jar.join("; "));
        let mut found = BTreeSet::new();
        for seconds in 0..31 * 4 * 2 {
            let state = State::undecided(&policy);
            let now = UnixMillis(seconds * 1000);
            found.extend(lines(&policy, &state, &jar_of_long, "example.org", "/", now));
        }
        let of_long = found.iter().filter(|line| line.contains(&long));
        assert_eq!(of_long.count(), 4, "alone in its answer, but in every shape");
        let deep = "/x".repeat(100_000);
        let host = "a.".repeat(100);
        assert!(!of(&policy, &jar.join("; "), &format!("{host}example.org"), &deep, 0).is_empty());
    }
}
