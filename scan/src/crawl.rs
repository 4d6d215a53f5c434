//! A whole site, within bounds: which pages are visited, in which order, and as whom. Pages are found as a new visitor, one
//! at a time; those that were found are visited again by one who accepts and by one who refuses, where Consentinel runs.
//!
//! Left out: one page (visit.rs).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use consentinel_catalogue::asking::Asking;
use consentinel_catalogue::claims::is_of;
use consentinel_catalogue::found::{Found, Sight, What, When, bare, host_of};
use robotstxt::DefaultMatcher;
use serde_json::{Value, json};
use url::Url;

use crate::Failed;
use crate::devtools::Browser;
use crate::marks::marks_in;
use crate::tab::{Bounds, Visited};
use crate::visit::{Answer, LOGIN, visit};

/// The name under which a site's robots.txt may speak of this program.
pub const AGENT: &str = "consentinel";
/// So many addresses wait at most; a site whose links never end has more.
const MOST_WAITING: usize = 5000;

/// How much is looked at.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many pages.
    pub pages: usize,
    /// How many links from a start.
    pub depth: usize,
    /// How long, all in all.
    pub time: Duration,
    /// How long to wait between two pages.
    pub pause: Duration,
    /// What robots.txt forbids is visited too.
    pub ignores_robots: bool,
    /// Bounds of each page.
    pub page: Bounds,
}

/// A site that was looked at.
#[derive(Default)]
pub struct Site {
    /// The hosts of its pages: those of the starts, and where these lead within the same registered domain.
    pub hosts: BTreeSet<String>,
    /// The pages that were visited, without query and fragment, each with its title.
    pub pages: Vec<(String, String)>,
    /// Whether Consentinel runs on a page, so that it was looked at after an answer too.
    pub has_tag: bool,
    /// All that was found.
    pub found: Found,
    /// Elements that asked before they could be judged.
    pub asking: Vec<Asking>,
    /// What went wrong and what was left out, one line each.
    pub notes: Vec<String>,
}

/// Looks at a site; `say` gets the address of each page, without query and fragment, before it is visited.
pub fn crawl(
    browser: &mut Browser,
    starts: &[Url],
    limits: &Limits,
    say: &mut dyn FnMut(When, &str),
) -> Result<Site, Failed> {
    let mut crawl = Crawl {
        browser,
        limits,
        until: Instant::now() + limits.time,
        // No page knows it beforehand.
        binding: format!("told{}", crate::now().0),
        starts: starts.iter().filter_map(Url::host_str).map(str::to_owned).collect(),
        site: Site::default(),
        robots: BTreeMap::new(),
        say,
    };
    if let Err(Failed(words)) = crawl.all(starts) {
        // What was found until then is told all the same.
        if crawl.site.pages.is_empty() {
            return Err(Failed(words));
        }
        crawl.site.notes.push(format!("the scan ended early: {words}"));
    }
    if crawl.site.found.left_out > 0 {
        let count = crawl.site.found.left_out;
        crawl.site.notes.push(format!("{count} further sights were left out: so many different things are no list that a policy could have"));
    }
    Ok(crawl.site)
}

struct Crawl<'a> {
    browser: &'a mut Browser,
    limits: &'a Limits,
    until: Instant,
    binding: String,
    /// The hosts of the starts.
    starts: BTreeSet<String>,
    site: Site,
    robots: BTreeMap<String, String>,
    say: &'a mut dyn FnMut(When, &str),
}

impl Crawl<'_> {
    fn all(&mut self, starts: &[Url]) -> Result<(), Failed> {
        let pages = self.found(starts)?;
        if !self.site.has_tag {
            if !pages.is_empty() {
                self.site.notes.push(String::from("Consentinel runs on none of these pages: they were looked at as a new visitor only, and what they do after an answer to another banner is not known"));
            }
            return Ok(());
        }
        for (when, answer) in [(When::Accepted, Answer::Accept), (When::Refused, Answer::Refuse)] {
            let context = self.context()?;
            let mut answered = BTreeSet::new();
            for page in &pages {
                if self.is_over(&format!("{} pages", pages.len())) {
                    break;
                }
                // Who has decided on one page of a host is not asked on the next.
                let host = page.host_str().unwrap_or_default();
                let answer = if answered.contains(host) { Answer::None } else { answer };
                let visited = self.page(&context, page, when, answer, 1)?;
                if visited.is_some_and(|visited| visited.is_answered) {
                    answered.insert(host);
                }
            }
            self.browser.call(
                "",
                "Target.disposeBrowserContext",
                json!({ "browserContextId": context }),
            )?;
        }
        Ok(())
    }

    /// Visits the pages as a new visitor; those that came.
    fn found(&mut self, starts: &[Url]) -> Result<Vec<Url>, Failed> {
        let context = self.context()?;
        let mut known = BTreeSet::new();
        let mut waiting: VecDeque<(Url, usize)> = VecDeque::new();
        for start in starts {
            if known.insert(key(start)) {
                waiting.push_back((start.clone(), 0));
            }
        }
        let mut pages = Vec::new();
        let mut beyond = 0_usize;
        while let Some((url, depth)) = waiting.pop_front() {
            if pages.len() >= self.limits.pages {
                beyond = waiting.len() + 1;
                break;
            }
            if self.is_over(&format!("{} pages", pages.len())) {
                break;
            }
            if !self.limits.ignores_robots && !self.is_welcome(&context, &url)? {
                let page = bare(url.as_str());
                self.note(format!(
                    "{page} is forbidden by robots.txt (`--ignore-robots` visits it)"
                ));
                continue;
            }
            let Some(visited) = self.page(&context, &url, When::Before, Answer::None, depth)?
            else {
                continue;
            };
            let Ok(ended) = Url::parse(&visited.url) else { continue };
            known.insert(key(&ended));
            pages.push(url);
            if depth >= self.limits.depth {
                continue;
            }
            for link in &visited.links {
                let Ok(link) = Url::parse(link) else { continue };
                let is_here = self.site.hosts.contains(link.host_str().unwrap_or_default());
                let is_web = matches!(link.scheme(), "http" | "https");
                if is_here && is_web && waiting.len() < MOST_WAITING && known.insert(key(&link)) {
                    waiting.push_back((link, depth + 1));
                }
            }
        }
        if beyond > 0 {
            let most = self.limits.pages;
            self.note(format!(
                "addresses left beyond the bound of {most} pages (`--pages`): {beyond}"
            ));
        }
        self.browser.call(
            "",
            "Target.disposeBrowserContext",
            json!({ "browserContextId": context }),
        )?;
        Ok(pages)
    }

    /// Visits a page and keeps what was seen; nothing where no page came.
    fn page(
        &mut self,
        context: &str,
        url: &Url,
        when: When,
        answer: Answer,
        depth: usize,
    ) -> Result<Option<Visited>, Failed> {
        if !self.site.pages.is_empty() {
            self.pause()?;
        }
        let shown = bare(url.as_str());
        (self.say)(when, &shown);
        let bounds = Bounds { page: self.limits.page.page.min(self.left()), ..self.limits.page };
        let visited = visit(self.browser, context, &self.binding, url.as_str(), bounds, answer)?;
        for note in &visited.notes {
            self.note(format!("{shown} {note}"));
        }
        let is_refused = matches!(visited.status, 401 | 403 | 407);
        if is_refused {
            self.note(format!("{shown} is answered with {}: it {LOGIN}", visited.status));
        } else if visited.status >= 400 {
            self.note(format!("{shown} is answered with {}", visited.status));
        }
        let host = host_of(&visited.url).to_owned();
        // A start that sends on to another party does not make that party the owner's.
        if depth == 0 && is_of(&host, &self.starts) {
            self.site.hosts.insert(host.clone());
        } else if !self.site.hosts.contains(&host) {
            self.note(format!("{shown} leads to {host}, which is another host"));
            return Ok(None);
        }
        // Who is another party depends on the page that is looked at.
        let hosts = BTreeSet::from([host]);
        for (what, sight) in &visited.sights {
            let host = match what {
                What::Item { host, .. } => host.as_str(),
                What::Request { url } => host_of(url),
            };
            self.site.found.add(what.clone(), !is_of(host, &hosts), when, sight);
        }
        // A page that ended elsewhere, or never came, is none.
        if visited.status == 0 && visited.title.is_empty() && visited.links.is_empty() {
            return Ok(None);
        }
        if when == When::Before {
            self.site.has_tag |= visited.has_tag;
            let asking = marks_in(&visited, &hosts);
            // A connection that is made ahead needs its service as a request does.
            for one in asking.iter().filter(|one| one.mark.is_some()) {
                let Some(what) = What::request(&one.url) else { continue };
                let (by, page) = (one.page.clone(), one.page.clone());
                let way = String::from("markup");
                let sight = Sight { way, by, page, ..Sight::default() };
                self.site.found.add(what, true, when, &sight);
            }
            self.site.asking.extend(asking);
            self.site.pages.push((bare(&visited.url), visited.title.clone()));
        }
        Ok(Some(visited))
    }

    /// Whether the site's robots.txt lets this address be visited (RFC 9309). One that cannot be had forbids nothing.
    fn is_welcome(&mut self, context: &str, url: &Url) -> Result<bool, Failed> {
        let origin = url.origin().ascii_serialization();
        if !self.robots.contains_key(&origin) {
            let text = self.robots_of(context, &origin)?;
            self.robots.insert(origin.clone(), text);
        }
        let text = self.robots.get(&origin).map_or("", String::as_str);
        Ok(DefaultMatcher::default().one_agent_allowed_by_robots(text, AGENT, url.as_str()))
    }

    fn robots_of(&mut self, context: &str, origin: &str) -> Result<String, Failed> {
        let made = json!({ "url": "about:blank", "browserContextId": context });
        let made = self.browser.call("", "Target.createTarget", made)?;
        let target = made.get("targetId").cloned().unwrap_or_default();
        let attached = json!({ "targetId": target, "flatten": true });
        let attached = self.browser.call("", "Target.attachToTarget", attached)?;
        let session =
            attached.get("sessionId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let text = self.text_of(&session, &format!("{origin}/robots.txt"));
        self.browser.call("", "Target.closeTarget", json!({ "targetId": target }))?;
        Ok(text)
    }

    /// The text of a file, by the browser's own network; nothing where it cannot be had.
    fn text_of(&mut self, session: &str, url: &str) -> String {
        let frame = self.browser.call(session, "Page.getFrameTree", json!({}));
        let frame = frame
            .ok()
            .and_then(|tree| tree.pointer("/frameTree/frame/id").cloned())
            .unwrap_or_default();
        let options = json!({ "disableCache": false, "includeCredentials": false });
        let asked = json!({ "frameId": frame, "url": url, "options": options });
        let Ok(answer) = self.browser.call(session, "Network.loadNetworkResource", asked) else {
            return String::new();
        };
        let is_there =
            answer.pointer("/resource/httpStatusCode").and_then(Value::as_f64) == Some(200.0);
        let stream = answer.pointer("/resource/stream").cloned();
        let (Some(stream), true) = (stream, is_there) else { return String::new() };
        // RFC 9309 §2.5: at least 500 KiB are read; more than that nobody writes.
        let read =
            self.browser.call(session, "IO.read", json!({ "handle": stream, "size": 512 * 1024 }));
        let read = read.unwrap_or_default();
        read.get("data").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn context(&mut self) -> Result<String, Failed> {
        let made = self.browser.call(
            "",
            "Target.createBrowserContext",
            json!({ "disposeOnDetach": true }),
        )?;
        let context =
            made.get("browserContextId").and_then(Value::as_str).unwrap_or_default().to_owned();
        // Nothing that a page hands out lands on this machine.
        let denied = json!({ "behavior": "deny", "browserContextId": context });
        self.browser.call("", "Browser.setDownloadBehavior", denied)?;
        Ok(context)
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    fn is_over(&mut self, so_far: &str) -> bool {
        if self.left().is_zero() {
            let seconds = self.limits.time.as_secs();
            self.note(format!("{seconds} s were over after {so_far} (`--time`)"));
            return true;
        }
        false
    }

    fn note(&mut self, note: String) {
        if !self.site.notes.contains(&note) {
            self.site.notes.push(note);
        }
    }

    /// Waits; what the browser says meanwhile is of pages that are closed.
    fn pause(&mut self) -> Result<(), Failed> {
        let until = Instant::now() + self.limits.pause;
        while self.browser.hear(until)?.is_some() {}
        Ok(())
    }
}

/// An address without its fragment, which is the same page.
fn key(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}
