//! Settings: what is sound, and every problem at once.

use std::{fs, time::Duration};

use consentinel_collector::settings::{Overrides, read};
use tempfile::TempDir;

use crate::sample::policy_file;

pub fn problems(text: &str, overrides: &Overrides) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("collector.toml");
    fs::write(&file, text).unwrap();
    match read(Some(&file), overrides) {
        Ok(_) => Vec::new(),
        Err(problems) => {
            let place = folder.path().display().to_string();
            problems.iter().map(|problem| problem.to_string().replace(&place, "FOLDER")).collect()
        }
    }
}

pub fn site() -> String {
    let policy = policy_file();
    format!(
        "[[site]]\nname = \"shop\"\nlog = \"shop.example/consent\"\n\
         origins = [\"https://shop.example\"]\npolicies = [{:?}]\n",
        policy.display().to_string()
    )
}

#[test]
fn a_site_is_enough() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("collector.toml");
    fs::write(&file, site()).unwrap();
    let settings = read(Some(&file), &Overrides::default()).ok().unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8787");
    assert!(settings.private.ip().is_loopback());
    assert_eq!(settings.store, folder.path().join("consentinel.db"));
    assert_eq!(settings.limits.patience, Duration::from_secs(10));
    assert_eq!(settings.sites.len(), 1);
    assert!(settings.sites[0].library.notices.len() > 10);
}

#[test]
fn what_is_given_otherwise_counts_over_the_file() {
    let text = format!("listen = \"127.0.0.1:1\"\n{}", site());
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("collector.toml");
    fs::write(&file, text).unwrap();
    let overrides = Overrides { listen: Some("127.0.0.1:2".to_owned()), ..Overrides::default() };
    let settings = read(Some(&file), &overrides).ok().unwrap();
    assert_eq!(settings.listen.port(), 2);
    let overrides = Overrides { listen: Some("here".to_owned()), ..Overrides::default() };
    let problems = read(Some(&file), &overrides).err().unwrap();
    assert_eq!(
        problems[0].to_string(),
        "--listen: found `here`; give an address and a port such as `127.0.0.1:8787`"
    );
}

#[test]
fn a_store_can_be_an_address_and_nothing_of_one_is_repeated() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("collector.toml");
    let address = "postgres://keeper:hush@db.example/consent?target_session_attrs=read-write";
    fs::write(&file, format!("store = {address:?}\n{}", site())).unwrap();
    let settings = read(Some(&file), &Overrides::default()).ok().unwrap();
    assert_eq!(settings.store.to_str(), Some(address));
    for wrong in ["postgres://keeper:hush@db.example:port/consent", "postgres://a:hush?ssl=no"] {
        let found = problems(&format!("store = {wrong:?}\n{}", site()), &Overrides::default());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("store: its address cannot be read: give postgres://"));
        assert!(!found[0].contains("hush"), "{found:?}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let text = r#"
        listen = "localhost"
        privat = "127.0.0.1:8788"
        store = "nowhere/store.db"
        [limits]
        queue = 0
        connections = "many"
        [[site]]
        name = "a shop"
        log = "https://shop example"
        origins = ["https://shop.example/", 7]
        policies = ["nothing.json"]
        key = "collector.toml"
        rate = 0
        [[site]]
        name = "b"
        log = "b.example"
        origins = []
        policies = []
        [[site]]
        name = "b"
        log = "b.example"
        origins = ["https://b.example", "https://b.example"]
        policies = ["collector.toml"]
    "#;
    let found = problems(text, &Overrides::default());
    for want in [
        "listen: found `localhost`; give an address",
        "privat: there is no such setting here; there are limits, listen, officer, private, site, store",
        "store: found `FOLDER/nowhere/store.db`; give a file in a folder that is there",
        "limits.queue: found `0`; give a number from 1 to 100000",
        "limits.connections: found `\"many\"`; give a number",
        "site[0].name: found `a shop`; give it a name",
        "site[0].log: found `https://shop example`; give the origin",
        "site[0].origins[0]: found `https://shop.example/`; give an origin as a browser sends it",
        "site[0].origins[1]: found `7`; give a text",
        "site[0].policies[0]: found `FOLDER/nothing.json`; it cannot be read",
        "site[0].policies: name the policies",
        "site[0].key: found `FOLDER/collector.toml`; it is no private key",
        "site[0].rate: found `0`; give a number from 1 to 1000000",
        "site[1].origins: name the origins",
        "site[1].policies: name the policies",
        "site[2].name: found `b`; another site has it already",
        "site[2].log: found `b.example`; another site has it already",
        "site[2].origins[1]: found `https://b.example`; it stands there already",
        "site[2].policies[0]: found `FOLDER/collector.toml`; policy-not-json",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(want)), "{want}\n{found:#?}");
    }
}

#[test]
fn what_is_no_toml_has_its_line() {
    let found = problems("listen = 1\nstore", &Overrides::default());
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("in line 2"), "{found:?}");
    assert_eq!(
        problems("", &Overrides::default()),
        ["site: describe a site at least, under `[[site]]`"]
    );
}

#[test]
fn a_policy_that_names_the_catalogue_is_told_in_one_line() {
    let folder = TempDir::new().unwrap();
    let written = folder.path().join("written.json");
    let policy = r#"{ "services": [{ "use": "hotjar", "category": "analytics" }] }"#;
    fs::write(&written, policy).unwrap();
    let text = site().replace(&policy_file().display().to_string(), &written.display().to_string());
    let found = problems(&text, &Overrides::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("site[0].policies[0]: "), "{found:?}");
    assert!(found[0].contains("`consentinel bundle`"), "{found:?}");
}

#[test]
fn of_a_folder_of_policies_only_json_is_read() {
    let folder = TempDir::new().unwrap();
    fs::copy(policy_file(), folder.path().join("1.json")).unwrap();
    fs::write(folder.path().join("readme.txt"), "what these are").unwrap();
    let name = folder.path().display().to_string();
    let text = site().replace(&policy_file().display().to_string(), &name);
    assert_eq!(problems(&text, &Overrides::default()), [""; 0]);
    fs::remove_file(folder.path().join("1.json")).unwrap();
    let found = problems(&text, &Overrides::default());
    assert!(found[0].contains("no file in this folder ends in `.json`"), "{found:?}");
}
