//! Judges what a page sends, before the store is asked: a record by itself and by the documents that it names, and a
//! notice by the policies that the operator has given. All rules are the core's; here is which of them refuse.

use consentinel::{
    export::{LONGEST_LINE, Line, is_plausible},
    hash::{digest, from_hex},
    json::Json,
    problem::{Code, Severity},
    source,
    time::DAY_MS,
};
use consentinel_audit::{judged::look_at, library::is_notice_of};

use crate::{
    refusal::Refusal,
    site::Site,
    store::{Arrival, CLOCK, Document, Kind},
};

/// A page keeps what did not arrive for thirty days (docs/collector.md); what is a day older still was decided long ago,
/// or by a clock that is wrong.
const OLDEST_MS: i64 = 31 * DAY_MS;

/// Judges the body of a record.
pub fn record(site: &Site, body: &[u8], now_ms: i64) -> Result<Arrival, Refusal> {
    // Whoever sends a file sends the end of its line as well.
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    let looked = look_at(body);
    let record = match looked.line {
        Ok(Line::Record(record)) => record,
        Ok(_) => return Err(Refusal::NOT_RECORD),
        Err((code, _)) => return Err(Refusal::of(code)),
    };
    let is_error = |code: &Code| code.severity() == Severity::Error;
    if let Some((code, _)) = looked.problems.iter().find(|(code, _)| is_error(code)) {
        return Err(Refusal::of(*code));
    }
    let mut found = Vec::new();
    site.ask(|known| known.judge(&record, &mut |code, _| found.push(code)));
    // What an operator can mend counts first, so that nothing is thrown away for it.
    let is_unknown = |code: &&Code| matches!(code, Code::PolicyUnknown);
    let unknown =
        found.iter().find(is_unknown).or_else(|| found.iter().find(|code| is_error(code)));
    if let Some(code) = unknown.or_else(|| found.iter().find(|code| **code == Code::NoticeUnknown))
    {
        return Err(Refusal::of(*code));
    }
    let is_right = is_plausible(record.at_ms, now_ms.saturating_add(DAY_MS))
        && record.at_ms >= now_ms.saturating_sub(OLDEST_MS);
    let line = String::from_utf8(body.to_vec()).map_err(|_| Refusal::NOT_RECORD)?;
    Ok(Arrival {
        log: site.log,
        record,
        line,
        hash: looked.hash,
        received_ms: now_ms,
        flags: if is_right { 0 } else { CLOCK },
    })
}

/// Judges the body of a notice; none where it is known already.
pub fn notice(site: &Site, body: &[u8]) -> Result<Option<(Document, Json)>, Refusal> {
    let hash = digest(body);
    if site.has_notice(&hash) {
        return Ok(None);
    }
    let text = std::str::from_utf8(body).map_err(|_| Refusal::NOT_NOTICE)?;
    let document = source::parse(text).ok_or(Refusal::NOT_NOTICE)?;
    let is_canonical = document.outside_restriction().is_none() && document.canonical() == text;
    // So that it has a line of an export.
    let is_short = Line::Notice(document.clone()).text().len() <= LONGEST_LINE;
    if !is_canonical || !is_short || from_hex(&consentinel::hash::sha256(body)) != Some(hash) {
        return Err(Refusal::NOT_NOTICE);
    }
    if !site.policies.iter().any(|policy| is_notice_of(&document, policy)) {
        return Err(Refusal::FOREIGN_NOTICE);
    }
    if !site.has_place_for_notice() {
        return Err(Refusal::MOST_NOTICES);
    }
    Ok(Some((Document { kind: Kind::Notice, hash, text: String::from(text) }, document)))
}
