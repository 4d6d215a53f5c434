//! What must hold of any bytes that reach a listener of the collector: heads, bodies and an officer's questions, against the
//! whole of it without sockets. `cargo xtask fuzz http` hands it bytes by the million; `main.rs` beside it those that once
//! broke it, and the files that the search begins with. The first byte says which listener.

use std::{fs, path::PathBuf, sync::LazyLock};

use consentinel_collector::{
    clock,
    settings::{self, Overrides},
    store,
    unconnected::{Listener, Unconnected},
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The token of the holder in these settings.
const TOKEN: &str = "fuzz-token-01234567890";
/// What may be answered at all: what docs/collector.md lists, and what hyper says of a head that is none or too long.
const STATUSES: [&str; 17] = [
    "200", "201", "400", "401", "403", "404", "405", "408", "409", "413", "414", "415", "421",
    "422", "429", "431", "503",
];

struct Scene {
    runtime: Runtime,
    collector: Unconnected,
    store: PathBuf,
    _folder: TempDir,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../collector/example");
    let folder = TempDir::new().unwrap();
    let page = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';\">";
    fs::write(folder.path().join("store.html"), page).unwrap();
    fs::write(folder.path().join("token"), TOKEN).unwrap();
    let file = folder.path().join("collector.toml");
    let text = format!(
        "store = \"store.db\"\n[officer]\npages = \".\"\n\
         [[officer.holder]]\nname = \"A\"\ntoken = \"token\"\n\
         [[site]]\nname = \"shop\"\nlog = \"shop.example/consent\"\n\
         origins = [\"https://shop.example\"]\nrate = 1000000\nburst = 1000000\n\
         policies = [\"{example}/policy.json\"]\nnotices = [\"{example}/notice.json\"]\n"
    );
    fs::write(&file, text).unwrap();
    let settings = settings::read(Some(&file), &Overrides::default());
    let settings = settings.unwrap_or_else(|problems| panic!("{problems:?}"));
    let store = settings.store.clone();
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let collector = Unconnected::open(settings, clock::machine).unwrap();
    Scene { runtime, collector, store, _folder: folder }
});

/// Hands the bytes over, and looks at what comes back; answers the statuses.
pub fn http(bytes: &[u8]) -> Vec<String> {
    let mut statuses = Vec::new();
    let Some((first, bytes)) = bytes.split_first() else { return statuses };
    let listener = match first % 3 {
        0 => Listener::Pages,
        1 => Listener::Operators,
        _ => Listener::Officers,
    };
    let scene = &*SCENE;
    let accesses = || store::accesses(&scene.store).unwrap();
    let before = (listener == Listener::Officers).then(|| accesses().list.len());
    let answer = scene.runtime.block_on(scene.collector.answer(listener, bytes));
    let answer = String::from_utf8(answer).expect("every answer is text");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{answer}");
    let asked = String::from_utf8_lossy(bytes);
    let mut answered = 0;
    // Whoever speaks HTTP/1.0 is answered in it.
    for one in answer.split("HTTP/1.").skip(1).map(|one| &one[2..]) {
        let head = one.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
        assert!(STATUSES.contains(&&one[..3]), "{one}");
        assert!(!head.contains("set-cookie") && !head.contains("allow-credentials"), "{one}");
        statuses.push(one[..3].to_owned());
        let is_answer = head.starts_with("200") && !head.contains("text/html");
        answered += usize::from(is_answer);
        if listener == Listener::Officers {
            assert!(!is_answer || asked.contains(TOKEN), "an answer without the token: {one}");
            let is_made_by_us = head.contains("content-type");
            assert!(!is_made_by_us || head.contains("content-security-policy"), "{one}");
            assert!(!head.contains("access-control"), "{one}");
        }
    }
    if let Some(before) = before {
        let after = accesses();
        assert_eq!(after.broken, None);
        // One that went away before its answer is on record all the same.
        assert!(after.list.len() >= before + answered, "an answer without a record: {answer}");
    } else {
        // Nothing that names a visitor is repeated.
        for part in asked.split("\"subject\":\"").skip(1) {
            let subject = part.split('"').next().unwrap_or_default();
            assert!(subject.len() < 8 || !answer.contains(subject), "{answer}");
        }
    }
    statuses
}
