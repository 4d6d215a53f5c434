//! What can be wrong with the host that a policy names in `share`, for programs and servers, before a page ever meets
//! it: it is a public suffix, under which anybody has names, so that no browser keeps a cookie for it; or it is not above
//! the pages. A page knows no such list, and reads back what the browser kept.
//!
//! The field stays in the policy all the same: page and program name it by the same hash.

use alloc::vec::Vec;

use crate::{
    policy::Policy,
    problem::{Code, Problem},
    text,
};

/// Adds what is wrong with `share`: its host is a public suffix (<https://publicsuffix.org/list/>), be it of a registry
/// (`co.uk`), of a company (`github.io`) or without a dot; or it is neither the host of the pages at `origin`, such as
/// `https://www.example.org`, nor one above that. Of an empty origin nothing is known.
///
/// ```
/// use consentinel::{policy, share, source};
/// let policy = r#"{"version":1,"id":"a","revision":"1","controller":{"name":"A"},"share":"co.uk",
///   "categories":[{"id":"b","title":{"en":"B"},"description":{"en":"B."}}]}"#;
/// let (policy, mut problems) = policy::read(&source::parse(policy).unwrap());
/// share::check(&policy.unwrap(), "", &mut problems);
/// assert_eq!(problems[0].code.text(), "share-suffix");
/// ```
pub fn check(policy: &Policy, origin: &str, problems: &mut Vec<Problem>) {
    let share = policy.share();
    let host = share.trim_matches('.');
    if host.is_empty() {
        return;
    }
    if psl2::lookup(host).is_none_or(|domain| domain.registrable_domain().is_none()) {
        problems.push(Problem::new(Code::ShareSuffix, "share", share));
    }
    let address = origin.split_once("://").map_or("", |(_, address)| address);
    let page = text::split(address, b':').0;
    let above = page.strip_suffix(host);
    let is_above = above.is_some_and(|below| below.is_empty() || below.ends_with('.'));
    if !page.is_empty() && !is_above {
        problems.push(Problem::new(Code::ShareRefused, "share", share));
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec::Vec};

    use super::check;
    use crate::{policy, source};

    #[test]
    fn a_public_suffix_and_a_host_that_is_not_above_the_pages_are_errors() {
        for (share, origin, want) in [
            ("example.org", "", ""),
            ("www.example.co.uk", "", ""),
            ("co.uk", "", "share-suffix"),
            ("uk", "", "share-suffix"),
            ("github.io", "", "share-suffix"),
            ("example.github.io", "", ""),
            // A rule with a star, and what it leaves out.
            ("anything.ck", "", "share-suffix"),
            ("www.ck", "", ""),
            ("xn--55qx5d.cn", "", "share-suffix"),
            ("localhost", "", "share-suffix"),
            ("a..b", "", "share-suffix"),
            ("example.org", "https://example.org", ""),
            ("example.org", "https://shop.example.org:8443", ""),
            ("example.org", "https://notexample.org", "share-refused"),
            ("www.example.org", "https://example.org", "share-refused"),
            ("co.uk", "https://example.org", "share-suffix share-refused"),
        ] {
            let policy = format!(
                r#"{{"version":1,"id":"a","revision":"1","controller":{{"name":"A"}},"share":"{share}",
                    "categories":[{{"id":"b","title":{{"en":"B"}},"description":{{"en":"B."}}}}]}}"#
            );
            let (policy, mut problems) = policy::read(&source::parse(&policy).unwrap());
            check(&policy.unwrap(), origin, &mut problems);
            let found: Vec<_> = problems.iter().map(|problem| problem.code.text()).collect();
            assert_eq!(found.join(" "), want, "{share} of {origin}");
        }
    }
}
