//! Records of a policy, as pages write them, and settings of a site that takes them.

use std::{fs, path::PathBuf};

use consentinel::{hash::sha256, id, json::Json, policy, source};
use consentinel_audit::library::{Library, policy_of};
use serde_json::{Value, json};

/// 2026-11-27T12:00:00Z.
pub const NOW_MS: i64 = 1_795_780_800_000;
const DAY_MS: i64 = 86_400_000;

/// The file of the policy.
pub fn policy_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/policies/jimo.json")
}

/// The policy, with its notices.
pub fn library() -> Library {
    let (policy, _) = policy_of(&fs::read(policy_file()).unwrap());
    let mut library = Library::default();
    library.take_policy(policy.unwrap());
    library
}

/// Its notice of today in a language, and the hash of that.
pub fn notice(library: &Library, language: &str) -> (String, Json) {
    let is_this = |notice: &Json| {
        notice.text_at("language") == language
            && notice.field("layout") == Some(&Json::Integer(consentinel::notice::LAYOUT))
    };
    let found = library.notices.iter().find(|(_, notice)| is_this(notice));
    let (hash, notice) = found.unwrap();
    (hash.clone(), notice.clone())
}

/// What a record is to say.
#[derive(Clone)]
pub struct Decision {
    /// Of which browser.
    pub browser: u8,
    /// Its place.
    pub sequence: i64,
    /// The line of the record before it.
    pub previous: Option<String>,
    /// What its identifier is made of.
    pub id: u64,
    /// When.
    pub at_ms: i64,
}

impl Decision {
    /// The first decision of a browser.
    pub fn first(browser: u8, id: u64) -> Decision {
        Decision { browser, sequence: 0, previous: None, id, at_ms: NOW_MS }
    }

    /// The document of the record: whoever wants another changes a field.
    pub fn document(&self, library: &Library) -> serde_json::Value {
        let (hash, policy) = library.policies.first_key_value().unwrap();
        let asked = policy::read(policy).0.unwrap();
        let categories = 0..asked.categories.len();
        let mut optional: Vec<&str> = categories
            .filter(|at| asked.is_optional(*at))
            .map(|at| asked.category_id(at))
            .collect();
        optional.sort_unstable();
        let (notice_hash, notice) = notice(library, "fr");
        let mut bits = [self.browser; 16];
        bits[..8].copy_from_slice(&self.id.to_be_bytes());
        json!({
            "version": 1,
            "id": id::from_bits(bits),
            "subject": id::from_bits([self.browser; 16]),
            "atMs": self.at_ms,
            "expiresAtMs": self.at_ms + 182 * DAY_MS,
            "action": "reject-all",
            "via": "banner",
            "granted": [],
            "denied": optional,
            "left": [],
            "policy": {
                "id": policy.text_at("id"), "revision": policy.text_at("revision"), "hash": hash,
            },
            "notice": {
                "hash": notice_hash, "language": "fr",
                "layout": notice.field("layout").unwrap().as_integer().unwrap(),
            },
            "build": sha256(b"build"),
            "signals": [],
            "sequence": self.sequence,
            "previous": self.previous.as_ref().map(|line| sha256(line.as_bytes())).unwrap_or_default(),
        })
    }

    /// The line of the record.
    pub fn line(&self, library: &Library) -> String {
        canonical(&self.document(library))
    }
}

/// A document in canonical form.
pub fn canonical(document: &serde_json::Value) -> String {
    source::parse(&document.to_string()).unwrap().canonical()
}

/// The notice of the sample in other words of the product.
pub fn reworded(library: &Library) -> Value {
    let (_, notice) = notice(library, "fr");
    let mut notice: Value = serde_json::from_str(&notice.canonical()).unwrap();
    notice["texts"]["save"] = json!("Garder");
    notice
}
