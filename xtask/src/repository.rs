//! The public address of the sources, which whoever releases gives (`cargo xtask release --dry-run --repository URL`): npm
//! takes the proof of where a package was made (its provenance) only where `repository` of the manifest names the repository
//! that it was made in. It goes into the manifest that is packed, and not into `pkg.json`.
//!
//! Left out: publishing, by which alone a registry is asked.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

/// What the machines of GitHub and of GitLab say of the repository that they work for: one variable, or two in one.
const MADE_FOR: [&[&str]; 2] = [&["GITHUB_SERVER_URL", "GITHUB_REPOSITORY"], &["CI_PROJECT_URL"]];

/// An address such as `https://git.example/owner/name`.
#[derive(Debug, PartialEq)]
pub struct Repository(String);

impl Repository {
    /// Reads an address; an end of `.git` is left aside.
    pub fn read(address: &str) -> Result<Self> {
        let bare = address.trim_end_matches('/').trim_end_matches(".git");
        let rest = bare.strip_prefix("https://").unwrap_or_default();
        let parts: Vec<&str> = rest.split('/').collect();
        let is_part = |part: &&str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        };
        ensure!(
            parts.len() >= 3 && parts.iter().all(is_part),
            "`--repository {address}`: give the address at which anybody reads the sources, as https://HOST/OWNER/NAME"
        );
        Ok(Self(bare.to_owned()))
    }

    /// The text of a manifest with this repository in it, behind the licence; nothing else of it changes, since the order of
    /// `exports` counts.
    pub fn filled(&self, manifest: &str) -> Result<String> {
        let Some((before, behind)) = manifest.split_once("\n  \"license\":") else {
            bail!(
                "pkg.json: there is no `license` on a line of its own, behind which `repository` would stand"
            );
        };
        let Some((license, rest)) = behind.split_once('\n') else {
            bail!("pkg.json: it ends early")
        };
        let field = format!(r#"  "repository": {{ "type": "git", "url": "git+{}.git" }},"#, self.0);
        let text = format!("{before}\n  \"license\":{license}\n{field}\n{rest}");
        let read: Value = serde_json::from_str(&text)?;
        ensure!(
            read["repository"]["url"] == format!("git+{}.git", self.0),
            "pkg.json: it has a `repository` of its own, and `--repository` names one too: take one out"
        );
        Ok(text)
    }

    /// What keeps npm from taking the provenance of a package that is made here: on a machine of a forge, that this one works
    /// for another repository. `variable` is the environment.
    pub fn unproven(&self, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
        let forge = MADE_FOR.iter().find_map(|names| {
            let values: Option<Vec<String>> = names.iter().map(|name| variable(name)).collect();
            values.map(|values| values.join("/"))
        })?;
        (!forge.eq_ignore_ascii_case(&self.0)).then(|| {
            format!(
                "provenance: this machine works for {forge}, and `--repository` names {}; npm takes a package from the one that it names",
                self.0
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        Repository::read("https://git.example/owner/name").unwrap()
    }

    #[test]
    fn an_address_is_one_that_anybody_can_read() {
        for same in ["https://git.example/owner/name.git", "https://git.example/owner/name/"] {
            assert_eq!(Repository::read(same).unwrap(), repository());
        }
        for wrong in [
            "",
            "owner/name",
            "https://git.example/owner",
            "https://git.example//name",
            "http://git.example/owner/name",
            "https://user:secret@git.example/owner/name",
            "https://git.example/owner/name?x=1",
            "https://git.example/owner/\"name",
            "git@git.example:owner/name.git",
        ] {
            let told = Repository::read(wrong).unwrap_err().to_string();
            assert!(told.starts_with(&format!("`--repository {wrong}`: give ")), "{told}");
        }
    }

    #[test]
    fn the_manifest_that_is_packed_names_it_and_is_the_same_otherwise() {
        let manifest = std::fs::read_to_string("../pkg.json").unwrap();
        let filled = repository().filled(&manifest).unwrap();
        let read: Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(
            read["repository"],
            serde_json::json!({ "type": "git", "url": "git+https://git.example/owner/name.git" })
        );
        let others = |text: &str| {
            let lines = text.lines().filter(|line| !line.contains("\"repository\":"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(others(&filled), others(&manifest));
        assert_eq!(filled.lines().count(), manifest.lines().count() + 1);
        let twice = filled.replacen("git.example", "other.example", 1);
        assert!(repository().filled(&twice).is_err());
        assert!(repository().filled("{}").is_err());
    }

    #[test]
    fn a_machine_that_works_for_another_repository_proves_nothing() {
        let of = |values: &'static [(&str, &str)]| {
            move |name: &str| {
                let found = values.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| String::from(*value))
            }
        };
        for values in [
            &[][..],
            &[("CI_PROJECT_URL", "https://git.example/owner/name")],
            &[("GITHUB_SERVER_URL", "https://git.example"), ("GITHUB_REPOSITORY", "Owner/name")],
        ] {
            assert_eq!(repository().unproven(of(values)), None);
        }
        let fork: &[_] =
            &[("GITHUB_SERVER_URL", "https://git.example"), ("GITHUB_REPOSITORY", "fork/name")];
        let told = repository().unproven(of(fork)).unwrap();
        assert!(told.contains("works for https://git.example/fork/name"), "{told}");
    }
}
