//! One visit of a page: loads it in a tab of its own, hears what it and its frames and workers ask and keep, answers the
//! banner where that is wanted, and looks at what is there in the end.
//!
//! Left out: which pages (crawl.rs), and whose the things are (the catalogue).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use consentinel::policy::ItemKind;
use consentinel_catalogue::found::{Sight, What};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::devtools::{Browser, Heard};
use crate::scripts::{ANSWERED, ATTEMPTS, BUTTON, IDLE, SCROLL, content};
use crate::tab::{Bounds, Element, PATIENCE, Tab, Visited, text};
use crate::{Failed, now};

/// What is done with the banner.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Nothing: a new visitor reads.
    None,
    /// Everything is accepted.
    Accept,
    /// Everything is refused.
    Refuse,
}

/// Visits a page in a context of the browser.
pub fn visit(
    browser: &mut Browser,
    context: &str,
    binding: &str,
    url: &str,
    bounds: Bounds,
    answer: Answer,
) -> Result<Visited, Failed> {
    let made = browser.call(
        "",
        "Target.createTarget",
        json!({ "url": "about:blank", "browserContextId": context }),
    )?;
    let target = text(&made, "targetId");
    let attached = browser.call(
        "",
        "Target.attachToTarget",
        json!({ "targetId": target, "flatten": true }),
    )?;
    let session = text(&attached, "sessionId");
    let mut tab = Tab {
        browser,
        binding,
        bounds,
        target: target.clone(),
        session: session.clone(),
        sessions: BTreeMap::new(),
        asked: BTreeMap::new(),
        under_way: BTreeSet::new(),
        known: BTreeSet::new(),
        late: BTreeSet::new(),
        headers: Vec::new(),
        seen: Visited { url: url.to_owned(), ..Visited::default() },
        bytes: 0,
        frame: target,
        is_loaded: false,
        last_event: Instant::now(),
    };
    let mut prepared = tab.prepare(&session, "page");
    // A page that came sooner would run its first lines unheard.
    let until = Instant::now() + PATIENCE;
    while !prepared.is_empty() {
        match tab.browser.hear(until)? {
            Some(Heard::Answer(id, _)) => drop(prepared.remove(&id)),
            Some(Heard::Event(event)) => tab.event(event),
            None => return Err(Failed(String::from("the browser does not open a page"))),
        }
    }
    let until = Instant::now() + bounds.page;
    let came = tab.load(url, until)?;
    if came {
        let is_at_rest = tab.settle(until)?;
        tab.answer(answer)?;
        if is_at_rest {
            tab.scroll()?;
        }
        tab.look(context)?;
    }
    tab.close(context)?;
    tab.attribute();
    Ok(tab.seen)
}

impl Tab<'_> {
    /// Goes there; whether a document came.
    fn load(&mut self, url: &str, until: Instant) -> Result<bool, Failed> {
        let session = self.session.clone();
        let Some(went) = self.ask(&session, "Page.navigate", json!({ "url": url }), until)? else {
            self.note("did not answer in time");
            return Ok(false);
        };
        let error = text(&went, "errorText");
        if error.is_empty() {
            return Ok(true);
        }
        let said = match error.as_str() {
            "net::ERR_TOO_MANY_REDIRECTS" => String::from("redirects in a circle"),
            "net::ERR_ABORTED" => String::from("is no page but a download, or nothing at all"),
            "net::ERR_NAME_NOT_RESOLVED" => String::from("has a host that nobody knows"),
            "net::ERR_CONNECTION_REFUSED" => String::from("has a host where no server answers"),
            "net::ERR_INVALID_AUTH_CREDENTIALS" => String::from(LOGIN),
            other => format!("could not be loaded: {other}"),
        };
        self.note(&said);
        Ok(false)
    }

    /// Waits until the page has loaded and nothing is under way for a while; whether that came.
    fn settle(&mut self, until: Instant) -> Result<bool, Failed> {
        loop {
            let now = Instant::now();
            if now >= until {
                let seconds = self.bounds.page.as_secs();
                self.note(&format!(
                    "did not come to rest in {seconds} s; what was there by then was looked at"
                ));
                self.stop();
                return Ok(false);
            }
            if self.bytes > self.bounds.bytes {
                let most = self.bounds.bytes / 1_000_000;
                self.note(&format!("has more than {most} MB; its first part was looked at"));
                self.stop();
                return Ok(false);
            }
            let is_quiet = self.is_loaded && self.under_way.is_empty();
            let rest = self.last_event + self.bounds.quiet;
            if is_quiet && now >= rest {
                // A page that is slow to work is not at rest: it is when it has nothing to do.
                let before = self.last_event;
                self.value(IDLE, false)?;
                if self.last_event == before {
                    return Ok(true);
                }
                continue;
            }
            let wait = if is_quiet { rest.min(until) } else { until };
            if let Some(Heard::Event(event)) = self.browser.hear(wait)? {
                self.event(event);
            }
        }
    }

    /// Ends what the page is at, a loop of its script as well.
    fn stop(&mut self) {
        let session = self.session.clone();
        self.browser.post(&session, "Page.stopLoading", json!({}));
        self.browser.post(&session, "Runtime.terminateExecution", json!({}));
    }

    /// Answers the banner by a click, as a visitor would: no script may grant.
    fn answer(&mut self, answer: Answer) -> Result<(), Failed> {
        self.seen.has_tag =
            self.value("typeof window.consentinel?.attempts === 'function'", true)? == json!(true);
        let action = match answer {
            _ if !self.seen.has_tag => return Ok(()),
            Answer::None => return Ok(()),
            Answer::Accept => "accept-all",
            Answer::Refuse => "reject-all",
        };
        let place = self.value(&format!("({BUTTON})({})", json!(action)), false)?;
        if let (Some(x), Some(y)) = (place.get("x"), place.get("y")) {
            let session = self.session.clone();
            let until = Instant::now() + self.bounds.page;
            for kind in ["mousePressed", "mouseReleased"] {
                let click =
                    json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
                self.ask(&session, "Input.dispatchMouseEvent", click, until)?;
            }
            self.last_event = Instant::now();
        }
        self.seen.is_answered = self.value(&format!("({ANSWERED})()"), true)? == json!(true);
        if !self.seen.is_answered {
            self.note(&format!(
                "has Consentinel, but no banner on which `{action}` could be clicked"
            ));
        }
        self.settle(Instant::now() + self.bounds.page)?;
        Ok(())
    }

    /// Goes down to the end of the page, for what loads only once it comes into view.
    fn scroll(&mut self) -> Result<(), Failed> {
        let has_moved = self.value(&format!("({SCROLL})()"), false)? == json!(true);
        if has_moved {
            self.last_event = Instant::now();
            self.settle(Instant::now() + self.bounds.page)?;
        }
        Ok(())
    }

    /// Looks at what is there in the end.
    fn look(&mut self, context: &str) -> Result<(), Failed> {
        let content = self.value(&content(), false)?;
        if content.is_null() {
            self.note("does not answer, as if it never stopped to work; what it asked was noted");
        }
        self.seen.title = text(&content, "title");
        let address = text(&content, "url");
        if !address.is_empty() {
            self.seen.url = address;
        }
        let list =
            |key: &str| content.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        self.seen.links =
            list("links").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        // What tells of itself in another shape is none of ours.
        let read = |element: &Value| Element::deserialize(element).ok();
        self.seen.elements = list("elements").iter().filter_map(read).collect();
        self.late()?;
        if self.seen.has_tag {
            let attempts = self.value(&format!("({ATTEMPTS})()"), true)?;
            for attempt in attempts.as_array().into_iter().flatten() {
                self.attempt(attempt);
            }
        }
        self.stores()?;
        self.jar(context)
    }

    /// What loads once it comes into view is nobody's for the browser: it is the parser's where it stands in the HTML.
    fn late(&mut self) -> Result<(), Failed> {
        let elements = self.seen.elements.iter().flat_map(|element| &element.urls);
        let late: Vec<String> = elements.filter(|url| self.late.contains(*url)).cloned().collect();
        if late.is_empty() {
            return Ok(());
        }
        let session = self.session.clone();
        let page = json!({ "frameId": self.frame, "url": self.seen.url });
        let until = Instant::now() + PATIENCE;
        let html = self.ask(&session, "Page.getResourceContent", page, until)?;
        let html = html.map(|html| text(&html, "content")).unwrap_or_default();
        let html = html.replace("&amp;", "&");
        let stands =
            |url: &String| url.split_once(':').is_some_and(|(_, rest)| html.contains(rest));
        self.seen.parsed.extend(late.into_iter().filter(stands));
        Ok(())
    }

    /// The cookies that are there, whoever set them.
    fn jar(&mut self, context: &str) -> Result<(), Failed> {
        let jar =
            self.browser.call("", "Storage.getCookies", json!({ "browserContextId": context }))?;
        let now_s = now().0 / 1000;
        for cookie in jar.get("cookies").and_then(Value::as_array).into_iter().flatten() {
            let Some(what) =
                What::item(ItemKind::Cookie, &text(cookie, "name"), &text(cookie, "domain"))
            else {
                continue;
            };
            let expires = cookie.get("expires").and_then(Value::as_f64).filter(|at| *at > 0.0);
            #[allow(clippy::cast_possible_truncation)]
            let life_s = expires.map(|at| at as i64 - now_s);
            self.seen
                .sights
                .push((what, Sight { way: String::from("stored"), life_s, ..Sight::default() }));
        }
        Ok(())
    }

    /// Databases and caches that are there, whoever made them.
    fn stores(&mut self) -> Result<(), Failed> {
        let sessions: Vec<(String, BTreeSet<String>)> = self
            .sessions
            .iter()
            .map(|(session, origins)| (session.clone(), origins.clone()))
            .collect();
        let until = Instant::now() + self.bounds.page;
        for (session, origins) in sessions {
            for origin in origins {
                let names = self.ask(
                    &session,
                    "IndexedDB.requestDatabaseNames",
                    json!({ "securityOrigin": origin }),
                    until,
                )?;
                let names =
                    names.and_then(|names| names.get("databaseNames").cloned()).unwrap_or_default();
                for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    self.kept(ItemKind::IndexedDb, name, &origin, "stored", String::new());
                }
                let caches = self.ask(
                    &session,
                    "CacheStorage.requestCacheNames",
                    json!({ "securityOrigin": origin }),
                    until,
                )?;
                let caches =
                    caches.and_then(|caches| caches.get("caches").cloned()).unwrap_or_default();
                for cache in caches.as_array().into_iter().flatten() {
                    self.kept(
                        ItemKind::CacheStorage,
                        &text(cache, "cacheName"),
                        &origin,
                        "stored",
                        String::new(),
                    );
                }
            }
        }
        Ok(())
    }

    /// Closes the tab, and what it opened.
    fn close(&mut self, context: &str) -> Result<(), Failed> {
        let targets = self.browser.call("", "Target.getTargets", json!({}))?;
        let targets =
            targets.get("targetInfos").and_then(Value::as_array).cloned().unwrap_or_default();
        for target in targets {
            let is_here = text(&target, "browserContextId") == context;
            if is_here
                && text(&target, "type") == "page"
                && text(&target, "targetId") != self.target
            {
                if let Some(what) = What::request(&text(&target, "url")) {
                    self.seen
                        .sights
                        .push((what, Sight { way: String::from("window"), ..Sight::default() }));
                }
                self.browser.post(
                    "",
                    "Target.closeTarget",
                    json!({ "targetId": text(&target, "targetId") }),
                );
            }
        }
        let target = self.target.clone();
        self.browser.call("", "Target.closeTarget", json!({ "targetId": target }))?;
        Ok(())
    }
}

/// What is said of a page that only those see who have signed in.
pub const LOGIN: &str = "needs a login: scan what everybody sees, and have pages behind it report (`consentinel draft`)";
