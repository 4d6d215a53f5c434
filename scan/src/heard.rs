//! What a browser tells of a page while it is visited, and what of it becomes a sight: requests with who asked and where
//! they were sent on, cookies of answers, and what scripts keep.
//!
//! Left out: loading a page and looking at it (visit.rs).

use std::collections::BTreeSet;
use std::time::Instant;

use consentinel::cookie::Write;
use consentinel::policy::ItemKind;
use consentinel_catalogue::found::{Sight, What, bare, host_of};
use serde_json::{Value, json};
use url::Url;

use crate::devtools::Event;
use crate::now;
use crate::stack::{frames_in, initiator, setter};
use crate::tab::{Asked, Tab, text};

impl Tab<'_> {
    /// What the browser told.
    pub(crate) fn event(&mut self, event: Event) {
        let Event { session, method, params } = event;
        if method == "Target.attachedToTarget" {
            let child = text(&params, "sessionId");
            let info = params.get("targetInfo").cloned().unwrap_or_default();
            // What hangs on no target of this page is none of its own.
            if self.sessions.contains_key(&session) {
                self.prepare(&child, &text(&info, "type"));
                let address = text(&info, "url");
                if let (Ok(url), Some(origins)) =
                    (Url::parse(&address), self.sessions.get_mut(&child))
                {
                    origins.insert(url.origin().ascii_serialization());
                }
            }
            return;
        }
        if !self.sessions.contains_key(&session) {
            return;
        }
        let id = text(&params, "requestId");
        match method.as_str() {
            "Network.requestWillBeSent" => {
                let url =
                    params.pointer("/request/url").and_then(Value::as_str).unwrap_or_default();
                // A page that asks the same again and again is at rest.
                if self.known.insert(bare(url)) {
                    self.last_event = Instant::now();
                    self.under_way.insert(id.clone());
                }
                let way = text(&params, "type").to_lowercase();
                let is_again = params.get("redirectResponse").is_some();
                if let (true, Some(asked)) = (is_again, self.asked.get_mut(&id)) {
                    asked.urls.push(url.to_owned());
                    return;
                }
                let from = initiator(params.get("initiator"), &text(&params, "documentURL"));
                if from.is_parser {
                    self.seen.parsed.insert(url.to_owned());
                }
                if from.is_nobody {
                    self.late.insert(url.to_owned());
                }
                let urls = vec![url.to_owned()];
                self.asked
                    .insert(id, Asked { urls, way, by: from.by, answers: 0, is_stopped: false });
            }
            "Network.webSocketCreated" => {
                let from = initiator(params.get("initiator"), &self.seen.url);
                let urls = vec![text(&params, "url")];
                let way = String::from("websocket");
                self.asked
                    .insert(id, Asked { urls, way, by: from.by, answers: 0, is_stopped: false });
            }
            "Network.responseReceivedExtraInfo" => {
                let at = self.asked.get_mut(&id).map_or(0, |asked| {
                    asked.answers += 1;
                    asked.answers - 1
                });
                let headers = params.get("headers").and_then(Value::as_object);
                for (name, value) in headers.into_iter().flatten() {
                    if name.eq_ignore_ascii_case("set-cookie") {
                        self.headers.push((
                            id.clone(),
                            at,
                            value.as_str().unwrap_or_default().to_owned(),
                        ));
                    }
                }
            }
            "Network.responseReceived"
                if text(&params, "frameId") == self.frame
                    && text(&params, "type") == "Document" =>
            {
                let status = params.pointer("/response/status").and_then(Value::as_u64);
                self.seen.status =
                    status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
            }
            "Network.dataReceived" => {
                self.bytes += params.get("dataLength").and_then(Value::as_u64).unwrap_or_default();
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                if self.under_way.remove(&id) {
                    self.last_event = Instant::now();
                }
                if let (Some(_), Some(asked)) =
                    (params.get("blockedReason"), self.asked.get_mut(&id))
                {
                    asked.is_stopped = true;
                }
            }
            "Page.loadEventFired" if session == self.session => {
                self.is_loaded = true;
                self.last_event = Instant::now();
            }
            "Page.frameNavigated" => {
                let origin = params
                    .pointer("/frame/securityOrigin")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if let (true, Some(origins)) =
                    (origin.starts_with("http"), self.sessions.get_mut(&session))
                {
                    origins.insert(origin.to_owned());
                }
            }
            "Page.javascriptDialogOpening" => {
                self.browser.post(
                    &session,
                    "Page.handleJavaScriptDialog",
                    json!({ "accept": true }),
                );
            }
            "DOMStorage.domStorageItemAdded" => {
                let is_local = params.pointer("/storageId/isLocalStorage") == Some(&json!(true));
                let kind = if is_local { ItemKind::LocalStorage } else { ItemKind::SessionStorage };
                let origin = params.pointer("/storageId/securityOrigin").and_then(Value::as_str);
                let key = params.pointer("/storageId/storageKey").and_then(Value::as_str);
                let origin = origin.or(key).unwrap_or_default().to_owned();
                self.kept(kind, &text(&params, "key"), &origin, "stored", String::new());
            }
            "Runtime.bindingCalled" if text(&params, "name") == self.binding => {
                self.told(&text(&params, "payload"));
            }
            _ => {}
        }
    }

    /// What hooks.js told.
    fn told(&mut self, payload: &str) {
        let told: Value = serde_json::from_str(payload).unwrap_or_default();
        let Some(kind) = ItemKind::of_word(&text(&told, "kind")) else { return };
        let frames = frames_in(&text(&told, "stack"));
        let given = text(&told, "name");
        let name = if kind == ItemKind::Cookie {
            let write = Write::parse(&given, now());
            if write.removes {
                return;
            }
            write.name
        } else {
            &given
        };
        let by = setter(&frames, &self.seen.url);
        // A frame that is told of by the session of its page has another origin than that.
        let origin = Some(text(&told, "origin")).filter(|origin| origin.starts_with("http"));
        let origin = origin.unwrap_or_else(|| self.seen.url.clone());
        self.kept(kind, name, &origin, "script", by);
    }

    pub(crate) fn kept(&mut self, kind: ItemKind, name: &str, origin: &str, way: &str, by: String) {
        if let Some(what) = What::item(kind, name, host_of(origin)) {
            self.seen.sights.push((what, Sight { way: way.to_owned(), by, ..Sight::default() }));
        }
    }

    /// What Consentinel says that it stopped, which the browser never saw.
    pub(crate) fn attempt(&mut self, attempt: &Value) {
        let (kind, name) = (text(attempt, "kind"), text(attempt, "name"));
        let what = match ItemKind::of_word(&kind) {
            Some(item) => What::item(item, &name, host_of(&self.seen.url)),
            None => What::request(&name),
        };
        if let Some(what) = what {
            let script = text(attempt, "script");
            let sight = Sight {
                way: kind,
                by: setter(&[script], &self.seen.url),
                is_stopped: true,
                ..Sight::default()
            };
            self.seen.sights.push((what, sight));
        }
    }

    /// Makes sights of the requests, and of the cookies that their answers set.
    pub(crate) fn attribute(&mut self) {
        for asked in self.asked.values() {
            let mut by = asked.by.clone();
            for url in &asked.urls {
                if let Some(what) = What::request(url) {
                    let sight = Sight {
                        way: asked.way.clone(),
                        by: by.clone(),
                        is_stopped: asked.is_stopped,
                        ..Sight::default()
                    };
                    self.seen.sights.push((what, sight));
                }
                // Whoever sends on is who asks.
                by = bare(url);
            }
        }
        for (id, at, lines) in &self.headers {
            let url =
                self.asked.get(id).and_then(|asked| asked.urls.get(*at).or(asked.urls.last()));
            let Some(url) = url else { continue };
            for line in lines.lines() {
                let write = Write::parse(line, now());
                if write.removes {
                    continue;
                }
                if let Some(what) = What::item(ItemKind::Cookie, write.name, domain_of(line, url)) {
                    let sight =
                        Sight { way: String::from("header"), by: bare(url), ..Sight::default() };
                    self.seen.sights.push((what, sight));
                }
            }
        }
        let page = bare(&self.seen.url);
        let named: BTreeSet<What> = self
            .seen
            .sights
            .iter()
            .filter(|(_, sight)| !sight.by.is_empty())
            .map(|(what, _)| what.clone())
            .collect();
        for (what, sight) in &mut self.seen.sights {
            // What nobody else asked for, the page's own markup did.
            let is_markup = matches!(what, What::Request { .. }) && !named.contains(what);
            if is_markup && sight.by.is_empty() {
                sight.by.clone_from(&page);
            }
            sight.page.clone_from(&page);
        }
    }
}

/// The host for which a header sets a cookie: the last that it names (RFC 6265 §5.2.3).
fn domain_of<'a>(line: &'a str, url: &'a str) -> &'a str {
    let attributes = line.split(';').skip(1).filter_map(|part| part.split_once('='));
    let domains = attributes.filter(|(name, _)| name.trim().eq_ignore_ascii_case("domain"));
    let last = domains.last().map(|(_, domain)| domain.trim());
    last.filter(|domain| !domain.is_empty()).unwrap_or(host_of(url))
}
