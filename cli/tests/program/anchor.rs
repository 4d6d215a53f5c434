//! `consentinel anchor`, with time-stamp authorities of OpenSSL on the other side: what it accepts is kept and holds each time
//! that the file is verified, and what is of another checkpoint, request, authority or signature is refused.

use std::fs;
use std::process::Command;

use crate::{
    Folder, Run, run,
    sample::{browser, policy},
};

const ORIGIN: &str = "shop.example/consent";

/// What the authorities are made of; `{certs}` and the digest by which a certificate is named differ.
const SETTINGS: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
CN = A test
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
default_policy = 1.2.3.4
digests = DIGESTS
signer_digest = sha256
ess_cert_id_alg = ALGORITHM
certs = CERTS
";

struct Scene {
    folder: Folder,
    export: String,
}

impl Scene {
    fn new() -> Scene {
        let folder = Folder::new();
        let scene = Scene { export: folder.name("shop.export"), folder };
        scene.grow(1, "2026-02");
        scene.authorities();
        scene
    }

    /// Adds the records of a browser.
    fn grow(&self, number: u8, month: &str) {
        let name = format!("{number}.ndjson");
        self.folder.file(&name, browser(number, 2, "fr").to_text());
        let (policy, file) = (policy().0, self.folder.name(&name));
        let base = ["gather", "--into", &self.export, "--month", month, "--policy", &policy];
        let origin = ["--origin", ORIGIN];
        let origin = if number == 1 { &origin[..] } else { &[] };
        let gathered = run(&[&base[..], &[&file], origin].concat());
        assert_eq!(gathered.code, 0, "{gathered:?}");
    }

    #[track_caller]
    fn openssl(&self, words: &str) -> bool {
        let folder = self.folder.path("");
        let ran = Command::new("openssl").args(words.split(' ')).current_dir(folder).output();
        ran.expect("OpenSSL is needed: `cargo xtask test` installs it").status.success()
    }

    /// A root with one authority between it and the one that stamps, by RSA; another with none, by an elliptic curve.
    fn authorities(&self) {
        for (file, digests, algorithm, certs) in [
            ("rsa.cnf", "sha256", "sha256", "between.pem"),
            ("old.cnf", "sha256", "sha1", "between.pem"),
            ("curve.cnf", "sha256", "sha256", "other.pem"),
            ("refuses.cnf", "sha512", "sha256", "between.pem"),
        ] {
            let text = SETTINGS.replace("DIGESTS", digests).replace("ALGORITHM", algorithm);
            self.folder.file(file, text.replace("CERTS", certs));
        }
        self.folder.file("serial", "01\n");
        let new = "-config rsa.cnf -nodes -newkey";
        for words in [
            format!("req -x509 {new} rsa:2048 -keyout root.key -out root.pem -extensions root -subj /CN=Root -days 30"),
            format!("req {new} rsa:2048 -keyout between.key -out between.csr -subj /CN=Between"),
            "x509 -req -in between.csr -CA root.pem -CAkey root.key -CAcreateserial -out between.pem -extfile rsa.cnf -extensions root -days 30".to_owned(),
            format!("req {new} rsa:2048 -keyout rsa.key -out rsa.csr -subj /CN=Stamps"),
            "x509 -req -in rsa.csr -CA between.pem -CAkey between.key -CAcreateserial -out rsa.pem -extfile rsa.cnf -extensions stamping -days 30".to_owned(),
            format!("req -x509 {new} ec -pkeyopt ec_paramgen_curve:P-256 -keyout other.key -out other.pem -extensions root -subj /CN=Other -days 30"),
            format!("req {new} ec -pkeyopt ec_paramgen_curve:P-256 -keyout curve.key -out curve.csr -subj /CN=Curve"),
            "x509 -req -in curve.csr -CA other.pem -CAkey other.key -CAcreateserial -out curve.pem -extfile rsa.cnf -extensions stamping -days 30".to_owned(),
        ] {
            assert!(self.openssl(&words), "{words}");
        }
    }

    fn ask(&self, name: &str) {
        let asked = run(&["anchor", &self.export, "--request", &self.folder.name(name)]);
        assert_eq!(asked.code, 0, "{asked:?}");
        assert!(asked.out.contains(&format!("{ORIGIN}/2026-0")), "{asked:?}");
    }

    /// Has an authority answer.
    fn stamp(&self, by: &str, settings: &str, request: &str, response: &str) {
        let words = format!(
            "ts -reply -config {settings}.cnf -section tsa -queryfile {request} -signer {by}.pem -inkey {by}.key -out {response}"
        );
        assert!(self.openssl(&words), "{words}");
    }

    fn accept(&self, request: &str, response: &str, root: &str) -> Run {
        let [request, response, root] =
            [request, response, root].map(|name| self.folder.name(name));
        run(&[
            "anchor",
            &self.export,
            "--request",
            &request,
            "--response",
            &response,
            "--root",
            &root,
        ])
    }

    fn verify(&self, root: Option<&str>) -> Run {
        let root = root.map(|root| self.folder.name(root));
        let more = root.iter().flat_map(|root| ["--anchor-root", root]);
        run(&["verify", &self.export].into_iter().chain(more).collect::<Vec<_>>())
    }

    fn anchors(&self) -> String {
        fs::read_to_string(self.folder.path("shop.export.anchors")).unwrap_or_default()
    }
}

#[test]
fn a_stamp_is_kept_and_holds_as_the_export_grows() {
    let scene = Scene::new();
    assert!(!scene.verify(None).out.contains("anchored"));
    scene.ask("one.tsq");
    // What is asked is what the other side reads.
    assert!(scene.openssl("ts -query -in one.tsq -text"));
    for (by, settings, root) in
        [("rsa", "rsa", "root.pem"), ("rsa", "old", "root.pem"), ("curve", "curve", "other.pem")]
    {
        let response = format!("{settings}.tsr");
        scene.stamp(by, settings, "one.tsq", &response);
        let accepted = scene.accept("one.tsq", &response, root);
        assert_eq!(accepted.code, 0, "{settings}: {accepted:?}");
        assert!(accepted.out.contains("stamped 20"), "{accepted:?}");
    }
    assert_eq!(scene.anchors().lines().count(), 3);
    let both = fs::read_to_string(scene.folder.path("root.pem")).unwrap()
        + &fs::read_to_string(scene.folder.path("other.pem")).unwrap();
    scene.folder.file("both.pem", both);
    for month in ["2026-02", "2026-03"] {
        scene.grow(if month == "2026-02" { 2 } else { 3 }, month);
        let verified = scene.verify(Some("both.pem"));
        assert_eq!(verified.code, 0, "{verified:?}");
        assert_eq!(
            verified.out.matches("anchored    2 of 2026-02 at 20").count(),
            3,
            "{verified:?}"
        );
        assert!(verified.out.contains("by CN=Curve\n"), "{verified:?}");
    }
    let unchecked = scene.verify(None);
    assert_eq!(unchecked.code, 0, "{unchecked:?}");
    assert_eq!(unchecked.out.matches("as it says: not checked").count(), 3, "{unchecked:?}");
    // Whoever trusts one of the authorities alone learns of the others that they do not hold.
    let one = scene.verify(Some("root.pem"));
    assert_eq!(one.code, 1, "{one:?}");
    assert!(one.out.contains("error: anchor 3: no chain leads"), "{one:?}");
    let dropped = run(&["prune", &scene.export, "--before", "2026-03"]);
    assert_eq!(dropped.code, 0, "{dropped:?}");
    assert_eq!(scene.verify(Some("both.pem")).out.matches("2026-02, dropped since").count(), 3);
}

#[test]
fn what_is_no_stamp_of_this_checkpoint_is_refused() {
    let scene = Scene::new();
    for name in ["one.tsq", "again.tsq"] {
        scene.ask(name);
    }
    scene.grow(2, "2026-02");
    scene.ask("two.tsq");
    scene.stamp("rsa", "rsa", "one.tsq", "one.tsr");
    scene.stamp("rsa", "refuses", "one.tsq", "refused.tsr");
    let response = fs::read(scene.folder.path("one.tsr")).unwrap();
    let changed = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = response.clone();
        change(&mut bytes);
        fs::write(scene.folder.path(name), bytes).unwrap();
    };
    changed("signature.tsr", &|bytes| *bytes.last_mut().unwrap() ^= 1);
    changed("time.tsr", &|bytes| {
        // The first time in it is that of the stamp: tag, length, digits.
        let at = bytes.windows(4).position(|part| part == [0x18, 0x0f, b'2', b'0']).unwrap();
        bytes[at + 3] = b'1';
    });
    changed("short.tsr", &|bytes| bytes.truncate(bytes.len() - 1));
    changed("nothing.tsr", &Vec::clear);
    for (request, response, root, reason) in [
        ("two.tsq", "one.tsr", "root.pem", "the time stamp is of another checkpoint"),
        ("again.tsq", "one.tsr", "root.pem", "the time stamp answers another request"),
        ("one.tsq", "one.tsr", "other.pem", "no chain leads from the authority"),
        ("one.tsq", "one.tsr", "rsa.pem", "no chain leads from the authority"),
        ("one.tsq", "refused.tsr", "root.pem", "the authority refused"),
        ("one.tsq", "signature.tsr", "root.pem", "the signature is wrong"),
        ("one.tsq", "time.tsr", "root.pem", "the signature is over another time stamp"),
        ("one.tsq", "short.tsr", "root.pem", "the response is no time-stamp response"),
        ("one.tsq", "nothing.tsr", "root.pem", "the response is no time-stamp response"),
        ("one.tsq", "one.tsq", "root.pem", "the response is no time-stamp response"),
    ] {
        let refused = scene.accept(request, response, root);
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{reason}: {refused:?}");
        assert!(refused.words.contains(reason), "{reason}: {refused:?}");
    }
    assert_eq!(scene.anchors(), "");
    let no_root = scene.accept("one.tsq", "one.tsr", "one.tsq");
    assert_eq!(no_root.code, 3, "{no_root:?}");
    // A request is not written over another one.
    let again = run(&["anchor", &scene.export, "--request", &scene.folder.name("one.tsq")]);
    assert_eq!(again.code, 3, "{again:?}");
}

#[test]
fn an_export_that_was_made_anew_does_not_go_on_from_its_anchor() {
    let scene = Scene::new();
    scene.ask("one.tsq");
    scene.stamp("rsa", "rsa", "one.tsq", "one.tsr");
    assert_eq!(scene.accept("one.tsq", "one.tsr", "root.pem").code, 0);
    let kept = scene.anchors();
    let other = Scene::new();
    fs::remove_file(&other.export).unwrap();
    other.folder.file("1.ndjson", browser(9, 2, "fr").to_text());
    let (policy, file) = (policy().0, other.folder.name("1.ndjson"));
    let made = run(&[
        "gather",
        "--into",
        &other.export,
        "--month",
        "2026-02",
        "--policy",
        &policy,
        "--origin",
        ORIGIN,
        &file,
    ]);
    assert_eq!(made.code, 0, "{made:?}");
    for (anchors, reason) in [
        (kept.clone(), "anchor 1: 2026-02 does not go on from it"),
        (kept.clone() + &kept.replacen("shop.example", "shop.exampel", 1), "error: anchor 1: "),
        (kept.replacen("shop.example", "shop.exampel", 1), "error: no anchor of it is there"),
        ("{}\n".to_owned(), "anchor 1: it cannot be read"),
    ] {
        other.folder.file("shop.export.anchors", anchors);
        fs::copy(scene.folder.path("root.pem"), other.folder.path("trusted.pem")).unwrap();
        let verified = other.verify(Some("trusted.pem"));
        assert_eq!(verified.code, 1, "{reason}: {verified:?}");
        assert!(verified.out.contains(reason), "{reason}: {verified:?}");
        assert!(verified.out.contains("  anchored    none\n"), "{reason}: {verified:?}");
        // An anchor of another site is that site's affair.
        assert!(!verified.out.contains("anchor 2"), "{reason}: {verified:?}");
    }
}

#[test]
fn whoever_asks_for_anchors_is_told_where_there_is_none() {
    let scene = Scene::new();
    let none = scene.verify(Some("root.pem"));
    assert_eq!(none.code, 1, "{none:?}");
    assert!(none.out.starts_with("does NOT hold: "), "{none:?}");
    assert!(none.out.contains("  anchored    none\n"), "{none:?}");
    let root = scene.folder.name("root.pem");
    let told = run(&["verify", &scene.export, "--anchor-root", &root, "--json"]);
    let anchors = &told.json()["anchors"];
    assert_eq!((told.code, anchors["hold"].as_array().map(Vec::len)), (1, Some(0)), "{anchors}");
    assert_eq!(anchors["problems"].as_array().map(Vec::len), Some(1), "{anchors}");
    // Nobody asked.
    assert_eq!(scene.verify(None).code, 0);
}

#[test]
fn an_anchor_is_kept_only_with_what_it_is_of_and_where_it_can_be() {
    let (scene, other) = (Scene::new(), Scene::new());
    scene.ask("one.tsq");
    scene.stamp("rsa", "rsa", "one.tsq", "one.tsr");
    let [request, response, root, elsewhere] =
        ["one.tsq", "one.tsr", "root.pem", "kept.anchors"].map(|name| scene.folder.name(name));
    let accept = |file: &str, more: &[&str]| {
        let taken = ["--request", &request, "--response", &response, "--root", &root];
        run(&[&["anchor", file][..], &taken, more].concat())
    };
    // Of another site.
    let (policy, browser) = (policy().0, other.folder.name("1.ndjson"));
    let export = other.folder.name("other.export");
    let base = ["gather", "--into", &export, "--month", "2026-02", "--policy", &policy];
    let gathered = run(&[&base[..], &["--origin", "other.example", &browser]].concat());
    assert_eq!(gathered.code, 0, "{gathered:?}");
    let refused = accept(&export, &[]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
    let reason = format!("which is of `other.example`, but one of `{ORIGIN}`");
    assert!(refused.words.contains(&reason), "{refused:?}");
    assert!(!other.folder.path("other.export.anchors").exists());
    // Of a data base, before anything is asked of anybody: no file is beside it.
    let address = "postgres://keeper:a-secret@%2Fnowhere/postgres?connect_timeout=1";
    let request = scene.folder.name("two.tsq");
    let refused = run(&["anchor", address, "--request", &request]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
    assert!(refused.words.contains("`--anchors FILE`"), "{refused:?}");
    assert_eq!(refused.words.lines().count(), 1, "{refused:?}");
    let taken = accept(address, &[]);
    assert_eq!(taken.words, refused.words);
    assert!(!refused.words.contains("a-secret"), "{refused:?}");
    assert!(!scene.folder.path("two.tsq").exists());
    // In the file that is named, and asked there alone.
    let kept = accept(&scene.export, &["--anchors", &elsewhere]);
    assert_eq!(kept.code, 0, "{kept:?}");
    assert_eq!(scene.anchors(), "");
    for (more, code) in [(&["--anchors", &*elsewhere][..], 0), (&[], 1)] {
        let base = ["verify", &scene.export, "--anchor-root", &root];
        let verified = run(&[&base[..], more].concat());
        assert_eq!(verified.code, code, "{verified:?}");
        assert_eq!(verified.out.contains("anchored    2 of 2026-02 at 20"), code == 0);
    }
}
