//! Problems: what is wrong with something that came from outside, where, and what to do.
//!
//! Every code, its severity and its help stand once, in the table below; `docs/errors.md` lists the
//! same codes (a test compares them). A problem is data: whoever meets one carries on with the gate
//! closed for what it concerns. Printing and counting them is the shells' work.

use alloc::string::String;

use crate::text::{self, cleaned};

/// How much a problem takes away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// The thing named is left out, and the gate stays closed for it.
    Error,
    /// Nothing is left out, but somebody should look.
    Warning,
}

macro_rules! codes {
    ($($(#[$when:meta])? $code:ident $severity:ident $text:literal $help:literal;)*) => {
        /// Names a kind of problem; the kebab-case text is part of the public interface.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$when])? #[doc = $help] $code,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$($(#[$when])? Code::$code,)*];

            /// Name and help in one text, as a second table of addresses weighs more than cutting.
            fn line(self) -> &'static str {
                match self { $($(#[$when])? Code::$code => concat!($text, ";", $help),)* }
            }

            /// The stable name, for example `policy-missing`.
            pub fn text(self) -> &'static str {
                text::split(self.line(), b';').0
            }

            /// What to do about it.
            pub fn help(self) -> &'static str {
                text::split(self.line(), b';').1.unwrap_or_default()
            }

            /// How much it takes away.
            pub fn severity(self) -> Severity {
                match self { $($(#[$when])? Code::$code => Severity::$severity,)* }
            }
        }
    };
}

// What only a verifier says is left out of the page module, which never says it.
codes! {
    PolicyMissing Error "policy-missing" "put it before the tag, in a script of type application/json with the id consentinel-policy";
    PolicyNotJson Error "policy-not-json" "make it one JSON object in UTF-8";
    PolicyTooLarge Error "policy-too-large" "stay within the limits of docs/policy.md";
    PolicyVersion Error "policy-version" "write version 1, or load a newer Consentinel";
    FieldMissing Error "field-missing" "add it";
    FieldUnknown Error "field-unknown" "remove it, or check its spelling";
    FieldType Error "field-type" "give it the type that docs/policy.md names";
    FieldValue Error "field-value" "give it a value that docs/policy.md names";
    IdDuplicate Error "id-duplicate" "give each category and service an id of its own";
    ItemDuplicate Error "item-duplicate" "declare each name once for each kind";
    ItemReserved Error "item-reserved" "leave this name to Consentinel";
    CategoryUnknown Error "category-unknown" "use the id of a category of the policy";
    ServiceUnknown Error "service-unknown" "use the id of a service of the policy";
    GlobOpensAll Error "glob-opens-all" "this glob would pass everything: name the necessary items";
    GlobBroad Warning "glob-broad" "so few letters match names you never meant: write more of the name";
    TextControl Error "text-control" "remove control and bidirectional characters";
    RefusalShort Error "refusal-short" "let a refusal live for 182 days at least (docs/policy.md)";
    GrantUntrusted Error "grant-untrusted" "only the object of the page's owner may grant (docs/api.md)";
    NameUnknown Error "name-unknown" "use the id of a category or service of the policy";
    MarkupUnknown Error "markup-unknown" "use the id of a category or service of the policy";
    MarkupFailed Error "markup-failed" "check the element";
    StateDamaged Error "state-damaged" "the visitor is asked again";
    StateNewer Error "state-newer" "load the Consentinel that wrote it; the visitor is asked again";
    StateFuture Error "state-future" "the visitor is asked again; was the clock set back?";
    StateDiffers Error "state-differs" "the stricter counts; which server or other page writes the cookie?";
    ShareRefused Error "share-refused" "the answer counts for this host alone: name this host or one above it, and no public suffix";
    #[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
    ShareSuffix Error "share-suffix" "others have names below it, so no browser keeps a cookie for it: name your own domain, such as example.org or example.co.uk";
    #[cfg(any(not(target_arch = "wasm32"), feature = "moving"))]
    MovingDocument Error "moving-document" "give it `from`, and `grants`, `until`, `necessary` and `key` as docs/moving.md names them: until then only refusals are taken over";
    #[cfg(any(not(target_arch = "wasm32"), feature = "moving"))]
    MovingOpen Error "moving-open" "scripts of the page may write this name, so only refusals are taken over: take its item out of the policy, and write neither undeclared: allow nor mode: report";
    ReopenMissing Warning "reopen-missing" "put a control with data-consent-action=\"open\" on every page: withdrawing must be as easy as granting";
    LedgerBroken Error "ledger-broken" "it is kept under consentinel-ledger-broken.ID; the visitor is asked again";
    StorageDenied Error "storage-denied" "the answer lives in memory until the page goes";
    LanguageMissing Warning "language-missing" "visitors read another language here: translate it";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SummaryMissing Warning "summary-missing" "the first layer shows this sentence, whole: write a summary of at most 90 characters";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ModeReport Warning "mode-report" "the gate stops nothing in this mode: leave it out once the reports name nothing new";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    NecessaryMissing Warning "necessary-missing" "no category is necessary, so visitors are told of none: does the site keep nothing that it needs?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ServiceHostless Warning "service-hostless" "neither a host nor an item is its own, so nothing of it waits for consent: name them, or leave it out";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ForNecessary Warning "for-necessary" "what is necessary is allowed whatever a browser signals: is it for sale or sharing, or necessary?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ForMissing Warning "for-missing" "write `for` with sale, sharing or both, or an empty list where data is neither sold nor shared: until then Global Privacy Control changes nothing here";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TextUnwritten Error "text-unwritten" "the draft of `consentinel convert` left it to you: write it";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    UseUnknown Error "use-unknown" "name an entry of the catalogue (docs/catalogue.md)";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalsUnreadable Error "signals-unreadable" "make it one JSON object in UTF-8, as docs/signals.md has it";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    GppUnreadable Error "gpp-unreadable" "make it one JSON object in UTF-8, as docs/signals.md has it";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalTwice Error "signal-twice" "write it once: of a name that stands twice the last counts, and what stands before tells nobody";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalUnknown Error "signal-unknown" "use a mechanism, a word, or an id of the policy that there is: until then it is told as denied";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalType Error "signal-type" "give it the shape that docs/signals.md names: until then it is told as denied";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalOption Error "signal-option" "give the option the shape that docs/signals.md names: until then it is left out, and for `gpc` no word is told as granted under Global Privacy Control";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalContradicts Warning "signal-contradicts" "visitors read something else there: name the category whose texts speak of what the vendor is told";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalEarly Warning "signal-early" "the vendor is told `granted` before any answer: wait for an optional category, unless this needs no consent";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalAdvanced Warning "signal-advanced" "the vendor is asked there before any answer, with the address of the visitor: several authorities ask consent for that as well (docs/signals.md)";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalAdvancedUnsaid Error "signal-advanced-unsaid" "these hosts are in a necessary service, so they are asked before any answer: put them into an optional one, or write `advanced: true`";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalHeld Warning "signal-held" "no host of the vendor is in a necessary service, so nothing is asked before a grant: take `advanced` out, or read in docs/signals.md what it needs";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalStores Error "signal-stores" "this item would be kept before any answer, which no consent mode promises: put it into an optional category";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalServiceless Warning "signal-serviceless" "no service of the policy is of this vendor: declare it with its hosts and items, or take the mechanism out";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignalUntold Warning "signal-untold" "this service understands it, and nothing here tells it of its category: its vendor takes that as denied, or as never asked";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PastedNarrow Error "pasted-narrow" "the element does not let it in: print it anew with `consentinel csp --meta`";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PastedPlace Error "pasted-place" "put the element into the head, before the tag: elsewhere it has no force, or comes too late";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PastedEnforces Error "pasted-enforces" "take the element out: the policy lets everybody in, or only reports, or has a host that none can name";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TagLate Error "tag-late" "put the tag before every other script, without async, defer or type=module: what runs before it is not gated";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TagTwice Error "tag-twice" "load one tag: the first one stays in charge";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    LedgerHeader Error "ledger-header" "the first line must be the header that docs/record.md describes";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    LedgerVersion Error "ledger-version" "verify it with a newer Consentinel";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    LedgerLine Error "ledger-line" "each line must end with one line feed, and the last one too";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    RecordField Error "record-field" "the record does not have the fields of docs/record.md: it was changed or cut";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    RecordNotCanonical Error "record-not-canonical" "the bytes are not the canonical form: they were changed";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ChainBroken Error "chain-broken" "a record was changed, removed, added or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SequenceBroken Error "sequence-broken" "a record was removed, added or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SubjectChanged Error "subject-changed" "records of two browsers stand in one ledger";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    CountWrong Error "count-wrong" "the header and the records disagree: a record was removed or added";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    HeadWrong Error "head-wrong" "the last record is not the one that the header names: it was changed or removed";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    LedgerCut Error "ledger-cut" "records were taken out: a browser that summarised any keeps a hundred";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    RecordRepeated Error "record-repeated" "no two records have one id: it was copied";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ChoiceContradicts Error "choice-contradicts" "nothing is granted and denied at once: the record was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ActionContradicts Error "action-contradicts" "that action leaves no such choices: the record was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ExpiryImpossible Error "expiry-impossible" "no choice ends before its decision, or more than 395 days after it";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    HashContradicts Error "hash-contradicts" "an earlier record says another thing by the same hash: one of them was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ExportHeader Error "export-header" "the first line must be the header that docs/export.md describes";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ExportVersion Error "export-version" "verify it with a newer Consentinel";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ExportLine Error "export-line" "no line of docs/export.md, or not one for this place: it was changed, cut or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    CheckpointForm Error "checkpoint-form" "the checkpoint must be that of this export and this month (docs/export.md)";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SizeWrong Error "size-wrong" "the checkpoint counts another number of records: one was removed or added";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    RootWrong Error "root-wrong" "the records are not those of the checkpoint: one was changed, removed, added or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    MonthBroken Error "month-broken" "the month before is not the one that this month goes on from: a month was changed, removed, added or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignatureWrong Error "signature-wrong" "the key did not sign this checkpoint: it was changed, or signed by another";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignatureMissing Error "signature-missing" "no key that was given signed this checkpoint";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PolicyContradicts Error "policy-contradicts" "the record and the policy that it names do not say the same: one of them was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    NoticeContradicts Error "notice-contradicts" "the record and the notice that it names do not say the same: one of them was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    DocumentUnused Error "document-unused" "no record here names this policy or notice by its hash: it was changed, or put there";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ChoiceUnknown Error "choice-unknown" "the policy of the record does not ask about this, or asks about more: the record was made by another program";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ProofWrong Error "proof-wrong" "the record is not in the tree of this checkpoint, or is no record";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackForm Error "pack-form" "the file must be the archive that `consentinel pack` makes, with its manifest (docs/audit.md)";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackChanged Error "pack-changed" "this file is not the one that the manifest names: it was changed";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackMissing Error "pack-missing" "the manifest names this file, and it is not there: it was taken out, or has another name";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackAdded Error "pack-added" "the manifest does not name this file: it was put there, or has another name";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackDoubled Error "pack-doubled" "two files have this name, and which of them is unpacked differs by program: one was put there";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PackTrailing Error "pack-trailing" "these bytes stand behind the end of the archive: they were put there";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TreeDiffers Error "tree-differs" "the later export does not go on from the earlier one: records were changed, removed or moved";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    LedgerLong Warning "ledger-long" "a browser keeps a hundred records: ask who put these together";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ActionUnusual Warning "action-unusual" "no page of Consentinel does this in this way: ask which program did";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    FieldUnusual Warning "field-unusual" "no Consentinel so far writes this field so: ask which program did";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    WordUnknown Warning "word-unknown" "a newer Consentinel wrote this word: it is kept, and its own docs/record.md says what it means";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    GrantUnrecorded Warning "grant-unrecorded" "no record tells of this grant: was a stored answer changed, or did two tabs decide at once?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    NamesAlike Warning "names-alike" "two names read alike and differ in their bytes: mind which one is meant";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PolicyChanged Warning "policy-changed" "the record before it is of another policy: does this site have two?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TimeReversed Warning "time-reversed" "the clock of the browser was set back between two decisions";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    CheckpointUnsigned Warning "checkpoint-unsigned" "nobody signed it: whoever holds the file can make it anew";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    SignatureUnchecked Warning "signature-unchecked" "it is signed: give the public key with `--key` to see whether by whom it says";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ChainForked Warning "chain-forked" "two records of one browser have one place: did two tabs decide at once, or was its ledger deleted?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    ChainGap Warning "chain-gap" "the record before it is not here: was it never handed over, or is it in another export?";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    TimeImplausible Warning "time-implausible" "the clock of the browser was far from the month in which the record came";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    PolicyUnknown Warning "policy-unknown" "the policy of the record is not here: give it with `--policy`";
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    NoticeUnknown Warning "notice-unknown" "the notice of the record is not here: give it with `--notice`";
}

/// One problem: what, where, and what was found there.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The kind of problem.
    pub code: Code,
    /// Where: a path into the document (`items[3].category`), or the name of the thing.
    pub path: String,
    /// What was found there, shortened and free of control characters.
    pub found: String,
}

impl Problem {
    /// A problem at `path`, where `found` was found.
    pub fn new(code: Code, path: &str, found: &str) -> Problem {
        Problem { code, path: String::from(path), found: printable(found) }
    }

    /// Whether it takes something away.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }

    /// One line for people: code, path, what was found, what to do.
    ///
    /// ```
    /// use consentinel::problem::{Code, Problem};
    /// let problem = Problem::new(Code::CategoryUnknown, "items[3].category", "stats");
    /// assert_eq!(
    ///     problem.message(),
    ///     "category-unknown at items[3].category: found `stats`; use the id of a category of the policy"
    /// );
    /// ```
    pub fn message(&self) -> String {
        let mut out = String::from(self.code.text());
        for (before, part) in [(" at ", &self.path), (": found `", &self.found)] {
            if !part.is_empty() {
                out.push_str(before);
                out.push_str(part);
            }
        }
        if !self.found.is_empty() {
            out.push('`');
        }
        out.push_str("; ");
        out.push_str(self.code.help());
        out
    }
}

/// How much of a found value a message repeats, in characters.
const FOUND_CHARACTERS: usize = 60;

/// A foreign value made safe for one line of a console or terminal.
fn printable(text: &str) -> String {
    let mut end = 0;
    for _ in 0..FOUND_CHARACTERS {
        end = text.ceil_char_boundary(end + 1);
    }
    let mut out = cleaned(text::part(text, 0, end), Some('\u{fffd}'));
    if end < text.len() {
        out.push('…');
    }
    out
}
