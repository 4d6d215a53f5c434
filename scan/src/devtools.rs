//! The browser as a program that is told what to do: it is started with a profile of its own, and spoken to over the
//! DevTools protocol (<https://chromedevtools.github.io/devtools-protocol/>). It ends with the value.
//!
//! Left out: what is asked of it (visit.rs).

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

use crate::Failed;

/// The names of browsers, the best first: a whole one, as visitors have it.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chromium-headless-shell",
    "chrome-headless-shell",
];
/// So long a browser may take to start, and to answer a command that does nothing but answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than any list of links or marks that a page is asked for.
const MOST_BYTES: usize = 64 << 20;

/// What the browser says by itself.
pub struct Event {
    /// The target that it is about; empty where it is about the browser.
    pub session: String,
    /// Its name.
    pub method: String,
    /// What it says.
    pub params: Value,
}

/// One thing that is heard.
pub enum Heard {
    /// The browser says something.
    Event(Event),
    /// The answer to the command of this number; nothing where it was refused.
    Answer(u64, Option<Value>),
}

/// A browser that runs.
pub struct Browser {
    socket: WebSocket<TcpStream>,
    child: Child,
    events: VecDeque<Event>,
    last: u64,
    /// Gone after the browser.
    _profile: TempDir,
}

/// The browser that was named, or the first one of the usual names that the search path has.
pub fn find(named: Option<&Path>, search: Option<OsString>) -> Result<PathBuf, Failed> {
    if let Some(named) = named {
        return if named.is_file() {
            Ok(named.to_owned())
        } else {
            Err(Failed(format!(
                "`{}` is no program: name a Chromium by `--browser`",
                named.display()
            )))
        };
    }
    let folders: Vec<PathBuf> = search.iter().flat_map(std::env::split_paths).collect();
    let all = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|file| file.is_file()).ok_or_else(|| {
        Failed(String::from(
            "no Chromium is installed: install the package `chromium` (Debian's name), or name one by `--browser`",
        ))
    })
}

impl Browser {
    /// Starts it, with these flags beside ours.
    pub fn start(program: &Path, flags: &[String]) -> Result<Browser, Failed> {
        let failed = |what: &str| Failed(format!("`{}` does not start: {what}", program.display()));
        let profile = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
        let mut folder = OsString::from("--user-data-dir=");
        folder.push(profile.path());
        let mut child = Command::new(program)
            .args(["--headless", "--remote-debugging-port=0", "--no-first-run", "--mute-audio"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--disable-gpu", "--no-default-browser-check", "--window-size=1280,900"])
            .arg(folder)
            .args(flags)
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error.to_string()))?;
        let Some(stderr) = child.stderr.take() else { return Err(failed("it says nothing")) };
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that a browser that complains a lot never waits for a reader.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                // Nobody listens any more once it has started.
                let _ = sender.send(line);
            }
        });
        let until = Instant::now() + PATIENCE;
        let mut told = String::from("it said nothing in 30 s");
        let address = loop {
            match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(address) = line.strip_prefix("DevTools listening on ") {
                        break address.to_owned();
                    }
                    if line.contains("--no-sandbox") {
                        told = String::from(
                            "as root it needs `--no-sandbox`; scan no site with it that you do not trust",
                        );
                    } else if !told.contains("--no-sandbox") {
                        told = line;
                    }
                }
                Err(_) => {
                    end(&mut child);
                    return Err(failed(&told));
                }
            }
        };
        let socket = connect(&address).map_err(|error| {
            end(&mut child);
            failed(&error)
        })?;
        Ok(Browser { socket, child, events: VecDeque::new(), last: 0, _profile: profile })
    }

    /// Sends a command without waiting for its answer.
    pub fn post(&mut self, session: &str, method: &str, params: Value) -> u64 {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let (false, Value::Object(fields)) = (session.is_empty(), &mut message) {
            fields.insert(String::from("sessionId"), json!(session));
        }
        // Where the browser is gone, the next reading says so.
        let _ = self.socket.send(Message::text(message.to_string()));
        self.last
    }

    /// Sends a command, and waits for its answer.
    pub fn call(&mut self, session: &str, method: &str, params: Value) -> Result<Value, Failed> {
        let id = self.post(session, method, params);
        let until = Instant::now() + PATIENCE;
        loop {
            let Some(mut message) = self.read(until)? else {
                return Err(Failed(format!("the browser does not answer `{method}`")));
            };
            if message.get("id").and_then(Value::as_u64) == Some(id) {
                if let Some(error) = message.pointer("/error/message").and_then(Value::as_str) {
                    return Err(Failed(format!("`{method}`: {error}")));
                }
                return Ok(message.get_mut("result").map(Value::take).unwrap_or_default());
            }
            // Of a command that was posted nobody waits for the answer.
            if message.get("id").is_none() {
                self.events.push_back(event_of(message));
            }
        }
    }

    /// What is heard next; nothing where nothing is until then.
    pub fn hear(&mut self, until: Instant) -> Result<Option<Heard>, Failed> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(Heard::Event(event)));
        }
        let heard =
            self.read(until)?.map(|mut message| match message.get("id").and_then(Value::as_u64) {
                Some(id) => Heard::Answer(id, message.get_mut("result").map(Value::take)),
                None => Heard::Event(event_of(message)),
            });
        Ok(heard)
    }

    fn read(&mut self, until: Instant) -> Result<Option<Value>, Failed> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            // A timeout of zero would be none at all.
            let left = left.max(Duration::from_millis(1));
            let _ = self.socket.get_ref().set_read_timeout(Some(left));
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    if let Ok(message) = serde_json::from_str(text.as_str()) {
                        return Ok(Some(message));
                    }
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(Failed(format!("the browser is gone: {error}"))),
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.post("", "Browser.close", json!({}));
        // It closes its connection when it is done; one that does not is ended.
        let until = Instant::now() + Duration::from_secs(5);
        while matches!(self.read(until), Ok(Some(_))) {}
        end(&mut self.child);
    }
}

fn event_of(mut message: Value) -> Event {
    let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (session, method) = (text("sessionId"), text("method"));
    Event {
        session,
        method,
        params: message.get_mut("params").map(Value::take).unwrap_or_default(),
    }
}

fn connect(address: &str) -> Result<WebSocket<TcpStream>, String> {
    let site = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
    let stream = TcpStream::connect(site.unwrap_or_default()).map_err(|error| error.to_string())?;
    let _ = stream.set_nodelay(true);
    let config = WebSocketConfig::default()
        .max_message_size(Some(MOST_BYTES))
        .max_frame_size(Some(MOST_BYTES));
    tungstenite::client::client_with_config(address, stream, Some(config))
        .map(|(socket, _)| socket)
        .map_err(|error| error.to_string())
}

/// Ends the program, and waits until it is gone.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
