//! Writes out `audit` of a policy: that records are sent to a collector (docs/collector.md) becomes a necessary service with
//! the collector's host and the item that says how far delivery has come, so that notice, gate and headers know both. The
//! address itself is for the script that delivers, in the line that `bundle --html` prints.
//!
//! Left out: whether a page has that script, which no policy says.

use consentinel::problem::{Code, Problem};
use serde_json::{Map, Value, json};

/// The field of a policy.
pub const FIELD: &str = "audit";
/// The id of the service.
const SERVICE: &str = "consent-records";
/// The key of local storage, which delivery uses where it is told no other.
const KEY: &str = "consent-delivery";
/// The longest address.
const MOST: usize = 1000;

/// What `audit` says.
#[derive(Debug, PartialEq)]
pub struct Delivery {
    /// The address of the collector.
    pub endpoint: String,
    /// Who runs it; the controller where nobody is named.
    provider: Option<String>,
}

impl Delivery {
    /// Reads the field of a policy as its owner wrote it; nothing where there is none, or it is wrong.
    pub fn of(written: &[u8]) -> Option<Delivery> {
        let document: Value = serde_json::from_slice(written).ok()?;
        Delivery::read(document.get(FIELD)?, &mut Vec::new())
    }

    /// Reads the field, and says what is wrong with it.
    pub fn read(audit: &Value, problems: &mut Vec<Problem>) -> Option<Delivery> {
        let mut wrong =
            |code, path: &str, found: &str| problems.push(Problem::new(code, path, found));
        let Value::Object(fields) = audit else {
            wrong(Code::FieldType, FIELD, &audit.to_string());
            return None;
        };
        for key in fields.keys().filter(|key| !["endpoint", "provider"].contains(&key.as_str())) {
            wrong(Code::FieldUnknown, &format!("{FIELD}.{key}"), key);
        }
        let provider = match fields.get("provider") {
            None => None,
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(other) => {
                wrong(Code::FieldType, "audit.provider", &other.to_string());
                None
            }
        };
        match fields.get("endpoint") {
            None => wrong(Code::FieldMissing, "audit.endpoint", ""),
            // The script puts the paths of the protocol behind it.
            Some(Value::String(text)) if host_of(text).is_some() && !is_path(text) => {
                return Some(Delivery { endpoint: text.clone(), provider });
            }
            Some(Value::String(text)) => wrong(Code::FieldValue, "audit.endpoint", text),
            Some(other) => wrong(Code::FieldType, "audit.endpoint", &other.to_string()),
        }
        None
    }

    /// The service, for a category.
    pub fn service(&self, category: &str, controller: &str, summary: Value) -> Value {
        let host = host_of(&self.endpoint).unwrap_or_default();
        let mut service = Map::new();
        let fields = [
            ("id", json!(SERVICE)),
            ("category", json!(category)),
            ("name", json!(host)),
            ("provider", json!(self.provider.as_deref().unwrap_or(controller))),
            ("summary", summary),
            ("hosts", json!([host])),
        ];
        service.extend(fields.map(|(key, value)| (String::from(key), value)));
        Value::Object(service)
    }

    /// The item, for a category.
    pub fn item(category: &str, purpose: Value) -> Value {
        json!({
            "name": KEY, "kind": "local-storage", "category": category, "service": SERVICE,
            "party": "first", "duration": "persistent", "purpose": purpose,
        })
    }

    /// The line of a page that delivers, by the script in this folder, which ends with `/` and needs no escapes in an
    /// attribute, as an address that was read needs none.
    pub fn element(&self, folder: &str) -> String {
        let endpoint = &self.endpoint;
        format!(
            "<script src=\"{folder}consentinel.delivery.js\" data-endpoint=\"{endpoint}\" defer></script>\n"
        )
    }

    /// What whoever checks the policy should know.
    pub fn note(&self) -> String {
        format!(
            "records are sent to `{}`, and visitors are told so: each page delivers by `consentinel.delivery.js` with that `data-endpoint`, in the line that `consentinel bundle --html` prints, or by `deliver` of `consentinel/delivery`; a page without it sends nothing, which is not seen here",
            self.endpoint
        )
    }
}

/// Whether an address has a path of the protocol already.
fn is_path(endpoint: &str) -> bool {
    let endpoint = endpoint.trim_end_matches('/');
    ["/v1", "/v1/records", "/v1/notices"].iter().any(|end| endpoint.ends_with(end))
}

/// The host of an address that delivery can be told: of `https`, or on this machine of `http`, with or without a port and a
/// path, and with nothing in it that would need an escape.
fn host_of(endpoint: &str) -> Option<&str> {
    let (scheme, rest) = endpoint.split_once("://")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:%".contains(&byte);
    let authority = rest.split('/').next()?;
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_here = ["localhost", "127.0.0.1"].contains(&host);
    let is_host = !host.is_empty()
        && host.split('.').all(|label| !label.is_empty())
        && host.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        });
    let is_address = (scheme == "https" || scheme == "http" && is_here)
        && endpoint.len() <= MOST
        && rest.bytes().all(is_plain)
        && port.parse::<u16>().is_ok_and(|port| port > 0);
    (is_host && is_address).then_some(host)
}
