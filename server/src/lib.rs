//! The module of servers: from a policy and the cookies of a request to what its visitor decided, to the headers of the
//! answer, and to what is told first. `www/js/server.js` is its only caller. It has no browser, and remembers
//! policies and no visitor.
//!
//! Documents (policy, texts) come as JSON, which the core's reader takes; options and answers are values of
//! JavaScript. No code of the caller runs while anything here does: `server.js` has printed the policy and
//! the cookies before. Left out: addresses, which `server.js` has the runtime read, and markup, which it prints.

use consentinel::{
    cookie, csp, expired,
    gate::{Attempt, Verdict, verdict},
    json::Json,
    notice::{Interface, notice},
    policy::{self, MAX_BYTES, OLDER_COOKIE, Policy, STATE_COOKIE},
    share,
    signal::{Signals, support},
    source,
    state::{self, State, Stored},
    time::UnixMillis,
};
use js_sys::Date;
use serde::{Deserialize, Serialize, Serializer};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

type Answer = Result<JsValue, serde_wasm_bindgen::Error>;

/// Where the pages are that the answers are for, and the folder of the tag's own files.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    origin: Option<String>,
    files: Option<String>,
}

/// What a visitor decided.
#[derive(Serialize)]
struct Read<'a> {
    /// The categories and services that the verdict lets in.
    granted: Vec<&'a str>,
    signals: Vec<String>,
    state: Plain<'a>,
}

/// How many cookies of one name a request can have: of this host, of those above it, and of paths, with some to spare.
const MOST_COOKIES: usize = 4;
/// What stands in a state cookie before its choices, with some to spare.
const FIELDS: usize = 8;

/// What the first layer is made of, as the page gives it to its banner.
#[derive(Serialize)]
struct Told<'a> {
    notice: Plain<'a>,
    state: Shown<'a>,
}

/// The part of the state that a visitor who has not decided can see.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    opted_out: Vec<String>,
    signals: Vec<String>,
    placement: &'a str,
    reopen: &'a str,
}

/// Whether the folder of the tag's files can be written in a Content-Security-Policy.
#[wasm_bindgen(js_name = isSource)]
pub fn is_source(folder: &str) -> bool {
    csp::is_source(folder)
}

/// The text of `/.well-known/gpc.json`; nothing where this is no day.
#[wasm_bindgen(js_name = gpcSupport)]
pub fn gpc_support(since: &str) -> Option<String> {
    support(since)
}

/// One policy, and where its pages are.
#[wasm_bindgen]
pub struct Server {
    policy: Policy,
    problems: Vec<String>,
    place: Place,
}

#[wasm_bindgen]
impl Server {
    /// Reads the policy, as JSON. One that cannot be read allows nothing, as in the page.
    #[wasm_bindgen(constructor)]
    pub fn new(policy: &str, place: JsValue) -> Result<Server, serde_wasm_bindgen::Error> {
        let document = if policy.len() > MAX_BYTES { None } else { source::parse(policy) };
        let (policy, mut problems) = policy::read(&document.unwrap_or(Json::Foreign("no JSON")));
        let policy = policy.unwrap_or_else(Policy::closed);
        let place: Place = serde_wasm_bindgen::from_value(place)?;
        share::check(&policy, place.origin.as_deref().unwrap_or_default(), &mut problems);
        Ok(Server {
            policy,
            problems: problems.iter().map(|problem| problem.message()).collect(),
            place,
        })
    }

    /// What is wrong with the policy, in words.
    pub fn problems(&self) -> Vec<String> {
        self.problems.clone()
    }

    /// What the visitor with these cookies decided, where the browser sends `gpc` and `dnt`; `language` is that of the page.
    pub fn read(&self, cookies: &str, gpc: bool, dnt: bool, language: &str) -> Answer {
        let state = self.stored(cookies, gpc, dnt);
        let categories = self.policy.categories.iter().map(|category| category.id.as_str());
        let services = self.policy.services.iter().map(|(id, _)| id.as_str());
        let is_granted =
            |name: &&str| verdict(&self.policy, &state, Attempt::Use { name }) == Verdict::Allow;
        value_of(&Read {
            granted: categories.chain(services).filter(is_granted).collect(),
            signals: state.signals.words(),
            state: Plain(&state.to_json(&self.policy, language)),
        })
    }

    /// The values of `Set-Cookie` that remove what the visitor with these cookies does not let in, from a page of this
    /// host and path; of an empty host the policy's `share` alone is known.
    pub fn expired(
        &self,
        cookies: &str,
        gpc: bool,
        dnt: bool,
        host: &str,
        path: &str,
    ) -> Vec<String> {
        let state = self.stored(cookies, gpc, dnt);
        expired::lines(&self.policy, &state, cookies, host, path, now())
    }

    /// The headers of the answer to a request with these cookies and signals.
    pub fn headers(&self, cookies: &str, gpc: bool, dnt: bool) -> Answer {
        let state = self.stored(cookies, gpc, dnt);
        let headers = match csp::header(&self.policy, &state, &self.page()) {
            Some(value) => Json::object().with_text(csp::name(&self.policy), &value),
            None => Json::object(),
        };
        value_of(&Plain(&headers))
    }

    /// The state cookie once more, as the values of `Set-Cookie`, for as long as it is to live: none where there is
    /// nothing to live on, or where it was sent today already. A cookie of version 0.1.0 makes way for it.
    pub fn cookies(&self, cookies: &str) -> Vec<String> {
        let (found, now) = (self.found(cookies), now());
        let found = Stored::of(&found);
        let latest = state::latest(&self.policy, &found, now, &mut |_| ());
        let sent = state::sent(latest.text, now);
        let seconds = latest.state.seconds_left(now);
        if seconds == 0 || latest.is_merged || found.own.split(' ').any(|value| value == sent) {
            return Vec::new();
        }
        let name = self.policy.own(STATE_COOKIE);
        let origin = self.page().origin;
        let flags = if origin.starts_with("http:") { "" } else { "; Secure" };
        let mut set =
            vec![format!("{name}={sent}; Path=/; SameSite=Lax; Max-Age={seconds}{flags}")];
        if found.older.split(' ').any(|value| value == latest.text) {
            set.push(format!("{OLDER_COOKIE}=; Path=/; SameSite=Lax; Max-Age=0{flags}"));
        }
        set
    }

    /// The element of "everything granted" for the HTML; empty where there is none.
    pub fn element(&self) -> String {
        csp::element(&self.policy, &self.page()).unwrap_or_default()
    }

    /// What a visitor with these cookies and signals is told first, in one language, of which these are the product's
    /// own texts, as JSON; `undefined` where there is nothing to ask.
    #[wasm_bindgen(js_name = firstLayer)]
    pub fn first_layer(
        &self,
        cookies: &str,
        gpc: bool,
        dnt: bool,
        language: &str,
        texts: &str,
    ) -> Answer {
        let state = self.stored(cookies, gpc, dnt);
        if !self.policy.has_optional() || !state.asks(&self.policy) {
            return Ok(JsValue::UNDEFINED);
        }
        let opted_out = state.opted_out(&self.policy);
        let texts = source::parse(texts).unwrap_or_default();
        let interface =
            Interface::choose(&Json::object().with(language, texts), language, &self.policy);
        let document = &self.policy.document;
        let (placement, reopen) = (document.text_at("placement"), document.text_at("reopen"));
        value_of(&Told {
            notice: Plain(&notice(&self.policy, &interface)),
            state: Shown { opted_out, signals: state.signals.words(), placement, reopen },
        })
    }
}

impl Server {
    fn page(&self) -> csp::Page<'_> {
        csp::Page {
            origin: self.place.origin.as_deref().unwrap_or_default(),
            files: self.place.files.as_deref().unwrap_or_default(),
            once: "",
        }
    }

    /// What the visitor decided, by the cookies, and what the browser signals; nothing granted where the cookies are missing,
    /// expired or not ours.
    fn stored(&self, cookies: &str, gpc: bool, dnt: bool) -> State {
        let found = self.found(cookies);
        let latest = state::latest(&self.policy, &Stored::of(&found), now(), &mut |_| ());
        State { signals: Signals::heard(&self.policy, gpc, dnt), ..latest.state }
    }

    /// The state cookies among these, as [`Stored`] has them. What is kept beside a ledger no server sees.
    fn found(&self, cookies: &str) -> String {
        let own = cookie::values(cookies, &self.policy.own(STATE_COOKIE));
        let older = cookie::values(cookies, OLDER_COOKIE);
        format!("{}\n{}\n", self.bounded(&own), self.bounded(&older))
    }

    /// These values, where they are no more and no longer than browsers and this policy make them: each choice is hashed,
    /// and a request must not cost more than others.
    fn bounded<'a>(&self, values: &'a str) -> &'a str {
        let document = &self.policy.document;
        let named = document.list_at("categories").len() + document.list_at("services").len();
        let is_usual = values.matches(' ').count() <= MOST_COOKIES
            && values.matches('~').count() <= MOST_COOKIES * (FIELDS + 2 * named);
        if is_usual { values } else { "" }
    }
}

fn now() -> UnixMillis {
    UnixMillis(Date::now() as i64)
}

/// A value of JavaScript with plain objects, as `JSON.parse` would make it.
fn value_of(answer: &impl Serialize) -> Answer {
    answer.serialize(&serde_wasm_bindgen::Serializer::json_compatible())
}

/// A value of the core as serde sees it; the core itself knows no serde.
struct Plain<'a>(&'a Json);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Text(text) => serializer.serialize_str(text),
            Json::Integer(number) => serializer.serialize_i64(*number),
            Json::Bool(bool) => serializer.serialize_bool(*bool),
            Json::List(values) => serializer.collect_seq(values.iter().map(Plain)),
            Json::Object(entries) => {
                serializer.collect_map(entries.iter().map(|(key, value)| (key, Plain(value))))
            }
            // Printed as `null` in canonical JSON, too.
            Json::Foreign(_) => serializer.serialize_unit(),
        }
    }
}
