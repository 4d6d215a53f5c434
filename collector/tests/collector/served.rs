//! A collector that listens on loopback, and what is sent to it: requests as bytes written by hand, so that nothing corrects
//! them on the way, and answers, each compared with the description of the protocol.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    panic,
    path::{Path, PathBuf},
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use consentinel::problem::Code;
use consentinel_collector::{
    openapi,
    serve::Collector,
    settings::{self, Overrides},
    store::{Lines, is_address},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::sample::{NOW_MS, policy_file};

pub const SHOP: &str = "https://shop.example";
pub const OTHER: &str = "https://other.example";

/// A collector that listens.
pub struct Served {
    /// Where pages reach it.
    pub pages: SocketAddr,
    /// Where its operator does.
    pub operator: SocketAddr,
    /// Where officers do, if they may.
    pub officer: Option<SocketAddr>,
    folder: TempDir,
    store: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Starts one for two sites, with more settings for all and for the first site.
    pub fn start(limits: &str, shop: &str) -> Served {
        Served::over("store.db", limits, shop)
    }

    /// The same over this store.
    pub fn over(store: &str, limits: &str, shop: &str) -> Served {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("collector.toml");
        let policy = policy_file().display().to_string();
        fs::write(
            &file,
            format!(
                "listen = \"127.0.0.1:0\"\nprivate = \"127.0.0.1:0\"\nstore = {store:?}\n\
                 [limits]\n{limits}\n\
                 [[site]]\nname = \"shop\"\nlog = \"shop.example/consent\"\norigins = [\"{SHOP}\"]\n\
                 policies = [{policy:?}]\n{shop}\n\
                 [[site]]\nname = \"other\"\nlog = \"other.example\"\norigins = [\"{OTHER}\"]\n\
                 policies = [{policy:?}]\n"
            ),
        )
        .unwrap();
        let settings = settings::read(Some(&file), &Overrides::default());
        let settings = settings.unwrap_or_else(|problems| panic!("{problems:?}"));
        note_panics();
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, addresses) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .thread_name(THREADS)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let collector = Collector::open(settings, || NOW_MS).await.unwrap();
                let officer = collector.officer_address().unwrap();
                told.send((collector.addresses().unwrap(), officer)).unwrap();
                collector.run(async { stopped.await.unwrap() }).await.unwrap();
            });
        });
        let ((pages, operator), officer) = addresses.recv().unwrap();
        let store = store.to_owned();
        Served { pages, operator, officer, folder, store, stop: Some(stop), thread: Some(thread) }
    }

    /// Where its store is.
    pub fn store(&self) -> PathBuf {
        if is_address(Path::new(&self.store)) {
            return PathBuf::from(&self.store);
        }
        self.folder.path().join(&self.store)
    }

    /// A log of it.
    pub fn log(&self, origin: &str) -> PathBuf {
        PathBuf::from(format!("{}#{origin}", self.store().display()))
    }

    /// Tells it to stop.
    pub fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped. No thread of it may have broken down meanwhile, also where nobody noticed.
    pub fn end(&mut self) {
        if self.stop.is_some() {
            self.stop();
        }
        self.thread.take().unwrap().join().unwrap();
        assert_eq!(PANICS.load(Ordering::Relaxed), 0, "a thread of a collector broke down");
    }

    /// Waits until it has stopped, and hands back the lines of its records.
    pub fn ended(mut self) -> Vec<String> {
        self.end();
        let mut lines = Vec::new();
        for origin in ["shop.example/consent", "other.example"] {
            let mut text = String::new();
            Lines::open(&self.log(origin)).unwrap().read_to_string(&mut text).unwrap();
            let records = text.lines().filter(|line| line.starts_with("{\"action\":"));
            lines.extend(records.map(str::to_owned));
        }
        lines
    }
}

/// The name of the threads of all collectors here, and how many of them broke down.
const THREADS: &str = "collector";
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Has them counted from now on.
fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            if thread::current().name() == Some(THREADS) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            usual(about);
        }));
    });
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    head: String,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// Reads an answer.
    pub fn of(bytes: &[u8]) -> Answer {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// What a header says.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines();
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The word or the code.
    pub fn said(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        let said = body.get("answer").or(body.get("error")).unwrap();
        said.as_str().unwrap().to_owned()
    }
}

/// Sends bytes, and reads all that comes back.
pub fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    // Whoever is refused early may not take all of it.
    let _ = stream.write_all(bytes);
    Answer::of(&all_of(&mut stream))
}

/// What comes until the other side ends; one that ends with bytes unread resets, which is an end, too.
pub fn all_of(stream: &mut TcpStream) -> Vec<u8> {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut part) {
        all.extend_from_slice(&part[..count]);
    }
    all
}

/// The head of a request.
pub fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: consent.example\r\nConnection: close\r\n{headers}\r\n"
    )
}

/// Sends a body, and compares the answer with the description.
pub fn post(address: SocketAddr, path: &str, origin: &str, body: &[u8]) -> Answer {
    let length = body.len().to_string();
    let head = head(
        "POST",
        path,
        &[
            ("Origin", origin),
            ("Content-Type", "text/plain;charset=UTF-8"),
            ("Content-Length", &length),
        ],
    );
    let answer = send(address, &[head.as_bytes(), body].concat());
    described(path, &answer);
    answer
}

/// Compares an answer with the description of the protocol: its status, its code, its fields and its headers.
#[track_caller]
fn described(path: &str, answer: &Answer) {
    let description = openapi::description();
    let response = &description["paths"][path]["post"]["responses"][answer.status.to_string()];
    let told = response["description"].as_str().unwrap_or_else(|| panic!("{path}: {answer:?}"));
    let (body, said): (Value, _) = (serde_json::from_str(&answer.body).unwrap(), answer.said());
    let is_of_the_core = Code::ALL.iter().any(|code| code.text() == said);
    assert!(told.contains(&format!("`{said}`")) || is_of_the_core, "{path}: {answer:?}");
    let waits = response["headers"]["Retry-After"].is_object();
    assert_eq!(answer.header("retry-after").is_some(), waits, "{path}: {answer:?}");
    let schema = response["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
    let required = &description.pointer(&schema[1..]).unwrap()["required"];
    let fields: Vec<&str> =
        required.as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let found: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, fields, "{path}: {answer:?}");
}

/// Sends a record.
pub fn record(address: SocketAddr, origin: &str, line: &str) -> Answer {
    post(address, "/v1/records", origin, line.as_bytes())
}
