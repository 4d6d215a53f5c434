//! What is said of files and of browsers, as one JSON object each: the same for `consentinel … --json` and
//! for the officer's page. What is true is found out elsewhere.

use std::collections::BTreeMap;

use consentinel::{
    export::Summary,
    hash::hex,
    ledger::Ledger,
    problem::Code,
    question::Held,
    record::{Digits, Record, Text},
};
use serde_json::{Value, json};

use crate::{judged::Shown, problems::Problems, time::iso};

/// How many records name each policy and each notice.
#[derive(Default)]
pub struct Named {
    /// By hash, id and revision.
    policies: BTreeMap<(Digits, Text, Text), u64>,
    /// By hash, language and layout.
    notices: BTreeMap<(Digits, Text, i64), u64>,
}

impl Named {
    /// Takes a record in.
    pub fn take(&mut self, record: &Record) {
        let policy = (record.policy_hash, record.policy_id.clone(), record.policy_revision.clone());
        *self.policies.entry(policy).or_default() += 1;
        if !record.notice_by.is_empty() {
            // Another's notice is no document that anybody here could show.
            return;
        }
        let notice = (record.notice_hash, record.language.clone(), record.layout);
        *self.notices.entry(notice).or_default() += 1;
    }

    /// Kind, hash and words of each document, and how many records name it.
    pub fn all(&self) -> BTreeMap<(&'static str, String, String), u64> {
        let policies = self.policies.iter().map(|((hash, id, revision), count)| {
            (("policy", hash.to_string(), format!("{id} {revision}")), *count)
        });
        let notices = self.notices.iter().map(|((hash, language, layout), count)| {
            (("notice", hash.to_string(), format!("{language} layout {layout}")), *count)
        });
        policies.chain(notices).collect()
    }

    fn list(&self) -> Value {
        let all = self.all();
        let objects = all.iter().map(|((kind, hash, words), count)| {
            json!({ "kind": kind, "hash": hash, "says": words, "records": count })
        });
        Value::Array(objects.collect())
    }
}

/// The report on a ledger or an export, of which `content` is what it says of itself. What only a file that
/// holds has is `null` without it.
pub fn file(
    name: &str,
    is_sound: bool,
    content: Value,
    named: &Named,
    problems: &Problems,
) -> Value {
    let (problems, counts) = problems.list();
    let common = json!({
        "file": name,
        "holds": is_sound,
        "names": named.list(),
        "problems": with_lines(problems),
        "counts": counts,
    });
    let objects = [content, common].into_iter().filter_map(|object| match object {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    Value::Object(objects.flatten().collect())
}

/// Which statement holds of an export, as [`proved`] knows it.
pub fn statement_of(summary: &Summary, is_key_given: bool) -> &'static str {
    let is_signed = summary.months.last().is_some_and(|last| !last.signers.is_empty());
    match (is_signed, is_key_given) {
        (true, true) => "exportSigned",
        (true, false) => "exportUnchecked",
        (false, _) => "exportUnsigned",
    }
}

/// What is proved by a file that holds, and what is not; by the kind of file and who signed it:
/// `exportSigned`, `exportUnchecked`, `exportUnsigned`, `ledger`, `proof`.
pub fn proved(what: &str) -> (String, &'static str) {
    let export = |since: &str| {
        let names = "each record names by hash one text, one policy and one build";
        (
            format!("unaltered since the checkpoint, {since}; {names}"),
            "that a human clicked, that the clocks were right, and that the operator made up or left out nothing \
             before the first checkpoint that somebody else has",
        )
    };
    match what {
        "exportSigned" => export("which the key given has signed"),
        "exportUnchecked" => export("of which nobody looked who signed it"),
        "exportUnsigned" => export("which nobody signed: compare it with a copy"),
        "proof" => (
            String::from("this record is one of those under the checkpoint, byte for byte"),
            "that a human clicked",
        ),
        _ => (
            String::from(
                "these records follow one another as one browser would have written them; each names by hash one text, \
                 one policy and one build",
            ),
            "that a browser wrote them, and that a human clicked; an export with a published checkpoint shows since \
             when they are unaltered",
        ),
    }
}

/// What a ledger says of itself; everything is null where it does not hold.
pub fn ledger(ledger: Option<&Ledger>, records: &[Record]) -> Value {
    let (first, last) = (records.first(), records.last());
    json!({
        "records": ledger.map(|_| records.len()),
        "summarised": ledger.map(|ledger| ledger.summarised),
        "first": first.map(|record| iso(record.at_ms)),
        "firstAtMs": first.map(|record| record.at_ms),
        "last": last.map(|record| iso(record.at_ms)),
        "lastAtMs": last.map(|record| record.at_ms),
        "subject": last.map(|record| &record.subject),
        "head": ledger.map(Ledger::head),
    })
}

/// What an export says of itself.
pub fn export(summary: &Summary) -> Value {
    let months = summary.months.iter().map(|month| {
        json!({
            "month": month.month,
            "size": month.tree.size(),
            "root": hex(&month.tree.root()),
            "signers": month.signers,
        })
    });
    json!({
        "origin": summary.origin,
        "records": summary.records,
        "erased": summary.erased,
        "browsers": summary.browsers,
        "first": summary.times.map(|(first, _)| iso(first)),
        "firstAtMs": summary.times.map(|(first, _)| first),
        "last": summary.times.map(|(_, last)| iso(last)),
        "lastAtMs": summary.times.map(|(_, last)| last),
        "months": months.collect::<Vec<_>>(),
    })
}

/// The report on the proof of one record.
pub fn proof(name: &str, shown: &Shown) -> Value {
    let is_sound = shown.problems.is_sound();
    let (problems, counts) = shown.problems.list();
    let record = shown.record.as_ref().filter(|_| is_sound);
    json!({
        "file": name,
        "holds": is_sound,
        "subject": record.map(|record| &record.subject),
        "at": record.map(|record| iso(record.at_ms)),
        "checkpoint": shown.checkpoint.as_ref().filter(|_| is_sound),
        "problems": with_lines(problems),
        "counts": counts,
    })
}

/// Adds the number of the line to each problem, so that a program need not take words apart.
fn with_lines(mut problems: Value) -> Value {
    for problem in problems.as_array_mut().into_iter().flatten() {
        let path = problem.get("path").and_then(Value::as_str);
        let number = path.and_then(|path| path.strip_prefix("line "));
        let line: Option<u64> = number.and_then(|number| number.parse().ok());
        if let Some(object) = problem.as_object_mut() {
            object.insert(String::from("line"), json!(line));
        }
    }
    problems
}

/// The decisions of a browser, and what held at a time. Without a time, `isPastEnd` is `null`: nobody asked.
pub fn history(
    subject: &str,
    at: Option<i64>,
    records: &[Record],
    held: &Held,
    is_notice_here: bool,
) -> Value {
    let decisions = records.iter().map(decision).collect::<Vec<_>>();
    json!({
        "subject": subject,
        "at": at.map(iso),
        "decisions": decisions,
        "held": held.decision.map(decision),
        "isPastEnd": at.map(|_| held.is_past_end),
        "once": held.once.iter().map(|record| decision(record)).collect::<Vec<_>>(),
        "isNoticeHere": is_notice_here,
    })
}

/// A decision.
pub fn decision(record: &Record) -> Value {
    json!({
        "id": record.id,
        "at": iso(record.at_ms),
        "until": iso(record.expires_at_ms),
        "action": record.action.word(),
        "via": record.via.word(),
        "granted": record.granted,
        "denied": record.denied,
        "policy": { "id": record.policy_id, "revision": record.policy_revision, "hash": record.policy_hash },
        "notice": notice(record),
        "build": record.build,
        "tool": record.tool.as_deref().map(|tool| json!({
            "name": tool.name,
            "at": tool.at_ms.map(iso),
            "kind": tool.kind,
            "key": tool.key,
            "said": tool.said,
            "mapping": tool.mapping,
        })),
        "sent": record.sent.iter().map(|sent| json!({
            "service": sent.service, "mechanism": sent.mechanism, "value": sent.value,
        })).collect::<Vec<_>>(),
    })
}

/// The notice of a decision; of one that was not ours, whose it was.
fn notice(record: &Record) -> Value {
    let (hash, language) = (&record.notice_hash, &record.language);
    if record.notice_by.is_empty() {
        json!({ "hash": hash, "language": language, "layout": record.layout })
    } else {
        json!({ "hash": hash, "language": language, "by": record.notice_by })
    }
}

/// In words: which tool had stored a decision, when by its own time, and where; nothing where no tool had.
pub fn of_tool(record: &Record) -> Option<String> {
    record.tool.as_deref().map(|tool| {
        let at = tool.at_ms.map_or_else(|| String::from("at no time that it wrote"), iso);
        format!("{} said `{}`, {at}, in the {} `{}`", tool.name, tool.said, tool.kind, tool.key)
    })
}

/// What every file of a kind (`export`, `ledger`, `proof`) is asked, in the order in which a reader wants to know:
/// the specifications' tables (docs/export.md, docs/record.md, "Verification").
pub fn checks(kind: &str) -> &'static [Code] {
    match kind {
        "export" => EXPORT,
        "ledger" => LEDGER,
        _ => PROOF,
    }
}

const EXPORT: &[Code] = &[
    Code::ExportHeader,
    Code::ExportVersion,
    Code::ExportLine,
    Code::LedgerLine,
    Code::RecordNotCanonical,
    Code::RecordField,
    Code::RootWrong,
    Code::SizeWrong,
    Code::CheckpointForm,
    Code::MonthBroken,
    Code::SignatureWrong,
    Code::SignatureMissing,
    Code::SignatureUnchecked,
    Code::CheckpointUnsigned,
    Code::RecordRepeated,
    Code::SequenceBroken,
    Code::ChainForked,
    Code::ChainGap,
    Code::TimeReversed,
    Code::TimeImplausible,
    Code::PolicyUnknown,
    Code::NoticeUnknown,
    Code::DocumentUnused,
    Code::PolicyContradicts,
    Code::NoticeContradicts,
    Code::ChoiceUnknown,
    Code::HashContradicts,
    Code::ChoiceContradicts,
    Code::ActionContradicts,
    Code::ActionUnusual,
    Code::WordUnknown,
    Code::ExpiryImpossible,
    Code::FieldUnusual,
    Code::NamesAlike,
];

const LEDGER: &[Code] = &[
    Code::LedgerHeader,
    Code::LedgerVersion,
    Code::LedgerLine,
    Code::RecordNotCanonical,
    Code::RecordField,
    Code::ChainBroken,
    Code::SequenceBroken,
    Code::SubjectChanged,
    Code::CountWrong,
    Code::HeadWrong,
    Code::LedgerCut,
    Code::LedgerLong,
    Code::RecordRepeated,
    Code::TimeReversed,
    Code::PolicyChanged,
    Code::GrantUnrecorded,
    Code::HashContradicts,
    Code::ChoiceContradicts,
    Code::ActionContradicts,
    Code::ActionUnusual,
    Code::WordUnknown,
    Code::ExpiryImpossible,
    Code::FieldUnusual,
    Code::NamesAlike,
    Code::PolicyUnknown,
    Code::NoticeUnknown,
    Code::PolicyContradicts,
    Code::NoticeContradicts,
    Code::ChoiceUnknown,
];

const PROOF: &[Code] = &[
    Code::ProofWrong,
    Code::RecordNotCanonical,
    Code::RecordField,
    Code::SignatureWrong,
    Code::SignatureMissing,
    Code::SignatureUnchecked,
    Code::CheckpointUnsigned,
    Code::ChoiceContradicts,
    Code::ActionContradicts,
    Code::ActionUnusual,
    Code::WordUnknown,
    Code::ExpiryImpossible,
    Code::FieldUnusual,
    Code::NamesAlike,
];
