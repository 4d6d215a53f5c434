//! What is said to an owner of the entries that a policy uses: where the catalogue knows too little of one, and where two
//! stand in each other's way. Sentences, not errors: the policy works, but perhaps not as was meant.
//!
//! Left out: what is declared twice, which is said where it is found (expand.rs).

use crate::entry::Entry;

/// An entry that a policy uses.
pub struct Used {
    /// What the catalogue says.
    pub entry: Entry,
    /// What the policy calls the service.
    pub service: String,
    /// The category that it waits for.
    pub category: String,
    /// Whether the policy says itself what the service keeps.
    pub has_own_items: bool,
}

/// The sentences on these entries; `is_necessary` says of a category whether visitors cannot refuse it.
pub fn told(used: &[Used], is_necessary: impl Fn(&str) -> bool) -> Vec<String> {
    let unknown = used.iter().filter(|one| !one.entry.knows_storage() && !one.has_own_items);
    let unknown = unknown.map(|one| {
        format!(
            "`{}`: the catalogue knows nothing of what it keeps in browsers, which is refused as long as it is not declared; find it with `\"mode\": \"report\"`, and write it into `items` of the service (`[]` where it keeps nothing)",
            one.service
        )
    });
    let loaders = used.iter().filter(|one| is_loader(one) && !is_necessary(&one.category));
    let loaders = loaders.filter_map(|loader| {
        let elsewhere = used.iter().filter(|one| {
            !is_loader(one) && one.category != loader.category && !is_necessary(&one.category)
        });
        let named: Vec<String> = elsewhere.map(|one| format!("`{}`", one.service)).collect();
        (!named.is_empty()).then(|| {
            format!(
                "`{}` waits for `{}`: where it is what loads {}, which stand in other categories, those also wait for `{0}`",
                loader.service,
                loader.category,
                named.join(", ")
            )
        })
    });
    unknown.chain(loaders).collect()
}

fn is_loader(used: &Used) -> bool {
    used.entry.kinds.iter().any(|kind| kind == "tag-manager")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::entry::{entry_of, ids};

    fn used(id: &str, category: &str) -> Used {
        let entry = entry_of(id).unwrap();
        let (service, category) = (id.to_owned(), category.to_owned());
        Used { entry, service, category, has_own_items: false }
    }

    fn of(used: &[Used]) -> Vec<String> {
        told(used, |category| category == "necessary")
    }

    #[test]
    fn every_entry_of_unknown_storage_is_told_unless_the_policy_has_them() {
        for id in ids() {
            let mut one = used(id, "analytics");
            let is_told = !one.entry.knows_storage();
            assert_eq!(of(&[used(id, "analytics")]).len(), usize::from(is_told), "{id}");
            one.has_own_items = true;
            assert_eq!(of(&[one]).len(), 0, "{id}");
        }
    }

    #[test]
    fn a_tag_manager_apart_from_what_it_loads_is_told() {
        let analytics = || [used("google-analytics", "analytics"), used("stripe", "necessary")];
        for (category, is_told) in
            [("functionality", true), ("analytics", false), ("necessary", false)]
        {
            let mut all = vec![used("google-tag-manager", category)];
            all.first_mut().unwrap().has_own_items = true;
            all.extend(analytics());
            let words = of(&all);
            assert_eq!(words.len(), usize::from(is_told), "{category}: {words:?}");
            if is_told {
                let words = words.concat();
                assert!(
                    words.contains("`google-analytics`") && !words.contains("stripe"),
                    "{words}"
                );
            }
        }
    }
}
