//! A page while it is visited: what is known of it, and how it is asked. What it tells is taken in by heard.rs, and what
//! is done with it stands in visit.rs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use consentinel_catalogue::asking::Mark;
use consentinel_catalogue::found::{Sight, What};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failed;
use crate::devtools::{Browser, Heard};
use crate::scripts::HOOKS;

/// So long a page may take to say what is asked of it: more than what waits in scripts.rs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Bounds of one page.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// So long a page may load.
    pub page: Duration,
    /// So long nothing may be under way before it counts as loaded.
    pub quiet: Duration,
    /// So many bytes are taken of a page and all that it loads.
    pub bytes: u64,
}

/// An element of a page that asks by itself, as `www/js/marks.js` tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Element {
    /// The addresses that it may ask for.
    pub urls: Vec<String>,
    /// As it is written.
    pub written: String,
    /// As it waits; nothing where no mark holds it.
    pub marked: Option<Mark>,
    /// Whether the browser tells nobody that it asks.
    pub is_unseen: bool,
}

/// What came of a visit.
#[derive(Default)]
pub struct Visited {
    /// Where it ended.
    pub url: String,
    /// What the document was answered with; 0 where there was no answer.
    pub status: u16,
    /// Its title.
    pub title: String,
    /// Addresses of its links.
    pub links: Vec<String>,
    /// Elements that ask by themselves.
    pub elements: Vec<Element>,
    /// Addresses that the parser asked for.
    pub parsed: BTreeSet<String>,
    /// Whether Consentinel runs there.
    pub has_tag: bool,
    /// Whether the banner was answered, or had been.
    pub is_answered: bool,
    /// What was seen.
    pub sights: Vec<(What, Sight)>,
    /// What went wrong, one sentence each.
    pub notes: Vec<String>,
}

/// A request and where it went on.
pub(crate) struct Asked {
    pub(crate) urls: Vec<String>,
    pub(crate) way: String,
    pub(crate) by: String,
    pub(crate) answers: usize,
    pub(crate) is_stopped: bool,
}

/// A page while it is visited.
pub(crate) struct Tab<'a> {
    pub(crate) browser: &'a mut Browser,
    pub(crate) binding: &'a str,
    pub(crate) bounds: Bounds,
    pub(crate) target: String,
    pub(crate) session: String,
    /// The targets of this page, with the origins of the documents that they showed.
    pub(crate) sessions: BTreeMap<String, BTreeSet<String>>,
    pub(crate) asked: BTreeMap<String, Asked>,
    pub(crate) under_way: BTreeSet<String>,
    pub(crate) known: BTreeSet<String>,
    /// Addresses that nobody is named for.
    pub(crate) late: BTreeSet<String>,
    pub(crate) headers: Vec<(String, usize, String)>,
    pub(crate) seen: Visited,
    pub(crate) bytes: u64,
    /// The main frame, which has the name of its target.
    pub(crate) frame: String,
    pub(crate) is_loaded: bool,
    pub(crate) last_event: Instant,
}

impl Tab<'_> {
    /// Has a target tell what it does, from its first line on. The numbers are those of the commands.
    pub(crate) fn prepare(&mut self, session: &str, kind: &str) -> BTreeSet<u64> {
        self.sessions.entry(session.to_owned()).or_default();
        let mut commands = vec![("Network.enable", json!({})), ("Runtime.enable", json!({}))];
        if matches!(kind, "page" | "iframe") {
            let source = format!("{{ const hooks = {HOOKS}\nhooks({}); }}", json!(self.binding));
            commands.extend([
                ("Page.enable", json!({})),
                ("DOMStorage.enable", json!({})),
                ("Runtime.addBinding", json!({ "name": self.binding })),
                ("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })),
            ]);
        }
        commands.extend([
            (
                "Target.setAutoAttach",
                json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true }),
            ),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ]);
        let post = |(method, params)| self.browser.post(session, method, params);
        commands.into_iter().map(post).collect()
    }

    /// Asks a target, and hears meanwhile what else is told; nothing where it does not answer in time, or refuses.
    pub(crate) fn ask(
        &mut self,
        session: &str,
        method: &str,
        params: Value,
        until: Instant,
    ) -> Result<Option<Value>, Failed> {
        let wanted = self.browser.post(session, method, params);
        loop {
            match self.browser.hear(until)? {
                Some(Heard::Event(event)) => self.event(event),
                Some(Heard::Answer(id, answer)) if id == wanted => return Ok(answer),
                Some(Heard::Answer(..)) => {}
                None => return Ok(None),
            }
        }
    }

    /// The value of an expression: in the page's own world, or in one beside it, which no script of the page reaches.
    pub(crate) fn value(&mut self, expression: &str, is_own: bool) -> Result<Value, Failed> {
        let until = Instant::now() + PATIENCE;
        let session = self.session.clone();
        let mut params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        if !is_own {
            let world = json!({ "frameId": self.frame, "worldName": "consentinel-scan" });
            let made = self.ask(&session, "Page.createIsolatedWorld", world, until)?;
            let Some(id) = made.and_then(|made| made.get("executionContextId").cloned()) else {
                return Ok(Value::Null);
            };
            if let Value::Object(fields) = &mut params {
                fields.insert(String::from("contextId"), id);
            }
        }
        let answer = self.ask(&session, "Runtime.evaluate", params, until)?;
        Ok(answer.and_then(|answer| answer.pointer("/result/value").cloned()).unwrap_or_default())
    }

    pub(crate) fn note(&mut self, words: &str) {
        self.seen.notes.push(words.to_owned());
    }
}

/// A text of an answer; empty where there is none.
pub(crate) fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
