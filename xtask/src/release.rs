//! `cargo xtask release --dry-run`: makes everything that a release hands out, looks at each of it, and stops before anything
//! is published: the npm package, an archive of `dist/`, the native program of this machine, and the hashes of all of them. What
//! a release still lacks is said at the end. Publishing is done by hand, with the files that were looked at.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::build;
use crate::repository::Repository;
use crate::run::{answer, cargo, run, say, target};
use crate::stamp::integrity;
use crate::{size, tools};

/// The workspace's version, which everything here carries.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a page may load by an element with `integrity`; the tag itself names the hash of its second part.
const SCRIPTS: [&str; 3] = ["consentinel.js", "consentinel.en.js", "consentinel.nowasm.js"];

/// Makes and checks everything; the package names this repository, where one is given.
pub fn dry_run(repository: Option<Repository>) -> Result<()> {
    tools::wasm_target()?;
    tools::node_modules()?;
    build::build()?;
    size::budget()?;
    let folder = target().join("handed-out");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("emptying the folder of a release")?;
    }
    std::fs::create_dir_all(&folder).context("making the folder of a release")?;

    let made = [package(&folder, repository.as_ref())?, archive(&folder)?, program(&folder)?];
    let mut sums = String::new();
    println!();
    for file in &made {
        let bytes = read(&folder.join(file))?;
        let hash = hex(&bytes);
        say("made", format_args!("{}, {} bytes", folder.join(file).display(), bytes.len()));
        sums.push_str(&format!("{hash}  {file}\n"));
    }
    std::fs::write(folder.join("SHA256SUMS"), &sums).context("writing SHA256SUMS")?;
    print!("\n{sums}\n");
    for file in SCRIPTS {
        let text = std::fs::read_to_string(Path::new("dist").join(file))
            .with_context(|| format!("reading dist/{file}"))?;
        println!("{file}  integrity=\"{}\"", integrity(&text));
    }

    let lacking = lacking(repository.as_ref())?;
    println!();
    for each in &lacking {
        say("lacking", each);
    }
    say("stopped", "nothing was published");
    Ok(())
}

/// The npm package as npm packs it: each file of `dist/npm`, and no other; the manifest names the repository.
fn package(folder: &Path, repository: Option<&Repository>) -> Result<String> {
    let manifest = Path::new("dist/npm/package.json");
    let text = std::fs::read_to_string(manifest).context("reading dist/npm/package.json")?;
    if let Some(repository) = repository {
        std::fs::write(manifest, repository.filled(&text)?).context("naming the repository")?;
    }
    let told = answer(
        Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
            .args(["pack", "./dist/npm", "--json", "--pack-destination"])
            .arg(folder),
    );
    // What the build made stays as it was.
    std::fs::write(manifest, &text).context("writing dist/npm/package.json")?;
    let told = told?;
    let told: Value = serde_json::from_str(&told).context("reading what npm packed")?;
    let packed = &told[0];
    if packed["version"] != VERSION {
        bail!("npm packed version {}, and Cargo.toml says {VERSION}", packed["version"]);
    }
    let inside = packed["files"].as_array().context("npm names no files")?;
    let mut inside: Vec<String> =
        inside.iter().filter_map(|file| file["path"].as_str()).map(str::to_owned).collect();
    inside.sort();
    let there: Vec<String> = files(Path::new("dist/npm"))?.into_keys().collect();
    if inside != there {
        let gone: Vec<_> = there.iter().filter(|file| !inside.contains(file)).collect();
        bail!("`files` of pkg.json leaves {gone:?} of dist/npm out of the package");
    }
    Ok(packed["filename"].as_str().context("npm names no file")?.to_owned())
}

/// Everything of `dist/` but the npm package, as one archive with the hash of each file in it; the same bytes whenever it is
/// made of the same files.
fn archive(folder: &Path) -> Result<String> {
    let name = format!("consentinel-{VERSION}-dist.zip");
    let path = folder.join(&name);
    let file = std::fs::File::create(&path).with_context(|| format!("making {name}"))?;
    let mut zip = zip::ZipWriter::new(file);
    let options = SimpleFileOptions::default();
    let mut sums = String::new();
    let mut put = |name: &str, bytes: &[u8]| -> Result<()> {
        zip.start_file(format!("consentinel-{VERSION}/{name}"), options)
            .with_context(|| format!("putting {name} into the archive"))?;
        zip.write_all(bytes).with_context(|| format!("writing {name} into the archive"))
    };
    for (name, path) in files(Path::new("dist"))? {
        if name.starts_with("npm/") {
            continue;
        }
        let bytes = read(&path)?;
        sums.push_str(&format!("{}  {name}\n", hex(&bytes)));
        put(&name, &bytes)?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        put(name, &read(Path::new(name))?)?;
    }
    put("SHA256SUMS", sums.as_bytes())?;
    zip.finish().context("ending the archive")?;
    Ok(name)
}

/// The native program of this machine, which must say its version.
fn program(folder: &Path) -> Result<String> {
    run(&mut cargo(&["build", "--release", "--package=consentinel-cli", "--locked"]))?;
    let told = answer(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say what it compiles for")?;
    let suffix = std::env::consts::EXE_SUFFIX;
    let name = format!("consentinel-{VERSION}-{host}{suffix}");
    let path = folder.join(&name);
    std::fs::copy(target().join("release").join(format!("consentinel{suffix}")), &path)
        .with_context(|| format!("copying the program to {}", path.display()))?;
    let path = std::path::absolute(&path).context("the path of the program")?;
    let said = answer(Command::new(path).arg("--version"))?;
    if said.trim() != format!("consentinel {VERSION}") {
        bail!("the program says `{}`, and Cargo.toml says {VERSION}", said.trim());
    }
    Ok(name)
}

/// What is to be done before this may be published.
fn lacking(repository: Option<&Repository>) -> Result<Vec<String>> {
    let changelog = std::fs::read_to_string("CHANGELOG.md").context("reading CHANGELOG.md")?;
    let mut lacking = of_changelog(&changelog, VERSION);
    match repository {
        None => lacking.push(
            "the address of the sources, without which npm proves no provenance: run this again with `--repository https://HOST/OWNER/NAME`".into(),
        ),
        Some(repository) => lacking.extend(repository.unproven(|name| std::env::var(name).ok())),
    }
    if !answer(Command::new("git").args(["status", "--porcelain"]))?.trim().is_empty() {
        lacking.push(
            "a commit: there are changes that none has; commit them, and run this again".into(),
        );
    }
    Ok(lacking)
}

/// What the changelog lacks for this version: a section that is named after it, and nothing that waits for one.
fn of_changelog(text: &str, version: &str) -> Vec<String> {
    let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let mut lacking = Vec::new();
    if titles.contains(&"Unreleased") {
        lacking.push(format!(
            "CHANGELOG.md: `Unreleased` becomes the section of the version that is released; raise {version} in Cargo.toml and pkg.json where that is out"
        ));
    }
    match titles.iter().find(|title| title.split(' ').next() == Some(version)) {
        None => lacking.push(format!("CHANGELOG.md: a section `{version}`; say what changed")),
        Some(title) if title.contains("not released") => lacking.push(format!(
            "CHANGELOG.md: the day in the title of `{title}`; write it in the place of what stands there"
        )),
        Some(_) => {}
    }
    lacking
}

/// All files below a folder, by their name in it with slashes.
fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?
    {
        let path = entry.with_context(|| format!("reading {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let inner = files(&path)?;
            found.extend(inner.into_iter().map(|(inner, path)| (format!("{name}/{inner}"), path)));
        } else {
            found.insert(name, path);
        }
    }
    Ok(found)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn hex(bytes: &[u8]) -> String {
    hmac_sha256::Hash::hash(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::of_changelog;

    #[test]
    fn a_changelog_lacks_nothing_once_the_version_has_its_section() {
        for (text, count) in [
            ("## 1.2.0 (1 May 2027)\n", 0),
            ("## Unreleased\n## 1.2.0 (1 May 2027)\n", 1),
            ("## 1.2.0 (not released yet)\n", 1),
            ("## 1.2.00\n## 1.1.0\n", 1),
            ("## Unreleased\n", 2),
            ("1.2.0\n", 1),
        ] {
            assert_eq!(of_changelog(text, "1.2.0").len(), count, "{text}");
        }
    }
}
