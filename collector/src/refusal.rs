//! Why a request was not answered as it wanted: the status, a code, and what to do, from one table. Nothing of what was
//! sent is repeated, since it may hold a pseudonym. docs/collector.md has the same codes (a test compares them).

use consentinel::problem::Code;

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refusal {
    /// The status of HTTP.
    pub status: u16,
    /// The stable name.
    pub code: &'static str,
    /// What to do.
    pub help: &'static str,
    /// After how many seconds it is worth another try; none where it never is, or where the status says it.
    pub retry_s: Option<u64>,
}

macro_rules! refusals {
    ($($name:ident $status:literal $code:literal $retry:expr, $help:literal;)*) => {
        impl Refusal {
            $(#[doc = $help] pub const $name: Refusal =
                Refusal { status: $status, code: $code, help: $help, retry_s: $retry };)*
        }
    };
}

/// How long what only an operator can change is left alone.
const AN_HOUR: Option<u64> = Some(3600);

refusals! {
    NO_PLACE 404 "path-unknown" None, "send records to /v1/records and notices to /v1/notices";
    NO_METHOD 405 "method-unknown" None, "use POST, and GET for /healthz";
    NO_PRIVATE_PLACE 404 "path-unknown" None, "for the operator there are /metrics and /healthz";
    NO_PRIVATE_METHOD 405 "method-unknown" None, "use GET";
    FOREIGN 403 "origin-foreign" None, "send it from a page of an origin that the settings name for a site";
    NOT_TEXT 415 "type-unknown" None, "send it as text/plain, which a browser sends without asking first";
    TOO_LARGE 413 "body-too-large" None, "send one record, or one notice, within the limit of bytes";
    SLOW 408 "body-slow" None, "send all of it within the time that the settings give";
    RATE 429 "rate-exceeded" Some(1), "wait as long as Retry-After says";
    BUSY 503 "busy" Some(2), "wait as long as Retry-After says";
    STORE 503 "store-failed" Some(10), "wait as long as Retry-After says; the operator finds the reason in the log";
    NO_POLICY 503 "policy-unknown" AN_HOUR, "keep it: the operator has not given the policy of this record yet";
    NO_NOTICE 409 "notice-unknown" None, "send the notice of this record to /v1/notices, then the record again";
    NOT_NOTICE 400 "notice-form" None, "send the canonical form of a notice, as its hash is made of it";
    FOREIGN_NOTICE 422 "notice-foreign" None, "only notices of policies that the operator has given are kept";
    MOST_NOTICES 503 "notices-full" AN_HOUR, "keep it: the site has as many notices of its own as the settings allow";
    NO_ROOM 404 "path-unknown" None, "open the page at /, which asks at /v1/ask";
    NO_ASKING 405 "method-unknown" None, "use GET for the page, and POST for /v1/ask";
    FOREIGN_HOST 421 "host-foreign" None, "reach it by the address at which it listens, or name the host under `hosts` of `[officer]`";
    ELSEWHERE 403 "origin-foreign" None, "ask from the page that is served here";
    NOT_JSON 415 "type-unknown" None, "send the question as application/json";
    NO_TOKEN 401 "token-unknown" None, "give the token of a holder that the settings name, after `Bearer ` in the header Authorization";
    LONG_QUESTION 413 "body-too-large" None, "ask in fewer words";
    NO_QUESTION 400 "question-form" None, "ask as docs/collector.md describes it, about a log that the settings name";
    NO_MONTH 404 "month-unknown" None, "ask for months that the log has: none of these is there, or not any more";
    LONG_LOG 413 "log-too-long" None, "ask for fewer months, use the program, or have the operator set `judges` of `[officer]` higher";
    UNRECORDED 503 "access-unrecorded" Some(10), "nothing is answered that cannot be put on record; the operator finds the reason in the log";
    UNREAD 503 "store-unread" Some(10), "the store could not be read; the operator finds the reason in the log";
    NOT_RECORD 400 "record-form" None, "send the line of one record, and nothing else";
}

impl Refusal {
    /// The refusal for what the core finds wrong with a record.
    pub fn of(code: Code) -> Refusal {
        match code {
            Code::PolicyUnknown => Refusal::NO_POLICY,
            Code::NoticeUnknown => Refusal::NO_NOTICE,
            Code::ExportLine | Code::ExportVersion => Refusal::NOT_RECORD,
            Code::RecordField | Code::RecordNotCanonical => {
                Refusal { status: 400, code: code.text(), help: code.help(), retry_s: None }
            }
            _ => Refusal { status: 422, code: code.text(), help: code.help(), retry_s: None },
        }
    }

    /// The same with another time to wait.
    pub fn after(self, seconds: u64) -> Refusal {
        Refusal { retry_s: Some(seconds.max(1)), ..self }
    }
}
