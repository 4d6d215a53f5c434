//! The record of one decision: its words and its fields. docs/record.md is the specification: version 1
//! never changes and is written wherever it can say what happened; version 2 stands beside it, for what it cannot.
//!
//! A record knows nothing of a policy but two words and a hash: a verifier needs no site
//! configuration. It holds no address, no user agent and no account (law R33).

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod conform;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod examine;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod later;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod names;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod read;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod word;

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use conform::{Asked, conform};
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use examine::examine;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub(crate) use examine::{LONGEST_MS, folded};
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use later::{Sent, Tool};
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub(crate) use names::Names;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use read::{Digits, Record, Text};
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use word::{Listed, Word};

use alloc::string::String;

use crate::{
    hash,
    json::Json,
    notice::{Interface, LAYOUT, notice},
    policy::Policy,
};

/// The version of the record format that a page writes of what its visitor does.
pub const VERSION: i64 = 1;
/// The version that says what version 1 cannot.
pub const LATER_VERSION: i64 = 2;

/// What the visitor did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Granted every category.
    AcceptAll,
    /// Denied every category.
    RejectAll,
    /// Chose category by category, service by service.
    Save,
    /// Took back what had been granted.
    Withdraw,
    /// Let one thing load this one time; no choice changed.
    Once,
    /// Nothing: the browser opted out for them, by a signal. From version 2 on.
    OptOut,
    /// Decided in another tool, before; taken over. From version 2 on, and never written by the modules of a page.
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    Import,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Action] = &[
        Action::AcceptAll,
        Action::RejectAll,
        Action::Save,
        Action::Withdraw,
        Action::Once,
        Action::OptOut,
        #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
        Action::Import,
    ];

    /// The word of the record.
    pub fn word(self) -> &'static str {
        match self {
            Action::AcceptAll => "accept-all",
            Action::RejectAll => "reject-all",
            Action::Save => "save",
            Action::Withdraw => "withdraw",
            Action::Once => "once",
            Action::OptOut => "opt-out",
            #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
            Action::Import => "import",
        }
    }
}

/// Through what the visitor did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Via {
    /// A button of the first layer, or a control of the page.
    Banner,
    /// A control of the settings.
    Settings,
    /// The page's own code: a call, or a click that it made.
    Api,
    /// A control in the place of something that is held.
    Placeholder,
    /// A signal of the browser. From version 2 on.
    Signal,
    /// What another tool had stored. From version 2 on, and never written by the modules of a page.
    #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
    Tool,
}

impl Via {
    /// Every way.
    pub const ALL: &'static [Via] = &[
        Via::Banner,
        Via::Settings,
        Via::Api,
        Via::Placeholder,
        Via::Signal,
        #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
        Via::Tool,
    ];

    /// The word of the record.
    pub fn word(self) -> &'static str {
        match self {
            Via::Banner => "banner",
            Via::Settings => "settings",
            Via::Api => "api",
            Via::Placeholder => "placeholder",
            Via::Signal => "signal",
            #[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
            Via::Tool => "tool",
        }
    }
}

/// What every record of one page carries: which program asked, under which policy, with which notice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// `{ id, revision, hash }` of the policy.
    pub policy: Json,
    /// `{ hash, language, layout }` of the notice.
    pub notice: Json,
    /// The hash of the program (docs/record.md, "The build").
    pub build: String,
}

impl Marks {
    /// The marks of a policy shown through these texts by this build.
    pub fn of(policy: &Policy, interface: &Interface, build: &str) -> Marks {
        let shown = notice(policy, interface).canonical();
        let mut marks = Marks { build: String::from(build), ..Marks::default() };
        for key in ["id", "revision"] {
            marks.policy.put_text(key, policy.document.text_at(key));
        }
        marks.policy.put_text("hash", &policy.hash());
        marks.notice.put_text("hash", &hash::sha256(shown.as_bytes()));
        marks.notice.put_text("language", &interface.language);
        marks.notice.put_integer("layout", LAYOUT);
        marks
    }

    /// A record that so far holds nothing but these marks.
    pub fn into_record(self) -> Json {
        let mut record = Json::object();
        record.put("policy", self.policy);
        record.put("notice", self.notice);
        record.put("build", Json::Text(self.build));
        record
    }
}
