//! Pictures of the layers, by a Chromium of this machine: the tag's own files, as they are published, on an empty page
//! with the policy, served on loopback for as long as that takes. Nothing else is served, and no other host can be asked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use rayon::prelude::*;
use tempfile::TempDir;
use tiny_http::{Header, Response, Server};

use crate::error::Error;

/// A picture that is taken.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The language of the page.
    pub language: String,
    /// `first` or `settings`.
    pub layer: &'static str,
    /// `light` or `dark`.
    pub scheme: &'static str,
    /// `desktop` or `phone`.
    pub device: &'static str,
}

/// Width and height of each device, in pixels of CSS.
const DEVICES: [(&str, u32, u32); 2] = [("desktop", 1280, 800), ("phone", 390, 844)];
/// The narrowest window that a whole Chromium makes; its headless shell makes any.
const NARROWEST: u32 = 500;
/// The names of browsers, the best first.
const BROWSERS: [&str; 5] = [
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
];
/// So long the page may be busy, in its own time; a page that is done is done sooner.
const BUDGET: &str = "--virtual-time-budget=10000";

impl Shot {
    /// Every picture of these languages.
    pub fn all(languages: &[String]) -> Vec<Shot> {
        let mut all = Vec::new();
        for language in languages {
            for layer in ["first", "settings"] {
                for scheme in ["light", "dark"] {
                    for (device, ..) in DEVICES {
                        all.push(Shot { language: language.clone(), layer, scheme, device });
                    }
                }
            }
        }
        all
    }

    /// Its path in the pack.
    pub fn path(&self) -> String {
        let Shot { language, layer, scheme, device } = self;
        format!("pictures/{language}/{layer}-{scheme}-{device}.png")
    }

    /// Its page on the server.
    fn page(&self) -> String {
        let Shot { language, layer, scheme, device } = self;
        format!("{language}/{layer}/{scheme}/{device}")
    }

    fn window(&self, browser: &Path) -> String {
        let is_shell = browser.to_string_lossy().contains("headless-shell");
        let found = DEVICES.iter().find(|(name, ..)| *name == self.device);
        let (width, height) =
            found.map_or((NARROWEST, 800), |(_, width, height)| (*width, *height));
        let width = if is_shell { width } else { width.max(NARROWEST) };
        format!("--window-size={width},{height}")
    }
}

/// The browser that was named, or the first one of the usual names that the search path has.
pub fn browser(named: Option<&PathBuf>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.clone());
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let find = |name: &&str| {
        let files = folders.iter().map(|folder| folder.join(name));
        files.into_iter().find(|file| file.is_file())
    };
    BROWSERS.iter().find_map(find)
}

/// Takes these pictures, of the tag's files in `files` with this policy.
pub fn take(
    shots: &[Shot],
    browser: &Path,
    files: &Path,
    policy: &str,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let failed = |found: &str| {
        Error::unfit(
            browser,
            found,
            "name a Chromium by `--browser`, or leave pictures out by `--no-pictures`",
        )
    };
    let server = Server::http("127.0.0.1:0").map_err(|error| failed(&error.to_string()))?;
    let origin = match server.server_addr().to_ip() {
        // A name, because some things are for secure contexts, which this host is.
        Some(address) => format!("http://localhost:{}", address.port()),
        None => return Err(failed("it cannot be served on loopback")),
    };
    let seen = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            for request in server.incoming_requests() {
                if let (Some(page), Ok(mut seen)) =
                    (request.url().strip_prefix("/shown/"), seen.lock())
                {
                    seen.insert(String::from(page));
                }
                let (status, kind, body) = answer(request.url(), files, policy);
                let mut response = Response::from_data(body).with_status_code(status);
                if let Ok(header) = Header::from_bytes("Content-Type", kind) {
                    response.add_header(header);
                }
                // A browser that went away wants no answer.
                let _ = request.respond(response);
            }
        });
        let taken = shots.par_iter().map(|shot| {
            let picture = one(shot, browser, &origin).map_err(|found| failed(&found))?;
            let is_seen = seen.lock().is_ok_and(|seen| seen.contains(&shot.page()));
            // A picture of an empty page proves nothing.
            if !is_seen {
                let found = format!("it did not show the layer of {}", shot.path());
                return Err(failed(&found));
            }
            Ok((shot.path(), picture))
        });
        let taken = taken.collect();
        server.unblock();
        taken
    })
}

/// What is answered to a request: the page of a picture, or a file of the tag.
fn answer(url: &str, files: &Path, policy: &str) -> (u16, &'static str, Vec<u8>) {
    let path = url.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    if let ["page", language, layer, scheme, _] = *parts {
        return (
            200,
            "text/html; charset=utf-8",
            page(language, layer, scheme, policy).into_bytes(),
        );
    }
    let is_plain = |part: &&str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    if parts.iter().all(is_plain)
        && let Ok(bytes) = fs::read(files.join(parts.join("/")))
    {
        return (200, "text/javascript", bytes);
    }
    (404, "text/plain", Vec::new())
}

/// The page of a picture, which says by a request of its own once the layer is there.
fn page(language: &str, layer: &str, scheme: &str, policy: &str) -> String {
    let policy = policy.replace('<', "\\u003c");
    let (open, part) = if layer == "settings" {
        ("consentinel.open();", "dialog[open]")
    } else {
        ("", "[part~=banner]")
    };
    format!(
        "<!doctype html><html lang=\"{language}\" style=\"color-scheme:{scheme};font-family:system-ui,sans-serif\">\
         <head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{layer}</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <script type=\"application/json\" id=\"consentinel-policy\">{policy}</script>\
         <script src=\"/consentinel.js\"></script><script>addEventListener(\"load\", () => {{ {open} const look = () => {{\
         const root = document.querySelector(\"consent-banner\")?.shadowRoot;\
         if (root?.querySelector(\"{part}\")) fetch(location.pathname.replace(\"page\", \"shown\"));\
         else setTimeout(look, 20); }}; look(); }})</script></head><body></body></html>"
    )
}

/// One picture; what was wrong where there is none.
fn one(shot: &Shot, browser: &Path, origin: &str) -> Result<Vec<u8>, String> {
    let profile = TempDir::new().map_err(|error| error.to_string())?;
    let file = profile.path().join("picture.png");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--hide-scrollbars", "--disable-gpu", "--no-first-run", BUDGET])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        // No name leads anywhere but here.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost")
        .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
        .arg(format!("--screenshot={}", file.display()))
        .arg(shot.window(browser))
        .stdin(Stdio::null());
    if is_root() {
        // Chromium refuses to start otherwise; what it opens is made here.
        command.arg("--no-sandbox");
    }
    let output = command
        .arg(format!("{origin}/page/{}", shot.page()))
        .output()
        .map_err(|error| error.to_string())?;
    fs::read(&file).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("it took no picture: {}", said.lines().last().unwrap_or_default())
    })
}

/// Whether this program runs as root.
#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}
